// -d, -x, -X, -N and -m on GitHub: somebody else's change on a branch of one's own, and what changed between two patch sets.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { patchSetRef } from "../../src/core/change/patch-set-ref.ts";
import { idFor, openBench, type Bench, type Seat, type Told } from "./seat.ts";

let bench: Bench;
let carol: Seat;
let dave: Seat;
/** Of change 1, oldest first: its parent moved between the second and the third. */
const sets: string[] = [];

const id = (subject: string): string => idFor(`carol ${subject}`);

/** As the service does. */
async function keep(number: number, n: number, sha: string): Promise<void> {
  await carol.git("push", "-q", carol.url, `${sha}:${patchSetRef({ change: number, n })}`);
}

beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
  dave = await bench.seat("dave");
  await carol.git("switch", "-q", "-c", "parser", "origin/main");
  sets.push(await carol.commits("Add parser", { "src/parser.txt": "1\n" }));
  expect(await carol.review()).toMatchObject({ code: 0 });
  sets.push(await carol.amends({ "src/parser.txt": "2\n" }));
  expect(await carol.review()).toMatchObject({ code: 0 });
  await bench.lands({ "src/other.txt": "from main\n" });
  await carol.git("fetch", "-q", "origin");
  await carol.git("rebase", "-q", "origin/main");
  sets.push(await carol.amends({ "src/parser.txt": "3\n" }));
  expect(await carol.review()).toMatchObject({ code: 0 });
  await carol.commits("Add docs", { "docs/parser.txt": "1\n" });
  expect(await carol.review()).toMatchObject({ code: 0 });
  await Promise.all(sets.map((sha, index) => keep(1, index + 1, sha)));
});
afterAll(() => bench.close());
beforeEach(async () => {
  await dave.git("switch", "-q", "main");
});

/** How it ended, and every request that it made, git's too. */
async function asked(work: () => Promise<Told>): Promise<Told & { readonly requests: readonly string[] }> {
  const { requests } = bench.forge.services.traffic;
  const before = requests.length;
  const told = await work();
  return { ...told, requests: requests.slice(before).map(({ path }) => path) };
}

const branch = (): Promise<string> => dave.git("rev-parse", "--abbrev-ref", "HEAD");
const head = (): Promise<string> => dave.git("rev-parse", "HEAD");

