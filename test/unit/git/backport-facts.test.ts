// What the service finds out about backports in a real repository: what a fix was landed as, which branches have it, who reverted it, and
// where a conflict was left.
import { describe, expect, it } from "vitest";
import { closedFor } from "../../../bot/backport-rights.ts";
import { fixFrom } from "../../../bot/gather-fix.ts";
import { newerWith } from "../../../bot/gather-backport.ts";
import { backportBranch, bringing, lackingOn } from "../../../bot/gather-backports.ts";
import { gatherFacts, type FactsOf } from "../../../bot/gather-facts.ts";
import type { TargetPolicy } from "../../../bot/gather-policy.ts";
import { revertOf } from "../../../bot/gather-reverts.ts";
import { createGitMemory } from "../../../bot/git-memory.ts";
import type { Mirror } from "../../../bot/mirror.ts";
import type { KnownPull } from "../../../bot/store/pulls.ts";
import type { Sha } from "../../../src/core/ids.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import type { Asked } from "../../../src/core/release/backport/asked.ts";
import { openRepository } from "../../../src/git/repository.ts";
import { parseRemoteAddress } from "../../../src/git/slots.ts";
import { bob, branch, POLICY_TEXT, PRESETS, sha } from "../policy/sample.ts";
import { inTemporaryFolder, testEnvironment, type Sandbox } from "./sandbox.ts";

const [MAIN, NEW, OLD] = [branch("main"), branch("stable/2026.1"), branch("stable/2025.2")];
const ID = `I${"5".repeat(40)}`;

interface Place {
  readonly box: Sandbox;
  readonly mirror: Mirror;
  branches(): ReadonlyMap<typeof MAIN, Sha>;
}

/** main, and two series that began at its first commit. */
function place(): Place {
  const box = inTemporaryFolder();
  box.commit("Start", { "a.txt": "a\n" });
  for (const name of [OLD, NEW]) box.git("branch", name);
  const git = openRepository(box.dir, { env: testEnvironment });
  const address = parseRemoteAddress(`file://${box.dir}`);
  if (address === undefined) throw new Error("no address");
  const mirror = { git, known: createGitMemory().of(1, git), address };
  const branches = () => new Map([MAIN, NEW, OLD].map((name) => [name, box.sha(name)] as const));
  return { box, mirror, branches };
}

/** A topic of two commits by two people, on the first commit of main. */
function topic(box: Sandbox): { readonly base: Sha; readonly head: Sha; readonly commits: readonly Sha[] } {
  const base = box.sha("main");
  box.git("switch", "-q", "-c", "topic");
  const first = box.commit(`One\n\nChange-Id: ${ID}`, { "one.txt": "1\n" });
  box.write("two.txt", "2\n");
  box.git("add", "-A");
  box.git("commit", "-q", "--author=Dave <dave@example.org>", "--date=2026-01-02T03:04:05Z", "-m", "Two [skip ci]");
  const head = box.head();
  box.git("switch", "-q", "main");
  box.commit("Else", { "b.txt": "b\n" });
  return { base, head, commits: [first, head] };
}

const asked = (head: Sha, landed: Sha): Asked => ({
  ...{ change: 7, title: "Fix", origin: MAIN, head, landed },
  ...{ heard: "", asks: [{ branch: OLD, by: bob }], refused: [], empty: [] },
});

async function fix({ mirror, branches }: Place, head: Sha, landed: Sha, parent?: Sha): Promise<readonly string[]> {
  const found = await fixFrom({ mirror, tips: { branches: branches() } }, asked(head, landed), parent);
  if (found.ok) return found.value.map((commit) => commit.sha);
  return [found.problem.kind === "unknown" ? found.problem.why : found.problem.kind];
}

