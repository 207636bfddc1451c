// What `spec check` finds, what a report counts, and what the end of a cycle moves.
import { describe, expect, it } from "vitest";
import { checkSpecs } from "../../../../src/core/release/spec/check-spec.ts";
import { planClose } from "../../../../src/core/release/spec/close.ts";
import { checkRedirects, withMoves } from "../../../../src/core/release/spec/redirects.ts";
import { reportOn } from "../../../../src/core/release/spec/report.ts";

const FRONT = "id: fast\nstatus: implementable\nstage: alpha\nmilestone: '2027.1'\napprovers: ['@alice']";
const BODY = "# Fast path\n\n## Problem\n\nSlow.\n\n## Proposal\n\nFast.\n";
const APPROVED = "2027.1/approved/fast.md";
const text = (front = FRONT, body = BODY) => `---\n${front}\n---\n\n${body}`;
const file = (inside: string, content = text()) => ({ path: `specs/${inside}`, inside, text: content });
const found = (...files: Parameters<typeof checkSpecs>[0]) =>
  checkSpecs(files, ["Problem", "Proposal"]).problems.map(({ path, line, rule }) => `${path.slice(6)}:${line} ${rule}`);

describe("a spec is checked", () => {
  it.each<[string, readonly string[], string, string]>([
    ["and is in order", [], APPROVED, text()],
    ["for front matter", [`${APPROVED}:1 front-matter`], APPROVED, BODY],
    ["for its end", [`${APPROVED}:1 front-matter`], APPROVED, `---\n${FRONT}\n`],
    ["for YAML that cannot be read", [`${APPROVED}:3 front-matter`], APPROVED, text("id: [")],
    ["for words of status", [`${APPROVED}:3 status`], APPROVED, text(FRONT.replace("implementable", "imlpemented"))],
    ["for words of stage", [`${APPROVED}:4 stage`], APPROVED, text(FRONT.replace("alpha", "gamma"))],
    ["for days of the calendar", [`${APPROVED}:7 date`], APPROVED, text(`${FRONT}\ncreation-date: 2026-02-30`)],
    ["for unknown keys", [`${APPROVED}:7 unknown-key`], APPROVED, text(`${FRONT}\ncolour: red`)],
    [
      "for a cycle read as a number",
      [`${APPROVED}:5 wrong-value`],
      APPROVED,
      text(FRONT.replaceAll("'2027.1'", "2027.1")),
    ],
    ["for its milestone", [`${APPROVED}:5 milestone-folder`], APPROVED, text(FRONT.replace("2027.1", "2026.2"))],
    ["for its status in the folder", ["backlog/fast.md:3 status-folder"], "backlog/fast.md", text()],
    ["for its place", ["2027.1/fast.md:1 place"], "2027.1/fast.md", text()],
    ["for its name", ["2027.1/approved/slow.md:2 id-file-name"], "2027.1/approved/slow.md", text()],
    [
      "for empty sections",
      [`${APPROVED}:11 section-empty`],
      APPROVED,
      text(FRONT, BODY.replace("Slow.", "<!-- … -->")),
    ],
  ])("%s", (_, expected, inside, content) => {
    expect(found(file(inside, content))).toEqual(expected);
  });

  it("and no id stands twice", () => {
    const other = "2027.2/approved/fast.md";
    expect(found(file(APPROVED), file(other, text(FRONT.replace("2027.1", "2027.2"))))).toEqual([
      `${other}:2 duplicate-id`,
    ]);
  });
});

const implemented = text(FRONT.replace("implementable", "implemented"));
const specs = checkSpecs([file(APPROVED, implemented)], []).specs;

it("a report counts a change once, and names what cites no spec", () => {
  const message = (footer: string) => `Add it\n\n${footer}\nChange-Id: I1\n`;
  const { work, unknown } = reportOn(specs, [
    { sha: "b", message: message("Implements: fast") },
    { sha: "a", message: message("Spec: fast, other") },
  ]);
  expect(work.map(({ changes }) => changes)).toEqual([[{ sha: "b", subject: "Add it", implements: true }]]);
  expect(unknown).toEqual([{ id: "other", sha: "a", subject: "Add it" }]);
});

const to = "2027.1/implemented/fast.md";

it("the end of a cycle moves what was implemented, finishes a move that was cut off, and overwrites nothing", () => {
  const plan = (there: Record<string, string>) =>
    planClose("2027.1", specs, new Map(Object.entries({ [APPROVED]: implemented, ...there })));
  const moved = { ok: true, value: { moves: [{ id: "fast", from: APPROVED, to }], redirects: `${APPROVED} ${to}\n` } };
  expect(plan({})).toMatchObject(moved);
  expect(plan({ [to]: implemented })).toMatchObject(moved);
  expect(plan({ [to]: "another" })).toMatchObject({ ok: false, problem: [{ path: to }] });
});

it("a redirect to what moves goes to where it is then, in one step, and one to nothing is found", () => {
  expect(withMoves(`old.md ${APPROVED}\n`, [{ from: APPROVED, to }])).toBe(`old.md ${to}\n${APPROVED} ${to}\n`);
  const rules = checkRedirects("redirects", "a b\nc\n", new Set()).map(({ line, rule }) => `${line} ${rule}`);
  expect(rules).toEqual(["1 redirect-target", "2 redirect-line"]);
});
