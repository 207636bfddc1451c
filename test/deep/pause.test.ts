// A pause stands on the forge as a ref (RULINGS 25): the service reads it with its branches, also after its database is lost.
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatPause } from "../../src/core/adopt/pause.ts";
import { instant } from "../../src/core/time.ts";
import { openHouse, type House, type Stage } from "../bot/stage.ts";

let house: House;
let stage: Stage;
beforeAll(async () => {
  house = await openHouse();
  stage = await house.opens();
});
afterAll(async () => {
  await stage.close();
  await house.close();
});

it("while the gate is paused nothing is built or landed, and when it is lifted the change lands", async () => {
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
  const tip = (await stage.branch("main")) ?? "";
  const admin = stage.world.repository;
  const { tree } = await admin.get<{ tree: { sha: string } }>(`/git/commits/${tip}`);
  const message = formatPause({
    by: "olivia",
    reason: "the runners are down",
    since: instant(0),
    breakGlass: false,
    tips: [],
  });
  const { sha } = await admin.post<{ sha: string }>("/git/commits", { message, tree: tree.sha, parents: [] });
  await admin.post("/git/refs", { ref: "refs/plustwo/pause", sha });
  const head = await stage.commits("carol", "add-notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "add-notes");
  await stage.approve(number);
  await stage.settled();
  expect([await stage.branch("main"), await stage.branch("gate/main/1")]).toEqual([tip, undefined]);
  expect(await stage.check(head)).toMatchObject({
    title: expect.stringContaining("Paused by olivia: the runners are down"),
  });
  await admin.delete("/git/refs/plustwo/pause");
  // A ref of ours sends no webhook: the next look sees that it is gone, here one that a comment asks for.
  await stage.as("carol").post(`/issues/${number}/comments`, { body: "recheck" });
  await stage.settled();
  expect(await stage.branch("main")).toBe(head);
  expect(stage.complaints).toEqual([]);
});
