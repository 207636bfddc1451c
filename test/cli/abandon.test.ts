import { readFileSync } from "node:fs";
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

/** A stack of carol's, sent. */
async function stack(...names: readonly string[]): Promise<string> {
  topics += 1;
  const t = `t${topics}`;
  await carol.git("fetch", "-q", "origin");
  await carol.git("switch", "-q", "--no-track", "-c", `topic-${topics}`, "origin/main");
  for (const name of names) await carol.commits(`${t} ${name}`, { [`${t}/${name}`]: "1\n" });
  expect(await carol.review()).toMatchObject({ code: 0 });
  return t;
}

const branchOf = (subject: string): string => `review/main/${idFor(`carol ${subject}`)}`;

async function pullOf(subject: string): Promise<Pull> {
  const newest = (await bench.pulls()).filter(({ head }) => head.ref === branchOf(subject)).at(-1);
  if (newest === undefined) throw new Error(`no pull request of ${subject}`);
  return newest;
}

const commentsOn = (number: number): readonly string[] =>
  bench.forge.world
    .repository("acme", "api")
    ?.pulls.get(number)
    ?.comments.map(({ body }) => body.replace(/^<!-- .* -->\n/, "")) ?? [];

describe("git review abandon", () => {
  it("closes a change with the words as a comment, keeps its branch, and names what stands on it", async () => {
    const t = await stack("a", "b", "c");
    const [a, b, c] = [await pullOf(`${t} a`), await pullOf(`${t} b`), await pullOf(`${t} c`)];
    const told = await carol.review("abandon", String(b.number), "-m", "Not needed after all", "--delete-branch");
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toBe(
      [
        `#${b.number}  ${t} b  closed  ${bench.forge.url}/acme/api/pull/${b.number}`,
        "Its branch stays: the server would close what is based on it",
        `#${c.number}  ${t} c  stands on it, and stays open`,
        "Next: where they are yours, drop its commit (`git rebase -i`), then `git review restack` and `git review` send them without it",
        "",
      ].join("\n"),
    );
    expect(commentsOn(b.number)).toEqual(["Not needed after all"]);
    const states = (await bench.pulls()).filter(({ number }) => [a.number, b.number, c.number].includes(number));
    expect(states.map(({ state, merged_at }) => [state, merged_at])).toEqual([
      ["open", null],
      ["closed", null],
      ["open", null],
    ]);
    const again = await carol.review("abandon", String(b.number));
    expect([again.code, again.err]).toEqual([1, expect.stringContaining("it is closed already")]);
  });

  it("without a name closes the change that is checked out, with its branch where that is asked for", async () => {
    const t = await stack("a");
    expect((await carol.review("abandon", "-n", "--delete-branch")).out).toContain("would be closed, with its branch");
    expect((await pullOf(`${t} a`)).state).toBe("open");
    const told = await carol.review("abandon", "--delete-branch");
    expect(told.out).toContain("closed, branch deleted");
    expect((await pullOf(`${t} a`)).state).toBe("closed");
    expect(await carol.git("ls-remote", carol.url, branchOf(`${t} a`))).toBe("");
  });

  it("of somebody else's change wants a word more", async () => {
    const t = await stack("a");
    const { number } = await pullOf(`${t} a`);
    const refused = await dave.review("abandon", idFor(`carol ${t} a`));
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining(`Did not close #${number} "${t} a": it is a change of carol`),
    ]);
    expect(await dave.review("abandon", idFor(`carol ${t} a`), "--yes")).toMatchObject({ code: 0 });
    expect((await pullOf(`${t} a`)).state).toBe("closed");
  });

  it("--json has the published form", async () => {
    const t = await stack("a", "b");
    const { number } = await pullOf(`${t} a`);
    const { out } = await carol.review("abandon", String(number), "--json");
    const schema = readFileSync(new URL("../../docs/schemas/abandon.schema.json", import.meta.url), "utf8");
    const check = new Ajv({ strict: true, validateFormats: false }).compile(JSON.parse(schema) as object);
    expect([check(JSON.parse(out)), check.errors]).toEqual([true, null]);
    expect(JSON.parse(out)).toMatchObject({ number, branchIs: "kept", above: [{ subject: `${t} b` }] });
  });

  it.each([
    ["12,3", 3, "Cannot close 12,3: a change is closed as a whole, not a patch set of it"],
    ["what", 3, 'Cannot close "what": it names no change'],
    ["Iffffffffffffffffffffffffffffffffffffffff", 1, "Cannot find Iffffffffffffffffffffffffffffffffffffffff on "],
  ])("of %s refuses with a sentence", async (change, code, message) => {
    const told = await carol.review("abandon", change);
    expect([told.code, told.err]).toEqual([code, expect.stringContaining(message)]);
  });
});

describe("git review --abandon", () => {
  it("closes exactly those of one's own changes whose commits have left the branch", async () => {
    await dave.git("fetch", "-q", "origin");
    await dave.git("switch", "-q", "--no-track", "-c", `of-dave-${topics}`, "origin/main");
    await dave.commits("of dave", { "dave/1": "1\n" });
    await dave.review();
    const theirs = (await bench.pulls()).at(-1)?.number;
    await carol.git("fetch", "-q", "origin", `refs/pull/${theirs}/head`);
    const t = await (async () => {
      topics += 1;
      await carol.git("switch", "-q", "--no-track", "-c", `topic-${topics}`, "FETCH_HEAD");
      for (const name of ["a", "b", "c"]) await carol.commits(`t${topics} ${name}`, { [`t${topics}/${name}`]: "1\n" });
      await carol.review();
      return `t${topics}`;
    })();
    const keep = await carol.git("rev-parse", "HEAD~1");
    await carol.git("reset", "-q", "--hard", "origin/main");
    await carol.git("cherry-pick", keep);
    const [a, c] = [await pullOf(`${t} a`), await pullOf(`${t} c`)];
    const plain = await carol.review("-n");
    expect(plain.out).toContain(
      `#${c.number} "${t} c" was sent from here and is no longer in your commits; it stays open`,
    );
    expect(plain.out).toContain("`git review --abandon` closes those of them that are yours");
    const told = await carol.review("--abandon");
    expect(told.code).toBe(0);
    expect(told.out).toContain(
      `#${a.number} "${t} a" was sent from here and is no longer in your commits; it is closed`,
    );
    expect(told.out).toContain(
      `#${theirs} "of dave" was sent from here and is no longer in your commits; it stays open, being a change of dave`,
    );
    const states = [];
    for (const name of ["a", "b", "c"]) states.push((await pullOf(`${t} ${name}`)).state);
    expect(states).toEqual(["closed", "open", "closed"]);
    expect((await bench.pulls()).find(({ number }) => number === theirs)?.state).toBe("open");
    expect(commentsOn(a.number)).toEqual(["Abandoned: its commit is no longer in the branch that it was sent from."]);
  });
});
