/**
 * Reading YAML 1.2 strictly: core schema, one document, no anchors, aliases, tags, merge keys or directives, no key twice.
 * The parser of `yaml` needs exponential memory on some small texts (100 000 times `- ` ends the process), so size and shape are
 * measured before it sees anything.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import { fail, ok, type Result } from "../result.ts";

/** Both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlProblem extends Place {
  readonly message: string;
  readonly hint: string;
}

export type YamlPath = readonly (string | number)[];

export interface YamlText {
  readonly value: unknown;
  /** Where the value at this path begins; for a missing one, where its nearest parent does. */
  at(path: YamlPath): Place;
  /** Where the key itself stands. */
  atKey(path: YamlPath, key: string): Place;
  /** Where a character of the text value at this path stands; exact unless the text is folded or escaped. */
  atCharacter(path: YamlPath, offset: number): Place;
}

export interface YamlLimits {
  readonly bytes: number;
  /** Characters. */
  readonly lineLength: number;
  /** Keys, items and values together. */
  readonly entries: number;
  readonly depth: number;
  readonly indent: number;
  /** What the file is, for messages; else `a policy`. */
  readonly what?: string;
}

export const YAML_LIMITS: YamlLimits = { bytes: 262_144, lineLength: 8_192, entries: 2_000, depth: 32, indent: 64 };

const START: Place = { line: 1, column: 1 };

/** Other limits are for files of our own making, such as cases. */
export function readYaml(text: string, limits: YamlLimits = YAML_LIMITS): Result<YamlText, readonly YamlProblem[]> {
  const shape = shapeProblem(text, limits);
  if (shape !== undefined) return fail([shape]);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    strict: true,
    // Its own test for that compares every key with every other; `twice` does it.
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = [
    ...document.errors.map((error) => ({ ...placeOf(error.pos[0]), ...worded(error, limits) })),
    ...forbidden(document, text, limits, placeOf),
  ];
  if (problems.length > 0) return fail(problems);
  const value: unknown = document.toJS();
  const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairIn = (map: YAMLMap, key: string): Pair | undefined => {
    const known = pairs.get(map) ?? byKey(map);
    pairs.set(map, known);
    return known.get(key);
  };
  const nodeAt = (path: YamlPath): Node | undefined => {
    let node: unknown = document.contents;
    for (const step of path) {
      const next: unknown = isMap(node)
        ? pairIn(node, String(step))?.value
        : isSeq(node)
          ? node.items[Number(step)]
          : undefined;
      if (!isNode(next)) break;
      node = next;
    }
    return isNode(node) ? node : undefined;
  };
  const offsetAt = (path: YamlPath) => nodeAt(path)?.range?.[0] ?? 0;
  return ok({
    value,
    at: (path) => placeOf(offsetAt(path)),
    atKey: (path, key) => {
      const map = nodeAt(path);
      const keyNode = isMap(map) ? pairIn(map, key)?.key : undefined;
      return placeOf((isNode(keyNode) ? keyNode.range?.[0] : undefined) ?? offsetAt(path));
    },
    atCharacter: (path, offset) => {
      const node = nodeAt(path);
      if (!isScalar(node) || typeof node.value !== "string" || !node.range) return placeOf(offsetAt(path));
      const [from, to] = node.range;
      const verbatim = text.slice(from, to).indexOf(node.value);
      return placeOf(verbatim < 0 ? from : from + verbatim + offset);
    },
  });
}

/** Bytes of the text in UTF-8. */
export function byteLength(text: string): number {
  return utf8ToBytes(text).length;
}

