/** For the forge's own tests: a world with people in it, real clones, and octokit as each of them. */
import { execFile } from "node:child_process";
import { createSign } from "node:crypto";
import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Octokit } from "octokit";
import { startForge, type ForgeOptions, type LocalForge } from "../../local-forge/server.ts";

const run = promisify(execFile);

export interface Person {
  readonly login: string;
  readonly token: string;
  readonly octokit: Octokit;
}

export interface GitResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** As untyped as what comes over the wire: the tests' matchers say what it must be. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Clone {
  readonly dir: string;
  git(...args: string[]): Promise<GitResult>;
  /** Writes files, commits them, answers the commit. */
  commit(message: string, files: Record<string, string>): Promise<string>;
}

export interface Kit {
  readonly forge: LocalForge;
  control(method: string, path: string, body?: unknown): Promise<Json>;
  person(login: string, permission?: string): Promise<Person>;
  octokit(token: string): Octokit;
  clone(person: { token: string; login: string }, repo?: string): Promise<Clone>;
  close(): Promise<void>;
}

/** The repository `acme/widget` exists, with a README on main. */
export async function startKit(options: ForgeOptions = {}): Promise<Kit> {
  const forge = await startForge(options);
  const home = await mkdtemp(join(tmpdir(), "forge-kit-"));
  const octokit = (token: string) =>
    new Octokit({
      baseUrl: forge.api,
      auth: token,
      throttle: { enabled: false },
      retry: { enabled: false },
      log: silent,
    });
  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${forge.control}${path}`, {
      method,
      headers: { authorization: `Bearer ${forge.adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text;
  };
  await control("POST", "/repos", { owner: "acme", name: "widget", files: { "README.md": "# Widget\n" } });
  return {
    forge,
    control,
    octokit,
    async person(login, permission) {
      const { token } = await control("POST", "/users", { login });
      if (permission !== undefined) await control("POST", "/repos/acme/widget/collaborators", { login, permission });
      return { login, token, octokit: octokit(token) };
    },
    async clone(person, repo = "acme/widget") {
      const dir = await mkdtemp(join(home, "clone-"));
      const url = new URL(`${forge.url}/${repo}.git`);
      url.username = person.login;
      url.password = person.token;
      const git = (...args: string[]) => runGit(dir, args);
      await mustGit(dir, ["clone", "-q", url.href, "."]);
      await mustGit(dir, ["config", "user.name", person.login]);
      await mustGit(dir, ["config", "user.email", `${person.login}@example.com`]);
      return {
        dir,
        git,
        async commit(message, files) {
          for (const [path, text] of Object.entries(files)) {
            await mkdir(dirname(join(dir, path)), { recursive: true });
            await writeFile(join(dir, path), text);
          }
          await mustGit(dir, ["add", "-A"]);
          await mustGit(dir, ["commit", "-q", "-m", message]);
          return mustGit(dir, ["rev-parse", "HEAD"]);
        },
      };
    },
    async close() {
      await forge.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function runGit(cwd: string, args: string[]): Promise<GitResult> {
  const env = { PATH: process.env["PATH"], HOME: cwd, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  try {
    const { stdout, stderr } = await run("git", args, { cwd, env: env as NodeJS.ProcessEnv });
    return { code: 0, out: stdout, err: stderr };
  } catch (problem) {
    const { code, stdout, stderr } = problem as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

async function mustGit(cwd: string, args: string[]): Promise<string> {
  const { code, out, err } = await runGit(cwd, args);
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${err}`);
  return out.trim();
}

/** A JWT as an app signs it; `life` in seconds. */
export function appJwt(app: { id: number; privateKey: string }, { life = 540, age = 30 } = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - age, exp: now + life, iss: app.id })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(app.privateKey, "base64url")}`;
}

/** The status and message of a refused request. */
export async function refusal(attempt: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await attempt;
  } catch (problem) {
    const { status, response } = problem as {
      status: number;
      response?: { data: { message: string; errors?: unknown } };
    };
    const errors = response?.data.errors;
    return {
      status,
      message: `${response?.data.message ?? ""}${errors === undefined ? "" : ` ${JSON.stringify(errors)}`}`,
    };
  }
  throw new Error("The request was not refused");
}
