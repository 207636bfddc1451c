import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildIdOf, tipOf } from "../../src/core/gate/identity.ts";
import type { Action, Item } from "../../src/core/gate/snapshot.ts";
import { GateWorld, JOBS, SETTLE_MS, sha, START_MS, TOTAL_MS } from "../unit/gate/gate-world.ts";

const CHANGES = [1, 2, 3, 4, 5] as const;

type Event =
  | { kind: "ready"; change: number; patchSet: number; after: boolean; priority: number }
  | { kind: "unready"; change: number }
  | { kind: "job"; change: number; job: number; state: "queued" | "running" | "passed" | "failed" | "lost" }
  | { kind: "passes"; change: number }
  | { kind: "pushed" }
  | { kind: "conflicts"; change: number; patchSet: number }
  | { kind: "waits"; ms: number }
  | { kind: "hold"; on: boolean }
  | { kind: "hold-item"; change: number }
  | { kind: "crash-after"; actions: number }
  | { kind: "crash-in-landing" };

const change = fc.constantFrom(...CHANGES);
const patchSet = fc.integer({ min: 1, max: 3 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("ready" as const),
      change,
      patchSet,
      after: fc.boolean(),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
  },
  fc.record({ kind: fc.constant("unready" as const), change }),
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("job" as const),
      change,
      job: fc.integer({ min: 0, max: 2 }),
      state: fc.constantFrom(
        "queued" as const,
        "running" as const,
        "passed" as const,
        "failed" as const,
        "lost" as const,
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("passes" as const), change }) },
  fc.record({ kind: fc.constant("pushed" as const) }),
  fc.record({ kind: fc.constant("conflicts" as const), change, patchSet }),
  fc.record({ kind: fc.constant("waits" as const), ms: fc.constantFrom(1, SETTLE_MS, TOTAL_MS) }),
  fc.record({ kind: fc.constant("hold" as const), on: fc.boolean() }),
  fc.record({ kind: fc.constant("hold-item" as const), change }),
  fc.record({ kind: fc.constant("crash-in-landing" as const) }),
  fc.record({ kind: fc.constant("crash-after" as const), actions: fc.integer({ min: 0, max: 3 }) }),
);

function happens(world: GateWorld, what: Event): void {
  switch (what.kind) {
    case "ready": {
      const after =
        what.after && what.change > 1 ? [what.change - 1].filter((n) => !world.landedChanges().includes(n)) : [];
      world.becomesReady(what.change, what.patchSet, { after, priority: what.priority });
      return;
    }
    case "unready":
      world.isNoLongerReady(what.change);
      return;
    case "job":
      if (world.building(what.change) !== undefined) world.job(what.change, JOBS[what.job]!, what.state);
      return;
    case "passes":
      if (world.building(what.change) !== undefined) world.passes(what.change);
      return;
    case "pushed":
      world.somebodyPushes();
      return;
    case "conflicts":
      world.conflicts.set(sha(`${what.change}.${what.patchSet}`), ["a.txt"]);
      return;
    case "waits":
      world.waits(what.ms);
      return;
    case "hold":
      world.holds = what.on ? [{ scope: "target", why: "by hand" }] : [];
      return;
    case "hold-item":
      for (const { id, members } of world.items) {
        if (members[0]?.change === what.change) world.holds.push({ scope: id, why: "by hand" });
      }
      return;
    case "crash-in-landing": {
      // All jobs pass, the target is pushed, the forge marks the change merged, and nobody lives to write it down.
      const built = CHANGES.find((number) => world.building(number) !== undefined);
      if (built === undefined) return;
      const [land] = world
        .passes(built)
        .decide()
        .actions.filter((action) => action.kind === "land");
      if (land === undefined) return;
      checkLanding(world, land);
      world.tip = land.to;
      world.isNoLongerReady(built);
      settle(world);
      expect(world.landedChanges()).toContain(built);
      return;
    }
    case "crash-after": {
      // The service dies in the middle of applying: the rest of the decision is never applied.
      for (const action of world.decide().actions.slice(0, what.actions)) applyChecked(world, action);
      return;
    }
  }
}

/** Every action is held against what the world knows at the moment of applying it. */
function applyChecked(world: GateWorld, action: Action): void {
  if (action.kind === "land") checkLanding(world, action);
  if (action.kind === "build") {
    const item = world.items.find(({ id }) => id === action.stack.at(-1));
    expect(action.onto).toBe(world.tip);
    expect(action.build).toBe(buildIdOf([item as Item], action.onto));
  }
  world.apply(action);
  expect(runningBuilds(world)).toBeLessThanOrEqual(world.slots);
  expect(new Set(world.items.map(({ id }) => id)).size).toBe(world.items.length);
}

