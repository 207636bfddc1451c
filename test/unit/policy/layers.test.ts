/** A preset, an organisation's file and a repository's: what is added, what is replaced, what is locked. */
import { describe, expect, it } from "vitest";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import { permittedRange, type Policy } from "../../../src/core/policy/policy.ts";
import { describePolicyProblem, describePolicyProblems } from "../../../src/core/policy/problem.ts";
import type { PolicyLayer } from "../../../src/core/policy/snapshot.ts";
import { alice, POLICY_TEXT, PRESETS, sha } from "./sample.ts";

const ORG = "acme/.github/.github/plustwo.yml";
const REPO = ".github/plustwo.yml";
const CORE = "groups: { core: { teams: [acme/core] } }\n";

const org = (text: string): PolicyLayer => ({ from: "org", path: ORG, sha: sha(5), text: `version: 1\n${text}` });
const repo = (text: string): PolicyLayer => ({ from: "repo", path: REPO, sha: sha(6), text: `version: 1\n${text}` });

function loaded(layers: readonly PolicyLayer[], presets: Readonly<Record<string, string>> = PRESETS): Policy {
  const policy = loadPolicy(layers, presets);
  if (!policy.ok) throw new Error(describePolicyProblems(policy.problem));
  return policy.value;
}

function problems(
  layers: readonly PolicyLayer[],
  presets: Readonly<Record<string, string>> = PRESETS,
): readonly string[] {
  const policy = loadPolicy(layers, presets);
  return policy.ok ? [] : policy.problem.map((one) => `${describePolicyProblem(one)} / ${one.hint}`);
}

/** An organisation that wants one yes from `judges`, and lets nobody change that; the pieces say what else. */
const judged = (more = "", requirement = "") => `
groups: { judges: { teams: [acme/judges] }, members: { teams: [acme/all] } }
labels:
  Judgement: { values: { -1: no, 0: nothing, 1: yes }, copyCondition: "is:MIN", veto: sticky }
  Note: { values: { 0: none, 1: noted } }
checks: { test: {} }
access:
  - { branch: "*", label-Judgement: { members: -1..+1 }, label-Note: { anyone: 0..+1 } }
submitRequirements:
  Judged: { submittableIf: "label:Judgement=MAX,group=judges AND -label:Judgement=MIN"${requirement} }
  Tested: { submittableIf: "check:ALL=success" }
${more}`;

