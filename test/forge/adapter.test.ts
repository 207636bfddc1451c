import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LocalForge, startForge } from "../../local-forge/server.ts";
import { type Wish } from "../../src/core/change/wishes.ts";
import { type BranchName, jobName, type Sha } from "../../src/core/ids.ts";
import type { Answer, ForgeProblem, RepositoryRef } from "../../src/forge/forge.ts";
import { createGitHubForge, type GitHubForge } from "../../src/forge/github/github-forge.ts";
import { describeForgeProblem } from "../../src/forge/problem.ts";
import { instant } from "../../src/core/time.ts";
import { composeTag, nameOfTag } from "../../src/git/tag.ts";

const WORKFLOW = `on:
  push: { branches: ["gate/**"] }
  pull_request:
jobs:
  style: { runs-on: x, steps: [{ run: "true" }] }
  unit: { runs-on: x, steps: [{ name: Run the tests, run: "echo 'lexer.test.ts:41 expected 3, got 2' && false" }] }
`;

let local: LocalForge;
let number = 0;
const tokens = new Map<string, string>();
let app: { id: number; slug: string; privateKey: string };

async function call<T>(base: string, token: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

const control = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  call<T>(local.control, local.adminToken, method, path, body);

interface Project {
  readonly ref: RepositoryRef;
  readonly main: Sha;
  /** A branch with one commit on main (or on `from`), and its sha. */
  commits(login: string, branch: string, files: Record<string, string>): Promise<Sha>;
  opens(login: string, head: string, more?: Record<string, unknown>): Promise<number>;
}

/** A repository of its own for each test, in which alice is a core, carol a contributor and mallory nobody. */
async function project(files: Record<string, string> = {}): Promise<Project> {
  number += 1;
  const ref = { owner: "acme", name: `rocket${number}` };
  const full = `${ref.owner}/${ref.name}`;
  const made = await control<{ head: Sha }>("POST", "/repos", { ...ref, files: { "README.md": "hello\n", ...files } });
  await control("POST", "/teams", {
    org: "acme",
    slug: "core",
    members: ["alice", "bob"],
    repo: full,
    permission: "write",
  });
  await control("POST", `/repos/${full}/collaborators`, { login: "carol", permission: "write" });
  await control("PATCH", `/apps/${app.slug}`, { repositories: [full] });
  return {
    ref,
    main: made.head,
    async commits(login, branch, added) {
      const body = { login, branch, files: added, message: `Change ${branch}` };
      return (await control<{ sha: Sha }>("POST", `/repos/${full}/commits`, body)).sha;
    },
    async opens(login, head, more = {}) {
      const body = { head, base: "main", title: `Open ${head}`, body: "why", ...more };
      const opened = await call<{ number: number }>(
        local.api,
        tokens.get(login) ?? "",
        "POST",
        `/repos/${full}/pulls`,
        body,
      );
      return opened.number;
    },
  };
}

function as(who: string, more: { token?: string; baseUrl?: string } = {}): GitHubForge {
  const auth = { token: more.token ?? tokens.get(who) ?? "" };
  return createGitHubForge({ baseUrl: more.baseUrl ?? local.api, auth, userAgent: "plustwo-test" });
}

function asApp(): GitHubForge {
  const auth = { app: { appId: app.id, privateKey: app.privateKey } };
  return createGitHubForge({ baseUrl: local.api, auth, userAgent: "plustwo-test" });
}

async function got<T>(answer: Answer<T>): Promise<T> {
  const result = await answer;
  if (!result.ok) throw new Error(describeForgeProblem(result.problem).message);
  return result.value;
}

async function problem(answer: Answer<unknown>): Promise<ForgeProblem> {
  const result = await answer;
  if (result.ok) throw new Error(`answered ${JSON.stringify(result.value)}`);
  return result.problem;
}

const branch = (name: string): BranchName => name as BranchName;

beforeAll(async () => {
  local = await startForge();
  for (const login of ["alice", "bob", "carol", "mallory"]) {
    const { token } = await control<{ token: string }>("POST", "/users", { login, email: `${login}@example.com` });
    tokens.set(login, token);
  }
  await control("POST", "/repos", { owner: "acme", name: "first", files: { a: "a" } });
  app = await control("POST", "/apps", {
    slug: "plustwo",
    repositories: ["acme/first"],
    events: [],
    permissions: {
      metadata: "read",
      contents: "write",
      pull_requests: "write",
      checks: "write",
      actions: "write",
      workflows: "write",
      statuses: "read",
      members: "read",
    },
  });
});

beforeEach(async () => {
  await control("DELETE", "/faults");
});

afterAll(async () => {
  const { unknown, errors } = await control<{ unknown: unknown[]; errors: unknown[] }>("GET", "/requests");
  await local.close();
  expect({ unknown, errors }).toEqual({ unknown: [], errors: [] });
});

describe("repositories", () => {
  it("are those of the App's installations, and for a person those of the person", async () => {
    const { ref } = await project();
    expect(await got(asApp().repositories())).toContainEqual(ref);
    expect(await got(as("carol").repositories())).toContainEqual(ref);
  });

  it("tell the caller's permission and who the caller is", async () => {
    const { ref } = await project();
    expect(await got(as("carol").repository(ref))).toMatchObject({
      ref,
      defaultBranch: "main",
      permission: "write",
      viewer: { login: "carol", type: "User" },
    });
    expect(await got(as("mallory").repository(ref))).toMatchObject({ permission: "read" });
    expect(await got(asApp().repository(ref))).toMatchObject({
      permission: "write",
      viewer: { login: "plustwo[bot]", type: "Bot" },
    });
  });

  it("give the text of a file, nothing for a missing one, and a problem for a missing branch", async () => {
    const { ref, main } = await project({ ".github/plustwo.yml": "version: 1\n# ünï\n" });
    const forge = asApp();
    expect(await got(forge.file(ref, main, ".github/plustwo.yml"))).toBe("version: 1\n# ünï\n");
    expect(await got(forge.file(ref, branch("main"), "no/such file.txt"))).toBeUndefined();
    expect(await problem(forge.file(ref, branch("nowhere"), "README.md"))).toMatchObject({ kind: "not-found" });
    expect(await problem(forge.file(ref, main, ".github"))).toMatchObject({ kind: "unreadable" });
  });

  it("finds people, teams and tag labels by name, and puts wishes on a pull request once they are ids", async () => {
    const { ref, commits, opens } = await project();
    const forge = as("carol");
    const world = local.world;
    const labels = world.repository(ref.owner, ref.name)?.labels;
    labels?.push({ id: world.id(), name: "Bug", color: "ededed", description: null });
    const names = { people: ["Alice", "acme/core", "nobody", "acme/nothing", "nowhere/x"], labels: ["bug", "nope"] };
    const found = await got(forge.lookUp(ref, names));
    expect(found).toMatchObject({
      people: { Alice: { name: "alice", kind: "user" }, "acme/core": { name: "acme/core", kind: "team" } },
      labels: { bug: { name: "Bug" } },
    });
    expect([Object.keys(found.people), Object.keys(found.labels)]).toEqual([["Alice", "acme/core"], ["bug"]]);
    await commits("carol", "wished", { "a.txt": "1\n" });
    const number = await opens("carol", "wished");
    const read = async () => (await got(forge.readStack(ref, [branch("wished")], { wishes: true }))).changes["wished"]!;
    const { nodeId, requested, labels: none } = await read();
    expect([requested, none]).toEqual([[], []]);
    const wishes: Wish[] = [
      { kind: "ask", reviewers: Object.values(found.people) },
      { kind: "label", labels: Object.values(found.labels) },
      { kind: "draft" },
    ];
    const writes = wishes.map((wish) => ({ kind: "wish" as const, number, nodeId, wish }));
    expect(await got(forge.writeStack(ref, { writes }))).toMatchObject(
      wishes.map(() => ({ ok: true, value: { number } })),
    );
    const after = await read();
    expect(after).toMatchObject({ draft: true, labels: [found.labels["bug"]?.id] });
    expect([...(after.requested ?? [])].sort()).toEqual(
      Object.values(found.people)
        .map(({ id }) => id)
        .sort(),
    );
    expect((await got(forge.readStack(ref, [branch("wished")]))).changes["wished"]).not.toHaveProperty("requested");
  });

  it("give the members of a team, and a problem for a team that cannot be read", async () => {
    await project();
    const members = await got(asApp().members(["acme/core"]));
    expect(members["acme/core"]?.map(({ login }) => login).sort()).toEqual(["alice", "bob"]);
    expect(members["acme/core"]?.every(({ id }) => Number.isInteger(id))).toBe(true);
    expect(await problem(asApp().members(["acme/nobody"]))).toMatchObject({ kind: "not-found" });
    expect(await problem(asApp().members(["acme"]))).toMatchObject({ kind: "refused" });
  });
});

describe("a stack", () => {
  it.each([
    [1, 1, 1],
    [5, 1, 1],
    [20, 2, 4],
  ])("of %i changes costs %i requests to read and %i to write", async (size, reads, writes) => {
    const { ref, commits } = await project();
    const heads = Array.from({ length: size }, (_, index) => branch(`review/main/I${index}`));
    for (const head of heads) await commits("carol", head, { [`${head}.txt`]: head });
    const forge = as("carol");
    const before = await got(forge.readStack(ref, heads));
    expect(before.changes).toEqual({});
    expect(forge.requests).toBe(reads);
    const creates = heads.map(
      (head) => ({ kind: "create", head, base: branch("main"), title: head, body: "b", draft: false }) as const,
    );
    const outcomes = await got(forge.writeStack(ref, { writes: creates }));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(size);
    expect(forge.requests).toBe(reads + writes);
    const { changes, repository } = await got(forge.readStack(ref, heads));
    expect(Object.keys(changes)).toEqual(heads);
    expect(repository).toMatchObject({ permission: "write", viewer: { login: "carol" }, defaultBranch: "main" });
  });

  it("shows nothing of a stranger's fork that has a branch of the same name", async () => {
    const { ref } = await project();
    const head = branch("review/main/I1");
    const { full_name: fork } = await call<{ full_name: string }>(
      local.api,
      tokens.get("mallory")!,
      "POST",
      `/repos/acme/${ref.name}/forks`,
    );
    await control("POST", `/repos/${fork}/commits`, { login: "mallory", branch: head, files: { evil: "x" } });
    const body = { head: `mallory:${head}`, base: "main", title: "mine" };
    await call(local.api, tokens.get("mallory")!, "POST", `/repos/acme/${ref.name}/pulls`, body);
    const forge = as("carol");
    expect((await got(forge.readStack(ref, [head]))).changes).toEqual({});
    expect(await got(forge.statuses(ref, [head]))).toEqual([]);
    expect((await got(as("mallory").readStack(ref, [head]))).changes[head]).toMatchObject({ title: "mine" });
    // It is told apart, since somebody may build on it.
    expect((await got(forge.readStack(ref, [head]))).others[head]).toMatchObject({ title: "mine" });
    expect((await got(as("mallory").readStack(ref, [head]))).others).toEqual({});
  });

  it("tells one's own fork and nobody else's, makes one, and opens a pull request from it", async () => {
    const { ref } = await project();
    expect(await got(as("mallory").readStack(ref, []))).not.toHaveProperty("fork");
    const fork = await got(as("mallory").fork(ref));
    expect(fork.owner).toBe("mallory");
    expect(await got(as("mallory").fork(ref))).toEqual(fork);
    expect(await got(as("mallory").readStack(ref, []))).toMatchObject({ fork });
    expect(await got(as("carol").readStack(ref, []))).not.toHaveProperty("fork");
    expect(await got(asApp().readStack(ref, []))).not.toHaveProperty("fork");
    const head = branch("review/main/I2");
    const name = `${fork.owner}/${fork.name}`;
    await control("POST", `/repos/${name}/commits`, { login: "mallory", branch: head, files: { good: "x" } });
    const write = { kind: "create", head, base: branch("main"), title: "From a fork", body: "", draft: false } as const;
    const [made] = await got(as("mallory").writeStack(ref, { writes: [{ ...write, fork: name }] }));
    expect(made).toMatchObject({ ok: true });
    const { changes } = await got(as("mallory").readStack(ref, [head]));
    expect(changes[head]).toMatchObject({ title: "From a fork", headRepository: name });
  });

  it("asks for the repository's facts even without a head", async () => {
    const { ref } = await project();
    expect(await got(as("carol").readStack(ref, []))).toMatchObject({ changes: {}, repository: { ref } });
  });

  it("tells each write's own outcome, and goes on after one that is refused", async () => {
    const { ref, commits } = await project();
    for (const name of ["one", "two", "three"]) await commits("carol", name, { [name]: name });
    const forge = as("carol");
    const create = (head: string) =>
      ({ kind: "create", head: branch(head), base: branch("main"), title: head, body: "", draft: true }) as const;
    const outcomes = await got(
      forge.writeStack(ref, { writes: [create("one"), create("one"), create("nowhere"), create("two")] }),
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, true]);
    expect(outcomes[1]).toMatchObject({ problem: { kind: "refused", tried: "create the pull request for one" } });
    const { changes } = await got(forge.readStack(ref, [branch("one")]));
    expect(changes["one"]).toMatchObject({ draft: true, state: "open", base: "main" });
  });

  it("updates title, body and base of a pull request", async () => {
    const { ref, commits, opens } = await project();
    await commits("carol", "lower", { a: "a" });
    await commits("carol", "upper", { a: "a", b: "b" });
    await opens("carol", "upper");
    const forge = as("carol");
    const change = (await got(forge.readStack(ref, [branch("upper")]))).changes["upper"]!;
    const update = {
      kind: "update",
      number: change.number,
      nodeId: change.nodeId,
      title: "New",
      body: "new body",
      base: branch("lower"),
    } as const;
    expect(await got(forge.writeStack(ref, { writes: [update] }))).toMatchObject([
      { ok: true, value: { number: change.number } },
    ]);
    expect((await got(forge.readStack(ref, [branch("upper")]))).changes["upper"]).toMatchObject({
      title: "New",
      body: "new body",
      base: "lower",
    });
  });

  it("shows the open pull request of a branch, else how the newest ended", async () => {
    const { ref, commits, opens } = await project();
    await commits("carol", "again", { a: "a" });
    const first = await opens("carol", "again");
    await call(local.api, tokens.get("carol")!, "PATCH", `/repos/acme/${ref.name}/pulls/${first}`, { state: "closed" });
    const forge = as("carol");
    expect((await got(forge.readStack(ref, [branch("again")]))).changes["again"]).toMatchObject({
      number: first,
      state: "closed",
    });
    const second = await opens("carol", "again");
    expect((await got(forge.readStack(ref, [branch("again")]))).changes["again"]).toMatchObject({
      number: second,
      state: "open",
    });
  });

  it("refuses writes of somebody who may not write", async () => {
    const { ref, commits } = await project();
    await commits("carol", "one", { a: "a" });
    const write = {
      kind: "create",
      head: branch("one"),
      base: branch("main"),
      title: "x",
      body: "",
      draft: false,
    } as const;
    const [outcome] = await got(as("mallory").writeStack(ref, { writes: [write] }));
    expect(outcome?.ok === false && ["forbidden", "refused", "not-found"]).toContain(
      outcome?.ok === false && outcome.problem.kind,
    );
  });
});

