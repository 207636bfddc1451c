/** The peer: reno, pinned, in a folder of its own outside the repository; and how a program is run and timed. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";

const REQUIREMENTS = "bench/notes/requirements.txt";

/** The program, or a sentence why there is none. */
export function obtainReno(): { readonly program: string } | { readonly absent: string } {
  const wanted = readFileSync(REQUIREMENTS, "utf8")
    .trim()
    .replaceAll(/[^\w.=-]/g, "");
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "plustwo", wanted);
  const program = join(folder, "bin", "reno");
  if (existsSync(program)) return { program };
  mkdirSync(folder, { recursive: true });
  const made = spawnSync("python3", ["-m", "venv", folder], { encoding: "utf8" });
  if (made.status !== 0) return { absent: "skipped: python3 with venv is not here" };
  const installed = spawnSync(join(folder, "bin", "pip"), ["install", "-q", "-r", REQUIREMENTS], { encoding: "utf8" });
  if (installed.status !== 0) return { absent: `skipped: pip could not install ${wanted}` };
  return { program };
}

export interface Ran {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly wallMs: number;
  /** User and system, of all that it started. */
  readonly cpuMs: number;
  /** Of its largest process. */
  readonly maxRssMb: number;
}

// The shell of GNU time is not everywhere; Python, which reno needs anyway, tells what a child took.
const TIMED = `
import resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as told:
    told.write("%f %f %d" % (time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss))
sys.exit(code)
`;

export function run(cwd: string, command: readonly string[]): Ran {
  const folder = mkdtempSync(join(tmpdir(), "plustwo-timed-"));
  const told = join(folder, "told");
  const { status, stdout, stderr } = spawnSync("python3", ["-c", TIMED, told, ...command], {
    cwd,
    env: { ...process.env, TZ: "UTC", PYTHONHASHSEED: "0", LC_ALL: "C.UTF-8" },
    maxBuffer: 256 * 1024 * 1024,
  });
  const [wall = NaN, cpu = NaN, rss = NaN] = existsSync(told) ? readFileSync(told, "utf8").split(" ").map(Number) : [];
  rmSync(folder, { recursive: true });
  return {
    status: status ?? 255,
    stdout,
    stderr: String(stderr),
    wallMs: wall * 1000,
    cpuMs: cpu * 1000,
    maxRssMb: rss / 1024,
  };
}

export function ours(args: readonly string[]): readonly string[] {
  return [process.execPath, resolve("dist/plustwo.js"), "notes", ...args];
}
