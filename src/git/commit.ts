/**
 * A commit as git stores it: parsing `rev-list --header`, and the exact bytes of a new one.
 * The bytes are composed here, so that the same inputs give the same SHA on every machine and git version.
 */
import { parseSha, type Sha } from "../core/ids.ts";
import { instant, type Instant } from "../core/time.ts";

export interface Ident {
  readonly name: string;
  readonly email: string;
  /** Whole seconds count; the rest is cut off. */
  readonly at: Instant;
  /** `+0100`. */
  readonly zone: string;
}

export interface Commit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly author: Ident;
  readonly committer: Ident;
  /** With its line endings and final newline, in UTF-8. */
  readonly message: string;
  /** Headers besides the usual ones: `change-id` (Jujutsu, GitButler), `gpgsig`, `encoding`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface NewCommit {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly author: Ident;
  readonly committer: Ident;
  readonly message: string;
  /** Carried over as they are, except `gpgsig` and `encoding`, which would be lies about the new commit. */
  readonly headers?: Readonly<Record<string, string>>;
}

const USUAL = ["tree", "parent", "author", "committer"];

/** One record of `rev-list --header -z`: the SHA, the headers, an empty line, the message indented by four. */
export function parseCommit(record: string): Commit | undefined {
  const head = record.indexOf("\n");
  const gap = record.indexOf("\n\n");
  if (head < 0) return undefined;
  const headers = headerLines(record.slice(head + 1, gap < 0 ? undefined : gap));
  const message = gap < 0 ? "" : unindent(record.slice(gap + 2));
  const sha = parseSha(record.slice(0, head));
  const tree = parseSha(headers.find(([key]) => key === "tree")?.[1] ?? "");
  const author = parseIdent(headers.find(([key]) => key === "author")?.[1] ?? "");
  const committer = parseIdent(headers.find(([key]) => key === "committer")?.[1] ?? "");
  if (sha === undefined || tree === undefined || author === undefined || committer === undefined) return undefined;
  const parents = headers.flatMap(([key, value]) => (key === "parent" ? [parseSha(value)] : []));
  if (!parents.every((parent) => parent !== undefined)) return undefined;
  const others = Object.fromEntries(headers.filter(([key]) => !USUAL.includes(key)));
  return { sha, tree, parents, author, committer, message, headers: others };
}

/** The bytes of a commit object. */
export function composeCommit(commit: NewCommit): string {
  const extra = Object.entries(commit.headers ?? {}).filter(
    ([key]) => ![...USUAL, "gpgsig", "gpgsig-sha256", "encoding"].includes(key),
  );
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatIdent(commit.author)}`,
    `committer ${formatIdent(commit.committer)}`,
    ...extra.map(([key, value]) => `${key} ${value.replaceAll("\n", "\n ")}`),
  ];
  return `${lines.join("\n")}\n\n${commit.message.replaceAll("\0", "")}`;
}

export function parseIdent(text: string): Ident | undefined {
  const found = /^(.*?) ?<([^<>]*)> ?(-?\d+) ([+-]\d{4})$/s.exec(text);
  if (found === null) return undefined;
  const [, name = "", email = "", seconds = "0", zone = "+0000"] = found;
  return { name, email, at: instant(Number(seconds) * 1000), zone };
}

export function formatIdent({ name, email, at, zone }: Ident): string {
  return `${plain(name)} <${plain(email)}> ${Math.floor(at / 1000)} ${/^[+-]\d{4}$/.test(zone) ? zone : "+0000"}`;
}

/** git allows no angle brackets and no line ends in a name. */
function plain(text: string): string {
  return text.replaceAll(/[<>\n\r\0]/g, "").trim();
}

function unindent(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith("    ") ? line.slice(4) : line))
    .join("\n");
}

function headerLines(block: string): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [];
  for (const line of block.split("\n")) {
    const last = headers.at(-1);
    if (line.startsWith(" ") && last !== undefined) last[1] += `\n${line.slice(1)}`;
    else {
      const space = line.indexOf(" ");
      headers.push(space < 0 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)]);
    }
  }
  return headers;
}
