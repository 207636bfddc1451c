/** `-x`, `-X`, `-N`: the commit of a change on top of the branch one is on. */
import type { Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Workshop } from "../desk.ts";
import { EXIT, ofGit } from "../problems.ts";
import { oneLine, type CliProblem } from "../say.ts";

export interface Pick {
  /** As it is shown: `#12`, `12,3`. */
  readonly change: string;
  readonly commit: Sha;
  readonly subject: string;
  readonly how: "cherry-pick" | "cherry-pick-indicate" | "cherry-pick-only";
}

export async function pick(
  { repository, say }: Workshop,
  { change, commit, subject, how }: Pick,
): Promise<Result<number, CliProblem>> {
  const options = { recordOrigin: how === "cherry-pick-indicate", noCommit: how === "cherry-pick-only" };
  const picked = await repository.cherryPick(commit, options);
  if (!picked.ok) return fail(ofGit(picked.problem));
  const named = `${change} "${oneLine(subject)}"`;
  if (picked.value.kind === "conflict")
    return fail({
      message: `Cannot put ${named} on top of this branch without your help: it conflicts (${lastLine(picked.value.detail)})`,
      hint: options.noCommit
        ? "resolve the marked files; `git checkout HEAD -- <file>` takes one back"
        : "resolve the marked files and run `git cherry-pick --continue`, or `git cherry-pick --abort`",
      exit: EXIT.conflict,
    });
  say.result(
    options.noCommit
      ? `${named} is in your files and index, and not committed`
      : `${named} is committed on top of this branch`,
  );
  return ok(EXIT.ok);
}

function lastLine(detail: string): string {
  return oneLine(detail.split("\n").find((line) => /^error: /.test(line)) ?? detail.split("\n")[0] ?? "").replace(
    /^error: /,
    "",
  );
}
