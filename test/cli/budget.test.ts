import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBench, type Bench, type Seat } from "./seat.ts";

let bench: Bench;
let carol: Seat;

beforeAll(async () => {
  bench = await openBench();
  carol = await bench.seat("carol");
});
afterAll(() => bench.close());

interface Spent {
  readonly processes: number;
  readonly pushes: number;
  readonly requests: number;
}

async function spent(...args: readonly string[]): Promise<Spent> {
  carol.forgetProcesses();
  const { requests } = bench.forge.services.traffic;
  const before = requests.length;
  const told = await carol.review(...args);
  expect(told).toMatchObject({ code: 0 });
  return {
    processes: carol.processes().length,
    pushes: carol.processes().filter((line) => line.startsWith("push ")).length,
    requests: requests.slice(before).filter(({ path }) => path.startsWith("/api/")).length,
  };
}

describe.each([1, 5, 20])("a stack of %i", (n) => {
  const allowed = (writes: number): number => 2 + Math.ceil(n / 10) + Math.ceil(writes / 5);

  it("is sent with at most 6 git processes, one push and 2 + ⌈n/10⌉ + ⌈writes/5⌉ requests", async () => {
    await carol.git("switch", "-q", "--no-track", "-C", `stack-${n}`, "origin/main");
    for (let k = 1; k <= n; k += 1) await carol.commits(`${n}.${k}`, { [`s${n}/${k}`]: "1\n" });
    const first = await spent();
    expect(first.processes).toBeLessThanOrEqual(6);
    expect(first.pushes).toBe(1);
    expect(first.requests).toBeLessThanOrEqual(allowed(n));
  });

  it("is sent again after an amend of all of it for the same, without a write", async () => {
    await carol.git("rebase", "-q", "--exec", "git commit -q --amend --no-edit --date=2020-01-01", "origin/main");
    const again = await spent();
    const { refs } = bench.forge.world.repository("acme", "api") ?? { refs: new Map<string, string>() };
    for (let k = 0; k < n; k += 1) expect([...refs.values()]).toContain(await carol.git("rev-parse", `HEAD~${k}`));
    expect(again).toMatchObject({ pushes: 1 });
    expect(again.processes).toBeLessThanOrEqual(6);
    expect(again.requests).toBeLessThanOrEqual(allowed(0));
  });

  it("costs no push and no write when nothing is new", async () => {
    const nothing = await spent();
    expect(nothing.pushes).toBe(0);
    expect(nothing.requests).toBeLessThanOrEqual(1 + Math.ceil(n / 10));
  });
});

describe("wishes beside the commits", () => {
  it("cost one question for all names, and stay within 2 + ⌈n/10⌉ + ⌈writes/5⌉", async () => {
    await bench.seat("alice");
    const { world } = bench.forge;
    world.repository("acme", "api")?.labels.push({ id: world.id(), name: "bug", color: "ededed", description: null });
    const wishes = ["-w", "-t", "budget", "--reviewers", "alice", "--hashtags", "bug"];
    await carol.git("switch", "-q", "--no-track", "-C", "wishes", "origin/main");
    for (let k = 1; k <= 12; k += 1) await carol.commits(`wish ${k}`, { [`wishes/${k}`]: "1\n" });
    const first = await spent(...wishes);
    // 12 pull requests; for each of them a reviewer and a label.
    expect(first.requests).toBeLessThanOrEqual(2 + Math.ceil(12 / 10) + Math.ceil(36 / 5));
    expect(first).toMatchObject({ pushes: 1 });
    expect(first.processes).toBeLessThanOrEqual(6);
    const again = await spent(...wishes);
    expect(again.requests).toBeLessThanOrEqual(2 + Math.ceil(12 / 10));
  });
});
