/** Who a request comes from: a personal token, an installation token, or an app's own JWT. */
import { createPublicKey, randomBytes, verify } from "node:crypto";
import { Refusal } from "./refusal.ts";
import { type Account, type Actor, type App, type Installation, type World } from "./world.ts";

/** LIVE(app-token-hour): an installation token lives one hour. */
const INSTALLATION_TOKEN_MS = 60 * 60 * 1000;
/** LIVE(app-jwt-window): a JWT's `exp` may lie at most ten minutes ahead; `iat` not in the future beyond a minute of clock drift. */
const JWT_LIFE_S = 10 * 60;
const DRIFT_S = 60;

const ANONYMOUS: Actor = { kind: "anonymous" };

/** Throws 401 for a credential that is not known. */
export function authenticate(world: World, header: string | undefined): Actor {
  if (header === undefined || header === "") return ANONYMOUS;
  const [scheme = "", value = ""] = header.split(" ");
  const token = scheme.toLowerCase() === "basic" ? passwordOf(value) : value;
  if (!/^(token|bearer|basic)$/i.test(scheme)) throw new Refusal(401, "Bad credentials");
  if (token.split(".").length === 3) return appFromJwt(world, token);
  const actor = actorOf(world, token);
  if (actor === undefined) throw new Refusal(401, "Bad credentials");
  return actor;
}

/** For git: Basic with the token as password, any user name; undefined when the token is unknown. */
export function authenticateGit(world: World, header: string | undefined): Actor | undefined {
  if (header === undefined) return ANONYMOUS;
  const [scheme = "", value = ""] = header.split(" ");
  return actorOf(world, scheme.toLowerCase() === "basic" ? passwordOf(value) : value);
}

function passwordOf(encoded: string): string {
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  const password = text.slice(colon + 1);
  // LIVE(git-token-as-user): the token may also stand in the user's place with an empty password or `x-oauth-basic`.
  return password === "" || password === "x-oauth-basic" ? text.slice(0, colon) : password;
}

function actorOf(world: World, token: string): Actor | undefined {
  const entry = world.tokens.get(token);
  if (entry === undefined || (entry.expiresAt !== null && entry.expiresAt <= world.now())) return undefined;
  return entry.actor;
}

function appFromJwt(world: World, token: string): Actor {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const claims = readJson(payload);
  const issuer = claims["iss"];
  const app =
    world.app(Number(issuer)) ?? [...world.apps.values()].find((candidate) => `Iv23li${candidate.id}` === issuer);
  const undecodable = new Refusal(401, "A JSON web token could not be decoded");
  if (app === undefined || app.publicKey === "")
    throw new Refusal(401, "'Issuer' claim ('iss') must be an Integer or a client id of an app");
  const key = createPublicKey(app.publicKey);
  const algorithm = readJson(head)["alg"];
  const signed = verify("RSA-SHA256", Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, "base64url"));
  if (algorithm !== "RS256" || !signed) throw undecodable;
  checkTimes(world, claims);
  return { kind: "app", account: app.bot, app };
}

function checkTimes(world: World, claims: Readonly<Record<string, unknown>>): void {
  const now = Math.floor(world.now() / 1000);
  const { iat, exp } = claims;
  if (typeof exp !== "number") throw new Refusal(401, "Missing 'expiration' claim ('exp') in assertion");
  if (typeof iat !== "number") throw new Refusal(401, "Missing 'issued at' claim ('iat') in assertion");
  if (exp <= now)
    throw new Refusal(
      401,
      "'Expiration' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + JWT_LIFE_S) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  if (iat > now + DRIFT_S)
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}

function readJson(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    throw new Refusal(401, "A JSON web token could not be decoded");
  }
}

/** LIVE(token-prefixes): personal tokens start with `ghp_`, installation tokens with `ghs_`. */
export function issueUserToken(world: World, account: Account): string {
  const token = `ghp_${randomBytes(18).toString("hex")}`;
  world.tokens.set(token, { actor: { kind: "user", account }, expiresAt: null });
  return token;
}

export function issueInstallationToken(
  world: World,
  installation: Installation,
): { readonly token: string; readonly expiresAt: number } {
  const token = `ghs_${randomBytes(18).toString("hex")}`;
  const expiresAt = world.now() + INSTALLATION_TOKEN_MS;
  world.tokens.set(token, { actor: { kind: "installation", account: installation.app.bot, installation }, expiresAt });
  return { token, expiresAt };
}

export function appActor(actor: Actor): App {
  if (actor.kind === "app") return actor.app;
  throw new Refusal(
    401,
    actor.kind === "anonymous" ? "Requires authentication" : "A JSON web token could not be decoded",
  );
}
