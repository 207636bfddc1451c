// A local forge, one repository, and the service over them, for tests of the service alone: people use git's and GitHub's own doors.
import { join } from "node:path";
import pino from "pino";
import { startBot, type Bot, type BotOptions } from "../../bot/app.ts";
import { connectGitHub } from "../../bot/github.ts";
import { openStore, type Database, type Store } from "../../bot/store/database.ts";
import { systemClock } from "../../src/clock.ts";
import { flaky, storyNumber, sweptClean, unexpected } from "../support/flaky.ts";
import type { ForgeProcess } from "../support/forge-process.ts";
import { ground } from "../support/ground.ts";
import { requests, type Requests } from "../support/requests.ts";
import { foundWorld, type Population, type World } from "../support/world.ts";

export interface House {
  readonly forge: ForgeProcess;
  readonly database: Database;
  readonly population: Population;
  readonly folder: string;
  opens(options?: StageOptions): Promise<Stage>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly files?: Readonly<Record<string, string>>;
  /** Between the bot and the forge. */
  readonly around?: (options: BotOptions) => BotOptions;
  /** The forge tells the service nothing; the test does. */
  readonly deaf?: boolean;
}

export interface Stage {
  readonly world: World;
  readonly store: Store;
  /** Warnings and worse, as lines. */
  readonly complaints: readonly string[];
  /** Everything that was logged. */
  readonly log: readonly string[];
  bot: Bot;
  /** `/repos/owner/name` as this person. */
  as(login: string): Requests;
  /** A commit on a branch, as that person, pushed by them. Answers its SHA. */
  commits(login: string, branch: string, files: Readonly<Record<string, string>>, message?: string): Promise<string>;
  opensPull(login: string, head: string, base?: string, title?: string): Promise<number>;
  reviews(login: string, number: number, body: string, event?: string): Promise<number>;
  /** Both cores +2, bob also Workflow+1 and what else is said. */
  approve(number: number, ...more: readonly string[]): Promise<void>;
  check(sha: string, name?: string): Promise<{ title: string; conclusion: string | null; summary: string } | undefined>;
  branch(name: string): Promise<string | undefined>;
  settled(): Promise<void>;
  /** Stops the service and starts another on the same store. */
  restarts(): Promise<void>;
  close(): Promise<void>;
}

/** The ground of the Vitest worker. Whoever leaves a service running in it at the end has failed, and nobody else stands there. */
export async function openHouse(): Promise<House> {
  const at = await ground();
  const { forge, database, population, folder } = at;
  const running = new Set<Stage>();
  return {
    ...{ forge, database, population, folder },
    opens: (options) => openStage({ forge, database, population, folder, running, n: storyNumber() }, options ?? {}),
    async close() {
      if (running.size === 0) return;
      for (const stage of running) await stage.close();
      await at.close();
    },
  };
}

interface At {
  readonly forge: ForgeProcess;
  readonly database: Database;
  readonly population: Population;
  readonly folder: string;
  /** Those whose service runs. */
  readonly running: Set<Stage>;
  readonly n: number;
}

async function openStage(at: At, { files, deaf = false, around = (options) => options }: StageOptions): Promise<Stage> {
  const { forge, database, population, n } = at;
  const home = join(at.folder, `stage-${n}`);
  const world = await foundWorld({
    ...{
      forge: forge.address,
      population,
      org: `acme-${n}`,
      name: "calc",
      folder: home,
      tools: home,
      appSlug: `plustwo-${n}`,
    },
    ...(files === undefined ? {} : { files }),
  });
  const store = await openStore(database, `stage_${n}`);
  const complaints: string[] = [];
  const log: string[] = [];
  let failures = 0;
  const logger = pino(
    { level: "debug" },
    {
      write(line: string) {
        log.push(line);
        if ((JSON.parse(line) as { level: number }).level < 40) return;
        failures += 1;
        complaints.push(...unexpected([line]));
      },
    },
  );
  const start = (): Promise<Bot> =>
    startBot(
      around({
        ...connectGitHub({ apiUrl: forge.address.api, app: world.app, clock: systemClock }),
        webhookSecret: world.app.webhookSecret,
        store,
        alone: true,
        clock: systemClock,
        log: logger,
        gitDirectory: join(home, "mirrors"),
        settings: { retryMs: 20 },
      }),
    );
  const as = (login: string): Requests =>
    requests(`${forge.address.api}/repos/${world.fullName}`, population.get(login) ?? "");
  const stage: Stage = {
    ...{ world, store, complaints, log, as },
    bot: await start(),
    async commits(login, branch, changed, message = `Change ${Object.keys(changed).join(", ")}`) {
      const body = { login, branch, message, files: changed };
      const path = `/repos/${world.fullName}/commits`;
      return (await world.control.post<{ sha: string }>(path, body)).sha;
    },
    async opensPull(login, head, base = "main", title = `Change ${head}`) {
      return (await as(login).post<{ number: number }>("/pulls", { head, base, title })).number;
    },
    async reviews(login, number, body, event = "COMMENT") {
      const { head } = await as(login).get<{ head: { sha: string } }>(`/pulls/${number}`);
      const review = { body, event, commit_id: head.sha };
      return (await as(login).post<{ id: number }>(`/pulls/${number}/reviews`, review)).id;
    },
    async approve(number, ...more) {
      await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
      await stage.reviews("bob", number, ["Code-Review: +2", "Workflow: +1", ...more].join("\n"), "APPROVE");
    },
    async check(sha, name = "plustwo") {
      const found = await world.repository.get<{
        check_runs: { name: string; conclusion: string | null; output: { title: string; summary: string } }[];
      }>(`/commits/${sha}/check-runs?per_page=100`);
      const run = found.check_runs.find((one) => one.name === name);
      return run === undefined ? undefined : { conclusion: run.conclusion, ...run.output };
    },
    async branch(name) {
      return world.repository.get<{ object: { sha: string } }>(`/git/ref/heads/${name}`).then(
        ({ object }) => object.sha,
        () => undefined,
      );
    },
    async settled() {
      for (let round = 0; round < 200; round += 1) {
        const before = await forge.stirred();
        await forge.settled();
        await (flaky.rate > 0 && !deaf ? sweptClean(stage.bot, () => failures) : stage.bot.settled());
        await forge.settled();
        if ((await forge.stirred()) === before) return;
      }
      throw new Error("the world did not come to rest");
    },
    async restarts() {
      await stage.bot.stop();
      stage.bot = await start();
      if (!deaf) await world.hook(stage.bot.url);
    },
    async close() {
      at.running.delete(stage);
      await stage.bot.stop();
    },
  };
  at.running.add(stage);
  if (!deaf) await world.hook(stage.bot.url);
  return stage;
}
