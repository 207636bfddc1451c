import { describe, expect, it } from "vitest";
import { JOBS, GateWorld, SETTLE_MS, START_MS, sha, TOTAL_MS } from "./gate-world.ts";

describe("a ready change", () => {
  it("enters, is built onto the tip, and lands as exactly the commit that passed", () => {
    const world = new GateWorld().becomesReady(12).settles();
    const build = world.building(12);
    expect(build).toMatchObject({ onto: sha("tip0"), ref: "refs/heads/gate/main/1" });
    world.passes(12).settles();
    expect(world.log).toEqual(["#12 enters", "#12 is built", "#12 lands"]);
    expect(world.tip).toBe(build?.commits[0]);
  });

  it("is sealed when it enters: a later message changes neither the item nor the build", () => {
    const world = new GateWorld().becomesReady(12).settles();
    const before = world.snapshot();
    world.waits(1000).becomesReady(12, 1, { message: "another message", certificate: "sha256:other" }).settles();
    expect(world.snapshot().items).toEqual(before.items);
    expect(world.snapshot().builds).toEqual(before.builds);
  });

  it("waits while one job is still running, and lands when the last has passed", () => {
    const world = new GateWorld().becomesReady(12).settles();
    world.job(12, "style", "passed").job(12, "unit", "passed").job(12, "integration", "running").settles();
    expect(world.landedChanges()).toEqual([]);
    world.job(12, "integration", "passed").settles();
    expect(world.landedChanges()).toEqual([12]);
  });

  it("keeps its place and its build while something of it cannot be read, lands nothing, and lets others by", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12);
    const [known] = world.ready;
    world.isNoLongerReady(12).unknown = [{ change: 12, head: sha("12.1") }];
    expect(world.decide().actions).toEqual([]);
    world.becomesReady(13).settles();
    expect(world.building(13)).toBeDefined();
    world.unknown = [];
    if (known !== undefined) world.ready.push(known);
    world.settles();
    expect(world.landedChanges()).toEqual([12]);
    world.isNoLongerReady(13).unknown = [{ change: 13, head: sha("13.2") }];
    world.settles();
    expect(world.log.at(-1)).toMatch(/#13 leaves/);
  });

  it.each([
    ["unit", "failed"],
    ["unit", "lost"],
    ["style", "queued"],
  ] as const)("does not land with %s %s, whatever the build's own state says", (job, state) => {
    const world = new GateWorld().becomesReady(12).settles().passes(12).job(12, job, state);
    for (const build of world.builds) build.state = { kind: "passed" };
    expect(world.decide().actions.filter(({ kind }) => kind === "land")).toEqual([]);
  });

  it("does not land on a job the policy requires and nobody reported", () => {
    const world = new GateWorld().becomesReady(12).settles();
    world.job(12, "style", "passed").job(12, "unit", "passed");
    expect(world.decide()).toEqual({ actions: [], wakeAt: world.now + START_MS });
  });

  it("names in the land action the build, every job's attempt and the certificate it rests on", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12);
    const [land] = world.decide().actions;
    expect(land).toMatchObject({
      kind: "land",
      from: sha("tip0"),
      proof: [
        `build:${world.builds[0]?.id}`,
        "job:style#1",
        "job:unit#1",
        "job:integration#1",
        "certificate:sha256:12.1",
      ],
    });
  });

  it("counts a newer failed attempt over an older passed one, in any order of the list", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12);
    const build = world.building(12);
    if (build === undefined) throw new Error("no build");
    const failed = { job: JOBS[1]!, state: "failed", attempt: 2, endedAt: world.now } as const;
    build.jobs = [failed, ...build.jobs];
    expect(world.decide().actions).toEqual([]);
    build.jobs = [...build.jobs.slice(1), failed];
    expect(world.decide().actions).toEqual([]);
  });
});

