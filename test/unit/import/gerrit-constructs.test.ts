// Gerrit's project.config, construct by construct: what of the policy it becomes, and what is told of it.
import { describe, expect, it } from "vitest";
import { importGerrit } from "../../../src/core/import/gerrit.ts";
import { constructs, gerrit, read, toldOf } from "./gerrit-imports.ts";

const CORE = `[access "refs/heads/*"]
  label-Code-Review = -2..+2 group Core
  label-Code-Review = -1..+1 group Registered Users
`;
const values = "  value = -2 no\n  value = -1 not yet\n  value = 0 none\n  value = +1 fine\n  value = +2 yes\n";
const label = (more: string) => `${CORE}[label "Code-Review"]\n${values}${more}`;
const requirement = (more: string, before = "") =>
  `${label("  function = NoBlock\n  copyCondition = is:MIN\n")}[label "Verified"]\n  function = NoBlock\n  value = -1 no\n  value = 0 -\n  value = +1 yes\n${before}[submit-requirement "Own"]\n${more}`;

describe("a label's function", () => {
  it.each([
    ["MaxWithBlock", "label:Code-Review=MAX AND -label:Code-Review=MIN"],
    ["AnyWithBlock", "-label:Code-Review=MIN"],
    ["MaxNoBlock", "label:Code-Review=MAX"],
    ["NoBlock", undefined],
    ["NoOp", undefined],
    ["PatchSetLock", undefined],
    ["maxwithblock", "label:Code-Review=MAX AND -label:Code-Review=MIN"],
  ])("%s asks for %s", (name, asked) => {
    expect(read(gerrit(label(`  function = ${name}\n`))).submitRequirements["Code-Review"]?.["submittableIf"]).toBe(
      asked,
    );
  });

  it("is MaxWithBlock where none is named, also beside a requirement of its name that asks for less", () => {
    const less = gerrit(`${label("")}[submit-requirement "Code-Review"]\n  submittableIf = label:Code-Review>=1\n`);
    expect(read(less).submitRequirements).toMatchObject({
      "Code-Review": { submittableIf: "label:Code-Review>=1" },
      "Code-Review-Function": { submittableIf: "label:Code-Review=MAX AND -label:Code-Review=MIN" },
    });
    const same = gerrit(
      `${label("")}[submit-requirement "Code-Review"]\n  submittableIf = label:Code-Review=MAX,user=non_uploader AND -label:Code-Review=MIN\n`,
    );
    expect(Object.keys(read(same).submitRequirements)).toEqual(["Code-Review", "Tests"]);
    expect(toldOf(same, "label Code-Review")).toContain("kept: the requirement Code-Review asks for it already");
  });

  it("that is none is told, and asks for what Gerrit then takes for granted", () => {
    const told = gerrit(label("  function = MaxWithBlok\n"));
    expect(read(told).submitRequirements["Code-Review"]).toMatchObject({
      submittableIf: "label:Code-Review=MAX AND -label:Code-Review=MIN",
    });
    expect(constructs(told, "left-out")).toContain("label Code-Review: function = MaxWithBlok");
  });

  it("PatchSetLock is left out, because nothing here stops a push", () => {
    expect(toldOf(gerrit(label("  function = PatchSetLock\n")), "PatchSetLock")[0]).toMatch(
      /^left-out: nothing here stops a push/,
    );
  });

  it("takes the uploader's own vote out with ignoreSelfApproval", () => {
    const own = read(gerrit(label("  function = MaxWithBlock\n  ignoreSelfApproval = true\n")));
    expect(own.submitRequirements["Code-Review"]?.["submittableIf"]).toBe(
      "label:Code-Review=MAX,user=non_uploader AND -label:Code-Review=MIN",
    );
  });
});

