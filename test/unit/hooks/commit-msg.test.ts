import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { changeIdOf, withChangeId } from "../../../src/core/commit-message/change-id.ts";
import { parseChangeId } from "../../../src/core/ids.ts";
import { temporaryFolder, testEnvironment } from "../git/sandbox.ts";

const HOOK = path.resolve(import.meta.dirname, "../../../hooks/commit-msg");
const SHELLS = [
  ["dash", "/usr/bin/dash"],
  ["bash", "/usr/bin/bash"],
  ["busybox sh", "/usr/bin/busybox sh"],
]
  .filter(([, program = ""]) => existsSync(program.split(" ")[0] ?? ""))
  // The strictest shell with every `npm test`; `npm run test:long` asks all of them.
  .slice(0, process.env["HOOK_SHELLS"] === "all" ? undefined : 1);

const A = `I${"a".repeat(40)}`;
const ID = /I[0-9a-f]{40}/g;

interface Clone {
  readonly dir: string;
  /** Runs git; the environment is on top of the test's. */
  git(args: readonly string[], env?: Readonly<Record<string, string>>): { status: number; out: string; err: string };
  /** The message of HEAD as it is stored, with every id but `A` shown as `I#`. */
  message(): string;
  id(): string;
  /** An editor that writes this over the message, keeping what git has written below it. */
  editor(text: string, mode?: "keep" | "replace"): Readonly<Record<string, string>>;
}

