// `plustwo backport plan` and `run` in real clones: a fix goes down the series, a conflict is resolved in a work tree of its own, and
// nothing of what the user has checked out is touched.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBackport } from "../../src/cli/backport/main.ts";
import { published } from "../support/published.ts";

const FIX = `I${"7".repeat(40)}`;
const DATE = "2026-01-02T00:00:00Z";
const ENV = {
  PATH: process.env["PATH"] ?? "",
  ...{ HOME: "/nonexistent", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" },
  ...{ GIT_AUTHOR_NAME: "Carol", GIT_AUTHOR_EMAIL: "carol@example.org", GIT_AUTHOR_DATE: DATE },
  ...{ GIT_COMMITTER_NAME: "Bob", GIT_COMMITTER_EMAIL: "bob@example.org", GIT_COMMITTER_DATE: DATE },
};

let base: string;
let clones = 0;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "plustwo-backport-"));
  const up = clone(join(base, "up"), ["init", "-q", "-b", "main"]);
  up.commit("Start", { "a.c": "one\ntwo\nthree\nfour\nfive\n" });
  up.git("branch", "stable/2025.1");
  up.commit("Larger", { "a.c": "one\ntwo\nthree\nfour\nFIVE\n" });
  up.git("branch", "stable/2025.2");
  up.git("branch", "stable/2026.1");
  const message = `Fix the parser\n\nIt lost the last byte.\n\nCloses-Bug: #1\nChange-Id: ${FIX}`;
  up.commit(message, { "a.c": "one\ntwo\nthree\nfour\n5\n" });
  up.commit("Test the parser", { "a.test": "five\n" });
  clone(join(base, "clone"), ["clone", "-q", up.dir]);
});
afterAll(() => rmSync(base, { recursive: true }));

type Clone = ReturnType<typeof clone>;

