/**
 * Whether the commits merge with the target, found in memory: no work tree, no rebase left behind. And `-F`: the commits
 * replayed onto the target, as objects.
 */
import { fail, ok, type Result } from "../../core/result.ts";
import { subjectOf } from "../../core/commit-message/message.ts";
import { conflictWith } from "../gather-stack.ts";
import { EXIT, ofGit } from "../problems.ts";
import { rebaseOnto } from "../rebase-stack.ts";
import { type CliProblem } from "../say.ts";
import { type GerritDesk } from "./desk.ts";
import { above, type GatheredCommits } from "./gather.ts";

/** One process where they merge; on a conflict two more for each commit up to the one in the way. */
export async function checkConflict(desk: GerritDesk, gathered: GatheredCommits): Promise<Result<void, CliProblem>> {
  const { targetTip, tip, line } = gathered;
  const { repository } = desk;
  if (line?.[0]?.parents[0] === targetTip) return ok(undefined);
  const merged = await repository.mergeTree(targetTip, tip);
  if (!merged.ok) return fail(ofGit(merged.problem));
  if (merged.value.kind === "clean") return ok(undefined);
  const replayed = line === undefined ? undefined : await rebaseOnto(repository, targetTip, line);
  if (replayed !== undefined && !replayed.ok) return fail(ofGit(replayed.problem));
  if (replayed?.value.kind === "conflict") return fail(withHint(conflictWith(above(desk), replayed.value)));
  const subject = gathered.commits.at(-1)?.subject ?? "";
  return fail(withHint(conflictWith(above(desk), { commit: tip, subject, files: merged.value.files })));
}

/** What is gathered, put onto the target's tip; the same where it stands there already. */
export async function rebaseGathered(
  desk: GerritDesk,
  gathered: GatheredCommits,
): Promise<Result<GatheredCommits, CliProblem>> {
  const { targetTip, line, tip, given } = gathered;
  if (line === undefined) return fail(mergesInTheWay());
  const rebased = await rebaseOnto(desk.repository, targetTip, line);
  if (!rebased.ok) return fail(ofGit(rebased.problem));
  if (rebased.value.kind === "conflict") return fail(conflictWith(above(desk), rebased.value));
  if (rebased.value.tip === tip) return ok(gathered);
  const { became, dropped, commits } = rebased.value;
  for (const { sha, message } of dropped)
    desk.say.note(`${sha.slice(0, 7)} "${subjectOf(message)}" is left out: ${above(desk)} has it already`);
  if (commits.length === 0) return fail(allThere(desk));
  return ok({
    ...gathered,
    line: commits,
    tip: rebased.value.tip,
    commits: gathered.commits.flatMap((one) => {
      const now = became.get(one.commit);
      return now === undefined ? [] : [{ ...one, commit: now }];
    }),
    given: new Map([...given].flatMap(([sha, one]) => [[became.get(sha) ?? sha, one] as const])),
  });
}

function withHint(problem: CliProblem): CliProblem {
  return { ...problem, hint: `${problem.hint}; -R sends it all the same` };
}

function allThere(desk: GerritDesk): CliProblem {
  return {
    message: `Nothing to send: ${above(desk)} has the content of every commit of yours already`,
    hint: "see it with `git log`; your branch was left as it is",
    exit: EXIT.refused,
  };
}

function mergesInTheWay(): CliProblem {
  return {
    message: "Cannot rebase for you: there is a merge among the commits",
    hint: "run `git rebase --rebase-merges` yourself, or send them as they are with -R",
    exit: EXIT.refused,
  };
}
