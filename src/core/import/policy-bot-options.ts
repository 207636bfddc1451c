/** Options of a rule of policy-bot: whose approvals count, what a push makes of them, and by which words they are given. */
import type { Report } from "./report.ts";
import { textsOf, truthOf, valueIn, type YamlNode } from "./yaml-tree.ts";

/** What the Approve button votes on. */
export const BUTTON_LABEL = "Code-Review";

/** Which votes the next patch set keeps, strictest first. */
export const COPIES = ["changekind:NO_CHANGE", "changekind:TARGET_MERGE", "changekind:REWORK"] as const;
export type Copy = (typeof COPIES)[number];

export type Who = "others" | "author-too" | "contributors-too" | "everybody";

export const WHO: Readonly<Record<Who, string>> = {
  others: " who did not contribute",
  "author-too": " who did not contribute, or opened it",
  "contributors-too": " who did not open it",
  everybody: "",
};

const TOO: Readonly<Record<Who, string>> = {
  others: "nobody who worked on it",
  "author-too": "whoever opened it",
  "contributors-too": "whoever worked on it and did not open it",
  everybody: "whoever worked on it",
};

export interface Options {
  readonly who: Who;
  readonly copy: Copy;
  /** A plain Approve counts. */
  readonly approve: boolean;
}

const OPTION_KEYS = [
  ...[
    "allow_author",
    "allow_contributor",
    "allow_non_author_contributor",
    "invalidate_on_push",
    "ignore_edited_comments",
  ],
  ...["ignore_update_merges", "ignore_commits_by", "request_review", "methods"],
];

/** Of the rule, else the file's defaults: option by option, and in `methods` method by method. */
export function optionsOf(
  own: YamlNode | undefined,
  defaults: YamlNode | undefined,
  about: string,
  report: Report,
): Options {
  const option = (key: string) => valueIn(own, key) ?? valueIn(defaults, key);
  const is = (key: string): boolean => {
    const node = option(key);
    const truth = node === undefined ? false : truthOf(node);
    if (truth === undefined && node !== undefined)
      report.leftOut(node.line, `${about}: options.${key}`, "it is neither true nor false, and read as false");
    return truth ?? false;
  };
  if (own?.kind === "map")
    for (const { key, line } of own.entries)
      if (!OPTION_KEYS.includes(key))
        report.leftOut(line, `${about}: options.${key.slice(0, 60)}`, "it is no option that is known here");
  const author = is("allow_author");
  const others = is("allow_non_author_contributor");
  const who =
    is("allow_contributor") || (author && others)
      ? "everybody"
      : author
        ? "author-too"
        : others
          ? "contributors-too"
          : "others";
  if (who !== "others")
    report.kept(
      (option("allow_contributor") ?? option("allow_author") ?? option("allow_non_author_contributor"))?.line ?? 0,
      `${about}: options.allow_…`,
      `${TOO[who]} may approve it; an author does so by a line \`${BUTTON_LABEL}: +1\` in a review, since GitHub has no Approve for them`,
    );
  const invalidate = is("invalidate_on_push");
  const merges = is("ignore_update_merges");
  if (invalidate)
    report.changed(
      option("invalidate_on_push")?.line ?? 0,
      `${about}: options.invalidate_on_push`,
      "an approval is bound to the commit that was shown, not to times: it goes with every patch set in which anything is different",
    );
  if (merges)
    report.changed(
      option("ignore_update_merges")?.line ?? 0,
      `${about}: options.ignore_update_merges`,
      "a merge of the target keeps approvals where its result is proven to be git's own (`changekind:TARGET_MERGE`), not because GitHub made the commit",
    );
  if (is("ignore_edited_comments"))
    report.kept(
      option("ignore_edited_comments")?.line ?? 0,
      `${about}: options.ignore_edited_comments`,
      "an edited review never approves",
    );
  const ignored = option("ignore_commits_by");
  if (ignored !== undefined)
    report.leftOut(
      ignored.line,
      `${about}: options.ignore_commits_by`,
      "whoever's commit is in the change is a contributor, and a commit that changes code takes approvals away",
    );
  const request = option("request_review");
  if (request !== undefined && truthOf(valueIn(request, "enabled")) === true)
    report.leftOut(
      request.line,
      `${about}: options.request_review`,
      "the check says whose turn it is and asks GitHub for no reviewer; CODEOWNERS can",
    );
  return {
    who,
    copy: !invalidate ? "changekind:REWORK" : merges ? "changekind:TARGET_MERGE" : "changekind:NO_CHANGE",
    approve: readMethods(valueIn(own, "methods"), valueIn(defaults, "methods"), about, report),
  };
}

const METHOD_KEYS = [
  "comments",
  "comment_patterns",
  "github_review",
  "github_review_comment_patterns",
  "body_patterns",
];

/** Whether a plain Approve counts; every other way is told. */
function readMethods(
  own: YamlNode | undefined,
  defaults: YamlNode | undefined,
  about: string,
  report: Report,
): boolean {
  const method = (key: string) => valueIn(own, key) ?? valueIn(defaults, key);
  const isThere = (node: YamlNode | undefined) => node !== undefined && textsOf(node)?.length !== 0;
  const patterns = method("github_review_comment_patterns");
  const review = method("github_review");
  const approve = (review === undefined || truthOf(review) !== false) && !isThere(patterns);
  const instead = approve ? "" : "; the rule's own label takes its place";
  for (const { key, line } of own?.kind === "map" ? own.entries : [])
    if (!METHOD_KEYS.includes(key))
      report.leftOut(line, `${about}: options.methods.${key.slice(0, 60)}`, "it is no method that is known here");
  for (const key of ["comments", "comment_patterns", "body_patterns"] as const) {
    const node = method(key);
    if (node === undefined || !isThere(node)) continue;
    const words = (textsOf(node) ?? [])
      .map(({ text }) => text)
      .join(", ")
      .slice(0, 80);
    report.leftOut(
      node.line,
      `${about}: options.methods.${key}: ${words}`,
      key === "body_patterns"
        ? `the text of a pull request approves nothing, since whoever may write there could${instead}`
        : `comments do not vote, since others can edit them and quoting one would be a vote: approve in a review${instead}`,
    );
  }
  if (patterns !== undefined && isThere(patterns))
    report.leftOut(
      patterns.line,
      `${about}: options.methods.github_review_comment_patterns`,
      `a review's words are votes only in the form \`Label: +1\`${instead}`,
    );
  return approve;
}
