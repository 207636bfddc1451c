/**
 * Gerrit's expressions carried over: names of groups and labels written as they are called here, and what the strict reading
 * refuses told with its reason and with what Gerrit makes of the same text.
 */
import { parseLoosely } from "../gerrit-dialect/loose-grammar.ts";
import { readCopyTest } from "../policy/copy-operators.ts";
import {
  atomsOf,
  resolveAtoms,
  type Atom,
  type Expression,
  type ExpressionProblem,
} from "../policy/expression-tree.ts";
import { parseExpression } from "../policy/expression.ts";
import { readRequirementTest, type Names } from "../policy/operators.ts";
import { fail, type Result } from "../result.ts";

/** How the old place's names are called here. */
export interface Renames {
  readonly label: (name: string) => string;
  readonly group: (name: string) => string;
}

/** The same expression with names of here; one that the grammar refuses comes back as it is. */
export function renamed(text: string, { label, group }: Renames): string {
  const parsed = parseExpression(text);
  if (!parsed.ok) return text;
  let result = "";
  let read = 0;
  for (const { field, value, quoted, text: written, offset } of atomsOf(parsed.value)) {
    const meant = renamedValue(field, value, { label, group });
    if (meant === value) continue;
    result += `${text.slice(read, offset)}${field}:${quoted || /[\s!"$%&'():;?[\]{}]/.test(meant) ? quote(meant) : meant}`;
    read = offset + written.length;
  }
  return result + text.slice(read);
}

function renamedValue(field: string, value: string, { label, group }: Renames): string {
  switch (field) {
    case "label":
      return value
        .split(",")
        .map((part, index) => {
          if (index > 0) return part.startsWith("group=") ? `group=${group(part.slice("group=".length))}` : part;
          const [, name = "", rest = ""] = /^(.*?)((?:[<>=].*|[+-]\d+)?)$/.exec(part) ?? [];
          return label(name) + rest;
        })
        .join(",");
    case "ownerin":
    case "uploaderin":
    case "reviewerin":
      return group(value);
    default:
      return value;
  }
}

/** Groups that an expression asks for, as it calls them. */
export function groupsIn(text: string): readonly string[] {
  const found: string[] = [];
  renamed(text, { label: (name) => name, group: (name) => (found.push(name), name) });
  return found;
}

export function readStrictly(text: string, names: Names): Result<Expression<unknown>, readonly ExpressionProblem[]> {
  return resolved(text, (atom) => readRequirementTest(text, atom, names));
}

export function readCopyStrictly(text: string): Result<Expression<unknown>, readonly ExpressionProblem[]> {
  return resolved(text, (atom) => readCopyTest(text, atom));
}

function resolved<T>(
  text: string,
  read: (atom: Atom) => Result<T, ExpressionProblem>,
): Result<Expression<T>, readonly ExpressionProblem[]> {
  const parsed = parseExpression(text);
  return parsed.ok ? resolveAtoms(parsed.value, read) : fail([parsed.problem]);
}

/** The parts of a copy condition that are read here, joined again; undefined: none, or they are not plain alternatives. */
export function readableAlternatives(text: string): string | undefined {
  const parsed = parseExpression(text);
  if (!parsed.ok || parsed.value.kind !== "or") return undefined;
  const kept = parsed.value.terms.flatMap((term) =>
    term.kind === "atom" && readCopyTest(text, term.atom).ok ? [term.atom.text] : [],
  );
  return kept.length === 0 ? undefined : kept.join(" OR ");
}

/** `character 7: … (hint)`, for each problem; and what Gerrit makes of it, where that is something else than it seems. */
export function whyRefused(text: string, problems: readonly ExpressionProblem[]): string {
  const said = problems.slice(0, 3).map(({ offset, message, hint }) => `character ${offset + 1}: ${message} (${hint})`);
  const gerrit = gerritReading(text);
  return [...said, ...(gerrit === undefined ? [] : [gerrit])].join("; ");
}

/** undefined: Gerrit's grammar takes the text as it looks. */
export function gerritReading(text: string): string | undefined {
  const loose = parseLoosely(text);
  if (!loose.ok) return "Gerrit's grammar refuses it too";
  const { expression, droppedFrom } = loose.value;
  const words = atomsOf(expression).flatMap((atom) => (atom.field === "" ? [`\`${atom.text.slice(0, 40)}\``] : []));
  const parts = [
    ...(droppedFrom === undefined
      ? []
      : [`stops reading there and drops \`${text.slice(droppedFrom, droppedFrom + 80)}\``]),
    ...(words.length === 0
      ? []
      : [`searches the change for the ${words.length === 1 ? "word" : "words"} ${words.join(", ")}`]),
  ];
  return parts.length === 0 ? undefined : `Gerrit ${parts.join(", and ")}`;
}

/** An expression of a value that Gerrit's library reads as something else; undefined: there is none. */
export function readOtherwise(text: string): string | undefined {
  const parsed = parseExpression(text);
  const found = parsed.ok
    ? atomsOf(parsed.value).find(
        ({ value }) => value.startsWith("^") && BRICS.test(value.replaceAll(/\\[^A-Za-z]/g, "")),
      )
    : undefined;
  return found === undefined
    ? undefined
    : `\`${found.text.slice(0, 80)}\` is RE2 here, where \`@ # & ~ < >\` and quotes are plain signs, and \`\\d\` or \`\\w\` classes; Gerrit reads these otherwise`;
}

/** Of label tests: differences that the same words have. */
export function differences(text: string): readonly string[] {
  const parsed = parseExpression(text);
  if (!parsed.ok) return [];
  const found = new Set<string>();
  for (const { field, value } of atomsOf(parsed.value)) {
    if (field === "label" && /[<>]|=ANY/.test(value.split(",")[0] ?? "") && value.includes(",count"))
      found.add("Gerrit counts each value of a range for itself, here they are counted together");
    if (field === "label" && value.includes("user=") && value.includes("group="))
      found.add("Gerrit forgets `user=` where `group=` stands beside it; here both hold");
    if (field === "label" && value.includes("user=non_contributor"))
      found.add("whoever co-wrote, asked for or pushed any patch set is a contributor here too");
    if (PEOPLE.has(field))
      found.add(`\`${field}:${value}\` names an account there, and here the GitHub login \`${value}\``);
    if (field === "unresolved" || (field === "has" && value === "unresolved"))
      found.add("unresolved are GitHub's review conversations");
    if (field === "hashtag" || field === "topic")
      found.add(`a ${field} is set by other people on GitHub than on Gerrit`);
  }
  return [...found];
}

/** What the library that Gerrit reads most expressions with gives another meaning. Source: dk.brics.automaton, RegExp. */
const BRICS = /[@#&~<>"]|\\[A-Za-z]|\(\?/;

const PEOPLE = new Set(["owner", "o", "uploader", "author", "a", "committer", "reviewer", "r", "reviewedby"]);

function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
}