describe("copying", () => {
  it.each([
    ["copyMinScore = true", "changekind:NO_CHANGE OR is:MIN"],
    ["copyMaxScore = true", "changekind:NO_CHANGE OR is:MAX"],
    ["copyAnyScore = true", "changekind:NO_CHANGE OR is:ANY"],
    ["copyAllScoresOnTrivialRebase = true", "changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE"],
    ["copyAllScoresIfNoCodeChange = true", "changekind:NO_CHANGE OR changekind:NO_CODE_CHANGE"],
    ["copyAllScoresOnMergeFirstParentUpdate = true", "changekind:NO_CHANGE OR changekind:MERGE_FIRST_PARENT_UPDATE"],
    ["copyAllScoresIfNoChange = false\n  copyMinScore = true", "is:MIN"],
    ["copyValue = -1\n  copyValue = 1", 'changekind:NO_CHANGE OR is:"-1" OR is:"1"'],
    ["copyMinScore = false", "changekind:NO_CHANGE"],
    ["copyCondition = changekind:NO_CHANGE OR is:MIN", "changekind:NO_CHANGE OR is:MIN"],
    ["copyCondition = is:MIN\n  copyMaxScore = true", "changekind:NO_CHANGE OR is:MAX OR (is:MIN)"],
    ["", undefined],
  ])("%s is the condition %s", (flags, condition) => {
    const imported = read(gerrit(label(`  function = NoBlock\n  ${flags}\n`)));
    expect(imported.labels["Code-Review"]?.["copyCondition"]).toBe(condition);
  });

  it("never loses a veto to a condition that cannot be read", () => {
    const group = gerrit(label("  copyCondition = changekind:NO_CHANGE OR approverin:Core\n"));
    expect(read(group).labels["Code-Review"]?.["copyCondition"]).toBe("changekind:NO_CHANGE OR is:MIN");
    expect(toldOf(group, "copyCondition")[0]).toMatch(
      /^left-out: .*`changekind:NO_CHANGE OR is:MIN` stands in its place$/,
    );
    expect(read(gerrit(label("  copyCondition = is:MIN)(\n"))).labels["Code-Review"]?.["copyCondition"]).toBe("is:MIN");
  });

  it("of the lowest value makes the veto stick, which a dismissal does not lift either", () => {
    expect(read(gerrit(label("  copyMinScore = true\n"))).labels["Code-Review"]?.["veto"]).toBe("sticky");
    const some = gerrit(label("  copyCondition = is:MIN changekind:NO_CHANGE\n"));
    expect(read(some).labels["Code-Review"]).not.toHaveProperty("veto");
  });

  it("of unchanged files is left out, since their content may change", () => {
    const files = gerrit(label("  copyAllScoresIfListOfFilesDidNotChange = true\n"));
    expect(constructs(files, "left-out")).toContain("label Code-Review: copyAllScoresIfListOfFilesDidNotChange = true");
  });
});

describe("a label's values", () => {
  it("have no gaps, as Gerrit closes them", () => {
    const gaps = gerrit(`${CORE}[label "Code-Review"]\n  value = -2 no\n  value = 0 -\n  value = 2 yes\n`);
    expect(Object.keys(read(gaps).labels["Code-Review"]?.["values"] ?? {}).sort()).toEqual(["-1", "-2", "0", "1", "2"]);
  });

  it("that are 0 alone take the label away", () => {
    expect(read(gerrit(`${label("")}[label "Gone"]\n  value = 0 -\n`)).labels).not.toHaveProperty("Gone");
  });

  it.each([
    ["defaultValue = 1", "left-out"],
    ["defaultValue = 0", "kept"],
    ["value = +1 again", "left-out"],
    ["value = much", "left-out"],
    ["branch = refs/heads/stable/*", "kept"],
    ["branch = ^refs/heads/v[0-9]+", "left-out"],
    ["allowPostSubmit = false", "changed"],
    ["canOverride = false", "changed"],
    ["nonsense = 1", "left-out"],
  ])("%s is %s", (key, fate) => {
    expect(toldOf(gerrit(label(`  ${key}\n`)), `: ${key}`)[0]?.split(":")[0]).toBe(fate);
  });

  it("of a label for some branches ask there alone", () => {
    const some = read(gerrit(label("  branch = refs/heads/stable/*\n  branch = refs/heads/main\n")));
    expect(some.labels["Code-Review"]?.["branch"]).toEqual(["stable/*", "main"]);
    expect(some.submitRequirements["Code-Review"]?.["applicableIf"]).toBe('branch:"^stable/.*" OR branch:main');
  });
});

