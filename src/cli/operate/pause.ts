/**
 * `plustwo pause` and `plustwo resume`: a ref on the forge holds the gate, and its removal is followed by an account of
 * what landed meanwhile without the gate (RULINGS 25). Both need the right to maintain the repository.
 */
import { atLeast } from "../../core/adopt/core-team.ts";
import { type Tip } from "../../core/adopt/facts.ts";
import { describePause, uncertified, type Pause, type Step } from "../../core/adopt/pause.ts";
import { GATE_CONTEXT, requires } from "../../core/adopt/rulesets.ts";
import { parseBranchName, type BranchName } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { formatInstant } from "../../core/time.ts";
import { type RepositoryFacts } from "../../forge/forge.ts";
import { type StandingPause } from "../../forge/github/pause.ts";
import { systemClock } from "../../clock.ts";
import { EXIT, ofForge } from "../problems.ts";
import { counted, oneLine, plain, type CliProblem, type Say, type Terminal } from "../say.ts";
import { openPlace, type Place } from "./place.ts";

export interface PauseOptions {
  readonly repository?: string;
  readonly reason?: string;
  readonly branch?: string;
  readonly breakGlass: boolean;
  /** The second admin's word to a pause that breaks the glass. */
  readonly confirm: boolean;
  readonly json: boolean;
}

export async function pause(terminal: Terminal, say: Say, options: PauseOptions): Promise<Result<number, CliProblem>> {
  const reason = oneLine(options.reason ?? "");
  if (!options.confirm && reason === "")
    return fail({
      message: "Cannot pause without a reason: everybody whose change waits reads it",
      hint: 'say it: --reason "the runners are down"',
      exit: EXIT.usage,
    });
  const seat = await takeSeat(terminal, say, options);
  if (!seat.ok) return seat;
  const { readTips, writePause } = await import("../../forge/github/pause.ts");
  const { place, facts, branch, standing } = seat.value;
  if (options.confirm) return confirm(say, seat.value, options);
  if (standing !== undefined) return fail(standsAlready(standing));
  const only = branch === undefined ? {} : { only: branch };
  const tips = await readTips(place.client, place.project, { defaultBranch: facts.defaultBranch, ...only });
  if (!tips.ok) return fail(ofForge(tips.problem));
  const made = await say.during(
    `Pausing ${nameOf(facts)}`,
    writePause(place.client, place.project, {
      ...(branch === undefined ? {} : { branch }),
      ...{ by: facts.viewer.login, reason, since: systemClock.now() },
      breakGlass: options.breakGlass,
      tips: tips.value,
    }),
  );
  if (!made.ok) return fail(ofForge(made.problem));
  if (options.json) say.json(asJson(facts, made.value));
  else {
    if (made.value.pause !== undefined) say.result(`${nameOf(facts)}: ${plain(describePause(made.value.pause))}`);
    say.result(
      `Holds: ${branch ?? "every branch"}, as ${made.value.ref}; the service sees it with its next look, and always before it lands anything`,
    );
    if (options.breakGlass) for (const line of glassLines(facts)) say.result(line);
    say.result(`To lift it, and to see what landed meanwhile: plustwo resume ${nameOf(facts)}${branchFlag(branch)}`);
  }
  return ok(EXIT.ok);
}

async function confirm(
  say: Say,
  { place, facts, standing }: Seat,
  options: PauseOptions,
): Promise<Result<number, CliProblem>> {
  const standingPause = standing?.pause;
  if (standing === undefined || standingPause?.breakGlass !== true)
    return fail({
      message: `Cannot confirm: ${nameOf(facts)} has no pause that breaks the glass`,
      hint: "the first admin runs `plustwo pause OWNER/REPO --break-glass --reason TEXT`",
      exit: EXIT.refused,
    });
  const me = facts.viewer.login;
  if (standingPause.by.toLowerCase() === me.toLowerCase())
    return fail({
      message: `Cannot confirm: ${me} made this pause, and a second admin has to agree`,
      hint: "ask another admin to run the same command",
      exit: EXIT.refused,
    });
  if (!atLeast(facts.permission, "admin")) return fail(lacksRight(facts, "admin"));
  const { confirmPause } = await import("../../forge/github/pause.ts");
  const agreed: Pause = { ...standingPause, confirmedBy: me };
  const done = await confirmPause(place.client, place.project, { standing, pause: agreed });
  if (!done.ok) return fail(ofForge(done.problem));
  if (options.json) say.json(asJson(facts, { ...standing, pause: agreed }));
  else
    say.result(
      `${me} confirms: ${plain(describePause(agreed))}. Now rulesets may be switched off and merges made by hand, as docs/BREAK-GLASS.md says`,
    );
  return ok(EXIT.ok);
}

