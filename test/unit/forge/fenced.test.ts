// The fence around what the service writes: nothing goes through once another service holds the repository.
import { expect, it } from "vitest";
import { fenced, WRITES } from "../../../bot/fenced.ts";
import type { ServiceForge } from "../../../src/forge/release.ts";

it("every writing method of the port is fenced, and no reading one", async () => {
  const reached: string[] = [];
  const everything = Object.fromEntries(
    Object.keys(WRITES).map((name) => [name, () => Promise.resolve(reached.push(name))]),
  ) as unknown as ServiceForge;
  const behind = fenced(everything, () => Promise.resolve(false)) as unknown as Record<string, () => Promise<unknown>>;
  for (const name of Object.keys(WRITES)) await behind[name]?.();
  const reads = Object.entries(WRITES).flatMap(([name, writes]) => (writes ? [] : [name]));
  expect(reached).toEqual(reads);
});
