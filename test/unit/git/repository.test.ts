import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseRefName, parseSha, type RefName, type Sha } from "../../../src/core/ids.ts";
import { instant } from "../../../src/core/time.ts";
import type { Result } from "../../../src/core/result.ts";
import { parseRemoteAddress } from "../../../src/git/slots.ts";
import { openRepository, type Repository } from "../../../src/git/repository.ts";
import { inTemporaryFolder, sandbox, temporaryFolder, testEnvironment, type Sandbox } from "./sandbox.ts";

const LOST = parseSha("0123456789012345678901234567890123456789") as Sha;
const ref = (name: string): RefName => parseRefName(name) as RefName;

function open(box: Sandbox): Repository {
  return openRepository(box.dir, { env: testEnvironment });
}

function value<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

/** Every file of the git directory that is no object, with its bytes: what must not change by looking. */
function stateOf(dir: string): Record<string, string> {
  const git = path.join(dir, ".git");
  const files = readdirSync(git, { recursive: true, encoding: "utf8" }).filter((file) => !file.startsWith("objects"));
  return Object.fromEntries(
    files
      .filter((file) => statSync(path.join(git, file)).isFile())
      .map((file) => [file, readFileSync(path.join(git, file), "latin1")]),
  );
}

describe("the files of a folder", () => {
  it("are listed with mode and object, below it too, in one process; a folder that is not there has none", async () => {
    const box = inTemporaryFolder();
    const tip = box.commit("Start", {
      "a/one.yaml": "1",
      "a/b/\u00fc two.yaml": "2",
      "ab/three.yaml": "3",
      "*/x": "4",
    });
    const repository = open(box);
    const listed = value(await repository.list(tip, "a"));
    expect(listed.map(({ path: name, mode }) => `${mode} ${name}`)).toEqual([
      "100644 a/b/\u00fc two.yaml",
      "100644 a/one.yaml",
    ]);
    expect(listed[1]?.sha).toBe(box.git("rev-parse", `${tip}:a/one.yaml`));
    expect(repository.processes()).toBe(1);
    expect(value(await repository.list(tip, "nothing"))).toEqual([]);
    expect(value(await repository.list(tip, "*"))).toHaveLength(1);
    expect(value(await repository.list(tip))).toHaveLength(4);
  });

  it("are not asked for outside the tree", async () => {
    const box = inTemporaryFolder();
    const tip = box.commit("Start", { a: "1" });
    for (const folder of ["../etc", "/etc", "", "a//b"])
      expect(await open(box).list(tip, folder), folder).toMatchObject({ ok: false, problem: { kind: "unsafe-name" } });
    expect(await open(box).list(LOST, "a")).toMatchObject({ ok: false });
  });
});

describe("finding the repository", () => {
  it("a clone tells its top level, git directory and branch in one process", async () => {
    const box = inTemporaryFolder();
    box.commit("Start", { "sub/a.txt": "a" });
    const repository = openRepository(path.join(box.dir, "sub"), { env: testEnvironment });
    expect(value(await repository.discover())).toEqual({
      topLevel: box.dir,
      gitDir: path.join(box.dir, ".git"),
      commonDir: path.join(box.dir, ".git"),
      head: { kind: "branch", branch: "main" },
    });
    expect(repository.processes()).toBe(1);
  });

  it("a detached HEAD is said", async () => {
    const box = inTemporaryFolder();
    box.commit("Start");
    box.git("switch", "-q", "--detach");
    expect(value(await open(box).discover()).head).toEqual({ kind: "detached" });
  });

  it("a branch without a commit is unborn", async () => {
    const box = inTemporaryFolder();
    const place = value(await open(box).discover());
    expect(place.head).toEqual({ kind: "unborn", branch: "main" });
    expect(place.topLevel).toBe(box.dir);
  });

  it("a linked work tree shares the common directory", async () => {
    const box = inTemporaryFolder();
    box.commit("Start");
    const linked = path.join(temporaryFolder(), "linked");
    box.git("worktree", "add", "-q", "-b", "other", linked);
    const place = value(await openRepository(linked, { env: testEnvironment }).discover());
    expect(place.commonDir).toBe(path.join(box.dir, ".git"));
    expect(place.head).toEqual({ kind: "branch", branch: "other" });
  });

  it("no repository is a problem that names the folder", async () => {
    const dir = temporaryFolder();
    const found = await openRepository(dir, {
      env: { ...testEnvironment, GIT_CEILING_DIRECTORIES: path.dirname(dir) },
    }).discover();
    expect(found).toMatchObject({ ok: false, problem: { kind: "no-repository", dir } });
  });
});