export interface ResumeOptions {
  readonly repository?: string;
  readonly branch?: string;
  /** Slug of the App whose certificates count. */
  readonly app?: string;
  readonly json: boolean;
}

export async function resume(
  terminal: Terminal,
  say: Say,
  options: ResumeOptions,
): Promise<Result<number, CliProblem>> {
  const seat = await takeSeat(terminal, say, options);
  if (!seat.ok) return seat;
  const { place, facts, branch, standing } = seat.value;
  if (standing === undefined)
    return fail({
      message: `Cannot resume ${nameOf(facts)}${branch === undefined ? "" : `, ${branch}`}: it is not paused there`,
      hint: "a pause of one branch is lifted with the same --branch",
      exit: EXIT.refused,
    });
  // The account first: were it to fail, the pause would stay.
  const audit = await say.during(`Reading what landed in ${nameOf(facts)}`, auditOf(place, standing, options.app));
  if (!audit.ok) return audit;
  const { deleteRef } = await import("../../forge/github/pause.ts");
  const lifted = await deleteRef(place.client, place.project, standing.ref);
  if (!lifted.ok) return fail(ofForge(lifted.problem));
  const found = audit.value;
  const beside = found.branches.flatMap(({ steps }) => steps).length;
  if (options.json) say.json({ ...asJson(facts, standing), resumed: true, audit: found });
  else showAudit(say, facts, { standing, found });
  return ok(beside === 0 ? EXIT.ok : EXIT.refused);
}

interface Audit {
  /** The id of the App whose certificates counted; absent = any app but Actions. */
  readonly app?: number;
  readonly branches: readonly { readonly branch: string; readonly landed: number; readonly steps: readonly Told[] }[];
  /** R1 and R2 as they stand now; absent where they could not be read. */
  readonly fences?: boolean;
}

interface Told {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly at: string;
  readonly forced: boolean;
}

async function auditOf(
  { client, project }: Place,
  standing: StandingPause,
  slug: string | undefined,
): Promise<Result<Audit, CliProblem>> {
  const { readSteps } = await import("../../forge/github/pause.ts");
  const { readRulesets } = await import("../../forge/github/adopt-rulesets.ts");
  const { readAppId } = await import("../../forge/github/adopt-operation.ts");
  const tips: readonly Tip[] = standing.pause?.tips ?? [];
  const [first] = tips;
  const rulesets = first === undefined ? undefined : await readRulesets(client, project, first.branch);
  const active =
    rulesets?.known === true ? rulesets.value.filter((one) => one.governs && one.enforcement === "active") : undefined;
  const pinned = active
    ?.flatMap(({ rules }) => rules.flatMap(({ checks }) => checks ?? []))
    .find(({ context }) => context === GATE_CONTEXT)?.appId;
  const named = slug === undefined ? undefined : await readAppId(client, project, slug);
  if (named?.ok === false) return fail(ofForge(named.problem));
  const app = named?.value ?? pinned;
  const branches = [];
  for (const tip of tips) {
    const since = standing.pause?.since;
    if (since === undefined) continue;
    const steps = await readSteps(client, project, { tip, since, context: GATE_CONTEXT });
    if (!steps.ok) return fail(stays(ofForge(steps.problem)));
    branches.push({ branch: tip.branch, landed: steps.value.length, steps: uncertified(steps.value, app).map(told) });
  }
  const fences = active?.some(({ rules }) => rules.some(({ checks }) => requires(checks, GATE_CONTEXT)));
  return ok({ ...(app === undefined ? {} : { app }), branches, ...(fences === undefined ? {} : { fences }) });
}

function stays(problem: CliProblem): CliProblem {
  return { ...problem, message: `${problem.message}; the pause stays, because nobody could say what landed meanwhile` };
}

function told({ from, to, by, at, forced }: Step): Told {
  return { from, to, by, at: formatInstant(at), forced };
}