describe("order", () => {
  it("is priority, then the time of becoming ready, then the number", () => {
    const world = new GateWorld().becomesReady(14).becomesReady(13);
    world.waits(1).becomesReady(11).becomesReady(99, 1, { priority: 5 });
    world.settles();
    expect(world.log.filter((line) => line.endsWith("enters"))).toEqual(
      [99, 13, 14, 11].map((change) => `#${change} enters`),
    );
  });

  it("puts a change behind the lower one it needs, which inherits its priority", () => {
    const world = new GateWorld()
      .becomesReady(10)
      .becomesReady(21, 1, { after: [20], priority: 5 })
      .becomesReady(20);
    world.settles().passes(20).settles().passes(21).settles().passes(10).settles();
    expect(world.landedChanges()).toEqual([20, 21, 10]);
  });

  it("leaves a change outside while its lower change is neither ready nor landed", () => {
    const world = new GateWorld().becomesReady(21, 1, { after: [20] }).settles();
    expect(world.log).toEqual([]);
    world.becomesReady(20).settles();
    expect(world.log).toEqual(["#20 enters", "#21 enters", "#20 is built"]);
  });

  it("puts a change that was set upon another one behind it, also when it was in the gate before", () => {
    const world = new GateWorld().becomesReady(21).becomesReady(22).settles().passes(21);
    world
      .becomesReady(20)
      .becomesReady(21, 1, { after: [20] })
      .settles();
    expect(world.landedChanges()).toEqual([]);
    world.passes(22).settles().passes(20).settles().passes(21).settles();
    expect(world.landedChanges()).toEqual([22, 20, 21]);
  });

  it("sends out a change that was set upon one that is not in the gate", () => {
    const world = new GateWorld()
      .becomesReady(21)
      .settles()
      .becomesReady(21, 1, { after: [20] })
      .settles();
    expect(world.log.at(-1)).toBe(
      "#21 leaves (dependency): It needs #20, which is not in the gate; it comes back by itself once that is",
    );
  });

  it("does not stop a running build for a more urgent newcomer, which is next", () => {
    const world = new GateWorld()
      .becomesReady(10)
      .becomesReady(11)
      .settles()
      .becomesReady(99, 1, { priority: 9 })
      .settles();
    world.passes(10).settles();
    expect(world.log).toEqual(["#10 enters", "#11 enters", "#10 is built", "#99 enters", "#10 lands", "#99 is built"]);
  });
});

describe("a red build", () => {
  it("is provisional until the settle window is over, then the change leaves with the job and why", () => {
    const world = new GateWorld().becomesReady(12).settles();
    world.job(12, "unit", "failed", { why: "lexer.test.ts:41 expected 3, got 2" }).settles();
    expect(world.decide()).toEqual({ actions: [], wakeAt: world.now + SETTLE_MS });
    world.waits(SETTLE_MS).settles();
    expect(world.log.slice(2)).toEqual([
      "a build is cancelled",
      "#12 leaves (own-fault): unit failed on the merge of #12 into main: lexer.test.ts:41 expected 3, got 2",
    ]);
    expect(world.tip).toBe(sha("tip0"));
  });

  it("is forgotten when a newer attempt passes within the window", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12).job(12, "unit", "failed").settles();
    world
      .waits(SETTLE_MS - 1)
      .job(12, "unit", "running", { attempt: 2, startedAt: world.now })
      .settles();
    world.waits(SETTLE_MS).settles();
    world.job(12, "unit", "passed").settles();
    expect(world.landedChanges()).toEqual([12]);
  });

  it("lets the next change be built onto the same tip", () => {
    const world = new GateWorld().becomesReady(12).becomesReady(13).settles();
    world.job(12, "unit", "failed").waits(SETTLE_MS).settles();
    expect(world.building(13)?.onto).toBe(sha("tip0"));
  });

  it("keeps the same head out, and lets a new patch set in", () => {
    const world = new GateWorld().becomesReady(12).settles().job(12, "unit", "failed").waits(SETTLE_MS).settles();
    world.becomesReady(12).settles();
    expect(world.items).toEqual([]);
    world.becomesReady(12, 2).settles();
    expect(world.items.map(({ members }) => members)).toEqual([[{ change: 12, head: sha("12.2") }]]);
  });

  it("takes along what needs it, saying so, and that comes back with its lower change", () => {
    const world = new GateWorld()
      .becomesReady(20)
      .becomesReady(21, 1, { after: [20] })
      .becomesReady(22, 1, { after: [21] });
    world.settles().job(20, "unit", "failed").waits(SETTLE_MS).settles();
    expect(world.log.filter((line) => line.includes("leaves (dependency)"))).toEqual([
      "#21 leaves (dependency): It needs #20, which left the gate; it comes back by itself once that is in the gate again",
      "#22 leaves (dependency): It needs #21, which left the gate; it comes back by itself once that is in the gate again",
    ]);
    expect(world.items).toEqual([]);
    world.becomesReady(20, 2).settles();
    expect(world.items.map(({ members }) => members[0]?.change)).toEqual([20, 21, 22]);
  });
});

