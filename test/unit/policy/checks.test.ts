// Their checks (RULINGS 7, 23, 47; threats T4 to T6): lists, patterns, matrices, what need not run, and whose word counts.
import { describe, expect, it } from "vitest";
import { CONCLUSIONS } from "../../../src/core/policy/operators.ts";
import { gateJobs } from "../../../src/core/policy/gate-jobs.ts";
import { matchesGlob } from "../../../src/core/policy/glob.ts";
import type { Check, PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { instant } from "../../../src/core/time.ts";
import {
  alice,
  approved,
  bob,
  branch,
  erin,
  job,
  mallory,
  NOW,
  person,
  policy,
  POLICY_TEXT,
  sha,
  verdict,
} from "./sample.ts";

const TEAM = `version: 1
extends: preset:small-team
mode: enforce
groups:
  core: { teams: [acme/core] }
`;
const CI_BOT = person(99, "ci-bot");
const GATE = branch("gate/main/1");
const ASKED = instant(NOW - 1_000_000);

const unitAs = (entry: string) => policy(`${TEAM}checks: { style: {}, unit: ${entry} }\n`);

function status(context: string, conclusion: string, creator = CI_BOT, more: Partial<Check> = {}): Check {
  const { app: _, workflow: __, event: ___, headBranch: ____, ...bare } = job(context, conclusion, { kind: "status" });
  return { ...bare, creator, ...more };
}

/** What the check phase makes of `unit`, beside a style that passed. */
function unit(entry: string, results: readonly Check[], more: Partial<PolicySnapshot> = {}) {
  const under = unitAs(entry);
  const of = approved({ checks: [job("style"), ...results], ...more });
  const found = verdict(of, under);
  const { state, why } = found.checks?.find(({ name }) => name === "unit") ?? {};
  return { state, why, submittable: found.submittable, wakeAt: found.wakeAt };
}

const onGate = (name: string, conclusion: string | null = "success", more: Partial<Check> = {}) =>
  job(name, conclusion, { event: "push", headBranch: GATE, ...more });

/** What the gate makes of `unit`, beside a style that passed; undefined = left out, so the start watchdog runs. */
function gated(entry: string, results: readonly Check[], now = NOW) {
  const checks = [onGate("style", "success"), ...results];
  const jobs = gateJobs(unitAs(entry).checks, { sha: sha(101), branch: GATE, askedAt: ASKED }, { checks, now });
  return jobs.find(({ job: name }) => name === "unit");
}

describe("every conclusion, whatever the policy allows and requires", () => {
  const FAILS = ["failure", "timed_out", "startup_failure"];
  const cells = [...CONCLUSIONS, "", "unknown", "SUCCESS", "runner_lost"].flatMap((conclusion) =>
    ["[]", "[skipped]", "[neutral]", "[skipped, neutral]"].flatMap((allow) =>
      ["always", "if-present"].map((required) => ({ conclusion, allow, required })),
    ),
  );

  it.each(cells)("$conclusion, allow $allow, required $required", ({ conclusion, allow, required }) => {
    const entry = `{ allow: ${allow}, required: ${required} }`;
    const passes = conclusion === "success" || (conclusion !== "" && allow.includes(conclusion));
    const found = unit(entry, [job("unit", conclusion)]);
    expect(found.submittable).toBe(passes);
    expect(found.state).toBe(passes ? "passed" : FAILS.includes(conclusion) ? "failed" : "not-counted");
    // In the gate only the code's own failure is red; what says nothing of the code is lost, also what nobody knows.
    expect(gated(entry, [onGate("unit", conclusion)])?.state).toBe(
      passes ? "passed" : conclusion === "failure" ? "failed" : "lost",
    );
  });

  it.each(["queued", "in_progress"] as const)("%s is awaited, in both phases, required or not", (progress) => {
    for (const required of ["always", "if-present"]) {
      const entry = `{ required: ${required}, allow: [skipped, neutral] }`;
      expect(unit(entry, [job("unit", null, { status: progress })])).toMatchObject({
        state: "running",
        submittable: false,
      });
      expect(gated(entry, [onGate("unit", null, { status: progress })])?.state).toBe(
        progress === "queued" ? "queued" : "running",
      );
    }
  });
});

describe("style, unit and integration in the gate: only its own success on exactly the gate branch and commit passes", () => {
  const ways: readonly [string, (name: string) => readonly Check[], string | undefined][] = [
    ["passing", (name) => [onGate(name, "success")], "passed"],
    ["failing", (name) => [onGate(name, "failure")], "failed"],
    ["missing", () => [], undefined],
    ["skipped", (name) => [onGate(name, "skipped")], "lost"],
    ["cancelled", (name) => [onGate(name, "cancelled")], "lost"],
    [
      "from another app",
      (name) => [job(name, "success", { kind: "check-run", app: { id: 6, slug: "evil" } })],
      undefined,
    ],
    ["a check run with the default token", (name) => [onGate(name, "success", { kind: "check-run" })], undefined],
    ["of another workflow", (name) => [onGate(name, "success", { workflow: ".github/workflows/evil.yml" })], undefined],
    ["on another event", (name) => [onGate(name, "success", { event: "pull_request" })], undefined],
    ["on another branch", (name) => [onGate(name, "success", { headBranch: branch("change") })], undefined],
    ["on no branch", (name) => [(({ headBranch: _, ...rest }) => rest)(onGate(name, "success"))], undefined],
    ["on another commit", (name) => [onGate(name, "success", { sha: sha(999) })], undefined],
    ["a status", (name) => [status(name, "success", mallory)], undefined],
    ["a name like it", (name) => [onGate(`${name} `, "success"), onGate(name.toUpperCase(), "success")], "queued"],
  ];
  const cells = ["style", "unit", "integration"].flatMap((name) =>
    ways.map(([way, make, state]) => ({ name, way, make, state })),
  );

  it.each(cells)("$name $way", ({ name, make, state }) => {
    const others = ["style", "unit", "integration"].filter((other) => other !== name);
    // Of other workflows, so that nothing of ci.yml suggests that the job is still to come.
    const workflow = (one: string) => `.github/workflows/${one}.yml`;
    const elsewhere = others.map((one) => `${one}: { workflow: ${workflow(one)} }`).join(", ");
    const { checks: sources } = policy(`${POLICY_TEXT}checks: { ${elsewhere} }\n`);
    const checks = [...others.map((one) => onGate(one, "success", { workflow: workflow(one) })), ...make(name)];
    const jobs = gateJobs(sources, { sha: sha(101), branch: GATE, askedAt: ASKED }, { checks, now: NOW });
    expect(jobs.find((one) => one.job === name)?.state).toBe(state);
    expect(jobs.filter((one) => one.state === "passed")).toHaveLength(state === "passed" ? 3 : 2);
  });

  it("and nothing counts for a build that has no branch", () => {
    const at = { sha: sha(101), branch: undefined, askedAt: ASKED };
    expect(gateJobs(policy().checks, at, { checks: [onGate("unit", "success")], now: NOW })).toEqual([]);
  });
});

describe("a matrix", () => {
  const MATRIX = '{ job: "test (*)" }';
  const legs = (...conclusions: readonly (string | null)[]) =>
    conclusions.map((conclusion, index) => ({ name: `test (${18 + 2 * index}, ubuntu)`, conclusion }));
  const rows: readonly [string, readonly (string | null)[], string, string, string][] = [
    ["all green", ["success", "success", "success"], "passed", "3 jobs passed on this commit", "passed"],
    ["one red", ["success", "failure", "success"], "failed", "test (20, ubuntu): it failed; 2 of 3 passed", "failed"],
    [
      "one red, the others stopped",
      ["cancelled", "failure", "cancelled"],
      "failed",
      "test (20, ubuntu): it failed; 0 of 3 passed",
      "failed",
    ],
    [
      "two red",
      ["failure", "failure", "success"],
      "failed",
      "test (18, ubuntu): it failed, and 1 more; 1 of 3 passed",
      "failed",
    ],
    ["one running", ["success", null, "success"], "running", "test (20, ubuntu): running; 2 of 3 passed", "running"],
    [
      "one skipped",
      ["success", "skipped", "success"],
      "not-counted",
      "test (20, ubuntu): skipped; only success counts; 2 of 3 passed",
      "lost",
    ],
    [
      "one stopped, one running",
      ["cancelled", null, "success"],
      "not-counted",
      "test (18, ubuntu): cancelled; only success counts; 1 of 3 passed",
      "running",
    ],
  ];

  it.each(rows)("%s", (_, conclusions, state, why, gate) => {
    const all = legs(...conclusions);
    const found = unit(
      MATRIX,
      all.map(({ name, conclusion }) => job(name, conclusion)),
    );
    expect(found).toMatchObject({ state, why, submittable: state === "passed" });
    expect(
      gated(
        MATRIX,
        all.map(({ name, conclusion }) => onGate(name, conclusion)),
      )?.state,
    ).toBe(gate);
  });

  it("counts every job of one name in one run, and of two runs the newer", () => {
    const twins = [job("unit", "failure", { run: 7 }), job("unit", "success", { run: 7, at: instant(NOW - 1) })];
    expect(unit("{}", twins).state).toBe("failed");
    expect(unit("{}", [...twins].reverse()).state).toBe("failed");
    expect(unit("{}", [...twins, job("unit", "success", { run: 8, at: instant(NOW - 200_000) })]).state).toBe("passed");
    expect(unit("{}", [job("unit", "success", { run: 7, at: NOW }), job("unit", null, { run: 8 })]).state).toBe(
      "running",
    );
  });

  it("in the gate names its red leg, and asks for its lost ones again, oldest attempt first", () => {
    expect(
      gated(MATRIX, [onGate("test (18)", "success"), onGate("test (20)", "failure", { summary: "expected 3, got 2" })]),
    ).toMatchObject({
      state: "failed",
      why: "test (20): expected 3, got 2",
    });
    const lost = [
      onGate("test (18)", "cancelled", { attempt: 2 }),
      onGate("test (20)", "cancelled"),
      onGate("test (22)", "success"),
    ];
    expect(gated(MATRIX, lost)).toMatchObject({
      state: "lost",
      attempt: 1,
      legs: ["test (20)"],
      conclusion: "cancelled",
    });
  });

  it("settles from the first red leg's end, and knows when any leg last moved", () => {
    const at = (seconds: number) => instant(NOW - seconds * 1_000);
    const found = gated(MATRIX, [
      onGate("test (18)", "failure", { at: at(60), startedAt: at(90) }),
      onGate("test (20)", "failure", { at: at(20), startedAt: at(80) }),
      onGate("test (22)", null, { at: at(10), startedAt: at(10) }),
    ]);
    expect(found).toMatchObject({ state: "failed", endedAt: at(60), changedAt: at(10) });
  });
});

describe("a list", () => {
  const LIST = '[{ job: lint }, { job: "build / unit", workflow: .github/workflows/build.yml }]';
  const built = (conclusion: string | null) =>
    job("build / unit", conclusion, { workflow: ".github/workflows/build.yml" });

  it("passes when each of its entries does", () => {
    expect(unit(LIST, [job("lint"), built("success")])).toMatchObject({ state: "passed", submittable: true });
    expect(unit(LIST, [job("lint")])).toMatchObject({ state: "missing", submittable: false });
    expect(unit(LIST, [job("lint")]).why).toBe(
      "build / unit: no result on this commit yet from github-actions, .github/workflows/build.yml; 1 of 2 passed",
    );
    expect(unit(LIST, [job("lint"), built("failure")])).toMatchObject({ state: "failed", submittable: false });
  });

  it("takes no job of one entry's name from another entry's workflow", () => {
    expect(unit(LIST, [job("lint"), job("build / unit")])).toMatchObject({ state: "not-counted", submittable: false });
  });
});

describe("T5: a commit status counts only by the account that is named", () => {
  const STATUS = '{ status: "ci/*", by: { login: ci-bot, id: 99 } }';
  it("by its id, whatever its name", () => {
    expect(unit(STATUS, [status("ci/unit", "success")]).submittable).toBe(true);
    expect(unit(STATUS, [status("ci/unit", "success", { ...CI_BOT, login: "renamed" })]).submittable).toBe(true);
    expect(unit(STATUS, [status("ci/unit", "success", { ...mallory, login: "ci-bot" })])).toMatchObject({
      state: "not-counted",
      why: "ci/*: found only from a status by ci-bot: it must come from a status by ci-bot (id 99)",
      submittable: false,
    });
  });

  it("a stranger's success does not hide its failure, in either order", () => {
    const ours = status("ci/unit", "failure");
    const theirs = status("ci/unit", "success", mallory, { at: NOW });
    for (const both of [
      [ours, theirs],
      [theirs, ours],
    ])
      expect(unit(STATUS, both).state).toBe("failed");
  });

  it("nor does it pass for the proof that the account's own never comes", () => {
    const optional = STATUS.replace(/ }$/, ", required: if-present }");
    expect(unit(optional, []).state).toBe("passed");
    expect(unit(optional, [status("ci/unit", "success", mallory)])).toMatchObject({
      state: "not-counted",
      submittable: false,
    });
    expect(gated(optional, [status("ci/unit", "success", mallory)])?.state).toBe("queued");
  });
});