describe("a change", () => {
  it("is listed while it is open, newest first", async () => {
    const { ref, commits, opens } = await project();
    await commits("carol", "one", { a: "a" });
    await commits("carol", "two", { b: "b" });
    const one = await opens("carol", "one");
    const two = await opens("carol", "two", { draft: true });
    const changes = await got(asApp().openChanges(ref));
    expect(changes.map((change) => change.number)).toEqual([two, one]);
    expect(changes[0]).toMatchObject({
      draft: true,
      author: { login: "carol" },
      headBranch: "two",
      headRepository: `acme/${ref.name}`,
      base: "main",
      state: "open",
    });
  });

  it("is read with its reviews, the commit each was given on, and what was edited or dismissed", async () => {
    const { ref, commits, opens } = await project();
    const head = await commits("carol", "one", { a: "a" });
    const change = await opens("carol", "one");
    await got(as("alice").review(ref, change, { sha: head, event: "APPROVE", body: "Code-Review: +2" }));
    await got(as("bob").review(ref, change, { sha: head, event: "REQUEST_CHANGES", body: "Code-Review: -2" }));
    const reviews = await call<{ id: number }[]>(
      local.api,
      tokens.get("alice")!,
      "GET",
      `/repos/acme/${ref.name}/pulls/${change}/reviews`,
    );
    await call(
      local.api,
      tokens.get("bob")!,
      "PUT",
      `/repos/acme/${ref.name}/pulls/${change}/reviews/${reviews[1]?.id}`,
      { body: "edited" },
    );
    const next = await commits("carol", "one", { a: "b" });
    const read = await got(asApp().readChange(ref, change));
    expect(read).toMatchObject({ number: change, head: next, body: "why", state: "open", unresolvedThreads: 0 });
    expect(read.reviews).toMatchObject([
      { id: String(reviews[0]?.id), by: { login: "alice" }, state: "approved", sha: head, body: "Code-Review: +2" },
      { id: String(reviews[1]?.id), by: { login: "bob" }, state: "changes-requested", sha: head, body: "edited" },
    ]);
    expect(read.reviews[0]?.editedAt).toBeUndefined();
    expect(read.reviews[1]?.editedAt).toBeTypeOf("number");
    await call(
      local.api,
      tokens.get("alice")!,
      "PUT",
      `/repos/acme/${ref.name}/pulls/${change}/reviews/${reviews[1]?.id}/dismissals`,
      { message: "no" },
    );
    expect((await got(asApp().readChange(ref, change))).reviews[1]).toMatchObject({ state: "dismissed" });
  });

  it("is read with every push and its pusher, and the people its commits are by", async () => {
    const { ref, main, commits, opens } = await project();
    const first = await commits("carol", "one", { a: "a" });
    const second = await commits("alice", "one", { a: "b" });
    const change = await opens("carol", "one");
    const read = await got(asApp().readChange(ref, change));
    expect(read.pushes.map(({ by, before, after }) => [by?.login, before, after])).toEqual([
      ["carol", undefined, first],
      ["alice", first, second],
    ]);
    expect(main).not.toBe(first);
    expect(
      Object.values(read.people)
        .map(({ login }) => login)
        .sort(),
    ).toEqual(["alice", "carol"]);
    expect(Object.keys(read.people).every((email) => email.includes("@"))).toBe(true);
  });

  it("is read to the end of its reviews, however many there are", async () => {
    const { ref, commits, opens } = await project();
    const head = await commits("carol", "one", { a: "a" });
    const change = await opens("carol", "one");
    const alice = as("alice");
    for (let index = 0; index < 130; index += 1) {
      await got(alice.review(ref, change, { sha: head, event: "COMMENT", body: `Code-Review: -${(index % 2) + 1}` }));
    }
    const forge = asApp();
    expect((await got(forge.readChange(ref, change))).reviews).toHaveLength(130);
  });

  it("that is not there is not found", async () => {
    const { ref } = await project();
    expect(await problem(asApp().readChange(ref, 999))).toMatchObject({ kind: "not-found" });
    expect(await problem(asApp().readChange({ owner: "acme", name: "nowhere" }, 1))).toMatchObject({
      kind: "forbidden",
      found: "the App is not installed on acme/nowhere",
    });
  });

  it("gets a review on a commit, and a refusal for its own author's approval", async () => {
    const { ref, commits, opens } = await project();
    const head = await commits("carol", "one", { a: "a" });
    const change = await opens("carol", "one");
    expect((await got(as("alice").review(ref, change, { sha: head, event: "APPROVE", body: "" }))).url).toContain(
      `/pull/${change}`,
    );
    expect(await problem(as("carol").review(ref, change, { sha: head, event: "APPROVE", body: "" }))).toMatchObject({
      kind: "refused",
    });
  });

  it("is based on another branch, and refused a base that is not there", async () => {
    const { ref, commits, opens } = await project();
    await commits("carol", "lower", { a: "a" });
    await commits("carol", "upper", { b: "b" });
    const change = await opens("carol", "upper", { base: "lower" });
    const forge = asApp();
    await got(forge.retarget(ref, change, branch("main")));
    expect(await got(forge.readChange(ref, change))).toMatchObject({ base: "main" });
    expect(await problem(forge.retarget(ref, change, branch("nowhere")))).toMatchObject({ kind: "refused" });
  });

  it("carries one comment a slot, edited in place, whatever others write", async () => {
    const { ref, commits, opens } = await project();
    await commits("carol", "one", { a: "a" });
    const change = await opens("carol", "one");
    const comments = () =>
      call<{ body: string; user: { login: string } }[]>(
        local.api,
        tokens.get("carol")!,
        "GET",
        `/repos/acme/${ref.name}/issues/${change}/comments`,
      );
    await call(local.api, tokens.get("mallory")!, "POST", `/repos/acme/${ref.name}/issues/${change}/comments`, {
      body: "<!-- plustwo:gate -->\nall is well",
    });
    await got(asApp().comment(ref, change, "gate", "first"));
    // Another process knows nothing of the first and finds it by marker and author.
    await got(asApp().comment(ref, change, "gate", "second"));
    await got(asApp().comment(ref, change, "other", "third"));
    expect((await comments()).map(({ user, body }) => [user.login, body])).toEqual([
      ["mallory", "<!-- plustwo:gate -->\nall is well"],
      ["plustwo[bot]", "<!-- plustwo:gate -->\nsecond"],
      ["plustwo[bot]", "<!-- plustwo:other -->\nthird"],
    ]);
  });
});

