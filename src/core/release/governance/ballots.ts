/**
 * Ranked ballots as text, in two forms. ABIF's plain lines, one ballot or several alike:
 *
 *     =Carol:[Carol of the docs team]
 *     12: Alice > Bob = Carol
 *
 * `#` begins a remark, `{…}` lines are skipped. Where candidates are named by `=` no ballot may rank another one: a slip of the hand would
 * be one more candidate. Or a table, as polls are exported: names, then for each ballot a rank for each, `-` where the voter has no opinion:
 *
 *     Alice,Bob,Carol
 *     1,2,-
 */
import { fail, ok, type Result } from "../../result.ts";

/** Candidates by rank, best first; those in one list are equal. */
export interface Ballot {
  readonly count: number;
  readonly ranks: readonly (readonly string[])[];
  /** Of them it says nothing at all; who is not ranked is last. */
  readonly noOpinion?: readonly string[];
}

export interface BallotProblem {
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export interface Ballots {
  readonly ballots: readonly Ballot[];
  /** By name. */
  readonly candidates: readonly string[];
}

type Tell = (message: string, hint: string) => void;

/** Which form it is shows in the first line: a table has commas, and neither a count nor a rank in front. */
export function parseBallots(text: string): Result<Ballots, readonly BallotProblem[]> {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((raw, index) => ({ line: raw.replace(/#.*$/, "").trim(), at: index + 1 }))
    .filter(({ line }) => line !== "");
  const [first] = lines;
  const isTable = first !== undefined && first.line.includes(",") && !/[:>=]/.test(first.line) && first.line[0] !== "{";
  return isTable ? readTable(lines) : readLines(lines);
}

interface Line {
  readonly line: string;
  readonly at: number;
}

function readLines(lines: readonly Line[]): Result<Ballots, readonly BallotProblem[]> {
  const ballots: Ballot[] = [];
  const declared = new Set<string>();
  const ranked = new Map<string, number>();
  const problems: BallotProblem[] = [];
  for (const { line, at } of lines) {
    const tell: Tell = (message, hint) => void problems.push({ line: at, message, hint });
    const name = /^=\s*([^:]+):\s*\[.*\]$/.exec(line)?.[1]?.trim();
    if (line.startsWith("{")) continue;
    if (name !== undefined) {
      declared.add(nameOf(name));
      continue;
    }
    const ballot = ballotOf(line, tell);
    if (ballot === undefined) continue;
    ballots.push(ballot);
    for (const one of ballot.ranks.flat()) if (!ranked.has(one)) ranked.set(one, at);
  }
  if (declared.size > 0)
    for (const [name, at] of ranked)
      if (!declared.has(name))
        problems.push({
          line: at,
          message: `"${name}" is no candidate`,
          hint: `candidates are: ${[...declared].sort().join(", ")}; name others by \`=${name}:[…]\``,
        });
  if (problems.length > 0) return fail(problems.sort((a, b) => a.line - b.line));
  return ok({ ballots, candidates: [...new Set([...declared, ...ranked.keys()])].sort() });
}

function ballotOf(line: string, tell: Tell): Ballot | undefined {
  const [, count, order] = /^(\d{1,7})\s*:\s*(.*)$/.exec(line) ?? [];
  const ranks = (order ?? "").split(">").map((rank) => rank.split(/[=,]/).map(nameOf));
  const names = ranks.flat();
  if (count === undefined || Number(count) === 0)
    tell(`"${line.slice(0, 60)}" is no ballot`, "write `1: Alice > Bob = Carol`");
  else if (names.some((name) => name === "")) tell("a rank is empty", "write a name on both sides of `>` and `=`");
  else if (new Set(names).size !== names.length) tell("a candidate is ranked twice", "rank each candidate once");
  else return { count: Number(count), ranks };
  return undefined;
}

/** `Alice/5` is ABIF's with a score, `[Alice Smith]` its long name. */
function nameOf(text: string): string {
  return text
    .trim()
    .replace(/\/\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .trim();
}

function readTable([head, ...rows]: readonly Line[]): Result<Ballots, readonly BallotProblem[]> {
  const problems: BallotProblem[] = [];
  const names = cellsOf(head?.line ?? "");
  if (names.includes("") || new Set(names).size !== names.length)
    problems.push({
      line: head?.at ?? 1,
      message: "a column has no name, or two have the same",
      hint: "write the candidates in the first line: `Alice,Bob,Carol`",
    });
  const ballots = rows.flatMap(({ line, at }): readonly Ballot[] => {
    const cells = cellsOf(line);
    const wrong = cells.find((cell) => !/^(?:[1-9]\d{0,3}|-|)$/.test(cell));
    if (cells.length === names.length && wrong === undefined) return [rowOf(names, cells)];
    problems.push({
      line: at,
      message:
        wrong === undefined
          ? `it has ${cells.length} ranks, and there are ${names.length} candidates`
          : `"${wrong.slice(0, 60)}" is no rank`,
      hint: "write for each candidate a number, 1 for the best, or `-` for no opinion",
    });
    return [];
  });
  return problems.length > 0 ? fail(problems) : ok({ ballots, candidates: [...names].sort() });
}

function rowOf(names: readonly string[], cells: readonly string[]): Ballot {
  const of = new Map<number, string[]>();
  const noOpinion: string[] = [];
  for (const [index, name] of names.entries()) {
    const cell = cells[index] ?? "";
    if (cell === "-" || cell === "") noOpinion.push(name);
    else of.set(Number(cell), [...(of.get(Number(cell)) ?? []), name]);
  }
  const ranks = [...of].sort(([a], [b]) => a - b).map(([, equal]) => equal);
  return { count: 1, ranks, ...(noOpinion.length === 0 ? {} : { noOpinion }) };
}

/** Cells may stand in quotes, with commas inside. */
function cellsOf(line: string): readonly string[] {
  return [...`${line},`.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*,/g)].map(([, quoted, plain = ""]) =>
    (quoted?.replaceAll('""', '"') ?? plain).trim(),
  );
}
