/** What is found in a policy before any change is there: errors close the gate, warnings do not. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lintPolicy, type LintOptions } from "../../../src/core/policy/lint.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import { instant } from "../../../src/core/time.ts";
import { NOW } from "./sample.ts";

const NAMES = ["openstack", "openstack-stable", "small-team", "solo", "lazy-consensus", "dependencies"];
const SHIPPED = Object.fromEntries(
  NAMES.map((name) => [name, readFileSync(new URL(`../../../policies/${name}.yaml`, import.meta.url), "utf8")]),
);

const REVIEW = 'Review: { values: { -1: no, 0: nothing, 1: yes }, copyCondition: "is:MIN", veto: sticky }';
const APPROVED = 'Approved: { submittableIf: "label:Review=MAX,user=non_contributor AND -label:Review=MIN" }';

interface Pieces {
  readonly labels?: string;
  readonly groups?: string;
  readonly access?: string;
  readonly approved?: string;
  readonly more?: string;
  readonly rest?: string;
}

/** A policy in which nothing is to be found, with pieces added or exchanged. */
function text({
  labels = "",
  groups = "",
  access = "core: -1..+1",
  approved = APPROVED,
  more = "",
  rest = "",
}: Pieces) {
  return `version: 1
groups:
  core: { teams: [acme/core] }
  ${groups}
labels:
  ${REVIEW}
  ${labels}
checks: { test: {} }
access: [{ branch: "*", label-Review: { ${access} } }]
submitRequirements:
  ${approved}
  Tested: { submittableIf: "check:test=success" }
  ${more}
${rest}
`;
}

function found(pieces: Pieces, options: LintOptions = {}): readonly string[] {
  return lintPolicy(text(pieces), {}, options).map(
    ({ severity, rule, line, key, message }) => `${severity} ${rule} ${line} ${key}: ${message}`,
  );
}

const requirement = (applicableIf: string) => ({
  more: `Extra: { applicableIf: '${applicableIf}', submittableIf: "is:draft" }`,
});

