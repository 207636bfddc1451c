// Every option of `git review` on GitHub, through the front door; where they come from is in test/unit/config.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/tools.ts";
import { idFor, openBench, type Bench, type Pull, type Seat } from "./seat.ts";

let bench: Bench;
let carol: Seat;
let topics = 0;

beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
  await bench.seat("alice");
  await bench.control("POST", "/teams", {
    org: "acme",
    slug: "parsers",
    members: ["alice"],
    repo: "acme/api",
  });
  const { world } = bench.forge;
  world.repository("acme", "api")?.labels.push({ id: world.id(), name: "bug", color: "ededed", description: null });
});
afterEach(() => {
  expect(bench.forge.services.traffic.requests.filter(({ unknown }) => unknown !== undefined)).toEqual([]);
});
afterAll(() => bench.close());

/** A fresh branch with one commit on the newest target; answers the start of its files' names. */
async function topic(name = `topic-${topics + 1}`): Promise<string> {
  topics += 1;
  await carol.git("fetch", "-q", "origin");
  await carol.git("switch", "-q", "--no-track", "-C", name, "origin/main");
  const t = `t${topics}`;
  await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
  return t;
}

async function pullOf(t: string, name = "a"): Promise<Pull & Readonly<Record<string, unknown>>> {
  const branch = `review/main/${idFor(`carol ${t} ${name}`)}`;
  const found = (await bench.pulls()).filter(({ head }) => head.ref === branch).at(-1);
  if (found === undefined) throw new Error(`no pull request from ${branch}`);
  return found as Pull & Readonly<Record<string, unknown>>;
}

const names = (pull: Readonly<Record<string, unknown>>, key: string, of: string): readonly unknown[] =>
  (pull[key] as readonly Readonly<Record<string, unknown>>[]).map((one) => one[of]);

describe("options that exclude each other", () => {
  it.each([
    ["-t", "x", "-T"],
    ["-R", "-F"],
    ["-F", "-K"],
    ["--track", "--no-track"],
    ["-w", "-W"],
    ["--wip", "--ready"],
    ["-p", "-P"],
    ["-d", "1", "-x", "1"],
    ["-s", "-l"],
  ])("%s %s %s", async (...words) => {
    const told = await carol.review(...words.filter((word) => word !== undefined));
    expect([told.code, told.err]).toEqual([2, expect.stringContaining("exclude each other")]);
  });
});

describe("a value with a space in it", () => {
  it.each([["--reviewers"], ["--cc"], ["--hashtags"], ["--topic"]])(
    "stops %s with 3, and nothing is asked",
    async (option) => {
      const before = bench.forge.services.traffic.requests.length;
      const told = await carol.review(option, "a b");
      expect([told.code, told.err]).toEqual([3, expect.stringContaining(`Cannot use "a b" as a value of ${option}`)]);
      expect(bench.forge.services.traffic.requests.length).toBe(before);
    },
  );

  it("stops --notify with 2 for a word it does not know", async () => {
    expect((await carol.review("--notify", "SOME")).code).toBe(2);
  });
});

describe("--reviewers and --hashtags", () => {
  it("ask people and put labels that are there, once, and say which label is not", async () => {
    const t = await topic();
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    const told = await carol.review("--reviewers", "alice", "--hashtags", "bug", "nonesuch");
    expect(told.code).toBe(0);
    expect(told.err).toContain("The label nonesuch is left out: acme/api has none of that name");
    for (const name of ["a", "b"]) {
      const pull = await pullOf(t, name);
      expect(names(pull, "requested_reviewers", "login")).toEqual(["alice"]);
      expect(names(pull, "labels", "name")).toEqual(["bug"]);
    }
    const again = await carol.review("--reviewers", "alice", "--hashtags", "bug");
    expect(again.out).toContain("Nothing new");
  });

  it("never asks the author, refuses a name that is nobody's before anything is sent", async () => {
    const t = await topic();
    const before = carol.gitDirectory();
    const told = await carol.review("--reviewers", "alice", "nobody-there");
    expect([told.code, told.err]).toEqual([1, expect.stringContaining("Cannot ask nobody-there for a review")]);
    expect(carol.gitDirectory()).toBe(before);
    expect((await carol.review("--reviewers", "acme/nonesuch")).code).toBe(1);
    expect((await carol.review("--reviewers", "a@example.org")).code).toBe(3);
    expect((await carol.review("--reviewers", "carol")).code).toBe(0);
    expect(names(await pullOf(t), "requested_reviewers", "login")).toEqual([]);
  });

  it("a team is asked as organization/team; gitreview.reviewers is asked for new changes alone", async () => {
    await carol.git("config", "gitreview.reviewers", "alice");
    const t = await topic();
    expect(await carol.review("--reviewers", "acme/parsers")).toMatchObject({ code: 0 });
    expect(names(await pullOf(t), "requested_teams", "slug")).toEqual(["parsers"]);
    expect(names(await pullOf(t), "requested_reviewers", "login")).toEqual(["alice"]);
    await carol.git("config", "--unset", "gitreview.reviewers");
  });
});

