import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { changeKind } from "../../../src/core/change/change-kind.ts";
import { parseSha, type Sha } from "../../../src/core/ids.ts";
import { gatherChangeKindFacts } from "../../../src/git/change-kind-facts.ts";
import { openRepository } from "../../../src/git/repository.ts";
import { inTemporaryFolder, testEnvironment, type Sandbox } from "../git/sandbox.ts";

interface Ends {
  head: Sha;
  base: Sha;
}

async function kindOf(box: Sandbox, previous: Ends, next: Ends): Promise<string> {
  const repository = openRepository(box.dir, { env: testEnvironment });
  const facts = await gatherChangeKindFacts(repository, { previous, next });
  if (!facts.ok) throw new Error(JSON.stringify(facts.problem));
  return changeKind(facts.value);
}

function patchId(box: Sandbox, sha: Sha, mode: "--stable" | "--verbatim" = "--stable"): string {
  const diff = execFileSync("git", ["diff-tree", "-p", sha], { cwd: box.dir });
  return execFileSync("git", ["patch-id", mode], { cwd: box.dir, input: diff, encoding: "utf8" }).split(" ")[0] ?? "";
}

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index}\n`);

/** `LINES` with one line replaced. */
function edited(at: number, text: string, from: readonly string[] = LINES): string {
  return from.map((line, index) => (index === at ? `${text}\n` : line)).join("");
}

/** main with one file; a change on it that edits line 5; main moved on by an edit of line 25. */
function oneChange(): { box: Sandbox; before: Ends; newBase: Sha } {
  const box = inTemporaryFolder();
  const base = box.commit("Start", { "a.txt": LINES.join("") });
  box.git("switch", "-q", "-c", "change");
  const head = box.commit("Edit five", { "a.txt": edited(5, "five") });
  box.git("switch", "-q", "main");
  const newBase = box.commit("Edit twenty-five", { "a.txt": edited(25, "twenty-five") });
  box.git("switch", "-q", "change");
  return { box, before: { head, base }, newBase };
}

describe("the kind of a new patch set of one commit", () => {
  it("a clean rebase onto a newer main is a trivial rebase", async () => {
    const { box, before, newBase } = oneChange();
    box.git("rebase", "-q", "main");
    expect(await kindOf(box, before, { head: box.head(), base: newBase })).toBe("TRIVIAL_REBASE");
  });

  it("a clean rebase with another message says both", async () => {
    const { box, before, newBase } = oneChange();
    box.git("rebase", "-q", "main");
    box.git("commit", "-q", "--amend", "-m", "Edit line five");
    expect(await kindOf(box, before, { head: box.head(), base: newBase })).toBe("TRIVIAL_REBASE_WITH_MESSAGE_UPDATE");
  });

  it("another message alone is no code change", async () => {
    const { box, before } = oneChange();
    box.git("commit", "-q", "--amend", "-m", "Edit line five");
    expect(await kindOf(box, before, { head: box.head(), base: before.base })).toBe("NO_CODE_CHANGE");
  });

  it("another date alone is no change", async () => {
    const { box, before } = oneChange();
    box.git("commit", "-q", "--amend", "--no-edit", "--date=2001-01-01T00:00:00Z");
    expect(box.head()).not.toBe(before.head);
    expect(await kindOf(box, before, { head: box.head(), base: before.base })).toBe("NO_CHANGE");
  });

  it("a rebase that also edits whitespace is rework", async () => {
    const { box, before, newBase } = oneChange();
    box.git("rebase", "-q", "main");
    const both = edited(25, "twenty-five").replace("line 5\n", " five\n");
    box.write("a.txt", both);
    box.git("commit", "-q", "-a", "--amend", "--no-edit");
    expect(await kindOf(box, before, { head: box.head(), base: newBase })).toBe("REWORK");
  });

  it("a rebase backwards onto an older parent is a trivial rebase", async () => {
    const { box, before, newBase } = oneChange();
    box.git("rebase", "-q", "main");
    const rebased = { head: box.head(), base: newBase };
    expect(await kindOf(box, rebased, before)).toBe("TRIVIAL_REBASE");
  });

  it("a rebase whose conflict was resolved by hand is rework", async () => {
    const { box, before } = oneChange();
    box.git("switch", "-q", "main");
    const newBase = box.commit("Also edit five", { "a.txt": edited(5, "cinq") });
    box.git("switch", "-q", "-c", "resolved");
    const head = box.commit("Edit five", { "a.txt": edited(5, "five or cinq") });
    expect(await kindOf(box, before, { head, base: newBase })).toBe("REWORK");
  });

  it("a de-indented line is rework, though its patch-id is the same", async () => {
    const box = inTemporaryFolder();
    const base = box.commit("Start", { "a.py": "def f(u):\n    if u.admin:\n        log(u)\n    done(u)\n" });
    box.git("switch", "-q", "-c", "inside");
    const inside = box.commit("Grant", {
      "a.py": "def f(u):\n    if u.admin:\n        log(u)\n        grant(u)\n    done(u)\n",
    });
    box.git("switch", "-q", "-c", "outside", "main");
    const outside = box.commit("Grant", {
      "a.py": "def f(u):\n    if u.admin:\n        log(u)\n    grant(u)\n    done(u)\n",
    });
    expect(patchId(box, outside)).toBe(patchId(box, inside));
    expect(await kindOf(box, { head: inside, base }, { head: outside, base })).toBe("REWORK");
  });

  it("a hunk moved to an identical function is rework, though its patch-id is the same", async () => {
    const box = inTemporaryFolder();
    const body = "  a();\n  b();\n  c();\n  d();\n  e();\n  f();\n}\n";
    const gap = Array.from({ length: 20 }, (_, index) => `// ${index}\n`).join("");
    const two = (first: string, second: string): string =>
      `${body.replace("d();", first)}${gap}${body.replace("d();", second)}`;
    const base = box.commit("Start", { "a.c": two("d();", "d();") });
    box.git("switch", "-q", "-c", "first");
    const first = box.commit("Skip", { "a.c": two("skip();", "d();") });
    box.git("switch", "-q", "-c", "second", "main");
    const second = box.commit("Skip", { "a.c": two("d();", "skip();") });
    expect(patchId(box, second)).toBe(patchId(box, first));
    expect(patchId(box, second, "--verbatim")).toBe(patchId(box, first, "--verbatim"));
    expect(await kindOf(box, { head: first, base }, { head: second, base })).toBe("REWORK");
  });

  it("the same commit again is no change, and a return to an older patch set is rework", async () => {
    const { box, before } = oneChange();
    const other = box.commit("More", { "b.txt": "b" });
    const next = { head: other, base: before.base };
    expect(await kindOf(box, before, before)).toBe("NO_CHANGE");
    expect(await kindOf(box, next, before)).toBe("REWORK");
  });

  it("a patch set whose objects a force push has lost is rework", async () => {
    const { box, before } = oneChange();
    const lost = parseSha("0123456789012345678901234567890123456789") as Sha;
    expect(await kindOf(box, { head: lost, base: before.base }, before)).toBe("REWORK");
    expect(await kindOf(box, { head: before.head, base: lost }, before)).toBe("REWORK");
  });

  it("a base that is not below the head is rework", async () => {
    const { box, before, newBase } = oneChange();
    expect(await kindOf(box, { head: before.head, base: newBase }, { head: before.head, base: newBase })).toBe(
      "REWORK",
    );
  });

  it("a root commit is rework", async () => {
    const { box, before } = oneChange();
    box.git("switch", "-q", "--orphan", "root");
    const head = box.commit("Edit five", { "a.txt": edited(5, "five") });
    expect(await kindOf(box, before, { head, base: before.base })).toBe("REWORK");
  });

  it("a changed mode is rework", async () => {
    const { box, before } = oneChange();
    box.git("update-index", "--chmod=+x", "a.txt");
    box.git("commit", "-q", "--amend", "--no-edit");
    expect(await kindOf(box, before, { head: box.head(), base: before.base })).toBe("REWORK");
  });
});

