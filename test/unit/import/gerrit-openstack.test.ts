// What OpenStack's imported policy decides about the cases of preset:openstack: the same votes, and where the verdicts differ.
import { expect, it } from "vitest";
import { userId } from "../../../src/core/ids.ts";
import { evaluate } from "../../../src/core/policy/evaluate.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import { describePolicyProblems } from "../../../src/core/policy/problem.ts";
import { casesIn } from "../cases/files.ts";
import { fileOf, gerrit } from "./gerrit-imports.ts";

const { policy } = gerrit(fileOf("openstack-all-projects.config"), fileOf("openstack-project.config"));
/** As the file says: name your jobs. */
const named = policy.replace(/checks:\n {2}test:\n(?: {4}.*\n)+/, "checks: { style: {}, unit: {}, integration: {} }\n");
const loaded = loadPolicy(named, {});
if (!loaded.ok) throw new Error(describePolicyProblems(loaded.problem));
const imported = loaded.value;

/** In groups of the import that the cases do not know is somebody who never votes; one without members would close the gate. */
const SOMEBODY = [{ id: userId(9_999), login: "ptl" }];
const OTHERS = { "Project-Bootstrappers": SOMEBODY, "stable-maint": SOMEBODY };

const compared = casesIn("policies/cases/openstack.yml").results.map(({ name, verdict, snapshot }) => ({
  name,
  preset: verdict.submittable,
  imported: evaluate(imported, { ...snapshot, groups: { ...snapshot.groups, ...OTHERS } }, snapshot.now).submittable,
}));
const differing = (preset: boolean) =>
  compared.filter((one) => one.preset === preset && one.imported !== preset).map(({ name }) => name);

it("most verdicts are the same", () => {
  const same = compared.filter((one) => one.preset === one.imported).length;
  expect(compared.length).toBeGreaterThan(50);
  expect(same / compared.length).toBeGreaterThan(0.5);
});

it("it lets in what the preset holds: one approval is enough, whoever gives it; nothing asks about CI, freezes and unknown contributors", () => {
  expect(differing(false)).toMatchInlineSnapshot(`
    [
      "One approval is not two",
      "A core who wrote part of it does not count, three are needed then",
      "A core who opened it cannot be one of the two",
      "Whoever's suggestion went in wrote part of it",
      "Who is no core says +2",
      "The bot says +2",
      "T7: a change to a workflow needs a vote of its own",
      "T7: a change to an action of the repository too",
      "T8: a change to the policy too",
      "T32: a workflow that is moved away is a change to CI",
      "A core who is not in the group for CI cannot give that vote",
      "Who wrote the change to CI cannot give that vote",
      "That vote is given anew after a new message",
      "That vote is given anew after a merge that is moved onto another base",
      "That vote does not stay over new code",
      "While the branch is frozen it waits",
      "A core cannot grant it",
      "A release manager cannot grant it to the own change",
      "An exception is asked for anew with new code",
      "An unknown pusher could be anybody",
    ]
  `);
});

it("it holds what the preset lets in: no vote on Workflow reaches the next patch set, and nobody may lift anything", () => {
  expect(differing(true)).toMatchInlineSnapshot(`
    [
      "Approvals and go-ahead stay where nothing changed",
      "Two cores call it a hotfix, the gate tests it all the same",
    ]
  `);
});
