/** What the readers of operators share: the words an operator's value is compared by, and problems at the right character. */
import { fail, ok, type Result } from "../result.ts";
import { operatorProblem, placeIn, type Atom, type ExpressionProblem } from "./expression-tree.ts";
import type { Names } from "./operators.ts";
import { isPattern, readPattern, type Pattern, type PatternOptions } from "./pattern.ts";
import { isTelling, readBound, type Bound } from "./relation.ts";

/** One atom that is being read; `source` is the whole expression. */
export interface Reading {
  readonly source: string;
  readonly atom: Atom;
  readonly names: Names;
}

export type Read<T> = Result<T, ExpressionProblem>;

/** How a text is compared. A pattern always matches the whole of it. */
export type Words =
  | { readonly kind: "exact" | "contains" | "prefix"; readonly text: string; readonly ignoreCase: boolean }
  | { readonly kind: "pattern"; readonly pattern: Pattern };

export interface WordsOptions {
  readonly of: PatternOptions["of"];
  /** What a value without `^` means. */
  readonly plain: "exact" | "contains" | "prefix";
  readonly ignoreCase?: boolean;
}

export function readWords(
  reading: Reading,
  { of, plain, ignoreCase = false }: WordsOptions,
  value = reading.atom.value,
): Read<Words> {
  if (!isPattern(value)) return ok({ kind: plain, text: ignoreCase ? value.toLowerCase() : value, ignoreCase });
  const read = readPattern(value, { of, ignoreCase });
  if (read.ok) return ok({ kind: "pattern", pattern: read.value });
  const { at, message, hint } = read.problem;
  return wrongAt(reading, at, { message, hint });
}

export function matchesWords(words: Words, text: string): boolean {
  if (words.kind === "pattern") return words.pattern.matches(text);
  const compared = words.ignoreCase ? text.toLowerCase() : text;
  switch (words.kind) {
    case "exact":
      return compared === words.text;
    case "contains":
      return compared.includes(words.text);
    case "prefix":
      return compared.startsWith(words.text);
  }
}

export function wrong({ source, atom }: Reading, message: string, hint: string): Read<never> {
  return fail(operatorProblem(source, atom, message, hint));
}

/** A problem with one character of the value. */
export function wrongAt(
  { source, atom }: Reading,
  at: number,
  { message, hint }: { readonly message: string; readonly hint: string },
): Read<never> {
  const offset = Math.min(atom.offset + placeOf(atom, at), Math.max(0, source.length - 1));
  return fail({ kind: "operator", offset, ...placeIn(source, offset), message, hint });
}

/** `>=2`, `<50`, `3`. */
export function readCount(reading: Reading): Read<Bound> {
  const { field, value } = reading.atom;
  const bound = readBound(value);
  if (bound === undefined)
    return wrong(reading, `\`${value}\` is no number with a relation`, `write for example \`${field}:<50\``);
  return isTelling(bound)
    ? ok(bound)
    : wrong(reading, `\`${value}\` is ${bound.relation === "<" ? "never" : "always"} so`, "nothing is less than 0");
}

export function readGroup(reading: Reading, name = reading.atom.value): Read<string> {
  const { groups } = reading.names;
  if (groups.includes(name)) return ok(name);
  const known = groups.length === 0 ? "the policy has no groups" : `groups are: ${groups.join(", ")}`;
  const near = groups.find((group) => group.toLowerCase() === name.toLowerCase());
  return wrong(reading, `there is no group \`${name}\``, near === undefined ? known : `did you mean \`${near}\`?`);
}

/** Where a character of the value stands in the atom's text: behind the colon, and in quotes some are written as two. */
function placeOf({ field, quoted, text }: Atom, at: number): number {
  let place = field.length + 1;
  if (!quoted) return place + at;
  place += 1;
  for (let read = 0; read < at && place < text.length - 1; read += 1) place += text.charAt(place) === "\\" ? 2 : 1;
  return place;
}
