import { describe, expect, it } from "vitest";
import { parseExpression } from "../../../src/core/policy/expression.ts";
import { resolveAtoms } from "../../../src/core/policy/expression-tree.ts";
import { establish } from "../../../src/core/policy/facts.ts";
import { judgeTime } from "../../../src/core/policy/judge-time.ts";
import { readFreezes, readOverrides } from "../../../src/core/policy/load-time.ts";
import { readRequirementTest, type RequirementTest } from "../../../src/core/policy/operators.ts";
import type { Condition, Freeze } from "../../../src/core/policy/policy.ts";
import type { PolicyProblem } from "../../../src/core/policy/problem.ts";
import type { LayerKeys } from "../../../src/core/policy/schema.ts";
import { readYaml } from "../../../src/core/policy/yaml-text.ts";
import { formatInstant, instant, parseInstant, type Instant } from "../../../src/core/time.ts";
import { branch, NOW, policy, snapshot } from "./sample.ts";

const at = (text: string) => parseInstant(text)!;
const NAMES = { labels: [], groups: [], checks: [], freezes: ["feature-freeze"] };

function condition(text: string): Condition<RequirementTest> {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(text);
  const resolved = resolveAtoms(parsed.value, (atom) => readRequirementTest(text, atom, NAMES));
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problem));
  return { text, expression: resolved.value };
}

/** What the text of a layer says, and what is wrong with it. */
function read(text: string) {
  const yaml = readYaml(text);
  if (!yaml.ok) throw new Error(JSON.stringify(yaml.problem));
  const layer = { path: ".github/plustwo.yml", source: yaml.value, keys: yaml.value.value as LayerKeys };
  const problems: PolicyProblem[] = [];
  const freezes = readFreezes(layer, (_, written) => condition(written), problems);
  const known = { groups: ["core"], requirements: ["Code-Review", "Verified", "Freeze"] };
  const overrides = readOverrides(layer, known, problems);
  return { freezes, overrides, problems: problems.map(({ line, column, message }) => `${line}:${column} ${message}`) };
}

const freeze = (more: string) => read(`freezes:\n  - { name: f, branches: [main], ${more} }\n`);

describe("the key `freezes`", () => {
  it("is read with its zone", () => {
    const { freezes, problems } = freeze(
      'from: 2026-09-01T00:00, to: 2026-10-01T00:00, timezone: Europe/Berlin, except: "is:contributors-known"',
    );
    expect(problems).toEqual([]);
    expect(freezes).toMatchObject([
      {
        name: "f",
        branches: ["main"],
        from: at("2026-08-31T22:00Z"),
        to: at("2026-09-30T22:00Z"),
        except: { text: "is:contributors-known" },
      },
    ]);
  });

  it("T39: on the days when clocks step, the longer freeze is meant", () => {
    const window = (from: string, to: string) => {
      const [found] = freeze(`from: ${from}, to: ${to}, timezone: Europe/Berlin`).freezes;
      return [formatInstant(found!.from), formatInstant(found!.to)];
    };
    // 02:30 comes twice on that day: from the first, to the second.
    expect(window("2026-10-25T02:30", "2026-10-26T00:00")[0]).toBe("2026-10-25T00:30:00.000Z");
    expect(window("2026-10-24T00:00", "2026-10-25T02:30")[1]).toBe("2026-10-25T01:30:00.000Z");
    // 02:30 never comes on that day: the gap counts from its first instant.
    expect(window("2026-03-29T02:30", "2026-03-30T00:00")[0]).toBe("2026-03-29T01:00:00.000Z");
    expect(window("2026-03-28T00:00", "2026-03-29T02:30")[1]).toBe("2026-03-29T01:00:00.000Z");
  });

  it.each([
    ["from: 2026-09-31T00:00, to: 2026-10-01T00:00", "2:40 `2026-09-31T00:00` is no date and time"],
    ["from: 2026-09-01T00:00, to: soon", "2:62 `soon` is no date and time"],
    [
      "from: 2026-10-01T00:00, to: 2026-09-01T00:00",
      "2:62 it ends at `2026-09-01T00:00`, which is not after `2026-10-01T00:00`",
    ],
    [
      "from: 2026-09-01T00:00, to: 2026-09-01T00:00",
      "2:62 it ends at `2026-09-01T00:00`, which is not after `2026-09-01T00:00`",
    ],
    ["from: 2026-09-01T00:00, to: 2026-10-01T00:00, timezone: CEST+2", "2:90 `CEST+2` is no time zone"],
    [
      'from: 2026-09-01T00:00, to: 2026-10-01T00:00, except: "-freeze:active"',
      "2:88 an exception asks about freezes itself",
    ],
  ])("%s is a problem with line and column", (more, problem) => {
    expect(freeze(more).problems).toEqual([problem]);
  });

  it("names are each used once", () => {
    const one = "{ name: f, branches: main, from: 2026-09-01, to: 2026-10-01 }";
    expect(read(`freezes:\n  - ${one}\n  - ${one}\n`).problems).toEqual(["3:13 two freezes have the name `f`"]);
  });
});

