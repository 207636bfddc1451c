/**
 * `plustwo backport plan`: what a run would make, and what is there already. Every pick is tried in memory; what that writes goes to a
 * temporary folder, so that nothing of the clone is changed. In a bare repository nothing is tried: its settings are nobody's whom we know.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { openClone } from "./gather.ts";
import { readGround, type BackportOptions, type Ground } from "./ground.ts";
import { hopLines, hopsJson, type Shown } from "./show-hops.ts";
import { walkDown, type Hop } from "./walk.ts";

export interface PlanOptions extends BackportOptions {
  readonly json: boolean;
}

export async function plan(terminal: Terminal, say: Say, options: PlanOptions): Promise<Result<number, CliProblem>> {
  const clone = await openClone(terminal, options.directory);
  if (!clone.ok) return clone;
  const { isBare, place } = clone.value;
  const aside = await mkdtemp(path.join(os.tmpdir(), "plustwo-plan-"));
  try {
    const trying = isBare ? terminal : { ...terminal, env: writingTo(aside, place.commonDir, terminal.env) };
    const planned = await say.during("Trying the picks", tryPicks(trying, options, isBare));
    if (!planned.ok) return planned;
    if (options.json) say.json(hopsJson(planned.value));
    else for (const line of hopLines(say, planned.value)) say.result(line);
    const makes = planned.value.hops.some(({ state }) => state.kind === "picked" || state.kind === "conflict");
    if (!options.json && makes && !isBare) say.result(say.colour("dim", `\`${runCommand(options)}\` makes them`));
    return ok(EXIT.ok);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function tryPicks(terminal: Terminal, options: PlanOptions, isBare: boolean): Promise<Result<Shown, CliProblem>> {
  const ground = await readGround(terminal, options);
  if (!ground.ok) return ground;
  if (isBare) return ok({ ground: ground.value, hops: ground.value.steps.map(untried(ground.value)), how: "untried" });
  const hops = await walkDown(ground.value, undefined);
  return hops.ok ? ok({ ground: ground.value, hops: hops.value, how: "tried" }) : fail(ofGit(hops.problem));
}

function untried({ there, branches, nameFor, fix }: Ground): (step: Ground["steps"][number]) => Hop {
  return ({ branch, asked }) => {
    const twins = (there.get(branch) ?? []).flatMap((twin) => twin ?? []);
    const commits = fix.commits.length - twins.length;
    const tip = branches.tips.get(branch) ?? fix.commits[0]?.sha;
    const name = nameFor(branch);
    if (commits === 0 || tip === undefined) return { branch, asked, name, state: { kind: "there", twins } };
    return { branch, asked, name, state: { kind: "picked", tip, commits, was: twins.length } };
  };
}

/** Objects are read from the clone and written beside it. */
function writingTo(aside: string, commonDir: string, env: Terminal["env"]): Terminal["env"] {
  const others = env["GIT_ALTERNATE_OBJECT_DIRECTORIES"] ?? "";
  const own = env["GIT_OBJECT_DIRECTORY"] ?? path.join(commonDir, "objects");
  return {
    ...env,
    GIT_OBJECT_DIRECTORY: aside,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: [own, ...(others === "" ? [] : [others])].join(path.delimiter),
  };
}

function runCommand({ words, to, topic }: PlanOptions): string {
  const named = [...(to.length === 0 ? [] : ["--to", ...to]), ...(topic === undefined ? [] : ["--topic", topic])];
  return ["plustwo backport run", ...words, ...named].join(" ");
}