describe("git that cannot start", () => {
  it("a folder that is not there is a problem, not a crash", async () => {
    const repository = openRepository("/nowhere/at/all", { env: testEnvironment });
    expect(await repository.discover()).toMatchObject({ problem: { kind: "no-repository", dir: "/nowhere/at/all" } });
    expect(await repository.refs()).toMatchObject({ problem: { kind: "no-repository", dir: "/nowhere/at/all" } });
  });

  it("no git on the PATH is a problem, not a crash", async () => {
    const box = inTemporaryFolder();
    const repository = openRepository(box.dir, { env: { ...testEnvironment, PATH: "/nowhere" } });
    expect(await repository.discover()).toMatchObject({ problem: { kind: "no-git" } });
    expect(await repository.refs()).toMatchObject({ problem: { kind: "no-git" } });
  });
});

describe("reading commits", () => {
  it("a commit is read whole: people, times, zones, parents and every byte of its message", async () => {
    const box = inTemporaryFolder();
    const first = box.commit("Start");
    const message = "Subject\n\n    indented\n\n\ttab\n\nKey: value\n";
    writeFileSync(path.join(box.dir, ".git", "m"), message);
    box.git(
      "commit",
      "-q",
      "--allow-empty",
      "--cleanup=verbatim",
      "-F",
      ".git/m",
      "--date=1700000000 +0530",
      "--author=Ö <o@x>",
    );
    const [commit, ...others] = value(await open(box).commits({ from: box.head(), notReachableFrom: [first] }));
    expect(others).toEqual([]);
    expect(commit).toMatchObject({ sha: box.head(), parents: [first], message });
    expect(commit?.author).toEqual({ name: "Ö", email: "o@x", at: instant(1_700_000_000_000), zone: "+0530" });
  });

  it("twenty commits are one process, newest first", async () => {
    const box = inTemporaryFolder();
    const shas = Array.from({ length: 20 }, (_, index) => box.commit(`Commit ${index}`));
    const repository = open(box);
    const commits = value(await repository.commits({ from: box.head() }));
    expect(commits.map(({ sha }) => sha)).toEqual([...shas].reverse());
    expect(repository.processes()).toBe(1);
  });

  it("headers of other tools are read", async () => {
    const box = inTemporaryFolder();
    box.commit("Start");
    const object =
      box.git("cat-file", "commit", "HEAD").replace("\n\n", "\nchange-id kkmpptxzrspxrzommnulwmwkkqwworpl\n\n") + "\n";
    const sha = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin"], {
      cwd: box.dir,
      input: object,
      encoding: "utf8",
    });
    const commit = value(await open(box).commit(parseSha(sha.trim()) as Sha));
    expect(commit.headers).toEqual({ "change-id": "kkmpptxzrspxrzommnulwmwkkqwworpl" });
  });

  it("a lost commit is its own problem", async () => {
    const box = inTemporaryFolder();
    box.commit("Start");
    const repository = open(box);
    for (const answer of [
      await repository.commit(LOST),
      await repository.treeOf(LOST),
      await repository.isAncestor(LOST, box.head()),
      await repository.mergeBase(LOST, box.head()),
      await repository.mergeTree(box.head(), LOST),
      await repository.changedPaths(LOST, box.head()),
    ]) {
      expect(answer).toMatchObject({ ok: false, problem: { kind: "missing-object" } });
    }
  });

  it("a replaced object is not what is read", async () => {
    const box = inTemporaryFolder();
    const shown = box.commit("Shown", { "a.txt": "shown" });
    const real = box.commit("Real", { "a.txt": "real" });
    box.git("replace", real, shown);
    expect(value(await open(box).commit(real)).message).toBe("Real\n");
  });

  it("what a user calls a commit is resolved once, and cannot be an option or a range", async () => {
    const box = inTemporaryFolder();
    const first = box.commit("Start");
    box.commit("Next");
    const repository = open(box);
    expect(value(await repository.resolve("HEAD~1"))).toBe(first);
    expect(value(await repository.resolve("main"))).toBe(box.head());
    expect(value(await repository.resolve("nothing"))).toBeUndefined();
    for (const text of ["--all", "-x", "main..HEAD", "^main", "a b", "", "a\nb"]) {
      expect(await repository.resolve(text)).toMatchObject({ ok: false, problem: { kind: "unsafe-name" } });
    }
  });
});

