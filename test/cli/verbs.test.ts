import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/tools.ts";
import { idFor, openBench, type Bench, type Seat } from "./seat.ts";

let bench: Bench;
let carol: Seat;
let alice: Seat;

beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
  alice = await bench.seat("alice");
  await carol.git("switch", "-q", "-c", "parser");
  await carol.commits("Add lexer", { lexer: "1\n" });
  await carol.commits("Add parser", { parser: "1\n" });
  expect(await carol.review()).toMatchObject({ code: 0 });
});
afterAll(() => bench.close());

function validate(schema: string, json: string): Record<string, unknown> {
  const ajv = new Ajv({ allErrors: true, strict: true, validateFormats: false });
  const check = ajv.compile(JSON.parse(readFileSync(join(root, "docs", "schemas", `${schema}.schema.json`), "utf8")));
  const value = JSON.parse(json) as Record<string, unknown>;
  expect(check(value), JSON.stringify(check.errors)).toBe(true);
  return value;
}

describe("git review -s", () => {
  const hook = (): string => join(carol.dir, ".git", "hooks", "commit-msg");

  it("installs the commit-msg hook, checks remote and token, and writes nothing else", async () => {
    const before = carol.gitDirectory().split("\n");
    const told = await carol.review("-s");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain("commit-msg installed as .git/hooks/commit-msg");
    expect(told.out).toContain("origin → acme/api on 127.0.0.1:");
    expect(told.out).toContain("carol (PLUSTWO_TOKEN), may send");
    const after = carol.gitDirectory().split("\n");
    expect(after.filter((line) => !before.includes(line) && !/hooks\/(commit-msg|pre-push)\b/.test(line))).toEqual([]);
    expect(readFileSync(hook(), "utf8")).toBe(readFileSync(join(root, "hooks", "commit-msg"), "utf8"));
    expect(statSync(hook()).mode & 0o111).toBe(0o111);
  });

  it("run again changes nothing, and repairs a hook of ours that is old or not executable", async () => {
    expect((await carol.review("setup")).out).toContain("commit-msg is in place");
    chmodSync(hook(), 0o644);
    expect((await carol.review("-s")).out).toContain("commit-msg brought up to date");
    writeFileSync(hook(), "#!/bin/sh\n# plustwo commit-msg hook, an older one\n");
    expect((await carol.review("-s")).out).toContain("commit-msg brought up to date");
    expect(statSync(hook()).mode & 0o111).toBe(0o111);
  });

  it("gives commits made from then on a Change-Id", async () => {
    await carol.git("switch", "-q", "-c", "hooked", "origin/main");
    await carol.commits("Add docs", { docs: "1\n" }, { id: null });
    expect(await carol.git("log", "-1", "--format=%(trailers:key=Change-Id,valueonly)")).toMatch(/^I[0-9a-f]{40}$/);
    await carol.git("switch", "-q", "parser");
  });

  it("a hook of somebody else is kept and runs first; with ids of its own it is left alone", async () => {
    const mine = `#!/bin/sh\necho mine >>"$(git rev-parse --git-dir)/mine"\ngrep -q '^Add' "$1"\n`;
    writeFileSync(hook(), mine, { mode: 0o755 });
    const told = await carol.review("-s");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain("commit-msg installed as .git/hooks/commit-msg; the one that was there runs first");
    expect(readFileSync(`${hook()}.chained`, "utf8")).toBe(mine);
    await carol.git("switch", "-q", "-c", "chained", "origin/main");
    await carol.commits("Add a chain", { chain: "1\n" }, { id: null });
    expect(await carol.git("log", "-1", "--format=%(trailers:key=Change-Id,valueonly)")).toMatch(/^I[0-9a-f]{40}$/);
    expect(existsSync(join(carol.dir, ".git", "mine"))).toBe(true);
    await expect(carol.commits("Refused", { chain: "2\n" }, { id: null })).rejects.toThrow();
    await carol.git("reset", "-q", "--hard");
    await carol.git("switch", "-q", "parser");
    expect((await carol.review("-s")).out).toContain("commit-msg is in place");
    rmSync(`${hook()}.chained`);
    writeFileSync(hook(), "#!/bin/sh\n# From Gerrit Code Review: adds Change-Id\n", { mode: 0o755 });
    expect((await carol.review("-s")).out).toContain("commit-msg of another tool kept, it gives Change-Ids");
    rmSync(hook());
  });

  it("two hooks of somebody else are both left as they are, and it says so", async () => {
    for (const file of [hook(), `${hook()}.chained`]) writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 });
    const told = await carol.review("-s");
    expect(told.code).toBe(1);
    expect(told.err).toContain("are both of somebody else");
    for (const file of [hook(), `${hook()}.chained`]) expect(readFileSync(file, "utf8")).toBe("#!/bin/sh\n");
    rmSync(hook());
    rmSync(`${hook()}.chained`);
  });

  it("where hooks are files of the work tree nothing of somebody else is moved, and it says which line to add", async () => {
    await carol.git("config", "core.hooksPath", "tools/hooks");
    const theirs = join(carol.dir, "tools", "hooks");
    mkdirSync(theirs, { recursive: true });
    for (const name of ["commit-msg", "pre-push"]) writeFileSync(join(theirs, name), "#!/bin/sh\n", { mode: 0o755 });
    const told = await carol.review("-s");
    expect(told.code).toBe(1);
    expect(told.err).toContain("is there already, is not ours and gives no Change-Ids");
    expect(told.err).toContain(`hooks/commit-msg "$1"`);
    expect(told.out).toContain("pre-push of another tool kept: tools/hooks/pre-push");
    for (const name of ["commit-msg", "pre-push"]) expect(readFileSync(join(theirs, name), "utf8")).toBe("#!/bin/sh\n");
    await carol.git("config", "--unset", "core.hooksPath");
    rmSync(join(carol.dir, "tools"), { recursive: true });
  });

  it("never writes through a link", async () => {
    const target = join(carol.home, "elsewhere");
    writeFileSync(target, "#!/bin/sh\n# plustwo, an older one, kept elsewhere\n", { mode: 0o755 });
    symlinkSync(target, hook());
    expect((await carol.review("-s")).code).toBe(0);
    expect(readFileSync(target, "utf8")).toContain("kept elsewhere");
    expect(readlinkSync(`${hook()}.chained`)).toBe(target);
    rmSync(hook());
    rmSync(`${hook()}.chained`);
  });

  it("honours core.hooksPath, from wherever it is run", async () => {
    await carol.git("config", "core.hooksPath", "tools/hooks");
    mkdirSync(join(carol.dir, "deep", "down"), { recursive: true });
    const told = await carol.reviewIn(join(carol.dir, "deep", "down"), "-s");
    expect(told.code).toBe(0);
    expect(existsSync(join(carol.dir, "tools", "hooks", "commit-msg"))).toBe(true);
    expect(existsSync(hook())).toBe(false);
    await carol.git("config", "--unset", "core.hooksPath");
    rmSync(join(carol.dir, "tools"), { recursive: true });
  });
});

