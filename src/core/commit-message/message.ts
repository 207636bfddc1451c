/**
 * A commit message cut into paragraphs, as git and Gerrit do it: the first one is the subject, the last one may hold trailers.
 * Lines are kept without their ends; `\r\n` and `\n` may stand side by side. Comments are no business of this room:
 * a message of a commit has none, and the commit-msg hook deals with those of an editor.
 */
export interface Paragraph {
  /** Index of its first line in `lines`. */
  readonly start: number;
  readonly lines: readonly string[];
}

export interface Message {
  readonly lines: readonly string[];
  readonly paragraphs: readonly Paragraph[];
  /** The line end of the first line: what an added line has to follow. */
  readonly lineEnd: "\n" | "\r\n";
}

export function parseMessage(text: string): Message {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  const paragraphs: { start: number; lines: string[] }[] = [];
  let open = false;
  lines.forEach((line, index) => {
    const blank = line.trim() === "";
    if (!blank && !open) paragraphs.push({ start: index, lines: [] });
    if (!blank) paragraphs.at(-1)?.lines.push(line);
    open = !blank;
  });
  return { lines, paragraphs, lineEnd: /^[^\n]*\r\n/.test(text) ? "\r\n" : "\n" };
}

/** The first paragraph on one line, as `git log --format=%s` shows it. Empty for an empty message. */
export function subjectOf(text: string): string {
  const [first] = parseMessage(text).paragraphs;
  return first === undefined ? "" : first.lines.map((line) => line.trim()).join(" ");
}

/** Everything below the subject, trailers included; empty if there is nothing. */
export function bodyOf(text: string): string {
  const { lines, paragraphs } = parseMessage(text);
  const second = paragraphs[1];
  return second === undefined ? "" : lines.slice(second.start).join("\n").trimEnd();
}

/** `fixup! `, `squash! `, `amend! ` or any other lower-case word with `! `: meant to be folded into another commit, so never a change of its own. */
export function isFixup(subject: string): boolean {
  return /^[a-z]+! /.test(subject);
}
