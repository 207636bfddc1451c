/** A person's `recheck` lets the present patch set into the gate again. Each is heard once; a bot's or an edited one never. */
import type { RepoId } from "../src/core/ids.ts";
import { isRecheck } from "../src/core/review/command.ts";
import type { ChangeRead } from "../src/forge/forge.ts";
import type { Service } from "./service.ts";
import { markPublished, publishedDigest } from "./store/published.ts";
import { liftRefusals } from "./store/queue.ts";

export async function hearRecheck(
  { store, clock, log }: Service,
  repository: RepoId,
  change: ChangeRead,
): Promise<void> {
  const asked = change.comments.filter(({ by, body, edited }) => by.type === "User" && !edited && isRecheck(body));
  const newest = asked.at(-1);
  if (newest === undefined) return;
  const slot = `recheck:${change.number}`;
  // Two in one second are told apart by how many there are.
  const digest = `${newest.at} ${newest.by.id} ${asked.length}`;
  if ((await publishedDigest(store, repository, slot)) === digest) return;
  await liftRefusals(store, repository, change.number, clock.now());
  await markPublished(store, { repository, slot, digest }, clock.now());
  log.info({ change: change.number, by: newest.by.login }, "recheck");
}