describe("a job that need not run is absent only when that is settled", () => {
  const MINUTE = 60_000;
  const ELSEWHERE = "{ job: e2e, workflow: .github/workflows/e2e.yml, required: if-present, within: 5m }";
  const SAME = "{ job: e2e, required: if-present, within: 5m }";
  const ago = (minutes: number) => instant(NOW - minutes * MINUTE);
  interface Case {
    readonly entry?: string;
    /** Minutes ago: the commit came, style ended (undefined = it has not). */
    readonly came: number;
    readonly style?: number;
    readonly more?: readonly ((on: typeof job) => Check)[];
    /** Minutes from now; undefined = only an event ends it. */
    readonly until?: number;
  }
  const rows: readonly [string, Case, "passed" | "missing"][] = [
    ["the commit was noticed and the time is over", { came: 5, style: 1 }, "passed"],
    ["the time is not over", { came: 4, style: 3, until: 1 }, "missing"],
    ["nothing that is required has ended yet", { came: 60 }, "missing"],
    [
      "another job of its workflow still runs",
      { entry: SAME, came: 60, style: 30, more: [(on) => on("lint", null)] },
      "missing",
    ],
    [
      "a job of its workflow has just ended",
      { entry: SAME, came: 60, style: 30, more: [(on) => on("lint", "success", { at: ago(4) })], until: 1 },
      "missing",
    ],
    [
      "a job of its workflow ended a while ago",
      { entry: SAME, came: 60, style: 30, more: [(on) => on("lint", "failure", { at: ago(5) })] },
      "passed",
    ],
  ];

  it.each(rows)("%s", (_, { entry = ELSEWHERE, came, style, more = [], until }, state) => {
    const make = (on: typeof job) => [
      style === undefined ? on("style", null) : on("style", "success", { at: ago(style) }),
      ...more.map((one) => one(on)),
    ];
    const under = unitAs(entry);
    const change = { patchSets: [{ ...approved().change.patchSets[0]!, at: ago(came) }] };
    const found = verdict(approved({ checks: make(job), change }), under);
    expect(found.checks?.find(({ name }) => name === "unit")?.state).toBe(state);
    expect(found.submittable).toBe(state === "passed" && style !== undefined);
    expect(found.wakeAt).toBe(until === undefined ? undefined : ago(-until));
    const inGate = gateJobs(
      under.checks,
      { sha: sha(101), branch: GATE, askedAt: ago(came) },
      { checks: make(onGate), now: NOW },
    ).find(({ job: name }) => name === "unit");
    expect(inGate).toMatchObject({ state: state === "passed" ? "passed" : "queued" });
    expect(inGate?.wakeAt).toBe(until === undefined ? undefined : ago(-until));
  });

  it("by waiting alone, from the first required result where nobody knows when the commit came", () => {
    const { at: _, ...undated } = approved().change.patchSets[0]!;
    const of = (minutes: number) =>
      verdict(
        approved({ checks: [job("style", "success", { at: ago(minutes) })], change: { patchSets: [undated] } }),
        unitAs(ELSEWHERE),
      );
    expect(of(4)).toMatchObject({ submittable: false, wakeAt: ago(-1) });
    expect(of(5).submittable).toBe(true);
  });

  it("and a required one that is not there yet, because it needs others, is not taken for lost in the gate", () => {
    const needs = "{ job: unit }";
    expect(gated(needs, [onGate("lint", null)])).toMatchObject({ state: "queued" });
    expect(gated(needs, [onGate("lint", "success", { at: ago(1) })])).toMatchObject({
      state: "queued",
      wakeAt: ago(-4),
    });
    expect(gated(needs, [onGate("lint", "success", { at: ago(6) })], instant(NOW + 10 * MINUTE))).toBeUndefined();
  });
});

