/** `dialect: gerrit` in a policy: which file it governs, what is told of it, and that it closes the gate where it cannot be sure. */
import { describe, expect, it } from "vitest";
import { lintPolicy } from "../../../src/core/policy/lint.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import type { PolicyLayer } from "../../../src/core/policy/snapshot.ts";
import { alice, approved, bob, policy, PRESETS, requirement, sha, vote } from "../policy/sample.ts";

const HEAD = "version: 1\nextends: preset:openstack\nmode: enforce\ngroups: { core: { teams: [acme/core] } }\n";

/** A file with one requirement of its own, `Own`, and an access that lets cores vote on `Opinion`. */
function file(own: string, dialect = "dialect: gerrit\n"): string {
  return `${HEAD}${dialect}labels: { Opinion: { values: { -1: no, 0: nothing, 1: yes, 2: very } } }
access: [{ branch: "*", label-Opinion: { core: -1..+2 } }]
submitRequirements: { Own: { ${own} } }
`;
}

function problems(text: string | readonly PolicyLayer[]): readonly string[] {
  const loaded = loadPolicy(text, PRESETS);
  return loaded.ok
    ? []
    : loaded.problem.map(({ path, line, column, message, hint }) => `${path} ${line}:${column} ${message} / ${hint}`);
}

const warnings = (text: string) =>
  lintPolicy(text, PRESETS)
    .filter(({ rule }) => rule === "dialect")
    .map(({ key, message, hint }) => `${key}: ${message} / ${hint}`);

describe("dialect: gerrit", () => {
  it("governs the expressions of the file that says it, and no other's", () => {
    const at = (from: "org" | "repo", text: string): PolicyLayer => ({
      from,
      path: from,
      sha: sha(from === "org" ? 5 : 6),
      text,
    });
    const org = at("org", file('submittableIf: "label:opinion"'));
    const repo = (dialect: string) =>
      at("repo", `version: 1\n${dialect}submitRequirements: { More: { submittableIf: "label:opinion" } }\n`);
    expect(problems([org, repo("")])).toEqual([
      "repo 2:47 there is no label `opinion` (character 1 of the expression) / did you mean `Opinion`?",
    ]);
    expect(problems([org, repo("dialect: gerrit\n")])).toEqual([]);
    expect(problems([org, repo("dialect: strict\n")])).toHaveLength(1);
  });

  it("is a word of files: presets are strict", () => {
    const preset = { own: "version: 1\ndialect: gerrit\nexpects: {}\n" };
    const loaded = loadPolicy("version: 1\nextends: preset:own\n", preset);
    expect(loaded.ok ? "" : loaded.problem[0]?.hint).toContain("a file says that, not a preset");
  });

  it("decides as Gerrit does, and explains in strict words", () => {
    const counted = policy(file('submittableIf: "label:Opinion>0,count>=2"'));
    const mixed = approved({ votes: [vote(alice, "Opinion+1"), vote(bob, "Opinion+2")] });
    const own = requirement(mixed, "Own", counted);
    expect(own.status).toBe("UNSATISFIED");
    expect(own.atoms.map(({ text, value }) => `${text} ${value}`)).toEqual([
      "label:Opinion=+1,count>=2 false",
      "label:Opinion=+2,count>=2 false",
    ]);
    const strictly = policy(file('submittableIf: "label:Opinion>0,count>=2"', ""));
    expect(requirement(mixed, "Own", strictly).status).toBe("SATISFIED");
    expect(counted.dialect).toBe("gerrit");
    expect(strictly.dialect).toBe("strict");
  });

  it("names people who could satisfy it, though each value is counted for itself", () => {
    const under = policy(file('submittableIf: "label:Opinion>0,count>=2"'));
    const one = approved({ votes: [vote(alice, "Opinion+1")] });
    expect(requirement(one, "Own", under).ways.length).toBeGreaterThan(0);
  });

  it("an expression that Gerrit cannot read closes the gate, also behind an applicableIf that is false", () => {
    expect(problems(file('applicableIf: "is:false", submittableIf: "label:Opinion=MAX AND"'))[0]).toContain(
      "`AND` is a word without an operator",
    );
  });

  it("a copy condition that Gerrit cannot read is an error, and no vote is lost by it", () => {
    const label = (copy: string) =>
      `${HEAD}dialect: gerrit\nlabels: { Opinion: { values: { -1: no, 0: nothing, 1: yes }, copyCondition: '${copy}' } }\n`;
    expect(problems(label("changekind:no-code-change or is:min"))).toEqual([]);
    expect(problems(label("changekind:NO_CHANGE And is:MIN"))[0]).toContain("`And` is a word without an operator");
    expect(problems(label("is:MIN) OR is:MAX"))[0]).toContain("drops `) OR is:MAX`");
    expect(problems(label("has:unchanged-files"))[0]).toContain("is not an operator of copy conditions");
  });

  it("the place of a problem is that in the file", () => {
    expect(problems(file('submittableIf: "label:Opinion=MAX AND -label:Opinon=MIN"'))[0]).toMatch(
      /^\.github\/plustwo\.yml 8:69 /,
    );
  });
});

