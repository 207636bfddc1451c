/**
 * Closes a pull request that landed under another commit and cannot show Merged, and says where its work is. The
 * comment first: a closed pull request without a word is what people fear. Both are safe to repeat.
 */
import { GATE_SLOT, reportSlot } from "../src/core/gate/reports.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import type { Applied, Applying } from "./applying.ts";
import { forgeProblem } from "./problem.ts";
import { markPublished } from "./store/published.ts";

type Close = Extract<Action, { kind: "close" }>;

export async function applyClose({ service, gathered }: Applying, action: Close): Promise<Applied> {
  const { forge, store, clock, log } = service;
  const body = landedElsewhere(action);
  const said = await forge.comment(gathered.ref, action.change, GATE_SLOT, body);
  if (!said.ok) return { kind: "problem", problem: forgeProblem(said.problem) };
  const slot = reportSlot(action.change, GATE_SLOT);
  await markPublished(store, { repository: gathered.facts.id, slot, digest: `landed:${action.sha}` }, clock.now());
  const closed = await forge.close(gathered.ref, action.change);
  if (!closed.ok) return { kind: "problem", problem: forgeProblem(closed.problem) };
  log.info({ change: action.change, sha: action.sha }, "closed: it landed as another commit");
  return { kind: "changed" };
}

function landedElsewhere({ target, sha }: Pick<Close, "target" | "sha">): string {
  return (
    `Landed on \`${target}\` as ${sha}.\n\n` +
    "It is closed and does not show Merged, because it landed as a new commit and its branch could not be moved to " +
    "that commit. Nothing is left to do; the branch can be deleted."
  );
}
