import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBench, type Bench, type Seat } from "./seat.ts";

let bench: Bench;
let carol: Seat;

beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
});
afterAll(() => bench.close());

it("says that all is well after a setup, writes nothing, and never prints the token", async () => {
  await carol.review("setup");
  const before = `${carol.workTree()} ${carol.gitDirectory()}`;
  const requests = bench.forge.services.traffic.requests.length;
  const told = await carol.review("doctor");
  expect(told).toMatchObject({ code: 0, err: "" });
  expect(told.out).toMatch(/carol \(PLUSTWO_TOKEN\), may write[\s\S]*All is well\n$/);
  expect(told.out).not.toContain(carol.token);
  expect(`${carol.workTree()} ${carol.gitDirectory()}`).toBe(before);
  expect(bench.forge.services.traffic.requests.length - requests).toBe(1);
});

it("names what is broken, each with its mend, also as JSON of the published form", async () => {
  writeFileSync(join(carol.dir, ".git", "hooks", "pre-push"), "#!/bin/sh\n# plustwo, older\n", { mode: 0o755 });
  writeFileSync(join(carol.dir, ".gitreview"), "[github]\nnonsense\n");
  await carol.git("config", "remote.origin.push", "HEAD:refs/heads/main");
  carol.env["PLUSTWO_TOKEN"] = "wrong";
  const told = await carol.review("doctor", "--json");
  carol.env["PLUSTWO_TOKEN"] = carol.token;
  expect(told.code).toBe(1);
  const json = JSON.parse(told.out) as { findings: { id: string; mend: string }[] };
  expect(json.findings.map(({ id }) => id)).toEqual(["token", "push-past-review", "hook-old", "gitreview-line"]);
  const schema = readFileSync(new URL("../../docs/schemas/doctor.schema.json", import.meta.url), "utf8");
  const validate = new Ajv({ strict: true }).compile(JSON.parse(schema) as object);
  validate(json);
  expect(validate.errors ?? []).toEqual([]);
});
