// Runs one command as a child process and tells what it printed. Never a shell: arguments are passed as they are.
import { spawn } from "node:child_process";

export interface Ran {
  /** As a person would have typed it. */
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  /** The command is stopped then; 60 s if not said. */
  readonly limitMs?: number;
}

/** Resolves whatever the exit code is; rejects if the program cannot be started or did not end in time. */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const command = [program, ...args].map(quoted).join(" ");
  const limitMs = options.limitMs ?? 60_000;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`\`${command}\` did not end within ${limitMs / 1000} s. It printed:\n${stdout}${stderr}`));
    }, limitMs);
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`Cannot start \`${command}\` in ${options.cwd}: ${error.message}`));
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ command, code: code ?? 137, stdout, stderr });
    });
    child.stdin.on("error", () => undefined); // a program may end without reading
    child.stdin.end(options.input ?? "");
  });
}

/** As `run`, but anything else than exit code 0 is an error that shows what was printed. */
export async function mustRun(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const ran = await run(program, args, options);
  if (ran.code === 0) return ran;
  throw new Error(`\`${ran.command}\` ended with exit code ${ran.code}:\n${ran.stdout}${ran.stderr}`);
}

export function quoted(word: string): string {
  return /^[\w@%+=:,./^~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
