import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runGitReview } from "../../src/cli/main.ts";
import { cut, screenOn } from "../../src/cli/watch/screen.ts";
import { instant } from "../../src/core/time.ts";
import { needs, openService, type Service } from "./service.ts";
import { openBench, type Bench, type Seat } from "./seat.ts";

let bench: Bench;
let service: Service;
let bob: Seat;
let carol: Seat;

beforeAll(async () => {
  bench = await openBench();
  service = await openService(bench);
  [bob, carol] = [await bench.seat("bob"), await bench.seat("carol")];
  await carol.git("switch", "-q", "--no-track", "-c", "topic", "origin/main");
  await carol.commits("Add parser", { "parser.txt": "1\n" });
  await carol.commits("Use it", { "use.txt": "1\n" });
  expect(await carol.review()).toMatchObject({ code: 0 });
});
afterAll(() => bench.close());

interface Watching {
  /** What was written since the last time. */
  news(): string;
  /** The interval passes, and the look that follows has been shown. */
  looks(): Promise<void>;
  interrupts(): void;
  readonly code: Promise<number>;
}

/** `git review status --watch` in this process; its clock moves when a test says so. */
async function watching(seat: Seat, { tty = false, args = [] as readonly string[] } = {}): Promise<Watching> {
  let written = "";
  let due: (() => void) | undefined;
  let resting = (): void => undefined;
  let rested = new Promise<void>((resolve) => (resting = resolve));
  const interrupt = new AbortController();
  const stream = { write: (text: string) => (written += text), isTTY: tty, columns: 60, rows: 20 };
  const code = runGitReview(["status", "--watch", ...args], {
    stdout: stream,
    stderr: { write: (text) => (written += text) },
    env: { ...seat.env, NO_COLOR: "1", TERM: "xterm" },
    cwd: seat.dir,
    clock: {
      now: () => instant(0),
      wake(_at, run) {
        due = run;
        resting();
        return () => (due = undefined);
      },
    },
    interrupts: () => interrupt.signal,
  });
  const quiet = (): Promise<unknown> => Promise.race([rested, code]);
  await quiet();
  return {
    code,
    news() {
      const said = written;
      written = "";
      return said;
    },
    async looks() {
      rested = new Promise<void>((resolve) => (resting = resolve));
      due?.();
      await quiet();
    },
    interrupts: () => interrupt.abort(),
  };
}

const requests = async (act: () => Promise<unknown>): Promise<readonly string[]> => {
  const { traffic } = bench.forge.services;
  const before = traffic.requests.length;
  await act();
  return traffic.requests
    .slice(before)
    .filter(({ path, by }) => path.startsWith("/api/") && by === "carol")
    .map(
      ({ method, status, path }) =>
        `${method} ${status} ${path.replace(/[0-9a-f]{40}/, "<head>").replace(/^\/api\/(v3\/repos\/acme\/api\/)?/, "")}`,
    );
};

it("while nothing moves a look is conditional requests alone, and writes nothing", async () => {
  const watch = await watching(carol);
  expect(watch.news()).toBe("#2  Use it  no verdict yet\n#1  Add parser  no verdict yet\n");
  await watch.looks();
  const spent = await requests(() => watch.looks());
  expect([...new Set(spent)].sort()).toEqual([
    "GET 304 commits/<head>/check-runs",
    "GET 304 commits/<head>/status",
    "GET 304 pulls",
  ]);
  expect(watch.news()).toBe("");
  watch.interrupts();
  expect(await watch.code).toBe(130);
});

it("without a terminal a line is written for each change that changed, until everything has landed or is closed", async () => {
  const watch = await watching(carol);
  watch.news();
  await watch.looks();
  await service.says(1, { next: ["bob"], requirements: [needs(["bob"], "vote Code-Review+2")] });
  await watch.looks();
  expect(watch.news()).toBe("#1 ps 1  Add parser  Waiting: 1 more core approval\n");
  await bench.edits(2, { title: "Use the parser" });
  await watch.looks();
  expect(watch.news()).toBe("#2  Use the parser  no verdict yet\n");
  await bench.edits(2, { title: "Use it" });
  await watch.looks();
  watch.news();
  watch.interrupts();
  expect(await watch.code).toBe(130);
});

