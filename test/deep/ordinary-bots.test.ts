// Pull requests of Dependabot's and Renovate's kind (RULINGS 20, threats T11, T12): bots write and rebase, people approve.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWebStage, type WebStage } from "../support/ordinary.ts";
import type { Robot } from "../support/browser.ts";
import { openHouse, type House } from "../bot/stage.ts";

let house: House;
let t: WebStage;
beforeAll(async () => {
  house = await openHouse();
  t = await openWebStage(house);
});
afterAll(async () => {
  await t.stage.close();
  await house.close();
});

const opens = async (bot: Robot, head: string, more: { title: string; body?: string }): Promise<number> =>
  (await bot.api.post<{ number: number }>("/pulls", { head, base: "main", ...more })).number;

const approves = async (bot: Robot, number: number): Promise<void> => {
  const { head } = await t.web.pull(number);
  await bot.api.post(`/pulls/${number}/reviews`, { event: "APPROVE", body: "Code-Review: +2", commit_id: head.sha });
};

it("T12: a bot's own rebases keep people's votes, asking for one makes nobody a contributor, and no bot's approval counts", async () => {
  const { web, stage } = t;
  const dependabot = await web.installs("dependabot");
  const approver = await web.installs("auto-approve");
  const branch = "dependabot/npm_and_yarn/left-pad-1.3.0";
  const title = "Bump left-pad from 1.2.0 to 1.3.0";
  const bump = {
    files: { "vendor/left-pad.txt": "1.3.0\n" },
    message: `${title}\n\nSigned-off-by: dependabot[bot] <support@github.com>`,
  };
  await web.commits(dependabot.login, branch, bump);
  const number = await opens(dependabot, branch, { title });
  await t.presses("alice", number);
  await approves(approver, number);
  await stage.settled();
  const before = await t.check(number);
  expect(before.title).toBe("Waiting: 1 more core approval · go-ahead");
  expect(before.words).toContain("auto-approve\\[bot\\] +2: a bot's vote never counts as a person's");

  await t.mainMoves("docs/main.md");
  await web.comments("bob", number, "@dependabot rebase");
  await web.commits(dependabot.login, branch, { ...bump, onto: "main" });
  await stage.settled();
  expect((await t.check(number)).words).toContain("alice +2, kept: patch set 1→2 is pure rebase");
  await stage.reviews("bob", number, "Workflow: +1", "APPROVE");
  await stage.settled();
  expect(await t.kinds(number)).toEqual(["REWORK", "TRIVIAL_REBASE"]);
  expect(await t.merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
});

it("a person's commit on a bot's branch is theirs, and so is a change a bot writes with them as co-author", async () => {
  const { web, stage } = t;
  const renovate = await web.installs("renovate");
  const branch = "renovate/zod-4.x";
  await web.commits(renovate.login, branch, { files: { "vendor/zod.txt": "4\n" }, message: "Update zod to v4" });
  const number = await opens(renovate, branch, { title: "Update zod to v4" });
  await web.commits("alice", branch, { files: { "docs/zod.md": "4\n" }, message: "Follow zod 4" });
  const branch2 = "renovate/lock-file";
  const message = "Refresh the lock file\n\nCo-authored-by: Alice <alice@example.org>";
  await web.commits(renovate.login, branch2, { files: { "vendor/lock.txt": "1\n" }, message });
  const other = await opens(renovate, branch2, { title: "Refresh the lock file" });
  for (const one of [number, other]) for (const login of ["alice", "bob"]) await t.presses(login, one);
  await stage.settled();
  expect((await t.check(number)).words).toContain("alice +2: author of (this commit); contributors cannot approve");
  expect((await t.check(other)).words).toContain("alice +2: co-author of (this commit); contributors cannot approve");
  expect(stage.complaints).toEqual([]);
});

it("T11: whoever a bot acted for cannot approve: On-behalf-of in the pull request or its commits", async () => {
  const { web, stage } = t;
  const bot = await web.installs("release-bot");
  await web.commits(bot.login, "bot/release", { files: { "docs/release.md": "1\n" }, message: "Prepare release" });
  const number = await opens(bot, "bot/release", { title: "Prepare release", body: "On-behalf-of: @alice" });
  for (const login of ["alice", "bob"]) await t.presses(login, number);
  await stage.settled();
  expect((await t.check(number)).title).toBe("Waiting: 1 more core approval · go-ahead");
  expect((await t.check(number)).words).toContain("alice +2: asked release-bot\\[bot\\] to open the change");
  expect(stage.complaints).toEqual([]);
});
