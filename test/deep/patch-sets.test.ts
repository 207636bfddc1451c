// Patch sets under their numbers: whatever was pushed over can be fetched by everybody, with git alone, for good (ADR 0031).
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { instant } from "../../src/core/time.ts";
import { plumbing } from "../support/plumbing.ts";
import { mustRun } from "../support/shell.ts";
import { openHouse, type House, type Stage } from "../bot/stage.ts";

let house: House;
let stage: Stage;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  stage = await house.opens();
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
});
afterEach(() => stage.close());

const LANDED = "refs/changes/01/1/";

/** What a clone of anybody sees: the refs of the forge under `refs/changes/`. */
async function numbered(): Promise<Record<string, string>> {
  const refs = await stage.as("dave").get<{ ref: string; object: { sha: string } }[]>("/git/matching-refs/changes/");
  return Object.fromEntries(refs.map(({ ref, object }) => [ref, object.sha]));
}

it("every patch set stands under its number, also those that were pushed over and after the change has landed", async () => {
  const shas = [await stage.commits("carol", "notes", { "docs/notes.md": "1\n" })];
  const number = await stage.opensPull("carol", "notes");
  await stage.settled();
  expect(await numbered()).toEqual({ [`${LANDED}1`]: shas[0] });
  shas.push(await stage.commits("carol", "notes", { "docs/notes.md": "2\n" }));
  await stage.settled();
  // Back to the first one: what was pushed over is on no branch any more.
  await stage.as("carol").patch("/git/refs/heads/notes", { sha: shas[0], force: true });
  await stage.settled();
  shas.push(shas[0] ?? "", await stage.commits("carol", "notes", { "docs/notes.md": "4\n" }));
  await stage.settled();
  const all = Object.fromEntries(shas.map((sha, index) => [`${LANDED}${index + 1}`, sha]));
  expect(await numbered()).toEqual(all);
  await stage.approve(number);
  await stage.settled();
  expect((await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged).toBe(true);
  expect(await numbered()).toMatchObject(all);
  expect(stage.complaints).toEqual([]);
});

it("who writes over one is put right with the next patch set, and nothing was decided by it", async () => {
  const first = await stage.commits("carol", "notes", { "docs/notes.md": "1\n" });
  const number = await stage.opensPull("carol", "notes");
  await stage.settled();
  const other = await stage.commits("dave", "evil", { "docs/evil.md": "1\n" });
  await stage.as("dave").patch("/git/refs/changes/01/1/1", { sha: other, force: true });
  await stage.as("dave").post("/git/refs", { ref: `${LANDED}2`, sha: other });
  const second = await stage.commits("carol", "notes", { "docs/notes.md": "2\n" });
  await stage.settled();
  expect((await numbered())[`${LANDED}2`]).toBe(second);
  expect(first).not.toBe(other);
  await stage.approve(number);
  await stage.settled();
  expect((await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged).toBe(true);
  expect(stage.complaints.filter((line) => !line.includes("changed by somebody else"))).toEqual([]);
});

it("a service that has lost its database puts there what is missing and leaves the rest", async () => {
  const first = await stage.commits("carol", "notes", { "docs/notes.md": "1\n" });
  await stage.opensPull("carol", "notes");
  await stage.settled();
  await stage.store.db.deleteFrom("published").execute();
  await stage.as("dave").delete("/git/refs/changes/01/1/1");
  await stage.as("carol").post("/issues/1/comments", { body: "recheck" });
  await stage.settled();
  expect(await numbered()).toEqual({ [`${LANDED}1`]: first });
  expect(stage.complaints).toEqual([]);
});

const ARCHIVE = "refs/changes/archive/0";
const DAY_MS = 86_400_000;

describe("thirty days after a change ended", () => {
  /** As whoever may push, in a clone of the test's own. */
  async function git(args: readonly string[], input?: string): Promise<string> {
    const { git: cwd, env } = stage.world.observer;
    return (await mustRun("git", args, { cwd, env, ...(input === undefined ? {} : { input }) })).stdout.trim();
  }

  /** So many days go by; then something is said to an open change, so that the service looks. */
  async function passes(days: number, open: number): Promise<void> {
    await stage.store.db
      .updateTable("pull")
      .set({ seen_at: sql`seen_at - ${days * DAY_MS}` })
      .where("state", "<>", "open")
      .execute();
    await stage.as("carol").post(`/issues/${open}/comments`, { body: "recheck" });
    await stage.settled();
  }

  /** Change 1 has landed with its first patch set, which is its third too; the second was pushed over. Change 2 is open. */
  async function oneLanded(): Promise<readonly string[]> {
    const first = await stage.commits("carol", "notes", { "docs/notes.md": "1\n" });
    const number = await stage.opensPull("carol", "notes");
    await stage.settled();
    const second = await stage.commits("carol", "notes", { "docs/notes.md": "2\n" });
    await stage.settled();
    await stage.as("carol").patch("/git/refs/heads/notes", { sha: first, force: true });
    await stage.commits("dave", "other", { "docs/other.md": "1\n" });
    await stage.opensPull("dave", "other");
    await stage.settled();
    await stage.approve(number);
    await stage.settled();
    return [first, second, first];
  }

  it("its patch sets are in the archive, can be reached from it, and have no refs of their own", async () => {
    const shas = await oneLanded();
    const before = await numbered();
    const other = before["refs/changes/02/2/1"];
    expect(Object.keys(before)).toEqual([`${LANDED}1`, `${LANDED}2`, `${LANDED}3`, "refs/changes/02/2/1"]);
    await passes(29, 2);
    expect(await numbered()).toEqual(before);
    await passes(2, 2);
    const { [ARCHIVE]: archive = "", ...rest } = await numbered();
    expect(rest).toEqual({ "refs/changes/02/2/1": other });
    await git(["fetch", "-q", "origin", ARCHIVE]);
    expect(await git(["show", `${archive}:index`])).toBe(shas.map((sha, n) => `1 ${n + 1} ${sha}`).join("\n"));
    await git(["merge-base", "--is-ancestor", shas[1] ?? "", archive]);

    // It dies just before the numbered refs go: they are there still, and so is what it remembered.
    await stage.as("dave").post("/git/refs", { ref: `${LANDED}1`, sha: shas[0] });
    const { repository } = await stage.store.db.selectFrom("pull").select("repository").executeTakeFirstOrThrow();
    const slot = { repository, slot: "patch-sets:1", digest: "1", at: instant(0) };
    await stage.store.db.insertInto("published").values(slot).execute();
    await passes(0, 2);
    expect(await numbered()).toEqual({ ...rest, [ARCHIVE]: archive });

    await stage.as("dave").patch("/pulls/2", { state: "closed" });
    await stage.commits("dave", "third", { "docs/third.md": "1\n" });
    await stage.opensPull("dave", "third");
    await stage.settled();
    expect((await numbered())[ARCHIVE]).toBe(archive);
    await passes(31, 3);
    const { [ARCHIVE]: second = "", ...left } = await numbered();
    expect(Object.keys(left)).toEqual(["refs/changes/03/3/1"]);
    await git(["fetch", "-q", "origin", ARCHIVE]);
    expect(await git(["rev-parse", `${second}^@`])).toBe(`${archive}\n${other}`);
    expect(await git(["show", `${second}:index`])).toContain(`1 3 ${shas[2]}\n2 1 ${other}`);
    expect(stage.complaints).toEqual([]);
  });

  it("what another service has archived stays in, and what it has not is added", async () => {
    const [first = "", second = ""] = await oneLanded();
    await git(["fetch", "-q", "origin", `${LANDED}2`]);
    const blob = await git(["hash-object", "-w", "--stdin"], `1 2 ${second}\n9 1 ${second}\n`);
    const tree = await git(["mktree"], `100644 blob ${blob}\tindex\n`);
    const who = ["-c", "user.name=other", "-c", "user.email=other@example.org"];
    const theirs = await git([...who, "commit-tree", tree, "-p", second, "-m", "theirs"]);
    await plumbing(stage.world, house.population).push(theirs, "theirs", "dave");
    await stage.as("dave").post("/git/refs", { ref: ARCHIVE, sha: theirs });
    await passes(31, 2);
    const { [ARCHIVE]: archive = "", ...rest } = await numbered();
    expect(Object.keys(rest)).toEqual(["refs/changes/02/2/1"]);
    await git(["fetch", "-q", "origin", ARCHIVE]);
    await git(["merge-base", "--is-ancestor", theirs, archive]);
    const index = [`1 1 ${first}`, `1 2 ${second}`, `1 3 ${first}`, `9 1 ${second}`];
    expect(await git(["show", `${archive}:index`])).toBe(index.join("\n"));
    expect(stage.complaints).toEqual([]);
  });
});
