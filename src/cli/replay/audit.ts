/**
 * `plustwo policy audit`: what came into a branch without the App's certificate while its policy was in mode enforce (threat T38). The
 * policy is that of the commit the target stood on before, so turning it off does not hide the step that did it. Only one App's
 * word counts, by its id: what another writes under the same names is nobody's.
 */
import { systemClock } from "../../clock.ts";
import { shippedPresets } from "../../config/presets.ts";
import { GATE_CONTEXT } from "../../core/adopt/rulesets.ts";
import { type BranchName, type Sha, parseBranchName } from "../../core/ids.ts";
import { audit, publisherOf, type App, type Audit, type Suspect } from "../../core/replay/audit.ts";
import { type AppCheck } from "../../core/replay/certificate.ts";
import { type TargetStep } from "../../core/replay/merge.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { after, parseDuration, parseInstant, type Instant } from "../../core/time.ts";
import { type ForgeProblem, type RepositoryRef } from "../../forge/forge.ts";
import { type Client } from "../../forge/github/client.ts";
import { type MergeToCertify } from "../../forge/github/merge-certificates.ts";
import { openPlace } from "../operate/place.ts";
import { EXIT, ofForge } from "../problems.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { modesAt, type ModeThen } from "./past-modes.ts";
import { progressOn } from "./progress.ts";
import { atServer, malformed, MOST_MERGES } from "./replay.ts";
import { auditAsJson, showAudit, type Audited } from "./show-audit.ts";

export interface AuditOptions {
  /** A date, or an age. */
  readonly since: string;
  readonly repository?: string;
  readonly branch?: string;
  /** Id or slug. */
  readonly app?: string;
  /** REST address of the server. */
  readonly api?: string;
  readonly json: boolean;
}

export async function auditMerges(
  terminal: Terminal,
  say: Say,
  options: AuditOptions,
): Promise<Result<number, CliProblem>> {
  const now = systemClock.now();
  const since = sinceOf(options.since, now);
  const branch = options.branch === undefined ? undefined : parseBranchName(options.branch);
  if (since === undefined)
    return fail(
      malformed(`--since ${JSON.stringify(options.since)}: it is no date and no age`, "write 2026-09-01 or 30d"),
    );
  if (options.branch !== undefined && branch === undefined)
    return fail(
      malformed(`--branch ${JSON.stringify(options.branch)}: it is not a branch name`, "give a branch such as `main`"),
    );
  const place = await openPlace(atServer(terminal, options.api), say, options);
  if (!place.ok) return place;
  const { client, project, host, scheme } = place.value;
  const progress = progressOn(terminal);
  const found = await look(client, project, { ...options, asked: branch, since, tell: progress.tell });
  progress.done();
  if (!found.ok) return found;
  const whole = { ...found.value, since, web: `${scheme}://${host}`, requests: client.requests };
  if (options.json) say.json(auditAsJson(whole));
  else showAudit(say, whole);
  if (whole.uncertified.length > 0) return ok(EXIT.refused);
  return ok(whole.unknown.length > 0 || whole.limits.length > 0 ? EXIT.partlyDone : EXIT.ok);
}

/** A day begins at midnight UTC. */
function sinceOf(text: string, now: Instant): Instant | undefined {
  const age = parseDuration(text);
  if (age !== undefined) return after(now, -age);
  return parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
}

interface Question {
  readonly asked: BranchName | undefined;
  readonly since: Instant;
  readonly app?: string;
  readonly tell: (line: string) => void;
}

type Look = Omit<Audited, "since" | "web" | "requests">;

async function look(client: Client, project: RepositoryRef, question: Question): Promise<Result<Look, CliProblem>> {
  const { readBranch } = await import("../../forge/github/merges.ts");
  const place = await readBranch(client, project, question.asked);
  if (!place.ok) return forge(place.problem);
  const { repository, branch } = place.value;
  const named = await namedApp(client, repository, { branch, app: question.app });
  if (!named.ok) return named;
  const read = await readAll(client, repository, {
    branch,
    since: question.since,
    named: named.value,
    tell: question.tell,
  });
  if (!read.ok) return forge(read.problem);
  const { merges, steps, checks } = read.value;
  const app = named.value ?? publisher([...merges.flatMap((one) => one.checks), ...checks]);
  if ("several" in app) return fail(app.several);
  const facts = { target: branch, merges, steps, checks, ...(app.app === undefined ? {} : { app: app.app.id }) };
  const audited = audit(facts);
  question.tell("Reading the policies that were in force");
  const modes = await modesAt(client, repository, {
    ...{ branch, presets: await shippedPresets() },
    shas: audited.suspects.map(({ from }) => from),
  });
  if (!modes.ok) return forge(modes.problem);
  return ok({
    ...{ repository, branch, how: app.how, ...(app.app === undefined ? {} : { app: app.app }) },
    ...sortedOut(audited, modes.value.mode),
    limits: [
      ...modes.value.limits,
      ...(merges.length >= MOST_MERGES ? [`only the newest ${MOST_MERGES} merges were read`] : []),
      ...(steps.length === 0 && merges.length > 0
        ? [`GitHub's log of ${branch} could not be read: pushes without a pull request are not among these`]
        : []),
    ],
  });
}

