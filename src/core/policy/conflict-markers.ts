/**
 * Leftovers of a conflict that git wrote into a file: nobody meant them, and what is between them is not code yet. A line alone proves
 * nothing (a heading of seven `=` is good reStructuredText, `<<<<<<<` may be quoted in prose): only the three in their order are one.
 */

const OPENS = /^<{7}(?: |$)/;
const DIVIDES = /^={7}$/;
const CLOSES = /^>{7}(?: |$)/;

/** Lines of `after` where a conflict begins that was not in `before` with these lines, counted from 1. */
export function newConflicts(before: string, after: string): readonly number[] {
  if (!after.includes("<<<<<<<")) return [];
  const old = new Map<string, number>();
  for (const { text } of conflictsOf(before)) old.set(text, (old.get(text) ?? 0) + 1);
  return conflictsOf(after).flatMap(({ line, text }) => {
    const left = old.get(text) ?? 0;
    old.set(text, left - 1);
    return left > 0 ? [] : [line];
  });
}

interface Conflict {
  readonly line: number;
  /** From the opening marker to the closing one. */
  readonly text: string;
}

function conflictsOf(text: string): readonly Conflict[] {
  const lines = text.split(/\r?\n/);
  const found: Conflict[] = [];
  let opened: number | undefined;
  let divided = false;
  for (const [at, line] of lines.entries()) {
    if (OPENS.test(line)) [opened, divided] = [at, false];
    else if (opened !== undefined && DIVIDES.test(line)) divided = true;
    else if (opened !== undefined && divided && CLOSES.test(line)) {
      found.push({ line: opened + 1, text: lines.slice(opened, at + 1).join("\n") });
      opened = undefined;
    }
  }
  return found;
}
