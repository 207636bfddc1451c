/** What must hold for every snapshot, not only for those somebody thought of. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { userId } from "../../src/core/ids.ts";
import { carry } from "../../src/core/policy/copy.ts";
import { parseExpression } from "../../src/core/policy/expression.ts";
import { loadPolicy } from "../../src/core/policy/load.ts";
import { gateJobs } from "../../src/core/policy/gate-jobs.ts";
import { labelOf, type CheckEntry, type Policy, type Producer } from "../../src/core/policy/policy.ts";
import type { ChangeKind, Check, Person, PolicySnapshot, Vote } from "../../src/core/policy/snapshot.ts";
import { instant } from "../../src/core/time.ts";
import {
  alice,
  approved,
  bob,
  branch,
  carol,
  dave,
  erin,
  go,
  job,
  mallory,
  NOW,
  patchSet,
  policy,
  POLICY_TEXT,
  PRESETS,
  requirement,
  robot,
  sha,
  signature,
  snapshot,
  verdict,
} from "../unit/policy/sample.ts";

const POLICY = policy();
const people: readonly Person[] = [alice, bob, erin, carol, dave, mallory, robot];
const kind = fc.constantFrom<ChangeKind>(
  "NO_CHANGE",
  "NO_CODE_CHANGE",
  "TRIVIAL_REBASE",
  "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
  "MERGE_FIRST_PARENT_UPDATE",
  "TARGET_MERGE",
  "REWORK",
);
const state = fc.constantFrom<Vote["state"]>(
  "current",
  "current",
  "current",
  "dismissed",
  "edited",
  "deleted",
  "superseded",
  "retracted",
);

function anyVote(patchSets: number): fc.Arbitrary<Vote> {
  return fc
    .record({
      user: fc.constantFrom(...people),
      label: fc.constantFrom("Code-Review", "Code-Review", "Workflow"),
      value: fc.integer({ min: -2, max: 2 }),
      patchSet: fc.integer({ min: 1, max: patchSets }),
      at: fc.integer({ min: 0, max: 1_000 }),
      id: fc.integer({ min: 1, max: 1_000_000 }),
      state,
    })
    .map(({ at, id, patchSet: n, ...vote }) => ({
      ...vote,
      patchSet: n,
      sha: sha(100 + n),
      at: instant(NOW + at),
      source: { kind: "review" as const, id: String(id) },
    }));
}

const anySnapshot: fc.Arbitrary<PolicySnapshot> = fc.array(kind, { maxLength: 3 }).chain((kinds) => {
  const coauthor = fc.option(fc.constantFrom(alice, bob, dave), { nil: undefined });
  return fc
    .record({
      votes: fc.uniqueArray(anyVote(kinds.length + 1), { maxLength: 12, selector: ({ source }) => source.id }),
      coauthor,
      unit: fc.constantFrom("success", "success", "success", "failure", null),
      draft: fc.boolean(),
    })
    .map(({ votes, coauthor: second, unit, draft }) => {
      const coauthors = second === undefined ? [] : [signature(second)];
      const patchSets = [patchSet(1, { coauthors }), ...kinds.map((k, index) => patchSet(index + 2, { kind: k }))];
      const head = sha(100 + patchSets.length);
      const checks = [
        job("style", "success", { sha: head }),
        job("unit", unit, { sha: head }),
        job("integration", "success", { sha: head }),
      ];
      return snapshot({ votes, checks, change: { patchSets, draft } });
    });
});

/** Votes that make anything submittable, before the arbitrary ones: otherwise hardly any snapshot is. */
function helped(of: PolicySnapshot): PolicySnapshot {
  const n = of.change.patchSets.length;
  const cast = (user: Person, label: string, value: number, id: string): Vote => ({
    user,
    label,
    value,
    patchSet: n,
    sha: of.change.head,
    at: instant(NOW - 1),
    source: { kind: "review", id },
    state: "current",
  });
  return {
    ...of,
    votes: [
      cast(alice, "Code-Review", 2, "1000001"),
      cast(bob, "Code-Review", 2, "1000002"),
      cast(erin, "Code-Review", 2, "1000003"),
      cast(erin, "Workflow", 1, "1000004"),
      ...of.votes,
    ],
  };
}

