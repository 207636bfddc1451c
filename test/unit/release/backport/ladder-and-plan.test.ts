import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBranchName, type BranchName } from "../../../../src/core/ids.ts";
import { ladderOf, mustBeOn, type KnownSeries } from "../../../../src/core/release/backport/ladder.ts";
import {
  describePlanProblem,
  isOver,
  planBackport,
  type Found,
  type PlanProblem,
} from "../../../../src/core/release/backport/plan.ts";

function branch(text: string): BranchName {
  const name = parseBranchName(text);
  if (name === undefined) throw new Error(text);
  return name;
}

const MASTER = branch("master");
const NOVA = [
  "unmaintained/zed",
  "stable/2025.2",
  "master",
  "unmaintained/2024.1",
  "stable/2026.1",
  "stable/2025.1",
  "feature/x",
].map(branch);

function namesOf(options: Partial<Parameters<typeof ladderOf>[0]> = {}): readonly string[] {
  return ladderOf({ branches: NOVA, defaultBranch: MASTER, near: branch("stable/2025.1"), ...options }).map(
    (rung) => rung.branch + (rung.maintained ? "" : " (unmaintained)"),
  );
}

describe("the ladder of live branches", () => {
  it("goes from the default branch down, by name, and unmaintained branches are of the same family", () => {
    expect(namesOf()).toEqual([
      "master",
      "stable/2026.1",
      "stable/2025.2",
      "stable/2025.1",
      "unmaintained/2024.1 (unmaintained)",
      "unmaintained/zed (unmaintained)",
    ]);
  });

  it("takes the order and the life of series from series_status.yaml where it names them", () => {
    const series: KnownSeries[] = [
      { name: "beta", status: "maintained" },
      { name: "gamma", status: "extended maintenance" },
      { name: "alpha", releaseId: "2020.1", status: "unmaintained" },
      { name: "omega", status: "end of life" },
    ];
    const branches = ["stable/gamma", "stable/beta", "stable/2020.1", "stable/omega"].map(branch);
    const names = namesOf({ branches, near: branch("stable/beta"), series });
    expect(names).toEqual(["master", "stable/beta", "stable/gamma", "stable/2020.1 (unmaintained)"]);
  });

  it("counts versions by value, and keeps families apart", () => {
    const branches = ["v1.9", "v1.10", "stable/1"].map(branch);
    expect(namesOf({ branches, near: branch("v1.9") })).toEqual(["master", "v1.10", "v1.9"]);
  });

  it("asks for every newer maintained branch, and never for an unmaintained one", () => {
    const ladder = ladderOf({ branches: NOVA, defaultBranch: MASTER, near: branch("stable/2025.1") });
    expect(mustBeOn(ladder, branch("stable/2025.2"))).toEqual(["master", "stable/2026.1"]);
    const three = ["master", "stable/2026.1", "stable/2025.2", "stable/2025.1"];
    expect(mustBeOn(ladder, branch("unmaintained/zed"))).toEqual(three);
    expect(mustBeOn(ladder, branch("feature/x"))).toEqual([]);
  });
});

const LADDER = ladderOf({ branches: NOVA, defaultBranch: MASTER, near: branch("stable/2025.1") });

function told(asked: readonly string[], found: Readonly<Record<string, Found>> = {}, origin = "master"): unknown {
  const planned = planBackport({
    ladder: LADDER,
    origin: branch(origin),
    asked,
    found: (name) => found[name] ?? { kind: "absent" },
  });
  if (!planned.ok) return describePlanProblem(planned.problem).message;
  return planned.value.steps.map(({ branch: name, asked: isAsked, state }) => {
    const behind = state.kind === "waits" ? ` for ${state.behind}` : "";
    const change = "change" in state ? ` #${state.change}` : "";
    return `${name}: ${state.kind}${behind}${change}${isAsked ? "" : " (added)"}`;
  });
}