describe("what overtakes a build", () => {
  it("a tip that moved refutes it: it is cancelled and the change built onto the new tip", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12).somebodyPushes().settles();
    expect(world.log).toEqual(["#12 enters", "#12 is built", "a build is cancelled", "#12 is built"]);
    expect(world.building(12)?.onto).toBe(world.tip);
    world.passes(12).settles();
    expect(world.landedChanges()).toEqual([12]);
  });

  it("a red result of a refuted build blames nobody", () => {
    const world = new GateWorld()
      .becomesReady(12)
      .settles()
      .job(12, "unit", "failed")
      .waits(SETTLE_MS)
      .somebodyPushes();
    world.settles();
    expect(world.log.filter((line) => line.includes("leaves"))).toEqual([]);
  });

  it("a new patch set takes the old one out and lets the new one in", () => {
    const world = new GateWorld().becomesReady(12).settles().becomesReady(12, 2).settles();
    expect(world.log.slice(2)).toEqual([
      "a build is cancelled",
      "#12 leaves (withdrawn): #12 has a new patch set; the one in the gate was 31322e3",
      "#12 enters",
      "#12 is built",
    ]);
  });

  it("a lost requirement takes the change out even when its build has passed", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12).isNoLongerReady(12).settles();
    expect(world.landedChanges()).toEqual([]);
    expect(world.log.at(-1)).toContain("#12 leaves (requirement): #12 no longer meets its requirements");
    world.becomesReady(12).waits(5).settles();
    expect(world.building(12)).toBeDefined();
  });

  it("a crash between the push and its record ends in the same landing, once", () => {
    const world = new GateWorld().becomesReady(12).becomesReady(13).settles().passes(12);
    world.tip = world.building(12)!.commits[0]!;
    world.isNoLongerReady(12).settles();
    expect(world.landedChanges()).toEqual([12]);
    expect(world.log.filter((line) => line.includes("leaves"))).toEqual([]);
    expect(world.building(13)?.onto).toBe(world.tip);
  });

  it("a gate commit that somebody pushed before it had passed is not recorded as landed by the gate", () => {
    const world = new GateWorld().becomesReady(12).settles().job(12, "unit", "passed");
    world.tip = world.building(12)!.commits[0]!;
    world.isNoLongerReady(12).settles();
    expect(world.landedChanges()).toEqual([]);
  });
});

describe("a conflict", () => {
  it("sends the change out with the files and the way out, and the next one is built", () => {
    const world = new GateWorld();
    world.conflicts.set(sha("12.1"), ["src/db.ts", "README.md"]);
    world.becomesReady(12).becomesReady(13).settles();
    expect(world.log).toContain("#12 leaves (conflict): #12 conflicts with main in src/db.ts, README.md");
    expect(world.building(13)).toBeDefined();
  });
});

