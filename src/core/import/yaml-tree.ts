/**
 * YAML of another program as a tree with lines. Unlike a policy of ours it may have anchors, aliases and merge keys; they are written
 * out, up to a limit, so that none can grow without end. Size and shape are measured before the parser sees anything.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import { shapeProblem, type YamlLimits } from "../policy/yaml-text.ts";
import { fail, ok, type Result } from "../result.ts";
import type { ImportProblem } from "./report.ts";

export interface YamlMap {
  readonly kind: "map";
  readonly line: number;
  readonly entries: readonly YamlEntry[];
}

export interface YamlList {
  readonly kind: "list";
  readonly line: number;
  readonly items: readonly YamlNode[];
}

export interface YamlEntry {
  readonly key: string;
  /** Of the key, from 1. */
  readonly line: number;
  readonly value: YamlNode;
}

export type YamlNode =
  | YamlMap
  | YamlList
  /** As written, without quotes. */
  | { readonly kind: "text"; readonly line: number; readonly text: string }
  /** Nothing, `null` or `~`. */
  | { readonly kind: "nothing"; readonly line: number };

const LIMITS: YamlLimits = { bytes: 524_288, lineLength: 16_384, entries: 10_000, depth: 32, indent: 96 };
/** Keys, items and values, with what aliases stand for written out. */
const MOST_NODES = 20_000;
const DEEPEST = 64;

export function readYamlTree(text: string): Result<YamlNode, ImportProblem> {
  const shape = shapeProblem(text, LIMITS);
  if (shape !== undefined)
    return fail({ line: shape.line, message: shape.message, hint: "give the file as policy-bot reads it" });
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    strict: true,
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const [error] = document.errors;
  if (error !== undefined)
    return fail({
      line: lineAt(error.pos[0]),
      message: `it is not valid YAML: ${error.message.split("\n")[0] ?? error.code}`,
      hint: "correct the line",
    });
  try {
    return ok(new Walk(document, lineAt).read(document.contents, 1, 0));
  } catch (thrown) {
    if (thrown instanceof Stop) return fail(thrown.problem);
    throw thrown;
  }
}

class Stop extends Error {
  readonly problem: ImportProblem;
  constructor(problem: ImportProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Counts what it has read; lives for one file. */
class Walk {
  readonly #document: Document.Parsed;
  readonly #lineAt: (offset: number) => number;
  #nodes = 0;

  constructor(document: Document.Parsed, lineAt: (offset: number) => number) {
    this.#document = document;
    this.#lineAt = lineAt;
  }

  /** `line`: where it stands if it says nothing of that itself; an alias stands where it is written. */
  read(node: unknown, line: number, depth: number): YamlNode {
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES)
      throw new Stop({
        line,
        message: `with its aliases written out it has more than ${MOST_NODES} entries`,
        hint: "use fewer aliases",
      });
    if (depth > DEEPEST)
      throw new Stop({ line, message: "it is nested too deep, or an alias stands in itself", hint: "write it flat" });
    if (isAlias(node)) {
      const at = this.#line(node, line);
      const meant = node.resolve(this.#document);
      if (meant === undefined)
        throw new Stop({ line: at, message: `nothing is called \`&${node.source}\``, hint: "write the value out" });
      return { ...this.read(meant, at, depth + 1), line: at };
    }
    if (isMap(node)) return this.#map(node.items, this.#line(node, line), depth);
    if (isSeq(node)) {
      const at = this.#line(node, line);
      return { kind: "list", line: at, items: node.items.map((item) => this.read(item, at, depth + 1)) };
    }
    const at = this.#line(node, line);
    if (!isScalar(node) || node.value === null) return { kind: "nothing", line: at };
    return {
      kind: "text",
      line: at,
      text: typeof node.value === "string" ? node.value : (node.source ?? String(node.value)),
    };
  }

  #map(pairs: readonly { readonly key: unknown; readonly value: unknown }[], line: number, depth: number): YamlMap {
    const own: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    const seen = new Set<string>();
    for (const { key, value } of pairs) {
      const at = this.#line(key, line);
      if (!isScalar(key)) throw new Stop({ line: at, message: "a key is a list or a map", hint: "write a name" });
      const name = String(key.value);
      if (name === "<<") {
        const from = this.read(value, at, depth + 1);
        for (const one of from.kind === "list" ? from.items : [from])
          if (one.kind === "map") merged.push(...one.entries);
        continue;
      }
      if (seen.has(name))
        throw new Stop({
          line: at,
          message: `the key \`${name.slice(0, 60)}\` stands twice in its map`,
          hint: "keep one of them",
        });
      seen.add(name);
      own.push({ key: name, line: at, value: this.read(value, at, depth + 1) });
    }
    for (const entry of merged)
      if (!seen.has(entry.key)) {
        seen.add(entry.key);
        own.push(entry);
      }
    return { kind: "map", line, entries: own };
  }

  #line(node: unknown, otherwise: number): number {
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
    const offset: unknown = Array.isArray(range) ? range[0] : undefined;
    return typeof offset === "number" ? this.#lineAt(offset) : otherwise;
  }
}

/** The value of a key; undefined where there is none, or nothing is said. */
export function valueIn(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== "map") return undefined;
  const found = node.entries.find((entry) => entry.key === key)?.value;
  return found?.kind === "nothing" ? undefined : found;
}

/** undefined: it is no truth value. As YAML 1.1 has it, which other programs read. */
export function truthOf(node: YamlNode | undefined): boolean | undefined {
  if (node?.kind !== "text") return undefined;
  const word = node.text.toLowerCase();
  if (["true", "yes", "on", "y"].includes(word)) return true;
  return ["false", "no", "off", "n"].includes(word) ? false : undefined;
}

/** What a list of texts holds; undefined: it is no such list. */
export function textsOf(
  node: YamlNode | undefined,
): readonly { readonly text: string; readonly line: number }[] | undefined {
  if (node === undefined || node.kind === "nothing") return [];
  if (node.kind !== "list") return undefined;
  const texts = node.items.flatMap((item) => (item.kind === "text" ? [{ text: item.text, line: item.line }] : []));
  return texts.length === node.items.length ? texts : undefined;
}
