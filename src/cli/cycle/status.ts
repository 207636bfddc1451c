/** `plustwo cycle status`: where the cycle is, what is next, which freezes stand, what they stop, and whether they would stop a change. */
import { askFreezes, sayStops } from "../../core/release/freeze/ask-freezes.ts";
import { cycleState } from "../../core/release/freeze/cycle-state.ts";
import type { FreezeRules } from "../../core/release/freeze/freeze-rules.ts";
import { statusAt, type CycleStatus } from "../../core/release/cycle/status.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { formatInstant, parseInstant, sayDay, sayInstant, type Instant } from "../../core/time.ts";
import { systemClock } from "../../clock.ts";
import { EXIT } from "../exit.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { answerJson, isStopped, questionOf, showAnswer, stopsJson } from "./answer.ts";
import { currentSchedule, type Current } from "./current.ts";
import { readCycleTree } from "./freezes.ts";

export interface StatusOptions {
  readonly file?: string;
  /** An ISO time; else now. */
  readonly at?: string;
  /** Of a change that is asked about: whether a freeze would stop it. */
  readonly change?: string;
  readonly branch?: string;
  readonly paths: readonly string[];
  readonly tagLabels: readonly string[];
  readonly json: boolean;
}

const SHOWN = 5;
const PHASES: Readonly<Record<CycleStatus["phase"], string>> = {
  before: "the cycle has not begun",
  "milestone-1": "on the way to milestone 1",
  "milestone-2": "on the way to milestone 2",
  "milestone-3": "on the way to milestone 3",
  rc1: "on the way to the release candidates",
  final: "on the way to the release",
  released: "released",
};

export async function status(
  terminal: Terminal,
  say: Say,
  options: StatusOptions,
): Promise<Result<number, CliProblem>> {
  const now = options.at === undefined ? (terminal.clock ?? systemClock).now() : readTime(options.at);
  if (now === undefined)
    return fail({
      message: `Cannot read --at "${options.at ?? ""}": it is no time`,
      hint: "write `2027-02-25` or `2027-02-25T17:00Z`",
      exit: EXIT.malformed,
    });
  const current = await currentSchedule({ terminal, say }, options.file, now);
  if (!current.ok) return current;
  const found = statusAt(current.value.schedule, now);
  const question = questionOf(options);
  if (!question.ok) return question;
  const tree = await readCycleTree(terminal, say);
  if (!tree.ok) return tree;
  const state = tree.value === undefined ? undefined : cycleState(tree.value.folders, tree.value.files);
  if (question.value !== undefined && state === undefined)
    return fail({
      message: "Cannot say what a freeze would stop: there is no releases/freezes.yaml, and the policy has no `cycle`",
      hint: "docs/CYCLE.md shows both",
      exit: EXIT.malformed,
    });
  const answer =
    question.value === undefined || state === undefined ? undefined : askFreezes(state, question.value, now);
  const about = { ...(state === undefined ? {} : { rules: state.rules }), now };
  if (options.json)
    say.json({
      ...toJson(current.value, found, about),
      change: question.value === undefined || answer === undefined ? null : answerJson(question.value, answer),
    });
  else {
    showHead(say, current.value, { found, now });
    if (question.value !== undefined && answer !== undefined) showAnswer(say, question.value, answer);
    else show(say, found, about);
  }
  return ok(answer !== undefined && isStopped(answer) ? EXIT.refused : EXIT.ok);
}

interface About {
  readonly now: Instant;
  /** What freezes stop; absent: the gate obeys none. */
  readonly rules?: FreezeRules;
}

/** A time without a zone is UTC. */
function readTime(text: string): Instant | undefined {
  const full = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00Z` : text;
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(full) ? parseInstant(`${full}Z`) : isoTime(full);
}

function isoTime(text: string): Instant | undefined {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text)
    ? parseInstant(text)
    : undefined;
}

function showHead(
  say: Say,
  { series, path }: Current,
  { found, now }: { readonly found: CycleStatus; readonly now: Instant },
): void {
  const { week, phase, weeksToRelease: weeks } = found;
  const left =
    weeks > 0 ? `, ${counted(weeks, "week")} before the release week` : weeks === 0 ? ", the release week" : "";
  const named = week === undefined ? "" : ` · ${week.name ?? ""}${left}`;
  say.result(`${say.colour("bold", series)}${named} · ${PHASES[phase]}`);
  say.result(`  ${sayInstant(now)} · ${path}`);
}

function show(say: Say, { freezes, open, next }: CycleStatus, { rules }: About): void {
  if (freezes.length === 0) say.result("No freeze stands.");
  for (const { freeze, from, to, begunBy } of freezes) {
    say.result(
      `${say.colour("yellow", "Frozen")}  ${freeze} since ${sayInstant(from)} (${begunBy.id}) until ${sayInstant(to)}`,
    );
    if (rules === undefined) continue;
    const rule = rules.get(freeze);
    say.result(
      `        ${rule === undefined ? "closes the gate: freezes.yaml does not name it, see `plustwo cycle check`" : `stops ${sayStops(rule)}`}`,
    );
  }
  for (const event of open) say.result(`Open    ${event.text ?? event.id} until ${sayDay(event.until ?? event.day)}`);
  for (const { id, at, event } of next.slice(0, SHOWN))
    say.result(`Next    ${event === undefined ? sayInstant(at) : sayDay(event.day)}  ${event?.text ?? id} (${id})`);
  if (next.length > SHOWN) say.result(`        and ${next.length - SHOWN} more`);
  if (next.length === 0) say.result("Nothing is to come in this cycle.");
}

function toJson({ series, path }: Current, found: CycleStatus, { now, rules }: About) {
  const { week, phase, weeksToRelease, freezes, open, next } = found;
  return {
    ...{ version: 1, at: formatInstant(now), series, path, phase, weeksToRelease },
    week: week === undefined ? null : { name: week.name ?? null, start: week.start, end: week.end },
    freezes: freezes.map(({ freeze, from, to, begunBy, endedBy }) => ({
      ...{ freeze, from: formatInstant(from), to: formatInstant(to) },
      begunBy: begunBy.id,
      endedBy: endedBy?.id ?? null,
      stops: stopsJson(rules?.get(freeze)),
    })),
    open: open.map(({ id, day, until }) => ({ id, from: day, until })),
    next: next.map(({ id, at, event }) => ({
      id,
      at: formatInstant(at),
      kind: event?.kind ?? null,
      text: event?.text ?? null,
    })),
  };
}
