// `plustwo notes` in a repository of its own: a note's life from `new` to the report, what a change answers for, and bad input.
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runNotes } from "../../src/cli/notes/main.ts";
import { root } from "../house/files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plustwo-notes-"));
  git("init", "-q", "-b", "main");
  note("first-6bc1a2a9e50fd2f1", "features:\n  - First.\n");
  commit("First");
  git("tag", "1.0.0");
  note("old-1db86fe2f6c0e4a7", "feature:\n  - Wrong, and long there.\n");
  commit("Old");
});
afterAll(() => rmSync(folder, { recursive: true }));

const ENV = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  ...{ GIT_AUTHOR_NAME: "Carol", GIT_AUTHOR_EMAIL: "carol@example.org", GIT_AUTHOR_DATE: "2026-01-02T00:00:00Z" },
  ...{
    GIT_COMMITTER_NAME: "Carol",
    GIT_COMMITTER_EMAIL: "carol@example.org",
    GIT_COMMITTER_DATE: "2026-01-02T00:00:00Z",
  },
};

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, env: ENV, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function commit(subject: string): void {
  git("add", "-A");
  git("commit", "-q", "-m", subject);
}

function note(name: string, text: string): void {
  mkdirSync(join(folder, "releasenotes/notes"), { recursive: true });
  writeFileSync(join(folder, `releasenotes/notes/${name}.yaml`), text);
}

const notes = (...args: readonly string[]) => notesIn(folder, ...args);

async function notesIn(cwd: string, ...args: readonly string[]) {
  let out = "";
  let err = "";
  const code = await runNotes(["notes", ...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: ENV,
    cwd,
  });
  return { code, out: out.replaceAll(/[0-9a-f]{40}/g, "<sha>"), err };
}

/** What of the document the published schema does not know. */
function strangeTo(schema: string, json: string): readonly unknown[] {
  const published = JSON.parse(readFileSync(join(root, `docs/schemas/${schema}.schema.json`), "utf8")) as object;
  const check = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(published);
  check(JSON.parse(json.replaceAll("<sha>", "0".repeat(40))));
  return check.errors ?? [];
}

describe("a note", () => {
  it("is made with a UID of its own, and lint asks for its text", async () => {
    const made = await notes("new", "fix login");
    expect(made).toMatchObject({ code: 0, err: "" });
    const [, path = ""] = /^Created (releasenotes\/notes\/fix-login-[0-9a-f]{16}\.yaml)\n$/.exec(made.out) ?? [];
    const asked = await notes("lint", "--diff", "HEAD");
    expect(asked.code).toBe(1);
    expect(asked.out).toContain(`${path}:4:5: error: the template's text is still there`);
    expect(asked.out).not.toContain("old-");
    writeFileSync(join(folder, path), "fixes:\n  - Logging in works.\nsecurity:\n  - Nobody else's.\n");
    expect(await notes("lint", "--diff", "HEAD")).toMatchObject({ code: 0, out: "1 note touched: nothing to say\n" });
    renameSync(join(folder, path), join(folder, "releasenotes/notes/login-2339427079a2e5f5.yaml"));
  });

  it("belongs to the work tree, a version in the making, or the tag after it", async () => {
    git("add", "-A");
    expect(await notes("list")).toMatchInlineSnapshot(`
      {
        "code": 0,
        "err": "",
        "out": "*working-copy*
      	releasenotes/notes/login-2339427079a2e5f5.yaml (work tree)
      1.0.0-1
      	releasenotes/notes/old-1db86fe2f6c0e4a7.yaml (<sha>)
      1.0.0
      	releasenotes/notes/first-6bc1a2a9e50fd2f1.yaml (<sha>)
      ",
      }
    `);
    const json = await notes("list", "--json");
    expect(strangeTo("notes-list", json.out)).toEqual([]);
    commit("Login");
  });

  it("is in the report, with what reno drops", async () => {
    const report = await notes("report", "--format", "markdown", "--no-show-source");
    expect(report).toMatchInlineSnapshot(`
      {
        "code": 0,
        "err": "releasenotes/notes/old-1db86fe2f6c0e4a7.yaml:1:1: error: \`feature\` is not a section [note.unknown-section]
        write \`features\`; sections: prelude, features, issues, upgrade, deprecations, critical, security, fixes, other
      ",
        "out": "# Release Notes

      ## 1.0.0-2

      ### Security Issues

      - Nobody else's.

      ### Bug Fixes

      - Logging in works.

      ### Feature

      - Wrong, and long there.

      ## 1.0.0

      ### New Features

      - First.
      ",
      }
    `);
    expect((await notes("report", "--compat=reno")).out).not.toContain("Wrong, and long there.");
    expect(strangeTo("notes-report", (await notes("report", "--json")).out)).toEqual([]);
  });

  it("asks for a version, as it does in reno, and says why", async () => {
    expect(await notes("semver-next")).toMatchInlineSnapshot(`
      {
        "code": 0,
        "err": "releasenotes/notes/old-1db86fe2f6c0e4a7.yaml:1:1: error: \`feature\` is not a section [note.unknown-section]
        write \`features\`; sections: prelude, features, issues, upgrade, deprecations, critical, security, fixes, other
        patch: \`fixes\` in releasenotes/notes/login-2339427079a2e5f5.yaml
        patch: \`security\` in releasenotes/notes/login-2339427079a2e5f5.yaml
      ",
        "out": "1.0.1
      ",
      }
    `);
    expect((await notes("semver-next", "--compat=reno")).out).toBe("1.0.1\n");
    expect(strangeTo("notes-next", (await notes("semver-next", "--json")).out)).toEqual([]);
  });

  it("is in the cache, from which a tree without history reports", async () => {
    const archive = mkdtempSync(join(tmpdir(), "plustwo-archive-"));
    mkdirSync(join(archive, "releasenotes/notes"), { recursive: true });
    expect((await notes("cache", "-o", join(archive, "releasenotes/notes/reno.cache"))).code).toBe(0);
    const [here, there] = [await notes("report"), await notes("report", archive)];
    rmSync(archive, { recursive: true });
    expect(there.out).toBe(here.out);
  });
});

