/**
 * Bases in the project for pull requests from forks, so that the upper ones of a stack show their own commits alone (ADR 0034).
 * A base of a change is what the change below it has as its head, and everything that it brings along has to have been let in: by a
 * vote on the policy's label, on exactly the patch set that is there, by somebody who did not work on it; changes of workflows by
 * `CI-Config` too (rulings 6, 9). Whatever is not surely so takes the base away again: the pull request goes back to the target,
 * and only then the branch goes. What somebody else put under such a name is never moved nor deleted.
 */
import { parseReviewBase, reviewBase } from "../change/review-base.ts";
import { branchRef, parseBranchName, parseSha, type Sha } from "../ids.ts";
import { establish } from "../policy/facts.ts";
import { code } from "../policy/markdown.ts";
import { labelOf, type Policy } from "../policy/policy.ts";
import type { PolicyProblem } from "../policy/problem.ts";
import type { PolicySnapshot } from "../policy/snapshot.ts";
import type { Verdict } from "../policy/verdict.ts";
import type { Result } from "../result.ts";
import type { Instant } from "../time.ts";
import type { ReviewBaseFacts } from "./branch-safety.ts";
import type { Action, PullFacts, RepositorySnapshot } from "./snapshot.ts";

export interface Judged {
  readonly snapshot: PolicySnapshot;
  readonly verdict: Verdict;
}

export interface Bases {
  readonly actions: readonly Action[];
  /** By change: a line for its check. */
  readonly notes: ReadonlyMap<number, string>;
}

const SLOT = "review-base:";

/** Key in `published`; its value is `putBase`. */
export function reviewBaseSlot(change: number): string {
  return `${SLOT}${change}`;
}

/** Written down before it is done: the branch is ours while its tip is one of the two. */
export function putBase({ from, to }: { readonly from?: Sha; readonly to: Sha }): string {
  return from === undefined ? to : `${to} ${from}`;
}

/** `enforced`: changes whose policy lets the gate act. */
export function planReviewBases(
  enforced: readonly Judged[],
  repository: Pick<RepositorySnapshot, "pulls" | "published" | "reviewBases">,
  asking: {
    readonly now: Instant;
    readonly load: (snapshot: PolicySnapshot) => Result<Policy, readonly PolicyProblem[]>;
  },
): Bases {
  const { reviewBases: facts, pulls = [], published } = repository;
  if (facts === undefined) return { actions: [], notes: new Map() };
  const known = new Map(enforced.map((one) => [one.snapshot.change.number, one]));
  const notes = new Map<number, string>();
  const wanted = new Set<string>();
  const actions: Action[] = [];
  for (const { snapshot } of enforced) {
    const { number: change, branch: target } = snapshot.change;
    const pull = pulls.find((one) => one.change === change && one.state === "open");
    const name = reviewBase(target, change);
    if (pull === undefined || name === undefined) continue;
    const want = wantedFor(snapshot, { pulls, facts, known, ...asking });
    const tip = facts.branches[name];
    const mine = isOurs(published[reviewBaseSlot(change)], tip);
    if (want.kind === "unknown") {
      wanted.add(name);
      continue;
    }
    if (want.kind === "none" || (tip !== undefined && !mine)) {
      const why =
        want.kind === "none" ? want.why : `${code(name)} is there and is not the service's: its owner deletes it`;
      if (why !== undefined) notes.set(change, noteOf(why));
      if (pull.base === name) actions.push({ kind: "retarget", change, from: name, to: target });
      continue;
    }
    wanted.add(name);
    // Only from where `git review` put it: a base that somebody chose stays.
    if (pull.base !== target && pull.base !== name) continue;
    if (tip !== want.at)
      actions.push({
        kind: "put-review-base",
        change,
        branch: name,
        to: want.at,
        ...(tip === undefined ? {} : { from: tip }),
      });
    else if (pull.base !== name) actions.push({ kind: "retarget", change, from: pull.base, to: name });
  }
  const done = new Set(actions.flatMap((action) => (action.kind === "retarget" ? [action.change] : [])));
  const landed = landedBases(repository).filter(({ change }) => !done.has(change));
  return { actions: [...actions, ...landed, ...unused(wanted, repository)], notes };
}

/** Also for those that are not looked at just now: what was below has landed, so the target is the base. */
function landedBases({
  pulls = [],
  published,
  reviewBases,
}: Pick<RepositorySnapshot, "pulls" | "published" | "reviewBases">): readonly Extract<Action, { kind: "retarget" }>[] {
  return pulls.flatMap(({ change, state, base }): readonly Extract<Action, { kind: "retarget" }>[] => {
    const named = parseReviewBase(base);
    const isDone = reviewBases?.landed.includes(base) === true;
    if (state !== "open" || named?.change !== change || !isDone) return [];
    if (!isOurs(published[reviewBaseSlot(change)], reviewBases?.branches[base])) return [];
    return [{ kind: "retarget", change, from: base, to: named.target }];
  });
}

