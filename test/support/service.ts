// The service of one story, on the ground that it shares with the other stories of its Vitest worker.
import { pino } from "pino";
import { startBot } from "../../bot/app.ts";
import { connectGitHub } from "../../bot/github.ts";
import { openStore } from "../../bot/store/database.ts";
import { systemClock } from "../../src/clock.ts";
import { flaky, sweptClean, unexpected } from "./flaky.ts";
import type { Ground } from "./ground.ts";
import { type World } from "./world.ts";

export interface Service {
  readonly url: string;
  /** Where webhooks get lost: and has swept until nothing failed in a sweep, because what a lost one would have told, a sweep finds. */
  settled(): Promise<void>;
  /** What it logged as a warning or worse, but for the faults that are injected. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly world: World;
  readonly schema: string;
  /** For its mirrors. */
  readonly folder: string;
}

export async function startService(
  { forge, database }: Ground,
  { world: { app }, schema, folder: gitDirectory }: ServiceOptions,
): Promise<Service> {
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
}
