// The presets through the whole service: each story is what its preset is for, told by people who use GitHub's page alone.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { openHouse, type House } from "../bot/stage.ts";
import { movableClock } from "../support/movable-clock.ts";
import { openWebStage, type WebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const POLICY = ".github/plustwo.yml";
const HOUR = 3_600_000;

/** The project under another preset from its first moment. Teams are by their names in the project's organisation. */
async function under(preset: string, more: string, clock?: Clock): Promise<WebStage> {
  const t = await openWebStage(house, clock === undefined ? {} : { around: (options) => ({ ...options, clock }) });
  const { control, fullName, org } = t.stage.world;
  const people: Readonly<Record<string, readonly string[]>> = { core: ["alice", "bob"], stable: ["dave", "mallory"] };
  for (const [slug, members] of Object.entries(people))
    await control.post("/teams", { org, slug: `the-${slug}`, members, repo: fullName, permission: "write" });
  const text = `version: 1
extends: preset:${preset}
mode: enforce
groups:
  core: { teams: [${org}/the-core] }
${more.replaceAll("ORG", org)}checks: { style: { job: style }, unit: { job: unit }, integration: { job: integration } }
pipelines: { gate: { settle: 0s } }
`;
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { [POLICY]: text } });
  await t.stage.settled();
  return t;
}

/** After `groups`, so that the file stays one map. */
const OWN = `submitRequirements:
  Plain: { description: Nothing invisible comes in, noun: plain text, submittableIf: "-has:bidi" }
  Held: { description: Nobody holds it by a tag label, noun: no hold, submittableIf: "-hashtag:do-not-merge" }
`;

const says = async (t: WebStage, login: string, number: number, ...votes: readonly string[]): Promise<void> => {
  await t.stage.reviews(login, number, votes.join("\n"));
  await t.stage.settled();
};

