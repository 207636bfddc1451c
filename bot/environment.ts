/** What `plustwo serve` is told by its environment, checked before anything starts. Secrets are never echoed. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fail, ok, type Result } from "../src/core/result.ts";
import { parseDuration } from "../src/core/time.ts";
import { checkSecret, describeSecretProblem, type AppIdentity } from "./inbox.ts";
import type { DatabaseAt } from "./store/database.ts";
import { openTagSigner, type TagSigner } from "./tag-signer.ts";

export interface ServeSettings {
  readonly app: AppIdentity;
  readonly webhookSecret: string;
  /** Of the REST API. */
  readonly apiUrl: string;
  readonly data: string;
  readonly database: DatabaseAt;
  readonly host: string;
  readonly port: number;
  readonly sweepMs: number;
  /** Changes a minute that are read without being asked for. */
  readonly backfillPerMinute: number;
  /** No webhooks come: everything is found by looking. */
  readonly poll: boolean;
  readonly logLevel: string;
  readonly tagSigner?: TagSigner;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const VARIABLES: readonly (readonly [name: string, what: string])[] = [
  ["PLUSTWO_APP_ID", "id of the GitHub App"],
  ["PLUSTWO_PRIVATE_KEY", "the App's private key (PEM), or PLUSTWO_PRIVATE_KEY_FILE with its path"],
  ["PLUSTWO_WEBHOOK_SECRET", "the App's webhook secret, at least 32 bytes; not needed with --poll"],
  ["PLUSTWO_GITHUB_URL", "REST API, default https://api.github.com; else https://HOST/api/v3"],
  ["PLUSTWO_DATA", "directory for mirrors and the embedded database, default ./plustwo-data"],
  ["DATABASE_URL", "a PostgreSQL (15 or newer), which several processes may share"],
  ["PORT", "where to listen, default 3000; 0 lets the system pick"],
  ["PLUSTWO_HOST", "address to listen on, default 127.0.0.1"],
  ["PLUSTWO_SWEEP", "how often it looks without being told, default 5m, with --poll 1m"],
  ["PLUSTWO_BACKFILL", "open pull requests a minute that are read for the first time, default 20"],
  ["PLUSTWO_TAG_KEY_FILE", "an SSH private key without a passphrase: the tags of releases are signed with it"],
  ["PLUSTWO_LOG", "trace, debug, info (default), warn, error, silent"],
];

const LEVELS = ["trace", "debug", "info", "warn", "error", "silent"];

/** All that is wrong at once, each a sentence with what to do. */
export async function readEnvironment(
  env: Environment,
  { poll = false }: { readonly poll?: boolean } = {},
): Promise<Result<ServeSettings, readonly string[]>> {
  const problems: string[] = [];
  const take = <T>(read: Result<T, string>): T | undefined => {
    if (read.ok) return read.value;
    problems.push(read.problem);
    return undefined;
  };
  const id = take(number(env, "PLUSTWO_APP_ID", undefined));
  const privateKey = take(await keyOf(env));
  // Nobody knows this one, so whatever is sent to the door is refused.
  const secret = env["PLUSTWO_WEBHOOK_SECRET"] ?? (poll ? randomBytes(32).toString("hex") : undefined);
  const checked = checkSecret(secret);
  const webhookSecret = take(checked.ok ? checked : fail(describeSecretProblem(checked.problem)));
  const apiUrl = take(urlOf(env["PLUSTWO_GITHUB_URL"] ?? "https://api.github.com"));
  const port = take(number(env, "PORT", 3000));
  const sweepMs = take(sweepOf(env["PLUSTWO_SWEEP"] ?? (poll ? "1m" : "5m")));
  const backfillPerMinute = take(paceOf(env["PLUSTWO_BACKFILL"] ?? "20"));
  const logLevel = env["PLUSTWO_LOG"] ?? "info";
  if (!LEVELS.includes(logLevel)) problems.push(`PLUSTWO_LOG is "${logLevel}"; it is one of ${LEVELS.join(", ")}.`);
  const tagSigner = take(await tagSignerOf(env["PLUSTWO_TAG_KEY_FILE"] ?? ""));
  const data = env["PLUSTWO_DATA"] ?? "plustwo-data";
  const url = env["DATABASE_URL"] ?? "";
  if (
    problems.length > 0 ||
    id === undefined ||
    privateKey === undefined ||
    webhookSecret === undefined ||
    apiUrl === undefined ||
    port === undefined ||
    sweepMs === undefined ||
    backfillPerMinute === undefined
  )
    return fail(problems);
  return ok({
    ...{ webhookSecret, apiUrl, data, port, sweepMs, backfillPerMinute, poll, logLevel },
    ...(tagSigner === undefined ? {} : { tagSigner }),
    app: { id, privateKey },
    database: url === "" ? { kind: "directory", path: data } : { kind: "postgresql", url },
    host: env["PLUSTWO_HOST"] ?? "127.0.0.1",
  });
}

