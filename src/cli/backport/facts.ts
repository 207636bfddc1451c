/** What the stable rule asks about: of each commit of a series where it was picked from, what it touches, and what it left behind. */
import type { BranchName, RefName, Sha } from "../../core/ids.ts";
import { parseRefName } from "../../core/ids.ts";
import { picksOf } from "../../core/release/backport/fix.ts";
import { mustBeOn, type Ladder } from "../../core/release/backport/ladder.ts";
import { withoutUndone } from "../../core/release/backport/standing.ts";
import type { CommitFacts } from "../../core/release/backport/stable-rule.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { listCommits, pathsOfCommits } from "../../git/commit-diffs.ts";
import { ofGit } from "../problems.ts";
import type { CliProblem } from "../say.ts";
import type { Branches, BranchHistory } from "./gather.ts";
import { conflictsLeft } from "./markers.ts";

export interface Read {
  readonly branches: Branches;
  readonly ladder: Ladder;
  readonly histories: ReadonlyMap<BranchName, BranchHistory>;
}

export interface BranchFacts {
  readonly branch: BranchName;
  readonly facts: readonly CommitFacts[];
}

/** `files`: whether anybody asks which paths a commit touches. A process or two for each question, whatever the number of commits. */
export async function readFacts(
  read: Read,
  { asked, files }: { readonly asked: readonly BranchName[]; readonly files: boolean },
): Promise<Result<readonly BranchFacts[], CliProblem>> {
  const { git } = read.branches;
  const commits = asked.flatMap((branch) => read.histories.get(branch)?.own ?? []);
  const shas = commits.map(({ sha }) => sha);
  const marked = await pathsOfCommits(git, shas, { marked: true });
  if (!marked.ok) return fail(ofGit(marked.problem));
  const touched = files ? await pathsOfCommits(git, shas) : ok(new Map<Sha, readonly string[]>());
  if (!touched.ok) return fail(ofGit(touched.problem));
  const isKnown = (pick: string): boolean =>
    read.ladder.some(({ branch }) => whereIs(read, branch, pick) !== undefined);
  const isUnknown = commits.some(({ message }) => picksOf(message).some((pick) => !isKnown(pick)));
  const ended = isUnknown ? await readEnded(read.branches) : ok(new Set<string>());
  if (!ended.ok) return ended;
  const rows: BranchFacts[] = [];
  for (const branch of asked) {
    const facts: CommitFacts[] = [];
    const own = read.histories.get(branch)?.own ?? [];
    // What was taken back on its own branch nobody has to bring to a newer one.
    const undone = new Set(own.map(({ sha }) => sha));
    for (const { sha } of withoutUndone(own)) undone.delete(sha);
    for (const commit of own) {
      const { sha, message, parents } = commit;
      const suspects = parents.length === 0 ? [] : (marked.value.get(sha) ?? []);
      const conflicts = await conflictsLeft(git, { from: parents[0] ?? sha, to: sha, suspects });
      if (!conflicts.ok) return fail(ofGit(conflicts.problem));
      const newer = undone.has(sha) ? [] : mustBeOn(read.ladder, branch);
      facts.push({
        ...{ sha, message, parents: parents.length, conflicts: conflicts.value },
        files: touched.value.get(sha) ?? [],
        picks: picksOf(message).map((pick) => originOf(read, ended.value, { pick, asked: branch })),
        missingOn: newer.filter((name) => read.histories.get(name)?.fixes.has(commit) === undefined),
      });
    }
    rows.push({ branch, facts });
  }
  return ok(rows);
}

/** The newest branch that has it; what is on the asked branch alone is no origin. */
function originOf(
  read: Read,
  ended: ReadonlySet<string>,
  { pick, asked }: { readonly pick: string; readonly asked: BranchName },
): CommitFacts["picks"][number] {
  for (const { branch } of read.ladder) {
    const found = branch === asked ? undefined : whereIs(read, branch, pick);
    if (found !== undefined) return { sha: pick, on: branch, message: found };
  }
  return { sha: pick, ...(ended.has(pick) ? { on: "a series that has ended" } : {}) };
}

/** The message of the commit where the branch has it. */
function whereIs({ histories }: Read, branch: BranchName, pick: string): string | undefined {
  return histories.get(branch)?.bySha.get(pick)?.message;
}

/** Commits under the tags that ended a series whose branch is gone; what the default branch has is left out. */
async function readEnded({ git, tips, trunk }: Branches): Promise<Result<ReadonlySet<string>, CliProblem>> {
  const [tags, main] = [parseRefName("refs/tags"), tips.get(trunk)];
  const refs = tags === undefined ? ok([]) : await git.refs(tags);
  if (!refs.ok) return fail(ofGit(refs.problem));
  // A tag of something else than a commit ends nothing.
  const ends = await git.peel(refs.value.filter(endsSeries).map(({ sha }) => sha));
  if (!ends.ok) return fail(ofGit(ends.problem));
  const from = ends.value.flatMap((commit) => commit ?? []);
  const commits = await listCommits(git, { from, notReachableFrom: main === undefined ? [] : [main] });
  return commits.ok ? ok(new Set(commits.value)) : fail(ofGit(commits.problem));
}

function endsSeries({ name }: { readonly name: RefName }): boolean {
  return /-(?:eol|eom)$/.test(name);
}
