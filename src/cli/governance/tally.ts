/** `plustwo governance tally`: ranked ballots from a file, counted. Pure and offline. */
import { parseBallots, seat, tally, type Count } from "../../core/release/governance/tally.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { readText, type PipedTerminal } from "../policy/files.ts";
import { counted, type CliProblem, type Say } from "../say.ts";

export interface TallyOptions {
  readonly ballots: string;
  readonly seats: string;
  /** `Alice=Acme`. */
  readonly affiliations: readonly string[];
  readonly most?: string;
  readonly json: boolean;
}

export async function countBallots(
  terminal: PipedTerminal,
  say: Say,
  options: TallyOptions,
): Promise<Result<number, CliProblem>> {
  const seats = numberOf(options.seats);
  const most = options.most === undefined ? Number.POSITIVE_INFINITY : numberOf(options.most);
  const affiliations = new Map(options.affiliations.map((line) => split(line)));
  if (seats === undefined || most === undefined || affiliations.has(""))
    return fail({
      message: "Cannot read --seats, --most or --affiliation: they are whole numbers above 0, and `Alice=Acme`",
      hint: "write for example --seats 5 --most 2 --affiliation 'Alice=Acme'",
      exit: EXIT.malformed,
    });
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
  const result = seat(count.order, seats, { affiliationOf: (name) => affiliations.get(name), most });
  if (options.json) say.json({ version: 1, ...count, condorcet: count.condorcet ?? null, ...result });
  else show(say, count, result);
  return ok(result.tied.length > 0 ? EXIT.refused : EXIT.ok);
}

function show(say: Say, count: Count, { seated, passedOver, tied }: ReturnType<typeof seat>): void {
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

function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;
}

function split(line: string): readonly [string, string] {
  const at = line.lastIndexOf("=");
  return at <= 0 ? ["", line] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
