/**
 * The token for the API, found without asking anybody: PLUSTWO_TOKEN; GH_TOKEN (github.com) or GH_ENTERPRISE_TOKEN
 * (other hosts); the remote's URL; `git credential fill`; `gh auth token`. It never reaches an argument, a URL or a log.
 */
import { fail, ok, type Result } from "../core/result.ts";
import { type Location } from "./locate.ts";

export interface Token {
  readonly text: string;
  /** For messages: "GH_TOKEN", "git credential fill". */
  readonly from: string;
  /** git finds this one by itself when it fetches or pushes. */
  readonly gitHasIt: boolean;
}

export interface NoToken {
  readonly kind: "no-token";
  readonly host: string;
  readonly tried: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A helper that hangs must not hang us. */
const HELPER_TIMEOUT_MS = 10_000;

/** Tried in this order; the first one that is not empty counts, also when the server will refuse it. */
export async function findToken(
  location: Location,
  { env, cwd }: { readonly env: Environment; readonly cwd: string },
): Promise<Result<Token, NoToken>> {
  const variables = ["PLUSTWO_TOKEN", ...forHost(location.host)];
  for (const name of variables) {
    const text = env[name]?.trim();
    if (text !== undefined && text !== "") return ok({ text, from: name, gitHasIt: false });
  }
  const { password } = location.address;
  if (password !== undefined) return ok({ text: password, from: "the remote's URL", gitHasIt: true });
  const stored = await fromGitCredential(location, { env, cwd });
  if (stored !== undefined) return ok({ text: stored, from: "git credential fill", gitHasIt: true });
  const gh = await run("gh", ["auth", "token", "--hostname", location.host], { env, cwd });
  if (gh !== undefined && gh.trim() !== "") return ok({ text: gh.trim(), from: "gh auth token", gitHasIt: false });
  const tried = [...variables, "git credential fill", "gh auth token"];
  return fail({ kind: "no-token", host: location.host, tried });
}

/** As `gh` reads them: a token for github.com is never shown to another server. */
function forHost(host: string): readonly string[] {
  const ofGitHub = host === "github.com" || host.endsWith(".ghe.com");
  return ofGitHub ? ["GH_TOKEN"] : ["GH_ENTERPRISE_TOKEN"];
}

interface RunSettings {
  readonly env: Environment;
  readonly cwd: string;
  readonly input?: string;
}

async function fromGitCredential(location: Location, settings: RunSettings): Promise<string | undefined> {
  const { owner, name, user } = location.address;
  const asked = [
    `protocol=${location.scheme}`,
    `host=${location.host}`,
    `path=${owner}/${name}.git`,
    ...(user === undefined ? [] : [`username=${user}`]),
  ];
  const quiet = { GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "true", SSH_ASKPASS: "true", GCM_INTERACTIVE: "never" };
  const env = { ...settings.env, ...quiet };
  const answer = await run("git", ["credential", "fill"], { ...settings, env, input: `${asked.join("\n")}\n\n` });
  const password = /^password=(.+)$/m.exec(answer ?? "")?.[1]?.trim();
  return password === "" ? undefined : password;
}

/** What the program printed; `undefined` when it failed, hung or is not there. */
async function run(program: string, args: readonly string[], settings: RunSettings): Promise<string | undefined> {
  const { execa } = await import("execa");
  const result = await execa(program, args, {
    cwd: settings.cwd,
    env: present(settings.env),
    extendEnv: false,
    reject: false,
    timeout: HELPER_TIMEOUT_MS,
    ...(settings.input === undefined ? { stdin: "ignore" as const } : { input: settings.input }),
  });
  return result.failed ? undefined : result.stdout;
}

function present(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