describe("Verified", () => {
  it("follows from checks, and nobody votes on it", () => {
    const verified = gerrit(
      '[access "refs/heads/*"]\n  label-Verified = -1..+1 group CI\n[label "Verified"]\n  copyMinScore = true\n  value = -1 no\n  value = 0 -\n  value = 1 yes\n',
    );
    expect(read(verified).labels["Verified"]?.["computed"]).toEqual({
      "-1": "check:ANY=failure OR check:ANY=timed_out OR check:ANY=startup_failure",
      "1": "check:ALL=success",
    });
    expect(read(verified).access).toEqual([]);
    expect(toldOf(verified, "label-Verified")[0]).toMatch(/^changed: nobody votes on it here/);
  });

  it("is not the only one: so is whatever services alone vote on", () => {
    const style =
      '[access "refs/heads/*"]\n  label-Style = -1..+1 group Service Users\n[label "Style"]\n  value = -1 no\n  value = 0 -\n  value = 1 yes\n';
    expect(read(gerrit(style)).labels["Style"]).toHaveProperty("computed");
    const people = style.replace("[label", "  label-Style = -1..+1 group People\n[label");
    expect(read(gerrit(people)).labels["Style"]).not.toHaveProperty("computed");
  });

  it("loses the name of who votes in a requirement, because its checks' producers are pinned", () => {
    const asked = gerrit(requirement("  submittableIf = label:Verified=MAX,user=ci-bot\n"));
    expect(read(asked).submitRequirements["Own"]?.["submittableIf"]).toBe("label:Verified=MAX");
    expect(toldOf(asked, "submittableIf")[0]).toMatch(/^changed: who votes is left out/);
  });
});

describe("rights to vote", () => {
  const access = (text: string) => read(gerrit(`${text}[label "Code-Review"]\n${values}`)).access;

  it.each([
    ["refs/heads/*", ["*"]],
    ["refs/*", ["*"]],
    ["refs/heads/main", ["main"]],
    ["refs/heads/stable/*", ["stable/*"]],
    ["^refs/heads/stable/.*", ["stable/*"]],
    ["^refs/heads/(stable|old)/.+", ["stable/*", "old/*"]],
    ["^refs/heads/release-1\\\\.0", ["release-1.0"]],
    ["^refs/heads/v[0-9]+", []],
    ["^refs/heads/(a|b)*", []],
    ["refs/heads/${username}/*", []],
    ["refs/meta/config", []],
    ["refs/tags/*", []],
  ])("on %s are rights on %j", (ref, branches) => {
    expect(access(`[access "${ref}"]\n  label-Code-Review = -2..+2 group Core\n`).map(({ branch }) => branch)).toEqual(
      branches,
    );
  });

  it("are everybody's and the owner's by Gerrit's own groups", () => {
    const own =
      '[access "refs/heads/*"]\n  label-Code-Review = -1..+1 group Registered Users\n  label-Code-Review = -1..+0 group Change Owner\n';
    expect(access(own)).toEqual([{ branch: "*", "label-Code-Review": { anyone: "-1..+1", owner: "-1..0" } }]);
  });

  it("that are exclusive stay so", () => {
    const stable = `${CORE}[access "refs/heads/stable/*"]\n  exclusiveGroupPermissions = read, label-Code-Review\n  label-Code-Review = -2..+2 group Stable\n`;
    expect(access(stable)[1]).toEqual({
      branch: "stable/*",
      exclusive: ["label-Code-Review"],
      "label-Code-Review": { Stable: "-2..+2" },
    });
  });

  it("that are exclusive where `*` cannot say are left out, and said to be open until then", () => {
    const open = gerrit(
      `${label("")}[access "^refs/heads/v[0-9]+"]\n  exclusiveGroupPermissions = label-Code-Review\n  label-Code-Review = -2..+2 group Stable\n`,
    );
    expect(toldOf(open, "exclusiveGroupPermissions")[0]).toMatch(/^left-out: .*until .*the wider lines count on them$/);
  });

  it("are cut to the label's range, and told", () => {
    const wide = gerrit(label("").replace("-2..+2 group Core", "-9..+9 group Core"));
    expect(read(wide).access[0]?.["label-Code-Review"]).toMatchObject({ Core: "-2..+2" });
    expect(toldOf(wide, "-9..+9")).toEqual(["changed: the label goes from -2 to 2, and so does the right"]);
  });

  it("of one group on one ref are those of its first line", () => {
    const twice =
      '[access "refs/heads/*"]\n  label-Code-Review = -1..+1 group Core\n  label-Code-Review = -2..+2 group core\n';
    expect(access(twice)[0]?.["label-Code-Review"]).toEqual({ Core: "-1..+1" });
  });

  it("that are blocked for everybody are cut on those branches, wider lines too", () => {
    const blocked = `${CORE}[access "refs/heads/old/*"]\n  label-Code-Review = block -2..+2 group Registered Users\n`;
    expect(access(blocked)[1]).toEqual({
      branch: "old/*",
      exclusive: ["label-Code-Review"],
      "label-Code-Review": { Core: "-1..+1", anyone: "-1..+1" },
    });
  });

  it("that are blocked for some are left out, and said to be open until then", () => {
    const some = gerrit(`${label("")}[access "refs/heads/old/*"]\n  label-Code-Review = block -2..+2 group Interns\n`);
    expect(toldOf(some, "block")[0]).toMatch(/^left-out: rights here only add up: until/);
  });

  it("that are denied are granted by no line of the parent's on that ref", () => {
    const parent = { name: "parent.config", text: label("") };
    const child = {
      name: "child.config",
      text: '[access "refs/heads/*"]\n  label-Code-Review = deny -2..+2 group Core\n',
    };
    expect(read(gerrit(parent, child)).access[0]?.["label-Code-Review"]).toEqual({ anyone: "-1..+1" });
  });
});

