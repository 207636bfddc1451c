import { afterAll, beforeAll, expect, it } from "vitest";
import { Octokit } from "octokit";
import { appJwt, refusal, startKit, type Clone, type Kit, type Person } from "./kit.ts";

let kit: Kit;
let alice: Person;
let carol: Person;
let mallory: Person;
let clone: Clone;
let head: string;
const widget = { owner: "acme", repo: "widget" };
const pull = { ...widget, pull_number: 1 };

beforeAll(async () => {
  kit = await startKit();
  alice = await kit.person("alice", "write");
  carol = await kit.person("carol", "read");
  mallory = await kit.person("mallory");
  await carol.octokit.rest.repos.createFork({ ...widget });
  clone = await kit.clone(carol, "carol/widget");
  await clone.git("switch", "-q", "-c", "topic");
  head = await clone.commit("Topic", { "topic.txt": "x\n" });
  await clone.git("push", "-q", "origin", "topic");
  await carol.octokit.rest.pulls.create({ ...widget, title: "Topic", head: "carol:topic", base: "main" });
});
afterAll(() => kit.close());

it("a review is bound to the head it was given on, and stays there when the head moves", async () => {
  const { data } = await alice.octokit.rest.pulls.createReview({ ...pull, event: "APPROVE" });
  expect(data).toMatchObject({
    state: "APPROVED",
    commit_id: head,
    user: { login: "alice" },
    author_association: "COLLABORATOR",
  });
  const next = await clone.commit("More", { "more.txt": "x\n" });
  await clone.git("push", "-q", "origin", "topic");
  const { data: old } = await alice.octokit.rest.pulls.createReview({
    ...pull,
    event: "COMMENT",
    body: "on the old one",
    commit_id: head,
  });
  const { data: now } = await alice.octokit.rest.pulls.createReview({
    ...pull,
    event: "COMMENT",
    body: "on the new one",
  });
  expect([old.commit_id, now.commit_id]).toEqual([head, next]);
  const other = await refusal(
    alice.octokit.rest.pulls.createReview({ ...pull, event: "COMMENT", body: "x", commit_id: "1".repeat(40) }),
  );
  expect(other.status).toBe(422);
});

it("nobody judges their own pull request, and only an approval may be wordless", async () => {
  const own = (event: "APPROVE" | "REQUEST_CHANGES") =>
    refusal(carol.octokit.rest.pulls.createReview({ ...pull, event, body: "x" }));
  expect((await own("APPROVE")).message).toContain("Can not approve your own pull request");
  expect((await own("REQUEST_CHANGES")).message).toContain("Can not request changes on your own pull request");
  expect((await carol.octokit.rest.pulls.createReview({ ...pull, event: "COMMENT", body: "I say" })).data.state).toBe(
    "COMMENTED",
  );
  expect((await refusal(alice.octokit.rest.pulls.createReview({ ...pull, event: "COMMENT" }))).status).toBe(422);
});

it("a stranger's approval is kept, although it opens nothing", async () => {
  const { data } = await mallory.octokit.rest.pulls.createReview({ ...pull, event: "APPROVE" });
  expect(data).toMatchObject({ state: "APPROVED", author_association: "NONE" });
});

it("dismissing takes write access and leaves the review dismissed; editing tells by whom", async () => {
  const { data: review } = await alice.octokit.rest.pulls.createReview({
    ...pull,
    event: "REQUEST_CHANGES",
    body: "no",
  });
  const at = { ...pull, review_id: review.id };
  expect((await refusal(mallory.octokit.rest.pulls.dismissReview({ ...at, message: "yes" }))).status).toBe(403);
  expect((await alice.octokit.rest.pulls.updateReview({ ...at, body: "No!" })).data.body).toBe("No!");
  expect((await alice.octokit.rest.pulls.dismissReview({ ...at, message: "done" })).data.state).toBe("DISMISSED");
  const { data: comment } = await alice.octokit.rest.pulls.createReview({ ...pull, event: "COMMENT", body: "c" });
  expect(
    (await refusal(alice.octokit.rest.pulls.dismissReview({ ...pull, review_id: comment.id, message: "x" }))).message,
  ).toContain("Can not dismiss a commented");
});

