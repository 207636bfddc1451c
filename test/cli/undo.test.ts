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
  it("closes what the submit opened, deletes its branches, and says so", async () => {
    const t = await topic();
    await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
    const top = await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" });
    await carol.review();
    const before = carol.workTree();
    const told = await carol.review("undo");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(carol.workTree()).toBe(before);
    const [a, b] = [await pullOf(`${t} a`), await pullOf(`${t} b`)];
    expect(told.out).toMatch(/^Undo of the submit of \d+ \w+ \d{4} \d\d:\d\d UTC to main · 2 changes\n/);
    expect(told.out).toContain(
      `#${a.number}  ${t} a  closed, branch deleted\n#${b.number}  ${t} b  closed, branch deleted\n`,
    );
    expect([a.state, a.merged_at, b.state, b.merged_at]).toEqual(["closed", null, "closed", null]);
    expect(await carol.git("ls-remote", carol.url, branchOf(`${t} a`), branchOf(`${t} b`))).toBe("");
    expect(await carol.git("rev-parse", "HEAD")).toBe(top);
    // And sending it again works.
    expect(await carol.review()).toMatchObject({ code: 0 });
    expect((await pullOf(`${t} b`)).state).toBe("open");
  });

  it("puts heads, bases, titles and texts back where an amend, a reorder and an insert had moved them", async () => {
    const t = await topic();
    for (const name of ["a", "b", "c"]) await carol.commits(`${t} ${name}`, { [`${t}/${name}`]: "1\n" });
    await carol.review();
    const shas = [];
    for (const at of ["HEAD~2", "HEAD~1", "HEAD"]) shas.push(await carol.git("rev-parse", at));
    const before = await server();
    await carol.git("reset", "-q", "--hard", "HEAD~3");
    await carol.git("cherry-pick", String(shas[2]));
    await carol.amends({}, "-m", `${t} c, better\n\nMore.\n\nChange-Id: ${idFor(`carol ${t} c`)}`);
    await carol.commits(`${t} new`, { [`${t}/new`]: "1\n" });
    await carol.git("cherry-pick", String(shas[1]), String(shas[0]));
    await carol.amends({ [`${t}/a`]: "2\n" });
    expect(await carol.review("-w")).toMatchObject({ code: 0 });
    expect((await pullOf(`${t} a`)).base.ref).toBe(branchOf(`${t} b`));
    const dry = await carol.review("undo", "-n");
    expect(dry.out).toContain("dry run, nothing is done");
    const told = await carol.review("undo");
    expect(told).toMatchObject({ code: 0, err: "" });
    const closed = (await pullOf(`${t} new`)).number;
    expect((await server()).split("\n").filter((line) => !line.startsWith(`[${closed},`))).toEqual(before.split("\n"));
    expect((await bench.pulls()).filter(({ merged_at }) => merged_at !== null)).toEqual([]);
    for (const { number } of await bench.pulls()) {
      const draft = bench.forge.world.repository("acme", "api")?.pulls.get(number)?.draft;
      if (number !== closed) expect([number, draft]).toEqual([number, false]);
    }
    // The first submit is the one before; it goes too.
    expect(await carol.review("undo")).toMatchObject({ code: 0 });
    expect((await pullOf(`${t} a`)).state).toBe("closed");
  });

  it("moves the local branch back when commits were given Change-Ids, with the files untouched", async () => {
    const t = await topic();
    const without = await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" }, { id: null });
    const before = carol.workTree();
    await carol.review();
    expect(await carol.git("rev-parse", "HEAD")).not.toBe(without);
    const told = await carol.review("undo");
    expect(told.out).toContain(`Your branch topic-${topics} goes back to ${without.slice(0, 7)}`);
    expect(await carol.git("rev-parse", "HEAD")).toBe(without);
    expect(carol.workTree()).toBe(before);
  });

  it("leaves a new change with a comment or a review, and what lies below it; what stands above goes", async () => {
    const t = await topic();
    for (const name of ["a", "b", "c"]) await carol.commits(`${t} ${name}`, { [`${t}/${name}`]: "1\n" });
    await carol.review();
    const b = await pullOf(`${t} b`);
    expect(await dave.review("vote", String(b.number), "Code-Review+1")).toMatchObject({ code: 0 });
    const told = await carol.review("undo");
    expect(told.code).toBe(0);
    expect(told.out).toContain(`${t} a  stays: "${t} b" stands on it, and stays`);
    expect(told.out).toContain(`${t} b  stays: dave reviewed it`);
    expect(told.out).toContain(`${t} c  closed, branch deleted`);
    const states = [];
    for (const name of ["a", "b", "c"]) states.push((await pullOf(`${t} ${name}`)).state);
    expect(states).toEqual(["open", "open", "closed"]);
  });
});