describe("a change", () => {
  it("may not use a UID again, not even of a note that is gone", async () => {
    rmSync(join(folder, "releasenotes/notes/first-6bc1a2a9e50fd2f1.yaml"));
    commit("Gone");
    note("again-6bc1a2a9e50fd2f1", "fixes:\n  - Again.\n");
    const linted = await notes("lint", "--diff", "main", "--json");
    expect(linted.code).toBe(1);
    expect(strangeTo("notes-lint", linted.out)).toEqual([]);
    expect(linted.out).toContain("note.uid-collision");
    rmSync(join(folder, "releasenotes/notes/again-6bc1a2a9e50fd2f1.yaml"));
    git("reset", "-q", "--hard", "HEAD^");
  });
});

describe("what cannot be read is said with its place and the way out", () => {
  it.each<[string, readonly string[], number, string]>([
    [
      "a version without notes",
      ["list", "--version", "9.9.9"],
      3,
      'Cannot show the version "9.9.9": no note belongs to it',
    ],
    ["an earliest version that is none", ["list", "--earliest-version", "9.9.9"], 3, "9.9.9"],
    ["a base that is none", ["lint", "--diff", "nowhere"], 3, 'Cannot compare with "nowhere": there is no such commit'],
    ["a form that is none", ["report", "--format", "pdf"], 2, "pdf"],
    [
      "a template that is not there",
      ["new", "x", "--from-template", "no.yaml"],
      3,
      "Cannot use the template no.yaml: there is no such file",
    ],
    ["a slug with a folder", ["new", "a/b"], 3, 'Cannot name a note "a/b": it has a `/` in it'],
    ["an output in no folder", ["report", "-o", "no/where.rst"], 3, "there is no such folder"],
    ["a folder above the repository", ["list", "-d", "../x"], 2, 'Cannot look for notes in "../x"'],
    [
      "no repository and no cache",
      ["list", tmpdir()],
      70,
      "it is no git repository, and has no releasenotes/notes/reno.cache",
    ],
    [
      "a place that is not there",
      ["lint", "no/where"],
      3,
      "Cannot look for notes in no/where: there is no such folder",
    ],
    ["a place that is a file", ["list", "releasenotes/notes/old-1db86fe2f6c0e4a7.yaml"], 3, "it is no folder"],
    ["a folder of notes that is not there", ["lint", "-d", "notes"], 3, "there is no folder notes/notes"],
    ["lint where no notes are and no repository", ["lint", tmpdir()], 70, "it is no git repository, and has no folder"],
    ["a new note in no repository", ["new", "x", tmpdir()], 70, "it is no git repository, and has no folder"],
  ])("%s", async (_, args, code, said) => {
    const answer = await notes(...args);
    expect({
      code: answer.code,
      said: answer.err.includes(said) || answer.err,
      hint: /Hint: .{10}/.test(answer.err),
    }).toEqual({
      ...{ code, said: true, hint: true },
    });
  });

  it("a bare repository, which is opened only where it is named", async () => {
    const bare = mkdtempSync(join(tmpdir(), "plustwo-bare-"));
    git("clone", "-q", "--bare", folder, bare);
    const made = await notes("new", "x", bare);
    rmSync(bare, { recursive: true });
    expect(made).toMatchObject({ code: 70, out: "" });
    expect(made.err).toContain("it is a bare repository, and those are opened only where they are named\nHint: ");
  });

  it("a folder of notes that is a link, behind which git keeps none", async () => {
    symlinkSync("releasenotes", join(folder, "linked"));
    const [listed, made] = [await notes("list", "-d", "linked"), await notes("new", "x", "-d", "linked")];
    rmSync(join(folder, "linked"));
    expect(listed).toMatchObject({ code: 3, out: "" });
    expect(listed.err).toContain("Cannot use the notes in linked/notes: linked is a link, and git keeps no notes");
    expect(made).toMatchObject({ code: 3, out: "" });
  });

  it("nothing found is said with the place that was looked at", async () => {
    const none = { code: 0, out: "", err: "No version has a note in other/notes\n" };
    expect(await notes("list", "-d", "other")).toEqual(none);
  });

  it("a note that waits, without which nobody knows the next version", async () => {
    note("torn-2339427079a2e5f6", "<<<<<<< HEAD\nfixes:\n  - One.\n=======\nupgrade:\n  - Two.\n>>>>>>> other\n");
    git("add", "-A");
    const next = await notes("semver-next");
    git("rm", "-q", "-f", "releasenotes/notes/torn-2339427079a2e5f6.yaml");
    expect(next).toMatchObject({ code: 1, out: "" });
    expect(next.err).toContain("torn-2339427079a2e5f6.yaml:1:1: error: a conflict of a merge is not resolved");
    expect(next.err).toContain("Cannot say the next version: 1 note cannot be read");
  });

  it("not a cache in the encoding of the configuration: it is read as that", async () => {
    writeFileSync(join(folder, "reno.yaml"), "encoding: latin-1\n");
    note("latin-2339427079a2e5f7", "");
    writeFileSync(
      join(folder, "releasenotes/notes/latin-2339427079a2e5f7.yaml"),
      Buffer.from("fixes:\n  - Caf\u00e9.\n", "latin1"),
    );
    git("add", "-A");
    const cache = await notes("cache", "-o", "-");
    git("rm", "-q", "-f", "--", "reno.yaml", "releasenotes/notes/latin-2339427079a2e5f7.yaml");
    expect(cache).toMatchObject({ code: 0, err: "" });
    expect(cache.out).toContain("- Caf\u00e9.");
  });

  it("a note whose content is not there is no empty one", async () => {
    note("gone-2339427079a2e5f8", "upgrade:\n  - Gone.\n");
    commit("Gone");
    const blob = git("rev-parse", "HEAD:releasenotes/notes/gone-2339427079a2e5f8.yaml").trim();
    rmSync(join(folder, ".git/objects", blob.slice(0, 2), blob.slice(2)), { force: true });
    const [report, next, cache] = [await notes("report"), await notes("semver-next"), await notes("cache", "-o", "-")];
    git("reset", "-q", "--hard", "HEAD^");
    expect([report.code, next.code, cache.code]).toEqual([1, 1, 3]);
    expect(report.err).toContain("gone-2339427079a2e5f8.yaml:1:1: error: the note cannot be read: its content is not");
    expect(next.out + cache.out).toBe("");
    expect(cache.err).toContain("gone-2339427079a2e5f8.yaml: its content is not there");
  });

  it("a wrong configuration, by line", async () => {
    writeFileSync(join(folder, "reno.yaml"), "---\nadd_release_date: maybe\n");
    const answer = await notes("list");
    rmSync(join(folder, "reno.yaml"));
    expect(answer).toMatchObject({ code: 3, out: "" });
    expect(answer.err).toContain(
      'reno.yaml:2:19: error: `add_release_date` is "maybe", not true or false [config.wrong-type]',
    );
  });
});

