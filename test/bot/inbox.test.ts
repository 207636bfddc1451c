// Webhooks through the real HTTP door and the real Probot, into the embedded database.
import { createHmac, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from "vitest";
import { openDoor, type Door } from "../../bot/http.ts";
import { checkSecret, describeSecretProblem, openInbox, repositoriesOf, WEBHOOK_PATH } from "../../bot/inbox.ts";
import { startLoop, type Loop } from "../../bot/loop.ts";
import { openStore, type Database, type Store } from "../../bot/store/database.ts";
import { openDeliveries } from "../../bot/store/deliveries.ts";
import { systemClock } from "../../src/clock.ts";
import { embeddedDatabase } from "../support/embedded.ts";

const secret = randomBytes(32).toString("hex");
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const app = { id: 7, privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString() };
const silent = pino({ level: "silent" });
let folder: string;
let database: Database;
let store: Store;
let door: Door;
let schemas = 0;
let stored = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plustwo-inbox-"));
  database = await embeddedDatabase(folder);
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  store = await openStore(database, `inbox_${(schemas += 1)}`);
  stored = 0;
  const inbox = await openInbox({
    store,
    clock: systemClock,
    log: silent,
    app,
    secret,
    onDelivery: () => (stored += 1),
  });
  door = await openDoor({ inbox, log: silent, host: "127.0.0.1", port: 0, health: () => Promise.resolve(undefined) });
});
afterEach(() => door.close());

const push = JSON.stringify({ repository: { full_name: "acme/api" }, installation: { id: 3 } });

interface Sent {
  readonly id?: string;
  readonly event?: string;
  readonly key?: string;
}

function send(body: string, { id = "d1", event = "push", key = secret }: Sent = {}): Promise<Response> {
  return fetch(`${door.url}${WEBHOOK_PATH}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": id,
      "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(body).digest("hex")}`,
    },
    body,
  });
}

it("a signed delivery is stored before it is answered", async () => {
  const answer = await send(push);
  expect([answer.status, await openDeliveries(store), stored]).toEqual([200, 1, 1]);
});

it("the same delivery twice is one", async () => {
  await send(push);
  expect((await send(push)).status).toBe(200);
  expect([await openDeliveries(store), stored]).toEqual([1, 1]);
});

it("T24: an unsigned delivery, and one signed with Probot's own default, are refused and not stored", async () => {
  const unsigned = await fetch(`${door.url}${WEBHOOK_PATH}`, { method: "POST", body: push });
  expect(unsigned.status).toBe(401);
  expect((await send(push, { key: "development" })).status).toBe(400);
  expect((await send(push, { key: `${secret}x` })).status).toBe(400);
  expect(await openDeliveries(store)).toBe(0);
});

it("T24: a secret that is missing, known or short is refused with what to do", () => {
  const said = [undefined, "", "development", "short", "x".repeat(31)].map((candidate) => {
    const checked = checkSecret(candidate);
    return checked.ok ? "accepted" : describeSecretProblem(checked.problem);
  });
  expect(said.every((sentence) => sentence.includes("openssl rand -hex 32"))).toBe(true);
  expect(said[2]).toContain(`"development" is known to everybody`);
  expect(checkSecret("x".repeat(32)).ok).toBe(true);
});

/** Pushes 100 MB at the door, with the length said or not, and answers status and the growth of memory in MB. */
function flood(chunked: boolean): Promise<{ status: number; grownMb: number }> {
  const before = process.memoryUsage.rss();
  const piece = Buffer.alloc(1024 * 1024, "{");
  let peak = before;
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${door.url}${WEBHOOK_PATH}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-github-event": "push",
        "x-github-delivery": "big",
        "x-hub-signature-256": "sha256=00",
        ...(chunked ? {} : { "content-length": String(100 * piece.length) }),
      },
    });
    let status = 0;
    request.on("response", (response) => {
      status = response.statusCode ?? 0;
      response.resume();
      setImmediate(() => {
        request.destroy();
        resolve({ status, grownMb: (peak - before) / 1e6 });
      });
    });
    request.on("error", (error) => (status === 0 ? reject(error) : undefined));
    let left = 100;
    const more = (): void => {
      peak = Math.max(peak, process.memoryUsage.rss());
      if (status !== 0) return;
      if (left === 0) request.end();
      else {
        left -= 1;
        if (request.write(piece)) setImmediate(more);
        else request.once("drain", more);
      }
    };
    more();
  });
}

