// Votes on a live Gerrit and what waits for whom there: over http, since ssh does not tell whose turn it is.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { published } from "../support/published.ts";
import { act, openYard, type Seat, type Yard } from "./seat.ts";
import { type ServerChange } from "./live/people.ts";

interface InboxDocument {
  readonly viewer: string;
  readonly open: number;
  readonly waiting: readonly { readonly number: number; readonly reasons: readonly { readonly kind: string }[] }[];
  readonly more?: number;
  readonly commands?: readonly string[];
}

let yard: Yard;
let author: Seat;
let dave: Seat;
let older: ServerChange;
let newer: ServerChange;

beforeAll(async () => {
  yard = await openYard("vote");
  author = await yard.seat("carol", "http");
  dave = await yard.seat("dave", "http");
  for (const name of ["older", "newer"]) {
    await author.starts(name);
    await author.commits(`Add ${name}`, { [name]: "1\n" });
    const sent = await author.review("--reviewers", dave.name);
    if (sent.code !== 0) throw new Error(sent.err);
  }
  const [first, second] = await yard.changes();
  if (first === undefined || second === undefined) throw new Error("There are no changes");
  [older, newer] = [first, second];
}, 120_000);

afterAll(() => yard.close());

async function votesOf(number: number): Promise<Readonly<Record<string, number>>> {
  const change = (await yard.changes()).find(({ _number }) => _number === number);
  const labels = Object.entries(change?.labels ?? {});
  const own = labels.map(([label, { all = [] }]) => [label, all.find(({ username }) => username === dave.name)?.value]);
  return Object.fromEntries(own.filter(([, value]) => typeof value === "number" && value !== 0)) as Record<
    string,
    number
  >;
}

describe("what waits", () => {
  it("inbox lists what the attention set has for me, oldest first, and nothing of it for the author", async () => {
    const told = await dave.review("inbox");
    expect(told).toMatchObject({ code: 0, err: "" });
    const lines = told.out.split("\n");
    expect(lines[0]).toBe(`${yard.project} · 2 wait for you, oldest first`);
    expect(lines[2]).toMatch(new RegExp(`^${older._number} .*${author.name}  Add older +Reviewer was added`));
    expect(lines[3]).toMatch(new RegExp(`^${newer._number} .*Add newer`));
    expect((await author.review("inbox")).out).toBe(`${yard.project} · nothing waits for you\n`);
  });

  it("next shows the first of it with what to type, and --json of both is of the schema that GitHub's is of", async () => {
    const told = await dave.review("next");
    expect(told.out).toContain(`${older._number}  Add older\n`);
    expect(told.out).toContain(`git review vote ${older._number} Code-Review+1`);
    expect(told.out).toContain("1 more waits for you: git review inbox");
    const all = published<InboxDocument>("inbox", (await dave.review("inbox", "--json")).out);
    expect(all).toMatchObject({ viewer: dave.name, open: 2 });
    expect(all.waiting.map(({ number }) => number)).toEqual([older._number, newer._number]);
    const one = published<InboxDocument>("inbox", (await dave.review("next", "--json")).out);
    expect(one).toMatchObject({ more: 1, waiting: [{ number: older._number, reasons: [{ kind: "turn" }] }] });
    expect(one.commands).toContain(`git review -d ${older._number}`);
  });

  it("who is a reviewer and has not voted is asked, also after leaving the attention set", async () => {
    await act(yard, newer._number, `attention/${dave.name}/delete`, { reason: "away" });
    expect((await dave.review("inbox")).out).toMatch(new RegExp(`${newer._number} .*asked for your review`));
  });
});

