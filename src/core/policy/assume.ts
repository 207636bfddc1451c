/**
 * "What if": a snapshot as it would be after somebody votes, pushes, waits … — one assumption after the other, each on what those
 * before it left. Pure and total: whether it would be allowed is the evaluation's to say, never this room's. What comes back is
 * evaluated at its own `now`.
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { parseSha, type BranchName, type Sha } from "../ids.ts";
import { after, type Instant } from "../time.ts";
import { standingOfEntry } from "./check-entries.ts";
import { askedOfHead } from "./check-results.ts";
import { GITHUB_ACTIONS, permittedRange, groupsOf, type CheckEntry, type Policy } from "./policy.ts";
import type { ChangeFacts, ChangeKind, Check, PatchSet, Person, PolicySnapshot, Signature, Vote } from "./snapshot.ts";

export type Assumption =
  /** A review on the head now; 0 takes the vote back. */
  | { readonly kind: "vote"; readonly by: Person; readonly label: string; readonly value: number }
  | { readonly kind: "retract"; readonly by: Person; readonly label: string }
  /** A new patch set, on which nothing has run yet. Its files are those of the one before. */
  | { readonly kind: "push"; readonly change: ChangeKind; readonly by: Person }
  /** By the check's name in the policy: every producer of it says so of the head. `running`: it has begun and not ended; `none`: nothing is there. */
  | { readonly kind: "check"; readonly check: string; readonly conclusion: string }
  | { readonly kind: "member"; readonly who: Person; readonly group: string; readonly is: "in" | "out" }
  | { readonly kind: "time"; readonly ms: number }
  /** Another target: a new patch set that no vote is carried to (ruling 3). */
  | { readonly kind: "base"; readonly branch: BranchName }
  | { readonly kind: "resolve" }
  | { readonly kind: "ready" }
  | { readonly kind: "draft" }
  | { readonly kind: "override"; readonly rule: string; readonly by: Person; readonly reason: string };

export function assume(policy: Policy, snapshot: PolicySnapshot, assumptions: readonly Assumption[]): PolicySnapshot {
  return assumptions.reduce((before, assumption) => assumeOne(policy, before, assumption), snapshot);
}

/** Whoever the snapshot knows by this login, upper and lower case alike. The service's own word for bots: a `[bot]` login. */
export function personNamed(snapshot: PolicySnapshot, login: string): Person | undefined {
  const asked = login.toLowerCase();
  const { owner, requester, reviewers, patchSets } = snapshot.change;
  const signed = patchSets.flatMap(({ pusher, authors, committers, coauthors }) => [
    pusher,
    ...[...authors, ...committers, ...coauthors].map(({ user }) => user),
  ]);
  const members = Object.values(snapshot.groups)
    .flat()
    .map(({ id, login: name }): Person => ({ id, login: name, type: "User" }));
  return [
    owner,
    requester,
    ...snapshot.votes.map(({ user }) => user),
    ...reviewers,
    ...signed,
    ...snapshot.overrides.map(({ by }) => by),
    ...members,
  ].find((one) => one?.login.toLowerCase() === asked);
}

function assumeOne(policy: Policy, snapshot: PolicySnapshot, assumption: Assumption): PolicySnapshot {
  const { change } = snapshot;
  switch (assumption.kind) {
    case "vote":
      return { ...snapshot, votes: [...snapshot.votes, assumedVote(policy, snapshot, assumption)] };
    case "retract":
      return { ...snapshot, votes: [...snapshot.votes, assumedVote(policy, snapshot, { ...assumption, value: 0 })] };
    case "push":
      return { ...snapshot, change: push(change, assumption, snapshot.now) };
    case "check":
      return { ...snapshot, checks: concluded(policy, snapshot, assumption) };
    case "member": {
      const { who, group, is } = assumption;
      const others = (snapshot.groups[group] ?? []).filter(({ id }) => id !== who.id);
      const members = is === "in" ? [...others, { id: who.id, login: who.login }] : others;
      return { ...snapshot, groups: { ...snapshot.groups, [group]: members } };
    }
    case "time":
      return { ...snapshot, now: after(snapshot.now, assumption.ms) };
    case "base": {
      const newest = change.patchSets.at(-1);
      const again: readonly PatchSet[] =
        newest === undefined
          ? []
          : [{ ...newest, n: newest.n + 1, kind: "REWORK", at: snapshot.now, ...allCarried(newest) }];
      const moved = { ...change, branch: assumption.branch, patchSets: [...change.patchSets, ...again] };
      return { ...snapshot, change: moved };
    }
    case "resolve":
      return { ...snapshot, facts: { ...snapshot.facts, unresolved: 0 } };
    case "ready":
    case "draft":
      return { ...snapshot, change: { ...change, draft: assumption.kind === "draft" } };
    case "override": {
      const { rule, by, reason } = assumption;
      const source = { kind: "review" as const, id: nextId(snapshot.overrides.map((one) => one.source?.id ?? "")) };
      const asked = { name: rule, by, reason, at: snapshot.now, sha: change.head, source, state: "current" as const };
      return { ...snapshot, overrides: [...snapshot.overrides, asked] };
    }
  }
}