describe("layers are merged by name", () => {
  it("the organisation adds a requirement to its repositories' preset, with a label and a right", () => {
    const policy = loaded([
      org(`groups: { security: { teams: [acme/security] } }
labels: { Security: { values: { -1: no, 0: nothing, 1: yes } } }
access: [{ branch: "*", label-Security: { security: -1..+1 } }]
submitRequirements: { Security: { description: Security looked at it, submittableIf: "label:Security=MAX AND -label:Security=MIN" } }
`),
      repo(`extends: preset:openstack\n${CORE}mode: enforce\n`),
    ]);
    expect(policy.requirements.map(({ name }) => name)).toEqual([
      "Code-Review",
      "Workflow",
      "Verified",
      "CI-Config",
      "Freeze",
      "Security",
    ]);
    expect(policy.labels.at(-1)?.name).toBe("Security");
    expect(policy.sources.map(({ path }) => path)).toEqual(["preset:openstack", ORG, REPO]);
    expect(policy.mode).toBe("enforce");
    const of = { id: alice.id, owner: false, branch: "main", groups: ["security"] };
    expect(permittedRange(policy, "Security", of)).toEqual({ min: -1, max: 1 });
    expect(permittedRange(policy, "Security", { ...of, groups: ["core"] })).toBeUndefined();
  });

  it("whatever order they are given in, the organisation's file comes before the repository's", () => {
    const [own, all] = [repo(`extends: preset:openstack\n${CORE}`), org("mode: enforce\n")];
    expect(loaded([own, all])).toEqual(loaded([all, own]));
    expect(loaded([own, all]).mode).toBe("enforce");
    expect(loaded([repo(`extends: preset:openstack\n${CORE}mode: observe\n`), all]).mode).toBe("observe");
  });

  it("take the preset that was gathered over the one the program ships", () => {
    const own = PRESETS.openstack.replace("settle: 30s", "settle: 5m");
    const preset: PolicyLayer = { from: "preset", path: "policies/openstack.yaml", sha: sha(7), text: own };
    const policy = loaded([preset, repo(POLICY_TEXT.replace("version: 1\n", ""))], {});
    expect(policy.gate.settleMs).toBe(300_000);
    expect(policy.sources[0]?.sha).toBe(sha(7));
  });

  it("a requirement that says so is replaced as a whole, and so is what only such requirements depend on", () => {
    const open = ", description: Somebody judged, noun: judgement, canOverrideInChildProjects: true";
    const policy = loaded([
      org(judged("", open)),
      repo(`labels: { Judgement: { values: { 0: nothing, 1: yes } } }
groups: { judges: { teams: [acme/us] } }
access: [{ branch: "*", label-Judgement: { judges: 0..+1 } }]
submitRequirements: { Judged: { submittableIf: "label:Judgement=MAX,group=judges" } }
`),
    ]);
    expect(policy.requirements[0]).toMatchObject({ name: "Judged", description: "Judged", noun: "Judged" });
    expect(policy.requirements[0]?.submittableIf.text).toBe("label:Judgement=MAX,group=judges");
    expect(policy.requirements[0]?.canOverrideInChildProjects).toBe(false);
    expect(policy.labels.find(({ name }) => name === "Judgement")).toMatchObject({ min: 0, max: 1, veto: "none" });
    expect(policy.labels.find(({ name }) => name === "Judgement")).not.toHaveProperty("copy");
    expect(policy.groups["judges"]?.teams).toEqual(["acme/us"]);
  });

  it("what no requirement depends on may be replaced", () => {
    const more = `labels: { Note: { values: { 0: none, 1: noted, 2: well noted } } }
access: [{ branch: "*", label-Note: { members: 0..+2 } }]\n`;
    expect(loaded([org(judged()), repo(more)]).labels.find(({ name }) => name === "Note")?.max).toBe(2);
  });

  it("names are one whatever their case", () => {
    expect(problems([org(judged()), repo("labels: { note: { values: { 0: none, 1: noted } } }\n")])).toEqual([
      `Cannot use the policy ${REPO}:2:17: the name \`note\` is taken by ${ORG} / names differ by more than upper and lower case`,
    ]);
    expect(problems([repo(`extends: preset:openstack\n${CORE}checks: { Unit: {} }\n`)]).join()).toContain(
      "the name `Unit` is taken: the preset expects a check `unit`",
    );
  });

  it("settings that make stricter may be added, and never taken back", () => {
    const strict = org(`shape: one-commit
identity: { unknownContributors: block, suggestionsMakeContributors: true }
explain: { people: counts }\n`);
    const own = (text: string) => repo(`extends: preset:small-team\nchecks: { test: {} }\n${CORE}${text}`);
    const policy = loaded([own(""), strict]);
    expect([policy.shape, policy.identity.unknownContributors, policy.explain.people]).toEqual([
      "one-commit",
      "block",
      "counts",
    ]);
    expect(policy.identity.suggestionsMakeContributors).toBe(true);
    for (const [text, what] of [
      ["shape: any\n", "shape"],
      ["identity: { unknownContributors: warn }\n", "identity.unknownContributors"],
      ["identity: { suggestionsMakeContributors: false }\n", "identity.suggestionsMakeContributors"],
      ["explain: { people: names }\n", "explain.people"],
    ] as const)
      expect(problems([own(text), strict]).join()).toContain(
        `\`${what}\` is defined by ${ORG}, and a later layer may only make it stricter`,
      );
  });

  it("the preset is named by one file", () => {
    const [first, second] = [org("extends: preset:openstack\n"), repo(`extends: preset:small-team\n${CORE}`)];
    expect(problems([first, second]).join()).toContain("`extends` is set to preset:openstack by acme/.github");
  });
});

describe("a group that a preset gives a default", () => {
  const preset = PRESETS.openstack.replace(
    "label-Workflow: { owner: -1..0, core: -1..+1 }",
    "label-Workflow: { owner: -1..0, ci-core: -1..+1 }",
  );
  const presets = { openstack: preset };

  it("has the members of the other group where no file defines it", () => {
    const policy = loaded([repo(`extends: preset:openstack\n${CORE}`)], presets);
    expect(policy.groups["ci-core"]).toEqual({ teams: ["acme/core"], users: [] });
    const more = "groups: { core: { teams: [acme/core] }, ci-core: { teams: [acme/ci] } }\n";
    const own = loaded([repo(`extends: preset:openstack\n${more}`)], presets);
    expect(own.groups["ci-core"]).toEqual({ teams: ["acme/ci"], users: [] });
  });

  it("takes the other group with it when that is locked", () => {
    const layers = [org(`extends: preset:openstack\n${CORE}`), repo("groups: { core: { teams: [acme/us] } }\n")];
    expect(problems(layers, presets).join()).toContain(`the group \`core\` is defined by ${ORG}`);
  });

  it("must mean a group that files have to define", () => {
    const odd = { openstack: preset.replace("ci-core: core\n", "ci-core: cores\n") };
    expect(problems([repo(`extends: preset:openstack\n${CORE}`)], odd).join()).toContain(
      "`ci-core` means `cores` where no file defines it, and no file has to define `cores`",
    );
  });
});