describe("lint", () => {
  it("has each expression that strict reads otherwise, with its strict spelling", () => {
    const text = file(
      'applicableIf: "is:OPEN)", submittableIf: "label:Opinion AND -label:opinion=-1", overrideIf: "label:Opinion>0,count>=2 -label:Opinion=-1", overridesVeto: true',
    );
    expect(warnings(text)).toEqual([
      "submitRequirements.Own.applicableIf: only dialect gerrit reads it so: Gerrit stops reading at a `)` that closes nothing; `is:OPEN` is `is:open`: in Gerrit upper and lower case are one / in strict it is `is:open`",
      "submitRequirements.Own.submittableIf: only dialect gerrit reads it so: Gerrit reads `label:Opinion` without a value as `label:Opinion=+1`; `opinion` is the label `Opinion`: in Gerrit upper and lower case are one / in strict it is `label:Opinion=+1 AND -label:Opinion=-1`",
      "submitRequirements.Own.overrideIf: only dialect gerrit reads it so: Gerrit counts each value for itself, and not those of a range together / in strict it is `(label:Opinion=+1,count>=2 OR label:Opinion=+2,count>=2) AND -label:Opinion=-1`",
    ]);
  });

  it("has those of labels and of freezes", () => {
    const text = `${HEAD}dialect: gerrit
labels:
  Opinion: { values: { -1: no, 0: nothing, 1: yes }, copyCondition: "is : MIN" }
  Sum: { values: { 0: nothing, 1: good }, computed: { "+1": "label:opinion=MAX" } }
freezes: [{ name: rest, branches: main, from: 2030-01-01, to: 2030-02-01, except: "label:Opinion" }]
submitRequirements: { Own: { submittableIf: "label:Opinion=MAX label:Sum=MAX" } }
`;
    expect(warnings(text).map((line) => line.replace(/: .*\/ /s, ": "))).toEqual([
      "labels.Opinion.copyCondition: in strict it is `is:MIN`",
      "labels.Sum.computed.+1: in strict it is `label:Opinion=MAX`",
      "freezes.0.except: in strict it is `label:Opinion=+1`",
    ]);
  });

  it("has what reads the same here and is something else in Gerrit", () => {
    expect(warnings(file('submittableIf: "label:Opinion=MAX,user=non_uploader,group=core"'))).toEqual([
      "submitRequirements.Own.submittableIf: Gerrit forgets `user=` where `group=` stands beside it; here both have to hold / make sure that this is what is meant",
    ]);
  });

  it("has nothing of expressions that are the same, nor of a strict file", () => {
    expect(warnings(file('submittableIf: "label:Opinion=MAX,group=core -label:Opinion=MIN"'))).toEqual([]);
    expect(warnings(file('submittableIf: "label:Opinion>0,count>=2"', ""))).toEqual([]);
  });
});
