// T38: an administrator merges past the rules. It is said once, on that pull request; what landed through the gate is never accused.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "../bot/stage.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

it("T38: a merge by button past the rules is told once with what was missing; a landing never is", async () => {
  const t = await openWebStage(house);
  const { web, stage } = t;
  const opens = async (branch: string): Promise<number> => {
    await web.commits("carol", branch, { files: { [`docs/${branch}.md`]: `${branch}\n` } });
    const number = await web.opens("carol", branch);
    await stage.settled();
    return number;
  };
  const landed = await opens("landed");
  await t.approve(landed);
  expect(await t.merged(landed)).toBe(true);
  expect(await stage.world.commentsOfApp()).toEqual([]);

  const forced = await opens("forced");
  await t.presses("alice", forced);
  await stage.settled();
  const rules = await stage.as("olivia").get<readonly { id: number }[]>("/rulesets");
  for (const { id } of rules) await stage.as("olivia").put(`/rulesets/${id}`, { enforcement: "disabled" });
  await stage.as("olivia").put(`/pulls/${forced}/merge`, { merge_method: "merge" });
  await stage.settled();
  const said = await stage.world.commentsOfApp();
  expect(said).toHaveLength(1);
  expect(said[0]?.body).toContain("**Merged past the gate.** olivia merged this into `main` by hand");
  expect(said[0]?.body).toContain("1 of 2 core approvals");

  for (const { id } of rules) await stage.as("olivia").put(`/rulesets/${id}`, { enforcement: "active" });

  // Nobody is told twice, and the gate goes on from what is there.
  const after = await opens("after");
  await t.approve(after);
  expect(await t.merged(after)).toBe(true);
  expect(await stage.world.commentsOfApp()).toHaveLength(1);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("T38: a service that dies after it saw the merge, and before it told of it, tells when it is back", async () => {
  const asked = { dies: false, deaths: 0 };
  const t = await openWebStage(house, {
    around: (options) => ({
      ...options,
      forge: {
        ...options.forge,
        comment: (...words) => {
          if (!asked.dies) return options.forge.comment(...words);
          asked.deaths += 1;
          throw new Error("the process is dead");
        },
      },
    }),
  });
  const { web, stage } = t;
  await web.commits("carol", "forced", { files: { "docs/forced.md": "forced\n" } });
  const forced = await web.opens("carol", "forced");
  await stage.settled();
  const rules = await stage.as("olivia").get<readonly { id: number }[]>("/rulesets");
  for (const { id } of rules) await stage.as("olivia").put(`/rulesets/${id}`, { enforcement: "disabled" });
  asked.dies = true;
  await stage.as("olivia").put(`/pulls/${forced}/merge`, { merge_method: "merge" });
  await expect.poll(() => asked.deaths, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(await stage.world.commentsOfApp()).toEqual([]);
  expect(await stage.store.db.selectFrom("pull").select(["change", "state"]).execute()).toEqual([
    { change: forced, state: "merged" },
  ]);
  asked.dies = false;
  await stage.restarts();
  await stage.settled();
  const said = await stage.world.commentsOfApp();
  expect(said.map(({ body }) => body.includes("**Merged past the gate.** olivia merged this into"))).toEqual([true]);
  expect(await stage.store.db.selectFrom("merge_audit").select(["found", "merged_by"]).execute()).toEqual([
    { found: "uncertified", merged_by: "olivia" },
  ]);
  await stage.close();
});

it("T38: what the gate landed is on record as certified, and nothing is told", async () => {
  const t = await openWebStage(house);
  const { web, stage } = t;
  await web.commits("carol", "landed", { files: { "docs/landed.md": "landed\n" } });
  const landed = await web.opens("carol", "landed");
  await t.approve(landed);
  expect(await t.merged(landed)).toBe(true);
  const found = await stage.store.db.selectFrom("merge_audit").select(["change", "found"]).execute();
  expect(found).toEqual([{ change: landed, found: "certified" }]);
  expect(await stage.world.commentsOfApp()).toEqual([]);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
