import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseGitreview } from "../../src/config/gitreview-file.ts";
import { loadPolicy } from "../../src/core/policy/load.ts";
import { shippedPresets } from "../../src/config/presets.ts";
import { runOperate } from "../../src/cli/operate/main.ts";
import { installApp, plustwo, type AppAt } from "./operate.ts";
import { openBench, type Bench, type Seat } from "./seat.ts";
import { published } from "../support/published.ts";

const github = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    parseGitreview(text).flatMap(({ section, key, value }) => (section === "github" ? [[key, value]] : [])),
  );

let bench: Bench;
let olivia: Seat;
let app: AppAt;

beforeAll(async () => {
  bench = await openBench();
  olivia = await bench.seat("olivia", { permission: "admin" });
  await bench.seat("alice", { permission: "admin" });
  app = await installApp(bench, "plustwo-acme", { contents: "write" });
});
afterAll(() => bench.close());

const here = (path: string): string => readFileSync(join(olivia.dir, path), "utf8");
const CI = `name: CI
on:
  push: { branches: [main] }
  pull_request: { branches: [main] }
jobs:
  lint: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  test:
    runs-on: ubuntu-latest
    strategy: { matrix: { node: [18, 20] } }
    steps: [{ run: "true" }]
  deploy: { runs-on: ubuntu-latest, environment: production, steps: [{ run: "true" }] }
`;