function forge(problem: ForgeProblem): { readonly ok: false; readonly problem: CliProblem } {
  return fail(ofForge(problem));
}

/** Only what came while the policy enforced is a finding. */
function sortedOut(
  { suspects, unknown, certified }: Audit,
  mode: (sha: Sha | undefined) => ModeThen,
): Pick<Look, "uncertified" | "unknown" | "certified" | "notEnforced"> {
  const judged = suspects.map((suspect) => ({ suspect, then: mode(suspect.from) }));
  const unreadable = judged.flatMap(({ suspect, then }) =>
    then.kind === "unknown" ? [{ ...suspect, why: `${suspect.sentence}; ${then.why}` }] : [],
  );
  const is = (enforced: boolean): readonly Suspect[] =>
    judged.flatMap(({ suspect, then }) => (then.kind === "known" && then.enforced === enforced ? [suspect] : []));
  return { uncertified: is(true), notEnforced: is(false).length, certified, unknown: [...unknown, ...unreadable] };
}

interface Read {
  readonly merges: readonly MergeToCertify[];
  readonly steps: readonly TargetStep[];
  readonly checks: readonly AppCheck[];
}

async function readAll(
  client: Client,
  repository: RepositoryRef,
  {
    branch,
    since,
    named,
    tell,
  }: { branch: BranchName; since: Instant; named: Named | undefined; tell: Question["tell"] },
): Promise<Result<Read, ForgeProblem>> {
  const { readCertificates, readCommitChecks } = await import("../../forge/github/merge-certificates.ts");
  const { readTargetSteps } = await import("../../forge/github/merge-history.ts");
  const app = named?.app === undefined ? {} : { app: named.app.id };
  tell(`Reading how ${branch} moved`);
  const steps = await readTargetSteps(client, repository, { branch, since });
  if (!steps.ok) return steps;
  const moved = steps.value.filter(({ at, from, to }) => at >= since && !/^0+$/.test(from) && !/^0+$/.test(to));
  tell(`Reading certificates of merges into ${branch}`);
  const merges = await readCertificates(client, repository, { branch, since, most: MOST_MERGES, ...app });
  if (!merges.ok) return merges;
  tell(`Reading certificates of ${counted(moved.length, "commit")}`);
  const checks = await readCommitChecks(client, repository, { shas: moved.map(({ to }) => to), ...app });
  return checks.ok ? ok({ merges: merges.value, steps: moved, checks: checks.value }) : checks;
}

interface Named {
  readonly app?: App;
  /** Completes "certified by …, ". */
  readonly how: string;
}

/** By people, else by the branch rule; `undefined` = neither says. */
async function namedApp(
  client: Client,
  repository: RepositoryRef,
  { branch, app }: { readonly branch: BranchName; readonly app: string | undefined },
): Promise<Result<Named | undefined, CliProblem>> {
  const { readApp, readRequiredApps } = await import("../../forge/github/audit-facts.ts");
  if (app !== undefined && /^\d+$/.test(app)) return ok({ app: { id: Number(app), slug: "" }, how: "as --app says" });
  if (app !== undefined) {
    const read = await readApp(client, repository, app);
    return read.ok ? ok({ app: read.value, how: "as --app says" }) : fail(ofForge(read.problem));
  }
  const required = await readRequiredApps(client, repository, { branch, context: GATE_CONTEXT });
  if (!required.ok) return fail(ofForge(required.problem));
  const [id, ...others] = required.value;
  if (id === undefined) return ok(undefined);
  if (others.length > 0) return fail(unclear(`rules of ${branch} require ${GATE_CONTEXT}`, required.value.map(String)));
  return ok({ app: { id, slug: "" }, how: `whose ${GATE_CONTEXT} the branch rule requires` });
}

function publisher(checks: readonly AppCheck[]): Named | { readonly several: CliProblem } {
  const chosen = publisherOf(checks);
  switch (chosen.kind) {
    case "app":
      return {
        app: chosen.app,
        how: `the only one that wrote verdicts here (${chosen.verdicts}); if it is not yours, say --app`,
      };
    case "none":
      return { how: "no App wrote a verdict here and no branch rule names one; if there is one, say --app" };
    case "several":
      return {
        several: unclear(
          "verdicts were written",
          chosen.apps.map(({ id, slug }) => `${slug} (${id})`),
        ),
      };
  }
}

function unclear(what: string, apps: readonly string[]): CliProblem {
  return {
    message: `Cannot tell whose certificates count: ${what} of several Apps: ${apps.join(", ")}`,
    hint: "say which one is plustwo here: --app ID or --app SLUG",
    exit: EXIT.malformed,
  };
}
