import { describe, expect, it } from "vitest";
import { askedFor, type Brought } from "../../../../src/core/release/release/asked.ts";

const [A, B] = ["a".repeat(40), "b".repeat(40)];
const PLACE = { path: "deliverables/2026.2/calc.yaml", series: "2026.2", name: "calc", repository: "acme/releases" };

/** A file with these releases, each of acme/calc. */
const file = (...releases: readonly (readonly [version: string, hash: string])[]): string =>
  [
    "team: calc\ntype: other\nrelease-model: cycle-with-rc\nreleases:",
    ...releases.map(
      ([version, hash]) => `  - version: "${version}"\n    projects: [{ repo: acme/calc, hash: "${hash}" }]`,
    ),
    "",
  ].join("\n");

/** Each asked release as `change version commit`, each problem as `change: words`. */
function asked(text: string, ...brought: readonly Brought[]): readonly string[] {
  return askedFor({ ...PLACE, text }, brought).flatMap(({ change = 0, orders, problems }) => [
    ...orders.map(({ version, commit }) => `${change} ${version} ${commit.slice(0, 1)}`),
    ...problems.map((problem) => `${change}: ${problem}`),
  ]);
}

const RC1 = file(["1.0.0.0rc1", A]);
const RC2 = file(["1.0.0.0rc1", A], ["1.0.0.0rc2", B]);

describe("what changes to a release file have asked for", () => {
  it("is the release that each of them added, however many landed since anybody looked", () => {
    expect(asked(RC2, { change: 1, after: RC1 }, { change: 2, before: RC1, after: RC2 })).toEqual([
      "1 1.0.0.0rc1 a",
      "2 1.0.0.0rc2 b",
    ]);
  });

  it("of a new file is its newest: the older ones were asked for where it was before", () => {
    expect(asked(RC2, { change: 1, after: RC2 })).toEqual(["1 1.0.0.0rc2 b"]);
  });

  it("is nothing where one change adds two", () => {
    const both = file(["1.0.0.0rc1", A], ["1.0.0.0rc2", A], ["1.0.0", A]);
    expect(asked(both, { change: 7, before: RC1, after: both })).toEqual([
      "7: the change adds 2 releases (1.0.0.0rc2, 1.0.0), and one change asks for one",
    ]);
  });

  it("is asked by whoever asked first, not by whoever touched the file afterwards", () => {
    const touched = `# calc\n${RC1}`;
    expect(asked(touched, { change: 1, after: RC1 }, { change: 2, before: RC1, after: touched })).toEqual([
      "1 1.0.0.0rc1 a",
    ]);
    expect(asked(touched, { change: 2, before: RC1, after: touched })).toEqual(["2 1.0.0.0rc1 a"]);
  });

  it("is what the last word on it is", () => {
    const moved = file(["1.0.0.0rc1", B]);
    expect(asked(moved, { change: 1, after: RC1 }, { change: 2, before: RC1, after: moved })).toEqual([
      "1: 1.0.0.0rc1 was altered in the file before it could be made",
      "2 1.0.0.0rc1 b",
    ]);
    const other = file(["1.0.0.0rc2", B]);
    expect(asked(other, { change: 1, after: RC1 }, { change: 2, before: RC1, after: other })).toEqual([
      "1: 1.0.0.0rc1 was taken out of the file before it could be made",
      "2 1.0.0.0rc2 b",
    ]);
    const altered = file(["1.0.0.0rc1", B], ["1.0.0.0rc2", B]);
    expect(asked(altered, { change: 1, after: RC1 }, { change: 2, before: RC1, after: altered })[0]).toContain(
      "altered",
    );
  });

  it("is nothing while the file cannot be read, and was nothing where it could not be", () => {
    const float = 'team: calc\ntype: other\nreleases: [{ version: 1.0, projects: [{ repo: acme/calc, hash: "x" }] }]\n';
    expect(asked(float, { change: 3, before: RC1, after: float }).join()).toContain("version.not-text");
    expect(asked(RC1, { change: 3, after: "team: [" }, { change: 4, before: "team: [", after: RC1 })).toEqual([
      "4 1.0.0.0rc1 a",
    ]);
  });
});
