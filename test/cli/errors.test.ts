import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openBench, type Bench, type Seat, type Told } from "./seat.ts";

let bench: Bench;
let carol: Seat;
let topics = 0;

beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
});
afterAll(() => bench.close());

const said: string[] = [];
afterEach(async () => {
  await bench.control("DELETE", "/faults");
});

async function topic(): Promise<string> {
  topics += 1;
  await carol.git("fetch", "-q", "origin");
  await carol.git("switch", "-q", "--no-track", "-C", `topic-${topics}`, "origin/main");
  return `e${topics}`;
}

/** One sentence of what was tried and found, one hint, nothing on standard output, and no stack trace. */
function refused(told: Told, code: number, message: string | RegExp): void {
  said.push(told.out + told.err);
  const lines = told.err.trimEnd().split("\n");
  expect([told.code, lines.at(-2)]).toEqual([code, expect.stringMatching(message)]);
  expect(lines.at(-1)).toMatch(/^Hint: \S/);
  expect(told.err).not.toMatch(/\n\s+at /);
}

describe("git review refuses with a sentence, a hint and its documented exit code:", () => {
  it("no repository (70)", async () => {
    const nowhere = join(carol.home, "nowhere");
    mkdirSync(nowhere, { recursive: true });
    for (const args of [[], ["-n"], ["-l"], ["-s"], ["status"], ["vote", "1", "Code-Review+1"]]) {
      refused(await carol.reviewIn(nowhere, ...args), 70, /^Looked for a git repository at "/);
    }
  });

  it("no remote (1), naming the one that .gitreview speaks of", async () => {
    const bare = join(carol.home, "lonely");
    await carol.gitIn(carol.home, "init", "-q", bare);
    refused(await carol.reviewIn(bare), 1, "Cannot find out where to send changes: this repository has no remote");
  });

  it("a remote that is no project on a server (1)", async () => {
    const local = join(carol.home, "local");
    await carol.gitIn(carol.home, "init", "-q", local);
    await carol.gitIn(local, "remote", "add", "origin", "/srv/git/api.git");
    refused(
      await carol.reviewIn(local),
      1,
      'Cannot send changes to the remote "origin": its URL /srv/git/api.git is not',
    );
  });

  it("a remote that is not there (1)", async () => {
    refused(
      await carol.review("-r", "upstream"),
      1,
      'Cannot use the remote "upstream" (from the command line)'.replace(/[()]/g, "\\$&"),
    );
  });

  it("no token (41), with every place that was looked at", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}`]: "1\n" });
    const env = { ...carol.env };
    carol.env["PLUSTWO_TOKEN"] = undefined;
    carol.env["GH_TOKEN"] = "only-for-github.com";
    const told = await carol.review();
    Object.assign(carol.env, env, { GH_TOKEN: undefined });
    refused(
      told,
      41,
      /^Cannot ask 127\.0\.0\.1:\d+: no token was found \(tried PLUSTWO_TOKEN, GH_ENTERPRISE_TOKEN, git credential fill, gh auth token\)/,
    );
  });

  it("a token that the server refuses (41), without showing it", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}`]: "1\n" });
    const { PLUSTWO_TOKEN } = carol.env;
    carol.env["PLUSTWO_TOKEN"] = "canary-1234567890";
    const all = [await carol.review("-r", "origin", "main"), await carol.review("-l"), await carol.review("-n")];
    carol.env["PLUSTWO_TOKEN"] = PLUSTWO_TOKEN;
    for (const told of all) {
      refused(told, 41, /credentials|refused the token/);
      expect(told.out + told.err).not.toContain("canary");
    }
  });

  it("who may not push where no fork may be made (1), and nothing is pushed", async () => {
    await bench.control("PATCH", "/repos/acme/api", { forking: { allowed: false } });
    const mallory = await bench.seat("mallory", { permission: "read" });
    await mallory.git("switch", "-q", "-c", "topic");
    await mallory.commits("Add evil", { evil: "1\n" });
    const told = await mallory.review();
    refused(told, 1, "You may not push to acme/api, so your changes need a fork. Nothing was sent");
    expect(mallory.processes().filter((line) => line.startsWith("push"))).toEqual([]);
  });

  it("two commits with one Change-Id (1), naming both", async () => {
    const t = await topic();
    const id = `I${"5".repeat(40)}`;
    const one = await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" }, { id });
    const two = await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" }, { id });
    refused(
      await carol.review(),
      1,
      `Cannot send ${one.slice(0, 7)} "${t} a" and ${two.slice(0, 7)} "${t} b": they have the same Change-Id ${id}`,
    );
  });

  it("nothing above the target (1), on a branch and on a detached HEAD", async () => {
    await topic();
    refused(await carol.review(), 1, `Nothing to send: "topic-${topics}" has no commit above origin/main`);
    await carol.git("switch", "-q", "--detach");
    refused(await carol.review("-n"), 1, "Nothing to send: this detached HEAD has no commit above origin/main");
  });

  it("a branch without any commit (1)", async () => {
    const born = join(carol.home, "unborn");
    await carol.gitIn(carol.home, "init", "-q", born);
    await carol.gitIn(born, "remote", "add", "origin", `${bench.forge.url}/acme/api.git`);
    refused(await carol.reviewIn(born), 1, /^Nothing to send/);
  });

  it("a commit without a Change-Id on a detached HEAD (1), which has no branch to keep the new one", async () => {
    const t = await topic();
    await carol.git("switch", "-q", "--detach");
    await carol.commits(`${t} a`, { [t]: "1\n" }, { id: null });
    refused(await carol.review(), 1, /^Cannot give a Change-Id to the commit of a detached HEAD/);
  });

  it("a merge commit, a fixup, an empty message (1)", async () => {
    const t = await topic();
    await carol.commits(`fixup! ${t}`, { [`${t}/f`]: "1\n" });
    refused(await carol.review(), 1, /is to be folded into another commit/);
    await topic();
    await carol.commits(`${t} left`, { [`${t}/l`]: "1\n" });
    await carol.git("switch", "-q", "-c", `side-${t}`, "HEAD~1");
    await carol.commits(`${t} right`, { [`${t}/r`]: "1\n" });
    await carol.git("merge", "-q", "--no-edit", `topic-${topics}`);
    refused(await carol.review(), 1, /it is a merge commit/);
    await topic();
    carol.writes({ [`${t}/m`]: "1\n" });
    await carol.git("add", "-A");
    await carol.git("commit", "-q", "--allow-empty-message", "-m", "");
    refused(await carol.review(), 1, /its commit message is empty/);
  });

  it("a server that is down (40)", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [t]: "1\n" });
    const url = await carol.git("config", "remote.origin.url");
    await carol.git("config", "remote.origin.url", "http://127.0.0.1:1/acme/api.git");
    const all = [
      await carol.review("main"),
      await carol.review("-n", "main"),
      await carol.review("-l"),
      await carol.review("status"),
    ];
    await carol.git("config", "remote.origin.url", url);
    for (const told of all) refused(told, 40, /^Cannot .*(?:did not answer|Connection refused|connect)/i);
  });

  it("a server that answers 500 (40), and nothing was sent", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [t]: "1\n" });
    await bench.control("POST", "/faults", { status: 500, times: 50, match: "/api/" });
    const refs = (): readonly string[] => [...(bench.forge.world.repository("acme", "api")?.refs.keys() ?? [])];
    const before = refs();
    const all = [
      await carol.review("main"),
      await carol.review("-l"),
      await carol.review("vote", "1", "Code-Review+1"),
    ];
    for (const told of all) refused(told, 40, /^Cannot .*GitHub answered 500/);
    expect(before).toContain("refs/heads/main");
    expect(refs()).toEqual(before);
  });

  it("a conflict with the target (69), naming commit and files, and -R sends it all the same", async () => {
    const t = await topic();
    await carol.commits(`${t} fine`, { [`${t}/fine`]: "1\n" });
    const bad = await carol.commits(`${t} bad`, { "src/a.txt": "mine\n" });
    await bench.lands({ "src/a.txt": "theirs\n" });
    const before = carol.workTree();
    refused(
      await carol.review(),
      69,
      `Cannot send ${bad.slice(0, 7)} "${t} bad": it conflicts with origin/main in src/a.txt`,
    );
    refused(await carol.review("-n"), 69, "conflicts with origin/main in src/a.txt");
    expect(carol.workTree()).toBe(before);
    expect(await carol.review("-R")).toMatchObject({ code: 0 });
  });

  it("a host or project in .gitreview that is not the remote's (1): a clone does not decide where a token goes", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { ".gitreview": "[github]\nhost=evil.example\nproject=acme/api\n" });
    const before = bench.forge.services.traffic.requests.length;
    refused(await carol.review(), 1, /^Cannot decide where your token may go: \.gitreview names evil\.example/);
    await carol.amends({ ".gitreview": "[gerrit]\nproject=acme/other.git\n" });
    refused(await carol.review(), 1, "it is acme/api, but .gitreview says acme/other");
    expect(bench.forge.services.traffic.requests.length).toBe(before);
  });

  it("plain http to another machine (1)", async () => {
    const far = join(carol.home, "far");
    await carol.gitIn(carol.home, "init", "-q", far);
    await carol.gitIn(far, "remote", "add", "origin", "http://forge.example/acme/api.git");
    refused(await carol.reviewIn(far), 1, "Cannot send a token to forge.example over plain http");
  });

  it("a word that is neither verb nor branch, an unknown option, a missing argument (2)", async () => {
    await topic();
    refused(
      await carol.review("frobnicate"),
      2,
      'Cannot send to "frobnicate": acme/api on .* has no such branch, and git review no such verb',
    );
    refused(await carol.review("--frobnicate"), 2, "Cannot read the command line: unknown option '--frobnicate'");
    refused(await carol.review("vote", "1"), 2, "Cannot read the command line: missing required argument 'votes'");
    refused(await carol.review("one", "two"), 2, "Cannot read the command line: too many arguments");
  });

  it("a target that is no branch name, a vote that is none, a change that is no number (3)", async () => {
    refused(await carol.review("a..b"), 3, 'Cannot use "a..b" \\(from the command line\\) as a target');
    refused(
      await carol.review("vote", "1", "Code-Review"),
      3,
      "Cannot vote `Code-Review`: it is not a label with a value",
    );
    refused(await carol.review("vote", "1", "Code-Review+1", "Code-Review-1"), 3, "Cannot vote twice on Code-Review");
    refused(await carol.review("vote", "abc", "Code-Review+1"), 3, 'Cannot vote on "abc"');
  });

  it("a branch of the server that is in the way of ours (1), with the server's reason", async () => {
    await bench.lands({ stable: "1\n" }, "stable");
    await carol.git("push", "-q", carol.url, "origin/main:refs/heads/review/stable");
    const t = await topic();
    await carol.commits(`${t} a`, { [t]: "1\n" });
    refused(await carol.review("stable"), 1, /^The server refused "refs\/heads\/review\/stable\/I/);
  });

  it("and none of these sentences showed the token", () => {
    expect(said.length).toBeGreaterThan(20);
    for (const text of said) expect(text).not.toContain(carol.token);
    rmSync(join(carol.home, "nowhere"), { recursive: true });
  });
});
