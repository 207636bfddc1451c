/**
 * YAML as reno's parser reads it: YAML 1.1, the later of two equal keys counts, anchors allowed. What a plain word is (text, number,
 * date …) is told by the type repository of YAML 1.1, so that `yes` is no text here and `y` is. Size and shape are measured before the
 * parser sees anything, for the reason that yaml-text.ts gives.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Pair } from "yaml";
import { fail, ok, type Result } from "../../result.ts";
import { shapeProblem, type Place, type YamlLimits, type YamlProblem } from "../../policy/yaml-text.ts";

export type YamlValue = Place &
  (
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "list"; readonly items: readonly YamlValue[] }
    /** Each key once, in the order of the file. */
    | { readonly kind: "map"; readonly entries: readonly YamlEntry[] }
    | { readonly kind: "truth"; readonly value: boolean }
    | { readonly kind: "number"; readonly written: string }
    | { readonly kind: "date"; readonly written: string }
    | { readonly kind: "nothing" }
    /** In base 64, as `!!binary` has it. */
    | { readonly kind: "binary"; readonly base64: string }
  );

export interface YamlEntry {
  readonly key: string;
  /** Of the key. */
  readonly at: Place;
  readonly value: YamlValue;
}

export interface PythonYaml {
  readonly value: YamlValue;
  /** Keys that stand twice in their map: the earlier one is lost. */
  readonly twice: readonly (Place & { readonly key: string })[];
}

/** Of prose: commas, brackets and deep indentation mean little in it. */
export const PROSE_LIMITS: YamlLimits = {
  bytes: 262_144,
  lineLength: 65_536,
  entries: 50_000,
  depth: 200,
  indent: 200,
};

export function readPythonYaml(
  text: string,
  limits: YamlLimits = PROSE_LIMITS,
): Result<PythonYaml, readonly [YamlProblem, ...YamlProblem[]]> {
  const shape = text.trim() === "" ? undefined : shapeProblem(text, limits);
  if (shape !== undefined) return fail([{ ...shape, hint: "shorten it, or save it as UTF-8 text" }]);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.1",
    schema: "failsafe",
    strict: false,
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // One slip makes several; those behind the first say nothing more.
  const [first] = document.errors;
  if (first !== undefined) return fail([conflictIn(text) ?? { ...placeOf(first.pos[0]), ...worded(first) }]);
  const reader = new Reader(document, placeOf, text.endsWith("\n") ? Infinity : text.length);
  const value = reader.read(document.contents, 0);
  const [refused, ...others] = reader.problems;
  return refused === undefined ? ok({ value, twice: reader.twice }) : fail([refused, ...others]);
}

/** As a sentence has it: "a list". */
export function whatIs(value: YamlValue): string {
  switch (value.kind) {
    case "text":
      return "text";
    case "list":
      return "a list";
    case "map":
      return "a map";
    case "truth":
      return "true or false";
    case "number":
      return `the number ${value.written}`;
    case "date":
      return `the date ${value.written}`;
    case "nothing":
      return "nothing";
    case "binary":
      return "bytes";
  }
}

const DEEPEST = 250;
const BINARY = "tag:yaml.org,2002:binary";
const TEXT = "tag:yaml.org,2002:str";

/** Holds what was found in one document; lives for one `readPythonYaml`. */
class Reader {
  readonly problems: YamlProblem[] = [];
  readonly twice: (Place & { readonly key: string })[] = [];
  readonly #document: Document.Parsed;
  readonly #placeOf: (offset: number) => Place;
  readonly #end: number;

  /** `end`: where a text ends whose last line has no end. Infinity: it has one. */
  constructor(document: Document.Parsed, placeOf: (offset: number) => Place, end: number) {
    this.#end = end;
    this.#document = document;
    this.#placeOf = placeOf;
  }

