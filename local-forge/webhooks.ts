// Webhooks: what happens in the world is told to the apps installed there, signed, in order per app, and once.
// Properties: a body is a snapshot of the moment of its event; GitHub does not retry and neither does this; a body that does not
// fit GitHub's schema is still sent and recorded in `faults`. Faults of delivery are decided by a seed (`dice.ts`).
import { createHmac, randomUUID } from "node:crypto";
import { activityCount, latch } from "./actions/latch.ts";
import { diceOf, flakyOf, seedOf } from "./dice.ts";
import { representInstallation } from "./represent.ts";
import { pingBody } from "./webhook-payloads/checks.ts";
import { type Body, lightInstallation, type Notice } from "./webhook-payloads/notice.ts";
import { noticesOf } from "./webhook-payloads/notices.ts";
import { conform } from "./webhook-payloads/validate.ts";
import { type App, type Installation, type World } from "./world.ts";

export interface Delivery {
  /** `X-GitHub-Delivery`; a doubled or repeated delivery keeps it. */
  readonly id: string;
  readonly app: string;
  readonly event: string;
  readonly action: string | null;
  readonly at: number;
  readonly body: string;
  /** The HTTP status of the answer; otherwise why there was none. */
  outcome: number | "waiting" | "dropped" | "timed out" | "refused";
}

export interface WebhookControl {
  /** Rates from 0 to 1; 1 means always. */
  readonly drop?: number;
  readonly double?: number;
  readonly reorder?: number;
  /** Nothing is sent until `resume`; what is waiting counts as settled. */
  readonly pause?: boolean;
  readonly resume?: boolean;
}

export interface Webhooks {
  /** Resolves when nothing waits and nothing is on its way. */
  settled(): Promise<void>;
  control(control: WebhookControl): void;
  /** The newest thousand, oldest first. */
  readonly deliveries: readonly Delivery[];
  /** Bodies that did not fit GitHub's schema, one sentence each; a test should fail on any. */
  readonly faults: readonly string[];
  ping(app: App): void;
  /** Sends a delivery again, with its old id. Throws a sentence if it is unknown. */
  redeliver(id: string): void;
  close(): Promise<void>;
}

export interface WebhookOptions {
  /** The rate of each fault at the start. Default: the environment's FORGE_FLAKY, else 0. */
  readonly flaky?: number;
  /** Default: the environment's FORGE_SEED, else 1. */
  readonly seed?: number;
  /** How long an answer may take. Default 10 000 ms, as GitHub. */
  readonly limitMs?: number;
}

const KEPT = 1000;
/** How long a delivery that is to be overtaken waits for one to overtake it, after everything that happened was composed. */
const OVERTAKE_MS = 20;

interface Letter {
  readonly app: App;
  readonly url: string;
  readonly delivery: Delivery;
}

