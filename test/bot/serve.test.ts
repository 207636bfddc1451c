// `plustwo serve` from its environment: what it refuses, what it prints, and what never stands in its log.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runServe } from "../../bot/main.ts";
import { startForge, type LocalForge } from "../../local-forge/server.ts";
import { copyDatabase } from "../support/embedded.ts";
import { foundWorld, settlePeople, type World } from "../support/world.ts";
import { published } from "../support/published.ts";

let forge: LocalForge;
let world: World;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plustwo-serve-"));
  forge = await startForge();
  const population = await settlePeople(forge);
  world = await foundWorld({ forge, population, org: "acme", name: "calc", folder, tools: folder });
});
afterAll(async () => {
  await forge.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Serving {
  readonly code: Promise<number>;
  readonly out: string[];
  readonly err: string[];
  readonly ready: Promise<{ url: string; webhooks: string; pid: number }>;
  stop(): void;
}

function serve(env: Record<string, string | undefined>, args: readonly string[] = ["--json"]): Serving {
  const out: string[] = [];
  const err: string[] = [];
  let stop = (): void => undefined;
  let say: (line: string) => void = () => undefined;
  const ready = new Promise<never>((resolve) => (say = (line) => resolve(published<never>("serve", line))));
  const code = runServe({
    args,
    env,
    write: (line) => {
      out.push(line);
      if (line.startsWith("{")) say(line);
    },
    complain: (line) => err.push(line),
    untilStopped: () => new Promise((resolve) => (stop = resolve)),
  });
  return { code, out, err, ready, stop: () => stop() };
}

const good = (): Record<string, string> => ({
  PLUSTWO_APP_ID: String(world.app.id),
  PLUSTWO_PRIVATE_KEY: world.app.privateKey,
  PLUSTWO_WEBHOOK_SECRET: world.app.webhookSecret,
  PLUSTWO_GITHUB_URL: forge.api,
  PLUSTWO_DATA: join(folder, "data"),
  PORT: "0",
  PLUSTWO_LOG: "trace",
});

it("refuses to start without what it needs, and says all of it at once with what to do", async () => {
  const started = serve({ PORT: "http", PLUSTWO_SWEEP: "soon", PLUSTWO_LOG: "loud", PLUSTWO_GITHUB_URL: "github" });
  expect(await started.code).toBe(1);
  const said = started.err.join("\n");
  for (const name of [
    "PLUSTWO_APP_ID",
    "PLUSTWO_PRIVATE_KEY",
    "PLUSTWO_WEBHOOK_SECRET",
    "PLUSTWO_GITHUB_URL",
    "PORT",
    "PLUSTWO_SWEEP",
    "PLUSTWO_LOG",
  ])
    expect(said).toContain(name);
  expect(started.out).toEqual([]);
});

it.each(["development", "short", "x".repeat(31)])("refuses the webhook secret %s", async (secret) => {
  const started = serve({ ...good(), PLUSTWO_WEBHOOK_SECRET: secret });
  expect(await started.code).toBe(1);
  expect(started.err.join("\n")).toContain("openssl rand -hex 32");
});

it("an unknown option is a usage error, and --help names every variable", async () => {
  const wrong = serve(good(), ["--prot"]);
  expect([await wrong.code, wrong.err[0]]).toEqual([
    2,
    `Cannot serve: "--prot" is no option of it. Hint: see \`plustwo serve --help\``,
  ]);
  const help = serve({}, ["--help"]);
  expect(await help.code).toBe(0);
  expect(help.out.join("\n")).toContain("PLUSTWO_WEBHOOK_SECRET");
});

it("a database that cannot be reached is a sentence", async () => {
  const started = serve({ ...good(), DATABASE_URL: "postgresql://127.0.0.1:1/none" });
  expect(await started.code).toBe(1);
  expect(started.err.join("\n")).toContain("Cannot reach the database of DATABASE_URL");
});

it("serves, is healthy, turns a second process away, stops when asked, and no secret is in its log", async () => {
  const file = join(folder, "key.pem");
  await writeFile(file, world.app.privateKey);
  const env = { ...good(), PLUSTWO_PRIVATE_KEY: undefined, PLUSTWO_PRIVATE_KEY_FILE: file };
  const first = serve(env);
  const { url, webhooks, pid } = await first.ready;
  expect(webhooks).toBe(`${url}/api/github/webhooks`);
  expect(pid).toBe(process.pid);
  expect(await (await fetch(`${url}/healthz`)).text()).toBe("ok\n");

  const second = serve(env);
  expect(await second.code).toBe(1);
  expect(second.err.join("\n")).toContain("another plustwo process is using it");

  await world.hook(url);
  const canary = `canary-${randomBytes(8).toString("hex")}`;
  const body = { login: "carol", branch: "add-notes", message: canary, files: { "docs/notes.md": "# Notes\n" } };
  await world.control.post(`/repos/${world.fullName}/commits`, body);
  await world.repository.post("/pulls", { head: "add-notes", base: "main", title: canary });
  // Nothing says from outside that it has come to rest: its check does.
  const sha = (await world.repository.get<{ object: { sha: string } }>("/git/ref/heads/add-notes")).object.sha;
  await expect
    .poll(
      async () =>
        (await world.repository.get<{ check_runs: { name: string }[] }>(`/commits/${sha}/check-runs`)).check_runs.map(
          ({ name }) => name,
        ),
      { timeout: 60_000, interval: 200 },
    )
    .toContain("plustwo");
  first.stop();
  expect(await first.code).toBe(0);
  expect(first.out.length).toBe(1);

  const log = [...first.out, ...first.err].join("\n");
  expect(log).toContain("webhook stored");
  expect(log).not.toContain(canary);
  expect(log).not.toContain(world.app.webhookSecret);
  expect(log).not.toContain("PRIVATE KEY");
  expect(log).not.toMatch(/ghs_|x-access-token|authorization/i);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

it("a key that belongs to another App keeps it running, and its log says what to check", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  await copyDatabase(join(folder, "other"));
  const started = serve({ ...good(), PLUSTWO_PRIVATE_KEY: other, PLUSTWO_DATA: join(folder, "other") });
  const { url } = await started.ready;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  started.stop();
  expect(await started.code).toBe(0);
  expect(started.err.join("\n")).toContain("Cannot list the repositories");
});
