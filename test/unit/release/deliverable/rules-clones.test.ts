import { describe, expect, it } from "vitest";
import { parseDeliverable } from "../../../../src/core/release/deliverable/deliverable.ts";
import {
  validateClones,
  type CloneFacts,
  type FactsOf,
  type UntaggedFacts,
} from "../../../../src/core/release/deliverable/rules-clones.ts";
import { seriesOrder } from "../../../../src/core/release/deliverable/series.ts";

const order = seriesOrder([
  { name: "hibiscus", id: "2026.2", status: "development" },
  { name: "gazpacho", id: "2026.1", status: "maintained" },
]);
const [A, B] = ["a".repeat(40), "b".repeat(40)];
const FINE: UntaggedFacts = { branch: "master", onBranch: true, descends: true, gitreview: true };

function found(version: string, facts: ReturnType<FactsOf>, series = "hibiscus"): readonly string[] {
  const listed = [
    ["1.0.0", A],
    [version, B],
  ].map(([one, sha]) => `  - version: ${one}\n    projects:\n      - repo: acme/x\n        hash: ${sha}\n`);
  const text = `team: x\ntype: library\nrelease-model: cycle-with-intermediary\nreleases:\n${listed.join("")}branches:\n  - name: bugfix/1.0\n    location: 1.0.0\n`;
  const read = parseDeliverable({ path: `deliverables/${series}/x.yaml`, series, name: "x" }, text);
  if (!read.ok) throw new Error(read.problem[0]?.message);
  return validateClones(read.value, () => facts, order).map(({ rule, level }) => `${level} ${rule}`);
}

const facts = (version: string, untagged: Partial<UntaggedFacts>, more: Partial<CloneFacts> = {}): CloneFacts => ({
  commits: new Set([A, B]),
  tags: new Map([["1.0.0", A]]),
  untagged: new Map([[version, { ...FINE, ...untagged }]]),
  branchPoints: new Map(),
  ...more,
});

const RAISED = {
  required: { weighed: [{ impact: "minor" as const, because: "minor: acme/x/package.json raises a" }] },
};

describe("what clones say of a new release", () => {
  it.each<[string, string, ReturnType<FactsOf>, readonly string[], series?: string]>([
    ["nothing, where all is as it should be", "1.0.1", facts("1.0.1", {}), []],
    ["there is none", "1.0.1", undefined, ["warning git.no-clone"]],
    ["it is shallow: an answer of it would be a guess", "1.0.1", { shallow: "repos/acme/x" }, ["error git.shallow"]],
    [
      "the commit is not there, and nothing else is asked",
      "1.0.1",
      facts("1.0.1", { onBranch: false }, { commits: new Set([A]) }),
      ["error git.sha-missing"],
    ],
    [
      "the tag stands elsewhere",
      "1.0.1",
      facts("1.0.1", {}, { tags: new Map([["1.0.1", A]]) }),
      ["error git.tag-moved"],
    ],
    ["it is on no branch", "1.0.1", facts("1.0.1", { onBranch: false }), ["error git.off-branch"]],
    ["it is no descendant", "1.0.1", facts("1.0.1", { descends: false }), ["error git.not-descendant"]],
    ["it has no .gitreview", "1.0.1", facts("1.0.1", { gitreview: false }), ["warning git.no-gitreview"]],
    ["a fix that raises a requirement", "1.0.1", facts("1.0.1", RAISED), ["error requirements.minor"]],
    [
      "the same in a series that is maintained",
      "1.0.1",
      facts("1.0.1", RAISED),
      ["warning requirements.minor-stable"],
      "gazpacho",
    ],
    ["a feature that raises one", "1.1.0", facts("1.1.0", RAISED), []],
    [
      "requirements that cannot be read",
      "1.1.0",
      facts("1.1.0", { required: { problem: "acme/x/package.json at bbbbbbbbbb cannot be read: it is no JSON" } }),
      ["error requirements.unreadable"],
    ],
    [
      "a package that names its version",
      "1.1.0",
      facts("1.1.0", { inPackage: { path: "package.json", version: "1.1.0" } }),
      [],
    ],
    [
      "a package that names another",
      "1.1.0",
      facts("1.1.0", { inPackage: { path: "package.json", version: "1.0.0" } }),
      ["error version.in-package"],
    ],
    [
      "a package that is not there",
      "1.1.0",
      facts("1.1.0", { inPackage: { path: "metadata.json", version: undefined, problem: "is not there" } }),
      ["error version.in-package"],
    ],
    [
      "a bugfix branch that would begin off the main branch",
      "1.1.0",
      facts("1.1.0", {}, { branchPoints: new Map([["bugfix/1.0", { onMaster: false, inBranch: undefined }]]) }),
      ["error git.branch-point"],
    ],
  ])("%s", (_, version, of, rules, series = "hibiscus") => {
    expect(found(version, of, series)).toEqual(rules);
  });
});
