// Pull requests from forks, without any tool (RULINGS 20): first-time contributors, two forks with one branch name, forks that go away.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { requests } from "../support/requests.ts";
import { openWebStage, type WebStage } from "../support/ordinary.ts";
import { openHouse, type House } from "../bot/stage.ts";

let house: House;
let t: WebStage;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  t = await openWebStage(house);
});
afterEach(async () => {
  expect(t.stage.complaints).toEqual([]);
  await t.stage.close();
});

/** A fork with one commit on `patch-1`, and its pull request; comes to rest. */
async function fromFork(login: string, path: string, more: Record<string, unknown> = {}) {
  const fork = await t.web.forks(login);
  const head = await t.web.commits(login, "patch-1", { repo: fork, files: { [path]: `${path}\n` } });
  const number = await t.web.opens(login, `${login}:patch-1`, more);
  await t.stage.settled();
  return { fork, head, number };
}

const branchOf = async (fork: string, branch: string): Promise<string> => {
  const api = requests(`${t.stage.world.forge.api}/repos/${fork}`, house.population.get("alice") ?? "");
  return (await api.get<{ object: { sha: string } }>(`/git/ref/heads/${branch}`)).object.sha;
};

it("pull requests from two forks with one branch name land by merge, show Merged, and leave the forks as they are", async () => {
  const { web, stage } = t;
  const mallory = await fromFork("mallory", "docs/m.md");
  expect(await web.approvesRuns("alice", mallory.head)).toBe(1);
  const dave = await fromFork("dave", "docs/d.md");
  // A fork's pushes have pushers, so nobody unknown could be one of the approvers.
  const { title, words } = await t.check(mallory.number);
  expect(title).toBe("Waiting: 2 core approvals · go-ahead");
  expect(words).not.toContain("nobody");
  await t.approve(mallory.number);
  await t.approve(dave.number);
  expect([await t.merged(mallory.number), await t.merged(dave.number)]).toEqual([true, true]);
  expect(await branchOf(mallory.fork, "patch-1")).toBe(mallory.head);
  expect(await branchOf(dave.fork, "patch-1")).toBe(dave.head);
  // The first one landed as it was; the second needed a merge, whose second parent is the reviewed head.
  const tip = (await stage.branch("main")) ?? "";
  const commit = await stage.as("alice").get<{ parents: { sha: string }[] }>(`/git/commits/${tip}`);
  expect(commit.parents.map(({ sha }) => sha)).toEqual([mallory.head, dave.head]);
  // Nothing of a fork became a branch here.
  expect(await stage.branch("patch-1")).toBeUndefined();
});

it("a first-time contributor's checks have not failed while they wait, and go on after Approve and run", async () => {
  const { web } = t;
  const { head, number } = await fromFork("mallory", "docs/m.md");
  const waiting = await t.check(number);
  expect(waiting.conclusion).toBeNull();
  expect(waiting.words).not.toMatch(/fail|mallory: /i);
  expect(await t.next(number)).toContain("Nothing for mallory to do.");
  await web.approvesRuns("bob", head);
  await t.stage.settled();
  expect((await t.check(number)).title).toBe("Waiting: 2 core approvals · go-ahead");
});

it("while they wait, the check says for whom: a maintainer, not the contributor", async () => {
  const { number } = await fromFork("mallory", "docs/m.md");
  expect((await t.check(number)).words).toMatch(/waiting for a maintainer .*not your fault/);
});

it("a retargeted pull request from a fork is judged anew; whether maintainers may push decides about Update branch", async () => {
  const { web, stage } = t;
  await stage.as("carol").post("/git/refs", { ref: "refs/heads/dev", sha: await stage.branch("main") });
  const shut = await fromFork("dave", "docs/d.md", { base: "dev", maintainer_can_modify: false });
  await t.presses("alice", shut.number);
  await stage.settled();
  await web.changes("dave", shut.number, { base: "main" });
  await stage.settled();
  expect(await t.kinds(shut.number)).toEqual(["REWORK", "REWORK"]);
  expect((await t.check(shut.number)).words).toMatch(/to `main`[^]*alice \+2: given on patch set 1/);
  await t.mainMoves("docs/main.md");
  await expect(web.updatesBranch("alice", shut.number)).rejects.toThrow("403");
  await web.changes("dave", shut.number, { maintainer_can_modify: true });
  const updated = await web.updatesBranch("alice", shut.number);
  await t.approve(shut.number);
  expect(await t.kinds(shut.number)).toEqual(["REWORK", "REWORK", "TARGET_MERGE"]);
  expect(await t.merged(shut.number)).toBe(true);
  expect(await branchOf(shut.fork, "patch-1")).toBe(updated);
});

it("a pull request whose fork is deleted while it is open still lands", async () => {
  const { web } = t;
  const { fork, number } = await fromFork("dave", "docs/d.md");
  await t.presses("alice", number);
  await t.stage.settled();
  await web.deletesFork("dave", fork);
  await t.approve(number);
  expect(await web.pull(number)).toMatchObject({ merged: true, head: { repo: null } });
});
