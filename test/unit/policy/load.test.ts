import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Sha } from "../../../src/core/ids.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import { policyNeeds } from "../../../src/core/policy/policy.ts";
import { describePolicyProblem } from "../../../src/core/policy/problem.ts";
import { policyJsonSchema } from "../../../src/core/policy/schema.ts";
import type { PolicyLayer } from "../../../src/core/policy/snapshot.ts";
import { policy, POLICY_TEXT, PRESETS } from "./sample.ts";

const BASE = "version: 1\nextends: preset:openstack\n";
const CORE = "groups: { core: { teams: [acme/core] } }\n";
/** Whose word dates and exceptions need; last, so that requirements can follow. */
const CYCLE = `groups: { core: { teams: [acme/core] }, release-managers: { teams: [acme/release] } }
submitRequirements:
  Exceptions:
    applicableIf: directory:exceptions OR directory:schedules
    submittableIf: label:Code-Review=MAX,user=non_contributor,group=release-managers
`;

/** A policy that extends nothing. */
const ALONE = `version: 1
groups: { core: { teams: [acme/core] } }
labels:
  Review: { values: { -1: no, 0: nothing, 1: yes }, copyCondition: "is:MIN", veto: sticky }
checks: { test: {} }
access: [{ branch: "*", label-Review: { core: -1..+1 } }]
submitRequirements:
  Approved: { submittableIf: "label:Review=MAX,user=non_contributor AND -label:Review=MIN" }
  Tested: { description: The test passes, submittableIf: "check:test=success" }
`;

function problems(
  text: string | readonly PolicyLayer[],
  presets: Readonly<Record<string, string>> = PRESETS,
): readonly string[] {
  const loaded = loadPolicy(text, presets);
  return loaded.ok ? [] : loaded.problem.map((one) => `${describePolicyProblem(one)} / ${one.hint}`);
}

/** The preset with one piece of text replaced. */
function preset(from: string, to: string): Readonly<Record<string, string>> {
  expect(PRESETS.openstack).toContain(from);
  return { ...PRESETS, openstack: PRESETS.openstack.replace(from, to) };
}