it("comments and tag labels", async () => {
  const issue = { ...widget, issue_number: 1 };
  const { data: comment } = await mallory.octokit.rest.issues.createComment({ ...issue, body: "hello" });
  expect(
    (await refusal(carol.octokit.rest.issues.updateComment({ ...widget, comment_id: comment.id, body: "no" }))).status,
  ).toBe(403);
  await alice.octokit.rest.issues.updateComment({ ...widget, comment_id: comment.id, body: "moderated" });
  const { data: all } = await carol.octokit.rest.issues.listComments(issue);
  expect(all.map((one) => [one.user?.login, one.body])).toEqual([["mallory", "moderated"]]);
  await alice.octokit.rest.issues.addLabels({ ...issue, labels: ["topic:parser"] });
  expect((await refusal(mallory.octokit.rest.issues.addLabels({ ...issue, labels: ["x"] }))).status).toBe(403);
  await alice.octokit.rest.issues.removeLabel({ ...issue, name: "topic:parser" });
  expect((await carol.octokit.rest.issues.listLabelsOnIssue(issue)).data).toEqual([]);
  await alice.octokit.rest.issues.deleteComment({ ...widget, comment_id: comment.id });
});

it("a JWT opens an app's installations, an installation token its repositories, and no more than its permissions", async () => {
  const made = await kit.control("POST", "/apps", {
    slug: "reader",
    permissions: { checks: "write", contents: "read" },
    repositories: ["acme/widget"],
  });
  const asApp = (jwt: string) =>
    new Octokit({ baseUrl: kit.forge.api, auth: jwt, throttle: { enabled: false }, retry: { enabled: false } });
  const app = asApp(appJwt(made));
  expect((await app.rest.apps.getAuthenticated()).data).toMatchObject({
    slug: "reader",
    permissions: { checks: "write" },
  });
  expect((await app.rest.apps.getRepoInstallation(widget)).data.id).toBe(made.installationId);
  const { data: token } = await app.rest.apps.createInstallationAccessToken({ installation_id: made.installationId });
  expect(token.token).toMatch(/^ghs_/);
  const bot = kit.octokit(token.token);
  expect(
    (await bot.rest.apps.listReposAccessibleToInstallation()).data.repositories.map((repo) => repo.full_name),
  ).toEqual(["acme/widget"]);
  expect(await refusal(bot.rest.issues.createComment({ ...widget, issue_number: 1, body: "x" }))).toEqual({
    status: 403,
    message: "Resource not accessible by integration",
  });
  expect(await refusal(bot.rest.users.getAuthenticated())).toEqual({
    status: 403,
    message: "Resource not accessible by integration",
  });
  expect(await refusal(asApp(appJwt(made, { life: 3600 })).rest.apps.getAuthenticated())).toMatchObject({
    status: 401,
  });
  const other = await kit.control("POST", "/apps", { slug: "forger", permissions: {}, repositories: ["acme/widget"] });
  expect(
    await refusal(asApp(appJwt({ id: made.id, privateKey: other.privateKey })).rest.apps.getAuthenticated()),
  ).toMatchObject({ status: 401 });
});

