/**
 * The pull request that follows where a branch began: its `.gitreview` still names the branch that it came from. It is known by its head
 * branch, so that it is opened once, whoever asks and whatever was forgotten.
 */
import { deriveChangeId } from "../../commit-message/change-id.ts";
import { withTrailer } from "../../commit-message/trailers.ts";
import { parseBranchName, type BranchName, type ChangeId, type RepoId } from "../../ids.ts";
import type { ReleaseOrder } from "./order.ts";

export interface FollowUpText {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Of the commit. */
  readonly message: string;
}

/** Of a branch of one repository: always the same. */
export function followUpHead(repository: RepoId, branch: BranchName): BranchName {
  const head = parseBranchName(`review/follow-up/${branch}/${changeIdFor(repository, branch)}`);
  if (head === undefined) throw new Error(`"${branch}" with something before it is a branch's name too`);
  return head;
}

/**
 * `asked`: `acme/releases#12`, the pull request that brought the release file. The commit's message is of the branch alone, so that it
 * is the same one whichever release it follows.
 */
export function followUpText(
  { deliverable, version }: Pick<ReleaseOrder, "deliverable" | "version">,
  { repository, branch, asked }: { readonly repository: RepoId; readonly branch: BranchName; readonly asked: string },
): FollowUpText {
  const what = `Name ${branch} in .gitreview`;
  const why = `With it, \`git review\` goes to ${branch} there.`;
  const message = `${what}\n\n${why}\n[stable-only]: no other branch is called so.\n`;
  return {
    title: `${what} (${deliverable} ${version})`,
    body: `\`${branch}\` began with the release ${deliverable} ${version}, asked for by ${asked}. ${why}`,
    message: withTrailer(message, "Change-Id", changeIdFor(repository, branch)),
  };
}

function changeIdFor(repository: RepoId, branch: BranchName): ChangeId {
  const message = `Name ${branch} in .gitreview\n`;
  return deriveChangeId({ tree: "", parents: [], committer: "plustwo", message, salt: `follow-up of ${repository}` });
}