describe("the commits of a merged change", () => {
  it("are the reviewed ones where a merge brought them, oldest first, whether or not anybody wrote them down", async () => {
    const at = place();
    const { base, head, commits } = topic(at.box);
    at.box.git("merge", "-q", "--no-ff", "--no-edit", head);
    expect(await fix(at, head, at.box.head(), base)).toEqual(commits);
    expect(await fix(at, head, at.box.head())).toEqual(commits);
  });

  it("are the one that a squash left", async () => {
    const at = place();
    const { base, head } = topic(at.box);
    at.box.git("merge", "-q", "--squash", head);
    const landed = at.box.commit("Two commits (#7)");
    expect(await fix(at, head, landed, base)).toEqual([landed]);
    expect(await fix(at, head, landed)).toEqual([landed]);
  });

  it("are all that a rebase made, with messages that were mended, and not what lay below", async () => {
    const at = place();
    const { base, head } = topic(at.box);
    at.box.git("cherry-pick", `${base}..${head}`);
    at.box.git("commit", "-q", "--amend", "-m", "Two");
    const [second, first] = [at.box.head(), at.box.sha("HEAD~1")];
    expect(await fix(at, head, second, base)).toEqual([first, second]);
    expect(await fix(at, head, second)).toEqual([first, second]);
  });

  it("are unknown where they were pushed by hand and nobody wrote down how many", async () => {
    const at = place();
    at.box.git("switch", "-q", "main");
    const base = at.box.head();
    at.box.commit("One", { "one.txt": "1\n" });
    const head = at.box.commit("Two", { "two.txt": "2\n" });
    expect(await fix(at, head, head)).toEqual([
      `nobody has written down how many commits ended in ${head.slice(0, 10)}`,
    ]);
    expect(await fix(at, head, head, base)).toEqual([at.box.sha("HEAD~1"), head]);
  });

  it("leave out a clean merge of the target, and are unknown with one that brings something itself", async () => {
    const at = place();
    const { base, head } = topic(at.box);
    at.box.git("switch", "-q", "topic");
    at.box.git("merge", "-q", "--no-edit", "main");
    const updated = at.box.head();
    at.box.git("switch", "-q", "main");
    at.box.git("merge", "-q", "--no-ff", "--no-edit", updated);
    expect(await fix(at, updated, at.box.head(), base)).toContain(head);
    expect(await fix(at, updated, at.box.head(), base)).not.toContain(updated);

    const evil = place();
    const own = topic(evil.box);
    evil.box.git("switch", "-q", "topic");
    evil.box.git("merge", "-q", "--no-commit", "main");
    const odd = evil.box.commit("Merge main", { "evil.txt": "!\n" });
    evil.box.git("switch", "-q", "main");
    evil.box.git("merge", "-q", "--no-ff", "--no-edit", odd);
    expect(await fix(evil, odd, evil.box.head(), own.base)).toEqual([
      `${odd.slice(0, 10)} in it is a merge that brings changes of its own`,
    ]);
  });

  it("are unknown where the branch lost them, where they were lost altogether, and where there are too many", async () => {
    const at = place();
    const { base, head } = topic(at.box);
    const before = at.box.head();
    at.box.git("merge", "-q", "--no-ff", "--no-edit", head);
    const landed = at.box.head();
    at.box.git("reset", "-q", "--hard", before);
    const [first] = [at.box.sha("topic~1")];
    expect(await fix(at, head, landed, base)).toEqual([`\`main\` does not have ${first.slice(0, 10)} any more`]);
    expect(await fix(at, sha(5), sha(6))).toEqual(["0000000000, as which it landed, is not here any more"]);
    const start = at.box.head();
    for (let n = 0; n < 51; n += 1) at.box.git("commit", "-q", "--allow-empty", "-m", `Commit ${n}`);
    expect(await fix(at, at.box.head(), at.box.head(), start)).toEqual(["it has more than 50 commits"]);
  });
});

describe("where a fix is", () => {
  async function lacking({ mirror, branches }: Place, commits: readonly Sha[]): Promise<readonly string[]> {
    const read = await Promise.all(commits.map((one) => mirror.git.commit(one)));
    const all = read.flatMap((one) => (one.ok ? [one.value] : []));
    const [head = sha(0)] = commits;
    const wanted = { asked: asked(head, head), branch: NEW, commits: all };
    const found = await lackingOn({ mirror, tips: { branches: branches() } }, wanted);
    return found.ok ? found.value.missing.map((commit) => commit.sha) : [found.problem.kind];
  }

  it("of several commits those are lacking that no commit of the branch names", async () => {
    const at = place();
    const { commits, head } = topic(at.box);
    at.box.git("merge", "-q", "--no-ff", "--no-edit", head);
    expect(await lacking(at, commits)).toEqual(commits);
    at.box.git("switch", "-q", NEW);
    at.box.commit(`Another text\n\nChange-Id: ${ID}`, { "one.txt": "adapted\n" });
    expect(await lacking(at, commits)).toEqual([head]);
    at.box.git("cherry-pick", "-x", head);
    expect(await lacking(at, commits)).toEqual([]);
  });

  it("not where a commit was reverted, unless that was reverted in turn", async () => {
    const at = place();
    const { head } = topic(at.box);
    at.box.git("merge", "-q", "--no-ff", "--no-edit", head);
    const landed = at.box.head();
    const since = () => ({ tip: at.box.sha(MAIN), notReachableFrom: [landed] });
    const seen = async () => {
      const found = await revertOf(at.mirror, { shas: [head] }, since());
      return found.ok ? found.value : found.problem.kind;
    };
    expect(await seen()).toBeUndefined();
    at.box.git("revert", "--no-edit", head);
    const revert = at.box.head();
    expect(await seen()).toBe(revert);
    at.box.git("revert", "--no-edit", revert);
    expect(await seen()).toBeUndefined();
    at.box.git("revert", "--no-edit", at.box.head());
    expect(await seen()).toBe(revert);
  });

  it("for the gate: on a newer branch that has it, and not on one that took it back", async () => {
    const at = place();
    const { head } = topic(at.box);
    at.box.git("merge", "-q", "--no-ff", "--no-edit", head);
    at.box.git("switch", "-q", "-c", "backport", OLD);
    at.box.git("cherry-pick", "-x", head);
    const picked = at.box.head();
    const commit = await at.mirror.git.commit(picked);
    if (!commit.ok) throw new Error(commit.problem.kind);
    const range = { base: at.box.sha(OLD), head: picked, commits: [commit.value] };
    const seen = async () => {
      const of = { mirror: at.mirror, range, target: OLD, defaultBranch: MAIN, branches: at.branches(), open: [] };
      const found = await newerWith(of);
      return found.ok ? found.value : found.problem.kind;
    };
    expect(await seen()).toEqual([
      { branch: MAIN, has: true },
      { branch: NEW, has: false },
    ]);
    at.box.git("switch", "-q", NEW);
    at.box.git("cherry-pick", "-x", head);
    at.box.git("revert", "--no-edit", "HEAD");
    expect(await seen()).toEqual([
      { branch: MAIN, has: true },
      { branch: NEW, has: false, reverted: at.box.head() },
    ]);
    at.box.git("cherry-pick", "-x", head);
    expect(await seen()).toEqual([
      { branch: MAIN, has: true },
      { branch: NEW, has: true },
    ]);
  });
});