describe("checks", () => {
  it("are Actions' jobs with workflow, event and branch, other apps' check runs, and statuses", async () => {
    const { ref, commits, opens } = await project({ ".github/workflows/ci.yml": WORKFLOW });
    const head = await commits("carol", "gate/main/1", { a: "a" });
    await local.settled();
    await opens("carol", "gate/main/1");
    await local.settled();
    await control("POST", "/check-runs", {
      repo: `acme/${ref.name}`,
      app: "lint-bot",
      sha: head,
      name: "lint",
      conclusion: "success",
    });
    await control("POST", "/check-runs", {
      repo: `acme/${ref.name}`,
      app: "github-actions",
      sha: head,
      name: "unit",
      conclusion: "success",
    });
    const status = { context: "ext/build", description: "fine" };
    await call(local.api, tokens.get("carol")!, "POST", `/repos/acme/${ref.name}/statuses/${head}`, {
      ...status,
      state: "pending",
    });
    await call(local.api, tokens.get("carol")!, "POST", `/repos/acme/${ref.name}/statuses/${head}`, {
      ...status,
      state: "success",
    });
    const checks = await got(asApp().readChecks(ref, [head]));
    const seen = checks.map(({ kind, name, event, conclusion, workflow, headBranch, attempt }) =>
      [kind, name, event, headBranch, workflow, conclusion, attempt].filter((part) => part !== undefined).join(" "),
    );
    const ci = ".github/workflows/ci.yml";
    expect(seen.sort()).toEqual([
      "check-run lint success 1",
      `job style pull_request gate/main/1 ${ci} success 1`,
      `job style push gate/main/1 ${ci} success 1`,
      `job unit pull_request gate/main/1 ${ci} failure 1`,
      `job unit push gate/main/1 ${ci} failure 1`,
      "status ext/build success 1",
    ]);
    expect(checks.find(({ kind }) => kind === "status")?.creator?.login).toBe("carol");
    expect(checks.every(({ sha }) => sha === head)).toBe(true);
    expect(checks.find(({ name, kind }) => kind === "job" && name === "unit")?.summary).toContain(
      "lexer.test.ts:41 expected 3, got 2",
    );
  });

  it("show the newest attempt after a rerun, and no rerun of a job nobody has", async () => {
    const { ref, commits } = await project({ ".github/workflows/ci.yml": WORKFLOW });
    const head = await commits("carol", "gate/main/1", { a: "a" });
    await local.settled();
    const forge = asApp();
    await control("POST", "/jobs", { repo: `acme/${ref.name}`, job: "unit", mode: "pass" });
    await got(forge.rerun(ref, head, [jobName("unit")]));
    await local.settled();
    const checks = await got(forge.readChecks(ref, [head]));
    expect(checks.filter(({ name }) => name === "unit")).toMatchObject([{ conclusion: "success", attempt: 2 }]);
    expect(await problem(forge.rerun(ref, head, [jobName("nothing")]))).toMatchObject({
      kind: "refused",
      found: "no run on this commit has such a job",
    });
  });

  it("of our own are written once for a head and an id, and edited in place by every process", async () => {
    const { ref, commits } = await project();
    const head = await commits("carol", "one", { a: "a" });
    const check = { name: "plustwo", head, externalId: "1/1", title: "Waiting", summary: "s" } as const;
    await got(asApp().publishCheck(ref, { ...check, verdict: "pending" }));
    await control("POST", "/check-runs", {
      repo: `acme/${ref.name}`,
      app: "imitator",
      sha: head,
      name: "plustwo",
      conclusion: "success",
    });
    const forge = asApp();
    await got(forge.publishCheck(ref, { ...check, verdict: "success", title: "Ready", text: "x".repeat(100_000) }));
    await got(forge.publishCheck(ref, { ...check, verdict: "pending", title: "Waiting again" }));
    await got(forge.publishCheck(ref, { ...check, externalId: "2/1", verdict: "neutral" }));
    const { check_runs } = await call<{ check_runs: Record<string, unknown>[] }>(
      local.api,
      tokens.get("carol")!,
      "GET",
      `/repos/acme/${ref.name}/commits/${head}/check-runs?filter=all&app_id=${app.id}`,
    );
    const seen = check_runs.map((run) => [
      run["external_id"],
      run["status"],
      run["conclusion"],
      (run["output"] as { title: string }).title,
    ]);
    expect(seen.sort()).toEqual([
      ["1/1", "in_progress", null, "Waiting again"],
      ["2/1", "completed", "neutral", "Waiting"],
    ]);
  });

  it("are not written by a person", async () => {
    const { ref, main } = await project();
    const check = {
      name: "plustwo",
      head: main,
      externalId: "1/1",
      verdict: "success",
      title: "t",
      summary: "s",
    } as const;
    expect(await problem(as("alice").publishCheck(ref, check))).toMatchObject({ kind: "forbidden" });
  });

  it("stand beside the open changes in one request, with the service's verdict", async () => {
    const { ref, commits, opens } = await project({ ".github/workflows/ci.yml": WORKFLOW });
    const id = `I${"a".repeat(40)}`;
    const head = await commits("carol", "one", { a: "a" });
    const change = await opens("carol", "one", { body: `Add it\n\nChange-Id: ${id}` });
    await local.settled();
    await got(
      asApp().publishCheck(ref, {
        name: "plustwo",
        head,
        externalId: `${change}/1`,
        verdict: "pending",
        title: "Waiting: 2 approvals",
        summary: "s",
        text: "machine",
      }),
    );
    const forge = as("carol");
    const [status] = await got(forge.statuses(ref));
    expect(forge.requests).toBe(1);
    expect(status).toMatchObject({
      number: change,
      changeId: id,
      verdict: {
        name: "plustwo",
        verdict: "pending",
        title: "Waiting: 2 approvals",
        text: "machine",
        app: { id: app.id, slug: "plustwo" },
      },
    });
    expect(
      status?.checks
        .filter(({ kind }) => kind === "job")
        .map(({ name, conclusion, workflow, event }) => ({ name, conclusion, workflow, event })),
    ).toEqual(
      expect.arrayContaining([
        { name: "style", conclusion: "success", workflow: ".github/workflows/ci.yml", event: "pull_request" },
      ]),
    );
    expect(
      (await got(as("carol").statuses(ref, [branch("one"), branch("nowhere")]))).map(({ number }) => number),
    ).toEqual([change]);
  });
});