describe("the kind of a new patch set of several commits", () => {
  /** [X, Y] on main: X edits line 5, Y edits line 15. */
  function twoCommits(): { box: Sandbox; before: Ends; newBase: Sha } {
    const { box, before, newBase } = oneChange();
    const head = box.commit("Edit fifteen", { "a.txt": edited(15, "fifteen", edited(5, "five").split(/(?<=\n)/)) });
    return { box, before: { head, base: before.base }, newBase };
  }

  it("[X, Y] rebased as a whole is a trivial rebase", async () => {
    const { box, before, newBase } = twoCommits();
    box.git("rebase", "-q", "main");
    expect(await kindOf(box, before, { head: box.head(), base: newBase })).toBe("TRIVIAL_REBASE");
  });

  it("[X, Y] to [X′ evil, Y] is rework, though Y over its parent is a trivial rebase", async () => {
    const { box, before } = twoCommits();
    const y = before.head;
    box.git("switch", "-q", "-c", "evil", `${y}~1`);
    box.write("evil.txt", "evil");
    box.git("add", "-A");
    box.git("commit", "-q", "--amend", "--no-edit");
    box.git("cherry-pick", y);
    const next = { head: box.head(), base: before.base };
    // What a look at the last commit alone would say:
    expect(await kindOf(box, { head: y, base: box.sha(`${y}~1`) }, { head: next.head, base: box.sha("HEAD~1") })).toBe(
      "TRIVIAL_REBASE",
    );
    expect(await kindOf(box, before, next)).toBe("REWORK");
  });

  it("something put into X and taken out in Y is rework: it would land in the history", async () => {
    const { box, before } = twoCommits();
    const y = before.head;
    box.git("switch", "-q", "-c", "hidden", `${y}~1`);
    box.write("secret.txt", "secret");
    box.git("add", "-A");
    box.git("commit", "-q", "--amend", "--no-edit");
    box.git("cherry-pick", "--no-commit", y);
    box.commit("Edit fifteen", { "secret.txt": null });
    expect(box.sha("HEAD^{tree}")).toBe(box.sha(`${y}^{tree}`));
    expect(await kindOf(box, before, { head: box.head(), base: before.base })).toBe("REWORK");
  });

  it("[X, Y] squashed into one commit of the same tree is no code change", async () => {
    const { box, before } = twoCommits();
    box.git("reset", "-q", "--soft", before.base);
    box.git("commit", "-q", "-m", "Edit five and fifteen");
    expect(await kindOf(box, before, { head: box.head(), base: before.base })).toBe("NO_CODE_CHANGE");
  });

  it("a commit added on top is rework", async () => {
    const { box, before } = twoCommits();
    const head = box.commit("More", { "b.txt": "b" });
    expect(await kindOf(box, before, { head, base: before.base })).toBe("REWORK");
  });
});

