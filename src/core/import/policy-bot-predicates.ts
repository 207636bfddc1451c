/**
 * Predicates of policy-bot — what stands in `if` and in `requires.conditions` — as conditions of a policy. Each comes with two bounds:
 * a predicate that cannot be said never lets anything pass, and its rule is asked of whatever it could be meant for.
 */
import { and, atom, exactly, NEVER, not, opposite, or, UNKNOWN, type Bounds, type Formula } from "./formula.ts";
import { readStrictly } from "./expressions.ts";
import { statuses, workflows } from "./policy-bot-checks.ts";
import { changed, kept, leftOut, UNTIL, type One, type Reading } from "./policy-bot-reading.ts";
import { anyPattern, literalPattern, wholePattern } from "./search-pattern.ts";
import { textsOf, valueIn, type YamlNode } from "./yaml-tree.ts";

/** What predicates stand in: `rule "a": if`, and what a group made for them is called. */
export interface Where {
  readonly about: string;
  readonly called: string;
}

/** Each predicate for itself; the rule says whether all or any of them count. */
export function readPredicates(node: YamlNode | undefined, where: Where, reading: Reading): readonly Bounds[] {
  if (node === undefined || node.kind === "nothing") return [];
  if (node.kind !== "map") {
    reading.report.leftOut(node.line, where.about, `it is no map of predicates; ${UNTIL}`);
    return [UNKNOWN];
  }
  return node.entries.flatMap((entry): readonly Bounds[] => {
    if (entry.value.kind === "nothing") return [];
    const read = Object.hasOwn(READERS, entry.key) ? READERS[entry.key] : undefined;
    const one: One = { ...reading, entry, what: `${where.about}.${entry.key}`, called: where.called };
    return [read === undefined ? leftOut(one, "it is no predicate that is known here") : read(one)];
  });
}

const READERS: Readonly<Record<string, (one: One) => Bounds>> = {
  changed_files: (one) => files(one, false),
  no_changed_files: (one) => files(one, true),
  only_changed_files: onlyFiles,
  has_author_in: (one) => byGroup(one, (group) => kept(one, exactly(atom("ownerin", group)), "as `ownerin:`")),
  has_contributor_in: (one) =>
    byGroup(one, (group) => {
      one.report.leftOut(
        one.entry.line,
        one.what,
        `no operator asks for one contributor of several: where it lets something pass it is \`ownerin:${group}\` alone, and what it would excuse from is asked for`,
      );
      return { lower: atom("ownerin", group), upper: UNKNOWN.upper };
    }),
  only_has_contributors_in: (one) =>
    byGroup(one, (group) =>
      changed(
        one,
        { lower: atom("contributorsin", group), upper: atom("ownerin", group) },
        "as `contributorsin:`: whoever pushed, co-wrote or asked a bot for it is a contributor here too, and somebody whom GitHub does not know is in no group, while policy-bot leaves such commits out",
      ),
    ),
  author_is_only_contributor: (one) => leftOut(one, "no operator compares the contributors with who opened the change"),
  targets_branch: (one) =>
    byPattern(one, "branch", (formula) =>
      kept(one, exactly(formula), "of a change in a stack it is the branch that the stack goes to"),
    ),
  from_branch: (one) =>
    leftOut(one, "the name of the branch it comes from is its author's to choose, and no operator asks for it"),
  modified_lines: modifiedLines,
  has_status: (one) => statuses(one, valueIn(one.entry.value, "statuses"), valueIn(one.entry.value, "conclusions")),
  has_successful_status: (one) => statuses(one, one.entry.value, undefined),
  has_workflow_result: workflows,
  has_labels: labels,
  repository: (one) => matching(one, "project", "upper and lower case are one, as on GitHub"),
  title: (one) =>
    matching(
      one,
      "subject",
      "as `subject:`, which takes the title and the first line of each message, upper and lower case alike; whoever writes the one writes the other",
    ),
  has_valid_signatures: (one) => leftOut(one, SIGNATURES),
  has_valid_signatures_by: (one) => leftOut(one, SIGNATURES),
  has_valid_signatures_by_keys: (one) => leftOut(one, SIGNATURES),
};

const SIGNATURES = "signatures are not looked at: make `Require signed commits` a ruleset of the branch";

/** `path:` and the like, where the strict reading takes it; a sentence where it does not. */
function checkedAtom(field: string, value: string): Formula | string {
  const formula = atom(field, value);
  const text = formula.kind === "atom" ? formula.text : "";
  const read = readStrictly(text, { labels: [], groups: [], checks: [] });
  if (read.ok) return formula;
  const [problem] = read.problem;
  return problem === undefined ? "it cannot be read" : `${problem.message} (${problem.hint})`;
}

/** The whole patterns of a list; a sentence where one is none. */
function patternsOf(node: YamlNode | undefined): readonly string[] | string {
  const texts = textsOf(node);
  if (texts === undefined) return "it is no list of patterns";
  const wholes: string[] = [];
  for (const { text } of texts) {
    const whole = wholePattern(text);
    if (!whole.ok) return `\`${text.slice(0, 80)}\`: ${whole.problem}`;
    wholes.push(whole.value);
  }
  return wholes;
}

