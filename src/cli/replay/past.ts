/**
 * Reads what `past-worlds.ts` needs of each merge: who pushed which heads when, from the forge's log; what the heads were and what
 * changed between them, from git; who made the commits. Read-only. What cannot be had is a sentence at the merge it belongs to.
 */
import { changeKind } from "../../core/change/change-kind.ts";
import type { BranchName, Sha } from "../../core/ids.ts";
import type { ChangedFile, ChangeKind } from "../../core/policy/snapshot.ts";
import { shortSha, type MergeFacts } from "../../core/replay/merge.ts";
import { headsOf, type PastHead } from "../../core/replay/past-heads.ts";
import type { PastCommit, PastPatchSet, PastRange } from "../../core/replay/past-snapshot.ts";
import type { PastMerge } from "../../core/replay/past-worlds.ts";
import { groundsOf } from "../../core/replay/tested.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ForgeProblem, RepositoryRef } from "../../forge/forge.ts";
import type { Client } from "../../forge/github/client.ts";
import type { CommitPeople } from "../../forge/github/merge-people.ts";
import { describeForgeProblem } from "../../forge/problem.ts";
import { gatherChangeKindFacts } from "../../git/change-kind-facts.ts";
import type { GitProblem } from "../../git/problem.ts";
import type { Repository } from "../../git/repository.ts";
import { ofGit } from "../problems.ts";
import type { CliProblem } from "../say.ts";
import { gatherMerges, type GatheredMerges, type GatherQuestion } from "./gather.ts";
import { fetchCommits, fetchMerges, withPastMirror, type MirrorFrom, type PastMirror } from "./past-mirror.ts";

export interface Past {
  readonly repository: RepositoryRef;
  readonly branch: BranchName;
  /** Newest first. */
  readonly merges: readonly PastMerge[];
  readonly limits: readonly string[];
  /** GitHub stopped answering; what was not read is said at its merge. */
  readonly stopped?: ForgeProblem;
  readonly remaining?: number;
}

const LOGS_AT_ONCE = 4;
/** As the service: more is nothing anybody has reviewed. */
const LONGEST_RANGE = 1_000;

export async function gatherPast(
  client: Client,
  project: RepositoryRef,
  question: GatherQuestion & { readonly from: MirrorFrom },
): Promise<Result<Past, { readonly forge: ForgeProblem } | { readonly git: CliProblem }>> {
  const { tell } = question;
  const read = await gatherMerges(client, project, question);
  if (!read.ok) return fail({ forge: read.problem });
  const { repository, branch, limits, remaining } = read.value;
  const logs = await readHeads(client, read.value, tell);
  const judged = await withPastMirror(question.from, async (mirror) =>
    readAll(mirror, client, { ...read.value, logs, tell }),
  );
  if (!judged.ok) return fail({ git: ofGit(judged.problem) });
  const stopped = read.value.stopped ?? logs.stopped ?? judged.value.stopped;
  return ok({
    ...{ repository, branch, limits, merges: judged.value.merges },
    ...(stopped === undefined ? {} : { stopped }),
    ...(remaining === undefined ? {} : { remaining }),
  });
}

interface Logs {
  /** By number: the heads, or why they are not known. */
  readonly heads: ReadonlyMap<number, Result<readonly PastHead[], string>>;
  readonly stopped?: ForgeProblem;
}

/** One request for each merge: only the log of its branch knows what was pushed plainly, and a fork's log is its own. */
async function readHeads(
  client: Client,
  { repository, merges }: GatheredMerges,
  tell: (line: string) => void,
): Promise<Logs> {
  const { readActivity } = await import("../../forge/github/pushes.ts");
  const heads = new Map<number, Result<readonly PastHead[], string>>();
  let stopped: ForgeProblem | undefined;
  const readOne = async (merge: MergeFacts): Promise<void> => {
    if (merge.headRepository === undefined)
      return void heads.set(merge.number, fail("the fork it came from is gone, and with it who pushed what"));
    const read = await readActivity(client, repository, merge);
    if (read.ok) return void heads.set(merge.number, headsOf(merge, read.value));
    heads.set(merge.number, fail(describeForgeProblem(read.problem).message));
    if (read.problem.kind !== "unreadable" && read.problem.kind !== "refused") stopped = read.problem;
  };
  for (let at = 0; at < merges.length && stopped === undefined; at += LOGS_AT_ONCE) {
    tell(`Reading who pushed: ${at} of ${merges.length}`);
    await Promise.all(merges.slice(at, at + LOGS_AT_ONCE).map(readOne));
  }
  return { heads, ...(stopped === undefined ? {} : { stopped }) };
}

