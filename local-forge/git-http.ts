/** git's smart HTTP at `/{owner}/{repo}.git`, through `git http-backend`, with rights and rules in front of it. */
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
  if (repo === undefined || actor === undefined) throw new Error("refuse() lets neither through");
  if (action === "info/refs" && repo.copyingFor !== null) await world.exclusive(() => lookAtFork(repo));
  const query = url.searchParams.toString();
  const sent = request.method === "POST" ? await readBody(request) : Buffer.alloc(0);
  const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
  const call: BackendCall = { repo, action, query, request, body };
  if (action === "git-receive-pack" && actor.kind !== "anonymous") await servePush(world, actor, { call, response });
  else answer(response, await backend(call));
  return true;
}

interface Asking {
  readonly actor: Actor | undefined;
  readonly repo: Repository | undefined;
  readonly service: string | null;
}

/** LIVE(git-http-refusals): without a token, a push and a private repository are 401; a wrong token is 401; what may not be seen is 404, not written 403. */
function refuse(world: World, { actor, repo, service }: Asking): Refusal | undefined {
  if (service !== "git-upload-pack" && service !== "git-receive-pack")
    return new Refusal(400, "Please upgrade your git client.");
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
  readonly action: string;
  readonly query: string;
  readonly request: IncomingMessage;
  /** Plain, whatever encoding it came in. */
  readonly body: Buffer;
}

interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function backend({ repo, action, query, request, body }: BackendCall): Promise<BackendAnswer> {
  const protocol = request.headers["git-protocol"];
  const env = gitEnvironment({
    GIT_PROJECT_ROOT: repo.dir,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${action}`,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method ?? "GET",
    REMOTE_USER: "forge",
    CONTENT_TYPE: request.headers["content-type"] ?? "",
    CONTENT_LENGTH: String(body.length),
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "core.hooksPath",
    GIT_CONFIG_VALUE_0: "/dev/null",
    GIT_CONFIG_KEY_1: "safe.directory",
    GIT_CONFIG_VALUE_1: "*",
    ...(typeof protocol === "string" ? { GIT_PROTOCOL: protocol } : {}),
  });
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["http-backend"], { env });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", () => {
      const parsed = parseCgi(Buffer.concat(out));
      if (parsed === undefined) reject(new Error(`git http-backend gave no answer: ${Buffer.concat(err).toString()}`));
      else resolve(parsed);
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(body);
  });
}

function parseCgi(output: Buffer): BackendAnswer | undefined {
  const end = output.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const headers: Record<string, string> = {};
  for (const line of output.subarray(0, end).toString().split("\r\n")) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const { status, ...rest } = headers;
  return {
    status: status === undefined ? 200 : Number.parseInt(status, 10),
    headers: rest,
    body: output.subarray(end + 4),
  };
}

function answer(response: ServerResponse, { status, headers, body }: BackendAnswer): void {
  response.writeHead(status, headers).end(body);
}