describe("a submit requirement", () => {
  it.each([
    ["label:code-review=MAX", "label:Code-Review=MAX"],
    ["label:Code-Review", "label:Code-Review=+1"],
    ["label:Code-Review,user=non_uploader", "label:Code-Review=+1,user=non_uploader"],
    ["label:Code-Review=MAX,non_uploader", "label:Code-Review=MAX,user=non_uploader"],
    ["label:Code-Review=MAX,Core", "label:Code-Review=MAX,group=Core"],
    ["-label:Code-Review=0", "-(-label:Code-Review=ANY)"],
    ["label:Code-Review>=0", "(-label:Code-Review=ANY OR label:Code-Review=+1 OR label:Code-Review=+2)"],
    ["label:Code-Review+2 AND is:open", "label:Code-Review+2 AND is:open"],
    ["branch:refs/heads/main label:Code-Review=MAX", "branch:refs/heads/main label:Code-Review=MAX"],
    ['label:\\"Code-Review=MAX,group=Release Managers\\"', "label:Code-Review=MAX,group=Release-Managers"],
  ])("%s is %s", (written, here) => {
    const quotes = written.includes('"') ? `"${written}"` : written;
    const own = read(gerrit(requirement(`  submittableIf = ${quotes}\n`))).submitRequirements["Own"];
    expect(String(own?.["submittableIf"]).replaceAll('"', "")).toBe(here);
  });

  it.each([
    [
      "label:Code-Review=MAX,user=non_uploader) AND -label:Code-Review=MIN",
      /closes nothing.*drops `\) AND -label:Code-Review=MIN`/,
    ],
    ["label:Code-Review=MAX And is:open", /bare|word/],
    ["label:Verifed=MAX", /there is no label `Verifed`/],
    ["label:Code-Review=MAX,users=human_reviewers", /human_reviewers/],
    ["rule:gerrit~ignoreSelf=OK", /Prolog/],
    ["is:mergeable AND label:Code-Review=MAX", /mergeable/],
    ["label:Code-Review=MAX,user=alice", /user=alice/],
  ])("%s lets nothing pass until it is written anew", (written, why) => {
    const refused = gerrit(requirement(`  submittableIf = ${written}\n`));
    expect(read(refused).submitRequirements["Own"]?.["submittableIf"]).toBe("is:false");
    expect(toldOf(refused, "submittableIf")[0]).toMatch(why);
    expect(toldOf(refused, "submittableIf")[0]).toMatch(/^left-out: .*nothing passes/);
    expect(refused.policy).toContain("# Left out, to be decided:");
  });

  it("whose applicableIf cannot be read is asked of every change", () => {
    const path = gerrit(
      requirement("  applicableIf = path:^\\\\.github/(a|b)/.*\n  submittableIf = label:Code-Review=MAX\n"),
    );
    expect(read(path).submitRequirements["Own"]).toEqual({ submittableIf: "label:Code-Review=MAX" });
    expect(toldOf(path, "applicableIf")[0]).toMatch(/Gerrit searches the change for the words `a\|b`, `\/\.\*`; until/);
  });

  it("whose override cannot be read has none", () => {
    const own = gerrit(requirement("  submittableIf = label:Code-Review=MAX\n  overrideIf = label:Override=1\n"));
    expect(read(own).submitRequirements["Own"]).not.toHaveProperty("overrideIf");
    expect(toldOf(own, "overrideIf")[0]).toMatch(/until it is written anew nothing overrides$/);
  });

  it("whose override lifts a veto says so, as Gerrit lets it", () => {
    const veto = "  submittableIf = label:Code-Review=MAX AND -label:Code-Review=MIN\n  overrideIf = branch:main\n";
    expect(read(gerrit(requirement(veto))).submitRequirements["Own"]).toMatchObject({ overridesVeto: true });
  });

  it("without submittableIf lets nothing pass", () => {
    expect(read(gerrit(requirement("  description = hm\n"))).submitRequirements["Own"]?.["submittableIf"]).toBe(
      "is:false",
    );
  });

  it("whose expression means another thing to Gerrit's library is left out", () => {
    const digits = gerrit(requirement('  submittableIf = "path:\\"^src/\\\\\\\\d+\\" AND label:Code-Review=MAX"\n'));
    expect(toldOf(digits, "submittableIf")[0]).toMatch(/^left-out: .* is RE2 here.*nothing passes/);
  });

  it("called like something built in has another name", () => {
    const parents = gerrit(
      requirement("  submittableIf = is:open\n", '[submit-requirement "Parents"]\n  submittableIf = is:open\n'),
    );
    expect(Object.keys(read(parents).submitRequirements)).toContain("Parents-2");
  });

  it("of the same name but for its case counts for nothing, as in Gerrit", () => {
    const twice = requirement(
      "  submittableIf = is:open\n",
      '[submit-requirement "OWN"]\n  submittableIf = is:false\n',
    );
    const names = Object.keys(read(gerrit(twice)).submitRequirements);
    expect(names.filter((name) => name.toLowerCase() === "own")).toEqual(["OWN"]);
  });
});

