import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBench, type Bench, type Seat } from "./seat.ts";

let bench: Bench;
let bob: Seat;
let carol: Seat;

interface Comment {
  readonly path: string;
  readonly line: number;
  readonly side?: "LEFT";
  readonly body: string;
}

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, line) => `${from + line}\n`).join("");

async function says(seat: Seat, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${bench.forge.api}/repos/acme/api${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${seat.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([path, answer.ok]).toEqual([path, true]);
}

const reviews = (seat: Seat, ...comments: readonly Comment[]): Promise<void> =>
  says(seat, "/pulls/1/reviews", { event: "COMMENT", body: "See below", comments });

async function read(seat: Seat, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await seat.review("comments", ...args);
  expect([code, err]).toEqual([0, ""]);
  return `\n${out}`;
}

beforeAll(async () => {
  bench = await openBench();
  await bench.lands({ "old.txt": numbers(1, 20) });
  [bob, carol] = [await bench.seat("bob"), await bench.seat("carol")];
  await carol.git("switch", "-q", "--no-track", "-c", "parser", "origin/main");
  await carol.commits("Add parser", {
    "src/parser.ts": numbers(1, 30),
    "src/lexer.ts": numbers(1, 30),
    "old.txt": `${numbers(1, 9)}${numbers(12, 20)}`,
  });
  expect(await carol.review()).toMatchObject({ code: 0 });
});
afterAll(() => bench.close());

it("comments stand at their lines, file by file, path:line first, with their replies", async () => {
  await reviews(
    bob,
    { path: "src/parser.ts", line: 20, body: "Why twenty?\n\nThirty would do." },
    { path: "src/lexer.ts", line: 7, body: "Seven is wrong" },
    { path: "src/parser.ts", line: 5, body: "Five?" },
    { path: "old.txt", line: 10, side: "LEFT", body: "Ten was needed" },
  );
  const { comments } = [...(bench.forge.world.repository("acme", "api")?.pulls.get(1)?.threads ?? [])][0] ?? {};
  await says(carol, `/pulls/1/comments/${comments?.[0]?.id}/replies`, { body: "Because" });
  expect(await read(carol)).toMatchInlineSnapshot(`
    "
    #1  Add parser · 4 open comments in 3 files

    old.txt:9: [removed line] bob: Ten was needed

    src/lexer.ts:7: bob: Seven is wrong

    src/parser.ts:5: bob: Five?
    src/parser.ts:20: bob: Why twenty?

        Thirty would do.
        carol: Because
    "
  `);
});

it("lines that moved are followed to what is checked out here, sent or not; one that was changed is outdated", async () => {
  await carol.amends({ "src/parser.ts": `first\nsecond\n${numbers(1, 19)}other\n${numbers(21, 30)}` });
  expect(await carol.review()).toMatchObject({ code: 0 });
  // Not sent yet: one line more on top, and the other file under another name.
  await carol.git("mv", "src/lexer.ts", "src/scanner.ts");
  await carol.amends({ "src/parser.ts": `zero\nfirst\nsecond\n${numbers(1, 19)}other\n${numbers(21, 30)}` });
  expect(await read(carol, "1")).toMatchInlineSnapshot(`
    "
    #1  Add parser · 4 open comments in 3 files

    old.txt:9: [removed line] bob: Ten was needed

    src/parser.ts:8: bob: Five?
    src/parser.ts:23: [outdated] bob: Why twenty?

        Thirty would do.
        carol: Because

    src/scanner.ts:7: bob: Seven is wrong

    outdated: that line was changed or removed since; the nearest one is named
    "
  `);
});

it("whoever has not checked it out is told lines of the newest patch set, and how to get it", async () => {
  expect(await read(bob, "1")).toMatchInlineSnapshot(`
    "
    #1  Add parser · 4 open comments in 3 files

    old.txt:9: [removed line] bob: Ten was needed

    src/lexer.ts:7: bob: Seven is wrong

    src/parser.ts:7: bob: Five?
    src/parser.ts:22: [outdated] bob: Why twenty?

        Thirty would do.
        carol: Because

    Lines are those of its newest patch set, which is not checked out here: git review -d 1
    outdated: that line was changed or removed since; the nearest one is named
    "
  `);
});

it("costs at most two requests", async () => {
  const { traffic } = bench.forge.services;
  const spent = async (...args: readonly string[]): Promise<number> => {
    const before = traffic.requests.length;
    await read(carol, ...args);
    return traffic.requests.slice(before).filter(({ path }) => path.startsWith("/api/")).length;
  };
  await carol.git("config", "gitreview.branch", "main");
  expect([await spent("1"), await spent()]).toEqual([1, 2]);
});

it("scripts get the same, as the schema says", async () => {
  const { out } = await carol.review("comments", "--json");
  const text = readFileSync(new URL("../../docs/schemas/comments.schema.json", import.meta.url), "utf8");
  const check = new Ajv({ allErrors: true, strict: true, validateFormats: false }).compile(JSON.parse(text) as object);
  const value = JSON.parse(out) as { threads: readonly object[] };
  check(value);
  expect(check.errors ?? []).toEqual([]);
  expect(value.threads[2]).toMatchObject({ path: "src/parser.ts", line: 23, place: "outdated", originalLine: 20 });
});

it("a commit that was never sent has no comments to show, and the way out is told", async () => {
  await carol.git("switch", "-q", "--detach", "origin/main");
  expect(await carol.review("comments")).toMatchObject({
    code: 1,
    err: expect.stringContaining("the commit that is checked out is none that was sent"),
  });
  expect(await carol.review("comments", "one")).toMatchObject({ code: 3 });
});
