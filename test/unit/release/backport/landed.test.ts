// Which commits of a branch a change was landed as, and who takes back what.
import { describe, expect, it } from "vitest";
import { replayedFrom, type Authored } from "../../../../src/core/release/backport/replayed.ts";
import { reverts, revertTexts } from "../../../../src/core/release/backport/reverted.ts";
import { sha } from "../../policy/sample.ts";

const by = (name: string, at: number, parents = 1): Authored => ({
  author: { name, email: `${name}@example.org`, at: at * 1_000 + 7 },
  parents: Array.from({ length: parents }, () => "p"),
});
const [one, two, three] = [by("carol", 1), by("carol", 2), by("dave", 3)];
/** Replayed: the same work in another commit. */
const again = (commit: Authored): Authored => ({ ...commit, author: { ...commit.author } });

describe("commits that landed in place of the reviewed ones", () => {
  it("are all of a rebase, oldest first, and not what was there before", () => {
    const landed = [again(three), again(two), again(one), by("erin", 9)];
    expect(replayedFrom([one, two, three], landed)).toEqual([one, two, three]);
  });

  it("are those that are left where a rebase dropped what had become empty", () => {
    expect(replayedFrom([one, two, three], [again(three), again(one), by("erin", 9)])).toEqual([one, three]);
  });

  it("are none of a squash, and no neighbour's that happens to be called alike", () => {
    expect(replayedFrom([one, two], [by("carol", 50), by("erin", 9)])).toEqual([]);
    expect(replayedFrom([one, two], [again(two), by("carol", 9), by("carol", 8)])).toEqual([two]);
  });

  it("end at a merge, and each reviewed commit is found once", () => {
    expect(replayedFrom([one, two], [again(two), { ...again(one), parents: ["p", "q"] }])).toEqual([two]);
    expect(replayedFrom([one], [again(one), again(one)])).toEqual([one]);
  });
});

describe("a message that takes a fix back", () => {
  const fix = { shas: [sha(0xabc)], pull: "acme/calc#12" };

  it.each([
    ["git's", `Revert "Fix"\n\nThis reverts commit ${sha(0xabc)}.\n`, true],
    ["of a merge", `Revert "Fix"\n\nThis reverts commit ${sha(0xabc)}, reversing\nchanges made to ${sha(1)}.\n`, true],
    ["of another commit", `Revert "Fix"\n\nThis reverts commit ${sha(0xdef)}.\n`, false],
    ["the Revert button's pull request, squashed", 'Revert "Fix" (#13)\n\nReverts acme/calc#12\n', true],
    ["of a longer number", "Revert\n\nReverts acme/calc#123\n", false],
    ["of another repository", "Revert\n\nReverts other/calc#12\n", false],
    ["that only speaks of it", `Follow-up of ${sha(0xabc)}, see acme/calc#12\n`, false],
  ])("%s: %j is %s", (_whose, message, value) => {
    expect(reverts(message, fix)).toBe(value);
  });

  it("may name it by its first digits, and is looked for by them", () => {
    const long = "1234567".padEnd(40, "8");
    const abbreviated = { shas: [sha(0)].map(() => long as ReturnType<typeof sha>) };
    expect(revertTexts(abbreviated)).toEqual(["This reverts commit 1234567"]);
    expect(reverts("Revert\n\nThis reverts commit 1234567 (Fix, 2026-01-01).\n", abbreviated)).toBe(true);
    expect(reverts("Revert\n\nThis reverts commit 12345679.\n", abbreviated)).toBe(false);
  });
});