describe("what goes wrong", () => {
  const ref = { owner: "acme", name: "first" };

  it("is told for no token, a wrong one, and one without rights", async () => {
    expect(await problem(as("x", { token: "" }).readStack(ref, []))).toMatchObject({ kind: "no-token" });
    const wrong = await problem(as("x", { token: "ghp_0123456789abcdefghij" }).readStack(ref, []));
    expect(wrong).toMatchObject({ kind: "bad-token" });
    expect(JSON.stringify(wrong)).not.toContain("ghp_");
    const { main } = await project();
    const check = { name: "x", head: main, externalId: "1/1", verdict: "success", title: "t", summary: "s" } as const;
    expect(describeForgeProblem(await problem(as("alice").publishCheck(ref, check))).exit).toBe(41);
  });

  it("is told for a key that is none, without a word of the key", async () => {
    const auth = {
      app: { appId: app.id, privateKey: "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----" },
    };
    const told = await problem(createGitHubForge({ baseUrl: local.api, auth, userAgent: "t" }).openChanges(ref));
    expect(told).toMatchObject({ kind: "bad-token" });
    expect(JSON.stringify(told)).not.toContain("c2VjcmV0");
  });

  it("a forge that is down is unreachable, exit 40", async () => {
    const told = await problem(as("carol", { baseUrl: "http://127.0.0.1:1/api/v3" }).readStack(ref, []));
    expect(told).toMatchObject({ kind: "unreachable" });
    expect(describeForgeProblem(told).exit).toBe(40);
  });

  it("one 502 on a read is not noticed, two are a server error, and a write is not repeated", async () => {
    const forge = as("carol");
    await control("POST", "/faults", { status: 502, times: 1 });
    await got(forge.openChanges(ref));
    expect(forge.requests).toBe(2);
    await control("POST", "/faults", { status: 503, times: 2 });
    expect(await problem(as("carol").openChanges(ref))).toMatchObject({ kind: "server-error", status: 503 });
    const writer = as("carol");
    await control("POST", "/faults", { status: 502, times: 1 });
    expect(await problem(writer.retarget(ref, 1, branch("main")))).toMatchObject({ kind: "server-error", status: 502 });
    expect(writer.requests).toBe(1);
  });

  it("waits as long as it is asked to for up to a minute, and says when to come back for longer", async () => {
    await control("POST", "/faults", { status: 429, times: 1, headers: { "retry-after": "0" } });
    await got(as("carol").openChanges(ref));
    await control("POST", "/faults", {
      status: 403,
      times: 1,
      headers: { "retry-after": "3600" },
      message: "You have exceeded a secondary rate limit",
    });
    const told = await problem(as("carol").openChanges(ref));
    expect(told).toMatchObject({ kind: "rate-limited" });
    expect(told.kind === "rate-limited" && told.retryAt).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it("an App fetches its token once for many questions, and a new one when it is withdrawn", async () => {
    const forge = asApp();
    await got(forge.openChanges(ref));
    const asked = forge.requests;
    await got(forge.openChanges(ref));
    expect(forge.requests).toBe(asked + 1);
    for (const [token, { actor }] of local.world.tokens)
      if (actor.kind === "installation") local.world.tokens.delete(token);
    await got(forge.openChanges(ref));
  });
});

describe("a release", () => {
  it("makes an annotated tag, a branch and a release once each, and moves none of them", async () => {
    const { ref, main, commits } = await project();
    const forge = asApp();
    const later = await commits("alice", "later", { "later.txt": "1" });
    expect(await got(forge.tag(ref, "1.0.0"))).toBeUndefined();
    expect(await got(forge.release(ref, "1.0.0"))).toBeUndefined();
    await got(forge.createTag(ref, { name: "1.0.0", commit: main, message: "rocket 1.0.0\n\nmeta:version: 1.0.0\n" }));
    expect(await got(forge.tag(ref, "1.0.0"))).toEqual({ commit: main, annotated: true });
    const again = await problem(forge.createTag(ref, { name: "1.0.0", commit: later, message: "again" }));
    expect(again).toMatchObject({ kind: "refused", found: expect.stringContaining("already exists") as string });
    expect(await got(forge.tag(ref, "1.0.0"))).toEqual({ commit: main, annotated: true });

    expect(await got(forge.branch(ref, branch("stable/1.0")))).toBeUndefined();
    await got(forge.createBranch(ref, branch("stable/1.0"), main));
    expect(await got(forge.branch(ref, branch("stable/1.0")))).toBe(main);
    expect(await problem(forge.createBranch(ref, branch("stable/1.0"), later))).toMatchObject({ kind: "refused" });
    expect(await got(forge.contains(ref, branch("stable/1.0"), main))).toBe(true);
    expect(await got(forge.contains(ref, branch("stable/1.0"), later))).toBe(false);
    expect(await got(forge.contains(ref, branch("later"), main))).toBe(true);
    expect(await got(forge.contains(ref, branch("main"), "0".repeat(40) as Sha))).toBe(false);

    const release = { tag: "1.0.0", commit: main, title: "rocket 1.0.0", body: "Notes", prerelease: false };
    const page = await got(forge.createRelease(ref, release));
    expect(await got(forge.release(ref, "1.0.0"))).toBe(page);
    expect(await problem(forge.createRelease(ref, release))).toMatchObject({ kind: "refused" });
  });

  it("makes a tag that came out as it was composed, and no ref of any other", async () => {
    const { ref, main } = await project();
    const forge = asApp();
    const tagger = {
      name: "plustwo[bot]",
      email: "7+plustwo[bot]@users.noreply.github.com",
      at: instant(1_790_000_000_000),
    };
    const tag = { name: "1.0.0", commit: main, message: "rocket 1.0.0\n\nsigned\n" };
    const other = nameOfTag(composeTag({ ...tag, message: "other\n", tagger: { ...tagger, zone: "+0000" } }));
    const refused = await problem(forge.createTag(ref, { ...tag, exactly: { tagger, names: [other] } }));
    expect(refused).toMatchObject({ kind: "refused", found: expect.stringContaining("not what was signed") as string });
    expect(await got(forge.tag(ref, "1.0.0"))).toBeUndefined();
    const names = [nameOfTag(composeTag({ ...tag, tagger: { ...tagger, zone: "+0000" } }))];
    await got(forge.createTag(ref, { ...tag, exactly: { tagger, names } }));
    expect(await got(forge.tag(ref, "1.0.0"))).toEqual({ commit: main, annotated: true });
  });

  it("a lightweight tag is told from an annotated one, and without the right to write nothing is made", async () => {
    const { ref, main } = await project();
    await got(as("alice").createBranch(ref, branch("x"), main));
    await call(local.api, tokens.get("alice") ?? "", "POST", `/repos/${ref.owner}/${ref.name}/git/refs`, {
      ref: "refs/tags/light",
      sha: main,
    });
    expect(await got(asApp().tag(ref, "light"))).toEqual({ commit: main, annotated: false });
    const tag = { name: "2.0.0", commit: main, message: "mine" };
    expect((await problem(as("mallory").createTag(ref, tag))).kind).toMatch(/forbidden|not-found/);
    expect(await got(asApp().tag(ref, "2.0.0"))).toBeUndefined();
  });
});