describe("linting", () => {
  it("finds nothing in a policy that says what it means", () => {
    expect(found({}, { now: NOW, branches: ["main"] })).toEqual([]);
  });

  it("tells what closes the gate as errors, and only that", () => {
    const broken = lintPolicy(text({ more: 'Other: { submittableIf: "label:Reviw=MAX OR hashtag:x" }' }), {});
    expect(broken.map(({ severity, rule }) => [severity, rule])).toEqual([["error", "expression"]]);
    expect(broken[0]?.hint).not.toBe("");
  });

  it.each([
    ["is:false", true],
    ["is:draft AND -is:draft", true],
    ["branch:main AND branch:stable/1", true],
    ["branch:main AND branch:^stable/.*", true],
    ["-(is:true OR is:draft)", true],
    ["has:enabled_code-owners", true],
    ["branch:main OR branch:stable/1", false],
    ["branch:^main.* AND branch:^m.*", false],
    ["-branch:main", false],
    ["ref:refs/heads/main AND branch:main", false],
  ])("says whether `applicableIf: %s` can never hold", (applicableIf, never) => {
    const rules = lintPolicy(text(requirement(applicableIf)), {}).map(({ rule }) => rule);
    expect(rules.includes("never-applicable")).toBe(never);
  });

  it("knows that a requirement of a branch that nobody has applies to nothing", () => {
    const stable = requirement("branch:^stable/.*");
    expect(found(stable, { branches: ["main", "stable/1"] })).toEqual([]);
    expect(found(stable, { branches: ["main", "dev"] })).toEqual([
      "warning never-applicable 13 submitRequirements.Extra.applicableIf: the requirement `Extra` can never apply on `main`, `dev`",
    ]);
  });

  it("says which labels decide nothing, and of which groups nothing is asked", () => {
    expect(
      found({ labels: "Notes: { values: { 0: none, 1: noted } }", groups: "idle: { teams: [acme/idle] }" }),
    ).toEqual([
      "warning idle-group 4 groups.idle: nothing is asked of the group `idle`, and it may vote on nothing",
      "warning trigger-label 7 labels.Notes: no requirement looks at the label `Notes`: it is a trigger, and votes on it decide nothing",
    ]);
  });

  it.each([
    ["submittableIf", "label:Review=MAX,user=non_contributor OR hashtag:trivial", true],
    ["submittableIf", "path-only:^docs/.* AND hashtag:docs", true],
    ["submittableIf", 'subject:"typo"', true],
    ["submittableIf", "author:robot OR label:Review=MAX,user=non_contributor", true],
    ["submittableIf", "hashtag:trivial AND label:Review=MAX,user=non_contributor", false],
    ["submittableIf", "hashtag:trivial AND check:test=success", false],
    ["submittableIf", "-hashtag:hold", false],
    ["submittableIf", "owner:robot OR is:draft", false],
    ["applicableIf", "-hashtag:trivial", true],
    ["applicableIf", "branch:main AND -hashtag:trivial", true],
    ["applicableIf", "hashtag:needs-docs", false],
  ])("T37: says whether words alone settle `%s: %s`", (part, expression, weak) => {
    const other = part === "applicableIf" ? ', submittableIf: "label:Review=MAX,user=non_contributor"' : "";
    const rules = lintPolicy(text({ more: `Extra: { ${part}: '${expression}'${other} }` }), {}).map(({ rule }) => rule);
    expect(rules.includes("weak-fact")).toBe(weak);
  });

  it("T37: says where words alone override, or are an exception from a freeze", () => {
    const overridden =
      'Approved: { submittableIf: "label:Review=MAX,user=non_contributor", overrideIf: "hashtag:urgent" }';
    const freezes =
      'freezes: [{ name: cut, branches: main, from: 2026-09-01, to: 2026-10-01, except: "hashtag:security" }]';
    expect(found({ approved: overridden, rest: freezes }, { now: NOW })).toEqual([
      "warning weak-fact 11 submitRequirements.Approved.overrideIf: `hashtag:urgent` alone can settle whether the requirement `Approved` is overridden, and nobody with a say has to agree",
      "warning weak-fact 14 freezes.0.except: `hashtag:security` alone can settle whether a change is an exception from the freeze `cut`, and nobody with a say has to agree",
    ]);
  });

  it("says of requirements that a freeze takes away", () => {
    const rest = "freezes: [{ name: cut, branches: main, from: 2026-09-01, to: 2026-10-01 }]";
    expect(found({ ...requirement("freeze:active AND -freeze:cut"), rest })).toEqual([
      "warning freeze-lifts 13 submitRequirements.Extra.applicableIf: while `freeze:cut` holds, the requirement `Extra` is not asked, whatever other freeze stands",
    ]);
    const kept = 'Extra: { applicableIf: "freeze:cut", submittableIf: "-freeze:active" }';
    expect(found({ more: kept, rest })).toEqual([]);
  });

  it("says which freezes have ended, by the time it is given", () => {
    const rest = "freezes: [{ name: cut, branches: main, from: 2026-07-01, to: 2026-08-01 }]";
    const to = instant(Date.UTC(2026, 7, 1));
    expect(found({ rest }, { now: instant(to - 1) })).toEqual([]);
    expect(found({ rest })).toEqual([]);
    expect(found({ rest }, { now: to })).toEqual(["warning freeze-past 14 freezes.0.to: the freeze `cut` has ended"]);
  });

  it("says where whoever wrote a change may approve it alone", () => {
    const approved = 'Approved: { submittableIf: "label:Review=MAX,group=core AND -label:Review=MIN" }';
    expect(found({ approved })).toEqual([
      "warning own-approval 11 submitRequirements.Approved.submittableIf: `label:Review=MAX,group=core` of the requirement `Approved` is all the approval a change for `main` may need, and whoever wrote the change may give it",
    ]);
    // A go-ahead beside the approval of somebody else is no approval of one's own.
    expect(found({ more: 'Go: { submittableIf: "label:Review=MAX,group=core" }' })).toEqual([]);
  });

  it("says where an override takes the author's vote in place of somebody else's", () => {
    const approved =
      'Approved: { submittableIf: "label:Review=MAX,user=non_contributor", overrideIf: "path-only:^docs/.* AND label:Review=MAX,group=core" }';
    expect(found({ approved }).join()).toMatch(/own-approval .*overrideIf: .* replaces the approval of somebody else/);
  });

  it("says where anyone may give what a requirement counts", () => {
    expect(found({ access: "anyone: -1..+1" })).toEqual([
      "warning idle-group 3 groups.core: nothing is asked of the group `core`, and it may vote on nothing",
      "warning anyone-approves 9 access.0.label-Review.anyone: anyone may give `label:Review=MAX,user=non_contributor`, which the requirement `Approved` counts",
    ]);
    const grouped = APPROVED.replace("non_contributor", "non_contributor,group=core");
    expect(found({ access: "anyone: -1..+1", approved: grouped })).toEqual([]);
    expect(found({ access: "anyone: -1..0, core: -1..+1" })).toEqual([]);
  });

  it("T38: says which overrides one person gives, and which reach over a veto", () => {
    const rest =
      "overrides: { Alone: { group: core, people: 1, expires: 4h, lifts: [Tested, Approved], overridesVeto: true } }";
    expect(found({ rest })).toEqual([
      "warning override-alone 14 overrides.Alone.people: one person alone may give the override `Alone`",
      "warning override-veto 14 overrides.Alone.lifts.1: the override `Alone` lifts `Approved` although somebody vetoes: `-label:Review=MIN`",
    ]);
    expect(found({ rest: rest.replace("people: 1, ", "").replace(", overridesVeto: true", "") })).toEqual([]);
  });

  it("has no word against the shipped presets, but that a maintainer of solo approves alone", () => {
    const groups =
      "groups: { core: { teams: [acme/core] }, stable-maint: { teams: [acme/stable] }, dependency-bots: { teams: [acme/bots] } }";
    const all = Object.keys(SHIPPED).flatMap((name) => {
      const file = `version: 1\nextends: preset:${name}\n`;
      const expects = loadPolicy(file, SHIPPED);
      const needed = expects.ok ? "" : expects.problem.map(({ message }) => message).join();
      const wanted = groups.replaceAll(
        /, (stable-maint|dependency-bots): \{ teams: \[[^\]]*\] \}/g,
        (piece, group: string) => (needed.includes(group) ? piece : ""),
      );
      const checks = needed.includes("no file names one") ? "checks: { test: {} }\n" : "";
      return lintPolicy(`${file}${wanted}\n${checks}`, SHIPPED, { now: NOW }).map(
        ({ path, severity, rule, key }) => `${path} ${severity} ${rule} ${key}`,
      );
    });
    expect(all).toEqual(["preset:solo warning own-approval submitRequirements.Workflow.submittableIf"]);
  });

  it("ends within a second on the largest expressions", () => {
    const hostile = Array.from({ length: 250 }, (_, i) => `(hashtag:a${i} AND -branch:b${i})`).join(" OR ");
    const started = performance.now();
    lintPolicy(text(requirement(hostile)), {});
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
