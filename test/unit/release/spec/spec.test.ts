// Where a spec may lie, what its front matter may say, and what each section has to have: every rule of SPEC_RULES is found by one of these.
import { describe, expect, it } from "vitest";
import { checkSpecs, headingsOf } from "../../../../src/core/release/spec/check-spec.ts";
import { checkRedirects } from "../../../../src/core/release/spec/redirects.ts";
import { placeOf, readSpec, SPEC_RULES } from "../../../../src/core/release/spec/spec.ts";
import { newSpec, requiredHeadings, SHIPPED_TEMPLATE } from "../../../../src/core/release/spec/template.ts";
import { parseDay } from "../../../../src/core/time.ts";

describe("a path below the folder of the specs", () => {
  it.each([
    ["2027.1/approved/fast.md", { kind: "approved", cycle: "2027.1", name: "fast" }],
    ["aster/implemented/fast.md", { kind: "implemented", cycle: "aster", name: "fast" }],
    ["backlog/fast.md", { kind: "backlog", name: "fast" }],
    ["abandoned/fast.md", { kind: "abandoned", name: "fast" }],
    ["README.md", undefined],
    ["template.md", undefined],
    ["redirects", undefined],
    ["2027.1/README.md", undefined],
    ["backlog/.gitkeep", undefined],
    ["2027.1/fast.md", "misplaced"],
    ["2027.1/approved/fast.rst", "misplaced"],
    ["2027.1/approved/deep/fast.md", "misplaced"],
    ["2027.1/template.md", "misplaced"],
    ["backlog/approved/fast.md", "misplaced"],
    ["../approved/fast.md", "misplaced"],
    ["fast.md", "misplaced"],
    ["2027.1/approved/.md", "misplaced"],
  ])("%s", (inside, place) => {
    expect(placeOf(inside)).toEqual(place);
  });
});

const PATH = "specs/2027.1/approved/fast.md";
const FRONT = ["id: fast", "status: implementable", "milestone: '2027.1'", "approvers: [alice]"];
const BODY = "# Fast path\n\n## Problem\n\nSlow.\n\n## Proposal\n\nFast.\n";
const spec = (front: readonly string[] = FRONT, body = BODY): string => `---\n${front.join("\n")}\n---\n\n${body}`;
const without = (key: string): readonly string[] => FRONT.filter((line) => !line.startsWith(key));
const place = { kind: "approved", cycle: "2027.1", name: "fast" } as const;

describe("front matter", () => {
  it("is read with a byte order mark and line ends of Windows, and logins without their @", () => {
    const text = `\uFEFF${spec([...without("approvers"), "approvers: ['@alice', bob]"]).replaceAll("\n", "\r\n")}`;
    const read = readSpec(PATH, text, place);
    if (!read.ok) throw new Error(JSON.stringify(read.problem));
    const { id, title, status, stage, milestones, approvers, bodyLine } = read.value;
    expect({ id, title, status, stage, milestones, approvers, bodyLine }).toEqual({
      ...{ id: "fast", title: "Fast path", status: "implementable", stage: undefined, milestones: ["2027.1"] },
      ...{ approvers: ["alice", "bob"], bodyLine: 7 },
    });
    expect(read.value.at("milestone")).toEqual({ line: 4, column: 12 });
  });

  it("has the keys of a kep.yaml beside ours, with a milestone for each stage", () => {
    const kep = ["kep-number: 12", "owning-sig: sig-api", "see-also: [/keps/1]", "metrics: []"];
    const staged = "milestone: { alpha: '2027.1', beta: '2027.2' }";
    const read = readSpec(PATH, spec([...without("milestone"), staged, ...kep]), place);
    expect(read.ok && read.value.milestones).toEqual(["2027.1", "2027.2"]);
  });

  it("is called by its id where there is no title", () => {
    const read = readSpec(PATH, spec(FRONT, "## Problem\n"), place);
    expect(read.ok && read.value.title).toBe("fast");
  });

  it.each<[string, readonly string[], string, string]>([
    ["a missing key", without("status"), "missing-key", ":2:1"],
    ["an id of digits alone", ["id: 12", ...without("id")], "wrong-value", ":2:5"],
    ["an id with a capital", ["id: Fast", ...without("id")], "wrong-value", ":2:5"],
    ["approvers that are no list", [...without("approvers"), "approvers: alice"], "wrong-value", ":5:12"],
    ["an approver that is no login", [...without("approvers"), "approvers: [a b]"], "wrong-value", ":5:13"],
    [
      "a stage for a milestone that is none",
      [...without("milestone"), "milestone: { gamma: '1' }"],
      "wrong-value",
      ":5:14",
    ],
    ["a key that stands twice", [...FRONT, "id: fast"], "front-matter", ":6:"],
    ["a list for the whole", ["- id: fast"], "front-matter", ":2:"],
    ["nothing at all", [], "front-matter", ":"],
  ])("with %s is a problem at its place", (_, front, rule, at) => {
    const read = readSpec(PATH, spec(front), place);
    const [first] = read.ok ? [] : read.problem;
    expect(first?.rule).toBe(rule);
    expect(`:${first?.line}:${first?.column}`).toContain(at);
    expect(first?.hint).toMatch(/.{5}/);
  });
});

