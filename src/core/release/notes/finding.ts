/** What is wrong with a note, a configuration of notes or their history: where, by which rule, what was found, what to do. */
import type { Place } from "../../policy/yaml-text.ts";

export interface NotesFinding extends Place {
  readonly severity: "error" | "warning";
  readonly rule: NotesRule;
  /** From the top of the repository. */
  readonly path: string;
  /** A sentence without its end. */
  readonly message: string;
  readonly hint: string;
}

export const NOTES_RULES = {
  "config.yaml": "the configuration is no YAML, or no map",
  "config.unknown-key": "a key that reno does not have",
  "config.wrong-type": "a key has a value of the wrong type",
  "config.pattern": "a regular expression cannot be read",
  "config.unknown-section": "semver_major, semver_minor or semver_patch names no section",
  "note.yaml": "a note is no YAML, or no map",
  "note.wrong-type": "a prelude is no text, or a section is neither text nor a list of texts",
  "note.unknown-section": "a section that the configuration does not have: reno drops its text",
  "note.key-twice": "a section stands twice: the earlier one is lost",
  "note.empty": "a note, a section or an item says nothing",
  "note.untouched": "text of the template was left as it is",
  "note.uid-collision": "two notes have one UID: reno loses one of them",
  "note.weak-uid": "a UID looks typed by hand",
  "note.not-read": "a file among the notes looks like one, and is not read",
} as const;

export type NotesRule = keyof typeof NOTES_RULES;

/** `releasenotes/notes/a-….yaml:3:1: error: … [note.wrong-type]` */
export function describeFinding({ path, line, column, severity, message, rule }: NotesFinding): string {
  return `${path}:${line}:${column}: ${severity}: ${message} [${rule}]`;
}
