import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, testEnvironment } from "../git/sandbox.ts";

const HOOK = path.resolve(import.meta.dirname, "../../../hooks/pre-push");
const SHELLS = [
  ["dash", "/usr/bin/dash"],
  ["bash", "/usr/bin/bash"],
  ["busybox sh", "/usr/bin/busybox sh"],
]
  .filter(([, program = ""]) => existsSync(program.split(" ")[0] ?? ""))
  .slice(0, process.env["HOOK_SHELLS"] === "all" ? undefined : 1);

interface Ended {
  readonly status: number;
  readonly err: string;
}

interface Pusher {
  readonly hooks: string;
  git(...args: readonly string[]): Ended & { readonly out: string };
  /** Commits files and answers what `git push` said. */
  push(...args: readonly string[]): Ended;
  commit(files?: Readonly<Record<string, string>>): void;
}

/** A clone of a project whose `main` holds these files, with the hook. */
function clone(shell: string, files: Readonly<Record<string, string>>): Pusher {
  const server = temporaryFolder();
  const dir = temporaryFolder();
  const hooks = temporaryFolder();
  const git: Pusher["git"] = (...args) => {
    const ended = spawnSync("git", args, { cwd: dir, env: testEnvironment, encoding: "utf8" });
    return { status: ended.status ?? -1, out: ended.stdout, err: ended.stderr };
  };
  spawnSync("git", ["init", "-q", "--bare", "-b", "main", server], { env: testEnvironment });
  git("init", "-q", "-b", "main");
  git("remote", "add", "origin", server);
  const commit: Pusher["commit"] = (added = {}) => {
    for (const [name, text] of Object.entries(added)) {
      mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
      writeFileSync(path.join(dir, name), text);
    }
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", "Change");
  };
  commit({ "a.txt": "1\n", ...files });
  git("push", "-q", "origin", "main");
  git("remote", "set-head", "origin", "main");
  const script = readFileSync(HOOK, "utf8").replace(/^#!.*\n/, `#!${shell}\n`);
  writeFileSync(path.join(hooks, "pre-push"), script);
  chmodSync(path.join(hooks, "pre-push"), 0o755);
  git("config", "core.hooksPath", hooks);
  commit();
  return {
    ...{ hooks, git, commit },
    push: (...args) => git("push", "-q", ...args),
  };
}

const policy = (mode: string): Readonly<Record<string, string>> => ({ ".github/plustwo.yml": `version: 1\n${mode}\n` });
const GATED = policy("mode: enforce");

describe.each(SHELLS)("the pre-push hook under %s", (_, shell = "") => {
  it.each([
    ["a push to the gated branch", ["origin", "main"]],
    ["a push by force", ["--force", "origin", "main"]],
    ["a push under another name", ["origin", "HEAD:refs/heads/main"]],
    ["a push of several branches", ["origin", "main", "HEAD:refs/heads/topic"]],
    ["its deletion", ["origin", ":main"]],
  ])("%s stops, with a word about git review", (__, args) => {
    const pusher = clone(shell, GATED);
    const before = pusher.git("ls-remote", "origin").out;
    const ended = pusher.push(...args);
    expect(ended.status).not.toBe(0);
    expect(ended.err).toContain(
      'pre-push: Cannot push to "main" of origin: changes reach it through review and the gate (.github/plustwo.yml, mode enforce)\n' +
        "Hint: run `git review`; nothing was pushed.",
    );
    expect(pusher.git("ls-remote", "origin").out).toBe(before);
  });

  it.each(['mode: "enforce"', "mode: 'enforce' # since June", "mode:   enforce"])(
    "reads %s as git review does",
    (mode) => {
      expect(clone(shell, policy(mode)).push("origin", "main").status).not.toBe(0);
    },
  );

  it.each([
    ["to a topic branch that is not there yet", ["origin", "HEAD:refs/heads/topic"]],
    ["to a branch of git review", ["origin", `HEAD:refs/heads/review/main/I${"a".repeat(40)}`]],
    ["of a tag", ["origin", "HEAD:refs/tags/v1"]],
    ["past the hook", ["--no-verify", "origin", "main"]],
  ])("a push %s goes on, without a word", (__, args) => {
    expect(clone(shell, GATED).push(...args)).toEqual({ status: 0, out: "", err: "" });
  });

  it("a push to a topic branch that is there goes on, though it holds the same files", () => {
    const pusher = clone(shell, GATED);
    pusher.push("origin", "HEAD:refs/heads/topic");
    pusher.commit();
    expect(pusher.push("origin", "HEAD:refs/heads/topic")).toMatchObject({ status: 0, err: "" });
  });

  it("a stable branch that its own .gitreview names stops it", () => {
    const pusher = clone(shell, GATED);
    pusher.commit({ ".gitreview": "[github]\nhost=github.com\ndefaultbranch=stable/2026.2\n" });
    expect(pusher.push("origin", "HEAD:refs/heads/stable/2026.2").status).toBe(0);
    pusher.commit();
    expect(pusher.push("origin", "HEAD:refs/heads/stable/2026.2").err).toContain('Cannot push to "stable/2026.2"');
  });

  it.each([
    ["no policy", {}],
    ["a policy that observes", policy("mode: observe")],
    ["a policy without a mode", policy("extends: preset:openstack")],
  ])("a push to a branch with %s goes on", (__, files) => {
    expect(clone(shell, files).push("origin", "main")).toMatchObject({ status: 0, err: "" });
  });

  it("a push to a branch whose policy advises goes on, with advice", () => {
    const ended = clone(shell, policy("mode: advise")).push("origin", "main");
    expect(ended.status).toBe(0);
    expect(ended.err).toBe('pre-push: "main" of origin takes changes through review; `git review` sends them there\n');
  });

  it("a push by the address alone is judged by the commit that the server has", () => {
    const pusher = clone(shell, GATED);
    const url = pusher.git("remote", "get-url", "origin").out.trim();
    pusher.commit({ ".gitreview": "[github]\ndefaultbranch = main\n" });
    pusher.push("--no-verify", "origin", "main");
    pusher.commit();
    expect(pusher.push(url, "main").err).toContain('Cannot push to "main"');
  });

  it("a hook that was there before runs first, with what git gave, and what it refuses is refused", () => {
    const pusher = clone(shell, {});
    const seen = path.join(pusher.hooks, "seen");
    const chained = path.join(pusher.hooks, "pre-push.chained");
    writeFileSync(chained, `#!/bin/sh\necho "$1" >"${seen}"\ncat >>"${seen}"\nexit 3\n`);
    chmodSync(chained, 0o755);
    expect(pusher.push("origin", "main").status).not.toBe(0);
    expect(readFileSync(seen, "utf8")).toMatch(
      /^origin\nrefs\/heads\/main [0-9a-f]{40} refs\/heads\/main [0-9a-f]{40}\n$/,
    );
    cpSync("/bin/true", chained);
    expect(pusher.push("origin", "main").status).toBe(0);
  });
});
