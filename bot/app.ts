/** The service put together: inbox, loop and tick over a forge and a store. Tests compose it; `main.ts` serves it. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Clock } from "../src/clock.ts";
import type { Forge, ForgeProblem, RepositoryRef } from "../src/forge/forge.ts";
import type { Result } from "../src/core/result.ts";
import type { ServiceForge } from "../src/forge/release.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import { fenced } from "./fenced.ts";
import { createGitMemory } from "./git-memory.ts";
import { createPolicyMemory } from "./policy-memory.ts";
import { openDoor } from "./http.ts";
import { checkSecret, describeSecretProblem, openInbox, type AppIdentity } from "./inbox.ts";
import { startLoop } from "./loop.ts";
import { shippedPresets } from "../src/config/presets.ts";
import { DEFAULT_SETTINGS, type Service, type Settings } from "./service.ts";
import type { Store } from "./store/database.ts";
import { breakLeases } from "./store/leases.ts";
import { watched } from "./store/repositories.ts";
import type { TagSigner } from "./tag-signer.ts";
import { look } from "./tick.ts";

export interface BotOptions {
  readonly forge: ServiceForge;
  /** A short-lived token with which git may fetch from and push to this repository. */
  readonly gitToken: (repository: RepositoryRef) => Promise<Result<string, ForgeProblem>>;
  /** `https://host/owner/name.git`, without credentials. */
  readonly gitUrl: (repository: RepositoryRef) => string;
  readonly app: AppIdentity;
  readonly webhookSecret: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** No other process uses the store: what a dead one left locked is free at once. */
  readonly alone?: boolean;
  /** Bare mirrors go there. */
  readonly gitDirectory: string;
  readonly presets?: Readonly<Record<string, string>>;
  /** Signs the tags of releases. */
  readonly tagSigner?: TagSigner;
  readonly settings?: Partial<Settings>;
  /** Default 127.0.0.1 and a port the system picks. */
  readonly host?: string;
  readonly port?: number;
}

export interface Bot {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Inbox empty, no tick running, no wake due. */
  settled(): Promise<void>;
  /** Looks at every repository, as it does by itself now and then: heals what a lost webhook would have told. */
  sweep(): Promise<void>;
  /** Takes no more webhooks, ends the effect it is at, and is silent afterwards. The store stays open. */
  stop(): Promise<void>;
}

/** Rejects when the secret is none, with the sentence that says so. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { forge, store, clock, log } = options;
  const secret = checkSecret(options.webhookSecret);
  if (!secret.ok) throw new Error(describeSecretProblem(secret.problem));
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const presets = options.presets ?? (await shippedPresets());
  const service: Service = {
    ...{ forge, store, clock, log, presets, settings },
    gitDirectory: options.gitDirectory,
    gitUrl: options.gitUrl,
    gitToken: options.gitToken,
    memory: createGitMemory(),
    policyMemory: createPolicyMemory(),
    paces: new Map(),
    ...(options.tagSigner === undefined ? {} : { tagSigner: options.tagSigner }),
  };
  const loop = startLoop({
    ...{ store, clock, log },
    holder: `${hostname()} ${process.pid} ${randomUUID()}`,
    look: (at) => look({ ...service, forge: fenced(forge, at.held) }, at),
    everything: () => namesOf(forge),
    sweepMs: settings.sweepMs,
    retryMs: settings.retryMs,
  });
  const inbox = await openInbox({
    ...{ store, clock, log },
    app: options.app,
    secret: secret.value,
    onDelivery: () => loop.kick(),
  });
  const door = await openDoor({
    ...{ inbox, log },
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 0,
    health: () => healthOf(store),
  });
  if (options.alone === true) await breakLeases(store, clock.now());
  await loop.sweep();
  return {
    url: door.url,
    async settled() {
      // A webhook that is being answered is not in the inbox yet.
      do await loop.settled();
      while (door.busy() > 0);
    },
    sweep: () => loop.sweep(),
    async stop() {
      await door.close();
      await loop.stop();
    },
  };
}

async function namesOf(forge: Forge): Promise<readonly string[] | string> {
  const found = await forge.repositories();
  return found.ok
    ? found.value.map(({ owner, name }) => `${owner}/${name}`)
    : describeForgeProblem(found.problem).message;
}

async function healthOf(store: Store): Promise<string | undefined> {
  try {
    await watched(store);
    return undefined;
  } catch (error) {
    return `the database does not answer: ${error instanceof Error ? error.message : "unknown"}`;
  }
}
