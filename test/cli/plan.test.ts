import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
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

const file = (): string => join(carol.home, `plan-${topics}.json`);

async function topic(): Promise<string> {
  topics += 1;
  await carol.git("fetch", "-q", "origin");
  await carol.git("switch", "-q", "--no-track", "-c", `topic-${topics}`, "origin/main");
  return `t${topics}`;
}

async function server(): Promise<string> {
  const pulls = (await bench.pulls()).map(({ number, state, title, body, base }) => [
    number,
    state,
    title,
    body,
    base.ref,
  ]);
  return JSON.stringify([await carol.git("ls-remote", carol.url, "refs/heads/*"), pulls]);
}

/** A stack sent once, then amended at its bottom, with a new commit on top that has no Change-Id. */
async function planned(): Promise<string> {
  const t = await topic();
  await carol.commits(`${t} a`, { [`${t}/a`]: "1\n" });
  await carol.review();
  await carol.amends({ [`${t}/a`]: "2\n" });
  await carol.commits(`${t} b`, { [`${t}/b`]: "1\n" }, { id: null });
  expect(await carol.review("-n", "--plan", file())).toMatchObject({ code: 0 });
  return t;
}

describe("git review -n --plan FILE", () => {
  it("writes refs with their leases, all writes and their reasons, and nothing else", async () => {
    await planned();
    const read = JSON.parse(readFileSync(file(), "utf8")) as Record<string, unknown>;
    const schema = readFileSync(new URL("../../docs/schemas/plan.schema.json", import.meta.url), "utf8");
    const check = new Ajv({ strict: true, validateFormats: false }).compile(JSON.parse(schema) as object);
    expect([check(read), check.errors]).toEqual([true, null]);
    expect(read).toMatchObject({
      changes: [{ kind: "update" }, { kind: "create" }],
      refs: [{ from: expect.stringMatching(/^[0-9a-f]{40}$/) as unknown }, { from: null }],
      writes: [{ kind: "create" }],
      move: { files: false },
    });
    const [git, there] = [carol.gitDirectory(), await server()];
    await carol.review("-n", "--plan", file());
    expect([carol.gitDirectory(), await server()]).toEqual([git, there]);
  });

  it("is refused without -n, and where the file cannot be written", async () => {
    expect((await carol.review("--plan", "x")).err).toContain("--plan goes with -n");
    await topic();
    await carol.commits(`t${topics} a`, { [`t${topics}/a`]: "1\n" });
    const told = await carol.review("-n", "--plan", "no/such/folder/plan.json");
    expect([told.code, told.err]).toEqual([
      1,
      expect.stringContaining("Cannot write the plan to no/such/folder/plan.json"),
    ]);
  });
});

describe("git review apply FILE", () => {
  it("does exactly that: the very commits of the plan, with the Change-Ids it gave", async () => {
    const t = await planned();
    const { refs } = JSON.parse(readFileSync(file(), "utf8")) as { refs: { branch: string; to: string }[] };
    const told = await carol.review("apply", file());
    expect(told).toMatchObject({ code: 0, err: "" });
    for (const { branch, to } of refs) {
      expect(await carol.git("ls-remote", carol.url, `refs/heads/${branch}`)).toContain(to);
    }
    expect(await carol.git("rev-parse", "HEAD")).toBe(refs.at(-1)?.to);
    expect((await bench.pulls()).at(-1)).toMatchObject({ title: `${t} b`, state: "open" });
    expect((await carol.review()).out).toContain("Nothing new");
    expect(await carol.review("undo")).toMatchObject({ code: 0 });
  });

  it("does nothing where the world has moved, and says what", async () => {
    const t = await planned();
    const branch = `review/main/${idFor(`carol ${t} a`)}`;
    const number = (await bench.pulls()).find(({ head }) => head.ref === branch)?.number ?? 0;
    const refuses = async (why: string): Promise<void> => {
      const before = [await server(), await carol.git("rev-parse", "HEAD")];
      const told = await carol.review("apply", file());
      expect([told.code, told.err]).toEqual([
        1,
        expect.stringContaining(`${why}. Nothing was done\nHint: make a new plan`),
      ]);
      expect([await server(), await carol.git("rev-parse", "HEAD")]).toEqual(before);
    };
    await bench.edits(number, { title: "On the web" });
    await refuses(`the title of #${number} was changed since`);
    await bench.edits(number, { title: `${t} a` });
    const tip = await carol.git("ls-remote", carol.url, `refs/heads/${branch}`);
    await carol.git("push", "-q", "-f", carol.url, `HEAD~1:refs/heads/${branch}`);
    await refuses(`${branch} is at ${(await carol.git("rev-parse", "HEAD~1")).slice(0, 7)} on the server by now`);
    await carol.git("push", "-q", "-f", carol.url, `${tip.slice(0, 40)}:refs/heads/${branch}`);
    await carol.git("commit", "-q", "--amend", "-m", "Another");
    await refuses("the local branch is another, or has moved since");
  });

  it.each([
    ["{ broken", 3, "it is no plan of this version of git review"],
    ['{ "version": 2 }', 3, "it is no plan of this version of git review"],
  ])("of %s refuses", async (text, code, message) => {
    writeFileSync(join(carol.home, "broken.json"), text);
    const told = await carol.review("apply", join(carol.home, "broken.json"));
    expect([told.code, told.err]).toEqual([code, expect.stringContaining(message)]);
  });
});
