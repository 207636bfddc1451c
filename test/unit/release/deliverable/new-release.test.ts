import { describe, expect, it } from "vitest";
import { beginFile } from "../../../../src/core/release/deliverable/begin.ts";
import { parseDeliverable, placeOf, type Deliverable } from "../../../../src/core/release/deliverable/deliverable.ts";
import { withRelease } from "../../../../src/core/release/deliverable/edit.ts";
import {
  nextVersion,
  planRelease,
  type NewType,
  type PlannedType,
} from "../../../../src/core/release/deliverable/new-release.ts";
import { orderOfFolders } from "../../../../src/core/release/deliverable/series.ts";
import { versionTaken } from "../../../../src/core/release/deliverable/taken.ts";
import { validateDeliverable } from "../../../../src/core/release/deliverable/validate.ts";
import { ordersOf } from "../../../../src/core/release/release/order.ts";
import { parseNumbered } from "../../../../src/core/release/version.ts";

const [A, B] = ["a".repeat(40), "b".repeat(40)];
const place = placeOf("deliverables/gazpacho/nova.yaml");
if (place === undefined) throw new Error("it is a deliverable's path");
const gazpacho = { name: "gazpacho", id: "2026.1", status: "maintained" };

function file(text: string): Deliverable {
  const parsed = parseDeliverable(place as NonNullable<typeof place>, text);
  if (!parsed.ok) throw new Error(parsed.problem.map(({ message }) => message).join("; "));
  return parsed.value;
}

describe("the arithmetic of the ten types, and of the final", () => {
  it.each<[PlannedType, string | undefined, number, string | undefined]>([
    ["bugfix", "1.2.3", 0, "1.2.4"],
    ["bugfix", "1.2.3", 1, undefined],
    ["feature", "1.2.3", 0, "1.3.0"],
    ["feature", "1.2.3", 1, "1.3.0"],
    ["feature", "1.2.3", 3, "1.5.0"],
    ["major", "1.2.3", 2, "2.0.0"],
    ["milestone", "5.1.0", 1, "6.0.0.0b1"],
    ["milestone", "6.0.0.0b1", 0, "6.0.0.0b2"],
    ["milestone", "6.0.0.0rc1", 0, undefined],
    ["rc", "6.0.0.0b2", 0, "6.0.0.0rc1"],
    ["rc", "6.0.0.0rc9", 0, "6.0.0.0rc10"],
    ["rc", "5.1.0", 1, "6.0.0.0rc1"],
    ["procedural", "1.2.3", 2, "1.4.0"],
    ["releasefix", "1.2.3", 0, "1.2.4"],
    ["final", "6.0.0.0rc2", 0, "6.0.0"],
    ["final", "6.0.0", 0, undefined],
    ["final", undefined, 0, undefined],
    ["feature", undefined, 0, "0.1.0"],
    ["rc", undefined, 0, "1.0.0.0rc1"],
    ["milestone", undefined, 0, "1.0.0.0b1"],
    ["eol", "1.2.3", 0, "2026.1-eol"],
    ["eom", undefined, 0, "2026.1-eom"],
    ["em", "1.2.3", 0, "2026.1-em"],
  ])("%s after %s, %i series back, is %s", (type, text, depth, expected) => {
    const version = parseNumbered(text ?? "");
    const last = version === undefined ? undefined : { version, depth };
    expect(nextVersion({ type, last, seriesId: "2026.1" })).toBe(expected);
  });
});

const HEAD = "team: nova\ntype: service\nrelease-model: cycle-with-rc\nrepository-settings:\n  openstack/nova: {}\n";
const OLD = `${HEAD.replace("cycle-with-rc", "cycle-with-intermediary")}releases:\n  - version: 1.2.0\n    projects:\n      - repo: openstack/nova\n        hash: ${A}\n  - version: 2025.2-eom\n    projects:\n      - repo: openstack/nova\n        hash: ${A}\nbranches:\n  - name: stable/2025.2\n    location: 1.2.0\n`;
const plan = (type: NewType | "final", text: string, more: Partial<Parameters<typeof planRelease>[0]> = {}) =>
  planRelease({
    type,
    file: file(text),
    series: gazpacho,
    older: [],
    heads: new Map([["openstack/nova", B]]),
    force: false,
    stableBranch: false,
    bugfixBranch: false,
    ...more,
  });

