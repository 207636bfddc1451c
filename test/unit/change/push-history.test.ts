import { describe, expect, it } from "vitest";
import { unrecorded, withoutPush, type Known, type PushedChange } from "../../../src/core/change/push-history.ts";
import type { BranchName, Sha } from "../../../src/core/ids.ts";
import { instant } from "../../../src/core/time.ts";

const sha = (letter: string): Sha => letter.repeat(40) as Sha;
const [MAIN, DEV] = ["main" as BranchName, "dev" as BranchName];
const OPENED = 10_000;

/** `a0 b12 c12`: pushed at that second, cut as the forge cuts it. */
function pushed(log: string, head: string): PushedChange {
  const pushes = log.split(" ").map((word, index, all) => {
    const before = all[index - 1];
    return {
      after: sha(word.charAt(0)),
      at: instant(Number(word.slice(1)) * 1_000),
      ...(before === undefined ? {} : { before: sha(before.charAt(0)) }),
    };
  });
  return { head: sha(head), openedAt: instant(OPENED), pushes };
}
const known = (text: string, target = MAIN): readonly Known[] =>
  [...text].map((letter) => ({ sha: sha(letter), target }));
const heads = (recorded: readonly Known[], change: PushedChange): string =>
  unrecorded(recorded, change, MAIN)
    .map((push) => push.sha.charAt(0))
    .join("");

describe("patch sets that are not recorded yet", () => {
  it.each([
    ["a change nobody has seen has its head", "", "a9", "a", "a"],
    ["pushes before it was opened are not its own", "", "x1 a9 b12", "b", "ab"],
    ["each push while nobody looked is one", "a", "a9 b12 c13", "c", "bc"],
    ["away and back is three", "a", "a9 b12 a13", "a", "ba"],
    ["a push in the second of the opening is one, where the first is recorded", "a", "a10 b10 c11", "c", "bc"],
    ["opened with a head it had before, that counts from the last time", "a", "a1 b2 a9 c12", "c", "c"],
    ["a push between reading the head and the log waits", "a", "a9 b12", "a", ""],
    ["and is there once in the next look", "a", "a9 b12", "b", "b"],
    ["a head the log does not have yet is one", "a", "a9", "b", "b"],
    ["a log that has lost the recorded ones adds only the head", "a", "x12 y13", "z", "z"],
    ["nothing is new", "ab", "a9 b12", "b", ""],
  ])("%s", (_, recorded, log, head, expected) => expect(heads(known(recorded), pushed(log, head))).toBe(expected));

  it("the same head for another target is one, without a time", () => {
    const [again] = unrecorded(known("a", DEV), pushed("a9", "a"), MAIN);
    expect(again).toEqual({ sha: sha("a"), source: "seen" });
    expect(withoutPush(pushed("a9 b12", "b"))).toEqual({ sha: sha("b"), source: "seen" });
  });
});
