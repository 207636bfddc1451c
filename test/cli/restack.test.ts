import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { idFor, openBench, type Bench, type Pull, type Seat } from "./seat.ts";

let bench: Bench;
let carol: Seat;
let dave: Seat;
let topics = 0;

beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
  dave = await bench.seat("dave");
});
afterEach(() => {
  expect(bench.forge.services.traffic.requests.filter(({ unknown }) => unknown !== undefined)).toEqual([]);
});
afterAll(() => bench.close());

async function topic(seat: Seat, ...names: readonly string[]): Promise<string> {
  topics += 1;
  const t = `t${topics}`;
  await seat.git("fetch", "-q", "origin");
  await seat.git("switch", "-q", "--no-track", "-c", `topic-${topics}`, "origin/main");
  for (const name of names) await seat.commits(`${t} ${name}`, { [`${t}/${name}`]: `${name}\n` });
  return t;
}

async function pullOf(seat: Seat, subject: string): Promise<Pull> {
  const ref = `review/main/${idFor(`${seat.login} ${subject}`)}`;
  const newest = (await bench.pulls()).filter(({ head }) => head.ref === ref).at(-1);
  if (newest === undefined) throw new Error(`no pull request of ${subject}`);
  return newest;
}

const subjects = async (seat: Seat): Promise<string[]> =>
  (await seat.git("log", "--reverse", "--format=%s", "origin/main..HEAD")).split("\n");

describe("git review restack", () => {
  it("puts the stack onto the newest target, with the work tree and the branches inside it", async () => {
    const t = await topic(carol, "a", "b");
    await carol.git("branch", `inside-${t}`, "HEAD~1");
    await carol.git("branch", `${t}-other`, "origin/main");
    const tip = await bench.lands({ [`${t}/landed`]: "1\n" });
    carol.writes({ [`${t}/untracked`]: "mine\n" });
    const dry = await carol.review("restack", "-n");
    expect(dry.out).toContain("dry run, nothing moves");
    const old = await carol.git("rev-parse", "HEAD");
    const told = await carol.review("restack");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(await carol.git("rev-parse", "HEAD~2")).toBe(tip);
    expect(await carol.git("rev-parse", `inside-${t}`)).toBe(await carol.git("rev-parse", "HEAD~1"));
    expect(await carol.git("rev-parse", `${t}-other`)).not.toBe(tip);
    expect(await carol.git("status", "--porcelain")).toBe(`?? ${t}/untracked`);
    expect(existsSync(join(carol.dir, t, "landed"))).toBe(true);
    const [a, b] = [
      (await carol.git("rev-parse", "HEAD~1")).slice(0, 7),
      (await carol.git("rev-parse", "HEAD")).slice(0, 7),
    ];
    expect(told.out.split("\n")[0]).toBe(`topic-${topics} → origin/main (${tip.slice(0, 7)}) · 2 commits`);
    expect(told.out).toContain(`#–  ${t} b  ${b}, was ${old.slice(0, 7)}\n`);
    expect(told.out).toContain(`inside-${t} followed to ${a}\n`);
    expect(told.out).toContain(`topic-${topics} was at ${old.slice(0, 7)}; \`git review\` sends it as it is now\n`);
    rmSync(join(carol.dir, t, "untracked"));
    expect((await carol.review("restack")).out).toContain("Nothing to restack: ");
  });

  it("leaves out what was merged by a squash, and the rest stands on the target", async () => {
    const t = await topic(carol, "a", "b");
    await carol.review();
    const { number } = await pullOf(carol, `${t} a`);
    await bench.merges(number, "squash");
    const told = await carol.review("restack");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain(`#${number}  ${t} a  merged, left out\n`);
    expect(await subjects(carol)).toEqual([`${t} b`]);
    expect(await carol.review()).toMatchObject({ code: 0 });
    expect(await pullOf(carol, `${t} b`)).toMatchObject({ state: "open", base: { ref: "main" } });
  });

  it("takes over what somebody amended below, and leaves their change to them", async () => {
    const t = await topic(dave, "a");
    await dave.review();
    const lower = await pullOf(dave, `${t} a`);
    await carol.git("fetch", "-q", "origin", lower.head.ref);
    await carol.git("switch", "-q", "--no-track", "-c", `topic-${topics}`, "FETCH_HEAD");
    await carol.commits(`${t} mine`, { [`${t}/mine`]: "1\n" });
    await carol.review();
    const amended = await dave.amends({ [`${t}/a`]: "better\n" });
    await dave.review();
    await bench.lands({ [`${t}/landed`]: "1\n" });
    const told = await carol.review("restack");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain(`#${lower.number}  ${t} a     the server's newer ${amended.slice(0, 7)} taken over\n`);
    expect(await carol.git("rev-parse", "HEAD~1")).toBe(amended);
    expect(readFileSync(join(carol.dir, t, "a"), "utf8")).toBe("better\n");
    expect(await carol.review()).toMatchObject({ code: 0 });
    expect((await pullOf(dave, `${t} a`)).head.sha).toBe(amended);
    expect((await pullOf(carol, `${t} mine`)).head.sha).toBe(await carol.git("rev-parse", "HEAD"));
  });

  it("takes over what somebody amended of one's own stack, and a submit may build on it", async () => {
    const t = await topic(carol, "a", "b");
    await carol.review();
    const { head } = await pullOf(carol, `${t} a`);
    await dave.git("fetch", "-q", "origin", head.ref);
    await dave.git("switch", "-q", "-C", t, "FETCH_HEAD");
    await dave.amends({ [`${t}/more`]: "of dave\n" });
    await dave.review();
    await bench.lands({ [`${t}/landed`]: "1\n" });
    expect(await carol.review("restack")).toMatchObject({ code: 0 });
    expect(readFileSync(join(carol.dir, t, "more"), "utf8")).toBe("of dave\n");
    expect(await carol.review()).toMatchObject({ code: 0 });
    expect((await pullOf(carol, `${t} a`)).head.sha).toBe(await carol.git("rev-parse", "HEAD~1"));
  });
});