describe("fragments of another tool", () => {
  const put = (name: string, text: string): void => {
    mkdirSync(join(folder, "newsfragments"), { recursive: true });
    writeFileSync(join(folder, "newsfragments", name), text);
  };
  const made = () =>
    readdirSync(join(folder, "releasenotes/notes"))
      .filter((name) => /^(?:12|13)-/.test(name))
      .map((name) => name.replace(/[0-9a-f]{16}/, "<uid>"));

  it("become notes, all or none, once, and go where that is asked for", async () => {
    put("12.feature.md", "Colours.\n");
    put("13.perf.md", "Faster.\n");
    const broken = await notes("import");
    expect(broken).toMatchObject({ code: 3, out: "" });
    expect(broken.err).toContain("newsfragments/13.perf.md:1: its name has no type that is known");
    expect(made()).toEqual([]);
    const flags = ["import", "newsfragments", "--section", "perf=other"];
    expect((await notes(...flags, "--dry-run")).err).toBe("2 notes to write from fragments of towncrier\n");
    expect(made()).toEqual([]);
    expect((await notes(...flags)).code).toBe(0);
    expect(made()).toEqual(["12-feature-<uid>.yaml", "13-perf-<uid>.yaml"]);
    const again = await notes(...flags, "--json");
    expect(strangeTo("notes-import", again.out)).toEqual([]);
    expect(JSON.parse(again.out)).toMatchObject({ written: [], known: [{}, {}], left: [], removed: [] });
    put("13.perf.md", "Much faster.\n");
    const removed = await notes(...flags, "--remove");
    expect(removed.code).toBe(1);
    expect(removed.out).toBe("Removed newsfragments/12.feature.md\n");
    expect(removed.err).toContain("Left newsfragments/13.perf.md as it is");
    expect(readdirSync(join(folder, "newsfragments"))).toEqual(["13.perf.md"]);
    expect(made()).toHaveLength(2);
  });

  it("are left alone where a note cannot be written, and no note is", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "plustwo-fragments-"));
    mkdirSync(join(elsewhere, "newsfragments"));
    mkdirSync(join(elsewhere, "releasenotes/notes"), { recursive: true });
    for (const name of ["1.bugfix", "2.bugfix"]) writeFileSync(join(elsewhere, "newsfragments", name), "Mended.\n");
    const planned = (await notesIn(elsewhere, "import", "--dry-run")).out;
    const [, second = ""] = /^Would write (\S*\/2-\S+) /m.exec(planned) ?? [];
    // Something in the way that is no note's file, and so not known before.
    mkdirSync(join(elsewhere, second), { recursive: true });
    const answer = await notesIn(elsewhere, "import");
    const left = readdirSync(join(elsewhere, "releasenotes/notes"));
    rmSync(elsewhere, { recursive: true });
    expect(answer).toMatchObject({ code: 1, out: "" });
    expect(answer.err).toContain(`Cannot make ${second}: it is there already; nothing was imported\nHint: `);
    expect(left).toEqual([basename(second)]);
  });

  it.each([
    ["no folder of fragments", ["import", "nowhere"], 3, "there is no such folder"],
    ["a folder elsewhere", ["import", ".."], 2, "it is no folder within"],
    ["no section", ["import", "newsfragments", "--section", "perf=speed"], 2, "with a section of the configuration"],
  ])("%s is said", async (_, args, code, said) => {
    const answer = await notes(...args);
    expect(answer).toMatchObject({ code, out: "" });
    expect(answer.err).toContain(said);
  });
});