describe("for every snapshot", () => {
  it("evaluation is deterministic, and the order in which facts are listed does not matter", () => {
    fc.assert(
      fc.property(anySnapshot, (of) => {
        const once = JSON.stringify(verdict(of, POLICY));
        expect(JSON.stringify(verdict(structuredClone(of), POLICY))).toBe(once);
        expect(
          JSON.stringify(verdict({ ...of, votes: [...of.votes].reverse(), checks: [...of.checks].reverse() }, POLICY)),
        ).toBe(once);
      }),
    );
  });

  it("a submittable one has two distinct cores' +2, none of them a contributor or bot, on votes that stand", () => {
    let submittable = 0;
    fc.assert(
      fc.property(anySnapshot.map(helped), (of) => {
        const result = verdict(of, POLICY);
        if (!result.submittable) return;
        submittable += 1;
        const counted = result.requirements.find(({ name }) => name === "Code-Review")?.counted ?? [];
        const cores = new Set(counted.map(({ by }) => by.id));
        const contributors = [
          of.change.owner,
          ...of.change.patchSets.flatMap(({ coauthors }) => coauthors.map(({ user }) => user)),
        ];
        expect(cores.size).toBeGreaterThanOrEqual(2);
        for (const { by, value } of counted) {
          expect(value).toBe(2);
          expect(by.type).toBe("User");
          expect(of.groups["core"]?.some(({ id }) => id === by.id)).toBe(true);
          expect(contributors.some((one) => one?.id === by.id)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
    expect(submittable).toBeGreaterThan(20);
  });

  it("dropping any counted vote from a satisfied two-core snapshot makes it unsatisfied", () => {
    const two = fc.shuffledSubarray([alice, bob, erin], { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(
        two,
        fc.array(fc.constantFrom<ChangeKind>("NO_CHANGE", "TRIVIAL_REBASE", "TARGET_MERGE"), { maxLength: 3 }),
        (cores, kinds) => {
          const patchSets = [patchSet(1), ...kinds.map((k, index) => patchSet(index + 2, { kind: k }))];
          const votes = cores.map((user, index): Vote => ({
            user,
            label: "Code-Review",
            value: 2,
            patchSet: 1,
            sha: sha(101),
            at: instant(NOW + index),
            source: { kind: "review", id: String(index + 1) },
            state: "current",
          }));
          const of = snapshot({ change: { patchSets }, votes });
          expect(requirement(of, "Code-Review", POLICY).status).toBe("SATISFIED");
          for (const { id } of requirement(of, "Code-Review", POLICY).counted) {
            const dropped = { ...of, votes: of.votes.filter(({ source }) => `vote:${source.id}:Code-Review` !== id) };
            expect(dropped.votes).toHaveLength(1);
            expect(requirement(dropped, "Code-Review", POLICY).status).toBe("UNSATISFIED");
          }
        },
      ),
    );
  });

  it("a contributor's approval never makes it submittable", () => {
    fc.assert(
      fc.property(
        anySnapshot.map(helped),
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom(alice, bob),
        (of, value, who) => {
          const contributed = { ...of, change: { ...of.change, requester: who } };
          // Their own veto is theirs to lift, by any vote; that is not what is meant.
          const votes = contributed.votes.filter(({ user }) => user.id !== who.id);
          const without = verdict({ ...contributed, votes }, POLICY);
          const approval: Vote = {
            user: who,
            label: "Code-Review",
            value,
            patchSet: of.change.patchSets.length,
            sha: of.change.head,
            at: instant(NOW + 9_999),
            source: { kind: "review", id: "2000000" },
            state: "current",
          };
          expect(verdict({ ...contributed, votes: [...votes, approval] }, POLICY).submittable).toBe(
            without.submittable,
          );
        },
      ),
    );
  });

  it("a core's veto closes it, whatever comes after that is not the core's own word", () => {
    fc.assert(
      fc.property(
        anySnapshot.map(helped),
        fc.constantFrom<Vote["state"]>("current", "dismissed", "edited", "deleted"),
        fc.integer({ min: 1, max: 4 }),
        (of, how, n) => {
          const at = Math.min(n, of.change.patchSets.length);
          const veto: Vote = {
            user: erin,
            label: "Code-Review",
            value: -2,
            patchSet: at,
            sha: sha(100 + at),
            at: instant(NOW + 5_000),
            source: { kind: "review", id: "3000000" },
            state: how,
          };
          const forged = {
            ...veto,
            value: 2,
            at: instant(NOW + 6_000),
            state: "edited" as const,
            source: { kind: "review" as const, id: "3000001" },
          };
          const result = verdict({ ...of, votes: [...of.votes, veto, forged] }, POLICY);
          expect(result.submittable).toBe(false);
          expect(result.requirements[0]?.blocked).toBe(true);
        },
      ),
    );
  });

  it("nobody is asked for an approval that would not count", () => {
    fc.assert(
      fc.property(anySnapshot, (of) => {
        const found = requirement(of, "Code-Review", POLICY);
        const actions = found.ways.flatMap((way) => way.actions);
        for (const action of actions.filter((one) => one.do === "vote Code-Review+2"))
          for (const login of action.who) {
            const user = people.find((person) => person.login === login) ?? mallory;
            const approval: Vote = {
              user,
              label: "Code-Review",
              value: 2,
              patchSet: of.change.patchSets.length,
              sha: of.change.head,
              at: instant(NOW + 9_999),
              source: { kind: "review", id: "2000000" },
              state: "current",
            };
            expect(requirement({ ...of, votes: [...of.votes, approval] }, "Code-Review", POLICY).have).toBe(
              (found.have ?? 0) + 1,
            );
          }
      }),
    );
  });
});

describe("for every set of checks and results", () => {
  const names = ["style", "unit (18)", "unit (20)", "e2e"];
  const workflows = ["ci", "e2e"].map((name) => `.github/workflows/${name}.yml`);
  const GATE = branch("gate/main/1");
  const conclusion = fc.constantFrom("success", "success", "failure", "skipped", "neutral", "cancelled", null);
  const minutes = fc.integer({ min: 0, max: 12 });
  const check = fc.constantFrom(...names).chain((name) =>
    fc
      .record({
        conclusion,
        ago: minutes,
        event: fc.constantFrom("pull_request", "push"),
        workflow: fc.constantFrom(...workflows),
        attempt: fc.integer({ min: 1, max: 2 }),
        run: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      })
      .map(({ conclusion: ended, ago, run, ...rest }) =>
        job(name, ended, {
          ...rest,
          ...(run === undefined ? {} : { run }),
          ...(rest.event === "push" ? { headBranch: GATE } : {}),
          at: instant(NOW - ago * 60_000),
        }),
      ),
  );
  /** By somebody whom no entry below names, or on another commit: whatever it says, whenever it came. */
  const unpinned = fc
    .tuple(
      check,
      fc.constantFrom<Partial<Check>>(
        { kind: "check-run" },
        { kind: "check-run", app: { id: 666, slug: "evil" } },
        { kind: "status", creator: mallory },
        { kind: "status", creator: { ...mallory, login: "ci-bot" } },
        { workflow: ".github/workflows/evil.yml" },
        { event: "workflow_dispatch" },
        { event: "pull_request_target" },
        { headBranch: branch("other") },
        { sha: sha(999) },
      ),
    )
    .map(([one, how]): Check => ({ ...one, ...how }));
  const team = policy(
    `version: 1\nextends: preset:small-team\nmode: enforce\ngroups: { core: { teams: [acme/core] } }\nchecks: { style: {}, rest: {} }\n`,
  );
  const entry: fc.Arbitrary<CheckEntry> = fc.record({
    pattern: fc.constantFrom("style", "unit (*)", "unit (18)", "e2e", "*"),
    producer: fc.constantFrom<Producer>(
      { kind: "actions", workflow: workflows[0]! },
      { kind: "actions", workflow: workflows[1]! },
      { kind: "app", app: { slug: "zuulish", id: 12345 } },
      { kind: "status", by: { login: "ci-bot", id: userId(99) } },
    ),
    required: fc.constantFrom("always", "if-present", "if-present"),
    allow: fc.constantFrom<CheckEntry["allow"]>([], ["skipped"], ["skipped", "neutral"]),
    withinMs: fc.constant(300_000),
  });
  const policies = fc.array(entry, { minLength: 1, maxLength: 3 }).map((entries): Policy => ({
    ...team,
    checks: [team.checks[0]!, { name: "rest", entries }],
  }));
  /** Style has passed in both phases: otherwise hardly anything is green. */
  const styles = [job("style", "success", { run: 5, attempt: 2, at: instant(NOW - 400_000) })].flatMap((one) => [
    one,
    { ...one, event: "push", headBranch: GATE },
  ]);
  const green = (of: PolicySnapshot, under: Policy) => {
    const found = verdict(of, under);
    const commit = { sha: of.change.head, branch: GATE, askedAt: instant(NOW - 600_000) };
    const jobs = gateJobs(under.checks, commit, { checks: of.checks, now: NOW });
    const gate = under.gate.jobs.every((name) => jobs.some((one) => one.job === name && one.state === "passed"));
    return { check: found.submittable, gate };
  };

  it("a result from a producer that is not pinned never turns a verdict green, in the check phase nor in the gate", () => {
    let greens = 0;
    fc.assert(
      fc.property(
        policies,
        fc.array(check, { maxLength: 6 }),
        fc.array(unpinned, { minLength: 1, maxLength: 4 }),
        minutes,
        (under, checks, forged, came) => {
          const patchSets = [patchSet(1, { at: instant(NOW - came * 60_000) })];
          const of = approved({ checks: [...styles, ...checks], change: { patchSets } });
          const before = green(of, under);
          const after = green({ ...of, checks: [...forged, ...of.checks] }, under);
          expect(before.check || !after.check).toBe(true);
          expect(before.gate || !after.gate).toBe(true);
          if (before.check || before.gate) greens += 1;
        },
      ),
      { numRuns: 500 },
    );
    expect(greens).toBeGreaterThan(50);
  });

  it("a pinned job that has not succeeded keeps what it matches from being green, and the order of results says nothing", () => {
    fc.assert(
      fc.property(policies, fc.array(check, { maxLength: 6 }), (under, checks) => {
        const of = approved({ checks });
        const red = job("style", "failure", { run: 9, attempt: 3, at: NOW });
        expect(green({ ...of, checks: [...checks, red] }, under).check).toBe(false);
        expect(green({ ...of, checks: [...checks].reverse() }, under)).toEqual(green(of, under));
      }),
      { numRuns: 100 },
    );
  });
});

describe("for every text", () => {
  it("the grammar ends in a tree or a problem with a place inside it", () => {
    const piece = fc.constantFrom(
      "label:Code-Review=MAX",
      "a:1",
      "AND",
      "OR",
      "NOT",
      "-",
      "(",
      ")",
      " ",
      '"',
      "{",
      "}",
      "x",
      ":",
      ",",
      "\\",
      "And",
      "||",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
        (text) => {
          const parsed = parseExpression(text);
          if (!parsed.ok) expect(parsed.problem.offset).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("a policy file is a policy or problems, and never throws", () => {
    const line = fc.constantFrom(
      "version: 1",
      "extends: preset:openstack",
      "groups:",
      "  core: { teams: [acme/core] }",
      "  core:",
      "    users:",
      "      - { login: a, id: 1 }",
      "mode: enforce",
      "checks: {}",
      "- x",
      "&a",
      "<<: {}",
      "? [a]",
      "'",
      "{",
      "]",
      "\t",
      "__proto__: {}",
      "constructor: 1",
      "!!js/function x",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const loaded = loadPolicy(lines.join("\n"), PRESETS);
        if (!loaded.ok)
          for (const { hint, line: at } of loaded.problem) expect([hint === "", at >= 1]).toEqual([false, true]);
      }),
      { numRuns: 500 },
    );
  });

  it("a sticky veto is carried over every history", () => {
    const label = labelOf(POLICY, "Code-Review")!;
    fc.assert(
      fc.property(fc.array(kind, { minLength: 1, maxLength: 6 }), fc.boolean(), (kinds, broken) => {
        const patchSets = [patchSet(1), ...kinds.map((k, index) => patchSet(index + 2, { kind: k }))];
        const { copy: _, ...without } = label;
        expect(carry({ value: -2, patchSet: 1, sha: sha(101) }, broken ? without : label, patchSets).kind).toBe(
          "stuck",
        );
      }),
    );
  });
});

it("the sample is submittable, so that these properties are about something", () => {
  expect(verdict(approved({ votes: [...approved().votes, go()] }), policy(POLICY_TEXT)).submittable).toBe(true);
  expect(userId(1)).toBe(alice.id);
});