describe("nothing is changed, and a sentence says why,", () => {
  it("on a conflict: the commit and its files are named, exit 69", async () => {
    const t = await topic(carol, "a");
    const second = await carol.commits(`${t} b`, { "src/a.txt": `${t}\n` });
    await bench.lands({ "src/a.txt": `landed ${t}\n` });
    await carol.git("fetch", "-q", "origin");
    const [git, tree] = [carol.gitDirectory(), carol.workTree()];
    const told = await carol.review("restack");
    expect(told).toMatchObject({ code: 69, out: "" });
    expect(told.err).toContain(
      `Cannot restack ${second.slice(0, 7)} "${t} b": it conflicts with what it would stand on in src/a.txt\n`,
    );
    expect(told.err).toMatch(
      new RegExp(`^Hint: \`git rebase --onto [0-9a-f]{12} ${second.slice(0, 7)}\\^\` stops there`, "m"),
    );
    expect(carol.workTree()).toBe(tree);
    expect(carol.gitDirectory()).toBe(git);
  });

  it("with edits in the work tree that would be in the way", async () => {
    const t = await topic(carol, "a");
    await bench.lands({ [`${t}/landed`]: "1\n" });
    carol.writes({ [`${t}/a`]: "edited\n" });
    const old = await carol.git("rev-parse", "HEAD");
    const told = await carol.review("restack");
    expect([told.code, told.err]).toEqual([
      1,
      expect.stringContaining(`Cannot restack topic-${topics}: there are edits in your work tree`),
    ]);
    expect(await carol.git("rev-parse", "HEAD")).toBe(old);
    expect(readFileSync(join(carol.dir, t, "a"), "utf8")).toBe("edited\n");
    await carol.git("checkout", "-q", "--", ".");
  });

  it("where both sides amended the same change", async () => {
    const t = await topic(carol, "a");
    await carol.review();
    const { number, head } = await pullOf(carol, `${t} a`);
    await dave.git("fetch", "-q", "origin", head.ref);
    await dave.git("switch", "-q", "-C", t, "FETCH_HEAD");
    const theirs = await dave.amends({ [`${t}/more`]: "of dave\n" });
    await dave.review();
    const mine = await carol.amends({ [`${t}/a`]: "mine\n" });
    const told = await carol.review("restack");
    expect(told.code).toBe(1);
    expect(told.err).toContain(
      `Cannot restack ${mine.slice(0, 7)} "${t} a": #${number} is at ${theirs.slice(0, 7)} on the server`,
    );
    expect(await carol.git("rev-parse", "HEAD")).toBe(mine);
  });
});

it("a branch that is checked out in another work tree stays, and --json says so in the published form", async () => {
  const t = await topic(carol, "a", "b");
  await carol.git("worktree", "add", "-q", "-b", `tree-${t}`, join(carol.home, t), "HEAD~1");
  await bench.lands({ [`${t}/landed`]: "1\n" });
  const { out } = await carol.review("restack", "--json");
  const schema = readFileSync(new URL("../../docs/schemas/restack.schema.json", import.meta.url), "utf8");
  const check = new Ajv({ strict: true, validateFormats: false }).compile(JSON.parse(schema) as object);
  expect([check(JSON.parse(out)), check.errors]).toEqual([true, null]);
  expect(JSON.parse(out)).toMatchObject({
    commits: [{ action: "replayed" }, { action: "replayed" }],
    followers: [],
    stay: [{ branch: `tree-${t}`, why: "it is checked out in another work tree" }],
  });
  await carol.git("worktree", "remove", "--force", join(carol.home, t));
});