export function startWebhooks(world: World, options: WebhookOptions = {}): Webhooks {
  const rate = flakyOf(options.flaky);
  const dice = diceOf(seedOf(options.seed));
  const fate = ({ delivery: { app, event, action } }: Letter, fault: string): number =>
    dice(app, `${fault} ${event}.${action ?? ""}`);
  const limitMs = options.limitMs ?? 10_000;
  const rates = { drop: rate, double: rate, reorder: rate };
  const activity = activityCount();
  const deliveries: Delivery[] = [];
  const faults: string[] = [];
  const lines = new Map<number, Line>();
  let resumed = latch();
  resumed.open();
  let closed = false;
  let paused = false;
  let composing: Promise<void> = Promise.resolve();

  const lineOf = (app: App): Line => {
    const line = lines.get(app.id) ?? { waiting: [], arrived: latch(), running: false };
    lines.set(app.id, line);
    return line;
  };

  const enqueue = (letter: Letter): void => {
    const line = lineOf(letter.app);
    line.waiting.push(letter);
    line.arrived.open();
    line.arrived = latch();
    if (!line.running) void run(line);
  };

  const run = async (line: Line): Promise<void> => {
    line.running = true;
    activity.begin();
    while (line.waiting.length > 0 && !closed) {
      if (paused) {
        activity.end();
        await resumed.opened;
        activity.begin();
        continue;
      }
      const letter = await next(line);
      if (letter === undefined) continue;
      if (fate(letter, "drop") < rates.drop) {
        letter.delivery.outcome = "dropped";
        continue;
      }
      await send(letter, limitMs);
      if (fate(letter, "double") < rates.double) await send(letter, limitMs);
    }
    line.running = false;
    activity.end();
  };

  const next = async (line: Line): Promise<Letter | undefined> => {
    const [head] = line.waiting;
    if (head === undefined || fate(head, "reorder") >= rates.reorder) return line.waiting.shift();
    if (line.waiting.length === 1)
      await Promise.race([line.arrived.opened, composing.then(() => pauseFor(OVERTAKE_MS))]);
    const [first] = line.waiting.splice(0, 1);
    const second = line.waiting.shift();
    if (second === undefined) return first;
    if (first !== undefined) line.waiting.unshift(first);
    return second;
  };

  const post = (notice: Notice, receivers: readonly Receiver[]): void => {
    if (receivers.length === 0) return;
    activity.begin();
    const at = world.now();
    composing = composing
      .then(async () => {
        await notice.complete?.(notice.body);
        for (const { app, installation } of receivers) compose(notice, { app, installation, at });
      })
      .catch((error: unknown) => {
        faults.push(`The webhook "${notice.event}" could not be composed: ${String(error)}`);
      })
      .finally(() => activity.end());
  };

  const compose = (notice: Notice, to: Receiver & { readonly at: number }): void => {
    const { app, installation, at } = to;
    if (app.webhookUrl === null || closed) return;
    const full = installation === undefined ? notice.body : addressed(world, notice, installation);
    const { body, problem } = conform(notice.event, full);
    if (problem !== undefined && !faults.includes(problem)) faults.push(problem);
    const action = body["action"];
    const delivery: Delivery = {
      id: randomUUID(),
      app: app.slug,
      event: notice.event,
      action: typeof action === "string" ? action : null,
      at,
      body: JSON.stringify(body),
      outcome: "waiting",
    };
    deliveries.push(delivery);
    if (deliveries.length > KEPT) deliveries.shift();
    enqueue({ app, url: app.webhookUrl, delivery });
  };

  world.on((event) => {
    if (closed || ![...world.apps.values()].some((app) => app.webhookUrl !== null)) return;
    for (const notice of noticesOf(world, event)) post(notice, receiversOf(world, notice));
  });

  return {
    deliveries,
    faults,
    settled: () => activity.quiet(),
    control(control) {
      rates.drop = control.drop ?? rates.drop;
      rates.double = control.double ?? rates.double;
      rates.reorder = control.reorder ?? rates.reorder;
      if (control.pause === true && !paused) {
        paused = true;
        resumed = latch();
      }
      if (control.resume === true || control.pause === false) {
        paused = false;
        resumed.open();
      }
    },
    ping(app) {
      const to = { kind: "organization", org: app.owner } as const;
      post({ event: "ping", body: pingBody(world, app), to }, [{ app }]);
    },
    redeliver(id) {
      const delivery = deliveries.find((one) => one.id === id);
      const app = delivery === undefined ? undefined : world.app(delivery.app);
      if (delivery === undefined || app === undefined || app.webhookUrl === null) {
        throw new Error(`Cannot deliver ${id} again: this forge keeps no such delivery`);
      }
      enqueue({ app, url: app.webhookUrl, delivery });
    },
    async close() {
      closed = true;
      paused = false;
      resumed.open();
      await activity.quiet();
    },
  };
}

interface Line {
  readonly waiting: Letter[];
  /** Opens at the next arrival. */
  arrived: ReturnType<typeof latch>;
  running: boolean;
}

interface Receiver {
  readonly app: App;
  readonly installation?: Installation | undefined;
}

function receiversOf(world: World, notice: Notice): readonly Receiver[] {
  const { to } = notice;
  if (to.kind === "installation") return [{ app: to.installation.app, installation: to.installation }];
  const apps = [...world.apps.values()].filter((app) => app.webhookUrl !== null && app.events.includes(notice.event));
  return apps.flatMap((app) => {
    const installation =
      to.kind === "repository"
        ? world.installationOf(app, to.repo)
        : app.installations.find((one) => one.account === to.org);
    if (installation === undefined) return [];
    if (to.kind === "repository" && to.onlyApp !== undefined && to.onlyApp !== app) return [];
    return [{ app, installation }];
  });
}

function addressed(world: World, notice: Notice, installation: Installation): Body {
  const own = notice.to.kind === "installation";
  return {
    ...notice.body,
    installation: own ? representInstallation(world, installation) : lightInstallation(installation),
  };
}

async function send(letter: Letter, limitMs: number): Promise<void> {
  const { app, delivery, url } = letter;
  const signature = createHmac("sha256", app.webhookSecret).update(delivery.body).digest("hex");
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/local",
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Delivery": delivery.id,
        "X-GitHub-Hook-ID": String(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-GitHub-Hook-Installation-Target-ID": String(app.id),
        "X-Hub-Signature-256": `sha256=${signature}`,
      },
      body: delivery.body,
      signal: AbortSignal.timeout(limitMs),
      redirect: "manual",
    });
    await answer.arrayBuffer();
    delivery.outcome = answer.status;
  } catch (error) {
    delivery.outcome = error instanceof Error && error.name === "TimeoutError" ? "timed out" : "refused";
  }
}

function pauseFor(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
