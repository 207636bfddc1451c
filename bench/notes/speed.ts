/**
 * `plustwo notes list` beside reno in the same run, on the clone that is given: the whole history, cold and remembered.
 * CPU is that of all processes, memory that of the largest one. Ends with 1 where a goal is missed.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { obtainReno, ours, run, type Ran } from "./reno.ts";

const FULL = "--no-stop-at-branch-base";
const GOAL = { coldMs: 2_500, warmMs: 300, memoryMb: 250, lessCpu: 15 };

const reno = obtainReno();
const [clone, count = "3"] = process.argv.slice(2);
if (clone === undefined) console.log("skipped: no clone given (node scripts/bench.mjs notes/speed CLONE [RUNS])");
else if ("absent" in reno) console.log(reno.absent);
else measure(resolve(clone), Number(count), reno.program);

function measure(dir: string, runs: number, program: string): void {
  const gitDir = spawnSync("git", ["rev-parse", "--absolute-git-dir"], { cwd: dir, encoding: "utf8" }).stdout.trim();
  const forget = (): void => rmSync(join(gitDir, "plustwo", "notes"), { recursive: true, force: true });
  const theirs: Ran[] = [];
  const cold: Ran[] = [];
  const warm: Ran[] = [];
  for (let turn = 0; turn < runs; turn += 1) {
    forget();
    cold.push(run(dir, ours(["list", FULL])));
    warm.push(run(dir, ours(["list", FULL])));
    theirs.push(run(dir, [program, "-q", "list", FULL]));
  }
  console.log(`${basename(dir)}, best of ${runs}`);
  const [peer, first, second] = [row("reno", theirs), row("plustwo, cold", cold), row("plustwo, remembered", warm)];
  const less = peer.cpuMs / first.cpuMs;
  console.log(`${less.toFixed(1)} times less CPU than reno`);
  const missed = [
    ...(first.wallMs > GOAL.coldMs ? ["cold time"] : []),
    ...(second.wallMs > GOAL.warmMs ? ["remembered time"] : []),
    ...(first.maxRssMb > GOAL.memoryMb ? ["memory"] : []),
    ...(less < GOAL.lessCpu ? ["CPU beside reno"] : []),
  ];
  if (missed.length === 0) return;
  console.log(`missed: ${missed.join(", ")}`);
  process.exitCode = 1;
}

function row(name: string, runs: readonly Ran[]): Pick<Ran, "wallMs" | "cpuMs" | "maxRssMb"> {
  const best = {
    wallMs: Math.min(...runs.map(({ wallMs }) => wallMs)),
    cpuMs: Math.min(...runs.map(({ cpuMs }) => cpuMs)),
    maxRssMb: Math.max(...runs.map(({ maxRssMb }) => maxRssMb)),
  };
  const figures = `wall ${(best.wallMs / 1000).toFixed(2)} s, CPU ${(best.cpuMs / 1000).toFixed(2)} s`;
  console.log(`| ${name} | ${figures}, ${Math.round(best.maxRssMb)} MB |`);
  return best;
}
