/** Whether a branch has taken a fix back: a commit there that reverts it, and that nobody has reverted in turn. */
import type { Sha } from "../src/core/ids.ts";
import { reverts, revertTexts, type Revertible } from "../src/core/release/backport/reverted.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Mirror } from "./mirror.ts";

export interface RevertedOn {
  readonly tip: Sha;
  /** Commits that are older than the fix. */
  readonly notReachableFrom: readonly Sha[];
}

/** Of one fix at most so many reverts are looked at, and so many reverts of reverts. */
const MOST_REVERTS = 20;
const DEEPEST = 5;

export async function revertOf(
  { known }: Pick<Mirror, "known">,
  fix: Revertible,
  { tip, notReachableFrom }: RevertedOn,
  depth = 0,
): Promise<Result<Sha | undefined, GitProblem>> {
  if (fix.shas.length === 0) return ok(undefined);
  const said = { from: tip, notReachableFrom, saying: revertTexts(fix), max: MOST_REVERTS };
  const found = await known.commits(said);
  if (!found.ok) return found;
  for (const { sha, message } of found.value) {
    if (!reverts(message, fix)) continue;
    const again =
      depth >= DEEPEST
        ? ok(undefined)
        : await revertOf({ known }, { shas: [sha] }, { tip, notReachableFrom }, depth + 1);
    if (!again.ok) return again;
    if (again.value === undefined) return ok(sha);
  }
  return ok(undefined);
}