describe("-w and -W", () => {
  it("make a draft, and ready again; without them it stays as it is", async () => {
    const t = await topic();
    expect((await carol.review("-w")).out).toContain(`Work in progress, a draft: ${t} a`);
    expect((await pullOf(t))["draft"]).toBe(true);
    await carol.amends({ [`${t}/a`]: "2\n" });
    await carol.review();
    expect((await pullOf(t))["draft"]).toBe(true);
    const told = await carol.review("--ready");
    expect((await pullOf(t))["draft"]).toBe(false);
    expect(told.out).not.toContain("Nothing new");
    expect((await carol.review("-W")).out).toContain("Nothing new");
    await carol.review("--work-in-progress");
    expect((await pullOf(t))["draft"]).toBe(true);
  });
});

describe("a topic", () => {
  it("is a line of our section, stays through later uploads, and -ll shows it", async () => {
    const t = await topic();
    expect((await carol.review("-t", "parser-rewrite")).out).toContain("1 change · topic parser-rewrite");
    expect((await pullOf(t)).body).toContain("<sub>Topic: <code>parser-rewrite</code></sub>");
    await carol.amends({ [`${t}/a`]: "2\n" });
    await carol.review();
    expect((await pullOf(t)).body).toContain("<code>parser-rewrite</code>");
    expect((await carol.review("-ll")).out).toContain("parser-rewrite");
    expect((await carol.review("-l")).out).not.toContain("parser-rewrite");
    await carol.review("-t", "grammar");
    expect((await pullOf(t)).body).toContain("<code>grammar</code>");
  });

  it("is made of the branch's name only where gitreview.notopic is off, and never with -T", async () => {
    const t = await topic("faster-lexer");
    await carol.review();
    expect((await pullOf(t)).body).not.toContain("Topic:");
    await carol.git("config", "gitreview.notopic", "false");
    await carol.review("-T");
    expect((await pullOf(t)).body).not.toContain("Topic:");
    await carol.review();
    expect((await pullOf(t)).body).toContain("<code>faster-lexer</code>");
    await carol.git("config", "--unset", "gitreview.notopic");
  });
});

describe("a submit with every wish", () => {
  it("touches neither work tree, index, HEAD nor reflog, and asks nothing without a terminal", async () => {
    await topic();
    const own = (): string =>
      carol
        .gitDirectory()
        .split("\n")
        .filter((line) =>
          /^(?:HEAD|index|logs\/HEAD|logs\/refs\/heads\/|refs\/heads\/|config|ORIG_HEAD|FETCH_HEAD)/.test(line),
        )
        .join("\n");
    const before = [carol.workTree(), own()];
    const told = await carol.review("-w", "-t", "x", "--reviewers", "alice", "--hashtags", "bug", "-u");
    expect(told.code).toBe(0);
    expect([carol.workTree(), own()]).toEqual(before);
  });
});

describe("-i", () => {
  it("makes the newest commit a new change, in memory, and leaves the old one open", async () => {
    const t = await topic();
    await carol.review();
    const old = await pullOf(t);
    const before = carol.workTree();
    const dry = carol.gitDirectory();
    expect((await carol.review("-i", "-n")).err).toContain("will be given one");
    expect(carol.gitDirectory()).toBe(dry);
    const told = await carol.review("-i");
    expect(told.code).toBe(0);
    expect(told.out).toContain(`#${old.number} "${t} a" was sent from here and is no longer in your commits`);
    expect(carol.workTree()).toBe(before);
    expect(await carol.git("log", "-1", "--format=%(trailers:key=Change-Id,valueonly)")).not.toBe(
      idFor(`carol ${t} a`),
    );
    expect((await pullOf(t)).state).toBe("open");
  });
});

