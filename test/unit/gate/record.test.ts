import { describe, expect, it } from "vitest";
import { recordIn } from "../../../bot/remember-record.ts";
import { formatRecord, parseRecord, recordOf, type ChangeRecord } from "../../../src/core/gate/record.ts";
import { parseBranchName, userId, type BranchName, type Sha } from "../../../src/core/ids.ts";
import type { PatchSet, Person, PolicySnapshot, Vote } from "../../../src/core/policy/snapshot.ts";
import { instant } from "../../../src/core/time.ts";
import type { OwnCheck } from "../../../src/forge/forge.ts";

const sha = (n: number): Sha => n.toString(16).padStart(40, "0") as Sha;
const alice: Person = { id: userId(1), login: "alice", type: "User" };
const carol: Person = { id: userId(3), login: "carol", type: "User" };
const patchSet = (n: number): PatchSet => ({
  ...{ n, sha: sha(n), parent: sha(900), tree: sha(800 + n), kind: n === 1 ? "REWORK" : "TRIVIAL_REBASE" },
  pusher: carol,
  authors: [{ name: "Carol", email: "carol@example.org", user: carol }],
  committers: [{ name: "Carol", email: "carol@example.org" }],
  coauthors: [],
  at: instant(1_700_000_000_123),
  earlierReviews: ["7"],
});
const vote = (id: string, value: number, state: Vote["state"] = "current", user = alice): Vote => ({
  ...{ user, label: "Code-Review", value, patchSet: 1, sha: sha(1), at: instant(1_700_000_001_000), state },
  source: { kind: "review", id },
  permitted: { min: -2, max: 2 },
});
const record = (n: number, votes: readonly Vote[] = []): ChangeRecord => ({
  change: 12,
  target: parseBranchName("main") as BranchName,
  patchSets: Array.from({ length: n }, (_, at) => patchSet(at + 1)),
  below: [{ change: 11, sha: sha(500) }],
  votes,
  cut: false,
});
const run = (n: number, text: string | undefined, more: Partial<OwnCheck> = {}): OwnCheck => ({
  ...{ name: "plustwo", head: sha(n), externalId: `12/${n}`, verdict: "pending", title: "", summary: "" },
  app: { id: 5, slug: "plustwo" },
  ...(text === undefined ? {} : { text }),
  ...more,
});

describe("the record in a check run", () => {
  it("is read back as it was written", () => {
    const written = { ...record(3, [vote("9", -2, "edited")]), requester: carol };
    expect(parseRecord(formatRecord(written), { change: 12, patchSet: 3, sha: sha(3) })).toEqual(written);
  });

  it.each([
    ["another change's", { change: 13, patchSet: 3, sha: sha(3) }, formatRecord(record(3))],
    ["another patch set's", { change: 12, patchSet: 2, sha: sha(3) }, formatRecord(record(3))],
    ["another commit's", { change: 12, patchSet: 3, sha: sha(4) }, formatRecord(record(3))],
    [
      "with a gap",
      { change: 12, patchSet: 3, sha: sha(3) },
      formatRecord({ ...record(3), patchSets: [patchSet(1), patchSet(3)] }),
    ],
    ["cut off", { change: 12, patchSet: 3, sha: sha(3) }, formatRecord(record(3)).slice(0, 400)],
    [
      "of an older version",
      { change: 12, patchSet: 3, sha: sha(3) },
      formatRecord(record(3)).replace('"version":2', '"version":1'),
    ],
    ["none", { change: 12, patchSet: 3, sha: sha(3) }, "no fence"],
  ])("is not taken for one that is %s", (_, of, text) => {
    expect(parseRecord(text, of)).toBeUndefined();
  });

  it("fits the forge's 65 535 bytes, and says what it had to leave out", () => {
    const text = formatRecord(record(300, [vote("9", -2)]));
    expect(new TextEncoder().encode(text).length).toBeLessThan(65_000);
    const read = parseRecord(text, { change: 12, patchSet: 300, sha: sha(300) });
    expect([read?.cut, read?.votes.length, read?.patchSets.at(-1)?.n]).toEqual([true, 1, 300]);
  });

  it("keeps every vote that may still close the gate, and leaves out what can never count again", () => {
    const votes = [
      vote("1", 2), // overtaken by 2
      vote("2", 1),
      vote("3", -2, "deleted"),
      vote("4", 2, "deleted"),
      vote("5", 1, "current", carol),
    ];
    const change = { number: 12, head: sha(1), branch: "main", patchSets: [patchSet(1)], below: [] };
    const kept = recordOf({ change, votes } as unknown as PolicySnapshot)?.votes.map(({ source }) => source.id);
    expect(kept).toEqual(["2", "3", "4", "5"]);
  });

  it("is not written while the newest patch set is not known", () => {
    const change = { number: 12, head: sha(2), branch: "main", patchSets: [patchSet(1)], below: [] };
    expect(recordOf({ change, votes: [] } as unknown as PolicySnapshot)).toBeUndefined();
  });
});

describe("what is found on a change's commits", () => {
  it("is the newest record, with vetoes that only older ones have", () => {
    const found = recordIn(
      [run(2, formatRecord(record(2, [vote("8", 1)]))), run(1, formatRecord(record(1, [vote("7", -2)])))],
      12,
    );
    expect(found.record?.patchSets.map(({ n }) => n)).toEqual([1, 2]);
    expect(found.record?.votes.map(({ source, value }) => [source.id, value])).toEqual([
      ["7", -2],
      ["8", 1],
    ]);
    expect(found.unreadable).toBe(false);
  });

  it("says when a later patch set was seen of which nothing can be read", () => {
    expect(recordIn([run(1, formatRecord(record(1))), run(2, undefined)], 12)).toMatchObject({ unreadable: true });
    expect(recordIn([run(2, "edited")], 12)).toEqual({ unreadable: true });
  });

  it("is nothing of another change on the same commit, of another check, or of a patch set that was not known then", () => {
    const text = formatRecord(record(1));
    for (const more of [
      { externalId: "13/1" },
      { name: "plustwo/gate" },
      { externalId: "12/0" },
      { externalId: "12/1/1" },
    ]) {
      expect(recordIn([run(1, text, more)], 12)).toEqual({ unreadable: false });
    }
  });
});
