/**
 * The local forge: GitHub Enterprise's addresses on one port of this machine. REST under `/api/v3`, GraphQL at `/api/graphql`,
 * git at `/{owner}/{repo}.git`, control under `/_control`.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRunner } from "./actions/runner.ts";
import { authenticate } from "./authenticate.ts";
import { controlRoutes, type Services } from "./control.ts";
import { serveGit } from "./git-http.ts";
import { serveGraphql } from "./graphql/serve.ts";
import { readBody } from "./read-body.ts";
import { Refusal } from "./refusal.ts";
import { compileRoutes, refusalAnswer, type RestAnswer, type RestRequest } from "./rest.ts";
import { allRoutes } from "./routes/all.ts";
import { startTraffic, type Fault } from "./traffic.ts";
import { startWebhooks } from "./webhooks.ts";
import { World, type Actor } from "./world.ts";

export interface LocalForge {
  /** `http://127.0.0.1:<port>`, the addresses below it, and the token of the control API. */
  readonly url: string;
  readonly api: string;
  readonly graphql: string;
  readonly control: string;
  readonly adminToken: string;
  readonly world: World;
  readonly services: Services;
  /** Webhooks delivered, runner idle, nothing waiting for the lock. */
  settled(): Promise<void>;
  /** Stops listening and removes the repositories, unless `dir` was given. */
  close(): Promise<void>;
}

export interface ForgeOptions {
  /** 0, the default, lets the system pick. */
  readonly port?: number;
  /** Where the bare repositories go; by default a temporary folder that `close` removes. */
  readonly dir?: string;
  /** Overrides FORGE_FLAKY: the share of webhooks and requests that go wrong. */
  readonly flaky?: number;
  readonly seed?: number;
  readonly now?: () => number;
}

