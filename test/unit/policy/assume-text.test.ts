import { describe, expect, it } from "vitest";
import type { Assumption } from "../../../src/core/policy/assume.ts";
import { parseAssumption } from "../../../src/core/policy/assume-text.ts";
import { alice, bob, branch, carol, policy, POLICY_TEXT, snapshot, vote } from "./sample.ts";

const POLICY = policy(`${POLICY_TEXT}submitRequirements:
  Docs: { submittableIf: "label:Code-Review>0" }
overrides:
  Emergency: { group: core, lifts: [Docs], expires: 4h }
`);
/** Without a preset, and without anything that a test does not name. */
const PLAIN = `version: 1
labels: { Code-Review: { values: { 0: none, 1: approved } } }
checks: { test: { job: test } }
submitRequirements: { Review: { submittableIf: "label:Code-Review=MAX,user=non_contributor AND check:test=success" } }
`;
const SNAPSHOT = snapshot();

function read(text: string, of = SNAPSHOT): Assumption | string {
  const parsed = parseAssumption(text, of, POLICY);
  return parsed.ok ? parsed.value : parsed.problem;
}

const user = ({ id, login }: typeof bob) => expect.objectContaining({ id, login }) as unknown;

describe("an assumption in words", () => {
  it.each<[string, object]>([
    ["vote bob Code-Review+2", { kind: "vote", by: user(bob), label: "Code-Review", value: 2 }],
    ["vote BOB Code-Review=-2", { kind: "vote", by: user(bob), label: "Code-Review", value: -2 }],
    ["vote bob Workflow-0", { kind: "vote", by: user(bob), label: "Workflow", value: 0 }],
    ["retract alice Code-Review", { kind: "retract", by: user(alice), label: "Code-Review" }],
    ["push REWORK by bob", { kind: "push", change: "REWORK", by: user(bob) }],
    ["push TRIVIAL_REBASE", { kind: "push", change: "TRIVIAL_REBASE", by: user(carol) }],
    ["check unit=failure", { kind: "check", check: "unit", conclusion: "failure" }],
    ["check unit = running", { kind: "check", check: "unit", conclusion: "running" }],
    ["check unit=none", { kind: "check", check: "unit", conclusion: "none" }],
    ["member bob -core", { kind: "member", who: user(bob), group: "core", is: "out" }],
    ["member carol +core", { kind: "member", who: user(carol), group: "core", is: "in" }],
    ["time +72h", { kind: "time", ms: 259_200_000 }],
    ["base stable/2026.1", { kind: "base", branch: branch("stable/2026.1") }],
    ["resolve", { kind: "resolve" }],
    ["ready", { kind: "ready" }],
    ["  draft  ", { kind: "draft" }],
    [
      "override Emergency by bob: production is down: badly",
      { kind: "override", rule: "Emergency", by: user(bob), reason: "production is down: badly" },
    ],
    ["override Emergency by bob", { kind: "override", rule: "Emergency", by: user(bob), reason: "" }],
  ])("%s", (text, assumption) => {
    expect(read(text)).toEqual(assumption);
  });

  it("a vote of no value is 0, and not less than nothing", () => {
    const parsed = read("vote bob Code-Review-0");
    expect(typeof parsed === "object" && parsed.kind === "vote" && Object.is(parsed.value, 0)).toBe(true);
  });

  it("names whoever the snapshot knows, also by a vote alone", () => {
    const stranger = { ...bob, id: carol.id, login: "quentin" };
    expect(read("vote quentin Code-Review+1")).toContain("nobody in the snapshot is called `quentin`");
    const known = snapshot({ votes: [vote(stranger, "Code-Review+1")] });
    expect(read("vote quentin Code-Review+1", known)).toMatchObject({ by: { login: "quentin" } });
  });
});

describe("a mistake is answered with what was found and what to write", () => {
  const FORMS =
    "write one of vote, retract, push, check, member, time, base, resolve, ready, draft, override, such as `vote bob Code-Review+2`";
  it.each<[string, string]>([
    ["", `Cannot assume \`\`: ${FORMS}`],
    ["approve bob", `Cannot assume \`approve bob\`: ${FORMS}`],
    ["vote bob", "Cannot assume `vote bob`: write `vote bob Code-Review+2`"],
    ["vote bob Code-Review 2", "Cannot assume `vote bob Code-Review 2`: write `vote bob Code-Review+2`"],
    ["vote bob Code-Review+3", "Cannot assume `vote bob Code-Review+3`: `Code-Review` goes from -2 to 2"],
    ["vote zoe Code-Review+2", "Cannot assume `vote zoe Code-Review+2`: nobody in the snapshot is called `zoe`"],
    ["retract bob", "Cannot assume `retract bob`: write `retract bob Code-Review`"],
    ["push", "Cannot assume `push`: write `push REWORK by carol`; kinds are NO_CHANGE"],
    ["push rework", "kinds are NO_CHANGE, NO_CODE_CHANGE, TRIVIAL_REBASE"],
    ["push REWORK by zoe", "nobody in the snapshot is called `zoe`"],
    ["check unit", "Cannot assume `check unit`: write `check unit=success`; known are success, failure"],
    ["check unit=green", "known are success, failure"],
    ["check =success", "write `check unit=success`"],
    ["check lint=success", "there is no check `lint`; known are: style, unit, integration"],
    ["member bob core", "write `member bob -core` or `member dave +core`"],
    ["member bob +cores", "there is no group `cores`; known are: core"],
    ["member zoe +core", "nobody in the snapshot is called `zoe`"],
    ["time 72h", "write `time +72h`: a duration with its unit"],
    ["time +72", "write `time +72h`: a duration with its unit"],
    ["base", "write `base stable/2026.1`"],
    ["base ..", "write `base stable/2026.1`"],
    ["resolve all", "Cannot assume `resolve all`: write `resolve` alone"],
    ["override Emergency", "write `override Emergency by bob: production is down`"],
    [
      "override Urgent by bob: now",
      `there is no override \`Urgent\`; known are: ${POLICY.overrides.map(({ name }) => name).join(", ")}`,
    ],
    ["override Emergency by zoe: now", "nobody in the snapshot is called `zoe`"],
  ])("`%s`", (text, sentence) => {
    expect(read(text)).toContain(sentence);
  });

  it.each(["vote bob Approval+1", "retract bob Approval"])("%s", (text) => {
    expect(read(text)).toBe(
      `Cannot assume \`${text}\`: there is no label \`Approval\`; known are: ${POLICY.labels.map(({ name }) => name).join(", ")}`,
    );
  });

  it("where the policy has none of a kind, that is said", () => {
    const parsed = parseAssumption("override Emergency by bob: now", SNAPSHOT, policy(PLAIN, {}));
    expect(parsed.ok ? "" : parsed.problem).toBe(
      "Cannot assume `override Emergency by bob: now`: there is no override `Emergency`; there is none",
    );
  });

  it.each([
    `vote ${"a".repeat(200_000)}`,
    `check ${"=".repeat(200_000)}`,
    `time +${"9".repeat(200_000)}h`,
    `push ${" ".repeat(200_000)}x`,
  ])("a very long one ends at once", (text) => {
    const began = process.cpuUsage();
    expect(typeof read(text)).toBe("string");
    expect(process.cpuUsage(began).user / 1_000).toBeLessThan(500);
  });
});
