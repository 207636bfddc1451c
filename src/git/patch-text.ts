/** The difference of two commits or trees as people read it. */
import type { Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { missing } from "./read.ts";
import { oid } from "./slots.ts";

/** Empty when they are equal. Neither the user's external diff nor a text conversion of the clone runs. */
export async function readPatchText(
  git: GitProcess,
  { from, to, colour }: { from: Sha; to: Sha; colour: boolean },
): Promise<Result<string, GitProblem>> {
  const compared = await git.run("diff-tree", {
    options: [
      "-r",
      "-p",
      "-M",
      "--no-ext-diff",
      "--no-textconv",
      "--ignore-submodules=none",
      ...(colour ? (["--color=always"] as const) : []),
    ],
    slots: [oid(from), oid(to)],
  });
  return compared.ok ? ok(compared.value.stdout.toString("utf8")) : missing(compared.problem, `${from} or ${to}`);
}
