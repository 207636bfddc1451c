/**
 * The patch sets of one change: those the service has seen, those the forge says were pushed while it was not looking,
 * and the head. Each is recorded at first sight with its kind, its people and its time, because after the next push the
 * forge may not know any of it (RULINGS 4).
 */
import { changeKind } from "../src/core/change/change-kind.ts";
import { unrecorded, withoutPush, type Known, type Push } from "../src/core/change/push-history.ts";
import { trailerValues } from "../src/core/commit-message/trailers.ts";
import type { BranchName, RepoId, Sha } from "../src/core/ids.ts";
import type { ChangeKind, PatchSet, Signature } from "../src/core/policy/snapshot.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { ChangeRead, RepositoryRef } from "../src/forge/forge.ts";
import { gatherChangeKindFacts } from "../src/git/change-kind-facts.ts";
import type { Commit } from "../src/git/commit.ts";
import type { Footing, FootingProblem } from "./gather-stack.ts";
import { keepPatchSet, type Mirror } from "./mirror.ts";
import { recallChange } from "./remember-change.ts";
import type { Service } from "./service.ts";
import { completePatchSet, patchSetsOf, recordPatchSet, type RecordedPatchSet } from "./store/patch-sets.ts";

export interface PatchSetsOf {
  readonly ref: RepositoryRef;
  readonly repository: RepoId;
  readonly change: ChangeRead;
  readonly target: BranchName;
  readonly mirror: Mirror;
  /** What a head of this change stands on, in the world of now. */
  readonly footing: (head: Sha) => Promise<Result<Footing, FootingProblem>>;
}

/** Oldest first; the last is the head. Records what is new. */
export async function gatherPatchSets(
  service: Service,
  of: PatchSetsOf,
): Promise<Result<readonly PatchSet[], FootingProblem>> {
  const stored = await patchSetsOf(service.store, of.repository, of.change.number);
  const recalled = await recallChange(service, of, stored);
  if (!recalled.ok) return recalled;
  const { restart, done } = recalled.value;
  const recorded = recalled.value.stored
    ? [...(await patchSetsOf(service.store, of.repository, of.change.number))]
    : [...stored];
  let lost = restart;
  for (const push of unrecorded(recorded.map(knownOf), of.change, of.target)) {
    const made = await makePatchSet(of, push, { previous: recorded.at(-1), lost });
    if (!made.ok) {
      // A head that was pushed over and is gone cannot be judged; what follows it is a rework.
      if (push.sha === of.change.head || mayPass(made.problem)) return made;
      lost = true;
      continue;
    }
    const kept = await keepPatchSet(of.mirror, { change: of.change.number, n: made.value.n, sha: push.sha });
    if (!kept.ok) return kept;
    const seen = { ...timeOf(push, of.change, restart), ...withPeople(made.value, of.change.people) };
    const record = { change: of.change.number, target: of.target, patchSet: seen };
    await recordPatchSet(service.store, of.repository, { ...record, source: push.source }, service.clock.now());
    recorded.push(record);
    lost = false;
  }
  const stood = await standAnew(service, of, recorded);
  if (!stood.ok) return stood;
  await done();
  const learned = await learnPushers(service, of, recorded);
  return ok(learned.map((patchSet) => withPeople(patchSet, of.change.people)));
}

/**
 * The head's own range may change without a push: its base is edited, or what it stands on becomes known only now. With more
 * commits it is another patch set, which nobody has approved. With fewer it is the same one on a higher base, compared
 * anew with the one before it: so it does not matter when the service looked while a stack was being rearranged.
 */
