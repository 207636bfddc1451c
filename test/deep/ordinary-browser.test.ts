// Pull requests made on the web page (RULINGS 20): of several commits, without Change-Id or any tool, moved by GitHub's buttons.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openWebStage, type WebStage } from "../support/ordinary.ts";
import { openHouse, type House } from "../bot/stage.ts";

let house: House;
let t: WebStage;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  t = await openWebStage(house);
});
afterEach(async () => {
  expect(t.stage.complaints).toEqual([]);
  await t.stage.close();
});

it("three commits made in the browser are one change; two presses of Approve and one go-ahead land it as it is", async () => {
  const { web, stage } = t;
  await web.commits("carol", "carol-patch-1", { files: { "docs/a.md": "a\n" }, message: "Create a.md" });
  await web.commits("carol", "carol-patch-1", { files: { "docs/b.md": "b\n" }, message: "Create b.md" });
  const head = await web.commits("carol", "carol-patch-1", { files: { "docs/a.md": "A\n" }, message: "Update a.md" });
  const number = await web.opens("carol", "carol-patch-1", { title: "Add two pages" });
  await t.presses("alice", number);
  await stage.settled();
  const check = await t.check(number);
  expect(check.title).toBe("Waiting: 1 more core approval · go-ahead");
  expect(await t.next(number)).toBe(
    "**Next:** bob gives the core approval; alice or bob gives the go-ahead (either is enough). Nothing for carol to do.",
  );
  // GitHub's name on the commits is nobody's (RULINGS 6): no unknown contributor, nobody who has to mend an address.
  expect(check.words).not.toContain("nobody the forge knows");
  await stage.reviews("bob", number, "Workflow: +1", "APPROVE");
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  expect(await stage.branch("main")).toBe(head);
  // Nothing says that it was strange: no comment, and the branch is still the author's to delete.
  expect(await stage.as("carol").get(`/issues/${number}/comments`)).toEqual([]);
  expect(await stage.branch("carol-patch-1")).toBe(head);
});

it("the kind of a patch set is that of all its commits: a true rebase keeps votes, a change below the top drops them", async () => {
  const { web, stage } = t;
  let drafts = 0;
  /** git pushes three commits at once: they are made on a branch that no pull request has. */
  const pushesThree = async (second: string): Promise<void> => {
    const draft = `drafts/${(drafts += 1)}`;
    await web.commits("carol", draft, { files: { "docs/a.md": "a\n" }, message: "Create a.md", web: false });
    await web.commits("carol", draft, { files: { "docs/b.md": second }, message: "Create b.md", web: false });
    const sha = await web.commits("carol", draft, {
      files: { "docs/c.md": "c\n" },
      message: "Create c.md",
      web: false,
    });
    const there = await stage.branch("pages");
    if (there === undefined) await stage.as("carol").post("/git/refs", { ref: "refs/heads/pages", sha });
    else await stage.as("carol").patch("/git/refs/heads/pages", { sha, force: true });
  };
  await pushesThree("b\n");
  const number = await web.opens("carol", "pages");
  await t.presses("alice", number);
  await stage.settled();
  await t.mainMoves("docs/main.md");
  await pushesThree("b\n");
  await stage.settled();
  expect((await t.check(number)).words).toContain("alice +2, kept: patch set 1→2 is pure rebase");
  await pushesThree("b, and something else\n");
  await stage.settled();
  expect(await t.kinds(number)).toEqual(["REWORK", "TRIVIAL_REBASE", "REWORK"]);
  expect((await t.check(number)).words).toContain("alice +2: given on patch set 1; 2→3 changed code");
});

it("Update branch keeps votes, and whoever pressed it may still approve, also after the patch sets that follow", async () => {
  const { web, stage } = t;
  await web.commits("carol", "carol-patch-1", { files: { "docs/a.md": "a\n" } });
  await web.commits("carol", "carol-patch-1", { files: { "docs/b.md": "b\n" } });
  const number = await web.opens("carol", "carol-patch-1");
  await t.presses("alice", number);
  await stage.settled();
  await t.mainMoves("docs/main.md");
  await web.updatesBranch("alice", number);
  await stage.settled();
  expect((await t.check(number)).words).toContain("alice +2, kept: patch set 1→2 is a clean merge of the target");
  await web.commits("carol", "carol-patch-1", { files: { "docs/a.md": "A\n" } });
  await stage.settled();
  // What she approved is not what is there now; that is all that is wrong with her vote.
  expect((await t.check(number)).words).toContain("alice +2: given on patch set 1; 2→3 changed code");
  expect(await t.next(number)).toContain("alice and bob give 2 core approvals");
  await t.approve(number);
  expect(await t.kinds(number)).toEqual(["REWORK", "TARGET_MERGE", "REWORK"]);
  expect(await t.merged(number)).toBe(true);
});

it("a merge of the target with a person's hand in it drops the votes and makes that person a contributor (T18)", async () => {
  const { web, stage } = t;
  await web.commits("carol", "mine", { files: { "README.md": "carol\n" } });
  const number = await web.opens("carol", "mine");
  await t.presses("alice", number);
  await t.presses("bob", number);
  await stage.settled();
  await stage.world.control.post(`/repos/${stage.world.fullName}/commits`, {
    login: "olivia",
    files: { "README.md": "olivia\n" },
  });
  // "Resolve conflicts" on the web page.
  const files = { "README.md": "carol and olivia\n" };
  await web.commits("alice", "mine", { merge: "main", files, message: "Merge branch 'main' into mine" });
  await t.presses("alice", number);
  await stage.settled();
  expect(await t.kinds(number)).toEqual(["REWORK", "REWORK"]);
  const { words, title } = await t.check(number);
  expect(title).toBe("Waiting: 2 core approvals · go-ahead");
  expect(words).toMatch(/alice \+2: author of \(this commit\); contributors cannot approve/);
  expect(words).toContain("bob +2: given on patch set 1; 1→2 changed code");
});

it("a Revert is a change like any other: whoever pressed it wrote it, and GitHub links the two", async () => {
  const { web, stage } = t;
  await web.commits("carol", "feature", { files: { "docs/feature.md": "1\n" } });
  const number = await web.opens("carol", "feature", { title: "Add feature" });
  await t.approve(number);
  const revert = await web.reverts("alice", number);
  await stage.reviews("alice", revert, "Workflow: +1\nCode-Review: +2");
  await t.presses("bob", revert);
  await stage.settled();
  const pull = await stage.as("carol").get<{ title: string; body: string }>(`/pulls/${revert}`);
  expect(pull).toMatchObject({ title: 'Revert "Add feature"', body: `Reverts ${stage.world.fullName}#${number}` });
  const { words, title } = await t.check(revert);
  expect(title).toBe("Waiting: 1 more core approval");
  expect(words).toContain("alice +2: opened the change; contributors cannot approve");
  expect(await t.merged(revert)).toBe(false);
});