export async function startForge(options: ForgeOptions = {}): Promise<LocalForge> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "local-forge-")));
  const world = new World({ dir, ...(options.now === undefined ? {} : { now: options.now }) });
  const chance = {
    ...(options.flaky === undefined ? {} : { flaky: options.flaky }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
  const services: Services = {
    webhooks: startWebhooks(world, chance),
    runner: startRunner(world),
    traffic: startTraffic(chance),
  };
  const adminToken = randomBytes(24).toString("hex");
  const desk: Desk = {
    world,
    services,
    adminToken,
    used: new Map(),
    rest: compileRoutes(allRoutes),
    control: compileRoutes(controlRoutes(services)),
  };
  const server = createServer((request, response) => void receive(desk, request, response));
  // As long as a busy machine may leave a client without its turn: a request on a connection that was just closed is lost.
  server.keepAliveTimeout = 120_000;
  world.url = await listen(server, options.port ?? 0);
  return {
    url: world.url,
    api: world.api,
    graphql: `${world.url}/api/graphql`,
    control: `${world.url}/_control`,
    adminToken,
    world,
    services,
    settled: () => settled(desk),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await services.runner.close();
      await services.webhooks.close();
      await world.exclusive(() => undefined);
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The forge listens on no port"));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

interface Desk {
  readonly world: World;
  readonly services: Services;
  readonly adminToken: string;
  /** Requests so far, by login. */
  readonly used: Map<string | null, number>;
  readonly rest: (world: World, request: RestRequest) => Promise<RestAnswer>;
  readonly control: (world: World, request: RestRequest) => Promise<RestAnswer>;
}

/** One answer of each may cause work for another, so all are asked until none had anything left. */
async function settled({ world, services }: Desk): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet += 1) {
    const before = services.traffic.requests.length;
    await world.exclusive(() => undefined);
    await services.runner.settled();
    await services.webhooks.settled();
    if (services.traffic.requests.length !== before) quiet = -1;
  }
}

async function receive(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", desk.world.url);
  const line = `${request.method ?? "GET"} ${url.pathname}`;
  const { traffic } = desk.services;
  try {
    if (url.pathname.startsWith("/_control/")) return send(response, await control(desk, request, url));
    const fault = traffic.strike(line, appOf(desk.world, request));
    if (fault?.when === "before") {
      await readBody(request);
      return lose(desk, response, { fault, line });
    }
    const answer = await answerOf(desk, request, { url, response, fault });
    if (fault !== undefined) return lose(desk, response, { fault, line });
    if (answer === undefined) return note(desk, line, { status: response.statusCode, by: null });
    note(desk, line, answer);
    send(response, answer);
  } catch (problem) {
    if (problem instanceof Refusal && !response.headersSent) {
      note(desk, line, { status: problem.status, by: null });
      return send(response, { ...refusalAnswer(problem), by: null });
    }
    traffic.errors.push(`${line}: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`);
    if (!response.headersSent) send(response, { ...refusalAnswer(new Refusal(500, "Server Error")), by: null });
  }
}

/** The App that asks, whether as itself or for one of its installations. */
function appOf(world: World, { headers }: IncomingMessage): string | undefined {
  try {
    const actor = authenticate(world, headers.authorization);
    if (actor.kind === "app") return actor.app.slug;
    return actor.kind === "installation" ? actor.installation.app.slug : undefined;
  } catch {
    return undefined; // it will be told so
  }
}

interface Asked {
  readonly url: URL;
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
}

interface Answered extends Omit<RestAnswer, "unknown"> {
  readonly by: string | null;
  readonly unknown?: boolean | string;
}

/** Undefined when the request was git's, which answers by itself. */
async function answerOf(
  desk: Desk,
  request: IncomingMessage,
  { url, response, fault }: Asked,
): Promise<Answered | undefined> {
  const isApi = url.pathname.startsWith("/api/");
  if (!isApi) {
    // With a fault the push or fetch happens, and its answer goes nowhere.
    const heard = fault === undefined ? response : new ServerResponse(request);
    if (await serveGit(desk.world, request, heard)) return undefined;
  }
  const body = await readBody(request);
  let actor: Actor = { kind: "anonymous" };
  try {
    actor = authenticate(desk.world, request.headers.authorization);
  } catch (problem) {
    if (problem instanceof Refusal) return { ...refusalAnswer(problem), by: null };
    throw problem;
  }
  const by = actor.kind === "anonymous" ? null : actor.account.login;
  const headers = githubHeaders(desk, actor, url.pathname === "/api/graphql" ? "graphql" : "core");
  if (url.pathname === "/api/graphql") {
    const answer = await serveGraphql(desk.world, actor, body);
    return { ...answer, headers: { ...headers, ...answer.headers }, by };
  }
  if (!url.pathname.startsWith("/api/v3")) return { ...refusalAnswer(new Refusal(404, "Not Found")), by };
  const answer = await desk.rest(desk.world, {
    method: request.method ?? "GET",
    path: url.pathname.slice("/api/v3".length) || "/",
    query: url.searchParams,
    actor,
    accept: request.headers.accept ?? "",
    ifNoneMatch: request.headers["if-none-match"],
    body,
  });
  // LIVE(rest-conditional-free): a 304 does not count against the limit.
  if (answer.status === 304) desk.used.set(loginOf(actor), (desk.used.get(loginOf(actor)) ?? 1) - 1);
  return { ...answer, headers: { ...headers, ...answer.headers }, by };
}

function loginOf(actor: Actor): string | null {
  return actor.kind === "anonymous" ? null : actor.account.login;
}

/** LIVE(rest-rate-limit): 5000 an hour for each caller; the forge counts, and refuses only when a fault tells it to. */
function githubHeaders(desk: Desk, actor: Actor, resource: string): Record<string, string> {
  const login = loginOf(actor);
  const used = (desk.used.get(login) ?? 0) + 1;
  desk.used.set(login, used);
  return {
    "x-github-request-id": randomUUID().slice(0, 18).toUpperCase(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-enterprise-version": "3.17.0",
    "x-ratelimit-limit": "5000",
    "x-ratelimit-used": String(used),
    "x-ratelimit-remaining": String(Math.max(0, 5000 - used)),
    "x-ratelimit-reset": String(Math.floor(desk.world.now() / 1000) + 3600),
    "x-ratelimit-resource": resource,
    ...(actor.kind === "user" ? { "x-oauth-scopes": "repo, read:org, workflow" } : {}),
  };
}

async function control(desk: Desk, request: IncomingMessage, url: URL): Promise<Answered> {
  const body = await readBody(request);
  if (request.headers.authorization !== `Bearer ${desk.adminToken}`) {
    return {
      ...refusalAnswer(
        new Refusal(401, "The control API needs `Authorization: Bearer <adminToken>`, as printed at the start"),
      ),
      by: null,
    };
  }
  const path = url.pathname.slice("/_control".length);
  if (request.method === "POST" && path === "/settled") {
    await settled(desk);
    const tally = JSON.stringify(desk.services.traffic.tally);
    return { status: 200, headers: { "content-type": "application/json" }, body: tally, by: null };
  }
  const answer = await desk.control(desk.world, {
    method: request.method ?? "GET",
    path,
    query: url.searchParams,
    actor: { kind: "anonymous" },
    accept: "",
    ifNoneMatch: undefined,
    body,
  });
  return { ...answer, by: null };
}

function note(
  desk: Desk,
  line: string,
  answer: { readonly status: number; readonly by: string | null; readonly unknown?: boolean | string },
): void {
  const [method = "", path = ""] = line.split(" ");
  const { status, by, unknown } = answer;
  const why = unknown === true ? `no route for ${line}` : unknown === false ? undefined : unknown;
  desk.services.traffic.log({
    at: desk.world.now(),
    method,
    path,
    status,
    by,
    ...(why === undefined ? {} : { unknown: why }),
  });
}

function send(response: ServerResponse, { status, headers, body }: Answered): void {
  response
    .writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) })
    .end(status === 204 || status === 304 ? undefined : body);
}

function lose(
  desk: Desk,
  response: ServerResponse,
  { fault, line }: { readonly fault: Fault; readonly line: string },
): void {
  note(desk, line, { status: fault.status, by: null });
  send(response, {
    status: fault.status,
    headers: { "content-type": "application/json", ...fault.headers },
    body: JSON.stringify({ message: fault.message }),
    by: null,
  });
}