const REQUIRED = ["Problem", "Proposal"];
const file = (inside: string, text: string) => ({ path: `specs/${inside}`, inside, text });
const INSIDE = PATH.slice("specs/".length);

interface Case {
  readonly rule: string;
  readonly line: number;
  readonly inside?: string;
  readonly text: string;
}

const IN_BACKLOG = ["id: fast", "status: provisional", "approvers: []"];
const cases: readonly (Case & { readonly name: string })[] = [
  { name: "no spec's place", rule: "place", line: 1, inside: "notes.txt", text: "Words.\n" },
  { name: "another name than its id", rule: "id-file-name", line: 2, inside: "2027.1/approved/slow.md", text: spec() },
  {
    name: "a status of another folder",
    rule: "status-folder",
    line: 3,
    inside: "2027.1/implemented/fast.md",
    text: spec(),
  },
  {
    name: "the milestone of another cycle",
    rule: "milestone-folder",
    line: 4,
    inside: "2027.2/approved/fast.md",
    text: spec(),
  },
  { name: "no milestone in a cycle", rule: "milestone-folder", line: 2, text: spec(without("milestone")) },
  {
    name: "nobody who approves it",
    rule: "approvers",
    line: 5,
    text: spec([...without("approvers"), "approvers: []"]),
  },
  {
    ...{ name: "an update before its creation", rule: "date", line: 7 },
    text: spec([...FRONT, "creation-date: 2026-11-30", "last-updated: 2026-11-29"]),
  },
  { name: "no title", rule: "title", line: 7, text: spec(FRONT, BODY.replace("# Fast path", "Fast path")) },
  { name: "the template's title", rule: "title", line: 8, text: spec(FRONT, BODY.replace("Fast path", "Title")) },
  {
    name: "a heading too few",
    rule: "heading-missing",
    line: 13,
    text: spec(FRONT, BODY.split("\n## Proposal")[0] ?? ""),
  },
  {
    name: "a heading in code alone",
    rule: "heading-missing",
    line: 18,
    text: spec(FRONT, BODY.replace("## Proposal", "```\n## Proposal\n```").trimEnd()),
  },
  { name: "a heading too many", rule: "heading-twice", line: 18, text: spec(FRONT, `${BODY}\n## Problem\n\nAgain.\n`) },
  {
    ...{ name: "headings in another order", rule: "heading-order", line: 10 },
    text: spec(FRONT, "# Fast path\n\n## Proposal\n\nFast.\n\n## Problem\n\nSlow.\n").replace(
      "# Fast path\n",
      "# Fast path\n",
    ),
  },
  {
    name: "a section of a comment",
    rule: "section-empty",
    line: 10,
    text: spec(FRONT, BODY.replace("Slow.", "<!-- slow\n-->")),
  },
  {
    name: "a section of a heading",
    rule: "section-empty",
    line: 10,
    text: spec(FRONT, BODY.replace("Slow.", "### More")),
  },
  {
    name: "no problem, in the backlog",
    rule: "section-empty",
    line: 9,
    inside: "backlog/fast.md",
    text: spec(IN_BACKLOG, BODY.replace("Slow.", "")),
  },
];

