// A person at a keyboard: a home, a clone over HTTP, a token, and the real `git review` on the PATH. Nothing here knows the bot.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mustRun, run, type Ran } from "./shell.ts";

/** A change as the people of a story speak of it. `sha` is its newest patch set and moves with every upload. */
export interface Change {
  readonly number: number;
  readonly subject: string;
  readonly changeId: string;
  readonly owner: Person;
  readonly branch: string;
  sha: string;
}

export interface Edit {
  /** Path to content; null removes the file. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Unified diffs, applied with `git apply`. */
  readonly patches?: readonly string[];
  /** The whole commit message; the Change-Id is added where it is missing. */
  readonly message?: string;
}

export interface PersonOptions {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly token: string;
  /** A folder of this person's own; it is made. */
  readonly home: string;
  /** Where to clone from, without a token. */
  readonly cloneUrl: string;
  /** A folder with `git-review`, put in front of the PATH. */
  readonly tools: string;
}

export class Person {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly token: string;
  readonly clone: string;
  readonly env: Readonly<Record<string, string>>;
  /** The last command typed, for telling it. */
  last: Ran | undefined;
  readonly #options: PersonOptions;
  #ready: Promise<void> | undefined;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.login = options.login;
    this.name = options.name;
    this.email = options.email;
    this.token = options.token;
    this.clone = join(options.home, "work");
    this.env = {
      PATH: `${options.tools}:${process.env["PATH"] ?? "/usr/bin:/bin"}`,
      HOME: options.home,
      LANG: "C.UTF-8",
      TERM: "dumb",
      NO_COLOR: "1",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      PLUSTWO_TOKEN: options.token,
    };
  }

  /** Runs git in the clone and answers its output without the last newline. */
  async git(...args: readonly string[]): Promise<string> {
    await this.atWork();
    return (await mustRun("git", args, { cwd: this.clone, env: this.env })).stdout.replace(/\n$/, "");
  }

  /** Any program in the clone, whatever its exit code is. */
  async runs(program: string, ...args: readonly string[]): Promise<Ran> {
    await this.atWork();
    return run(program, args, { cwd: this.clone, env: this.env });
  }

  /** `git review …`, whatever its exit code is. */
  async tries(...args: readonly string[]): Promise<Ran> {
    await this.atWork();
    this.last = await run("git", ["review", ...args], { cwd: this.clone, env: this.env });
    return this.last;
  }

  /** `git review …`, which must succeed. */
  async types(...args: readonly string[]): Promise<Ran> {
    const ran = await this.tries(...args);
    if (ran.code === 0) return ran;
    throw new Error(`${this.login}: \`${ran.command}\` ended with exit code ${ran.code}:\n${ran.stdout}${ran.stderr}`);
  }

  /** Clones and runs `git review -s`, once. */
  atWork(): Promise<void> {
    this.#ready ??= this.#setUp();
    return this.#ready;
  }

  async #setUp(): Promise<void> {
    await mkdir(this.#options.home, { recursive: true });
    // The helper answers from the environment, so the token stands in no file and no URL.
    const config = [
      `[user]\n\tname = ${this.name}\n\temail = ${this.email}`,
      `[credential]\n\thelper = "!f() { test \\"$1\\" = get && echo username=${this.login} && echo \\"password=$PLUSTWO_TOKEN\\"; }; f"`,
      `[init]\n\tdefaultBranch = main`,
      `[advice]\n\tdetachedHead = false`,
    ];
    await writeFile(join(this.#options.home, ".gitconfig"), `${config.join("\n")}\n`);
    const at = { cwd: this.#options.home, env: this.env };
    await mustRun("git", ["clone", "-q", this.#options.cloneUrl, this.clone], at);
    await mustRun("git", ["review", "-s"], { cwd: this.clone, env: this.env });
  }

  /** Starts a topic on the newest `main`, or on another change's newest patch set. */
  async starts(topic: string, onTopOf?: Change): Promise<void> {
    await this.git("fetch", "-q", "origin");
    if (onTopOf !== undefined && onTopOf.owner !== this) {
      await this.git("fetch", "-q", "origin", `refs/pull/${onTopOf.number}/head`);
    }
    await this.git("checkout", "-q", "--no-track", "-B", topic, onTopOf?.sha ?? "origin/main");
  }

  /** Changes the work tree and stages everything. */
  async edits(edit: Edit): Promise<void> {
    for (const [path, content] of Object.entries(edit.files ?? {})) {
      const file = join(this.clone, path);
      if (content === null) await rm(file);
      else {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
    }
    for (const patch of edit.patches ?? []) {
      const at = { cwd: this.clone, env: this.env, input: patch };
      await mustRun("git", ["apply", "--index", "-"], at);
    }
    await this.git("add", "--all");
  }

  async commits(message: string): Promise<string> {
    await this.git("commit", "-q", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Amends the checked-out commit; the Change-Id stays, because the hook and git keep the message. */
  async amendsCommit(edit: Edit): Promise<string> {
    await this.edits(edit);
    const message = edit.message === undefined ? ["--no-edit"] : ["-m", edit.message];
    await this.git("commit", "-q", "--amend", ...message);
    return this.git("rev-parse", "HEAD");
  }

  async changeIdOf(commit: string): Promise<string> {
    const id = await this.git("log", "-1", "--format=%(trailers:key=Change-Id,valueonly)", commit);
    if (/^I[0-9a-f]{40}$/.test(id.trim())) return id.trim();
    throw new Error(`${this.login}: ${commit} has no Change-Id; is the commit-msg hook installed in ${this.clone}?`);
  }

  /** `git patch-id --stable` of the checked-out commit. */
  async patchId(): Promise<string> {
    const input = `${await this.git("show", "--format=", "HEAD")}\n`;
    const { stdout } = await mustRun("git", ["patch-id", "--stable"], { cwd: this.clone, env: this.env, input });
    return stdout.split(" ")[0] ?? "";
  }

  async reads(path: string): Promise<string> {
    return readFile(join(this.clone, path), "utf8");
  }
}

/** A branch name out of a subject: `Add parser` is `add-parser`. */
export function topicOf(subject: string): string {
  return subject
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
