// Random stacks by two people, seed after seed (`npm run test:stacks`). A failure prints its seed and the fewest steps that fail.
import { expect, it } from "vitest";
import { shrunk, stepsOf } from "./steps.ts";
import { tell } from "./tell.ts";

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
/** A try is a whole run. */
const MOST_TRIES = 60;

it("whatever two people do with their stacks, everything is kept", async () => {
  const first = number("STACKS_FROM", 1);
  const count = number("STACKS_SEEDS", 10);
  const size = number("STACKS_STEPS", 40);
  const totals = new Map<string, number>();
  const wrong: number[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const steps = stepsOf(seed, size);
    const started = performance.now();
    const { counts, wrong: why, log } = await tell(steps);
    for (const [what, n] of counts) totals.set(what, (totals.get(what) ?? 0) + n);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `seed ${seed}: ${counts.get("submits") ?? 0} submits, ${why === undefined ? "kept everything" : "LOST"} (${seconds} s)`,
    );
    if (why === undefined) continue;
    wrong.push(seed);
    console.error(why);
    if (process.env["STACKS_SHRINK"] === "no") {
      console.error(log.join("\n"));
      continue;
    }
    // The same complaint, numbers aside: else another failure would be shrunk.
    const kind = (text: string): string => (text.split("\n")[0] ?? "").replaceAll(/\d+|[0-9a-f]{7,}|".*?"/g, "…");
    const fails = async (fewer: typeof steps): Promise<boolean> => {
      const told = await tell(fewer);
      return told.wrong !== undefined && kind(told.wrong) === kind(why);
    };
    const least = await shrunk(steps, { fails, tries: MOST_TRIES });
    const again = await tell(least);
    console.error(`seed ${seed}, shrunk to ${least.length} steps:\n${again.log.join("\n")}\n${again.wrong ?? why}`);
  }
  console.log([...totals].map(([what, n]) => `${n} ${what}`).join(", "));
  console.log(`${count - wrong.length} of ${count} runs kept everything`);
  expect(wrong, "seeds that lost something").toEqual([]);
});
