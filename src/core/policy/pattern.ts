/**
 * Regular expressions of policies: RE2 alone, so time grows with the text and never explodes (threat T29), and always against the
 * whole text, as Gerrit does. `.` takes any character, line ends too: a path with one in it must not slip past a rule (T32).
 */
import { RE2JS, RE2JSException } from "re2js";
import { fail, ok, type Result } from "../result.ts";
import { deadEnd, literalOf } from "./pattern-shape.ts";

export interface Pattern {
  /** As written, with its `^`. */
  readonly text: string;
  /** The whole text, not a part of it. */
  readonly matches: (text: string) => boolean;
}

export interface PatternProblem {
  /** Characters from the start of the pattern. */
  readonly at: number;
  readonly message: string;
  readonly hint: string;
}

export interface PatternOptions {
  readonly ignoreCase?: boolean;
  /** What it is held against; the patterns that can match none of it are problems. */
  readonly of: "path" | "ref" | "text";
}

export const LONGEST_PATTERN = 1_000;

/** Begins with `^`: that is how Gerrit tells a pattern from a plain value. */
export function isPattern(value: string): boolean {
  return value.startsWith("^");
}

export function readPattern(text: string, options: PatternOptions): Result<Pattern, PatternProblem> {
  if (text.length > LONGEST_PATTERN)
    return fail({
      at: LONGEST_PATTERN,
      message: `the pattern has ${text.length} characters, at most ${LONGEST_PATTERN} are read`,
      hint: "split it into several conditions joined by OR",
    });
  const compiled = compile(text, options.ignoreCase === true);
  if (!compiled.ok) return compiled;
  const dead = deadEnd(text, options.of);
  return dead === undefined ? ok({ text, matches: compiled.value }) : fail(dead);
}

type Matcher = (text: string) => boolean;

/** Compiling costs a thousand matches, and one policy is loaded again and again: what was compiled lately is kept. */
const compiled = new Map<string, Matcher>();
const MOST_COMPILED = 500;

function compile(text: string, ignoreCase: boolean): Result<Matcher, PatternProblem> {
  const key = `${ignoreCase ? "i" : "c"}${text}`;
  const known = compiled.get(key);
  if (known !== undefined) return ok(known);
  const made = make(text, ignoreCase);
  if (!made.ok) return made;
  if (compiled.size >= MOST_COMPILED) compiled.delete(compiled.keys().next().value ?? "");
  compiled.set(key, made.value);
  return made;
}

function make(text: string, ignoreCase: boolean): Result<Matcher, PatternProblem> {
  try {
    const expression = RE2JS.compile(text, RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
    return ok((ignoreCase ? undefined : quick(text)) ?? ((whole) => expression.testExact(whole)));
  } catch (thrown) {
    if (thrown instanceof RE2JSException) return fail(problemOf(text, thrown.message));
    throw thrown;
  }
}

/** What most patterns are: everything below a folder, everything with an ending. The same answers, without a machine. */
function quick(text: string): Matcher | undefined {
  const body = text.slice(1).replace(/\$$/, "");
  if (body.endsWith(".*") && !body.endsWith("\\.*")) {
    const start = literalOf(body.slice(0, -2));
    if (start !== undefined) return (whole) => whole.startsWith(start);
  }
  if (body.startsWith(".*")) {
    const end = literalOf(body.slice(2));
    if (end !== undefined) return (whole) => whole.endsWith(end);
  }
  return undefined;
}

/** "error parsing regexp: missing closing ): `(?s)a(`": the words, and where the part it quotes stands. */
function problemOf(text: string, message: string): PatternProblem {
  const [, what = "it cannot be read", part = ""] =
    /^error parsing regexp: (.*?)(?:: `([\s\S]*)`)?$/.exec(message) ?? [];
  const quoted = part.replace(/^\(\?[a-z]+\)/, "");
  const looksAround = LOOK_AROUND.exec(text);
  if (looksAround !== null)
    return {
      at: looksAround.index,
      message: `\`${looksAround[0]}\` looks around, which takes unbounded time and is not offered`,
      hint: "say it with two conditions: `path:^a/.* AND -path:^a/b/.*`",
    };
  const at = quoted === "" || quoted === text ? 0 : Math.max(0, text.indexOf(quoted));
  return { at, message: `the pattern cannot be read: ${what}`, hint: "patterns are RE2, without back-references" };
}

const LOOK_AROUND = /\(\?<?[=!]/;