describe("reading files and differences", () => {
  it("files are read by the dozen in one process, whatever their names", async () => {
    const box = inTemporaryFolder();
    const names = ["a.txt", "with space", "ä/ö", "line\nend", 'quo"te', ":(glob)**", "-dash"];
    const at = box.commit("Start", Object.fromEntries(names.map((name) => [name, `in ${name}`])));
    const repository = open(box);
    const asked = [...names, "nothing\nhere missing", "ä"];
    const blobs = value(await repository.blobs(asked.map((name) => ({ at, path: name }))));
    expect(blobs.map((blob) => (blob === undefined ? undefined : Buffer.from(blob).toString()))).toEqual([
      ...names.map((name) => `in ${name}`),
      undefined,
      undefined,
    ]);
    expect(repository.processes()).toBe(1);
  });

  it("bytes come back as they are", async () => {
    const box = inTemporaryFolder();
    const bytes = Buffer.from([0, 255, 10, 13, 0, 128]);
    writeFileSync(path.join(box.dir, "bin"), bytes);
    const at = box.commit("Start");
    expect(Buffer.from(value(await open(box).blob(at, "bin")) ?? [])).toEqual(bytes);
  });

  it.each(["/etc/passwd", "../x", "a/../b", "./a", "", "a\0b", "a//b"])("the path %j is refused", async (name) => {
    const box = inTemporaryFolder();
    const at = box.commit("Start");
    expect(await open(box).blob(at, name)).toMatchObject({ ok: false, problem: { kind: "unsafe-name" } });
  });

  it("T32: changed paths have both names of a rename, raw modes, links, and lines counted", async () => {
    const box = inTemporaryFolder();
    const from = box.commit("Start", {
      old: "1\n2\n3\n4\n",
      gone: "x\n",
      edited: "a\n",
      "tab\tname": "t\n",
      mode: "m\n",
    });
    box.git("mv", "old", "new name");
    symlinkSync("/etc/passwd", path.join(box.dir, "link"));
    chmodSync(path.join(box.dir, "mode"), 0o755);
    const to = box.commit("Next", { gone: null, edited: "a\nb\nc\n", bin: "\0\0", "tab\tname": "u\n" });
    const changed = value(await open(box).changedPaths(from, to));
    const shown = changed.map(({ path: name, previousPath, status, mode, additions, deletions, binary }) =>
      [name, previousPath ?? "", status, mode, additions, deletions, binary].join(" | "),
    );
    expect(shown).toEqual([
      "bin |  | added | 100644 | 0 | 0 | true",
      "edited |  | modified | 100644 | 2 | 0 | false",
      "gone |  | removed | 000000 | 0 | 1 | false",
      "link |  | added | 120000 | 1 | 0 | false",
      "mode |  | modified | 100755 | 0 | 0 | false",
      "new name | old | renamed | 100644 | 0 | 0 | false",
      "tab\tname |  | modified | 100644 | 1 | 1 | false",
    ]);
    const split = value(await open(box).changedPaths(from, to, { renames: false }));
    expect(split.filter(({ path: name }) => ["old", "new name"].includes(name)).map(({ status }) => status)).toEqual([
      "added",
      "removed",
    ]);
  });

  it("a moved submodule is shown though .gitmodules says to ignore it", async () => {
    const box = inTemporaryFolder();
    const modules = '[submodule "s"]\n\tpath = s\n\turl = ./s\n\tignore = all\n';
    box.commit("Start", { ".gitmodules": modules });
    box.git("update-index", "--add", "--cacheinfo", `160000,${LOST},s`);
    box.git("commit", "-q", "-m", "Add");
    const from = box.head();
    box.git("update-index", "--cacheinfo", `160000,${from},s`);
    box.git("commit", "-q", "-m", "Move");
    const changed = value(await open(box).changedPaths(from, box.head()));
    expect(changed).toMatchObject([{ path: "s", status: "modified", mode: "160000", blob: from }]);
  });
});

