// A freeze through the whole service (threat T39): it begins and ends by the clock alone, also for what is in the gate already.
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { after, formatInstant } from "../../src/core/time.ts";
import { openHouse, type House } from "../bot/stage.ts";
import { movableClock } from "../support/movable-clock.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const MINUTE = 60_000;

it("T39: a freeze begins while a change is in the gate: it leaves with a sentence, nothing lands, and after the end it lands by itself", async () => {
  const clock = movableClock();
  // Its own watchdogs are not what is told here.
  const settings = { retryMs: 20, sweepMs: 1_000_000_000, startMs: 1_000_000_000 };
  const t = await openWebStage(house, { around: (options) => ({ ...options, clock, settings }) });
  const { web, stage } = t;
  const { control, fullName } = stage.world;
  const now = systemClock.now();
  const local = (minutes: number): string => formatInstant(after(now, minutes * MINUTE)).slice(0, 16);
  const path = ".github/plustwo.yml";
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${path}`);
  const freezes = `freezes:
  - { name: feature-freeze, branches: [main], from: "${local(30)}", to: "${local(90)}" }
`;
  const files = { [path]: Buffer.from(content, "base64").toString() + freezes };
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files });
  for (const ref of ["gate/main/1", "gate/main/2"])
    await control.post("/jobs", { repo: fullName, job: "*", mode: "hold", ref });
  await web.commits("carol", "feature", { files: { "docs/feature.md": "new\n" } });
  const number = await web.opens("carol", "feature");
  await t.approve(number);
  expect((await t.check(number)).title).toContain("in the gate");
  const tip = await stage.branch("main");

  // Nothing but the clock moves: no webhook comes, and no sweep.
  clock.passes(31 * MINUTE);
  await stage.settled();
  const frozen = await t.check(number);
  expect([frozen.title, frozen.conclusion]).toEqual([expect.stringMatching(/^Waiting: until .* UTC$/), null]);
  expect(frozen.words).toContain("frozen by feature-freeze until");
  expect(await stage.branch("gate/main/1")).toBeUndefined();

  // Its jobs pass now, and that opens nothing.
  for (const ref of ["gate/main/1", "gate/main/2"])
    await control.post("/jobs", { repo: fullName, job: "*", mode: "pass", ref });
  await stage.settled();
  expect([await t.merged(number), await stage.branch("main")]).toEqual([false, tip]);

  clock.passes(60 * MINUTE);
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
