// Two services on one database: both hear every webhook at once, one acts. And one that stood still for longer than its lease, while
// the other took over, does nothing any more when it wakes up.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startBot, type Bot, type BotOptions } from "../../bot/app.ts";
import { after } from "../../src/core/time.ts";
import { systemClock, type Clock } from "../../src/clock.ts";
import { openHouse, type House, type Stage } from "../bot/stage.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const LEASE_MS = 60_000;

/** What the services wrote on the forge. */
async function written(stage: Stage, head: string) {
  const { repository, app } = stage.world;
  const { workflow_runs: runs } = await repository.get<{ workflow_runs: readonly { head_branch: string }[] }>(
    "/actions/runs?event=push&per_page=100",
  );
  const { check_runs: checks } = await repository.get<{
    check_runs: readonly { name: string; app: { slug: string } }[];
  }>(`/commits/${head}/check-runs?per_page=100&filter=all`);
  return {
    comments: (await stage.world.commentsOfApp()).length,
    verdicts: checks.filter((run) => run.app.slug === app.slug && run.name === "plustwo").length,
    builds: runs.filter((run) => run.head_branch.startsWith("gate/")).length,
  };
}

async function merged(stage: Stage, number: number): Promise<boolean> {
  return (await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged;
}

/** Hands on every webhook to all of them at the same moment. */
async function relay(targets: readonly Bot[]) {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        /^(x-|content-type|user-agent)/.test(name) && typeof value === "string" ? [[name, value]] : [],
      );
      const send = (bot: Bot) =>
        fetch(`${bot.url}${request.url ?? ""}`, { method: "POST", headers, body: Buffer.concat(parts) });
      Promise.all(targets.map(send)).then(
        (answers) => response.writeHead(answers.every(({ ok }) => ok) ? 200 : 500).end(),
        () => response.writeHead(502).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** A stage whose service can be started once more, elsewhere. */
async function stageOfTwo(around: (options: BotOptions) => BotOptions) {
  let first: BotOptions | undefined;
  const stage = await house.opens({
    deaf: true,
    around: (options) => {
      first = { ...options, alone: false };
      return around(first);
    },
  });
  const second = (change: Partial<BotOptions> = {}): Promise<Bot> => {
    if (first === undefined) throw new Error("the first service was not started");
    return startBot({ ...first, ...change, gitDirectory: join(house.folder, `second-${stage.store.schema}`) });
  };
  const jobs = (mode: string, more: object = {}): Promise<unknown> =>
    stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode, ...more });
  return { stage, second, jobs };
}

it("two services that get every webhook at once make one verdict, one build, one report and one landing", async () => {
  const { stage, second, jobs } = await stageOfTwo((options) => options);
  const bots = [stage.bot, await second()];
  const hooks = await relay(bots);
  await stage.world.hook(hooks.url);
  const settled = async (): Promise<void> => {
    for (;;) {
      const before = await house.forge.stirred();
      for (const bot of bots) await bot.settled();
      if ((await house.forge.stirred()) === before) return;
    }
  };
  await jobs("pass");
  await jobs("fail", { job: "unit", ref: "gate/main/1" });
  const head = await stage.commits("carol", "add-notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "add-notes");
  await stage.approve(number);
  await settled();
  expect(await written(stage, head)).toEqual({ comments: 1, verdicts: 1, builds: 1 });
  await jobs("pass");
  await stage.as("carol").post(`/issues/${number}/comments`, { body: "recheck" });
  await settled();
  expect(await merged(stage, number)).toBe(true);
  expect(await written(stage, head)).toEqual({ comments: 1, verdicts: 1, builds: 2 });
  const items = await stage.store.db.selectFrom("item").select("because").orderBy("position").execute();
  expect(items.map(({ because }) => because)).toEqual(["landed"]); // a recheck is the same item anew
  expect(stage.complaints).toEqual([]);
  await bots[1]?.stop();
  await hooks.close();
  await stage.close();
});

it("a service that stood still longer than its lease, and was taken over meanwhile, does not act any more", async () => {
  // Its clock stands still with it: it does not renew its lease, and does not notice that it should have.
  let still: ReturnType<Clock["now"]> | undefined;
  const stalling: Clock = {
    now: () => still ?? systemClock.now(),
    wake: (at, run) => systemClock.wake(at, () => (still === undefined ? run() : undefined)),
  };
  let arrived = (): void => undefined;
  let wakeUp = (): void => undefined;
  const atRest = new Promise<void>((resolve) => (arrived = resolve));
  const awake = new Promise<void>((resolve) => (wakeUp = resolve));
  let stall = false;
  const writes: string[] = [];
  const { stage, second, jobs } = await stageOfTwo((options) => ({
    ...options,
    clock: stalling,
    forge: new Proxy(options.forge, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...args: unknown[]): Promise<unknown> => {
          if (["publishCheck", "comment", "retarget", "rerun", "close"].includes(String(name)))
            writes.push(String(name));
          const answer: unknown = await Reflect.apply(method, target, args);
          if (name === "members" && stall) {
            still = systemClock.now();
            arrived();
            await awake;
          }
          return answer;
        };
      },
    }),
  }));
  await stage.bot.settled();
  await jobs("pass");

  const head = await stage.commits("carol", "add-notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "add-notes");
  await house.forge.settled();
  stall = true;
  await stage.bot.sweep();
  await atRest; // it has read everything and has not said yet that two approvals are missing
  expect(writes).toEqual([]);

  const later: Clock = {
    now: () => after(systemClock.now(), LEASE_MS + 1_000),
    wake: (at, run) => systemClock.wake(after(at, -LEASE_MS - 1_000), run),
  };
  const other = await second({ clock: later });
  await stage.world.hook(other.url);
  await stage.approve(number);
  for (let round = 0; round < 5 && !(await merged(stage, number)); round += 1) {
    await house.forge.settled();
    await other.settled();
  }
  expect(await merged(stage, number)).toBe(true);
  const before = await stage.check(head);
  expect(before?.title).toMatch(/^Landed on main/);

  wakeUp();
  await stage.bot.settled();
  expect(writes).toEqual([]);
  expect(await stage.check(head)).toEqual(before);
  const items = await stage.store.db.selectFrom("item").select("because").execute();
  expect(items.map(({ because }) => because)).toEqual(["landed"]);
  await other.stop();
  await stage.close();
});