describe("a newcomer's run, which has no jobs before a maintainer approves it", () => {
  const WAITS = "waiting for a maintainer to approve the run; not your fault";
  const held = (more: Partial<Check> = {}) => job("", "action_required", more);

  it.each(["{}", "{ required: if-present }", '{ job: "unit (*)" }'])("is awaited by %s", (entry) => {
    const found = unit(entry, [held()]);
    expect(found).toMatchObject({ state: "not-counted", submittable: false });
    expect(found.why).toContain(WAITS);
  });

  it("is nothing beside a job of its own, of another workflow, or on another commit", () => {
    expect(unit("{}", [held(), job("unit")])).toMatchObject({ state: "passed" });
    expect(unit("{}", [held({ workflow: ".github/workflows/docs.yml" })])).toMatchObject({ state: "missing" });
    expect(unit("{}", [held({ sha: sha(102) })])).toMatchObject({ state: "missing" });
  });

  it("settles nothing, in the gate neither", () => {
    const optional = "{ required: if-present, within: 1s }";
    expect(unit(optional, [held()]).submittable).toBe(false);
    expect(gated(optional, [held({ event: "push", headBranch: GATE })])?.state).toBe("queued");
    expect(gated("{}", [held({ event: "push", headBranch: GATE })])).toBeUndefined();
  });
});

