/**
 * What the checks of a merge said when it was merged, beside what checks of earlier merges usually said: a check counts
 * as usual once it passed on more than half of the twenty merges before, of at least three.
 */
import type { Instant } from "../time.ts";
import type { MergeCheck, MergeFacts } from "./merge.ts";

export type Standing = "passed" | "failed" | "running" | "other" | "unknown";

export interface CheckAtMerge {
  readonly name: string;
  /** Name and producer. */
  readonly key: string;
  readonly standing: Standing;
  /** "skipped", "was still running". */
  readonly says: string;
}

const FAILED = ["failure", "timed_out", "startup_failure", "error"];
const OURS = /^plustwo(?:\/|$)/;

/** One for each name and producer. A check that failed on the head and passed on the landed commit before it landed passed. */
export function checksAtMerge({ checks, head, landed, mergedAt }: MergeFacts): readonly CheckAtMerge[] {
  const found = new Map<string, CheckAtMerge>();
  for (const sha of [head.sha, landed?.sha]) {
    for (const check of checks.read.filter((one) => one.sha === sha && !OURS.test(one.name))) {
      const key = `${check.kind} ${check.by} ${check.name}`;
      const standing = standingOf(check, mergedAt);
      const known = found.get(key);
      // What began on the landed commit after the merge is what everybody does afterwards.
      if (sha !== head.sha && (standing.standing !== "passed" || known === undefined)) continue;
      if (known === undefined || standing.standing === "passed") found.set(key, { name: check.name, key, ...standing });
    }
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function standingOf(
  { conclusion, startedAt, endedAt }: MergeCheck,
  mergedAt: Instant,
): Pick<CheckAtMerge, "standing" | "says"> {
  if (startedAt !== undefined && startedAt > mergedAt)
    return { standing: "unknown", says: "ran again after the merge" };
  if (endedAt === undefined || endedAt > mergedAt) return { standing: "running", says: "was still running" };
  if (conclusion === "success") return { standing: "passed", says: "passed" };
  if (FAILED.includes(conclusion ?? "")) return { standing: "failed", says: "failed" };
  return { standing: "other", says: (conclusion ?? "ended without a word").replaceAll("_", " ") };
}

const WINDOW = 20;
const FEWEST = 3;

/** For each merge, by number: the checks that usually pass, as the merges into the same branch before it had them. */
export function usualChecks(oldestFirst: readonly MergeFacts[]): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const usual = new Map<number, ReadonlyMap<string, string>>();
  const before = new Map<string, (readonly CheckAtMerge[])[]>();
  for (const merge of oldestFirst) {
    const earlier = before.get(merge.base) ?? [];
    usual.set(merge.number, usualIn(earlier));
    const own = checksAtMerge(merge);
    if (own.length > 0) before.set(merge.base, [...earlier.slice(1 - WINDOW), own]);
  }
  return usual;
}

function usualIn(merges: readonly (readonly CheckAtMerge[])[]): ReadonlyMap<string, string> {
  if (merges.length < FEWEST) return new Map();
  const passes = new Map<string, { readonly name: string; readonly count: number }>();
  for (const { key, name, standing } of merges.flat())
    if (standing === "passed") passes.set(key, { name, count: (passes.get(key)?.count ?? 0) + 1 });
  return new Map(
    [...passes].filter(([, { count }]) => count * 2 > merges.length).map(([key, { name }]) => [key, name]),
  );
}
