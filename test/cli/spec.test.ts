// `plustwo spec` as it is installed, in a repository of its own: a cycle of specs from `new` to `close`, and what is in its way.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runSpec } from "../../src/cli/spec/main.ts";
import { published } from "../support/published.ts";
import { root } from "../support/tools.ts";

const PLUSTWO = join(root, "dist", "plustwo.js");
const WHO = {
  ...{ GIT_AUTHOR_NAME: "Carol", GIT_AUTHOR_EMAIL: "carol@example.org" },
  ...{ GIT_COMMITTER_NAME: "Carol", GIT_COMMITTER_EMAIL: "carol@example.org", GIT_CONFIG_GLOBAL: "/dev/null" },
};

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "plustwo-spec-"));
  git("init", "-q", "-b", "main");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: dir, env: { ...process.env, ...WHO }, encoding: "utf8" });
}

function commit(message: string): void {
  git("add", "-A");
  git("commit", "-q", "--allow-empty", "-m", message);
}

function spec(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [PLUSTWO, "spec", ...args], { cwd: dir }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** In this process: a tenth of the time. */
async function specHere(...args: readonly string[]) {
  let [out, err] = ["", ""];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const code = await runSpec(["spec", ...args], { stdout, stderr, env: process.env, cwd: dir });
  return { code, out, err };
}

const read = (path: string): string => readFileSync(join(dir, path), "utf8");
function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

const HEADINGS = ["Problem", "Proposal", "Alternatives", "Upgrade and security", "Work items", "Testing"];
const BODY = [...HEADINGS, "Documentation"].map((name) => `\n## ${name}\n\nWords.\n`).join("");

/** A whole spec of 2027.1 that is agreed on, or built. */
function whole(id: string, status = "implementable"): string {
  const front = `id: ${id}\nstatus: ${status}\nstage: alpha\nmilestone: '2027.1'\napprovers: [alice]`;
  return `---\n${front}\n---\n\n# ${id}\n${BODY}`;
}

const FAST = "specs/2027.1/approved/fast-path.md";
const BUILT = "specs/2027.1/implemented/fast-path.md";

describe("the specs of a cycle", () => {
  it("begin from the template, are checked, cited by changes, counted, and moved at the end with a redirect", async () => {
    expect(await spec("new", "fast-path", "--cycle", "2027.1", "--approver", "alice")).toMatchObject({
      ...{ code: 0, out: `Wrote ${FAST}\n` },
    });
    expect((await spec("new", "slow-path", "--title", "A slow path")).out).toBe("Wrote specs/backlog/slow-path.md\n");
    const empty = await spec("check");
    expect(empty.code).toBe(1);
    expect(empty.out).toContain(`${FAST}:12: [section-empty] nothing stands under \`## Problem\``);
    expect(empty.out).toContain("\n  → write it, or why there is nothing to write\n");
    const said = published("spec-check", (await spec("check", "--json")).out);
    expect(said).toMatchObject({
      specs: [{ path: FAST, id: "fast-path", status: "implementable", title: "Fast path" }, { id: "slow-path" }],
    });

    write(FAST, whole("fast-path"));
    write("specs/2027.1/approved/later.md", whole("later"));
    write(
      "specs/backlog/slow-path.md",
      read("specs/backlog/slow-path.md").replace("## Problem\n", "## Problem\n\nSlow.\n"),
    );
    expect(await spec("check")).toMatchObject({ code: 0, out: "3 specs in specs: nothing is wrong\n" });
    commit("Specs of 2027.1");
    git("tag", "2026.2.0");
    commit("Add a parser\n\nSpec: fast-path\nChange-Id: I1");
    commit("Use the parser\n\nImplements: fast-path\nSpec: fast-pth\nChange-Id: I2");
    const report = published("spec-report", (await spec("report", "2027.1", "--since", "2026.2.0", "--json")).out);
    expect(report).toMatchObject({
      cycle: "2027.1",
      specs: [
        {
          id: "fast-path",
          changes: [
            { subject: "Use the parser", implements: true },
            { subject: "Add a parser", implements: false },
          ],
          remarks: ["a change says it implements it, and its status is implementable"],
        },
        { id: "later", changes: [] },
      ],
      unknown: [{ id: "fast-pth", subject: "Use the parser" }],
    });

    write(FAST, whole("fast-path", "implemented"));
    write("specs/redirects", "# moved\nold.md 2027.1/approved/fast-path.md\n");
    const plan = await spec("close", "2027.1", "--dry-run");
    expect(plan.out).toContain("Would move 2027.1/approved/fast-path.md → 2027.1/implemented/fast-path.md\n");
    expect([existsSync(join(dir, FAST)), existsSync(join(dir, BUILT))]).toEqual([true, false]);
    expect(await spec("close", "2027.1")).toEqual({
      ...{ code: 0, err: "" },
      out:
        "Moved 2027.1/approved/fast-path.md → 2027.1/implemented/fast-path.md\n" +
        "Left in approved: later (implementable)\n2027.1: 1 spec implemented, 1 left\n",
    });
    expect(read(BUILT)).toBe(whole("fast-path", "implemented"));
    expect(read("specs/redirects")).toBe(
      "# moved\nold.md 2027.1/implemented/fast-path.md\n2027.1/approved/fast-path.md 2027.1/implemented/fast-path.md\n",
    );
    expect(await spec("check")).toMatchObject({ code: 0 });
    expect((await spec("close", "2027.1")).out).toBe(
      "Left in approved: later (implementable)\n2027.1: 0 specs implemented, 1 left\n",
    );
  });

  it("are all where they were while another file is in the way of one of them", async () => {
    for (const id of ["aa", "fast-path"]) write(`specs/2027.1/approved/${id}.md`, whole(id, "implemented"));
    write(BUILT, whole("fast-path", "implemented").replace("Words.", "Other words."));
    commit("Two of one name");
    const told = await specHere("close", "2027.1");
    expect(told.code).toBe(1);
    expect(told.err).toContain("2027.1/approved/fast-path.md cannot move there: it holds another text");
    expect(told.err).toContain("nothing was moved");
    rmSync(join(dir, BUILT));
    mkdirSync(join(dir, BUILT));
    expect((await specHere("close", "2027.1")).err).toContain(
      `Cannot write ${BUILT}: something of that name is there already; nothing was moved\nHint: `,
    );
    expect(git("status", "--porcelain")).toBe(` D ${BUILT}\n`);
  });

  it("are finished by the next run where the last was cut off, after a new name or after the redirects", async () => {
    for (const id of ["aa", "fast-path"]) write(`specs/2027.1/approved/${id}.md`, whole(id, "implemented"));
    // One has its new name and both are in the redirects; no old name is gone.
    write("specs/2027.1/implemented/aa.md", whole("aa", "implemented"));
    const redirects = ["aa", "fast-path"]
      .map((id) => `2027.1/approved/${id}.md 2027.1/implemented/${id}.md\n`)
      .join("");
    write("specs/redirects", redirects);
    expect(await specHere("close", "2027.1")).toMatchObject({ code: 0, err: "" });
    expect(git("ls-files", "-o").split("\n").filter(Boolean)).toEqual([
      ...["aa", "fast-path"].map((id) => `specs/2027.1/implemented/${id}.md`),
      "specs/redirects",
    ]);
    expect(read("specs/redirects")).toBe(redirects);
    expect(await specHere("check")).toMatchObject({ code: 0 });
  });
});

describe("what is in the way is said with its path and the way out, and nothing is half done", () => {
  interface Case {
    readonly name: string;
    readonly there?: () => void;
    readonly asked: readonly string[];
    readonly code: number;
    readonly said: string;
  }
  const built = () => write(FAST, whole("fast-path", "implemented"));
  const cases: readonly Case[] = [
    {
      name: "a file for the folder of the specs",
      there: () => write("specs", "no folder"),
      ...{ asked: ["check"], code: 3, said: "Cannot read the files in specs: it is no folder" },
    },
    {
      name: "a file for the folder of a cycle",
      there: () => write("specs/2027.1", "no folder"),
      ...{ asked: ["new", "x", "--cycle", "2027.1"], code: 3 },
      said: "Cannot write specs/2027.1/approved/x.md: there is a file where a folder should be",
    },
    {
      name: "a file for the folder of what was implemented",
      there: () => (built(), write("specs/2027.1/implemented", "no folder")),
      ...{ asked: ["close", "2027.1"], code: 3 },
      said: `Cannot write ${BUILT}: there is a file where a folder should be; nothing was moved`,
    },
    {
      name: "a folder for the redirects",
      there: () => (built(), mkdirSync(join(dir, "specs/redirects"))),
      ...{ asked: ["close", "2027.1"], code: 3 },
      said: "Cannot write specs/redirects: it is a folder; nothing was moved",
    },
    {
      name: "a folder that links to itself",
      there: () => symlinkSync("specs", join(dir, "specs")),
      ...{
        asked: ["report", "2027.1"],
        code: 3,
        said: "Cannot read the files in specs: it is a link that leads to itself",
      },
    },
    {
      name: "a link for a spec, which is not followed",
      there: () => (
        write("elsewhere.md", whole("x")),
        mkdirSync(join(dir, "specs/backlog"), { recursive: true }),
        symlinkSync("../../elsewhere.md", join(dir, "specs/backlog/x.md"))
      ),
      ...{ asked: ["check"], code: 1, said: "" },
    },
    {
      name: "a spec that is there",
      there: built,
      ...{
        asked: ["new", "fast-path"],
        code: 1,
        said: `Cannot make the spec fast-path: it is there already, as ${FAST}`,
      },
    },
    { name: "an id with a folder", asked: ["new", "a/b"], code: 3, said: 'Cannot call a spec "a/b"' },
    {
      name: "a cycle that is none",
      asked: ["new", "x", "--cycle", "../x"],
      code: 3,
      said: 'Cannot use the cycle "../x"',
    },
    { name: "no login", asked: ["new", "x", "--approver", "@@"], code: 3, said: 'Cannot take "@@" for a login' },
    { name: "a cycle without specs", asked: ["close", "2031.1"], code: 3, said: "specs has no such cycle" },
    {
      name: "a cycle with nothing to report on",
      ...{ asked: ["report", "2031.1"], code: 3, said: "Cannot report on 2031.1: specs has no spec of it" },
    },
    {
      name: "a commit that is none",
      there: built,
      ...{ asked: ["report", "2027.1", "--since", "v0"], code: 3, said: 'Cannot find the commit "' },
    },
  ];
  it.each(cases)("$name", async ({ there, asked, code, said }) => {
    there?.();
    const before = git("status", "--porcelain", "-uall");
    const told = await specHere(...asked);
    const hint = code === 1 && told.err === "" ? told.out.includes("  → ") : /Hint: .{10}/.test(told.err);
    expect({ code: told.code, said: told.err.includes(said) || told.err, hint }).toEqual({
      code,
      said: true,
      hint: true,
    });
    expect(git("status", "--porcelain", "-uall")).toBe(before);
  });
});
