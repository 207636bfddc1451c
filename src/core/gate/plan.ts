/**
 * What the gate does next with one target branch: a pure function of what is there. It is asked after every change of
 * the world and answers only the difference, so that losing, doubling or reordering a wake-up changes nothing.
 *
 * It holds, for every decision:
 * - an item lands only on a build of exactly its head onto exactly the present tip, with every job of the pipeline passed;
 * - no more builds are open than there is room for, and none for an item that is gone;
 * - an item leaves with a sentence that says what happened and what to do; a change that is ready comes in.
 *
 * One item is built at a time here: the window is the front. Speculation widens `front` to several items with stacks.
 */
import type { RefName } from "../ids.ts";
import type { Instant } from "../time.ts";
import { buildIdOf, gateRef, tipOf } from "./identity.ts";
import { earliest, judge, type Judgement } from "./judge.ts";
import {
  inOrder,
  type Leaving,
  lostItsPlace,
  newcomers,
  waitsForFacts,
  withoutTheirDependency,
  withPresentNeeds,
} from "./queue.ts";
import type { Action, Build, Decision, GateSnapshot, Item } from "./snapshot.ts";

const SLOT = 1;

export function plan(gate: GateSnapshot, now: Instant): Decision {
  const unlanded = gate.items.filter(({ id }) => !gate.landed.some(({ item }) => item === id));
  const queued = { ...gate, items: withPresentNeeds({ ...gate, items: unlanded }) };
  const arrived = queued.items.flatMap((item) => alreadyLanded(item, queued, now) ?? []);
  const present = {
    ...queued,
    items: queued.items.filter((item) => !arrived.some((landing) => landing.item === item)),
  };

  const ref = gateRef(gate.target.branch, SLOT);
  const own = present.items.flatMap((item) => lostItsPlace(item, present) ?? cannotPass(item, present, ref, now) ?? []);
  // Whoever waited for an item that has arrived has its dependency landed, also before that is written down.
  const known = { ...present, landed: [...present.landed, ...arrived.flatMap(({ record }) => record)] };
  const leaving = [...own, ...withoutTheirDependency(known, own)];
  const staying = present.items.filter((item) => !leaving.some((left) => left.item === item));
  const admitted = newcomers(known, staying, leaving, now);

  const cancelled = staleBuilds(known, staying);
  const running = gate.builds.filter((build) => !cancelled.includes(build) && isRunning(build, gate, now));
  const front = frontOf(inOrder([...staying, ...admitted]), known, now);
  const free = running.length < room(gate);

  return {
    actions: [
      ...arrived.map(({ action }) => action),
      ...cancelled.flatMap((build) => cancel(build, ref)),
      ...leaving.map(({ item, because, why }): Action => ({ kind: "dequeue", item: item.id, because, why })),
      ...admitted.map((item): Action => ({ kind: "enqueue", target: gate.target.branch, item })),
      ...(front === undefined ? [] : advance(front, known, { ref, free, now })),
    ],
    ...wakeAt(staying, known, now),
  };
}

/** The build of this item onto the present tip, with its present seal: the only one that proves anything about it. */
export function currentBuild(item: Item, gate: GateSnapshot): Build | undefined {
  const id = buildIdOf([item], gate.target.tip);
  return gate.builds.find(
    (build) =>
      build.id === id && build.onto === gate.target.tip && build.stack.length === 1 && build.stack[0] === item.id,
  );
}

function judgementOf(item: Item, gate: GateSnapshot, now: Instant): Judgement | undefined {
  const build = currentBuild(item, gate);
  return build === undefined ? undefined : judge(build, gate, now);
}

/** The push of the target went through, but nobody lived to write it down: the tip is a commit we built and proved. */
function alreadyLanded(item: Item, gate: GateSnapshot, now: Instant) {
  const { tip, branch } = gate.target;
  const build = gate.builds.find((candidate) => candidate.stack.at(-1) === item.id && tipOf(candidate) === tip);
  if (build === undefined) return undefined;
  const verdict = judge(build, gate, now);
  if (verdict.kind !== "passed") return undefined;
  const proof = [`build:${build.id}`, ...verdict.proof];
  const action: Action = { kind: "land", target: branch, items: [item.id], from: build.onto, to: tip, proof };
  return { item, action, record: item.members.map(({ change }) => ({ item: item.id, change, sha: tip })) };
}

/** Why the present build ends the item's stay, if it does. */
function cannotPass(item: Item, gate: GateSnapshot, ref: RefName | undefined, now: Instant): Leaving | undefined {
  const { branch } = gate.target;
  if (ref === undefined) return { item, because: "lost", why: `The name of ${branch} is too long for a gate branch` };
  const verdict = judgementOf(item, gate, now);
  if (verdict === undefined) return undefined;
  const names = item.members.map(({ change }) => `#${change}`).join(", ");
  switch (verdict.kind) {
    case "conflict": {
      const files = verdict.files.length === 0 ? "files git did not name" : verdict.files.join(", ");
      const why = `${names} conflicts with ${branch} in ${files}`;
      return { item, because: "conflict", why };
    }
    case "red": {
      const why = `${verdict.job} failed on the merge of ${names} into ${branch}: ${verdict.why}`;
      return { item, because: "own-fault", why };
    }
    case "lost": {
      const why = `No verdict on the merge of ${names} into ${branch}: ${verdict.why}`;
      return { item, because: "lost", why };
    }
    case "waiting":
    case "passed":
    case "rerun":
    case "again":
    case "void":
      return undefined;
  }
}

