/**
 * The files that git and Gerrit keep settings in: sections with an optional name in quotes, keys with values, several values of one
 * key in their order. Quotes inside a value, the escapes `\" \\ \n \t \b`, a `\` that joins the next line, comments from `#` and `;`.
 * Source: git, git-config, "Syntax".
 */
import { fail, ok, type Result } from "../result.ts";
import type { ImportProblem, Place } from "./report.ts";

export interface ConfigEntry {
  /** In lower case: git takes upper and lower case of it as one. */
  readonly section: string;
  /** As written; undefined = `[section]`. */
  readonly name?: string;
  /** As written. */
  readonly key: string;
  /** A key without `=` is `true`. */
  readonly value: string;
  readonly line: Place;
}

export interface ConfigSection {
  readonly section: string;
  readonly name?: string;
  readonly line: Place;
}

export interface ConfigFile {
  /** In the file's order; one that stands there twice is there twice. */
  readonly sections: readonly ConfigSection[];
  readonly entries: readonly ConfigEntry[];
}

const MOST_CHARACTERS = 1_048_576;
const MOST_SECTIONS = 1_000;
const MOST_ENTRIES = 20_000;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", '"': '"', "\\": "\\" };

/** `file`: its name, where several are read together. */
export function parseGitConfig(text: string, file?: string): Result<ConfigFile, ImportProblem> {
  if (text.length > MOST_CHARACTERS)
    return fail({ line: 1, message: "it is larger than 1 MB", hint: "no project's settings are" });
  if (text.includes("\0")) return fail({ line: 1, message: "it is not text", hint: "give the file `project.config`" });
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const sections: ConfigSection[] = [];
  const entries: ConfigEntry[] = [];
  let current: ConfigSection | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    let rest = (lines[at] ?? "").trimStart();
    const line: Place = file === undefined ? at + 1 : { file, line: at + 1 };
    const number = at + 1;
    const wrong = (message: string, hint: string) => fail({ line: number, message, hint });
    if (rest.startsWith("[")) {
      const found = HEADER.exec(rest);
      if (found === null) return wrong("it is no section", 'write `[section]` or `[section "name"]`');
      const [whole, section = "", , name] = found;
      current = {
        section: section.toLowerCase(),
        ...(name === undefined ? {} : { name: name.replaceAll(/\\(.)/g, "$1") }),
        line,
      };
      sections.push(current);
      if (sections.length > MOST_SECTIONS)
        return wrong(`it has more than ${MOST_SECTIONS} sections`, "no project's settings have; split the file");
      rest = rest.slice(whole.length).trimStart();
    }
    if (rest === "" || rest.startsWith("#") || rest.startsWith(";")) continue;
    const found = KEY.exec(rest);
    if (found === null) return wrong(`\`${rest.slice(0, 40)}\` is no setting`, "write `key = value`");
    if (entries.length >= MOST_ENTRIES)
      return wrong(`it has more than ${MOST_ENTRIES} settings`, "no project's settings have; split the file");
    if (current === undefined) return wrong("a setting stands before any section", "write `[section]` above it");
    const [whole, key = "", equals] = found;
    rest = rest.slice(whole.length);
    if (equals === undefined) {
      if (rest !== "" && !/^[#;]/.test(rest)) return wrong(`\`${rest.slice(0, 40)}\` cannot follow a key`, "write `=`");
      entries.push({ ...placeOf(current), key, value: "true", line });
      continue;
    }
    const value = valueFrom(rest, () => lines[++at]);
    if (!value.ok) return wrong(value.problem.message, value.problem.hint);
    entries.push({ ...placeOf(current), key, value: value.value, line });
  }
  return ok({ sections, entries });
}

const HEADER = /^\[\s*([A-Za-z0-9.-]+)(\s+"((?:[^"\\]|\\.)*)")?\s*\]/;
const KEY = /^([A-Za-z][A-Za-z0-9-]*)\s*(=)?[ \t]*/;

function placeOf({ section, name }: ConfigSection): Pick<ConfigEntry, "section" | "name"> {
  return { section, ...(name === undefined ? {} : { name }) };
}

function valueFrom(
  start: string,
  nextLine: () => string | undefined,
): Result<string, { readonly message: string; readonly hint: string }> {
  const parts: string[] = [];
  // White space at the end of a value is none of it, unless it stands in quotes.
  let blanks = "";
  let quoted = false;
  let text = start;
  for (let at = 0; ; at += 1) {
    const char = text.charAt(at);
    if (at >= text.length) {
      if (quoted) return fail({ message: 'a `"` is never closed', hint: "close it on its line" });
      return ok(parts.join(""));
    }
    if (char === '"') {
      quoted = !quoted;
      parts.push(blanks);
      blanks = "";
    } else if (!quoted && (char === "#" || char === ";")) return ok(parts.join(""));
    else if (char === "\\") {
      if (at + 1 === text.length) {
        const next = nextLine();
        if (next === undefined) return ok(parts.join(""));
        text = next;
        at = -1;
        continue;
      }
      const escaped = ESCAPES[text.charAt(at + 1)];
      if (escaped === undefined)
        return fail({
          message: `\`\\${text.charAt(at + 1)}\` is no escape, git cannot read it either`,
          hint: "write `\\\\` for one backslash",
        });
      parts.push(blanks, escaped);
      blanks = "";
      at += 1;
    } else if (!quoted && (char === " " || char === "\t")) blanks += parts.length === 0 ? "" : char;
    else {
      parts.push(blanks, char);
      blanks = "";
    }
  }
}
