// A repository that releases itself, and a tree of release files that follows a schedule: from nothing to what the service would tag.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { published } from "../support/published.ts";
import { runRelease } from "../../src/cli/release/main.ts";

let folder: string;
const git = (dir: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-C", dir, ...args], { encoding: "utf8", env: { ...process.env, ...PEOPLE } }).trim();
const PEOPLE = {
  ...{ GIT_AUTHOR_NAME: "Nina", GIT_AUTHOR_EMAIL: "nina@example.org" },
  ...{ GIT_COMMITTER_NAME: "Nina", GIT_COMMITTER_EMAIL: "nina@example.org" },
};

async function release(cwd: string, ...args: readonly string[]) {
  let [out, err] = ["", ""];
  const code = await runRelease(["release", ...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: { ...process.env, ...PEOPLE },
    cwd,
  });
  return { code, out, err };
}

function commit(dir: string, subject: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  git(dir, "add", "-A");
  git(dir, "commit", "-q", "-m", subject);
  return git(dir, "rev-parse", "HEAD");
}

function repository(name: string): string {
  const dir = join(folder, name);
  mkdirSync(dir, { recursive: true });
  git(dir, "init", "-q", "-b", "main");
  git(dir, "remote", "add", "origin", `https://github.com/acme/${name}.git`);
  return dir;
}

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "plustwo-own-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a repository that releases itself", () => {
  it("goes from nothing to a candidate, its final and the next fix, without a word about itself", async () => {
    const calc = repository("calc");
    commit(calc, "First", { "package.json": '{"dependencies":{"a":"^1.0.0"}}' });
    const note = { "releasenotes/notes/adds-0123456789abcdef.yaml": "features:\n  - Adds numbers.\n" };
    const second = commit(calc, "Second", note);
    const file = "deliverables/2026.2/calc.yaml";
    expect((await release(calc, "propose", "--dry-run")).out).toContain(
      "Would add 0.1.0 to deliverables/_independent/",
    );
    expect(existsSync(join(calc, "deliverables"))).toBe(false);
    const cut = await release(calc, "cut", "2026.2");
    expect(cut.out).toBe(
      `Added 1.0.0.0rc1 to ${file}, a new file\n  acme/calc at ${second} (main)\n  branch stable/2026.2 at 1.0.0.0rc1\n`,
    );
    expect(cut.err).toContain("There is no .github/plustwo.yml here");
    commit(calc, "Release 1.0.0.0rc1", {});
    // What the service does with it.
    git(calc, "tag", "1.0.0.0rc1", second);
    git(calc, "branch", "stable/2026.2", second);
    expect((await release(calc, "final")).out).toContain(
      `Added 1.0.0 to ${file}\n  acme/calc at ${second} (stable/2026.2)\n`,
    );
    commit(calc, "Release 1.0.0", {});
    expect((await release(calc, "list-unreleased")).code).toBe(0);
    expect((await release(calc, "validate", "--base", "HEAD~1", "--repos", ".")).code).toBe(0);
    git(calc, "switch", "-q", "stable/2026.2");
    commit(calc, "Fix", { "package.json": '{"dependencies":{"a":"^1.4.0"}}' });
    git(calc, "switch", "-q", "main");
    const raised = await release(calc, "propose", "--dry-run", "--json");
    expect(published("release-edit", raised.out)).toMatchObject({
      release: "1.1.0",
      reasons: ["minor: acme/calc/package.json raises a to ^1.4.0, it was ^1.0.0"],
    });
    const next = await release(calc, "cut", "2027.1");
    expect(next.out).toContain("Added 2.0.0.0rc1 to deliverables/2027.1/calc.yaml, a new file");
    expect(await release(calc, "cut", "2026.1")).toMatchObject({ code: 1 });
  });

  it("begins nothing for a name or a series that is misspelt, and nothing from half a history", async () => {
    const slim = repository("slim");
    commit(slim, "First", { a: "a\n" });
    expect(await release(slim, "cut", "2026.2", "slimm")).toMatchObject({ code: 3 });
    expect(await release(slim, "cut", "hibiskus")).toMatchObject({ code: 3 });
    expect(existsSync(join(slim, "deliverables"))).toBe(false);
    await release(slim, "propose");
    git(slim, "tag", "0.1.0");
    commit(slim, "Release 0.1.0", {});
    expect((await release(slim, "propose")).err).toContain("nothing is new since 0.1.0");
    const shallow = join(folder, "shallow");
    commit(slim, "Second", { a: "b\n" });
    git(folder, "clone", "-q", "--depth", "1", `file://${slim}`, "shallow");
    git(shallow, "remote", "set-url", "origin", "https://github.com/acme/slim.git");
    const refused = await release(shallow, "propose");
    expect(refused).toMatchObject({ code: 3 });
    expect(refused.err).toContain(
      "is shallow, so nobody can say what was released before\nHint: run `git fetch --unshallow",
    );
  });
});

