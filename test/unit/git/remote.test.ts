import { createServer, type Server } from "node:http";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseRefName, parseSha, type RefName, type Sha } from "../../../src/core/ids.ts";
import type { Result } from "../../../src/core/result.ts";
import type { Trust } from "../../../src/git/environment.ts";
import { initBareMirror, openRepository, type Repository } from "../../../src/git/repository.ts";
import { parseRefPattern, parseRemoteAddress, type RefPattern, type RemoteAddress } from "../../../src/git/slots.ts";
import { inTemporaryFolder, temporaryFolder, testEnvironment, type Sandbox } from "./sandbox.ts";

const ref = (name: string): RefName => parseRefName(name) as RefName;
const pattern = (text: string): RefPattern => parseRefPattern(text) as RefPattern;
const address = (text: string): RemoteAddress => parseRemoteAddress(text) as RemoteAddress;

function value<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

interface Pair {
  readonly box: Sandbox;
  readonly repository: Repository;
  readonly server: Repository;
  readonly dir: string;
  readonly to: RemoteAddress;
  hook(name: string, script: string): void;
}

async function pair(): Promise<Pair> {
  const box = inTemporaryFolder();
  const dir = path.join(temporaryFolder(), "server.git");
  const server = value(await initBareMirror(dir, { env: testEnvironment, protocols: ["file"] }));
  return {
    box,
    repository: openRepository(box.dir, { env: testEnvironment }),
    server,
    dir,
    to: address(dir),
    hook(name, script) {
      mkdirSync(path.join(dir, "hooks"), { recursive: true });
      writeFileSync(path.join(dir, "hooks", name), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(dir, "hooks", name), 0o755);
    },
  };
}

async function refsOf(server: Repository): Promise<Record<string, Sha>> {
  return Object.fromEntries(value(await server.refs()).map(({ name, sha }) => [name, sha]));
}

