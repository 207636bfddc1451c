// `plustwo backport check` and `audit`, rule by rule, in one small history: also bare, and where a series has ended.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runBackport } from "../../src/cli/backport/main.ts";
import { published } from "../support/published.ts";

const ID = `I${"7".repeat(40)}`;
let base: string;
let up: string;
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=Carol", "-c", "user.email=carol@example.org", ...args], {
    ...{ cwd: up, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" },
  }).trim();

function commit(name: string, text: string, message: string): string {
  writeFileSync(join(up, name), text);
  git("add", "-A");
  git("commit", "-q", "-m", message);
  return git("rev-parse", "HEAD");
}

async function backport(cwd: string, ...args: readonly string[]) {
  let out = "";
  const [stdout, stderr] = [{ write: (text: string) => (out += text) }, { write: () => undefined }];
  const code = await runBackport(["backport", ...args], { stdout, stderr, env: process.env, cwd });
  return { code, out };
}

interface Rows {
  readonly branches: readonly {
    readonly branch: string;
    readonly findings: readonly { readonly rule: string; readonly subject: string }[];
  }[];
}

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "plustwo-backport-"));
  up = base;
  git("init", "-q", "-b", "main", "up");
  up = join(base, "up");
  commit("a.c", "1\n", "Start");
  for (const name of ["stable/2024.2", "stable/2025.1", "stable/2025.2"]) git("branch", name);
  const schema = commit("schema.sql", "1\n", "Widen a column");
  const named = commit("named.c", "1\n", `Name it\n\nChange-Id: ${ID}`);
  const taken = commit("taken.c", "1\n", "Take it");
  git("revert", "--no-edit", taken);
  const lost = commit("lost.c", "1\n2\n", "Find it by what it does");
  git("switch", "-q", "stable/2025.2");
  for (const fix of [schema, taken]) git("cherry-pick", "-x", fix);
  git("cherry-pick", lost);
  git("commit", "-q", "--amend", "-m", "Another name of it");
  git("switch", "-q", "stable/2024.2");
  git("cherry-pick", "-x", named);
  const between = git("rev-parse", "HEAD");
  git("tag", "-a", "-m", "The end", "2024.2-eol");
  git("switch", "-q", "stable/2025.1");
  git("branch", "-D", "stable/2024.2");
  git("cherry-pick", "-x", between);
  git(
    "commit",
    "-q",
    "--amend",
    "-m",
    `Name it\n\n(cherry picked from commit ${named})\n(cherry picked from commit ${between})`,
  );
  commit("left.c", "<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n", "Forget a conflict [stable-only]");
  commit("gone.c", "1\n", `Pick it from nowhere\n\n(cherry picked from commit ${"9".repeat(40)})`);
  git("switch", "-q", "main");
  git("clone", "-q", "--bare", up, join(base, "bare.git"));
});
afterAll(() => rmSync(base, { recursive: true }));

it.each(["up", "bare.git"])("check finds each rule that is broken, in %s", async (where) => {
  const { code, out } = await backport(join(base, where), "check", "--forbid", "*.sql", "--json");
  expect(code).toBe(1);
  const found = published<Rows>("backport-check", out).branches.map(({ branch, findings }) => [
    branch,
    ...findings.map(({ rule, subject }) => `${rule}: ${subject}`),
  ]);
  expect(found).toEqual([
    [
      "stable/2025.2",
      "origin: Another name of it",
      "order: Another name of it",
      "order: Take it",
      "forbidden-path: Widen a column",
    ],
    [
      "stable/2025.1",
      "origin-merged: Pick it from nowhere",
      "order: Pick it from nowhere",
      "markers: Forget a conflict [stable-only]",
      "order: Name it",
      "change-id: Name it",
    ],
  ]);
});

it("audit finds by its patch what has lost its name, and misses what a newer branch reverted", async () => {
  const { code, out } = await backport(join(base, "bare.git"), "audit");
  expect(code).toBe(1);
  expect(out.replaceAll(/[0-9a-f]{10}/g, "<sha>")).toMatchInlineSnapshot(`
    "stable/2025.2: 3 commits, 1 missing on a newer branch, 1 there by the patch alone
      <sha> "Take it": not on main
      <sha> "Another name of it": on main as <sha>, by its patch; neither its Change-Id nor a pick says so
    stable/2025.1: 3 commits, 1 stable-only, 2 missing on a newer branch
      <sha> "Pick it from nowhere": not on main, stable/2025.2
      <sha> "Name it": not on stable/2025.2
    "
  `);
});

it("a series that series_status.yaml calls ended is no branch to ask about", async () => {
  const file = join(base, "series_status.yaml");
  writeFileSync(
    file,
    "- name: ibis\n  release-id: 2025.2\n  status: maintained\n- name: heron\n  release-id: 2025.1\n  status: end of life\n",
  );
  expect((await backport(up, "check", "--series", file)).out).not.toContain("2025.1");
  expect(await backport(up, "audit", "stable/2025.1", "--series", file)).toEqual({ code: 1, out: "" });
});
