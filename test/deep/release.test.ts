// A release is a reviewed change: approved by the release group, gated and merged as any other; then the service tags what the file says, once.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTagSigner, type TagSigner } from "../../bot/tag-signer.ts";
import { openHouse, type House } from "../bot/stage.ts";
import { openWebStage, type WebStage } from "../support/ordinary.ts";
import { mustRun } from "../support/shell.ts";
import { root } from "../support/tools.ts";

let house: House;
let key: string;
let tagSigner: TagSigner;
beforeAll(async () => {
  house = await openHouse();
  key = join(house.folder, "release-key");
  const env = { PATH: process.env["PATH"] ?? "" };
  await mustRun("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], { cwd: house.folder, env });
  const opened = await openTagSigner(key);
  if (!opened.ok) throw new Error(opened.problem);
  tagSigner = opened.value;
});
afterAll(() => house.close());

const FILE = "deliverables/2026.2/calc.yaml";
const NOTE = "features:\n  - |\n    Adds ``sum``.\n";
/** The check that docs/RELEASE.md asks for, as the command of this tree: on a branch without release files it has nothing to say. */
const VALIDATE = `name: ci
on:
  pull_request:
  push: { branches: ["gate/**"] }
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: test ! -d deliverables || node ${join(root, "dist", "plustwo.js")} release validate
`;
const SERIES = "- name: hibiscus\n  release-id: 2026.2\n  status: development\n  initial-release: 2026-09-30\n";

/** The policy that docs/RELEASE.md shows for a repository of release files, here for one that releases itself. */
function policyFor(org: string): string {
  const page = readFileSync(join(root, "docs/RELEASE.md"), "utf8");
  const shown = /```yaml\n(version: 1\nmode: enforce\n[\s\S]*?)```/.exec(page)?.[1] ?? "";
  return `${shown.replaceAll("acme/", `${org}/`)}pipelines: { gate: { settle: 0s } }\nreleases: { files: deliverables, signed: true }\n`;
}

/** Alice is the release group, bob the team's lead. */
async function openReleases(): Promise<WebStage> {
  const t = await openWebStage(house, { around: (options) => ({ ...options, tagSigner }) });
  const { control, fullName, org } = t.stage.world;
  const teams = { release: ["alice"], leads: ["bob"] };
  for (const [slug, members] of Object.entries(teams))
    await control.post("/teams", { org, slug, members, repo: fullName, permission: "maintain" });
  await control.post("/jobs", { repo: fullName, job: "validate", mode: "auto" });
  const files = {
    ".github/plustwo.yml": policyFor(org),
    ".github/workflows/ci.yml": VALIDATE,
    "data/series_status.yaml": SERIES,
    "releasenotes/notes/sum-0123456789abcdef.yaml": NOTE,
  };
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files });
  await t.stage.settled();
  return t;
}

const tip = async ({ stage }: WebStage, name = "main"): Promise<string> => (await stage.branch(name)) ?? "no branch";

interface Releases {
  readonly releases: readonly (readonly [version: string, hash: string])[];
  readonly branches?: string;
  /** Without `repository-settings`: the rules say so. */
  readonly faulty?: true;
}

function fileOf({ stage }: WebStage, { releases, branches = "", faulty }: Releases): string {
  const { fullName } = stage.world;
  const entries = releases.map(([version, hash]) =>
    [`  - version: "${version}"`, "    projects:", `      - repo: ${fullName}`, `        hash: "${hash}"`].join("\n"),
  );
  const settings = faulty === true ? "" : `repository-settings: { ${fullName}: {} }\n`;
  return `team: calc\ntype: other\nrelease-model: cycle-with-rc\n${settings}releases:\n${entries.join("\n")}\n${branches}`;
}

async function says(t: WebStage, login: string, number: number, vote: string): Promise<void> {
  await t.stage.reviews(login, number, vote);
  await t.stage.settled();
}

