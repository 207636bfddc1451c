/**
 * `plustwo notes --compat=reno` beside reno: the same bytes of `list` and `report`, or both refuse. Then what each finds of the notes
 * at HEAD. Arguments are clones with a work tree; without one a repository with every trap is made. Each row is printed as it is done.
 * On a large clone reno takes minutes: its answers are remembered (peer-memory.ts), so that the command goes on where it was stopped,
 * and after a change of ours only ours is run. `--again` forgets them first.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { rememberingPeer, type Peer } from "./peer-memory.ts";
import { obtainReno, ours, run } from "./reno.ts";
import { makeTrapWorld, removeTrapWorld, TRAP_BRANCHES } from "./trap-world.ts";

const FULL = "--no-stop-at-branch-base";
let different = 0;

const reno = obtainReno();
if ("absent" in reno) console.log(reno.absent);
else {
  const again = process.argv.includes("--again");
  const clones = process.argv.slice(2).filter((word) => word !== "--again");
  if (clones.length === 0) {
    console.log("skipped: no clone given; a repository with every trap instead");
    const dir = mkdtempSync(join(tmpdir(), "plustwo-traps-"));
    try {
      makeTrapWorld(dir);
      const ask: Peer = (words) => ({ ...run(dir, [reno.program, ...words]), remembered: false });
      compare(ask, dir, TRAP_BRANCHES);
    } finally {
      removeTrapWorld(dir);
    }
  }
  for (const clone of clones) {
    const dir = resolve(clone);
    compare(rememberingPeer(reno.program, dir, { again }), dir, newestSeries(dir));
  }
  if (different > 0) process.exitCode = 1;
}

function compare(peer: Peer, dir: string, branches: readonly string[]): void {
  console.log(`${basename(dir)}`);
  const runs: readonly (readonly string[])[] = [
    [],
    [FULL],
    ["--no-collapse-pre-releases", FULL],
    ...branches.map((branch) => ["--branch", branch]),
  ];
  for (const flags of runs)
    for (const command of ["list", "report"]) {
      const words = [command, ...flags].join(" ");
      process.stderr.write(`  … reno ${words}\n`);
      const theirs = peer(["-q", command, ...flags]);
      const mine = run(dir, ours([command, "--compat=reno", ...flags]));
      const refused = theirs.status !== 0;
      const same = refused ? mine.status > 1 : mine.status <= 1 && theirs.stdout.equals(mine.stdout);
      if (!same) different += 1;
      const verdict = same ? (refused ? "both refuse" : "same bytes") : "DIFFERENT";
      const took = `${(theirs.wallMs / 1000).toFixed(1)} s${theirs.remembered ? " then" : ""}, ours ${(mine.wallMs / 1000).toFixed(1)} s`;
      console.log(`  ${verdict}  ${words} (${theirs.stdout.length} bytes; reno ${took})`);
      if (!same)
        console.log(
          `    reno ${theirs.status}: ${theirs.stderr.trim().split("\n").at(-1)}; plustwo ${mine.status}: ${mine.stderr.trim()}`,
        );
    }
  const atHead = new Set(
    lines(spawnSync("git", ["ls-files", "releasenotes/notes"], { cwd: dir, encoding: "utf8" }).stdout),
  );
  const notes = [...atHead].filter((path) => path.endsWith(".yaml"));
  const listed = (text: Buffer): number => {
    const shown = lines(text.toString("utf8")).flatMap((line) => /^\t(\S+) \(/.exec(line)?.[1] ?? []);
    return new Set(shown.filter((path) => atHead.has(path))).size;
  };
  const theirs = listed(peer(["-q", "list", FULL]).stdout);
  const mine = listed(run(dir, ours(["list", FULL])).stdout);
  console.log(`  notes here ${notes.length}; reno lists ${theirs}, plustwo ${mine}`);
}

function newestSeries(dir: string): readonly string[] {
  const refs = spawnSync("git", ["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads", "refs/remotes/origin"], {
    cwd: dir,
    encoding: "utf8",
  });
  return lines(refs.stdout)
    .filter((name) => /(?:^|\/)(?:stable|unmaintained)\//.test(name))
    .slice(-2);
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
