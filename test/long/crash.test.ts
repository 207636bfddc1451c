// The service dies at its n-th question to the forge or the database and is started again on the same store.
import type { KyselyPlugin } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BotOptions } from "../../bot/app.ts";
import { openHouse, type House } from "../bot/stage.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Counts calls; from `dieAt` on every call fails, as if the process were gone. */
class Life {
  calls = 0;
  dieAt = Infinity;

  live(): void {
    this.calls += 1;
    if (this.calls >= this.dieAt) throw new Error("the process is dead");
  }

  around = (options: BotOptions): BotOptions => {
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => {
        this.live();
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    };
    const forge = new Proxy(options.forge, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...args: unknown[]): Promise<unknown> => {
          this.live();
          return Reflect.apply(method, target, args) as Promise<unknown>;
        };
      },
    });
    return { ...options, forge, store: { ...options.store, db: options.store.db.withPlugin(plugin) } };
  };
}

async function tellStory(dieAt: number): Promise<number> {
  const life = new Life();
  const stage = await house.opens({ around: life.around });
  try {
    await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
    await stage.commits("dave", "first", { "docs/first.md": "first\n" });
    const head = await stage.commits("carol", "add-notes", { "docs/notes.md": "# Notes\n" });
    const first = await stage.opensPull("dave", "first");
    const number = await stage.opensPull("carol", "add-notes");
    await stage.approve(first);
    await stage.settled();
    await stage.approve(number);
    const before = await stage.branch("main");
    const begun = life.calls;
    life.dieAt = life.calls + dieAt;
    await house.forge.settled();
    if (dieAt === Infinity) await stage.settled();
    else await expect.poll(() => life.calls >= life.dieAt, { timeout: 60_000, interval: 20 }).toBe(true);
    const used = life.calls - begun;
    await stage.bot.stop();
    life.dieAt = Infinity;
    await stage.restarts();
    await stage.settled();

    const pull = await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`);
    expect(pull.merged, `died at call ${dieAt}`).toBe(true);
    const tip = (await stage.branch("main")) ?? "";
    const merge = await stage.world.repository.get<{ parents: { sha: string }[] }>(`/git/commits/${tip}`);
    expect(merge.parents.map(({ sha }) => sha)).toEqual([before, head]);
    expect(await stage.check(tip, "plustwo/gate")).toMatchObject({ conclusion: "success" });
    expect(await stage.branch("gate/main/1")).toBeUndefined();
    expect(await stage.world.commentsOfApp()).toEqual([]);
    const items = await stage.store.db
      .selectFrom("item")
      .select(["because", "landed_sha"])
      .orderBy("position")
      .execute();
    expect(items.map(({ because }) => because)).toEqual(["landed", "landed"]);
    expect(items[1]?.landed_sha).toBe(tip);
    return used;
  } finally {
    await stage.close();
  }
}

it(
  "whatever call the service dies at, after a restart the change lands once, as it was tested",
  { timeout: 600_000 },
  async () => {
    const all = await tellStory(Infinity);
    const points = Number(process.env["CRASH_POINTS"] ?? 3);
    for (let n = 0; n < points; n += 1) await tellStory(1 + Math.floor(((n + 0.5) * all) / points));
  },
);
