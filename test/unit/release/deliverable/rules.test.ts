import { describe, expect, it } from "vitest";
import { parseDeliverable, placeOf } from "../../../../src/core/release/deliverable/deliverable.ts";
import { describeFinding, type Finding } from "../../../../src/core/release/deliverable/finding.ts";
import { seriesOrder } from "../../../../src/core/release/deliverable/series.ts";
import { validateDeliverable } from "../../../../src/core/release/deliverable/validate.ts";

const order = seriesOrder([
  { name: "hibiscus", id: "2026.2", status: "development" },
  { name: "gazpacho", id: "2026.1", status: "maintained" },
  { name: "caracal", id: "2024.1", status: "unmaintained" },
  { name: "zed", id: "zed", status: "end of life" },
]);

const [A, B] = ["a".repeat(40), "b".repeat(40)];
const RC = "team: nova\ntype: service\nrelease-model: cycle-with-rc\n";
const LIB = "team: oslo\ntype: library\nrelease-model: cycle-with-intermediary\n";
const SETTINGS = "repository-settings:\n  openstack/nova: {}\n";

const releases = (...listed: readonly (readonly [version: string, sha?: string, repo?: string])[]): string =>
  `releases:\n${listed.map(([version, sha = A, repo = "openstack/nova"]) => `  - version: ${version}\n    projects:\n      - repo: ${repo}\n        hash: ${sha}\n`).join("")}`;
const branches = (...listed: readonly (readonly [name: string, location: string])[]): string =>
  `branches:\n${listed.map(([name, location]) => `  - name: ${name}\n    location: ${location}\n`).join("")}`;

function findings(
  text: string,
  series = "gazpacho",
  previous: readonly string[] | undefined = undefined,
): readonly Finding[] {
  const place = placeOf(`deliverables/${series}/nova.yaml`);
  if (place === undefined) throw new Error("it is a deliverable's path");
  const parsed = parseDeliverable(place, text);
  return parsed.ok ? validateDeliverable(parsed.value, { order, branchesOf: () => previous }) : parsed.problem;
}

const rules = (...asked: Parameters<typeof findings>): readonly string[] => findings(...asked).map(({ rule }) => rule);

describe("what is as it should be is silent", () => {
  it.each([
    [
      "a service with a candidate, its final and its branch",
      RC + SETTINGS + releases(["1.0.0.0b1"], ["1.0.0.0rc1"], ["1.0.0"]) + branches(["stable/2026.1", "1.0.0"]),
      "gazpacho",
    ],
    [
      "a library",
      LIB + SETTINGS + releases(["1.1.0"], ["1.1.1", B]) + branches(["stable/2026.1", "1.1.0"]),
      "gazpacho",
    ],
    ["releases with nothing behind them", `${LIB}releases:\n`, "gazpacho"],
    [
      "an independent one, with a pre-release",
      `team: x\ntype: other\n${releases(["1.0.0.0rc1"], ["1.0.0"])}`,
      "_independent",
    ],
    [
      "the end of an unmaintained series",
      RC +
        SETTINGS +
        releases(["1.0.0.0rc1"], ["1.0.0"], ["2024.1-eom"], ["2024.1-eol"]) +
        branches(["stable/2024.1", "1.0.0"], ["unmaintained/2024.1", "2024.1-eom"]),
      "caracal",
    ],
    [
      "four parts of an XStatic package",
      `team: x\ntype: library\nrelease-type: xstatic\nrelease-model: cycle-with-intermediary\n${releases(["1.8.2.0"])}`,
      "gazpacho",
    ],
    [
      "commits where a branch is tagless",
      `${LIB}stable-branch-type: tagless\nbranches:\n  - name: stable/2026.1\n    location:\n      openstack/nova: ${A}\n`,
      "gazpacho",
    ],
    [
      "a bugfix branch beside the stable one",
      `${LIB}stable-branch-type: std-with-versions\n${releases(["1.2.0"])}${branches(["bugfix/1.2", "1.2.0"], ["stable/2026.1", "1.2.0"])}`,
      "gazpacho",
    ],
  ])("%s", (_, text, series) => {
    expect(findings(text, series)).toEqual([]);
  });
});

