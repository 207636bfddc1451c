// The commit that would land, made in memory by each strategy from real commits.
import { describe, expect, it } from "vitest";
import { composeCommit, type Composing } from "../../../bot/compose-commit.ts";
import type { Strategy } from "../../../src/core/gate/strategy.ts";
import type { Sha } from "../../../src/core/ids.ts";
import { instant } from "../../../src/core/time.ts";
import { openRepository, type Repository } from "../../../src/git/repository.ts";
import { inTemporaryFolder, testEnvironment, type Sandbox } from "./sandbox.ts";

const APP = { name: "plustwo[bot]", email: "1+plustwo[bot]@users.noreply.github.com" };

/** A target that moved on, and a change of two commits by two people that began before. */
function world(): { box: Sandbox; git: Repository; tip: Sha; head: Sha; base: Sha } {
  const box = inTemporaryFolder();
  const base = box.commit("Start", { "a.txt": "a\n" });
  box.git("switch", "-q", "-c", "topic");
  box.commit("One [skip ci]", { "one.txt": "1\n" });
  box.commit("Nothing");
  box.write("two.txt", "2\n");
  box.git("add", "-A");
  box.git("commit", "-q", "--author=Dave <dave@example.org>", "-m", "Two\n\nWhy.\n");
  const head = box.head();
  box.git("switch", "-q", "main");
  const tip = box.commit("Else", { "b.txt": "b\n" });
  return { box, git: openRepository(box.dir, { env: testEnvironment }), tip, head, base };
}

const sealed = (strategy: Strategy, more: Partial<Composing> = {}): Pick<Composing, "seal" | "app" | "isFresh"> => ({
  seal: { at: instant(1_700_000_000_000), message: "Sealed (#1)", strategy },
  app: APP,
  isFresh: () => Promise.resolve(true),
  ...more,
});

async function composed(git: Repository, of: Composing): Promise<Sha> {
  const made = await composeCommit(git, of);
  if (!made.ok) throw new Error(made.problem.kind);
  return made.value;
}

const log = (box: Sandbox, range: string): string[] =>
  box.git("log", "--reverse", "--format=%an|%cn|%s", range).split("\n");

describe("a squash", () => {
  it("is one commit of the merged tree onto the tip, its author's, and the same each time", async () => {
    const { box, git, tip, head } = world();
    const of = { tip, head, ...sealed("squash") };
    const made = await composed(git, of);
    expect(await composed(git, of)).toBe(made);
    box.git("merge", "-q", "--no-edit", head);
    expect(box.git("rev-parse", `${made}^{tree}`)).toBe(box.git("rev-parse", "HEAD^{tree}"));
    expect(log(box, `${tip}..${made}`)).toEqual(["Dave|plustwo[bot]|Sealed (#1)"]);
  });

  it("of what the target has already is nothing new", async () => {
    const { box, git, head } = world();
    box.git("merge", "-q", "--squash", head);
    box.git("commit", "-q", "-m", "By hand");
    expect(await composeCommit(git, { tip: box.head(), head, ...sealed("squash") })).toMatchObject({
      problem: { kind: "nothing-new" },
    });
  });

  it("that was tested in an earlier stay is another commit of the same tree", async () => {
    const { box, git, tip, head } = world();
    const first = await composed(git, { tip, head, ...sealed("squash") });
    const isFresh = (sha: Sha): Promise<boolean> => Promise.resolve(sha !== first);
    const second = await composed(git, { tip, head, ...sealed("squash", { isFresh }) });
    expect(second).not.toBe(first);
    expect(box.git("rev-parse", `${second}^{tree}`)).toBe(box.git("rev-parse", `${first}^{tree}`));
  });
});

describe("a rebase", () => {
  it("replays each commit with its author, drops the empty one, and tells CI to skip none", async () => {
    const { box, git, tip, head } = world();
    const made = await composed(git, { tip, head, ...sealed("rebase") });
    expect(log(box, `${tip}..${made}`).map((line) => line.trim())).toEqual([
      `${box.git("log", "-1", "--format=%an", tip)}|plustwo[bot]|One`,
      "Dave|plustwo[bot]|Two",
    ]);
    expect(box.git("log", "-1", "--format=%b", made).trim()).toBe("Why.");
    expect(box.git("diff", "--name-only", tip, made).split("\n")).toEqual(["one.txt", "two.txt"]);
  });

  it("of a line that stands on the tip is that line itself", async () => {
    const { git, base, head } = world();
    expect(await composed(git, { tip: base, head, ...sealed("rebase") })).toBe(head);
  });

  it("of such a line that was tested before is replayed all the same", async () => {
    const { box, git, base, head } = world();
    const isFresh = (sha: Sha): Promise<boolean> => Promise.resolve(sha !== head);
    const made = await composed(git, { tip: base, head, ...sealed("rebase", { isFresh }) });
    expect(made).not.toBe(head);
    expect(box.git("rev-parse", `${made}^{tree}`)).toBe(box.git("rev-parse", `${head}^{tree}`));
  });

  it("refuses a merge inside the change", async () => {
    const { box, git, tip, head } = world();
    box.git("switch", "-q", "--detach", head);
    box.git("merge", "-q", "--no-edit", tip);
    const merge = box.head();
    expect(await composeCommit(git, { tip, head: merge, ...sealed("rebase") })).toEqual({
      ok: false,
      problem: { kind: "merge-inside", commit: merge },
    });
    expect((await composeCommit(git, { tip, head: merge, ...sealed("squash") })).ok).toBe(true);
  });

  it("of what the target has already is nothing new", async () => {
    const { box, git, head } = world();
    box.git("merge", "-q", "--squash", head);
    box.git("commit", "-q", "-m", "By hand");
    expect(await composeCommit(git, { tip: box.head(), head, ...sealed("rebase") })).toMatchObject({
      problem: { kind: "nothing-new" },
    });
  });
});

it.each(["merge-if-necessary", "squash", "rebase"] as const)(
  "a conflict under %s names its files",
  async (strategy) => {
    const { box, git, head } = world();
    const tip = box.commit("Clash", { "two.txt": "other\n" });
    expect(await composeCommit(git, { tip, head, ...sealed(strategy) })).toEqual({
      ok: false,
      problem: { kind: "conflict", files: ["two.txt"] },
    });
  },
);
