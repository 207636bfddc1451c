/**
 * `git review` side by side with the real git-review: the same live Gerrit, the same project, the same commands, in turns.
 * Wall time of the whole process, median of the runs; fails where a goal is missed. Needs Java 17, Maven and Python with pip;
 * where one is missing it says so and ends with 0.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { GIT_REVIEW_VERSION, obtainGitReview, type GitReview } from "../test/gerrit/live/git-review.ts";
import { environment, GERRIT_VERSION, obtainJars } from "../test/gerrit/live/jars.ts";
import { makePerson, makeProject, rest } from "../test/gerrit/live/people.ts";
import { startGerrit, type LiveGerrit } from "../test/gerrit/live/server.ts";

const OURS = resolve("dist/git-review.js");
const BARE = "git fetch -q gerrit && git push -q gerrit HEAD:refs/for/main";
const RUNS = Number(process.argv[2] ?? "10");

interface Bench {
  readonly name: string;
  readonly args: readonly string[];
  /** Makes ready what is measured; not timed. */
  readonly before?: (clone: Clone, run: number) => void;
  /** At most this part of git-review's time. */
  readonly goal?: number;
  /** A bare `git fetch` and `git push` of the same: what the server and the network take. */
  readonly floor?: boolean;
}

/** One clone for each program, so that neither finds what the other fetched. */
interface Clone {
  readonly name: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...string[]];
  /** The project as its administrator, who may push past review. */
  readonly landing: string;
}

const BENCHES: readonly Bench[] = [
  { name: "--version", args: ["--version"], goal: 0.3 },
  { name: "-h", args: ["-h"] },
  { name: "-n, 1 commit", args: ["-n"], before: (clone, run) => stack(clone, `dry-${run}`, 1), goal: 0.35 },
  { name: "submit of 1", args: ["-y"], before: (clone, run) => stack(clone, `one-${run}`, 1), floor: true },
  { name: "submit of 20", args: ["-y"], before: (clone, run) => stack(clone, `many-${run}`, 20), floor: true },
  {
    name: "submit of 20, the target has moved",
    args: ["-y"],
    before: (clone, run) => {
      stack(clone, `moved-${run}`, 20);
      moveTarget(clone);
    },
    goal: 0.5,
    floor: true,
  },
  { name: "download", args: ["-d", "1"], before: forgetDownload },
];

function stack(clone: Clone, topic: string, commits: number): void {
  git(clone, "switch", "-q", "--no-track", "-C", topic, "gerrit/main");
  for (let n = 1; n <= commits; n += 1) {
    writeFileSync(join(clone.dir, `${clone.name}-${topic}-${n}`), `${n}\n`);
    git(clone, "add", ".");
    git(clone, "commit", "-q", "-m", `${topic} ${n} by ${clone.name}`);
  }
}

/** Somebody else's change lands: a commit on the server's main that this clone does not have. */
function moveTarget(clone: Clone): void {
  const above = git(clone, "ls-remote", clone.landing, "refs/heads/main").split("\t")[0] ?? "";
  git(clone, "fetch", "-q", "--no-write-fetch-head", clone.landing, "refs/heads/main");
  const landed = git(clone, "commit-tree", "-p", above, "-m", "Land", `${above}^{tree}`);
  git(clone, "push", "-q", clone.landing, `${landed}:refs/heads/main`);
}

/** The change's commits go too, so that they are fetched each time. */
function forgetDownload(clone: Clone): void {
  git(clone, "switch", "-q", "--detach", "gerrit/main");
  const branches = git(clone, "for-each-ref", "--format=%(refname:short)", "refs/heads/review/").split("\n");
  for (const branch of branches.filter((one) => one !== "")) git(clone, "branch", "-q", "-D", branch);
  rmSync(join(clone.dir, ".git", "FETCH_HEAD"), { force: true });
  git(clone, "reflog", "expire", "--expire=now", "--all");
  git(clone, "gc", "-q", "--prune=now");
}

function git({ dir, env }: Pick<Clone, "dir" | "env">, ...args: readonly string[]): string {
  return must("git", args, { dir, env });
}

function must(program: string, args: readonly string[], { dir, env }: Pick<Clone, "dir" | "env">): string {
  const ran = spawnSync(program, args, { cwd: dir, env, encoding: "utf8" });
  if (ran.status === 0) return ran.stdout.trim();
  throw new Error(`${program} ${args.join(" ")} ended with ${ran.status}:\n${ran.stdout}${ran.stderr}`);
}

