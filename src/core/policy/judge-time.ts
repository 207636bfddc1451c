/** Tests about time, against the facts: each says when it turns by itself. */
import { after, formatInstant } from "../time.ts";
import type { Facts } from "./facts.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { TimeTest } from "./operators-time.ts";

export function judgeTime({ fact }: TimeTest, { snapshot, now }: Facts): Judgement {
  const until = after(snapshot.change.openedAt, fact.ms);
  const isOld = now >= until;
  return plainly(isOld, {
    why: `it has to be open until ${formatInstant(until)}`,
    turns: [[{ kind: "wait", who: [], need: 0, do: `wait until ${formatInstant(until)}`, until }]],
    ...(isOld ? {} : { wakeAt: until }),
  });
}
