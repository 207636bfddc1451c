/**
 * The service's HTTP door: webhooks and `/healthz`. What is too big, unsigned or not JSON is turned away before it
 * costs memory (threats T27): GitHub's bodies are at most 25 MB, and only a few may be in memory at once.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { fail, ok, type Result } from "../src/core/result.ts";
import { LARGEST_PAYLOAD, WEBHOOK_PATH, type Inbox } from "./inbox.ts";

export interface Door {
  readonly url: string;
  /** Requests that are being answered. */
  busy(): number;
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly inbox: Inbox;
  readonly log: Logger;
  readonly host: string;
  /** 0: the system picks. */
  readonly port: number;
  /** Undefined: healthy; else the sentence of what is wrong. */
  readonly health: () => Promise<string | undefined>;
}

/** Bodies in memory at once; more are asked to come again, and the sweep heals what does not. */
const BODIES_AT_ONCE = 16;
/** A refused body is read to its end for this long at most, so that its sender hears the answer. */
const DRAIN_MS = 5_000;

interface Refusal {
  readonly status: number;
  readonly message: string;
}

export async function openDoor(options: DoorOptions): Promise<Door> {
  let busy = 0;
  const server = createServer((request, response) => {
    busy += 1;
    answer(options, { request, response, crowded: busy > BODIES_AT_ONCE })
      .catch((error: unknown) => {
        options.log.error({ problem: error instanceof Error ? error.message : "unknown" }, "a request failed");
        if (!response.headersSent) say(response, 500, "the request could not be handled");
        else response.destroy();
      })
      .finally(() => {
        busy -= 1;
      });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 15_000;
  const address = await listen(server, options);
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    busy: () => busy,
    close: () => close(server),
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly crowded: boolean;
}

async function answer({ inbox, health }: DoorOptions, { request, response, crowded }: Exchange): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0];
  if (path === "/healthz" && request.method === "GET") {
    const problem = await health();
    return say(response, problem === undefined ? 200 : 503, problem ?? "ok");
  }
  if (path !== WEBHOOK_PATH) return refuse(request, response, { status: 404, message: "nothing is here" });
  const refusal = crowded
    ? { status: 503, message: "too many webhooks at once; send it again" }
    : beforeReading(request);
  if (refusal !== undefined) return refuse(request, response, refusal);
  const body = await readBody(request);
  if (!body.ok) return refuse(request, response, body.problem);
  if (!looksLikeObject(body.value)) {
    return refuse(request, response, { status: 400, message: "the body is not a JSON object" });
  }
  await inbox(request, response, body.value);
}

/** What can be said from the headers alone. */
function beforeReading(request: IncomingMessage): Refusal | undefined {
  if (request.method !== "POST") return { status: 405, message: "webhooks are posted" };
  if (typeof request.headers["x-hub-signature-256"] !== "string") {
    return { status: 401, message: "the webhook is not signed (x-hub-signature-256)" };
  }
  const length = Number(request.headers["content-length"] ?? 0);
  return Number.isNaN(length) || length > LARGEST_PAYLOAD ? TOO_BIG : undefined;
}

const TOO_BIG: Refusal = { status: 413, message: "the body is larger than 25 MB" };

function readBody(request: IncomingMessage): Promise<Result<Buffer, Refusal>> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on("data", (part: Buffer) => {
      size += part.length;
      if (size <= LARGEST_PAYLOAD) parts.push(part);
      else {
        parts.length = 0;
        resolve(fail(TOO_BIG));
      }
    });
    request.on("end", () => resolve(ok(Buffer.concat(parts))));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the sender went away")));
  });
}

function looksLikeObject(body: Buffer): boolean {
  return /^\s{0,100}\{/.test(body.toString("latin1", 0, 128));
}

/**
 * Says no, and lets the sender finish: ending the answer closes the connection, and one that is still sending would see
 * a broken pipe in place of the answer. What it sends is dropped.
 */
function refuse(request: IncomingMessage, response: ServerResponse, { status, message }: Refusal): void {
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, DRAIN_MS);
  timer.unref();
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.write(`${message}\n`);
  if (request.complete) return end();
  request.on("error", () => undefined);
  request.on("end", end).on("close", end);
  request.resume();
}

function say(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
}

function listen(server: Server, { host, port }: DoorOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the server has no address"));
      else resolve(address);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), 2_000);
    timer.unref();
    server.once("close", () => clearTimeout(timer));
  });
}
