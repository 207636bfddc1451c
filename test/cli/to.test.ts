import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { idFor, openBench, type Bench, type Seat } from "./seat.ts";

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

async function topic(...names: readonly string[]): Promise<string> {
  topics += 1;
  const t = `t${topics}`;
  await carol.git("switch", "-q", "--no-track", "-c", `topic-${topics}`, "origin/main");
  for (const name of names) await carol.commits(`${t} ${name}`, { [`${t}/${name}`]: "1\n" });
  return t;
}

/** What the project has of a topic: subjects of its pull requests, with the state of those that are not open. */
const sent = async (t: string): Promise<readonly string[]> =>
  (await bench.pulls()).flatMap(({ title, state }) =>
    title.startsWith(`${t} `) ? [`${title.slice(t.length + 1)}${state === "open" ? "" : ` ${state}`}`] : [],
  );

describe("git review --to", () => {
  it("sends the stack up to a commit, and says what it leaves; what was sent above is no orphan", async () => {
    const t = await topic("a", "b", "c");
    const top = await carol.git("rev-parse", "HEAD");
    const told = await carol.review("--to", "HEAD~1");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain(`Not sent, being above --to: ${top.slice(0, 7)} "${t} c"\n`);
    expect(await sent(t)).toEqual(["a", "b"]);
    await carol.review();
    const lower = await carol.review("--to", idFor(`carol ${t} a`), "--abandon");
    expect(lower.out).not.toContain("no longer in your commits");
    expect(lower.out).toMatch(/above --to: \w+ "t\d+ b", \w+ "t\d+ c"\n/);
    expect(await sent(t)).toEqual(["a", "b", "c"]);
    expect(await carol.git("rev-parse", "HEAD")).toBe(top);
    // Its memory of what lies above is kept: an amended upper change is still this clone's own.
    await carol.amends({ [`${t}/c`]: "2\n" });
    expect((await carol.review()).out).toMatch(new RegExp(`${t} c +patch set`));
  });

  it("knows a change by its number, its SHA and the branch that points to it", async () => {
    const t = await topic("a", "b", "c");
    await carol.git("branch", `${t}-b`, "HEAD~1");
    const title = (told: { readonly out: string }): string => told.out.split("\n")[0] ?? "";
    expect(title(await carol.review("-n", "--to", `${t}-b`))).toContain("2 changes");
    expect(title(await carol.review("-n", "--to", await carol.git("rev-parse", "--short", "HEAD~2")))).toContain(
      "1 change ",
    );
    await carol.review("--to", `${t}-b`);
    const number = (await bench.pulls()).find((one) => one.title === `${t} b`)?.number;
    expect(title(await carol.review("-n", "--to", String(number)))).toContain("2 changes");
    expect(await sent(t)).toEqual(["a", "b"]);
  });

  it("gives Change-Ids to what is sent alone, and what stands above follows", async () => {
    const t = await topic();
    for (const name of ["a", "b"]) await carol.commits(`${t} ${name}`, { [`${t}/${name}`]: "1\n" }, { id: null });
    await carol.commits(`fixup! ${t} a`, { [`${t}/a`]: "2\n" }, { id: null });
    const before = carol.workTree();
    expect(await carol.review("--to", "HEAD~2")).toMatchObject({ code: 0 });
    expect(carol.workTree()).toBe(before);
    const ids = await carol.git("log", "-3", "--format=[%(trailers:key=Change-Id,valueonly,separator=)]");
    expect(ids.split("\n").map((id) => id !== "[]")).toEqual([false, false, true]);
    expect(await carol.git("log", "-3", "--format=%s")).toBe(`fixup! ${t} a\n${t} b\n${t} a`);
    expect(await sent(t)).toEqual(["a"]);
  });

  it.each([
    ["origin/main", 1, "Cannot send up to origin/main: it is none of your commits above origin/main"],
    ["nothing-here", 3, 'Cannot send up to "nothing-here": git knows no commit of that name'],
  ])("%s: refuses with a sentence", async (to, code, message) => {
    await topic("a");
    const told = await carol.review("--to", to);
    expect([told.code, told.err]).toEqual([code, expect.stringContaining(message)]);
  });

  it.each(["-F", "-i", "-f"])("excludes %s", async (option) => {
    const told = await carol.review("--to", "HEAD", option);
    expect([told.code, told.err]).toEqual([2, expect.stringContaining("exclude each other")]);
  });
});
