/** The keys of one configuration, read one after the other; what is wrong with them is collected. A key that is wrong reads as absent. */
import type { Place } from "../../policy/yaml-text.ts";
import type { NoteSection, NotesEncoding } from "./config.ts";
import type { NotesFinding, NotesRule } from "./finding.ts";
import { readPythonPattern, type PythonPattern } from "./python-pattern.ts";
import { whatIs, type YamlEntry, type YamlValue } from "./python-yaml.ts";

/** Python's names, in lower case and without dashes. */
const ENCODINGS: Readonly<Record<string, NotesEncoding>> = {
  ...{ utf8: "utf-8", u8: "utf-8", utf: "utf-8", utf8sig: "utf-8", ascii: "utf-8", usascii: "utf-8" },
  ...{ utf16: "utf-16le", utf16le: "utf-16le" },
  ...{ latin1: "windows-1252", iso88591: "windows-1252", l1: "windows-1252", cp1252: "windows-1252" },
};

export class KeyReader {
  readonly findings: NotesFinding[] = [];
  readonly #path: string;
  readonly #entries: ReadonlyMap<string, YamlEntry>;
  readonly #asked = new Set<string>();

  constructor(path: string, entries: readonly YamlEntry[]) {
    this.#path = path;
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]));
  }

  text(key: string, otherwise: string): string {
    const value = this.#value(key);
    if (value === undefined) return otherwise;
    return value.kind === "text" ? value.text : this.#wrong(key, value, "text", otherwise);
  }

  /** Text, or nothing. */
  optional(key: string): string | undefined {
    const value = this.#value(key);
    if (value === undefined || value.kind === "nothing") return undefined;
    return value.kind === "text" ? value.text : this.#wrong(key, value, "text", undefined);
  }

  truth(key: string, otherwise: boolean): boolean {
    const value = this.#value(key);
    if (value === undefined) return otherwise;
    return value.kind === "truth" ? value.value : this.#wrong(key, value, "true or false", otherwise);
  }

  texts(key: string, otherwise: readonly string[]): readonly string[] {
    const value = this.#value(key);
    if (value === undefined) return otherwise;
    if (value.kind !== "list") return this.#wrong(key, value, "a list of texts", otherwise);
    return value.items.flatMap((item) =>
      item.kind === "text" ? [item.text] : this.#wrong(key, item, "text in its list", []),
    );
  }

  /** Names of sections. One that is none is a warning: its notes would change no version. */
  sectionNames(key: string, otherwise: readonly string[], sections: readonly NoteSection[]): readonly string[] {
    const value = this.#value(key);
    if (value?.kind === "list")
      for (const item of value.items)
        if (item.kind === "text" && !sections.some(({ name }) => name === item.text))
          this.warn(
            item,
            "config.unknown-section",
            `\`${key}\` names \`${item.text}\`, which is no section`,
            sectionsHint(sections),
          );
    return this.texts(key, otherwise);
  }

  /** Below the folder of the configuration; without a `/` at its ends. */
  folder(key: string, otherwise: string): string {
    const value = this.#value(key);
    const text = this.text(key, otherwise).replace(/\/+$/, "");
    if (value === undefined || (text !== "" && text.split("/").every((part) => !["", ".", ".."].includes(part))))
      return text;
    return this.#wrong(key, value, "a folder below the one of the configuration", otherwise);
  }

  pattern(key: string, otherwise: PythonPattern, group?: string): PythonPattern {
    const value = this.#value(key);
    if (value === undefined) return otherwise;
    if (value.kind !== "text") return this.#wrong(key, value, "a regular expression", otherwise);
    const read = readPythonPattern(value.text);
    if (!read.ok) {
      this.#error(
        value,
        "config.pattern",
        `the pattern of \`${key}\` ${read.problem}`,
        'write it without that; see docs/NOTES.md, "Patterns"',
      );
      return otherwise;
    }
    if (group === undefined || read.value.groups.includes(group)) return read.value;
    this.#error(
      value,
      "config.pattern",
      `the pattern of \`${key}\` has no group \`${group}\``,
      `name the part that is left out of the final version: \`(?P<${group}>…)\``,
    );
    return otherwise;
  }

  sections(key: string, otherwise: readonly NoteSection[]): readonly NoteSection[] {
    const value = this.#value(key);
    if (value === undefined) return otherwise;
    if (value.kind !== "list") return this.#wrong(key, value, "a list of sections, each `[name, title]`", otherwise);
    return value.items.flatMap((item) => this.#section(key, item));
  }

  encoding(key: string, otherwise: NotesEncoding): NotesEncoding {
    const value = this.#value(key);
    const name = this.optional(key);
    if (value === undefined || name === undefined) return otherwise;
    const found = ENCODINGS[name.toLowerCase().replaceAll(/[-_ ]/g, "")];
    return found ?? this.#wrong(key, value, "an encoding that is read here (utf-8, utf-16, latin-1)", otherwise);
  }

  warnOfUnknown(): void {
    for (const { key, at } of this.#entries.values())
      if (!this.#asked.has(key))
        this.warn(
          at,
          "config.unknown-key",
          `\`${key}\` is not a key of reno's configuration`,
          `known: ${[...this.#asked].sort().join(", ")}`,
        );
  }

  warn({ line, column }: Place, rule: NotesRule, message: string, hint: string): void {
    this.findings.push({ severity: "warning", rule, path: this.#path, line, column, message, hint });
  }

  #section(key: string, item: YamlValue): readonly NoteSection[] {
    const parts = item.kind === "list" ? item.items : [];
    const [name, title, depth] = parts;
    if (name?.kind !== "text" || title?.kind !== "text" || parts.length > 3)
      return this.#wrong(key, item, "a list of `[name, title]` or `[name, title, level]`", []);
    const level = depth === undefined ? 1 : depth.kind === "number" ? Number(depth.written) : 0;
    return level === 1 || level === 2 || level === 3
      ? [{ name: name.text, title: title.text, level }]
      : this.#wrong(key, depth ?? item, "a level from 1 to 3", []);
  }

  #value(key: string): YamlValue | undefined {
    this.#asked.add(key);
    return this.#entries.get(key)?.value;
  }

  #wrong<T>(key: string, value: YamlValue, wanted: string, otherwise: T): T {
    const quotes = wanted === "text" && value.kind !== "list" && value.kind !== "map";
    const found = value.kind === "text" ? `"${value.text}"` : whatIs(value);
    this.#error(
      value,
      "config.wrong-type",
      `\`${key}\` is ${found}, not ${wanted}`,
      quotes ? "put quotes around it" : `write ${wanted}`,
    );
    return otherwise;
  }

  #error({ line, column }: Place, rule: NotesRule, message: string, hint: string): void {
    this.findings.push({ severity: "error", rule, path: this.#path, line, column, message, hint });
  }
}

function sectionsHint(sections: readonly NoteSection[]): string {
  return `sections: ${sections.map(({ name }) => name).join(", ")}`;
}