describe("the key `overrides`", () => {
  it("is read with two people and a reason where nothing else is said", () => {
    const { overrides, problems } = read(
      "overrides:\n  Emergency: { group: core, expires: 4h, lifts: [Freeze, Verified] }\n",
    );
    expect(problems).toEqual([]);
    expect(overrides).toEqual([
      {
        ...{ name: "Emergency", group: "core", people: 2, requireReason: true, expiresMs: 14_400_000 },
        ...{ lifts: ["Freeze", "Verified"], overridesVeto: false, notify: "comment" },
      },
    ]);
  });

  it.each([
    ["group: gods, expires: 4h, lifts: [Freeze]", "2:15 there is no group `gods`"],
    ["group: core, expires: 4h, lifts: [Frieze]", "2:42 there is no submit requirement `Frieze`"],
    ["group: core, expires: 4h, lifts: [Parents]", "2:42 `Parents` is a fact about the change and is never lifted"],
    ["group: core, expires: 4h, lifts: []", "2:41 it lifts nothing"],
    ["group: core, expires: 0h, lifts: [Freeze]", "2:30 `0h` is no time an override may last"],
    ["group: core, expires: 8d, lifts: [Freeze]", "2:30 `8d` is no time an override may last"],
  ])("%s is a problem with line and column", (keys, problem) => {
    expect(read(`overrides:\n  E: { ${keys} }\n`).problems).toEqual([problem]);
  });

  it("`none` takes words back, so it is nobody's name", () => {
    expect(read("overrides:\n  None: { group: core, expires: 4h, lifts: [Freeze] }\n").problems).toHaveLength(1);
  });
});

describe("a freeze", () => {
  const [from, to] = [at("2026-09-01T00:00Z"), at("2026-10-01T02:00Z")];
  const WINDOW: Freeze = { name: "feature-freeze", branches: ["main", "stable/*"], from, to };
  const judged = (
    now: Instant,
    {
      freezes = [WINDOW],
      of = snapshot(),
      text = "freeze:active",
    }: Partial<{ freezes: Freeze[]; of: ReturnType<typeof snapshot>; text: string }> = {},
  ) => {
    const { expression } = condition(text);
    if (expression.kind !== "atom" || expression.atom.kind !== "time") throw new Error(text);
    const facts = establish({ ...policy(), freezes }, of, now);
    return judgeTime(expression.atom, facts, (test) => ({ value: test.kind === "contributors-known" }));
  };

  it.each([
    ["2026-08-31T23:59:59.999Z", false, from],
    ["2026-09-01T00:00:00.000Z", true, to],
    ["2026-10-01T01:59:59.999Z", true, to],
    ["2026-10-01T02:00:00.000Z", false, undefined],
  ])("holds from its first moment to the last before its end: at %s it is %s", (now, value, wakeAt) => {
    const found = judged(at(now));
    expect([found.value, found.wakeAt]).toEqual([value, wakeAt]);
  });

  it("says which, until when, and that waiting is enough", () => {
    expect(judged(NOW)).toMatchObject({
      why: "frozen by feature-freeze until 1 Oct 2026 02:00 UTC",
      evidence: ["freeze:feature-freeze"],
      turns: [[{ kind: "wait", who: [], need: 0, do: "wait until 1 Oct 2026 02:00 UTC", until: to }]],
    });
    expect(judged(at("2026-08-01T00:00Z")).why).toBe("no freeze holds now; feature-freeze begins 1 Sep 2026 00:00 UTC");
  });

  it("is about its branches alone", () => {
    const on = (name: string) => judged(NOW, { of: snapshot({ change: { branch: branch(name) } }) }).value;
    expect(["main", "stable/2026.1", "mainline", "feature/main"].map(on)).toEqual([true, true, false, false]);
  });

  it("is none for what its exception speaks of", () => {
    const except = condition("is:contributors-known");
    expect(judged(NOW, { freezes: [{ ...WINDOW, except }] }).value).toBe(false);
    const not = condition("-is:contributors-known");
    expect(judged(NOW, { freezes: [{ ...WINDOW, except: not }] }).value).toBe(true);
  });

  it("of the policy and of the release cycle hold together, without a moment between them", () => {
    const cycle = { name: "cycle", branches: ["main"], from: at("2026-10-01T02:00Z"), to: at("2026-10-03T00:00Z") };
    const of = snapshot({ freezes: [cycle] });
    expect(judged(NOW, { of })).toMatchObject({
      value: true,
      wakeAt: cycle.to,
      why: "frozen by feature-freeze until 3 Oct 2026 00:00 UTC",
    });
    expect(judged(to, { of })).toMatchObject({ value: true, why: "frozen by cycle until 3 Oct 2026 00:00 UTC" });
    expect(judged(NOW, { of, freezes: [], text: "freeze:active" })).toMatchObject({ value: false, wakeAt: cycle.from });
  });

  it("is asked for by name too, and another one is not it", () => {
    const other = { ...WINDOW, name: "other" };
    expect(judged(NOW, { text: "freeze:feature-freeze" }).value).toBe(true);
    expect(judged(NOW, { text: "freeze:feature-freeze", freezes: [other] }).value).toBe(false);
    expect(judged(instant(NOW), { freezes: [WINDOW, other] }).why).toBe(
      "frozen by feature-freeze and other until 1 Oct 2026 02:00 UTC",
    );
  });
});