describe("what is found in one spec", () => {
  it.each(cases)("$name is $rule, and nothing else", ({ rule, line, inside = INSIDE, text }) => {
    const { problems } = checkSpecs([file(inside, text)], REQUIRED);
    expect(problems.map((one) => `${one.rule}:${one.line}`)).toEqual([`${rule}:${line}`]);
    expect(problems[0]?.hint).toMatch(/.{5}/);
  });

  it("is nothing in the backlog where only the problem is told yet, nor below headings that nobody asked for", () => {
    const told = spec(IN_BACKLOG, BODY.replace("Fast.", ""));
    expect(checkSpecs([file("backlog/fast.md", told)], REQUIRED).problems).toEqual([]);
    expect(checkSpecs([file(INSIDE, spec(FRONT, `${BODY}\n## More\n`))], REQUIRED).problems).toEqual([]);
  });

  it("comes in the order of the files, then of their lines, and a spec that cannot be read hides no other", () => {
    const files = [
      file("2027.1/approved/b.md", "no front matter"),
      file(INSIDE, spec(without("milestone"), "")),
      file("a.txt", ""),
    ];
    const { specs, problems } = checkSpecs(files, REQUIRED);
    expect(specs.map(({ id }) => id)).toEqual(["fast"]);
    expect(problems.map(({ path, rule }) => `${path.slice(6)} ${rule}`)).toEqual([
      "2027.1/approved/b.md front-matter",
      ...["milestone-folder", "title", "heading-missing", "heading-missing"].map((rule) => `${INSIDE} ${rule}`),
      "a.txt place",
    ]);
  });

  it("has a case here or in check-spec.test.ts for every rule there is", () => {
    const redirects = checkRedirects("redirects", "a b\nc\nd e\n", new Set(["d", "e"])).map(({ rule }) => rule);
    const elsewhere = ["unknown-key", "wrong-value", "missing-key", "front-matter", "status", "stage", "duplicate-id"];
    const found = new Set<string>([...cases.map(({ rule }) => rule), ...redirects, ...elsewhere]);
    expect(SPEC_RULES.filter((rule) => !found.has(rule))).toEqual([]);
  });
});

describe("headings", () => {
  it("are those outside of code and comments, with what closes them taken off", () => {
    const lines = [
      "## One ##",
      "~~~",
      "## Two",
      "~~~",
      "<!-- ## Three",
      "## Four",
      "-->",
      "<!-- x -->",
      "##Five",
      "### Six",
    ];
    expect(headingsOf(lines).map(({ title, level, at }) => [title, level, at])).toEqual([
      ["One", 2, 0],
      ["Six", 3, 9],
    ]);
  });

  it("in a fence are none until the fence of the same kind and length ends", () => {
    expect(headingsOf(["````", "```", "## In", "````", "## Out"]).map(({ title }) => title)).toEqual(["Out"]);
  });
});

describe("a new spec", () => {
  const today = parseDay("2026-11-30") ?? "2026-11-30";
  const asked = { id: "fast", title: "Fast path", approvers: ["alice"], today } as Parameters<typeof newSpec>[1];
  const check = (text: string, inside: string) =>
    checkSpecs([file(inside, text)], requiredHeadings(SHIPPED_TEMPLATE)).problems.map(({ rule }) => rule);

  it("lacks only what its writer has to say", () => {
    const made = newSpec(SHIPPED_TEMPLATE, { ...asked, cycle: "2027.1" });
    expect(new Set(check(made, INSIDE))).toEqual(new Set(["section-empty"]));
    expect(check(newSpec(SHIPPED_TEMPLATE, asked), "backlog/fast.md")).toEqual(["section-empty"]);
    const told = made.replaceAll(/<!-- .* -->/g, "Words.");
    expect(check(told, INSIDE)).toEqual([]);
  });

  it.each([
    ["digits", "12", ["34"]],
    ["a word of YAML", "null", ["true"]],
    ["dashes", "a-1", ["a-b"]],
  ])("with %s for names reads back as it was asked for", (_, id, approvers) => {
    const read = readSpec(PATH, newSpec(SHIPPED_TEMPLATE, { ...asked, id, approvers, cycle: "2027.1" }), place);
    if (!read.ok) throw new Error(JSON.stringify(read.problem));
    expect([read.value.id, read.value.approvers, read.value.milestones]).toEqual([id, approvers, ["2027.1"]]);
  });

  it("from a project's template has its headings, our front matter once, and the title as it was typed", () => {
    const template = "---\nid: x\n---\n\n# Spec\n\n## Why\n";
    expect(newSpec(template, { ...asked, title: "Cost in $& and $1" })).toBe(
      "---\nid: fast\nstatus: provisional\nstage: alpha\napprovers: [alice]\ncreation-date: 2026-11-30\n---\n\n" +
        "# Cost in $& and $1\n\n## Why\n",
    );
    expect(newSpec("## Why\n", asked)).toContain("---\n\n# Fast path\n\n## Why\n");
    expect(requiredHeadings(template)).toEqual(["Why"]);
  });
});