describe("making commits in memory", () => {
  it("a clean merge is a tree; a conflict is an answer with its files", async () => {
    const box = inTemporaryFolder();
    box.commit("Start", { a: "a\n", b: "b\n" });
    box.git("switch", "-q", "-c", "one");
    const one = box.commit("One", { a: "one\n" });
    box.git("switch", "-q", "-c", "two", "main");
    const two = box.commit("Two", { a: "two\n" });
    box.git("switch", "-q", "-c", "three", "main");
    const three = box.commit("Three", { b: "three\n" });
    const repository = open(box);
    const clean = value(await repository.mergeTree(one, three));
    expect(clean.kind).toBe("clean");
    expect(value(await repository.text(clean.tree, "a"))).toBe("one\n");
    expect(value(await repository.text(clean.tree, "b"))).toBe("three\n");
    expect(value(await repository.mergeTree(one, two))).toMatchObject({ kind: "conflict", files: ["a"] });
  });

  it("a replay gives the tree that a rebase gives, and changes nothing but objects", async () => {
    const box = inTemporaryFolder();
    box.commit("Start", { a: "a\n" });
    box.git("switch", "-q", "-c", "change");
    const change = box.commit("Change", { b: "b\n" });
    box.git("switch", "-q", "main");
    box.commit("Main", { c: "c\n" });
    const before = stateOf(box.dir);
    const repository = open(box);
    const commit = value(await repository.commit(change));
    const replayed = value(await repository.replay(commit, { tree: value(await repository.treeOf(box.sha("main"))) }));
    expect(stateOf(box.dir)).toEqual(before);
    box.git("rebase", "-q", "main", "change");
    expect(replayed).toEqual({ kind: "clean", tree: box.sha("change^{tree}") });
  });

  it("the same input gives the same commit, and it is the one git would make", async () => {
    const box = inTemporaryFolder();
    const parent = box.commit("Start", { a: "a\n" });
    const person = { name: "Ö <Nina>\n", email: "n@x", at: instant(1_700_000_000_999), zone: "-0330" };
    const tree = box.sha("HEAD^{tree}");
    const repository = open(box);
    const input = { tree, parents: [parent], author: person, committer: person, message: "Subject\n\nBody\n" };
    const made = value(await repository.commitTree(input));
    expect(value(await repository.commitTree(input))).toBe(made);
    const env = {
      ...testEnvironment,
      GIT_AUTHOR_NAME: "Ö Nina",
      GIT_AUTHOR_EMAIL: "n@x",
      GIT_AUTHOR_DATE: "1700000000 -0330",
      GIT_COMMITTER_NAME: "Ö Nina",
      GIT_COMMITTER_EMAIL: "n@x",
      GIT_COMMITTER_DATE: "1700000000 -0330",
    };
    const byGit = execFileSync("git", ["commit-tree", tree, "-p", parent], {
      cwd: box.dir,
      env,
      input: "Subject\n\nBody\n",
      encoding: "utf8",
    });
    expect(made).toBe(byGit.trim());
    box.git("fsck", "--strict");
  });

  it("a commit read and written again is the same commit", async () => {
    const box = inTemporaryFolder();
    box.commit("Start");
    box.commit("A subject\n\nA body\n\nKey: value");
    const repository = open(box);
    const { sha, ...rest } = value(await repository.commit(box.head()));
    expect(value(await repository.commitTree(rest))).toBe(sha);
  });
});

