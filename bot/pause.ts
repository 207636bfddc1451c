/**
 * Pauses as the service sees them: refs that come with the listing of branches, so that they cost no request of their
 * own. A pause that cannot be read holds like one that can: whoever made the ref wanted nothing to land.
 */
import { describePause, parsePause, pausedBy } from "../src/core/adopt/pause.ts";
import type { GateSnapshot } from "../src/core/gate/snapshot.ts";
import { type BranchName, type RefName, type Sha } from "../src/core/ids.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Repository } from "../src/git/repository.ts";
import { parseRefPattern, type RefPattern, type RemoteAddress } from "../src/git/slots.ts";

export interface Paused {
  /** Absent = every target. */
  readonly branch?: BranchName;
  /** For holds and checks: "Paused by olivia: …; since …". */
  readonly why: string;
}

/** To be listed together with the branches. */
export const PAUSE_PATTERNS: readonly RefPattern[] = ["refs/plustwo/pause", "refs/plustwo/paused/*"].map((text) => {
  const found = parseRefPattern(text);
  if (found === undefined) throw new Error(`"${text}" is no ref pattern`);
  return found;
});

/** Of the refs just listed; no process at all while nothing is paused, and one per pause that is known already. */
export async function readPaused(
  { git, address }: { readonly git: Repository; readonly address: RemoteAddress },
  listed: readonly { readonly name: RefName; readonly sha: Sha }[],
): Promise<Result<readonly Paused[], GitProblem>> {
  const paused: Paused[] = [];
  for (const { name, sha } of listed) {
    const scope = pausedBy(name);
    if (scope === undefined) continue;
    let commit = await git.commit(sha);
    if (!commit.ok && commit.problem.kind === "missing-object") {
      const fetched = await git.fetch(address, [{ from: name }]);
      // Lifted or moved since the listing: the next look sees it.
      if (fetched.ok) commit = await git.commit(sha);
    }
    const pause = commit.ok ? parsePause(commit.value.message) : undefined;
    const why = pause === undefined ? `Paused: ${name} stands, and what it says cannot be read` : describePause(pause);
    paused.push({ ...scope, why });
  }
  return ok(paused);
}

/** For the gate of one target: while there is one, nothing is built or landed. */
export function pauseHolds(paused: readonly Paused[], target: BranchName): GateSnapshot["holds"] {
  return paused
    .filter(({ branch }) => branch === undefined || branch === target)
    .map(({ why }) => ({ scope: "target" as const, why }));
}
