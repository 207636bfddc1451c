// A flood: a thousand webhooks of one repository while it is being looked at. All are acknowledged and stored; one look more follows.
import { createHmac, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDoor } from "../../bot/http.ts";
import { openInbox, WEBHOOK_PATH } from "../../bot/inbox.ts";
import { startLoop } from "../../bot/loop.ts";
import { openStore, type Database } from "../../bot/store/database.ts";
import { openDeliveries } from "../../bot/store/deliveries.ts";
import { systemClock } from "../../src/clock.ts";
import { embeddedDatabase } from "../support/embedded.ts";

const LIMIT = { timeout: 300_000 };
const FLOOD = 1_000;
/** More at once are asked to come again (`http.ts`). */
const AT_ONCE = 10;

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plustwo-flood-"));
  database = await embeddedDatabase(folder);
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

it(
  "a thousand webhooks of one repository during a look are all acknowledged, and end in one look more",
  LIMIT,
  async () => {
    const store = await openStore(database, "flood");
    const log = pino({ level: "silent" });
    let looks = 0;
    let begun = (): void => undefined;
    let release = (): void => undefined;
    const first = new Promise<void>((resolve) => (begun = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const loop = startLoop({
      ...{ store, log, clock: systemClock, holder: "flooded", sweepMs: 600_000, retryMs: 5 },
      look: async () => {
        looks += 1;
        begun();
        await released;
        return { kind: "done" };
      },
      everything: () => Promise.resolve([]),
    });
    const secret = randomBytes(32).toString("hex");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const app = { id: 7, privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString() };
    const inbox = await openInbox({ store, log, app, secret, clock: systemClock, onDelivery: () => loop.kick() });
    const door = await openDoor({ inbox, log, host: "127.0.0.1", port: 0, health: () => Promise.resolve(undefined) });
    const body = JSON.stringify({ repository: { full_name: "acme/api" } });
    const headers = {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    };
    const send = async (n: number): Promise<number> => {
      const delivery = { ...headers, "x-github-delivery": `flood-${n}` };
      return (await fetch(`${door.url}${WEBHOOK_PATH}`, { method: "POST", headers: delivery, body })).status;
    };

    expect(await send(0)).toBe(200);
    await first;
    const statuses: number[] = [];
    for (let n = 1; n <= FLOOD; n += AT_ONCE) {
      statuses.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, more) => send(n + more)))));
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(looks).toBe(1);
    release();
    await loop.settled();
    expect([looks, await openDeliveries(store)]).toEqual([2, 0]);
    await loop.stop();
    await door.close();
  },
);
