// Mutation: what is made, what is not, and where a survivor is said to stand.
import { describe, expect, it } from "vitest";
import { coverageOf } from "../../../src/core/cases/coverage.ts";
import { mutateCases } from "../../../src/core/cases/mutate.ts";
import { mutantsOf } from "../../../src/core/cases/mutants.ts";
import { casesIn, casesOf } from "./files.ts";

const OWN = `version: 1
policy: |
  version: 1
  mode: enforce
  groups: { core: { teams: [acme/core] } }
  labels:
    Code-Review:
      values: { -2: no, -1: rather not, 0: none, +1: fine, +2: yes }
      copyCondition: "changekind:NO_CHANGE OR is:MIN"
      veto: sticky
    Verified:
      values: { -1: failed, 0: none, +1: passed }
      computed: { -1: "check:ANY=failure", +1: "check:ALL=success" }
  access:
    - branch: "*"
      label-Code-Review: { anyone: -1..+1, core: -2..+2 }
  checks: { unit: {} }
  submitRequirements:
    Code-Review:
      submittableIf: "label:Code-Review=MAX,user=non_contributor,group=core AND -label:Code-Review=MIN"
    Verified:
      submittableIf: "label:Verified>=1 AND -label:Verified<0"
people: { alice: [core], bob: [core], carol: [], dave: [] }
base: { owner: carol, votes: { alice: Code-Review+2 } }
cases:
  - name: One core approves
    then: submittable
`;

describe("mutants", () => {
  const { asked } = casesOf(OWN).results[0]!;
  const said = mutantsOf(asked.policy, asked.layers).map(({ path, what }) => `${path.join(".")}: ${what}`);

  it("are made of tests, terms, requirements, copy conditions, rights and vetoes", () => {
    expect(said).toEqual(
      expect.arrayContaining([
        "submitRequirements.Code-Review.submittableIf: AND is OR",
        "submitRequirements.Code-Review.submittableIf: -`label:Code-Review=MIN` is left out",
        "submitRequirements.Code-Review.submittableIf: `label:Code-Review=MIN` is turned round",
        "submitRequirements.Code-Review.submittableIf: `label:Code-Review=MAX,user=non_contributor,group=core` is without user=",
        "submitRequirements.Code-Review.submittableIf: `label:Code-Review=MAX,user=non_contributor,group=core` has count>=2",
        "submitRequirements.Code-Review.submittableIf: `label:Code-Review=MAX,user=non_contributor,group=core` has the value =1",
        "submitRequirements.Verified: the requirement is left out",
        "labels.Code-Review.copyCondition: `changekind:NO_CHANGE` is turned round",
        "labels.Code-Review.copyCondition: no vote is carried",
        "labels.Code-Review.veto: the veto is not sticky",
        "labels.Verified.computed.-1: it is never -1",
        "access.0.label-Code-Review.core: core may -1..+2 in place of -2..+2 (Code-Review on `*`)",
        "access.0.label-Code-Review.anyone: anyone may nothing (Code-Review on `*`)",
      ]),
    );
  });

  it.each([
    ["a term that a computed label's one value makes idle", "-`label:Verified<0` is left out"],
    ["a copied minimum beside a sticky veto", "`is:MIN` is left out"],
    ["a group that access says already", "is without group="],
    ["other words for the same values", "has the value >=2"],
    ["values that take in no vote", "has the value <=2"],
  ])("are not made of %s", (_, what) => {
    expect(said.filter((one) => one.includes(what))).toEqual([]);
  });

  it("are made of a preset's rules where the file has none of its own", () => {
    const of = casesIn("policies/cases/solo.yml").results[0]!.asked;
    expect(mutantsOf(of.policy, of.layers).length).toBeGreaterThan(50);
  });
});

describe("survivors", () => {
  const run = casesOf(OWN);
  const { alive, mutants } = mutateCases(run);

  it("are what one case cannot notice, and stand where they are written", () => {
    expect(alive.length).toBeGreaterThan(0);
    expect(alive.length).toBeLessThan(mutants);
    const veto = alive.find(({ what }) => what === "-`label:Code-Review=MIN` is left out");
    expect(veto).toMatchObject({
      path: ".github/plustwo.yml",
      key: "submitRequirements.Code-Review.submittableIf",
      line: 18,
    });
  });

  it("are the same each time", () => {
    expect(mutateCases(casesOf(OWN))).toEqual({ alive, mutants });
  });

  it("are dead once a case tells of them", () => {
    const told = casesOf(
      `${OWN}  - name: A core vetoes it\n    given: { votes: { bob: Code-Review-2 } }\n    then: not submittable\n`,
    );
    const still = mutateCases(told).alive.map(({ what }) => what);
    expect(still).not.toContain("-`label:Code-Review=MIN` is left out");
    expect(still).not.toContain("core may -1..+2 in place of -2..+2 (Code-Review on `*`)");
  });
});

it("a test that no case has seen both ways is listed, once per expression", () => {
  const { atoms, unseen } = coverageOf(casesOf(OWN));
  expect(atoms).toBe(8);
  expect(unseen.map(({ key, text, never }) => `${key} ${text} ${never}`)).toEqual([
    "submitRequirements.Code-Review.submittableIf label:Code-Review=MAX,user=non_contributor,group=core false",
    "submitRequirements.Code-Review.submittableIf label:Code-Review=MIN true",
    "submitRequirements.Verified.submittableIf label:Verified>=1 false",
    "submitRequirements.Verified.submittableIf label:Verified<0 true",
    "labels.Code-Review.copyCondition changekind:NO_CHANGE asked",
    "labels.Code-Review.copyCondition is:MIN asked",
    "labels.Verified.computed.-1 check:ANY=failure true",
    "labels.Verified.computed.1 check:ALL=success false",
  ]);
});