describe("a push", () => {
  it("creates, moves, leaves and deletes refs in one process", async () => {
    const { box, repository, server, to } = await pair();
    const one = box.commit("One");
    const two = box.commit("Two");
    value(
      await repository.push(to, [
        { ref: ref("refs/heads/a"), from: undefined, to: one },
        { ref: ref("refs/heads/b"), from: undefined, to: one },
        { ref: ref("refs/heads/c"), from: undefined, to: one },
      ]),
    );
    const before = repository.processes();
    const pushed = value(
      await repository.push(to, [
        { ref: ref("refs/heads/a"), from: one, to: two },
        { ref: ref("refs/heads/b"), from: one, to: one },
        { ref: ref("refs/heads/c"), from: one, to: undefined },
        { ref: ref("refs/changes/1/1/1"), from: undefined, to: two },
      ]),
    );
    expect(repository.processes() - before).toBe(1);
    const outcomes = Object.fromEntries(pushed.refs.map((one) => [one.ref, one.outcome]));
    expect(outcomes).toEqual({
      "refs/heads/a": "moved",
      "refs/heads/b": "unchanged",
      "refs/heads/c": "deleted",
      "refs/changes/1/1/1": "created",
    });
    expect(await refsOf(server)).toEqual({ "refs/heads/a": two, "refs/heads/b": one, "refs/changes/1/1/1": two });
  });

  it("of many refs changes none when one is not where it was expected", async () => {
    const { box, repository, server, to } = await pair();
    const one = box.commit("One");
    const two = box.commit("Two");
    const moves = Array.from({ length: 20 }, (_, index) => ({
      ref: ref(`refs/heads/r${index}`),
      from: undefined,
      to: one,
    }));
    value(await repository.push(to, moves));
    const stale = moves.map((move, index) => ({ ...move, from: index === 7 ? two : one, to: two }));
    const refused = await repository.push(to, stale);
    expect(refused).toMatchObject({ ok: false, problem: { kind: "stale", refs: [{ ref: "refs/heads/r7" }] } });
    expect(new Set(Object.values(await refsOf(server)))).toEqual(new Set([one]));
  });

  it("does not create what exists, nor move what is gone", async () => {
    const { box, repository, to } = await pair();
    const one = box.commit("One");
    const two = box.commit("Two");
    value(await repository.push(to, [{ ref: ref("refs/heads/a"), from: undefined, to: one }]));
    expect(await repository.push(to, [{ ref: ref("refs/heads/a"), from: undefined, to: two }])).toMatchObject({
      problem: { kind: "stale" },
    });
    expect(await repository.push(to, [{ ref: ref("refs/heads/b"), from: one, to: two }])).toMatchObject({
      problem: { kind: "stale" },
    });
    expect(await repository.push(to, [{ ref: ref("refs/heads/a"), from: two, to: undefined }])).toMatchObject({
      problem: { kind: "stale" },
    });
  });

  it("repeated after it went through is unchanged, not stale", async () => {
    const { box, repository, to } = await pair();
    const one = box.commit("One");
    const moves = [{ ref: ref("refs/heads/a"), from: undefined, to: one }];
    value(await repository.push(to, moves));
    expect(value(await repository.push(to, moves)).refs).toEqual([{ ref: "refs/heads/a", outcome: "unchanged" }]);
  });

  it("with a lease may go backwards, and with `descend` may not", async () => {
    const { box, repository, server, to } = await pair();
    const one = box.commit("One");
    const two = box.commit("Two");
    value(await repository.push(to, [{ ref: ref("refs/heads/a"), from: undefined, to: two }]));
    const back = { ref: ref("refs/heads/a"), from: two, to: one };
    expect(await repository.push(to, [{ ...back, descend: true }])).toEqual({
      ok: false,
      problem: { kind: "not-descending", ref: "refs/heads/a", from: two, to: one },
    });
    expect(await refsOf(server)).toEqual({ "refs/heads/a": two });
    expect(value(await repository.push(to, [back])).refs).toEqual([{ ref: "refs/heads/a", outcome: "moved" }]);
  });

  it("refused by a rule of the server says which ref and what the server said", async () => {
    const { box, repository, server, to, dir, hook } = await pair();
    const one = box.commit("One");
    hook("pre-receive", 'echo "GH013: Repository rule violations found"; exit 1');
    // The service's own settings switch hooks off; the server is asked as a server would be.
    writeFileSync(path.join(dir, "config"), "[core]\n\tbare = true\n\trepositoryformatversion = 0\n");
    const refused = await repository.push(to, [{ ref: ref("refs/heads/a"), from: undefined, to: one }]);
    expect(refused).toMatchObject({
      ok: false,
      problem: {
        kind: "rejected",
        refs: [{ ref: "refs/heads/a" }],
        remote: ["GH013: Repository rule violations found"],
      },
    });
    expect(await refsOf(server)).toEqual({});
  });

  it("refused for one ref names that one and not those it took along", async () => {
    const { box, repository, to, hook } = await pair();
    const one = box.commit("One");
    hook("update", 'case $1 in refs/heads/b) echo "b is frozen"; exit 1 ;; esac');
    const refused = await repository.push(to, [
      { ref: ref("refs/heads/a"), from: undefined, to: one },
      { ref: ref("refs/heads/b"), from: undefined, to: one },
    ]);
    expect(refused).toMatchObject({
      problem: { kind: "rejected", refs: [{ ref: "refs/heads/b" }], remote: expect.arrayContaining(["b is frozen"]) },
    });
  });

  it("does not bring tags or submodules along, whatever the user's settings", async () => {
    const { box, repository, server, to } = await pair();
    const one = box.commit("One");
    box.git("tag", "-a", "-m", "v1", "v1");
    box.git("config", "push.followTags", "true");
    box.git("config", "push.default", "matching");
    value(await repository.push(to, [{ ref: ref("refs/heads/a"), from: undefined, to: one }]));
    expect(await refsOf(server)).toEqual({ "refs/heads/a": one });
  });

  it("runs the user's pre-push hook unless told to skip it", async () => {
    const { box, repository, to } = await pair();
    const one = box.commit("One");
    const hook = path.join(box.dir, ".git", "hooks", "pre-push");
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, "#!/bin/sh\necho no >&2\nexit 1\n");
    chmodSync(hook, 0o755);
    const move = { ref: ref("refs/heads/a"), from: undefined, to: one };
    expect(await repository.push(to, [move])).toMatchObject({ ok: false, problem: { kind: "failed" } });
    expect(await repository.push(to, [move], { hooks: "skip" })).toMatchObject({ ok: true });
  });

  it("of a commit that is not here sends nothing", async () => {
    const { box, repository, to } = await pair();
    box.commit("One");
    const lost = parseSha("0123456789012345678901234567890123456789") as Sha;
    expect(await repository.push(to, [{ ref: ref("refs/heads/a"), from: undefined, to: lost }])).toMatchObject({
      ok: false,
    });
  });
});

