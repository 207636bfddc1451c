/**
 * The stack: commits above the target put in order and proven fit to be one change each.
 * Everything is refused here that the server would refuse later, or worse, accept.
 */
import { changeIdFromHeaders, changeIdOf, type ChangeIdProblem } from "../commit-message/change-id.ts";
import { bodyOf, isFixup, subjectOf } from "../commit-message/message.ts";
import { type ChangeId, type Sha } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { type Change, type Stack } from "./change.ts";

/** A commit as git has it. `headers` are the unusual ones: Jujutsu and GitButler keep an id there. */
export interface StackCommit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CommitName {
  readonly sha: Sha;
  readonly subject: string;
}

export type StackProblem =
  | { readonly kind: "nothing-above-target" }
  | { readonly kind: "too-many"; readonly count: number; readonly limit: number }
  | { readonly kind: "merge-commit"; readonly commit: CommitName }
  | { readonly kind: "unrelated"; readonly commit: CommitName }
  | { readonly kind: "no-subject"; readonly commit: CommitName }
  | { readonly kind: "fixup"; readonly commit: CommitName }
  | { readonly kind: "change-id"; readonly commit: CommitName; readonly problem: ChangeIdProblem }
  | { readonly kind: "same-change-id"; readonly id: ChangeId; readonly commits: readonly CommitName[] };

/** Pull requests a person may open in an hour on GitHub are about 500, in a minute 80. Source: GitHub, "Rate limits". */
export const LONGEST_STACK = 80;

/**
 * Puts the commits above the target in order, oldest first, and makes each a change.
 * `tip` is the newest. Fails with the first problem from the bottom up.
 */
export function orderStack(commits: readonly StackCommit[], tip: Sha): Result<Stack, StackProblem> {
  if (commits.length === 0) return fail({ kind: "nothing-above-target" });
  if (commits.length > LONGEST_STACK) return fail({ kind: "too-many", count: commits.length, limit: LONGEST_STACK });
  const shape = linear(commits, tip);
  if (!shape.ok) return shape;
  const changes: Change[] = [];
  for (const commit of shape.value) {
    const change = changeOf(commit);
    if (!change.ok) return change;
    changes.push(change.value);
  }
  const twice = sameId(changes);
  return twice === undefined ? ok(changes) : fail(twice);
}

export function commitName(commit: Pick<StackCommit, "sha" | "message">): CommitName {
  return { sha: commit.sha, subject: subjectOf(commit.message) };
}

/** From the tip down, so that the order git printed them in does not matter. */
export function linear<C extends StackCommit>(commits: readonly C[], tip: Sha): Result<readonly C[], StackProblem> {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const merge = commits.find((commit) => commit.parents.length > 1);
  if (merge !== undefined) return fail({ kind: "merge-commit", commit: commitName(merge) });
  const ordered: C[] = [];
  for (let at = bySha.get(tip); at !== undefined; at = bySha.get(at.parents[0] ?? at.sha)) {
    ordered.unshift(at);
    if (at.parents.length === 0) return fail({ kind: "unrelated", commit: commitName(at) });
  }
  if (ordered.length !== commits.length) throw new Error("The commits above the target are not one line below the tip");
  return ok(ordered);
}

function changeOf(commit: StackCommit): Result<Change, StackProblem> {
  const name = commitName(commit);
  const { subject } = name;
  const [parent] = commit.parents;
  if (parent === undefined) return fail({ kind: "unrelated", commit: name });
  if (subject === "") return fail({ kind: "no-subject", commit: name });
  if (isFixup(subject)) return fail({ kind: "fixup", commit: name });
  const id = idOf(commit);
  if (!id.ok) return fail({ kind: "change-id", commit: name, problem: id.problem });
  return ok({ id: id.value, commit: commit.sha, tree: commit.tree, parent, subject, body: bodyOf(commit.message) });
}

/** The message's id, else the one that follows from a header. */
function idOf(commit: StackCommit): Result<ChangeId, ChangeIdProblem> {
  const read = changeIdOf(commit.message);
  if (read.ok || read.problem.kind !== "none") return read;
  const derived = changeIdFromHeaders(commit.headers);
  return derived === undefined ? read : ok(derived);
}

/** For readers, who refuse nothing: the id where there is exactly one. */
export function changeIdOfCommit(commit: StackCommit): ChangeId | undefined {
  const id = idOf(commit);
  return id.ok ? id.value : undefined;
}

/** A commit that says nothing about an id: `git review` gives it one. */
export function lacksChangeId(commit: StackCommit): boolean {
  const id = idOf(commit);
  return !id.ok && id.problem.kind === "none" && id.problem.misplaced === undefined;
}

function sameId(changes: Stack): StackProblem | undefined {
  for (const change of changes) {
    const same = changes.filter((other) => other.id === change.id);
    if (same.length < 2) continue;
    return {
      kind: "same-change-id",
      id: change.id,
      commits: same.map(({ commit, subject }) => ({ sha: commit, subject })),
    };
  }
  return undefined;
}
