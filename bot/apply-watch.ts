/**
 * What the watchdogs ask for: a gate commit pushed once more, jobs run again, runs stopped that nobody needs, and a target
 * that refuses remembered, so that it is asked again ever later instead of at once. What happened stands with the build.
 */
import { tipOf } from "../src/core/gate/identity.ts";
import type { Action, Build } from "../src/core/gate/snapshot.ts";
import { branchOfRef, type BuildId, type RefName, type Sha } from "../src/core/ids.ts";
import type { PushRefusal } from "../src/core/gate/watch.ts";
import { after, type Instant } from "../src/core/time.ts";
import type { PushMove } from "../src/git/remote.ts";
import type { Applied, Applying } from "./applying.ts";
import { applyLand } from "./apply-land.ts";
import { describeProblem, forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import { buildById, saveBuild } from "./store/queue.ts";

const FIRST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 600_000;

type BuildAction = Extract<Action, { kind: "build" }>;

/**
 * The same commit in a slot of its own, and the old slot gone, in one push. Died before it was written down: the next look
 * decides the same and finds it pushed.
 */
export async function pushAgain(
  at: Applying,
  action: BuildAction,
  again: NonNullable<BuildAction["again"]>,
): Promise<Applied> {
  const { service, gathered } = at;
  const known = await buildById(service.store, gathered.facts.id, action.build);
  const sha = known === undefined ? undefined : tipOf(known.build);
  if (known === undefined || sha === undefined) return { kind: "nothing" };
  service.log.warn({ sha, from: again.from, to: action.ref, why: again.why }, "a gate commit is pushed once more");
  await stopRuns(at, sha, again.from);
  const { git, address } = gathered.mirror;
  const updates = [...moveOf(at, again.from, undefined), ...moveOf(at, action.ref, sha)];
  const pushed = updates.length === 0 ? undefined : await git.push(address, updates);
  if (pushed?.ok === false) {
    if (pushed.problem.kind === "stale") return { kind: "changed" };
    return { kind: "problem", problem: gitProblem(pushed.problem) };
  }
  const { rerun: _, ...build } = known.build;
  const next: Build = {
    ...build,
    ref: action.ref,
    pushes: again.push,
    pushedFor: again.why,
    askedAt: service.clock.now(),
  };
  await saveBuild(service.store, gathered.facts.id, { ...known, build: next });
  return { kind: "changed" };
}

/** From what is there now; nothing where it is as wanted already. */
function moveOf({ gathered }: Applying, ref: RefName, to: Sha | undefined): readonly PushMove[] {
  const branch = branchOfRef(ref);
  const from = branch === undefined ? undefined : gathered.tips.branches.get(branch);
  return from === to ? [] : [{ ref, from, to }];
}

/** Saves CI's minutes; a forge that does not want to is no reason to stop. */
export async function stopRuns({ service, gathered }: Applying, sha: Sha, ref: RefName): Promise<void> {
  const stopped = await service.forge.cancel(gathered.ref, sha, ref);
  if (!stopped.ok) service.log.info({ sha, ref, problem: stopped.problem.kind }, "runs of the gate were not cancelled");
  else if (stopped.value > 0) service.log.info({ sha, ref, runs: stopped.value }, "runs of the gate cancelled");
}

/** Asked once for each attempt; what the forge answered decides what comes next. */
export async function runAgain(at: Applying, action: Extract<Action, { kind: "rerun" }>): Promise<Applied> {
  const { service, gathered } = at;
  const known = await buildById(service.store, gathered.facts.id, action.build);
  const sha = known === undefined ? undefined : tipOf(known.build);
  if (known === undefined || sha === undefined) return { kind: "nothing" };
  const asked = await service.forge.rerun(gathered.ref, sha, action.jobs);
  const kind = asked.ok ? undefined : asked.problem.kind;
  if (!asked.ok && kind !== "refused" && kind !== "forbidden" && kind !== "not-found") {
    return { kind: "problem", problem: forgeProblem(asked.problem) };
  }
  const refused = asked.ok ? {} : { refused: describeProblem(forgeProblem(asked.problem)) };
  const rerun = { attempt: action.attempt, at: service.clock.now(), ...refused };
  await saveBuild(service.store, gathered.facts.id, { ...known, build: { ...known.build, rerun } });
  return { kind: "changed" };
}

/** Lands, or remembers with the build who did not want it and why. Words that come back unchanged cost nothing more. */
export async function landOrRemember(at: Applying, action: Extract<Action, { kind: "land" }>): Promise<Applied> {
  const landed = await applyLand(at, action);
  if (landed.kind !== "problem") return landed;
  const kind = kindOf(landed.problem);
  if (kind === undefined) return landed;
  const { service, gathered } = at;
  const id = action.proof.flatMap((text) => (text.startsWith("build:") ? [text.slice(6)] : []))[0];
  const build = gathered.snapshot.gates.flatMap(({ builds }) => builds).find((one) => one.id === id)?.id;
  if (build === undefined) return landed;
  const why = describeProblem(landed.problem);
  await remember(at, build, { kind, why });
  service.log.warn({ target: action.target, sha: action.to, problem: why }, "a tested commit could not be landed");
  // A refusal waits its time with the rest of the gate going on; trouble is the loop's to try again.
  return kind === "refused" ? { kind: "changed" } : landed;
}

/** Asked again ever later. */
export function refusedAgain(before: PushRefusal | undefined, why: string, now: Instant): PushRefusal {
  const count = countOf(before, now);
  const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(count.times - 1, 10), LONGEST_RETRY_MS);
  return { kind: "refused", why, ...count, next: after(now, wait) };
}

function countOf(before: PushRefusal | undefined, now: Instant): Pick<PushRefusal, "since" | "times"> {
  return { since: before?.since ?? now, times: (before?.times ?? 0) + 1 };
}

async function remember(
  { service, gathered }: Applying,
  id: BuildId,
  what: { readonly kind: "refused" | "trouble"; readonly why: string },
): Promise<void> {
  const known = await buildById(service.store, gathered.facts.id, id);
  if (known === undefined) return;
  const now = service.clock.now();
  const refusal =
    what.kind === "refused"
      ? refusedAgain(known.build.refusal, what.why, now)
      : { ...what, ...countOf(known.build.refusal, now), next: now };
  await saveBuild(service.store, gathered.facts.id, { ...known, build: { ...known.build, refusal } });
}

/** Said no, or could not be asked; `undefined`: not the forge's doing. */
function kindOf(problem: ServiceProblem): "refused" | "trouble" | undefined {
  switch (problem.kind) {
    case "git":
      return ["rejected", "authentication"].includes(problem.problem.kind) ? "refused" : "trouble";
    case "forge":
      return ["refused", "forbidden"].includes(problem.problem.kind) ? "refused" : "trouble";
    case "stopped":
    case "restless":
    case "some-actions":
      return undefined;
  }
}
