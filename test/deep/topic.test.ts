// A topic from `git review -t` to the verdict: a policy holds what belongs to a topic, and lets go when it is another one.
import { afterAll, beforeAll, expect, it } from "vitest";
import { change } from "../unit/change/stacks.ts";
import { newText } from "../../src/core/change/pull-request-text.ts";
import { openHouse, type House } from "../bot/stage.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const RULES = `
submitRequirements:
  Not-Yet:
    description: Changes of the topic next-year wait
    submittableIf: "-topic:next-year"
`;

it("a change of a topic that is held waits, and lands once its topic is another one", async () => {
  const t = await openWebStage(house);
  const { web, stage } = t;
  const { control, fullName } = stage.world;
  const path = ".github/plustwo.yml";
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${path}`);
  const policy = Buffer.from(content, "base64").toString() + RULES;
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { [path]: policy } });
  await web.commits("carol", "later", { files: { "docs/later.md": "1\n" } });
  const number = await web.opens("carol", "later");
  const topic = (name: string): Promise<void> =>
    web.changes("carol", number, { body: newText(change("a"), name).body });
  await topic("next-year");
  await t.approve(number);
  expect(await t.merged(number)).toBe(false);
  expect((await t.check(number)).words).toContain("Not-Yet");
  await topic("this-year");
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