  read(node: unknown, depth: number): YamlValue {
    const place = this.#place(node);
    if (depth > DEEPEST)
      return this.#refuse(place, "it is nested too deep", "no note and no configuration needs this depth");
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      // Of an alias within its own anchor the depth is the end.
      return target === undefined
        ? this.#refuse(place, `\`*${node.source}\` names no anchor`, "write the value out")
        : { ...this.read(target, depth + 10), ...place };
    }
    if (isMap(node)) return { kind: "map", entries: this.#entries(node.items, depth), ...place };
    if (isSeq(node)) return { kind: "list", items: node.items.map((item) => this.read(item, depth + 1)), ...place };
    if (!isScalar(node)) return { kind: "nothing", ...place };
    const value = typeof node.value === "string" ? node.value : "";
    // A block that the end of the file cuts off has no line end that reno's parser would add.
    const isCut = node.type?.startsWith("BLOCK") === true && (node.range?.[1] ?? 0) >= this.#end;
    const written = isCut ? value.replace(/\n$/, "") : value;
    if (node.tag === BINARY) return { kind: "binary", base64: written.replaceAll(/\s/g, ""), ...place };
    if (node.tag !== undefined && node.tag !== TEXT && node.tag !== "!")
      return this.#refuse(place, `the tag \`${node.tag}\` is not read here`, "write the value without a tag");
    return node.type === "PLAIN" && node.tag === undefined
      ? plainWord(written, place)
      : { kind: "text", text: written, ...place };
  }

  #entries(pairs: readonly Pair[], depth: number): readonly YamlEntry[] {
    const entries = new Map<string, YamlEntry>();
    for (const { key: node, value } of pairs) {
      const at = this.#place(node);
      const key = isScalar(node) && typeof node.value === "string" ? node.value : undefined;
      if (key === undefined) this.#refuse(at, "a key is a list or a map", "write a name, and `:` after it");
      else {
        if (entries.has(key)) this.twice.push({ key, ...at });
        entries.set(key, { key, at, value: this.read(value, depth + 1) });
      }
    }
    return [...entries.values()];
  }

  #place(node: unknown): Place {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
    return this.#placeOf(range?.[0] ?? 0);
  }

  #refuse(place: Place, message: string, hint: string): YamlValue {
    this.problems.push({ ...place, message, hint });
    return { kind: "nothing", ...place };
  }
}

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NOTHING = /^(?:~|null|Null|NULL)?$/;
const WHOLE = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*(?::[0-5]?\d)*|0x[0-9a-fA-F_]+)$/;
const FRACTION =
  /^(?:[-+]?\d[0-9_]*\.[0-9_]*(?:[eE][-+]\d+)?|[-+]?\.\d[0-9_]*(?:[eE][-+]\d+)?|[-+]?\d[0-9_]*(?::[0-5]?\d)+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;

/** Source: the type repository of YAML 1.1, without the single letters `y` and `n`, which reno's parser leaves text. */
function plainWord(written: string, place: Place): YamlValue {
  if (TRUE.test(written) || FALSE.test(written)) return { kind: "truth", value: TRUE.test(written), ...place };
  if (NOTHING.test(written)) return { kind: "nothing", ...place };
  if (WHOLE.test(written) || FRACTION.test(written)) return { kind: "number", written, ...place };
  if (DATE.test(written)) return { kind: "date", written, ...place };
  return { kind: "text", text: written, ...place };
}

function conflictIn(text: string): YamlProblem | undefined {
  const line = text.split("\n").findIndex((one) => one.startsWith("<<<<<<< ")) + 1;
  const hint = "keep what is right of the two sides, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
  return line === 0 ? undefined : { line, column: 1, message: "a conflict of a merge is not resolved", hint };
}

function worded({ code, message }: { readonly code: string; readonly message: string }): {
  message: string;
  hint: string;
} {
  switch (code) {
    case "MULTIPLE_DOCS":
      return { message: "a second document begins here", hint: "keep one YAML document: remove the `---`" };
    case "TAB_AS_INDENT":
      return { message: "a tab is used as indentation", hint: "indent with spaces" };
    default:
      return {
        message: `it is not valid YAML: ${message.split("\n")[0] ?? code}`,
        hint: "correct the line; text with `: ` or ` #` in it wants a `|` before it, on a line of its own, or quotes",
      };
  }
}
