// A fix goes down the stable branches: asked for in a comment, made by the service one branch after the other, reviewed as any change.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "../bot/stage.ts";
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
  readonly title: string;
  readonly base: { readonly ref: string };
  readonly head: { readonly ref: string; readonly sha: string };
}

/** Open pull requests to this branch. */
const pullsTo = async ({ stage }: WebStage, base: string): Promise<readonly Seen[]> =>
  (await stage.as("alice").get<Seen[]>("/pulls?state=open")).filter((pull) => pull.base.ref === base);

async function words({ stage }: WebStage, number: number): Promise<string> {
  const all = await stage.as("alice").get<{ body: string }[]>(`/issues/${number}/comments`);
  const own = all.filter(({ body }) => body.includes("**Backports**"));
  expect(own.length).toBeLessThan(2);
  return own.map(({ body }) => body).join();
}

async function says(t: WebStage, login: string, number: number, body: string): Promise<void> {
  await t.web.comments(login, number, body);
  await t.stage.settled();
}

const fileOn = async ({ stage }: WebStage, path: string, ref: string): Promise<string> => {
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${path}?ref=${ref}`);
  return Buffer.from(content, "base64").toString();
};

it("a fix goes to two branches, the older once the newer has it; a conflict is a draft that somebody resolves by hand", async () => {
  const t = await openWebStage(house);
  const { stage, web } = t;
  const { control, fullName } = stage.world;
  const writes = (files: Readonly<Record<string, string>>): Promise<unknown> =>
    control.post(`/repos/${fullName}/commits`, { login: "olivia", files });
  await writes({ "sum.txt": "old\n" });
  for (const branch of [OLDER, NEWER]) {
    const sha = (await stage.branch("main")) ?? "";
    await stage.as("olivia").post("/git/refs", { ref: `refs/heads/${branch}`, sha });
    await writes({ "sum.txt": "new\n" });
  }
  const id = `I${"5".repeat(40)}`;
  await web.commits("carol", "fix", { files: { "sum.txt": "fixed\n" }, message: `Fix sum\n\nChange-Id: ${id}\n` });
  const fix = await web.opens("carol", "fix", { title: "Fix sum" });
  const fixed = (await web.pull(fix)).head.sha;
  await t.approve(fix);
  expect(await t.merged(fix)).toBe(true);

  await says(t, "mallory", fix, `/backport ${NEWER}`);
  expect(await words(t, fix)).toContain(`\`${NEWER}\`: @mallory may not give Code-Review +2 there`);
  expect(await pullsTo(t, NEWER)).toEqual([]);

  const org = fullName.split("/")[0] ?? "";
  await control.post(`/teams/${org}/core/members`, { members: ["olivia"] });
  await says(t, "olivia", fix, `/backport ${OLDER} ${NEWER} stable/1999.1`);
  const [first] = await pullsTo(t, NEWER);
  expect(first).toMatchObject({ draft: false, title: "Fix sum", head: { ref: `review/backport/${NEWER}/${id}` } });
  expect(first?.body).toContain("On-behalf-of: @olivia");
  expect(await pullsTo(t, OLDER)).toEqual([]);
  expect(await words(t, fix)).toContain(
    `- \`${NEWER}\`: #${first?.number} is open\n- \`${OLDER}\`: waits until it is on \`${NEWER}\``,
  );
  expect(await words(t, fix)).toContain("`stable/1999.1` is no live branch");
  const { commit } = await stage.as("alice").get<{ commit: { message: string } }>(`/commits/${first?.head.sha}`);
  expect(commit.message).toContain(`Change-Id: ${id}\n(cherry picked from commit ${fixed})`);

  await stage.restarts();
  await t.approve(first?.number ?? 0);
  expect(await t.merged(first?.number ?? 0)).toBe(true);

  const [second] = await pullsTo(t, OLDER);
  expect(second).toMatchObject({ draft: true });
  expect(second?.body).toContain("- `sum.txt`");
  expect(await fileOn(t, "sum.txt", second?.head.sha ?? "")).toContain("<<<<<<<");
  expect(await words(t, fix)).toContain(`#${second?.number} is open; it had a conflict`);
  const number = second?.number ?? 0;
  await web.marksReady("carol", number);
  await t.approve(number);
  expect(await t.merged(number)).toBe(false);
  expect((await t.check(number)).words).toContain("sum.txt");
  const message = `Fix sum\n\nChange-Id: ${id}\n(cherry picked from commit ${fixed})\n`;
  const resolved = { files: { "sum.txt": "fixed\n" }, message, onto: OLDER };
  await web.commits("carol", second?.head.ref ?? "", resolved);
  await t.approve(number);
  expect(await t.merged(number)).toBe(true);
  expect(await words(t, fix)).toContain(`- \`${NEWER}\`: it is there\n- \`${OLDER}\`: it is there\n`);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
