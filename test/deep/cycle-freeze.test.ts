// The release cycle's freeze through the whole service: its files are in the tree, and so is the exception that lets one change through.
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { after, dayAfter, dayOf, formatInstant, mondayOf } from "../../src/core/time.ts";
import { openHouse, type House } from "../bot/stage.ts";
import { movableClock } from "../support/movable-clock.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const MINUTE = 60_000;
const POLICY = ".github/plustwo.yml";
const now = systemClock.now();

/** Two weeks; the feature freeze begins in half an hour and ends with the cycle. */
function schedule(): string {
  const at = formatInstant(after(now, 30 * MINUTE));
  const monday = mondayOf(dayOf(now));
  const week = (days: number, name?: string) => {
    const start = dayAfter(monday, days);
    const named = name === undefined ? "" : `name: ${name}, `;
    return `  - { ${named}start: ${start}, end: ${dayAfter(start, 4)} }\n`;
  };
  return `start-week: ${monday}
release-week: ${dayAfter(monday, 7)}
cycle:
${week(-7)}${week(0, "R-1")}${week(7, "R+0")}events:
  - { id: x-ff, date: ${at.slice(0, 10)}, time: "${at.slice(11, 16)}", kind: freeze, gate: { begins: [feature] } }
`;
}
const RULES = `version: 1\nfreezes:\n  feature: { branches: [main], exempt-paths: ["docs/*"] }\n`;
const record = (expires: string) => `kind: FFE
requested: ${dayOf(now)}
thread: https://lists.acme.example/thread/7
decided-by: [alice]
expires: ${expires}
`;

it("a feature stopped by a freeze that began while it was in the gate is let through by an exception", async () => {
  const clock = movableClock();
  const settings = { retryMs: 20, sweepMs: 1_000_000_000, startMs: 1_000_000_000 };
  const t = await openWebStage(house, { around: (options) => ({ ...options, clock, settings }) });
  const { web, stage } = t;
  const { control, fullName } = stage.world;
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${POLICY}`);
  const granted = `submitRequirements:
  Exceptions: { applicableIf: directory:schedules OR directory:exceptions, submittableIf: "label:Code-Review=MAX,user=non_contributor,group=core" }
`;
  const policy = `${Buffer.from(content, "base64").toString()}cycle: { files: schedules }\n${granted}`;
  const [cycle, rules] = ["schedules/2027.1/schedule.yaml", "schedules/freezes.yaml"];
  const files = { [POLICY]: policy, [cycle]: schedule(), [rules]: RULES };
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files });
  const jobs = async (mode: "hold" | "pass"): Promise<void> => {
    for (const ref of ["gate/main/1", "gate/main/2"])
      await control.post("/jobs", { repo: fullName, job: "*", mode, ref });
  };
  await jobs("hold");
  await web.commits("carol", "feature", { files: { "src/feature.ts": "export const feature = true;\n" } });
  const feature = await web.opens("carol", "feature");
  await t.approve(feature);
  await web.commits("carol", "other", { files: { "src/other.ts": "export const other = true;\n" } });
  const other = await web.opens("carol", "other");
  await stage.settled();
  expect((await t.check(feature)).title).toContain("in the gate");

  // Nothing but the clock moves. What sits in the gate leaves it, and a change that waits for approvals is told too.
  clock.passes(31 * MINUTE);
  await stage.settled();
  expect((await t.check(feature)).title).toMatch(/^Waiting: until .* UTC$/);
  expect((await t.check(feature)).words).toContain("frozen by feature-freeze of 2027.1 until");
  expect((await t.check(other)).words).toContain("feature-freeze of 2027.1");
  expect(await stage.branch("gate/main/1")).toBeUndefined();
  await jobs("pass");
  await stage.settled();
  expect(await t.merged(feature)).toBe(false);

  // Its own branch cannot bring the exception: records count where they have landed.
  const at = `exceptions/2027.1/${feature}.yaml`;
  await web.commits("carol", "grant", { files: { [at]: record("soon") } });
  const grant = await web.opens("carol", "grant");
  await t.approve(grant);
  expect(await t.merged(grant)).toBe(true);
  expect((await t.check(feature)).words).toContain(`could not be read: ${at}:5:10: `);
  expect(await t.merged(feature)).toBe(false);

  await web.commits("carol", "mend", { files: { [at]: record(dayAfter(dayOf(now), 3)) }, onto: "main" });
  const mend = await web.opens("carol", "mend");
  await t.approve(mend);
  expect([await t.merged(mend), await t.merged(feature)]).toEqual([true, true]);
  await t.approve(other);
  expect([(await t.check(other)).title, await t.merged(other)]).toEqual([expect.stringContaining("until"), false]);

  // Rules that cannot be read close the gate for everything but what mends them.
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { [rules]: "version: 1\nfreezes: [\n" } });
  await web.commits("dave", "words", { files: { "docs/words.md": "words\n" }, onto: "main" });
  const words = await web.opens("dave", "words");
  await t.approve(words);
  expect((await t.check(words)).words).toContain(`the release cycle could not be read: ${rules}:`);
  expect(await t.merged(words)).toBe(false);
  await web.commits("dave", "rules", { files: { [rules]: RULES }, onto: "main" });
  const rulesAgain = await web.opens("dave", "rules");
  await t.approve(rulesAgain);
  // Documents are exempt from the freeze.
  expect([await t.merged(rulesAgain), await t.merged(words)]).toEqual([true, true]);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
