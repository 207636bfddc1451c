// Merge, squash and rebase through the real doors: what was tested is what lands, it shows Merged where the forge can, and nobody's patch set or vote is made up.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { mustRun } from "../support/shell.ts";
import { openHouse, type House, type Stage } from "../bot/stage.ts";

let house: House;
let stage: Stage;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  stage = await house.opens();
  await jobs("pass");
});
afterEach(() => stage.close());

const jobs = (mode: string, more: object = {}): Promise<unknown> =>
  stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode, ...more });
const allows = (merging: object): Promise<unknown> =>
  stage.world.control.patch(`/repos/${stage.world.fullName}`, { merging });
const pull = (number: number) =>
  stage
    .as("carol")
    .get<{ merged: boolean; state: string; head: { sha: string; ref: string }; base: { ref: string } }>(
      `/pulls/${number}`,
    );

async function git(...args: string[]): Promise<string> {
  const { git: cwd, env } = stage.world.observer;
  return (await mustRun("git", args, { cwd, env })).stdout.trim();
}

const FORMAT = "--format=%an | %cn | %s";
const main = async (): Promise<string> => (await stage.branch("main")) ?? "";

/** Commits of main that were not there at `from`, oldest first, without what the two shared before. */
async function landedSince(from: string, format = FORMAT): Promise<string[]> {
  await git("fetch", "-q", "origin", "+refs/heads/*:refs/seen/*");
  return (await git("log", "--reverse", "--first-parent", format, `${from}..refs/seen/main`)).split("\n");
}

const recorded = async (change: number): Promise<unknown[]> =>
  (await stage.store.db.selectFrom("patch_set").select("record").where("change", "=", change).execute()).map(
    ({ record }) => [record.n, record.sha, record.pusher?.login],
  );
const votes = async (change: number): Promise<unknown[]> =>
  (await stage.store.db.selectFrom("vote").select("record").where("change", "=", change).execute())
    .map(({ record }) => `${record.user.login} ${record.label} ${record.value} ${record.state} on ${record.patchSet}`)
    .sort();
const VOTES = ["alice Code-Review 2 current on 1", "bob Code-Review 2 current on 1", "bob Workflow 1 current on 1"];

/** Main is at a commit that the gate built, every job passed on, and said so of. */
async function expectTested(sha: string): Promise<void> {
  const builds = await stage.store.db.selectFrom("build").select("record").execute();
  expect(builds.map(({ record }) => record.commits.at(-1) as string)).toContain(sha);
  const { workflow_runs: runs } = await stage.world.repository.get<{
    workflow_runs: { event: string; head_branch: string; conclusion: string }[];
  }>(`/actions/runs?head_sha=${sha}&per_page=50`);
  const gate = runs.filter((run) => run.event === "push" && run.head_branch === "gate/main/1");
  expect(gate.map(({ conclusion }) => conclusion)).toEqual(["success"]);
  expect(await stage.check(sha, "plustwo/gate")).toMatchObject({ conclusion: "success" });
}

/** "Approve and run", as GitHub asks for a newcomer's fork. */
async function approveRuns(sha: string): Promise<void> {
  const asked = `/actions/runs?head_sha=${sha}&per_page=50`;
  const { workflow_runs: runs } = await stage.as("alice").get<{
    workflow_runs: { id: number; conclusion: string | null }[];
  }>(asked);
  const waiting = runs.filter(({ conclusion }) => conclusion === "action_required");
  for (const { id } of waiting) await stage.as("alice").post(`/actions/runs/${id}/approve`);
}

async function three(branch: string, login = "carol"): Promise<string> {
  await stage.commits(login, branch, { [`docs/${branch}-1.md`]: "1\n" }, `One of ${branch}\n\nWhy one.`);
  await stage.commits("dave", branch, { [`docs/${branch}-2.md`]: "2\n" }, `Two of ${branch} [skip ci]`);
  return stage.commits(login, branch, { [`docs/${branch}-3.md`]: "3\n" }, `Three of ${branch}`);
}