/** Those that no open pull request is based on any more, and that nobody but the service has moved. */
function unused(
  wanted: ReadonlySet<string>,
  { pulls = [], published, reviewBases }: Pick<RepositorySnapshot, "pulls" | "published" | "reviewBases">,
): readonly Action[] {
  return Object.entries(reviewBases?.branches ?? {}).flatMap(([text, tip]): readonly Action[] => {
    const branch = parseBranchName(text);
    const named = branch === undefined ? undefined : parseReviewBase(branch);
    if (branch === undefined || named === undefined || wanted.has(branch)) return [];
    if (!isOurs(published[reviewBaseSlot(named.change)], tip)) return [];
    const used = pulls.some(
      ({ state, base, headBranch }) => state === "open" && (base === branch || headBranch === branch),
    );
    return used ? [] : [{ kind: "delete-branch", ref: branchRef(branch), was: tip }];
  });
}

function isOurs(written: string | undefined, tip: Sha | undefined): boolean {
  return (
    tip !== undefined &&
    written
      ?.split(" ")
      .flatMap((sha) => parseSha(sha) ?? [])
      .includes(tip) === true
  );
}

type Wanted =
  | { readonly kind: "at"; readonly at: Sha }
  /** `why`: only where somebody said yes and it is not done all the same. */
  | { readonly kind: "none"; readonly why?: string }
  /** Something could not be read: what is there stays as it is. */
  | { readonly kind: "unknown" };

interface Asking {
  readonly pulls: readonly PullFacts[];
  readonly facts: ReviewBaseFacts;
  readonly known: ReadonlyMap<number, Judged>;
  readonly now: Instant;
  readonly load: (snapshot: PolicySnapshot) => Result<Policy, readonly PolicyProblem[]>;
}

function wantedFor(snapshot: PolicySnapshot, asking: Asking): Wanted {
  const { change, incomplete } = snapshot;
  const { pulls, facts, known } = asking;
  const policy = asking.load(snapshot);
  const label = policy.ok ? policy.value.reviewBases : undefined;
  if (label === undefined) return { kind: "none" };
  if (incomplete.length > 0) return { kind: "unknown" };
  const [below] = change.below;
  if (below === undefined || !isFromFork(pulls, change.number) || !isFromFork(pulls, below.number))
    return { kind: "none" };
  if (
    change.below.some((one) => one.state !== "open" || one.builtOn !== one.currentHead || one.target !== change.branch)
  )
    return { kind: "none" };
  const lower = change.below.map(({ number }) => known.get(number));
  const all = lower.filter((one) => one !== undefined);
  if (all.length < lower.length || all.some((one) => one.snapshot.incomplete.length > 0)) return { kind: "unknown" };
  if (!all.every((one) => isLetIn(one.snapshot, label, asking))) return { kind: "none" };
  const editing = all.find((one) => editsWorkflows(one.snapshot) && !hasCiConfig(one.verdict));
  if (editing !== undefined) {
    const why = `#${editing.verdict.change} edits a workflow: it needs its vote for changes to CI first (requirement \`CI-Config\`)`;
    return { kind: "none", why };
  }
  const unsafe = facts.carried[below.builtOn];
  if (unsafe === undefined) return { kind: "unknown" };
  const [first] = unsafe;
  if (first === undefined) return { kind: "at", at: below.builtOn };
  return {
    kind: "none",
    why: `${code(first.path)} ${first.why}, and would run #${below.number} with the project's secrets: give it \`branches:\` without \`review-base/**\` on the target, then rebase`,
  };
}

/** Open, with its head branch elsewhere. */
function isFromFork(pulls: readonly PullFacts[], change: number): boolean {
  return pulls.some((pull) => pull.change === change && pull.state === "open" && pull.branchTip === undefined);
}

/** Voted the most on the label, for the patch set that is there, by a human who did not work on it; and nobody the least. */
function isLetIn(snapshot: PolicySnapshot, name: string, { load, now }: Pick<Asking, "load" | "now">): boolean {
  const policy = load(snapshot);
  const label = policy.ok ? labelOf(policy.value, name) : undefined;
  if (!policy.ok || label === undefined) return false;
  const { tallies, contributors } = establish(policy.value, snapshot, now);
  const standing = tallies.get(name)?.standing ?? [];
  const yes = standing.some(({ vote, value }) => value === label.max && !contributors.known.has(vote.user.id));
  return yes && !standing.some(({ value }) => value < 0 && value === label.min);
}

const WORKFLOWS = /^\.github\/(?:workflows|actions)\//;

function editsWorkflows({ change: { files } }: PolicySnapshot): boolean {
  return files.some(({ path, previousPath }) => WORKFLOWS.test(path) || WORKFLOWS.test(previousPath ?? ""));
}

function hasCiConfig({ requirements }: Verdict): boolean {
  return requirements.some(({ name, status }) => name === "CI-Config" && status === "SATISFIED");
}

function noteOf(why: string): string {
  return `**Shown with the commits below it:** ${why}.`;
}
