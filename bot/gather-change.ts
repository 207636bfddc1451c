/**
 * The policy snapshot of one open change. What cannot be read is named in `incomplete`, which closes the gate for this
 * change and for nothing else.
 */
import { requesterOf } from "../src/core/change/requester.ts";
import { touchedPaths } from "../src/core/policy/judge-paths.ts";
import { changeIdOf } from "../src/core/commit-message/change-id.ts";
import { parseChangeId, type BranchName, type ChangeId, type RepoId, type Sha } from "../src/core/ids.ts";
import type {
  ChangedFile,
  Check,
  LowerChange,
  PatchSet,
  Person,
  PolicySnapshot,
  Vote,
} from "../src/core/policy/snapshot.ts";
import { freezesOf, type CycleState } from "../src/core/release/freeze/freezes-of.ts";
import type { Result } from "../src/core/result.ts";
import type { ChangeHeadline, ChangeRead, RepositoryRef } from "../src/forge/forge.ts";
import { describeGitProblem } from "../src/git/problem.ts";
import { gatherBrought, POLICY_FILE, type TargetPolicy } from "./gather-policy.ts";
import { gatherOverrides } from "./gather-overrides.ts";
import type { OpenBackport } from "./gather-backport.ts";
import { gatherFacts } from "./gather-facts.ts";
import { gatherOwnerPeople } from "./gather-owner-people.ts";
import { gatherOwners } from "./gather-owners.ts";
import { gatherPatchSets } from "./gather-patch-sets.ts";
import type { Footing, FootingProblem } from "./gather-stack.ts";
import { gatherVotes } from "./gather-votes.ts";
import type { Mirror } from "./mirror.ts";
import type { Service } from "./service.ts";
import { votesOf } from "./store/votes.ts";

export interface ChangeOf {
  readonly ref: RepositoryRef;
  readonly repository: RepoId;
  readonly mirror: Mirror;
  readonly policy: TargetPolicy;
  readonly target: BranchName;
  readonly defaultBranch: BranchName;
  /** Their tips. */
  readonly branches: ReadonlyMap<BranchName, Sha>;
  /** Changes that are open. */
  readonly open: readonly OpenBackport[];
  readonly change: ChangeRead;
  /** For whom a bot opened it. */
  readonly requester?: Person;
  readonly groups: PolicySnapshot["groups"];
  readonly cycle: CycleState;
  readonly checks: readonly Check[];
  readonly footing: (head: Sha) => Promise<Result<Footing, FootingProblem>>;
  /** From what the head stands on to what the verdict needs to know of it. */
  readonly lower: (standsOn: Footing["standsOn"]) => Promise<readonly LowerChange[]>;
  /** What could not be read before this. */
  readonly incomplete: PolicySnapshot["incomplete"];
}

type Incomplete = PolicySnapshot["incomplete"][number];

export async function gatherChange(service: Service, of: ChangeOf): Promise<PolicySnapshot> {
  const { change, mirror } = of;
  const incomplete: Incomplete[] = [...of.incomplete];
  const footing = await of.footing(change.head);
  const gathered = footing.ok ? await gatherPatchSets(service, of) : footing;
  if (!gathered.ok) incomplete.push({ what: "the commits of the change", why: describeFooting(gathered.problem) });
  const patchSets = gathered.ok ? gathered.value : [];
  const files = footing.ok ? await filesOf(mirror, footing.value.base, change.head) : undefined;
  if (files !== undefined && !files.ok) {
    incomplete.push({ what: "the files of the change", why: describeGitProblem(files.problem).message });
  }
  const changed = files?.ok === true ? files.value : [];
  const policy = of.policy.policy.ok ? of.policy.policy.value : undefined;
  const owned = await gatherOwners({
    forge: service.forge,
    git: mirror.git,
    policy: policy?.owners,
    tip: of.policy.tip,
    files: changed,
  });
  const ownerPeople = await gatherOwnerPeople(service, {
    ...{ ref: of.ref, repository: of.repository, git: mirror.git, tip: of.policy.tip, emails: owned.emails },
  });
  const asked = await gatherFacts({
    ...of,
    policy,
    words: [
      { where: "the title", text: change.title },
      { where: "the branch's name", text: change.headBranch },
    ],
    range: footing.ok ? { ...footing.value, head: change.head } : undefined,
    files: changed,
    open: of.open.filter(({ number }) => number !== change.number),
  });
  const brought = await broughtBy(service, of, changed);
  const cycle = freezesOf(of.cycle, { change: change.number, branch: of.target, paths: touchedPaths(changed) });
  incomplete.push(
    ...owned.incomplete,
    ...ownerPeople.incomplete,
    ...asked.incomplete,
    ...brought.incomplete,
    ...cycle.incomplete,
  );
  return {
    version: 1,
    policy: of.policy.layers,
    change: {
      ...factsOf(of),
      repository: `${of.ref.owner}/${of.ref.name}`,
      hashtags: change.labels,
      ...(change.topic === undefined ? {} : { topic: change.topic }),
      ...requesterIn(of, footing),
      below: footing.ok ? await of.lower(footing.value.standsOn) : [],
      foreignCommits: [],
      ...(asked.conflicts.length === 0 ? {} : { conflicts: asked.conflicts }),
      commits: footing.ok ? messagesOf(footing.value) : [],
      patchSets,
      files: changed,
      ...brought.brings,
      ...changeIdIn(change, footing),
    },
    votes: await votes(service, of, patchSets),
    checks: of.checks.filter(({ sha }) => sha === change.head),
    groups: { ...of.groups, ...owned.groups },
    freezes: cycle.freezes.filter(({ to }) => to > service.clock.now()),
    overrides: await gatherOverrides(service, of),
    facts: {
      unresolved: change.unresolvedThreads,
      owners: owned.owners,
      ...(ownerPeople.people.length === 0 ? {} : { ownerPeople: ownerPeople.people }),
      ...asked.facts,
    },
    incomplete,
    now: service.clock.now(),
  };
}