async function standAnew(
  service: Service,
  of: PatchSetsOf,
  recorded: RecordedPatchSet[],
): Promise<Result<void, FootingProblem>> {
  const newest = recorded.at(-1)?.patchSet;
  if (newest === undefined || newest.sha !== of.change.head) return ok(undefined);
  const footing = await of.footing(newest.sha);
  if (!footing.ok) return footing;
  if (footing.value.base === newest.parent) return ok(undefined);
  const higher = await of.mirror.known.isAncestor(newest.parent, footing.value.base);
  if (!higher.ok) return higher;
  const grown = !higher.value;
  const push = grown
    ? withoutPush(of.change)
    : { sha: newest.sha, source: "seen" as const, ...(newest.pusher === undefined ? {} : { by: newest.pusher }) };
  const made = await makePatchSet(of, push, { previous: recorded.at(grown ? -1 : -2), lost: grown });
  if (!made.ok) return made;
  const { kind, ...rest } = made.value;
  const patchSet: PatchSet = grown
    ? { ...made.value, ...timeOf(push, of.change, false), n: newest.n + 1 }
    : { ...newest, ...rest, n: newest.n, kind: kind === "REWORK" ? newest.kind : kind };
  const people = withPeople(patchSet, of.change.people);
  const record = { change: of.change.number, target: of.target, patchSet: people };
  if (grown) {
    const kept = await keepPatchSet(of.mirror, { change: of.change.number, n: people.n, sha: people.sha });
    if (!kept.ok) return kept;
    await recordPatchSet(service.store, of.repository, { ...record, source: push.source }, service.clock.now());
    recorded.push(record);
  } else {
    await completePatchSet(service.store, of.repository, of.change.number, people);
    recorded.splice(-1, 1, record);
  }
  return ok(undefined);
}

/**
 * A patch set that the forge gives no time for is younger than every review there is, so that none of them counts as
 * given on it (threats T19, T21). The forge cuts times to seconds, so the reviews are named.
 */
function timeOf(
  { at }: Push,
  { reviews, updatedAt }: ChangeRead,
  restart: boolean,
): Pick<PatchSet, "at" | "earlierReviews"> {
  return at === undefined || restart ? { at: updatedAt, earlierReviews: reviews.map(({ id }) => id) } : { at };
}

/** The forge may know who pushed only a moment later; until then the pusher counts as unknown. */
async function learnPushers(
  service: Service,
  { repository, change }: PatchSetsOf,
  recorded: readonly RecordedPatchSet[],
): Promise<readonly PatchSet[]> {
  const learned: PatchSet[] = [];
  for (const { patchSet } of recorded) {
    const by = patchSet.pusher ?? change.pushes.findLast(({ after }) => after === patchSet.sha)?.by;
    const full = by === undefined ? patchSet : { ...patchSet, pusher: by };
    if (full.pusher !== patchSet.pusher) await completePatchSet(service.store, repository, change.number, full);
    learned.push(full);
  }
  return learned;
}

function knownOf({ target, patchSet: { sha } }: RecordedPatchSet): Known {
  return { sha, target };
}

/** The other side is away: whether the commit still exists is not known yet. */
function mayPass({ kind }: FootingProblem): boolean {
  return ["unreachable", "authentication", "no-remote-repository", "timeout", "aborted", "no-git"].includes(kind);
}

async function makePatchSet(
  of: PatchSetsOf,
  push: Push,
  { previous, lost }: { readonly previous: RecordedPatchSet | undefined; readonly lost: boolean },
): Promise<Result<PatchSet, FootingProblem>> {
  const fetched = await of.mirror.git.commit(push.sha);
  if (!fetched.ok) {
    const brought = await of.mirror.git.fetch(of.mirror.address, [{ from: push.sha }]);
    if (!brought.ok) return brought;
  }
  const footing = await of.footing(push.sha);
  if (!footing.ok) return footing;
  const { base, commits } = footing.value;
  const head = commits.find(({ sha }) => sha === push.sha) ?? (fetched.ok ? fetched.value : undefined);
  if (head === undefined) return fail({ kind: "missing-object", what: `commit ${push.sha}`, detail: "not listed" });
  const kind = lost ? ok<ChangeKind>("REWORK") : await kindOf(of, previous, { head: push.sha, base });
  if (!kind.ok) return kind;
  return ok({
    n: (previous?.patchSet.n ?? 0) + 1,
    sha: push.sha,
    parent: base,
    tree: head.tree,
    kind: kind.value,
    ...(push.by === undefined ? {} : { pusher: push.by }),
    ...peopleOf(commits, await shasOf(of, previous)),
    ...(push.at === undefined ? {} : { at: push.at }),
  });
}