describe("a required job that will not come", () => {
  const MINUTE = 60_000;
  const others = (minutes: number) => [job("lint", "success", { at: instant(NOW - minutes * MINUTE) })];
  const style = job("style", "success", { at: instant(NOW - 20 * MINUTE) });
  const unitOf = (checks: readonly Check[]) => verdict(approved({ checks: [style, ...checks] }), unitAs("{}"));
  const actionsOf = ({ requirements }: ReturnType<typeof unitOf>) =>
    requirements.flatMap(({ ways }) => ways.flatMap(({ actions }) => actions));
  /** What the preset lets two cores do about any check. */
  const HOTFIX = { kind: "override", need: 2, do: "ask for the override Hotfix" };

  it("is waited for while its workflow may still bring it, then its owner is told what is missing", () => {
    const before = unitOf(others(4));
    expect(before.checks?.[1]).toMatchObject({
      state: "missing",
      why: expect.stringContaining("no result on this commit yet"),
    });
    expect(before.wakeAt).toBe(NOW + MINUTE);
    const after = unitOf(others(6));
    expect(after.checks?.[1]).toMatchObject({
      state: "missing",
      why: ".github/workflows/ci.yml ran on this commit and has no job unit",
    });
    expect(actionsOf(after)).toContainEqual({
      kind: expect.any(String),
      who: ["carol"],
      need: 1,
      do: "push .github/workflows/ci.yml with the job unit in it, as the policy asks",
    });
  });

  it("nobody is told to run again what came from the wrong producer", () => {
    const forged = job("unit", "success", { workflow: ".github/workflows/mine.yml" });
    const waits = { who: [], do: "wait for unit (it must come from github-actions, .github/workflows/ci.yml)" };
    expect(actionsOf(unitOf([...others(1), forged]))).toMatchObject([waits, HOTFIX]);
    expect(actionsOf(unitOf([...others(9), forged]))).toMatchObject([
      { who: ["carol"], do: expect.stringContaining("with the job unit in it") },
      HOTFIX,
    ]);
  });

  it("nor what was skipped, which is whoever's who keeps the policy", () => {
    expect(actionsOf(unitOf([job("unit", "skipped")]))).toMatchObject([
      { who: [], do: "wait for unit to run (or a policy that lets skipped count)" },
      HOTFIX,
    ]);
  });
});

