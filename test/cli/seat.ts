// A person's seat for the tests of the CLI: a local forge, a clone of acme/api, and `git review` run in this process.
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { startForge, type LocalForge } from "../../local-forge/server.ts";
import { runGitReview } from "../../src/cli/main.ts";

// Never the blocking kind: the forge answers in this very process.
const execute = promisify(execFile);
const GIT = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Bench {
  readonly forge: LocalForge;
  /** A clone for a person, made with their token. */
  seat(login: string, options?: SeatOptions): Promise<Seat>;
  control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** The open and closed pull requests of acme/api, oldest first. */
  pulls(): Promise<readonly Pull[]>;
  /** What somebody with rights does to a pull request on its web page. */
  edits(number: number, changes: Readonly<Record<string, unknown>>): Promise<void>;
  /** With the button of its page. */
  merges(number: number, method: "merge" | "squash" | "rebase"): Promise<void>;
  /** In the browser, onto `main`, without git review. */
  opensPull(login: string, head: string): Promise<number>;
  /** A commit on a branch as if its author had pushed it. */
  lands(files: Readonly<Record<string, string>>, branch?: string): Promise<string>;
  close(): Promise<void>;
}

export interface SeatOptions {
  readonly permission?: "none" | "read" | "write" | "admin";
}

export interface Pull {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body: string;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly merged_at: string | null;
}

