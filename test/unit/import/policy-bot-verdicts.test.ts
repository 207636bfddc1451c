/** The imported policy and policy-bot look at the same change: the verdict is the same, or the report says why it is not. */
import { describe, expect, it } from "vitest";
import { importPolicyBot } from "../../../src/core/import/policy-bot.ts";
import { instant } from "../../../src/core/time.ts";
import {
  alice,
  bob,
  carol,
  dave,
  erin,
  job,
  mallory,
  NOW,
  patchSet,
  policy,
  sha,
  signature,
  snapshot,
  verdict,
  vote,
} from "../policy/sample.ts";
import { loading } from "./imported.ts";

const people = (...all: readonly (typeof alice)[]) => all.map(({ id, login }) => ({ id, login }));

/** Carol's change under this file; core are alice, bob and carol, security is erin; the test passed. */
function look(file: string, difference: Parameters<typeof snapshot>[0] = {}) {
  const imported = loading(importPolicyBot(file));
  const head = difference?.change?.patchSets?.at(-1)?.sha ?? sha(101);
  const { submittable, requirements } = verdict(
    snapshot({
      groups: { core: people(alice, bob, carol), security: people(erin) },
      checks: [job("test", "success", { sha: head })],
      ...difference,
    }),
    policy(imported.policy, {}),
  );
  const open = requirements.filter(({ status }) => status === "UNSATISFIED" || status === "ERROR");
  return { submittable, open: open.map(({ name }) => name), remarks: imported.remarks };
}

function file(options = "{}", count = 1): string {
  return `policy: { approval: [reviewed] }
approval_rules:
  - name: reviewed
    options: ${options}
    requires: { count: ${count}, teams: [acme/core] }
`;
}

const pushed = [patchSet(1), patchSet(2, { kind: "REWORK" })];

