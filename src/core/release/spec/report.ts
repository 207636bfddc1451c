/** How far specs came, from the commits that cite them: `Spec: <id>` for a part, `Implements: <id>` for what completes it. */
import { trailersOf, sameKey } from "../../commit-message/trailers.ts";
import type { Spec } from "./spec.ts";

export interface MergedCommit {
  readonly sha: string;
  readonly message: string;
}

export interface SpecWork {
  readonly spec: Spec;
  /** Newest first, as they were given; a change counts once. */
  readonly changes: readonly Citation[];
  /** What does not fit together; empty: nothing. */
  readonly remarks: readonly string[];
}

export interface Citation {
  readonly sha: string;
  readonly subject: string;
  readonly implements: boolean;
}

export interface SpecReport {
  readonly work: readonly SpecWork[];
  /** Cited, and no spec there is. */
  readonly unknown: readonly { readonly id: string; readonly sha: string; readonly subject: string }[];
}

/** The messages that can cite a spec have one of these in them. */
export const CITING = ["Spec:", "Implements:"] as const;

/** `specs`: those reported. `known`: all there are; a citation of another one of them is no mistake. */
export function reportOn(
  specs: readonly Spec[],
  commits: readonly MergedCommit[],
  known: readonly Spec[] = specs,
): SpecReport {
  const ids = new Set(known.map(({ id }) => id));
  const cited = new Map<string, Map<string, Citation>>();
  const unknown: SpecReport["unknown"][number][] = [];
  for (const { sha, message } of commits) {
    const subject = message.split("\n", 1)[0]?.trim() ?? "";
    const trailers = trailersOf(message);
    // The same change on two branches is one.
    const change = trailers.find(({ key }) => sameKey(key, "Change-Id"))?.value ?? sha;
    for (const { id, implementing } of citationsIn(trailers)) {
      if (!ids.has(id)) {
        unknown.push({ id, sha, subject });
        continue;
      }
      const changes = cited.get(id) ?? new Map<string, Citation>();
      cited.set(id, changes);
      const before = changes.get(change);
      changes.set(change, {
        ...(before ?? { sha, subject }),
        implements: implementing || before?.implements === true,
      });
    }
  }
  const work = specs.map((spec): SpecWork => {
    const changes = [...(cited.get(spec.id)?.values() ?? [])];
    return { spec, changes, remarks: remarksOn(spec, changes) };
  });
  return { work, unknown };
}

/** Several ids stand in one line with commas; `Implements: blueprint <id>` is read as OpenStack writes it. */
function citationsIn(trailers: ReturnType<typeof trailersOf>): readonly { id: string; implementing: boolean }[] {
  return trailers.flatMap(({ key, value }) => {
    const implementing = sameKey(key, "Implements");
    if (!implementing && !sameKey(key, "Spec")) return [];
    const ids = value.replace(/^(?:blueprint|bp)[: ] */i, "").split(/[\s,]+/);
    return ids.filter((id) => id !== "").map((id) => ({ id, implementing }));
  });
}

function remarksOn({ status }: Spec, changes: readonly Citation[]): readonly string[] {
  const completes = changes.some((change) => change.implements);
  if (status === "implemented") return changes.length === 0 ? ["implemented, and no change here cites it"] : [];
  if (status === "implementable")
    return completes ? ["a change says it implements it, and its status is implementable"] : [];
  return changes.length === 0 ? [] : [`changes cite it, and its status is ${status}`];
}