function number(env: Environment, name: string, otherwise: number | undefined): Result<number, string> {
  const text = env[name] ?? "";
  if (text === "" && otherwise !== undefined) return ok(otherwise);
  if (text === "") return fail(`${name} is not set; it is a number (see \`plustwo serve --help\`).`);
  return /^\d{1,15}$/.test(text) ? ok(Number(text)) : fail(`${name} is "${text}"; it is a whole number.`);
}

async function keyOf(env: Environment): Promise<Result<string, string>> {
  const file = env["PLUSTWO_PRIVATE_KEY_FILE"];
  // In one line of an environment file the line ends are often written as \n.
  let key = env["PLUSTWO_PRIVATE_KEY"]?.replaceAll("\\n", "\n");
  if (key === undefined && file !== undefined) {
    try {
      key = await readFile(file, "utf8");
    } catch {
      return fail(`PLUSTWO_PRIVATE_KEY_FILE is "${file}", which cannot be read; give the path of the App's PEM file.`);
    }
  }
  if (key === undefined || key === "") {
    return fail(
      "PLUSTWO_PRIVATE_KEY is not set, nor PLUSTWO_PRIVATE_KEY_FILE; download the key in the App's settings.",
    );
  }
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) return ok(key);
  return fail(
    "The App's private key is not a PEM file (-----BEGIN … PRIVATE KEY-----); download it in the App's settings.",
  );
}

/** Not set: nothing is signed. Set and of no use: the service does not start, so that nothing is tagged unsigned by mistake. */
async function tagSignerOf(file: string): Promise<Result<TagSigner | undefined, string>> {
  if (file === "") return ok(undefined);
  const opened = await openTagSigner(file);
  if (opened.ok) return opened;
  return fail(
    `PLUSTWO_TAG_KEY_FILE is "${file}", which cannot sign: ${opened.problem}; give the path of an SSH private key without a passphrase, readable by the service alone.`,
  );
}

function urlOf(text: string): Result<string, string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["https:", "http:"].includes(url.protocol)) {
    return fail(`PLUSTWO_GITHUB_URL is "${text}"; it is an address such as https://github.example.com/api/v3.`);
  }
  if (url.username !== "" || url.password !== "") {
    return fail("PLUSTWO_GITHUB_URL has a name or password in it; tokens come from the App's key.");
  }
  return ok(text.replace(/\/+$/, ""));
}

function paceOf(text: string): Result<number, string> {
  const pace = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return pace > 0 ? ok(pace) : fail(`PLUSTWO_BACKFILL is "${text}"; it is a whole number of pull requests a minute.`);
}

function sweepOf(text: string): Result<number, string> {
  const duration = parseDuration(text);
  if (duration !== undefined && duration >= 1_000) return ok(duration);
  return fail(`PLUSTWO_SWEEP is "${text}"; it is a duration of at least 1s, such as 5m.`);
}
