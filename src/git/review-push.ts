/**
 * The push that Gerrit turns into changes: one commit to `refs/for/<branch>`, a ref that is never made. What is wished for
 * the changes stands behind the branch's name, after a `%`. Source: Gerrit, "Uploading Changes".
 */
import { branchRef, parseBranchName, type BranchName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { lastLines, remoteProblem, type GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { remoteLines } from "./remote.ts";
import { remoteSlot, reviewSlot, type RemoteAddress } from "./slots.ts";

export interface ReviewPush {
  readonly tip: Sha;
  readonly target: BranchName;
  /** `topic=x`, `r=judy`, `wip`, in the server's form and order; each is fit for a ref's name and has no comma. */
  readonly options: readonly string[];
  /** `false` = `--no-thin`. */
  readonly thin: boolean;
}

export type ReviewAnswer =
  | { readonly kind: "taken"; readonly remote: readonly string[] }
  /** `reason` is what git prints in brackets: "no new changes". Nothing was changed. */
  | { readonly kind: "rejected"; readonly reason: string; readonly remote: readonly string[] };

const NETWORK_TIMEOUT_MS = 600_000;

/** The one line of the one ref, in `--porcelain`. The reason may have several lines. */
const REFUSED = /(?:^|\n)!\t[^\t]*\t\[remote rejected\] \(([\s\S]*?)\)\s*(?:Done\s*)?$/;

/** The pre-push hook of the user runs. A refusal is an answer; a problem is everything that kept the server from one. */
export async function pushForReview(
  git: GitProcess,
  address: RemoteAddress,
  push: ReviewPush,
): Promise<Result<ReviewAnswer, GitProblem>> {
  if (parseBranchName(push.target) === undefined)
    return fail({ kind: "unsafe-name", what: "branch", text: push.target });
  const slot = reviewSlot(push.tip, branchRef(push.target), push.options);
  if (slot === undefined) return fail({ kind: "unsafe-name", what: "push option", text: push.options.join(",") });
  const pushed = await git.run("push", {
    options: [
      "--porcelain",
      "--no-progress",
      "--no-follow-tags",
      "--recurse-submodules=no",
      ...(push.thin ? [] : (["--no-thin"] as const)),
    ],
    slots: [remoteSlot(address), slot],
    timeoutMs: NETWORK_TIMEOUT_MS,
    answers: [0, 1, 128],
  });
  if (!pushed.ok) return pushed;
  const { exitCode, stdout, stderr } = pushed.value;
  const remote = remoteLines(stderr);
  const refused = REFUSED.exec(stdout.toString("utf8"))?.[1];
  if (refused !== undefined) return ok({ kind: "rejected", reason: refused, remote });
  if (exitCode === 0) return ok({ kind: "taken", remote });
  const shown = git.shown(address);
  const detail = [lastLines(stderr), ...remote.slice(-3)].join("; ");
  return fail(remoteProblem(shown, stderr) ?? { kind: "failed", command: `git push ${shown}`, exitCode, detail });
}
