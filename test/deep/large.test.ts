// T30, T31: a change beyond GitHub's list of files, through the whole service: files are read from git, which cuts nothing off.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "../bot/stage.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

it("T31: of 3 001 files the last is a policy's, which asks for a vote of its own; GitHub lists 3 000", { timeout: 300_000 }, async () => {
  const t = await openWebStage(house);
  const { web, stage } = t;
  const path = ".github/workflows/zzz.yml";
  // In git's order they come before it.
  const notes = Array.from({ length: 3_000 }, (_, n) => [`.a/${n}.md`, `Note ${n}\n`] as const);
  await web.commits("carol", "large", {
    files: Object.fromEntries([...notes, [path, "on: workflow_dispatch\njobs: {}\n"] as const]),
  });
  const number = await web.opens("carol", "large");
  await t.approve(number);
  expect((await t.check(number)).title).toContain("vote for the change to CI or policy");
  expect(await t.merged(number)).toBe(false);
  await stage.reviews("bob", number, "CI-Config: +1");
  await stage.reviews("alice", number, "CI-Config: +1");
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  // The local forge writes so many files for so long that it does not answer meanwhile.
  expect(stage.complaints.filter((line) => !line.includes("did not answer"))).toEqual([]);
  await stage.close();
});
