import { afterAll, beforeAll, expect, it } from "vitest";
import { Octokit } from "octokit";
import { appJwt, refusal, startKit, type Clone, type Kit, type Person } from "./kit.ts";

let kit: Kit;
let alice: Person;
let carol: Person;
let mallory: Person;
let clone: Clone;
const widget = { owner: "acme", repo: "widget" };

beforeAll(async () => {
  kit = await startKit();
  alice = await kit.person("alice", "admin");
  carol = await kit.person("carol", "write");
  mallory = await kit.person("mallory");
  clone = await kit.clone(carol);
});
afterAll(() => kit.close());

/** An app, and a clone that pushes as its installation. */
async function app(slug: string, permissions: Record<string, string>) {
  const made = await kit.control("POST", "/apps", { slug, permissions, repositories: ["acme/widget"] });
  const asApp = new Octokit({ baseUrl: kit.forge.api, auth: appJwt(made), throttle: { enabled: false } });
  const { data } = await asApp.rest.apps.createInstallationAccessToken({ installation_id: made.installationId });
  const bot = await kit.clone({ login: "x-access-token", token: data.token });
  return { ...made, token: data.token, octokit: kit.octokit(data.token), bot } as {
    id: number;
    octokit: Octokit;
    bot: Clone;
    token: string;
  };
}

it("a push needs write access, and the refusal names who was denied what", async () => {
  const theirs = await kit.clone(mallory);
  await theirs.commit("Mine", { "x.txt": "x\n" });
  const push = await theirs.git("push", "origin", "HEAD:refs/heads/theirs");
  expect(push.code).not.toBe(0);
  expect(push.err).toContain("403");
});

it("a wrong token is refused, and a private repository does not exist for others", async () => {
  const ls = (url: string) => clone.git("-c", "credential.helper=", "ls-remote", url);
  await kit.control("POST", "/repos", { owner: "acme", name: "secret", private: true, files: { a: "a" } });
  const wrong = new URL(`${kit.forge.url}/acme/secret.git`);
  wrong.username = "carol";
  wrong.password = "ghp_wrong";
  expect((await ls(wrong.href)).err).toContain("Authentication failed");
  const secret = new URL(`${kit.forge.url}/acme/secret.git`);
  secret.username = "mallory";
  secret.password = mallory.token;
  expect((await ls(secret.href)).err).toContain("not found");
});

it("refs/pull cannot be pushed to", async () => {
  const push = await clone.git("push", "origin", "HEAD:refs/pull/1/head");
  expect(push.err).toContain("! [remote rejected] HEAD -> refs/pull/1/head (deny updating a hidden ref)");
});

it("the default branch cannot be deleted", async () => {
  expect((await clone.git("push", "origin", ":main")).err).toContain("refusing to delete the current branch");
});

it("a stale lease is refused, and an atomic push moves all refs or none", async () => {
  await clone.git("switch", "-q", "-c", "a", "origin/main");
  const first = await clone.commit("A", { "a.txt": "a\n" });
  await clone.git("push", "-q", "origin", "a", "a:b");
  await clone.git("commit", "-q", "--amend", "-m", "A again");
  const stale = await clone.git(
    "push",
    "--atomic",
    `--force-with-lease=refs/heads/a:${first}`,
    `--force-with-lease=refs/heads/b:${"1".repeat(40)}`,
    "origin",
    "a",
    "a:b",
  );
  expect(stale.code).not.toBe(0);
  expect(stale.err).toContain("stale info");
  const refs = await clone.git("ls-remote", "origin", "refs/heads/a", "refs/heads/b");
  expect(refs.out.split("\n").filter((line) => line.startsWith(first))).toHaveLength(2);
  const good = await clone.git(
    "push",
    "--atomic",
    `--force-with-lease=refs/heads/a:${first}`,
    `--force-with-lease=refs/heads/b:${first}`,
    "origin",
    "a",
    "a:b",
  );
  expect(good.code).toBe(0);
});

it("a large push, gzip-encoded by git, is understood", async () => {
  await clone.git("switch", "-q", "-c", "many", "origin/main");
  await clone.commit("Many", { "big.txt": Array.from({ length: 20_000 }, (_, line) => `line ${line}`).join("\n") });
  const refs = Array.from({ length: 60 }, (_, index) => `many:refs/heads/many/branch-with-a-long-name-${index}`);
  // `many` itself would stand in the way of `many/…`.
  expect((await clone.git("push", "-q", "origin", ...refs)).code).toBe(0);
  expect((await clone.git("ls-remote", "origin", "refs/heads/many/*")).out.trim().split("\n")).toHaveLength(60);
});