describe("a plan of backports", () => {
  it.each<[string, readonly string[], Record<string, Found>, unknown]>([
    [
      "the newest first, the next behind it",
      ["stable/2025.2", "stable/2026.1"],
      {},
      ["stable/2026.1: next", "stable/2025.2: waits for stable/2026.1"],
    ],
    [
      "what lies in between is added",
      ["stable/2025.2"],
      {},
      ["stable/2026.1: next (added)", "stable/2025.2: waits for stable/2026.1"],
    ],
    [
      "where it is there already, nothing is added",
      ["stable/2025.2"],
      { "stable/2026.1": { kind: "there" } },
      ["stable/2025.2: next"],
    ],
    [
      "an open one is waited for",
      ["stable/2025.2"],
      { "stable/2026.1": { kind: "open", change: 12 } },
      ["stable/2026.1: open #12 (added)", "stable/2025.2: waits for stable/2026.1"],
    ],
    [
      "a closed one stops what is behind it",
      ["stable/2025.2", "stable/2026.1"],
      { "stable/2026.1": { kind: "closed", change: 12 } },
      ["stable/2026.1: closed #12", "stable/2025.2: waits for stable/2026.1"],
    ],
    [
      "where there is nothing to pick the way is free",
      ["stable/2025.2", "stable/2026.1"],
      { "stable/2026.1": { kind: "empty" } },
      ["stable/2026.1: empty", "stable/2025.2: next"],
    ],
    [
      "unmaintained branches in between are left out",
      ["unmaintained/zed"],
      {
        "stable/2026.1": { kind: "there" },
        "stable/2025.2": { kind: "there" },
        "stable/2025.1": { kind: "there" },
      },
      ["unmaintained/zed: next"],
    ],
    [
      "an unmaintained one waits for no other of its kind",
      ["unmaintained/zed", "unmaintained/2024.1"],
      {
        "stable/2026.1": { kind: "there" },
        "stable/2025.2": { kind: "there" },
        "stable/2025.1": { kind: "there" },
      },
      ["unmaintained/2024.1: next", "unmaintained/zed: next"],
    ],
    ["nothing asked", [], {}, "Cannot plan a backport: no branch is named"],
    [
      "a branch that is not there",
      ["stable/2019.1"],
      {},
      'Cannot plan a backport: "stable/2019.1" is no live branch; older branches are stable/2026.1, stable/2025.2, stable/2025.1, unmaintained/2024.1, unmaintained/zed',
    ],
  ])("%s", (_name, asked, found, expected) => {
    expect(told(asked, found)).toEqual(expected);
  });

  it("goes down from where the fix landed, never up", () => {
    expect(told(["stable/2025.1"], {}, "stable/2025.2")).toEqual(["stable/2025.1: next"]);
    expect(told(["stable/2026.1"], {}, "stable/2025.2")).toContain("which is not newer");
  });

  it("is over when nothing can happen any more: all there, or closed and the rest behind it", () => {
    const over = (found: Readonly<Record<string, Found>>): boolean => {
      const planned = planBackport({
        ladder: LADDER,
        origin: MASTER,
        asked: ["stable/2025.2", "stable/2026.1"],
        found: (name) => found[name] ?? { kind: "absent" },
      });
      return planned.ok && isOver(planned.value);
    };
    expect(over({})).toBe(false);
    expect(over({ "stable/2026.1": { kind: "closed", change: 1 } })).toBe(true);
    expect(over({ "stable/2026.1": { kind: "there" }, "stable/2025.2": { kind: "empty" } })).toBe(true);
    expect(over({ "stable/2026.1": { kind: "there" }, "stable/2025.2": { kind: "open", change: 2 } })).toBe(false);
  });

  it("every problem has a hint", () => {
    const problems: PlanProblem[] = [
      { kind: "nothing-asked" },
      { kind: "unknown-branch", branch: "x", known: [] },
      { kind: "not-older", branch: MASTER, origin: MASTER },
    ];
    for (const problem of problems) expect(describePlanProblem(problem).hint).not.toBe("");
  });
});

describe("order", () => {
  it("a branch is picked to only when every newer maintained branch of the way has the fix, and following the plan ends", () => {
    const names = LADDER.slice(1).map((rung) => rung.branch);
    const state = fc.constantFrom<Found["kind"]>("there", "open", "absent", "empty");
    fc.assert(
      fc.property(
        fc.subarray(names, { minLength: 1 }),
        fc.array(state, { minLength: names.length, maxLength: names.length }),
        (asked, kinds) => {
          const world = new Map(names.map((name, at) => [name, kinds[at] ?? "absent"]));
          const foundOf = (name: BranchName): Found => {
            const kind = world.get(name) ?? "absent";
            return kind === "open" || kind === "closed" ? { kind, change: 1 } : { kind };
          };
          for (let round = 0; round <= 2 * names.length; round += 1) {
            const planned = planBackport({ ladder: LADDER, origin: MASTER, asked, found: foundOf });
            if (!planned.ok) throw new Error("a plan");
            const { steps } = planned.value;
            expect(steps.map((step) => step.branch)).toEqual(
              names.filter((name) => steps.some((step) => step.branch === name)),
            );
            for (const step of steps.filter((one) => one.state.kind === "next")) {
              const newer = mustBeOn(LADDER, step.branch).filter((name) => name !== MASTER);
              expect(newer.map((name) => world.get(name))).not.toContain("absent");
              expect(newer.map((name) => world.get(name))).not.toContain("open");
            }
            if (isOver(planned.value)) return asked.every((name) => ["there", "empty"].includes(world.get(name) ?? ""));
            const [move] = steps.filter((one) => one.state.kind === "next" || one.state.kind === "open");
            if (move === undefined) throw new Error("nothing to do and not over");
            world.set(move.branch, move.state.kind === "next" ? "open" : "there");
          }
          return false;
        },
      ),
      { numRuns: Number(process.env["RUNS"] ?? 300) },
    );
  });
});