/** What makes the text too much for the parser, told before it sees any. */
export function shapeProblem(
  text: string,
  { bytes, lineLength, entries, depth, indent, what = "a policy" }: YamlLimits,
): YamlProblem | undefined {
  if (text.length > bytes || byteLength(text) > bytes)
    return {
      ...START,
      message: `it has more than ${bytes / 1024} KiB`,
      hint: `${what} is a page, not a data set: shorten it`,
    };
  const garbage = /[\0\uFFFD]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.exec(text);
  if (garbage !== null)
    return { ...placeIn(text, garbage.index), message: "it is not UTF-8 text", hint: "save the file as UTF-8" };
  if (text.trim() === "")
    return {
      ...START,
      message: "it is empty",
      hint: what === "a policy" ? "start with `version: 1` and `extends: preset:openstack`" : `write ${what} into it`,
    };
  const lines = text.split("\n");
  let open = 0;
  let count = 0;
  for (const [index, line] of lines.entries()) {
    const at = { line: index + 1, column: 1 };
    const bare = line.trimStart();
    if (bare.startsWith("#")) continue;
    if (line.length > lineLength)
      return { ...at, message: `the line has more than ${lineLength} characters`, hint: "break it" };
    if (line.length - bare.length > indent || /(?:[-?:][ \t]+){9}/.test(line))
      return { ...at, message: "it is nested too deep", hint: `${what} needs no such depth` };
    for (const char of line) {
      if (char === "[" || char === "{") open += 1;
      if (char === "]" || char === "}") open = Math.max(0, open - 1);
      if (char === "," || char === "[" || char === "{") count += 1;
      if (open > depth) return { ...at, message: `brackets are nested more than ${depth} deep`, hint: "close them" };
    }
    count += 1 + (line.match(/[-?:](?:[ \t]|$)/g)?.length ?? 0);
    if (count > entries)
      return { ...at, message: `it has too many entries`, hint: "shorten it: name teams instead of people" };
  }
  return undefined;
}

function forbidden(
  document: Document.Parsed,
  text: string,
  { what = "a policy" }: YamlLimits,
  placeOf: (offset: number) => Place,
): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  const refuse = (offset: number, used: string, hint: string) =>
    problems.push({ ...placeOf(offset), message: `${used} may not be used in ${what}`, hint });
  const directive = /^%/m.exec(text);
  if (directive !== null) refuse(directive.index, "a `%` directive", "remove the line; it is read as YAML 1.2");
  visit(document, {
    Node(_, node) {
      const offset = node.range?.[0] ?? 0;
      if (isMap(node)) problems.push(...twice(node, text, placeOf));
      if (isAlias(node)) refuse(offset, `the alias \`*${node.source}\``, "write the value out");
      else if (node.anchor !== undefined)
        refuse(offset, `the anchor \`&${node.anchor}\``, "write the value out where it is needed");
      else if (node.tag !== undefined) refuse(offset, `the tag \`${node.tag}\``, "remove it");
    },
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.value === "<<")
        refuse(pair.key.range?.[0] ?? 0, "the merge key `<<`", "write the keys out");
    },
  });
  return problems;
}

/** Keys are one when their texts are: `1`, `+1` and "1" are. What is no plain value is no key of any policy. */
function twice(map: YAMLMap, text: string, placeOf: (offset: number) => Place): readonly YamlProblem[] {
  const seen = new Set<string>();
  return map.items.flatMap(({ key }): readonly YamlProblem[] => {
    const offset = (isNode(key) ? key.range?.[0] : undefined) ?? map.range?.[0] ?? 0;
    if (!isScalar(key))
      return [{ ...placeOf(offset), message: "a key is a list or a map", hint: "write a name, and `:` after it" }];
    const name = String(key.value);
    const again = seen.has(name);
    seen.add(name);
    return again
      ? [
          {
            ...placeOf(offset),
            message: `the key ${keyAt(text, offset)}stands twice in its map`,
            hint: "keep one of them",
          },
        ]
      : [];
  });
}

/** A file with a thousand problems asks for a thousand places. */
function byKey(map: YAMLMap): ReadonlyMap<string, Pair> {
  return new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])));
}

function worded(
  { code, message }: { readonly code: string; readonly message: string },
  { what = "a policy" }: YamlLimits,
): { message: string; hint: string } {
  switch (code) {
    case "MULTIPLE_DOCS":
      return { message: "a second document begins here", hint: `${what} is one YAML document: remove the \`---\`` };
    case "TAB_AS_INDENT":
      return { message: "a tab is used as indentation", hint: "indent with spaces" };
    default:
      return { message: `it is not valid YAML: ${message.split("\n")[0] ?? code}`, hint: "correct the line" };
  }
}

/** As it is written, in quotes; empty where it has a form that no policy uses. */
function keyAt(text: string, offset: number): string {
  const [, quoted, plain] = /^(?:"([^"\n]*)"|([^\s:"'{}[\],]+))/.exec(text.slice(offset, offset + 200)) ?? [];
  const key = quoted ?? plain;
  return key === undefined ? "" : `"${key}" `;
}

function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
