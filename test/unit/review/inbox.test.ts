import { describe, expect, it } from "vitest";
import type { ChangeRecord } from "../../../src/core/gate/record.ts";
import { parseSha, type Sha } from "../../../src/core/ids.ts";
import type { PublishedVerdict } from "../../../src/core/policy/published.ts";
import { inboxOf, type InboxFact } from "../../../src/core/review/inbox.ts";
import { instant } from "../../../src/core/time.ts";

const sha = (letter: string): Sha => parseSha(letter.repeat(40)) as Sha;
type Requirement = PublishedVerdict["requirements"][number];
type Vote = Requirement["notCounted"][number];

const requirement = (more: Partial<Requirement>): Requirement => ({
  name: "Code-Review",
  noun: "core approval",
  status: "UNSATISFIED",
  blocked: false,
  unmet: [],
  counted: [],
  notCounted: [],
  ways: [],
  ...more,
});

const verdict = (more: Partial<PublishedVerdict> = {}): PublishedVerdict => ({
  version: 1,
  change: 1,
  patchSet: 3,
  target: "main",
  head: sha("c"),
  title: "Waiting: 1 more core approval",
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

const change = (number: number, more: Partial<InboxFact> = {}): InboxFact => ({
  number,
  author: "carol",
  draft: false,
  head: sha("c"),
  openedAt: instant(number),
  asked: { people: [], teams: [] },
  unanswered: 0,
  failing: 0,
  vetoes: [],
  ...more,
});

const vote = (by: string, patchSet: number, reason = "outdated"): Vote => ({
  ...{ by, label: "Code-Review", value: 2, patchSet, why: "", reason },
});

type Kinds = readonly ChangeRecord["patchSets"][number]["kind"][];
const record = (kinds: Kinds, by: string, patchSet: number): ChangeRecord =>
  ({
    patchSets: kinds.map((kind, index) => ({ n: index + 1, sha: sha("abc"[index] ?? "d"), kind })),
    votes: [{ user: { login: by }, label: "Code-Review", value: 1, patchSet, state: "current" }],
  }) as unknown as ChangeRecord;

const inbox = (viewer: string, changes: readonly InboxFact[], teams?: readonly string[]) =>
  inboxOf({ viewer, changes, ...(teams === undefined ? {} : { teams }) });

const reasons = (viewer: string, one: InboxFact, teams?: readonly string[]) =>
  inbox(viewer, [one], teams).waiting.flatMap((entry) => entry.reasons);

describe("an inbox", () => {
  it("has the changes whose verdict names me, the one that was opened first at the top", () => {
    const next = { verdict: verdict({ next: ["bob"] }) };
    const changes = [change(9, { ...next, openedAt: instant(5) }), change(4, next), change(7), change(2, next)];
    expect(inbox("bob", changes).waiting.map((entry) => entry.change.number)).toEqual([2, 4, 9]);
    expect(inbox("erin", changes).waiting).toEqual([]);
  });

  it("says what I can do there, in the verdict's words", () => {
    const ways = [
      { who: ["bob", "erin"], anyOf: true, action: "vote Code-Review+2" },
      { who: ["carol"], anyOf: false, action: "push a fix for unit" },
    ];
    const said = { verdict: verdict({ next: ["bob"], requirements: [requirement({ ways })] }) };
    expect(reasons("bob", change(1, said))).toEqual([{ kind: "turn", do: ["vote Code-Review+2"] }]);
  });

  it("tells an owner of the veto that stands in the way, for which they have no vote", () => {
    const ways = [{ who: ["alice"], anyOf: false, action: "lift Code-Review-2" }];
    const unmet = ["alice vetoed: Code-Review-2"];
    const vetoed = verdict({ next: ["alice", "carol"], requirements: [requirement({ ways, unmet, blocked: true })] });
    expect(reasons("carol", change(1, { verdict: vetoed }))).toEqual([{ kind: "turn", do: unmet }]);
  });

  it("tells of my own change what is red, who asks for changes, and which comments I have not answered", () => {
    const own = change(1, { failing: 2, vetoes: ["alice"], unanswered: 3 });
    expect(reasons("carol", own)).toEqual([
      { kind: "red", checks: 2 },
      { kind: "veto", by: ["alice"] },
      { kind: "comments", unanswered: 3 },
    ]);
    expect(reasons("bob", own)).toEqual([]);
    // With a verdict it is the verdict that knows which checks and votes matter.
    expect(reasons("carol", { ...own, verdict: verdict() })).toEqual([{ kind: "comments", unanswered: 3 }]);
  });

  it("has changes for which I am asked, myself or as one of a team", () => {
    expect(reasons("bob", change(1, { asked: { people: ["bob"], teams: ["acme/core"] } }))).toEqual([
      { kind: "asked" },
    ]);
    const team = change(1, { asked: { people: [], teams: ["acme/core"] } });
    expect(reasons("bob", team, ["acme/core"])).toEqual([{ kind: "asked", team: "acme/core" }]);
    expect(reasons("bob", team, [])).toEqual([]);
    // Where a verdict says who of the team is needed, the request to the team says less.
    expect(reasons("bob", { ...team, verdict: verdict({ next: ["alice"] }) }, ["acme/core"])).toEqual([]);
  });

  it("says of teams that were asked when nobody told whether they are mine", () => {
    const changes = [change(1, { asked: { people: [], teams: ["acme/core"] } })];
    expect(inbox("bob", changes).unknownTeams).toEqual(["acme/core"]);
    expect(inbox("bob", changes, []).unknownTeams).toEqual([]);
  });

  it("says which changes nobody judged, and whose verdict names nobody", () => {
    const act = { kind: "vote", who: [], need: 1, of: 4, do: "vote Code-Review+2" };
    const unnamed = verdict({ requirements: [requirement({ alternatives: [{ actions: [act] }] })] });
    const found = inbox("bob", [change(1), change(2, { verdict: unnamed }), change(3, { verdict: verdict() })]);
    expect([found.unjudged, found.unnamed]).toEqual([[1], [2]]);
  });
});

describe("what changed since my vote", () => {
  const outdated = verdict({ requirements: [requirement({ notCounted: [vote("bob", 1)] })] });

  it("is told patch set by patch set, with its kind", () => {
    const kept = record(["REWORK", "REWORK", "TRIVIAL_REBASE"], "bob", 1);
    expect(reasons("bob", change(1, { verdict: outdated, record: kept }))).toEqual([
      {
        kind: "changed",
        ...{ since: 1, newest: 3, votes: [{ label: "Code-Review", value: 1 }] },
        steps: [
          { from: 1, to: 2, kind: "REWORK" },
          { from: 2, to: 3, kind: "TRIVIAL_REBASE" },
        ],
      },
    ]);
  });

  it("asks for no second look when nothing but rebases came, or when the vote was kept", () => {
    const rebased = record(["REWORK", "TRIVIAL_REBASE", "TARGET_MERGE"], "bob", 1);
    expect(reasons("bob", change(1, { verdict: outdated, record: rebased }))).toEqual([]);
    const { reason: _, ...counted } = vote("bob", 1);
    const kept = verdict({ requirements: [requirement({ counted: [{ ...counted, why: "kept" }] })] });
    const reworded = record(["REWORK", "REWORK", "NO_CODE_CHANGE"], "bob", 2);
    expect(reasons("bob", change(1, { verdict: kept, record: reworded }))).toEqual([]);
  });

  it("is known without kinds where only the verdict is there, and only as a push where nobody counts patch sets", () => {
    expect(reasons("bob", change(1, { verdict: outdated }))).toEqual([
      { kind: "changed", since: 1, newest: 3, votes: [{ label: "Code-Review", value: 2 }] },
    ]);
    expect(reasons("bob", change(1, { reviewed: sha("a") }))).toEqual([{ kind: "changed", votes: [] }]);
    expect(reasons("bob", change(1, { reviewed: sha("c") }))).toEqual([]);
  });

  it("counts from my newest review, when that was later than my vote", () => {
    const kept = record(["REWORK", "REWORK", "REWORK"], "bob", 1);
    const [changed] = reasons("bob", change(1, { verdict: outdated, record: kept, reviewed: sha("b") }));
    expect(changed).toMatchObject({ since: 2, steps: [{ from: 2, to: 3 }] });
    expect(reasons("bob", change(1, { verdict: outdated, record: kept, reviewed: sha("c") }))).toEqual([]);
  });

  it("is nothing that a draft or my own change has to tell", () => {
    expect(reasons("bob", change(1, { reviewed: sha("a"), draft: true }))).toEqual([]);
    expect(reasons("carol", change(1, { reviewed: sha("a") }))).toEqual([]);
  });
});