describe("moving refs", () => {
  it("a ref moves only from the value it is expected to have, and several move together or not at all", async () => {
    const box = inTemporaryFolder();
    const one = box.commit("One");
    const two = box.commit("Two");
    const repository = open(box);
    const [a, b] = [ref("refs/heads/a"), ref("refs/heads/b")];
    expect(await repository.updateRef(a, { from: undefined, to: one })).toEqual({ ok: true, value: undefined });
    expect(await repository.updateRef(a, { from: undefined, to: two })).toMatchObject({
      problem: { kind: "stale", refs: [{ ref: a }] },
    });
    const both = [
      { ref: b, from: undefined, to: one },
      { ref: a, from: two, to: one },
    ];
    expect(await repository.updateRefs(both, "test")).toMatchObject({ problem: { kind: "stale", refs: [{ ref: a }] } });
    expect(box.git("for-each-ref", "--format=%(refname)", "refs/heads/b")).toBe("");
    expect(await repository.updateRef(a, { from: two, to: undefined })).toMatchObject({ problem: { kind: "stale" } });
    expect(await repository.updateRef(a, { from: one, to: undefined })).toMatchObject({ ok: true });
    expect(await repository.updateRef(a, { from: one, to: two })).toMatchObject({ problem: { kind: "stale" } });
  });

  it("moving the current branch to a commit of the same tree leaves the work tree clean and says why in the reflog", async () => {
    const box = inTemporaryFolder();
    const before = box.commit("One", { a: "a" });
    const repository = open(box);
    const { sha: _, ...rest } = value(await repository.commit(before));
    const after = value(await repository.commitTree({ ...rest, message: "One, better\n" }));
    value(await repository.updateRef(ref("refs/heads/main"), { from: before, to: after }, "review: add\nids"));
    expect(value(await repository.isClean())).toBe(true);
    expect(box.git("reflog", "-1", "--format=%gs")).toBe("review: add ids");
  });

  it("refs are listed under a pattern, with their upstream", async () => {
    const box = inTemporaryFolder();
    const one = box.commit("One");
    box.git("branch", "review/main/x");
    box.git("branch", "--track", "other", "main");
    expect(value(await open(box).refs(ref("refs/heads/review")))).toEqual([
      { name: "refs/heads/review/main/x", sha: one },
    ]);
    expect(value(await open(box).refs(ref("refs/heads/other")))).toMatchObject([{ upstream: "refs/heads/main" }]);
  });
});

