import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startRunner } from "../../local-forge/actions/runner.ts";
import { conform } from "../../local-forge/webhook-payloads/validate.ts";
import { startWebhooks, type Webhooks } from "../../local-forge/webhooks.ts";
import { type App, type CheckRun, type Installation, type IssueComment, type Review } from "../../local-forge/world.ts";
import { startKit } from "./kit.ts";
import { type SmallWorld, smallWorld } from "./small-world.ts";

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly raw: string;
  readonly body: Record<string, unknown>;
}

const EVERYTHING =
  "push create delete pull_request pull_request_review issue_comment check_run check_suite workflow_run workflow_job status membership";
const SECRET = "a long webhook secret";
let small: SmallWorld;
let hooks: Webhooks;
let server: Server;
let received: Received[];
let answer: number;
let app: App;
let installation: Installation;

beforeEach(async () => {
  small = await smallWorld();
  received = [];
  answer = 200;
  server = createServer((request, response) => {
    let raw = "";
    request.on("data", (chunk: Buffer) => (raw += chunk.toString("utf8")));
    request.on("end", () => {
      received.push({ headers: request.headers, raw, body: JSON.parse(raw) as Record<string, unknown> });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const { world, repo } = small;
  const bot = world.createAccount({ kind: "Bot", login: "plustwo[bot]" });
  app = {
    id: world.id(),
    slug: "plustwo",
    name: "plustwo",
    owner: repo.owner,
    bot,
    permissions: { checks: "write", contents: "write", metadata: "read", workflows: "write" },
    events: EVERYTHING.split(" "),
    webhookUrl: `http://127.0.0.1:${port}/hook`,
    webhookSecret: SECRET,
    privateKey: "",
    publicKey: "",
    installations: [],
    createdAt: world.now(),
  };
  installation = { id: world.id(), app, account: repo.owner, repositories: new Set([repo.id]), createdAt: world.now() };
  app.installations.push(installation);
  world.apps.set(app.id, app);
  hooks = startWebhooks(world, { flaky: 0, seed: 7 });
});
afterEach(async () => {
  await hooks.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await small.close();
});

const names = (): string[] =>
  received.map(({ headers, body }) =>
    [headers["x-github-event"], body["action"]].filter((part) => part !== undefined).join("."),
  );

describe("webhooks", () => {
  it("sign each body, name the event, the delivery and the hook, and carry the installation", async () => {
    await small.push("main", { "a.txt": "a" });
    await hooks.settled();
    expect(names()).toEqual(["create", "push"]);
    const push = received[1];
    const signature = createHmac("sha256", SECRET)
      .update(push?.raw ?? "")
      .digest("hex");
    expect(push?.headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
    expect(push?.headers["user-agent"]).toMatch(/^GitHub-Hookshot\//);
    expect(push?.headers["x-github-delivery"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(push?.body["installation"]).toMatchObject({ id: installation.id });
    expect(push?.body["commits"]).toMatchObject([{ added: ["a.txt"], modified: [], removed: [] }]);
    expect(hooks.faults).toEqual([]);
  });

  it("fit GitHub's published schema for everything that happens to a pull request, its reviews, comments and checks", async () => {
    const { world, repo, carol } = small;
    await small.push("main", {
      "a.txt": "a",
      ".github/workflows/ci.yml": "on: [push, pull_request]\njobs:\n  unit: { steps: [{ run: 'false' }] }\n",
    });
    const runner = startRunner(world);
    const commit = await small.push("topic", { "b.txt": "b" }, { parent: repo.refs.get("refs/heads/main") ?? "" });
    const pull = small.openPull("topic", "main", "Add b");
    await runner.settled();
    await runner.close();
    const label = { id: world.id(), name: "wip", color: "ededed", description: null };
    const team = {
      id: world.id(),
      org: repo.owner,
      slug: "cores",
      name: "cores",
      members: [carol],
      repositories: new Map(),
    };
    const on = { kind: "pull-request", repo, pull, sender: carol } as const;
    world.emit({ ...on, action: "synchronize", before: commit.sha, after: commit.sha });
    world.emit({
      ...on,
      action: "edited",
      changes: { title: "Old", body: null, base: { ref: "dev", sha: commit.sha } },
    });
    world.emit({ ...on, action: "labeled", label });
    world.emit({ ...on, action: "review_requested", reviewer: carol });
    world.emit({ ...on, action: "review_requested", reviewer: team });
    world.emit({ ...on, action: "ready_for_review" });
    const review: Review = {
      id: world.id(),
      pull,
      author: carol,
      state: "APPROVED",
      body: "Code-Review: +2",
      commit: commit.sha,
      submittedAt: world.now(),
      editedAt: null,
      editor: null,
    };
    world.emit({ kind: "review", action: "submitted", repo, pull, review, sender: carol });
    world.emit({ kind: "review", action: "edited", repo, pull, review, sender: carol, previousBody: "x" });
    review.state = "DISMISSED";
    world.emit({ kind: "review", action: "dismissed", repo, pull, review, sender: carol });
    const comment: IssueComment = {
      id: world.id(),
      pull,
      author: app.bot,
      app,
      body: "recheck",
      createdAt: world.now(),
      updatedAt: world.now(),
      editor: null,
    };
    world.emit({ kind: "issue-comment", action: "created", repo, pull, comment, sender: carol });
    world.emit({ kind: "issue-comment", action: "edited", repo, pull, comment, sender: carol, previousBody: "x" });
    world.emit({ kind: "issue-comment", action: "deleted", repo, pull, comment, sender: carol });
    const [suite] = repo.checkSuites;
    const checkRun = repo.checkRuns[0] as CheckRun;
    if (suite === undefined) throw new Error("the runner made no suite");
    const own = { ...suite, app };
    world.emit({
      kind: "check-run",
      action: "rerequested",
      repo,
      checkRun: { ...checkRun, suite: own },
      sender: carol,
    });
    world.emit({
      kind: "check-run",
      action: "requested_action",
      repo,
      checkRun: { ...checkRun, suite: own },
      sender: carol,
      requestedAction: "hold",
    });
    world.emit({ kind: "check-suite", action: "requested", repo, suite: own, sender: carol });
    world.emit({
      kind: "check-suite",
      action: "completed",
      repo,
      suite: { ...suite, conclusion: "skipped" },
      sender: carol,
    });
    const status = {
      id: world.id(),
      repository: repo,
      sha: commit.sha,
      state: "success",
      context: "ext",
      description: null,
      targetUrl: null,
      creator: carol,
      app: null,
      createdAt: world.now(),
    } as const;
    world.emit({ kind: "status", repo, status, commit, sender: carol });
    world.emit({ kind: "installation", action: "created", installation, repositories: [repo], sender: carol });
    world.emit({ kind: "installation", action: "deleted", installation, repositories: [repo], sender: carol });
    world.emit({ kind: "membership", action: "added", team, member: carol, sender: carol });
    world.emit({ kind: "membership", action: "removed", team, member: carol, sender: carol });
    pull.state = "closed";
    pull.closedAt = world.now();
    pull.merged = { at: world.now(), by: carol, commit: commit.sha };
    world.emit({ ...on, action: "closed" });
    pull.state = "open";
    pull.closedAt = null;
    pull.merged = null;
    world.emit({ ...on, action: "reopened" });
    pull.draft = true;
    world.emit({ ...on, action: "converted_to_draft" });
    world.emit({
      kind: "push",
      repo,
      ref: "refs/heads/topic",
      before: commit.sha,
      after: "0".repeat(40),
      created: false,
      deleted: true,
      forced: false,
      pusher: carol,
      commits: [],
      headCommit: null,
    });
    hooks.ping(app);
    await hooks.settled();
    expect(hooks.faults).toEqual([]);
    expect([...new Set(names())].sort()).toMatchInlineSnapshot(`
      [
        "check_run.completed",
        "check_run.created",
        "check_run.requested_action",
        "check_run.rerequested",
        "check_suite.completed",
        "check_suite.requested",
        "create",
        "delete",
        "installation.created",
        "installation.deleted",
        "issue_comment.created",
        "issue_comment.deleted",
        "issue_comment.edited",
        "membership.added",
        "membership.removed",
        "ping",
        "pull_request.closed",
        "pull_request.converted_to_draft",
        "pull_request.edited",
        "pull_request.labeled",
        "pull_request.opened",
        "pull_request.ready_for_review",
        "pull_request.reopened",
        "pull_request.review_requested",
        "pull_request.synchronize",
        "pull_request_review.dismissed",
        "pull_request_review.edited",
        "pull_request_review.submitted",
        "push",
        "status",
        "workflow_job.completed",
        "workflow_job.in_progress",
        "workflow_job.queued",
        "workflow_run.completed",
        "workflow_run.in_progress",
        "workflow_run.requested",
      ]
    `);
  });

  it("say nothing about refs that are neither branches nor tags, and nothing to an app that did not ask", async () => {
    const { world, repo, carol } = small;
    const commit = await small.push("main", { "a.txt": "a" });
    await hooks.settled();
    received.length = 0;
    app.events = ["status"];
    world.emit({
      kind: "push",
      repo,
      ref: "refs/heads/main",
      before: commit.sha,
      after: commit.sha,
      created: false,
      deleted: false,
      forced: false,
      pusher: carol,
      commits: [],
      headCommit: commit,
    });
    app.events = ["push", "create"];
    world.emit({
      kind: "push",
      repo,
      ref: "refs/changes/01/1/1",
      before: "0".repeat(40),
      after: commit.sha,
      created: true,
      deleted: false,
      forced: false,
      pusher: carol,
      commits: [commit],
      headCommit: commit,
    });
    installation.repositories.clear();
    await small.push("main", { "b.txt": "b" });
    await hooks.settled();
    expect(names()).toEqual([]);
  });

  it("show the state of the moment of the event, whatever happened before they were sent", async () => {
    hooks.control({ pause: true });
    await small.push("main", { "a.txt": "a" });
    await small.push("topic", { "b.txt": "b" });
    const pull = small.openPull("topic", "main", "First title");
    pull.title = "Second title";
    await hooks.settled();
    expect(received).toEqual([]);
    hooks.control({ resume: true });
    await hooks.settled();
    expect(names()).toEqual(["create", "push", "create", "push", "pull_request.opened"]);
    expect(received.at(-1)?.body["pull_request"]).toMatchObject({ title: "First title", head: { ref: "topic" } });
  });

  it("are not repeated when the receiver fails, but can be delivered again under the same id", async () => {
    answer = 500;
    await small.push("main", { "a.txt": "a" });
    await hooks.settled();
    expect(hooks.deliveries.map((one) => `${one.event} ${one.outcome}`)).toEqual(["create 500", "push 500"]);
    answer = 202;
    const [, push] = hooks.deliveries;
    hooks.redeliver(push?.id ?? "");
    await hooks.settled();
    expect(hooks.deliveries.map((one) => `${one.event} ${one.outcome}`)).toEqual(["create 500", "push 202"]);
    expect(received.map((one) => one.headers["x-github-delivery"]).filter((id) => id === push?.id)).toHaveLength(2);
    expect(() => hooks.redeliver("none")).toThrow("this forge keeps no such delivery");
  });

  it("get lost, doubled and overtaken when told to, by the seed alone", async () => {
    hooks.control({ drop: 1 });
    await small.push("main", { "a.txt": "a" });
    await hooks.settled();
    expect(names()).toEqual([]);
    expect(hooks.deliveries.map((one) => one.outcome)).toEqual(["dropped", "dropped"]);
    hooks.control({ drop: 0, double: 1 });
    await small.push("main", { "b.txt": "b" });
    await hooks.settled();
    expect(names()).toEqual(["push", "push"]);
    expect(received[0]?.headers["x-github-delivery"]).toBe(received[1]?.headers["x-github-delivery"]);
    received.length = 0;
    hooks.control({ double: 0, reorder: 1 });
    await small.push("side", { "c.txt": "c" });
    await hooks.settled();
    expect(names()).toEqual(["push", "create"]);
  });

  it("that do not fit the schema are named with the path to what is wrong", () => {
    expect(conform("push", { ref: 1 }).problem).toMatch(
      /^The webhook "push\$event" does not fit GitHub's schema: .*before/,
    );
    expect(conform("nonsense", {}).problem).toBe('The webhook schema has no event "nonsense$event"');
  });

  it("tell a whole story in order through the front door: push, pull request, jobs, review, comment, check, merge", async () => {
    const kit = await startKit({ flaky: 0 });
    try {
      const { port } = server.address() as AddressInfo;
      const hook = await kit.control("POST", "/apps", {
        slug: "listener",
        repositories: ["acme/widget"],
        permissions: { checks: "write", pull_requests: "write", contents: "write", actions: "read", members: "read" },
        events: EVERYTHING.split(" "),
        webhookUrl: `http://127.0.0.1:${port}/hook`,
      });
      const [carol, alice] = [await kit.person("carol", "write"), await kit.person("alice", "admin")];
      const clone = await kit.clone(carol);
      await clone.git("checkout", "-q", "-b", "topic");
      const sha = await clone.commit("Add CI", {
        ".github/workflows/ci.yml": "on: pull_request\njobs:\n  unit: { steps: [{ run: 'true' }] }\n",
      });
      await clone.git("push", "-q", "origin", "topic");
      const where = { owner: "acme", repo: "widget" };
      await carol.octokit.rest.pulls.create({ ...where, head: "topic", base: "main", title: "Add CI" });
      await kit.forge.settled();
      await alice.octokit.rest.pulls.createReview({
        ...where,
        pull_number: 1,
        commit_id: sha,
        event: "APPROVE",
        body: "Code-Review: +2",
      });
      await alice.octokit.rest.issues.createComment({ ...where, issue_number: 1, body: "recheck" });
      await kit.control("POST", "/check-runs", {
        repo: "acme/widget",
        app: "listener",
        sha,
        name: "listener",
        conclusion: "success",
      });
      await alice.octokit.rest.repos.createCommitStatus({ ...where, sha, state: "success", context: "ext" });
      await alice.octokit.rest.pulls.update({ ...where, pull_number: 1, title: "Add the CI" });
      await clone.git("push", "-q", "origin", "topic:main");
      await kit.forge.settled();
      expect(kit.forge.services.webhooks.faults).toEqual([]);
      expect(names()).toMatchInlineSnapshot(`
        [
          "installation.created",
          "create",
          "push",
          "pull_request.opened",
          "workflow_run.requested",
          "check_run.created",
          "workflow_job.queued",
          "workflow_job.in_progress",
          "workflow_run.in_progress",
          "check_run.completed",
          "workflow_job.completed",
          "workflow_run.completed",
          "check_suite.completed",
          "pull_request_review.submitted",
          "issue_comment.created",
          "check_run.created",
          "check_run.completed",
          "check_suite.completed",
          "status",
          "pull_request.edited",
          "push",
          "pull_request.closed",
        ]
      `);
      expect(received[0]?.body["installation"]).toMatchObject({ id: hook.installationId });
      expect(received.at(-1)?.body["pull_request"]).toMatchObject({ merged: true, state: "closed" });
    } finally {
      await kit.close();
    }
  });
});