describe("a planned release", () => {
  it("the first candidate begins the stable branch", () => {
    expect(plan("rc", HEAD, { older: [file(OLD)] })).toMatchObject({
      ok: true,
      value: {
        version: "2.0.0.0rc1",
        projects: [{ repo: "openstack/nova", hash: B }],
        branches: [{ name: "stable/2026.1", location: "2.0.0.0rc1" }],
      },
    });
  });
  it("an eom tag of an older series is no number, and its series is skipped all the same", () => {
    const library = HEAD.replace("cycle-with-rc", "cycle-with-intermediary");
    expect(plan("feature", library, { older: [undefined, file(OLD)] })).toMatchObject({ value: { version: "1.4.0" } });
  });
  it("the final stays on the candidate's commit, and says that the branch has moved on", () => {
    const rc = `${HEAD}releases:\n  - version: 2.0.0.0rc1\n    projects:\n      - repo: openstack/nova\n        hash: ${A}\n`;
    const planned = plan("final", rc);
    expect(planned).toMatchObject({ value: { version: "2.0.0", projects: [{ hash: A }] } });
    expect(planned.ok && planned.value.remarks).toHaveLength(1);
  });
  it("a procedural release tags the point where the series before branched off", () => {
    const library = HEAD.replace("cycle-with-rc", "cycle-with-intermediary");
    expect(plan("procedural", library, { older: [file(OLD)] })).toMatchObject({
      value: { version: "1.3.0", projects: [{ hash: A }], branches: [{ name: "stable/2026.1" }] },
    });
  });
  it.each<[string, NewType | "final", string, string]>([
    ["a fix as the first release of a series", "bugfix", HEAD, "cannot be a bugfix"],
    [
      "a candidate without a model for it",
      "rc",
      HEAD.replace("cycle-with-rc", "cycle-with-intermediary"),
      "no candidates",
    ],
    ["a release after the end", "feature", OLD, "eom tag"],
    ["the end of what has no branches", "eol", HEAD, "no branches"],
    ["an untagged deliverable", "feature", HEAD.replace("cycle-with-rc", "untagged"), "untagged"],
  ])("refuses %s", (_, type, text, says) => {
    const planned = plan(type, text, { older: [file(OLD)] });
    expect(planned.ok ? planned.value.version : planned.problem.message).toContain(says);
  });
  it("refuses a commit that is released already, and takes it with force", () => {
    const library = OLD.replace(/ {2}- version: 2025[\s\S]*?branches/, "branches");
    const heads = new Map([["openstack/nova", A]]);
    expect(plan("bugfix", library, { heads })).toMatchObject({ problem: { hint: "take --force to tag it again" } });
    expect(plan("bugfix", library, { heads, force: true })).toMatchObject({ value: { version: "1.2.1" } });
  });
  it("without a listed release the version counts on from the newest tag, as a first release of the series", () => {
    const library = HEAD.replace("cycle-with-rc", "cycle-with-intermediary");
    const tagged = { version: "v1.4.2", projects: [{ repo: "openstack/nova", hash: A }] };
    expect(plan("feature", library, { tagged })).toMatchObject({ value: { version: "1.5.0" } });
    expect(plan("bugfix", library, { tagged })).toMatchObject({
      problem: { message: expect.stringContaining("cannot be a bugfix: v1.4.2") as string },
    });
  });
  it("refuses a version that is tagged elsewhere, under any spelling, and takes one that is tagged there", () => {
    const library = OLD.replace(/ {2}- version: 2025[\s\S]*?branches/, "branches");
    const tags = (commit: string) => ({ tags: new Map([["openstack/nova", new Map([["v1.2.1", commit]])]]) });
    expect(plan("bugfix", library, tags(A))).toMatchObject({
      problem: { message: expect.stringContaining("has the tag v1.2.1 at aaaaaaaaaa already") as string },
    });
    expect(plan("bugfix", library, tags(B))).toMatchObject({ value: { version: "1.2.1" } });
  });
  it("refuses a version in the range of another live series", () => {
    const others = [{ series: "flamingo", releases: file(OLD).releases, live: true }];
    const asked = (text: string) =>
      versionTaken(parseNumbered(text) as NonNullable<ReturnType<typeof parseNumbered>>, others);
    expect(asked("1.2.0")?.message).toContain("already a release");
    expect(asked("1.2.1")?.message).toContain("range of flamingo");
    expect(asked("1.3.0")).toBeUndefined();
  });
});

