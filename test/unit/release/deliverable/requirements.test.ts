import { describe, expect, it } from "vitest";
import { weighInterface } from "../../../../src/core/release/deliverable/api-difference.ts";
import { requirementsOf, versionIn, type ManifestName } from "../../../../src/core/release/deliverable/manifests.ts";
import { npmRange, pythonRange } from "../../../../src/core/release/deliverable/requirement-range.ts";
import { weighRequirements } from "../../../../src/core/release/deliverable/requirements.ts";

describe("a range as intervals", () => {
  it.each<[string, ReturnType<typeof npmRange>]>([
    ["^1.2.3", [{ from: [1, 2, 3], below: [2] }]],
    ["^0.2.3", [{ from: [0, 2, 3], below: [0, 3] }]],
    ["^0.0.3", [{ from: [0, 0, 3], below: [0, 0, 4] }]],
    ["~1.2.3", [{ from: [1, 2, 3], below: [1, 3] }]],
    ["~1", [{ from: [1], below: [2] }]],
    ["1.x", [{ from: [1], below: [2] }]],
    ["1.2.3", [{ from: [1, 2, 3], below: [1, 2, 4] }]],
    [">=18 <21", [{ from: [18], below: [21] }]],
    [">1.2", [{ from: [1, 3] }]],
    ["1.0 - 2.0", [{ from: [1, 0], below: [2, 1] }]],
    ["18 || >=20", [{ from: [18], below: [19] }, { from: [20] }]],
    ["*", [{ from: [] }]],
    ["", [{ from: [] }]],
    ["npm:@other/name@^2.1", [{ from: [2, 1], below: [3] }]],
    ["workspace:^1.2", [{ from: [1, 2], below: [2] }]],
    ["workspace:*", [{ from: [] }]],
    ["^1.2.3-rc.1", [{ from: [1, 2, 3], below: [2] }]],
    ["latest", undefined],
    ["github:acme/calc#main", undefined],
    ["^1.2 or so", undefined],
  ])("npm %s", (text, range) => {
    expect(npmRange(text)).toEqual(range);
  });
  it.each<[string, ReturnType<typeof pythonRange>]>([
    [">=1.2,!=1.3.*,<2", [{ from: [1, 2], below: [2] }]],
    ["~=1.4.2", [{ from: [1, 4, 2], below: [1, 5] }]],
    ["==1.2.*", [{ from: [1, 2], below: [1, 3] }]],
    ["==1.2", [{ from: [1, 2, 0], below: [1, 2, 1] }]],
    [">=1.0rc1 , <= 3", [{ from: [1, 0], below: [3, 0, 1] }]],
    ["", [{ from: [] }]],
    ["newest", undefined],
  ])("Python %s", (text, range) => {
    expect(pythonRange(text)).toEqual(range);
  });
});

const weigh = (name: ManifestName, before: string | object, after: string | object): readonly string[] => {
  const [old, now] = [before, after].map((one) => {
    const read = requirementsOf(name, typeof one === "string" ? { text: one } : { text: "", value: one });
    if (!read.ok) throw new Error(read.problem);
    return read.value;
  });
  return weighRequirements(old ?? [], now ?? [], name).map(({ because }) => because);
};

