/**
 * The one place where git is started. Everything goes through `GitProcess.run`: it checks the command against the list,
 * counts the processes, takes secrets out of what git says, and turns failures into problems.
 *
 * Two ways to start: simple-git for local reads that print something, execa for stdin, network, exit codes with a
 * meaning and calls that may print nothing (simple-git waits 50 ms on those). Both are loaded on first use.
 */
import { existsSync } from "node:fs";
import { ok, fail, type Result } from "../core/result.ts";
import { shapeOf, type OptionOf, type Subcommand, type ValuedOf } from "./commands.ts";
import { lean } from "./environment.ts";
import { lastLines, redact, type GitProblem } from "./problem.ts";
import type { Slot } from "./slots.ts";

export interface GitCall<S extends Subcommand> {
  readonly options?: readonly OptionOf<S>[];
  /** `--option=slot`, in this order, after the options. */
  readonly valued?: readonly { readonly option: ValuedOf<S>; readonly value: Slot }[];
  readonly slots?: readonly Slot[];
  readonly stdin?: string | Uint8Array;
  /** Words for the reflog (`-m`), where the command takes them. */
  readonly reason?: string;
  /** Exit codes that are answers, not failures. Default: 0. */
  readonly answers?: readonly number[];
  readonly timeoutMs?: number;
  /** `text`: a local read that prints something. `stream` (default): everything else. */
  readonly via?: "text" | "stream";
  /** It walks a whole history: see `lean`. */
  readonly lean?: boolean;
}

export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface ProcessSettings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal;
  /**
   * Stop helpers of git (`git-remote-https`) with it, by giving git a process group of its own. Not for a person's git: without
   * the terminal's group, ssh and credential prompts could not ask.
   */
  readonly ownGroup: boolean;
}

const LOCAL_TIMEOUT_MS = 120_000;
const KILL_AFTER_MS = 2_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

export class GitProcess {
  readonly settings: ProcessSettings;
  #started = 0;

  constructor(settings: ProcessSettings) {
    this.settings = settings;
  }

  /** A text as it may be shown: without tokens, and without the password of a URL. */
  shown(text: string): string {
    return redact(text, this.settings.secrets);
  }

  /** How many git processes were started through this door; budgets are tests on this number. */
  get started(): number {
    return this.#started;
  }

  async run<S extends Subcommand>(subcommand: S, call: GitCall<S> = {}): Promise<Result<GitOutput, GitProblem>> {
    const args = argumentsOf(subcommand, call);
    const command = this.shown(`git ${args.join(" ")}`).slice(0, 300);
    if (this.settings.signal?.aborted === true) return fail({ kind: "aborted", command });
    this.#started += 1;
    const timeoutMs = call.timeoutMs ?? LOCAL_TIMEOUT_MS;
    const start = call.via === "text" ? readWithSimpleGit : runWithExeca;
    const env = call.lean === true ? lean(this.settings.env) : this.settings.env;
    const ended = await start(args, { ...this.settings, env, timeoutMs, stdin: call.stdin });
    switch (ended.kind) {
      case "aborted":
        return fail({ kind: "aborted", command });
      case "timeout":
        return fail({ kind: "timeout", command, afterMs: timeoutMs });
      case "not-started": {
        const dir = this.settings.cwd;
        if (!existsSync(dir)) return fail({ kind: "no-repository", dir, detail: "there is no such directory" });
        return fail({ kind: "no-git", detail: ended.detail });
      }
      case "ended": {
        const stderr = this.shown(ended.stderr);
        const { exitCode, stdout } = ended;
        if ((call.answers ?? [0]).includes(exitCode)) return ok({ exitCode, stdout, stderr });
        return fail({ kind: "failed", command, exitCode, detail: lastLines(stderr) });
      }
    }
  }
}

type Ended =
  | { readonly kind: "ended"; readonly exitCode: number; readonly stdout: Buffer; readonly stderr: string }
  | { readonly kind: "aborted" }
  | { readonly kind: "timeout" }
  | { readonly kind: "not-started"; readonly detail: string };

interface StartSettings extends ProcessSettings {
  readonly timeoutMs: number;
  readonly stdin: string | Uint8Array | undefined;
}

function argumentsOf<S extends Subcommand>(subcommand: S, call: GitCall<S>): string[] {
  const shape = shapeOf(subcommand);
  const { options = [], valued = [], slots = [] } = call;
  for (const option of options) {
    if (!shape.options.includes(option)) throw new Error(`git ${subcommand} may not be given ${option}`);
  }
  for (const { option } of valued) {
    if (!(shape.valued ?? []).includes(option)) throw new Error(`git ${subcommand} may not be given ${option}=…`);
  }
  for (const { slot } of [...slots, ...valued.map((one) => one.value)]) {
    if (slot.startsWith("-") || slot.includes("\0"))
      throw new Error(`git ${subcommand} was handed the unsafe ${JSON.stringify(slot)}`);
  }
  if (call.reason !== undefined && !shape.options.includes("-m")) throw new Error(`git ${subcommand} takes no reason`);
  const reason = call.reason === undefined ? [] : ["-m", call.reason.replaceAll(/[\p{Cc}]/gu, " ")];
  const fence = shape.end && slots.length > 0 ? ["--end-of-options"] : [];
  return [
    subcommand,
    ...reason,
    ...options,
    ...valued.map(({ option, value }) => `${option}=${value.slot}`),
    ...fence,
    ...slots.map(({ slot }) => slot),
  ];
}