describe("series without a list of them", () => {
  it("are the folders, the newest under development; names that tell no order are no order", () => {
    expect(
      orderOfFolders(["2026.9", "_independent", "2026.10", "2025.1"])?.all.map(({ id, status }) => `${id} ${status}`),
    ).toEqual(["2026.10 development", "2026.9 maintained", "2025.1 maintained"]);
    expect(orderOfFolders(["aster"])?.current?.name).toBe("aster");
    expect(orderOfFolders(["aster", "2026.1"])).toBeUndefined();
    expect(orderOfFolders([])?.current).toBeUndefined();
  });
});

describe("a first file", () => {
  const asked = { name: "calc", repository: "acme/calc", series: "2026.2", candidates: true };
  const at = placeOf("deliverables/2026.2/calc.yaml") ?? place;
  it("of a repository that releases itself breaks no rule, and asks for what the service makes", () => {
    const order = orderOfFolders(["2026.2"]);
    const planned = {
      version: "1.0.0.0rc1",
      projects: [{ repo: "acme/calc", hash: A }],
      branches: [{ name: "stable/2026.2", location: "1.0.0.0rc1" }],
      remarks: [],
    };
    const edited = withRelease(at, beginFile(asked), planned);
    const read = edited.ok ? parseDeliverable(at, edited.value) : undefined;
    if (read?.ok !== true || order === undefined) throw new Error("it can be read");
    expect(validateDeliverable(read.value, { order, branchesOf: () => undefined })).toEqual([]);
    expect(ordersOf(read.value, { path: at.path, repository: "acme/calc" })).toMatchObject({
      ok: true,
      value: [
        { version: "1.0.0.0rc1", repository: "acme/calc", commit: A, branches: [{ name: "stable/2026.2", at: A }] },
      ],
    });
  });
  it("of the next series keeps what is said of the deliverable, and nothing of the series before", () => {
    const begun = beginFile({ ...asked, before: `# ours\n${OLD}cycle-highlights:\n  - Faster.\n` });
    expect(begun).toBe(`# ours\n${HEAD.replace("cycle-with-rc", "cycle-with-intermediary")}`);
  });
  it("without a series has no model", () => {
    expect(beginFile({ ...asked, series: "_independent" })).not.toContain("release-model");
  });
});

describe("a file is edited by adding lines", () => {
  const planned = {
    version: "1.3.0",
    projects: [{ repo: "openstack/nova", hash: B }],
    branches: [{ name: "bugfix/1.3", location: "1.3.0" }],
    remarks: [],
  };
  it.each([
    ["a full file", OLD],
    ["comments and a strange order", `# top\n${OLD.replace("branches:", "# about branches\nbranches: # here")}# end\n`],
    ["no lists yet", HEAD],
    ["an empty list", `${HEAD}releases:\nbranches: []\n`],
    ["a null", `${HEAD}releases: null # none\n`],
    ["no line end at the end", OLD.trimEnd()],
    ["lines that end as on Windows", OLD.replaceAll("\n", "\r\n")],
    ["a list without indentation", OLD.replaceAll(/^ {2}(?=( {0}- version| {2}projects| {4}- repo| {6}hash))/gm, "")],
  ])("%s: every other line stays, in order", (_, text) => {
    const edited = withRelease(place, text, planned);
    expect(edited).toMatchObject({ ok: true });
    if (!edited.ok) return;
    const lines = edited.value.split(/\r?\n/);
    const kept = text.split(/\r?\n/).filter((line) => line !== "" && !/^(?:releases|branches):/.test(line));
    let at = -1;
    for (const line of kept) {
      at = lines.indexOf(line, at + 1);
      expect(at, line).toBeGreaterThanOrEqual(0);
    }
    expect(file(edited.value).releases.at(-1)?.version).toBe("1.3.0");
    expect(edited.value.includes("\r\n")).toBe(text.includes("\r\n"));
  });
  it("a hash that reads as a number is quoted", () => {
    const edited = withRelease(place, HEAD, {
      ...planned,
      projects: [{ repo: "openstack/nova", hash: "1".repeat(40) }],
    });
    expect(edited.ok && edited.value).toContain(`hash: "${"1".repeat(40)}"`);
  });
  it("a list in one line is left alone, with a sentence", () => {
    const flow = `${HEAD}releases: [{ version: 1.2.0, projects: [{ repo: openstack/nova, hash: ${A} }] }]\n`;
    expect(withRelease(place, flow, planned)).toMatchObject({ ok: false });
  });
});
