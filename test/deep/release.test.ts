// A release is a reviewed change: approved, gated and merged as any other; then the service tags what the file says, once.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "../bot/stage.ts";
import { openWebStage, type WebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const FILE = "deliverables/2026.2/calc.yaml";
const RELEASES = "releases: { files: deliverables }\n";
const NOTE = "features:\n  - |\n    Adds ``sum``.\n";

async function openReleases(): Promise<WebStage> {
  const t = await openWebStage(house);
  const path = ".github/plustwo.yml";
  const { content } = await t.stage.as("alice").get<{ content: string }>(`/contents/${path}`);
  const policy = Buffer.from(content, "base64").toString() + RELEASES;
  const files = { [path]: policy, "releasenotes/notes/sum-0123456789abcdef.yaml": NOTE };
  await t.stage.world.control.post(`/repos/${t.stage.world.fullName}/commits`, { login: "olivia", files });
  await t.stage.settled();
  return t;
}

const tip = async ({ stage }: WebStage, name = "main"): Promise<string> => (await stage.branch(name)) ?? "no branch";

function fileOf({ stage }: WebStage, releases: readonly (readonly [string, string])[], branches = ""): string {
  const entries = releases.map(([version, hash]) =>
    [
      `  - version: "${version}"`,
      "    projects:",
      `      - repo: ${stage.world.fullName}`,
      `        hash: "${hash}"`,
    ].join("\n"),
  );
  return `team: calc\ntype: other\nrelease-model: cycle-with-rc\nreleases:\n${entries.join("\n")}\n${branches}`;
}

async function merges(t: WebStage, branch: string, text: string): Promise<number> {
  await t.web.commits("carol", branch, { files: { [FILE]: text } });
  const number = await t.web.opens("carol", branch);
  await t.approve(number);
  expect(await t.merged(number)).toBe(true);
  return number;
}

const comments = async ({ stage }: WebStage, number: number): Promise<readonly string[]> =>
  (await stage.as("alice").get<{ body: string }[]>(`/issues/${number}/comments`)).map(({ body }) => body);

async function tagOf({ stage }: WebStage, name: string): Promise<{ object: string; message: string } | undefined> {
  const refs = await stage
    .as("alice")
    .get<{ ref: string; object: { sha: string; type: string } }[]>(`/git/matching-refs/tags/${name}`);
  const ref = refs.find((one) => one.ref === `refs/tags/${name}`);
  if (ref === undefined) return undefined;
  const tag = await stage.as("alice").get<{ message: string; object: { sha: string } }>(`/git/tags/${ref.object.sha}`);
  return { object: tag.object.sha, message: tag.message };
}

it("a merged release file is tagged with its branch and its notes, once; the final release is the candidate's commit", async () => {
  const t = await openReleases();
  const released = await tip(t);
  const number = await merges(
    t,
    "rc1",
    fileOf(t, [["1.0.0.0rc1", released]], "branches:\n  - name: stable/2026.2\n    location: 1.0.0.0rc1\n"),
  );
  expect(await tagOf(t, "1.0.0.0rc1")).toMatchObject({ object: released });
  expect((await tagOf(t, "1.0.0.0rc1"))?.message).toContain(`meta:release:change: ${t.stage.world.fullName}#${number}`);
  expect(await tip(t, "stable/2026.2")).toBe(released);
  const page = await t.stage
    .as("alice")
    .get<{ name: string; body: string; prerelease: boolean }>("/releases/tags/1.0.0.0rc1");
  expect(page).toMatchObject({ name: "calc 1.0.0.0rc1", prerelease: true });
  expect(page.body).toContain("Adds ``sum``.");
  expect(await comments(t, number)).toEqual([
    expect.stringMatching(/the tag `1\.0\.0\.0rc1` at .*, the branch `stable\/2026\.2`, \[the release\]/) as string,
  ]);

  const before = (await tagOf(t, "1.0.0.0rc1"))?.object;
  await t.stage.restarts();
  const final = await merges(
    t,
    "final",
    fileOf(
      t,
      [
        ["1.0.0.0rc1", released],
        ["1.0.0", released],
      ],
      "branches:\n  - name: stable/2026.2\n    location: 1.0.0.0rc1\n",
    ),
  );
  expect(await tagOf(t, "1.0.0")).toMatchObject({ object: released });
  expect((await tagOf(t, "1.0.0.0rc1"))?.object).toBe(before);
  expect((await comments(t, final)).join()).toContain("the tag `1.0.0` at");
  expect(t.stage.complaints).toEqual([]);
  await t.stage.close();
});

it("a tag is never moved, and what is not on a branch is not released: the pull request says so", async () => {
  const t = await openReleases();
  const { stage } = t;
  const released = await tip(t);
  const first = await merges(t, "first", fileOf(t, [["1.0.0.0rc1", released]]));
  expect((await comments(t, first)).join()).toContain("the tag `1.0.0.0rc1`");
  const later = await tip(t);
  const moved = await merges(t, "moved", fileOf(t, [["1.0.0.0rc1", later]]));
  expect((await comments(t, moved)).join()).toContain("a tag is never moved");
  expect(await tagOf(t, "1.0.0.0rc1")).toMatchObject({ object: released });
  const side = await t.web.commits("carol", "side", { files: { "side.txt": "1\n" } });
  const unmerged = await merges(
    t,
    "unmerged",
    fileOf(t, [
      ["1.0.0.0rc1", released],
      ["1.0.0.0rc2", String(side)],
    ]),
  );
  expect((await comments(t, unmerged)).join()).toContain("release a commit that was merged");
  expect(await tagOf(t, "1.0.0.0rc2")).toBeUndefined();
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