/** Of any of these patterns. */
function anyAtom(field: string, wholes: readonly string[]): Formula | string {
  const atoms: Formula[] = [];
  for (const whole of wholes) {
    const one = checkedAtom(field, whole);
    if (typeof one === "string") return one;
    atoms.push(one);
  }
  return or(...atoms);
}

function files(one: One, negated: boolean): Bounds {
  const paths = patternsOf(valueIn(one.entry.value, "paths"));
  const ignored = patternsOf(valueIn(one.entry.value, "ignore"));
  if (typeof paths === "string") return leftOut(one, paths);
  if (typeof ignored === "string") return leftOut(one, ignored);
  const some = anyAtom("path", paths);
  if (typeof some === "string") return leftOut(one, some);
  const turned = (bounds: Bounds) => (negated ? opposite(bounds) : bounds);
  if (ignored.length === 0 || paths.length === 0)
    return kept(one, turned(exactly(some)), "both names of a rename count");
  const ignoring = anyAtom("path", ignored);
  const onlyIgnored = checkedAtom("path-only", anyPattern(ignored));
  const only = checkedAtom("path-only", anyPattern(paths));
  if (typeof ignoring === "string") return leftOut(one, ignoring);
  if (typeof onlyIgnored === "string") return leftOut(one, onlyIgnored);
  if (typeof only === "string") return leftOut(one, only);
  return changed(
    one,
    turned({
      lower: or(and(some, not(ignoring)), and(only, not(onlyIgnored))),
      upper: and(some, not(onlyIgnored)),
    }),
    "`ignore` cannot be taken away path by path: a change that touches both what is ignored and other paths is read in the way that asks for more",
  );
}

function onlyFiles(one: One): Bounds {
  const paths = patternsOf(valueIn(one.entry.value, "paths"));
  if (typeof paths === "string") return leftOut(one, paths);
  if (paths.length === 0) return kept(one, exactly(NEVER), "no path is in an empty list");
  const only = checkedAtom("path-only", anyPattern(paths));
  return typeof only === "string" ? leftOut(one, only) : kept(one, exactly(only), "both names of a rename count");
}

function byGroup(one: One, then: (group: string) => Bounds): Bounds {
  const group = one.people.groupOf(one.entry.value, one.what, one.called);
  return group === undefined ? kept(one, exactly(NEVER), "it names nobody, so it never holds, as there") : then(group);
}

function byPattern(one: One, field: string, then: (formula: Formula) => Bounds): Bounds {
  const pattern = valueIn(one.entry.value, "pattern");
  if (pattern?.kind !== "text") return leftOut(one, "it has no `pattern`");
  const whole = wholePattern(pattern.text);
  const read = whole.ok ? checkedAtom(field, whole.value) : whole.problem;
  return typeof read === "string" ? leftOut(one, read) : then(read);
}

/** `matches`: any of them; `not_matches`: none of them; one of the two is enough. */
function matching(one: One, field: string, how: string): Bounds {
  const wanted = patternsOf(valueIn(one.entry.value, "matches"));
  const unwanted = patternsOf(valueIn(one.entry.value, "not_matches"));
  if (typeof wanted === "string") return leftOut(one, wanted);
  if (typeof unwanted === "string") return leftOut(one, unwanted);
  const some = anyAtom(field, wanted);
  const others = anyAtom(field, unwanted);
  if (typeof some === "string") return leftOut(one, some);
  if (typeof others === "string") return leftOut(one, others);
  const bounds = exactly(or(some, unwanted.length === 0 ? NEVER : not(others)));
  return field === "subject" ? changed(one, bounds, how) : kept(one, bounds, how);
}

function modifiedLines(one: One): Bounds {
  const terms: Formula[] = [];
  for (const [key, field] of [
    ["additions", "added"],
    ["deletions", "deleted"],
    ["total", "delta"],
  ] as const) {
    const value = valueIn(one.entry.value, key);
    if (value === undefined) continue;
    const [, operator, number] = value.kind === "text" ? (/^\s*([<>=])[ \t]*(\d{1,9})\s*$/.exec(value.text) ?? []) : [];
    if (operator === undefined || number === undefined)
      return leftOut(one, `\`${key}\` is no comparison such as \`> 100\``);
    const n = Number(number);
    if (operator === "<" && n === 0) continue;
    if (operator === "=" && n === 0) terms.push(atom(field, "<1"));
    else if (operator === "=") terms.push(and(atom(field, `>=${n}`), atom(field, `<=${n}`)));
    else terms.push(atom(field, `${operator}${n}`));
  }
  return changed(
    one,
    exactly(or(...terms)),
    "a binary file counts as larger than any number here, and as no lines there",
  );
}

function labels(one: One): Bounds {
  const names = textsOf(one.entry.value);
  if (names === undefined) return leftOut(one, "it is no list of labels");
  const tags = names.map(({ text }) =>
    checkedAtom("hashtag", text.startsWith("^") || text.startsWith("#") ? literalPattern(text) : text),
  );
  const wrong = tags.find((tag) => typeof tag === "string");
  if (typeof wrong === "string") return leftOut(one, wrong);
  return kept(
    one,
    exactly(and(...tags.filter((tag) => typeof tag !== "string"))),
    "GitHub's labels are tag labels (`hashtag:`) here; whoever may triage sets them",
  );
}
