/**
 * A Gerrit server over ssh: `gerrit query --format=JSON`, and the hook as `scp` gets it. The user's own ssh runs, as git
 * would start it: GIT_SSH_COMMAND, core.sshCommand, GIT_SSH, `ssh`. Source: Gerrit, "gerrit query", "scp".
 */
import { fail, ok, type Result } from "../../core/result.ts";
import { type GerritChange } from "./change.ts";
import { changeFromSsh, isFields } from "./from-gerrit.ts";
import { nameQuery, MOST_CHANGES, openQuery, PAGE, type GerritServer } from "./gerrit-server.ts";
import { type GerritProblem } from "./problem.ts";

export interface SshSettings {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** `core.sshCommand`. */
  readonly command?: string;
}

type Answer<T> = Promise<Result<T, GerritProblem>>;

const TIMEOUT_MS = 120_000;
const MOST_BYTES = 64 * 1024 * 1024;

export function sshServer(settings: SshSettings): GerritServer {
  return {
    async openChanges(query) {
      const found: GerritChange[] = [];
      for (;;) {
        const words = [`--start=${found.length}`, `limit:${PAGE}`, openQuery(query)];
        const page = await readChanges(settings, words, "list the open changes");
        if (!page.ok) return page;
        found.push(...page.value.changes);
        if (!page.value.more || page.value.changes.length === 0 || found.length >= MOST_CHANGES) return ok(found);
      }
    },
    async changes(name, project) {
      const page = await readChanges(settings, ["--patch-sets", nameQuery(name, project)], "look the change up");
      return page.ok ? ok(page.value.changes) : page;
    },
    async knowsCommit(commit) {
      const page = await readChanges(settings, [`commit:${commit}`, "limit:1"], "look a commit up");
      return page.ok ? ok(page.value.changes.length > 0) : page;
    },
    async commitMsgHook() {
      const tried = "fetch the commit-msg hook";
      // The three zero bytes are scp's "go on": before the file, after its header, after its bytes.
      const copied = await run(settings, "scp -f hooks/commit-msg", tried, "\0\0\0");
      if (!copied.ok) return copied;
      const text = fileOf(copied.value);
      if (text !== undefined) return ok(text);
      return fail({ kind: "unreadable", tried, host: settings.host, found: JSON.stringify(copied.value.slice(0, 60)) });
    },
  };
}

interface Page {
  readonly changes: readonly GerritChange[];
  readonly more: boolean;
}

async function readChanges(settings: SshSettings, words: readonly string[], tried: string): Answer<Page> {
  const said = await run(settings, `gerrit query --format=JSON ${words.join(" ")}`, tried);
  if (!said.ok) return said;
  const lines = said.value.split("\n").flatMap((line) => (line.startsWith("{") ? [parse(line)] : []));
  const last = lines.at(-1);
  const { host } = settings;
  if (!isFields(last) || last["type"] === undefined) {
    return fail({ kind: "unreadable", tried, host, found: JSON.stringify(said.value.slice(0, 60)) });
  }
  if (last["type"] === "error") return fail({ kind: "refused", tried, host, found: String(last["message"]) });
  return ok({ changes: lines.flatMap((line) => changeFromSsh(line) ?? []), more: last["moreChanges"] === true });
}

/** `command` is read by Gerrit, not by a shell; everything in it is a checked name. */
async function run(settings: SshSettings, command: string, tried: string, input?: string): Answer<string> {
  const { host, port, user, env, cwd } = settings;
  const { execa } = await import("execa");
  const target = [...(port === undefined ? [] : ["-p", String(port)]), user === undefined ? host : `${user}@${host}`];
  const [program, ...before] = starter(settings);
  const ended = await execa(program, [...before, "-x", ...target, command], {
    cwd,
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    extendEnv: false,
    reject: false,
    timeout: TIMEOUT_MS,
    maxBuffer: MOST_BYTES,
    stripFinalNewline: false,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  if (!ended.failed) return ok(ended.stdout);
  const why = (ended.stderr === "" ? (ended.originalMessage ?? "no message") : ended.stderr)
    .trim()
    .split("\n")
    .slice(-2)
    .join("; ");
  return fail(problemOf(why.slice(0, 300), { tried, host, code: ended.exitCode }));
}

/** The words before host and command. A command of the user's is one for a shell, as git has it. */
function starter({ env, command }: SshSettings): readonly [string, ...string[]] {
  const shell = env["GIT_SSH_COMMAND"] ?? command;
  if (shell !== undefined && shell !== "") return ["sh", "-c", `${shell} "$@"`, "ssh"];
  return [env["GIT_SSH"] || "ssh"];
}

function problemOf(
  found: string,
  { tried, host, code }: { tried: string; host: string; code: number | undefined },
): GerritProblem {
  if (/permission denied|host key verification failed|too many authentication failures/i.test(found))
    return { kind: "unknown-user", over: "ssh", tried, host, found };
  // 255 is ssh's own failure; anything else is the answer of the other side.
  return code === 255 || code === undefined
    ? { kind: "unreachable", tried, host, found }
    : { kind: "refused", tried, host, found };
}

/** `C0755 <size> <name>`, a line end, the bytes, a zero. */
function fileOf(copied: string): string | undefined {
  const header = /^C0\d{3} (\d+) [^\n]+\n/.exec(copied);
  if (header === null) return undefined;
  const bytes = Buffer.from(copied.slice(header[0].length), "utf8");
  const size = Number(header[1]);
  return bytes.length < size ? undefined : bytes.subarray(0, size).toString("utf8");
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
