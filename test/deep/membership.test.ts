// T15: rights are those of the moment at which a change lands, not those at which somebody voted.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "../bot/stage.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

it("T15: a core who leaves the team while the gate tests takes the approval along: the change leaves the gate and says why", async () => {
  const t = await openWebStage(house);
  const { web, stage } = t;
  const { control, fullName, org } = stage.world;
  const team = `/teams/${org}/core/members`;
  await web.commits("carol", "work", { files: { "docs/work.md": "work\n" } });
  const number = await web.opens("carol", "work");
  await t.mainMoves("docs/main.md");
  await control.post("/jobs", { repo: fullName, job: "*", mode: "hold", ref: "gate/main/1" });
  await t.approve(number);
  expect((await t.check(number)).title).toContain("in the gate");

  await control.delete(`${team}/alice`);
  await control.post("/jobs", { repo: fullName, job: "*", mode: "pass", ref: "gate/main/1" });
  await stage.as("carol").post(`/issues/${number}/comments`, { body: "Soon?" });
  await stage.settled();
  expect(await t.merged(number)).toBe(false);
  const after = await t.check(number);
  expect(after.title).toContain("1 more core approval");
  expect(after.words).toMatch(/alice \+2: .*core/);

  await control.post(team, { members: ["dave"] });
  await stage.reviews("dave", number, "Code-Review: +2", "APPROVE");
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
