/**
 * The one loop of the product: gather, decide, apply, until nothing is left to do. It runs for one repository at a time
 * and in one place (`loop.ts`). Actions that fail are named and do not stop the others; they come out again next time.
 */
import { decide } from "../src/core/gate/decide.ts";
import { earliest } from "../src/core/gate/judge.ts";
import type { Action, Decision } from "../src/core/gate/snapshot.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { Instant } from "../src/core/time.ts";
import type { RepositoryFacts } from "../src/forge/forge.ts";
import { apply } from "./apply.ts";
import { emptySlot } from "./apply-land.ts";
import { leaveBehind, type Attending } from "./attend.ts";
import { keyOf, type Applied } from "./applying.ts";
import { gather, type Gathered } from "./gather.ts";
import { rememberTold } from "./gather-merged.ts";
import type { Look, LookEnd } from "./loop.ts";
import { restoreHeads } from "./move-heads.ts";
import { describeProblem, forgeProblem, retryAt, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { forgetStirred, stirredIn } from "./store/judged.ts";
import { openItems, staleBuilds } from "./store/queue.ts";
import { forgetRepository, rememberRepository, wake } from "./store/repositories.ts";
import { withoutPolicy } from "./without-policy.ts";

/** A tick that is still busy after so many rounds is not converging. */
const MOST_ROUNDS = 30;

interface Tick {
  readonly service: Service;
  readonly facts: RepositoryFacts;
  readonly fence: number;
  readonly signal: AbortSignal;
  readonly held: Look["held"];
  /** Failed in this tick: not tried again in it. */
  readonly failed: Map<string, ServiceProblem>;
  readonly attending: Attending;
}

interface Decided {
  readonly gathered: Gathered;
  readonly decision: Decision;
}

export async function look(service: Service, { repository, fence, signal, held }: Look): Promise<LookEnd> {
  const ref = { owner: repository.owner, name: repository.name };
  const known = await service.forge.repository(ref);
  if (!known.ok && known.problem.kind === "not-found") {
    service.log.info({ repository: repository.fullName }, "not ours any more");
    await forgetRepository(service.store, repository.fullName);
    return { kind: "gone" };
  }
  if (!known.ok) return problemEnd(forgeProblem(known.problem));
  const name = fullName(known.value);
  if (name.toLowerCase() !== repository.fullName) {
    await wake(service.store, name, service.clock.now());
    await forgetRepository(service.store, repository.fullName);
    return { kind: "gone" };
  }
  await rememberRepository(service.store, repository.fullName, known.value.id);
  const began = service.clock.now();
  const attending: Attending = { stirred: await stirredIn(service.store, name) };
  const ended = await tick({ service, facts: known.value, fence, signal, held, failed: new Map(), attending });
  service.log.info({ repository: repository.fullName, ms: service.clock.now() - began, ok: ended.ok }, "looked");
  if (!ended.ok) return problemEnd(ended.problem);
  await forgetStirred(service.store, name, attending.stirred.upTo);
  return { kind: "done", ...(ended.value === undefined ? {} : { wakeAt: ended.value }) };
}

function problemEnd(problem: ServiceProblem): LookEnd {
  const at = retryAt(problem);
  return { kind: "problem", sentence: describeProblem(problem), ...(at === undefined ? {} : { retryAt: at }) };
}

function fullName({ ref }: RepositoryFacts): string {
  return `${ref.owner}/${ref.name}`;
}

/** Answers when to look again. */
async function tick(at: Tick): Promise<Result<Instant | undefined, ServiceProblem>> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const decided = await decideNow(at);
    if (!decided.ok) return decided;
    const { actions } = decided.value.decision;
    // Then deeds: what is said about them would be overtaken in the next round.
    const done = await applyAll(at, decided.value.gathered, [
      ...actions.filter(isAnnouncement),
      ...actions.filter((action) => !isWord(action)),
    ]);
    if (at.signal.aborted) return fail({ kind: "stopped" });
    if (done.includes("changed")) continue;
    const words = actions.filter(isWord);
    await applyAll(
      at,
      decided.value.gathered,
      words.filter((action) => !isAnnouncement(action)),
    );
    if (at.signal.aborted) return fail({ kind: "stopped" });
    await emptyIdleSlots(at.service, decided.value.gathered);
    await restoreHeads(at.service, decided.value.gathered);
    if (at.failed.size > 0) return fail(failures(at.failed));
    await rememberTold(at.service, decided.value.gathered);
    await leaveBehind(at.service, decided.value.gathered, words);
    return ok(earliest([decided.value.decision.wakeAt, decided.value.gathered.attended.more]));
  }
  return fail({ kind: "restless", rounds: MOST_ROUNDS });
}

async function decideNow({ service, facts, attending }: Tick): Promise<Result<Decided, ServiceProblem>> {
  const gathered = await gather(service, facts, attending);
  return gathered.ok ? ok(decideOn(service, gathered.value)) : gathered;
}

function decideOn(service: Service, gathered: Gathered): Decided {
  const decision = decide(gathered.snapshot, service.clock.now(), { presets: service.presets });
  const quiet = withoutPolicy(gathered);
  return { gathered, decision: { ...decision, actions: [...decision.actions, ...quiet] } };
}

/** What is lifted is told before it takes effect: a change that lands in this look has no later one. */
function isAnnouncement(action: Action): boolean {
  return action.kind === "report" && action.first === true;
}

/** Changes nothing that a decision rests on. */
function isWord({ kind }: Action): boolean {
  return [
    "publish-check",
    "report",
    "keep-patch-sets",
    "archive-patch-sets",
    "settle-releases",
    "settle-backport",
  ].includes(kind);
}

/** In order; one that fails does not stop the next. */
async function applyAll(at: Tick, gathered: Gathered, actions: readonly Action[]): Promise<readonly Applied["kind"][]> {
  const kinds: Applied["kind"][] = [];
  for (const action of actions) {
    if (at.signal.aborted || !(await at.held())) return kinds;
    const key = keyOf(action);
    if (at.failed.has(key)) continue;
    const applied = await applyOne(at, gathered, action);
    kinds.push(applied.kind);
    if (applied.kind === "problem") {
      at.failed.set(key, applied.problem);
      at.service.log.warn({ action: key, problem: describeProblem(applied.problem) }, "an action failed");
    }
  }
  return kinds;
}

async function applyOne(at: Tick, gathered: Gathered, action: Action): Promise<Applied> {
  const { service, fence } = at;
  const decideAgain = async () => {
    const again = await decideNow(at);
    return again.ok ? ok({ gathered: again.value.gathered, actions: again.value.decision.actions }) : again;
  };
  service.log.debug({ repository: fullName(at.facts), action: keyOf(action) }, "applying");
  return apply({ service, gathered, fence, decideAgain }, action);
}

/** Gate branches of builds whose items are gone, where nothing uses them any more. */
async function emptyIdleSlots(service: Service, gathered: Gathered): Promise<void> {
  const items = (await openItems(service.store, gathered.facts.id)).map(({ item }) => item.id);
  for (const build of await staleBuilds(service.store, gathered.facts.id, items)) {
    await emptySlot(service, gathered, build);
  }
}

function failures(failed: ReadonlyMap<string, ServiceProblem>): ServiceProblem {
  const problems = [...failed.values()];
  // One that names a time to come back says more than a list.
  return (
    problems.find((problem) => retryAt(problem) !== undefined) ?? {
      kind: "some-actions",
      sentences: [...new Set(problems.map(describeProblem))],
    }
  );
}