it.each([
  {
    strategy: "merge-if-necessary",
    allowed: { merge: true },
    one: ["Carol | Carol | Add one"],
    more: ["APP | APP | Merge change #2: Change three"],
  },
  {
    strategy: "squash",
    allowed: { merge: false },
    one: ["Carol | APP | Change one (#1)"],
    more: ["Carol | APP | Change three (#2)"],
  },
  {
    strategy: "rebase",
    allowed: { merge: false, squash: false },
    one: ["Carol | Carol | Add one"],
    more: ["Carol | APP | One of three", "Dave | APP | Two of three", "Carol | APP | Three of three"],
  },
])("$strategy: one commit, and three whose target moves meanwhile, land as tested and show Merged", async (row) => {
  await allows(row.allowed);
  const named = (lines: readonly string[]): string[] =>
    lines.map((line) => line.replaceAll("APP", `${stage.world.app.slug}[bot]`));
  const start = await main();
  const heads = [await stage.commits("carol", "one", { "docs/one.md": "1\n" }, "Add one"), await three("three")];
  const numbers = [await stage.opensPull("carol", "one"), await stage.opensPull("carol", "three")];
  const [one = 0, more = 0] = numbers;

  await stage.approve(one);
  await stage.settled();
  expect(await landedSince(start)).toEqual(named(row.one));
  await expectTested(await main());

  const second = await main();
  await jobs("hold", { ref: "gate/main/1" });
  await stage.approve(more);
  await stage.settled();
  const overtaken = await stage.branch("gate/main/1");
  await stage.commits("olivia", "main", { "docs/else.md": "else\n" }, "Somebody else");
  await jobs("pass", { ref: "gate/main/1" });
  await stage.settled();
  const [elsewhere = "", ...rest] = await landedSince(second);
  expect(elsewhere).toContain("Somebody else");
  expect(rest).toEqual(named(row.more));
  expect(await main()).not.toBe(overtaken);
  await expectTested(await main());
  // A marker in a replayed message would have kept CI from testing what came after it.
  expect((await landedSince(second, "--format=%B")).join("\n")).not.toContain("skip ci");

  for (const [index, number] of numbers.entries()) {
    expect(await pull(number)).toMatchObject({ merged: true, state: "closed" });
    expect(await recorded(number)).toEqual([[1, heads[index], "carol"]]);
    expect(await votes(number)).toEqual(VOTES);
  }
  const files = (await git("ls-tree", "-r", "--name-only", "refs/seen/main", "docs/")).split("\n");
  expect(files).toEqual(expect.arrayContaining(["docs/else.md", "docs/one.md", "docs/three-1.md", "docs/three-3.md"]));
  expect(await stage.world.commentsOfApp()).toEqual([]);
  expect(stage.complaints).toEqual([]);
});

/** A service that dies when it has moved the head of this approved change and not yet the target. Answers the gate commit. */
async function diesBetweenThePushes(number: number, branch: string): Promise<string> {
  await jobs("hold", { ref: "gate/main/1" });
  await stage.approve(number);
  await stage.settled();
  const before = await main();
  const gate = (await stage.branch("gate/main/1")) ?? "";
  const pushes = { match: "git-receive-pack" };
  await stage.world.control.post("/faults", { ...pushes, when: "after", times: 1 });
  await stage.world.control.post("/faults", { ...pushes, when: "before", rate: 1 });
  await jobs("pass", { ref: "gate/main/1" });
  await expect.poll(() => stage.branch(branch), { timeout: 60_000 }).toBe(gate);
  await stage.bot.stop();
  await stage.world.control.delete("/faults");
  expect(await main()).toBe(before);
  expect((await pull(number)).head.sha).toBe(gate);
  return gate;
}

it("dead between the push of the head and that of the target: no patch set, no lost vote; a veto in between still stops it", async () => {
  await allows({ merge: false });
  const head = await three("three");
  const number = await stage.opensPull("carol", "three");
  const gate = await diesBetweenThePushes(number, "three");
  await stage.restarts();
  await stage.settled();
  expect(await main()).toBe(gate);
  await expectTested(gate);
  expect(await pull(number)).toMatchObject({ merged: true, head: { sha: gate } });
  expect(await recorded(number)).toEqual([[1, head, "carol"]]);
  expect(await votes(number)).toEqual(VOTES);
  expect(await stage.check(gate)).toMatchObject({ title: `Landed on main as ${gate.slice(0, 7)}` });

  const later = await stage.commits("carol", "later", { "docs/later.md": "1\n" }, "Add later");
  const vetoed = await stage.opensPull("carol", "later");
  await stage.settled();
  await diesBetweenThePushes(vetoed, "later");
  // On what the pull request shows now, which is the squash of what was reviewed.
  await stage.reviews("alice", vetoed, "Code-Review: -2", "REQUEST_CHANGES");
  await stage.restarts();
  await stage.settled();
  expect(await main()).toBe(gate);
  expect(await stage.branch("later")).toBe(later);
  expect(await votes(vetoed)).toContain("alice Code-Review -2 current on 1");
  await stage.reviews("alice", vetoed, "Code-Review: +2", "APPROVE");
  await stage.settled();
  expect(await pull(vetoed)).toMatchObject({ merged: true });
  expect(await recorded(vetoed)).toEqual([[1, later, "carol"]]);
});

