/**
 * Reads what looking back needs: the merges, how the target moved, what those who approved had pushed, and the updates
 * that decide something. Read-only; every request is counted. What could not be read is told, never guessed.
 */
import { opinionsAtMerge } from "../../core/replay/approvals.ts";
import { type PushOf } from "../../core/replay/authors.ts";
import { wantedUpdates, type ReplayFacts } from "../../core/replay/findings.ts";
import { type MergeFacts, type TargetStep, type Update } from "../../core/replay/merge.ts";
import { updateKey, type WantedUpdate } from "../../core/replay/update.ts";
import { ok } from "../../core/result.ts";
import { after, instant, type Instant } from "../../core/time.ts";
import { type BranchName, type UserId } from "../../core/ids.ts";
import { type Answer, type ForgeProblem, type RepositoryRef } from "../../forge/forge.ts";
import { type Client } from "../../forge/github/client.ts";
import { type PushTo } from "../../forge/github/merge-history.ts";
import { type Merges } from "../../forge/github/merges.ts";
import { counted } from "../say.ts";

export interface GatherQuestion {
  readonly branch?: BranchName;
  readonly last: number;
  readonly since?: Instant;
  readonly now: Instant;
  readonly tell: (line: string) => void;
}

export interface Gathered {
  readonly repository: RepositoryRef;
  readonly branch: BranchName;
  readonly facts: ReplayFacts;
  /** What the answer does not rest on, in sentences. */
  readonly limits: readonly string[];
  /** GitHub stopped answering; what was read before it did is here. */
  readonly stopped?: ForgeProblem;
  readonly remaining?: number;
}

/** Of long-lived branches, pushes from before this are not looked for. */
const PUSHES_BEFORE_MS = 90 * 86_400_000;
const MOST_APPROVERS = 50;
const COMPARED_AT_ONCE = 4;

export async function gatherReplay(client: Client, project: RepositoryRef, question: GatherQuestion): Answer<Gathered> {
  const read = await gatherMerges(client, project, question);
  if (!read.ok) return read;
  const { repository, branch, merges, steps, remaining } = read.value;
  const more = await readBeside(client, read.value, question);
  const stopped = read.value.stopped ?? more.stopped;
  return ok({
    ...{ repository, branch, limits: [...read.value.limits, ...more.limits] },
    facts: { merges, steps, pushes: more.pushes, updates: more.updates, now: question.now },
    ...(stopped === undefined ? {} : { stopped }),
    ...(remaining === undefined ? {} : { remaining }),
  });
}

export interface GatheredMerges {
  readonly repository: RepositoryRef;
  readonly branch: BranchName;
  /** Newest first. */
  readonly merges: readonly MergeFacts[];
  readonly steps: readonly TargetStep[];
  readonly limits: readonly string[];
  readonly stopped?: ForgeProblem;
  readonly remaining?: number;
}

/** The merges, and how the target moved. */
export async function gatherMerges(
  client: Client,
  project: RepositoryRef,
  question: GatherQuestion,
): Answer<GatheredMerges> {
  const { readMerges } = await import("../../forge/github/merges.ts");
  const { readTargetSteps } = await import("../../forge/github/merge-history.ts");
  const read = await readMerges(client, project, {
    ...question,
    progress: (done, of) => question.tell(`Reading merges of ${project.owner}/${project.name}: ${done} of ${of}`),
  });
  if (!read.ok) return read;
  const { repository, branch, merges, remaining } = read.value;
  const oldest = merges.at(-1)?.mergedAt;
  question.tell(`Reading how ${branch} moved`);
  const steps = oldest === undefined ? ok([]) : await readTargetSteps(client, repository, { branch, since: oldest });
  const stopped = read.value.stopped?.problem ?? (steps.ok ? undefined : steps.problem);
  return ok({
    ...{ repository, branch, merges, steps: steps.ok ? steps.value : [] },
    limits: [
      ...stoppedLimit(read.value),
      ...(oldest === undefined ? [] : logLimit(branch, steps.ok ? steps.value : [])),
    ],
    ...(stopped === undefined ? {} : { stopped }),
    ...(remaining === undefined ? {} : { remaining }),
  });
}

function stoppedLimit({ stopped, merges }: Merges): readonly string[] {
  return stopped === undefined ? [] : [`only ${merges.length} of ${stopped.wanted} merges could be read`];
}

interface Beside extends Pick<ReplayFacts, "pushes" | "updates"> {
  readonly limits: readonly string[];
  readonly stopped?: ForgeProblem;
}

