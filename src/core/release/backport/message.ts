/**
 * The message of a backport: the fix's own, byte for byte, with the line of `git cherry-pick -x` at its end, and what conflicted in a
 * block above the trailers, where reviewers of stable branches look for it. The Change-Id stays, so that the fix is one story on all branches.
 * Source: OpenStack project team guide, stable branches.
 */
import { footerOf } from "../../commit-message/trailers.ts";
import { parseMessage, type Paragraph } from "../../commit-message/message.ts";
import type { Sha } from "../../ids.ts";

export interface Picked {
  readonly from: Sha;
  /** Paths; none where it was clean. */
  readonly conflicts: readonly string[];
}

export function backportMessage(message: string, { from, conflicts }: Picked): string {
  const parsed = parseMessage(message);
  const { lineEnd, lines } = parsed;
  const end = endOf(parsed.paragraphs);
  const footer = footerOf(parsed) ?? onlyPicks(parsed);
  const start = footer?.start ?? end;
  const text = lines.slice(0, footer === undefined ? end : start);
  while (text.at(-1)?.trim() === "") text.pop();
  const trailers = footer === undefined ? [] : lines.slice(start, end);
  const block = conflicts.length === 0 ? [] : ["", "Conflicts:", ...conflicts.map((path) => `    ${path}`)];
  return [...text, ...block, "", ...trailers, `(cherry picked from commit ${from})`, ""].join(lineEnd);
}

/** As git leaves a message that it writes: no blanks at the ends of lines, no two empty lines in a row. Source: git-stripspace. */
export function cleanedUp(message: string): string {
  const lines = message.split("\n").map((line) => line.trimEnd());
  const kept = lines.filter((line, at) => line !== "" || (lines[at - 1] ?? "") !== "");
  return `${kept.join("\n").trim()}\n`;
}

/** Paths of the block, top to bottom; none where there is none. */
export function conflictsIn(message: string): readonly string[] {
  const found = /^Conflicts:[ \t]*\r?\n((?:[ \t]+\S.*(?:\r?\n|$))+)/m.exec(message);
  return (found?.[1] ?? "").split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
}

/** A footer to git, also where no other trailer stands in it. */
function onlyPicks({ paragraphs }: ReturnType<typeof parseMessage>): Paragraph | undefined {
  const last = paragraphs.length > 1 ? paragraphs.at(-1) : undefined;
  return last?.lines.every((line) => line.startsWith("(cherry picked from commit ")) === true ? last : undefined;
}

function endOf(paragraphs: ReturnType<typeof parseMessage>["paragraphs"]): number {
  const last = paragraphs.at(-1);
  return last === undefined ? 0 : last.start + last.lines.length;
}