describe("a repository's policy", () => {
  it("needs a version, a preset and its core group, and nothing else", () => {
    const { mode, gate, checks, requirements, sources } = policy(BASE + CORE);
    expect(mode).toBe("observe");
    expect(gate).toEqual({ strategy: "auto", settleMs: 30_000, jobs: ["style", "unit", "integration"] });
    expect(checks[1]).toEqual({
      name: "unit",
      entries: [
        {
          pattern: "unit",
          producer: { kind: "actions", workflow: ".github/workflows/ci.yml" },
          required: "always",
          allow: [],
          withinMs: 300_000,
        },
      ],
    });
    expect(requirements.map(({ name }) => name)).toEqual([
      "Code-Review",
      "Workflow",
      "Verified",
      "CI-Config",
      "Freeze",
    ]);
    expect(sources.map(({ path }) => path)).toEqual(["preset:openstack", ".github/plustwo.yml"]);
  });

  it("may name people, pin a check's producer and set how long the gate settles", () => {
    const loaded = policy(
      `${BASE}mode: enforce
groups: { core: { users: [{ login: alice, id: 1 }], teams: [acme/b, acme/a] }, more: { teams: [acme/a] } }
checks:
  style: { job: lint, workflow: .github/workflows/lint.yaml }
  unit: { app: { slug: zuulish, id: 12345 } }
pipelines: { gate: { settle: 0s } }
`,
    );
    expect(loaded.mode).toBe("enforce");
    expect(loaded.gate.settleMs).toBe(0);
    expect(loaded.checks.flatMap(({ entries }) => entries.map(({ pattern, producer }) => [pattern, producer]))).toEqual(
      [
        ["lint", { kind: "actions", workflow: ".github/workflows/lint.yaml" }],
        ["unit", { kind: "app", app: { id: 12345, slug: "zuulish" } }],
        ["integration", { kind: "actions", workflow: ".github/workflows/ci.yml" }],
      ],
    );
    expect(policyNeeds(loaded)).toMatchObject({ teams: ["acme/a", "acme/b"], users: [{ login: "alice", id: 1 }] });
  });

  it("may say how changes land, what shape they have and how long the gate waits", () => {
    const loaded = policy(
      `${BASE}${CORE}shape: one-commit
pipelines: { gate: { strategy: squash, timeout: 2h, start: 5m, progress: 30m } }
`,
    );
    expect(loaded.shape).toBe("one-commit");
    expect(loaded.gate).toMatchObject({
      strategy: "squash",
      settleMs: 30_000,
      startMs: 300_000,
      progressMs: 1_800_000,
      totalMs: 7_200_000,
    });
  });

  it("may name several producers for a check, by pattern, and checks of its own", () => {
    const loaded = policy(
      `${BASE}${CORE}checks:
  unit:
    - { job: "test (*)", allow: [skipped] }
    - { job: build / unit, workflow: .github/workflows/build.yml, required: if-present, within: 2m }
  integration: { status: ci/*, by: { login: ci-bot, id: 99 } }
  docs: { job: docs }
`,
    );
    expect(loaded.gate.jobs).toEqual(["style", "unit", "integration", "docs"]);
    expect(loaded.checks.slice(1, 3).flatMap(({ entries }) => entries)).toEqual([
      {
        pattern: "test (*)",
        producer: { kind: "actions", workflow: ".github/workflows/ci.yml" },
        required: "always",
        allow: ["skipped"],
        withinMs: 300_000,
      },
      {
        pattern: "build / unit",
        producer: { kind: "actions", workflow: ".github/workflows/build.yml" },
        required: "if-present",
        allow: [],
        withinMs: 120_000,
      },
      {
        pattern: "ci/*",
        producer: { kind: "status", by: { login: "ci-bot", id: 99 } },
        required: "always",
        allow: [],
        withinMs: 300_000,
      },
    ]);
  });

  it("may say where the release cycle's files are, once, and a requirement has to ask for its freezes", () => {
    expect(policy(BASE + CORE).cycle).toBeUndefined();
    const text = `${BASE}cycle: { files: schedules }\n${CYCLE}`;
    expect(policy(text).cycle).toEqual({ files: "schedules", exceptions: "exceptions" });
    for (const files of ["/etc", "..", "a/../b", "a//b", ""])
      expect(problems(`${BASE}cycle: { files: "${files}" }\n${CYCLE}`).join(), files).toContain("cycle.files");
    const plain = (more = "") =>
      `version: 1\nextends: preset:small-team\nchecks: { unit: {} }\ncycle: { files: schedules }\n${CYCLE}${more}`;
    expect(problems(plain())).toEqual([
      'Cannot use the policy .github/plustwo.yml:4:8: there is a release cycle, and no requirement asks `freeze:active`, so its freezes would stop nothing / add a requirement such as `Freeze: { submittableIf: "-freeze:active" }`, or extend preset:openstack',
    ]);
    expect(policy(plain('  Freeze: { submittableIf: "-freeze:active" }\n')).cycle).toBeDefined();
  });

  describe("with a release cycle, has to say whose word exceptions need", () => {
    const cycle = "cycle: { files: releases, exceptions: granted/exceptions }\n";
    const asking = (applicableIf: string, groups = "release-managers: { teams: [acme/release] }") =>
      `${BASE}groups: { core: { teams: [acme/core] }, ${groups} }\n${cycle}submitRequirements:\n  Exceptions:\n    applicableIf: '${applicableIf}'\n    submittableIf: label:Code-Review=MAX,user=non_contributor,group=release-managers\n`;
    const whole = 'directory:granted/exceptions OR path:releases/freezes.yaml OR path:"^releases/[^/]+/[a-z]+[.]yaml"';

    it.each([
      ["by folder and by path", whole],
      ["by one folder above", "directory:releases OR directory:granted"],
      ["on the branch where it is read", `branch:main AND (${whole})`],
      ["for nothing but these", 'path-only:"^(releases|granted)/.*"'],
    ])("%s", (_, applicableIf) => {
      expect(policy(asking(applicableIf)).cycle).toBeDefined();
    });

    it.each([
      ["nothing does", "path:src/a.ts", "granted/exceptions/2027.1/141.yaml"],
      ["exceptions are left out", "directory:releases", "granted/exceptions/2027.1/141.yaml"],
      ["what freezes stop is left out", "directory:granted OR path:^releases/.*/.*", "releases/freezes.yaml"],
      [
        "events beside a schedule are left out",
        "directory:granted OR path:^releases/.*/schedule.yaml OR path:releases/freezes.yaml",
        "releases/2027.1/events.yaml",
      ],
      [
        "cycles that have a name are left out",
        "directory:releases OR path:^granted/exceptions/2027.*",
        "granted/exceptions/aster/141.yaml",
      ],
      ["it applies to every change, and so says nothing of these", "is:open", "granted/exceptions/2027.1/141.yaml"],
    ])("and is refused where %s, with what to add", (_, applicableIf, path) => {
      const [problem = "", ...more] = problems(asking(applicableIf));
      expect(more).toEqual([]);
      expect(problem).toContain(`no requirement speaks of ${path}, so whoever approves code would grant exceptions`);
      const snippet = /`submitRequirements: \{ Exceptions: (.*) \}`, and say/.exec(problem)?.[1] ?? "";
      const mended = asking(applicableIf).replace(/ {2}Exceptions:[^]*/, `  Exceptions: ${snippet}\n`);
      expect(policy(mended).cycle).toBeDefined();
    });

    it("and is refused where no file says who the release managers are: by default they are the cores", () => {
      expect(problems(asking(whole, ""))).toEqual([
        expect.stringContaining(
          "exceptions from its freezes are `release-managers`'s to grant, and no file says who that is",
        ),
      ]);
    });
  });

  it("may say which files ask for releases, and whose may tag it; without it nobody's do", () => {
    expect(policy(BASE + CORE).releases).toEqual({ from: [] });
    const text = `${BASE}${CORE}releases: { files: deliverables, from: [acme/releases] }\n`;
    expect(policy(text).releases).toEqual({ files: "deliverables", from: ["acme/releases"] });
    for (const files of ["/etc", "../up/..", "a//b"])
      expect(problems(`${BASE}${CORE}releases: { files: "${files}" }\n`).join(), files).toContain("releases.files");
    expect(problems(`${BASE}${CORE}releases: { from: [releases] }\n`).join()).toContain("a repository such as");
  });

  it("may name the label whose vote lets a change from a fork be a base; by default nothing of a fork is put into the project", () => {
    const label = "labels: { Review-Base: { values: { 0: none, +1: may be a base } } }\n";
    const withForks = (name: string, who = "core") =>
      `${BASE}${CORE}${label}access: [{ branch: "*", label-Review-Base: { ${who}: 0..+1 } }]\nforks: { reviewBases: ${name} }\n`;
    expect(policy(BASE + CORE)).not.toHaveProperty("reviewBases");
    expect(policy(withForks("Review-Base")).reviewBases).toBe("Review-Base");
    expect(policy(withForks("off"))).not.toHaveProperty("reviewBases");
    expect(problems(withForks("Nothing")).join()).toContain("`Nothing` is no label");
    expect(problems(withForks("Verified")).join()).toContain("nobody can vote +1 on `Verified`");
    for (const who of ["anyone", "owner"])
      expect(problems(withForks("Review-Base", who)).join(), who).toContain("anybody may vote +1 on `Review-Base`");
    const organisation = {
      from: "org" as const,
      path: "acme/.github",
      sha: "9".repeat(40) as Sha,
      text: "version: 1\nforks: { reviewBases: off }\n",
    };
    const file = {
      from: "repo" as const,
      path: ".github/plustwo.yml",
      sha: "8".repeat(40) as Sha,
      text: withForks("Review-Base"),
    };
    const loaded = loadPolicy([organisation, file], PRESETS);
    expect(loaded.ok && loaded.value.reviewBases).toBeUndefined();
    expect(loaded.ok).toBe(true);
  });

  it("needs no preset where it says everything itself", () => {
    const loaded = policy(ALONE);
    expect(loaded).not.toHaveProperty("preset");
    expect(loaded.sources.map(({ path }) => path)).toEqual([".github/plustwo.yml"]);
    expect(loaded.requirements).toMatchObject([{ name: "Approved", description: "Approved", noun: "Approved" }, {}]);
    expect(loaded.identity).toEqual({ unknownContributors: "warn", suggestionsMakeContributors: true });
    expect(loaded.explain).toEqual({ people: "names" });
    expect(problems(ALONE.replace(/^checks.*$/m, "")).join()).toContain("there is no check `test`");
  });

  it("is what policies/README.md shows", () => {
    const readme = readFileSync(new URL("../../../policies/README.md", import.meta.url), "utf8");
    const examples = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
    expect(examples).toHaveLength(2);
    for (const text of examples) expect(problems(text.startsWith("version:") ? text : BASE + CORE + text)).toEqual([]);
  });

  it("of a small team takes the checks it names and only those, and needs one", () => {
    const team = `version: 1\nextends: preset:small-team\n${CORE}`;
    const loaded = policy(`${team}checks: { lint: {}, test-18: { job: test (18) }, test-20: { job: test (20) } }\n`);
    expect(loaded.gate.jobs).toEqual(["lint", "test-18", "test-20"]);
    expect(loaded.identity).toEqual({ unknownContributors: "warn", suggestionsMakeContributors: false });
    expect(problems(team).join()).toContain("preset:small-team takes the checks that a repository names, and no file");
  });

  it("may not name a check that no requirement of its preset would look at", () => {
    const three = preset(
      '"check:ALL=success"',
      '"check:style=success AND check:unit=success AND check:integration=success"',
    );
    expect(problems(`${BASE}${CORE}checks: { lint: {} }\n`, three)).toEqual([
      expect.stringContaining(
        "no requirement uses the check `lint`, so it would guard nothing / used are: style, unit, integration",
      ),
    ]);
  });

  it.each([
    [
      "grups: {}\n",
      "3:1: `grups` is not a key of a policy file / allowed: version, extends, mode, dialect, shape, groups, identities, labels, checks, access, submitRequirements, owners, freezes, overrides, identity, pipelines, releases, cycle, notes, forks, explain",
    ],
    [
      "expects: { groups: [core] }\n",
      "3:1: `expects` is not a key of a policy file / only a preset expects something of others",
    ],
    ["identity: { onBehalfOf: false }\n", "3:25: `identity.onBehalfOf` cannot be `false` / allowed: true"],
    ["explain: { people: none }\n", "`explain.people` cannot be `none` / allowed: names, counts"],
    ["owners: { renames: new }\n", "`owners.renames` cannot be `new` / allowed: both"],
    ["labels: { Docs: { values: { 0: no, 2: yes } } }\n", "3:27: the values of `Docs` have gaps, or no 0"],
    ["labels: { Docs: { values: { 0: no, 1: a, +1: b } } }\n", 'the key "+1" stands twice in its map'],
    ["labels: { Docs: { values: { 0: no }, branch: [] } }\n", "`labels.Docs.branch` is not right"],
    [
      "labels: { Docs: { values: { 0: no, 1: yes }, computed: { 1: check:ALL=success }, branch: main } }\n",
      "`Docs` is computed, and so is there on every branch",
    ],
    ["labels: { Docs: { values: { 0: no, 1: yes }, computed: {} } }\n", "`Docs` is computed from nothing"],
    [
      "access: [{ branch: main, label-Docs: { core: 0..+1 } }]\n",
      "3:38: `label-Docs` is no right / rights are: label-",
    ],
    ["access: [{ branch: main, exclusive: [label-Docs] }]\n", "3:37: `label-Docs` is no right"],
    [
      "access: [{ branch: main, exclusive: [Docs] }]\n",
      "`access.0.exclusive.0` cannot be `Docs` / write a right such as",
    ],
    ["submitRequirements: { Docs: { noun: page } }\n", "`submitRequirements.Docs.submittableIf` is missing"],
    [
      "submitRequirements: { Docs: { submittableIf: label:Docs=MAX } }\n",
      "3:46: there is no label `Docs` (character 1 of the expression) / labels are: Code-Review",
    ],
    ["submitRequirements: { Policy: { submittableIf: is:true } }\n", "the name `Policy` is taken: the evaluation adds"],
    [
      "submitRequirements: { Docs: { submittableIf: is:true }, docs: { submittableIf: is:true } }\n",
      "the name `docs` is taken / names differ by more than upper and lower case",
    ],
    [
      "freezes: [{ name: F, branches: main, from: soon, to: 2026-10-01 }]\n",
      "3:44: `freezes.0.from` cannot be `soon` / write a day or a time such as `2026-09-01T00:00`",
    ],
    ["freezes: [{ name: F, branches: main, from: 2026-09-31, to: 2026-10-01 }]\n", "`2026-09-31` is no date and time"],
    [
      "overrides: { Hotfix: { group: core, expires: 4h, lifts: [Nothing] } }\n",
      "3:58: there is no submit requirement `Nothing`",
    ],
    ["identities: [[{ login: alice, id: 1 }]]\n", "`identities.0` is not right"],
    [
      "identities: [[{ login: alice, id: 1 }, { login: alice, id: 2 }]]\n",
      "`alice` with id 2 contradicts another entry",
    ],
    ["mode: on\n", "3:7: `mode` cannot be `on` / allowed: observe, advise, enforce"],
    [
      "checks: { unit: { name: x } }\n",
      "3:19: `name` is not a key of `checks.unit` / allowed here: job, workflow, app, status, by, required, allow, within",
    ],
    [
      "checks: { unit: [{ job: a }, { name: x }] }\n",
      "3:32: `name` is not a key of `checks.unit.1` / allowed here: job",
    ],
    ["checks: { unit: [] }\n", "3:17: `checks.unit` is not right"],
    ["checks: { unit: lint }\n", "3:17: `checks.unit` is `lint`, not a map"],
    ["checks: { unit: [lint] }\n", "3:18: `checks.unit.0` is `lint`, not a map"],
    ["checks: { unit: { required: no } }\n", "`checks.unit.required` cannot be `no` / allowed: always, if-present"],
    ["checks: { unit: [{ allow: [cancelled] }] }\n", "`checks.unit.0.allow.0` cannot be `cancelled`"],
    ["checks: { unit: { within: soon } }\n", "`checks.unit.within` cannot be `soon` / write a duration"],
    [
      "checks: { unit: { status: ci/unit } }\n",
      "3:27: it does not say whose status counts, and anybody with write access",
    ],
    [
      "checks: { unit: { by: { login: ci, id: 9 } } }\n",
      "3:23: `by` names who sets a commit status, and no `status` is named",
    ],
    [
      "checks: { unit: [{ status: a, job: b, by: { login: ci, id: 9 } }] }\n",
      "a commit status has no `job` / remove `job`, or `status`",
    ],
    [
      "checks: { unit: { app: { slug: z, id: 9 }, workflow: .github/workflows/ci.yml } }\n",
      "the app z has no workflow files",
    ],
    ["checks: { ALL: { job: x } }\n", "3:16: `ALL` is not free as a check's name"],
    [
      "checks: { style: { required: if-present }, unit: { required: if-present }, integration: { required: if-present } }\n",
      "3:9: every check is `required: if-present`, so a commit on which nothing ran would pass",
    ],
    ["checks: { unit: { workflow: ci.yml } }\n", "3:29: `checks.unit.workflow` cannot be `ci.yml`"],
    ["pipelines: { gate: { settle: 30 } }\n", "3:30: `pipelines.gate.settle` is `30`, not text"],
    ["pipelines: { gate: { settle: soon } }\n", "3:30: `pipelines.gate.settle` cannot be `soon`"],
    ["pipelines: { check: {} }\n", "3:14: `check` is not a key of `pipelines` / allowed here: gate"],
    ["pipelines: { gate: { timeout: 2 hours } }\n", "`pipelines.gate.timeout` cannot be `2 hours`"],
    [
      "pipelines: { gate: { strategy: fast-forward } }\n",
      "`pipelines.gate.strategy` cannot be `fast-forward` / allowed: auto, merge-if-necessary, squash, rebase",
    ],
    ["shape: two-commits\n", "3:8: `shape` cannot be `two-commits` / allowed: any, one-commit"],
    ["groups: { core: { teams: [core] } }\n", "`groups.core.teams.0` cannot be `core`"],
    ["groups: { core: { users: [{ login: alice }] } }\n", "`groups.core.users.0.id` is missing"],
    [
      "groups: { core: { users: [{ login: a, id: 1 }, { login: A, id: 2 }] } }\n",
      "`A` with id 2 contradicts another entry",
    ],
    ["groups: { core: {} }\n", "the group `core` names nobody"],
    ["groups: { core: { teams: [] } }\n", "the group `core` names nobody"],
    [
      "groups: { cores: { teams: [acme/core] } }\n",
      "preset:openstack needs the group `core`, and no file says who is in it",
    ],
    ["groups: { owner: { teams: [acme/core] } }\n", "`owner` is not free as a group's name"],
  ])("refuses %s", (text, expected) => {
    const all = problems(BASE + (text.startsWith("groups") ? text : text + CORE));
    expect(
      all.some((one) => one.includes(expected)),
      all.join("\n"),
    ).toBe(true);
  });

  it.each([
    ["a key twice", `${BASE}${CORE}mode: observe\nmode: enforce\n`, `5:1: the key "mode" stands twice in its map`],
    ["a quoted key twice", `${BASE}${CORE}"mode": observe\n"mode": enforce\n`, `5:1: the key "mode" stands twice`],
    ["a key twice in one line", `${BASE}groups: { core: {}, core: {} }\n`, `the key "core" stands twice`],
    [
      "an anchor and an alias",
      `${BASE}groups: { core: &c { teams: [acme/core] }, x: *c }\n`,
      "the anchor `&c` may not be used",
    ],
    ["a merge key", `${BASE}${CORE}<<: { mode: enforce }\n`, "4:1: the merge key `<<` may not be used"],
    ["a tag", `${BASE}${CORE}mode: !!str enforce\n`, "the tag `tag:yaml.org,2002:str` may not be used"],
    ["a tab", `${BASE}groups:\n\tcore: {}\n`, "4:1: a tab is used as indentation"],
    ["two documents", `${BASE}${CORE}---\na: 1\n`, "a second document begins here"],
    ["a directive", `%YAML 1.1\n---\n${BASE}${CORE}`, "1:1: a `%` directive may not be used"],
    ["what is no YAML", "version: [1\n", "it is not valid YAML"],
    ["a list", "- a\n", "the policy is a list, not a map"],
    ["nothing", "", "it is empty"],
    ["another version", "version: 2\n", "`version` cannot be `2`"],
    ["no version", "mode: observe\n", "`version` is missing"],
    [
      "no preset",
      `version: 1\n${CORE}`,
      "it extends no preset and has no submit requirements of its own, which would let everything pass / add `extends:` or `submitRequirements:`; presets are: preset:openstack",
    ],
    [
      "an unknown preset",
      "version: 1\nextends: preset:nope\n",
      "2:10: there is no preset `nope` / presets are: preset:openstack",
    ],
    [
      "a preset called like a part of every object",
      "version: 1\nextends: preset:constructor\n",
      "there is no preset `constructor`",
    ],
    ["more than 256 KiB", `${BASE}${CORE}#${"x".repeat(300_000)}`, "it has more than 256 KiB"],
    ["what is not UTF-8", `${BASE}${CORE}# \uFFFD\n`, "4:3: it is not UTF-8 text"],
  ])("refuses %s", (_, text, expected) => {
    expect(problems(text).join("\n")).toContain(expected);
  });

  it("that is missing closes the gate", () => {
    expect(problems([]).join()).toContain("there is no policy file on the target branch");
  });
});

