/**
 * Whether the commits merge with the target, found in memory: no work tree, no rebase left behind. And `-F`: the commits
 * replayed onto the target, as objects.
 */
import { type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { subjectOf } from "../../core/commit-message/message.ts";
import { type Commit } from "../../git/commit.ts";
import { EXIT, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { type GerritDesk } from "./desk.ts";
import { above, type GatheredCommits } from "./gather.ts";

/** One process where they merge; on a conflict two more for each commit up to the one in the way. */
export async function checkConflict(desk: GerritDesk, gathered: GatheredCommits): Promise<Result<void, CliProblem>> {
  const { targetTip, tip, line } = gathered;
  if (line?.[0]?.parents[0] === targetTip) return ok(undefined);
  const merged = await desk.repository.mergeTree(targetTip, tip);
  if (!merged.ok) return fail(ofGit(merged.problem));
  if (merged.value.kind === "clean") return ok(undefined);
  const replayed = line === undefined ? undefined : await replayLine(desk, targetTip, line);
  if (replayed !== undefined && !replayed.ok) return replayed;
  if (replayed?.value.kind === "conflict") return fail(conflictProblem(desk, replayed.value));
  const top = gathered.commits.at(-1);
  return fail(conflictProblem(desk, { commit: tip, subject: top?.subject ?? "", files: merged.value.files }));
}

export interface Rebased {
  readonly kind: "rebased";
  readonly line: readonly Commit[];
  readonly tip: Sha;
}

interface Conflict {
  readonly commit: Sha;
  readonly subject: string;
  readonly files: readonly string[];
}

/** Each commit with its own people and times, on the target. What is there already comes out as it is. */
export async function rebaseLine(
  desk: GerritDesk,
  { targetTip, line, tip }: GatheredCommits,
): Promise<Result<Rebased, CliProblem>> {
  if (line === undefined) return fail(mergesInTheWay());
  if (line[0]?.parents[0] === targetTip) return ok({ kind: "rebased", line, tip });
  const replayed = await replayLine(desk, targetTip, line);
  if (!replayed.ok) return replayed;
  return replayed.value.kind === "conflict" ? fail(conflictProblem(desk, replayed.value)) : ok(replayed.value);
}

async function replayLine(
  { repository }: GerritDesk,
  targetTip: Sha,
  line: readonly Commit[],
): Promise<Result<Rebased | ({ readonly kind: "conflict" } & Conflict), CliProblem>> {
  const start = await repository.treeOf(targetTip);
  if (!start.ok) return fail(ofGit(start.problem));
  let [tree, parent] = [start.value, targetTip];
  const rebased: Commit[] = [];
  for (const commit of line) {
    const merged = await repository.replay(commit, { tree });
    if (!merged.ok) return fail(ofGit(merged.problem));
    if (merged.value.kind === "conflict") {
      return ok({
        kind: "conflict",
        commit: commit.sha,
        subject: subjectOf(commit.message),
        files: merged.value.files,
      });
    }
    tree = merged.value.tree;
    const written = await repository.commitTree({ ...commit, tree, parents: [parent] });
    if (!written.ok) return fail(ofGit(written.problem));
    rebased.push({ ...commit, sha: written.value, tree, parents: [parent] });
    parent = written.value;
  }
  return ok({ kind: "rebased", line: rebased, tip: parent });
}

function conflictProblem(desk: GerritDesk, { commit, subject, files }: Conflict): CliProblem {
  const onto = above(desk);
  return {
    message: `Cannot send ${commit.slice(0, 7)} "${subject}": it conflicts with ${onto} in ${files.join(", ")}`,
    hint: `\`git rebase ${onto}\`, resolve, and run \`git review\` again; nothing was sent and your files are untouched. -R sends it all the same`,
    exit: EXIT.conflict,
  };
}

function mergesInTheWay(): CliProblem {
  return {
    message: "Cannot rebase for you: there is a merge among the commits",
    hint: "run `git rebase --rebase-merges` yourself, or send them as they are with -R",
    exit: EXIT.refused,
  };
}
