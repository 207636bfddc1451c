/** `plustwo governance tally`: ranked ballots from a file, counted. Pure and offline. */
import { parseBallots } from "../../core/release/governance/ballots.ts";
import { seat, type Seated } from "../../core/release/governance/seats.ts";
import { tally, type Count } from "../../core/release/governance/tally.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { readText, type PipedTerminal } from "../policy/files.ts";
import { counted, type CliProblem, type Say } from "../say.ts";

export interface TallyOptions {
  readonly ballots: string;
  readonly seats: string;
  /** `Alice=Acme`. */
  readonly affiliations: readonly string[];
  /** A number, or `half` of all seats: of those elected now and of those held. */
  readonly most?: string;
  /** `Acme=2`: seats that are not elected now. */
  readonly held: readonly string[];
  readonly json: boolean;
}

export async function countBallots(
  terminal: PipedTerminal,
  say: Say,
  options: TallyOptions,
): Promise<Result<number, CliProblem>> {
  const rule = ruleOf(options);
  if (!rule.ok) return rule;
  const { seats, most, affiliations, held } = rule.value;
  const text = await readText(terminal, options.ballots);
  if (!text.ok) return text;
  const read = parseBallots(text.value);
  if (!read.ok)
    return fail({
      message: read.problem
        .slice(0, 20)
        .map(({ line, message }) => `${options.ballots}:${line}: ${message}`)
        .join("\n"),
      hint: read.problem[0]?.hint ?? "write `1: Alice > Bob`",
      exit: EXIT.malformed,
    });
  const count = tally(read.value.ballots, read.value.candidates);
  if (count.ballots === 0)
    return fail({
      message: `${options.ballots} has no ballot`,
      hint: "write `1: Alice > Bob`, one a line",
      exit: EXIT.malformed,
    });
  const strange = [...affiliations.keys()].find((name) => !count.candidates.includes(name));
  if (strange !== undefined)
    return fail({
      message: `Cannot use --affiliation ${JSON.stringify(strange)}: there is no such candidate`,
      hint: `candidates are: ${count.candidates.join(", ")}`,
      exit: EXIT.malformed,
    });
  const unknown = count.candidates.filter((name) => !affiliations.has(name));
  if (options.most !== undefined && unknown.length > 0)
    say.note(`Of ${unknown.join(", ")} no affiliation is given: nothing is counted for them`);
  const result = seat(count.order, seats, { affiliationOf: (name) => affiliations.get(name), most, held });
  if (options.json) say.json({ version: 1, ...count, condorcet: count.condorcet ?? null, ...result });
  else show(say, count, result);
  return ok(result.tied.length > 0 ? EXIT.refused : EXIT.ok);
}

function show(say: Say, count: Count, { seated, passedOver, tied }: Seated): void {
  const width = Math.max(...count.candidates.map(({ length }) => length), 4);
  const cells = count.candidates.map((_, index) => String(index + 1).padStart(5)).join("");
  say.result(`${counted(count.ballots, "ballot")}; a row beats a column where its number is higher`);
  say.result(`${" ".repeat(width + 4)}${cells}`);
  for (const [index, name] of count.candidates.entries()) {
    const row = (count.matrix[index] ?? []).map((votes, other) => (other === index ? "–" : String(votes)).padStart(5));
    say.result(`${String(index + 1).padStart(2)}  ${name.padEnd(width)}${row.join("")}`);
  }
  say.result(
    count.condorcet === undefined ? "Nobody beats every other one." : `${count.condorcet} beats every other one.`,
  );
  say.result(`Order by Schulze: ${count.order.map((rank) => rank.join(" = ")).join(" > ")}`);
  say.result(`Seated: ${seated.length === 0 ? "nobody yet" : seated.join(", ")}`);
  if (passedOver.length > 0) say.result(`Passed over, too many of their affiliation: ${passedOver.join(", ")}`);
  if (tied.length > 0) say.result(`Tied for what is left: ${tied.join(", ")}; people decide`);
}

interface Rule {
  readonly seats: number;
  readonly most: number;
  readonly affiliations: ReadonlyMap<string, string>;
  readonly held: ReadonlyMap<string, number>;
}

function ruleOf(options: TallyOptions): Result<Rule, CliProblem> {
  const seats = numberOf(options.seats);
  const affiliations = pairsOf(options.affiliations);
  const held = new Map(pairsOf(options.held)?.map(([of, count]) => [of.toLowerCase(), numberOf(count)]));
  const counts = [...held.values()];
  const all = counts.reduce<number>((sum, count) => sum + (count ?? 0), seats ?? 0);
  const most = options.most === undefined ? Number.POSITIVE_INFINITY : mostOf(options.most, all);
  const known = new Map([...held].flatMap(([of, count]) => (count === undefined ? [] : [[of, count] as const])));
  const pairs = affiliations !== undefined && known.size === options.held.length;
  if (
    seats === undefined ||
    most === undefined ||
    !pairs ||
    new Set(affiliations.map(([name]) => name)).size < affiliations.length
  )
    return fail({
      message:
        "Cannot read --seats, --most, --held or --affiliation: they are whole numbers above 0, `half`, `Acme=2`, and `Alice=Acme` once for each",
      hint: "write for example --seats 5 --most half --held Acme=2 --affiliation 'Alice=Acme'",
      exit: EXIT.malformed,
    });
  return ok({
    seats,
    most,
    affiliations: new Map(affiliations.map(([name, of]) => [name, of.toLowerCase()])),
    held: known,
  });
}

/** Half of an odd number is the lesser: no more than half. */
function mostOf(text: string, all: number): number | undefined {
  return text === "half" ? Math.floor(all / 2) : numberOf(text);
}

function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;
}

/** undefined: one of them is no pair. The last `=` parts: a name may have one. */
function pairsOf(lines: readonly string[]): readonly (readonly [string, string])[] | undefined {
  const pairs = lines.map((line) => {
    const at = line.lastIndexOf("=");
    return [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()] as const;
  });
  return pairs.some(([name, of]) => name === "" || of === "") ? undefined : pairs;
}
