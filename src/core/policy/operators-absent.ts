/** Operators that Gerrit has and we do not, each with the reason: an answer for whoever brings a policy along. */

const STATIC = "a policy says the same to everybody, and nobody is asking when it is evaluated";

const FIELDS: Readonly<Record<string, string>> = {
  parentproject: "GitHub has no tree of projects; name repositories with `project:`",
  projects: "GitHub has no tree of projects; `project:^acme/.*` takes them by pattern",
  cc: "pull requests have reviewers and no one in copy; use `reviewer:`",
  commentby: "comments may be deleted and edited by others; use votes: `label:`",
  comment: "comments may be deleted and edited by others; use votes: `label:`",
  from: "comments may be deleted and edited by others; use `owner:` or votes",
  conflicts: "it depends on every other open change; the gate tests what really lands",
  mergedbefore: "only open changes are asked about",
  mergedafter: "only open changes are asked about",
  before: "dates of commits are their author's to choose; use `min-age:` and `quiet:`",
  until: "dates of commits are their author's to choose; use `min-age:` and `quiet:`",
  after: "dates of commits are their author's to choose; use `min-age:` and `quiet:`",
  since: "dates of commits are their author's to choose; use `min-age:` and `quiet:`",
  cherrypickof: "use `is:backport-of-merged`, which looks into the branches",
  revertof: "nothing proves it; use `subject:` where a hint is enough",
  submissionid: "only merged changes have one",
  parentof: "the built-in requirement Parents sees to what is below a change",
  uploaderemail: "who pushed is an account, not an email; use `uploader:`",
  rule: "there are no Prolog rules; write a submit requirement",
  tr: 'there is no table of trackers; use `footer:"Closes-Bug: 12"` or `hasfooter:Closes-Bug`',
  bug: 'there is no table of trackers; use `footer:"Closes-Bug: 12"` or `hasfooter:Closes-Bug`',
  star: STATIC,
  visibleto: STATIC,
  attention: "whose turn it is follows from the verdict",
  assignee: "use `reviewer:`",
  changekind: "it belongs into a label's `copyCondition`",
  approverin: "it belongs into a label's `copyCondition` in Gerrit; votes are counted with `label:…,group=`",
};

const VALUES: Readonly<Record<string, string>> = {
  "is:submittable": "it would ask itself",
  "is:mergeable": "it changes with every merge of others; the gate builds the merge and says so",
  "is:reviewed": "it counts any comment; use `label:`",
  "is:private": "pull requests are not private",
  "is:closed": "only open changes are asked about",
  "is:merged": "only open changes are asked about",
  "is:abandoned": "only open changes are asked about",
  "is:pure-revert": "nothing proves it; use `subject:` where a hint is enough",
  "is:started": "use `-is:draft`",
  "is:assigned": "use `reviewer:`",
  "is:owner": STATIC,
  "is:uploader": STATIC,
  "is:reviewer": STATIC,
  "is:cc": STATIC,
  "is:self": STATIC,
  "is:watched": STATIC,
  "is:starred": STATIC,
  "is:attention": STATIC,
  "has:attention": STATIC,
  "has:draft": STATIC,
  "has:edit": STATIC,
  "has:star": STATIC,
  "has:unchanged-files": "the content of those files may change freely under it",
  "status:closed": "only open changes are asked about",
  "status:merged": "only open changes are asked about",
  "status:abandoned": "only open changes are asked about",
  "status:reviewed": "it counts any comment; use `label:`",
  "status:submitted": "only open changes are asked about",
};

/** Why Gerrit's operator is none here; undefined for one that Gerrit has not either. */
export function whyAbsent(field: string, value: string): string | undefined {
  const text = `${field}:${value}`;
  if (Object.hasOwn(VALUES, text)) return VALUES[text];
  return Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
}

/** With what stands for their value: `comment:`, `is:mergeable`. */
export const ABSENT_OPERATORS: readonly string[] = [...Object.keys(FIELDS).map((f) => `${f}:`), ...Object.keys(VALUES)];
