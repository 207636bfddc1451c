/** The REST dispatcher: finds the route, asks who is calling, pages lists, and dresses the answer as GitHub does. */
import { createHash } from "node:crypto";
import { Refusal } from "./refusal.ts";
import { Fields, type Reply, type Route } from "./route.ts";
import { type Actor, type World } from "./world.ts";

export interface RestRequest {
  readonly method: string;
  /** Below `/api/v3`, still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly actor: Actor;
  readonly accept: string;
  readonly ifNoneMatch: string | undefined;
  readonly body: Buffer;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** The forge has no such route: a scenario may want to fail on it. */
  readonly unknown: boolean;
}

interface Compiled extends Route {
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

export function compileRoutes(routes: readonly Route[]): (world: World, request: RestRequest) => Promise<RestAnswer> {
  const compiled = routes.map(compile);
  return (world, request) => dispatch(world, compiled, request);
}

function compile(entry: Route): Compiled {
  const names: string[] = [];
  const source = entry.path.replace(/[.]/g, "\\.").replace(/([:*])([a-z_]+)/g, (_all, mark: string, name: string) => {
    names.push(name);
    return mark === ":" ? "([^/]+)" : "(.+)";
  });
  return { ...entry, pattern: new RegExp(`^${source}$`), names };
}

async function dispatch(world: World, routes: readonly Compiled[], request: RestRequest): Promise<RestAnswer> {
  const found = routes.flatMap((entry) => {
    const match = entry.method === request.method ? entry.pattern.exec(request.path) : null;
    return match === null ? [] : [{ entry, match }];
  })[0];
  if (found === undefined) return { ...refusalAnswer(new Refusal(404, "Not Found")), unknown: true };
  const { actor, query, accept } = request;
  try {
    const params: Record<string, string> = {};
    found.entry.names.forEach((name, at) => (params[name] = decoded(found.match[at + 1] ?? "")));
    const body = new Fields(parseJson(request.body));
    const reply = await world.exclusive(() => found.entry.handle({ world, actor, params, query, accept, body }));
    return dress(world, request, reply);
  } catch (problem) {
    if (problem instanceof Refusal) return refusalAnswer(problem);
    throw problem;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, "Bad Request");
  }
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString());
    return value;
  } catch {
    throw new Refusal(400, "Problems parsing JSON");
  }
}

export function refusalAnswer(refusal: Refusal): RestAnswer {
  const body = {
    message: refusal.message,
    ...(refusal.errors.length > 0 ? { errors: refusal.errors } : {}),
    documentation_url: "https://docs.github.com/rest",
    status: String(refusal.status),
  };
  return { status: refusal.status, headers: jsonType, body: JSON.stringify(body), unknown: false };
}

const jsonType = { "content-type": "application/json; charset=utf-8" };

function dress(world: World, request: RestRequest, reply: Reply): RestAnswer {
  switch (reply.kind) {
    case "empty":
      return { status: reply.status, headers: {}, body: "", unknown: false };
    case "text":
      return { status: reply.status, headers: { "content-type": reply.type }, body: reply.text, unknown: false };
    case "json":
      return tagged(request, reply.status, { body: JSON.stringify(reply.body), headers: {} });
    case "list":
      return tagged(request, 200, page(world, request, reply));
  }
}

interface Dressed {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** LIVE(rest-pages): 30 a page, at most 100; `Link` carries prev, next, last and first where they exist. */
function page(world: World, request: RestRequest, reply: Extract<Reply, { kind: "list" }>): Dressed {
  const size = Math.min(Math.max(Number(request.query.get("per_page") ?? 30) || 30, 1), 100);
  const at = Math.max(Number(request.query.get("page") ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(reply.total / size), 1);
  const items = reply.page((at - 1) * size, at * size);
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(request.query);
    query.set("page", String(to));
    return `<${world.api}${request.path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(at > 1 ? [link(at - 1, "prev")] : []),
    ...(at < last ? [link(at + 1, "next"), link(last, "last")] : []),
    ...(at > 1 ? [link(1, "first")] : []),
  ];
  const body = reply.key === undefined ? items : { total_count: reply.total, [reply.key]: items };
  return { body: JSON.stringify(body), headers: links.length === 0 ? {} : { link: links.join(", ") } };
}

/** LIVE(rest-etag): a GET carries a weak ETag and answers 304 to the same `If-None-Match`. */
function tagged(request: RestRequest, status: number, { body, headers }: Dressed): RestAnswer {
  if (request.method !== "GET" || status !== 200)
    return { status, headers: { ...jsonType, ...headers }, body, unknown: false };
  const etag = `W/"${createHash("sha256").update(body).digest("hex")}"`;
  const all = { ...headers, etag, "cache-control": "private, max-age=60, s-maxage=60" };
  if (request.ifNoneMatch === etag) return { status: 304, headers: all, body: "", unknown: false };
  return { status, headers: { ...jsonType, ...all }, body, unknown: false };
}
