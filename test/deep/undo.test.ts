import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { default as addFormats } from "ajv-formats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { idFor, openBench, type Bench, type Pull, type Seat } from "../cli/seat.ts";

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

async function topic(): Promise<string> {
  topics += 1;
  await carol.git("fetch", "-q", "origin");
  await carol.git("switch", "-q", "--no-track", "-c", `topic-${topics}`, "origin/main");
  return `t${topics}`;
}

const branchOf = (subject: string): string => `review/main/${idFor(`carol ${subject}`)}`;

async function pullOf(subject: string): Promise<Pull> {
  const newest = (await bench.pulls()).filter(({ head }) => head.ref === branchOf(subject)).at(-1);
  if (newest === undefined) throw new Error(`no pull request of ${subject}`);
  return newest;
}

/** Everything that people see of the project: its branches and its pull requests. */
async function server(): Promise<string> {
  const pulls = (await bench.pulls()).map(({ number, state, title, body, head, base }) =>
    JSON.stringify([number, state, title, body, head.ref, head.sha, base.ref]),
  );
  return [await carol.git("ls-remote", carol.url, "refs/heads/*"), ...pulls].join("\n");
}

describe("git review undo", () => {
  it("leaves a title that somebody has changed since, and says so", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    const old = await carol.git("rev-parse", "HEAD");
    await carol.amends({ [`${t}/a`]: "2\n" }, "-m", `${t} better\n\nChange-Id: ${idFor(`carol ${t} a`)}`);
    await carol.review();
    const { number } = await pullOf(`${t} a`);
    await bench.edits(number, { title: "On the web" });
    const told = await carol.review("undo");
    expect(told.code).toBe(0);
    expect(told.out).toContain(`#${number}: its title was changed since, and stays`);
    const after = await pullOf(`${t} a`);
    expect([after.title, after.head.sha]).toEqual(["On the web", old]);
  });

  it("moves it back with its files after -F, refuses before anything else where edits are in the way", async () => {
    const t = await topic();
    const old = await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await bench.lands({ [`${t}/landed`]: "1\n" });
    expect(await carol.review("-F")).toMatchObject({ code: 0 });
    expect(existsSync(join(carol.dir, t, "landed"))).toBe(true);
    carol.writes({ [`${t}/a`]: "edited\n" });
    const before = await server();
    const refused = await carol.review("undo");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`Cannot undo: topic-${topics} was rebased by that submit, and there are edits`);
    expect(await server()).toBe(before);
    await carol.git("checkout", "-q", "--", `${t}/a`);
    expect(await carol.review("undo")).toMatchObject({ code: 0 });
    expect(await carol.git("rev-parse", "HEAD")).toBe(old);
    expect(existsSync(join(carol.dir, t, "landed"))).toBe(false);
  });

  it("leaves the local branch where its person has gone on", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" }, { id: null });
    await carol.review();
    const on = await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    const told = await carol.review("undo");
    expect(told.out).toContain(`Your branch topic-${topics} stays: you have gone on from there`);
    expect(await carol.git("rev-parse", "HEAD")).toBe(on);
  });
});