function cloneWith(shell: string): Clone {
  const dir = temporaryFolder();
  const hooks = temporaryFolder();
  const script = readFileSync(HOOK, "utf8").replace(/^#!.*\n/, `#!${shell}\n`);
  writeFileSync(path.join(hooks, "commit-msg"), script);
  chmodSync(path.join(hooks, "commit-msg"), 0o755);
  const git: Clone["git"] = (args, env = {}) => {
    const ended = spawnSync("git", [...args], {
      cwd: dir,
      env: { ...testEnvironment, GIT_EDITOR: "false", ...env },
      encoding: "utf8",
    });
    return { status: ended.status ?? -1, out: ended.stdout, err: ended.stderr };
  };
  git(["init", "-q", "-b", "main"]);
  git(["config", "core.hooksPath", hooks]);
  const stored = (): string => git(["cat-file", "commit", "HEAD"]).out.replace(/^[\s\S]*?\n\n/, "");
  return {
    dir,
    git,
    message: () => stored().replaceAll(ID, (id) => (id === A ? A : "I#")),
    id: () => {
      const read = changeIdOf(stored());
      if (!read.ok) throw new Error(`${read.problem.kind}: ${stored()}`);
      return read.value;
    },
    editor(text, mode = "keep") {
      writeFileSync(path.join(dir, ".git", "typed"), text);
      const script = path.join(dir, ".git", "editor.sh");
      const rest = mode === "keep" ? 'cat "$1" >>"$1.new"' : ":";
      writeFileSync(script, `#!/bin/sh\ncat "$(git rev-parse --git-dir)/typed" >"$1.new"\n${rest}\nmv "$1.new" "$1"\n`);
      chmodSync(script, 0o755);
      return { GIT_EDITOR: script };
    },
  };
}

const commit = (...args: readonly string[]): readonly string[] => ["commit", "-q", "--allow-empty", ...args];

describe.each(SHELLS)("the commit-msg hook under %s", (_, shell = "") => {
  it.each<[sentence: string, message: string, stored: string]>([
    ["a subject alone gets an id below it", "Fix", "Fix\n\nChange-Id: I#\n"],
    ["a body gets an id below it", "Fix\n\nBody\n", "Fix\n\nBody\n\nChange-Id: I#\n"],
    ["the id stands after other trailers", "Fix\n\nCloses: 1\n", "Fix\n\nCloses: 1\nChange-Id: I#\n"],
    [
      "the id stands before the sign-offs",
      "Fix\n\nCloses: 1\nSigned-off-by: N <n@x>\nSigned-off-by: M <m@x>\n",
      "Fix\n\nCloses: 1\nChange-Id: I#\nSigned-off-by: N <n@x>\nSigned-off-by: M <m@x>\n",
    ],
    [
      "a paragraph that is a URL stays as it is",
      "Fix\n\nhttps://example.com/ fixes this\n",
      "Fix\n\nhttps://example.com/ fixes this\n\nChange-Id: I#\n",
    ],
    ["KEY=value lines stay as they are", "Fix\n\nBUG=1\nTEST=no\n", "Fix\n\nBUG=1\nTEST=no\n\nChange-Id: I#\n"],
    [
      "KEY=value lines beside a trailer are a footer",
      "Fix\n\nBUG=1\nCloses: 1\n",
      "Fix\n\nBUG=1\nCloses: 1\nChange-Id: I#\n",
    ],
    [
      "prose with a colon in the middle is no footer",
      "Fix\n\nCloses: 1\nand more\n",
      "Fix\n\nCloses: 1\nand more\n\nChange-Id: I#\n",
    ],
    ["a line of dashes is only a line", "Fix\n\nOne\n---\nTwo\n", "Fix\n\nOne\n---\nTwo\n\nChange-Id: I#\n"],
    ["a folded trailer keeps its fold", "Fix\n\nReason: a\n  b\n", "Fix\n\nReason: a\n  b\nChange-Id: I#\n"],
    [
      "a remark block is part of the footer",
      "Fix\n\nCloses: 1\n[nina: by\n hand]\n",
      "Fix\n\nCloses: 1\n[nina: by\n hand]\nChange-Id: I#\n",
    ],
    ["a subject that looks like a trailer is a subject", "docs: say how", "docs: say how\n\nChange-Id: I#\n"],
    ["an existing id is kept", `Fix\n\nChange-Id: ${A}\n`, `Fix\n\nChange-Id: ${A}\n`],
    ["an existing id is kept whatever the case of its key", `Fix\n\nCHANGE-ID: ${A}\n`, `Fix\n\nCHANGE-ID: ${A}\n`],
    ["a malformed id is not doubled", "Fix\n\nChange-Id: Ixyz\n", "Fix\n\nChange-Id: Ixyz\n"],
    [
      "an existing id beside KEY=value lines is kept",
      `Fix\n\nBUG=1\nChange-Id: ${A}\n`,
      `Fix\n\nBUG=1\nChange-Id: ${A}\n`,
    ],
    [
      "an existing Link to a review is kept",
      `Fix\n\nLink: https://r.example.com/id/${A}\n`,
      `Fix\n\nLink: https://r.example.com/id/${A}\n`,
    ],
    [
      "a Link elsewhere is only a trailer",
      "Fix\n\nLink: https://example.com/x\n",
      "Fix\n\nLink: https://example.com/x\nChange-Id: I#\n",
    ],
    ["a fixup! is left alone", "fixup! Fix", "fixup! Fix\n"],
    ["a squash! is left alone", "squash! Fix", "squash! Fix\n"],
    ["any lower-case word with ! is left alone", "nopush! Fix", "nopush! Fix\n"],
    ["a breaking change of conventional commits is no fixup", "feat!: drop it", "feat!: drop it\n\nChange-Id: I#\n"],
    ["without an editor a line with # is text", "#123 fix", "#123 fix\n\nChange-Id: I#\n"],
    ["without an editor a last paragraph with # is text", "Fix\n\n#123\n", "Fix\n\n#123\n\nChange-Id: I#\n"],
    ["letters of every language stay", "Ärger — 直す", "Ärger — 直す\n\nChange-Id: I#\n"],
    ["backslashes and percent signs stay", "Fix \\n %s\n\nKey: \\t\n", "Fix \\n %s\n\nKey: \\t\nChange-Id: I#\n"],
  ])("%s", (__, message, stored) => {
    const clone = cloneWith(shell);
    const ended = clone.git(commit("-m", message));
    expect(ended).toMatchObject({ status: 0, err: "" });
    expect(clone.message()).toBe(stored);
    // The hook and the core agree on where an id goes.
    const id = parseChangeId(changeIdOf(stored.replaceAll("I#", A)).ok ? A : "");
    if (stored.includes("I#") && id !== undefined)
      expect(withChangeId(`${message.trimEnd()}\n`, id)).toBe(stored.replaceAll("I#", A));
  });

  it("Windows line ends stay, and the new line has them too", () => {
    const clone = cloneWith(shell);
    clone.git(commit("--cleanup=verbatim", "-m", "Fix\r\n\r\nBody\r\n"));
    expect(clone.message()).toBe("Fix\r\n\r\nBody\r\n\r\nChange-Id: I#\r\n");
  });

  it("an existing id with Windows line ends is kept", () => {
    const clone = cloneWith(shell);
    clone.git(commit("--cleanup=verbatim", "-m", `Fix\r\n\r\nChange-Id: ${A}\r\n`));
    expect(clone.message()).toBe(`Fix\r\n\r\nChange-Id: ${A}\r\n`);
  });

  describe("settings", () => {
    it.each(["false", "no", "off", "0"])("gerrit.createChangeId=%s means none", (value) => {
      const clone = cloneWith(shell);
      clone.git(["config", "gerrit.createChangeId", value]);
      clone.git(commit("-m", "Fix"));
      expect(clone.message()).toBe("Fix\n");
    });

    it("gerrit.createChangeId=always also gives a fixup! one", () => {
      const clone = cloneWith(shell);
      clone.git(["config", "gerrit.createChangeId", "always"]);
      clone.git(commit("-m", "fixup! Fix"));
      expect(clone.message()).toBe("fixup! Fix\n\nChange-Id: I#\n");
    });

    it("gerrit.reviewUrl gives a Link", () => {
      const clone = cloneWith(shell);
      clone.git(["config", "gerrit.reviewUrl", "https://r.example.com/"]);
      clone.git(commit("-m", "Fix\n\nCloses: 1"));
      expect(clone.message()).toBe("Fix\n\nCloses: 1\nLink: https://r.example.com/id/I#\n");
    });

    it("gerrit.reviewUrl keeps an existing Change-Id as it is", () => {
      const clone = cloneWith(shell);
      clone.git(["config", "gerrit.reviewUrl", "https://r.example.com/"]);
      clone.git(commit("-m", `Fix\n\nChange-Id: ${A}`));
      expect(clone.message()).toBe(`Fix\n\nChange-Id: ${A}\n`);
    });

    it("the user's trailer settings do not matter", () => {
      const clone = cloneWith(shell);
      clone.git(["config", "trailer.where", "start"]);
      clone.git(["config", "trailer.separators", "=%"]);
      clone.git(["config", "trailer.Change-Id.ifmissing", "doNothing"]);
      clone.git(commit("-m", "Fix\n\nCloses: 1"));
      expect(clone.message()).toBe("Fix\n\nCloses: 1\nChange-Id: I#\n");
    });
  });

  describe("with an editor", () => {
    it("git's comments below the message do not count", () => {
      const clone = cloneWith(shell);
      clone.git(commit(), clone.editor("Fix\n\nCloses: 1\n"));
      expect(clone.message()).toBe("Fix\n\nCloses: 1\nChange-Id: I#\n");
    });

    it("a comment inside the footer does not break it", () => {
      const clone = cloneWith(shell);
      clone.git(commit(), clone.editor("Fix\n\nCloses: 1\n# a remark\nSigned-off-by: N <n@x>\n"));
      expect(clone.message()).toBe("Fix\n\nCloses: 1\nChange-Id: I#\nSigned-off-by: N <n@x>\n");
    });

    it("an id that only a comment has does not count", () => {
      const clone = cloneWith(shell);
      clone.git(commit(), clone.editor(`Fix\n\n# Change-Id: ${A}\n`));
      expect(clone.message()).toBe("Fix\n\nChange-Id: I#\n");
    });

    it("the id goes above the scissors of `git commit -v`", () => {
      const clone = cloneWith(shell);
      writeFileSync(path.join(clone.dir, "a.txt"), "Change-Id: in the diff\n");
      clone.git(["add", "-A"]);
      const ended = clone.git(["commit", "-q", "-v"], clone.editor("Fix\n"));
      expect(ended.status).toBe(0);
      expect(clone.message()).toBe("Fix\n\nChange-Id: I#\n");
    });

    it("the id goes above the scissors of commit.cleanup=scissors, and lines with # are text there", () => {
      const clone = cloneWith(shell);
      clone.git(["config", "commit.cleanup", "scissors"]);
      clone.git(commit(), clone.editor("Fix\n\n# a heading\n"));
      expect(clone.message()).toBe("Fix\n\n# a heading\n\nChange-Id: I#\n");
    });

    it("--cleanup=whitespace keeps lines with #", () => {
      const clone = cloneWith(shell);
      clone.git(commit("--cleanup=whitespace"), clone.editor("Fix\n\n# a heading\n", "replace"));
      expect(clone.message()).toBe("Fix\n\n# a heading\n\nChange-Id: I#\n");
    });

    it.each([";", "auto"])("core.commentChar=%s is respected", (char) => {
      const clone = cloneWith(shell);
      clone.git(["config", "core.commentChar", char]);
      clone.git(commit(), clone.editor("Fix\n\nCloses: 1\n"));
      expect(clone.message()).toBe("Fix\n\nCloses: 1\nChange-Id: I#\n");
    });

    it("with another comment character a line with # is text", () => {
      const clone = cloneWith(shell);
      clone.git(["config", "core.commentChar", ";"]);
      clone.git(commit(), clone.editor("#123 fix\n"));
      expect(clone.message()).toBe("#123 fix\n\nChange-Id: I#\n");
    });

    it("an empty message stops the commit, with a sentence", () => {
      const clone = cloneWith(shell);
      const ended = clone.git(commit(), clone.editor(""));
      expect(ended.status).toBe(1);
      expect(ended.err).toContain("commit message is empty");
      expect(clone.git(["rev-parse", "--verify", "-q", "HEAD"]).status).toBe(1);
    });

    it("GIT_EDITOR=: set by a person: git's own comments still do not count", () => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", `Fix\n\nChange-Id: ${A}`));
      clone.git(commit("--amend"), { GIT_EDITOR: ":" });
      expect(clone.message()).toBe(`Fix\n\nChange-Id: ${A}\n`);
    });
  });

  describe("amending", () => {
    it.each<[sentence: string, args: readonly string[]]>([
      ["with -m", ["--amend", "-m", "New text"]],
      ["with -m in one word", ["--amend", "-mNew text"]],
      ["with an abbreviation of --amend", ["--ame", "-m", "New text"]],
      ["with --reset-author", ["--amend", "--reset-author", "-m", "New text"]],
      ["with another date", ["--amend", "--date=2001-01-01T00:00:00Z", "-m", "New text"]],
      ["with a message that ends in a letter of an option", ["-mNew text", "--amend"]],
      ["with a message about --amend", ["--amend", "-m", "Say what --amend does"]],
    ])("%s keeps the id", (__, args) => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", "Fix"));
      const before = clone.id();
      expect(clone.git(commit(...args))).toMatchObject({ status: 0, err: "" });
      expect(clone.id()).toBe(before);
    });

    it("with an editor that drops the trailers keeps the id", () => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", "Fix"));
      const before = clone.id();
      clone.git(commit("--amend"), clone.editor("New text\n", "replace"));
      expect(clone.message()).toBe("New text\n\nChange-Id: I#\n");
      expect(clone.id()).toBe(before);
    });

    it("through an alias keeps the id", () => {
      const clone = cloneWith(shell);
      clone.git(["config", "alias.fix", "commit --amend"]);
      clone.git(commit("-m", "Fix"));
      const before = clone.id();
      clone.git(["fix", "--allow-empty", "-m", "New text"]);
      expect(clone.id()).toBe(before);
    });

    it("through a reword of a rebase keeps the id", () => {
      const clone = cloneWith(shell);
      for (const name of ["Start", "Fix", "Next"]) {
        writeFileSync(path.join(clone.dir, name), name);
        clone.git(["add", "-A"]);
        clone.git(["commit", "-q", "-m", name]);
      }
      const before = clone.git(["log", "-1", "--format=%(trailers:key=Change-Id,valueonly)", "HEAD~1"]).out.trim();
      const ended = clone.git(["rebase", "-q", "-i", "HEAD~2"], {
        ...clone.editor("New text\n", "replace"),
        GIT_SEQUENCE_EDITOR: "sed -i -e '1s/pick/reword/'",
      });
      expect(ended.status).toBe(0);
      expect(clone.git(["log", "-1", "--format=%s %(trailers:key=Change-Id,valueonly)", "HEAD~1"]).out.trim()).toBe(
        `New text ${before}`,
      );
    });

    it("keeps the Link form", () => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", `Fix\n\nLink: https://r.example.com/id/${A}`));
      clone.git(commit("--amend", "-m", "New text"));
      expect(clone.message()).toBe(`New text\n\nLink: https://r.example.com/id/${A}\n`);
    });

    it("with an id of its own takes that one", () => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", "Fix"));
      clone.git(commit("--amend", "-m", `New text\n\nChange-Id: ${A}`));
      expect(clone.id()).toBe(A);
    });

    it("a commit without an id gives it one", () => {
      const clone = cloneWith(shell);
      clone.git(commit("--no-verify", "-m", "Fix"));
      clone.git(commit("--amend", "-m", "New text"));
      expect(clone.message()).toBe("New text\n\nChange-Id: I#\n");
    });

    it("a commit of Jujutsu adds nothing, a new commit on top of it gets an id", () => {
      const clone = cloneWith(shell);
      clone.git(commit("--no-verify", "-m", "Fix"));
      const object = clone
        .git(["cat-file", "commit", "HEAD"])
        .out.replace("\n\n", "\nchange-id kkmpptxzrspxrzommnulwmwkkqwworpl\n\n");
      const sha = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin"], {
        cwd: clone.dir,
        input: object,
        encoding: "utf8",
      });
      clone.git(["reset", "-q", "--soft", sha.trim()]);
      clone.git(commit("--amend", "-m", "New text"));
      expect(clone.message()).toBe("New text\n");
      clone.git(commit("-m", "On top"));
      expect(clone.message()).toBe("On top\n\nChange-Id: I#\n");
    });

    it("is seen by HEAD's author date where git's words cannot be read", () => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", "Fix"));
      const before = clone.id();
      const file = path.join(clone.dir, ".git", "COMMIT_EDITMSG");
      const run = (date: string): string => {
        writeFileSync(file, "New text\n");
        // Not started by git: the test itself is the parent.
        execFileSync(shell.split(" ")[0] ?? "", [...shell.split(" ").slice(1), HOOK, file], {
          cwd: clone.dir,
          env: { ...testEnvironment, GIT_EDITOR: ":", GIT_AUTHOR_DATE: date },
        });
        const read = changeIdOf(readFileSync(file, "utf8"));
        return read.ok ? read.value : read.problem.kind;
      };
      const date = clone.git(["log", "-1", "--format=%ad", "--date=raw"]).out.trim();
      expect(run(`@${date}`)).toBe(before);
      expect(run("@1000000000 +0000")).not.toBe(before);
      expect(run(date)).not.toBe(before);
    });
  });

  describe("a new commit", () => {
    it.each<[sentence: string, args: readonly string[]]>([
      ["about --amend", ["-m", "Say what --amend does"]],
      ["whose message is --amend", ["-m", "--amend"]],
      ["by -am", ["-am", "--amend"]],
      ["at the very date of HEAD", ["--date=2001-01-01T00:00:00Z", "-m", "Same date"]],
    ])("%s gets an id of its own", (__, args) => {
      const clone = cloneWith(shell);
      clone.git(commit("--date=2001-01-01T00:00:00Z", "-m", "Fix"));
      const before = clone.id();
      expect(clone.git(commit(...args)).status).toBe(0);
      expect(clone.id()).not.toBe(before);
    });

    it("in the same second, by the same person, on the same HEAD gets another id", () => {
      const clone = cloneWith(shell);
      const now = { GIT_AUTHOR_DATE: "1700000000 +0000", GIT_COMMITTER_DATE: "1700000000 +0000" };
      clone.git(commit("-m", "Start"), now);
      const start = clone.git(["rev-parse", "HEAD"]).out.trim();
      const ids = [1, 2, 3].map(() => {
        clone.git(["reset", "-q", "--soft", start]);
        clone.git(commit("-m", "Same"), now);
        return clone.id();
      });
      expect(new Set(ids).size).toBe(3);
    });

    it("by a merge gets an id", () => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", "Start"));
      clone.git(["switch", "-q", "-c", "side"]);
      clone.git(commit("-m", "Side"));
      clone.git(["switch", "-q", "main"]);
      clone.git(["merge", "-q", "--no-ff", "-m", "Merge side", "side"]);
      expect(clone.message()).toBe("Merge side\n\nChange-Id: I#\n");
    });

    it("that squashes two keeps one id in its last paragraph", () => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", "Start"));
      for (const name of ["one", "two"]) {
        writeFileSync(path.join(clone.dir, name), name);
        clone.git(["add", "-A"]);
        clone.git(["commit", "-q", "-m", name]);
      }
      const last = clone.id();
      const ended = clone.git(["rebase", "-q", "-i", "HEAD~2"], {
        GIT_EDITOR: "true",
        GIT_SEQUENCE_EDITOR: "sed -i -e '2s/pick/squash/'",
      });
      expect(ended.status).toBe(0);
      expect(clone.id()).toBe(last);
    });
  });

  it.each([
    ["no argument", []],
    ["two arguments", ["a", "b"]],
    ["a file that is not there", ["/nowhere/at/all"]],
  ])("%s is a failure that says so", (__, args) => {
    const ended = spawnSync(shell.split(" ")[0] ?? "", [...shell.split(" ").slice(1), HOOK, ...args], {
      encoding: "utf8",
    });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/^commit-msg: /);
  });

  describe("where it is called", () => {
    it("in a linked work tree and in a submodule it gives ids as anywhere", () => {
      const clone = cloneWith(shell);
      clone.git(commit("-m", "Fix"));
      clone.git(["worktree", "add", "-q", "-b", "beside", path.join(clone.dir, "beside")]);
      clone.git(["-C", "beside", ...commit("-m", "Beside")]);
      expect(clone.git(["log", "-1", "--format=%B", "beside", "--"]).out).toMatch(/^Beside\n\nChange-Id: I[0-9a-f]{40}\n+$/);
      const hooks = clone.git(["config", "core.hooksPath"]).out.trim();
      clone.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", clone.dir, "part"]);
      clone.git(["-C", "part", "config", "core.hooksPath", hooks]);
      expect(clone.git(["-C", "part", ...commit("-m", "In a part")]).status).toBe(0);
      expect(clone.git(["-C", "part", "log", "-1", "--format=%B"]).out).toMatch(
        /^In a part\n\nChange-Id: I[0-9a-f]{40}\n+$/,
      );
    });

    it("bytes that are no UTF-8 stay as they are", () => {
      const clone = cloneWith(shell);
      const message = Buffer.from("Gr\xfc\xdfe\n\nKarte\xff\xfe\n\nCloses: \xe9\n", "latin1");
      writeFileSync(path.join(clone.dir, "message"), message);
      expect(clone.git(["-c", "i18n.commitEncoding=ISO-8859-1", ...commit("-F", "message")]).status).toBe(0);
      const stored = execFileSync("git", ["cat-file", "commit", "HEAD"], { cwd: clone.dir, env: testEnvironment });
      const text = stored.subarray(stored.indexOf("\n\n") + 2).toString("latin1");
      expect(text).toMatch(/^Gr\xfc\xdfe\n\nKarte\xff\xfe\n\nCloses: \xe9\nChange-Id: I[0-9a-f]{40}\n$/);
    });

    it("a hook that was there before runs first, on the same file; what it refuses gets no commit", () => {
      const clone = cloneWith(shell);
      const chained = path.join(clone.git(["config", "core.hooksPath"]).out.trim(), "commit-msg.chained");
      writeFileSync(chained, `#!/bin/sh\ngrep -q ^bad "$1" && exit 4\nprintf '\\nCloses: 1\\n' >>"$1"\n`);
      chmodSync(chained, 0o755);
      clone.git(commit("-m", "Fix"));
      expect(clone.message()).toBe("Fix\n\nCloses: 1\nChange-Id: I#\n");
      expect(clone.git(commit("-m", "bad")).status).not.toBe(0);
      expect(clone.git(["rev-list", "--count", "HEAD"]).out).toBe("1\n");
    });
  });
});
