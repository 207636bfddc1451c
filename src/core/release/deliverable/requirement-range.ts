/**
 * Which versions a requirement admits, as intervals of numbers: enough to see that a lower bound rose or that a version is dropped.
 * Pre-releases count as their number, and exclusions such as `!=1.3` are not looked at. Sources: npm, "semver ranges"; PEP 440,
 * "Version specifiers"; Go, "go.mod reference".
 */

/** From `from` on, and below `below` where it is there. Parts that are not written are 0. */
export interface Interval {
  readonly from: readonly number[];
  readonly below?: readonly number[];
}

/** The alternatives that are admitted; `undefined`: it is no range of numbers, such as an address or a tag. */
export type Range = readonly Interval[] | undefined;

export const ANY: Interval = { from: [] };

/** `^1.2`, `~1.2.3`, `>=18 <21`, `1.x`, `1.0 - 2.0`, `^1 || ^2`, `npm:other@^1`, `workspace:^1.2`. */
export function npmRange(text: string): Range {
  const bare = text
    .trim()
    .replace(/^workspace:/, "")
    .replace(/^npm:(?:@[^/@\s]+\/)?[^@\s]+@/, "");
  const alternatives = bare.split("||").map((one) => npmInterval(one.trim()));
  return alternatives.every((one) => one !== undefined) ? alternatives : undefined;
}

const NPM_COMPARATOR =
  /^(\^|~>?|>=|<=|>|<|=)?\s*v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?(?=\s|$)\s*/;

function npmInterval(text: string): Interval | undefined {
  if (text === "") return ANY;
  const [, low, high] = /^(\S+)\s+-\s+(\S+)$/.exec(text) ?? [];
  if (low !== undefined && high !== undefined) return npmInterval(`>=${low} <=${high}`);
  let rest = text;
  let found: Interval = ANY;
  while (rest !== "") {
    const match = NPM_COMPARATOR.exec(rest);
    if (match === null) return undefined;
    const [all, sign = "=", ...parts] = match;
    const wild = parts.findIndex((part) => part === undefined || !/^\d/.test(part));
    const numbers = (wild < 0 ? parts : parts.slice(0, wild)).map(Number);
    found = both(found, npmComparator(sign, numbers));
    rest = rest.slice(all.length);
  }
  return found;
}

function npmComparator(sign: string, numbers: readonly number[]): Interval {
  if (numbers.length === 0) return ANY;
  switch (sign) {
    case "^": {
      const kept = numbers.findIndex((part) => part > 0);
      return { from: numbers, below: next(numbers.slice(0, kept < 0 ? numbers.length : kept + 1)) };
    }
    case "~":
    case "~>":
      return { from: numbers, below: next(numbers.slice(0, 2)) };
    default:
      return compared(sign, numbers);
  }
}

/** `>=1.2,!=1.3.*,<2`, `~=1.4.2`, `==1.2.*`. */
export function pythonRange(text: string): Range {
  let found: Interval = ANY;
  for (const one of text.replaceAll(/[()\s]/g, "").split(",")) {
    if (one === "" || one.startsWith("!=")) continue;
    const [, sign = "", digits = "", wild] =
      /^(~=|===?|>=|<=|>|<)v?(?:\d+!)?(\d{1,9}(?:\.\d{1,9}){0,5})(\.\*)?[0-9A-Za-z.+_-]*$/.exec(one) ?? [];
    if (sign === "") return undefined;
    const numbers = digits.split(".").map(Number);
    found = both(found, pythonComparator(sign, numbers, wild !== undefined));
  }
  return [found];
}

function pythonComparator(sign: string, numbers: readonly number[], wild: boolean): Interval {
  if (sign === "~=") return { from: numbers, below: next(numbers.slice(0, Math.max(1, numbers.length - 1))) };
  if (sign === "==" && wild) return { from: numbers, below: next(numbers) };
  // `==1.2` is 1.2.0 alone, and `>1.2` begins with 1.2.1.
  const exact = sign === ">=" || sign === "<" ? numbers : [...numbers, ...[0, 0, 0].slice(numbers.length)];
  return compared(sign.startsWith("==") ? "=" : sign, exact);
}

/** A module's minimum: `v1.2.3`, also with `-0.2024…` behind it. */
export function goRange(text: string): Range {
  const [, digits] = /^v?(\d{1,9}(?:\.\d{1,9}){0,2})/.exec(text) ?? [];
  return digits === undefined ? undefined : [{ from: digits.split(".").map(Number) }];
}

/** `=1.2` admits all of 1.2; `>1.2` begins with 1.3, as npm has it. */
function compared(sign: string, numbers: readonly number[]): Interval {
  switch (sign) {
    case ">=":
      return { from: numbers };
    case ">":
      return { from: next(numbers) };
    case "<":
      return { from: [], below: numbers };
    case "<=":
      return { from: [], below: next(numbers) };
    default:
      return { from: numbers, below: next(numbers) };
  }
}

function both(one: Interval, other: Interval): Interval {
  const from = compareNumbers(one.from, other.from) >= 0 ? one.from : other.from;
  const ends = [one.below, other.below].filter((end) => end !== undefined).toSorted(compareNumbers);
  const [below] = ends;
  return below === undefined ? { from } : { from, below };
}

/** The lowest version that is admitted; `undefined` for no range. */
export function floorOf(range: Range): readonly number[] | undefined {
  return range?.map(({ from }) => from).toSorted(compareNumbers)[0];
}

/**
 * The lines that `before` began with and `after` admits nothing of. A line are the first `parts` numbers: of Node 18.2 it is 18, of
 * Python 3.9.1 it is 3.9.
 */
export function droppedLines(before: Range, after: Range, parts: number): readonly string[] {
  if (before === undefined || after === undefined) return [];
  const lines = before.map(({ from }) => [...from, ...Array.from({ length: parts }, () => 0)].slice(0, parts));
  const gone = lines.filter((line) => {
    const end = next(line);
    return !after.some(
      ({ from, below }) => compareNumbers(from, end) < 0 && (below === undefined || compareNumbers(below, line) > 0),
    );
  });
  return [...new Set(gone.map((line) => line.join(".")))];
}

export function compareNumbers(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function next(numbers: readonly number[]): readonly number[] {
  return [...numbers.slice(0, -1), (numbers.at(-1) ?? 0) + 1];
}