/** Open builds that nobody may land any more: their item is gone, or the tip they were built onto is. What landed stays as it is. */
function staleBuilds(gate: GateSnapshot, staying: readonly Item[]): readonly Build[] {
  const useful = new Set(staying.map((item) => currentBuild(item, gate)));
  const landed = new Set(gate.landed.map(({ sha }) => sha));
  return gate.builds.filter((build) => {
    const commit = tipOf(build);
    return build.state.kind === "open" && !useful.has(build) && (commit === undefined || !landed.has(commit));
  });
}

function cancel(build: Build, slot: RefName | undefined): readonly Action[] {
  const ref = build.ref ?? slot;
  return ref === undefined ? [] : [{ kind: "cancel", build: build.id, ref }];
}

/**
 * The item being built stays the front until it is decided; else the first that nothing holds back. One that was
 * refused lets the others by until it is tried again: the refusal may be about nobody but itself.
 */
function frontOf(order: readonly Item[], gate: GateSnapshot, now: Instant): Item | undefined {
  const landed = new Set(gate.landed.map(({ item }) => item));
  const free = order.filter(
    (item) =>
      !isHeld(item.id, gate) &&
      !waitsForFacts(item, gate) &&
      item.after.every((needed) => landed.has(needed)) &&
      refusedUntil(item, gate, now) === undefined,
  );
  const begun = free.find((item) => (judgementOf(item, gate, now)?.kind ?? "void") !== "void");
  return begun ?? free[0];
}

/** Takes up room: asked for, and jobs of it may still run. */
function isRunning(build: Build, gate: GateSnapshot, now: Instant): boolean {
  if (build.state.kind !== "open") return false;
  const { kind } = judge(build, gate, now);
  return kind === "waiting" || kind === "rerun" || kind === "again";
}

/** The target has refused what passed, or the gate branch what was to be tested: not tried again before this instant. */
function refusedUntil(item: Item, gate: GateSnapshot, now: Instant): Instant | undefined {
  const next = currentBuild(item, gate)?.refusal?.next;
  const kind = judgementOf(item, gate, now)?.kind;
  return next !== undefined && next > now && (kind === "passed" || kind === "void") ? next : undefined;
}

function isHeld(item: Item["id"], gate: GateSnapshot): boolean {
  return gate.holds.some(({ scope }) => scope === "target" || scope === item);
}

/** One item at a time: wider capacity waits for speculation. */
function room(gate: GateSnapshot): number {
  return Math.min(gate.capacity.slots, 1);
}

interface Chance {
  readonly ref: RefName | undefined;
  readonly free: boolean;
  readonly now: Instant;
}

function advance(item: Item, gate: GateSnapshot, { ref, free, now }: Chance): readonly Action[] {
  const { branch, tip } = gate.target;
  const build = currentBuild(item, gate);
  const verdict = judgementOf(item, gate, now);
  const to = build === undefined ? undefined : tipOf(build);
  if (build !== undefined && verdict?.kind === "passed" && to !== undefined) {
    const certificates = gate.ready.flatMap(({ change, head, certificate }) =>
      item.members.some((member) => member.change === change && member.head === head)
        ? [`certificate:${certificate}`]
        : [],
    );
    const proof = [`build:${build.id}`, ...verdict.proof, ...certificates];
    return [{ kind: "land", target: branch, items: [item.id], from: tip, to, proof }];
  }
  if (build !== undefined && verdict?.kind === "rerun") {
    return [{ kind: "rerun", build: build.id, jobs: verdict.jobs, attempt: verdict.attempt }];
  }
  const jobs = gate.pipeline.jobs;
  if (build?.ref !== undefined && verdict?.kind === "again") {
    const push = (build.pushes ?? 1) + 1;
    // A slot of its own: a run that starts late on the old one is told from those that count.
    const fresh = gateRef(branch, SLOT + push - 1);
    if (fresh === undefined) return [];
    const again = { from: build.ref, push, why: verdict.why };
    return [{ kind: "build", target: branch, build: build.id, onto: tip, stack: [item.id], jobs, ref: fresh, again }];
  }
  const unbuilt = verdict === undefined || verdict.kind === "void";
  if (!unbuilt || !free || ref === undefined) return [];
  const id = buildIdOf([item], tip);
  return [{ kind: "build", target: branch, build: id, onto: tip, stack: [item.id], jobs, ref }];
}

/** The nearest instant at which waiting alone may change the answer. */
function wakeAt(staying: readonly Item[], gate: GateSnapshot, now: Instant): { readonly wakeAt?: Instant } {
  const at = earliest(
    staying.map((item) => {
      const verdict = judgementOf(item, gate, now);
      return verdict?.kind === "waiting" ? verdict.until : refusedUntil(item, gate, now);
    }),
  );
  return at === undefined ? {} : { wakeAt: at };
}
