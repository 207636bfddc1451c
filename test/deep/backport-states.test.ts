// Backports that go otherwise than planned: asked by label and taken back, of several commits, of a fix that was reverted, and made by a
// service that dies on the way. Nothing is lost, and nothing is made twice.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BotOptions } from "../../bot/app.ts";
import { openHouse, type House } from "../bot/stage.ts";
import { Life, openGitDoor, type When } from "../long/crash-life.ts";
import { openWebStage, type WebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const [NEWER, OLDER] = ["stable/2026.1", "stable/2025.2"];

interface Seen {
  readonly number: number;
  readonly draft: boolean;
  readonly body: string;
  readonly base: { readonly ref: string };
  readonly head: { readonly ref: string; readonly sha: string };
}

/** Every pull request to this branch, open or not. */
const pullsTo = async ({ stage }: WebStage, base: string): Promise<readonly Seen[]> =>
  (await stage.as("alice").get<Seen[]>("/pulls?state=all")).filter((pull) => pull.base.ref === base);

async function words({ stage }: WebStage, number: number): Promise<string> {
  const all = await stage.as("alice").get<{ body: string }[]>(`/issues/${number}/comments`);
  const own = all.filter(({ body }) => body.includes("**Backports**"));
  expect(own.length).toBeLessThan(2);
  return own.map(({ body }) => body.split("**Backports**\n\n")[1]).join();
}

const policyOf = (
  org: string,
  { extends: preset, mode }: { readonly extends: string; readonly mode: string },
): string =>
  `version: 1
extends: preset:${preset}
mode: ${mode}
groups:
  core: { teams: [${org}/core] }
${preset === "openstack" ? "" : `  stable-maint: { teams: [${org}/core] }\n`}checks: { style: { job: style }, unit: { job: unit }, integration: { job: integration } }
pipelines: { gate: { settle: 0s } }
`;

/** Two series that begin here, and olivia among those who may ask. */
async function withSeries(t: WebStage): Promise<void> {
  const { stage } = t;
  const sha = (await stage.branch("main")) ?? "";
  for (const branch of [OLDER, NEWER]) await stage.as("olivia").post("/git/refs", { ref: `refs/heads/${branch}`, sha });
  await stage.world.control.post(`/teams/${stage.world.org}/core/members`, { members: ["olivia"] });
}

/** Of as many commits as there are names, by carol. Open. */
async function opensFix({ web }: WebStage, ...names: readonly string[]): Promise<number> {
  const branch = `fix-${names.join("-")}`;
  for (const name of names)
    await web.commits("carol", branch, { files: { [`${name}.txt`]: `${name}\n` }, message: `Fix ${name}` });
  return web.opens("carol", branch, { title: `Fix ${names.join(" and ")}` });
}

async function lands(t: WebStage, number: number): Promise<void> {
  await t.approve(number);
  expect(await t.merged(number)).toBe(true);
}

const labels = async ({ stage }: WebStage, number: number, branch: string): Promise<void> => {
  await stage.as("dave").post(`/issues/${number}/labels`, { labels: [`backport ${branch}`] });
  await stage.settled();
};
const unlabels = async ({ stage }: WebStage, number: number, branch: string): Promise<void> => {
  await stage.as("dave").delete(`/issues/${number}/labels/${encodeURIComponent(`backport ${branch}`)}`);
  await stage.settled();
};
const says = async ({ stage, web }: WebStage, login: string, number: number, body: string): Promise<void> => {
  await web.comments(login, number, body);
  await stage.settled();
};

/** Of the commits of a pull request, oldest first. */
async function messages({ stage }: WebStage, base: string, pull: Seen | undefined): Promise<readonly string[]> {
  const { commits } = await stage
    .as("alice")
    .get<{ commits: { commit: { message: string } }[] }>(`/compare/${base}...${pull?.head.sha}`);
  return commits.map(({ commit }) => commit.message.trimEnd());
}

const parentOf = async ({ stage }: WebStage, sha: string | undefined): Promise<string | undefined> =>
  (await stage.as("alice").get<{ parents: { sha: string }[] }>(`/commits/${sha}`)).parents[0]?.sha;

it("asked by label before and after the merge, of two commits; the label taken off takes back what was not made", async () => {
  const t = await openWebStage(house);
  const { stage } = t;
  await withSeries(t);
  const fix = await opensFix(t, "one", "two");
  await labels(t, fix, NEWER);
  expect(await pullsTo(t, NEWER)).toEqual([]);
  const reviewed = (await t.web.pull(fix)).head.sha;
  await lands(t, fix);

  const [made, ...more] = await pullsTo(t, NEWER);
  expect(more).toEqual([]);
  expect(made).toMatchObject({ draft: false, head: { ref: `review/backport/${NEWER}/${fix}` } });
  expect(made?.body).toContain("On-behalf-of: @carol");
  expect(await messages(t, NEWER, made)).toEqual([
    `Fix one\n\n(cherry picked from commit ${await parentOf(t, reviewed)})`,
    `Fix two\n\n(cherry picked from commit ${reviewed})`,
  ]);

  await labels(t, fix, OLDER);
  expect(await words(t, fix)).toBe(
    `- \`${NEWER}\`: #${made?.number} is open\n- \`${OLDER}\`: waits until it is on \`${NEWER}\``,
  );
  await unlabels(t, fix, OLDER);
  expect(await words(t, fix)).toBe(
    `- \`${NEWER}\`: #${made?.number} is open\n- \`${OLDER}\`: not asked for any more; what is open stays open`,
  );
  await lands(t, made?.number ?? 0);
  expect(await pullsTo(t, OLDER)).toEqual([]);

  await unlabels(t, fix, NEWER);
  await labels(t, fix, OLDER);
  const [second] = await pullsTo(t, OLDER);
  expect(await words(t, fix)).toBe(
    `- \`${OLDER}\`: #${second?.number} is open\n- \`${NEWER}\`: not asked for any more; what is open stays open`,
  );
  // Somebody closes it: it is not made again.
  await t.web.changes("alice", second?.number ?? 0, { state: "closed" });
  await stage.settled();
  expect(await words(t, fix)).toContain(`#${second?.number} was closed. Reopen it, then comment`);
  await says(t, "olivia", fix, "/backport");
  expect(await pullsTo(t, OLDER)).toHaveLength(1);
  await t.web.changes("alice", second?.number ?? 0, { state: "open" });
  await says(t, "olivia", fix, "/backport");
  await lands(t, second?.number ?? 0);
  expect(await words(t, fix)).toContain(`- \`${OLDER}\`: it is there`);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("a fix that was reverted goes nowhere; a backport of it that is open cannot land", async () => {
  const t = await openWebStage(house);
  const { stage, web } = t;
  const { control, fullName, org } = stage.world;
  const text = policyOf(org, { extends: "openstack-stable", mode: "enforce" });
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { ".github/plustwo.yml": text } });
  await stage.settled();
  await withSeries(t);
  const fix = await opensFix(t, "three");
  await says(t, "olivia", fix, `/backport ${NEWER} ${OLDER}`);
  await lands(t, fix);
  const [made] = await pullsTo(t, NEWER);
  const revert = await web.reverts("carol", fix);
  await lands(t, revert);
  await stage.settled();
  expect(await words(t, fix)).toMatch(
    new RegExp(
      `^- .${NEWER}.: #${made?.number} is open\n- .${OLDER}.: not made, for [0-9a-f]{10} reverts it on .main.`,
    ),
  );
  await t.approve(made?.number ?? 0);
  expect(await t.merged(made?.number ?? 0)).toBe(false);
  expect((await t.check(made?.number ?? 0)).words).toMatch(/main \([0-9a-f]{7} reverted it there\)/);
  await stage.close();
});

it("what somebody rebased by hand before the service was there is picked commit by commit, as it is on main", async () => {
  const t = await openWebStage(house);
  const { stage, web } = t;
  await withSeries(t);
  await stage.bot.stop();
  const fix = await opensFix(t, "five", "six");
  await t.mainMoves("else.txt");
  const rules = await stage.as("olivia").get<readonly { id: number }[]>("/rulesets");
  for (const { id } of rules) await stage.as("olivia").put(`/rulesets/${id}`, { enforcement: "disabled" });
  await stage.as("olivia").put(`/pulls/${fix}/merge`, { merge_method: "rebase" });
  await stage.restarts();
  await stage.settled();
  await says(t, "mallory", fix, `/backport ${NEWER} feature/x @acme/core`);
  expect(await pullsTo(t, NEWER)).toEqual([]);
  expect(await words(t, fix)).toBe(
    [
      `- \`${NEWER}\`: @mallory may not give Code-Review +2 there, and only who may asks for a backport.`,
      "- `feature/x` is no stable branch, and a fix goes down to those alone.",
      "- `@acme/core` is no stable branch, and a fix goes down to those alone.",
    ].join("\n"),
  );
  await says(t, "olivia", fix, `/backport ${NEWER}`);
  const [made] = await pullsTo(t, NEWER);
  const main = await stage.branch("main");
  expect(await messages(t, NEWER, made)).toEqual([
    `Fix five\n\n(cherry picked from commit ${await parentOf(t, main)})`,
    `Fix six\n\n(cherry picked from commit ${main})`,
  ]);
  expect((await web.pull(made?.number ?? 0)).draft).toBe(false);
  await stage.close();
});

it("what the gate landed by rebase or by squash is picked as it landed; what is there already, and what is in the way, is told", async () => {
  const t = await openWebStage(house);
  const { stage, web } = t;
  const { control, fullName } = stage.world;
  await withSeries(t);
  await t.mainMoves("else.txt");
  const merging = { merge: false, squash: false, rebase: false };
  await control.patch(`/repos/${fullName}`, { merging: { ...merging, rebase: true } });
  const fix = await opensFix(t, "seven", "eight");
  await t.mainMoves("more.txt");
  await lands(t, fix);
  const landed = await stage.branch("main");
  await stage.as("olivia").post("/git/refs", { ref: "refs/heads/review/backport", sha: landed });
  await says(t, "olivia", fix, `/backport ${OLDER} ${NEWER}`);
  const told = await words(t, fix);
  expect(told).toContain(
    `\`${NEWER}\`: the branch \`review/backport\` is in the way of \`review/backport/${NEWER}/${fix}\``,
  );
  expect(told).toContain("delete it. Then comment `/backport` again.");
  expect([...(await pullsTo(t, NEWER)), ...(await pullsTo(t, OLDER))]).toEqual([]);
  await stage.as("olivia").delete("/git/refs/heads/review/backport");
  await says(t, "olivia", fix, "/backport");
  const [made] = await pullsTo(t, NEWER);
  expect(await messages(t, NEWER, made)).toEqual([
    `Fix seven\n\n(cherry picked from commit ${await parentOf(t, landed)})`,
    `Fix eight\n\n(cherry picked from commit ${landed})`,
  ]);

  await control.patch(`/repos/${fullName}`, { merging: { ...merging, squash: true } });
  const squashed = await opensFix(t, "nine", "ten");
  await t.mainMoves("again.txt");
  await lands(t, squashed);
  const one = await stage.branch("main");
  // Somebody has brought the same content there, in words of his own.
  const same = { "nine.txt": "nine\n", "ten.txt": "ten\n" };
  await web.commits("olivia", OLDER, { files: same, message: "By hand" });
  await says(t, "olivia", squashed, `/backport ${OLDER} ${NEWER}`);
  const own = (await pullsTo(t, NEWER)).find(({ number }) => number !== made?.number);
  const [message, ...more] = await messages(t, NEWER, own);
  expect(more).toEqual([]);
  expect(message).toContain(`(cherry picked from commit ${one})`);
  await lands(t, own?.number ?? 0);
  expect(await words(t, squashed)).toBe(
    `- \`${NEWER}\`: it is there\n- \`${OLDER}\`: everything it does is there already`,
  );
  expect(await pullsTo(t, OLDER)).toEqual([]);
  await stage.close();
});

it("where plustwo only observes, nobody is answered and nothing is made", async () => {
  const t = await openWebStage(house);
  const { stage } = t;
  const { control, fullName, org } = stage.world;
  const fix = await opensFix(t, "eleven");
  await lands(t, fix);
  const text = policyOf(org, { extends: "openstack", mode: "observe" });
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { ".github/plustwo.yml": text } });
  await withSeries(t);
  await says(t, "olivia", fix, `/backport ${NEWER} nonsense`);
  await labels(t, fix, OLDER);
  expect(await words(t, fix)).toBe("");
  expect([...(await pullsTo(t, NEWER)), ...(await pullsTo(t, OLDER))]).toEqual([]);
  await stage.close();
});

