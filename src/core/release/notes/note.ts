/**
 * One note: a prelude and sections, each one text or a list of texts. Reading keeps what can be shown, as reno does; what is wrong with
 * the note is said beside it.
 */
import { fail, ok, type Result } from "../../result.ts";
import type { Place } from "../../policy/yaml-text.ts";
import type { NotesConfig } from "./config.ts";
import type { NotesFinding, NotesRule } from "./finding.ts";
import { readPythonYaml, whatIs, type PythonYaml, type YamlEntry, type YamlValue } from "./python-yaml.ts";

export interface Note {
  readonly path: string;
  readonly prelude: string | undefined;
  /** In the order of the file; also those that the configuration does not have. */
  readonly sections: readonly NotedSection[];
}

export interface NotedSection extends Place {
  readonly name: string;
  readonly items: readonly string[];
  /** Python takes its value for true. */
  readonly said: boolean;
}

export interface ReadNote {
  readonly note: Note;
  readonly findings: readonly NotesFinding[];
}

/** Fails where nothing of it can be shown. */
export function readNote(path: string, text: string, config: NotesConfig): Result<ReadNote, readonly NotesFinding[]> {
  const yaml = readPythonYaml(text);
  if (!yaml.ok)
    return fail(yaml.problem.map((problem) => ({ ...problem, severity: "error", rule: "note.yaml", path })));
  return noteFrom(path, yaml.value, config);
}

/** The same, of a note that was read as YAML already. */
export function noteFrom(
  path: string,
  { value, twice }: PythonYaml,
  config: NotesConfig,
): Result<ReadNote, readonly NotesFinding[]> {
  const found = new Findings(path);
  if (value.kind !== "map") {
    found.error(
      value,
      value.kind === "nothing" ? "note.empty" : "note.yaml",
      value.kind === "nothing" ? "the note is empty" : `the note is ${whatIs(value)}, not a map`,
      "begin with a section: `fixes:`, and under it `- |` and the text",
    );
    return fail(found.all);
  }
  for (const { key, ...at } of twice)
    found.error(
      at,
      "note.key-twice",
      `\`${key}\` stands twice, and the earlier one is lost`,
      "put both texts into one list",
    );
  if (value.entries.length === 0)
    found.error(value, "note.empty", "the note says nothing", "write a section, or remove the file");
  const prelude = value.entries.find(({ key }) => key === config.preludeSectionName);
  return ok({
    note: {
      path,
      prelude: prelude === undefined ? undefined : readPrelude(prelude, found),
      sections: value.entries
        .filter((entry) => entry !== prelude)
        .map((entry) => ({
          name: entry.key,
          ...placeOf(entry.at),
          items: readSection(entry, config, found),
          said: isSaid(entry.value),
        })),
    },
    findings: found.all,
  });
}

class Findings {
  readonly all: NotesFinding[] = [];
  readonly #path: string;
  constructor(path: string) {
    this.#path = path;
  }
  error({ line, column }: Place, rule: NotesRule, message: string, hint: string): void {
    this.all.push({ severity: "error", rule, path: this.#path, line, column, message, hint });
  }
}

function readPrelude({ key, value }: YamlEntry, found: Findings): string | undefined {
  if (value.kind === "text") {
    if (value.text.trim() === "")
      found.error(value, "note.empty", `\`${key}\` says nothing`, "write its text, or remove it");
    return value.text;
  }
  found.error(value, "note.wrong-type", `\`${key}\` is ${whatIs(value)}, not text`, TEXT_HINT);
  return undefined;
}

function readSection({ key, at, value }: YamlEntry, config: NotesConfig, found: Findings): readonly string[] {
  if (!config.sections.some(({ name }) => name === key))
    found.error(
      at,
      "note.unknown-section",
      `\`${key}\` is not a section`,
      `${nearestOf(key, config)}sections: ${[config.preludeSectionName, ...config.sections.map(({ name }) => name)].join(", ")}`,
    );
  switch (value.kind) {
    case "text":
      return readItem(value, key, found);
    case "list":
      if (value.items.length === 0)
        found.error(at, "note.empty", `\`${key}\` says nothing`, "write an item, or remove it");
      return value.items.flatMap((item) => readItem(item, key, found));
    case "nothing":
      found.error(at, "note.empty", `\`${key}\` says nothing`, "write an item, or remove it");
      return [];
    case "map":
      // reno shows the keys of a map, and drops what they say.
      found.error(
        value,
        "note.wrong-type",
        `\`${key}\` is a map, not a list of texts: only its keys would be shown`,
        ITEM_HINT,
      );
      return value.entries.map((entry) => entry.key);
    case "truth":
    case "number":
    case "date":
    case "binary":
      found.error(value, "note.wrong-type", `\`${key}\` is ${whatIs(value)}, not text`, ITEM_HINT);
      return [];
  }
}

function isSaid(value: YamlValue): boolean {
  switch (value.kind) {
    case "list":
      return value.items.length > 0;
    case "map":
      return value.entries.length > 0;
    case "truth":
      return value.value;
    case "nothing":
      return false;
    case "text":
    case "date":
    case "number":
    case "binary":
      return true;
  }
}

function readItem(item: YamlValue, key: string, found: Findings): readonly string[] {
  if (item.kind === "text" && item.text.trim() !== "") return [item.text];
  if (item.kind === "text" || item.kind === "nothing") {
    found.error(item, "note.empty", `an item of \`${key}\` says nothing`, "write its text, or remove it");
    return item.kind === "text" && item.text !== "" ? [item.text] : [];
  }
  const [only, ...others] = item.kind === "map" ? item.entries : [];
  const colon = only !== undefined && others.length === 0 ? ` (a map, because of the \`:\` after "${only.key}")` : "";
  found.error(item, "note.wrong-type", `an item of \`${key}\` is ${whatIs(item)}, not text${colon}`, ITEM_HINT);
  return [];
}

const TEXT_HINT = "write `|` after the `:`, and the text on the next lines, indented";
const ITEM_HINT = "write `- |`, and the text on the next lines, indented";

/** `feature` for `features`: what was probably meant, as the beginning of a hint. */
function nearestOf(key: string, { sections }: NotesConfig): string {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, "")
      .replace(/s$/, "");
  const meant = sections.find(({ name, title }) => bare(name) === bare(key) || bare(title) === bare(key));
  return meant === undefined ? "" : `write \`${meant.name}\`; `;
}

function placeOf({ line, column }: Place): Place {
  return { line, column };
}