function clone(dir: string, made?: readonly string[], env: Readonly<Record<string, string>> = ENV) {
  const run = (args: readonly string[], cwd: string): string =>
    execFileSync("git", args, { cwd, env: ENV, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
  if (made !== undefined) run([...made, dir], base);
  const git = (...args: readonly string[]): string => run(args, dir);
  return {
    ...{ dir, git },
    write: (files: Readonly<Record<string, string>>) =>
      Object.entries(files).forEach(([name, text]) => writeFileSync(join(dir, name), text)),
    commit(message: string, files: Readonly<Record<string, string>>): string {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
      git("add", "-A");
      git("commit", "-q", "-m", message);
      return git("rev-parse", "HEAD");
    },
    /** All that a user can lose: refs, index, files, what is checked out. */
    picture: () =>
      [
        git("for-each-ref"),
        git("symbolic-ref", "HEAD"),
        git("status", "--porcelain=v2"),
        git("diff"),
        git("stash", "list"),
      ].join("\n"),
    async backport(...args: readonly string[]) {
      let [out, err] = ["", ""];
      const [stdout, stderr] = [{ write: (text: string) => (out += text) }, { write: (text: string) => (err += text) }];
      const code = await runBackport(["backport", ...args], { stdout, stderr, env, cwd: dir });
      const shas = (text: string) =>
        text.replaceAll(/\b[0-9a-f]{10}(?:[0-9a-f]{30})?\b/g, "<sha>").replaceAll(FIX, "<id>");
      // Not part of the pictures below.
      const said = { code, out: shas(out), err: shas(err), json: "" };
      return Object.defineProperty(said, "json", { value: out, enumerable: false });
    },
  };
}

function fresh(env?: Readonly<Record<string, string>>): Clone {
  clones += 1;
  const dir = join(base, `clone-${clones}`);
  cpSync(join(base, "clone"), dir, { recursive: true });
  return clone(dir, undefined, env);
}

const TREE = ".git/plustwo/backport/stable-2025.1";
const branch = (series: string, name = FIX): string => `backport/stable/${series}/${name}`;

describe("a plan", () => {
  it("says what would be made, newest first, where it conflicts, and writes nothing into the clone", async () => {
    const at = fresh();
    const before = [at.picture(), at.git("count-objects", "-v")];
    expect(await at.backport("plan", "main~1")).toMatchObject({ code: 0, err: "" });
    expect((await at.backport("plan", FIX)).out).toMatchInlineSnapshot(`
      "<sha> "Fix the parser", from main
        stable/2026.1  picks cleanly, as backport/stable/2026.1/<id>
        stable/2025.2  picks cleanly, as backport/stable/2025.2/<id>
        stable/2025.1  conflicts in a.c
      \`plustwo backport run <id>\` makes them
      "
    `);
    const json = await at.backport("plan", "main~1", "--to", "stable/2025.2", "--json");
    expect(published("backport-plan", json.json)).toMatchObject({
      branches: [
        { branch: "stable/2026.1", asked: false, state: "clean", commits: 1 },
        { branch: "stable/2025.2", asked: true, state: "clean" },
      ],
    });
    expect([at.picture(), at.git("count-objects", "-v")]).toEqual(before);
  });

  it("finds it on a branch by Change-Id, by the line of -x, and by what it does", async () => {
    const at = fresh();
    at.git("switch", "-q", "-c", "x", "origin/stable/2026.1");
    at.git("cherry-pick", "main~1");
    at.git("push", "-q", "origin", "HEAD:refs/heads/stable/2027.3");
    at.git("commit", "-q", "--amend", "-m", `Reworded\n\n(cherry picked from commit ${at.git("rev-parse", "main~1")})`);
    at.git("push", "-q", "origin", "HEAD:refs/heads/stable/2027.2");
    at.git("commit", "-q", "--amend", "-m", "Rewritten");
    at.git("push", "-q", "origin", "HEAD:refs/heads/stable/2027.1");
    const asked = ["stable/2027.3", "stable/2027.2", "stable/2027.1"];
    const { json } = await at.backport("plan", "main~1", "--to", ...asked, "--json");
    at.git("push", "-q", "origin", ...asked.map((one) => `:${one}`));
    const states = published<{ branches: { branch: string; state: string }[] }>("backport-plan", json).branches;
    expect(Object.fromEntries(states.map((one) => [one.branch, one.state]))).toMatchObject({
      ...{ "stable/2027.3": "there", "stable/2027.2": "there", "stable/2027.1": "empty" },
    });
  });

  it("in a bare repository says what is there and tries nothing", async () => {
    const bare = clone(join(base, "bare.git"), ["clone", "-q", "--bare", join(base, "up")]);
    expect((await bare.backport("plan", "main~1", "--to", "stable/2026.1")).out).toMatchInlineSnapshot(`
      "<sha> "Fix the parser", from main
        stable/2026.1  to be picked, as backport/stable/2026.1/<id>
      "
    `);
    expect(await bare.backport("run", "main~1")).toMatchObject({ code: 1 });
  });
});

describe("a run", () => {
  it("makes what `git cherry-pick -x` would make, one branch from the next, and touches nothing that is checked out", async () => {
    const at = fresh();
    at.write({ "a.c": "edited\n", "new.c": "new\n", "a.test": "staged\n" });
    at.git("add", "a.test");
    const before = [at.git("status", "--porcelain=v2"), at.git("diff"), at.git("rev-parse", "HEAD")];
    const made = await at.backport("run", "main~2..main", "--to", "stable/2025.2", "--topic", "parser");
    expect(made).toMatchInlineSnapshot(`
      {
        "code": 0,
        "err": "",
        "out": "2 commits, from main
        <sha> "Fix the parser"
        <sha> "Test the parser"
        stable/2026.1  made backport/stable/2026.1/parser (2 commits) (added: a fix goes down in order)
        stable/2025.2  made backport/stable/2025.2/parser (2 commits)
      Send them, the newest first:
        git switch backport/stable/2026.1/parser && git review -t parser stable/2026.1
        git switch backport/stable/2025.2/parser && git review -t parser stable/2025.2
      ",
      }
    `);
    expect([at.git("status", "--porcelain=v2"), at.git("diff"), at.git("rev-parse", "HEAD")]).toEqual(before);
    const by = clone(join(base, "by-hand"), ["clone", "-q", join(base, "up")]);
    by.git("switch", "-q", "-c", branch("2026.1", "parser"), "origin/stable/2026.1");
    by.git("cherry-pick", "-x", "origin/main~2..origin/main");
    by.git("switch", "-q", "-c", branch("2025.2", "parser"), "origin/stable/2025.2");
    by.git("cherry-pick", "-x", `${branch("2026.1", "parser")}~2..${branch("2026.1", "parser")}`);
    for (const series of ["2026.1", "2025.2"])
      expect(at.git("rev-parse", branch(series, "parser"))).toBe(by.git("rev-parse", branch(series, "parser")));
  });

  it("leaves a branch that has the fix as it is, and makes the next from it", async () => {
    const at = fresh();
    at.git("branch", branch("2026.1"), "origin/stable/2026.1");
    expect(await at.backport("run", "main~1", "--to", "stable/2025.2")).toMatchObject({
      code: 1,
      err: expect.stringContaining("is there and does not have the fix; nothing was made") as string,
    });
    expect(at.git("branch", "--list", "backport/*").split("\n")).toHaveLength(1);
    at.git("switch", "-q", branch("2026.1"));
    at.git("cherry-pick", "main~1");
    const tip = at.git("rev-parse", "HEAD");
    expect((await at.backport("run", "main~1", "--to", "stable/2025.2")).code).toBe(0);
    expect(at.git("rev-parse", branch("2026.1"))).toBe(tip);
    expect(at.git("log", "-1", "--format=%B", branch("2025.2"))).toContain(`(cherry picked from commit ${tip})`);
  });
});

describe("a conflict", () => {
  const resolved = "one\ntwo\nthree\nfour\n5\n";

  it("waits in a work tree of its own; what is resolved there becomes the commit, and says what conflicted", async () => {
    const at = fresh();
    at.write({ "a.c": "edited\n" });
    const stopped = await at.backport("run", "main~1");
    expect(stopped).toMatchInlineSnapshot(`
      {
        "code": 69,
        "err": "Cannot pick <sha> "Fix the parser" onto stable/2025.1 without your help: it conflicts in a.c
      Hint: resolve it in .git/plustwo/backport/stable-2025.1, a work tree of its own (yours is as it was): edit, \`git add\`, then \`plustwo backport run --continue\`; \`--abort\` takes back what this run made
      ",
        "out": "<sha> "Fix the parser", from main
        stable/2026.1  made backport/stable/2026.1/<id>
        stable/2025.2  made backport/stable/2025.2/<id>
        stable/2025.1  conflicts in a.c
      ",
      }
    `);
    expect(await at.backport("run", "main~1")).toMatchObject({ code: 1, out: "" });
    expect((await at.backport("run", "--status")).out).toMatchInlineSnapshot(`
      "<sha> "Fix the parser" onto stable/2025.1: in conflict still: a.c
        in .git/plustwo/backport/stable-2025.1
        made backport/stable/2026.1/<id>
        made backport/stable/2025.2/<id>
      \`plustwo backport run --continue\` goes on, \`--abort\` takes back what it made
      "
    `);
    const status = await at.backport("run", "--status", "--json");
    expect(published("backport-status", status.json)).toMatchObject({ underWay: true, standing: "unfinished" });
    at.write({ [`${TREE}/a.c`]: resolved });
    at.git("-C", TREE, "add", "a.c");
    const ended = await at.backport("run", "--continue", "--json");
    expect(ended.code).toBe(0);
    expect(published("backport-plan", ended.json)).toMatchObject({
      branches: [{ state: "made" }, { state: "made" }, { state: "made", commits: 1 }],
    });
    expect(at.git("log", "-1", "--format=%an, %cn%n%B", branch("2025.1")).replaceAll(/[0-9a-f]{40}/g, "…"))
      .toMatchInlineSnapshot(`
      "Carol, Bob
      Fix the parser

      It lost the last byte.

      Conflicts:
          a.c

      Closes-Bug: #1
      Change-Id: I…
      (cherry picked from commit …)
      (cherry picked from commit …)
      (cherry picked from commit …)"
    `);
    expect(at.git("show", `${branch("2025.1")}:a.c`)).toBe(resolved.trimEnd());
    expect(at.git("status", "--porcelain")).toBe(" M a.c");
    expect([existsSync(join(at.dir, TREE)), existsSync(join(at.dir, ".git/worktrees"))]).toEqual([false, false]);
    expect(published("backport-status", (await at.backport("run", "--status", "--json")).json)).toMatchObject({
      underWay: false,
    });
  });

  it("is not gone on with while it is not resolved", async () => {
    const at = fresh();
    await at.backport("run", "main~1");
    const goesOn = async () => {
      const { code, err } = await at.backport("run", "--continue");
      return `${code} ${err.split("\n")[0] ?? ""}`;
    };
    expect(await goesOn()).toBe("69 Cannot go on with stable/2025.1: in conflict still: a.c");
    at.git("-C", TREE, "add", "a.c");
    expect(await goesOn()).toBe("69 Cannot go on with stable/2025.1: a conflict is left in a.c:5");
    at.write({ [`${TREE}/a.c`]: resolved, [`${TREE}/b.c`]: "new\n" });
    expect(await goesOn()).toBe("69 Cannot go on with stable/2025.1: edited and not added: a.c; not known to git: b.c");
    at.git("-C", TREE, "reset", "-q", "--hard");
    rmSync(join(at.dir, TREE, "b.c"));
    expect(await goesOn()).toContain(
      "1 Cannot go on with stable/2025.1: the pick in .git/plustwo/backport/stable-2025.1 was ended",
    );
    at.git("-C", TREE, "switch", "-q", "--detach", "main");
    expect(await goesOn()).toContain(
      "1 Cannot go on with stable/2025.1: .git/plustwo/backport/stable-2025.1 is at <sha>",
    );
    expect(at.git("branch", "--list", branch("2025.1"))).toBe("");
  });

  it("that was committed by hand there stays in its author's words", async () => {
    const at = fresh();
    await at.backport("run", "main~1");
    at.write({ [`${TREE}/a.c`]: resolved });
    at.git("-C", TREE, "commit", "-q", "-a", "-m", `Fix the old parser\n\nChange-Id: ${FIX}`);
    expect((await at.backport("run", "--continue")).code).toBe(0);
    const message = at.git("log", "-1", "--format=%B", branch("2025.1"));
    expect(message).toMatch(
      /^Fix the old parser\n\nConflicts:\n {4}a\.c\n\nChange-Id: I7+\n\(cherry picked from commit [0-9a-f]{40}\)$/,
    );
  });

  it("of which nothing is left makes no branch, and the rest goes on", async () => {
    const at = fresh();
    await at.backport("run", "main~2..main");
    at.git("-C", TREE, "checkout", "-q", "HEAD", "--", "a.c");
    expect((await at.backport("run", "--continue")).code).toBe(0);
    expect(at.git("log", "--format=%s", `origin/stable/2025.1..${branch("2025.1")}`)).toBe("Test the parser");
  });

  it("in a hook or an alias, where git says which repository it is in, is still put beside the user's files", async () => {
    const at = fresh();
    const there = { GIT_DIR: join(at.dir, ".git"), GIT_WORK_TREE: at.dir, GIT_INDEX_FILE: join(at.dir, ".git/index") };
    const inHook = clone(at.dir, undefined, { ...ENV, ...there });
    expect((await inHook.backport("run", "main~1")).code).toBe(69);
    expect(at.git("status", "--porcelain")).toBe("");
    expect(readFileSync(join(at.dir, TREE, "a.c"), "utf8")).toContain("<<<<<<<");
  });
});

describe("a run that stopped", () => {
  it("is taken back by --abort: what it made and nobody touched, and nothing else", async () => {
    const at = fresh();
    const before = at.picture();
    await at.backport("run", "main~1");
    expect(await at.backport("run", "--abort")).toMatchInlineSnapshot(`
      {
        "code": 0,
        "err": "",
        "out": "backport/stable/2026.1/<id> is gone (it was <sha>)
      backport/stable/2025.2/<id> is gone (it was <sha>)
      Aborted: this clone is as it was before the run
      ",
      }
    `);
    expect([at.picture(), at.git("worktree", "list").split("\n").length]).toEqual([before, 1]);
    await at.backport("run", "main~1");
    at.git("switch", "-q", branch("2026.1"));
    at.git("branch", "-f", branch("2025.2"), "main");
    expect((await at.backport("run", "--abort")).out).toMatchInlineSnapshot(`
      "backport/stable/2026.1/<id> stays: it is checked out
      backport/stable/2025.2/<id> stays: it is not as this run made it
      Aborted; what is yours by now stays
      "
    `);
    expect(at.git("branch", "--list", "backport/*").split("\n")).toHaveLength(2);
    expect(await at.backport("run", "--abort")).toMatchObject({
      code: 1,
      err: expect.stringContaining("No backport is under way") as string,
    });
  });

  it.each([
    ["before anything was made", "opening", true],
    ["while the work tree was made", "opening", false],
    ["and somebody deleted the work tree", "resolving", true],
  ])("was killed %s: --continue makes up for it", async (_name, phase, isGone) => {
    const at = fresh();
    await at.backport("run", "main~1");
    const tips = at.git("for-each-ref", "refs/heads/backport");
    const file = join(at.dir, ".git/plustwo/backport.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"resolving"', JSON.stringify(phase)));
    if (phase === "opening" && isGone) at.git("update-ref", "-d", `refs/heads/${branch("2026.1")}`);
    if (isGone) rmSync(join(at.dir, TREE), { recursive: true });
    else at.git("-C", TREE, "reset", "-q", "--hard");
    expect((await at.backport("run", "--status")).out).toContain("its work tree is not there");
    expect(await at.backport("run", "--continue")).toMatchObject({ code: 69 });
    expect(at.git("for-each-ref", "refs/heads/backport")).toBe(tips);
    expect(at.git("-C", TREE, "diff", "--name-only", "--diff-filter=U")).toBe("a.c");
  });
});

describe("what cannot be done is said with the way out, and nothing is made", () => {
  const series =
    "- name: kiwi\n  release-id: 2026.1\n  status: maintained\n- name: fig\n  release-id: 2025.2\n  status: end of life\n";
  it.each<[string, readonly string[], number, string]>([
    ["no commit", ["run"], 2, "name the commit of the fix"],
    ["a verb with a commit", ["run", "main", "--abort"], 2, "stand alone"],
    ["an unknown commit", ["run", "nowhere"], 3, 'Cannot find the commit "nowhere" here'],
    ["an unknown Change-Id", ["run", `I${"3".repeat(40)}`], 3, "Cannot find I3333"],
    ["a number", ["plan", "#12"], 3, "Cannot look up #12"],
    ["three dots", ["plan", "main~1...main"], 3, 'Cannot read the range "main~1...main"'],
    ["an empty range", ["plan", "main..main~1"], 1, "there is no commit in it"],
    ["a merge", ["plan", "merged"], 1, "it is a merge"],
    ["a root commit", ["plan", "main~3"], 1, "it is a root commit"],
    ["what did not land", ["plan", "topic"], 1, "it is on none of main, stable/2026.1"],
    ["what was reverted", ["run", "main~1", "--trunk", "reverting"], 1, "it was reverted on reverting"],
    ["what was reverted on the way", ["run", "main~1", "--to", "stable/2025.1"], 1, "it was there, and was reverted"],
    ["a missing branch", ["run", "main~1", "--to", "stable/2019.1"], 1, 'Cannot find the branch "stable/2019.1" here'],
    [
      "an ended series",
      ["run", "main~1", "--series", "s.yaml", "--to", "stable/2026.1", "stable/2025.2"],
      1,
      'Cannot use "stable/2025.2"',
    ],
    ["a newer branch", ["run", "older", "--to", "stable/2026.1"], 1, "which is not newer"],
    ["a topic that is no name", ["run", "main", "--topic", "a b"], 3, 'the topic "a b"'],
    ["another remote", ["run", "main~1", "-r", "upstream"], 1, "there is no branch of the remote upstream here"],
    ["--continue without a run", ["run", "--continue"], 1, "No backport is under way"],
  ])("%s", async (_name, args, code, said) => {
    const at = refused();
    const before = at.git("for-each-ref");
    const answer = await at.backport(...args);
    expect({ code: answer.code, said: answer.err.includes(said) || answer.err }).toEqual({ code, said: true });
    expect(answer.err).toMatch(/Hint: .{10}/);
    expect(at.git("for-each-ref")).toBe(before);
    expect(existsSync(join(at.dir, ".git/plustwo"))).toBe(false);
  });

  let shared: Clone | undefined;
  function refused(): Clone {
    if (shared !== undefined) return shared;
    const at = fresh();
    at.write({ "s.yaml": series });
    at.git("switch", "-q", "-c", "older", "origin/stable/2025.2");
    at.git("commit", "-q", "--allow-empty", "-m", "[stable-only] Theirs");
    at.git("update-ref", "refs/remotes/origin/stable/2025.2", "HEAD");
    at.git("switch", "-q", "-c", "topic", "main");
    at.git("commit", "-q", "--allow-empty", "-m", "Mine");
    at.git("switch", "-q", "-c", "merged", "main");
    at.git("merge", "-q", "--no-ff", "-m", "Merge", "topic");
    at.git("switch", "-q", "--detach", "main");
    at.git("revert", "--no-edit", "main~1");
    at.git("update-ref", "refs/remotes/origin/reverting", "HEAD");
    at.git("switch", "-q", "--detach", "origin/stable/2026.1");
    at.git("cherry-pick", "-x", "main~1");
    at.git("revert", "--no-edit", "HEAD");
    at.git("update-ref", "refs/remotes/origin/stable/2026.1", "HEAD");
    at.git("switch", "-q", "main");
    return (shared = at);
  }

  it("a shallow clone", async () => {
    const at = clone(join(base, "shallow"), ["clone", "-q", "--depth", "1", "--no-single-branch", `file://${base}/up`]);
    for (const verb of [["plan", "HEAD"], ["run", "HEAD"], ["check"], ["audit"]])
      expect(await at.backport(...verb)).toMatchObject({
        code: 1,
        out: "",
        err: expect.stringContaining("this clone is shallow") as string,
      });
  });

  it("a committer without a name", async () => {
    const { GIT_COMMITTER_NAME: _name, GIT_COMMITTER_EMAIL: _email, ...nobody } = ENV;
    const at = fresh({
      ...nobody,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "user.useConfigOnly",
      GIT_CONFIG_VALUE_0: "true",
    });
    expect(await at.backport("run", "main~1")).toMatchObject({
      code: 1,
      err: expect.stringContaining("git does not know your name") as string,
    });
  });
});
