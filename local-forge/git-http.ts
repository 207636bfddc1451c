/** git's smart HTTP at `/{owner}/{repo}.git`, through git's own servers, with rights and rules in front of it. */
import { spawn } from "node:child_process";
import { type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { permissionOf } from "./access.ts";
import { authenticateGit } from "./authenticate.ts";
import { gitEnvironment } from "./git.ts";
import { mayPush, receivePush } from "./receive-pack.ts";
import { readBody } from "./read-body.ts";
import { Refusal } from "./refusal.ts";
import { lookAtFork } from "./repositories.ts";
import { fullName, type Account, type Actor, type Repository, type World } from "./world.ts";

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** True when the request was git's and has been answered. */
export async function serveGit(world: World, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const url = new URL(request.url ?? "/", world.url);
  const [, owner, name, action] = PATH.exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined || action === undefined) return false;
  const service = action === "info/refs" ? url.searchParams.get("service") : action;
  const actor = authenticateGit(world, request.headers.authorization);
  const repo = world.repository(decodeURIComponent(owner), decodeURIComponent(name));
  const refusal = refuse(world, { actor, repo, service });
  if (refusal !== undefined) {
    const asks = refusal.status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
    response.writeHead(refusal.status, { "content-type": "text/plain", ...asks }).end(`${refusal.message}\n`);
    return true;
  }
  if (repo === undefined || actor === undefined || !isService(service))
    throw new Error("refuse() lets none of these through");
  if (action === "info/refs" && repo.copyingFor !== null) await world.exclusive(() => lookAtFork(repo));
  const sent = request.method === "POST" ? await readBody(request) : Buffer.alloc(0);
  const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
  const call: BackendCall = { repo, service, advertises: action === "info/refs", request, body };
  if (action === "git-receive-pack" && actor.kind !== "anonymous") await servePush(world, actor, { call, response });
  else {
    const answer = await backend(call);
    response.writeHead(200, answer.headers).end(answer.body);
  }
  return true;
}

interface Asking {
  readonly actor: Actor | undefined;
  readonly repo: Repository | undefined;
  readonly service: string | null;
}

/** LIVE(git-http-refusals): without a token, a push and a private repository are 401; a wrong token is 401; what may not be seen is 404, not written 403. */
function refuse(world: World, { actor, repo, service }: Asking): Refusal | undefined {
  if (!isService(service)) return new Refusal(400, "Please upgrade your git client.");
  if (actor === undefined)
    return new Refusal(401, "Invalid username or token. Password authentication is not supported for Git operations.");
  const seen = repo !== undefined && permissionOf(world, actor, repo) !== "none";
  if (!seen)
    return actor.kind === "anonymous"
      ? new Refusal(401, "Repository not found.")
      : new Refusal(404, "Repository not found.");
  if (service === "git-upload-pack" || mayPush(world, actor, repo)) return undefined;
  if (actor.kind === "anonymous") return new Refusal(401, "No anonymous write access.");
  return new Refusal(403, `Permission to ${fullName(repo)}.git denied to ${actor.account.login}.`);
}

interface Push {
  readonly call: BackendCall;
  readonly response: ServerResponse;
}

async function servePush(
  world: World,
  actor: Actor & { readonly account: Account },
  { call, response }: Push,
): Promise<void> {
  const run = async (body: Buffer) => (await backend({ ...call, body })).body;
  const body = await world.exclusive(() => receivePush(world, call.repo, { actor, body: call.body, run }));
  const headers = { "content-type": "application/x-git-receive-pack-result", "cache-control": "no-cache" };
  response.writeHead(200, headers).end(body);
}

interface BackendCall {
  readonly repo: Repository;
  readonly service: Service;
  /** True lists refs (v2: what the server can do); false answers `body`. */
  readonly advertises: boolean;
  readonly request: IncomingMessage;
  /** Plain, whatever encoding it came in. */
  readonly body: Buffer;
}

interface BackendAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** In version 2 it names no repository and no ref, so one serves for all. */
let capabilities: Buffer | undefined;

/** What `git http-backend` would answer, without that process in between. */
async function backend(call: BackendCall): Promise<BackendAnswer> {
  const { service, advertises, request } = call;
  const v2 = request.headers["git-protocol"] === "version=2";
  const headers = {
    ...{ expires: "Fri, 01 Jan 1980 00:00:00 GMT", pragma: "no-cache" },
    "cache-control": "no-cache, max-age=0, must-revalidate",
    "content-type": `application/x-${service}-${advertises ? "advertisement" : "result"}`,
  };
  if (!advertises) return { headers, body: await speak(call) };
  const constant = v2 && service === "git-upload-pack";
  const body = (constant ? capabilities : undefined) ?? (await speak(call));
  if (constant) capabilities = body;
  return { headers, body: v2 ? body : Buffer.concat([Buffer.from(ANNOUNCED[service]), body]) };
}

const ANNOUNCED = {
  "git-upload-pack": "001e# service=git-upload-pack\n0000",
  "git-receive-pack": "001f# service=git-receive-pack\n0000",
} as const;
type Service = keyof typeof ANNOUNCED;

function isService(name: string | null): name is Service {
  return name === "git-upload-pack" || name === "git-receive-pack";
}

/** One turn of git's own server. What it refuses, it says in its answer, whatever its exit code is. */
function speak({ repo, service, advertises, request, body }: BackendCall): Promise<Buffer> {
  const protocol = request.headers["git-protocol"];
  const env = gitEnvironment({
    GIT_COMMITTER_NAME: "forge",
    GIT_COMMITTER_EMAIL: "forge@localhost",
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "core.hooksPath",
    GIT_CONFIG_VALUE_0: "/dev/null",
    GIT_CONFIG_KEY_1: "safe.directory",
    GIT_CONFIG_VALUE_1: "*",
    ...(typeof protocol === "string" ? { GIT_PROTOCOL: protocol } : {}),
  });
  const how = ["--stateless-rpc", ...(advertises ? ["--http-backend-info-refs"] : [])];
  return new Promise((resolve, reject) => {
    const child = spawn("git", [service.slice("git-".length), ...how, repo.dir], { env });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0 && out.length === 0)
        reject(new Error(`${service} gave no answer: ${Buffer.concat(err).toString()}`));
      else resolve(Buffer.concat(out));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(body);
  });
}
