/**
 * `git review status --watch`: looks again and again until nothing is open any more. A look begins with conditional questions, which
 * cost nothing of GitHub's limits while nothing has moved; only then everything is read again. A server that is away for a while ends
 * nothing: what was known stays, and a line says so.
 */
import { systemClock, type Clock } from "../../clock.ts";
import { after, type Instant } from "../../core/time.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type ForgeProblem } from "../../forge/forge.ts";
import { type Marks } from "../../forge/reviewer.ts";
import { type Desk } from "../desk.ts";
import { gatherStatus, type StatusFacts } from "../gather-status.ts";
import { EXIT, ofForge } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { showingOn, type Ended, type Seen } from "./show.ts";

export interface WatchOptions {
  readonly seconds: number;
  readonly json: boolean;
}

/** More heads would be more questions than one read of everything. */
const MOST_HEADS = 10;

export async function watchStatus(
  desk: Desk,
  first: StatusFacts,
  options: WatchOptions,
): Promise<Result<number, CliProblem>> {
  const { terminal } = desk;
  const clock = terminal.clock ?? systemClock;
  const interrupted = interruptOf(terminal.interrupts?.());
  const show = showingOn(desk, options);
  let seen: Seen = { facts: first, ended: [], over: first.changes.length === 0 };
  let marks: Marks | undefined;
  let rest = options.seconds * 1000;
  show(seen);
  while (!seen.over) {
    const pause = pauseOf(clock, after(clock.now(), rest));
    const stopped = await Promise.race([interrupted, pause.over]);
    pause.end();
    if (stopped === "interrupted") return ok(EXIT.interrupted);
    const look = await Promise.race([interrupted, lookAgain(desk, seen, marks)]);
    if (look === "interrupted") return ok(EXIT.interrupted);
    if (!look.ok && !passes(look.problem)) return fail("kind" in look.problem ? ofForge(look.problem) : look.problem);
    if (look.ok) ({ seen, marks } = look.value);
    else {
      const { message } = "kind" in look.problem ? ofForge(look.problem) : look.problem;
      seen = { ...seen, trouble: `${message}; what was known stays, and it is tried again` };
      // Everything is read again as soon as the server answers.
      marks = undefined;
    }
    rest = Math.max(options.seconds * 1000, look.ok ? 0 : askedToWait(look.problem, clock.now()));
    show(seen);
  }
  return ok(EXIT.ok);
}

interface Look {
  readonly seen: Seen;
  readonly marks: Marks | undefined;
}

async function lookAgain(
  desk: Desk,
  { facts, ended }: Seen,
  before: Marks | undefined,
): Promise<Result<Look, ForgeProblem | CliProblem>> {
  const { forge, project } = desk;
  const heads = facts.changes.map(({ status }) => status.head);
  const asked = heads.length > MOST_HEADS ? undefined : await forge.moved(project, heads, before);
  if (asked?.ok === false) return asked;
  const marks = asked?.value.marks;
  if (asked?.value.moved === false) return ok({ seen: { facts, ended, over: false }, marks });
  const now = await gatherStatus(desk);
  if (!now.ok) return now;
  const there = new Set(now.value.changes.map(({ status }) => status.number));
  const gone = facts.changes.filter(({ status }) => !there.has(status.number));
  const ends: Ended[] = [];
  for (const { status } of gone) {
    const read = await forge.readChange(project, status.number);
    if (!read.ok) return read;
    // One that is still open is only out of sight: another branch was checked out here.
    const { number, title, state } = read.value;
    if (state !== "open") ends.push({ number, title, state });
  }
  const all = [...ended.filter(({ number }) => !there.has(number)), ...ends];
  return ok({ seen: { facts: now.value, ended: all, over: now.value.changes.length === 0 }, marks });
}

/** What a server gets over by itself. */
function passes(problem: ForgeProblem | CliProblem): boolean {
  if (!("kind" in problem)) return problem.exit === EXIT.unreachable;
  const passing: readonly ForgeProblem["kind"][] = ["unreachable", "server-error", "rate-limited", "unreadable"];
  return passing.includes(problem.kind);
}

/** In milliseconds. */
function askedToWait(problem: ForgeProblem | CliProblem, now: Instant): number {
  if (!("kind" in problem) || problem.kind !== "rate-limited" || problem.retryAt === undefined) return 0;
  return problem.retryAt - now;
}

interface Pause {
  readonly over: Promise<"over">;
  end(): void;
}

/** Keeps the process alive while it waits; a clock's own timers may not. */
function pauseOf(clock: Clock, until: Instant): Pause {
  const alive = setInterval(() => {}, 60_000);
  let cancel = (): void => undefined;
  const over = new Promise<"over">((resolve) => {
    cancel = clock.wake(until, () => resolve("over"));
  });
  return {
    over,
    end() {
      clearInterval(alive);
      cancel();
    },
  };
}

/** Never where nobody can interrupt. */
function interruptOf(signal: AbortSignal | undefined): Promise<"interrupted"> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve("interrupted");
    signal?.addEventListener("abort", () => resolve("interrupted"), { once: true });
  });
}
