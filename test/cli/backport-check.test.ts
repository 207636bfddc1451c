// `plustwo backport check` and `audit` in a clone with two series: what keeps the rule, what does not, and what an upgrade would lose.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runBackport } from "../../src/cli/backport/main.ts";
import { published } from "../support/published.ts";

let dir = "";
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=Carol", "-c", "user.email=carol@example.org", ...args], {
    ...{ cwd: dir, encoding: "utf8" },
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" },
  }).trim();

function commit(name: string, message: string): string {
  writeFileSync(join(dir, name), `${message}\n`);
  git("add", "-A");
  git("commit", "-q", "-m", message);
  return git("rev-parse", "HEAD");
}

async function backport(...args: readonly string[]) {
  let [out, err] = ["", ""];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const code = await runBackport(["backport", ...args], { stdout, stderr, env: process.env, cwd: dir });
  return { code, out, err };
}

const ID = { slow: `I${"1".repeat(40)}`, leak: `I${"2".repeat(40)}` };
let by: Readonly<Record<"own" | "lost", string>>;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "plustwo-backport-"));
  git("init", "-q", "-b", "main");
  commit("a", "First");
  for (const series of ["2025.2", "2026.1"]) git("branch", `stable/${series}`);
  const slow = commit("slow", `Fix what is slow\n\nChange-Id: ${ID.slow}`);
  const leak = commit("leak", `Fix a leak\n\nChange-Id: ${ID.leak}`);
  commit("doc", "Say it");
  git("checkout", "-q", "stable/2026.1");
  git("cherry-pick", "-x", slow);
  commit("doc", "Say it");
  const own = commit("own", "Pin a library");
  git("checkout", "-q", "stable/2025.2");
  git("cherry-pick", "-x", leak);
  const lost = git("rev-parse", "HEAD");
  commit("doc", "Say it");
  by = { own, lost };
  git("checkout", "-q", "main");
});
afterAll(() => rmSync(dir, { recursive: true }));

it("check says which commit keeps no rule, for people and for scripts, and ends with 1", async () => {
  const { code, out } = await backport("check", "--json");
  expect(code).toBe(1);
  const { branches } = published<{ branches: { branch: string; findings: object[] }[] }>("backport-check", out);
  expect(branches).toMatchObject([
    { branch: "stable/2026.1", commits: 3, picked: 1, byBots: 0 },
    { branch: "stable/2025.2", commits: 2, picked: 1 },
  ]);
  expect(branches.flatMap(({ findings }) => findings)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ rule: "origin", severity: "error", commit: by.own, subject: "Pin a library" }),
      expect.objectContaining({ rule: "order", severity: "error", commit: by.lost, subject: "Fix a leak" }),
    ]),
  );
  expect((await backport("check")).out).toContain(`  error [origin] ${by.own.slice(0, 10)} "Pin a library": `);
  expect((await backport("check", "stable/2026.1", "--bot", "Carol@example.org", "--json")).code).toBe(0);
});

it.each([
  ["no.yaml", "there is no such file"],
  [".", "it is a folder"],
])("a list of series that is %s is said to be none, with 3", async (path, why) => {
  const { code, err } = await backport("check", "--series", path);
  expect([code, err]).toEqual([3, `Cannot read ${path}: ${why}\nHint: name a series_status.yaml\n`]);
});

it("audit says what an upgrade would lose, and ends with 1", async () => {
  const { code, out } = await backport("audit", "--json");
  expect(code).toBe(1);
  expect(published("backport-audit", out)).toMatchObject({
    branches: [
      { branch: "stable/2026.1", missing: [{ commit: by.own, missingOn: ["main"] }] },
      {
        branch: "stable/2025.2",
        missing: [{ commit: by.lost, subject: "Fix a leak", missingOn: ["stable/2026.1"] }],
        byPatch: [{ subject: "Say it", on: [{ branch: "main" }, { branch: "stable/2026.1", subject: "Say it" }] }],
      },
    ],
  });
});
