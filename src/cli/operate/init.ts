/**
 * `plustwo init`: proposes the files with which a repository begins, in mode observe, shows each against what is there,
 * and writes them when somebody agrees. Nothing is committed, pushed or changed on the server.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { APP_EVENTS, APP_PERMISSIONS, rulesetBodies } from "../../core/adopt/rulesets.ts";
import { PRESETS } from "../../core/adopt/policy-file.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT, ofForge } from "../problems.ts";
import { type CliProblem, type Say } from "../say.ts";
import { openPlace, type Place } from "./place.ts";
import { planInit, type InitPlan, type PlannedFile } from "./plan-init.ts";
import { NEXT_STEPS, showFiles, showFences, showProposal } from "./show-init.ts";
import { agrees, type AskingTerminal } from "./terminal.ts";

export interface InitOptions {
  readonly repository?: string;
  readonly remote?: string;
  readonly preset: string;
  /** Slug of the App, so that the rulesets can name its id. */
  readonly app?: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const NOBODY_TO_ASK = "Cannot write without being told to: there is no terminal to ask at";

export async function init(
  terminal: AskingTerminal,
  say: Say,
  options: InitOptions,
): Promise<Result<number, CliProblem>> {
  const preset = PRESETS.find((name) => name === options.preset);
  if (preset === undefined) return fail(unknownPreset(options.preset));
  // Before anything is asked of a server: a script that forgot the option should not wait for it.
  const mayWrite = options.yes || options.dryRun || (terminal.ask !== undefined && !options.json);
  if (!mayWrite)
    return fail({ message: NOBODY_TO_ASK, hint: "add --yes to write, or --dry-run to only look", exit: EXIT.usage });
  const place = await openPlace(terminal, say, options);
  if (!place.ok) return place;
  if (place.value.topLevel === undefined && !options.dryRun) return fail(noClone(place.value));
  const plan = await planInit(place.value, say, preset);
  if (!plan.ok) return plan;
  const appId = await appIdOf(place.value, options.app);
  if (!appId.ok) return appId;
  if (!options.json) {
    showProposal(say, plan.value);
    showFiles(say, plan.value);
  }
  const written = await writeIfAgreed(terminal, say, { plan: plan.value, place: place.value, options });
  if (!written.ok) return written;
  if (options.json) say.json(asJson(plan.value, { place: place.value, appId: appId.value, written: written.value }));
  else showFences(say, { appId: appId.value, plan: plan.value, place: place.value });
  return ok(EXIT.ok);
}

interface Writing {
  readonly plan: InitPlan;
  readonly place: Place;
  readonly options: InitOptions;
}

/** Whether anything was written. */
async function writeIfAgreed(
  terminal: AskingTerminal,
  say: Say,
  { plan, place, options }: Writing,
): Promise<Result<boolean, CliProblem>> {
  const wanted = plan.files.filter(({ state }) => state === "new" || state === "changed");
  const { topLevel } = place;
  if (options.dryRun || topLevel === undefined || wanted.length === 0) return ok(false);
  if (!options.yes) {
    const names = wanted.map((file) => file.path).join(", ");
    if ((await agrees(terminal, `Write ${names}?`)) !== true) {
      say.note("Nothing was written");
      return ok(false);
    }
  }
  for (const file of wanted) {
    const done = await put(topLevel, file);
    if (!done.ok) return done;
    if (!options.json) say.result(`Wrote ${file.path}`);
  }
  return ok(true);
}

/** Beside it first, then in its place: what is there is never half overwritten, and a link is never written through. */
async function put(topLevel: string, { path: name, after }: PlannedFile): Promise<Result<void, CliProblem>> {
  const file = path.join(topLevel, name);
  const beside = `${file}.plustwo-new`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(beside, after, { flag: "w" });
    await rename(beside, file);
    return ok(undefined);
  } catch (error) {
    return fail({
      message: `Cannot write ${name}: ${error instanceof Error ? error.message : String(error)}`,
      hint: "make the folder writable and run it again; files written before it are as shown",
      exit: EXIT.partlyDone,
    });
  }
}

async function appIdOf(
  { client, project }: Place,
  slug: string | undefined,
): Promise<Result<number | "APP_ID", CliProblem>> {
  if (slug === undefined) return ok("APP_ID");
  const { readAppId } = await import("../../forge/github/adopt-operation.ts");
  const id = await readAppId(client, project, slug);
  return id.ok ? id : fail(ofForge(id.problem));
}

interface Told {
  readonly place: Place;
  readonly appId: number | "APP_ID";
  readonly written: boolean;
}

/** docs/man/plustwo.1 names the fields. */
function asJson(
  { facts, preset, core, mapping, files, advice, unknown }: InitPlan,
  { place, appId, written }: Told,
): unknown {
  return {
    version: 1,
    host: place.host,
    project: facts.repository.fullName,
    defaultBranch: facts.repository.defaultBranch,
    preset,
    core: { teams: core.teams, users: core.users, from: core.from },
    checks: mapping.checks,
    leftOut: mapping.leftOut,
    files: files.map(({ path: name, state, after, why }) => ({
      path: name,
      state,
      text: after,
      ...(why === undefined ? {} : { why }),
    })),
    written,
    workflows: advice,
    rulesets: rulesetBodies(appId),
    app: { permissions: APP_PERMISSIONS, events: APP_EVENTS },
    unknown,
    next: NEXT_STEPS,
  };
}

function unknownPreset(text: string): CliProblem {
  return {
    message: `Cannot use the preset ${JSON.stringify(text)}: there is none of that name`,
    hint: `choose one of: ${PRESETS.join(", ")}`,
    exit: EXIT.malformed,
  };
}

function noClone({ project }: Place): CliProblem {
  return {
    message: `Cannot write the files of ${project.owner}/${project.name}: this is not a work tree of it`,
    hint: "run it in a clone of the repository, or with --dry-run to only look",
    exit: EXIT.noRepository,
  };
}
