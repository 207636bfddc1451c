// Somebody who may not push to the project: `git review` sends through a fork of theirs, and supersedes what they may not push.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { idFor, openBench, type Bench, type Seat } from "./seat.ts";

let bench: Bench;
let carol: Seat;
let dave: Seat;
beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
  dave = await bench.seat("dave", { permission: "none" });
});
afterAll(() => bench.close());

const head = (subject: string, target = "main"): string => `review/${target}/${idFor(`dave ${subject}`)}`;
const inFork = (branch: string, fork = "dave/api"): string | undefined =>
  bench.forge.world.repository(...(fork.split("/") as [string, string]))?.refs.get(`refs/heads/${branch}`);

/** The pull requests that came after the first `n`. */
const after = async (n: number) => (await bench.pulls()).slice(n);

async function requestsOf(seat: Seat, ...args: readonly string[]): Promise<number> {
  const { requests } = bench.forge.services.traffic;
  const before = requests.length;
  const told = await seat.review(...args);
  expect(told).toMatchObject({ code: 0 });
  return requests.slice(before).filter(({ path }) => path.startsWith("/api/")).length;
}

describe("a stack of somebody who may only read", () => {
  it("is refused with a way out where no fork may be made, and nothing is sent", async () => {
    await bench.control("PATCH", "/repos/acme/api", { forking: { allowed: false } });
    await dave.git("switch", "-q", "-c", "work", "origin/main");
    await dave.commits("Add parser", { parser: "1\n" });
    await dave.commits("Add docs", { docs: "1\n" });
    const told = await dave.review();
    expect(told.code).toBe(1);
    expect(told.err).toContain("You may not push to acme/api, so your changes need a fork. Nothing was sent");
    expect(told.err).toMatch(/Hint: fork it on the web \(http:\S+\/acme\/api\/fork\)/);
    expect(await bench.pulls()).toEqual([]);
  });

  it("is shown by -n with the fork that it will go through, and none is made", async () => {
    await bench.control("PATCH", "/repos/acme/api", { forking: { allowed: true, looks: 1 } });
    const before = dave.gitDirectory();
    const told = await dave.review("-n");
    expect(told.out).toContain("work → main · 2 changes · through dave/api · dry run, nothing is sent");
    expect(dave.gitDirectory()).toBe(before);
    expect(inFork("main")).toBeUndefined();
  });

  it("goes to a fork made for it, once that is there, as pull requests on the target that are no drafts", async () => {
    const told = await dave.review();
    expect(told).toMatchObject({ code: 0 });
    expect(told.err).toContain("Made dave/api, your fork");
    expect(await after(0)).toMatchObject(
      ["Add parser", "Add docs"].map((title) => ({
        ...{ title, state: "open", draft: false, base: { ref: "main" } },
        head: { label: `dave:${head(title)}`, ref: head(title) },
      })),
    );
    // Nothing of it is in the project, and nothing was added to the clone's configuration.
    expect([...(bench.forge.world.repository("acme", "api")?.refs.keys() ?? [])].join()).not.toContain("review/");
    expect(readFileSync(join(dave.dir, ".git", "config"), "utf8")).not.toContain("dave/api");
  });

  it("says in the text of the upper one what it stands on, and leads to the one commit that is its own", async () => {
    const [lower, upper] = await after(0);
    expect(lower?.body).not.toContain("Built on");
    expect(upper?.body).toContain("Built on #1, whose commits this page shows too until they land");
    expect(upper?.body).toContain(`/acme/api/pull/2/commits/${upper?.head.sha}">`);
  });

  it("costs nothing where nothing is new, and shows in status and list", async () => {
    expect(await dave.review()).toMatchObject({ code: 0, out: expect.stringContaining("Nothing new") });
    expect((await dave.review("status")).out).toMatch(/#2 {2}Add docs[^]*#1 {2}Add parser/);
    expect((await dave.review("-l")).out).toContain("#2  main  dave  Add docs");
  });

  it("is updated after an amend, with a lease; a title from the web stays, the link follows", async () => {
    await bench.edits(2, { title: "Documents, at last" });
    const sha = await dave.amends({ docs: "2\n" });
    const told = await dave.review();
    expect(told.out).toContain("patch set 2");
    const [, upper] = await after(0);
    expect(upper).toMatchObject({
      title: "Documents, at last",
      head: { sha },
      body: expect.stringContaining(`/commits/${sha}">`),
    });
    expect(inFork(head("Add docs"))).toBe(sha);
  });

  it("is taken back in the fork by undo, and comes again with the next submit", async () => {
    const sent = inFork(head("Add docs"));
    const undone = await dave.review("undo");
    expect(undone).toMatchObject({ code: 0, out: expect.stringContaining("back at") });
    expect(inFork(head("Add docs"))).not.toBe(sent);
    expect(await after(0)).toMatchObject([
      { state: "open" },
      { state: "open", head: { sha: inFork(head("Add docs")) } },
    ]);
    expect(await dave.review()).toMatchObject({ code: 0 });
    expect(inFork(head("Add docs"))).toBe(sent);
  });

  it("is not overwritten where another clone of its owner has sent a patch set", async () => {
    const other = await bench.seat("dave", { permission: "none" });
    expect(await other.review("-d", "2")).toMatchObject({ code: 0 });
    await other.amends({ docs: "elsewhere\n" });
    expect(await other.review()).toMatchObject({ code: 0 });
    await dave.amends({ docs: "3\n" });
    const told = await dave.review();
    expect(told).toMatchObject({ code: 1, err: expect.stringContaining("which this clone has never had") });
    expect(told.err).toContain("git fetch origin refs/pull/2/head");
    await dave.git("fetch", "-q", "origin", "refs/pull/2/head");
    await dave.git("reset", "-q", "--hard", "FETCH_HEAD");
  });

  it("needs nothing from its owner when the lower one has landed", async () => {
    const sha = await dave.git("rev-parse", "HEAD~1");
    const admin = carol;
    await admin.git("fetch", "-q", "origin", "refs/pull/1/head");
    await admin.git("push", "-q", admin.url, `${sha}:refs/heads/main`);
    const [lower, upper] = await after(0);
    expect(lower?.merged_at).not.toBeNull();
    expect(upper).toMatchObject({ state: "open", base: { ref: "main" } });
    const told = await dave.review();
    expect(told).toMatchObject({ code: 0 });
    expect(told.out).not.toContain("Add parser");
  });

  it("asks nobody and puts no label, which GitHub would refuse, and says so", async () => {
    await dave.git("switch", "-q", "-c", "wishes", "origin/main");
    await dave.commits("Wish", { wish: "1\n" });
    const told = await dave.review("--reviewers", "carol");
    expect(told).toMatchObject({ code: 0, err: expect.stringContaining("Left out: carol") });
  });
});

describe("the cost of a fork", () => {
  it.each([1, 10])("for a stack of %i is at most two requests more than for who may push, and one push", async (n) => {
    const spent: number[] = [];
    for (const seat of [carol, dave]) {
      await seat.git("fetch", "-q", "origin");
      await seat.git("switch", "-q", "--no-track", "-C", `cost-${n}`, "origin/main");
      for (let k = 1; k <= n; k += 1) await seat.commits(`${n}.${k}`, { [`${seat.login}${n}/${k}`]: "1\n" });
      seat.forgetProcesses();
      spent.push(await requestsOf(seat));
      expect(seat.processes().filter((line) => line.startsWith("push "))).toHaveLength(1);
      expect(seat.processes().length).toBeLessThanOrEqual(6);
    }
    const [plain = 0, fork = 0] = spent;
    expect(fork).toBeLessThanOrEqual(plain + 2);
  });
});

describe("another person's change whose branch may not be pushed", () => {
  it("is superseded by a pull request with its Change-Id, which names it; it stays open", async () => {
    await dave.git("switch", "-q", "--no-track", "-C", "shared", "origin/main");
    await dave.commits("Shared", { shared: "1\n" });
    await dave.review();
    const theirs = (await bench.pulls()).at(-1);
    const count = (await bench.pulls()).length;
    await carol.review("-d", String(theirs?.number));
    await carol.amends({ shared: "2\n" });
    const told = await carol.review();
    expect(told).toMatchObject({ code: 0 });
    expect(told.out).toContain(`new, instead of #${theirs?.number}`);
    expect(told.out).toContain("it stays open until dave or a core reviewer closes it");
    const [mine] = await after(count);
    expect(mine).toMatchObject({ head: { label: `acme:${head("Shared")}` }, base: { ref: "main" } });
    expect(mine?.body).toContain(`Supersedes #${theirs?.number}`);
    expect((await bench.pulls())[count - 1]).toMatchObject({ state: "open" });
    // Its next patch set is one of its own, and it still says so.
    await carol.amends({ shared: "3\n" }, "-m", `Shared, better\n\nChange-Id: ${idFor("dave Shared")}`);
    expect((await carol.review()).out).toContain("patch set 2");
    expect((await after(count))[0]?.body).toContain(`Supersedes #${theirs?.number}`);
  });

  it("is left alone where it is only built on", async () => {
    await dave.git("switch", "-q", "--no-track", "-C", "below", "origin/main");
    await dave.commits("Below", { below: "1\n" });
    await dave.review();
    const count = (await bench.pulls()).length;
    await carol.git("fetch", "-q", "origin", `refs/pull/${count}/head`);
    await carol.git("switch", "-q", "-C", "upon", "FETCH_HEAD");
    await carol.commits("Upon", { upon: "1\n" });
    const told = await carol.review();
    expect(told.out).toContain("as dave sent it");
    expect(await after(count)).toMatchObject([
      { title: "Upon", base: { ref: "main" }, body: expect.stringContaining(`Built on #${count}`) },
    ]);
  });

  it("is not taken over unseen", async () => {
    await carol.git("switch", "-q", "--no-track", "-C", "blind", "origin/main");
    await carol.commits("Blind", { blind: "1\n" }, { id: idFor("dave Shared 2") });
    await dave.git("switch", "-q", "--no-track", "-C", "blind", "origin/main");
    await dave.commits("Shared 2", { blind: "2\n" });
    await dave.review();
    const told = await carol.review();
    expect(told).toMatchObject({ code: 1, err: expect.stringContaining("a change of dave") });
  });
});

describe("identity", () => {
  it("is the Change-Id and the target: a cherry-pick to a stable branch is another change, also from a fork", async () => {
    await bench.lands({ "stable.txt": "1\n" }, "stable/2026.2");
    await dave.git("switch", "-q", "--no-track", "-C", "fix", "origin/main");
    await dave.commits("Fix", { fix: "1\n" });
    await dave.review();
    const count = (await bench.pulls()).length;
    await dave.git("fetch", "-q", "origin");
    await dave.git("switch", "-q", "--no-track", "-C", "backport", "origin/stable/2026.2");
    await dave.git("cherry-pick", "-x", "fix");
    expect(await dave.review("stable/2026.2")).toMatchObject({ code: 0 });
    expect(await after(count - 1)).toMatchObject([
      { state: "open", base: { ref: "main" }, head: { ref: head("Fix") } },
      { state: "open", base: { ref: "stable/2026.2" }, head: { ref: head("Fix", "stable/2026.2") } },
    ]);
  });

  it.each([
    ["jj's", "change-id", "kkmpptxzrspxrzommnulwmwkkqwworpl"],
    ["GitButler's", "gitbutler-change-id", "6f1b0f3a-8c1d-4b5e-9f5a-0d3c2b1a4e5f"],
  ])(
    "comes from %s header where there is no trailer; the commit is sent as it is (RULINGS 37)",
    async (_, key, value) => {
      await carol.git("fetch", "-q", "origin");
      await carol.git("switch", "-q", "--no-track", "-C", key, "origin/main");
      await carol.commits(`With ${key}`, { [key]: "1\n" }, { id: null });
      const withHeader = async (): Promise<string> => {
        const raw = await carol.git("cat-file", "commit", "HEAD");
        const [top = "", ...rest] = raw.split("\n\n");
        const file = join(carol.home, key);
        writeFileSync(file, `${top}\n${key} ${value}\n\n${rest.join("\n\n")}\n`);
        const sha = await carol.git("hash-object", "-t", "commit", "-w", file);
        await carol.git("reset", "-q", "--soft", sha);
        return sha;
      };
      const first = await withHeader();
      expect(await carol.review()).toMatchObject({ code: 0 });
      expect(await carol.git("rev-parse", "HEAD")).toBe(first);
      const count = (await bench.pulls()).length;
      expect((await bench.pulls()).at(-1)?.head).toMatchObject({ sha: first });
      // git drops the header in an amend, the tool writes it again: the same pull request.
      await carol.amends({ [key]: "2\n" });
      const second = await withHeader();
      expect(await carol.review()).toMatchObject({ code: 0, out: expect.stringContaining("patch set 2") });
      expect((await bench.pulls()).length).toBe(count);
      expect((await bench.pulls()).at(-1)?.head).toMatchObject({ sha: second });
    },
  );
});