async function merges(t: WebStage, branch: string, releases: Releases): Promise<number> {
  await t.web.commits("carol", branch, { files: { [FILE]: fileOf(t, releases) } });
  const number = await t.web.opens("carol", branch);
  await says(t, "alice", number, "Code-Review: +2");
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

/** As anybody may who has the public key: from a clone, with nothing of ours. */
async function verifies({ stage }: WebStage, name: string): Promise<void> {
  const { git, env } = stage.world.observer;
  const allowed = join(house.folder, "allowed-signers");
  await writeFile(allowed, `* ${readFileSync(`${key}.pub`, "utf8")}`);
  await mustRun("git", ["fetch", "-q", "--tags"], { cwd: git, env });
  await mustRun("git", ["-c", `gpg.ssh.allowedSignersFile=${allowed}`, "verify-tag", name], { cwd: git, env });
}

const STABLE = "branches:\n  - name: stable/2026.2\n    location: 1.0.0.0rc1\n";

it("a release is approved by the release group, validated and gated; then it is tagged with its branch and its notes, once; the final is the candidate's commit", async () => {
  const t = await openReleases();
  const { stage, web } = t;
  const { fullName } = stage.world;
  const released = await tip(t);
  const first = { releases: [["1.0.0.0rc1", released]], branches: STABLE } as const;
  await web.commits("carol", "rc1", { files: { [FILE]: fileOf(t, { ...first, faulty: true }) } });
  const number = await web.opens("carol", "rc1");
  await says(t, "alice", number, "Code-Review: +2");
  expect((await t.check(number)).title).toContain("validate");
  await web.commits("carol", "rc1", { files: { [FILE]: fileOf(t, first) } });
  await says(t, "dave", number, "Code-Review: +2");
  expect(await t.merged(number)).toBe(false);
  await says(t, "alice", number, "Code-Review: +2");
  expect(await t.merged(number)).toBe(true);

  const tagged = await tagOf(t, "1.0.0.0rc1");
  expect(tagged).toMatchObject({ object: released });
  expect(tagged?.message).toContain(`meta:release:change: ${fullName}#${number}`);
  await verifies(t, "1.0.0.0rc1");
  expect(await tip(t, "stable/2026.2")).toBe(released);
  const page = await stage
    .as("alice")
    .get<{ name: string; body: string; prerelease: boolean }>("/releases/tags/1.0.0.0rc1");
  expect(page).toMatchObject({ name: "calc 1.0.0.0rc1", prerelease: true });
  expect(page.body).toContain("Adds ``sum``.");

  const [follow] = await stage
    .as("alice")
    .get<{ number: number; title: string; base: { ref: string } }[]>("/pulls?state=open");
  expect(follow).toMatchObject({
    title: "Name stable/2026.2 in .gitreview (calc 1.0.0.0rc1)",
    base: { ref: "stable/2026.2" },
  });
  const after = follow?.number ?? 0;
  const files = await stage.as("alice").get<{ filename: string; patch: string }[]>(`/pulls/${after}/files`);
  expect(files.map(({ filename }) => filename)).toEqual([".gitreview"]);
  expect(files[0]?.patch.split("\n").filter((line) => /^[+-]/.test(line))).toEqual([
    "-defaultbranch = main",
    "+defaultbranch = stable/2026.2",
  ]);
  expect(await comments(t, number)).toEqual([
    expect.stringMatching(
      /the tag `1\.0\.0\.0rc1` at .*, the branch `stable\/2026\.2`, \[the release\].*is open/,
    ) as string,
  ]);

  await stage.restarts();
  await says(t, "alice", after, "Code-Review: +2");
  expect(await t.merged(after)).toBe(true);
  const final = await merges(t, "final", {
    releases: [
      ["1.0.0.0rc1", released],
      ["1.0.0", released],
    ],
    branches: STABLE,
  });
  expect(await tagOf(t, "1.0.0")).toMatchObject({ object: released });
  expect(await tagOf(t, "1.0.0.0rc1")).toEqual(tagged);
  expect((await comments(t, final)).join()).toContain("the tag `1.0.0` at");
  expect(await stage.as("alice").get<unknown[]>("/pulls?state=open")).toEqual([]);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("a tag is never moved, and what is not on a branch is not released: the pull request says so", async () => {
  const t = await openReleases();
  const { stage } = t;
  const released = await tip(t);
  const first = await merges(t, "first", { releases: [["1.0.0.0rc1", released]] });
  expect((await comments(t, first)).join()).toContain("the tag `1.0.0.0rc1`");
  const later = await tip(t);
  const moved = await merges(t, "moved", { releases: [["1.0.0.0rc1", later]] });
  expect((await comments(t, moved)).join()).toContain("a tag is never moved");
  expect(await tagOf(t, "1.0.0.0rc1")).toMatchObject({ object: released });
  const side = await t.web.commits("carol", "side", { files: { "side.txt": "1\n" } });
  const unmerged = await merges(t, "unmerged", {
    releases: [
      ["1.0.0.0rc1", released],
      ["1.0.0.0rc2", String(side)],
    ],
  });
  expect((await comments(t, unmerged)).join()).toContain("release a commit that was merged");
  expect(await tagOf(t, "1.0.0.0rc2")).toBeUndefined();
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
