import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../support/tools.ts";
import { openBench, type Bench, type Seat } from "./seat.ts";

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

const reviews = async (number: number) => {
  const response = await fetch(`${bench.forge.api}/repos/acme/api/pulls/${number}/reviews`, {
    headers: { authorization: `Bearer ${alice.token}` },
  });
  return ((await response.json()) as { state: string; body: string; commit_id: string }[]).map(
    ({ state, body, commit_id: on }) => ({
      state,
      body,
      on,
    }),
  );
};

it("`git review override` posts one review with the reason, bound to the head, which is never a vote", async () => {
  const told = await alice.review("override", "Emergency", "1", "--reason", "the runners\nare down");
  expect(told).toMatchObject({ code: 0, err: "" });
  const head = await carol.git("rev-parse", "HEAD~1");
  expect(told.out).toContain(`#1  Add lexer  override Emergency: the runners are down  on ${head.slice(0, 7)}`);
  expect(await reviews(1)).toEqual([
    { state: "COMMENTED", body: "Override: Emergency: the runners are down", on: head },
  ]);
});

it("without a number it is about the change that is checked out, and JSON says which", async () => {
  const told = await carol.review("override", "Emergency", "--reason", "x", "--json");
  const said = JSON.parse(told.out) as Record<string, unknown>;
  const schema = readFileSync(join(root, "docs", "schemas", "override.schema.json"), "utf8");
  const check = new Ajv({ strict: true, validateFormats: false }).compile(JSON.parse(schema));
  expect(check(said), JSON.stringify(check.errors)).toBe(true);
  expect(said).toMatchObject({
    number: 2,
    override: "Emergency",
    reason: "x",
    head: await carol.git("rev-parse", "HEAD"),
  });
});

it("`none` takes back, and needs no reason", async () => {
  expect(await alice.review("override", "None", "1")).toMatchObject({ code: 0 });
  expect((await reviews(1)).at(-1)).toMatchObject({ state: "COMMENTED", body: "Override: none" });
});

it.each([
  [["override"], 2, "missing required argument 'name'"],
  [["override", "Emergency", "1"], 2, "Cannot ask for the override Emergency without a reason"],
  [["override", "Emergency", "1", "--reason", " "], 2, "without a reason"],
  [["override", "E: x", "1", "--reason", "x"], 3, "it is not the name of an override"],
  [["override", "Emergency", "one", "--reason", "x"], 3, 'Cannot ask for an override on "one"'],
  [["override", "Emergency", "999", "--reason", "x"], 1, "Cannot"],
  [["override", "Emergency", "--reason", "x"], 1, "Cannot tell which change is meant"],
])("%j is refused with %i and a hint", async (args, code, message) => {
  const told = await alice.review(...args);
  expect(told.code).toBe(code);
  expect(told.err).toContain(message);
  expect(told.err).toContain("Hint: ");
});
