/**
 * What the difference of a written-down public interface weighs: an API report or a `.d.ts` file that the repository keeps. Line by line:
 * a line that is gone is a break, one that is new is a feature. Where lines stand, blank lines and comments weigh nothing.
 */
import type { Weighed } from "./requirements.ts";

/** `where`: the file, for the sentence. `undefined`: nothing that weighs. */
export function weighInterface(before: string, after: string, where: string): Weighed | undefined {
  const gone = missingFrom(before, after);
  const added = missingFrom(after, before);
  const [first] = gone;
  if (first !== undefined)
    return { impact: "major", because: `major: ${where} has lost or changed ${lines(gone)}, first \`${first}\`` };
  const [newest] = added;
  return newest === undefined
    ? undefined
    : { impact: "minor", because: `minor: ${where} has ${lines(added)} more, first \`${newest}\`` };
}

function lines(all: readonly string[]): string {
  return `${all.length} ${all.length === 1 ? "line" : "lines"}`;
}

/** Those of `one` that `other` has not, or has less often; shortened for messages. */
function missingFrom(one: string, other: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of saying(other)) counts.set(line, (counts.get(line) ?? 0) + 1);
  return saying(one).flatMap((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left > 0 ? [] : [line.length > 80 ? `${line.slice(0, 80)}…` : line];
  });
}

function saying(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim().replaceAll(/\s+/g, " "))
    .filter((line) => line !== "" && !/^(?:\/\/|\/\*|\*)/.test(line));
}
