// `plustwo policy fetch` with a person's token: the snapshot is judged as the service judged the change, and nothing is written anywhere.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { policyWith } from "../../src/cli/policy/main.ts";
import { parsePublished, type PublishedVerdict } from "../../src/core/policy/published.ts";
import { openHouse, type House, type Stage } from "../bot/stage.ts";
import { between, type Between, type Heard } from "../support/between.ts";
import { CACHE } from "../support/embedded.ts";
import { plumbing } from "../support/plumbing.ts";

let house: House;
let stage: Stage;
let proxy: Between;
/** Where the command makes its folder. */
let temporary: string;
const before = process.env["TMPDIR"];

beforeAll(async () => {
  house = await openHouse();
  proxy = await between(house.forge.address.url);
  temporary = join(house.folder, "temporary");
  mkdirSync(temporary);
});
afterAll(async () => {
  await proxy.close();
  await house.close();
});
beforeEach(async () => {
  stage = await house.opens();
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
  process.env["TMPDIR"] = temporary;
});
afterEach(async () => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  proxy.alter = (answer) => answer;
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

interface Asks {
  readonly login?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** mallory may read and nothing else. */
async function plustwo(args: readonly string[], { login = "mallory", stdin = "", env = {} }: Asks = {}) {
  let out = "";
  let err = "";
  const command = policyWith(() => import("../../bot/fetch-snapshot.ts"));
  const code = await command(["policy", ...args], {
    stdin: Readable.from([stdin]),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: {
      ...{ PATH: process.env["PATH"], HOME: house.folder, GIT_CONFIG_NOSYSTEM: "1", XDG_CACHE_HOME: CACHE },
      ...{ PLUSTWO_GITHUB_URL: proxy.api, PLUSTWO_TOKEN: house.population.get(login) },
      ...env,
    },
    cwd: house.folder,
  });
  return { code, out, err };
}

async function fetches(number: number | string, more: readonly string[] = [], asks: Asks = {}) {
  const asked = await plustwo(["fetch", "--pr", String(number), "--repo", stage.world.fullName, ...more], asks);
  expect(readdirSync(temporary)).toEqual([]);
  return asked;
}

interface Judged {
  readonly submittable: boolean;
  readonly certificate: string;
  readonly nextUsers: readonly string[];
  readonly problems: readonly string[];
  readonly requirements: readonly {
    readonly name: string;
    readonly status: string;
    readonly unmetBecause: readonly string[];
  }[];
}

/** What the policy says of the snapshot: to be compared with `published`. */
async function judged(snapshot: string) {
  const told = await plustwo(["eval", "--snapshot", "-", "--json"], { stdin: snapshot });
  expect(told.err).toBe("");
  const { submittable, certificate, nextUsers, problems, requirements } = JSON.parse(told.out) as Judged;
  expect(told.code).toBe(submittable ? 0 : 1);
  return {
    ...{ submittable, certificate, problems, next: nextUsers },
    requirements: requirements.map(({ name, status, unmetBecause }) => ({ name, status, unmet: unmetBecause })),
  };
}

async function fetchedAndJudged(number: number) {
  const fetched = await fetches(number);
  expect(fetched).toMatchObject({ code: 0, err: "" });
  return judged(fetched.out);
}

/** What the service wrote into its check. */
async function published(number: number) {
  const { head } = await stage.as("carol").get<{ head: { sha: string } }>(`/pulls/${number}`);
  const { check_runs: runs } = await stage.world.repository.get<{
    check_runs: readonly { name: string; output: { summary: string | null; text: string | null } }[];
  }>(`/commits/${head.sha}/check-runs?per_page=100`);
  const { summary, text } = runs.find(({ name }) => name === "plustwo")?.output ?? {};
  const found: PublishedVerdict | undefined = parsePublished(text ?? "") ?? parsePublished(summary ?? "");
  if (found === undefined) throw new Error(`the service has said nothing of #${number}`);
  const { submittable, certificate, problems, next, requirements } = found;
  return {
    ...{ submittable, certificate, problems, next },
    requirements: requirements.map(({ name, status, unmet }) => ({ name, status, unmet })),
  };
}

const vetoed = ({ requirements }: Awaited<ReturnType<typeof judged>>): string =>
  requirements[0]?.unmet.join("; ") ?? "";

const world = (): Promise<unknown> => stage.world.control.get("/world");

async function opens(name: string): Promise<number> {
  await stage.commits("carol", name, { [`docs/${name}.md`]: `# ${name}\n` });
  const number = await stage.opensPull("carol", name);
  await stage.settled();
  return number;
}

// Each fetch starts a database of its own: seconds, and many of them on a busy machine.
describe("plustwo policy fetch", { timeout: 600_000 }, () => {
  it("gathers what the service gathers: with every step of a change the verdict is the service's, down to the certificate", async () => {
    const number = await opens("parser");
    expect(await fetchedAndJudged(number)).toEqual(await published(number));
    await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
    await stage.settled();
    // A new patch set, which takes the vote along for nothing, and a vote that counts.
    await stage.commits("carol", "parser", { "docs/parser.md": "# another\n" });
    await stage.settled();
    await stage.reviews("bob", number, "Code-Review: +2", "APPROVE");
    await stage.settled();
    const said = await published(number);
    expect(await fetchedAndJudged(number)).toEqual(said);
    expect(said.requirements[0]).toMatchObject({ name: "Code-Review", status: "UNSATISFIED" });
  });

  it("takes in the change below, as it stands there", async () => {
    const git = plumbing(stage.world, house.population);
    const lower = await git.commit({ parents: [stage.world.first], files: { "docs/a.md": "a\n" } });
    const upper = await git.commit({ parents: [lower], files: { "docs/b.md": "b\n" } });
    await git.push(lower, "review/main/a");
    await git.push(upper, "review/main/b");
    await stage.opensPull("carol", "review/main/a");
    const number = await stage.opensPull("carol", "review/main/b", "review/main/a");
    await stage.settled();
    expect(await fetchedAndJudged(number)).toEqual(await published(number));
    await stage.approve(number);
    await stage.settled();
    const said = await published(number);
    expect(said.requirements.find(({ name }) => name === "Parents")).toMatchObject({
      status: "UNSATISFIED",
      unmet: [expect.stringContaining("#1")],
    });
    expect(await fetchedAndJudged(number)).toEqual(said);
  });

  it("takes in the organisation's layer", async () => {
    const text = await organisation();
    const number = await opens("parser");
    const said = await published(number);
    expect(said.requirements.map(({ name }) => name)).toContain("Security");
    const fetched = await fetches(number);
    expect(await judged(fetched.out)).toEqual(said);
    const { policy } = JSON.parse(fetched.out) as { policy: readonly { from: string; path: string; text: string }[] };
    expect(policy.find(({ from }) => from === "org")).toMatchObject({
      path: `${stage.world.org}/.github/.github/plustwo.yml`,
      text,
    });
  });

  it("T16, T17: holds a veto that was dismissed, and one that GitHub does not give back, from the service's record", async () => {
    const number = await opens("parser");
    const veto = await stage.reviews("alice", number, "Code-Review: -2", "REQUEST_CHANGES");
    await stage.settled();
    // An account that is deleted takes its reviews along.
    proxy.alter = (answer, { status }) => (status === 200 ? without(answer, veto) : answer);
    expect(vetoed(await fetchedAndJudged(number))).toContain("stands though it was deleted: only alice lifts it");
    proxy.alter = (answer) => answer;
    await stage.as("carol").put(`/pulls/${number}/reviews/${veto}/dismissals`, { message: "no" });
    await stage.settled();
    const said = await published(number);
    expect(await fetchedAndJudged(number)).toEqual(said);
    expect(vetoed(said)).toContain("stands though it was dismissed: only alice lifts it");
  });

  it("T38: another app's check of that name counts for nothing beside the branch rule; without a rule nobody is believed, and it is said", async () => {
    const number = await opens("parser");
    const veto = await stage.reviews("alice", number, "Code-Review: -2", "REQUEST_CHANGES");
    await stage.settled();
    proxy.alter = (answer, { status }) => (status === 200 ? without(answer, veto) : answer);
    await alien(number);
    expect(vetoed(await fetchedAndJudged(number))).toContain("only alice lifts it");
    const rules = await stage.as("olivia").get<readonly { id: number }[]>("/rulesets");
    for (const { id } of rules) await stage.as("olivia").put(`/rulesets/${id}`, { enforcement: "disabled" });
    const unsure = await fetches(number);
    expect(unsure.code).toBe(0);
    expect(unsure.err).toContain(
      `Several Apps could be plustwo here (${stage.world.app.slug} (${stage.world.app.id}), `,
    );
    expect(vetoed(await judged(unsure.out))).not.toContain("alice");
    for (const app of [stage.world.app.slug, String(stage.world.app.id)]) {
      const told = await fetches(number, ["--app", app]);
      expect(told).toMatchObject({ code: 0, err: "" });
      expect(vetoed(await judged(told.out))).toContain("only alice lifts it");
    }
  });

  it("says where there is no service, and what is lacking then", async () => {
    await stage.settled();
    await stage.bot.stop();
    await stage.commits("carol", "parser", { "docs/parser.md": "# parser\n" });
    const number = await stage.opensPull("carol", "parser");
    await house.forge.settled();
    const fetched = await fetches(number);
    expect(fetched.code).toBe(0);
    expect(fetched.err).toBe(
      `App ${stage.world.app.id} has not written its check on the head of #${number} of ${stage.world.fullName}: ` +
        "what GitHub does not remember (votes that were edited or deleted, heads that were pushed over) may not be in the snapshot\n",
    );
    expect((await judged(fetched.out)).requirements.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "Code-Review UNSATISFIED",
      "Workflow UNSATISFIED",
      "Verified SATISFIED",
      "CI-Config NOT_APPLICABLE",
      "Freeze NOT_APPLICABLE",
      "Parents SATISFIED",
      "Contributors SATISFIED",
    ]);
  });

  it("only reads: no request could change anything, and the forge is as it was", async () => {
    const number = await opens("parser");
    const as = await world();
    proxy.heard.length = 0;
    expect((await fetches(number)).code).toBe(0);
    const { heard } = proxy;
    expect(heard.length).toBeGreaterThan(5);
    const others = heard.filter(
      ({ method, path, body }) =>
        !(
          method === "GET" ||
          path.endsWith("/git-upload-pack") ||
          (path === "/api/graphql" && /^\{"query":"\s*query/.test(body))
        ),
    );
    expect(others).toEqual([]);
    expect(await world()).toEqual(as);
  });

  it("ends with a sentence and a documented exit code where there is nothing to take", async () => {
    const closed = await opens("closed");
    await stage.as("carol").patch(`/pulls/${closed}`, { state: "closed" });
    const landed = await opens("landed");
    await stage.approve(landed);
    await stage.settled();
    const { fullName } = stage.world;
    const said: Record<string, unknown> = {};
    const tell = async (what: string, ask: ReturnType<typeof fetches>) => {
      const { code, out, err } = await ask;
      expect(out).toBe("");
      const shown = err
        .replaceAll(fullName, "acme/calc")
        .replaceAll(house.folder, "<folder>")
        .replaceAll(new URL(proxy.api).host, "<host>")
        .replaceAll(/\b[0-9a-f]{7}\b/g, "<sha>");
      said[`${what}: ${code}`] = shown.trimEnd().split("\n");
    };
    await tell("closed", fetches(closed));
    await tell("merged", fetches(landed));
    await tell("unknown", fetches(99));
    await tell("no number", fetches("main"));
    await tell("no such repository", plustwo(["fetch", "--pr", "1", "--repo", "acme/nothing"]));
    await tell("no repository", plustwo(["fetch", "--pr", "1"]));
    await tell("no token", fetches(1, [], { env: { PLUSTWO_TOKEN: "" } }));
    await tell("bad token", fetches(1, [], { env: { PLUSTWO_TOKEN: "ghp_none" } }));
    await tell("unknown app", fetches(await opens("open"), ["--app", "nobodys"]));
    expect(said).toMatchInlineSnapshot(`
      {
        "bad token: 41": [
          "Cannot read the repository acme/calc: GitHub refused the token (Bad credentials)",
          "Hint: it may have expired or belong to another host; make a new one and set it in one of PLUSTWO_TOKEN, GH_TOKEN, \`git credential fill\` and \`gh auth token\`",
        ],
        "closed: 1": [
          "Cannot take a snapshot of #1 of acme/calc: it is closed, and a policy is asked about open changes alone",
          "Hint: name an open pull request; \`plustwo replay\` looks back at what was merged",
        ],
        "merged: 1": [
          "Cannot take a snapshot of #2 of acme/calc: it is merged as <sha>, and a policy is asked about open changes alone",
          "Hint: name an open pull request; \`plustwo replay\` looks back at what was merged",
        ],
        "no number: 3": [
          "Cannot use --pr "main": it is no number of a pull request",
          "Hint: write for example --pr 12",
        ],
        "no repository: 70": [
          "Looked for a git repository at "<folder>" and found none that can be used: fatal: not a git repository (or any of the parent directories): .git",
          "Hint: name the repository, as in owner/name; or: change into a clone of the project, or run \`git clone\` first",
        ],
        "no such repository: 1": [
          "Cannot read the repository acme/nothing: GitHub has no such thing, or hides it from this token",
          "Hint: check the names and the number, and that the token may see the repository",
        ],
        "no token: 41": [
          "Cannot ask <host>: no token was found (tried PLUSTWO_TOKEN, GH_ENTERPRISE_TOKEN, git credential fill, gh auth token)",
          "Hint: make a token that may write to the repository, and put it into PLUSTWO_TOKEN or your git credential helper, or run \`gh auth login --hostname <host>\`",
        ],
        "unknown app: 1": [
          "Cannot read the app nobodys: GitHub has no such thing, or hides it from this token",
          "Hint: check the names and the number, and that the token may see the repository",
        ],
        "unknown: 1": [
          "Cannot read pull request 99 of acme/calc: GitHub has no such thing, or hides it from this token",
          "Hint: check the names and the number, and that the token may see the repository",
        ],
      }
    `);
  });

  it("ends with a sentence where an answer is cut short, is no answer, or nobody answers", async () => {
    await organisation();
    const number = await opens("parser");
    const unanswered = (await fetches(number, ["--api", "http://127.0.0.1:1/api/v3"])) as { code: number; err: string };
    expect(unanswered.code).toBe(40);
    // Each kind of answer in turn: what is cut short is no answer, or is lacking in the snapshot, which closes it.
    const kindOf = ({ path, body }: Heard) =>
      path === "/api/graphql"
        ? body.replaceAll(/\d+/g, "N").slice(0, 300)
        : path.replaceAll(/\b[0-9a-f]{40}\b|\d+/g, "N");
    proxy.heard.length = 0;
    expect((await fetches(number)).code).toBe(0);
    // Of the lists that are read page by page by one reader, some are enough.
    const likeOthers = /\/(?:actions\/runs|check-runs|statuses|pulls)\?/;
    const kinds = new Set(
      proxy.heard.filter(({ path }) => path.startsWith("/api/") && !likeOthers.test(path)).map(kindOf),
    );
    expect(kinds.size).toBeGreaterThan(5);
    for (const kind of kinds) {
      proxy.alter = (answer, asked) =>
        kindOf(asked) === kind && asked.status === 200 ? answer.slice(0, answer.length / 2) : answer;
      const { code, out, err } = await fetches(number);
      if (code === 74) {
        expect(err).toMatch(/^In the snapshot is lacking: .+\n$/);
        expect((await judged(out)).problems).not.toEqual([]);
      } else {
        expect({ kind, code, out }).toEqual({ kind, code: 40, out: "" });
        expect(err).toMatch(/^Cannot .+\nHint: .+\n$/);
      }
    }
  });

  it("leaves nothing behind when the connection breaks", async () => {
    const number = await opens("parser");
    proxy.alter = () => undefined;
    expect(await fetches(number)).toMatchObject({ code: 40, out: "" });
  });
});

/** The organisation has a file of its own, which is answered. */
async function organisation(): Promise<string> {
  const { org, control, app } = stage.world;
  const { user } = await stage.as("dave").get<{ user: { id: number } }>("/collaborators/dave/permission");
  const text = `version: 1
groups: { security: { users: [{ login: dave, id: ${user.id} }] } }
labels: { Security: { values: { -1: unsafe, 0: nothing, 1: safe } } }
access: [{ branch: "*", label-Security: { security: -1..+1 } }]
submitRequirements:
  Security: { description: Security has looked, noun: security approval, submittableIf: "label:Security=MAX AND -label:Security=MIN" }
`;
  await control.post("/repos", { owner: org, name: ".github", files: { ".github/plustwo.yml": text } });
  await control.patch(`/apps/${app.slug}`, { repositories: [`${org}/.github`] });
  await stage.settled();
  return text;
}

/** Another app says of the head what the service says. */
async function alien(number: number): Promise<void> {
  const { control, fullName } = stage.world;
  const { head } = await stage.as("carol").get<{ head: { sha: string } }>(`/pulls/${number}`);
  const slug = `${stage.world.app.slug}-helper`;
  await control.post("/apps", { slug, permissions: { checks: "write" }, events: [], repositories: [fullName] });
  await control.post("/check-runs", {
    ...{ repo: fullName, app: slug, name: "plustwo", sha: head.sha, status: "completed", conclusion: "success" },
  });
}

/** The answer without this review, wherever it stands. */
function without(answer: string, review: number): string {
  const isIt = (one: unknown): boolean =>
    typeof one === "object" &&
    one !== null &&
    Object.entries(one).some(
      ([key, id]) => /^(id|databaseId|fullDatabaseId)$/.test(key) && String(id) === String(review),
    );
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter((one) => !isIt(one)).map(clean);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, clean(part)]));
  };
  return JSON.stringify(clean(JSON.parse(answer)));
}
