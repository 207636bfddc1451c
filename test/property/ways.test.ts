/** Whatever way is listed: done, it makes the requirement pass; anything less does not; and it asks nobody who could not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assume, personNamed, type Assumption } from "../../src/core/policy/assume.ts";
import { evaluate } from "../../src/core/policy/evaluate.ts";
import { contributorsOf } from "../../src/core/policy/contributors.ts";
import type { PolicySnapshot, Vote } from "../../src/core/policy/snapshot.ts";
import type { Policy } from "../../src/core/policy/policy.ts";
import type { Action, Way } from "../../src/core/policy/verdict.ts";
import { instant } from "../../src/core/time.ts";
import {
  alice,
  bob,
  carol,
  dave,
  erin,
  job,
  mallory,
  NOW,
  patchSet,
  policy,
  POLICY_TEXT,
  PRESETS,
  robot,
  sha,
  signature,
  snapshot,
} from "../unit/policy/sample.ts";

const REVIEW = "label:Code-Review=MAX,user=non_contributor,group=core,count>=2 AND -label:Code-Review=MIN";
const people = [alice, bob, erin, carol, dave, mallory, robot];

const test = fc.constantFrom(
  "label:Code-Review=MAX,group=core",
  "label:Code-Review=MAX,user=non_contributor,count>=2",
  "label:Code-Review>0,user=non_uploader,count>=2",
  "label:Code-Review=+1,user=owner",
  "label:Code-Review<0",
  "label:Code-Review=MIN",
  "label:Code-Review=ANY,count>=3",
  "label:Workflow=MAX",
  "label:Workflow=MIN",
  "check:unit=success",
  "check:ALL=success",
  "check:ANY=failure",
  "label:Verified>=1",
  "has:unresolved",
  "min-age:30d",
);
const negated = fc.tuple(test, fc.boolean()).map(([text, not]) => (not ? `-${text}` : text));
const expression = fc
  .tuple(fc.array(negated, { minLength: 1, maxLength: 3 }), fc.array(negated, { maxLength: 2 }))
  .map(([all, some]) => [...all, ...(some.length === 0 ? [] : [`(${some.join(" OR ")})`])].join(" AND "));
const anyPolicy = expression.map((text): Policy =>
  policy(POLICY_TEXT, { ...PRESETS, openstack: PRESETS.openstack.replace(REVIEW, text) }),
);
const vote = fc
  .record({
    by: fc.constantFrom(...people),
    on: fc.integer({ min: 1, max: 2 }),
    value: fc.integer({ min: -2, max: 2 }),
  })
  .chain(({ by, on, value }) =>
    fc.constantFrom("Code-Review", "Workflow").map((label) => ({
      user: by,
      label,
      value: label === "Workflow" ? Math.sign(value) : value,
      patchSet: on,
      sha: sha(100 + on),
    })),
  );
const anySnapshot = fc
  .record({
    votes: fc.array(vote, { maxLength: 8 }),
    kind: fc.constantFrom("REWORK" as const, "TRIVIAL_REBASE" as const),
    coauthor: fc.option(fc.constantFrom(alice, bob), { nil: undefined }),
    unit: fc.constantFrom("success", "failure", "skipped", null),
    unresolved: fc.integer({ min: 0, max: 1 }),
  })
  .map(({ votes, kind, coauthor, unit, unresolved }): PolicySnapshot => {
    const head = { sha: sha(102) };
    return snapshot({
      change: {
        patchSets: [
          patchSet(1, { coauthors: coauthor === undefined ? [] : [signature(coauthor)] }),
          patchSet(2, { kind }),
        ],
      },
      checks: [job("style", "success", head), job("unit", unit, head), job("integration", "success", head)],
      facts: { unresolved, bidi: [], owners: [] },
      votes: votes.map((one, index): Vote => ({
        ...one,
        at: instant(NOW - 1_000 + index),
        source: { kind: "review", id: String(10_000 + index) },
        state: "current",
      })),
    });
  });

type Part = readonly [Action, number];

/** The snapshot after so many people of each action; `pick` turns the lists, so that not always the first are taken. */
function done(parts: readonly Part[], of: PolicySnapshot, under: Policy, pick: number): PolicySnapshot {
  const ordered = [...parts].sort(([a], [b]) => Number(b.kind === "push") - Number(a.kind === "push"));
  const assumptions: Assumption[] = [];
  const passing = ["style", "integration", "unit"].filter((name) => job(name).name !== "" && isPassed(of, name));
  if (ordered.some(([{ kind }]) => kind === "push")) {
    assumptions.push({ kind: "push", change: "REWORK", by: carol });
    for (const check of passing) assumptions.push({ kind: "check", check, conclusion: "success" });
  }
  for (const [action, need] of ordered) {
    const who = [...action.who.slice(pick % action.who.length), ...action.who.slice(0, pick % action.who.length)];
    const [, label = "", value = "0"] = /^(?:vote|lift) (.+?)([+-]\d+)$/.exec(action.do) ?? [];
    const [, check] = /^(?:push a fix for|wait for|run|approve the run of) (\w+)/.exec(action.do) ?? [];
    for (const login of who.slice(0, need)) {
      const by = personNamed(of, login)!;
      if (action.kind === "vote") assumptions.push({ kind: "vote", by, label, value: Number(value) });
      if (action.kind === "retract") assumptions.push({ kind: "retract", by, label });
    }
    if (action.kind === "resolve") assumptions.push({ kind: "resolve" });
    if (check !== undefined) assumptions.push({ kind: "check", check, conclusion: "success" });
    if (action.until !== undefined) assumptions.push({ kind: "time", ms: action.until - NOW });
  }
  return assume(under, of, assumptions);
}