it("a service that dies before or after it opened the pull request makes one, for the same person", async () => {
  const door = await openGitDoor(house.forge.address.url);
  let life = new Life();
  let dying: When | undefined;
  const around = (options: BotOptions): BotOptions => {
    const now = new Life();
    life = now;
    const lived = now.around(options, door);
    const forge = new Proxy(lived.forge, {
      get: (target, name) => {
        if (name !== "openChange") return Reflect.get(target, name) as unknown;
        return (...args: Parameters<typeof target.openChange>) => {
          if (dying !== undefined) now.arm({ n: 1, when: dying });
          return target.openChange(...args);
        };
      },
    });
    return { ...lived, forge };
  };
  const t = await openWebStage(house, { around });
  const { stage } = t;
  await withSeries(t);
  const fix = await opensFix(t, "four");
  await lands(t, fix);

  const diesAsking = async (when: When, branch: string): Promise<void> => {
    dying = when;
    const now = life;
    await t.web.comments("olivia", fix, `/backport ${branch}`);
    await now.died;
    dying = undefined;
    expect(now.diedAt).toBe("forge openChange");
  };
  const name = (branch: string): string => `review/backport/${branch}/${fix}`;
  const requester = async (change: number | undefined): Promise<readonly string[]> => {
    const rows = await stage.store.db.selectFrom("requester").select(["change", "person"]).execute();
    return rows.filter((row) => row.change === change).map(({ person }) => person.login);
  };

  await diesAsking("before", NEWER);
  const pushed = await stage.branch(name(NEWER));
  expect(pushed).toBeDefined();
  expect(await pullsTo(t, NEWER)).toEqual([]);
  await stage.restarts();
  await stage.settled();
  const [first, ...others] = await pullsTo(t, NEWER);
  expect(others).toEqual([]);
  expect(first?.head).toMatchObject({ ref: name(NEWER), sha: pushed });
  expect(await requester(first?.number)).toEqual(["olivia"]);
  await lands(t, first?.number ?? 0);

  await diesAsking("after", OLDER);
  const [second] = await pullsTo(t, OLDER);
  expect(await requester(second?.number)).toEqual([]);
  await stage.restarts();
  await stage.settled();
  expect(await pullsTo(t, OLDER)).toHaveLength(1);
  expect(await requester(second?.number)).toEqual(["olivia"]);
  expect(await words(t, fix)).toContain(`- \`${OLDER}\`: #${second?.number} is open`);
  await stage.close();
  await door.close();
});