describe("the pull requests that bring a fix", () => {
  const commits = [{ sha: sha(1), message: `Fix\n\nChange-Id: ${ID}\n` }];
  const own = `review/backport/${NEW}/${ID}`;
  const pull = (more: Partial<KnownPull> & { readonly headBranch: KnownPull["headBranch"] }): KnownPull => ({
    ...{ change: 12, state: "open", head: sha(2), local: true, base: NEW },
    ...more,
  });
  const found = (...pulls: readonly KnownPull[]): readonly string[] => {
    const wanted = { asked: asked(sha(1), sha(1)), branch: NEW, commits: commits as never };
    const { open, closed, merged } = bringing(pulls, wanted);
    return Object.entries({ open, closed, merged }).flatMap(([kind, one]) => (one ? [`${kind} #${one.change}`] : []));
  };

  it("are ours, and open ones that somebody named after its Change-Id", () => {
    expect(found(pull({ headBranch: branch(own) }))).toEqual(["open #12"]);
    expect(found(pull({ headBranch: branch(`review/topic/${ID}`), local: false }))).toEqual(["open #12"]);
    expect(found(pull({ headBranch: branch(own), base: OLD }))).toEqual([]);
  });

  it("are none of a stranger that was closed, even under the name of ours", () => {
    expect(found(pull({ headBranch: branch(own), local: false, state: "closed" }))).toEqual([]);
    expect(found(pull({ headBranch: branch(own), state: "closed" }))).toEqual(["closed #12"]);
    expect(found(pull({ headBranch: branch(own), state: "merged" }))).toEqual(["merged #12"]);
  });

  it("ours is named after the Change-Id, else, or where there is no room for it, the number of the change", () => {
    const named = (name: string, message: string) =>
      backportBranch({ change: 7 }, { branch: branch(name), commits: [{ message }] });
    expect(named(NEW, commits[0]?.message ?? "")).toBe(own);
    expect(named(NEW, "Fix\n\nChange-Id: I12 or so\n")).toBe(`review/backport/${NEW}/7`);
    expect(named(`stable/${"x".repeat(160)}`, commits[0]?.message ?? "")).toBe(
      `review/backport/stable/${"x".repeat(160)}/7`,
    );
    expect(named(`stable/${"x".repeat(190)}`, "Fix\n")).toBeUndefined();
  });
});

describe("a branch to which nobody may ask for a backport", () => {
  const on = (text: string | undefined, more: Partial<TargetPolicy> = {}): TargetPolicy => {
    const layers =
      text === undefined ? [] : [{ from: "repo" as const, path: ".github/plustwo.yml", sha: sha(1), text }];
    return { target: NEW, tip: sha(1), layers, policy: loadPolicy(layers, PRESETS), incomplete: [], ...more };
  };

  it("is one that is gone, has no policy or none that is enforced, or one that cannot be read whole", () => {
    const unread = "its policy cannot be read, so nobody may ask for a backport there";
    const open = "its policy is not enforced, so plustwo opens nothing there";
    expect(closedFor(undefined)).toBe("the branch is gone");
    expect(closedFor(on(undefined))).toBe(open);
    expect(closedFor(on(POLICY_TEXT.replace("enforce", "advise")))).toBe(open);
    expect(closedFor(on("version: nonsense\n"))).toBe(unread);
    expect(closedFor(on(POLICY_TEXT, { incomplete: [{ what: "the organisation's policy", why: "no" }] }))).toBe(unread);
    expect(closedFor(on(POLICY_TEXT))).toBeUndefined();
  });
});