describe("a person's work tree", () => {
  it("switching keeps local edits or refuses, and never loses them", async () => {
    const box = inTemporaryFolder();
    const one = box.commit("One", { a: "one\n" });
    const two = box.commit("Two", { a: "two\n" });
    const repository = open(box);
    box.write("a", "edited\n");
    expect(value(await repository.isClean())).toBe(false);
    expect(await repository.switchTo({ kind: "detach", at: one })).toMatchObject({
      ok: false,
      problem: { kind: "failed" },
    });
    expect(await repository.resetKeep(one)).toMatchObject({ ok: false });
    expect(readFileSync(path.join(box.dir, "a"), "utf8")).toBe("edited\n");
    box.write("a", "two\n");
    const branch = "review/x" as never;
    expect(await repository.switchTo({ kind: "create", branch, at: one })).toMatchObject({ ok: true });
    expect(box.git("symbolic-ref", "HEAD")).toBe("refs/heads/review/x");
    expect(await repository.resetKeep(two)).toMatchObject({ ok: true });
    expect(box.head()).toBe(two);
  });

  it("a cherry-pick that conflicts is an answer, left as git leaves it", async () => {
    const box = inTemporaryFolder();
    const one = box.commit("One", { a: "one\n" });
    const two = box.commit("Two", { a: "two\n" });
    box.git("switch", "-q", "-c", "side", one);
    box.commit("Side", { a: "side\n" });
    const repository = open(box);
    expect(value(await repository.cherryPick(two)).kind).toBe("conflict");
    box.git("cherry-pick", "--abort");
    box.git("switch", "-q", "-C", "side", one);
    expect(value(await repository.cherryPick(two, { recordOrigin: true })).kind).toBe("picked");
    expect(box.git("log", "-1", "--format=%b")).toContain(`(cherry picked from commit ${two})`);
  });
});

describe("budgets", () => {
  it("all a submit needs to know of the local side is three processes, one merge and one push", async () => {
    const box = inTemporaryFolder();
    const server = sandbox(temporaryFolder());
    const base = box.commit("Start", { a: "a\n" });
    box.git("remote", "add", "origin", server.dir);
    box.git("switch", "-q", "-c", "topic");
    for (const name of ["one", "two", "three"]) box.commit(name, { [name]: name });
    const repository = open(box);
    value(await repository.discover());
    value(await repository.config());
    const commits = value(await repository.commits({ from: box.head(), notReachableFrom: [base] }));
    value(await repository.mergeTree(base, box.head()));
    const moves = commits.map(({ sha }, index) => ({
      ref: ref(`refs/heads/review/main/${index}`),
      from: undefined,
      to: sha,
    }));
    value(await repository.push(parseRemoteAddress("origin") as never, moves));
    expect(repository.processes()).toBe(5);
  });

  it("opening a repository loads neither simple-git nor execa", () => {
    const sources = readdirSync(path.resolve(import.meta.dirname, "../../../src/git"), { encoding: "utf8" });
    for (const source of sources) {
      const text = readFileSync(path.resolve(import.meta.dirname, "../../../src/git", source), "utf8");
      expect(text).not.toMatch(/^import .*from "(?:simple-git|execa)"/m);
    }
  });
});

describe("T43: a hostile clone", () => {
  it("runs nothing by being looked at", async () => {
    const box = inTemporaryFolder();
    const at = box.commit("Start", { a: "a" });
    const marker = path.join(box.dir, "..", `${path.basename(box.dir)}-ran`);
    const evil = path.join(box.dir, "evil.sh");
    writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\n`);
    chmodSync(evil, 0o755);
    for (const key of [
      "core.fsmonitor",
      "core.pager",
      "diff.external",
      "core.sshCommand",
      "core.editor",
      "pager.log",
      "diff.evil.textconv",
    ]) {
      box.git("config", key, evil);
    }
    writeFileSync(path.join(box.dir, ".gitattributes"), "* diff=evil\n");
    const repository = open(box);
    value(await repository.discover());
    value(await repository.config());
    value(await repository.isClean());
    value(await repository.changedPaths(at, at));
    value(await repository.commits({ from: at }));
    expect(existsSync(marker)).toBe(false);
  });

  it("a bare repository inside a clone is not taken for the repository", async () => {
    const box = inTemporaryFolder();
    box.commit("Start");
    box.git("init", "-q", "--bare", "inner");
    const found = await openRepository(path.join(box.dir, "inner"), { env: testEnvironment }).discover();
    expect(found).toMatchObject({ ok: false, problem: { kind: "no-repository" } });
  });
});