describe("-F", () => {
  it("sends the commits rebased onto the target, and branch and files follow", async () => {
    const t = await topic();
    const tip = await bench.lands({ [`${t}/landed`]: "1\n" });
    const dry = [carol.gitDirectory(), carol.workTree()];
    expect((await carol.review("-F", "-n")).err).toContain("Would rebase 1 commit onto origin/main");
    expect([carol.gitDirectory(), carol.workTree()]).toEqual(dry);
    const told = await carol.review("-F");
    expect([told.code, told.err]).toEqual([0, expect.stringContaining("Rebased 1 commit onto origin/main")]);
    expect(await carol.git("rev-parse", "HEAD~1")).toBe(tip);
    expect((await pullOf(t)).head.sha).toBe(await carol.git("rev-parse", "HEAD"));
    expect(existsSync(join(carol.dir, t, "landed"))).toBe(true);
    expect(await carol.git("status", "--porcelain")).toBe("");
  });

  it("refuses with edits in the work tree, and says which commit is in the way of a conflict; nothing moves", async () => {
    const t = await topic();
    await bench.lands({ [`${t}/a`]: "theirs\n", "src/a.txt": `${t}\n` });
    const head = await carol.git("rev-parse", "HEAD");
    const conflict = await carol.review("-F");
    expect([conflict.code, conflict.err]).toEqual([
      69,
      expect.stringContaining(`it conflicts with origin/main in ${t}/a`),
    ]);
    await carol.amends({ [`${t}/a`]: "theirs\n", [`${t}/mine`]: "1\n" });
    carol.writes({ "src/a.txt": "edited\n" });
    const dirty = await carol.review("-F");
    expect([dirty.code, dirty.err]).toEqual([
      1,
      expect.stringContaining("edits in your work tree that are not committed"),
    ]);
    expect(await carol.git("log", "-1", "--format=%s", head)).toBe(`${t} a`);
    expect(await carol.git("diff", "--name-only")).toBe("src/a.txt");
    await carol.git("checkout", "-q", "src/a.txt");
  });

  it("leaves out what the target has already", async () => {
    const t = await topic();
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    await bench.lands({ [`${t}/a`]: "1\n" });
    const told = await carol.review("-F");
    expect(told.err).toMatch(new RegExp(`[0-9a-f]{7} "${t} a" is left out: the target has it already`));
    expect((await pullOf(t, "b")).base.ref).toBe("main");
  });
});

describe("-f", () => {
  it("switches to the target and deletes the topic branch, after everything is sent", async () => {
    const t = await topic("finished");
    const told = await carol.review("-f");
    expect([told.code, told.err]).toEqual([0, expect.stringContaining("Switched to main and deleted finished")]);
    expect(await carol.git("branch", "--show-current")).toBe("main");
    expect(await carol.git("branch", "--list", "finished")).toBe("");
    expect((await pullOf(t)).state).toBe("open");
  });

  it("keeps the branch where nothing was sent, and where local edits are in the way", async () => {
    await topic("kept");
    carol.writes({ "src/a.txt": "edited\n" });
    await carol.amends({});
    carol.writes({ "src/a.txt": "edited again\n" });
    const told = await carol.review("-f");
    expect([told.code, told.err]).toEqual([
      74,
      expect.stringContaining("Cannot switch to main, so kept is not finished"),
    ]);
    expect(await carol.git("branch", "--show-current")).toBe("kept");
    await carol.git("checkout", "-q", "src/a.txt");
  });
});

