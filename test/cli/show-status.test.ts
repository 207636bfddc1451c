import { expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { statusJson, statusLines } from "../../src/cli/show-status.ts";
import { type StatusFacts } from "../../src/cli/gather-status.ts";
import { type Desk } from "../../src/cli/desk.ts";
import { speaker } from "../../src/cli/say.ts";
import { type PublishedVerdict } from "../../src/core/policy/published.ts";
import { instant } from "../../src/core/time.ts";

type Requirement = PublishedVerdict["requirements"][number];

const stream = { write: () => true };
const desk = {
  say: speaker({ stdout: stream, stderr: stream, env: {}, cwd: "/" }),
  place: { head: { kind: "branch", branch: "parser-rewrite" } },
} as unknown as Desk;

const votes = (have: number, more: Partial<Requirement> = {}): Requirement => ({
  name: "Code-Review",
  noun: "core approval",
  status: have < 2 ? "UNSATISFIED" : "SATISFIED",
  blocked: false,
  have,
  need: 2,
  unmet: [],
  counted: [],
  notCounted: [],
  ways: [],
  ...more,
});

/** A requirement that counts no votes. */
const other = (name: string, ways: Requirement["ways"]): Requirement => {
  const { have: _have, need: _need, ...rest } = votes(0, { name, noun: name, ways });
  return rest;
};

const verdict = (more: Partial<PublishedVerdict>): PublishedVerdict => ({
  version: 1,
  change: 142,
  patchSet: 4,
  target: "main",
  head: "b".repeat(40),
  title: "Waiting",
  verdict: "pending",
  submittable: false,
  mode: "enforce",
  next: [],
  requirements: [],
  checks: [],
  problems: [],
  certificate: "sha256:0",
  ...more,
});

const change = (number: number, title: string, said?: PublishedVerdict): StatusFacts["changes"][number] => {
  const status = { number, title, url: `https://forge/${number}`, checks: [], author: { login: "carol" } };
  return { status: status as never, ...(said === undefined ? {} : { verdict: said }) };
};

it("a status says of each change how far it is, which votes do not count and why, and whose turn it is", () => {
  const checks = [
    { name: "style", state: "passed" as const, why: "" },
    { name: "unit", state: "failed" as const, why: "unit: test/cli.test.ts:88  expected 3, got 2" },
  ];
  const facts = {
    target: "main",
    viewer: "carol",
    of: "branch",
    changes: [
      change(143, "Use the parser in the CLI", {
        ...verdict({ patchSet: 1, verdict: "failure", next: ["carol"], checks }),
        requirements: [other("Verified", [{ who: ["carol"], anyOf: false, action: "push a fix for unit" }])],
      }),
      change(
        142,
        "Add parser",
        verdict({
          next: ["bob", "erin"],
          checks: [{ name: "unit", state: "running", why: "" }],
          requirements: [
            votes(1, {
              counted: [{ by: "alice", label: "Code-Review", value: 2, patchSet: 3, why: "kept over rebase" }],
              notCounted: [
                {
                  by: "dave",
                  label: "Code-Review",
                  value: 2,
                  patchSet: 4,
                  why: "co-author of 3f2a91c",
                  reason: "contributor",
                },
              ],
              ways: [{ who: ["bob", "erin"], anyOf: true, action: "vote Code-Review+2" }],
            }),
            other("Parents", [{ who: [], anyOf: false, action: "wait for #141" }]),
          ],
        }),
      ),
      change(
        141,
        "Add lexer",
        verdict({ patchSet: 2, verdict: "success", submittable: true, title: "Ready: in the gate, 2nd of 4" }),
      ),
      change(140, "Old", undefined),
    ],
    notSent: [
      { commit: "4d0a7e2".padEnd(40, "0"), subject: "Document the grammar", kind: "new" },
      { commit: "5d0a7e2".padEnd(40, "0"), subject: "Landed", kind: "finished" },
    ],
  } as unknown as StatusFacts;
  expect(`\n${statusLines(desk, facts).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    parser-rewrite → main · 4 changes · 1 waits for you

    ● #143  Use the parser in the CLI  ps 1  style ok  unit FAIL
            unit: test/cli.test.ts:88 expected 3, got 2
            → you: push a fix for unit (git commit --amend, git review)

    ○ #142  Add parser                 ps 4  unit …
            core approvals 1/2: alice (kept over rebase)
            not counted: dave +2, co-author of 3f2a91c
            waits for #141
            → bob or erin: vote Code-Review+2

    ◐ #141  Add lexer                  ps 2
            → nobody; ready: in the gate, 2nd of 4

    · #140  Old
            no verdict on this patch set yet
            https://forge/140

    Not sent: 4d0a7e2 "Document the grammar"
              git review sends it as a new change of this stack
    Finished: 5d0a7e2 "Landed" was sent, and its change is merged or closed now
    "
  `);
});

it("a status tells every alternative whole, in words and as JSON of the published schema", () => {
  const act = (who: readonly string[], action: string, more: object = {}) => ({
    ...{ kind: "vote", who: [...who], need: 1, of: who.length, do: action, ...more },
  });
  const requirement: Requirement = {
    ...votes(0, { noun: "documentation approval", need: 1 }),
    ways: [
      { who: ["bob", "carol"], anyOf: true, action: "vote Code-Review+2" },
      { who: ["erin"], anyOf: false, action: "lift Code-Review-1" },
    ],
    alternatives: [
      { actions: [act(["bob", "carol"], "vote Code-Review+2")] },
      {
        actions: [
          act(["erin"], "lift Code-Review-1", { kind: "retract" }),
          act([], "wait for the quiet time", { kind: "wait", need: 0, until: "2026-09-04T12:00:00.000Z" }),
        ],
      },
      { actions: [act([], "ask for Emergency", { kind: "override", need: 2, of: 5, group: "admins" })] },
    ],
    earliest: "2026-09-04T12:00:00.000Z",
  };
  const head = "b".repeat(40);
  const said = change(
    142,
    "Add parser",
    verdict({ next: ["bob", "carol", "erin"], requirements: [requirement], head }),
  );
  const status = { ...said.status, draft: false, head, base: "main" };
  const facts = { target: "main", viewer: "carol", of: "branch", changes: [{ ...said, status }], notSent: [] };
  expect(`\n${statusLines(desk, facts as unknown as StatusFacts).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    parser-rewrite → main · 1 change · 1 waits for you

    ○ #142  Add parser  ps 4
            documentation approval 0/1
            documentation approval, 3 ways: 1 of bob, you: vote Code-Review+2
              or erin: lift Code-Review-1, and wait for the quiet time
              or 2 of 5 people of admins: ask for Emergency
            → bob or you: vote Code-Review+2 · erin: lift Code-Review-1
    "
  `);
  const schema = JSON.parse(
    readFileSync(new URL("../../docs/schemas/status.schema.json", import.meta.url), "utf8"),
  ) as { definitions: { verdict: { properties: { requirements: { items: object } } } } };
  const at = { ...desk, location: { host: "forge", owner: "acme", name: "api" } } as unknown as Desk;
  const json = JSON.parse(JSON.stringify(statusJson(at, facts as unknown as StatusFacts))) as object;
  const check = new Ajv({ allErrors: true, strict: true, validateFormats: false });
  const validate = check.compile(schema);
  validate(json);
  expect(validate.errors ?? []).toEqual([]);
  // Nothing that is published goes undescribed.
  const { items } = schema.definitions.verdict.properties.requirements;
  const closed = new Ajv({ strict: false }).compile({
    ...items,
    additionalProperties: false,
    definitions: schema.definitions,
  });
  expect([closed(requirement), closed.errors]).toEqual([true, null]);
});

it("offers to take back the last submit in its last line: with the time today, with the day later, and not where it cannot", () => {
  const at = instant(Date.parse("2026-11-29T14:31:00Z"));
  const lastLine = (now: string, undo?: typeof at): string | undefined => {
    const clock = { now: () => instant(Date.parse(now)) };
    const facts = { target: "main", viewer: "carol", of: "branch", changes: [change(142, "Add parser")], notSent: [] };
    const told = { ...facts, ...(undo === undefined ? {} : { undo }) } as unknown as StatusFacts;
    return statusLines({ ...desk, terminal: { clock } } as unknown as Desk, told).at(-1);
  };
  expect(lastLine("2026-11-29T18:00:00Z", at)).toBe("Undo the last submit (14:31 UTC): git review undo");
  expect(lastLine("2026-11-30T18:00:00Z", at)).toBe("Undo the last submit (29 Nov 2026 14:31 UTC): git review undo");
  expect(lastLine("2026-11-30T18:00:00Z")).not.toContain("Undo");
});
