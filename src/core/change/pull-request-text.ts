/**
 * Title and body of a change's pull request: the commit message, then a section of ours between two HTML markers.
 * The first marker carries a digest of the text that stood there when we wrote it. A text that still has this digest
 * is ours to replace; any other was edited by a person on the web and stays.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Change } from "./change.ts";

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

export interface TextUpdate {
  /** Absent = leave as it is. */
  readonly title?: string;
  readonly body?: string;
  /** What a person edited on the web and we therefore keep, although the commit says something else. */
  readonly kept: readonly ("title" | "body")[];
}

// Longer titles and bodies are refused by GitHub; cut here, the whole message stays in the commit.
const LONGEST_TITLE = 256;
const LONGEST_TEXT = 60_000;
const END = "<!-- /plustwo -->";
const SECTION =
  /<!-- plustwo:change (I[0-9a-f]{40}) title=([0-9a-f]{16}) text=([0-9a-f]{16}) -->[\s\S]*?<!-- \/plustwo -->/;

/** The change below, whose commits a pull request from a fork shows too, and the address of the pull request itself. */
export interface Overlap {
  readonly below: number;
  readonly url: string;
}

export interface TextMarks {
  /** The pull request that this one wants to take the place of. */
  readonly supersedes?: number;
}

/** The text of a new pull request. */
export function newText(change: Change, topic?: string, { supersedes }: TextMarks = {}): PullRequestText {
  const title = titleOf(change);
  const text = textOf(change);
  const place = supersedes === undefined ? "" : supersedesLine(supersedes);
  const marks = section(change, { title: digest(title), text: digest(text), topic, place });
  return { title, body: `${text === "" ? "" : `${text}\n\n`}${marks}` };
}

/** What to write so that the pull request says what the commit says, edits of people excepted. Without a topic the old one stays. */
export function updatedText(
  change: Change,
  current: PullRequestText,
  topic?: string,
  overlap?: Overlap | "as it is",
): TextUpdate {
  const wanted = newText(change);
  const found = parseText(current.body);
  // Opened by hand on our branch, or our section was deleted: all of it is a person's.
  if (found === undefined) return { kept: kept(current, wanted) };
  // The wanted text is ours too: a write that was refused half-way left it there.
  const titleIsOurs = digest(current.title) === found.title || current.title === wanted.title;
  const textIsOurs = digest(found.text) === found.digest || sameText(found.text, textOf(change));
  const title = titleIsOurs ? wanted.title : current.title;
  const text = textIsOurs ? textOf(change) : found.text;
  // The digests stay those of our own text: a kept edit must still be seen as an edit next time.
  const marks = section(change, {
    title: titleIsOurs ? digest(wanted.title) : found.title,
    text: textIsOurs ? digest(textOf(change)) : found.digest,
    topic: topic ?? topicOf(current.body),
    place: placeLines(change, current.body, overlap),
  });
  const body = `${text === "" ? "" : `${text}\n\n`}${marks}`;
  return {
    ...(title === current.title ? {} : { title }),
    ...(sameText(body, current.body) ? {} : { body }),
    kept: [...(titleIsOurs ? [] : ["title" as const]), ...(textIsOurs ? [] : ["body" as const])],
  };
}

interface FoundText {
  /** Everything outside our markers. */
  readonly text: string;
  readonly title: string;
  readonly digest: string;
}

function parseText(body: string): FoundText | undefined {
  const clean = body.replaceAll("\r\n", "\n");
  const found = SECTION.exec(clean);
  if (found === null) return undefined;
  const [whole, , title = "", mark = ""] = found;
  const before = clean.slice(0, found.index).trim();
  const behind = clean.slice(found.index + whole.length).trim();
  return { text: [before, behind].filter((part) => part !== "").join("\n\n"), title, digest: mark };
}

interface Marks {
  readonly title: string;
  readonly text: string;
  readonly topic: string | undefined;
  /** Whole lines. */
  readonly place: string;
}

function section(change: Change, { title, text, topic, place }: Marks): string {
  const line = topic === undefined ? "" : `<sub>Topic: <code>${escaped(topic)}</code></sub>\n`;
  return `<!-- plustwo:change ${change.id} title=${title} text=${text} -->
${line}${place}<sub>One commit, one change: amend it and run \`git review\` for the next patch set. Edits to this page's title and text are kept.</sub>
${END}`;
}

/**
 * The topic that our section names; whoever may edit the text may edit it, so it says what a change is about and never
 * approves anything. `undefined` without a section of ours.
 */
export function topicOf(body: string): string | undefined {
  const found = SECTION.exec(body.replaceAll("\r\n", "\n"))?.[0] ?? "";
  const text = /^<sub>Topic: <code>([^<>\s]{1,255})<\/code><\/sub>$/m.exec(found)?.[1];
  return text?.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** The pull request that this one wants to take the place of, as our section names it. */
export function supersededNumber(body: string): number | undefined {
  const found = SECTION.exec(body.replaceAll("\r\n", "\n"))?.[0] ?? "";
  const number = /^<sub>Supersedes #(\d{1,9}), /m.exec(found)?.[1];
  return number === undefined ? undefined : Number(number);
}

function supersedesLine(number: number): string {
  return `<sub>Supersedes #${number}, whose branch is somebody else's; its owner or a core reviewer closes that one.</sub>\n`;
}

function placeLines(change: Change, body: string, overlap: Overlap | "as it is" | undefined): string {
  const supersedes = supersededNumber(body);
  const first = supersedes === undefined ? "" : supersedesLine(supersedes);
  if (overlap === "as it is") {
    const found = SECTION.exec(body.replaceAll("\r\n", "\n"))?.[0] ?? "";
    return `${first}${/^<sub>Built on #.*<\/sub>\n/m.exec(found)?.[0] ?? ""}`;
  }
  if (overlap === undefined) return first;
  const own = `${overlap.url}/commits/${change.commit}`;
  return `${first}<sub>Built on #${overlap.below}, whose commits this page shows too until they land. <a href="${own}">This commit alone</a>, to read it and comment on its lines.</sub>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function titleOf(change: Change): string {
  return cut(change.subject, LONGEST_TITLE, "…");
}

/** The body as written; a marker of ours inside a commit message would be taken for the section, so it is defused. */
function textOf(change: Change): string {
  const text = change.body.replaceAll(/<!-- (\/?plustwo)/g, "<!-- - $1").trim();
  return cut(text, LONGEST_TEXT, "\n\n… (the rest is in the commit message)");
}

function cut(text: string, limit: number, end: string): string {
  if (text.length <= limit) return text;
  // Never through the middle of a character of two UTF-16 units.
  return `${text
    .slice(0, limit - end.length)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trimEnd()}${end}`;
}

function kept(current: PullRequestText, wanted: PullRequestText): readonly ("title" | "body")[] {
  return current.title === wanted.title ? ["body"] : ["title", "body"];
}

function sameText(one: string, other: string): boolean {
  return normal(one) === normal(other);
}

function digest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(normal(text)))).slice(0, 16);
}

/** The web editor writes CRLF and may add or drop a final newline. */
function normal(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}