describe("pre-review and post-review", () => {
  const hooks = (): string => join(carol.dir, ".git", "hooks");
  const script = (folder: string, name: string, text: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const seen = (): string => join(carol.home, "seen");

  it("run before and after, the user's first, quiet unless asked, and not for a dry run", async () => {
    const own = join(carol.home, ".config", "git-review", "hooks");
    script(own, "pre-review", `echo user >> '${seen()}'`);
    script(hooks(), "pre-review", `echo repo >> '${seen()}'; echo said`);
    script(hooks(), "post-review", `echo post >> '${seen()}'`);
    await topic();
    await carol.review("-n");
    expect(existsSync(seen())).toBe(false);
    const told = await carol.review();
    expect([told.code, told.err]).toEqual([0, ""]);
    expect((await carol.gitIn(carol.home, "hash-object", "seen")).length).toBe(40);
    expect(await carol.gitIn(carol.home, "grep", "--no-index", "-h", "-e", "", "seen")).toBe("user\nrepo\npost");
    expect((await carol.review("-v")).err).toContain("said");
  });

  it("stop with 71 and what they said; --no-custom-script leaves them out", async () => {
    script(hooks(), "pre-review", "echo the linter complains; exit 3");
    const t = await topic();
    const told = await carol.review();
    expect(told.code).toBe(71);
    expect(told.err).toContain("the linter complains");
    expect(told.err).toMatch(/Nothing was sent: your script \S+pre-review failed, it ended with 3\nHint: /);
    await expect(pullOf(t)).rejects.toThrow("no pull request");
    expect((await carol.review("--no-custom-script")).code).toBe(0);
    rmSync(join(hooks(), "pre-review"));
    script(hooks(), "post-review", "exit 1");
    expect((await carol.review()).code).toBe(71);
    rmSync(join(hooks(), "post-review"));
    rmSync(join(carol.home, ".config"), { recursive: true });
  });
});

describe("what only Gerrit has", () => {
  it("is accepted, with one sentence each of what becomes of it", async () => {
    await topic();
    const words = [
      "--cc",
      "dave",
      "--notify",
      "NONE",
      "--message",
      "two words",
      "-p",
      "--remote-hook",
      "--use-pushurl",
      "-K",
      "-y",
      "--no-thin",
      "-u",
    ];
    const told = await carol.review(...words);
    expect(told.code).toBe(0);
    for (const option of ["--cc", "--notify", "--message", "--private", "--remote-hook", "--use-pushurl"])
      expect(told.err.split("\n").filter((line) => line.startsWith(option))).toHaveLength(1);
  });
});

describe("--track", () => {
  it("sends to the branch that this one follows", async () => {
    await bench.lands({ stable: "1\n" }, "stable/1");
    await carol.git("fetch", "-q", "origin");
    await carol.git("switch", "-q", "-c", "fix", "--track", "origin/stable/1");
    await carol.commits("Fix it", { fix: "1\n" });
    expect((await carol.review("--track", "-n")).out).toContain("fix → stable/1");
    expect((await carol.review("-n")).out).toContain("fix → main");
    await carol.git("config", "gitreview.track", "true");
    expect((await carol.review("-n")).out).toContain("fix → stable/1");
    expect((await carol.review("-n", "--no-track")).out).toContain("fix → main");
    expect((await carol.review("-n", "main")).out).toContain("fix → main");
    await carol.git("config", "--unset", "gitreview.track");
  });
});

describe("colours and the licence", () => {
  it("follow --color, --no-color and git's settings, on a pipe too", async () => {
    await topic();
    expect((await carol.review("-n")).out).not.toContain("\u001B[");
    expect((await carol.review("-n", "--color")).out).toContain("\u001B[");
    expect((await carol.review("-n", "--color=never")).out).not.toContain("\u001B[");
    await carol.git("config", "color.review", "always");
    expect((await carol.review("-n")).out).toContain("\u001B[");
    expect((await carol.review("-n", "--no-color")).out).not.toContain("\u001B[");
    await carol.git("config", "--unset", "color.review");
  });

  it("are told without a repository", async () => {
    expect((await carol.reviewIn(carol.home, "--license")).out).toContain("Apache License, Version 2.0");
  });
});

describe("git review config", () => {
  it("shows every setting with its source, what it overrides, and what nothing reads", async () => {
    await topic();
    await carol.git("config", "gitreview.branch", "next");
    await carol.git("config", "gitreview.brnch", "next");
    carol.writes({ ".gitreview": "[github]\ndefaultbranch = main\ntrack = maybe\n" });
    const before = bench.forge.services.traffic.requests.length;
    const told = await carol.review("config", "--explain");
    expect(told.code).toBe(0);
    expect(told.out).toContain("GitHub, because .gitreview has a [github] section");
    expect(told.out).toMatch(
      /branch +next +git config gitreview\.branch \(local\)\n +instead of main, \.gitreview:2 \[github\]/,
    );
    expect(told.out).toContain('track is "maybe": expected 1 or 0');
    expect(told.out).toContain('Nothing reads "gitreview.brnch"');
    const json = JSON.parse((await carol.review("config", "--json")).out) as Record<string, unknown>;
    const schema = JSON.parse(readFileSync(join(root, "docs", "schemas", "config.schema.json"), "utf8")) as object;
    const check = new Ajv({ allErrors: true, strict: true }).compile(schema);
    expect(check(json), JSON.stringify(check.errors)).toBe(true);
    expect(json).toMatchObject({ server: { kind: "github" }, unknown: [{ key: "gitreview.brnch" }] });
    expect((await carol.review("-n")).code).toBe(3);
    expect(bench.forge.services.traffic.requests.length).toBe(before);
    await carol.git("config", "--unset", "gitreview.branch");
    await carol.git("config", "--unset", "gitreview.brnch");
    rmSync(join(carol.dir, ".gitreview"));
  });
});