describe("merges in a change", () => {
  it("Update branch, a clean merge of the target, is a target merge", async () => {
    const { box, before, newBase } = oneChange();
    box.git("merge", "-q", "--no-edit", "main");
    expect(await kindOf(box, before, { head: box.head(), base: newBase })).toBe("TARGET_MERGE");
  });

  it("two updates in a row are a target merge", async () => {
    const { box, before } = oneChange();
    box.git("merge", "-q", "--no-edit", "main");
    box.git("switch", "-q", "main");
    const newest = box.commit("Another file", { "c.txt": "c" });
    box.git("switch", "-q", "change");
    box.git("merge", "-q", "--no-edit", "main");
    expect(await kindOf(box, before, { head: box.head(), base: newest })).toBe("TARGET_MERGE");
  });

  it("a merge of the target with a conflict edited by hand is rework", async () => {
    const { box, before } = oneChange();
    box.git("switch", "-q", "main");
    const newBase = box.commit("Also edit five", {
      "a.txt": edited(5, "cinq", edited(25, "twenty-five").split(/(?<=\n)/)),
    });
    box.git("switch", "-q", "change");
    expect(() => box.git("merge", "-q", "--no-edit", "main")).toThrow();
    box.commit("Merge main", { "a.txt": edited(5, "five or cinq") });
    expect(await kindOf(box, before, { head: box.head(), base: newBase })).toBe("REWORK");
  });

  it("a clean merge of the target that carries one more edit is rework", async () => {
    const { box, before, newBase } = oneChange();
    box.git("merge", "-q", "--no-commit", "main");
    box.commit("Merge main", { "evil.txt": "evil" });
    expect(box.sha("HEAD^2")).toBe(newBase);
    expect(await kindOf(box, before, { head: box.head(), base: newBase })).toBe("REWORK");
  });

  it("a clean merge of something that is not the target is rework", async () => {
    const { box, before } = oneChange();
    box.git("switch", "-q", "-c", "side", "main");
    box.commit("Side", { "side.txt": "side" });
    box.git("switch", "-q", "change");
    box.git("merge", "-q", "--no-edit", "side");
    expect(await kindOf(box, before, { head: box.head(), base: box.sha("main") })).toBe("REWORK");
  });

  it("an update followed by an edit is rework", async () => {
    const { box, before, newBase } = oneChange();
    box.git("merge", "-q", "--no-edit", "main");
    const head = box.commit("More", { "b.txt": "b" });
    expect(await kindOf(box, before, { head, base: newBase })).toBe("REWORK");
  });

  it("a rebase that drops an earlier update is a trivial rebase with another set of messages", async () => {
    const { box, newBase } = oneChange();
    box.git("merge", "-q", "--no-edit", "main");
    const updated = { head: box.head(), base: newBase };
    box.git("switch", "-q", "main");
    const newest = box.commit("Another file", { "c.txt": "c" });
    box.git("switch", "-q", "change");
    box.git("rebase", "-q", "main");
    expect(await kindOf(box, updated, { head: box.head(), base: newest })).toBe("TRIVIAL_REBASE_WITH_MESSAGE_UPDATE");
  });

  it("a change that is a merge, with only its first parent moved, is a first parent update", async () => {
    const { box, before, newBase } = oneChange();
    const side = before.head;
    box.git("switch", "-q", "-c", "merging", before.base);
    box.git("merge", "-q", "--no-ff", "-m", "Merge side", side);
    const first = { head: box.head(), base: before.base };
    box.git("switch", "-q", "-C", "merging", newBase);
    box.git("merge", "-q", "--no-ff", "-m", "Merge side", side);
    expect(await kindOf(box, first, { head: box.head(), base: newBase })).toBe("MERGE_FIRST_PARENT_UPDATE");
    box.git("commit", "-q", "--amend", "-m", "Merge the side");
    expect(await kindOf(box, first, { head: box.head(), base: newBase })).toBe("REWORK");
  });
});