it("check runs belong to the app that made them; the newest of a name is the latest", async () => {
  const made = kit.forge.world.app("reader")!;
  const token = async (slug: string) => {
    const app = kit.forge.world.app(slug)!;
    const asApp = new Octokit({ baseUrl: kit.forge.api, auth: appJwt(app), throttle: { enabled: false } });
    return (await asApp.rest.apps.createInstallationAccessToken({ installation_id: app.installations[0]!.id })).data
      .token;
  };
  const bot = kit.octokit(await token("reader"));
  const { data: run } = await bot.rest.checks.create({
    ...widget,
    name: "plustwo",
    head_sha: head,
    external_id: "1/2",
    status: "in_progress",
  });
  expect(run).toMatchObject({
    app: { id: made.id, slug: "reader" },
    external_id: "1/2",
    status: "in_progress",
    conclusion: null,
  });
  await bot.rest.checks.update({
    ...widget,
    check_run_id: run.id,
    conclusion: "neutral",
    output: { title: "t", summary: "s" },
  });
  await bot.rest.checks.create({
    ...widget,
    name: "plustwo",
    head_sha: head,
    conclusion: "success",
    status: "completed",
  });
  const latest = await carol.octokit.rest.checks.listForRef({ ...widget, ref: head });
  expect(latest.data.check_runs.map((one) => one.conclusion)).toEqual(["success"]);
  const all = await carol.octokit.rest.checks.listForRef({ ...widget, ref: head, filter: "all" });
  expect(all.data.total_count).toBe(2);
  await kit.control("PATCH", "/apps/forger", { permissions: { checks: "write" } });
  const forger = kit.octokit(await token("forger"));
  expect(
    await refusal(forger.rest.checks.update({ ...widget, check_run_id: run.id, conclusion: "success" })),
  ).toMatchObject({ status: 403 });
  expect(await refusal(alice.octokit.rest.checks.create({ ...widget, name: "x", head_sha: head }))).toMatchObject({
    status: 403,
  });
});

it("statuses combine", async () => {
  await alice.octokit.rest.repos.createCommitStatus({ ...widget, sha: head, state: "success", context: "ci/a" });
  await alice.octokit.rest.repos.createCommitStatus({ ...widget, sha: head, state: "pending", context: "ci/b" });
  const { data } = await carol.octokit.rest.repos.getCombinedStatusForRef({ ...widget, ref: head });
  expect(data).toMatchObject({ state: "pending", total_count: 2 });
});

it("lists are paged, unchanged answers are 304, and every answer names its request and its limits", async () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${kit.forge.api}${path}`, { headers: { authorization: `Bearer ${carol.token}`, ...headers } });
  const first = await get("/repos/acme/widget/pulls/1/reviews?per_page=2");
  expect(await first.json()).toHaveLength(2);
  expect(first.headers.get("link")).toContain(
    `<${kit.forge.api}/repos/acme/widget/pulls/1/reviews?per_page=2&page=2>; rel="next"`,
  );
  expect(first.headers.get("x-github-request-id")).toBeTruthy();
  expect(first.headers.get("x-ratelimit-limit")).toBe("5000");
  const again = await get("/repos/acme/widget/pulls/1/reviews?per_page=2", {
    "if-none-match": first.headers.get("etag")!,
  });
  expect(again.status).toBe(304);
});

it("bad credentials are 401, unknown paths 404, and both say where to read on", async () => {
  const get = async (path: string, token: string) => {
    const answer = await fetch(`${kit.forge.api}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: await answer.json() };
  };
  expect(await get("/user", "nonsense")).toMatchObject({
    status: 401,
    body: { message: "Bad credentials", documentation_url: expect.any(String) },
  });
  expect(await get("/no/such/thing", carol.token)).toMatchObject({ status: 404, body: { message: "Not Found" } });
  const { unknown } = await kit.control("GET", "/requests");
  expect(unknown).toMatchObject([{ unknown: "no route for GET /api/v3/no/such/thing" }]);
});

it("files, commits and comparisons are read from git", async () => {
  const { data: file } = await carol.octokit.rest.repos.getContent({ ...widget, path: "README.md" });
  expect(Buffer.from((file as { content: string }).content, "base64").toString()).toBe("# Widget\n");
  const raw = await carol.octokit.rest.repos.getContent({
    ...widget,
    path: "README.md",
    ref: "main",
    mediaType: { format: "raw" },
  });
  expect(raw.data).toBe("# Widget\n");
  expect(await refusal(carol.octokit.rest.repos.getContent({ ...widget, path: "nope" }))).toMatchObject({
    status: 404,
  });
  const { data: diff } = await carol.octokit.rest.repos.compareCommitsWithBasehead({
    ...widget,
    basehead: `main...${head}`,
  });
  expect(diff).toMatchObject({
    status: "ahead",
    ahead_by: 1,
    behind_by: 0,
    files: [{ filename: "topic.txt", status: "added", additions: 1 }],
  });
  const { data: files } = await carol.octokit.rest.pulls.listFiles(pull);
  expect(files.map((one) => `${one.status} ${one.filename} +${one.additions}`)).toEqual([
    "added more.txt +1",
    "added topic.txt +1",
  ]);
});

