/**
 * Name and password for a Gerrit server over http, found without asking anybody: the remote's URL, git's credential helper,
 * ~/.netrc. Nothing that is for GitHub is looked at (threat T43). They reach no argument, URL or log.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type GerritLocation } from "../../config/locate-gerrit.ts";

export interface GerritCredentials {
  readonly user: string;
  readonly password: string;
  readonly from: "the remote's URL" | "git's credential helper" | "~/.netrc";
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** A helper that hangs must not hang us. */
const HELPER_TIMEOUT_MS = 10_000;

export async function findGerritCredentials(
  location: GerritLocation,
  surroundings: Surroundings,
): Promise<GerritCredentials | undefined> {
  const { username, password } = location;
  if (username !== undefined && password !== undefined) return { user: username, password, from: "the remote's URL" };
  return (await fromHelper(location, surroundings)) ?? (await fromNetrc(location, surroundings));
}

export function hostWithPort({ host, port }: Pick<GerritLocation, "host" | "port">): string {
  return port === undefined ? host : `${host}:${port}`;
}

async function fromHelper(
  location: GerritLocation,
  { env, cwd }: Surroundings,
): Promise<GerritCredentials | undefined> {
  const { scheme, project, username } = location;
  const wanted = [
    `protocol=${scheme}`,
    `host=${hostWithPort(location)}`,
    `path=${project}`,
    ...(username === undefined ? [] : [`username=${username}`]),
  ];
  const quiet = { GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "true", SSH_ASKPASS: "true", GCM_INTERACTIVE: "never" };
  const { execa } = await import("execa");
  const asked = await execa("git", ["credential", "fill"], {
    cwd,
    env: { ...present(env), ...quiet },
    extendEnv: false,
    reject: false,
    timeout: HELPER_TIMEOUT_MS,
    input: `${wanted.join("\n")}\n\n`,
  });
  if (asked.failed) return undefined;
  const field = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(asked.stdout)?.[1] ?? "";
  const [user, password] = [field("username"), field("password")];
  return user === "" || password === "" ? undefined : { user, password, from: "git's credential helper" };
}

async function fromNetrc(location: GerritLocation, { env }: Surroundings): Promise<GerritCredentials | undefined> {
  const file = env["NETRC"] ?? path.join(env["HOME"] ?? "", ".netrc");
  const text = await readFile(file, "utf8").catch(() => "");
  const found = readNetrc(text, location.host, location.username);
  return found === undefined ? undefined : { ...found, from: "~/.netrc" };
}

/** The entry of a machine, else the default one; with `user`, only one of that name. Source: ftp(1), "The .netrc file". */
export function readNetrc(text: string, host: string, user?: string): { user: string; password: string } | undefined {
  const words = text.split("\n").flatMap((line) => (line.trimStart().startsWith("#") ? [] : line.trim().split(/\s+/)));
  const entries: { machine?: string; login?: string; password?: string }[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [word, next] = [words[at], words[at + 1]];
    const entry = entries.at(-1);
    if (word === "machine" && next !== undefined) entries.push({ machine: next });
    else if (word === "default") entries.push({});
    else if (word === "login" && entry !== undefined && next !== undefined) entry.login = next;
    else if (word === "password" && entry !== undefined && next !== undefined) entry.password = next;
    else continue;
    if (word !== "default") at += 1;
  }
  for (const { machine, login, password } of entries) {
    if (machine !== undefined && machine.toLowerCase() !== host) continue;
    if (login === undefined || password === undefined || (user !== undefined && user !== login)) continue;
    return { user: login, password };
  }
  return undefined;
}

function present(env: Surroundings["env"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