describe("plustwo init without a workflow", () => {
  it("asks a person, and is refused with exit 2 where nobody could answer, before anything is asked of the server", async () => {
    const told = await plustwo(olivia, ["init"]);
    expect(told).toMatchObject({ code: 2, out: "" });
    expect(told.err).toContain("there is no terminal to ask at");
    expect(told.err).toContain("add --yes to write, or --dry-run to only look");
  });

  it("shows every file and writes nothing on --dry-run or when the answer is no", async () => {
    const before = olivia.workTree();
    const told = await plustwo(olivia, ["init", "--dry-run"]);
    expect(told).toMatchObject({ code: 0, err: "" });
    for (const line of ["+[github]", "+project=acme/api", "+extends: preset:openstack", "+mode: observe", "+name: ci"])
      expect(told.out).toContain(`${line}\n`);
    expect(told.out).not.toContain("\u001B");
    const no = await plustwo(olivia, ["init"], "n");
    expect(no.code).toBe(0);
    expect(no.err).toContain("Write .gitreview, .github/plustwo.yml, .github/workflows/ci.yml? [y/N]");
    expect(no.err).toContain("Nothing was written");
    expect(olivia.workTree()).toBe(before);
  });

  it("writes a policy in observe mode that loads, with the people who maintain it by id, and never commits", async () => {
    const told = await plustwo(olivia, ["init", "--app", app.slug], "y");
    expect(told.code).toBe(0);
    const policy = loadPolicy(here(".github/plustwo.yml"), await shippedPresets());
    expect(policy).toMatchObject({ ok: true, value: { mode: "observe", preset: "openstack" } });
    expect(policy.ok && policy.value.groups["core"]?.users.map(({ login }) => login).sort()).toEqual([
      "alice",
      "landlord",
      "olivia",
    ]);
    expect(policy.ok && policy.value.checks.map(({ name }) => name)).toEqual(["style", "unit", "integration"]);
    expect(github(here(".gitreview"))).toMatchObject({
      project: "acme/api",
      defaultbranch: "main",
      scheme: "http",
    });
    const workflow = here(".github/workflows/ci.yml");
    expect(workflow).toContain('branches: ["gate/**"]');
    expect(workflow).toMatch(/pull_request: #/);
    expect(await olivia.git("status", "--porcelain")).toContain("?? .github/");
    expect(await olivia.git("log", "--oneline", "origin/main..HEAD")).toBe("");
    // The rulesets, ready to be sent: R2 is pinned to the App, R1 lets it through.
    expect(told.out).toContain(`"integration_id": ${app.id}`);
    expect(told.out).toContain(`"actor_id": ${app.id}`);
    expect(told.out).toContain("workflows: write");
    expect(readdirSync(join(olivia.dir, ".github"))).toEqual(["plustwo.yml", "workflows"]);
  });

  it("run again finds everything as it should be, and keeps a policy that somebody edited", async () => {
    expect((await plustwo(olivia, ["init", "--yes"])).out).toContain(".github/plustwo.yml: is as it should be");
    const edited = here(".github/plustwo.yml").replace("mode: observe", "mode: enforce");
    writeFileSync(join(olivia.dir, ".github/plustwo.yml"), edited);
    expect((await plustwo(olivia, ["init", "--yes"])).out).toContain(
      ".github/plustwo.yml: kept: there is one that loads",
    );
    expect(here(".github/plustwo.yml")).toBe(edited);
  });

  it("keeps Gerrit's section of .gitreview, and git review then goes to GitHub", async () => {
    const gerrit = "[gerrit]\nhost=review.opendev.org\nport=29418\nproject=openstack/api.git\n";
    writeFileSync(join(olivia.dir, ".gitreview"), gerrit);
    const told = await plustwo(olivia, ["init", "--yes"]);
    expect(told.code).toBe(0);
    expect(here(".gitreview").startsWith(gerrit)).toBe(true);
    expect(github(here(".gitreview"))).toMatchObject({ project: "acme/api" });
    expect(await olivia.review("-l")).toMatchObject({ code: 0 });
  });

  it("never writes through a link", async () => {
    const elsewhere = join(olivia.home, "elsewhere");
    mkdirSync(elsewhere);
    await olivia.git("clean", "-qfdx");
    symlinkSync(elsewhere, join(olivia.dir, ".github"));
    const told = await plustwo(olivia, ["init", "--yes"]);
    expect(told.code).toBe(1);
    expect(told.err).toContain("symbolic link");
    expect(readdirSync(elsewhere)).toEqual([]);
    await olivia.git("clean", "-qfdx");
  });
});

describe("plustwo init where checks run already", () => {
  beforeAll(async () => {
    const sha = await bench.lands({
      ".github/workflows/build.yml": CI,
      ".github/CODEOWNERS": "* @alice @nobody-at-all\n",
    });
    await bench.control("POST", "/check-runs", {
      repo: "acme/api",
      app: "sonar",
      sha,
      name: "Lint report",
      conclusion: "success",
    });
    await bench.forge.settled();
  });

  it("folds matrices, tells checks from deployments, takes owners from CODEOWNERS and prints the lines to add", async () => {
    const told = await plustwo(olivia, ["init", "--dry-run", "--json"]);
    expect(told).toMatchObject({ code: 0, err: "" });
    const plan = published<Record<string, never>>("init", told.out);
    expect(plan).toMatchObject({
      version: 1,
      project: "acme/api",
      written: false,
      core: { teams: [], users: [{ login: "alice" }], from: "CODEOWNERS" },
      checks: {
        style: [
          { kind: "job", pattern: "lint", workflow: ".github/workflows/build.yml" },
          { kind: "check-run", pattern: "Lint report", app: { slug: "sonar" } },
        ],
        unit: [{ kind: "job", pattern: "test (*)", workflow: ".github/workflows/build.yml" }],
        integration: [],
      },
      leftOut: [{ what: "deploy" }],
      workflows: [{ path: ".github/workflows/build.yml" }],
    });
    const { files, workflows } = plan as unknown as {
      files: { path: string; text: string }[];
      workflows: { lines: string }[];
    };
    expect(files.map(({ path }) => path)).toEqual([".gitreview", ".github/plustwo.yml"]);
    expect(workflows[0]?.lines).toContain("branches: ['main', 'gate/**']");
    expect(workflows[0]?.lines).toContain("take `branches:` out");
    const policy = loadPolicy(files[1]?.text ?? "", await shippedPresets());
    expect(policy.ok ? [] : policy.problem).toEqual([]);
    expect(existsSync(join(olivia.dir, ".gitreview"))).toBe(false);
  });

  it("with the preset small-team writes a policy that loads, with the checks that there are", async () => {
    const told = await plustwo(olivia, ["init", "--dry-run", "--json", "--preset", "small-team"]);
    const { files } = published<{ files: { text: string }[] }>("init", told.out);
    const policy = loadPolicy(files[1]?.text ?? "", await shippedPresets());
    expect(policy.ok ? [] : policy.problem).toEqual([]);
    expect(policy.ok && policy.value.preset).toBe("small-team");
    expect(policy.ok && policy.value.checks.map(({ name }) => name)).toEqual(["lint", "Lint-report", "test"]);
  });

  it("works outside a clone only to look, and names what it cannot use", async () => {
    const outside = { ...olivia.env, PLUSTWO_GITHUB_URL: bench.forge.api };
    const run = async (...args: string[]) => {
      let told = "";
      const stream = { write: (text: string) => (told += text) };
      const code = await runOperate(args, { stdout: stream, stderr: stream, env: outside, cwd: olivia.home });
      return { code, told };
    };
    expect(await run("init", "--repo", "acme/api", "--dry-run")).toMatchObject({ code: 0 });
    expect((await run("init", "--repo", "acme/api", "--yes")).code).toBe(70);
    expect((await run("init", "--repo", "acme", "--yes")).code).toBe(3);
    expect((await run("init", "--preset", "huge", "--yes")).code).toBe(3);
    expect((await run("init", "--frobnicate")).code).toBe(2);
    expect((await run("doctor", "--help")).told).toMatch(/Exit codes: 0 done · 1 refused, or something was found/);
  });
});

describe("plustwo init under an organisation's file", () => {
  const path = ".github/plustwo.yml";
  const says = (text: string) =>
    bench.control("POST", "/repos/acme/.github/commits", { login: "olivia", files: { [path]: text } });

  beforeAll(async () => {
    const text = `version: 1\ngroups: { security: { users: [{ login: olivia, id: 1 }] } }\n`;
    await bench.control("POST", "/repos", { owner: "acme", name: ".github", files: { [path]: text } });
  });

  it("keeps a policy that loads on top of it alone", async () => {
    const told = await plustwo(olivia, ["init", "--yes"]);
    expect(told).toMatchObject({ code: 0, err: "" });
    const own = `${here(path)}
labels: { Security: { values: { 0: nothing, 1: safe } } }
access: [{ branch: "*", label-Security: { security: 0..+1 } }]
`;
    expect(loadPolicy(own, await shippedPresets()).ok).toBe(false);
    writeFileSync(join(olivia.dir, path), own);
    expect((await plustwo(olivia, ["init", "--dry-run"])).out).toContain(`${path}: kept: there is one that loads`);
    await olivia.git("clean", "-qfdx");
  });

  it("proposes nothing that is at odds with it, and says with what", async () => {
    await says("version: 1\nextends: preset:solo\n");
    const other = await plustwo(olivia, ["init", "--yes"]);
    expect(other).toMatchObject({ code: 1, out: "" });
    expect(other.err).toMatch(
      /^Cannot propose a policy: on top of the file of acme\/\.github it does not load: \.github\/plustwo\.yml:\d+:\d+: `extends` is set to preset:solo by acme\/\.github\/\.github\/plustwo\.yml/m,
    );
    await says("version: 1\nwishes: {}\n");
    const broken = await plustwo(olivia, ["init", "--yes"]);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain("acme/.github/.github/plustwo.yml:2:1: `wishes` is not a key of a policy file");
    expect(existsSync(join(olivia.dir, path))).toBe(false);
  });
});