interface Reading extends GatheredMerges {
  readonly logs: Logs;
  readonly tell: (line: string) => void;
}

/** What git has of one merge. */
interface InGit {
  readonly base: Sha;
  readonly patchSets: readonly (PastHead & { readonly range: BareRange; readonly kind: ChangeKind })[];
  readonly files: readonly ChangedFile[];
}
/** Without the people. */
type BareCommit = Pick<PastCommit, "sha" | "message" | "parents">;
type BareRange =
  | Extract<PastRange, { known: false }>
  | (Omit<Extract<PastRange, { known: true }>, "commits"> & { readonly commits: readonly BareCommit[] });

async function readAll(
  mirror: PastMirror,
  client: Client,
  { repository, branch, merges, steps, logs, tell }: Reading,
): Promise<Result<{ readonly merges: readonly PastMerge[]; readonly stopped?: ForgeProblem }, GitProblem>> {
  const grounds = groundsOf(merges, steps);
  const known = merges.flatMap((merge) => {
    const heads = logs.heads.get(merge.number);
    const base = grounds.get(merge.number)?.from;
    return heads?.ok === true && base !== undefined ? [{ merge, heads: heads.value, base }] : [];
  });
  tell(`Fetching the commits of ${repository.owner}/${repository.name}`);
  const fetched = await fetchMerges(mirror, { branch, merges: known.map(({ merge }) => merge.number) });
  if (!fetched.ok) return fetched;
  const lost = await fetchCommits(
    mirror,
    known.flatMap(({ heads, base }) => [base, ...heads.map(({ sha }) => sha)]),
  );
  if (!lost.ok) return lost;
  const inGit = new Map<number, Result<InGit, string>>();
  for (const [index, one] of known.entries()) {
    tell(`Comparing what was pushed: ${index} of ${known.length}`);
    const read = await readMerge(mirror.git, one, lost.value);
    if (!read.ok) return read;
    inGit.set(one.merge.number, read.value);
  }
  const people = await readPeople(client, repository, { merges, inGit, tell });
  return ok({
    merges: merges.map((merge): PastMerge => {
      const heads = logs.heads.get(merge.number);
      if (heads === undefined) return { merge, why: "GitHub stopped answering before who had pushed it could be read" };
      if (!heads.ok) return { merge, why: heads.problem };
      const read = inGit.get(merge.number);
      if (read === undefined) return { merge, why: "on which commit of the target it landed is not known" };
      if (!read.ok) return { merge, why: read.problem };
      const { base, files, patchSets } = read.value;
      const named = `${repository.owner}/${repository.name}`;
      const facts = {
        ...{ merge, repository: named, base, files },
        patchSets: patchSets.map((one) => peopled(one, people)),
      };
      return { merge, facts };
    }),
    ...(people.stopped === undefined ? {} : { stopped: people.stopped }),
  });
}

interface ToRead {
  readonly heads: readonly PastHead[];
  readonly base: Sha;
}