it("a server that is away for a while ends nothing, and is told once", async () => {
  const watch = await watching(carol);
  watch.news();
  await bench.control("POST", "/faults", { match: "/repos/acme/api/pulls", status: 503, times: 4 });
  await watch.looks();
  await watch.looks();
  const said = watch.news();
  expect(said.match(/what was known stays, and it is tried again/g)).toHaveLength(1);
  await bench.control("DELETE", "/faults");
  await service.says(1, { title: "Waiting: unit running", next: [] });
  await watch.looks();
  expect(watch.news()).toBe("#1 ps 1  Add parser  Waiting: unit running\n");
  watch.interrupts();
  await watch.code;
});

it("on a terminal the same lines are drawn again in place, in one write, and only when something is different", async () => {
  const watch = await watching(carol, { tty: true });
  const first = watch.news();
  expect(first).toContain("Looking every 15 s; Ctrl-C ends it");
  const drawn = first.split("\n").length - 1;
  await watch.looks();
  expect(watch.news()).toBe("");
  await service.says(1, { title: "Ready: in the gate", verdict: "success", submittable: true });
  await watch.looks();
  const again = watch.news();
  expect(again.startsWith(`\u001B[${drawn}A\r`)).toBe(true);
  expect(again.endsWith("\u001B[J")).toBe(true);
  expect(again).toContain("nobody; ready: in the gate\u001B[K\n");
  watch.interrupts();
  await watch.code;
});

it("scripts get one JSON document a line for each state, and the end when nothing is open any more", async () => {
  const watch = await watching(carol, { args: ["--json"] });
  await watch.looks();
  await bench.edits(2, { state: "closed" });
  await watch.looks();
  await bench.lands({ "other.txt": "1\n" });
  await bench.edits(1, { state: "closed" });
  await watch.looks();
  expect(await watch.code).toBe(0);
  const documents = watch
    .news()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { changes: unknown[] });
  expect(documents).toMatchObject([
    { changes: [{ number: 2 }, { number: 1 }], ended: [] },
    { changes: [{ number: 1 }], ended: [{ number: 2, subject: "Use it", state: "closed" }] },
    { changes: [], ended: [{ number: 2 }, { number: 1, state: "closed" }] },
  ]);
  const schema = JSON.parse(
    readFileSync(new URL("../../docs/schemas/status.schema.json", import.meta.url), "utf8"),
  ) as object;
  const check = new Ajv({ allErrors: true, strict: true, validateFormats: false }).compile(schema);
  expect(documents.map((one) => [check(one), check.errors])).toEqual(documents.map(() => [true, null]));
});

it("nothing to watch ends at once, and an interval that makes no sense is refused", async () => {
  const watch = await watching(bob);
  expect(await watch.code).toBe(0);
  expect(await carol.review("status", "--watch", "--interval", "0")).toMatchObject({ code: 3 });
  expect(await carol.review("status", "--interval", "20")).toMatchObject({ code: 2 });
});

it("a line wider than the terminal is cut, with its colours put off; a screenful is the most that is drawn", () => {
  expect(cut("\u001B[31mfailed: a long reason\u001B[0m", 10)).toBe("\u001B[31mfailed: a…\u001B[0m");
  expect(cut("\u001B[1mshort\u001B[0m", 10)).toBe("\u001B[1mshort\u001B[0m");
  let written = "";
  const screen = screenOn({ write: (text) => (written += text), columns: 40, rows: 6 });
  screen.draw(Array.from({ length: 30 }, (_, line) => `line ${line + 1}`));
  expect(written.match(/\n/g)).toHaveLength(5);
  expect(written).toContain("… 26 more lines");
  expect(written).toContain("line 30");
});