describe("the form of the file", () => {
  it.each([
    ["a float version is refused", LIB + releases(["1.10"]), ["version.not-text"]],
    ["a hash that YAML reads as a number too", LIB + releases(["1.1.0", "1".repeat(40)]), ["hash.invalid"]],
    ["a short hash", LIB + releases(["1.1.0", "abc1234"]), ["hash.invalid"]],
    ["an unknown key", `${LIB}releases-model: x\n`, ["schema.unknown-key"]],
    [
      "a junk key in a repository's settings",
      `${LIB}repository-settings:\n  openstack/nova:\n    retired: true\n`,
      ["schema.unknown-key"],
    ],
    [
      "an unknown flag in a repository's settings",
      `${LIB}repository-settings:\n  openstack/nova:\n    flags: [retierd]\n`,
      ["schema.wrong-value"],
    ],
    [
      "a flag that lost its space",
      `${LIB}repository-settings:\n  openstack/nova:\n    flags:\n      -retired\n`,
      ["schema.wrong-value"],
    ],
    ["a missing team", "type: library\nrelease-model: cycle-with-intermediary\n", ["schema.missing-key"]],
    ["an unknown model", "team: x\ntype: library\nrelease-model: cycle-with-care\n", ["schema.wrong-value"]],
    [
      "a release without repositories",
      `${LIB}releases:\n  - version: 1.1.0\n    projects: []\n`,
      ["schema.wrong-value"],
    ],
    ["a release without projects", `${LIB}releases:\n  - version: 1.1.0\n`, ["schema.missing-key"]],
    [
      "a branch placed by a short SHA",
      `${LIB}branches:\n  - name: feature/x\n    location:\n      openstack/nova: abc\n`,
      ["hash.invalid"],
    ],
    ["no YAML at all", "team: [\n", ["yaml.invalid"]],
    ["a key that stands twice", `${LIB}team: other\n`, ["yaml.invalid"]],
    ["an empty file", "", ["yaml.invalid"]],
  ])("%s", (_, text, found) => {
    expect(rules(text)).toEqual(found);
  });

  it("is told with file, line, column, rule and the way out", () => {
    const [found] = findings(LIB + releases(["1.10"]));
    expect(found && describeFinding(found)).toBe(
      "deliverables/gazpacho/nova.yaml:5:14: error version.not-text: a version is text, and this is the number 1.1",
    );
    expect(found?.hint).toContain("in quotes");
  });
  it("a folder that is no series is said once, beside what else is found", () => {
    expect(rules(LIB + releases(["1.1"].map((version) => `"${version}"`) as [string]), "gaspacho")).toEqual([
      "series.unknown",
      "version.not-canonical",
    ]);
  });
});

describe("model and repositories", () => {
  it.each([
    ["a series without a model", "team: x\ntype: library\n", "gazpacho", ["model.missing"]],
    [
      "abandoned in a series",
      "team: x\ntype: library\nrelease-model: abandoned\n",
      "gazpacho",
      ["model.only-independent"],
    ],
    ["a cycle in _independent", LIB, "_independent", ["model.not-independent"]],
    [
      "untagged with releases",
      `team: x\ntype: other\nrelease-model: untagged\n${releases(["1.0.0"])}`,
      "gazpacho",
      ["untagged-with-releases"],
    ],
    [
      "notes of a stranger",
      `${LIB}${SETTINGS}release-notes:\n  openstack/glance: https://example.org\n`,
      "gazpacho",
      ["release-notes.unknown-repository"],
    ],
    [
      "a repository that no settings know, in the current series",
      LIB + SETTINGS + releases(["1.1.0", A, "openstack/nove"]),
      "hibiscus",
      ["repository.not-released", "repository.not-in-settings"],
    ],
  ])("%s", (_, text, series, found) => {
    expect(rules(text, series)).toEqual(found);
  });
});

describe("version numbers", () => {
  it.each([
    ["not canonical", LIB + releases(['"1.1"']), "gazpacho", ["version.not-canonical"]],
    ["four parts without xstatic", LIB + releases(["1.1.0.0"]), "gazpacho", ["version.invalid"]],
    ["a word", LIB + releases(["newest"]), "gazpacho", ["version.invalid"]],
    ["twice", LIB + releases(["1.1.0"], ["1.1.0", B]), "gazpacho", ["version.twice"]],
    [
      "a candidate without a model for it",
      LIB + releases(["1.1.0.0rc1"], ["1.1.0"]),
      "gazpacho",
      ["version.pre-release"],
    ],
    [
      "the eol tag of another series",
      LIB + releases(["1.1.0"], ["zed-eol"]) + branches(["stable/2024.1", "1.1.0"]),
      "caracal",
      ["eol.wrong-series"],
    ],
    [
      "a tag that has the name where the id belongs",
      LIB + releases(["1.1.0"], ["caracal-eom"]) + branches(["stable/2024.1", "1.1.0"]),
      "caracal",
      ["eom.wrong-series"],
    ],
    [
      "a last tag while the series is open",
      LIB + releases(["1.1.0"], ["2026.1-last"]),
      "gazpacho",
      ["last.series-open"],
    ],
    [
      "an eol tag without a series",
      `team: x\ntype: other\n${releases(["1.0.0"], ["zed-eol"])}${branches(["stable/zed", "1.0.0"])}`,
      "_independent",
      ["series-tag.independent"],
    ],
  ])("%s", (_, text, series, found) => {
    expect(rules(text, series)).toEqual(found);
  });
});