describe("git review -d", () => {
  it("puts the newest patch set on a branch named as git-review does, which follows the target", async () => {
    const told = await dave.review("-d", "1");
    expect(told).toEqual({ code: 0, err: "", out: "#1  Add parser  is on the new branch review/carol/1\n" });
    expect([await branch(), await head()]).toEqual(["review/carol/1", sets[2]]);
    expect(await dave.git("rev-parse", "--abbrev-ref", "review/carol/1@{upstream}")).toBe("origin/main");
  });

  it("takes a number, a Change-Id and the address of the page; and again is no harm", async () => {
    for (const name of ["#1", id("Add parser"), `${bench.forge.url}/acme/api/pull/1/files`]) {
      await dave.git("switch", "-q", "main");
      expect(await dave.review("-d", name)).toMatchObject({ code: 0, out: expect.stringContaining("was already on") });
      expect(await head()).toBe(sets[2]);
    }
  });

  it("an upper change of a stack comes with what is below it, and follows the stack's target", async () => {
    expect(await dave.review("-d", "2")).toMatchObject({ code: 0 });
    expect(await dave.git("log", "-2", "--format=%s")).toBe("Add docs\nAdd parser");
    expect(await dave.git("rev-parse", "--abbrev-ref", "review/carol/2@{upstream}")).toBe("origin/main");
  });

  it("N,PS is that patch set, on a branch of its own, and needs no server the second time", async () => {
    expect(await dave.review("-d", "1,1")).toMatchObject({ code: 0 });
    expect([await branch(), await head()]).toEqual(["review/carol/1-patch1", sets[0]]);
    await dave.git("switch", "-q", "main");
    expect(await asked(() => dave.review("-d", "1,1"))).toMatchObject({ code: 0, requests: [] });
    expect(await head()).toBe(sets[0]);
  });

  it("moves the branch from an older patch set to the newest, with local edits kept", async () => {
    await dave
      .git("switch", "-q", "-c", "review/carol/2", "origin/main")
      .catch(() => dave.git("switch", "-q", "review/carol/2"));
    await dave.git("reset", "-q", "--hard", sets[2] ?? "");
    dave.writes({ "README.md": "edited\n" });
    expect(await dave.review("-d", "2")).toMatchObject({ code: 0, out: expect.stringContaining("is on the branch") });
    expect(await dave.git("log", "-1", "--format=%s")).toBe("Add docs");
    expect(await dave.git("status", "--short")).toBe("M README.md");
    await dave.git("checkout", "-q", "README.md");
  });

  it("a branch with commits of one's own is in the way, and stays as it is", async () => {
    await dave.review("-d", "1");
    const mine = await dave.commits("My own", { "src/mine.txt": "1\n" });
    await dave.git("switch", "-q", "main");
    const told = await dave.review("-d", "1");
    expect(told.code).toBe(65);
    expect(told.err).toContain('Cannot put the change on the branch "review/carol/1"');
    expect([await branch(), await dave.git("rev-parse", "review/carol/1")]).toEqual(["main", mine]);
    await dave.git("branch", "-q", "-D", "review/carol/1");
  });

  it("what somebody else downloads, amends and sends is the change's next patch set", async () => {
    expect(await dave.review("-d", "2")).toMatchObject({ code: 0 });
    await dave.amends({ "docs/parser.txt": "by dave\n" });
    const sent = await dave.review();
    expect(sent).toMatchObject({ code: 0 });
    const pulls = await bench.pulls();
    expect(pulls.map(({ number, state }) => [number, state])).toEqual([
      [1, "open"],
      [2, "open"],
    ]);
    expect(pulls[1]?.head.sha).toBe(await head());
  });

  it.each([
    ["99", 1, "pull request 99"],
    ["1,9", 1, "Cannot find patch set 9 of #1"],
    ["nonsense", 3, 'Cannot bring "nonsense" here: it names no change'],
    [`I${"0".repeat(40)}`, 1, "none of the 2 open changes of acme/api has this Change-Id"],
    ["https://elsewhere.example.org/acme/api/pull/1", 1, "this clone sends to acme/api on"],
  ])("%s ends with a sentence", async (name, code, words) => {
    const told = await dave.review("-d", name);
    expect([told.code, told.out]).toEqual([code, ""]);
    expect(told.err).toContain(words);
    expect(await branch()).toBe("main");
  });

  it("a pull request that git review did not make says so", async () => {
    await carol.git("switch", "-q", "-c", "by-hand", "origin/main");
    await carol.commits("By hand", { "by-hand.txt": "1\n" }, { id: null });
    await carol.git("push", "-q", carol.url, "HEAD:refs/heads/by-hand");
    const number = await bench.opensPull("carol", "by-hand");
    const told = await dave.review("-d", String(number));
    expect(told.code).toBe(0);
    expect(told.err).toContain("It was not sent by git review");
    expect(told.err).toContain("by-hand of acme/api");
  });
});

describe("without a service that keeps patch sets", () => {
  it("they are counted from the forced pushes, and it says so", async () => {
    await carol.git("switch", "-q", "-c", "lexer", "origin/main");
    const first = await carol.commits("Add lexer", { "src/lexer.txt": "1\n" });
    expect(await carol.review()).toMatchObject({ code: 0 });
    await carol.amends({ "src/lexer.txt": "2\n" });
    expect(await carol.review()).toMatchObject({ code: 0 });
    const number = (await bench.pulls()).find(({ title }) => title === "Add lexer")?.number ?? 0;
    const told = await dave.review("-d", `${number},1`);
    expect(told.code).toBe(0);
    expect(told.err).toContain("No service keeps the patch sets");
    expect(await head()).toBe(first);
  });
});