describe("T8: what a locked requirement depends on is locked with it", () => {
  const because = "the requirement `Judged` of acme/.github/.github/plustwo.yml, which no later layer may change";
  it.each([
    [
      "the requirement itself",
      "submitRequirements: { Judged: { submittableIf: is:true } }",
      `2:31: the requirement \`Judged\` is defined by ${ORG}, and it does not say \`canOverrideInChildProjects: true\` / remove it here, or change it in ${ORG}`,
    ],
    [
      "its label",
      "labels: { Judgement: { values: { 0: nothing, 1: yes } } }",
      `2:22: the label \`Judgement\` is defined by ${ORG}, and ${because}, depends on it`,
    ],
    [
      "the group it names",
      "groups: { judges: { teams: [acme/us] } }",
      `2:19: the group \`judges\` is defined by ${ORG}, and ${because}, depends on it`,
    ],
    [
      "the group that may vote on its label",
      "groups: { members: { teams: [acme/us] } }",
      `the group \`members\` is defined by ${ORG}, and ${because}, depends on it`,
    ],
    [
      "who may vote on its label, even by a new line",
      'access: [{ branch: "*", label-Judgement: { anyone: -1..+1 } }]',
      `2:42: who may vote on \`Judgement\` is settled by an earlier layer, and ${because}, depends on it / remove it here, or define a label and a requirement of your own`,
    ],
    [
      "who may vote on its label, by closing out others",
      "access: [{ branch: main, exclusive: [label-Judgement] }]",
      "who may vote on `Judgement` is settled by an earlier layer",
    ],
    [
      "a check it looks at",
      "checks: { test: { job: nothing } }",
      `the check \`test\` is defined by ${ORG}, and the requirement \`Tested\` of ${ORG}`,
    ],
  ])("%s", (_, text, expected) => {
    expect(problems([org(judged()), repo(`${text}\n`)]).join("\n")).toContain(expected);
  });

  it("and everything by way of a computed label, a copy condition, owners, a freeze's exception and an override", () => {
    const all = (text: string, more: string) => problems([org(judged(more)), repo(`${text}\n`)]).join("\n");
    const computed = `labels: { Verified: { values: { 0: no, 1: yes }, computed: { 1: "check:lint=success" } } }`;
    expect(
      problems([
        org(`${CORE}checks: { lint: {}, test: {} }
${computed}
submitRequirements:
  V: { submittableIf: "label:Verified=MAX" }
  T: { submittableIf: "check:test=success", canOverrideInChildProjects: true }
`),
        repo("checks: { lint: { job: nothing }, test: { job: other } }\n"),
      ]),
    ).toEqual([expect.stringContaining("the check `lint` is defined by")]);
    expect(
      all(
        "groups: { members: { teams: [acme/us] } }",
        `overrides: { Hotfix: { group: members, people: 2, expires: 4h, lifts: [Tested] } }`,
      ),
    ).toContain("the group `members` is defined by");
    expect(
      all(
        "owners: { source: OWNERS, vote: { label: Note, value: 1 } }",
        "owners: { source: CODEOWNERS, vote: { label: Judgement, value: 1 } }",
      ),
    ).toBe("");
    const owned = judged("owners: { source: CODEOWNERS, vote: { label: Note, value: 1 } }").replace(
      "  Tested:",
      '  Owned: { submittableIf: "has:approval_code-owners" }\n  Tested:',
    );
    expect(problems([org(owned), repo("owners: { source: OWNERS }\n")]).join()).toContain(
      `\`owners\` is defined by ${ORG}, and the requirement \`Owned\``,
    );
    expect(
      problems([org(owned), repo("labels: { Note: { values: { 0: none, 1: noted, 2: more } } }\n")]).join(),
    ).toContain("the label `Note` is defined by");
    const frozen = "freezes: [{ name: F, branches: main, from: 2026-09-01, to: 2026-10-01, except: 'label:Note=MAX' }]";
    expect(all("labels: { Note: { values: { 0: none, 1: noted, 2: more } } }", frozen)).toContain(
      `the freeze \`F\` of ${ORG}`,
    );
  });

  it("a freeze and an override of an earlier layer stay as they are; others are added", () => {
    const freeze = (name: string) => `freezes: [{ name: ${name}, branches: main, from: 2026-09-01, to: 2026-10-01 }]`;
    const lift = (name: string) => `overrides: { ${name}: { group: members, expires: 4h, lifts: [Own] } }`;
    const own = `submitRequirements: { Own: { submittableIf: is:true } }`;
    const policy = loaded([org(judged(freeze("A"))), repo(`${freeze("B")}\n${lift("Hotfix")}\n${own}\n`)]);
    expect(policy.freezes.map(({ name }) => name)).toEqual(["A", "B"]);
    expect(policy.overrides.map(({ name }) => name)).toEqual(["Hotfix"]);
    expect(problems([org(judged(freeze("A"))), repo(`${freeze("A")}\n`)]).join()).toContain(
      `the freeze \`A\` is defined by ${ORG}, and no later layer may change it`,
    );
    const above = `overrides: { Hotfix: { group: judges, expires: 4h, lifts: [Tested] } }`;
    expect(problems([org(judged(above)), repo(`${lift("Hotfix")}\n${own}\n`)]).join()).toContain(
      `the override \`Hotfix\` is defined by ${ORG}, and no later layer may change it`,
    );
  });

  it("an override lifts what its own layer requires, what lets itself be overridden, and what stands on it", () => {
    const lift = (name: string) => `overrides: { Hotfix: { group: members, expires: 4h, lifts: [${name}] } }\n`;
    expect(problems([org(judged()), repo(lift("Judged"))])).toEqual([
      `Cannot use the policy ${REPO}:2:61: the override \`Hotfix\` lifts \`Judged\`, which ${ORG} requires and does not let be overridden / remove it here, or say \`canOverrideInChildProjects: true\` in ${ORG}`,
    ]);
    expect(problems([org(judged("", ", canOverrideInChildProjects: true")), repo(lift("Judged"))])).toEqual([]);
    expect(problems([org(judged(lift("Judged")))])).toEqual([]);
    expect(
      problems([org(judged(lift("Docs"))), repo("submitRequirements: { Docs: { submittableIf: is:true } }\n")]),
    ).toEqual([]);
    // A repository chooses its preset: what that lifts must not be the organisation's.
    const preset = { openstack: PRESETS.openstack.replace("lifts: [Verified]", "lifts: [Security]") };
    const secured = org(
      `labels: { Security: { values: { 0: no, 1: yes } } }\nsubmitRequirements: { Security: { submittableIf: "label:Security=MAX" } }\n`,
    );
    expect(problems([secured, repo(`extends: preset:openstack\n${CORE}`)], preset).join()).toContain(
      `preset:openstack:`,
    );
    expect(problems([secured, repo(`extends: preset:openstack\n${CORE}`)], preset).join()).toContain(
      `the override \`Hotfix\` lifts \`Security\`, which ${ORG} requires`,
    );
  });
});

