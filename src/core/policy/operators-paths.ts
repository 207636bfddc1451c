/**
 * The operators over the paths a change touches: both names of a rename, whatever is deleted, and symbolic links, submodules and
 * files of which only the mode changed (threat T32). Names are compared as git has them, upper and lower case apart.
 */
import { ok } from "../result.ts";
import { isPattern } from "./pattern.ts";
import { readCount, readWords, wrong, type Read, type Reading, type Words } from "./operators-words.ts";
import type { Bound } from "./relation.ts";

export type PathFact =
  /** Some touched path is this one. */
  | { readonly kind: "path"; readonly words: Words }
  /** Every touched path is; of none, nothing is said. */
  | { readonly kind: "path-only"; readonly words: Words }
  /** Some touched path, or one part of it between slashes. */
  | { readonly kind: "file"; readonly words: Words }
  /** Lower case, without the dot. */
  | { readonly kind: "extension"; readonly extension: string }
  | { readonly kind: "only-extensions"; readonly extensions: readonly string[] }
  /** Something in this folder, or below it. */
  | { readonly kind: "directory"; readonly words: Words }
  | { readonly kind: "size"; readonly of: "added" | "deleted" | "changed"; readonly bound: Bound }
  | { readonly kind: "submodule-update" }
  | { readonly kind: "release-note" };

const PATH_KINDS: ReadonlySet<string> = new Set<PathFact["kind"]>([
  ...(["path", "path-only", "file", "extension", "only-extensions", "directory"] as const),
  ...(["size", "submodule-update", "release-note"] as const),
]);

export function isPathFact(fact: { readonly kind: string }): fact is PathFact {
  return PATH_KINDS.has(fact.kind);
}

export const PATH_FIELDS: readonly string[] = [
  ...["path", "path-only", "file", "f", "extension", "ext", "onlyextensions", "onlyexts", "directory", "dir"],
  ...["added", "deleted", "delta", "size"],
];

/** undefined: none of these operators. */
export function readPathFact(reading: Reading): Read<PathFact> | undefined {
  const { field, value } = reading.atom;
  switch (field) {
    case "path":
    case "path-only":
      return withWords(readPath(reading), field);
    case "file":
    case "f":
      return withWords(readPath(reading), "file");
    case "extension":
    case "ext":
      return readExtension(reading);
    case "onlyextensions":
    case "onlyexts":
      return readExtensions(reading);
    case "directory":
    case "dir":
      return readDirectory(reading);
    case "added":
    case "deleted":
      return readSize(reading, field);
    case "delta":
    case "size":
      return readSize(reading, "changed");
    case "has":
      if (value === "submodule-update" || value === "release-note") return ok({ kind: value });
      return undefined;
    default:
      return undefined;
  }
}

function withWords(words: Read<Words>, kind: "path" | "path-only" | "file"): Read<PathFact> {
  return words.ok ? ok({ kind, words: words.value }) : words;
}

/** A value that no path of git can be is a typing error: the rule would quietly never apply. */
function readPath(reading: Reading): Read<Words> {
  const { field, value } = reading.atom;
  if (!isPattern(value)) {
    if (value.endsWith("/"))
      return wrong(reading, `no path ends in \`/\``, `write \`${field}:^${quoted(value)}.*\` for everything below it`);
    if (value.startsWith("/") || /(?:^|\/)\.{0,2}(?:\/|$)/.test(value))
      return wrong(
        reading,
        `\`${value}\` is no path as git has it`,
        "paths begin at the top of the tree, without `./`",
      );
    if (value.includes("*") && !value.startsWith("\\"))
      return wrong(
        reading,
        `\`*\` stands for itself here`,
        `patterns begin with \`^\` and are regular expressions: \`${field}:^${quoted(value).replaceAll("\\*", ".*").replaceAll(".*.*", ".*")}\``,
      );
  }
  return readWords(reading, { of: "path", plain: "exact" });
}

function readExtension(reading: Reading): Read<PathFact> {
  const extension = bare(reading.atom.value);
  return isExtension(extension)
    ? ok({ kind: "extension", extension })
    : wrong(reading, `\`${reading.atom.value}\` is no extension`, "write for example `ext:md`");
}

function readExtensions(reading: Reading): Read<PathFact> {
  const extensions = [...new Set(reading.atom.value.split(",").map(bare))].sort();
  return extensions.every(isExtension)
    ? ok({ kind: "only-extensions", extensions })
    : wrong(reading, `\`${reading.atom.value}\` is no list of extensions`, "write for example `onlyextensions:md,rst`");
}

function readDirectory(reading: Reading): Read<PathFact> {
  const { value } = reading.atom;
  const name = isPattern(value) ? value : value.replace(/\/$/, "");
  if (name === "" || (!isPattern(name) && /(?:^|\/)\.{0,2}(?:\/|$)/.test(name)))
    return wrong(reading, `\`${value}\` is no folder as git has it`, "write for example `directory:src/crypto`");
  const words = readWords(reading, { of: "path", plain: "exact" }, name);
  return words.ok ? ok({ kind: "directory", words: words.value }) : words;
}

function readSize(reading: Reading, of: "added" | "deleted" | "changed"): Read<PathFact> {
  const bound = readCount(reading);
  return bound.ok ? ok({ kind: "size", of, bound: bound.value }) : bound;
}

/** An extension as it is compared. */
function bare(text: string): string {
  return text.trim().replace(/^\./, "").toLowerCase();
}

function isExtension(text: string): boolean {
  return text !== "" && !/[\s/.]/.test(text);
}

function quoted(text: string): string {
  return text.replaceAll(/[\\.*+?()[\]{}|^$]/g, "\\$&");
}
