/** Whether the owners of every touched path have approved. */
import type { Facts } from "./facts.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { OwnersTest } from "./operators-owners.ts";

export function judgeOwners({ fact }: OwnersTest, { policy }: Facts): Judgement {
  const enabled = policy.owners !== undefined;
  // Until owners' files are read nobody's approval is one.
  return plainly(fact === "enabled" && enabled, { why: "no owner has approved" });
}