it("a fork's head is never moved: it lands, and is closed with the commit it landed as", async () => {
  await allows({ merge: false });
  const fork = await stage.as("mallory").post<{ full_name: string }>("/forks");
  const commit = { login: "mallory", branch: "topic", files: { "docs/m.md": "m\n" }, message: "Add m" };
  const { sha: head } = await stage.world.control.post<{ sha: string }>(`/repos/${fork.full_name}/commits`, commit);
  const number = await stage.opensPull("mallory", "mallory:topic");
  await stage.settled();
  await approveRuns(head);
  await stage.approve(number);
  await stage.settled();
  const landed = await main();
  await expectTested(landed);
  expect(await pull(number)).toMatchObject({ merged: false, state: "closed", head: { sha: head } });
  const comments = await stage.world.commentsOfApp();
  expect(comments.map((comment) => [comment.number, comment.body.includes(`Landed on \`main\` as ${landed}`)])).toEqual(
    [[number, true]],
  );
  expect(await stage.check(head)).toMatchObject({ title: `Landed on main as ${landed.slice(0, 7)}` });
  expect(stage.complaints).toEqual([]);
});

it("a stack that is squashed: the upper change is asked to rebase, nothing lands twice or closes, and then it lands", async () => {
  await allows({ merge: false });
  const a = await stage.commits("carol", "review/main/a", { "docs/a.md": "a\n" }, "Add a");
  await stage.world.repository.post("/git/refs", { ref: "refs/heads/review/main/b", sha: a });
  const b = await stage.commits("carol", "review/main/b", { "docs/b.md": "b\n" }, "Add b");
  const lower = await stage.opensPull("carol", "review/main/a");
  const upper = await stage.opensPull("carol", "review/main/b", "review/main/a");
  await stage.settled();
  await stage.approve(lower);
  await stage.approve(upper);
  await stage.settled();
  const landed = await main();
  expect(await pull(lower)).toMatchObject({ merged: true });
  expect(await stage.branch("review/main/a")).toBeUndefined();
  expect(await pull(upper)).toMatchObject({ merged: false, state: "open", base: { ref: "main" }, head: { sha: b } });
  const check = await stage.check(b);
  expect(check?.summary).toContain(`built on patch set 1 of #${lower}, which landed as ${landed.slice(0, 7)}: rebase`);

  const rebased = await stage.world.control.post<{ sha: string }>(`/repos/${stage.world.fullName}/commits`, {
    login: "carol",
    branch: "review/main/b",
    onto: landed,
    files: { "docs/b.md": "b\n" },
    message: "Add b",
  });
  await stage.settled();
  await stage.reviews("bob", upper, "Workflow: +1");
  await stage.settled();
  expect(await pull(upper)).toMatchObject({ merged: true });
  expect(await landedSince(landed)).toEqual([
    `Carol | ${stage.world.app.slug}[bot] | Change review/main/b (#${upper})`,
  ]);
  expect((await recorded(upper)).length).toBe(2);
  expect(rebased.sha).not.toBe(b);
});

it("a strategy that the repository forbids holds the gate with a sentence", async () => {
  const { git: cwd, env } = stage.world.observer;
  const policy = (await mustRun("git", ["show", "main:.github/plustwo.yml"], { cwd, env })).stdout;
  const squash = policy.replace("gate: { settle: 0s }", "gate: { settle: 0s, strategy: squash }");
  expect(squash).not.toBe(policy);
  await stage.commits("olivia", "main", { ".github/plustwo.yml": squash }, "Squash");
  await allows({ squash: false });
  // A look that has begun goes by what it read when it began.
  await stage.settled();
  const before = await main();
  const head = await stage.commits("carol", "one", { "docs/one.md": "1\n" }, "Add one");
  const number = await stage.opensPull("carol", "one");
  await stage.approve(number);
  await stage.settled();
  expect(await main()).toBe(before);
  expect((await stage.check(head))?.summary).toContain("do not allow squash merging");
  await allows({ squash: true });
  await stage.restarts();
  await stage.settled();
  expect(await pull(number)).toMatchObject({ merged: true });
  expect(await landedSince(before)).toEqual([`Carol | ${stage.world.app.slug}[bot] | Change one (#${number})`]);
});
