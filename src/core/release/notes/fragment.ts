/**
 * What is taken over from another tool: one text with its section, which becomes a note. Of one file the note has always the same name,
 * so that taking it over twice makes one note.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { stringify } from "yaml";
import type { NotesConfig } from "./config.ts";
import { uidFrom, weaknessOf } from "./uid.ts";

/** A file of the other tool, as it was read. */
export interface FragmentFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
}

export interface Fragment {
  readonly path: string;
  /** Of the configuration. */
  readonly section: string;
  readonly text: string;
}

/** Why a file cannot be taken over. The message has the file for its subject. */
export interface FragmentProblem {
  readonly path: string;
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export interface Fragments {
  readonly fragments: readonly Fragment[];
  /** Files that say nothing for a reader, with the reason. */
  readonly silent: readonly { readonly path: string; readonly why: string }[];
  readonly problems: readonly FragmentProblem[];
}

/** What the caller adds to a tool's own words: the section of each, in lower case. */
export type SectionOf = ReadonlyMap<string, string>;

/** Its file, from the top of the repository, and what stands in it. */
export function noteOf({ path, section, text }: Fragment, { notesPath }: NotesConfig): FragmentFile {
  const written = `${withoutEdges(text)}\n`;
  const yaml = stringify(
    { [section]: [written] },
    {
      lineWidth: 0,
      blockQuote: "literal",
      defaultStringType: "BLOCK_LITERAL",
      defaultKeyType: "PLAIN",
      version: "1.1",
    },
  );
  return { path: `${notesPath}/${slugOf(path)}-${uidOfSource(path)}.yaml`, text: `---\n${yaml}` };
}

/** Lines end as reno's do; empty lines before and behind go. */
export function withoutEdges(text: string): string {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .replace(/^(?:[ \t]*\n)+/, "")
    .trimEnd();
}

/** Words of the file's name without its ending: `123-bugfix` of `newsfragments/123.bugfix.md`. */
function slugOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.(?:md|rst|txt)$/i, "");
  const words = name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-+|-+$/g, "");
  return words.slice(0, 100).replace(/-+$/, "") || "imported";
}

/** Drawn from the path. One in twenty thousand would look typed by hand: then the next is taken. */
function uidOfSource(path: string): string {
  for (let turn = 0; ; turn += 1) {
    const uid = uidFrom(sha256(utf8ToBytes(`${path}\n${turn}`)));
    if (weaknessOf(uid) === undefined) return uid;
  }
}

/** The section of a tool's word: what the caller says, a section's own name, or what the tool's default means. */
export function sectionFor(
  word: string,
  { given, usual, config }: { readonly given: SectionOf; readonly usual: SectionOf; readonly config: NotesConfig },
): string | undefined {
  const low = word.toLowerCase();
  const own = config.sections.find(({ name }) => name === low)?.name;
  const found = given.get(low) ?? own ?? usual.get(low);
  return found !== undefined && config.sections.some(({ name }) => name === found) ? found : undefined;
}
