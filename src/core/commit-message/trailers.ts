/**
 * The trailers of a commit message: `Key: value` lines in its last paragraph. Sources: git-interpret-trailers; Gerrit, commit-msg hook.
 * We read more than git does (a trailer counts also beside `KEY=value` lines) and take less for a footer than `interpret-trailers`
 * does: a paragraph that ends in a URL stays prose.
 */
import { parseMessage, type Message, type Paragraph } from "./message.ts";

export interface Trailer {
  /** As written; keys are compared without regard to case. */
  readonly key: string;
  /** Folded lines joined by one space. */
  readonly value: string;
  /** Index into the message's lines. */
  readonly line: number;
}

const TRAILER = /^([A-Za-z0-9][A-Za-z0-9-]*)[ \t]*:(?!\/\/)[ \t]*(.*)$/;
const ASSIGNMENT = /^[A-Z][A-Z0-9_]*=/;
const CHERRY_PICKED = /^\(cherry picked from commit [0-9a-f]+\)/;

/** All trailer-shaped lines of the last paragraph, top to bottom. None when the subject is all there is. */
export function trailersOf(text: string): readonly Trailer[] {
  return trailersIn(parseMessage(text));
}

export function trailersIn(message: Message): readonly Trailer[] {
  const last = lastParagraph(message);
  const trailers: { key: string; value: string; line: number }[] = [];
  let folding = false;
  last?.lines.forEach((line, index) => {
    const found = TRAILER.exec(line);
    const open = trailers.at(-1);
    if (found?.[1] !== undefined)
      trailers.push({ key: found[1], value: (found[2] ?? "").trim(), line: last.start + index });
    else if (folding && open !== undefined && /^[ \t]/.test(line)) open.value = `${open.value} ${line.trim()}`.trim();
    folding = found !== null || (folding && /^[ \t]/.test(line));
  });
  return trailers;
}

/** The values of one trailer, such as every `Depends-On`. */
export function trailerValues(text: string, key: string): readonly string[] {
  return trailersOf(text).flatMap((trailer) => (sameKey(trailer.key, key) ? [trailer.value] : []));
}

/**
 * The last paragraph, if new trailers belong into it: it has a trailer, and besides trailers only their folded lines, `KEY=value`,
 * `(cherry picked from …)` and `[name: remark]` blocks. Prose, or a URL alone, makes it no footer.
 */
export function footerOf(message: Message): Paragraph | undefined {
  const last = lastParagraph(message);
  if (last === undefined) return undefined;
  let trailers = 0;
  let inRemark = false;
  for (const [index, line] of last.lines.entries()) {
    if (inRemark || line.startsWith("[")) {
      inRemark = !line.endsWith("]");
      continue;
    }
    if (TRAILER.test(line)) trailers += 1;
    else if (!(ASSIGNMENT.test(line) || CHERRY_PICKED.test(line) || (index > 0 && /^[ \t]/.test(line))))
      return undefined;
  }
  return trailers > 0 && !inRemark ? last : undefined;
}

/**
 * The message with one more trailer, everything else byte for byte: in the footer before the first `Signed-off-by`, else at the
 * footer's end, else in a paragraph of its own. Blank lines at the very end go.
 */
export function withTrailer(text: string, key: string, value: string): string {
  const message = parseMessage(text);
  const { lineEnd } = message;
  const added = `${key}: ${value}${lineEnd}`;
  const footer = footerOf(message);
  const end = endOfText(message);
  if (footer === undefined) return `${upTo(text, end, lineEnd)}${end > 0 ? lineEnd : ""}${added}`;
  const signOff = footer.lines.findIndex((line) => sameKey(TRAILER.exec(line)?.[1] ?? "", "Signed-off-by"));
  if (signOff < 0) return `${upTo(text, end, lineEnd)}${added}`;
  const at = footer.start + signOff;
  const above = upTo(text, at, lineEnd);
  return `${above}${added}${upTo(text, end, lineEnd).slice(above.length)}`;
}

export function sameKey(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The last paragraph, unless it is the subject. */
function lastParagraph({ paragraphs }: Message): Paragraph | undefined {
  return paragraphs.length > 1 ? paragraphs.at(-1) : undefined;
}

/** One past the last line that says something. */
function endOfText({ paragraphs }: Message): number {
  const last = paragraphs.at(-1);
  return last === undefined ? 0 : last.start + last.lines.length;
}

/** The first `count` lines of the text with their own ends; a missing last one is added. */
function upTo(text: string, count: number, lineEnd: string): string {
  let at = 0;
  for (let line = 0; line < count; line += 1) {
    const end = text.indexOf("\n", at);
    if (end < 0) return `${text}${lineEnd}`;
    at = end + 1;
  }
  return text.slice(0, at);
}