describe("T8: what is only added cannot turn a locked requirement either", () => {
  const free = (expression: string) =>
    org(judged().replace('"check:ALL=success"', `"check:ALL=success AND ${expression}"`));

  it("a check, where any check may satisfy it", () => {
    const own = repo("checks: { trivial: {} }\n");
    expect(problems([free("is:true"), own])).toEqual([]);
    expect(problems([free("-check:ANY=failure"), own])).toEqual([]);
    for (const expression of ["check:ANY=success", "-check:ALL=failure"])
      expect(problems([free(expression), own]).join()).toContain(
        "2:20: the check `trivial` of a later layer could satisfy the requirement `Tested`",
      );
  });

  it("a freeze, where a freeze may satisfy it", () => {
    const own = repo("freezes: [{ name: F, branches: main, from: 2026-09-01, to: 2026-10-01 }]\n");
    expect(problems([free("-freeze:active"), own])).toEqual([]);
    expect(problems([free("(freeze:active OR is:true)"), own]).join()).toContain(
      "a freeze of a later layer could satisfy the requirement `Tested`",
    );
  });

  it("accounts of one human, where people against it are counted", () => {
    const own = repo("identities: [[{ login: alice, id: 1 }, { login: alice-work, id: 7 }]]\n");
    expect(loaded([free("is:true"), own]).identities).toEqual([[1, 7]]);
    for (const expression of ["-label:Judgement<0,count>=2", "-label:Judgement<0,user=non_contributor"])
      expect(problems([free(expression), own]).join()).toContain(
        "accounts that become one human could satisfy the requirement `Tested`",
      );
  });
});