it("openstack: T7, T22, T23: a change to a workflow waits for a vote of its own, and no branch of the project carries it before", async () => {
  const t = await under("openstack", "");
  const { web, stage } = t;
  const workflow = ".github/workflows/ci.yml";
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${workflow}`);
  const text = `${Buffer.from(content, "base64").toString()}\n# Faster now.\n`;
  await web.commits("carol", "faster", { files: { [workflow]: text } });
  const number = await web.opens("carol", "faster");
  await t.approve(number);
  const waiting = await t.check(number);
  expect(waiting.title).toBe("Waiting: vote for the change to CI or policy");
  expect(waiting.words).toContain("alice, bob can give it");
  expect(await stage.branch("gate/main/1")).toBeUndefined();
  await says(t, "bob", number, "Code-Review: +2", "Workflow: +1", "CI-Config: +1");
  expect(await t.merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("openstack-stable: what landed on main goes to a stable branch on its maintainers' word, adapted only with one more", async () => {
  const t = await under("openstack-stable", "  stable-maint: { teams: [ORG/the-stable] }\n");
  const { web, stage } = t;
  await web.commits("olivia", "stable/2026.1", { onto: "main", files: {} });
  const fix = await web.commits("olivia", "main", { files: { "docs/fix.md": "mended\n" }, message: "Mend it" });
  const other = await web.commits("olivia", "main", { files: { "docs/other.md": "new\n" }, message: "Mend more" });
  const picked = (sha: string, what: string) => `${what}\n\n(cherry picked from commit ${sha})`;
  const branch = { onto: "stable/2026.1", web: false };

  await web.commits("carol", "clean", {
    ...branch,
    files: { "docs/fix.md": "mended\n" },
    message: picked(fix, "Mend it"),
  });
  const clean = await web.opens("carol", "clean", { base: "stable/2026.1" });
  await t.approve(clean);
  expect((await t.check(clean)).title).toBe("Waiting: 2 stable approvals · go-ahead");
  await says(t, "dave", clean, "Code-Review: +2", "Workflow: +1");
  await says(t, "mallory", clean, "Code-Review: +2");
  expect(await t.merged(clean)).toBe(true);

  const adapted = { "docs/other.md": "old\n" };
  await web.commits("carol", "adapted", { ...branch, files: adapted, message: picked(other, "Mend more") });
  const adaption = await web.opens("carol", "adapted", { base: "stable/2026.1" });
  await says(t, "dave", adaption, "Code-Review: +2", "Workflow: +1");
  await says(t, "mallory", adaption, "Code-Review: +2");
  expect((await t.check(adaption)).title).toBe("Waiting: merged original");
  await says(t, "mallory", adaption, "Code-Review: +2", "Backport-Adapted: +1");
  expect(await t.merged(adaption)).toBe(true);

  await web.commits("carol", "alien", { ...branch, files: { "docs/alien.md": "new\n" } });
  const alien = await web.opens("carol", "alien", { base: "stable/2026.1" });
  await says(t, "dave", alien, "Code-Review: +2", "Workflow: +1");
  await says(t, "mallory", alien, "Code-Review: +2");
  expect((await t.check(alien)).title).toBe("Waiting: merged original · newer branches");
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("solo: a maintainer's own change lands on their own word, somebody else's on a maintainer's approval", async () => {
  const t = await under("solo", "");
  const { web, stage } = t;
  await web.commits("alice", "mine", { files: { "docs/mine.md": "mine\n" } });
  const mine = await web.opens("alice", "mine");
  await stage.settled();
  expect((await t.check(mine)).title).toBe("Waiting: go-ahead");
  await says(t, "alice", mine, "Workflow: +1");
  expect(await t.merged(mine)).toBe(true);

  await web.commits("carol", "theirs", { files: { "docs/theirs.md": "theirs\n" } });
  const theirs = await web.opens("carol", "theirs");
  await says(t, "alice", theirs, "Workflow: +1");
  expect((await t.check(theirs)).title).toBe("Waiting: approval");
  await says(t, "bob", theirs, "Code-Review: +2");
  expect(await t.merged(theirs)).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("dependencies: a bot's change to a lock file needs one core, which the check calls an exception; anything else two", async () => {
  const t = await under(
    "dependencies",
    "  dependency-bots: { users: [{ login: BOT, id: 0 }] }\n".replace("BOT, id: 0", "olivia, id: 1"),
  );
  const { web, stage } = t;
  const renovate = await web.installs("renovate");
  const { user } = await stage.as("alice").get<{ user: { id: number } }>(`/pulls/${await opensFor("first")}`);
  async function opensFor(branch: string): Promise<number> {
    const files = { "package-lock.json": `{ "name": "${branch}" }\n` };
    await web.commits(renovate.login, branch, { files, message: "Update the lock file" });
    return (await renovate.api.post<{ number: number }>("/pulls", { head: branch, base: "main", title: branch }))
      .number;
  }
  const { control, fullName } = stage.world;
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${POLICY}`);
  const text = Buffer.from(content, "base64").toString();
  const named = text.replace("{ login: olivia, id: 1 }", `{ login: "${renovate.login}", id: ${user.id} }`);
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { [POLICY]: named } });
  const number = await opensFor("lock");
  await says(t, "alice", number, "Code-Review: +2", "Workflow: +1");
  expect(await t.merged(number)).toBe(true);

  await web.commits(renovate.login, "code", { files: { "src/more.ts": "export {};\n" }, message: "Update the code" });
  const code = (await renovate.api.post<{ number: number }>("/pulls", { head: "code", base: "main", title: "Code" }))
    .number;
  await says(t, "alice", code, "Code-Review: +2", "Workflow: +1");
  expect((await t.check(code)).title).toBe("Waiting: 1 more core approval");
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("lazy-consensus: T39: seconded and not objected to, it lands by itself after three days", async () => {
  const clock = movableClock();
  const t = await under("lazy-consensus", "", clock);
  const { web, stage } = t;
  const passes = async (milliseconds: number): Promise<void> => {
    clock.passes(milliseconds);
    await stage.settled();
  };
  await web.commits("carol", "charter", { files: { "docs/charter.md": "We agree.\n" } });
  const number = await web.opens("carol", "charter");
  await says(t, "alice", number, "Code-Review: +2");
  expect((await t.check(number)).title).toContain("Waiting:");
  await passes(71 * HOUR);
  expect(await t.merged(number)).toBe(false);
  await passes(2 * HOUR);
  expect(await t.merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("T33, T37: a repository's own requirements beside a preset's: invisible characters, and a tag label that can hold and never approves", async () => {
  const t = await under("solo", OWN);
  const { web, stage } = t;
  await web.commits("alice", "trick", { files: { "docs/trick.md": "plain\nif (isAdmin\u202E) {\n" } });
  const number = await web.opens("alice", "trick");
  await says(t, "alice", number, "Workflow: +1");
  const waiting = await t.check(number);
  expect(waiting.title).toBe("Waiting: push it without invisible characters");
  expect(waiting.words).toContain("docs/trick.md:2");
  await stage.as("dave").post(`/issues/${number}/labels`, { labels: ["do-not-merge", "approved"] });
  await web.commits("alice", "trick", { files: { "docs/trick.md": "plain\nif (isAdmin) {\n" } });
  await says(t, "alice", number, "Workflow: +1");
  expect((await t.check(number)).title).toBe("Waiting: take the tag label `do-not-merge` off the pull request");
  await stage.as("dave").delete(`/issues/${number}/labels/do-not-merge`);
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
