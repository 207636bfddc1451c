/**
 * `plustwo spec new` and `close`: the two that write, into the work tree alone; what they wrote is reviewed like anything else.
 * A file is made only where none is. `close` first makes every new name, then the redirects, and removes old names last: cut off at any
 * moment each spec is still there, and the next run finishes it.
 */
import { link, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock } from "../../clock.ts";
import { LOGIN } from "../../core/login.ts";
import { planClose, type ClosePlan } from "../../core/release/spec/close.ts";
import { CYCLE_NAME, SPEC_ID } from "../../core/release/spec/spec.ts";
import { newSpec } from "../../core/release/spec/template.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { dayOf } from "../../core/time.ts";
import { makeText, replaceText, writing } from "../disk.ts";
import { EXIT } from "../exit.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { hidden, readSpecs, type SpecFolder } from "./files.ts";

export interface NewSpecOptions {
  readonly folder: string;
  readonly id: string;
  readonly title?: string;
  /** Absent: for the backlog. */
  readonly cycle?: string;
  readonly approvers: readonly string[];
}

export async function makeSpec(
  terminal: Terminal,
  say: Say,
  { folder, id, title, cycle, approvers }: NewSpecOptions,
): Promise<Result<number, CliProblem>> {
  const bad = badValue(id, cycle, approvers);
  if (bad !== undefined) return fail({ ...bad, exit: EXIT.malformed });
  const read = await readSpecs(terminal, folder);
  if (!read.ok) return read;
  const other = read.value.specs.find((spec) => spec.id === id);
  const inside = cycle === undefined ? `backlog/${id}.md` : `${cycle}/approved/${id}.md`;
  if (other !== undefined || read.value.texts.has(inside))
    return fail(isThere(id, other?.path ?? `${folder}/${inside}`));
  const words = title ?? id.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  const today = dayOf((terminal.clock ?? systemClock).now());
  const asked = { id, title: words, approvers, today, ...(cycle === undefined ? {} : { cycle }) };
  const path = join(read.value.folder, inside);
  const made = await makeText(path, `${folder}/${inside}`, newSpec(read.value.template, asked));
  if (!made.ok) return made;
  if (!made.value) return fail(isThere(id, `${folder}/${inside}`));
  say.result(`Wrote ${folder}/${inside}`);
  say.note("Fill in its sections, then upload it with `git review`; `plustwo spec check` says what is missing");
  return ok(EXIT.ok);
}

function isThere(id: string, path: string): CliProblem {
  return {
    message: `Cannot make the spec ${id}: it is there already, as ${path}`,
    hint: "take another id, or edit that one",
    exit: EXIT.refused,
  };
}

function badValue(id: string, cycle: string | undefined, approvers: readonly string[]) {
  if (!SPEC_ID.test(id) || id.length > 100)
    return {
      message: `Cannot call a spec ${JSON.stringify(id)}`,
      hint: "use small letters, digits and dashes: `fast-path`",
    };
  if (cycle !== undefined && !CYCLE_NAME.test(cycle))
    return { message: `Cannot use the cycle ${JSON.stringify(cycle)}`, hint: "write it as its folder: `2027.1`" };
  const stranger = approvers.find((name) => !LOGIN.test(name));
  return stranger === undefined
    ? undefined
    : { message: `Cannot take ${JSON.stringify(stranger)} for a login`, hint: "write it as the forge does: `alice`" };
}

export async function close(
  terminal: Terminal,
  say: Say,
  { folder, cycle, dryRun }: { readonly folder: string; readonly cycle: string; readonly dryRun: boolean },
): Promise<Result<number, CliProblem>> {
  const read = await readSpecs(terminal, folder);
  if (!read.ok) return read;
  const { specs, texts } = read.value;
  if (![...texts.keys()].some((inside) => inside.startsWith(`${cycle}/`)))
    return fail({
      message: `Cannot close ${cycle}: ${folder} has no such cycle`,
      hint: "name the folder of a cycle, such as 2027.1",
      exit: EXIT.malformed,
    });
  // A move that was cut off left the same spec twice; the plan compares the texts.
  const apart = specs.filter(({ place }) => !(place.kind === "implemented" && isRest(texts, place.cycle, place.name)));
  const problems = read.value.problems.filter(({ rule }) => rule !== "duplicate-id");
  const whole = hidden({ specs, problems });
  if (!whole.ok) return whole;
  const plan = planClose(cycle, apart, texts);
  if (!plan.ok)
    return fail({
      message: plan.problem.map(({ path, message }) => `${folder}/${path}: ${message}`).join("\n"),
      hint: `${plan.problem[0]?.hint ?? "see `plustwo spec check`"}; nothing was moved`,
      exit: EXIT.refused,
    });
  const moved = dryRun ? ok(undefined) : await move(read.value, folder.replace(/\/+$/, ""), plan.value);
  if (!moved.ok) return moved;
  for (const { from, to } of plan.value.moves) say.result(`${dryRun ? "Would move" : "Moved"} ${from} → ${to}`);
  for (const { id, status } of plan.value.left) say.result(`Left in approved: ${id} (${status})`);
  say.result(`${cycle}: ${counted(plan.value.moves.length, "spec")} implemented, ${plan.value.left.length} left`);
  return ok(EXIT.ok);
}

function isRest(texts: ReadonlyMap<string, string>, cycle: string, name: string): boolean {
  return texts.get(`${cycle}/approved/${name}.md`) === texts.get(`${cycle}/implemented/${name}.md`);
}

async function move(
  { folder, texts }: SpecFolder,
  shown: string,
  { moves, redirects }: ClosePlan,
): Promise<Result<void, CliProblem>> {
  if (moves.length === 0) return ok(undefined);
  const made: string[] = [];
  const back = async (problem: CliProblem) => {
    for (const path of made) await rm(path, { force: true });
    return fail({ ...problem, message: `${problem.message}; nothing was moved` });
  };
  for (const { from, to } of moves) {
    if (texts.has(to)) continue;
    const target = join(folder, to);
    const done = await writing(`${shown}/${to}`, async () => {
      await mkdir(dirname(target), { recursive: true });
      // A link never takes the place of a file.
      await link(join(folder, from), target);
    });
    if (!done.ok) return back(done.problem);
    made.push(target);
  }
  const redirected = await replaceText(join(folder, "redirects"), `${shown}/redirects`, redirects);
  if (!redirected.ok) return back(redirected.problem);
  for (const { from } of moves) {
    const removed = await writing(`${shown}/${from}`, () => rm(join(folder, from), { force: true }));
    if (removed.ok) continue;
    const message = `${removed.problem.message}; it has its new name, and the old one could not be removed`;
    return fail({ ...removed.problem, message, exit: EXIT.partlyDone });
  }
  return ok(undefined);
}