describe("access", () => {
  const text = `extends: preset:bare
groups: { core: { teams: [acme/core] }, stable-maint: { teams: [acme/stable] } }
access:
  - branch: "*"
    label-Code-Review: { anyone: -1..+1, core: -2..+2 }
    label-Workflow: { owner: -1..0, core: -1..+1 }
  - branch: "stable/*"
    exclusive: [label-Code-Review, label-Workflow]
    label-Code-Review: { anyone: -1..+1, stable-maint: -2..+2 }
    label-Workflow: { owner: -1..0, stable-maint: -1..+1 }
`;
  const bare = { bare: PRESETS.openstack.replace(/access:[\s\S]*?\n(?=# All of these)/, "") };
  const may = (policy: Policy, label: string, branch: string, groups: readonly string[], owner = false) =>
    permittedRange(policy, label, { id: alice.id, owner, branch, groups });

  it("of a narrower branch pattern that is exclusive stops the wider one for those labels", () => {
    const open = {
      bare: bare.bare.replaceAll("    submittableIf", "    canOverrideInChildProjects: true\n    submittableIf"),
    };
    const policy = loaded([repo(text)], open);
    expect(may(policy, "Code-Review", "main", ["core"])).toEqual({ min: -2, max: 2 });
    expect(may(policy, "Code-Review", "main", ["stable-maint"])).toEqual({ min: -1, max: 1 });
    expect(may(policy, "Code-Review", "stable/2026.1", ["core"])).toEqual({ min: -1, max: 1 });
    expect(may(policy, "Code-Review", "stable/2026.1", ["stable-maint"])).toEqual({ min: -2, max: 2 });
    expect(may(policy, "Workflow", "stable/2026.1", ["core"])).toBeUndefined();
    expect(may(policy, "Workflow", "stable/2026.1", [], true)).toEqual({ min: -1, max: 0 });
    expect(may(policy, "Workflow", "stable/2026.1", ["stable-maint"])).toEqual({ min: -1, max: 1 });
  });

  it("counts the narrowest exclusive pattern and what is narrower still; of two alike the later", () => {
    const lines = (more: string) => `${CORE}labels: { L: { values: { 0: none, 1: a, 2: b, 3: c } } }
checks: { test: {} }
submitRequirements: { R: { submittableIf: "label:L=MAX AND check:test=success" } }
access:
${more}`;
    const of = (more: string) => may(loaded([repo(lines(more))]), "L", "stable/1", [])?.max;
    const [all, wide, narrow] = ['branch: "*"', 'branch: "stable/*"', "branch: stable/1"];
    expect(of(`  - { ${all}, label-L: { anyone: 0..3 } }\n  - { ${wide}, label-L: { anyone: 0..1 } }\n`)).toBe(3);
    expect(
      of(
        `  - { ${wide}, exclusive: [label-L], label-L: { anyone: 0..1 } }\n  - { ${all}, label-L: { anyone: 0..3 } }\n`,
      ),
    ).toBe(1);
    expect(
      of(
        `  - { ${narrow}, label-L: { anyone: 0..2 } }\n  - { ${wide}, exclusive: [label-L], label-L: { anyone: 0..1 } }\n`,
      ),
    ).toBe(2);
    expect(
      of(
        `  - { ${wide}, exclusive: [label-L], label-L: { anyone: 0..1 } }\n  - { ${wide}, label-L: { anyone: 0..2 } }\n`,
      ),
    ).toBe(2);
    expect(
      of(
        `  - { ${wide}, label-L: { anyone: 0..2 } }\n  - { ${wide}, exclusive: [label-L], label-L: { anyone: 0..1 } }\n`,
      ),
    ).toBe(1);
    expect(of(`  - { ${all}, label-L: { anyone: 0..3 } }\n  - { ${wide}, exclusive: [label-L] }\n`)).toBeUndefined();
  });

  it("of a label that is there on some branches only is none elsewhere", () => {
    const policy = loaded([
      repo(`${CORE}labels: { L: { values: { 0: none, 1: a }, branch: ["stable/*"] } }
checks: { test: {} }
access: [{ branch: "*", label-L: { anyone: 0..1 } }]
submitRequirements: { R: { submittableIf: "label:L=MAX AND check:test=success" } }
`),
    ]);
    expect(may(policy, "L", "stable/1", [])).toEqual({ min: 0, max: 1 });
    expect(may(policy, "L", "main", [])).toBeUndefined();
  });
});