it.each([
  ["with its length said", false],
  ["in pieces", true],
])("T27: a body of 100 MB %s is refused with 413 and memory stays flat", async (_, chunked) => {
  const { status, grownMb } = await flood(chunked);
  expect(status).toBe(413);
  expect(grownMb).toBeLessThan(100);
  expect(await openDeliveries(store)).toBe(0);
});

it("T28: odd bodies and odd events are answered, and the door stays open", async () => {
  const odd = [
    "null",
    "[]",
    "7",
    '"x"',
    "{",
    "",
    "{}",
    '{"repository":null}',
    '{"repository":{"full_name":7}}',
    '{"action":{}}',
  ];
  const events = ["push", "constructor", "__proto__", "*", "issues.opened.x"];
  const answers: number[] = [];
  for (const body of odd)
    for (const event of events) answers.push((await send(body, { id: `${body}${event}`, event })).status);
  expect(answers.every((status) => status >= 200 && status <= 500)).toBe(true);
  await fc.assert(
    fc.asyncProperty(fc.json(), async (body) => {
      expect([200, 400]).toContain((await send(body, { id: randomBytes(8).toString("hex") })).status);
    }),
    { numRuns: 40 },
  );
  expect((await send(push, { id: "after" })).status).toBe(200);
});

it("the database being away is a 500, so that the forge sends it again", async () => {
  await store.db.schema.withSchema(store.schema).dropTable("delivery").execute();
  expect((await send(push)).status).toBe(500);
});

it("T25: only the repositories a payload names are taken from it", () => {
  const payload = { repository: { full_name: "acme/api" }, review: { state: "approved" } };
  expect(repositoriesOf("pull_request_review", payload)).toEqual(["acme/api"]);
  expect(repositoriesOf("push", { repository: { full_name: "../../etc" } })).toEqual([]);
  expect(repositoriesOf("team", { team: { slug: "core" } })).toEqual(["*"]);
  expect(repositoriesOf("installation", { repositories: [{ full_name: "a/b" }, { full_name: "a/c" }] })).toEqual([
    "a/b",
    "a/c",
  ]);
});

const loopOver = (looked: string[]): Loop =>
  startLoop({
    store,
    clock: systemClock,
    log: silent,
    holder: "test",
    look: ({ repository }) => {
      looked.push(repository.fullName);
      return Promise.resolve({ kind: "done" });
    },
    everything: () => Promise.resolve([]),
    sweepMs: 600_000,
    retryMs: 5,
  });

it("what was acknowledged before a crash is looked at after the restart", async () => {
  await send(push);
  const looked: string[] = [];
  const loop = loopOver(looked);
  loop.kick();
  await loop.settled();
  await loop.stop();
  expect(looked).toEqual(["acme/api"]);
});

it("webhooks of one repository in a row end in few looks, and it is quiet afterwards", async () => {
  const looked: string[] = [];
  const loop = loopOver(looked);
  for (let n = 0; n < 20; n += 1) await send(push, { id: `n${n}` });
  loop.kick();
  loop.kick();
  await loop.settled();
  await loop.stop();
  expect(looked.length).toBe(1);
});

it("a look that fails is tried again and does not stop another repository", async () => {
  const looked: string[] = [];
  let failures = 2;
  const loop = startLoop({
    store,
    clock: systemClock,
    log: silent,
    holder: "test",
    look: ({ repository }) => {
      looked.push(repository.fullName);
      if (repository.fullName === "acme/api" && failures > 0) {
        failures -= 1;
        return Promise.reject(new Error("the forge is away"));
      }
      return Promise.resolve({ kind: "done" });
    },
    everything: () => Promise.resolve(["acme/api", "acme/web"]),
    sweepMs: 600_000,
    retryMs: 1,
  });
  await loop.sweep();
  await loop.settled();
  await loop.stop();
  expect(looked.toSorted()).toEqual(["acme/api", "acme/api", "acme/api", "acme/web"]);
});
