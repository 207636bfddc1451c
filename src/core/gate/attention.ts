/**
 * Which open changes a look reads anew. A change that was judged and has not moved since may rest: what is remembered of
 * it can only keep it closed. Whatever could open the gate, because it is ready or in the queue, is read every time.
 *
 * Known ones that moved are read at once; those that nobody has looked at yet, or that were judged under other rules,
 * come newest first and no faster than the pace, so that a repository with hundreds of them costs a steady trickle.
 */
import type { ChangeId } from "../ids.ts";
import { after, type Instant } from "../time.ts";

/** What was seen of an open change without reading it. */
export interface Glimpse {
  readonly change: number;
  /** Everything the list shows that a verdict may rest on, and the pull requests its bases go through. */
  readonly facts: string;
  /** The policy and the people that would judge it. */
  readonly rules: string;
  /** How many checks of its head are in which state. */
  readonly checks: string;
  readonly updatedAt: Instant;
  /** Changes that its bases go through. */
  readonly through: readonly number[];
}

/** What a look left behind of a change it has judged. */
export interface Judged {
  readonly change: number;
  readonly facts: string;
  readonly rules: string;
  /** As they are expected now, our own check counted in. */
  readonly checks: string;
  /** Changes below it. */
  readonly below: readonly number[];
  /** It could land, or something of it could not be read: never at rest. */
  readonly open: boolean;
  /** Waiting alone changes its verdict then. */
  readonly wakeAt?: Instant;
  /** Nobody else's later change to the same target may have it. */
  readonly changeId?: ChangeId;
  readonly at: Instant;
}

export interface Attention {
  /** To be read now. */
  readonly awake: ReadonlySet<number>;
  /** Of those, the ones that used up the pace. */
  readonly paced: ReadonlySet<number>;
  /** Would be read now if the pace allowed it. */
  readonly waiting: number;
}

export interface Watch {
  /** Newest first. */
  readonly glimpses: readonly Glimpse[];
  readonly judged: ReadonlyMap<number, Judged>;
  readonly queued: ReadonlySet<number>;
  /** A webhook named it, by number. */
  readonly stirred: ReadonlySet<number>;
  /** How many the pace allows now. */
  readonly allowed: number;
}

/** The forge cuts times to seconds, and its clock is not ours: within this span a second event may hide behind the first. */
const BLUR_MS = 5_000;
/** Read again after so long whatever is known: for what neither the list nor a webhook tells. */
const STALE_MS = 6 * 3_600_000;

export function attention(watch: Watch, now: Instant): Attention {
  const awake = new Set<number>();
  const due: number[] = [];
  for (const glimpse of watch.glimpses) {
    const known = watch.judged.get(glimpse.change);
    if (watch.queued.has(glimpse.change) || watch.stirred.has(glimpse.change)) awake.add(glimpse.change);
    else if (known === undefined) due.push(glimpse.change);
    else if (hasMoved(glimpse, known, now)) awake.add(glimpse.change);
    else if (known.rules !== glimpse.rules || now >= after(known.at, STALE_MS)) due.push(glimpse.change);
  }
  spread(watch, awake);
  const wanted = due.filter((change) => !awake.has(change));
  const paced = new Set(wanted.slice(0, Math.max(0, watch.allowed)));
  for (const change of paced) awake.add(change);
  spread(watch, awake);
  return { awake, paced, waiting: wanted.filter((change) => !awake.has(change)).length };
}

function hasMoved(glimpse: Glimpse, known: Judged, now: Instant): boolean {
  if (known.open || known.facts !== glimpse.facts || known.checks !== glimpse.checks) return true;
  if (known.at < after(glimpse.updatedAt, BLUR_MS)) return true;
  return known.wakeAt !== undefined && now >= known.wakeAt;
}

/** What stands on a change that is read is read with it, and so is what a change stands on that nobody has judged yet. */
function spread({ glimpses, judged }: Watch, awake: Set<number>): void {
  for (let before = -1; before !== awake.size;) {
    before = awake.size;
    for (const { change, through } of glimpses) {
      const lower = [...through, ...(judged.get(change)?.below ?? [])];
      if (!awake.has(change) && judged.has(change) && lower.some((number) => awake.has(number))) awake.add(change);
      if (!awake.has(change)) continue;
      for (const number of lower) if (!judged.has(number) && isOpen(glimpses, number)) awake.add(number);
    }
  }
}

function isOpen(glimpses: readonly Glimpse[], number: number): boolean {
  return glimpses.some(({ change }) => change === number);
}

/** How many may be read now that nobody is waiting for; fractions add up. */
export interface Pace {
  readonly left: number;
  readonly at: Instant;
}

/** Most at a time, however fast the pace: what a forge takes for a burst. */
const LARGEST_BATCH = 20;

export function refill(pace: Pace | undefined, perMinute: number, now: Instant): Pace {
  const full = batchOf(perMinute);
  if (pace === undefined) return { left: full, at: now };
  const passed = Math.max(0, now - pace.at);
  return { left: Math.min(full, pace.left + (passed * perMinute) / 60_000), at: now };
}

/** When the next batch is allowed, after one has been taken now. */
export function nextBatch(perMinute: number, now: Instant): Instant {
  return after(now, Math.ceil((batchOf(perMinute) * 60_000) / perMinute));
}

function batchOf(perMinute: number): number {
  return Math.min(LARGEST_BATCH, perMinute);
}

/** How our own check changes the count of checks by state; the same text the forge's count is written in. */
export function countWith(
  counts: Readonly<Record<string, number>>,
  own: { readonly was?: string | undefined; readonly is: string },
): Readonly<Record<string, number>> {
  const next: Record<string, number> = { ...counts };
  if (own.was !== undefined) next[own.was] = (next[own.was] ?? 0) - 1;
  next[own.is] = (next[own.is] ?? 0) + 1;
  return next;
}

/** `FAILURE 1, SUCCESS 3`; states without a check are left out. */
export function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${state} ${count}`)
    .sort()
    .join(", ");
}
