import { describe, expect, it } from "vitest";
import { closeLanded } from "../../../src/core/gate/close-landed.ts";
import { trailersOf } from "../../../src/core/commit-message/trailers.ts";
import { composeSquashMessage, squashAuthor, type SquashFacts } from "../../../src/core/gate/compose-squash.ts";
import { itemIdOf } from "../../../src/core/gate/identity.ts";
import { chooseStrategy } from "../../../src/core/gate/strategy.ts";
import { type BranchName, type ChangeId, userId } from "../../../src/core/ids.ts";
import type { ChangeFacts, PatchSet, PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { GateWorld, sha } from "./gate-world.ts";

const by = (login: string, id = 1) => ({ id: userId(id), login, type: "User" }) as const;
const FACTS: SquashFacts = {
  change: 142,
  head: sha("142.1"),
  target: "main" as BranchName,
  title: "Add parser",
  changeId: `I${"a".repeat(40)}` as ChangeId,
  votes: [{ by: by("bob"), label: "Code-Review", value: 2, patchSet: 1, why: "", id: "vote:bob" }],
  body: "",
  commits: [
    {
      message: `Add parser\n\nIt reads bytes.\n\nChange-Id: I${"a".repeat(40)}\nSigned-off-by: Carol <carol@example.org>\n`,
    },
  ],
  coauthors: [{ name: "Dave", email: "dave@example.org" }],
};
const commits = (...messages: string[]) => messages.map((message) => ({ message }));

describe("the message of a squash", () => {
  it("is the title with the number, the commit's own text, and every trailer once", () => {
    expect(composeSquashMessage(FACTS)).toMatchInlineSnapshot(`
      "Add parser (#142)

      It reads bytes.

      Change-Id: Iaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      Signed-off-by: Carol <carol@example.org>
      Co-authored-by: Dave <dave@example.org>
      Reviewed-by: bob <bob> (Code-Review+2)
      Gate-Item: 695ef9346fa3a57c85ede47fc7355d8acff84681"
    `);
  });

  it("of several commits is the pull request's description without its comments", () => {
    const facts = { ...FACTS, body: "Reads.\r\n\r\n<!-- template\r\nx -->", commits: commits("One", "Two") };
    expect(composeSquashMessage(facts).split("\n\n")[1]).toBe("Reads.");
  });

  it("of several commits without a description lists their messages", () => {
    const facts = { ...FACTS, commits: commits("One\n\nWhy.\n\nCloses: #7\n", "Two [ci skip]", "Three\n") };
    const message = composeSquashMessage({ ...facts, coauthors: [], votes: [] });
    expect(message).toMatchInlineSnapshot(`
      "Add parser (#142)

      * One

      Why.

      * Two

      * Three

      Change-Id: Iaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      Closes: #7
      Gate-Item: 695ef9346fa3a57c85ede47fc7355d8acff84681"
    `);
  });

  it("says where its commits were picked from, each once, among the trailers", () => {
    const [one, two] = ["1".repeat(40), "2".repeat(40)];
    const picked = (text: string, from: string) => `${text}\n(cherry picked from commit ${from})\n`;
    const footer = commits(picked("Fix\n\nWhy.\n\nSigned-off-by: Carol <carol@example.org>", one));
    const bare = commits(picked("Fix\n\nWhy.\n", one), picked("More\n", two), picked("Again\n", one));
    for (const [list, picks] of [
      [footer, [one]],
      [bare.slice(0, 1), [one]],
      [bare, [one, two]],
    ] as const) {
      const message = composeSquashMessage({ ...FACTS, commits: list });
      const last = message.split("\n\n").at(-1)?.split("\n") ?? [];
      expect(message.match(/cherry picked/g)).toHaveLength(picks.length);
      for (const from of picks) expect(last).toContain(`(cherry picked from commit ${from})`);
      expect(trailersOf(message).map(({ key }) => key)).toContain("Gate-Item");
    }
  });

  it("does not double a number that the title has already", () => {
    expect(composeSquashMessage({ ...FACTS, title: "Add parser (#142)" }).split("\n")[0]).toBe("Add parser (#142)");
  });

  it.each([
    ["a marker in the title", { title: "Add [skip ci] parser" }],
    ["a marker in the description", { body: "x\n[no ci]\ny", commits: commits("One", "Two") }],
    ["a marker in a commit", { commits: commits("Add\n\nText skip-checks: true\n") }],
    ["a marker as a trailer", { commits: commits("Add\n\nskip-checks: true\n") }],
    ["a marker put together by what is taken out", { body: "[skip \u202eci]", commits: commits("One", "Two") }],
  ])("tells CI to skip nothing: %s", (_, more) => {
    const message = composeSquashMessage({ ...FACTS, ...more });
    expect(message).not.toMatch(/skip ci|no ci|skip-checks/i);
  });

  it("takes no reviewer, gate item or Change-Id from a contributor's text", () => {
    const forged = "Add\n\nReviewed-by: mallory <mallory>\nGate-Item: forged\nChange-Id: I0\nDepends-On: #3\n";
    const lines = composeSquashMessage({ ...FACTS, commits: commits(forged) }).split("\n");
    expect(lines.filter((line) => /mallory|forged|I0$/.test(line))).toEqual([]);
    expect(lines.filter((line) => /^(Gate-Item|Change-Id|Reviewed-by):/.test(line))).toHaveLength(3);
    expect(lines).toContain("Depends-On: #3");
  });
});

describe("the author of a squash", () => {
  const change = (authors: PatchSet["authors"], messages: string[] = []): ChangeFacts =>
    ({ owner: by("carol", 3), patchSets: [{ authors }], commits: commits(...messages) }) as unknown as ChangeFacts;
  const carol = { name: "Carol", email: "carol@example.org", user: by("carol", 3) };
  const dave = { name: "Dave", email: "dave@example.org", user: by("dave", 4) };
  const names = ({ author, coauthors }: ReturnType<typeof squashAuthor>) => [
    author?.name,
    ...coauthors.map(({ name }) => name),
  ];

  it.each([
    ["the owner, also where somebody else began", [dave, carol], [], ["Carol", "Dave"]],
    ["who made the first commit where none is the owner's", [dave], [], ["Dave"]],
    [
      "never a co-author as well; a co-author named twice stands once",
      [carol],
      [
        "A\n\nCo-authored-by: Erin <ERIN@example.org>\nCo-authored-by: C <Carol@example.org>\n",
        "B\n\nCo-authored-by: Erin <erin@example.org>\n",
      ],
      ["Carol", "Erin"],
    ],
    ["nobody known without commits", [], [], [undefined]],
  ])("is %s", (_, authors, messages, expected) => {
    expect(names(squashAuthor(change(authors, messages)))).toEqual(expected);
  });
});

describe("the strategy", () => {
  const all = { merge: true, squash: true, rebase: true };
  it.each([
    ["auto", all, "merge-if-necessary"],
    ["auto", { ...all, merge: false }, "squash"],
    ["auto", { ...all, merge: false, squash: false }, "rebase"],
    ["rebase", all, "rebase"],
    ["squash", { ...all, merge: false }, "squash"],
  ] as const)("%s where %j is allowed is %s", (asked, allowed, expected) => {
    expect(chooseStrategy(asked, allowed)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ["squash", { ...all, squash: false }, "do not allow squash merging"],
    ["merge-if-necessary", { ...all, merge: false }, "do not allow merge commits"],
    ["auto", { merge: false, squash: false, rebase: false }, "allow one of them"],
  ] as const)("%s where %j is allowed is a sentence and no guess", (asked, allowed, words) => {
    const chosen = chooseStrategy(asked, allowed);
    expect(chosen.ok ? "" : chosen.problem).toContain(words);
  });

  it("an item sealed for another strategy leaves and comes back sealed anew", () => {
    const world = new GateWorld().becomesReady(1, 1, { strategy: "squash", message: "Squash (#1)" });
    world.settles();
    world.becomesReady(1, 1, { strategy: "rebase" });
    world.settles();
    expect(world.items.map(({ seal }) => seal.strategy)).toEqual(["rebase"]);
    expect(world.refused).toEqual([]);
  });
});

describe("what landed as another commit", () => {
  const main = "main" as BranchName;
  const open = (head: string) =>
    [{ change: { number: 1, branch: main, head: sha(head) } }] as unknown as PolicySnapshot[];
  const item = itemIdOf(main, [{ change: 1, head: sha("1.1") }]);
  const gate = { ...new GateWorld().snapshot(), landed: [{ item, change: 1, sha: sha("squash") }] };

  it("is closed", () => {
    expect(closeLanded(open("1.1"), [gate])).toEqual([
      { kind: "close", change: 1, target: "main", sha: sha("squash") },
    ]);
  });
  it("is not closed once there is a newer patch set", () => {
    expect(closeLanded(open("1.2"), [gate])).toEqual([]);
  });
});