describe("what a difference of requirements weighs", () => {
  const npm = (keys: object): string => JSON.stringify(keys);
  it.each<[string, ManifestName, string | object, string | object, readonly string[]]>([
    [
      "a raised lower bound and a new dependency are features",
      "package.json",
      npm({ dependencies: { a: "^1.0.0" } }),
      npm({ dependencies: { a: "^1.4.0", b: "^2" } }),
      [
        "minor: package.json raises a to ^1.4.0, it was ^1.0.0",
        "minor: package.json requires b ^2, and did not before",
      ],
    ],
    [
      "what is gone, wider, or the same in other words weighs nothing",
      "package.json",
      npm({ dependencies: { a: "^1.0.0", b: "1.x", c: "^3" }, devDependencies: { d: "1" } }),
      npm({ dependencies: { a: "^1.0.0 || ^2.0.0", b: "^1.0.0" }, devDependencies: { d: "9", e: "1" } }),
      [],
    ],
    [
      "a dropped Node is a break, also in the middle",
      "package.json",
      npm({ engines: { node: "18 || 20 || 22" } }),
      npm({ engines: { node: "18 || 22" } }),
      ["major: package.json drops node 20: node 18 || 22, it was 18 || 20 || 22"],
    ],
    [
      "a newer Node of the same line is a feature",
      "package.json",
      npm({ engines: { node: ">=20.0" } }),
      npm({ engines: { node: ">=20.19" } }),
      ["minor: package.json raises node to >=20.19, it was >=20.0"],
    ],
    [
      "the first word about an engine is a feature",
      "package.json",
      npm({}),
      npm({ engines: { node: ">=20" } }),
      ["minor: package.json requires node >=20, and did not before"],
    ],
    [
      "a dropped peer is a break, and stands first",
      "package.json",
      npm({ dependencies: { a: "1.0.0" }, peerDependencies: { react: "^17 || ^18" } }),
      npm({ dependencies: { a: "1.0.1" }, peerDependencies: { react: "^18" } }),
      [
        "major: package.json drops react 17: react ^18, it was ^17 || ^18",
        "minor: package.json raises a to 1.0.1, it was 1.0.0",
      ],
    ],
    [
      "a peer that the package brings along now is no burden",
      "package.json",
      npm({ peerDependencies: { react: "^18" } }),
      npm({ dependencies: { react: "^18" } }),
      [],
    ],
    [
      "an address instead of a range is a feature: nobody can say which is higher",
      "package.json",
      npm({ dependencies: { a: "^1" } }),
      npm({ dependencies: { a: "github:acme/a" } }),
      ["minor: package.json requires a github:acme/a, it was ^1: nobody can say which is higher"],
    ],
    [
      "requirements.txt: markers, extras, comments and options are read past",
      "requirements.txt",
      "pbr>=2.0.0 # Apache-2.0\noslo.config[yaml]>=1.0 ; python_version < '3.9'\n-e .\n",
      "pbr>=2.0.0,!=2.1.0 # Apache-2.0\nOslo_Config>=2.0\n--hash=x\n\n",
      ["minor: requirements.txt raises oslo-config to >=2.0, it was >=1.0"],
    ],
    [
      "requirements.txt: of one line for each Python the lowest counts",
      "requirements.txt",
      "numpy>=1.0;python_version<'3.9'\nnumpy>=2.0;python_version>='3.9'\n",
      "numpy>=1.5\n",
      ["minor: requirements.txt raises numpy to >=1.5, it was >=1.0 or >=2.0"],
    ],
    [
      "pyproject.toml: a dropped Python is a break",
      "pyproject.toml",
      { project: { dependencies: ["a>=1"], "requires-python": ">=3.9" } },
      { project: { dependencies: ["a>=1", "b"], "requires-python": ">=3.10" } },
      [
        "major: pyproject.toml drops python 3.9: python >=3.10, it was >=3.9",
        "minor: pyproject.toml requires b, and did not before",
      ],
    ],
    [
      "setup.cfg: pbr's own spelling",
      "setup.cfg",
      "[metadata]\npython-requires = >=3.9\n",
      "[metadata]\npython_requires=>=3.9.2\n",
      ["minor: setup.cfg raises python to >=3.9.2, it was >=3.9"],
    ],
    [
      "go.mod: what is indirect is others' business",
      "go.mod",
      "module x\ngo 1.21\nrequire (\n\ta.org/a v1.0.0\n\tb.org/b v1.0.0 // indirect\n)\nrequire c.org/c v1.0.0\n",
      "module x\ngo 1.22.1\nrequire (\n\ta.org/a v1.2.0\n\tb.org/b v1.9.0 // indirect\n)\nrequire c.org/c v1.0.0\n",
      ["minor: go.mod raises go to 1.22.1, it was 1.21", "minor: go.mod raises a.org/a to v1.2.0, it was v1.0.0"],
    ],
  ])("%s", (_, name, before, after, found) => {
    expect(weigh(name, before, after)).toEqual(found);
  });

  it.each<[string, ManifestName, { readonly text: string; readonly value?: unknown }, string]>([
    ["JSON that is none", "package.json", { text: "{" }, "no JSON"],
    ["a range that is a number", "package.json", { text: '{"dependencies":{"a":1}}' }, "dependencies.a"],
    ["a table of dependencies", "pyproject.toml", { text: "", value: { project: { dependencies: {} } } }, "no list"],
  ])("%s is said, and not taken for nothing", (_, name, file, says) => {
    const read = requirementsOf(name, file);
    expect(read.ok ? "read" : read.problem).toContain(says);
  });
});

describe("an interface that is written down", () => {
  const before = "// report\nexport function add(a: number): number;\n\nexport const ZERO = 0;\n";
  it.each<[string, string, string | undefined]>([
    [
      "moved lines, blanks and comments weigh nothing",
      "export const ZERO = 0;\n/* x */\n export function add(a: number): number;",
      undefined,
    ],
    [
      "one line more is a feature",
      `${before}export const ONE = 1;\n`,
      "minor: api.md has 1 line more, first `export const ONE = 1;`",
    ],
    [
      "a changed line is a break",
      before.replace("a: number", "a: string"),
      "major: api.md has lost or changed 1 line, first `export function add(a: number): number;`",
    ],
  ])("%s", (_, after, because) => {
    expect(weighInterface(before, after, "api.md")?.because).toBe(because);
  });
});

describe("the version that a package names", () => {
  it("is read, may be absent, and broken files are said", () => {
    expect(versionIn('{"version":"1.2.3"}')).toEqual({ ok: true, value: "1.2.3" });
    expect(versionIn("{}")).toEqual({ ok: true, value: undefined });
    expect(versionIn("[]")).toMatchObject({ ok: false });
  });
});