async function readMerge(
  git: Repository,
  { heads, base }: ToRead,
  lost: ReadonlySet<Sha>,
): Promise<Result<Result<InGit, string>, GitProblem>> {
  if (lost.has(base)) return ok(fail(`GitHub has thrown away ${shortSha(base)}, on which it landed`));
  const patchSets: InGit["patchSets"][number][] = [];
  for (const head of heads) {
    const range = lost.has(head.sha)
      ? ok<BareRange>({ known: false, why: `GitHub has thrown away ${shortSha(head.sha)}` })
      : await rangeOf(git, { head: head.sha, base });
    if (!range.ok) return range;
    const kind = await kindOf(git, patchSets.at(-1), { sha: head.sha, range: range.value });
    if (!kind.ok) return kind;
    patchSets.push({ ...head, range: range.value, kind: kind.value });
  }
  const last = patchSets.at(-1);
  if (last?.range.known !== true) return ok(fail(last?.range.why ?? "it has no head"));
  const paths = await git.changedPaths(last.range.base, last.sha);
  if (!paths.ok) return paths;
  const files = paths.value.map(({ path, previousPath, mode, additions, deletions, status }): ChangedFile => ({
    ...{ path, mode, additions, deletions, status },
    ...(previousPath === undefined ? {} : { previousPath }),
  }));
  return ok(ok({ base, patchSets, files }));
}

async function rangeOf(
  git: Repository,
  { head, base: target }: { readonly head: Sha; readonly base: Sha },
): Promise<Result<BareRange, GitProblem>> {
  const base = await git.mergeBase(target, head);
  if (!base.ok) return base;
  if (base.value === undefined) return ok({ known: false, why: `${shortSha(head)} shares no commit with the target` });
  const listed = await git.commits({ from: head, notReachableFrom: [base.value], max: LONGEST_RANGE + 1 });
  if (!listed.ok) return listed;
  if (listed.value.length > LONGEST_RANGE)
    return ok({ known: false, why: `${shortSha(head)} has more than ${LONGEST_RANGE} commits above the target` });
  const tree = listed.value[0]?.tree;
  if (tree === undefined) return ok({ known: false, why: `${shortSha(head)} was in the target already` });
  return ok({
    ...{ known: true, base: base.value, tree },
    commits: listed.value.map(({ sha, message, parents }) => ({ sha, message, parents })).toReversed(),
  });
}

async function kindOf(
  git: Repository,
  previous: InGit["patchSets"][number] | undefined,
  { sha, range }: { readonly sha: Sha; readonly range: BareRange },
): Promise<Result<ChangeKind, GitProblem>> {
  if (previous?.range.known !== true || !range.known) return ok("REWORK");
  const facts = await gatherChangeKindFacts(git, {
    previous: { head: previous.sha, base: previous.range.base },
    next: { head: sha, base: range.base },
  });
  return facts.ok ? ok(changeKind(facts.value)) : facts;
}

interface People {
  readonly known: ReadonlyMap<Sha, CommitPeople>;
  readonly stopped?: ForgeProblem;
}

/** The merges' own lists have most of them; the others were pushed over. */
async function readPeople(
  client: Client,
  repository: RepositoryRef,
  {
    merges,
    inGit,
    tell,
  }: Pick<Reading, "merges" | "tell"> & { readonly inGit: ReadonlyMap<number, Result<InGit, string>> },
): Promise<People> {
  const { readCommitPeople } = await import("../../forge/github/merge-people.ts");
  const listed = new Map<Sha, CommitPeople>(merges.flatMap(({ commits }) => commits.read.map((one) => [one.sha, one])));
  const all = [...inGit.values()].flatMap((one) => (one.ok ? one.value.patchSets : []));
  const shas = all.flatMap(({ range }) => (range.known ? range.commits.map(({ sha }) => sha) : []));
  const missing = [...new Set(shas)].filter((sha) => !listed.has(sha));
  if (missing.length === 0) return { known: listed };
  tell("Reading who made commits that were pushed over");
  const read = await readCommitPeople(client, repository, missing);
  return read.ok ? { known: new Map([...listed, ...read.value]) } : { known: listed, stopped: read.problem };
}

function peopled({ range, ...patchSet }: InGit["patchSets"][number], { known }: People): PastPatchSet {
  if (!range.known) return { ...patchSet, range };
  const commits = range.commits.map((commit) => ({ commit, people: known.get(commit.sha) }));
  const nobody = commits.find(({ people }) => people === undefined);
  if (nobody !== undefined)
    return { ...patchSet, range: { known: false, why: `who made ${shortSha(nobody.commit.sha)} is not known` } };
  return {
    ...patchSet,
    range: { ...range, commits: commits.map(({ commit, people }) => ({ ...commit, authors: [], ...people })) },
  };
}
