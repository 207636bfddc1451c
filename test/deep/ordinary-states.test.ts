// What becomes of a pull request between opening and landing: drafts, closing, new titles, and pull requests that share a head or an id.
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

it("a draft is not red and asks for one thing; a closed one does not land; votes outlive both", async () => {
  const { web, stage } = t;
  await web.commits("carol", "one", { files: { "docs/a.md": "a\n" } });
  const number = await web.opens("carol", "one", { draft: true });
  await t.approve(number);
  const draft = await t.check(number);
  expect([draft.title, draft.conclusion]).toEqual(["Waiting: draft", null]);
  expect(await t.next(number)).toBe("**Next:** carol marks it ready for review.");

  await web.changes("carol", number, { state: "closed" });
  await stage.settled();
  await web.changes("carol", number, { state: "open" });
  await stage.settled();
  expect(await t.merged(number)).toBe(false);
  await web.marksReady("carol", number);
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  expect(await t.kinds(number)).toEqual(["REWORK"]);
});

it("a draft whose checks fail is not red: nobody asked for a verdict on it yet", async () => {
  const { web, stage } = t;
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "unit", mode: "fail" });
  await web.commits("carol", "one", { files: { "docs/a.md": "a\n" } });
  const number = await web.opens("carol", "one", { draft: true });
  await stage.settled();
  const draft = await t.check(number);
  expect([draft.title, draft.conclusion]).toEqual([expect.stringMatching(/^Waiting: draft/), null]);
  expect(draft.words).toContain("FAIL"); // it is said, though
});

it("closed in the gate, it leaves; reopened, it comes back with its votes; a new title meanwhile changes nothing that is built", async () => {
  const { web, stage } = t;
  const { control, fullName } = stage.world;
  const ref = "gate/main/1";
  await control.post("/jobs", { repo: fullName, job: "*", mode: "hold", ref });
  await web.commits("carol", "one", { files: { "docs/a.md": "a\n" }, message: "Add a" });
  const number = await web.opens("carol", "one", { title: "Add a" });
  await t.mainMoves("docs/main.md");
  await t.approve(number);
  const built = await stage.branch(ref);
  expect(built).toBeDefined();
  await web.changes("carol", number, { title: "Add a page about a" });
  await stage.settled();
  expect(await stage.branch(ref)).toBe(built); // the seal (RULINGS 11)
  await web.changes("carol", number, { state: "closed" });
  await stage.settled();
  expect(await stage.branch(ref)).toBeUndefined();
  await web.changes("carol", number, { state: "open" });
  await stage.settled();
  await control.post("/jobs", { repo: fullName, job: "*", mode: "pass", ref });
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
});

it("T20: two pull requests with one head are judged apart: votes for one are none for the other (T20)", async () => {
  const { web, stage } = t;
  await web.commits("carol", "one", { files: { "docs/a.md": "a\n" } });
  await stage.as("carol").post("/git/refs", { ref: "refs/heads/dev", sha: await stage.branch("main") });
  const main = await web.opens("carol", "one");
  const dev = await web.opens("carol", "one", { base: "dev" });
  await t.approve(main);
  expect([await t.merged(main), await t.merged(dev)]).toEqual([true, false]);
  await t.approve(dev);
  expect(await t.merged(dev)).toBe(true);
});

it("T20: of two pull requests with one head, the check of one does not hide what the other waits for", async () => {
  const { web, stage } = t;
  await web.commits("carol", "one", { files: { "docs/a.md": "a\n" } });
  await stage.as("carol").post("/git/refs", { ref: "refs/heads/dev", sha: await stage.branch("main") });
  const main = await web.opens("carol", "one");
  await t.presses("alice", main);
  await stage.settled();
  await web.opens("carol", "one", { base: "dev" });
  await stage.settled();
  const { words } = await t.check(main);
  expect(words).toMatch(/to `main`/);
  expect(words).toMatch(/to `dev`/);
});

// The other's check run stays on the commit, and is the newer one of that name.
it("and when one of them is closed, the check speaks of what is left", async () => {
  const { web, stage } = t;
  await web.commits("carol", "one", { files: { "docs/a.md": "a\n" } });
  await stage.as("carol").post("/git/refs", { ref: "refs/heads/dev", sha: await stage.branch("main") });
  const main = await web.opens("carol", "one");
  await stage.settled();
  const dev = await web.opens("carol", "one", { base: "dev" });
  await stage.settled();
  await web.changes("carol", dev, { state: "closed" });
  await stage.settled();
  expect((await t.check(main)).title).toBe("Waiting: 2 core approvals · go-ahead");
});

it("a second open change with the same Change-Id and target, from another person, is refused with a sentence (RULINGS 12)", async () => {
  const { web, stage } = t;
  const message = "Add x\n\nChange-Id: I0123456789abcdef0123456789abcdef01234567";
  await web.commits("carol", "mine", { files: { "docs/c.md": "c\n" }, message });
  await web.commits("dave", "theirs", { files: { "docs/d.md": "d\n" }, message });
  const first = await web.opens("carol", "mine");
  const second = await web.opens("dave", "theirs");
  await stage.settled();
  expect((await t.check(first)).words).not.toContain("Change-Id");
  expect((await t.check(second)).words).toContain(`#${first} by carol has the same Change-Id`);
  await t.approve(second);
  expect(await t.merged(second)).toBe(false);
  await web.changes("carol", first, { state: "closed" });
  await stage.settled();
  expect(await t.merged(second)).toBe(true);
});

it("documentation alone, with its jobs skipped, waits while the policy wants success, and lands where it allows skipped", async () => {
  const { web, stage } = t;
  const { control, fullName } = stage.world;
  for (const job of ["unit", "integration"]) await control.post("/jobs", { repo: fullName, job, mode: "skip" });
  await web.commits("carol", "docs", { files: { "docs/a.md": "a\n" } });
  const number = await web.opens("carol", "docs");
  await t.approve(number);
  const strict = await t.check(number);
  expect(strict.conclusion).toBeNull(); // yellow: nothing is wrong with the change
  expect(strict.words).toContain("| unit | no | skipped; only success counts |");

  const path = ".github/plustwo.yml";
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${path}`);
  const policy = Buffer.from(content, "base64")
    .toString()
    .replace(/\{ job: (unit|integration) \}/g, "{ job: $1, allow: [skipped] }");
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { [path]: policy } });
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
});

it("whoever has no git review is not told to run it when the gate was red", async () => {
  const { web, stage } = t;
  const { control, fullName } = stage.world;
  await control.post("/jobs", { repo: fullName, job: "unit", mode: "fail", ref: "gate/main/1" });
  await web.commits("carol", "one", { files: { "docs/a.md": "a\n" } });
  const number = await web.opens("carol", "one");
  await t.approve(number);
  const comments = await stage.as("carol").get<{ body: string }[]>(`/issues/${number}/comments`);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toMatch(/\*\*Not merged\*\*: unit failed/);
  expect(`${comments[0]?.body}\n${await t.next(number)}`).not.toContain("git review");
});