describe("what a schedule asks for", () => {
  it("is proposed by team, on one branch for each, once", async () => {
    const files = repository("releases");
    for (const name of ["calc", "parser"]) {
      const dir = repository(`repos/${name}`);
      commit(dir, "First", { a: "a\n" });
      git(dir, "tag", "1.0.0");
      if (name === "calc") commit(dir, "Second", { a: "b\n" });
    }
    const week = (start: string, end: string, more: string) => `  - start: '${start}'\n    end: '${end}'\n${more}`;
    const about = "release-model: cycle-with-intermediary\nrepository-settings:\n";
    const tip = commit(files, "Files", {
      "releases/series_status.yaml": "---\n- name: basil\n  release-id: 2027.2\n  status: development\n",
      "releases/basil/schedule.yaml": `---\nstart-week: '2027-10-18'\nrelease-week: '2027-11-29'\ncycle:\n${week("2027-10-11", "2027-10-15", "")}${week("2027-10-18", "2027-10-22", "    name: R-6\n    x-project:\n      - b-final-lib\n")}${week("2027-11-29", "2027-12-03", "    name: R+0\n    x-project:\n      - b-final\n")}`,
      "deliverables/basil/calc.yaml": `team: maths\ntype: library\n${about}  acme/calc: {}\n`,
      "deliverables/basil/parser.yaml": `team: words\ntype: library\n${about}  acme/parser: {}\n`,
    });
    const asked = ["auto-propose", "--at", "2027-10-20", "--repos", "../repos"];
    const printed = await release(files, ...asked);
    expect(printed).toMatchObject({ code: 0 });
    expect(printed.out).toContain("maths\n  calc 1.1.0  deliverables/basil/calc.yaml\n    begins stable/2027.2\n");
    expect(printed.out).toContain("-  parser  nothing is new since 1.0.0");
    expect(git(files, "for-each-ref", "--format=%(refname)", "refs/heads")).toBe("refs/heads/main");
    const first = await release(files, ...asked, "--commit");
    const branch = "release/basil/b-final-lib/maths";
    expect(first.err).toContain(`git switch ${branch} && git review`);
    expect(git(files, "log", "--format=%an %s", `main..${branch}`)).toBe(
      "Nina Release maths for the final release of libraries of basil",
    );
    expect(git(files, "diff", "--stat", "main", branch)).toMatch(/calc\.yaml .*\n 1 file changed/);
    expect([git(files, "rev-parse", "HEAD"), git(files, "status", "--porcelain")]).toEqual([tip, ""]);
    const made = git(files, "rev-parse", branch);
    const again = await release(files, ...asked, "--commit", "--json");
    expect(published("release-auto-propose", again.out)).toMatchObject({
      branches: [{ name: branch, state: "same", commit: made }],
      silence: null,
    });
    expect(readFileSync(join(files, "deliverables/basil/calc.yaml"), "utf8")).not.toContain("1.1.0");
  });
});