/** One forge with one project, `acme/api`, that has one commit on `main`. */
export async function openBench(): Promise<Bench> {
  const forge = await startForge({ flaky: 0 });
  const folder = mkdtempSync(join(tmpdir(), "plustwo-cli-"));
  const control = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> =>
    ask(`${forge.control}${path}`, { method, token: forge.adminToken, body });
  await control("POST", "/repos", {
    owner: "acme",
    name: "api",
    files: { "README.md": "# api\n", "src/a.txt": "1\n" },
  });
  const landlord = String((await control("POST", "/users", { login: "landlord" }))["token"]);
  await control("POST", "/repos/acme/api/collaborators", { login: "landlord", permission: "admin" });
  const tokens = new Map<string, string>();
  return {
    forge,
    control,
    async seat(login, { permission = "write" } = {}) {
      const known = tokens.get(login);
      const made =
        known === undefined ? await control("POST", "/users", { login, emails: [`${login}@example.org`] }) : {};
      const token = known ?? String(made["token"]);
      tokens.set(login, token);
      await control("POST", "/repos/acme/api/collaborators", { login, permission });
      const home = mkdtempSync(join(folder, `${login}-`));
      return Seat.open({ forge, login, token, home });
    },
    async pulls() {
      const url = `${forge.api}/repos/acme/api/pulls?state=all&direction=asc&per_page=100`;
      return (await ask(url, { token: landlord })) as unknown as readonly Pull[];
    },
    async edits(number, changes) {
      await ask(`${forge.api}/repos/acme/api/pulls/${number}`, { method: "PATCH", token: landlord, body: changes });
    },
    async merges(number, method) {
      const url = `${forge.api}/repos/acme/api/pulls/${number}/merge`;
      await ask(url, { method: "PUT", token: landlord, body: { merge_method: method } });
    },
    async opensPull(login, head) {
      const body = { head, base: "main", title: `Pull ${head}` };
      const made = await ask(`${forge.api}/repos/acme/api/pulls`, {
        ...{ method: "POST", token: tokens.get(login) ?? landlord, body },
      });
      return Number(made["number"]);
    },
    async lands(files, branch = "main") {
      const { sha } = await control("POST", "/repos/acme/api/commits", {
        login: "landlord",
        branch,
        message: "Land",
        files,
      });
      return String(sha);
    },
    async close() {
      await forge.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface SeatParts {
  readonly forge: LocalForge;
  readonly login: string;
  readonly token: string;
  readonly home: string;
}

export class Seat {
  readonly login: string;
  readonly token: string;
  readonly home: string;
  readonly dir: string;
  /** May be edited by a test; what `git review` and git get. */
  readonly env: Record<string, string | undefined>;
  readonly #forge: LocalForge;
  readonly #processes: string;

  private constructor({ forge, login, token, home }: SeatParts) {
    this.login = login;
    this.token = token;
    this.home = home;
    this.dir = join(home, "work");
    this.#forge = forge;
    this.#processes = join(home, "processes.log");
    this.env = {
      PATH: `${join(home, "bin")}${delimiter}${process.env["PATH"] ?? "/usr/bin:/bin"}`,
      HOME: home,
      LANG: "C.UTF-8",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      PLUSTWO_TOKEN: token,
    };
  }

  static async open(parts: SeatParts): Promise<Seat> {
    const seat = new Seat(parts);
    const { home, login, forge } = parts;
    mkdirSync(join(home, "bin"));
    // Notes every git that is started by name; git's own children are started by path and not noted.
    writeFileSync(
      join(home, "bin", "git"),
      `#!/bin/sh\nprintf '%s\\n' "$*" >> '${seat.#processes}'\nexec '${GIT}' "$@"\n`,
    );
    chmodSync(join(home, "bin", "git"), 0o755);
    writeFileSync(
      join(home, ".gitconfig"),
      `[user]\n\tname = ${login}\n\temail = ${login}@example.org\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n`,
    );
    await seat.gitIn(home, "clone", "-q", seat.url, seat.dir);
    await seat.git("config", "remote.origin.url", `${forge.url}/acme/api.git`);
    return seat;
  }

  /** With the token, for git alone. */
  get url(): string {
    return `${this.#forge.url.replace("://", `://${this.login}:${this.token}@`)}/acme/api.git`;
  }

  git(...args: readonly string[]): Promise<string> {
    return this.gitIn(this.dir, ...args);
  }

  async gitIn(cwd: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await execute(GIT, [...args], { cwd, env: this.env as NodeJS.ProcessEnv });
    return stdout.trim();
  }

  async review(...args: readonly string[]): Promise<Told> {
    return this.reviewIn(this.dir, ...args);
  }

  async reviewIn(cwd: string, ...args: readonly string[]): Promise<Told> {
    let out = "";
    let err = "";
    const code = await runGitReview(args, {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      env: this.env,
      cwd,
    });
    return { code, out, err };
  }

  /** A commit with a Change-Id of its own, unless the message has one or `id` is null. */
  async commits(
    subject: string,
    files: Readonly<Record<string, string>>,
    { id }: { readonly id?: string | null } = {},
  ): Promise<string> {
    this.writes(files);
    await this.git("add", "-A");
    const trailer = id === null ? "" : `\n\nChange-Id: ${id ?? idFor(`${this.login} ${subject}`)}`;
    await this.git("commit", "-q", "-m", `${subject}${trailer}`);
    return this.git("rev-parse", "HEAD");
  }

  async amends(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
    this.writes(files);
    await this.git("add", "-A");
    await this.git("commit", "-q", "--amend", ...(args.length === 0 ? ["--no-edit"] : args));
    return this.git("rev-parse", "HEAD");
  }

  writes(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(this.dir, path, ".."), { recursive: true });
      writeFileSync(join(this.dir, path), text);
    }
  }

  /** What `git review` starts by name, one line each; empty before the first. */
  processes(): readonly string[] {
    try {
      return readFileSync(this.#processes, "utf8").trim().split("\n");
    } catch {
      return [];
    }
  }

  forgetProcesses(): void {
    rmSync(this.#processes, { force: true });
  }

  /** Every file of the work tree with its content and time, the index, and HEAD's tree. */
  workTree(): string {
    const index = statSync(join(this.dir, ".git", "index"), { bigint: true });
    return `${digest(this.dir, (path) => path === ".git")} index ${index.mtimeNs} ${index.ino}`;
  }

  /** Everything under `.git` except objects: refs, reflogs, FETCH_HEAD, configuration, hooks. */
  gitDirectory(): string {
    return digest(join(this.dir, ".git"), (path) => path === "objects");
  }
}

export function idFor(text: string): string {
  return `I${createHash("sha1").update(text).digest("hex")}`;
}

function digest(root: string, leaveOut: (path: string) => boolean): string {
  const lines: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const below = path === "" ? entry.name : `${path}/${entry.name}`;
      if (leaveOut(below)) continue;
      if (entry.isDirectory()) {
        lines.push(`${below}/`);
        walk(below);
      } else {
        const file = join(root, below);
        lines.push(
          `${below} ${statSync(file, { bigint: true }).mtimeNs} ${createHash("sha1").update(readFileSync(file)).digest("hex")}`,
        );
      }
    }
  };
  walk("");
  return lines.join("\n");
}

async function ask(
  url: string,
  { method = "GET", token, body }: { method?: string; token: string; body?: unknown },
): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 300)}`);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
