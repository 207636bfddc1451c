/**
 * Patch sets where no service keeps them: forced pushes name the heads that were pushed over. Plain pushes are not among them, so
 * the count may be lower than a service's, and a forge lets go of such heads in time; whoever looks is told both.
 */
import { type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { fetch, type GitHubClone } from "./clone.ts";

export async function fromPushes(
  clone: GitHubClone,
  { number, n }: { readonly number: number; readonly n: number },
): Promise<Result<Sha, CliProblem>> {
  const change = await clone.change(number);
  if (!change.ok) return change;
  const { pushes, head } = change.value;
  const heads = pushes.flatMap(({ before, after }, index) =>
    index === 0 && before !== undefined ? [before, after] : [after],
  );
  const known = heads.at(-1) === head ? heads : [...heads, head];
  const sha = known[n - 1];
  if (sha === undefined) return fail(noSuchPatchSet(number, n, known.length));
  const there = await isHad(clone, { number, n, sha });
  if (!there.ok) return there;
  if (!there.value) {
    const others = await whichAreGone(clone, number, known);
    return others.ok ? fail(gone(clone, { number, n, sha }, { known: known.length, gone: others.value })) : others;
  }
  clone.say.note(
    `No service keeps the patch sets of #${number}: they are counted from its forced pushes, ${known.length} as far as GitHub remembers`,
  );
  return ok(sha);
}

async function isHad(
  clone: GitHubClone,
  { number, n, sha }: { readonly number: number; readonly n: number; readonly sha: Sha },
): Promise<Result<boolean, CliProblem>> {
  if ((await clone.repository.commit(sha)).ok) return ok(true);
  const fetched = await fetch(clone, `#${number},${n}`, [{ from: sha }], "may be missing");
  return fetched.ok ? ok(fetched.value === "fetched") : fetched;
}

/** Only after one was found to be: each is asked for by itself. Of many the newest twenty. */
async function whichAreGone(
  clone: GitHubClone,
  number: number,
  known: readonly Sha[],
): Promise<Result<readonly number[], CliProblem>> {
  const lost: number[] = [];
  for (const [index, sha] of known.entries()) {
    if (index < known.length - MOST_ASKED) continue;
    const had = await isHad(clone, { number, n: index + 1, sha });
    if (!had.ok) return had;
    if (!had.value) lost.push(index + 1);
  }
  return ok(lost);
}

const MOST_ASKED = 20;

function noSuchPatchSet(number: number, n: number, known: number): CliProblem {
  return {
    message: `Cannot find patch set ${n} of #${number}: ${known === 1 ? "only one is known" : `${known} are known`}`,
    hint: `give a number from 1 to ${known}, or none for the newest`,
    exit: EXIT.refused,
  };
}

export function gone(
  { location }: GitHubClone,
  of: { readonly number: number; readonly n: number; readonly sha: Sha },
  among?: { readonly known: number; readonly gone: readonly number[] },
): CliProblem {
  const others =
    among === undefined || among.gone.length < 2
      ? ""
      : `; of ${among.known} patch sets ${among.gone.join(", ")} are gone`;
  return {
    message: `Cannot fetch patch set ${of.n} of #${of.number}: it was ${of.sha.slice(0, 12)}, which ${location.host} has let go of${others}`,
    hint: "whoever pushed it may still have it; where the plustwo service runs, patch sets are kept",
    exit: EXIT.refused,
  };
}
