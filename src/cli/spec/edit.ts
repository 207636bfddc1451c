/**
 * `plustwo spec new` and `close`: the two that write, into the work tree alone; what they wrote is reviewed like anything else.
 * A file is made only where none is. `close` first makes every new name, then the redirects, and removes old names last: cut off at any
 * moment each spec is still there, and the next run finishes it.
 */
import { link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock } from "../../clock.ts";
import { LOGIN } from "../../core/login.ts";
import { planClose, type ClosePlan } from "../../core/release/spec/close.ts";
import { CYCLE_NAME, SPEC_ID } from "../../core/release/spec/spec.ts";
import { newSpec } from "../../core/release/spec/template.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { dayOf } from "../../core/time.ts";
import { EXIT } from "../exit.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { hidden, readSpecs } from "./files.ts";

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
    return fail({
      message: `Cannot make the spec ${id}: it is there already, as ${other?.path ?? `${folder}/${inside}`}`,
      hint: "take another id, or edit that one",
      exit: EXIT.refused,
    });
  const words = title ?? id.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  const today = dayOf((terminal.clock ?? systemClock).now());
  const asked = { id, title: words, approvers, today, ...(cycle === undefined ? {} : { cycle }) };
  const path = join(read.value.folder, inside);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, newSpec(read.value.template, asked), { flag: "wx" });
  say.result(`Wrote ${folder}/${inside}`);
  say.note("Fill in its sections, then upload it with `git review`; `plustwo spec check` says what is missing");
  return ok(EXIT.ok);
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
  if (!dryRun && plan.value.moves.length > 0) await move(read.value.folder, plan.value, texts);
  for (const { from, to } of plan.value.moves) say.result(`${dryRun ? "Would move" : "Moved"} ${from} → ${to}`);
  for (const { id, status } of plan.value.left) say.result(`Left in approved: ${id} (${status})`);
  say.result(`${cycle}: ${counted(plan.value.moves.length, "spec")} implemented, ${plan.value.left.length} left`);
  return ok(EXIT.ok);
}

function isRest(texts: ReadonlyMap<string, string>, cycle: string, name: string): boolean {
  return texts.get(`${cycle}/approved/${name}.md`) === texts.get(`${cycle}/implemented/${name}.md`);
}

async function move(
  folder: string,
  { moves, redirects }: ClosePlan,
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  const made: string[] = [];
  const draft = join(folder, "redirects.new");
  try {
    for (const { from, to } of moves) {
      if (texts.has(to)) continue;
      await mkdir(dirname(join(folder, to)), { recursive: true });
      // A link never takes the place of a file.
      await link(join(folder, from), join(folder, to));
      made.push(join(folder, to));
    }
    await writeFile(draft, redirects, { flag: "wx" });
    await rename(draft, join(folder, "redirects"));
  } catch (error) {
    for (const path of [...made, draft]) await rm(path, { force: true });
    throw error;
  }
  for (const { from } of moves) await rm(join(folder, from));
}
