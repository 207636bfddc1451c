// A reviewer's day in the terminal, with the real service: its verdict fills the inbox, and empties it.
import { expect } from "vitest";
import { requests } from "../support/requests.ts";
import { scenario } from "../support/scenario.ts";

interface Inbox {
  readonly waiting: readonly {
    readonly number: number;
    readonly unresolved: number;
    readonly reasons: readonly { readonly kind: string }[];
  }[];
  readonly commands?: readonly string[];
}

interface Reader {
  types(...args: readonly string[]): Promise<{ readonly stdout: string }>;
}

async function reasons(reader: Reader): Promise<readonly string[]> {
  const { waiting } = JSON.parse((await reader.types("inbox", "--json")).stdout) as Inbox;
  return waiting.flatMap((one) => one.reasons.map(({ kind }) => `#${one.number} ${kind}`));
}

scenario(
  "a change waits for cores until they voted, for its owner when they ask, and for the core again after a new patch set",
  async (t) => {
    const notes = await t.carol.uploads("Add notes", { files: { "docs/notes.md": "one\ntwo\nthree\n" } });
    await t.ci.checkPasses(notes);
    const at = `#${notes.number}`;
    expect([await reasons(t.alice), await reasons(t.carol)]).toEqual([[`${at} turn`], []]);

    // alice asks beside a line, and will not have it like this.
    const comments = [{ path: "docs/notes.md", line: 2, body: "Why two?" }];
    const browser = requests(`${t.world.forge.api}/repos/${t.world.fullName}`, t.alice.token);
    await browser.post(`/pulls/${notes.number}/reviews`, {
      ...{ event: "COMMENT", body: "Code-Review: -1", comments, commit_id: notes.sha },
    });
    await t.settled();
    expect(await reasons(t.carol)).toContain(`${at} comments`);
    expect((await t.carol.types("comments")).stdout).toContain("docs/notes.md:2: alice: Why two?");

    await t.carol.amends(notes, { files: { "docs/notes.md": "zero\none\ntwo\nthree\n" } });
    await t.ci.checkPasses(notes);
    // The comment has moved with its line.
    expect((await t.carol.types("comments")).stdout).toContain("docs/notes.md:3: alice: Why two?");
    const next = JSON.parse((await t.alice.types("next", "--json")).stdout) as Inbox;
    expect(next.waiting[0]?.reasons).toMatchObject([
      { kind: "turn" },
      { kind: "changed", since: 1, newest: 2, votes: [{ value: -1 }], steps: [{ from: 1, to: 2, kind: "REWORK" }] },
    ]);
    expect(next.commands).toContain(`git review -m ${notes.number},1-2`);

    await t.coresApprove(notes);
    expect(await reasons(t.alice)).toEqual([]);
    await t.ci.passes(notes);
    expect((await t.pull(notes)).merged).toBe(true);
    expect(await reasons(t.carol)).toEqual([]);
    await t.comments(notes);
  },
);