function checkLanding(world: GateWorld, action: Action & { kind: "land" }): void {
  const build = world.builds.find((candidate) => action.proof.includes(`build:${candidate.id}`));
  const item = world.items.find(({ id }) => id === action.items[0]);
  expect(build?.onto).toBe(action.from);
  expect(build && tipOf(build)).toBe(action.to);
  expect(build?.stack).toEqual([item?.id]);
  expect(build?.id).toBe(buildIdOf([item as Item], action.from));
  for (const job of JOBS) {
    const attempts = build?.jobs.filter((state) => state.job === job) ?? [];
    expect(attempts.map(({ state }) => state)).toEqual(["passed"]);
  }
  // On a fresh landing the head must be the one that is ready now; only a repeated one may come after the merge.
  if (world.tip === action.from) {
    const [member] = item?.members ?? [];
    expect(world.ready.find((ready) => ready.change === member?.change)?.head).toBe(member?.head);
    expect(world.holds.filter(({ scope }) => scope === "target" || scope === item?.id)).toEqual([]);
  }
}

function runningBuilds(world: GateWorld): number {
  return world.builds.filter(
    ({ state, jobs }) =>
      state.kind === "open" &&
      !JOBS.every((job) => jobs.some((known) => known.job === job && known.state === "passed")),
  ).length;
}

function settle(world: GateWorld): void {
  for (let round = 0; round < 30; round += 1) {
    const { actions, wakeAt } = world.decide();
    expect(world.decide()).toEqual({ actions, ...(wakeAt === undefined ? {} : { wakeAt }) });
    if (wakeAt !== undefined) expect(wakeAt).toBeGreaterThan(world.now);
    if (actions.length === 0) return;
    for (const action of actions) applyChecked(world, action);
  }
  throw new Error(`plan never rests: ${JSON.stringify(world.decide().actions)}`);
}

describe("the gate, whatever happens in whatever order", () => {
  it("lands only what passed for exactly this tip and head, keeps within its slots, and comes to rest", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const world = new GateWorld();
        for (const what of events) {
          happens(world, what);
          if (what.kind !== "crash-after") settle(world);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("starves nobody: once jobs pass and nothing disturbs, every ready change that may land has landed", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const world = new GateWorld();
        for (const what of events) {
          happens(world, what);
          if (what.kind !== "crash-after") settle(world);
        }
        world.holds = [];
        world.conflicts.clear();
        // A stable end: everybody ready with a patch set that was never refused.
        for (const number of CHANGES) world.becomesReady(number, 9, { priority: number % 3 });
        for (let round = 0; round < 3 * CHANGES.length; round += 1) {
          settle(world);
          for (const number of CHANGES) if (world.building(number) !== undefined) world.passes(number);
        }
        expect(world.ready).toEqual([]);
        expect([...world.landedChanges()].sort()).toEqual([...CHANGES]);
      }),
      { numRuns: 200 },
    );
  });

  it("answers the same for the same snapshot in any order of its ready list", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.integer({ min: 0, max: 4 }), (events, turn) => {
        const world = new GateWorld();
        for (const what of events) {
          happens(world, what);
          const before = world.decide();
          world.ready = [...world.ready.slice(turn), ...world.ready.slice(0, turn)];
          expect(world.decide()).toEqual(before);
          settle(world);
        }
      }),
      { numRuns: 100 },
    );
  });

  // Judged as it leaves, by the jobs and runs the gate saw then.
  it("never lets an item leave by its own fault while the newest attempt of the red job goes on, nor for a lost run", () => {
    const job = fc.constantFrom(...JOBS);
    const attempt = fc.integer({ min: 1, max: 3 });
    const seen = fc.oneof(
      fc.record({
        kind: fc.constant("job" as const),
        job,
        attempt,
        state: fc.constantFrom(
          "queued" as const,
          "running" as const,
          "passed" as const,
          "failed" as const,
          "lost" as const,
        ),
        conclusion: fc.constantFrom("cancelled", "skipped", "timed_out", "startup_failure"),
      }),
      fc.record({
        kind: fc.constant("run" as const),
        attempt,
        status: fc.constantFrom("queued" as const, "running" as const, "completed" as const),
        conclusion: fc.constantFrom("success", "failure", "cancelled", "startup_failure", "action_required"),
        lacks: fc.subarray([...JOBS]),
      }),
      fc.record({ kind: fc.constant("waits" as const), ms: fc.constantFrom(1, SETTLE_MS, START_MS, TOTAL_MS) }),
    );
    let faults = 0;
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 25 }), (events) => {
        const world = new GateWorld().becomesReady(1).settles();
        world.progressMs = START_MS * 2;
        for (const what of events) {
          if (world.building(1) === undefined) return;
          if (what.kind === "waits") world.waits(what.ms);
          else if (what.kind === "run") {
            const { status, attempt, conclusion, lacks } = what;
            world.run(1, status === "completed" ? { status, attempt, conclusion, lacks } : { status, attempt });
          } else {
            const { job, state, attempt, conclusion } = what;
            world.job(1, job, state, { attempt, ...(state === "lost" ? { conclusion } : {}) });
          }
          const build = structuredClone(world.building(1));
          const fault = world.decide().actions.find((one) => one.kind === "dequeue" && one.because === "own-fault");
          if (fault !== undefined) {
            faults += 1;
            const red = build?.jobs.filter(({ state }) => state === "failed") ?? [];
            const newest = Math.max(
              ...(build?.runs ?? []).filter(({ status }) => status !== "completed").map((run) => run.attempt),
              0,
            );
            expect(red.some(({ attempt }) => attempt >= newest)).toBe(true);
          }
          settle(world);
        }
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(faults).toBeGreaterThan(0);
  });
});
