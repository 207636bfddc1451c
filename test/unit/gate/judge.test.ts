// The watchdogs of the gate, and what is no failure. The names in brackets are the incidents of 2026 that a row keeps from coming back.
import { describe, expect, it } from "vitest";
import { jobName } from "../../../src/core/ids.ts";
import { after } from "../../../src/core/time.ts";
import { CI, GateWorld, SETTLE_MS, START_MS, TOTAL_MS } from "./gate-world.ts";

const MINUTE = 60_000;
const built = (): GateWorld => new GateWorld().becomesReady(12).settles();
const history = (job: string, p99Ms: number): GateWorld["history"] => ({
  [jobName(job)]: { medianMs: p99Ms / 2, p95Ms: p99Ms, p99Ms, failRate: 0, flakeRate: 0 },
});
const left = (world: GateWorld): string | undefined => world.log.find((line) => line.includes("leaves"));

describe("no run starts", () => {
  it("is noticed after the start time, pushed once more to a slot of its own, and then given up with a sentence [agent-glovebox#3862]", () => {
    const world = built();
    expect(world.decide().wakeAt).toBe(world.now + START_MS);
    const [commit] = world.building(12)?.commits ?? [];
    world.waits(START_MS).settles();
    expect(world.building(12)).toMatchObject({ commits: [commit], ref: "refs/heads/gate/main/2", pushes: 2 });
    expect(left(world)).toBeUndefined();
    expect(world.decide()).toEqual({ actions: [], wakeAt: world.now + START_MS });
    world.waits(START_MS).settles();
    expect(left(world)).toBe(
      "#12 leaves (lost): No verdict on the merge of #12 into main: no run of style started on the gate commit within 5 min, though the commit was pushed 2 times",
    );
  });

  it("is forgotten when the second push starts one", () => {
    const world = built().waits(START_MS).settles().passes(12).settles();
    expect(world.landedChanges()).toEqual([12]);
  });

  it("lets the change behind it through", () => {
    const world = new GateWorld().becomesReady(12).becomesReady(13).settles();
    world.waits(START_MS).settles().waits(START_MS).settles().passes(13).settles();
    expect(world.landedChanges()).toEqual([13]);
  });

  it("is not said of a job that needs others: its run is there", () => {
    const world = built().run(12).job(12, "style", "passed").job(12, "unit", "running");
    world
      .waits(START_MS + 1)
      .run(12)
      .settles();
    expect(world.building(12)?.pushes).toBeUndefined();
    expect(left(world)).toBeUndefined();
  });
});

describe("a run that says it has no verdict to give", () => {
  it.each([
    [
      "without the job, though it completed [tamagui#4183]",
      { conclusion: "success", lacks: [jobName("unit")] },
      `${CI} ran and has no job unit`,
    ],
    ["waiting for a maintainer", { conclusion: "action_required" }, `${CI} waits for a maintainer to approve its run`],
  ])("%s: at once, not after the start time", (_name, run, why) => {
    const world = built().job(12, "style", "passed").job(12, "integration", "passed");
    world.run(12, { status: "completed", ...run }).settles();
    expect(left(world)).toBe(`#12 leaves (lost): No verdict on the merge of #12 into main: ${why}`);
  });

  it("could not be started: pushed once more at once, then given up with the workflow's name", () => {
    const unreadable = { status: "completed", conclusion: "startup_failure", lacks: [] } as const;
    const world = built().run(12, unreadable).settles();
    expect(world.log.at(-1)).toContain("a build is pushed again to gate/main/2: GitHub could not start");
    world.run(12, unreadable).settles();
    expect(left(world)).toContain(
      `#12 leaves (lost): No verdict on the merge of #12 into main: GitHub could not start ${CI}`,
    );
  });

  it("was cancelled before a later job began: pushed once more", () => {
    const world = built().job(12, "style", "passed").job(12, "unit", "passed");
    world.run(12, { status: "completed", conclusion: "cancelled", lacks: [jobName("integration")] }).settles();
    expect(world.log.at(-1)).toContain("was stopped (cancelled) before integration began");
  });

  it("waits a moment for a job that came between two reads", () => {
    const world = built().job(12, "style", "passed").job(12, "unit", "passed");
    world.run(12, { status: "completed", conclusion: "success", lacks: [] }).settles();
    expect(left(world)).toBeUndefined();
    world.job(12, "integration", "passed").settles();
    expect(world.landedChanges()).toEqual([12]);
  });
});

