/** What of a branch's commits still stands: one that a later commit takes back does not, unless that one was taken back in turn. */
import { picksOf, type Fix } from "./fix.ts";
import { commitsRevertedBy } from "./reverted.ts";

/** What git writes at least of a name. */
const SHORT = 7;

/** `commits`: newest first, of one branch; so is what is left. */
export function standing<F extends Fix>(commits: readonly F[]): readonly F[] {
  const gone = revertedIn(commits);
  return gone.size === 0 ? commits : commits.filter(({ sha }) => !gone.has(sha));
}

/** Without the commits that take back nothing but what is gone: the two of them together did nothing. */
export function withoutUndone<F extends Fix>(commits: readonly F[]): readonly F[] {
  const gone = revertedIn(commits);
  if (gone.size === 0) return commits;
  const undone = commits.filter(({ sha }) => gone.has(sha)).flatMap(({ sha, message }) => [sha, ...picksOf(message)]);
  const isUndone = (name: string): boolean => undone.some((called) => called.startsWith(name));
  return commits.filter(({ sha, message }) => {
    const names = commitsRevertedBy(message);
    return !gone.has(sha) && (names.length === 0 || !names.every(isUndone));
  });
}

function revertedIn(commits: readonly Fix[]): ReadonlySet<string> {
  const byStart = new Map<string, { readonly sha: string; readonly called: string }[]>();
  // A revert that was picked too names what it took back where it came from.
  for (const { sha, message } of commits)
    for (const called of [sha, ...picksOf(message)]) {
      const start = called.slice(0, SHORT);
      byStart.set(start, [...(byStart.get(start) ?? []), { sha, called }]);
    }
  const gone = new Set<string>();
  for (const { sha, message } of commits) {
    if (gone.has(sha)) continue;
    for (const name of commitsRevertedBy(message))
      for (const one of byStart.get(name.slice(0, SHORT)) ?? []) if (one.called.startsWith(name)) gone.add(one.sha);
  }
  return gone;
}