async function cloneFor(
  gerrit: LiveGerrit,
  folder: string,
  { name, command, env }: Pick<Clone, "name" | "command" | "env">,
): Promise<Clone> {
  const home = mkdtempSync(join(folder, `${name}-`));
  const person = await makePerson(gerrit, name, home);
  const ssh = `ssh -i ${person.key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes`;
  // git-review asks over ssh with GIT_SSH, which is a program, and git with either.
  writeFileSync(join(home, "ssh"), `#!/bin/sh\nexec ${ssh} "$@"\n`, { mode: 0o755 });
  writeFileSync(
    join(home, ".gitconfig"),
    `[user]\n\tname = ${name}\n\temail = ${person.email}\n[advice]\n\tdetachedHead = false\n`,
  );
  const settings = {
    ...env,
    PATH: environment()["PATH"] ?? "",
    HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_SSH: join(home, "ssh"),
  };
  const { user, password } = gerrit.administrator;
  const clone = {
    name,
    command,
    env: { ...settings, GIT_SSH_VARIANT: "ssh", GIT_TERMINAL_PROMPT: "0" },
    dir: join(home, "work"),
    landing: `${gerrit.url.replace("://", `://${user}:${password}@`)}/a/bench`,
  };
  const url = `ssh://${name}@127.0.0.1:${gerrit.sshPort}/bench`;
  git({ dir: home, env: clone.env }, "clone", "-q", "-o", "gerrit", "-b", "main", url, clone.dir);
  for (const [key, value] of [
    ["server", "gerrit"],
    ["hostname", "127.0.0.1"],
    ["port", String(gerrit.sshPort)],
    ["project", "bench"],
    ["branch", "main"],
    ["username", name],
  ] as const) {
    git(clone, "config", `gitreview.${key}`, value);
  }
  must(process.execPath, [OURS, "-s"], clone);
  return clone;
}

function time({ command: [program, ...first], dir, env }: Clone, args: readonly string[]): number {
  const began = performance.now();
  must(program, [...first, ...args], { dir, env });
  return performance.now() - began;
}

function median(all: readonly number[]): number {
  const sorted = [...all].sort((one, other) => one - other);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

async function compare(gerrit: LiveGerrit, peer: GitReview, folder: string): Promise<number> {
  await makeProject(gerrit, "bench");
  const ours = await cloneFor(gerrit, folder, {
    name: "ours",
    command: [process.execPath, OURS],
    env: {},
  });
  const theirs = await cloneFor(gerrit, folder, {
    name: "theirs",
    command: [peer.program, ...peer.args],
    env: peer.env,
  });
  const bare = await cloneFor(gerrit, folder, { name: "bare", command: ["sh", "-c", BARE], env: {} });
  stack(ours, "first", 1);
  time(ours, ["-y"]);
  await rest(gerrit, "GET", "/changes/1");
  console.log(
    `| ${RUNS} runs in turns, ms, median (least–most) | git-review ${GIT_REVIEW_VERSION} | plustwo | part | goal | bare git |`,
  );
  console.log("| --- | --- | --- | --- | --- | --- |");
  let missed = 0;
  for (const { name, args, before, goal, floor } of BENCHES) {
    const times = new Map<Clone, number[]>();
    for (const clone of floor === true ? [ours, theirs, bare] : [ours, theirs]) times.set(clone, []);
    for (let run = 0; run < RUNS; run += 1) {
      for (const [clone, own] of run % 2 === 0 ? [...times] : [...times].reverse()) {
        before?.(clone, run);
        own.push(time(clone, clone === bare ? [] : args));
      }
    }
    const [own, other, least] = [times.get(ours) ?? [], times.get(theirs) ?? [], times.get(bare)];
    const part = median(own) / median(other);
    if (goal !== undefined && part > goal) missed += 1;
    const said = goal === undefined ? "" : `≤ ${goal}${part > goal ? ", missed" : ""}`;
    const bottom = least === undefined ? "" : shown(least);
    console.log(`| ${name} | ${shown(other)} | ${shown(own)} | ${part.toFixed(2)} | ${said} | ${bottom} |`);
  }
  return missed;
}

function shown(times: readonly number[]): string {
  return `${median(times).toFixed(0)} (${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)})`;
}

const jars = await obtainJars();
const peer = await obtainGitReview();
if (jars.kind === "none" || peer === undefined) {
  console.log(`bench:cli: not run, because ${jars.kind === "none" ? jars.why : "git-review cannot be had from PyPI"}`);
} else {
  const folder = mkdtempSync(join(tmpdir(), "plustwo-bench-"));
  const gerrit = await startGerrit(jars.files);
  try {
    console.log(`Live Gerrit ${GERRIT_VERSION} over ssh, Node ${process.versions.node}`);
    process.exitCode = (await compare(gerrit, peer, folder)) > 0 ? 1 : 0;
  } finally {
    await gerrit.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
