// The demo's child processes and temporary folder: everything it starts is stopped and removed on every way out, Ctrl-C included.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export interface Service {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  /** The line of JSON it printed when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
}

export interface Household {
  readonly folder: string;
  /** Starts `program args…`, and waits until it has printed one line of JSON. At most 60 s. */
  starts(name: string, command: readonly string[], env: Readonly<Record<string, string>>): Promise<Service>;
  /** The last lines of every log, for telling what went wrong. */
  lastWords(): Promise<string>;
  /** Nothing is stopped or removed when the demo ends. */
  keep(): void;
}

const READY_LIMIT_MS = 60_000;

export async function household(): Promise<Household> {
  const folder = await mkdtemp(join(tmpdir(), "plustwo-demo-"));
  const children: ChildProcess[] = [];
  const logs: { name: string; log: string }[] = [];
  let kept = false;
  process.once("exit", () => {
    if (kept) return;
    for (const child of children) stop(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  return {
    folder,
    async lastWords() {
      const lines = (log: string): string[] =>
        readFileSync(log, "utf8")
          .split("\n")
          .filter((line) => line !== "" && !line.startsWith('{"url"'));
      return logs
        .map(({ name, log }) => ({ name, last: lines(log).slice(-8) }))
        .filter(({ last }) => last.length > 0)
        .map(({ name, last }) => `\nThe last lines of ${name}:\n${last.join("\n")}`)
        .join("\n");
    },
    keep() {
      kept = true;
      for (const child of children) child.unref();
    },
    async starts(name, [program = "", ...args], env) {
      const log = join(folder, `${name}.log`);
      // A file, not a pipe: a kept process must not lose its reader.
      const out = openSync(log, "a");
      const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: ["ignore", out, out] });
      closeSync(out);
      children.push(child);
      logs.push({ name, log });
      let failure: string | undefined;
      child.once("error", (error) => (failure = error.message));
      child.once("exit", (code, signal) => (failure ??= `it ended with ${signal ?? `exit code ${code}`}`));
      for (let waited = 0; waited < READY_LIMIT_MS; waited += 50) {
        const ready = firstJson(readFileSync(log, "utf8"));
        if (ready !== undefined && child.pid !== undefined) return { name, pid: child.pid, log, ready };
        if (failure !== undefined) break;
        await pause(50);
      }
      const found = failure ?? `it was not ready after ${READY_LIMIT_MS / 1000} s`;
      throw new Error(`Cannot start \`${[name, ...args.slice(1)].join(" ")}\`: ${found}\n${readFileSync(log, "utf8")}`);
    },
  };
}

/** The whole group: a runner's jobs end with their forge. */
function stop(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}

function firstJson(text: string): Record<string, unknown> | undefined {
  for (const line of text.split("\n").slice(0, -1)) {
    if (!line.startsWith("{")) continue;
    try {
      const found = JSON.parse(line) as Record<string, unknown>;
      if (typeof found["url"] === "string") return found; // else a line of its log
    } catch {
      // A log line that only looks like it.
    }
  }
  return undefined;
}