describe("a fetch", () => {
  it("without a place to put refs brings objects and changes nothing else", async () => {
    const { box, server, dir, to, repository } = await pair();
    const one = box.commit("One");
    const two = box.commit("Two");
    value(await repository.push(to, [{ ref: ref("refs/heads/main"), from: undefined, to: two }]));
    const other = inTemporaryFolder();
    const reader = openRepository(other.dir, { env: testEnvironment });
    value(await reader.fetch(address(dir), [{ from: ref("refs/heads/main") }]));
    expect(value(await reader.isAncestor(one, two))).toBe(true);
    expect(value(await reader.refs())).toEqual([]);
    expect(existsSync(path.join(other.dir, ".git", "FETCH_HEAD"))).toBe(false);
    expect(value(await server.commits({ from: two })).length).toBe(2);
  });

  it("keeps a mirror equal to its source, also where refs moved back or went away", async () => {
    const box = inTemporaryFolder();
    box.commit("One");
    box.commit("Two");
    box.git("branch", "gone");
    const mirror = value(
      await initBareMirror(path.join(temporaryFolder(), "m.git"), { env: testEnvironment, protocols: ["file"] }),
    );
    const specs = [{ from: pattern("refs/heads/*"), to: pattern("refs/heads/*"), force: true }];
    value(await mirror.fetch(address(box.dir), specs, { prune: true }));
    box.git("reset", "-q", "--hard", "HEAD~1");
    box.git("branch", "-q", "-D", "gone");
    value(await mirror.fetch(address(box.dir), specs, { prune: true }));
    expect(await refsOf(mirror)).toEqual({ "refs/heads/main": box.head() });
    expect(value(await mirror.discover()).topLevel).toBeUndefined();
    expect(await mirror.writeCommitGraph()).toEqual({ ok: true, value: undefined });
  });

  it("of a ref that is not there says so", async () => {
    const { box, repository, to } = await pair();
    box.commit("One");
    expect(await repository.fetch(to, [{ from: ref("refs/heads/nothing") }])).toMatchObject({
      problem: { kind: "missing-object" },
    });
  });

  it("list and fetch of one commit by its SHA", async () => {
    const { box, repository, server, to } = await pair();
    const one = box.commit("One");
    value(await repository.push(to, [{ ref: ref("refs/changes/2/2/1"), from: undefined, to: one }]));
    expect(value(await repository.listRemote(to, pattern("refs/changes/*")))).toEqual([
      { name: "refs/changes/2/2/1", sha: one },
    ]);
    expect(value(await repository.listRemote(to, ref("refs/heads/x")))).toEqual([]);
    expect(value(await server.text(one, "nothing"))).toBeUndefined();
  });
});

/** A server that answers everything with one status and remembers what it was asked. */
async function answering(
  status: number,
  body = "",
): Promise<{ url: string; headers: Record<string, string | undefined>[] }> {
  const headers: Record<string, string | undefined>[] = [];
  const server: Server = createServer((request, response) => {
    headers.push({ authorization: request.headers.authorization, url: request.url });
    response.writeHead(status, status === 401 ? { "WWW-Authenticate": 'Basic realm="x"' } : {}).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const at = server.address();
  if (at === null || typeof at === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${at.port}`, headers };
}

describe("a server that does not serve", () => {
  const quiet = { ...testEnvironment, GIT_TERMINAL_PROMPT: "0", no_proxy: "127.0.0.1" };

  it.each([
    [401, "authentication"],
    [403, "authentication"],
    [404, "no-remote-repository"],
    [500, "unreachable"],
    [503, "unreachable"],
    [429, "unreachable"],
  ])("answering %i is %s", async (status, kind) => {
    const box = inTemporaryFolder();
    const one = box.commit("One");
    const { url } = await answering(status);
    const repository = openRepository(box.dir, { env: quiet });
    const to = address(`${url}/o/r.git`);
    expect(await repository.listRemote(to)).toMatchObject({ ok: false, problem: { kind } });
    expect(await repository.fetch(to, [{ from: ref("refs/heads/main") }])).toMatchObject({ problem: { kind } });
    expect(await repository.push(to, [{ ref: ref("refs/heads/a"), from: undefined, to: one }])).toMatchObject({
      problem: { kind },
    });
  });

  it("not answering is unreachable", async () => {
    const box = inTemporaryFolder();
    const repository = openRepository(box.dir, { env: quiet });
    expect(await repository.listRemote(address("http://127.0.0.1:1/o/r.git"))).toMatchObject({
      problem: { kind: "unreachable" },
    });
    expect(await repository.listRemote(address("/nowhere/at/all.git"))).toMatchObject({
      problem: { kind: "no-remote-repository" },
    });
  });
});

describe("a token", () => {
  const TOKEN = "canary-7f3a91c2";
  const BASIC = Buffer.from(`x-access-token:${TOKEN}`).toString("base64");

  it("goes to the server it is for, as Basic authentication, and to no other", async () => {
    const box = inTemporaryFolder();
    const [mine, other] = [await answering(403), await answering(403)];
    const credentials = [{ url: `${mine.url}/`, token: TOKEN }];
    const env = { ...testEnvironment, no_proxy: "127.0.0.1" };
    const repository = openRepository(box.dir, { env, credentials });
    await repository.listRemote(address(`${mine.url}/o/r.git`));
    await repository.listRemote(address(`${other.url}/o/r.git`));
    expect(mine.headers[0]?.["authorization"]).toBe(`Basic ${BASIC}`);
    expect(other.headers[0]?.["authorization"]).toBeUndefined();
  });

  it("replaces a header that the clone's own settings bring, so that only one is sent", async () => {
    const box = inTemporaryFolder();
    const mine = await answering(403);
    box.git("config", `http.${mine.url}/.extraHeader`, "Authorization: Basic old");
    const repository = openRepository(box.dir, {
      env: { ...testEnvironment, no_proxy: "127.0.0.1" },
      credentials: [{ url: `${mine.url}/`, token: TOKEN }],
    });
    await repository.listRemote(address(`${mine.url}/o/r.git`));
    expect(mine.headers[0]?.["authorization"]).toBe(`Basic ${BASIC}`);
  });

  it("T35: is in no argument list, no file and no problem", async () => {
    const box = inTemporaryFolder();
    const one = box.commit("One");
    const log = path.join(temporaryFolder(), "trace");
    const mine = await answering(403, `denied for ${TOKEN} ${BASIC}`);
    const repository = openRepository(box.dir, {
      env: { ...testEnvironment, no_proxy: "127.0.0.1", GIT_TRACE: log, GIT_TRACE_CURL: log },
      credentials: [{ url: `${mine.url}/`, token: TOKEN }],
    });
    const to = address(`http://user:${TOKEN}@${mine.url.slice("http://".length)}/o/r.git`);
    const problems = [
      await repository.listRemote(to),
      await repository.fetch(to, [{ from: ref("refs/heads/main") }]),
      await repository.push(to, [{ ref: ref("refs/heads/a"), from: undefined, to: one }]),
    ];
    const said = JSON.stringify(problems);
    expect(problems.every(({ ok }) => !ok)).toBe(true);
    expect(said).not.toContain(TOKEN);
    expect(said).not.toContain(BASIC);
    const silent = await answering(403);
    const plain = openRepository(box.dir, {
      env: { ...testEnvironment, no_proxy: "127.0.0.1", GIT_TRACE: log, GIT_TRACE_CURL: log },
      credentials: [{ url: `${silent.url}/`, token: TOKEN }],
    });
    writeFileSync(log, "");
    await plain.push(address(`${silent.url}/o/r.git`), [{ ref: ref("refs/heads/a"), from: undefined, to: one }]);
    const traced = readFileSync(log, "utf8");
    expect(traced).toContain("git push");
    expect(traced).toContain("Authorization: Basic <redacted>");
    expect(traced).not.toContain(TOKEN);
    expect(traced).not.toContain(BASIC);
  });
});

