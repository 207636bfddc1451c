/** Of one change that `plustwo cycle status` is asked about: would a freeze stop it, by what, and until when? */
import type { AskedChange, FreezeAnswer } from "../../core/release/freeze/ask-freezes.ts";
import type { FreezeRule } from "../../core/release/freeze/freeze-rules.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { formatInstant, sayInstant } from "../../core/time.ts";
import { EXIT } from "../exit.ts";
import { counted, type CliProblem, type Say } from "../say.ts";

/** `undefined`: none is asked about. */
export function questionOf({
  change,
  branch = "main",
  paths,
  tagLabels,
}: {
  readonly change?: string;
  readonly branch?: string;
  readonly paths: readonly string[];
  readonly tagLabels: readonly string[];
}): Result<AskedChange | undefined, CliProblem> {
  if (change === undefined) return ok(paths.length + tagLabels.length === 0 ? undefined : { branch, paths, tagLabels });
  const number = /^#?([1-9]\d{0,8})$/.exec(change)?.[1];
  if (number !== undefined) return ok({ number: Number(number), branch, paths, tagLabels });
  return fail({
    message: `Cannot use --change ${JSON.stringify(change)}: it is no number of a pull request`,
    hint: "write for example --change 141; without one, give --paths",
    exit: EXIT.malformed,
  });
}

export function isStopped({ stoppedBy, unread }: FreezeAnswer): boolean {
  return stoppedBy.length + unread.length > 0;
}

export function showAnswer(say: Say, asked: AskedChange, answer: FreezeAnswer): void {
  const { stoppedBy, until, letThrough, toCome, unread } = answer;
  const stopped = `${say.colour("yellow", "stopped")}${until === undefined ? "" : ` until ${sayInstant(until)}`}`;
  const verdict =
    unread.length > 0
      ? `${say.colour("red", "closed")} until these are mended`
      : isStopped(answer)
        ? stopped
        : say.colour("green", "no freeze stops it");
  say.result(`${sayChange(asked)}: ${verdict}`);
  for (const one of unread) say.result(`  ${one}`);
  for (const { name, to } of stoppedBy) say.result(`  stopped by ${name} until ${sayInstant(to)}`);
  for (const { name, record, until: to } of letThrough)
    say.result(`  let through ${name} by ${record} until ${sayInstant(to)}`);
  for (const { name, from, to } of toCome)
    say.result(`  ${name} will stop it from ${sayInstant(from)} until ${sayInstant(to)}`);
}

/** "#141 to main, 2 paths, no tag label". */
function sayChange({ number, branch, paths, tagLabels }: AskedChange): string {
  const files = paths.length === 0 ? "any paths" : counted(paths.length, "path");
  const labels = tagLabels.length === 0 ? "no tag label" : `tagged ${tagLabels.join(", ")}`;
  return `${number === undefined ? "a change" : `#${number}`} to ${branch}, ${files}, ${labels}`;
}

export function answerJson(
  { number, branch, paths, tagLabels }: AskedChange,
  { stoppedBy, until, letThrough, toCome, unread }: FreezeAnswer,
) {
  const freeze = ({ name, from, to }: FreezeAnswer["stoppedBy"][number]) => ({
    ...{ name, from: formatInstant(from), to: formatInstant(to) },
  });
  return {
    ...{ number: number ?? null, branch, paths, tagLabels },
    stopped: stoppedBy.length + unread.length > 0,
    stoppedBy: stoppedBy.map(freeze),
    until: until === undefined ? null : formatInstant(until),
    letThrough: letThrough.map((one) => ({ name: one.name, record: one.record, until: formatInstant(one.until) })),
    toCome: toCome.map(freeze),
    unread,
  };
}

/** null: the gate obeys no freeze here, or closes because this one has no rule. */
export function stopsJson(rule: FreezeRule | undefined) {
  if (rule === undefined) return null;
  if (rule === "nothing") return { branches: [], paths: [], tagLabels: [], exemptPaths: [] };
  const { branches, applies, exemptPaths } = rule;
  return { branches, paths: applies?.paths ?? [], tagLabels: applies?.tagLabels ?? [], exemptPaths };
}