describe("what may follow what", () => {
  it.each([
    ["a final without a candidate", RC + releases(["1.0.0"]), "gazpacho", ["final-without-rc"]],
    ["a beta after a candidate", RC + releases(["1.0.0.0rc1"], ["1.0.0.0b1"]), "gazpacho", ["bad-order"]],
    ["a final after a beta", RC + releases(["1.0.0.0b1"], ["1.0.0"]), "gazpacho", ["bad-order"]],
    [
      "a candidate after the final",
      RC + releases(["1.0.0.0rc1"], ["1.0.0"], ["2.0.0.0rc1"]),
      "gazpacho",
      ["bad-order"],
    ],
    ["a final on another commit", RC + releases(["1.0.0.0rc1"], ["1.0.0", B]), "gazpacho", ["series-final"]],
    [
      "a final of another repository",
      RC + releases(["1.0.0.0rc1"], ["1.0.0", A, "openstack/cells"]),
      "gazpacho",
      ["series-final.repositories"],
    ],
    ["a fix as the first release", LIB + releases(["1.1.1"]), "gazpacho", ["series-first"]],
    ["an eol tag without a branch", LIB + releases(["1.1.0"], ["2024.1-eol"]), "caracal", ["eol.no-branches"]],
    [
      "an eom tag that leaves out a repository",
      `${LIB}repository-settings:\n  openstack/nova: {}\n  openstack/cells: {}\n${releases(["1.1.0"], ["2024.1-eom"])}${branches(["stable/2024.1", "1.1.0"])}`,
      "caracal",
      ["eom.repositories"],
    ],
    [
      "an em tag on another commit",
      LIB + releases(["1.1.0"], ["zed-em", B]) + branches(["stable/zed", "1.1.0"]),
      "zed",
      ["em.other-commit"],
    ],
    ["an em tag alone", LIB + releases(["zed-em"]), "zed", ["em.no-release"]],
    [
      "a release after the end of its life",
      LIB + releases(["1.1.0"], ["2024.1-eol"], ["1.1.1", B]) + branches(["stable/2024.1", "1.1.0"]),
      "caracal",
      ["after-end"],
    ],
    [
      "a release after the end of maintenance",
      LIB + releases(["1.1.0"], ["2024.1-eom"], ["1.1.1", B]) + branches(["stable/2024.1", "1.1.0"]),
      "caracal",
      ["after-end"],
    ],
    [
      "the end of maintenance after the end of life",
      LIB + releases(["1.1.0"], ["2024.1-eol"], ["2024.1-eom"]) + branches(["stable/2024.1", "1.1.0"]),
      "caracal",
      ["after-end"],
    ],
    ["a release that counts downwards", LIB + releases(["1.2.0"], ["1.1.5", B]), "gazpacho", ["version.lower"]],
  ])("%s", (_, text, series, found) => {
    expect(rules(text, series)).toEqual(found);
  });
});

describe("branches", () => {
  it.each([
    [
      "an unknown prefix",
      LIB + releases(["1.1.0"]) + branches(["driverfixes/x", "1.1.0"]),
      "gazpacho",
      ["branch.prefix"],
    ],
    [
      "of another series",
      LIB + releases(["1.1.0"]) + branches(["stable/2024.1", "1.1.0"]),
      "gazpacho",
      ["branch.name"],
    ],
    [
      "at a version that is not listed",
      LIB + releases(["1.1.0"]) + branches(["stable/2026.1", "1.2.0"]),
      "gazpacho",
      ["branch.location-unlisted"],
    ],
    [
      "a feature branch at a version",
      LIB + releases(["1.1.0"]) + branches(["feature/x", "1.1.0"]),
      "gazpacho",
      ["branch.location"],
    ],
    [
      "twice",
      LIB + releases(["1.1.0"]) + branches(["stable/2026.1", "1.1.0"], ["stable/2026.1", "1.1.0"]),
      "gazpacho",
      ["branch.twice"],
    ],
    [
      "of a tempest plugin",
      `team: x\ntype: tempest-plugin\nrelease-model: cycle-with-intermediary\n${releases(["1.1.0"])}${branches(["stable/2026.1", "1.1.0"])}`,
      "gazpacho",
      ["branch.not-supported"],
    ],
  ])("%s", (_, text, series, found) => {
    expect(rules(text, series)).toEqual(found);
  });

  it("a release in the new series asks for the branch of the one before, by the order of series", () => {
    const text = LIB + SETTINGS + releases(["1.1.0"]);
    expect(rules(text, "hibiscus", ["stable/2026.1"])).toEqual([]);
    expect(rules(text, "hibiscus", [])).toEqual(["series-open"]);
    expect(rules(text, "gazpacho", [])).toEqual([]);
  });
});