function showAudit(
  say: Say,
  facts: RepositoryFacts,
  { standing, found }: { readonly standing: StandingPause; readonly found: Audit },
): void {
  const { pause: was } = standing;
  say.result(`${nameOf(facts)} is no longer paused${was === undefined ? "" : ` (${plain(describePause(was))})`}`);
  if (was === undefined)
    say.result(
      say.colour(
        "yellow",
        "The pause was not made by plustwo, so it is not known where branches stood: nothing could be compared",
      ),
    );
  for (const { branch, landed, steps } of found.branches) {
    say.result(`${branch}: ${counted(landed, "step")} meanwhile, ${steps.length} without the gate's certificate`);
    for (const { from, to, by, at, forced } of steps) {
      say.result(
        say.colour(
          "red",
          `  ${at.slice(0, 16).replace("T", " ")}  ${from.slice(0, 7)}..${to.slice(0, 7)}  by ${plain(by)}${forced ? "  FORCED" : ""}`,
        ),
      );
    }
  }
  if (found.branches.some(({ steps }) => steps.length > 0))
    say.result(
      "Two people read each of these, and say so on the pull request or in an issue; what is wrong is reverted through the gate",
    );
  if (found.app === undefined)
    say.result(
      say.colour(
        "yellow",
        "Which App plustwo is here was not known: a certificate of any App counted. Say it with --app SLUG",
      ),
    );
  if (was?.breakGlass === true && was.confirmedBy === undefined)
    say.result(say.colour("red", "The glass was broken by one admin alone: nobody confirmed it"));
  if (found.fences === false)
    say.result(
      say.colour(
        "red",
        `No active ruleset requires ${GATE_CONTEXT}: switch R1 and R2 on again, then run \`plustwo doctor\``,
      ),
    );
}

interface Seat {
  readonly place: Place;
  readonly facts: RepositoryFacts;
  readonly branch: BranchName | undefined;
  /** Of this scope. */
  readonly standing: StandingPause | undefined;
}

async function takeSeat(
  terminal: Terminal,
  say: Say,
  asked: { readonly repository?: string; readonly branch?: string },
): Promise<Result<Seat, CliProblem>> {
  const branch = asked.branch === undefined ? undefined : parseBranchName(asked.branch);
  if (asked.branch !== undefined && branch === undefined)
    return fail({
      message: `Cannot pause ${JSON.stringify(asked.branch)}: it is not a branch name`,
      hint: "give a branch such as `main`, or leave it out for all of them",
      exit: EXIT.malformed,
    });
  const place = await openPlace(terminal, say, asked);
  if (!place.ok) return place;
  const { client, project } = place.value;
  const { readRepository } = await import("../../forge/github/repository.ts");
  const { createViewer } = await import("../../forge/github/viewer.ts");
  const { readPauses } = await import("../../forge/github/pause.ts");
  const { pauseRef } = await import("../../core/adopt/pause.ts");
  const facts = await readRepository(client, createViewer(client), project);
  if (!facts.ok) return fail(ofForge(facts.problem));
  if (!atLeast(facts.value.permission, "maintain")) return fail(lacksRight(facts.value, "admin or maintain"));
  const pauses = await readPauses(client, project);
  if (!pauses.ok) return fail(ofForge(pauses.problem));
  const standing = pauses.value.find(({ ref }) => ref === pauseRef(branch));
  return ok({ place: place.value, facts: facts.value, branch, standing });
}

function lacksRight(facts: RepositoryFacts, needed: string): CliProblem {
  return {
    message: `Cannot do that in ${nameOf(facts)}: it needs ${needed}, and ${facts.viewer.login} has ${facts.permission}`,
    hint: "ask an admin of the repository",
    exit: EXIT.token,
  };
}

function standsAlready({ ref, pause: standing }: StandingPause): CliProblem {
  return {
    message: `Cannot pause: it is paused already (${standing === undefined ? ref : describePause(standing)})`,
    hint: "lift that one first with `plustwo resume`",
    exit: EXIT.refused,
  };
}

function glassLines(facts: RepositoryFacts): readonly string[] {
  return [
    `Nothing may be merged by hand yet: a second admin runs \`plustwo pause ${nameOf(facts)} --confirm\` first`,
    "Then, and only for what cannot wait: docs/BREAK-GLASS.md",
  ];
}

function branchFlag(branch: BranchName | undefined): string {
  return branch === undefined ? "" : ` --branch ${branch}`;
}

function nameOf({ ref }: RepositoryFacts): string {
  return `${ref.owner}/${ref.name}`;
}

function asJson(facts: RepositoryFacts, { ref, sha, pause: standing }: StandingPause): object {
  const shown = standing === undefined ? null : { ...standing, since: formatInstant(standing.since) };
  return { version: 1, project: nameOf(facts), ref, sha, pause: shown };
}