describe("what somebody else has built on stays, with a sentence:", () => {
  it("a patch set that was followed by another's", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    await carol.amends({ [`${t}/a`]: "2\n" });
    await carol.review();
    await dave.git("fetch", "-q", "origin", branchOf(`${t} a`));
    await dave.git("switch", "-q", "-C", t, "FETCH_HEAD");
    const theirs = await dave.amends({ [`${t}/a`]: "of dave\n" });
    await dave.review();
    const before = await server();
    const told = await carol.review("undo");
    expect(told).toMatchObject({ code: 1, out: "" });
    expect(told.err).toContain(
      `Cannot take back anything of the last submit. "${t} a": its branch is at ${theirs.slice(0, 7)} by now, which that submit did not send`,
    );
    expect(await server()).toBe(before);
  });

  it("the branch of a change that was closed before, on which others stand", async () => {
    const t = await topic();
    const bottom = await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    await carol.review();
    await bench.edits((await pullOf(`${t} a`)).number, { state: "closed" });
    const before = await server();
    expect(await carol.review()).toMatchObject({ code: 0 });
    const again = (await pullOf(`${t} a`)).number;
    expect(await carol.review("undo")).toMatchObject({ code: 0 });
    expect((await server()).split("\n").filter((line) => !line.startsWith(`[${again},`))).toEqual(before.split("\n"));
    expect((await pullOf(`${t} b`)).state).toBe("open");
    expect(await carol.git("ls-remote", carol.url, branchOf(`${t} a`))).toContain(bottom);
  });

  it("but not a push to the same branch from before it was opened again by somebody else", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    const { number } = await pullOf(`${t} a`);
    await dave.git("fetch", "-q", "origin", branchOf(`${t} a`));
    await dave.git("switch", "-q", "-C", t, "FETCH_HEAD");
    await bench.edits(number, { state: "closed" });
    await dave.amends({ [`${t}/a`]: "of dave\n" });
    expect(await dave.review()).toMatchObject({ code: 0 });
    const again = await pullOf(`${t} a`);
    expect([again.number > number, again.state]).toEqual([true, "open"]);
    expect(await dave.review("undo")).toMatchObject({ code: 0 });
    expect((await pullOf(`${t} a`)).state).toBe("closed");
    expect(await dave.git("ls-remote", dave.url, branchOf(`${t} a`))).toContain(await carol.git("rev-parse", "HEAD"));
  });

  it("a change that another person's change is based on", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    await dave.git("fetch", "-q", "origin", branchOf(`${t} a`));
    await dave.git("switch", "-q", "-C", t, "FETCH_HEAD");
    await dave.commits(`${t} on top`, { [`${t}/top`]: "1\n" });
    await dave.review();
    const top = (await bench.pulls()).at(-1);
    const told = await carol.review("undo");
    expect(told.code).toBe(1);
    expect(told.err).toContain(`"${t} a": #${top?.number} is built on it`);
    expect((await pullOf(`${t} a`)).state).toBe("open");
  });

  it("what is merged", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    await carol.git("push", "-q", carol.url, "HEAD:refs/heads/main");
    const told = await carol.review("undo");
    expect([told.code, told.err]).toEqual([1, expect.stringContaining(`"${t} a": it is merged`)]);
  });
});

describe("the journal", () => {
  it("is empty, or another project's: there is nothing to undo", async () => {
    const erin = await bench.seat("erin");
    const told = await erin.review("undo");
    expect(told.code).toBe(1);
    expect(told.err).toContain("Nothing to undo: this clone has noted no submit to acme/api on ");
  });

  it("keeps the last 20 submits, and is broken without harm", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    await carol.review();
    const file = join(carol.dir, ".git", "plustwo", "journal.json");
    const { submits } = JSON.parse(readFileSync(file, "utf8")) as { submits: unknown[] };
    expect(submits.length).toBeLessThanOrEqual(20);
    expect(submits.at(-1)).toMatchObject({ target: "main", changes: [{ subject: `${t} a`, created: true }] });
    writeFileSync(file, "{ broken");
    expect((await carol.review("undo")).err).toContain("Nothing to undo");
    await carol.amends({ [`${t}/a`]: "2\n" });
    expect(await carol.review()).toMatchObject({ code: 0 });
    expect(await carol.review("undo")).toMatchObject({ code: 0 });
  });

  it("of a submit that was stopped half-way takes back the half", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    const { traffic } = bench.forge.services;
    const real = traffic.strike.bind(traffic);
    let graphql = 0;
    traffic.strike = (line) => {
      if (line.includes("graphql")) graphql += 1;
      if (!line.includes("graphql") || graphql < 3) return real(line);
      return { status: 500, times: 1, rate: 1, match: "", when: "before", headers: {}, message: "Down" };
    };
    const stopped = await carol.review();
    traffic.strike = real;
    expect(stopped.code).toBe(74);
    const told = await carol.review("undo");
    expect(told).toMatchObject({ code: 0 });
    expect(told.out).toContain(`#–  ${t} a  branch deleted`);
    expect(await carol.git("ls-remote", carol.url, branchOf(`${t} a`))).toBe("");
  });
});

it("--json says the same in the published form, and -n changes nothing, here or there", async () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../docs/schemas/undo.schema.json", import.meta.url), "utf8"),
  ) as object;
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const valid = ajv.compile(schema);
  const t = await topic();
  await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" }, { id: null });
  await carol.review();
  const [git, there] = [carol.gitDirectory(), await server()];
  const dry = await carol.review("undo", "-n", "--json");
  expect([carol.gitDirectory(), await server()]).toEqual([git, there]);
  const done = await carol.review("undo", "--json");
  for (const { out } of [dry, done]) expect([valid(JSON.parse(out)), valid.errors]).toEqual([true, null]);
  expect(JSON.parse(dry.out)).toEqual({ ...(JSON.parse(done.out) as object), dryRun: true });
});