describe("conflicts that a change leaves in its files", () => {
  const CONFLICT = "<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n";

  async function left(
    before: Readonly<Record<string, string>>,
    after: Readonly<Record<string, string | null>>,
    more: Partial<FactsOf> = {},
  ): Promise<readonly string[]> {
    const { box, mirror, branches } = place();
    const base = box.commit("Before", before);
    const head = box.commit("After", after);
    const paths = await mirror.known.changedPaths(base, head);
    if (!paths.ok) throw new Error(paths.problem.kind);
    const files = paths.value.map(({ blob: _, previousMode: __, binary: ___, ...file }) => file);
    const gathered = await gatherFacts({
      ...{ mirror, policy: undefined, target: MAIN, defaultBranch: MAIN, branches: branches(), words: [], open: [] },
      ...{ range: { base, head, commits: [] }, files },
      ...more,
    });
    return [...gathered.conflicts, ...gathered.incomplete.map(({ what, why }) => `${what}: ${why}`)];
  }

  it("are found by file and line, with the line ends of Windows too", async () => {
    expect(await left({ "a.txt": "a\n" }, { "a.txt": `a\n${CONFLICT}` })).toEqual(["a.txt:2"]);
    expect(await left({}, { "w.txt": CONFLICT.replaceAll("\n", "\r\n") })).toEqual(["w.txt:1"]);
  });

  it("are not what the file had before, also under another name; a second one beside it is", async () => {
    expect(await left({ "a.txt": `${CONFLICT}a\n` }, { "a.txt": `${CONFLICT}b\n` })).toEqual([]);
    const long = "text\n".repeat(50);
    expect(await left({ "a.txt": CONFLICT + long }, { "a.txt": null, "b.txt": `${CONFLICT}${long}more\n` })).toEqual(
      [],
    );
    expect(await left({ "a.txt": CONFLICT }, { "a.txt": `${CONFLICT}\n${CONFLICT}` })).toEqual(["a.txt:7"]);
  });

  it("are none in a binary file, a deleted one, or a heading of seven signs", async () => {
    expect(await left({}, { "a.bin": `\0${CONFLICT}` })).toEqual([]);
    expect(await left({ "a.txt": CONFLICT }, { "a.txt": null })).toEqual([]);
    expect(await left({}, { "a.rst": "Heading\n=======\n\n> > <<<<<<< quoted\n" })).toEqual([]);
  });

  it("are found at the end of a file of many megabytes", async () => {
    const large = `${"a line like many others\n".repeat(400_000)}`;
    expect(await left({}, { "large.txt": large + CONFLICT })).toEqual(["large.txt:400001"]);
  });

  it("close the gate where the list of files is short, or a name cannot be read", async () => {
    expect(await left({}, { "a.txt": CONFLICT }, { files: [] })).toEqual([
      'the lines it adds: nobody can read "a.txt"; give it a name in plain UTF-8',
    ]);
    const { box, mirror, branches } = place();
    const base = box.head();
    box.write("odd.txt", CONFLICT);
    const blob = box.git("hash-object", "-w", "odd.txt");
    box.git("rm", "-q", "--cached", "--ignore-unmatch", "odd.txt");
    const { execFileSync } = await import("node:child_process");
    const tree = execFileSync("git", ["mktree"], {
      ...{ cwd: box.dir, env: testEnvironment },
      input: Buffer.concat([Buffer.from(`100644 blob ${blob}\todd`), Buffer.from([0xff]), Buffer.from(".txt\n")]),
    });
    const head = box.sha(box.git("commit-tree", tree.toString().trim(), "-p", base, "-m", "Odd"));
    const paths = await mirror.known.changedPaths(base, head);
    const files = paths.ok ? paths.value.map(({ blob: _, previousMode: __, binary: ___, ...file }) => file) : [];
    const gathered = await gatherFacts({
      ...{ mirror, policy: undefined, target: MAIN, defaultBranch: MAIN, branches: branches(), words: [], open: [] },
      ...{ range: { base, head, commits: [] }, files },
    });
    expect(gathered.incomplete).toMatchObject([
      { what: "the lines it adds", why: expect.stringContaining("nobody can read") as string },
    ]);
  });
});