describe("as policy-bot does", () => {
  it.each<[string, string, Parameters<typeof snapshot>[0], boolean]>([
    ["nobody has approved", file(), {}, false],
    ["one of the team approves", file(), { votes: [vote(alice, "Code-Review+1")] }, true],
    ["somebody else approves", file(), { votes: [vote(mallory, "Code-Review+1")] }, false],
    ["one of two approves", file("{}", 2), { votes: [vote(alice, "Code-Review+1")] }, false],
    [
      "one approves twice",
      file("{}", 2),
      { votes: [vote(alice, "Code-Review+1"), vote(alice, "Code-Review+1")] },
      false,
    ],
    ["two approve", file("{}", 2), { votes: [vote(alice, "Code-Review+1"), vote(bob, "Code-Review+1")] }, true],
    ["the author approves", file(), { votes: [vote(carol, "Code-Review+1")] }, false],
    ["the author approves and may", file("{ allow_author: true }"), { votes: [vote(carol, "Code-Review+1")] }, true],
    [
      "the author and another approve, and the author may",
      file("{ allow_author: true }", 2),
      { votes: [vote(carol, "Code-Review+1"), vote(bob, "Code-Review+1")] },
      true,
    ],
    [
      "the author and another approve, and contributors but not the author may",
      file("{ allow_non_author_contributor: true }", 2),
      { votes: [vote(carol, "Code-Review+1"), vote(bob, "Code-Review+1")] },
      false,
    ],
    [
      "an approval was given before a push, and pushes are allowed",
      file(),
      { change: { patchSets: pushed }, votes: [vote(alice, "Code-Review+1")] },
      true,
    ],
    [
      "an approval was given before a push that invalidates",
      file("{ invalidate_on_push: true }"),
      { change: { patchSets: pushed }, votes: [vote(alice, "Code-Review+1")] },
      false,
    ],
    [
      "an approval was given after the push",
      file("{ invalidate_on_push: true }"),
      { change: { patchSets: pushed }, votes: [vote(alice, "Code-Review+1", { patchSet: 2 })] },
      true,
    ],
    [
      "Update branch was pressed after the approval, and such merges are left out",
      file("{ invalidate_on_push: true, ignore_update_merges: true }"),
      {
        change: { patchSets: [patchSet(1), patchSet(2, { kind: "TARGET_MERGE" })] },
        votes: [vote(alice, "Code-Review+1")],
      },
      true,
    ],
  ])("%s", (_, text, difference, approved) => {
    expect(look(text, difference).submittable).toBe(approved);
  });

  const contributed = { patchSets: [patchSet(1, { authors: [signature(bob)] })] };
  it.each<[string, boolean]>([
    ["{}", false],
    ["{ allow_author: true }", false],
    ["{ allow_contributor: true }", true],
    ["{ allow_non_author_contributor: true }", true],
  ])("a contributor of the team approves, with options %s", (options, approved) => {
    expect(look(file(options), { change: contributed, votes: [vote(bob, "Code-Review+1")] }).submittable).toBe(
      approved,
    );
  });

  const ALTERNATIVES = `policy:
  approval:
    - or: [reviewed, docs only]
    - crypto
approval_rules:
  - name: reviewed
    requires: { count: 1, teams: [acme/core] }
  - name: docs only
    if: { only_changed_files: { paths: ["^docs/"] } }
  - name: crypto
    if: { changed_files: { paths: ["^src/crypto/"] } }
    requires: { count: 1, teams: [acme/security] }
`;
  const changes = (...paths: readonly string[]) => ({
    files: paths.map((path) => ({ path, mode: "100644", status: "modified" as const, additions: 1, deletions: 0 })),
  });

  it.each<[string, Parameters<typeof snapshot>[0], readonly string[]]>([
    ["a change of docs needs nobody", { change: changes("docs/a.md") }, []],
    ["a change of docs and code needs one of core", { change: changes("docs/a.md", "src/a.ts") }, ["Approval"]],
    ["a change of crypto needs both", { change: changes("src/crypto/a.ts") }, ["Approval", "crypto"]],
    [
      "a change of crypto with one of core needs security",
      { change: changes("src/crypto/a.ts"), votes: [vote(alice, "Code-Review+1")] },
      ["crypto"],
    ],
    [
      "a change of crypto with both needs nothing more",
      { change: changes("src/crypto/a.ts"), votes: [vote(alice, "Code-Review+1"), vote(erin, "Code-Review+1")] },
      [],
    ],
  ])("%s", (_, difference, open) => {
    expect(look(ALTERNATIVES, difference).open).toEqual(open);
  });

  it("where every rule is skipped nothing passes", () => {
    const skipped = `policy: { approval: [a, b] }
approval_rules:
  - { name: a, if: { has_labels: [a] } }
  - { name: b, if: { targets_branch: { pattern: "^stable/" } } }
`;
    expect(look(skipped).open).toEqual(["Some-Rule"]);
    expect(look(skipped, { change: { hashtags: ["a"] } }).submittable).toBe(true);
  });

  const VETO = `policy:
  approval: [reviewed]
  disapproval: { requires: { teams: [acme/security] } }
approval_rules:
  - { name: reviewed, requires: { count: 1, teams: [acme/core] } }
`;
  it.each<[string, Parameters<typeof snapshot>[0], boolean]>([
    ["one who may disapproves", { votes: [vote(alice, "Code-Review+1"), vote(erin, "Code-Review-1")] }, false],
    ["one who may not disapproves", { votes: [vote(alice, "Code-Review+1"), vote(bob, "Code-Review-1")] }, true],
    [
      "the disapproval came before a push",
      { change: { patchSets: pushed }, votes: [vote(erin, "Code-Review-1"), vote(alice, "Code-Review+1")] },
      false,
    ],
    [
      "who disapproved revokes it by Approve",
      { votes: [vote(alice, "Code-Review+1"), vote(erin, "Code-Review-1"), vote(erin, "Code-Review+1")] },
      true,
    ],
    [
      "the review that disapproved is dismissed",
      { votes: [vote(alice, "Code-Review+1"), vote(erin, "Code-Review-1", { state: "dismissed" })] },
      true,
    ],
  ])("%s", (_, difference, approved) => {
    expect(look(VETO, difference).submittable).toBe(approved);
  });

  it("not: somebody else who may disapprove revokes it; the report says so", () => {
    const { submittable, remarks } = look(VETO, {
      groups: { core: people(alice), security: people(erin, dave) },
      votes: [vote(alice, "Code-Review+1"), vote(erin, "Code-Review-1"), vote(dave, "Code-Review+1")],
    });
    expect(submittable).toBe(false);
    expect(remarks).toContainEqual(
      expect.objectContaining({
        fate: "changed",
        construct: "disapproval: requires",
        how: expect.stringContaining("one revocation lifts all"),
      }),
    );
  });

  it("not: one who approved and then requested changes; the report says so", () => {
    const { submittable, remarks } = look(file(), {
      votes: [vote(alice, "Code-Review+1"), vote(alice, "Code-Review-1")],
    });
    expect(submittable).toBe(false);
    expect(remarks).toContainEqual(
      expect.objectContaining({ how: expect.stringContaining("Request changes takes an own Approve back") }),
    );
  });

  it("not: a change on which no test ran; the report says so", () => {
    const { open, remarks } = look(file(), { checks: [], votes: [vote(alice, "Code-Review+1")], now: instant(NOW) });
    expect(open).toEqual(["Tests"]);
    expect(remarks).toContainEqual(
      expect.objectContaining({ construct: "tests", how: expect.stringContaining("nothing lands untested") }),
    );
  });
});