describe("no verdict", () => {
  it("reruns a lost job as often as the policy allows, then says so and lets the next change through", () => {
    const world = new GateWorld().becomesReady(12).becomesReady(13).settles().passes(12);
    for (const attempt of [1, 2, 3]) world.job(12, "unit", "lost", { attempt, why: "the runner stopped" }).settles();
    expect(world.log.filter((line) => line.startsWith("unit"))).toEqual([
      "unit is rerun (attempt 2)",
      "unit is rerun (attempt 3)",
    ]);
    expect(world.log).toContain(
      "#12 leaves (lost): No verdict on the merge of #12 into main: unit was lost 3 times without a verdict: the runner stopped",
    );
    expect(world.building(13)).toBeDefined();
  });

  it("asks for the same attempt as long as it does not show", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12).job(12, "unit", "lost");
    expect(world.decide().actions).toEqual(world.decide().actions);
    expect(world.decide().actions).toMatchObject([{ kind: "rerun", jobs: ["unit"], attempt: 2 }]);
  });

  it("waits with a rerun until the run's other jobs have ended, as GitHub does", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12).job(12, "unit", "lost");
    world.job(12, "integration", "running");
    expect(world.decide()).toEqual({ actions: [], wakeAt: world.now + TOTAL_MS });
    world.job(12, "integration", "passed");
    expect(world.decide().actions).toMatchObject([{ kind: "rerun", jobs: ["unit"] }]);
  });

  it("says which job never started on the gate commit", () => {
    const world = new GateWorld()
      .becomesReady(12)
      .settles()
      .job(12, "style", "passed")
      .job(12, "integration", "passed");
    world.waits(START_MS - 1).settles();
    expect(world.items).toHaveLength(1);
    world.waits(1).settles().waits(START_MS).settles();
    expect(world.log.at(-1)).toContain("leaves (lost)");
    expect(world.log.at(-1)).toContain("no run of style started on the gate commit within 5 min");
  });

  it("ends a job that runs over the total time", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12).job(12, "unit", "running");
    expect(world.decide().wakeAt).toBe(world.now + TOTAL_MS);
    world.waits(TOTAL_MS).settles();
    expect(world.log.at(-1)).toContain("unit did not finish within 60 min (attempt 1)");
  });

  it("passes on why the gate commit could not be tested at all", () => {
    const world = new GateWorld().becomesReady(12).settles();
    world.building(12)!.state = { kind: "lost", why: "GitHub refused gate/main/1: the App lacks `workflows`" };
    world.settles();
    expect(world.log.at(-1)).toContain("GitHub refused gate/main/1: the App lacks `workflows`");
    expect(world.items).toEqual([]);
  });
});

describe("a hold", () => {
  it("on the target stops building and landing, and changes still come in", () => {
    const world = new GateWorld().becomesReady(12).settles().passes(12);
    world.holds.push({ scope: "target", why: "release day" });
    world.becomesReady(13).settles();
    expect(world.log).toEqual(["#12 enters", "#12 is built", "#13 enters"]);
    world.holds = [];
    world.settles();
    expect(world.log.slice(3)).toEqual(["#12 lands", "#13 is built"]);
  });

  it("on one item lets the others by, and what needs it waits", () => {
    const world = new GateWorld()
      .becomesReady(12)
      .becomesReady(13, 1, { after: [12] })
      .becomesReady(14)
      .settles();
    world.passes(12);
    world.holds.push({ scope: world.items[0]!.id, why: "carol asked" });
    world.settles().passes(14).settles();
    expect(world.landedChanges()).toEqual([14]);
    world.holds = [];
    world.settles().passes(12).settles().passes(13).settles();
    expect(world.landedChanges()).toEqual([14, 12, 13]);
  });

  it("no slots at all means no builds", () => {
    const world = new GateWorld();
    world.slots = 0;
    expect(world.becomesReady(12).settles().builds).toEqual([]);
  });
});