describe("how changes land", () => {
  it.each([
    ["merge if necessary", { gate: { strategy: "merge-if-necessary" } }, "kept"],
    ["fast forward only", { gate: { strategy: "rebase" } }, "changed"],
    ["rebase if necessary", { gate: { strategy: "rebase" } }, "changed"],
    ["cherry pick", { gate: { strategy: "rebase" } }, "changed"],
    ["inherit", undefined, "kept"],
  ])("%s", (action, pipelines, fate) => {
    const imported = gerrit(`${label("")}[submit]\n  action = ${action}\n`);
    expect(read(imported).pipelines).toEqual(pipelines);
    expect(toldOf(imported, "submit: action")[0]?.split(":")[0]).toBe(fate);
  });
});

describe("groups", () => {
  const list = "# UUID\tGroup\n0123abcd\tCore\nglobal:Registered-Users\tEverybody\n";
  const text = label("  function = NoBlock\n").replaceAll("Registered Users", "Everybody");

  it("are named once each, with a team that is nobody's until it is written", () => {
    expect(read(gerrit(label(""))).groups).toEqual({ Core: { teams: ["your--org/core"] } });
  });

  it("are known by the file `groups`: Gerrit's own under another name, and by UUID in expressions", () => {
    const own = `${text}[submit-requirement "Own"]\n  submittableIf = label:Code-Review=MAX,group=0123abcd\n`;
    const imported = read(gerrit(own, { name: "meta/groups", text: list }));
    expect(imported.access[0]?.["label-Code-Review"]).toEqual({ Core: "-2..+2", anyone: "-1..+1" });
    expect(imported.submitRequirements["Own"]?.["submittableIf"]).toBe("label:Code-Review=MAX,group=Core");
  });

  it("that the file does not list have nothing in Gerrit, which is told", () => {
    const imported = gerrit(text.replace("group Core", "group Cores"), { name: "groups", text: list });
    expect(toldOf(imported, "group Cores")[0]).toMatch(/does not list it, so Gerrit gives it nothing$/);
  });
});

it("Prolog rules are left out, and nothing passes until they are written anew", () => {
  const imported = gerrit(label(""), { name: "rules.pl", text: "submit_rule(S) :- gerrit:default_submit(S).\n" });
  expect(read(imported).submitRequirements["Prolog-Rules"]).toMatchObject({ submittableIf: "is:false" });
  expect(toldOf(imported, "rules.pl")[0]).toMatch(/^left-out: there are no Prolog rules here/);
});

it.each([
  ["", 1, "it has no section"],
  ["[label\n", 1, "it is no section"],
  ["key = 1\n", 1, "a setting stands before any section"],
  ["[a]\n= 1\n", 2, "is no setting"],
  ['[a]\nk = "x\n', 2, "is never closed"],
  ["[a]\nk = \\q\n", 2, "is no escape"],
  ["[a]\0", 1, "it is not text"],
])("%j is no project.config: line %d, %s", (text, line, message) => {
  expect(importGerrit([{ name: "project.config", text }])).toMatchObject({
    ok: false,
    problem: { line, message: expect.stringContaining(message) as string },
  });
});