describe("the service's repository", () => {
  it("takes nothing from the machine's git settings, nor from the environment but proxies and certificates", async () => {
    const home = temporaryFolder();
    writeFileSync(path.join(home, ".gitconfig"), "[user]\n\tname = Somebody\n");
    const env = {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "user.email",
      GIT_CONFIG_VALUE_0: "x@y",
    };
    const mirror = value(await initBareMirror(path.join(temporaryFolder(), "m.git"), { env }));
    const config = value(await mirror.config());
    expect(config.get("user.name")).toBeUndefined();
    expect(config.get("user.email")).toBeUndefined();
    expect(config.get("core.hooksPath")).toBe("/dev/null");
    expect(config.values.every(({ scope }) => scope === "local" || scope === "command")).toBe(true);
  });

  it("speaks only the transports it was given", async () => {
    const mirror = value(await initBareMirror(path.join(temporaryFolder(), "m.git"), { env: testEnvironment }));
    const answer = await mirror.listRemote(address(mirror.git.settings.cwd));
    expect(answer).toMatchObject({
      ok: false,
      problem: { kind: "failed", detail: expect.stringContaining("not allowed") },
    });
  });
});

describe("stopping", () => {
  it("an aborted signal starts no process", async () => {
    const box = inTemporaryFolder();
    const repository = openRepository(box.dir, { env: testEnvironment, signal: AbortSignal.abort() });
    expect(await repository.config()).toMatchObject({ problem: { kind: "aborted" } });
    expect(repository.processes()).toBe(0);
  });

  it.each<[whose: string, trust: Trust]>([
    ["a person's", { kind: "user" }],
    ["a service's", { kind: "service", protocols: ["http"] }],
  ])("%s running git is stopped by the signal, though its helper still waits for the server", async (_, trust) => {
    const box = inTemporaryFolder();
    const stop = new AbortController();
    // A server that accepts and never answers.
    const silent = createServer(() => stop.abort());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const at = silent.address();
    if (at === null || typeof at === "string") throw new Error("no port");
    const env = { ...testEnvironment, no_proxy: "127.0.0.1" };
    const repository = openRepository(box.dir, { env, signal: stop.signal, trust });
    const answer = await repository.listRemote(address(`http://127.0.0.1:${at.port}/o/r.git`));
    silent.closeAllConnections();
    silent.close();
    expect(answer).toMatchObject({ ok: false, problem: { kind: "aborted" } });
  });
});
