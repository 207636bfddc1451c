import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { idFor, openBench, type Bench, type Pull, type Seat } from "./seat.ts";

let bench: Bench;
let carol: Seat;
let topics = 0;

beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
});
afterEach(() => {
  expect(bench.forge.services.traffic.requests.filter(({ unknown }) => unknown !== undefined)).toEqual([]);
});
afterAll(() => bench.close());

/** A fresh branch on the newest target, with file names of its own. */
async function topic(seat: Seat, at = "origin/main"): Promise<string> {
  topics += 1;
  await seat.git("fetch", "-q", "origin");
  await seat.git("switch", "-q", "--no-track", "-c", `topic-${topics}`, at);
  return `t${topics}`;
}

const branchOf = (seat: Seat, subject: string): string => `review/main/${idFor(`${seat.login} ${subject}`)}`;

async function pullOf(branch: string): Promise<Pull> {
  const found = (await bench.pulls()).filter(({ head }) => head.ref === branch);
  const newest = found.at(-1);
  if (newest === undefined) throw new Error(`no pull request from ${branch}`);
  return newest;
}

describe("git review", () => {
  it("opens one pull request per commit, each on the one below, and says what it did", async () => {
    const t = await topic(carol);
    const lexer = await carol.commits(`${t} lexer`, { [`${t}/lexer`]: "1\n" });
    const parser = await carol.commits(`${t} parser`, { [`${t}/parser`]: "1\n" });
    const before = carol.workTree();
    const told = await carol.review();
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(carol.workTree()).toBe(before);
    const [one, two] = [await pullOf(branchOf(carol, `${t} lexer`)), await pullOf(branchOf(carol, `${t} parser`))];
    expect([one.head.sha, two.head.sha]).toEqual([lexer, parser]);
    expect([one.base.ref, two.base.ref]).toEqual(["main", branchOf(carol, `${t} lexer`)]);
    expect(one.title).toBe(`${t} lexer`);
    expect(one.body.startsWith(`Change-Id: ${idFor(`carol ${t} lexer`)}\n`)).toBe(true);
    expect(told.out).toBe(
      [
        `topic-${topics} → main · 2 changes`,
        `#${one.number}  ${t} lexer   new  ${bench.forge.url}/acme/api/pull/${one.number}`,
        `#${two.number}  ${t} parser  new  ${bench.forge.url}/acme/api/pull/${two.number}`,
        "Next: wait for votes on them; `git review status` shows who has to do what",
        "",
      ].join("\n"),
    );
  });

  it("run again with nothing new sends nothing, exits 0 and says so", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    carol.forgetProcesses();
    const told = await carol.review();
    expect(told.code).toBe(0);
    expect(told.out).toContain("unchanged");
    expect(told.out).toContain("Nothing new: the server has all of this already");
    expect(carol.processes().filter((line) => line.startsWith("push"))).toEqual([]);
  });

  it("run after an amend gives the same pull requests their next patch sets", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    await carol.review();
    const numbers = [
      (await pullOf(branchOf(carol, `${t} a`))).number,
      (await pullOf(branchOf(carol, `${t} b`))).number,
    ];
    await carol.git("reset", "-q", "--hard", "HEAD~1");
    await carol.amends({ [`${t}/a`]: "2\n" });
    await carol.git("cherry-pick", "ORIG_HEAD");
    const told = await carol.review();
    expect(told.code).toBe(0);
    expect(told.out.match(/patch set 2/g)).toHaveLength(2);
    const b = await pullOf(branchOf(carol, `${t} b`));
    expect([(await pullOf(branchOf(carol, `${t} a`))).number, b.number]).toEqual(numbers);
    expect(b.head.sha).toBe(await carol.git("rev-parse", "HEAD"));
  });

  it("tells a new message from new code, and the title follows", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    await carol.amends({}, "-m", `${t} better\n\nChange-Id: ${idFor(`carol ${t} a`)}`);
    const told = await carol.review();
    expect(told.out).toContain("patch set 2, message only");
    expect((await pullOf(branchOf(carol, `${t} a`))).title).toBe(`${t} better`);
  });

  it("keeps a title edited on the web, through amends, and says so", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    const { number, body } = await pullOf(branchOf(carol, `${t} a`));
    await bench.edits(number, { title: "A title of the web", body: `${body}\n\nTested by hand.` });
    for (const round of ["2", "3"]) {
      await carol.amends({ [`${t}/a`]: round }, "-m", `${t} round ${round}\n\nChange-Id: ${idFor(`carol ${t} a`)}`);
      const told = await carol.review();
      expect(told.out).toContain(`#${number}: its title and text on the web differ from the commit and are kept`);
    }
    const after = await pullOf(branchOf(carol, `${t} a`));
    expect(after.title).toBe("A title of the web");
    expect(after.body).toContain("Tested by hand.");
  });

  it("reorders a stack without a pull request merged or closed by accident", async () => {
    const t = await topic(carol);
    for (const name of ["a", "b", "c"]) await carol.commits(`${t} ${name}`, { [`${t}/${name}`]: "1\n" });
    await carol.review();
    const [a = "", b = "", c = ""] = ["HEAD~2", "HEAD~1", "HEAD"];
    const shas = [];
    for (const revision of [a, b, c]) shas.push(await carol.git("rev-parse", revision));
    await carol.git("reset", "-q", "--hard", "HEAD~3");
    for (const sha of [...shas].reverse()) await carol.git("cherry-pick", sha);
    const told = await carol.review();
    expect(told.code).toBe(0);
    const bases = [];
    for (const name of ["c", "b", "a"]) {
      const pull = await pullOf(branchOf(carol, `${t} ${name}`));
      expect([pull.state, pull.merged_at]).toEqual(["open", null]);
      bases.push(pull.base.ref);
    }
    expect(bases).toEqual(["main", branchOf(carol, `${t} c`), branchOf(carol, `${t} b`)]);
  });

  it("lists a change whose commit is gone, and leaves it open", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    await carol.review();
    const { number } = await pullOf(branchOf(carol, `${t} b`));
    await carol.git("reset", "-q", "--hard", "HEAD~1");
    const told = await carol.review();
    expect(told.code).toBe(0);
    expect(told.out).toContain(
      `#${number} "${t} b" was sent from here and is no longer in your commits; it stays open`,
    );
    expect((await pullOf(branchOf(carol, `${t} b`))).state).toBe("open");
  });

  it("opens a closed change anew", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    const { number } = await pullOf(branchOf(carol, `${t} a`));
    await bench.edits(number, { state: "closed" });
    await carol.amends({ [`${t}/a`]: "2\n" });
    const told = await carol.review();
    expect(told).toMatchObject({ code: 0 });
    expect(told.out).toContain(`new (#${number} was closed)`);
    expect((await pullOf(branchOf(carol, `${t} a`))).number).not.toBe(number);
  });

  it("works on a detached HEAD that has commits above the target", async () => {
    const t = await topic(carol);
    await carol.git("switch", "-q", "--detach");
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    const told = await carol.review();
    expect(told.code).toBe(0);
    expect(told.out).toContain("detached HEAD → main · 1 change\n");
  });
});

