// Runs the steps of one job as child processes in a fresh checkout: bounded time, bounded log, nothing of the parent's secrets.
// Each step is a process group of its own, so that a time limit or a cancel reaches whatever the step has started.
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Checkout } from "./bare.ts";
import { type Context, interpolate } from "./expressions.ts";
import { type Condition, type Step } from "./workflow.ts";

export interface StepResult {
  readonly name: string;
  readonly conclusion: "success" | "failure" | "skipped" | "cancelled";
}
export interface JobResult {
  readonly conclusion: "success" | "failure" | "cancelled";
  readonly steps: readonly StepResult[];
  /** The last 64 KiB of output. */
  readonly log: string;
  /** The line that best says what went wrong; absent on success. */
  readonly reason?: string;
}
export interface JobOrder {
  readonly steps: readonly Step[];
  readonly env: ReadonlyMap<string, string>;
  readonly context: Context;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

const LOG_LIMIT = 64 * 1024;
/** Taken from the parent if set; everything else a job sees is made here. */
const INHERITED = ["PATH", "LANG", "LC_ALL", "TZ"];

/**
 * Runs the steps in order. Failing steps stop the rest, except those that ask for `failure()` or `always()`.
 * LIVE(actions-timeout-cancelled): a job that exceeds its time limit ends as `cancelled`, not as `failure` or `timed_out`.
 */
export async function executeJob(checkout: Checkout, order: JobOrder): Promise<JobResult> {
  const log = boundedLog();
  const files = await commandFiles(checkout);
  const limit = AbortSignal.timeout(order.limitMs);
  const stop = AbortSignal.any([order.signal, limit]);
  const results: StepResult[] = [];
  const env = jobEnvironment(checkout, order, files);
  let failed = false;
  let reason: string | undefined;
  for (const step of order.steps) {
    if (stop.aborted || !wanted(step.condition, failed)) {
      results.push({ name: step.name, conclusion: stop.aborted ? "cancelled" : "skipped" });
      continue;
    }
    if (step.action.kind === "nothing") {
      results.push({ name: step.name, conclusion: "success" });
      continue;
    }
    const mark = log.length();
    log.add(`> ${step.name}\n`);
    const exit = await runStep(checkout, step, {
      env: stepEnvironment(env, step, order.context),
      stop,
      log,
      context: order.context,
    });
    await readCommandFiles(files, env);
    const ok = exit === 0 || step.continueOnError;
    results.push({ name: step.name, conclusion: stop.aborted ? "cancelled" : exit === 0 ? "success" : "failure" });
    if (ok && !stop.aborted) continue;
    failed = true;
    reason ??= stop.aborted
      ? stopReason(order, limit)
      : (failingLine(log.since(mark)) ?? `"${step.name}" ended with exit code ${exit}`);
  }
  const conclusion = stop.aborted ? "cancelled" : failed ? "failure" : "success";
  return { conclusion, steps: results, log: log.text(), ...(reason === undefined ? {} : { reason }) };
}

function wanted(condition: Condition, failed: boolean): boolean {
  switch (condition) {
    case "success":
      return !failed;
    case "failure":
      return failed;
    case "always":
      return true;
    case "never":
      return false;
  }
}

function stopReason(order: JobOrder, limit: AbortSignal): string {
  if (order.signal.aborted) return "The job was cancelled";
  return limit.aborted
    ? `The job did not end within ${Math.round(order.limitMs / 100) / 10} s and was stopped`
    : "The job was stopped";
}

/** A line that looks like a failure, else the last line that says anything. */
export function failingLine(output: string): string | undefined {
  const lines = output
    .replace(/\u001b\[[0-9;]*m/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("> "));
  const found = lines.find(
    (line) =>
      /(^not ok\b)|(^✖ )|\b(\w*error|fail|failed|failure|fatal)\b/i.test(line) &&
      !/\b0 (errors?|failed|failures?)\b|^# fail 0/i.test(line),
  );
  return (found ?? lines.at(-1))?.slice(0, 300);
}

interface Surroundings {
  readonly env: Record<string, string>;
  readonly stop: AbortSignal;
  readonly log: BoundedLog;
  readonly context: Context;
}

/** The step's exit code; 128 + n for a signal, 127 if the shell or the folder is not there. */
async function runStep(checkout: Checkout, step: Step, around: Surroundings): Promise<number> {
  if (step.action.kind === "nothing") return 0;
  const { shell, script } = step.action;
  const file = join(checkout.root, "step.sh");
  await writeFile(file, interpolate(script, around.context));
  const args = shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail", file] : ["-e", file];
  const cwd = resolve(checkout.workspace, interpolate(step.workingDirectory ?? ".", around.context));
  return new Promise((done) => {
    const child = spawn(shell, args, { cwd, env: around.env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const killGroup = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // The group has ended by itself.
      }
    };
    around.stop.addEventListener("abort", killGroup, { once: true });
    child.stdout.on("data", (chunk: Buffer) => around.log.add(chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => around.log.add(chunk.toString("utf8")));
    child.once("error", (error) => {
      around.log.add(`Cannot run ${shell} in ${cwd}: ${error.message}\n`);
      done(127);
    });
    child.once("exit", killGroup); // what the step left running in the background ends with it
    child.once("close", (code) => {
      around.stop.removeEventListener("abort", killGroup);
      done(code ?? 137);
    });
  });
}

function jobEnvironment(checkout: Checkout, order: JobOrder, files: CommandFiles): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  Object.assign(env, {
    CI: "true",
    HOME: checkout.home,
    TMPDIR: checkout.root,
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: checkout.workspace,
    GITHUB_ENV: files.env,
    GITHUB_PATH: files.path,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_TEMP: checkout.root,
  });
  for (const [name, value] of order.env) env[name] = interpolate(value, order.context);
  return env;
}

function stepEnvironment(job: Record<string, string>, step: Step, context: Context): Record<string, string> {
  const env = { ...job };
  for (const [name, value] of step.env) env[name] = interpolate(value, context);
  return env;
}

interface CommandFiles {
  readonly env: string;
  readonly path: string;
  readonly output: string;
  readonly summary: string;
}

async function commandFiles(checkout: Checkout): Promise<CommandFiles> {
  const at = (name: string): string => join(checkout.root, `github-${name}`);
  const files = { env: at("env"), path: at("path"), output: at("output"), summary: at("summary") };
  await Promise.all(Object.values(files).map((file) => writeFile(file, "")));
  return files;
}

/** `NAME=value` lines of GITHUB_ENV and folders of GITHUB_PATH reach the later steps. */
async function readCommandFiles(files: CommandFiles, env: Record<string, string>): Promise<void> {
  for (const line of (await readFile(files.env, "utf8")).split("\n")) {
    const cut = line.indexOf("=");
    if (cut > 0) env[line.slice(0, cut)] = line.slice(cut + 1);
  }
  const folders = (await readFile(files.path, "utf8")).split("\n").filter((line) => line !== "");
  await Promise.all([writeFile(files.env, ""), writeFile(files.path, "")]);
  if (folders.length > 0) env["PATH"] = [...folders.reverse(), env["PATH"] ?? ""].join(":");
}

interface BoundedLog {
  add(text: string): void;
  length(): number;
  since(mark: number): string;
  text(): string;
}

function boundedLog(): BoundedLog {
  let kept = "";
  let written = 0;
  return {
    add(text) {
      kept = (kept + text).slice(-LOG_LIMIT);
      written += text.length;
    },
    length: () => written,
    since: (mark) => (written === mark ? "" : kept.slice(-Math.min(written - mark, LOG_LIMIT))),
    text: () => kept,
  };
}