describe("patterns", () => {
  it.each([
    ["test (*)", "test (20, ubuntu)", true],
    ["test (*)", "test (20", false],
    ["test (*)", "my test (20)", false],
    ["build / *", "build / unit / linux", true],
    ["*", "", true],
    ["**", "x", true],
    ["a*a", "a", false],
    ["a*b*c", "a-c-b", false],
    ["a*b*c", "a-b-b-c", true],
    ["test (.)", "test (1)", false],
    ["Unit", "unit", false],
  ])("%j and %j: %s", (pattern, name, fits) => expect(matchesGlob(pattern, name)).toBe(fits));

  it("and hostile ones end at once", () => {
    const start = performance.now();
    expect(matchesGlob(`${"*a".repeat(100)}b`, "a".repeat(100_000))).toBe(false);
    expect(matchesGlob(`${"a".repeat(99)}*${"a".repeat(99)}b`, "a".repeat(100_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe("a small team", () => {
  const OWN = `${TEAM}checks: { lint: {}, test-18: { job: test (18) }, test-20: { job: test (20) } }\n`;
  const green = ["lint", "test (18)", "test (20)"];
  const of = (checks: readonly Check[], more: Partial<PolicySnapshot> = {}) =>
    verdict(approved({ checks, votes: approved().votes.slice(0, 1), ...more }), policy(OWN));

  it("lands what one core approved, on all checks that it names, without a go-ahead", () => {
    expect(of(green.map((name) => job(name))).submittable).toBe(true);
    expect(
      of(
        green.map((name) => job(name)),
        { votes: [] },
      ).submittable,
    ).toBe(false);
  });

  it.each(green)("waits for %s", (name) => {
    expect(of(green.filter((other) => other !== name).map((other) => job(other))).submittable).toBe(false);
    expect(of(green.map((other) => job(other, other === name ? "failure" : "success"))).submittable).toBe(false);
  });

  it("waits where its owner or a core says not yet, and for a lifted veto", () => {
    const checks = green.map((name) => job(name));
    const [approval] = approved().votes;
    const hold = {
      ...approval!,
      user: bob,
      label: "Workflow",
      value: -1,
      source: { kind: "review" as const, id: "9" },
    };
    expect(of(checks, { votes: [approval!, hold] }).submittable).toBe(false);
    expect(
      of(checks, { votes: [approval!, { ...hold, user: erin, label: "Code-Review", value: -2 }] }).submittable,
    ).toBe(false);
    expect(of(checks, { votes: [{ ...approval!, user: alice }] }).submittable).toBe(true);
  });
});