function isPassed({ checks }: PolicySnapshot, name: string): boolean {
  return checks.some((check) => check.name === name && check.conclusion === "success");
}

function passes(of: PolicySnapshot, under: Policy): boolean {
  return evaluate(under, of, of.now).requirements[0]?.status !== "UNSATISFIED";
}

function lessThan({ actions }: Way): readonly (readonly Part[])[] {
  const all = actions.reduce<readonly (readonly Part[])[]>(
    (sets, action) =>
      sets.flatMap((set) =>
        Array.from({ length: Math.max(1, action.need) + 1 }, (_, n) =>
          n === 0 ? set : [...set, [action, n] as const],
        ),
      ),
    [[]],
  );
  return all.filter((set) => set.length < actions.length || set.some(([action, n]) => n < action.need));
}

describe("for every policy and snapshot", () => {
  it("every way that is listed, done, satisfies, whoever of those named does it, and nothing less does", () => {
    let listed = 0;
    fc.assert(
      fc.property(anyPolicy, anySnapshot, fc.nat(5), (under, of, pick) => {
        const [first] = evaluate(under, of, NOW).requirements;
        for (const way of first?.status === "UNSATISFIED" ? first.ways : []) {
          listed += 1;
          const whole = way.actions.map((action): Part => [action, action.need]);
          expect(passes(done(whole, of, under, pick), under)).toBe(true);
          for (const less of lessThan(way)) expect(passes(done(less, of, under, pick), under)).toBe(false);
        }
      }),
      { numRuns: 250 },
    );
    expect(listed).toBeGreaterThan(100);
  });

  it("no way names a bot, anybody twice, or somebody who may not vote so, nor for two votes on one label", () => {
    fc.assert(
      fc.property(anyPolicy, anySnapshot, (under, of) => {
        for (const { actions } of evaluate(under, of, NOW).requirements.flatMap(({ ways }) => ways)) {
          for (const { who, need, kind } of actions) {
            expect(new Set(who).size).toBe(who.length);
            expect(who).not.toContain(robot.login);
            if (kind === "vote") expect(who.length).toBeGreaterThanOrEqual(need);
          }
          for (const { do: what, who } of actions.filter(({ kind }) => kind === "vote"))
            if (what.endsWith("Review+2") || what.endsWith("Workflow+1"))
              expect(who.every((login) => ["alice", "bob", "erin"].includes(login))).toBe(true);
          const votes = actions.filter(({ kind, do: what }) => kind !== "push" && what.includes("Code-Review"));
          const named = votes.flatMap(({ who }) => who);
          expect(new Set(named).size).toBe(named.length);
        }
      }),
      { numRuns: 250 },
    );
  });

  it("under the rule of two cores no way to approve names a contributor", () => {
    const rule = policy();
    let asked = 0;
    fc.assert(
      fc.property(anySnapshot, (of) => {
        const contributors = contributorsOf(of.change, rule).known;
        const logins = people.filter(({ id }) => contributors.has(id)).map(({ login }) => login);
        const [review] = evaluate(rule, of, NOW).requirements;
        const approvals = (review?.ways ?? []).flatMap(({ actions }) => actions).filter(({ kind }) => kind === "vote");
        for (const { who } of approvals) {
          asked += 1;
          expect(who.filter((login) => logins.includes(login))).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
    expect(asked).toBeGreaterThan(100);
  });

  it("votes and results listed in another order, or twice, give the same bytes", () => {
    fc.assert(
      fc.property(anyPolicy, anySnapshot, (under, of) => {
        const once = JSON.stringify(evaluate(under, of, NOW));
        const turned = { ...of, votes: [...of.votes].reverse(), checks: [...of.checks].reverse() };
        const twice = { ...of, votes: [...of.votes, ...of.votes], checks: [...of.checks, ...of.checks] };
        expect(JSON.stringify(evaluate(under, turned, NOW))).toBe(once);
        expect(JSON.stringify(evaluate(under, twice, NOW))).toBe(once);
      }),
      { numRuns: 150 },
    );
  });
});
