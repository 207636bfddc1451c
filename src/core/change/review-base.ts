/**
 * The names of branches that the service makes in the project, so that a pull request from a fork can be based on the change
 * below it: `review-base/<target>/<number of the pull request that is based on it>`.
 */
import { parseBranchName, type BranchName } from "../ids.ts";

const FOLDER = "review-base/";

/** Undefined where the target's name is too long for git or for us. */
export function reviewBase(target: BranchName, change: number): BranchName | undefined {
  return parseBranchName(`${FOLDER}${target}/${change}`);
}

/** The target that such a branch stands for, and the change that is based on it. */
export function parseReviewBase(
  branch: BranchName,
): { readonly target: BranchName; readonly change: number } | undefined {
  const [, name = "", number = ""] = /^review-base\/(.+)\/([1-9]\d{0,9})$/.exec(branch) ?? [];
  const target = parseBranchName(name);
  return target === undefined ? undefined : { target, change: Number(number) };
}
