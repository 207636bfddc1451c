// Style, unit and integration: whatever is not their own success lets nothing in, and the check says what was found instead.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "../bot/stage.ts";
import { plumbing } from "../support/plumbing.ts";

const CHECKS = ["style", "unit", "integration"] as const;
const WAYS = ["failing", "missing", "skipped", "cancelled", "wrong app", "forged"] as const;
type Way = (typeof WAYS)[number];
const CI = ".github/workflows/ci.yml";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** The workflow without one of its jobs. */
function without(job: string, workflow: string): string {
  return workflow.replace(new RegExp(`^  ${job}:\\n(?:    .*\\n)+`, "m"), "");
}

const forgery = (job: string): string =>
  `on: pull_request\njobs:\n  ${job}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "true"\n`;

const MODES: Partial<Record<Way, string>> = { failing: "fail", skipped: "skip", cancelled: "cancel" };

/** Six changes hold all eighteen cells: in the n-th, the three checks go wrong in three different ways. */
const CASES = WAYS.map((_, n) =>
  CHECKS.map((job, at) => ({ job, way: WAYS[(n + 2 * at) % WAYS.length] ?? "failing" })),
);

it("T4, T5, T6, RULINGS 7, 47: style, unit or integration failing, missing, skipped, cancelled, from the wrong app or forged is no success", async () => {
  const stage = await house.opens();
  const { control, fullName } = stage.world;
  const ci = await plumbing(stage.world, house.population).show(CI);
  await control.post("/webhooks", { pause: true });
  await control.post("/jobs", { repo: fullName, job: "*", mode: "pass" });
  const changes: { cells: (typeof CASES)[number]; number: number; head: string }[] = [];
  for (const [index, cells] of CASES.entries()) {
    for (const { job, way } of cells) {
      const mode = MODES[way];
      if (mode !== undefined) await control.post("/jobs", { repo: fullName, job, pull: index + 1, mode });
    }
    const gone = cells.filter(({ way }) => MODES[way] === undefined).map(({ job }) => job);
    const forged = cells.find(({ way }) => way === "forged")?.job;
    const head = await stage.commits("carol", `case-${index}`, {
      [`docs/case-${index}.md`]: "text\n",
      ...(gone.length === 0 ? {} : { [CI]: gone.reduce((text, job) => without(job, text), ci) }),
      ...(forged === undefined ? {} : { ".github/workflows/forged.yml": forgery(forged) }),
    });
    const says = (app: string, name: string) =>
      control.post("/check-runs", { repo: fullName, app, sha: head, name, conclusion: "success" });
    for (const { job, way } of cells) if (way === "wrong app") await says("other-ci", job);
    if (forged !== undefined) {
      // Beside another workflow's job of that name: any job may write such a check run, any writer such a status.
      await says("github-actions", forged);
      await stage.as("carol").post(`/statuses/${head}`, { context: forged, state: "success" });
    }
    changes.push({ cells, head, number: await stage.opensPull("carol", `case-${index}`) });
  }
  const fine = await stage.commits("carol", "fine", { "docs/fine.md": "text\n" });
  const landing = await stage.opensPull("carol", "fine");
  for (const number of [...changes.map((change) => change.number), landing])
    await stage.approve(number, "CI-Config: +1");
  await control.post("/webhooks", { resume: true });
  await stage.settled();

  expect(stage.complaints).toEqual([]);
  const rows: Record<string, string> = {};
  const seen: string[] = [];
  for (const { cells, number, head } of changes) {
    const check = await stage.check(head);
    for (const { job, way } of cells)
      rows[`${way} ${job}`] = new RegExp(`^\\| ${job} \\| (.*) \\|$`, "m").exec(check?.summary ?? "")?.[1] ?? "";
    const { state } = await stage.as("carol").get<{ state: string }>(`/pulls/${number}`);
    seen.push(`${state}: ${check?.title}`, /^\*\*Next:.*$/m.exec(check?.summary ?? "")?.[0] ?? "");
  }
  expect(rows).toMatchInlineSnapshot(`
    {
      "cancelled integration": "no | cancelled; only success counts",
      "cancelled style": "no | cancelled; only success counts",
      "cancelled unit": "no | cancelled; only success counts",
      "failing integration": "FAIL | "integration" was told to fail",
      "failing style": "FAIL | "style" was told to fail",
      "failing unit": "FAIL | "unit" was told to fail",
      "forged integration": "no | found only from a status by carol; github-actions, .github/workflows/forged.yml on pull\\_request: it must come from github-actions, .github/workflows/ci.yml",
      "forged style": "no | found only from a status by carol; github-actions, .github/workflows/forged.yml on pull\\_request: it must come from github-actions, .github/workflows/ci.yml",
      "forged unit": "no | found only from a status by carol; github-actions, .github/workflows/forged.yml on pull\\_request: it must come from github-actions, .github/workflows/ci.yml",
      "missing integration": "– | no result on this commit yet from github-actions, .github/workflows/ci.yml",
      "missing style": "– | no result on this commit yet from github-actions, .github/workflows/ci.yml",
      "missing unit": "– | no result on this commit yet from github-actions, .github/workflows/ci.yml",
      "skipped integration": "no | skipped; only success counts",
      "skipped style": "no | skipped; only success counts",
      "skipped unit": "no | skipped; only success counts",
      "wrong app integration": "no | found only from a check run by other-ci: it must come from github-actions, .github/workflows/ci.yml",
      "wrong app style": "no | found only from a check run by other-ci: it must come from github-actions, .github/workflows/ci.yml",
      "wrong app unit": "no | found only from a check run by other-ci: it must come from github-actions, .github/workflows/ci.yml",
    }
  `);
  expect(seen).toMatchInlineSnapshot(`
    [
      "open: Blocked: style failed",
      "**Next:** carol: push a fix for style.",
      "open: Waiting: style not started · unit cancelled · integration does not count",
      "**Next:** carol: run unit again; waiting for style and integration (it must come from github-actions, .github/workflows/ci.yml).",
      "open: Blocked: integration failed",
      "**Next:** carol: push a fix for integration.",
      "open: Waiting: style cancelled · unit does not count · integration not started",
      "**Next:** carol: run style again; waiting for unit (it must come from github-actions, .github/workflows/ci.yml) and integration.",
      "open: Blocked: unit failed",
      "**Next:** carol: push a fix for unit.",
      "open: Waiting: style does not count · unit not started · integration cancelled",
      "**Next:** carol: run integration again; waiting for style (it must come from github-actions, .github/workflows/ci.yml) and unit.",
    ]
  `);
  // The same people, the same votes, and three successes: so it was the checks that held the others.
  expect(await stage.branch("main")).toBe(fine);
  await stage.close();
});
