// RULINGS 10, T45: somebody presses Merge on an upper change, and it goes into the lower change's branch.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { plumbing, type Plumbing } from "../support/plumbing.ts";
import { openHouse, type House, type Stage, type StageOptions } from "../bot/stage.ts";

let house: House;
let stage: Stage;
let git: Plumbing;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
afterEach(() => stage.close());

interface Pull {
  readonly number: number;
  readonly state: string;
  readonly merged: boolean;
  readonly title: string;
  readonly body: string | null;
  readonly user: { readonly login: string };
  readonly base: { readonly ref: string };
  readonly head: { readonly ref: string; readonly sha: string };
}
const pull = (number: number): Promise<Pull> => stage.as("carol").get<Pull>(`/pulls/${number}`);
const open = async (): Promise<readonly Pull[]> =>
  (await stage.as("carol").get<Pull[]>("/pulls?state=open")).sort((a, b) => a.number - b.number);

/** Two changes in a stack, both approved but for the go-ahead. */
async function stack(options: StageOptions = {}) {
  stage = await house.opens(options);
  git = plumbing(stage.world, house.population);
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
  const main = (await stage.branch("main")) ?? "";
  const a = await git.commit({ parents: [main], files: { "docs/a.md": "a\n" } });
  const b = await git.commit({ parents: [a], files: { "docs/b.md": "b\n" } });
  await git.push(a, "review/main/a");
  await git.push(b, "review/main/b");
  const lower = await stage.opensPull("carol", "review/main/a", "main", "Add a");
  const upper = await stage.opensPull("carol", "review/main/b", "review/main/a", "Add b");
  for (const number of [lower, upper]) {
    for (const core of ["alice", "bob"]) await stage.reviews(core, number, "Code-Review: +2", "APPROVE");
  }
  await stage.settled();
  return { main, a, b, lower, upper };
}

it("T45: the lower branch goes back, another pull request stands in, and both land after new votes", async () => {
  const { main, a, b, lower, upper } = await stack();
  await stage.as("bob").put(`/pulls/${upper}/merge`, {});
  await stage.settled();
  expect((await pull(upper)).merged).toBe(true);
  expect([await stage.branch("main"), await stage.branch("review/main/a")]).toEqual([main, a]);
  const [first, second, ...rest] = await open();
  expect(rest).toEqual([]);
  expect(first?.number).toBe(lower);
  expect(second).toMatchObject({
    title: "Add b",
    user: { login: `${stage.world.app.slug}[bot]` },
    base: { ref: "review/main/a" },
    head: { ref: "review/main/b", sha: b },
  });
  expect(second?.body).toContain(`Replaces #${upper}`);
  const comments = await stage.world.commentsOfApp();
  expect(comments.map(({ number }) => number)).toEqual([upper]);
  expect(comments[0]?.body).toContain(`#${second?.number} stands for this change now`);

  // What was approved before is not approved any more, and a second look says and does nothing new.
  const instead = second?.number ?? 0;
  for (const number of [lower, instead]) await stage.reviews("bob", number, "Workflow: +1");
  await stage.settled();
  await stage.restarts();
  await stage.settled();
  expect([await stage.branch("main"), (await open()).length]).toEqual([main, 2]);
  expect(await stage.world.commentsOfApp()).toHaveLength(1);
  expect((await stage.check(a))?.summary).toContain("2 core approvals");

  for (const number of [lower, instead]) await stage.approve(number);
  await stage.settled();
  expect(await stage.branch("main")).toBe(b);
  expect([(await pull(lower)).merged, (await pull(instead)).merged]).toEqual([true, true]);
  expect(stage.complaints).toEqual([]);
});

it("a service that dies at any step goes on from there: one pull request, one comment", async () => {
  let deaths = 0;
  const dies = <A extends readonly unknown[], R>(call: (...given: A) => Promise<R>) => {
    let alive = true;
    return async (...given: A): Promise<R> => {
      const answer = await call(...given);
      if (!alive) return answer;
      // The effect is there, and nobody lived to hear of it.
      alive = false;
      deaths += 1;
      throw new Error("power cut");
    };
  };
  const { a, upper } = await stack({
    around: (options) => ({
      ...options,
      forge: {
        ...options.forge,
        openChange: dies((repository, change) => options.forge.openChange(repository, change)),
        comment: dies((...given: Parameters<typeof options.forge.comment>) => options.forge.comment(...given)),
      },
    }),
  });
  // The forge deletes the branch of what was merged, as some are told to.
  await stage.as("bob").put(`/pulls/${upper}/merge`, { merge_method: "squash" });
  await stage.world.repository.delete("/git/refs/heads/review/main/b");
  await stage.settled();
  expect(deaths).toBe(2);
  expect(await stage.branch("review/main/a")).toBe(a);
  expect(await open()).toHaveLength(2);
  expect(await stage.world.commentsOfApp()).toHaveLength(1);
});

it("who asked for the change stays its contributor, and what an author pushes is left alone", async () => {
  stage = await house.opens();
  git = plumbing(stage.world, house.population);
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
  const main = (await stage.branch("main")) ?? "";
  // Alice opens a pull request of carol's commits.
  const a = await git.commit({ parents: [main], files: { "docs/a.md": "a\n" } });
  const b = await git.commit({ parents: [a], files: { "docs/b.md": "b\n" } });
  const c = await git.commit({ parents: [b], files: { "docs/c.md": "c\n" } });
  for (const [sha, name] of [
    [a, "a"],
    [b, "b"],
    [c, "c"],
  ] as const)
    await git.push(sha, `review/main/${name}`);
  await stage.opensPull("carol", "review/main/a", "main", "Add a");
  const upper = await stage.opensPull("alice", "review/main/b", "review/main/a", "Add b");
  await stage.settled();
  await stage.as("bob").put(`/pulls/${upper}/merge`, {});
  await stage.settled();
  const instead = (await open()).find(({ title }) => title === "Add b")?.number ?? 0;
  await stage.approve(instead);
  await stage.settled();
  const check = await stage.check(b);
  expect(check?.summary).toContain("alice +2");
  expect(check?.summary).toMatch(/asked .* to open the change; contributors cannot approve/);

  // Folded into the lower change by its author: the forge says merged, and it is what they want.
  const third = await stage.opensPull("carol", "review/main/c", "review/main/b", "Add c");
  await stage.settled();
  await git.push(c, "review/main/b");
  await stage.settled();
  expect((await pull(third)).merged).toBe(true);
  expect(await stage.branch("review/main/b")).toBe(c);
  expect(await stage.world.commentsOfApp()).toHaveLength(1);
});
