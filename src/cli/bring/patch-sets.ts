/**
 * Patch sets of a change in this clone: under `refs/remotes/<remote>/changes/`, where they are put when they are fetched, and where
 * a refspec of the user's own (`+refs/changes/*:refs/remotes/origin/changes/*`) puts all of them.
 */
import { parsePatchSetRef, patchSetFolder, patchSetRef, type PatchSetName } from "../../core/change/patch-set-ref.ts";
import { parseRefName, type RefName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Location } from "../../config/locate.ts";
import { type ChangeRead } from "../../forge/forge.ts";
import { parseRefPattern, type FetchSpec } from "../../git/slots.ts";
import { type Desk, type Workshop } from "../desk.ts";
import { EXIT, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";

/** A clone of a GitHub project whose forge is asked only where it must be. */
export interface GitHubClone extends Workshop {
  readonly location: Location;
  desk(): Promise<Result<Desk, CliProblem>>;
  /** Asked once. */
  change(number: number): Promise<Result<ChangeRead, CliProblem>>;
}

export async function localPatchSet(
  clone: GitHubClone,
  name: PatchSetName,
): Promise<Result<Sha | undefined, CliProblem>> {
  const ref = trackingRef(clone, patchSetRef(name));
  const found = ref === undefined ? ok([]) : await clone.repository.refs(ref);
  return found.ok ? ok(found.value[0]?.sha) : fail(ofGit(found.problem));
}

/** By number; what this clone has seen of the change. */
export async function keptPatchSets(
  clone: GitHubClone,
  change: number,
): Promise<Result<ReadonlyMap<number, Sha>, CliProblem>> {
  const folder = `refs/remotes/${clone.location.remote}/${patchSetFolder(change).slice("refs/".length)}`;
  const pattern = parseRefPattern(folder);
  const found = pattern === undefined ? ok([]) : await clone.repository.refs(pattern);
  if (!found.ok) return fail(ofGit(found.problem));
  const kept = found.value.flatMap(({ name, sha }): readonly (readonly [number, Sha])[] => {
    const set = parsePatchSetRef(name.replace(`refs/remotes/${clone.location.remote}/`, "refs/"));
    return set === undefined ? [] : [[set.n, sha]];
  });
  return ok(new Map(kept));
}

/** The newest one, whose head the forge has just named, or one by its number. */
export type Wanted = { readonly number: number; readonly head: Sha } | { readonly number: number; readonly n: number };

export async function fetchPatchSet(clone: GitHubClone, wanted: Wanted): Promise<Result<Sha, CliProblem>> {
  if ("head" in wanted) {
    const here = await clone.repository.commit(wanted.head);
    if (here.ok) return ok(wanted.head);
    const spec = parseRefName(`refs/pull/${wanted.number}/head`);
    const fetched = await fetch(clone, `#${wanted.number}`, [{ from: spec ?? wanted.head }]);
    return fetched.ok ? ok(wanted.head) : fetched;
  }
  const from = patchSetRef({ change: wanted.number, n: wanted.n });
  const to = trackingRef(clone, from);
  if (to === undefined) return fail(ofGit({ kind: "unsafe-name", what: "remote", text: clone.location.remote }));
  const fetched = await fetch(clone, `#${wanted.number},${wanted.n}`, [{ from, to, force: true }], "may be missing");
  if (!fetched.ok) return fetched;
  if (fetched.value === "missing") return fromPushes(clone, wanted);
  const local = await localPatchSet(clone, { change: wanted.number, n: wanted.n });
  if (!local.ok) return local;
  return local.value === undefined ? fromPushes(clone, wanted) : ok(local.value);
}

async function fetch(
  clone: GitHubClone,
  what: string,
  specs: readonly FetchSpec[],
  missing: "may be missing" | "must be there" = "must be there",
): Promise<Result<"fetched" | "missing", CliProblem>> {
  const desk = await clone.desk();
  if (!desk.ok) return desk;
  const { repository, remote, say } = desk.value;
  const fetched = await say.during(`Fetching ${what}`, repository.fetch(remote, specs));
  if (fetched.ok) return ok("fetched");
  const isGone = missing === "may be missing" && fetched.problem.kind === "missing-object";
  return isGone ? ok("missing") : fail(ofGit(fetched.problem));
}

/**
 * Where no service keeps patch sets, forced pushes name the heads that were pushed over. Plain pushes are not among them, so the
 * count may be lower than a service's; whoever looks is told.
 */
async function fromPushes(
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
  const there = await clone.repository.commit(sha);
  if (!there.ok) {
    const fetched = await fetch(clone, `#${number},${n}`, [{ from: sha }], "may be missing");
    if (!fetched.ok) return fetched;
    if (fetched.value === "missing") return fail(gone(clone, { number, n, sha }));
  }
  clone.say.note(
    `No service keeps the patch sets of #${number}: they are counted from its forced pushes, ${known.length} as far as GitHub remembers`,
  );
  return ok(sha);
}

function noSuchPatchSet(number: number, n: number, known: number): CliProblem {
  return {
    message: `Cannot find patch set ${n} of #${number}: ${known === 1 ? "only one is known" : `${known} are known`}`,
    hint: `give a number from 1 to ${known}, or none for the newest`,
    exit: EXIT.refused,
  };
}

function gone(
  { location }: GitHubClone,
  of: { readonly number: number; readonly n: number; readonly sha: Sha },
): CliProblem {
  return {
    message: `Cannot fetch patch set ${of.n} of #${of.number}: it was ${of.sha.slice(0, 12)}, which ${location.host} has let go of`,
    hint: "whoever pushed it may still have it; where the plustwo service runs, patch sets are kept",
    exit: EXIT.refused,
  };
}

function trackingRef({ location }: GitHubClone, ref: RefName): RefName | undefined {
  return parseRefName(`refs/remotes/${location.remote}/${ref.slice("refs/".length)}`);
}