describe("git review -l", () => {
  it("lists the open changes with number, target, author and title", async () => {
    const told = await alice.review("-l");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toMatch(/^#2 {2}main {2}carol {2}Add parser\n#1 {2}main {2}carol {2}Add lexer\n2 open changes\n$/);
  });

  it("shows a title that could steer the terminal or deceive the reader with every such character visible", async () => {
    await bench.edits(1, { title: "Add \u202Elexer\u001B[31m" });
    const told = await alice.review("list");
    expect(told.out).toContain("Add \\u{202e}lexer\\u{001b}[31m");
    await bench.edits(1, { title: "Add lexer" });
  });

  it("has JSON of the published schema", async () => {
    const value = validate("list", (await alice.review("list", "--json")).out);
    expect(value["changes"]).toMatchObject([
      { number: 2, target: "main", base: `review/main/${idFor("carol Add lexer")}` },
      { number: 1, target: "main", base: "main", changeId: idFor("carol Add lexer") },
    ]);
    expect((await alice.review("-l", "--json")).out).toBe((await alice.review("--json", "list")).out);
  });
});

describe("git review --json", () => {
  it("has the published schema, as a dry run, a submit, and with nothing new", async () => {
    await carol.git("switch", "-q", "-c", "json", "parser");
    await carol.commits("Add docs", { docs: "2\n" }, { id: null });
    const dry = validate("upload", (await carol.review("-n", "--json")).out);
    expect(dry).toMatchObject({
      dryRun: true,
      changes: [{ action: "unchanged" }, { action: "unchanged" }, { action: "create" }],
    });
    const sent = validate("upload", (await carol.review("--json")).out);
    expect(sent).toMatchObject({ dryRun: false });
    const changes = sent["changes"] as Record<string, unknown>[];
    expect(changes[2]).toMatchObject({ action: "create", number: 3, url: `${bench.forge.url}/acme/api/pull/3` });
    validate("upload", (await carol.review("--json")).out);
    await carol.git("switch", "-q", "parser");
  });
});

describe("git review vote", () => {
  it("posts one review with every vote, bound to the head, approving where the vote is positive", async () => {
    const told = await alice.review("vote", "1", "Code-Review+2", "Workflow+1", "-m", "Looks good.");
    expect(told).toMatchObject({ code: 0, err: "" });
    const head = await carol.git("rev-parse", "HEAD~1");
    expect(told.out).toContain(`#1  Add lexer  Code-Review +2, Workflow +1  on ${head.slice(0, 7)}`);
    const posted = await reviewsOf(1);
    expect(posted).toEqual([
      { state: "APPROVED", body: "Code-Review: +2\nWorkflow: +1\n\nLooks good.", commit_id: head, by: "alice" },
    ]);
  });

  it("requests changes for a negative vote, and comments to take one back", async () => {
    await alice.review("vote", "1", "Code-Review-2");
    await alice.review("vote", "#1", "Code-Review+0");
    expect((await reviewsOf(1)).slice(1).map(({ state, body }) => [state, body])).toEqual([
      ["CHANGES_REQUESTED", "Code-Review: -2"],
      ["COMMENTED", "Code-Review: 0"],
    ]);
  });

  it("on one's own change is a comment, and says that an approval does not count there", async () => {
    const told = await carol.review("vote", "1", "Code-Review+2");
    expect(told.code).toBe(0);
    expect(told.out).toContain("It is your own change");
    expect((await reviewsOf(1)).at(-1)).toMatchObject({ state: "COMMENTED", by: "carol" });
  });

  it("on a change that is not there, or is closed, is refused", async () => {
    expect(await alice.review("vote", "999", "Code-Review+1")).toMatchObject({ code: 1 });
    await bench.edits(3, { state: "closed" });
    const told = await alice.review("vote", "3", "Code-Review+1");
    expect(told.code).toBe(1);
    expect(told.err).toContain('Cannot vote on #3 "Add docs": it is closed');
  });
});

describe("git review status", () => {
  it("shows the stack newest first, what is not sent, and what is newer here", async () => {
    await carol.git("switch", "-q", "-C", "status", "parser");
    await carol.amends({ parser: "2\n" });
    const docs = await carol.commits("Document the grammar", { grammar: "1\n" });
    const before = carol.gitDirectory();
    const told = await carol.review("status");
    expect(told).toMatchObject({ code: 0, err: "" });
    const lines = told.out.split("\n");
    expect(lines[0]).toBe("status → main · 2 changes");
    expect(told.out.indexOf("#2")).toBeLessThan(told.out.indexOf("#1"));
    expect(told.out).toMatch(/[0-9a-f]{7} here is newer: git review sends it as the next patch set/);
    expect(told.out).toContain(`Not sent: ${docs.slice(0, 7)} "Document the grammar"`);
    expect(carol.gitDirectory()).toBe(before);
  });

  it("has JSON of the published schema", async () => {
    const value = validate("status", (await carol.review("status", "--json")).out);
    expect(value).toMatchObject({
      viewer: "carol",
      of: "branch",
      changes: [{ number: 2, newerCommit: expect.any(String) as string }, { number: 1 }],
      notSent: [{ kind: "new", subject: "Document the grammar" }],
    });
  });

  it("on the target itself shows all open changes of mine", async () => {
    await carol.git("switch", "-q", "--detach", "origin/main");
    const told = await carol.review("status");
    expect(told.out).toContain("your open changes: 2");
    expect(validate("status", (await carol.review("status", "--json")).out)["of"]).toBe("own");
  });
});

async function reviewsOf(number: number): Promise<{ state: string; body: string; commit_id: string; by: string }[]> {
  const response = await fetch(`${bench.forge.api}/repos/acme/api/pulls/${number}/reviews`, {
    headers: { authorization: `Bearer ${alice.token}` },
  });
  const rows = (await response.json()) as { state: string; body: string; commit_id: string; user: { login: string } }[];
  return rows.map(({ state, body, commit_id, user }) => ({ state, body, commit_id, by: user.login }));
}
