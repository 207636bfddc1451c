/**
 * What the check run of a change carries under the fold: the facts that the forge could not give back later (RULINGS 4).
 * Written with every check and read back after a loss of the database; only our App can write there. The newest record
 * of a change holds all of its patch sets, so that one commit gives back the whole history.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { parseBranchName, parseSha, userId, type BranchName, type Sha } from "../ids.ts";
import type { Person, PatchSet, PolicySnapshot, Vote } from "../policy/snapshot.ts";
import { formatInstant, instant, parseInstant } from "../time.ts";

export interface ChangeRecord {
  readonly change: number;
  /** Where the newest patch set goes. */
  readonly target: BranchName;
  readonly requester?: Person;
  /** Oldest first, without gaps; the last is of the commit that carries the record. */
  readonly patchSets: readonly PatchSet[];
  /** Changes that it stood on. */
  readonly below: readonly { readonly change: number; readonly sha: Sha }[];
  readonly votes: readonly Vote[];
  /** There was more than fits: what is missing may have closed the gate. */
  readonly cut: boolean;
}

const FENCE = "```";
/** The forge takes 65 535 bytes. */
const MOST_BYTES = 60_000;

/** `undefined` while the newest patch set is not known: there is nothing that the record could be of. */
export function recordOf({ change, votes }: Pick<PolicySnapshot, "change" | "votes">): ChangeRecord | undefined {
  const newest = change.patchSets.at(-1);
  if (newest?.sha !== change.head) return undefined;
  return {
    change: change.number,
    target: change.branch,
    ...(change.requester === undefined ? {} : { requester: change.requester }),
    patchSets: change.patchSets,
    below: change.below.map(({ number, builtOn }) => ({ change: number, sha: builtOn })),
    votes: telling(votes),
    cut: false,
  };
}

/** Markdown with fenced JSON. What is too long loses its oldest patch sets, then votes, and says so. */
export function formatRecord(record: ChangeRecord): string {
  for (let fitting = record; ; fitting = shorter(fitting)) {
    const json = JSON.stringify({ version: 2, ...fitting }, written);
    const text = `<details><summary>Record</summary>\n\n${FENCE}json\n${json}\n${FENCE}\n\n</details>`;
    if (utf8ToBytes(text).length <= MOST_BYTES) return text;
  }
}

/** `undefined` for what is no record of exactly this patch set. */
export function parseRecord(
  text: string,
  of: { readonly change: number; readonly patchSet: number; readonly sha: Sha },
): ChangeRecord | undefined {
  const json = new RegExp(`${FENCE}json\\n(.*)\\n${FENCE}`).exec(text)?.[1];
  if (json === undefined) return undefined;
  const read = recordSchema.safeParse(parsed(json));
  if (!read.success) return undefined;
  const { version: _, ...record } = read.data;
  const newest = record.patchSets.at(-1);
  const same = record.change === of.change && newest?.n === of.patchSet && newest.sha === of.sha;
  const counted = record.patchSets.every(({ n }, at, all) => at === 0 || n === (all[at - 1]?.n ?? 0) + 1);
  return same && counted ? record : undefined;
}

/** Per person and label: all that is negative, and from the last vote that stands on. Older ones can never count again. */
function telling(votes: readonly Vote[]): readonly Vote[] {
  const keyOf = ({ user, label }: Vote) => `${user.id} ${label}`;
  const last = new Map<string, number>();
  for (const [at, vote] of votes.entries()) if (vote.state === "current") last.set(keyOf(vote), at);
  return votes.filter((vote, at) => vote.value < 0 || at >= (last.get(keyOf(vote)) ?? 0));
}

function shorter(record: ChangeRecord): ChangeRecord {
  const { patchSets, votes } = record;
  if (patchSets.length > 10) return { ...record, patchSets: patchSets.slice(10), cut: true };
  if (patchSets.length > 1) return { ...record, patchSets: patchSets.slice(-1), cut: true };
  return { ...record, votes: votes.slice(0, Math.floor(votes.length / 2)), cut: true };
}

const TIMES = ["at", "endedAt"];

function written(key: string, value: unknown): unknown {
  return TIMES.includes(key) && typeof value === "number" ? formatInstant(instant(value)) : value;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function branded<T>(parse: (text: string) => T | undefined, what: string) {
  return z.string().transform((text, context): T => {
    const found = parse(text);
    if (found !== undefined) return found;
    context.addIssue({ code: "custom", message: `not ${what}` });
    return z.NEVER;
  });
}

const sha = branded(parseSha, "a commit id");
const time = branded(parseInstant, "a time");
const person = z.object({
  id: z.number().transform((id) => userId(id)),
  login: z.string(),
  type: z.enum(["User", "Bot"]),
});
const signature = z.object({
  name: z.string(),
  email: z.string(),
  user: person.exactOptional(),
  via: z.literal("suggestion").exactOptional(),
  carried: z.literal(true).exactOptional(),
});
const patchSet = z.object({
  n: z.int().positive(),
  sha,
  parent: sha,
  tree: sha,
  kind: z.enum([
    "NO_CHANGE",
    "NO_CODE_CHANGE",
    "TRIVIAL_REBASE",
    "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
    "MERGE_FIRST_PARENT_UPDATE",
    "TARGET_MERGE",
    "REWORK",
  ]),
  pusher: person.exactOptional(),
  authors: z.array(signature),
  committers: z.array(signature),
  coauthors: z.array(signature),
  at: time.exactOptional(),
  earlierReviews: z.array(z.string()).exactOptional(),
  undone: z.literal(true).exactOptional(),
});
const vote = z.object({
  user: person,
  label: z.string(),
  value: z.int(),
  patchSet: z.int(),
  sha,
  at: time,
  endedAt: time.exactOptional(),
  source: z.object({ kind: z.literal("review"), id: z.string() }),
  permitted: z.object({ min: z.int(), max: z.int() }).exactOptional(),
  state: z.enum(["current", "superseded", "retracted", "dismissed", "edited", "deleted"]),
});
const recordSchema = z.object({
  version: z.literal(2),
  change: z.int(),
  target: branded(parseBranchName, "a branch"),
  requester: person.exactOptional(),
  patchSets: z.array(patchSet).min(1),
  below: z.array(z.object({ change: z.int(), sha })),
  votes: z.array(vote),
  cut: z.boolean(),
});
