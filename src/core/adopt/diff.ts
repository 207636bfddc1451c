/** A small difference between two texts, for a person to read before a file is written. Whole lines; context of three. */

const CONTEXT = 3;
/** Beyond this the old text is shown as gone and the new one as added: no time is spent on it. */
const MOST_CELLS = 4_000_000;

/** Lines with `+`, `-` or a blank in front; `undefined` old = a new file; empty when nothing differs. */
export function diffLines(before: string | undefined, after: string): readonly string[] {
  if (before === after) return [];
  const new_ = linesOf(after);
  if (before === undefined) return new_.map((line) => `+${line}`);
  const marked = align(linesOf(before), new_);
  const near = marked.map((_, index) =>
    marked.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((line) => !line.startsWith(" ")),
  );
  return marked.flatMap((line, index) => {
    if (near[index] === true) return [line];
    return near[index - 1] === true || index === 0 ? [" …"] : [];
  });
}

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : [...lines.slice(0, -1), `${lines.at(-1) ?? ""} (no line end)`];
}

/** By the longest common subsequence. */
function align(before: readonly string[], after: readonly string[]): readonly string[] {
  if (before.length * after.length > MOST_CELLS) {
    return [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  }
  const common: number[][] = [...Array(before.length + 1)].map(() => Array<number>(after.length + 1).fill(0));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = common[i];
      if (row !== undefined)
        row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const marked: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      marked.push(` ${before[i] ?? ""}`);
      i += 1;
      j += 1;
    } else if (i < before.length && (j === after.length || at(i + 1, j) >= at(i, j + 1))) {
      marked.push(`-${before[i] ?? ""}`);
      i += 1;
    } else {
      marked.push(`+${after[j] ?? ""}`);
      j += 1;
    }
  }
  return marked;
}
