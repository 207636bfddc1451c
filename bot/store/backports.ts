/**
 * What was asked of merged changes by `/backport` and tag labels: a record for each, among what was published, since it is read in every
 * look with it. A lost database forgets it; saying `/backport` again brings it back, and what was made is found again.
 */
import { z } from "zod";
import { parseBranchName, parseSha, userId, type RepoId } from "../../src/core/ids.ts";
import type { Asked } from "../../src/core/release/backport/asked.ts";
import { instant, type Instant } from "../../src/core/time.ts";
import type { Store } from "./database.ts";
import { markPublished, publishedDigest } from "./published.ts";

const PREFIX = "backport-asked:";

const branch = z.string().transform((text, context) => {
  const name = parseBranchName(text);
  if (name === undefined) context.addIssue("no branch's name");
  return name ?? z.NEVER;
});
const sha = z.string().transform((text, context) => {
  const name = parseSha(text);
  if (name === undefined) context.addIssue("no commit's name");
  return name ?? z.NEVER;
});
const person = z.object({
  id: z.number().transform(userId),
  login: z.string(),
  type: z.enum(["User", "Bot"]),
});
const record = z.object({
  ...{ change: z.number(), title: z.string(), heard: z.string() },
  ...{ origin: branch, head: sha, landed: sha },
  asks: z.array(z.object({ branch, by: person, said: z.number().transform(instant).exactOptional() })),
  refused: z.array(z.string()),
  empty: z.array(branch),
  withdrawn: z.array(branch).exactOptional(),
});

export interface AskedRow {
  readonly asked: Asked;
  /** The record's text. */
  readonly text: string;
}

/** Of the records in `published`. */
export function askedIn(published: Readonly<Record<string, string>>): readonly AskedRow[] {
  return Object.entries(published).flatMap(([slot, text]) => {
    const asked = slot.startsWith(PREFIX) ? readAsked(text) : undefined;
    return asked === undefined ? [] : [{ asked, text }];
  });
}

export async function askedOf(store: Store, repository: RepoId, change: number): Promise<Asked | undefined> {
  const text = await publishedDigest(store, repository, `${PREFIX}${change}`);
  return text === undefined ? undefined : readAsked(text);
}

export async function saveAsked(store: Store, repository: RepoId, asked: Asked, now: Instant): Promise<void> {
  await markPublished(store, { repository, slot: `${PREFIX}${asked.change}`, digest: JSON.stringify(asked) }, now);
}

/** On the record as it is now, which another action of the same look may have written. */
export async function amendAsked(
  store: Store,
  at: { readonly repository: RepoId; readonly asked: Asked },
  amend: (asked: Asked) => Asked,
  now: Instant,
): Promise<void> {
  const asked = (await askedOf(store, at.repository, at.asked.change)) ?? at.asked;
  await saveAsked(store, at.repository, amend(asked), now);
}

function readAsked(text: string): Asked | undefined {
  const read = record.safeParse(JSON.parse(text));
  return read.success ? read.data : undefined;
}
