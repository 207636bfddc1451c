import { describe, expect, it } from "vitest";
import { parseBranchName, parseRefName } from "../../../src/core/ids.ts";
import { COMMANDS } from "../../../src/git/commands.ts";
import { describeGitProblem, redact, remoteProblem, type GitProblem } from "../../../src/git/problem.ts";
import { GitProcess } from "../../../src/git/process.ts";
import { parseRefPattern, parseRemoteAddress, pushSlot } from "../../../src/git/slots.ts";
import { inTemporaryFolder, testEnvironment } from "./sandbox.ts";
import { openRepository } from "../../../src/git/repository.ts";
import { remoteNames, remoteUrl, type GitConfig } from "../../../src/git/config.ts";

describe("T41, T42: what may reach git's command line", () => {
  it.each([
    "origin",
    "my.fork-2",
    "https://github.com/o/r.git",
    "ssh://git@github.com:22/o/r.git",
    "git@github.com:o/r.git",
    "host:path",
    "/srv/git/r.git",
    "../r.git",
    "file:///srv/r.git",
    "http://127.0.0.1:8080/o/r.git",
  ])("the remote %j passes", (text) => {
    expect(parseRemoteAddress(text)).toBe(text);
  });

  it.each([
    "--upload-pack=touch /tmp/x",
    "-oProxyCommand=x",
    "ext::sh -c touch% /tmp/x",
    "fd::17",
    "https::http://x",
    "-host:path",
    "https://x/\nhttps://y",
    "git@-oProxyCommand=x:path",
    "git@-oFoo:path",
    "ssh://-oProxyCommand=x/path",
    "ssh://git@-oFoo/path",
    "",
    "http://x y",
  ])("the remote %j does not", (text) => {
    expect(parseRemoteAddress(text)).toBeUndefined();
  });

  it.each(["refs/heads/", "refs/heads/*", "refs/changes/01/1/*", "refs/heads/main"])(
    "the pattern %j passes",
    (text) => {
      expect(parseRefPattern(text)).toBe(text);
    },
  );

  it.each([
    "*",
    "heads/*",
    "refs/*/x",
    "refs/heads/**",
    "-refs/heads/*",
    "refs/../x/*",
    "refs/heads/a b",
    "+refs/heads/*",
  ])("the pattern %j does not", (text) => {
    expect(parseRefPattern(text)).toBeUndefined();
  });

  it.each([
    "-x",
    "--all",
    "a..b",
    "a.lock",
    "a b",
    "@",
    "HEAD",
    "a\u202eb",
    "a:b",
    "a^",
    "a~1",
    "/a",
    "a/",
    "a//b",
    ".a",
    "a@{1}",
  ])("the branch %j does not", (text) => {
    expect(parseBranchName(text)).toBeUndefined();
    expect(parseRefName(`refs/heads/${text}`) === undefined || ["-x", "--all", "@", "HEAD", "/a"].includes(text)).toBe(
      true,
    );
  });

  it("a push is never forced", () => {
    const ref = parseRefName("refs/heads/a");
    if (ref === undefined) throw new Error("a good name");
    expect(pushSlot(ref, undefined).slot).toBe(":refs/heads/a");
    const pushes: readonly string[] = [...COMMANDS.push.options, ...COMMANDS.push.valued];
    expect(pushes.filter((option) => /^(--force$|-f$|--mirror|--force-if)/.test(option))).toEqual([]);
  });

  it("no command on the list can run a program or write a file of the caller's choice", () => {
    const listed = Object.values(COMMANDS).flatMap((shape): readonly string[] => [
      ...shape.options,
      ...("valued" in shape ? shape.valued : []),
    ]);
    const dangerous =
      /^(--upload-pack|--receive-pack|--exec|--output|-o|-O|--open-files-in-pager|-c|--config|-u|--template|--ext-diff|--textconv)/;
    expect(listed.filter((option) => dangerous.test(option))).toEqual([]);
  });

  it("an option that is not on the list, or a slot that looks like one, does not start git", async () => {
    const box = inTemporaryFolder();
    const git = new GitProcess({ cwd: box.dir, env: testEnvironment, secrets: [], ownGroup: false });
    await expect(git.run("fetch", { options: ["--upload-pack=x" as never] })).rejects.toThrow(/may not be given/);
    await expect(git.run("rev-list", { slots: [{ slot: "--output=x" }] })).rejects.toThrow(/unsafe/);
    await expect(git.run("push", { valued: [{ option: "--exec" as never, value: { slot: "x" } }] })).rejects.toThrow(
      /may not be given/,
    );
    expect(git.started).toBe(0);
  });
});

