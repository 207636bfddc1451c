/** Gerrit's rights that are not about votes: what stands in their place on GitHub, or where they are given there. */
import type { Place, Report } from "./report.ts";

/** One right of one line; `about`: the line as it stands in the file. */
export function otherRight(right: string, about: string, line: Place, report: Report): void {
  const lower = right.toLowerCase();
  const changed = Object.hasOwn(CHANGED, lower) ? CHANGED[lower] : undefined;
  const elsewhere = Object.hasOwn(ELSEWHERE, lower) ? ELSEWHERE[lower] : undefined;
  if (changed !== undefined) report.changed(line, about, changed);
  else if (elsewhere !== undefined) report.leftOut(line, about, elsewhere);
  else if (/^(?:label|remove)label-|^removelabel-|^labelas-/.test(lower))
    report.changed(line, about, "nobody votes for others here, and nobody takes another's vote away");
  else report.leftOut(line, about, "it is no right that is known here; look up what it does");
}

const CHANGED: Readonly<Record<string, string>> = {
  submit: "nobody lands a change by hand: the gate does, as soon as the requirements hold",
  submitas: "nobody lands a change by hand, and so for nobody else",
  rebase: "the author updates the branch, or the gate builds the merge",
  abandon: "whoever may write to the repository, and the author, closes a pull request",
  addpatchset: "whoever may push to the pull request's branch; each becomes a contributor",
  edittopicname: "a topic is a tag label, and whoever may triage sets it",
  edithashtags: "tag labels are set by whoever may triage",
  editassignee: "pull requests are assigned by whoever may triage",
  togglewipstate: "the author, and whoever may write, makes a draft ready",
  toggleworkinprogressstate: "the author, and whoever may write, makes a draft ready",
  forgeauthor: "git lets everybody write any author; here an unknown one is a contributor who is unknown",
  forgecommitter: "git lets everybody write any committer; here an unknown one is a contributor who is unknown",
  revert: "whoever may open pull requests may propose a revert",
};
const REPOSITORY = "give it in the repository: Settings, Collaborators and teams";
const RULESET = "make it a ruleset of the repository: Settings, Rules";
const ELSEWHERE: Readonly<Record<string, string>> = {
  read: REPOSITORY,
  owner: REPOSITORY,
  push: RULESET,
  pushmerge: RULESET,
  create: RULESET,
  delete: RULESET,
  createtag: RULESET,
  createsignedtag: RULESET,
  pushtag: RULESET,
  pushsignedtag: RULESET,
  forgeserverascommitter: RULESET,
  viewprivatechanges: "pull requests are not private",
  viewdrafts: "whoever can read the repository sees drafts",
  publishdrafts: "the author makes a draft ready",
  deletedrafts: "pull requests are closed, not deleted",
  deletechanges: "pull requests are closed, not deleted",
  deleteownchanges: "pull requests are closed, not deleted",
  removereviewer: "whoever may triage asks for reviews and takes that back",
};