describe("a commit without a Change-Id", () => {
  it("is given one, with its branch moved and files, index and everything else of it as they were", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" }, { id: null });
    const upper = await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    carol.writes({ [`${t}/uncommitted`]: "mine\n" });
    const before = carol.workTree();
    const people = await carol.git("log", "-2", "--format=%an %ae %ad %cn %ce %cd %T %s");
    const told = await carol.review();
    expect(told.code).toBe(0);
    expect(told.err).toMatch(new RegExp(`^Gave [0-9a-f]{7} "${t} a" a Change-Id: it is [0-9a-f]{7} now`));
    expect(carol.workTree()).toBe(before);
    expect(await carol.git("log", "-2", "--format=%an %ae %ad %cn %ce %cd %T %s")).toBe(people);
    expect(await carol.git("log", "-1", "--format=%(trailers:key=Change-Id,valueonly)", "HEAD~1")).toMatch(
      /^I[0-9a-f]{40}$/,
    );
    expect(await carol.git("rev-parse", "HEAD")).not.toBe(upper);
    expect(await carol.git("status", "--porcelain")).toBe(`?? ${t}/uncommitted`);
    rmSync(join(carol.dir, t, "uncommitted"));
    const again = await carol.review();
    expect(again.out).toContain("Nothing new");
  });

  it("also with gerrit.createChangeId=false", async () => {
    const t = await topic(carol);
    await carol.git("config", "gerrit.createChangeId", "false");
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" }, { id: null });
    const told = await carol.review();
    await carol.git("config", "--unset", "gerrit.createChangeId");
    expect(told).toMatchObject({ code: 0 });
  });
});

