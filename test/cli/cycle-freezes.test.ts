// Freezes at somebody's seat, by the files that docs/CYCLE.md shows: what is wrong with them, what they stop, and whether a change would be stopped.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runCycle } from "../../src/cli/cycle/main.ts";
import { parseInstant, type Instant } from "../../src/core/time.ts";
import { published } from "../support/published.ts";

let dir = "";
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "plustwo-freezes-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const NOW = "2027-05-05T12:00Z";
async function cycle(...args: readonly string[]) {
  let [out, err] = ["", ""];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const clock = { now: (): Instant => parseInstant(NOW) ?? expect.fail("no time"), wake: () => () => undefined };
  const code = await runCycle(["cycle", ...args], { stdout, stderr, clock, env: process.env, cwd: dir });
  return { code, out, err };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

async function project(): Promise<void> {
  await cycle("init", "2027.1", "--name", "aster", "--prev", "2026-11-30", "--release", "2027-05-31");
  const page = readFileSync(new URL("../../docs/CYCLE.md", import.meta.url), "utf8");
  for (const [, path = "", text = ""] of page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)) write(path, text);
  for (const path of ["docs/a.md", "releasenotes/a.yaml", "package.json", "package-lock.json", "locale/de.po"])
    write(path, "x\n");
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: dir });
  git("init", "-q");
  git("add", "-A");
  git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "first");
}

it("nothing is wrong with the files of the page, and status says what each freeze stops", async () => {
  await project();
  expect(await cycle("check")).toMatchObject({
    code: 0,
    out: "1 schedule, 1 without a problem, freezes and exceptions: nothing is wrong\n",
  });
  const { out } = await cycle("status");
  expect(out).toContain("Frozen  feature since 30 Apr 2027 00:00 UTC (a-ff) until 14 May 2027 00:00 UTC\n");
  expect(out).toContain("        stops every change to main, but not one to docs/*, releasenotes/* alone\n");
  const json = published("cycle-status", (await cycle("status", "--json")).out);
  expect(json).toMatchObject({
    change: null,
    freezes: expect.arrayContaining([
      expect.objectContaining({
        freeze: "library",
        stops: { branches: [], paths: [], tagLabels: [], exemptPaths: [] },
      }),
    ]) as unknown,
  });
});

it("a change is asked about: exit 1 where it would be stopped, with by what and until when", async () => {
  await project();
  expect(await cycle("status", "--change", "142", "--paths", "src/a.ts")).toEqual({
    code: 1,
    err: "",
    out: `aster · R-4, 4 weeks before the release week · on the way to the release candidates
  5 May 2027 12:00 UTC · releases/aster/schedule.yaml
#142 to main, 1 path, no tag label: stopped until 14 May 2027 00:00 UTC
  stopped by feature-freeze of aster until 14 May 2027 00:00 UTC
  release-freeze of aster will stop it from 28 May 2027 00:00 UTC until 3 Jun 2027 00:00 UTC
`,
  });
  const granted = await cycle("status", "--change", "141", "--paths", "src/a.ts");
  expect(granted.code).toBe(0);
  expect(granted.out).toContain("#141 to main, 1 path, no tag label: no freeze stops it\n");
  expect(granted.out).toContain("let through feature-freeze of aster by exceptions/aster/141.yaml until 8 May 2027");
  const json = published("cycle-status", (await cycle("status", "--change", "141", "--json")).out);
  expect(json).toMatchObject({ change: { number: 141, stopped: true, unread: [], letThrough: [{}] } });
  expect((await cycle("status", "--branch", "stable/2026.2", "--paths", "src/a.ts")).code).toBe(0);
  expect((await cycle("status", "--change", "x")).code).toBe(3);
});

it("a branch that a clone does not know is told; a checkout of one commit does not know which there are", async () => {
  await project();
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: dir });
  git("branch", "-m", "trunk");
  expect((await cycle("check")).out).not.toContain("freeze-branch");
  git("update-ref", "refs/remotes/origin/trunk", "HEAD");
  git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
  expect((await cycle("check")).out).toContain(
    "`main` under `branches` of `feature` is no branch that this clone knows",
  );
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  expect(await cycle("check")).toMatchObject({ code: 0, out: expect.stringContaining("nothing is wrong") as string });
});

it("what closes the gate is found by check, and closes the change that is asked about", async () => {
  await project();
  write(
    "exceptions/aster/142.yaml",
    "kind: FFF\nrequested: 2027-05-01\nthread: https://a.example\ndecided-by: []\nexpires: 2027-05-02\n",
  );
  write("exceptions/2027.1/143.yaml", readFileSync(join(dir, "exceptions/aster/141.yaml"), "utf8"));
  write("exceptions/aster/feature.yaml", "");
  write(
    "releases/freezes.yaml",
    readFileSync(join(dir, "releases/freezes.yaml"), "utf8").replace(/ {2}release: .*\n/, ""),
  );
  const { code, out } = await cycle("check");
  expect(code).toBe(1);
  expect(out.split("\n").filter((line) => !line.startsWith("  →"))).toEqual([
    expect.stringMatching(
      /^releases\/aster\/schedule.yaml:\d+: \[freeze-unnamed\] `a-finalrc` begins the freeze `release`/,
    ),
    "exceptions/2027.1/143.yaml:1: [exception-cycle] no schedule is in releases/2027.1",
    "exceptions/aster/142.yaml:1: [exception-kind] `kind` cannot be `FFF`",
    "exceptions/aster/142.yaml:4: [exception-decided-by] `decided-by` cannot be a list",
    "exceptions/aster/feature.yaml:1: [exception-name] its name says no pull request, so it lets nothing through",
    "1 schedule, 1 without a problem, freezes and exceptions: 5 problems",
    "",
  ]);
  published("cycle-check", (await cycle("check", "--json")).out);
  const asked = await cycle("status", "--change", "142", "--paths", "docs/a.md");
  expect(asked.code).toBe(1);
  expect(asked.out).toContain("closed until these are mended\n");
  expect(asked.out).toContain("exceptions/aster/142.yaml:1:7: `kind` cannot be `FFF`");
});

it("schedules are looked for where the policy says they are; without freezes nothing can be asked", async () => {
  expect((await cycle("status", "--change", "1")).err).toContain("Cannot find a schedule");
  await cycle("init", "2027.1", "--name", "aster", "--prev", "2026-11-30", "--release", "2027-05-31", "--out", "plans");
  write(".github/plustwo.yml", "version: 1\nextends: preset:openstack\n");
  expect((await cycle("check")).err).toContain("Cannot find a schedule: releases and doc/source");
  write(".github/plustwo.yml", "version: 1\nextends: preset:openstack\ncycle: { files: plans }\n");
  const { code, out } = await cycle("check");
  expect([code, out.match(/freeze-unnamed/g)?.length]).toEqual([1, 8]);
  write(".github/plustwo.yml", "version: 1\n");
  const asked = await cycle("status", "plans", "--change", "1");
  expect([asked.code, asked.err]).toEqual([3, expect.stringContaining("Cannot say what a freeze would stop")]);
});