/** Beside the merges: a server that stops answering here leaves what is not known unknown. */
async function readBeside(
  client: Client,
  { repository, merges, steps }: GatheredMerges,
  { tell }: GatherQuestion,
): Promise<Beside> {
  if (merges.length === 0) return { pushes: new Map(), updates: new Map(), limits: [] };
  const pushes = await readPushes(client, { repository, merges }, tell);
  const updates = await readUpdates(client, repository, {
    wanted: wantedUpdates({ merges, steps, pushes: pushes.known }),
    tell,
  });
  const stopped = pushes.stopped ?? updates.stopped;
  return {
    ...{ pushes: pushes.known, updates: updates.known },
    limits: [...pushes.limits, ...updates.limits],
    ...(stopped === undefined ? {} : { stopped }),
  };
}

function logLimit(branch: BranchName, steps: readonly TargetStep[]): readonly string[] {
  return steps.length > 0
    ? []
    : [`GitHub's log of ${branch} could not be read: where it stood is told from commits alone`];
}

interface Pushes {
  readonly known: ReadonlyMap<number, readonly PushOf[]>;
  readonly limits: readonly string[];
  readonly stopped?: ForgeProblem;
}

/** One look into the log for each person who approved: far fewer than one for each merge. */
async function readPushes(
  client: Client,
  { repository, merges }: Pick<Merges, "repository" | "merges">,
  tell: (line: string) => void,
): Promise<Pushes> {
  const { readPushesBy } = await import("../../forge/github/merge-history.ts");
  const own = merges.filter((merge) => isOwn(merge, repository));
  const limits =
    own.length === merges.length
      ? []
      : [
          `who pushed to ${counted(merges.length - own.length, "branch", "branches")} in forks or gone repositories is known of forced pushes only`,
        ];
  const approvers = new Map(
    own.flatMap((merge) => opinionsAtMerge(merge).approvals.map(({ by }) => [by.login, by.id] as const)),
  );
  const asked = [...approvers].slice(0, MOST_APPROVERS);
  if (asked.length < approvers.size)
    limits.push(
      `what ${approvers.size - asked.length} of ${approvers.size} people who approved had pushed was not looked for`,
    );
  const since = after(instant(Math.min(...merges.map(({ mergedAt }) => mergedAt))), -PUSHES_BEFORE_MS);
  const known = new Map<number, PushOf[]>();
  for (const [login, id] of asked) {
    tell(`Reading what ${login} pushed`);
    const pushed = await readPushesBy(client, repository, { login, since });
    if (!pushed.ok)
      return { known, limits: [...limits, "who pushed what could not be read to the end"], stopped: pushed.problem };
    for (const merge of own) {
      const to = pushed.value.filter((push) => wentInto(push, merge));
      if (to.length > 0)
        known.set(merge.number, [...(known.get(merge.number) ?? []), ...to.map((push) => pushOf(push, id))]);
    }
  }
  return { known, limits };
}

function isOwn({ headRepository }: MergeFacts, { owner, name }: RepositoryRef): boolean {
  return headRepository?.toLowerCase() === `${owner}/${name}`.toLowerCase();
}

/** Names of branches are used again: a push counts by its commit, or by having come while the pull request was open. */
function wentInto(
  { branch, after: sha, at }: PushTo,
  { headBranch, head, commits, openedAt, mergedAt }: MergeFacts,
): boolean {
  if (branch !== headBranch || at > mergedAt) return false;
  return at >= openedAt || sha === head.sha || commits.read.some((commit) => commit.sha === sha);
}

function pushOf({ after: sha }: PushTo, by: UserId): PushOf {
  return { by, after: sha };
}

interface Updates {
  readonly known: ReadonlyMap<string, Update>;
  readonly limits: readonly string[];
  readonly stopped?: ForgeProblem;
}

async function readUpdates(
  client: Client,
  repository: RepositoryRef,
  { wanted, tell }: { readonly wanted: readonly WantedUpdate[]; readonly tell: (line: string) => void },
): Promise<Updates> {
  const { readUpdate } = await import("../../forge/github/merge-history.ts");
  const known = new Map<string, Update>();
  for (let from = 0; from < wanted.length; from += COMPARED_AT_ONCE) {
    tell(`Comparing what came after approvals: ${from} of ${wanted.length}`);
    const some = wanted.slice(from, from + COMPARED_AT_ONCE);
    const answers = await Promise.all(some.map((one) => readUpdate(client, repository, one)));
    for (const [index, one] of some.entries()) {
      const answer = answers[index];
      if (answer?.ok === true) known.set(updateKey(one), answer.value);
      else if (answer !== undefined)
        return {
          known,
          limits: [`${wanted.length - known.size} comparisons could not be read`],
          stopped: answer.problem,
        };
    }
  }
  return { known, limits: [] };
}