/** On the head now, with the right its author has now; the newest of its author on this label. */
export function assumedVote(
  policy: Policy,
  snapshot: PolicySnapshot,
  { by, label, value }: { readonly by: Person; readonly label: string; readonly value: number },
): Vote {
  const { change, groups } = snapshot;
  const before = snapshot.votes.filter((vote) => vote.user.id === by.id && vote.label === label);
  const permitted = permittedRange(policy, label, {
    id: by.id,
    owner: by.id === change.owner.id,
    branch: change.branch,
    groups: groupsOf(groups, by.id),
  });
  return {
    user: by,
    label,
    value,
    patchSet: change.patchSets.at(-1)?.n ?? 0,
    sha: change.head,
    at: before.reduce((latest, { at }) => (at > latest ? at : latest), snapshot.now),
    source: { kind: "review", id: nextId(before.map(({ source }) => source.id)) },
    permitted: permitted ?? { min: 0, max: 0 },
    state: "current",
  };
}

/** Ids of reviews are numbers as text, longer is later: one more digit than any of these. */
function nextId(ids: readonly string[]): string {
  return "9".repeat(1 + ids.reduce((longest, id) => Math.max(longest, id.length), 15));
}

function push(
  change: ChangeFacts,
  { change: kind, by }: { readonly change: ChangeKind; readonly by: Person },
  at: Instant,
): ChangeFacts {
  const newest = change.patchSets.at(-1);
  const n = (newest?.n ?? 0) + 1;
  const made = (what: string) => madeUp(`${what} ${n} ${kind} ${by.id} on ${change.head}`) ?? change.head;
  const sha = made("commit");
  const sameTree = kind === "NO_CHANGE" || kind === "NO_CODE_CHANGE";
  const sameBase = sameTree || kind === "REWORK";
  const author: Signature = { name: by.login, email: "", user: by };
  const next: PatchSet = {
    n,
    sha,
    parent: newest !== undefined && sameBase ? newest.parent : made("parent"),
    tree: newest !== undefined && sameTree ? newest.tree : made("tree"),
    kind,
    pusher: by,
    ...(newest === undefined ? { authors: [author], coauthors: [] } : allCarried(newest)),
    committers: [author],
    at,
  };
  const commits = change.commits.map((commit, index) =>
    index === change.commits.length - 1 ? { ...commit, sha } : commit,
  );
  return { ...change, head: sha, commits, patchSets: [...change.patchSets, next] };
}

/** Whoever wrote what was there before is counted there. */
function allCarried({
  authors,
  committers,
  coauthors,
}: PatchSet): Pick<PatchSet, "authors" | "committers" | "coauthors"> {
  const carried = (signatures: readonly Signature[]) =>
    signatures.map((signature): Signature => ({ ...signature, carried: true }));
  return { authors: carried(authors), committers: carried(committers), coauthors: carried(coauthors) };
}

function madeUp(text: string): Sha | undefined {
  return parseSha(bytesToHex(sha1(utf8ToBytes(text))));
}

function concluded(
  policy: Policy,
  snapshot: PolicySnapshot,
  { check, conclusion }: { readonly check: string; readonly conclusion: string },
): readonly Check[] {
  const source = policy.checks.find(({ name }) => name === check);
  return (source?.entries ?? []).reduce((checks, entry) => {
    const asked = askedOfHead(policy.checks, { ...snapshot, checks }, snapshot.now);
    const legs = new Set(standingOfEntry(entry, asked).legs);
    if (conclusion === "none") return checks.filter((one) => !legs.has(one));
    return legs.size > 0
      ? checks.map((one) => (legs.has(one) ? again(one, conclusion, snapshot.now) : one))
      : [...checks, again(firstOf(entry, snapshot), conclusion, snapshot.now)];
  }, snapshot.checks);
}

function again({ conclusion: _, summary: __, ...check }: Check, conclusion: string, now: Instant): Check {
  const at = check.at > now ? check.at : now;
  const run = { ...check, attempt: check.attempt + 1, at };
  return conclusion === "running" ? { ...run, status: "in_progress" } : { ...run, status: "completed", conclusion };
}

/** Where its pattern stands for many names, one of the pattern's own text. */
function firstOf({ pattern, producer }: CheckEntry, { change, now }: PolicySnapshot): Check {
  const common = { name: pattern, sha: change.head, status: "queued" as const, at: now, attempt: 0 };
  switch (producer.kind) {
    case "actions":
      return {
        ...common,
        kind: "job",
        app: GITHUB_ACTIONS,
        workflow: producer.workflow,
        event: "pull_request",
        headBranch: change.headBranch,
      };
    case "app":
      return { ...common, kind: "check-run", app: producer.app };
    case "status":
      return { ...common, kind: "status", creator: { ...producer.by, type: "User" } };
  }
}
