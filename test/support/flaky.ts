// How bad the day is on which stories are told: FORGE_FLAKY is the share of webhooks that get lost, doubled or overtaken and of the
// service's requests that end in a 502, before or after their effect; FORGE_SEED decides which.

import { createHash } from "node:crypto";
import { expect, onTestFailed } from "vitest";
import { type Bot } from "../../bot/app.ts";

export const flaky = {
  rate: Number(process.env["FORGE_FLAKY"] ?? 0),
  seed: Number(process.env["FORGE_SEED"] ?? 1),
} as const;

/** What the service logs of a 502, by REST, GraphQL or git: on such a day, nothing that is wrong with it. */
const EXPECTED =
  /\b502\b|Bad Gateway|RPC failed|unexpected disconnect|early EOF|the remote end hung up|expected flush|Server Error/i;

/** The complaints that a story must answer for. */
export function unexpected(complaints: readonly string[]): readonly string[] {
  return flaky.rate === 0 ? complaints : complaints.filter((line) => !EXPECTED.test(line));
}

/** In a row, each with a failure in it; more means that something fails for good. */
const SWEEPS = 20;

/** Rests only after a sweep without a failure: what a lost webhook would have told, a sweep finds. */
export async function sweptClean(bot: Bot, failures: () => number): Promise<void> {
  await bot.settled();
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const before = failures();
    await bot.sweep();
    await bot.settled();
    if (failures() === before) return;
  }
  throw new Error(`${SWEEPS} sweeps in a row had a failure in them`);
}

const taken = new Set<number>();
/** Above all that a name can give. */
let outside = 100_000;

/** A story's number comes from its name: the faults it meets are the same whichever stories are told before it. */
export function storyNumber(): number {
  const name = expect.getState().currentTestName;
  if (name === undefined) return (outside += 1); // a stage that several tests share
  let number = createHash("sha256").update(name).digest().readUInt16BE(0);
  while (taken.has(number)) number += 1;
  taken.add(number);
  if (flaky.rate > 0) {
    onTestFailed(() => {
      const again = `npm run test:flaky -- --seed ${flaky.seed} -t ${JSON.stringify(name)}`;
      console.error(`Told with FORGE_FLAKY=${flaky.rate} and seed ${flaky.seed}. Tell it again with\n  ${again}`);
    });
  }
  return number;
}