describe("no progress", () => {
  it("for the progress time pushes once more, and then gives up; every move of a job starts it anew", () => {
    const world = built();
    world.progressMs = 20 * MINUTE;
    world.passes(12).job(12, "integration", "running").settles();
    expect(world.decide().wakeAt).toBe(world.now + 20 * MINUTE);
    world.waits(20 * MINUTE).settles();
    expect(world.log.at(-1)).toBe(
      "a build is pushed again to gate/main/2: no job changed its state for 20 min (integration running)",
    );
    world.job(12, "style", "queued").job(12, "unit", "queued").job(12, "integration", "queued").settles();
    world
      .waits(19 * MINUTE)
      .job(12, "style", "running")
      .settles();
    world.waits(19 * MINUTE).settles();
    expect(left(world)).toBeUndefined();
    world.waits(MINUTE).settles();
    expect(left(world)).toContain(
      "no job changed its state for 20 min (unit queued, integration queued, style running), though",
    );
  });

  it("is not shorter than half as long again as the job has ever taken [sparq#4586]", () => {
    const world = built();
    world.progressMs = 20 * MINUTE;
    world.history = history("integration", 60 * MINUTE);
    world
      .passes(12)
      .job(12, "integration", "running")
      .waits(89 * MINUTE);
    expect(world.decide().actions).toEqual([]);
    expect(left(world.waits(TOTAL_MS))).toBeUndefined();
  });
});

describe("the total time", () => {
  it("is the greater of what is configured and half as long again as the job's 99 of 100 [sparq#4586]", () => {
    const world = built();
    world.history = history("unit", 80 * MINUTE);
    world.passes(12).job(12, "unit", "running");
    expect(world.decide().wakeAt).toBe(world.now + 120 * MINUTE);
    world.waits(120 * MINUTE).settles();
    expect(left(world)).toContain("unit did not finish within 120 min (attempt 1)");
  });
});

describe("a red job", () => {
  it("is no verdict while a newer attempt is queued or running, also after the settle window [camunda-platform-helm#6643]", () => {
    const world = built().passes(12).job(12, "unit", "failed").settles();
    world.waits(SETTLE_MS - 1).run(12, { status: "queued", attempt: 2 });
    world.waits(10 * SETTLE_MS).settles();
    expect(left(world)).toBeUndefined();
    world
      .run(12, { status: "completed", conclusion: "success", attempt: 2 })
      .job(12, "unit", "passed", { attempt: 2 })
      .settles();
    expect(world.landedChanges()).toEqual([12]);
  });

  it("is final when the newer attempt is red too", () => {
    const world = built().passes(12).job(12, "unit", "failed").run(12, { status: "running", attempt: 2 }).settles();
    world.waits(SETTLE_MS).job(12, "unit", "failed", { attempt: 2 }).run(12, { status: "completed", attempt: 2 });
    world.waits(SETTLE_MS).settles();
    expect(left(world)).toContain("#12 leaves (own-fault): unit failed");
  });

  it("of an attempt that never ends is no fault of the change", () => {
    const world = built().passes(12).job(12, "unit", "failed").run(12, { status: "queued", attempt: 2 });
    world.waits(TOTAL_MS).settles();
    expect(left(world)).toContain(
      "#12 leaves (lost): No verdict on the merge of #12 into main: attempt 2 of unit did not end",
    );
  });

  it("settles as long as reruns are known to come, at most five minutes, and at once where the policy says 0s", () => {
    const world = built();
    world.rerunMs = 60_000;
    world.passes(12).job(12, "unit", "failed");
    expect(world.decide().wakeAt).toBe(world.now + 90_000);
    world.rerunMs = 3_600_000;
    expect(world.decide().wakeAt).toBe(world.now + 300_000);
    world.settleMs = 0;
    expect(world.decide().actions.map(({ kind }) => kind)).toContain("dequeue");
  });

  it("still settling is not overtaken by a job without a verdict", () => {
    const world = built().job(12, "style", "passed").job(12, "unit", "failed");
    world.job(12, "integration", "lost", { conclusion: "skipped" }).settles();
    expect(left(world)).toBeUndefined();
    world.waits(SETTLE_MS).settles();
    expect(left(world)).toContain("own-fault");
  });
});