it("commits and merges can be made without a clone", async () => {
  const { data: main } = await alice.octokit.rest.repos.getBranch({ ...widget, branch: "main" });
  const { data: tree } = await alice.octokit.rest.git.getTree({ ...widget, tree_sha: "main", recursive: "1" });
  expect(tree.tree.map((entry) => entry.path)).toEqual(["README.md"]);
  const { data: commit } = await alice.octokit.rest.git.createCommit({
    ...widget,
    message: "By API",
    tree: main.commit.commit.tree.sha,
    parents: [main.commit.sha],
  });
  await alice.octokit.rest.git.createRef({ ...widget, ref: "refs/heads/by-api", sha: commit.sha });
  await alice.octokit.rest.git.createRef({ ...widget, ref: "refs/heads/copy", sha: main.commit.sha });
  const { data: merge } = await alice.octokit.rest.repos.merge({ ...widget, base: "copy", head: "by-api" });
  expect(merge.parents.map((parent) => parent.sha)).toEqual([main.commit.sha, commit.sha]);
  expect((await alice.octokit.rest.repos.merge({ ...widget, base: "copy", head: "by-api" })).status).toBe(204);
});

it("teams give rights and are listed", async () => {
  const bob = await kit.person("bob");
  await kit.control("POST", "/teams", {
    org: "acme",
    slug: "core",
    members: ["alice", "bob"],
    repo: "acme/widget",
    permission: "maintain",
  });
  const { data } = await alice.octokit.rest.repos.getCollaboratorPermissionLevel({ ...widget, username: "bob" });
  expect(data).toMatchObject({ permission: "write", role_name: "maintain" });
  const { data: members } = await bob.octokit.rest.teams.listMembersInOrg({ org: "acme", team_slug: "core" });
  expect(members.map((member) => member.login)).toEqual(["alice", "bob"]);
  await kit.control("DELETE", "/teams/acme/core/members/bob");
  expect(
    (await alice.octokit.rest.repos.getCollaboratorPermissionLevel({ ...widget, username: "bob" })).data.permission,
  ).toBe("read");
});

it("a fault loses the request before its effect, or its answer after it", async () => {
  const issue = { ...widget, issue_number: 1 };
  const count = async () => (await carol.octokit.rest.issues.listComments(issue)).data.length;
  const before = await count();
  await kit.control("POST", "/faults", { status: 502, match: "POST /api/v3/repos/acme/widget/issues", when: "before" });
  expect(await refusal(carol.octokit.rest.issues.createComment({ ...issue, body: "lost" }))).toMatchObject({
    status: 502,
  });
  expect(await count()).toBe(before);
  await kit.control("POST", "/faults", { status: 500, match: "POST /api/v3/repos/acme/widget/issues", when: "after" });
  expect(await refusal(carol.octokit.rest.issues.createComment({ ...issue, body: "done" }))).toMatchObject({
    status: 500,
  });
  expect(await count()).toBe(before + 1);
  await carol.octokit.rest.issues.createComment({ ...issue, body: "fine" });
});

it("the world and its picture can be read at any time", async () => {
  await kit.control("POST", "/settled");
  const world = await kit.control("GET", "/world");
  expect(world.repos[0]).toMatchObject({ full_name: "acme/widget", pulls: [{ number: 1, state: "open" }] });
  expect(await kit.control("GET", "/picture")).toContain("acme/widget");
});

it("a commit by control may delete a file", async () => {
  const commit = (files: Record<string, string | null>) =>
    kit.control("POST", "/repos/acme/widget/commits", { login: "alice", branch: "files", files });
  await commit({ "gone.txt": "x\n", "kept.txt": "x\n" });
  await commit({ "gone.txt": null });
  const { data } = await alice.octokit.rest.git.getTree({ ...widget, tree_sha: "files" });
  const paths = data.tree.map(({ path }) => path);
  expect(paths).toContain("kept.txt");
  expect(paths).not.toContain("gone.txt");
});
