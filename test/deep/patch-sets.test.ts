// Patch sets under their numbers: whatever was pushed over can be fetched by everybody, with git alone, for good (ADR 0031).
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
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
