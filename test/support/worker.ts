// What the stories of one Vitest worker share: a forge, an embedded database, people, the commands. Everything ends with the file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { pino } from "pino";
import { startBot } from "../../bot/app.ts";
import { connectGitHub } from "../../bot/github.ts";
import { openStore } from "../../bot/store/database.ts";
import { systemClock } from "../../src/clock.ts";
import { embeddedDatabase } from "./embedded.ts";
import { flaky, storyNumber, sweptClean, unexpected } from "./flaky.ts";
import { type ForgeProcess, startForgeProcess } from "./forge-process.ts";
import { installTools } from "./tools.ts";
import { type Population, settlePeople, type World } from "./world.ts";

export interface Service {
  readonly url: string;
  /** Where webhooks get lost: and has swept until nothing failed in a sweep, because what a lost one would have told, a sweep finds. */
  settled(): Promise<void>;
  /** What it logged as a warning or worse, but for the faults that are injected. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

export interface Worker {
  readonly forge: ForgeProcess;
  readonly population: Population;
  readonly folder: string;
  readonly tools: string;
  nextNumber(): number;
  startService(options: { readonly world: World; readonly schema: string; readonly folder: string }): Promise<Service>;
}

let started: Promise<Worker> | undefined;
const endings: (() => Promise<unknown>)[] = [];

export function worker(): Promise<Worker> {
  started ??= start();
  return started;
}

afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

async function start(): Promise<Worker> {
  const folder = await mkdtemp(join(tmpdir(), "plustwo-stories-"));
  endings.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const tools = await installTools(join(folder, "bin"));
  const forge = await startForgeProcess(folder);
  endings.push(() => forge.close());
  const database = await embeddedDatabase(folder);
  endings.push(() => database.close());
  return {
    forge,
    population: await settlePeople(forge.address),
    folder,
    tools,
    nextNumber: storyNumber,
    async startService({ world: { app }, schema, folder: gitDirectory }) {
      const lines: string[] = [];
      const bot = await startBot({
        ...connectGitHub({ apiUrl: forge.address.api, app, clock: systemClock }),
        store: await openStore(database, schema),
        webhookSecret: app.webhookSecret,
        clock: systemClock,
        log: pino(
          { level: "warn", base: null, timestamp: false },
          { write: (line: string) => void lines.push(line.trim()) },
        ),
        gitDirectory,
        ...(flaky.rate > 0 ? { settings: { retryMs: 20 } } : {}),
      });
      return {
        url: bot.url,
        settled: () => (flaky.rate > 0 ? sweptClean(bot, () => lines.length) : bot.settled()),
        complaints: () => unexpected(lines),
        close: () => bot.stop(),
      };
    },
  };
}
