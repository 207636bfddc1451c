import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/core/policy/evaluate.ts";
import { type PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { formatSnapshot, parseSnapshot, snapshotJsonSchema } from "../../../src/core/policy/snapshot-json.ts";
import { type snapshotShape } from "../../../src/core/policy/snapshot-schema.ts";
import { instant } from "../../../src/core/time.ts";
import { type z } from "zod";
import { format } from "prettier";
import { alice, approved, bob, branch, carol, NOW, patchSet, policy, robot, sha, signature, vote } from "./sample.ts";

/** Everything a snapshot can have, each field once. */
const FULL: PolicySnapshot = approved({
  policy: [{ from: "preset", path: "preset:openstack", sha: sha(9), text: "version: 1\n" }],
  change: {
    repository: "acme/api",
    requester: bob,
    topic: "parser",
    hashtags: ["fast"],
    sameId: { number: 3, owner: "bob" },
    foreignCommits: [sha(77)],
    reviewers: [alice],
    commits: [{ sha: sha(102), message: "Add parser\n\nChange-Id: I1", parents: 2 }],
    below: [
      {
        number: 6,
        builtOn: sha(60),
        currentHead: sha(61),
        builtOnPatchSet: 1,
        currentPatchSet: 2,
        state: "open",
        target: branch("main"),
        ready: true,
      },
    ],
    files: [
      {
        path: "b",
        previousPath: "a",
        mode: "100644",
        previousMode: "160000",
        binary: true,
        additions: 1,
        deletions: 2,
        status: "renamed",
      },
      { path: "c", mode: "100755", additions: 0, deletions: 0, status: "added" },
    ],
    patchSets: [
      patchSet(1, { authors: [signature(carol, { via: "suggestion" })], earlierReviews: ["9"] }),
      patchSet(2, { kind: "TRIVIAL_REBASE", coauthors: [signature(undefined, { carried: true })], undone: true }),
    ],
  },
  votes: [vote(alice, "Code-Review+2", { endedAt: NOW, permitted: { min: -2, max: 2 }, state: "dismissed" })],
  freezes: [{ name: "f", branches: ["main"], from: instant(0), to: NOW }],
  overrides: [
    {
      name: "Emergency",
      by: robot,
      reason: "it burns",
      at: NOW,
      sha: sha(102),
      source: { kind: "review", id: "8" },
      state: "current",
    },
  ],
  facts: {
    unresolved: 2,
    bidi: ["a.ts"],
    notGathered: ["backport"],
    backportOf: { sha: sha(5), branch: branch("main"), kind: "TRIVIAL_REBASE" },
    newer: [{ branch: branch("main"), has: false, open: 12 }],
    owners: [{ path: "OWNERS", text: "alice@example.org\n" }],
  },
  incomplete: [{ what: "the checks", why: "the server did not answer" }],
});
const problems = (text: string) => {
  const read = parseSnapshot(text);
  return read.ok ? [] : read.problem;
};
/** The full snapshot's JSON with this value at that place; undefined takes the key away. */
const changed = (path: string, value: unknown): string => {
  const json: unknown = JSON.parse(formatSnapshot(FULL));
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const holder = steps.reduce((node, step) => (node as Record<string, unknown>)[step], json);
  (holder as Record<string, unknown>)[last] = value;
  return JSON.stringify(json);
};

/** Two types with the same keys, optional ones included, `readonly` aside. */
type Plain<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly (infer E)[]
    ? Plain<E>[]
    : { -readonly [K in keyof T]: Plain<T[K]> };
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
// Does not compile when a field is added to one of them only.
const SAME: Same<Plain<PolicySnapshot>, Plain<z.output<typeof snapshotShape>>> = true;

describe("the snapshot as JSON", () => {
  it("has every field of a snapshot and no other", () => {
    expect(SAME).toBe(true);
    expect(parseSnapshot(formatSnapshot(FULL))).toEqual({ ok: true, value: FULL });
  });

  it("comes back the same, whatever it says (the verdict on it, too)", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 30 });
    const variant = fc.record({
      title: text,
      body: text,
      at: fc.integer({ min: 0, max: 4e12 }),
      n: fc.integer({ min: 1, max: 9 }),
      value: fc.integer({ min: -9, max: 9 }),
      unresolved: fc.nat(),
      paths: fc.array(text, { maxLength: 5 }),
      draft: fc.boolean(),
    });
    fc.assert(
      fc.property(variant, ({ title, body, at, n, value, unresolved, paths, draft }) => {
        const files = paths.map((path) => ({ path, mode: "1", additions: n, deletions: 0, status: "added" as const }));
        const of = approved({
          change: { title, body, draft, files, patchSets: Array.from({ length: n }, (_, i) => patchSet(i + 1)) },
          votes: [vote(bob, "Code-Review+2", { value, at: instant(at), patchSet: n })],
          facts: { unresolved, bidi: paths, owners: [] },
          now: instant(at),
        });
        const json = formatSnapshot(of);
        const read = parseSnapshot(json);
        if (!read.ok) throw new Error(JSON.stringify(read.problem));
        expect(read.value).toEqual(of);
        expect(formatSnapshot(read.value)).toBe(json);
        expect(evaluate(policy(), read.value, read.value.now)).toEqual(evaluate(policy(), of, of.now));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["an unknown key", "change.owner.admin", true, "not a key"],
    ["a missing fact", "votes", undefined, "is missing"],
    ["a number for an instant", "now", 0, "is `0`, not text"],
    ["an instant without Z", "now", "2026-09-01T12:00:00", "cannot be `2026-09-01T12:00:00`"],
    ["a day that is none", "now", "2026-02-31T12:00:00Z", "cannot be"],
    ["a short sha", "change.head", "abc", "cannot be `abc`"],
    ["a branch that no git has", "change.branch", "a..b", "cannot be `a..b`"],
    ["another version", "version", 2, "cannot be `2`"],
    ["a kind that is none", "change.patchSets.1.kind", "EDIT", "cannot be `EDIT`"],
  ])("refuses %s and says where", (_name, path, value, message) => {
    const [first] = problems(changed(path, value));
    expect(first?.path).toBe(path.replace(".1.", "[1]."));
    expect(first?.message).toContain(message);
  });

  it.each([
    ["", "it is empty"],
    ["{", "it is not JSON"],
    ["[]", "is a list, not a map"],
    ["null", "not a map"],
    [`"${" ".repeat(33 * 1024 * 1024)}"`, "more than 32 MiB"],
    ["[".repeat(200_000), "it is not JSON"],
  ])("refuses %#: %s", (text, message) => {
    expect(problems(text)[0]?.message).toContain(message);
  });

  it("names at most 20 problems", () => {
    const many = changed(
      "checks",
      Array.from({ length: 500 }, () => 1),
    );
    expect(problems(many)).toHaveLength(20);
  });
});

it("policies/snapshot.schema.json is the schema this program uses (refresh it with `npx vitest run test/unit/policy/snapshot-json.test.ts -u`)", async () => {
  const text = await format(JSON.stringify(snapshotJsonSchema()), { parser: "json", printWidth: 120 });
  await expect(text).toMatchFileSnapshot("../../../policies/snapshot.schema.json");
});