async function kindOf(
  { mirror, target }: PatchSetsOf,
  previous: RecordedPatchSet | undefined,
  next: { readonly head: Sha; readonly base: Sha },
): Promise<Result<ChangeKind, FootingProblem>> {
  if (previous === undefined || previous.target !== target) return ok("REWORK");
  const ends = { head: previous.patchSet.sha, base: previous.patchSet.parent };
  for (const sha of [ends.head, ends.base]) {
    const here = await mirror.git.commit(sha);
    const brought = here.ok ? here : await mirror.git.fetch(mirror.address, [{ from: sha }]);
    // The mirror was lost, and the forge has let go of it: nothing is proven about what follows.
    if (!brought.ok) return mayPass(brought.problem) ? brought : ok("REWORK");
  }
  const facts = await gatherChangeKindFacts(mirror.git, { previous: ends, next });
  return facts.ok ? ok(changeKind(facts.value)) : facts;
}

/** The own range of a recorded patch set. None where git cannot say: then everybody is new, which only adds contributors. */
async function shasOf({ mirror }: PatchSetsOf, recorded: RecordedPatchSet | undefined): Promise<ReadonlySet<Sha>> {
  if (recorded === undefined) return new Set();
  const { sha, parent } = recorded.patchSet;
  const range = await mirror.known.commits({ from: sha, notReachableFrom: [parent] });
  return new Set(range.ok ? range.value.map((commit) => commit.sha) : []);
}

/** Everybody whose name stands on a commit of the range, each once a role. `before`: commits of the patch set before it. */
function peopleOf(
  commits: readonly Commit[],
  before: ReadonlySet<Sha>,
): Pick<PatchSet, "authors" | "committers" | "coauthors"> {
  const oldestFirst = [...commits].reverse();
  const roleOf = (named: (commit: Commit) => readonly Signature[]): readonly Signature[] =>
    once(
      oldestFirst.flatMap((commit) =>
        named(commit).map((one) => (before.has(commit.sha) ? { ...one, carried: true as const } : one)),
      ),
    );
  return {
    authors: roleOf(({ author: { name, email } }) => [{ name, email }]),
    committers: roleOf(({ committer: { name, email } }) => [{ name, email }]),
    coauthors: roleOf(coauthorsOf),
  };
}

/** GitHub commits a suggestion in the browser, in its own name, with the suggesting person as co-author. */
function coauthorsOf({ message, committer }: Commit): readonly Signature[] {
  const suggested = committer.email.toLowerCase() === "noreply@github.com";
  return trailerValues(message, "Co-authored-by").map((value) => {
    const [, name = value, email = ""] = /^(.*?)\s*<([^<>]*)>\s*$/.exec(value) ?? [];
    return { name, email, ...(suggested ? { via: "suggestion" as const } : {}) };
  });
}

function once(signatures: readonly Signature[]): readonly Signature[] {
  const seen = new Map<string, Signature>();
  for (const signature of signatures) {
    const key = `${signature.name}\n${signature.email.toLowerCase()}`;
    const twin = seen.get(key);
    seen.set(key, twin === undefined ? signature : both(twin, signature));
  }
  return [...seen.values()];
}

/** What excuses somebody has to hold for every commit with their name. */
function both({ carried, via, ...plain }: Signature, other: Signature): Signature {
  return {
    ...plain,
    ...(via === undefined || other.via === undefined ? {} : { via }),
    ...(carried === undefined || other.carried === undefined ? {} : { carried }),
  };
}

/** Who an email belongs to is asked anew each time: people register theirs later. */
function withPeople(patchSet: PatchSet, people: ChangeRead["people"]): PatchSet {
  const known = (signature: Signature): Signature => {
    const key = signature.email.toLowerCase();
    const user = Object.hasOwn(people, key) ? people[key] : undefined;
    return user === undefined ? signature : { ...signature, user };
  };
  return {
    ...patchSet,
    authors: patchSet.authors.map(known),
    committers: patchSet.committers.map(known),
    coauthors: patchSet.coauthors.map(known),
  };
}