describe("a preset is checked as strictly", () => {
  const REVIEW = "label:Code-Review=MAX,user=non_contributor,group=core,count>=2 AND -label:Code-Review=MIN";
  it.each([
    [REVIEW, "label:Code-Revew=MAX", "there is no label `Code-Revew`"],
    [REVIEW, "label:code-review=MAX", "did you mean `Code-Review`?"],
    [REVIEW, "-label:Code-Review=-3", "`Code-Review` goes from -2 to 2, so -3 can never be voted"],
    [REVIEW, "label:Code-Review=0", "`Code-Review=0` takes in 0, which is no vote"],
    [REVIEW, "label:Code-Review>=0", "`Code-Review>=0` takes in 0"],
    [REVIEW, "label:Code-Review<=0", "`Code-Review<=0` takes in 0"],
    [REVIEW, "label:Code-Review>2", "no value of `Code-Review` is >2"],
    [REVIEW, "label:Code-Review", "`label:Code-Review` does not say which value"],
    [REVIEW, "label:Code-Review=MAX,group=cores", "there is no group `cores`"],
    [REVIEW, "label:Code-Review=MAX,core", "`core` must be written `group=core`"],
    [REVIEW, "label:Code-Review=MAX,user=me", "`user=me` is not known"],
    [REVIEW, "label:Code-Review=MAX,count>=2,count>=3", "`count` is given twice"],
    [REVIEW, "label:Code-Review=MAX,user=owner,user=owner", "`user=` is given twice"],
    [REVIEW, "label:Verified=MAX,group=core", "`Verified` is computed from checks, nobody votes on it"],
    [REVIEW, "check:lint=success", "there is no check `lint`"],
    [REVIEW, "check:unit=ok", "`ok` is no conclusion"],
    [REVIEW, "check:unit", "`check:unit` does not say which conclusion"],
    [REVIEW, "pfad:x", "`pfad:` is not an operator"],
    [REVIEW, "is:opened", "`is:opened` is not known"],
    [REVIEW, "label:Code-Review=MAX) AND -label:Code-Review=MIN", "this `)` closes nothing"],
    ["changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN", "changekind:SOME", "`SOME` is no change kind"],
    [
      "changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN",
      "has:unchanged-files",
      "`has:` is not an operator of copy conditions",
    ],
    ["core: -2..+2 }", "core: -3..+2 }", "`-3..+2` is no range within -2..2"],
    ["core: -2..+2 }", "cor: -2..+2 }", "there is no group `cor`"],
    ["label-Workflow:", "label-Work:", "`label-Work` is no right"],
    ["label-Workflow:", "label-Verified:", "`Verified` is computed, nobody votes on it"],
    ["      -1: Needs work before it merges\n", "", "the values of `Code-Review` have gaps"],
    ["  Workflow:\n    description", "  parents:\n    description", "the name `parents` is taken"],
    [
      "    noun: core approval\n",
      "    noun: core approval\n    overrideIf: label:Code-Review=MAX,group=core\n",
      "the override forgets the veto",
    ],
  ])("%s → %s", (from, to, expected) => {
    expect(problems(POLICY_TEXT, preset(from, to)).join("\n")).toContain(expected);
  });

  it("says where in the file an expression goes wrong", () => {
    const [first = ""] = problems(POLICY_TEXT, preset("label:Workflow=MAX AND", "label:Workflow=MAX And"));
    const line = PRESETS.openstack.split("\n").findIndex((text) => text.includes("label:Workflow=MAX AND")) + 1;
    const column = (PRESETS.openstack.split("\n")[line - 1] ?? "").indexOf("AND") + 1;
    expect(first).toContain(
      `preset:openstack:${line}:${column}: \`And\` is no operator (character 20 of the expression) / write AND`,
    );
  });

  it("with no requirements would let everything pass, so it is refused", () => {
    const empty = PRESETS.openstack.replace(
      /submitRequirements:[\s\S]*?\n(?=# Who counts)/,
      "submitRequirements: {}\n",
    );
    expect(problems(POLICY_TEXT, { openstack: empty }).join()).toContain("it has no submit requirements");
  });
});

it("policies/policy.schema.json is the schema this program uses (refresh it with `npx vitest run test/unit/policy/load.test.ts -u`)", async () => {
  const { format } = await import("prettier");
  const text = await format(JSON.stringify(policyJsonSchema()), { parser: "json", printWidth: 120 });
  await expect(text).toMatchFileSnapshot("../../../policies/policy.schema.json");
});
