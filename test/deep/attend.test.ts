// A look reads what moved, and leaves the rest of the open changes alone.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BotOptions } from "../../bot/app.ts";
import { systemClock, type Clock } from "../../src/clock.ts";
import { after } from "../../src/core/time.ts";
import { openHouse, type House } from "../bot/stage.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Ahead of the forge by more than the blur of its times, so that what was judged just now may rest. */
const AHEAD = 60_000;
const ahead: Clock = {
  now: () => after(systemClock.now(), AHEAD),
  wake: (at, run) => systemClock.wake(after(at, -AHEAD), run),
};

it("an open change that has not moved is not read again; a comment, a check and a new policy each wake theirs", async () => {
  let read: number[] = [];
  const around = (options: BotOptions): BotOptions => ({
    ...options,
    clock: ahead,
    forge: {
      ...options.forge,
      readChange: (repository, number) => {
        read.push(number);
        return options.forge.readChange(repository, number);
      },
    },
  });
  const stage = await house.opens({ around });
  const seen = async (): Promise<readonly number[]> => {
    read = [];
    await stage.bot.sweep();
    await stage.settled();
    return [...new Set(read)].sort((a, b) => a - b);
  };
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
  for (const name of ["one", "two", "three"]) {
    await stage.commits("carol", name, { [`docs/${name}.md`]: `${name}\n` });
    await stage.opensPull("carol", name);
  }
  await stage.settled();
  expect(await seen()).toEqual([]);

  await stage.world.control.post("/webhooks", { drop: 1 });
  await stage.as("dave").post("/issues/2/comments", { body: "Nice" });
  expect(await seen()).toEqual([2]);
  expect(await seen()).toEqual([]);

  const { head } = await stage.as("carol").get<{ head: { sha: string } }>("/pulls/3");
  await stage.as("carol").post(`/statuses/${head.sha}`, { state: "failure", context: "spelling" });
  expect(await seen()).toEqual([3]);

  const policy = await stage.as("carol").get<{ content: string }>("/contents/.github/plustwo.yml");
  const text = Buffer.from(policy.content, "base64").toString("utf8");
  const files = { ".github/plustwo.yml": `${text}\n# looked at again\n` };
  await stage.world.control.post(`/repos/${stage.world.fullName}/commits`, {
    login: "olivia",
    message: "Policy",
    files,
  });
  expect(await seen()).toEqual([1, 2, 3]);
  expect(await seen()).toEqual([]);

  await stage.reviews("alice", 1, "Code-Review: +2", "APPROVE");
  await stage.reviews("bob", 1, "Code-Review: +2\nWorkflow: +1", "APPROVE");
  expect(await seen()).toEqual([1]);
  expect((await stage.as("carol").get<{ merged: boolean }>("/pulls/1")).merged).toBe(true);
  await stage.world.control.post("/webhooks", { drop: 0 });
  await stage.close();
});