it("R1: only the bypassing app moves main by push; others hear which rules stand against it", async () => {
  const gate = await app("gate", { contents: "write", checks: "write", pull_requests: "write" });
  await alice.octokit.request("POST /repos/{owner}/{repo}/rulesets", {
    ...widget,
    name: "R1",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    bypass_actors: [{ actor_id: gate.id, actor_type: "Integration", bypass_mode: "always" }],
    rules: [
      { type: "update" },
      { type: "deletion" },
      { type: "non_fast_forward" },
      {
        type: "pull_request",
        parameters: {
          required_approving_review_count: 2,
          dismiss_stale_reviews_on_push: false,
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
    ],
  });
  const admin = await kit.clone(alice);
  await admin.commit("By hand", { "hand.txt": "x\n" });
  const push = await admin.git("push", "origin", "main");
  expect(push.err).toContain("! [remote rejected] main -> main (push declined due to repository rule violations)");
  expect(push.err).toContain("remote: error: GH013: Repository rule violations found for refs/heads/main.");
  expect(push.err).toContain("remote: - Cannot update this protected ref.");
  expect(push.err).toContain("remote: - Changes must be made through a pull request.");
  await gate.bot.commit("By the app", { "app.txt": "x\n" });
  expect((await gate.bot.git("push", "-q", "origin", "main")).err).toBe("");
  const rules = await alice.octokit.request("GET /repos/{owner}/{repo}/rules/branches/{branch}", {
    ...widget,
    branch: "main",
  });
  expect(rules.data.map((rule) => rule.type)).toEqual(["update", "deletion", "non_fast_forward", "pull_request"]);
});

it("R2: nobody moves main to a commit without the pinned check, and the same name from another app does not count", async () => {
  const gate = await kit.control("PATCH", "/apps/gate", {});
  await alice.octokit.request("POST /repos/{owner}/{repo}/rulesets", {
    ...widget,
    name: "R2",
    enforcement: "active",
    conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
    rules: [
      {
        type: "required_status_checks",
        parameters: {
          strict_required_status_checks_policy: false,
          required_status_checks: [{ context: "plustwo/gate", integration_id: gate.id }],
        },
      },
    ],
  });
  const tokens = await app("other", { contents: "write", checks: "write" });
  void tokens;
  const made = kit.forge.world.app("gate");
  const asApp = new Octokit({ baseUrl: kit.forge.api, auth: appJwt(made!), throttle: { enabled: false } });
  const { data } = await asApp.rest.apps.createInstallationAccessToken({ installation_id: made!.installations[0]!.id });
  const bot = await kit.clone({ login: "x-access-token", token: data.token });
  const sha = await bot.commit("Tested", { "tested.txt": "x\n" });
  await bot.git("push", "-q", "origin", "HEAD:refs/heads/gate/main/0");
  const push = () => bot.git("push", "origin", "HEAD:main");
  expect((await push()).err).toContain('Required status check "plustwo/gate" is expected.');
  await kit.control("POST", "/check-runs", {
    repo: "acme/widget",
    app: "other",
    sha,
    name: "plustwo/gate",
    conclusion: "success",
  });
  expect((await push()).code).not.toBe(0);
  await kit.control("POST", "/check-runs", {
    repo: "acme/widget",
    app: "gate",
    sha,
    name: "plustwo/gate",
    conclusion: "success",
  });
  expect((await push()).code).toBe(0);
});

it("with several refs, the refused one is named and the others move; atomic refuses all", async () => {
  await clone.git("fetch", "-q");
  await clone.git("switch", "-q", "-c", "mixed", "origin/main");
  await clone.commit("Mixed", { "mixed.txt": "x\n" });
  const atomic = await clone.git("push", "--atomic", "origin", "HEAD:main", "HEAD:fine");
  expect(atomic.err).toContain("HEAD -> fine (atomic push failure)");
  const mixed = await clone.git("push", "origin", "HEAD:main", "HEAD:fine");
  expect(mixed.code).not.toBe(0);
  expect(mixed.err).toContain("[new branch]      HEAD -> fine");
  expect(mixed.err).toContain("[remote rejected] HEAD -> main");
});

it("an app without `workflows` cannot bring workflow files in, and can carry those that are there", async () => {
  const { bot } = await app("tidy", { contents: "write" });
  await bot.git("switch", "-q", "-c", "ci");
  await bot.commit("CI", { ".github/workflows/ci.yml": "on: push\njobs: {}\n" });
  expect((await bot.git("push", "origin", "ci")).err).toContain(
    "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission",
  );
  await clone.git("switch", "-q", "-c", "with-ci", "origin/main");
  await clone.commit("CI", { ".github/workflows/ci.yml": "on: push\njobs: {}\n" });
  await clone.git("push", "-q", "origin", "with-ci");
  await bot.git("fetch", "-q");
  await bot.git("switch", "-q", "-c", "on-top", "origin/with-ci");
  await bot.commit("Code", { "code.txt": "x\n" });
  expect((await bot.git("push", "origin", "on-top")).err).toContain("without `workflows` permission"); // whoever wrote them
  expect((await bot.git("push", "origin", "on-top:with-ci")).code).toBe(0); // they stand there already
});

it("refs over REST obey the same rules", async () => {
  const { data: main } = await carol.octokit.rest.git.getRef({ ...widget, ref: "heads/main" });
  const { sha } = main.object;
  await carol.octokit.rest.git.createRef({ ...widget, ref: "refs/changes/01/1/1", sha });
  const { data: refs } = await carol.octokit.rest.git.listMatchingRefs({ ...widget, ref: "changes/" });
  expect(refs.map((ref) => ref.ref)).toEqual(["refs/changes/01/1/1"]);
  const before = await carol.octokit.rest.repos.getCommit({ ...widget, ref: "main" });
  const parent = before.data.parents[0]!.sha;
  const back = await refusal(
    carol.octokit.rest.git.updateRef({ ...widget, ref: "heads/main", sha: parent, force: true }),
  );
  expect(back).toMatchObject({ status: 422, message: expect.stringContaining("Cannot force-push to this branch") });
  const slow = await refusal(carol.octokit.rest.git.updateRef({ ...widget, ref: "heads/fine", sha: parent }));
  expect(slow).toEqual({ status: 422, message: "Update is not a fast forward" });
  await carol.octokit.rest.git.deleteRef({ ...widget, ref: "changes/01/1/1" });
  expect(await refusal(carol.octokit.rest.git.getRef({ ...widget, ref: "changes/01/1/1" }))).toEqual({
    status: 404,
    message: "Not Found",
  });
});

it("nothing was asked that the forge does not know", async () => {
  const { unknown, errors } = await kit.control("GET", "/requests");
  expect({ unknown, errors }).toEqual({ unknown: [], errors: [] });
});
