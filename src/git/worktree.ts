/** The few things the CLI does to a person's work tree. Local edits are kept or the call refuses; nothing is ever thrown away. */
import { parseBranchName, type BranchName, type Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { oid } from "./slots.ts";

export type SwitchTarget =
  | { readonly kind: "branch"; readonly branch: BranchName }
  | { readonly kind: "create"; readonly branch: BranchName; readonly at: Sha }
  | { readonly kind: "detach"; readonly at: Sha };

export interface CherryPickOptions {
  /** Adds `(cherry picked from commit …)`. */
  readonly recordOrigin?: boolean;
  /** Only the work tree and index, no commit. */
  readonly noCommit?: boolean;
}

export type CherryPicked =
  | { readonly kind: "picked" }
  /** Left for the user to resolve, as git leaves it. */
  | { readonly kind: "conflict"; readonly detail: string };

export async function isClean(git: GitProcess): Promise<Result<boolean, GitProblem>> {
  const asked = await git.run("diff-index", { options: ["--quiet", "--ignore-submodules", "HEAD"], answers: [0, 1] });
  return asked.ok ? ok(asked.value.exitCode === 0) : asked;
}

export async function switchTo(git: GitProcess, target: SwitchTarget): Promise<Result<void, GitProblem>> {
  const switched = await startSwitch(git, target);
  return switched.ok ? ok(undefined) : switched;
}

function startSwitch(git: GitProcess, target: SwitchTarget): ReturnType<GitProcess["run"]> {
  switch (target.kind) {
    case "branch":
      return git.run("switch", { options: ["--quiet", "--no-guess"], slots: [branchSlot(target.branch)] });
    case "create":
      return git.run("switch", {
        options: ["--quiet", "--no-guess"],
        valued: [{ option: "--create", value: branchSlot(target.branch) }],
        slots: [oid(target.at)],
      });
    case "detach":
      return git.run("switch", { options: ["--quiet", "--detach"], slots: [oid(target.at)] });
  }
}

export async function resetKeep(git: GitProcess, sha: Sha): Promise<Result<void, GitProblem>> {
  const reset = await git.run("reset", { options: ["--quiet", "--keep"], slots: [oid(sha)] });
  return reset.ok ? ok(undefined) : reset;
}

export async function cherryPick(
  git: GitProcess,
  sha: Sha,
  options: CherryPickOptions,
): Promise<Result<CherryPicked, GitProblem>> {
  const picked = await git.run("cherry-pick", {
    options: [
      ...(options.recordOrigin === true ? (["-x"] as const) : []),
      ...(options.noCommit === true ? (["--no-commit"] as const) : []),
    ],
    slots: [oid(sha)],
    answers: [0, 1],
  });
  if (!picked.ok) return picked;
  if (picked.value.exitCode === 0) return ok({ kind: "picked" });
  return ok({ kind: "conflict", detail: picked.value.stderr.trim() });
}

function branchSlot(branch: BranchName): { readonly slot: string } {
  if (parseBranchName(branch) === undefined) throw new Error(`Not a branch name: ${JSON.stringify(branch)}`);
  return { slot: branch };
}
