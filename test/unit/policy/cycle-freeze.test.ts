/** A freeze of the release cycle as one change meets it: which changes it concerns, what an exception takes of it, and its edges. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/core/policy/evaluate.ts";
import { freezesOn } from "../../../src/core/policy/freeze.ts";
import type { ChangedFile, CycleFreeze } from "../../../src/core/policy/snapshot.ts";
import { formatInstant, instant, type Instant } from "../../../src/core/time.ts";
import { approved, branch, NOW, policy, snapshot } from "./sample.ts";

const HOUR = 3_600_000;
const at = (hours: number): Instant => instant(NOW + hours * HOUR);
const file = (path: string, previousPath?: string): ChangedFile => ({
  path,
  mode: "100644",
  additions: 1,
  deletions: 0,
  status: previousPath === undefined ? "modified" : "renamed",
  ...(previousPath === undefined ? {} : { previousPath }),
});
const freeze = (more: Partial<CycleFreeze> = {}): CycleFreeze => ({
  ...{ name: "feature-freeze", branches: ["main"], from: at(-1), to: at(1) },
  ...more,
});
const OPENSTACK = policy();

function stands(one: CycleFreeze, change: Parameters<typeof snapshot>[0] = {}, now = NOW): readonly string[] {
  const facts = { policy: OPENSTACK, snapshot: snapshot({ ...change, freezes: [one] }), now };
  return freezesOn(facts, () => ({ value: false })).map(({ from, to }) =>
    [from, to].map((edge) => (edge - NOW) / HOUR).join(" to "),
  );
}
const touching = (...paths: readonly string[]) => ({ change: { files: paths.map((path) => file(path)) } });
const applies = (paths: readonly string[], tagLabels: readonly string[] = []) => ({ applies: { paths, tagLabels } });

describe("which changes a freeze of the cycle concerns", () => {
  it.each<[string, Partial<CycleFreeze>, Parameters<typeof snapshot>[0], boolean]>([
    ["every change to its branches where it says nothing more", {}, touching("a.ts"), true],
    ["no change to another branch", { branches: ["stable/*"] }, touching("a.ts"), false],
    ["a branch by its pattern", { branches: ["m*"] }, touching("a.ts"), true],
    ["a change that touches a path it names", applies(["lib/*"]), touching("docs/a.md", "lib/x/a.ts"), true],
    ["no change that touches none of them", applies(["lib/*"]), touching("docs/a.md"), false],
    [
      "what was moved out of such a path",
      applies(["lib/*"]),
      { change: { files: [file("src/a.ts", "lib/a.ts")] } },
      true,
    ],
    ["a change whose files nobody knows", applies(["lib/*"]), touching(), true],
    ["a change with a tag label it names", applies([], ["feature"]), { change: { hashtags: ["feature"] } }, true],
    ["no change without it", applies([], ["feature"]), { change: { hashtags: ["bug"] } }, false],
    [
      "a change whose tag labels nobody has looked for",
      applies([], ["feature"]),
      { facts: { unresolved: 0, bidi: [], owners: [], notGathered: ["hashtag"] } },
      true,
    ],
    ["by a path or by a tag label", applies(["lib/*"], ["feature"]), touching("lib/a.ts"), true],
    ["no change that touches exempt paths alone", { exemptPaths: ["docs/*"] }, touching("docs/a", "docs/b/c"), false],
    ["a change that touches another path too", { exemptPaths: ["docs/*"] }, touching("docs/a", "a.ts"), true],
    [
      "an exempt path comes before a tag label",
      { ...applies([], ["x"]), exemptPaths: ["d/*"] },
      touching("d/a"),
      false,
    ],
    ["a change that touches nothing is not exempt", { exemptPaths: ["docs/*"] }, touching(), true],
  ])("%s", (_, more, change, expected) => {
    expect(stands(freeze(more), change).length > 0).toBe(expected);
  });
});

describe("an exception", () => {
  const through = (hours: number) => ({ exception: { until: at(hours), record: "exceptions/2026.2/7.yaml" } });

  it.each([
    ["that ends within the freeze leaves the rest of it", through(0.5), ["0.5 to 1"]],
    ["that ends with the freeze leaves nothing", through(1), []],
    ["that ends after the freeze leaves nothing", through(2), []],
    ["that ended in the freeze leaves what follows", through(-0.5), ["-0.5 to 1"]],
    ["that ended before the freeze takes nothing away", through(-2), ["-1 to 1"]],
  ])("%s", (_, more, expected) => {
    expect(stands(freeze(more))).toEqual(expected);
  });

  it("is named as evidence and in the sentence, and its end wakes the gate", () => {
    const told = evaluate(OPENSTACK, approved({ freezes: [freeze(through(0.5))] }), NOW);
    const [atom] = told.requirements.find(({ name }) => name === "Freeze")!.atoms;
    expect(atom).toMatchObject({ value: false, evidence: ["exception:exceptions/2026.2/7.yaml"] });
    expect([told.submittable, formatInstant(told.wakeAt!)]).toEqual([true, "2026-09-01T12:30:00.000Z"]);
    const later = evaluate(OPENSTACK, approved({ freezes: [freeze(through(0.5))] }), at(0.5));
    expect(later.submittable).toBe(false);
  });
});

describe("`freeze:<kind>`", () => {
  const text = (test: string, more = "") => `version: 1
extends: preset:openstack
groups: { core: { teams: [acme/core] }, release-managers: { teams: [acme/release] } }
cycle: { files: releases }
${more}submitRequirements:
  Exceptions:
    applicableIf: directory:releases OR directory:exceptions
    submittableIf: label:Code-Review=MAX,user=non_contributor,group=release-managers
  Strings: { submittableIf: "-${test}" }
`;
  const strings = (test: string, one: CycleFreeze, more = "") =>
    evaluate(policy(text(test, more)), approved({ freezes: [one] }), NOW).requirements.find(
      ({ name }) => name === "Strings",
    )?.status;

  it.each([
    ["holds while one of that kind does", freeze({ kind: "soft-string" }), "UNSATISFIED"],
    ["does not while one of another kind does", freeze({ kind: "feature" }), "SATISFIED"],
    ["holds where nobody has said of which kind one is", freeze(), "UNSATISFIED"],
    ["does not once it is over", freeze({ kind: "soft-string", to: at(-0.5) }), "SATISFIED"],
    [
      "does not for whom an exception lets through",
      freeze({ kind: "soft-string", exception: { until: at(2), record: "r" } }),
      "SATISFIED",
    ],
  ])("%s", (_, one, status) => {
    expect(strings("freeze:soft-string", one)).toBe(status);
  });

  it("asks the policy's own freeze of that name too, and not others", () => {
    const own = (name: string) => `freezes: [{ name: ${name}, branches: [main], from: 2026-08-01, to: 2026-10-01 }]\n`;
    const over = freeze({ kind: "soft-string", to: at(-0.5) });
    expect(strings("freeze:soft-string", over, own("soft-string"))).toBe("UNSATISFIED");
    expect(strings("freeze:soft-string", over, own("holiday"))).toBe("SATISFIED");
  });

  it.each([
    ["a kind that there is not", "freeze:strings", "there is no freeze `strings`"],
    ["a kind of one's own, which no schedule may have", "freeze:x-docs", "a project's own kinds have no operator"],
  ])("is refused for %s", (_, test, message) => {
    expect(() => policy(text(test))).toThrow(message);
    expect(() => policy(text(test))).toThrow("freezes are: membership, library");
  });

  it("is refused where there is no cycle, so that no freeze has a kind", () => {
    const without = text("freeze:feature").replace(/^cycle: .*\n/m, "");
    expect(() => policy(without)).toThrow("there is no freeze `feature`");
  });
});

describe("the edges", () => {
  it.each([
    ["a millisecond before the first instant", -HOUR - 1, true],
    ["the first instant", -HOUR, false],
    ["the last millisecond", HOUR - 1, false],
    ["the first moment after", HOUR, true],
  ])("%s", (_, ms, submittable) => {
    expect(evaluate(OPENSTACK, approved({ freezes: [freeze()] }), instant(NOW + ms)).submittable).toBe(submittable);
  });

  it("no instant inside a freeze is submittable without an exception, and every other one is", () => {
    const hours = fc.integer({ min: -50, max: 50 });
    const windows = fc.array(
      fc.record({ from: hours, length: fc.integer({ min: 1, max: 20 }), exception: fc.option(hours) }),
      { minLength: 1, maxLength: 4 },
    );
    // Whole hours and the milliseconds around them: where it could be wrong by one.
    const moment = fc.tuple(hours, fc.constantFrom(-1, 0, 1)).map(([hour, ms]) => instant(NOW + hour * HOUR + ms));
    fc.assert(
      fc.property(windows, moment, (drawn, now) => {
        const freezes = drawn.map(({ from, length, exception }, index) =>
          freeze({
            name: `f${index}`,
            from: at(from),
            to: at(from + length),
            ...(exception === null ? {} : { exception: { until: at(exception), record: "r" } }),
          }),
        );
        const frozen = freezes.some(
          ({ from, to, exception }) => from <= now && now < to && !(exception !== undefined && now < exception.until),
        );
        const told = evaluate(OPENSTACK, approved({ change: { branch: branch("main") }, freezes }), now);
        expect(told.submittable).toBe(!frozen);
        // Whatever it is now, it is asked again no later than when that turns.
        const edges = freezes.flatMap(({ from, to, exception }) => [from, to, ...(exception ? [exception.until] : [])]);
        const next = edges.filter((edge) => edge > now && judged(freezes, edge) !== frozen).sort((a, b) => a - b)[0];
        if (next !== undefined) expect(told.wakeAt ?? Infinity).toBeLessThanOrEqual(next);
      }),
      { numRuns: Number(process.env["FREEZE_RUNS"] ?? 300) },
    );
  });
});

function judged(freezes: readonly CycleFreeze[], now: Instant): boolean {
  return freezes.some(
    ({ from, to, exception }) => from <= now && now < to && !(exception !== undefined && now < exception.until),
  );
}
