// A person's seat at a live Gerrit: a clone over http or over ssh, and `git review` run in this process.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGitReview } from "../../src/cli/main.ts";
import { mustRun, run, type Ran } from "../support/shell.ts";
import {
  changesOf,
  liveGerrit,
  makePerson,
  makeProject,
  rest,
  type Address,
  type Person,
  type ServerChange,
} from "./live/people.ts";

export type Transport = "http" | "ssh";

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A project of a test file's own, and the folder its people work in. */
export interface Yard {
  readonly gerrit: Address;
  readonly project: string;
  readonly folder: string;
  seat(name: string, transport: Transport): Promise<Seat>;
  changes(): Promise<readonly ServerChange[]>;
  close(): void;
}

/** Names are made unlike those of any other run: a server may be kept for several. */
export async function openYard(name: string, branches: readonly string[] = ["main"]): Promise<Yard> {
  const gerrit = liveGerrit();
  const mark = randomBytes(3).toString("hex");
  const project = `${name}/${mark}`;
  const folder = mkdtempSync(join(tmpdir(), "plustwo-live-"));
  await makeProject(gerrit, project, branches);
  const people = new Map<string, Person>();
  return {
    gerrit,
    project,
    folder,
    async seat(who, transport) {
      const login = `${who}-${mark}`;
      const known = people.get(login) ?? (await makePerson(gerrit, login, join(folder, login)));
      people.set(login, known);
      return Seat.open({
        gerrit,
        project,
        person: known,
        transport,
        home: mkdtempSync(join(folder, `${who}-${transport}-`)),
      });
    },
    changes: () => changesOf(gerrit, project),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface SeatParts {
  readonly gerrit: Address;
  readonly project: string;
  readonly person: Person;
  readonly transport: Transport;
  readonly home: string;
}

export class Seat {
  readonly parts: SeatParts;
  readonly dir: string;
  /** May be edited by a test; what `git review` and git get. */
  readonly env: Record<string, string>;

  private constructor(parts: SeatParts) {
    const { home, person } = parts;
    this.parts = parts;
    this.dir = join(home, "work");
    const ssh = `ssh -i ${person.key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes`;
    this.env = {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: home,
      LANG: "C.UTF-8",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_SSH_COMMAND: ssh,
    };
  }

  /** A clone with `.gitreview`'s settings in its git configuration, so that no commit is needed for them; `origin` is Gerrit. */
  static async open(parts: SeatParts): Promise<Seat> {
    const seat = new Seat(parts);
    const { person, home, gerrit, project, transport } = parts;
    writeFileSync(
      join(home, ".gitconfig"),
      `[user]\n\tname = ${person.name}\n\temail = ${person.email}\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n`,
    );
    writeFileSync(join(home, ".netrc"), `machine 127.0.0.1\nlogin ${person.name}\npassword ${person.password}\n`, {
      mode: 0o600,
    });
    await seat.gitIn(home, "clone", "-q", "-o", "gerrit", "-b", "main", seat.url, seat.dir);
    for (const [key, value] of [
      ["server", "gerrit"],
      ["scheme", transport],
      ["hostname", "127.0.0.1"],
      ["port", String(transport === "ssh" ? gerrit.sshPort : new URL(gerrit.url).port)],
      ["project", project],
      ["branch", "main"],
      ["username", person.name],
    ] as const) {
      await seat.git("config", `gitreview.${key}`, value);
    }
    return seat;
  }

  /** Without a password: git asks `~/.netrc`. */
  get url(): string {
    const { gerrit, project, person, transport } = this.parts;
    if (transport === "http") return `${gerrit.url}/${project}`;
    return `ssh://${person.name}@127.0.0.1:${gerrit.sshPort}/${project}`;
  }

  get name(): string {
    return this.parts.person.name;
  }

  git(...args: readonly string[]): Promise<string> {
    return this.gitIn(this.dir, ...args);
  }

  async gitIn(cwd: string, ...args: readonly string[]): Promise<string> {
    return (await mustRun("git", args, { cwd, env: this.env })).stdout.trimEnd();
  }

  run(program: string, ...args: readonly string[]): Promise<Ran> {
    return run(program, args, { cwd: this.dir, env: this.env });
  }

  async review(...args: readonly string[]): Promise<Told> {
    const said = { out: "", err: "" };
    const code = await runGitReview(args, {
      stdout: { write: (text: string) => void (said.out += text) },
      stderr: { write: (text: string) => void (said.err += text) },
      env: this.env,
      cwd: this.dir,
    });
    return { code, ...said };
  }

  /** A commit with one file; without a Change-Id unless the message has one or a hook gives it. */
  async commits(message: string, files: Readonly<Record<string, string>>): Promise<string> {
    this.writes(files);
    await this.git("add", ".");
    await this.git("commit", "-q", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  async amends(files: Readonly<Record<string, string>>): Promise<string> {
    this.writes(files);
    await this.git("add", ".");
    await this.git("commit", "-q", "--amend", "--no-edit");
    return this.git("rev-parse", "HEAD");
  }

  writes(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(this.dir, name, ".."), { recursive: true });
      writeFileSync(join(this.dir, name), text);
    }
  }

  reads(name: string): string {
    return readFileSync(join(this.dir, name), "utf8");
  }

  /** Everything a submit must leave alone: refs with their reflogs, index and files. */
  async state(): Promise<string> {
    const refs = await this.git("for-each-ref", "--format=%(refname) %(objectname)");
    const reflog = await this.git("reflog", "--all", "--format=%H %gD %gs");
    return [
      refs,
      reflog,
      await this.git("status", "--porcelain", "--branch"),
      await this.git("ls-files", "--stage"),
    ].join("\n");
  }

  /** A new topic branch on what the server's `main` is now. */
  async starts(topic: string): Promise<void> {
    await this.git("fetch", "-q", "gerrit");
    await this.git("switch", "-q", "--no-track", "-c", topic, "gerrit/main");
  }
}

/** A commit that lands on a branch past review, as an administrator's push does. */
export async function lands(yard: Yard, files: Readonly<Record<string, string>>, branch = "main"): Promise<void> {
  const { user, password } = yard.gerrit.administrator;
  const dir = mkdtempSync(join(yard.folder, "landing-"));
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: dir, GIT_CONFIG_NOSYSTEM: "1" };
  const url = `${yard.gerrit.url.replace("://", `://${user}:${password}@`)}/a/${yard.project}`;
  const git = (...args: readonly string[]) => mustRun("git", args, { cwd: dir, env });
  await git("clone", "-q", "-b", branch, url, join(dir, "work"));
  const work = join(dir, "work");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text);
  const who = ["-c", "user.name=Administrator", "-c", "user.email=admin@example.com"];
  await git("-C", work, "add", ".");
  await git("-C", work, ...who, "commit", "-q", "-m", "Land");
  await git("-C", work, "push", "-q", "origin", `HEAD:refs/heads/${branch}`);
}

/** `POST /changes/N/abandon` and the like. */
export function act(yard: Yard, change: number, action: string, body: unknown = {}): Promise<unknown> {
  return rest(yard.gerrit, "POST", `/changes/${change}/${action}`, body);
}