describe("no verdict of a job", () => {
  it("that was skipped proves nothing, is not run again, and blames nobody", () => {
    const world = built().passes(12).job(12, "unit", "lost", { conclusion: "skipped" }).settles();
    expect(left(world)).toBe(
      "#12 leaves (lost): No verdict on the merge of #12 into main: unit was skipped on the gate commit, and a skipped job proves nothing",
    );
    expect(world.log.join()).not.toContain("rerun");
  });

  it("waits for the rerun it has asked for, and pushes once more when that does not start", () => {
    const world = built().passes(12).job(12, "unit", "lost", { conclusion: "cancelled" });
    world.building(12)!.rerun = { attempt: 2, at: world.now };
    expect(world.decide()).toEqual({ actions: [], wakeAt: world.now + START_MS });
    world.waits(START_MS).settles();
    expect(world.log.at(-1)).toContain("attempt 2 of unit was asked for and did not start within 5 min");
  });

  it("that GitHub does not run again is pushed once more at once", () => {
    const world = built().passes(12).job(12, "unit", "lost", { conclusion: "stale" });
    world.building(12)!.rerun = { attempt: 2, at: world.now, refused: "this run is too old" };
    world.settles();
    expect(world.log.at(-1)).toContain("unit was lost and could not be run again: this run is too old");
  });
});

describe("a check of several jobs", () => {
  it("is asked for again by the names of its producer, and looked at when waiting alone changes it", () => {
    const world = built().passes(12);
    const legs = ["unit (20)", "unit (22)"].map(jobName);
    world.job(12, "unit", "running", { wakeAt: after(world.now, 5_000), legs });
    expect(world.decide()).toEqual({ actions: [], wakeAt: world.now + 5_000 });
    world.job(12, "unit", "lost", { conclusion: "cancelled", legs });
    expect(world.decide().actions).toMatchObject([{ kind: "rerun", jobs: legs, attempt: 2 }]);
  });
});

describe("the policy is edited while a change is in the gate", () => {
  it("judges the build under the new list of jobs and drops nothing [cmux#13182]", () => {
    const world = built().passes(12).job(12, "unit", "running");
    world.jobs = world.jobs.filter((job) => job !== "unit");
    world.settles();
    expect(world.landedChanges()).toEqual([12]);
  });

  it("pushes the commit once more for a job that was not asked for before", () => {
    const world = built().passes(12).job(12, "unit", "running").waits(START_MS);
    world.jobs = [...world.jobs, jobName("lint")];
    world.settles();
    expect(left(world)).toBeUndefined();
    world.passes(12).job(12, "lint", "passed").settles();
    expect(world.landedChanges()).toEqual([12]);
  });
});

describe("a target that refuses what was tested [objectui#7010]", () => {
  it("is tried again later and not at once, and the change keeps its place", () => {
    const world = built().passes(12).refuses(12, "main is protected", 15_000);
    expect(world.decide()).toEqual({ actions: [], wakeAt: world.now + 15_000 });
    world.waits(15_000).settles();
    expect(world.landedChanges()).toEqual([12]);
  });

  it("lets the others by meanwhile: the refusal may be about this change alone", () => {
    const world = new GateWorld().becomesReady(12).becomesReady(13).settles().passes(12);
    world.refuses(12, "a secret was found in it", 600_000).settles().passes(13).settles();
    expect(world.landedChanges()).toEqual([13]);
    world.settles().passes(12).settles();
    expect(world.landedChanges()).toEqual([13, 12]);
  });
});