describe("git's configuration", () => {
  async function configured(
    entries: readonly (readonly [string, string])[],
  ): Promise<{ config: GitConfig; url(remote: string, push: boolean): string }> {
    const box = inTemporaryFolder();
    for (const [key, text] of entries) box.git("config", "--add", key, text);
    const read = await openRepository(box.dir, { env: testEnvironment }).config();
    if (!read.ok) throw new Error(read.problem.kind);
    return {
      config: read.value,
      url: (remote, push) => box.git("remote", "get-url", ...(push ? ["--push"] : []), remote).split("\n")[0] ?? "",
    };
  }

  it("the last value wins, all can be had, and keys are compared as git does", async () => {
    const { config } = await configured([
      ["gitreview.remote", "one"],
      ["gitreview.remote", "two"],
      ["remote.Big.url", "https://x/y"],
      ["plustwo.multi", "line one\nline two"],
    ]);
    expect(config.get("GitReview.Remote")).toBe("two");
    expect(config.all("gitreview.remote")).toEqual(["one", "two"]);
    expect(config.get("remote.big.url")).toBeUndefined();
    expect(config.get("REMOTE.Big.URL")).toBe("https://x/y");
    expect(config.get("plustwo.multi")).toBe("line one\nline two");
    expect(config.scope("gitreview.remote")).toBe("local");
    expect(config.scope("core.fsmonitor")).toBe("command");
  });

  it.each([
    ["true", true],
    ["Yes", true],
    ["on", true],
    ["1", true],
    ["2", true],
    ["false", false],
    ["no", false],
    ["off", false],
    ["0", false],
    ["", false],
    ["maybe", undefined],
  ])("%j as a boolean is %j", async (text, expected) => {
    const { config } = await configured([["plustwo.flag", text]]);
    expect(config.boolean("plustwo.flag")).toBe(expected);
  });

  it("the address of a remote is the one git would use", async () => {
    const { config, url } = await configured([
      ["remote.origin.url", "gh:o/r.git"],
      ["remote.split.url", "gh:o/r.git"],
      ["remote.split.pushurl", "gh:me/r.git"],
      ["remote.long.url", "gh:o/special.git"],
      ["remote.plain.url", "https://example.com/x.git"],
      ["url.https://github.com/.insteadOf", "gh:"],
      ["url.https://special.example.com/.insteadOf", "gh:o/special"],
      ["url.git@github.com:.pushInsteadOf", "gh:"],
    ]);
    for (const remote of ["origin", "split", "long", "plain"]) {
      expect(remoteUrl(config, remote, "fetch")).toBe(url(remote, false));
      expect(remoteUrl(config, remote, "push")).toBe(url(remote, true));
    }
    expect(remoteNames(config)).toEqual(["origin", "split", "long", "plain"]);
    expect(remoteUrl(config, "nobody", "push")).toBeUndefined();
  });

  it("`git -c` of the calling command counts", async () => {
    const box = inTemporaryFolder();
    const env = { ...testEnvironment, GIT_CONFIG_PARAMETERS: "'gitreview.remote'='mine'" };
    const read = await openRepository(box.dir, { env }).config();
    expect(read.ok && read.value.get("gitreview.remote")).toBe("mine");
  });
});

describe("problems", () => {
  it("each says what was tried and what to do next", () => {
    const ref = parseRefName("refs/heads/a");
    if (ref === undefined) throw new Error("a good name");
    const sha = "0123456789012345678901234567890123456789" as never;
    const problems: readonly GitProblem[] = [
      { kind: "no-repository", dir: "/x", detail: "d" },
      { kind: "unsafe-name", what: "path", text: "../x" },
      { kind: "missing-object", what: "commit", detail: "d" },
      { kind: "unreachable", remote: "origin", detail: "d" },
      { kind: "authentication", remote: "origin", detail: "d" },
      { kind: "no-remote-repository", remote: "origin", detail: "d" },
      { kind: "stale", refs: [{ ref, reason: "stale info" }] },
      { kind: "not-descending", ref, from: sha, to: sha },
      { kind: "rejected", refs: [{ ref, reason: "hook" }], remote: ["no"] },
      { kind: "timeout", command: "git x", afterMs: 1000 },
      { kind: "aborted", command: "git x" },
      { kind: "no-git", detail: "d" },
      { kind: "failed", command: "git x", exitCode: 1, detail: "d" },
    ];
    for (const problem of problems) {
      const { message, hint } = describeGitProblem(problem);
      expect(message.length).toBeGreaterThan(15);
      expect(hint.length).toBeGreaterThan(15);
      expect(`${message}${hint}`).not.toMatch(/undefined|\[object/);
    }
  });

  it.each<[stderr: string, kind: string | undefined]>([
    ["fatal: unable to access 'https://x/': Could not resolve host: x", "unreachable"],
    [
      "ssh: connect to host x port 22: Connection timed out\nfatal: Could not read from remote repository.",
      "unreachable",
    ],
    ["fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate", "unreachable"],
    ["git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.", "authentication"],
    [
      "remote: Permission to o/r.git denied to carol.\nfatal: unable to access 'https://x/': The requested URL returned error: 403",
      "authentication",
    ],
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", "authentication"],
    [
      "remote: Invalid username or token.\nfatal: Authentication failed for 'https://github.com/o/r/'",
      "authentication",
    ],
    ["Host key verification failed.\nfatal: Could not read from remote repository.", "authentication"],
    ["remote: Repository not found.\nfatal: repository 'https://github.com/o/r/' not found", "no-remote-repository"],
    ["ERROR: Repository not found.\nfatal: Could not read from remote repository.", "no-remote-repository"],
    ["fatal: bad object", undefined],
  ])("git saying %j is %s", (stderr, kind) => {
    expect(remoteProblem("origin", stderr)?.kind).toBe(kind);
  });

  it("passwords of URLs and tokens are taken out of what is shown", () => {
    expect(redact("https://u:p@x/ ssh://git@x/ tok Authorization: Basic abc", ["tok"])).toBe(
      "https://***@x/ ssh://***@x/ *** Authorization: ***",
    );
  });
});
