// A small sample of `npm run test:stacks`: the same people, two seeds.
import { expect, it } from "vitest";
import { stepsOf } from "../long/stacks/steps.ts";
import { tell } from "../long/stacks/tell.ts";

it.each([5, 29])("whatever two people do with their stacks, everything is kept (seed %i)", async (seed) => {
  const { wrong, counts, log } = await tell(stepsOf(seed, 25));
  expect(wrong, log.join("\n")).toBeUndefined();
  expect(counts.get("submits") ?? 0).toBeGreaterThan(0);
});
