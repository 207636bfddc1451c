// A bad day: webhooks are lost, doubled and out of order, and the forge's answers fail before or after their effect.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BotOptions } from "../../bot/app.ts";
import { fail } from "../../src/core/result.ts";
import { openHouse, type House } from "../bot/stage.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** The same faults for the same seed and order of calls. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function badForge(options: BotOptions, roll: () => number, rate: number): BotOptions {
  const away = (tried: string) => fail({ kind: "server-error" as const, tried, status: 502, found: "Bad Gateway" });
  const forge = new Proxy(options.forge, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]): Promise<unknown> => {
        const fate = roll();
        if (fate < rate) return away(String(name));
        const answer: unknown = await Reflect.apply(method, target, args);
        return fate < 2 * rate ? away(String(name)) : answer;
      };
    },
  });
  return { ...options, forge };
}

it.each([1, 2])("two changes land, each once and as tested, in spite of faults of seed %i", async (seed) => {
  const roll = dice(seed);
  const stage = await house.opens({ around: (options) => badForge(options, roll, 0.02) });
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
  await stage.world.control.post("/webhooks", { drop: 0.2, double: 0.2, reorder: 0.2 });
  const heads = [
    await stage.commits("dave", "first", { "docs/first.md": "first\n" }),
    await stage.commits("carol", "second", { "docs/second.md": "second\n" }),
  ];
  const numbers = [await stage.opensPull("dave", "first"), await stage.opensPull("carol", "second")];
  for (const number of numbers) await stage.approve(number);
  const merged = async (): Promise<boolean[]> =>
    Promise.all(
      numbers.map(async (number) => (await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged),
    );
  // What a lost webhook would have told, a sweep finds.
  for (let turn = 0; turn < 30 && (await merged()).includes(false); turn += 1) {
    await stage.settled();
    await stage.bot.sweep();
  }
  await stage.settled();
  expect(await merged()).toEqual([true, true]);
  const commits = await stage.world.repository.get<{ sha: string; parents: { sha: string }[] }[]>(
    "/commits?sha=main&per_page=50",
  );
  const shas = commits.map(({ sha }) => sha);
  expect(heads.map((head) => shas.filter((sha) => sha === head).length)).toEqual([1, 1]);
  const items = await stage.store.db.selectFrom("item").select(["because", "landed_sha"]).execute();
  expect(items.map(({ because }) => because)).toEqual(["landed", "landed"]);
  for (const { landed_sha: sha } of items) {
    expect(await stage.check(sha ?? "", "plustwo/gate")).toMatchObject({ conclusion: "success" });
  }
  expect(await stage.world.commentsOfApp()).toEqual([]);
  await stage.world.control.post("/webhooks", { drop: 0, double: 0, reorder: 0 });
  await stage.close();
});
