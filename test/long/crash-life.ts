// One life of the service, and its death at a chosen call: of the forge, of the database, or of git over HTTP. `before`: the call never
// happened; `after`: it happened, and the service did not live to hear it. Every later call of that life fails too.
import { createServer, request as ask, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { KyselyPlugin } from "kysely";
import type { BotOptions } from "../../bot/app.ts";

export type When = "before" | "after";

/** Where to die: at the n-th call from now, counted from 1. */
export interface Point {
  readonly n: number;
  readonly when: When;
}

export class Life {
  /** What was called, in order, since the last `arm`. */
  readonly calls: string[] = [];
  /** The call it died at. */
  diedAt: string | undefined;
  readonly died: Promise<void>;
  private point: Point | undefined;
  private tell: () => void = () => undefined;

  constructor() {
    this.died = new Promise((resolve) => {
      this.tell = resolve;
    });
  }

  /** Forgets what was called so far. Without a point it lives on. */
  arm(point?: Point): void {
    this.calls.length = 0;
    this.point = point;
  }

  /** The call begins; the answer is for `end`. */
  begin(what: string): number {
    this.mustLive();
    this.calls.push(what);
    const n = this.calls.length;
    if (this.point?.n === n && this.point.when === "before") this.die(what);
    return n;
  }

  end(n: number): void {
    if (this.point?.n === n && this.point.when === "after") this.die(this.calls[n - 1] ?? "");
    this.mustLive();
  }

  private die(what: string): void {
    this.diedAt = what;
    this.tell();
    this.mustLive();
  }

  private mustLive(): void {
    if (this.diedAt !== undefined) throw new Error("the process is dead");
  }

  async through<T>(what: string, call: () => Promise<T>): Promise<T> {
    const n = this.begin(what);
    const answer = await call();
    this.end(n);
    return answer;
  }

  /** Puts this life between the service and everything it calls. */
  around(options: BotOptions, git: GitDoor): BotOptions {
    const begun = new WeakMap<object, number>();
    const plugin: KyselyPlugin = {
      transformQuery: ({ node, queryId }) => {
        begun.set(queryId, this.begin(`store ${node.kind.replace(/QueryNode$/, "")} ${tableIn(node)}`.trim()));
        return node;
      },
      transformResult: async ({ result, queryId }) => {
        this.end(begun.get(queryId) ?? 0);
        return result;
      },
    };
    const forge = new Proxy(options.forge, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return (...args: unknown[]): Promise<unknown> =>
          this.through(`forge ${String(name)}`, async () => (await Reflect.apply(method, target, args)) as unknown);
      },
    });
    git.life = this;
    return {
      ...options,
      forge,
      gitToken: (repository) => this.through("git token", () => options.gitToken(repository)),
      gitUrl: (repository) => options.gitUrl(repository).replace(git.forge, git.url),
      store: { ...options.store, db: options.store.db.withPlugin(plugin) },
    };
  }
}

/** The name of the first table in a query. */
function tableIn(node: unknown): string {
  return /"identifier":\{"kind":"IdentifierNode","name":"(\w+)"\}/.exec(JSON.stringify(node))?.[1] ?? "";
}

/** Stands between the service's git and the forge, because git speaks past every port of ours. */
export interface GitDoor {
  readonly url: string;
  readonly forge: string;
  life: Life | undefined;
  close(): Promise<void>;
}

/** `forge` is its URL without a path. */
export async function openGitDoor(forge: string): Promise<GitDoor> {
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const what = `git ${/service=git-([\w-]+)/.exec(path)?.[1] ?? /git-([\w-]+)$/.exec(path)?.[1] ?? path}`;
    const pass = (): Promise<Passed> => forward(`${forge}${path}`, request);
    const passed = door.life === undefined ? pass() : door.life.through(what, pass);
    passed.then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const door: GitDoor = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forge,
    life: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return door;
}

interface Passed {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

async function forward(url: string, from: IncomingMessage): Promise<Passed> {
  const sent = await bodyOf(from);
  return new Promise((resolve, reject) => {
    const headers = { ...from.headers, "content-length": String(sent.length) };
    delete headers["transfer-encoding"];
    const to = ask(url, { method: from.method ?? "GET", headers }, (answer) => {
      bodyOf(answer).then((body) => {
        const { "transfer-encoding": _, ...kept } = answer.headers;
        resolve({ status: answer.statusCode ?? 502, headers: kept, body });
      }, reject);
    });
    to.once("error", reject);
    to.end(sent);
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