describe("a dry run", () => {
  it("shows the plan and writes nothing: no ref, reflog, FETCH_HEAD, file or pull request", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" }, { id: null });
    await bench.lands({ [`${t}/landed`]: "1\n" });
    const [git, tree, pulls] = [carol.gitDirectory(), carol.workTree(), await bench.pulls()];
    const told = await carol.review("-n");
    expect(told.code).toBe(0);
    expect(told.out).toContain("dry run, nothing is sent");
    expect(told.out).toContain(`#–  ${t} a  new  onto main`);
    expect(told.err).toContain(`"${t} b" has no Change-Id and will be given one`);
    expect(carol.gitDirectory()).toBe(git);
    expect(carol.workTree()).toBe(tree);
    expect(await bench.pulls()).toEqual(pulls);
  });
});

describe("another person's change", () => {
  it("is updated by who had its newest patch set", async () => {
    const dave = await bench.seat("dave");
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    const { number, head } = await pullOf(branchOf(carol, `${t} a`));
    await dave.git("fetch", "-q", "origin", `refs/pull/${number}/head`);
    await dave.git("switch", "-q", "-c", t, "FETCH_HEAD");
    const amended = await dave.amends({ [`${t}/a`]: "of dave\n" });
    const told = await dave.review();
    expect(told).toMatchObject({ code: 0 });
    expect(told.out).toContain(`#${number} `);
    expect((await pullOf(head.ref)).head.sha).toBe(amended);

    // carol has not seen it: she may not overwrite it, and is told how to go on.
    await carol.amends({ [`${t}/a`]: "2\n" });
    const refused = await carol.review();
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      `Cannot update #${number} "${t} a", a change of carol: the server is at ${amended.slice(0, 7)}`,
    );
    expect(refused.err).toContain(`Hint: somebody added a patch set. See it with \`git fetch origin ${head.ref}\``);
    expect((await pullOf(head.ref)).head.sha).toBe(amended);

    await carol.git("fetch", "-q", "origin", head.ref);
    await carol.git("reset", "-q", "--keep", "FETCH_HEAD");
    await carol.amends({ [`${t}/a`]: "of both\n" });
    expect(await carol.review()).toMatchObject({ code: 0 });
  });

  it("pushed in the very moment of a submit is not overwritten, and nothing of the stack is pushed", async () => {
    const dave = await bench.seat("dave");
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    await carol.review();
    const branch = branchOf(carol, `${t} a`);
    const above = (await pullOf(branchOf(carol, `${t} b`))).head.sha;
    await dave.git("fetch", "-q", "origin", branch);
    await dave.git("switch", "-q", "-c", t, "FETCH_HEAD");
    const amended = await dave.amends({ [`${t}/a`]: "of dave\n" });
    await carol.git("reset", "-q", "--hard", "HEAD~1");
    await carol.amends({ [`${t}/a`]: "2\n" });
    await carol.git("cherry-pick", "ORIG_HEAD");
    // A pre-push hook of carol's runs between the reading and the sending: dave pushes there.
    const hook = join(carol.dir, ".git", "hooks", "pre-push");
    writeFileSync(hook, `#!/bin/sh\ncd '${dave.dir}' && git push -q -f '${dave.url}' HEAD:refs/heads/${branch}\n`, {
      mode: 0o755,
    });
    const told = await carol.review();
    rmSync(hook);
    expect(told.code).toBe(1);
    expect(told.err).toContain(`the server is at ${amended.slice(0, 7)}, which this clone has never had`);
    expect((await pullOf(branch)).head.sha).toBe(amended);
    expect((await pullOf(branchOf(carol, `${t} b`))).head.sha).toBe(above);
  });

  it("at the bottom of one's own stack stays as it is", async () => {
    const dave = await bench.seat("dave");
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    await dave.git("fetch", "-q", "origin", branchOf(carol, `${t} a`));
    await dave.git("switch", "-q", "-c", t, "FETCH_HEAD");
    await dave.commits(`${t} on top`, { [`${t}/top`]: "1\n" });
    const told = await dave.review();
    expect(told.out).toMatch(new RegExp(`${t} a +unchanged`));
    expect((await pullOf(branchOf(dave, `${t} on top`))).base.ref).toBe(branchOf(carol, `${t} a`));
  });
});

