/** `plustwo serve`: from the environment to a running service, and back to nothing on SIGTERM. */
import { join } from "node:path";
import { pino, stdTimeFunctions } from "pino";
import { systemClock } from "../src/clock.ts";
import { startBot, type Bot } from "./app.ts";
import { readEnvironment, VARIABLES, type Environment, type ServeSettings } from "./environment.ts";
import { connectGitHub } from "./github.ts";
import { describeDatabaseProblem, openDatabase, openStore } from "./store/database.ts";

export interface ServeOptions {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly write: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Resolves when the service is to stop: SIGTERM or SIGINT, and a caller's own reason in tests. */
  readonly untilStopped: () => Promise<void>;
}

const HELP = `Usage: plustwo serve [--poll] [--json] [--help]

Runs the service: receives GitHub's webhooks, judges changes, and lands what was tested.

  --poll    needs no address that GitHub can reach: finds out by looking, once a minute
  --json    prints one line of JSON when it listens: {"url", "webhooks", "pid"}
  --help    prints this

Environment
${VARIABLES.map(([name, what]) => `  ${name.padEnd(24)}${what}`).join("\n")}

The webhook address is <where it listens>/api/github/webhooks; GET /healthz says whether it is well.`;

/** Answers the exit code: 0 stopped as asked, 1 could not start, 2 usage. */
export async function runServe(options: ServeOptions): Promise<number> {
  const { args, env, write, complain } = options;
  if (args.includes("--help") || args.includes("-h")) {
    write(HELP);
    return 0;
  }
  const unknown = args.find((arg) => !["--json", "--poll"].includes(arg));
  if (unknown !== undefined) {
    complain(`Cannot serve: "${unknown}" is no option of it. Hint: see \`plustwo serve --help\``);
    return 2;
  }
  const settings = await readEnvironment(env, { poll: args.includes("--poll") });
  if (!settings.ok) {
    for (const problem of settings.problem) complain(problem);
    return 1;
  }
  return serve(options, settings.value);
}

async function serve({ args, write, complain, untilStopped }: ServeOptions, settings: ServeSettings): Promise<number> {
  const log = pino({ level: settings.logLevel, timestamp: stdTimeFunctions.isoTime, base: null }, pinoTo(complain));
  const database = await openDatabase(settings.database);
  if (!database.ok) {
    complain(describeDatabaseProblem(database.problem));
    return 1;
  }
  const stopped = untilStopped();
  try {
    const bot = await startBot({
      ...connectGitHub({ apiUrl: settings.apiUrl, app: settings.app, clock: systemClock }),
      webhookSecret: settings.webhookSecret,
      store: await openStore(database.value),
      alone: settings.database.kind !== "postgresql",
      clock: systemClock,
      log,
      gitDirectory: join(settings.data, "mirrors"),
      ...(settings.tagSigner === undefined ? {} : { tagSigner: settings.tagSigner }),
      settings: { sweepMs: settings.sweepMs, backfillPerMinute: settings.backfillPerMinute },
      host: settings.host,
      port: settings.port,
    });
    sayReady(bot, { json: args.includes("--json"), poll: settings.poll, write });
    await stopped;
    log.info("stopping");
    await bot.stop();
    return 0;
  } catch (error) {
    complain(`Cannot serve: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await database.value.close();
  }
}

function sayReady(
  { url }: Bot,
  { json, poll, write }: { readonly json: boolean; readonly poll: boolean; readonly write: (line: string) => void },
): void {
  const webhooks = `${url}/api/github/webhooks`;
  write(
    json
      ? JSON.stringify({ url, webhooks, pid: process.pid })
      : `plustwo listens on ${url} (${poll ? "no webhooks: it looks by itself" : `webhooks: ${webhooks}`})`,
  );
}

/** The log goes beside the answers, one JSON line each. */
function pinoTo(complain: (line: string) => void): { write(line: string): void } {
  return { write: (line) => complain(line.trimEnd()) };
}