async function runWithExeca(args: readonly string[], settings: StartSettings): Promise<Ended> {
  const { execa } = await import("execa");
  const running = execa("git", args, {
    cwd: settings.cwd,
    env: settings.env,
    extendEnv: false,
    encoding: "buffer",
    reject: false,
    maxBuffer: MAX_OUTPUT_BYTES,
    stripFinalNewline: false,
    detached: settings.ownGroup,
    ...(settings.stdin === undefined ? { stdin: "ignore" as const } : { input: settings.stdin }),
  });
  const stop = stopOf(running, settings);
  const result = await Promise.race([running, stop.early]);
  stop.forget();
  if (result === "aborted" || result === "timeout") return { kind: result };
  if (result.exitCode === undefined && result.signal === undefined) {
    return { kind: "not-started", detail: result.originalMessage ?? "unknown" };
  }
  const stdout = Buffer.from(result.stdout);
  const stderr = Buffer.from(result.stderr).toString("utf8");
  const exitCode = result.isMaxBuffer || result.exitCode === undefined ? 255 : result.exitCode;
  return { kind: "ended", exitCode, stdout, stderr };
}

interface Stoppable {
  readonly pid?: number;
  kill(signal: "SIGTERM" | "SIGKILL"): boolean;
}

/**
 * Ends git on the caller's signal or after the time is up. The answer does not wait for git's pipes to close: a helper that still
 * waits for a server holds them open after git itself is gone. SIGTERM first, so that git takes its lock files away.
 */
function stopOf(
  running: Stoppable,
  settings: StartSettings,
): { readonly early: Promise<"aborted" | "timeout">; forget(): void } {
  const { signal, timeoutMs, ownGroup } = settings;
  let stop: (why: "aborted" | "timeout") => void = () => undefined;
  const early = new Promise<"aborted" | "timeout">((resolve) => {
    stop = (why) => {
      kill(running, "SIGTERM", ownGroup);
      setTimeout(() => kill(running, "SIGKILL", ownGroup), KILL_AFTER_MS).unref();
      resolve(why);
    };
  });
  const onAbort = (): void => stop("aborted");
  const timer = setTimeout(() => stop("timeout"), timeoutMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    early,
    forget() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

function kill(running: Stoppable, how: "SIGTERM" | "SIGKILL", group: boolean): void {
  try {
    if (group && running.pid !== undefined) process.kill(-running.pid, how);
    else running.kill(how);
  } catch {
    // It has ended by itself meanwhile.
  }
}

/**
 * simple-git refuses settings it finds unsafe in the environment, among them the user's own (`url.*.insteadOf` in CI, ours of
 * `environment.ts`). They are the caller's to make; what reaches the arguments is fenced by `commands.ts`.
 */
const SETTINGS_ARE_THE_CALLERS = {
  allowUnsafeAlias: true,
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeDiffTextConv: true,
  allowUnsafeEditor: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafeMergeDriver: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeSubmodule: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
};

async function readWithSimpleGit(args: readonly string[], settings: StartSettings): Promise<Ended> {
  const { simpleGit, GitPluginError } = await import("simple-git");
  const env = localOnly(settings.env);
  // simple-git passes on only the text of an error, so the whole outcome is taken where it passes by.
  let failed: Ended | undefined;
  try {
    const git = simpleGit({
      baseDir: settings.cwd,
      completion: { onClose: true, onExit: false },
      timeout: { block: settings.timeoutMs },
      allowEnvironment: Object.keys(env),
      unsafe: SETTINGS_ARE_THE_CALLERS,
      ...(settings.signal === undefined ? {} : { abort: settings.signal }),
      errors: (error, { exitCode, stdErr, stdOut }) => {
        if (exitCode <= 0) return error;
        failed = {
          kind: "ended",
          exitCode,
          stdout: Buffer.concat(stdOut),
          stderr: Buffer.concat(stdErr).toString("utf8"),
        };
        return new Error(`git ended with ${exitCode}`);
      },
    }).env(env);
    const stdout = await git.raw([...args]);
    return { kind: "ended", exitCode: 0, stdout: Buffer.from(stdout), stderr: "" };
  } catch (error) {
    if (error instanceof GitPluginError && error.plugin === "abort") return { kind: "aborted" };
    if (error instanceof GitPluginError && error.plugin === "timeout") return { kind: "timeout" };
    if (error instanceof GitPluginError) throw error;
    return failed ?? { kind: "not-started", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** A local read needs no editor, pager, ssh or askpass, so none is handed on. */
function localOnly(env: Readonly<Record<string, string>>): Record<string, string> {
  const dropped =
    /^(?:(?:GIT_)?(?:EDITOR|PAGER|ASKPASS)|GIT_SEQUENCE_EDITOR|VISUAL|SSH_ASKPASS|PREFIX|GIT_SSH.*|GIT_PROXY_COMMAND|GIT_EXTERNAL_DIFF|GIT_TEMPLATE_DIR|GIT_EXEC_PATH)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.test(name)));
}
