// The main path through the real doors: commits by git, pull requests and reviews by REST, webhooks by HTTP, jobs by the runner.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { fail } from "../../src/core/result.ts";
import { mustRun } from "../support/shell.ts";
import { openHouse, type House, type Stage, type StageOptions } from "../bot/stage.ts";

let house: House;
let stage: Stage;
const open = async (options: StageOptions = {}): Promise<void> => {
  stage = await house.opens(options);
};
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async (context) => {
  if (!context.task.name.includes("[own stage]")) await open();
});
afterEach(() => stage.close());

const identity = {
  ...{ GIT_AUTHOR_NAME: "Carol", GIT_AUTHOR_EMAIL: "carol@example.org" },
  ...{ GIT_COMMITTER_NAME: "Carol", GIT_COMMITTER_EMAIL: "carol@example.org" },
};
const jobs = (mode: string, more: object = {}): Promise<unknown> =>
  stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode, ...more });
const pull = (number: number) =>
  stage
    .as("carol")
    .get<{ merged: boolean; state: string; base: { ref: string }; merge_commit_sha: string }>(`/pulls/${number}`);
const commit = (sha: string) =>
  stage.world.repository.get<{ parents: { sha: string }[]; message: string }>(`/git/commits/${sha}`);

it("a recheck lets the same patch set in again, once", async () => {
  await jobs("pass");
  await jobs("fail", { job: "unit", ref: "gate/main/1" });
  const head = await stage.commits("carol", "add-notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "add-notes");
  await stage.approve(number);
  await stage.settled();
  await stage.as("carol").post(`/issues/${number}/comments`, { body: "recheck" });
  await stage.settled();
  const builds = await stage.store.db.selectFrom("build").select("record").execute();
  const tips = builds.map(({ record }) => record.commits.at(-1));
  expect([tips.length, tips.includes(head as never), new Set(tips).size]).toEqual([2, true, 2]);
  expect((await pull(number)).merged).toBe(false);
  await jobs("pass");
  await stage.as("carol").post(`/issues/${number}/comments`, { body: "recheck: the runner was full" });
  await stage.settled();
  expect((await pull(number)).merged).toBe(false);
  await stage.as("carol").post(`/issues/${number}/comments`, { body: "recheck the runner was full" });
  await stage.settled();
  expect((await pull(number)).merged).toBe(true);
  expect((await commit((await stage.branch("main")) ?? "")).parents.map(({ sha }) => sha)).toContain(head);
  expect(await stage.world.commentsOfApp()).toHaveLength(1);
  expect(stage.complaints).toEqual([]);
});

it("a conflict with the target is reported with its files", async () => {
  await jobs("pass");
  await stage.commits("carol", "one", { "docs/notes.md": "one\n" });
  const one = await stage.opensPull("carol", "one");
  await stage.commits("dave", "two", { "docs/notes.md": "two\n" });
  const two = await stage.opensPull("dave", "two");
  await stage.settled();
  await stage.approve(one);
  await stage.approve(two);
  await stage.settled();
  expect([(await pull(one)).merged, (await pull(two)).merged]).toEqual([true, false]);
  const [comment] = await stage.world.commentsOfApp();
  expect(comment?.body).toContain("docs/notes.md");
});

it("T3: a veto that comes while the jobs run takes the change out; when its author lifts it, the change lands", async () => {
  await jobs("pass");
  await jobs("hold", { ref: "gate/main/1" });
  await stage.commits("carol", "add-notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "add-notes");
  await stage.approve(number);
  await stage.settled();
  expect(await stage.branch("gate/main/1")).toBeDefined();
  await stage.reviews("alice", number, "Code-Review: -2", "REQUEST_CHANGES");
  await stage.settled();
  expect(await stage.branch("gate/main/1")).toBeUndefined();
  await jobs("pass", { ref: "gate/main/1" });
  await stage.settled();
  expect((await pull(number)).merged).toBe(false);
  await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
  await stage.settled();
  expect((await pull(number)).merged).toBe(true);
  expect(stage.complaints).toEqual([]);
});

it("T26: lost webhooks are healed by the sweep, and pushes nobody told of are patch sets all the same", async () => {
  await jobs("pass");
  await stage.commits("carol", "add-notes", { "docs/notes.md": "one\n" });
  const number = await stage.opensPull("carol", "add-notes");
  await stage.settled();
  await stage.world.control.post("/webhooks", { drop: 1 });
  await stage.commits("carol", "add-notes", { "docs/notes.md": "two\n" });
  const head = await stage.commits("carol", "add-notes", { "docs/notes.md": "three\n" });
  await stage.approve(number);
  await stage.settled();
  await stage.world.control.post("/webhooks", { drop: 0 });
  await stage.restarts();
  await stage.settled();
  expect(await stage.branch("main")).toBe(head);
  const sets = await stage.store.db.selectFrom("patch_set").select(["n", "record"]).orderBy("n").execute();
  expect(sets.map(({ n, record }) => [n, record.kind, record.pusher?.login])).toEqual([
    [1, "REWORK", "carol"],
    [2, "REWORK", "carol"],
    [3, "REWORK", "carol"],
  ]);
});

it("T2, T3: a veto that comes between the decision to land and the push stops it [own stage]", async () => {
  let waitingFor: (() => Promise<unknown>) | undefined;
  let passed = false;
  await open({
    around: (options) => ({
      ...options,
      forge: {
        ...options.forge,
        async readChecks(repository, shas) {
          const read = await options.forge.readChecks(repository, shas);
          const gate = read.ok ? read.value.filter(({ headBranch }) => headBranch === "gate/main/1") : [];
          passed = gate.length === 3 && gate.every(({ conclusion }) => conclusion === "success");
          return read;
        },
        // The last thing that a look reads: what comes now it has not seen.
        async readChange(repository, number) {
          const read = await options.forge.readChange(repository, number);
          const veto = passed ? waitingFor : undefined;
          if (veto !== undefined) {
            waitingFor = undefined;
            await veto();
          }
          return read;
        },
      },
    }),
  });
  await jobs("pass");
  const before = await stage.branch("main");
  await stage.commits("carol", "add-notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "add-notes");
  waitingFor = () => stage.reviews("alice", number, "Code-Review: -2", "REQUEST_CHANGES");
  await stage.approve(number);
  await stage.settled();
  expect(waitingFor).toBeUndefined();
  expect(await stage.branch("main")).toBe(before);
  expect((await pull(number)).merged).toBe(false);
  expect(stage.log.join("\n")).toContain("the second look disagrees");
});

it("RULINGS 44: votes first seen while the team cannot be read are not taken for votes of people without rights", async () => {
  let away = false;
  const own = await house.opens({
    around: (options) => ({
      ...options,
      forge: {
        ...options.forge,
        members: (teams) =>
          away
            ? Promise.resolve(
                fail({ kind: "server-error" as const, tried: "read the team", status: 502, found: "away" }),
              )
            : options.forge.members(teams),
      },
    }),
  });
  await own.world.control.post("/jobs", { repo: own.world.fullName, job: "*", mode: "pass" });
  const head = await own.commits("carol", "topic", { "docs/a.md": "one\n" });
  const number = await own.opensPull("carol", "topic");
  await own.settled();
  away = true;
  await own.approve(number);
  await own.settled();
  expect((await own.check(head))?.summary).toContain("the members of the group");
  expect((await own.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged).toBe(false);
  away = false;
  await own.bot.sweep();
  await own.settled();
  expect((await own.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged).toBe(true);
  await own.close();
});

it("T9: without a policy on the target there is one neutral check, and nothing lands", async () => {
  await jobs("pass");
  const { git, env } = stage.world.observer;
  const at = { cwd: git, env: { ...env, ...identity } };
  const listed = (await mustRun("git", ["ls-tree", "main"], at)).stdout.split("\n");
  const rest = listed.filter((line) => !line.endsWith(".github")).join("\n");
  const tree = (await mustRun("git", ["mktree"], { ...at, input: rest })).stdout.trim();
  const bare = (await mustRun("git", ["commit-tree", "-m", "No policy", tree], at)).stdout.trim();
  const url = stage.world.cloneUrl.replace("://", `://carol:${house.population.get("carol")}@`);
  await mustRun("git", ["push", "-q", url, `${bare}:refs/heads/bare`], at);
  await stage.world.repository.post("/git/refs", { ref: "refs/heads/add-notes", sha: await stage.branch("bare") });
  const head = await stage.commits("carol", "add-notes", { "docs/notes.md": "one\n" });
  const number = await stage.opensPull("carol", "add-notes", "bare");
  await stage.approve(number);
  await stage.settled();
  expect(await stage.check(head)).toMatchObject({ conclusion: "neutral", title: "No policy on bare" });
  expect((await pull(number)).merged).toBe(false);
  expect(stage.complaints).toEqual([]);
});