describe("patch sets that were archived", () => {
  /** As the service leaves it: the numbered refs are gone, one commit holds both and its file says which is which. */
  let archive = "";
  beforeAll(async () => {
    const lines = sets.map((sha, index) => `1 ${index + 1} ${sha}\n`).join("");
    await carol.git("switch", "-q", "--orphan", "index");
    await carol.commits("index", { index: lines }, { id: null });
    const parents = sets.flatMap((sha) => ["-p", sha]);
    archive = await carol.git("commit-tree", ...parents, "-m", "archive", "HEAD^{tree}");
    await carol.git("switch", "-q", "main");
    const numbered = sets.map((_, index) => `:${patchSetRef({ change: 1, n: index + 1 })}`);
    await carol.git("push", "-q", carol.url, `${archive}:refs/changes/archive/0`, ...numbered);
  });

  it("are found through the archive's index, which is all that is asked for, and need no server the second time", async () => {
    const erin = await bench.seat("mallory");
    expect(await erin.review("-d", "1,1")).toMatchObject({ code: 0, err: "" });
    expect(await erin.git("rev-parse", "HEAD")).toBe(sets[0]);
    expect(await erin.git("cat-file", "-e", archive).catch(() => "not here")).toBe("not here");
    expect(await asked(() => erin.review("-d", "1,1"))).toMatchObject({ code: 0, requests: [] });
    expect(await erin.review("-m", "1,1-2")).toMatchObject({ code: 0, out: expect.stringContaining("-1\n+2\n") });
    expect(await erin.review("-d", "1,7")).toMatchObject({
      code: 1,
      err: expect.stringContaining("patch set 7 of #1"),
    });
  });

  it("are had offline by whoever has fetched the archive", async () => {
    await dave.git("update-ref", "-d", "refs/remotes/origin/changes/01/1/1");
    await dave.git("fetch", "-q", "origin", "+refs/changes/*:refs/remotes/origin/changes/*");
    expect(await asked(() => dave.review("-m", "1,1-2"))).toMatchObject({ code: 0, requests: [] });
    expect(await asked(() => dave.review("-d", "1,2"))).toMatchObject({ code: 0, requests: [] });
    expect(await head()).toBe(sets[1]);
  });
});

describe("cherry-picking", () => {
  it("-x commits it on top, -X says where it is from, -N only puts it into the files", async () => {
    await dave.git("switch", "-q", "-c", "mine", "origin/main~1");
    expect(await dave.review("-x", "1,1")).toMatchObject({ code: 0, err: "" });
    expect(await dave.git("log", "-1", "--format=%s|%b")).toBe(`Add parser|Change-Id: ${id("Add parser")}`);
    await dave.git("reset", "-q", "--hard", "origin/main~1");
    await dave.review("-X", "1,1");
    expect(await dave.git("log", "-1", "--format=%b")).toContain(`(cherry picked from commit ${sets[0]})`);
    await dave.git("reset", "-q", "--hard", "origin/main~1");
    expect(await dave.review("-N", "1,1")).toMatchObject({ code: 0, out: expect.stringContaining("not committed") });
    expect(await dave.git("status", "--short")).toBe("A  src/parser.txt");
    await dave.git("reset", "-q", "--hard");
  });

  it("a conflict ends with 69 and is left for its owner to resolve", async () => {
    await dave.git("switch", "-q", "-c", "clash", "origin/main");
    await dave.commits("Clash", { "src/parser.txt": "mine\n" });
    const told = await dave.review("-x", "1");
    expect(told.code).toBe(69);
    expect(told.err).toContain("git cherry-pick --continue");
    expect(await dave.git("status", "--short")).toBe("AA src/parser.txt");
    await dave.git("cherry-pick", "--abort");
  });
});

describe("git review -m", () => {
  it("shows what changed in the change, without what came from the target between", async () => {
    const told = await dave.review("-m", "1,1-3");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain("-1\n+3\n");
    expect(told.out).not.toContain("from main");
    expect(await branch()).toBe("main");
  });

  it("with -R it shows that too; without a second number it takes the newest", async () => {
    const told = await dave.review("-R", "-m", "1,1");
    expect(told.code).toBe(0);
    expect(told.out).toContain("+from main");
  });

  it("of two patch sets that are here it asks nobody", async () => {
    expect(await dave.review("-m", "1,1-2")).toMatchObject({ code: 0, out: expect.stringContaining("-1\n+2\n") });
    expect(await asked(() => dave.review("-m", "1,1-2"))).toMatchObject({ code: 0, requests: [] });
  });

  it("two equal ones are said to be equal; what names no two patch sets ends with 3", async () => {
    expect(await dave.review("-m", "1,2-2")).toMatchObject({ code: 0, out: "" });
    expect(await dave.review("-m", "1")).toMatchObject({ code: 3, out: "" });
  });
});
