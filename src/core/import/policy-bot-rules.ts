/**
 * A rule of policy-bot: when it is asked (`if`), what it asks for (`requires`), and whose approvals count how (`options`).
 * Approvals that GitHub's Approve button gives are votes on Code-Review; a rule that takes other words alone has a label of its own.
 */
import { nameFor } from "./draft.ts";
import { ALWAYS, and, atom, both, NEVER, not, or, type Bounds, type Formula } from "./formula.ts";
import { PEOPLE_KEYS } from "./policy-bot-people.ts";
import { readPredicates, type Reading } from "./policy-bot-predicates.ts";
import type { Report } from "./report.ts";
import { textsOf, truthOf, valueIn, type YamlMap, type YamlNode } from "./yaml-tree.ts";

export interface Rule {
  readonly name: string;
  readonly line: number;
  readonly description?: string;
  /** Whether its predicates hold; without any it is never skipped. */
  readonly active: Bounds;
  /** What it asks for, never met where it would not be there. */
  readonly met: Formula;
}

/** What the Approve button votes on. */
export const BUTTON_LABEL = "Code-Review";

/** Which votes the next patch set keeps, strictest first. */
export const COPIES = ["changekind:NO_CHANGE", "changekind:TARGET_MERGE", "changekind:REWORK"] as const;
export type Copy = (typeof COPIES)[number];

export interface RuleReading extends Reading {
  readonly defaults: YamlNode | undefined;
  /** Of the rules that count Approve, by what they say of pushes. */
  readonly copies: { readonly rule: string; readonly line: number; readonly copy: Copy }[];
  /** May vote on Code-Review. */
  readonly approvers: Set<string>;
  /** Labels of single rules, and who may vote on them. */
  readonly own: Map<string, string>;
}

const RULE_KEYS = ["name", "description", "if", "options", "requires"];

export function readRule(name: string, node: YamlMap, reading: RuleReading): Rule {
  const { report } = reading;
  const about = `rule "${name.slice(0, 60)}"`;
  for (const { key, line } of node.entries)
    if (!RULE_KEYS.includes(key))
      report.leftOut(line, `${about}: ${key.slice(0, 60)}`, "it is no key of a rule that is known here");
  const description = valueIn(node, "description");
  const active = both(readPredicates(valueIn(node, "if"), { about: `${about}: if`, called: `${name} if` }, reading));
  return {
    name,
    line: node.line,
    ...(description?.kind === "text" ? { description: description.text } : {}),
    active,
    met: requirements(node, { name, about }, reading),
  };
}

interface Named {
  readonly name: string;
  readonly about: string;
}

function requirements(node: YamlMap, named: Named, reading: RuleReading): Formula {
  const { report } = reading;
  const { name, about } = named;
  const requires = valueIn(node, "requires");
  if (requires !== undefined && requires.kind !== "map") {
    report.leftOut(requires.line, `${about}: requires`, "it is no map; until it is written anew nothing passes by it");
    return NEVER;
  }
  for (const { key, line } of requires?.entries ?? [])
    if (!["count", "conditions", ...PEOPLE_KEYS].includes(key))
      report.leftOut(line, `${about}: requires.${key.slice(0, 60)}`, "it is no key of `requires` that is known here");
  const conditions = both(
    readPredicates(
      valueIn(requires, "conditions"),
      { about: `${about}: requires.conditions`, called: `${name} only` },
      reading,
    ),
  );
  return and(approvals(node, named, reading), conditions.lower);
}

function approvals(node: YamlMap, { name, about }: Named, reading: RuleReading): Formula {
  const { draft, people, report } = reading;
  const requires = valueIn(node, "requires");
  const options = optionsOf(valueIn(node, "options"), reading.defaults, about, report);
  const given = valueIn(requires, "count");
  const count =
    given === undefined ? 0 : given.kind === "text" && /^-?\d{1,4}$/.test(given.text) ? Number(given.text) : undefined;
  if (count === undefined) {
    report.leftOut(
      given?.line ?? node.line,
      `${about}: requires.count`,
      "it is no number of approvals; until it is one nothing passes by it",
    );
    return NEVER;
  }
  if (count <= 0) {
    report.kept(given?.line ?? node.line, `${about}: no approval`, "it asks for nobody's");
    return ALWAYS;
  }
  const line = given?.line ?? node.line;
  const group = people.groupOf(requires, `${about}: requires`, name);
  if (group === undefined) {
    report.kept(
      line,
      `${about}: requires.count: ${count}`,
      "it names nobody who could approve, so it is never met (`is:false`), as there",
    );
    return NEVER;
  }
  const label = options.approve ? BUTTON_LABEL : ownLabel(name, reading);
  if (options.approve) {
    reading.approvers.add(group);
    reading.copies.push({ rule: about, line, copy: options.copy });
  } else {
    reading.own.set(label, group);
    draft.labels.set(label, {
      values: new Map([
        [0, "No opinion"],
        [1, name.slice(0, 200)],
      ]),
      copyCondition: options.copy,
    });
    report.changed(
      line,
      `${about}: options.methods`,
      `Approve does not count for it, so it has a label of its own: a line \`${label}: +1\` in a review`,
    );
  }
  report.kept(
    line,
    `${about}: requires.count: ${count}`,
    `votes ${label} by ${count} of \`${group}\`${WHO[options.who]}`,
  );
  return counted({ label, group, count, who: options.who });
}

type Who = "others" | "author-too" | "contributors-too" | "everybody";

const WHO: Readonly<Record<Who, string>> = {
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

interface Counted {
  readonly label: string;
  readonly group: string;
  readonly count: number;
  readonly who: Who;
}

/** So many people: votes are counted by person, whoever's votes are left out. */
function counted({ label, group, count, who }: Counted): Formula {
  const votes = (user: string, least: number) =>
    atom(
      "label",
      `${label}=MAX${user === "" ? "" : `,user=${user}`},group=${group}${least === 1 ? "" : `,count>=${least}`}`,
    );
  switch (who) {
    case "others":
      return votes("non_contributor", count);
    case "everybody":
      return votes("", count);
    case "author-too": {
      const withAuthor = count === 1 ? votes("owner", 1) : and(votes("owner", 1), votes("non_contributor", count - 1));
      return or(votes("non_contributor", count), withAuthor);
    }
    case "contributors-too":
      return or(votes("", count + 1), and(votes("", count), not(votes("owner", 1))));
  }
}

interface Options {
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
function optionsOf(own: YamlNode | undefined, defaults: YamlNode | undefined, about: string, report: Report): Options {
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

/** In expressions every part of a label's name begins with a letter. */
function ownLabel(name: string, { draft, own }: RuleReading): string {
  const lettered = (text: string) =>
    text
      .split("-")
      .map((part) => (/^\d/.test(part) ? `n${part}` : part))
      .join("-");
  const taken = (label: string) =>
    [BUTTON_LABEL, ...own.keys(), ...draft.labels.keys()].some(
      (one) => one.toLowerCase() === lettered(label).toLowerCase(),
    );
  return lettered(nameFor(name, taken));
}