describe("a vote", () => {
  it("goes to every label that is named, whatever the case, with a message, and leaves nothing of it waiting", async () => {
    const told = await dave.review("vote", String(older._number), "code-review+2", "Verified=1", "-m", "Reads well");
    expect(told, told.err).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain("Code-Review +2, Verified +1  on patch set 1");
    expect(await votesOf(older._number)).toEqual({ "Code-Review": 2, Verified: 1 });
    const change = (await yard.changes()).find(({ _number }) => _number === older._number);
    expect(change?.messages.at(-1)?.message).toContain("Reads well");
    expect((await dave.review("inbox")).out).not.toContain("Add older");
  });

  it("stands in the author's status, with what is met, what is not, whose turn it is and what was not sent", async () => {
    await author.git("switch", "-q", "older");
    await author.amends({ older: "2\n" });
    await author.commits("Not yet", { later: "1\n" });
    const before = await author.state();
    const told = await author.review("status");
    expect(told, told.err).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain("older → main · 1 change");
    expect(told.out).toMatch(new RegExp(`${older._number}  Add older  ps 1  Ready to submit`));
    expect(told.out).toContain(`Code-Review: met, ${dave.name} +2\n`);
    expect(told.out).toContain(`Verified: met, ${dave.name} +1\n`);
    expect(told.out).toContain("→ you (");
    expect(told.out).toContain("here is newer: git review sends it as the next patch set");
    expect(told.out).toMatch(/Not sent: [0-9a-f]{7} "Not yet"; git review sends it/);
    expect(await author.state()).toBe(before);
    const document = published<{ changes: readonly unknown[] }>(
      "status",
      (await author.review("status", "--json")).out,
    );
    expect(document.changes).toEqual([
      expect.objectContaining({
        number: older._number,
        mergeable: true,
        unresolved: 0,
        newerCommit: expect.any(String) as string,
      }),
    ]);
    await author.git("switch", "-q", "--detach", "gerrit/main");
    const own = (await author.review("status")).out;
    expect(own).toContain("your open changes: 2");
    expect(own).toMatch(
      /Code-Review: not met, label:Code-Review=MAX does not hold|Code-Review: not met, .*do not hold/,
    );
    await author.git("switch", "-q", "newer");
    expect(await author.review("status", "--watch")).toMatchObject({ code: 2 });
  });

  it("+0 takes it back", async () => {
    expect(await dave.review("vote", older.change_id, "Verified+0")).toMatchObject({ code: 0 });
    expect(await votesOf(older._number)).toEqual({ "Code-Review": 2 });
  });

  it("that is not permitted, or of no label there, is refused with what is, and nothing is sent", async () => {
    const far = await dave.review("vote", String(newer._number), "Code-Review+1", "Verified+2");
    expect(far.code).toBe(1);
    expect(far.err).toContain(`Cannot vote Verified +2 on ${newer._number}: you may vote -1, 0, +1`);
    const odd = await dave.review("vote", String(newer._number), "Workflow+1");
    expect(odd.code).toBe(1);
    expect(odd.err).toContain("it has no such label; it has ");
    expect(odd.err).toContain("Hint: you may vote ");
    expect(await votesOf(newer._number)).toEqual({});
  });

  it("on a patch set that is not the newest, on no change, or on a finished one is refused", async () => {
    await author.amends({ newer: "2\n" });
    expect(await author.review()).toMatchObject({ code: 0 });
    const old = await dave.review("vote", `${newer._number},1`, "Code-Review+1");
    expect(old.code).toBe(1);
    expect(old.err).toContain(`git review -m ${newer._number},1`);
    expect(await dave.review("vote", "999999", "Code-Review+1")).toMatchObject({ code: 36 });
    expect(await dave.review("vote", "parser", "Code-Review+1")).toMatchObject({ code: 3 });
    await act(yard, newer._number, "abandon");
    const done = await dave.review("vote", String(newer._number), "Code-Review+1");
    expect(done.code).toBe(1);
    expect(done.err).toContain("it is abandoned");
  });

  it("needs somebody who is signed in, and http, if need be by a remote of its own", async () => {
    const stranger = await yard.seat("erin", "http");
    stranger.env["NETRC"] = "/dev/null";
    const unknown = await stranger.review("vote", String(older._number), "Code-Review+1");
    expect(unknown.code).toBe(41);
    expect(unknown.err).toContain("no name and password were found");
    const keyed = await yard.seat("dave", "ssh");
    const closed = await keyed.review("inbox");
    expect(closed.code).toBe(2);
    expect(closed.err).toContain('over http(s), and the remote "gerrit" is ssh');
    await keyed.git("remote", "add", "web", dave.url);
    expect(await keyed.review("-r", "web", "inbox")).toMatchObject({ code: 0, err: "" });
  });
});
