// The main path through the real doors: commits by git, pull requests and reviews by REST, webhooks by HTTP, jobs that really run.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "./stage.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

it("a pull request gets a check that says what is missing; two cores make it land exactly as tested", async () => {
  const stage = await house.opens();
  const head = await stage.commits("carol", "add-notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "add-notes");
  await stage.settled();
  const waiting = await stage.check(head);
  console.log(waiting?.title, "\n", waiting?.summary, stage.complaints);
  expect(waiting?.conclusion).toBe(null);

  await stage.approve(number);
  await stage.settled();
  const pull = await stage.as("carol").get<{ merged: boolean; state: string }>(`/pulls/${number}`);
  console.log(await stage.world.picture());
  console.log(
    stage.log
      .map((line) => {
        const { level, msg, ...rest } = JSON.parse(line);
        delete rest.time;
        delete rest.pid;
        delete rest.hostname;
        return `${level} ${msg} ${JSON.stringify(rest)}`;
      })
      .join("\n"),
  );
  expect(pull).toMatchObject({ merged: true });
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