async function broughtBy({ presets }: Service, { mirror, policy, change }: ChangeOf, files: readonly ChangedFile[]) {
  const edits = files.some(({ path, previousPath }) => path === POLICY_FILE || previousPath === POLICY_FILE);
  const read = edits ? await gatherBrought(mirror, { head: change.head, policy }, presets) : undefined;
  if (read === undefined) return { brings: {}, incomplete: [] };
  return read.ok
    ? { brings: { brings: read.value }, incomplete: [] }
    : { brings: {}, incomplete: [{ what: "the policy it brings", why: describeGitProblem(read.problem).message }] };
}

/** Whom a bot names, in the pull request or its commits, among those whose approval could matter: voters and members of groups. */
function requesterIn({ change, groups, requester }: ChangeOf, footing: Result<Footing, FootingProblem>) {
  const members = Object.values(groups).flat();
  const people = [...change.reviews.map(({ by }) => by), ...members.map((one) => ({ ...one, type: "User" as const }))];
  const messages = footing.ok ? footing.value.commits.map(({ message }) => message) : [];
  const found = requester ?? requesterOf({ ...change, messages }, people);
  return found === undefined ? {} : { requester: found };
}

/** When a change could not be read at all: closed, with the sentence why. */
export function unreadChange(
  { policy, target, groups, now }: Pick<ChangeOf, "policy" | "target" | "groups"> & Pick<PolicySnapshot, "now">,
  headline: ChangeHeadline,
  why: string,
): PolicySnapshot {
  return {
    version: 1,
    policy: policy.layers,
    change: {
      ...factsOf({ target, policy, change: { ...headline, body: "", openedAt: now, requestedReviewers: [] } }),
      below: [],
      foreignCommits: [],
      commits: [],
      patchSets: [],
      files: [],
    },
    votes: [],
    checks: [],
    groups,
    freezes: [],
    overrides: [],
    facts: { unresolved: 0, bidi: [], owners: [] },
    incomplete: [{ what: "the pull request", why }],
    now,
  };
}

type ShortChange = ChangeHeadline & Pick<ChangeRead, "body" | "openedAt" | "requestedReviewers">;

function factsOf({
  target,
  policy,
  change,
}: {
  readonly target: BranchName;
  readonly policy: TargetPolicy;
  readonly change: ShortChange;
}) {
  return {
    number: change.number,
    owner: change.author,
    branch: target,
    base: policy.tip,
    head: change.head,
    headBranch: change.headBranch,
    draft: change.draft,
    title: change.title,
    body: change.body,
    hashtags: [],
    openedAt: change.openedAt,
    reviewers: change.requestedReviewers,
  };
}

/** Without a policy nobody knows which labels there are, so no vote is read; what was seen before stays written down. */
function votes(service: Service, of: ChangeOf, patchSets: readonly PatchSet[]): Promise<readonly Vote[]> {
  const { policy } = of.policy;
  return policy.ok
    ? gatherVotes(service, { ...of, policy: policy.value, patchSets })
    : votesOf(service.store, of.repository, of.change.number);
}

function messagesOf({ commits }: Footing) {
  return [...commits].reverse().map(({ sha, message, parents }) => ({ sha, message, parents: parents.length }));
}

/** Of the head's commit; else of the branch name that `git review` gives. A change made in the browser has none. */
function changeIdIn(change: ChangeRead, footing: Result<Footing, FootingProblem>): { readonly changeId?: ChangeId } {
  const head = footing.ok ? footing.value.commits.find(({ sha }) => sha === change.head) : undefined;
  const named = head === undefined ? undefined : changeIdOf(head.message);
  const id = named?.ok === true ? named.value : parseChangeId(change.headBranch.split("/").at(-1) ?? "");
  return id === undefined ? {} : { changeId: id };
}

async function filesOf({ known }: Mirror, base: Sha, head: Sha) {
  const paths = await known.changedPaths(base, head);
  if (!paths.ok) return paths;
  const files = paths.value.map(({ path, previousPath, mode, additions, deletions, status }): ChangedFile => ({
    path,
    mode,
    additions,
    deletions,
    status,
    ...(previousPath === undefined ? {} : { previousPath }),
  }));
  return { ok: true as const, value: files };
}

export function describeFooting(problem: FootingProblem): string {
  switch (problem.kind) {
    case "unrelated":
      return "it shares no commit with its target; rebase it onto the target";
    case "too-long":
      return "it has more than 1000 commits above its target; split it, or rebase it onto the target";
    case "not-remembered":
      return problem.why;
    case "no-repository":
    case "unsafe-name":
    case "missing-object":
    case "unreachable":
    case "authentication":
    case "no-remote-repository":
    case "stale":
    case "not-descending":
    case "rejected":
    case "timeout":
    case "aborted":
    case "no-git":
    case "failed":
      return describeGitProblem(problem).message;
  }
}