describe("a stack whose bottom landed", () => {
  it("as the very commit: it is no longer above the target, and the next one stands on the target", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    await carol.review();
    await carol.git("push", "-q", carol.url, "HEAD~1:refs/heads/main");
    const told = await carol.review();
    expect(told).toMatchObject({ code: 0 });
    expect(told.out).toContain("1 change\n");
    const b = await pullOf(branchOf(carol, `${t} b`));
    expect([b.base.ref, b.state]).toEqual(["main", "open"]);
  });
});

describe("a stack whose bottom landed by a squash", () => {
  it("is sent without it: it is told as merged, stays as it is, and the next one stands on the target", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    await carol.review();
    const { number } = await pullOf(branchOf(carol, `${t} a`));
    await bench.merges(number, "squash");
    await carol.amends({ [`${t}/b`]: "2\n" });
    const told = await carol.review();
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toMatch(new RegExp(`#${number} +${t} a +merged already`));
    const b = await pullOf(branchOf(carol, `${t} b`));
    expect([b.base.ref, b.state, b.head.sha]).toEqual(["main", "open", await carol.git("rev-parse", "HEAD")]);
  });
});

describe("a submit that was stopped", () => {
  it("between push and pull request is finished by the next one", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await bench.control("POST", "/faults", { status: 500, match: "/graphql", times: 4, rate: 0 });
    await bench.control("DELETE", "/faults");
    const real = bench.forge.services.traffic.strike.bind(bench.forge.services.traffic);
    let graphql = 0;
    // The first question (the read) goes through, the next ones (the writes) do not.
    bench.forge.services.traffic.strike = (line) => {
      if (line.includes("graphql")) graphql += 1;
      if (line.includes("graphql") && graphql > 2) {
        return { status: 500, times: 1, rate: 1, match: "", when: "before", headers: {}, message: "Down" };
      }
      return real(line);
    };
    const told = await carol.review();
    bench.forge.services.traffic.strike = real;
    expect(told.code).toBe(74);
    expect(told.err).toContain("Part of the upload is done");
    expect((await bench.pulls()).filter(({ head }) => head.ref === branchOf(carol, `${t} a`))).toEqual([]);
    const again = await carol.review();
    expect(again).toMatchObject({ code: 0 });
    expect((await pullOf(branchOf(carol, `${t} a`))).state).toBe("open");
  });

  it("and its memory lost, is finished all the same", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.git("push", "-q", carol.url, `HEAD:refs/heads/${branchOf(carol, `${t} a`)}`);
    await carol.amends({ [`${t}/a`]: "2\n" });
    rmSync(join(carol.dir, ".git", "plustwo"), { recursive: true, force: true });
    const told = await carol.review();
    expect(told).toMatchObject({ code: 0 });
    expect((await pullOf(branchOf(carol, `${t} a`))).head.sha).toBe(await carol.git("rev-parse", "HEAD"));
  });

  it("leaves a memory of what was sent, which is only a convenience", async () => {
    const t = await topic(carol);
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    const file = join(carol.dir, ".git", "plustwo", "sent.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1 });
    writeFileSync(file, "{ broken");
    await carol.amends({ [`${t}/a`]: "2\n" });
    expect(await carol.review()).toMatchObject({ code: 0 });
  });
});
