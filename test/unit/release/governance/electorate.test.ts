import { describe, expect, it } from "vitest";
import type { BranchName, Sha } from "../../../../src/core/ids.ts";
import type { Person, Signature } from "../../../../src/core/policy/snapshot.ts";
import type { MergeFacts, MergeReview } from "../../../../src/core/replay/merge.ts";
import {
  candidacy,
  normalised,
  published,
  rollOf,
  type RollOptions,
} from "../../../../src/core/release/governance/electorate.ts";
import { instant } from "../../../../src/core/time.ts";
import { person } from "../../policy/sample.ts";

const alice = person(1, "alice");
const carol = person(11, "carol");
const robot: Person = { ...person(99, "robot[bot]"), type: "Bot" };
const OPTIONS: RollOptions = { from: instant(100), to: instant(200), reviewers: true, cores: [], extra: [] };

const wrote = (who: Person | undefined, email: string): Signature => ({
  name: "x",
  email,
  ...(who === undefined ? {} : { user: who }),
});
const reviewed = (by: Person, body: string, more: Partial<MergeReview> = {}): MergeReview => ({
  ...{ id: `${by.id}${body}`, by, state: "commented", body, at: instant(120) },
  ...more,
});

let number = 0;
function merge(
  authors: readonly Signature[],
  reviews: readonly MergeReview[] = [],
  more: Partial<MergeFacts> = {},
): MergeFacts {
  number += 1;
  const sha = String(number).padStart(40, "0") as Sha;
  const commit = { sha, message: "x", tree: sha, parents: [], authors };
  return {
    ...{ number, title: "x", url: "x", body: "", author: carol, openedAt: instant(90), mergedAt: instant(150) },
    ...{ base: "main" as BranchName, headBranch: "x" as BranchName, head: { sha } },
    ...{ commits: { read: [commit] }, reviews: { read: reviews }, forcePushes: { read: [] }, checks: { read: [] } },
    ...more,
  };
}
const roll = (merges: readonly MergeFacts[], more: Partial<RollOptions> = {}) =>
  rollOf([{ repository: "acme/calc", merges }], { ...OPTIONS, ...more });
const names = (merges: readonly MergeFacts[], more: Partial<RollOptions> = {}): readonly string[] =>
  roll(merges, more).voters.map(({ name }) => name);

describe("a roll of voters", () => {
  it("has who had a change merged in the time, from its first moment to before its last", () => {
    const at = (mergedAt: number, who: Person) =>
      merge([wrote(who, `${who.login}@x`)], [], { mergedAt: instant(mergedAt) });
    expect(
      names([
        at(99, person(2, "early")),
        at(100, person(3, "first")),
        at(199, person(4, "last")),
        at(200, person(5, "late")),
      ]),
    ).toEqual(["first", "last"]);
  });

  it("has who reviewed as a core does, in words or by the buttons; a plain comment is none", () => {
    const reviews = [
      reviewed(person(20, "words"), "Code-Review: +2", { mayPush: true }),
      reviewed(person(21, "go"), "Workflow: +1", { mayPush: true }),
      reviewed(person(22, "one"), "Code-Review: +1"),
      reviewed(person(23, "button"), "", { state: "approved", mayPush: true }),
      reviewed(person(24, "visitor"), "", { state: "approved", mayPush: false }),
      reviewed(robot, "Code-Review: +2"),
    ];
    expect(names([merge([wrote(carol, "c@x")], reviews)])).toEqual(["button", "carol", "go", "words"]);
    expect(names([merge([wrote(carol, "c@x")], reviews)], { reviewers: false })).toEqual(["carol"]);
  });

  it("has nobody for words alone, which anybody can write: they are named, and count for who is said to be a core", () => {
    const reviews = [
      reviewed(person(25, "mallory"), "Code-Review: +2", { mayPush: false }),
      reviewed(alice, "Workflow: +1"),
    ];
    const merges = [merge([wrote(carol, "c@x")], reviews)];
    expect([names(merges), roll(merges).unproven]).toEqual([["carol"], ["alice", "mallory"]]);
    const known = { cores: ["Alice"] };
    expect([names(merges, known), roll(merges, known).unproven]).toEqual([["alice", "carol"], ["mallory"]]);
    expect(roll(merges, { reviewers: false }).unproven).toEqual([]);
  });

  it("gives an email that two accounts have used to the older one, in whatever order they are met", () => {
    const merges = [
      merge([wrote(alice, "team@x")]),
      merge([wrote(carol, "team@x")]),
      merge([wrote(undefined, "Team@X")]),
    ];
    const changes = (of: readonly MergeFacts[]) =>
      roll(of).voters.map(({ name, changes: count }) => `${name} ${count}`);
    expect(changes(merges)).toEqual(["alice 2", "carol 1"]);
    expect(roll([...merges].reverse())).toEqual(roll(merges));
  });

  it("counts one person once, whatever emails they used, and a person of no account by the email", () => {
    const merges = [
      merge([wrote(carol, "Carol@Home.org")]),
      merge([wrote(undefined, "carol@home.ORG")]),
      merge([wrote(undefined, "nobody@else.org"), wrote(alice, "12+alice@users.noreply.github.com")]),
    ];
    const { voters } = roll(merges);
    expect(voters.map(({ name, changes }) => [name, changes])).toEqual([
      ["alice", 1],
      ["carol", 2],
      ["nobody@else.org", 1],
    ]);
    expect(normalised("12+Alice@users.noreply.github.com")).toBe("alice@users.noreply.github.com");
  });

  it("has no bots, and those whom the project has added", () => {
    expect(names([merge([wrote(robot, "r@x")], [], { author: robot })], { extra: ["dora", "Dora"] })).toEqual(["dora"]);
    expect(roll([merge([wrote(carol, "c@x")])], { extra: ["Carol"] }).voters).toMatchObject([
      { name: "carol", added: true },
    ]);
  });

  it("comes out the same whatever the order of the facts, with a hash that says so", () => {
    const merges = [merge([wrote(alice, "a@x")]), merge([wrote(carol, "c@x")]), merge([wrote(undefined, "n@x")])];
    const one = roll(merges);
    expect(roll([...merges].reverse())).toEqual(one);
    expect(one.hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(roll(merges.slice(1)).hash).not.toBe(one.hash);
  });

  it("says which merges were read in part only", () => {
    expect(
      roll([merge([wrote(carol, "c@x")], [], { commits: { read: [], cut: "300 commits, of which 100 were read" } })])
        .cut[0],
    ).toContain("300 commits");
  });

  it("can be published without names, and a name looked up by who has the salt", () => {
    const hidden = published({ name: "Carol" }, "salt");
    expect(hidden).toBe(published({ name: "carol" }, "salt"));
    expect(hidden).not.toContain("carol");
    expect(published({ name: "carol" }, "other")).not.toBe(hidden);
  });
});

describe("a candidate", () => {
  const made = roll([merge([wrote(carol, "c@x")], [reviewed(alice, "Code-Review: +2", { mayPush: true })])], {
    extra: ["dora"],
  });
  it.each([
    ["Carol", ["acme/calc"], true],
    ["carol", [], true],
    ["carol", ["acme/other"], false],
    ["alice", ["acme/calc"], false],
    ["dora", ["acme/calc"], true],
    ["mallory", [], false],
  ])("%s for %j: %s", (login, repositories, may) => {
    expect(candidacy(made, login, repositories).ok).toBe(may);
  });
});
