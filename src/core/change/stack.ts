/**
 * The stack: commits above the target put in order and proven fit to be one change each.
 * Everything is refused here that the server would refuse later, or worse, accept.
 */
import { type ChangeId, type Sha } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { messageParts, type Change, type Stack } from "./change.ts";

/** A commit with what its message says of its Change-Id. */
export interface StackCommit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
  readonly id: CommitId;
}

export type CommitId =
  | { readonly kind: "one"; readonly id: ChangeId }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly found: readonly string[] }
  | { readonly kind: "malformed"; readonly found: string };

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
  | { readonly kind: "unfinished"; readonly commit: CommitName; readonly word: string }
  | { readonly kind: "no-change-id"; readonly commit: CommitName }
  | { readonly kind: "several-change-ids"; readonly commit: CommitName; readonly found: readonly string[] }
  | { readonly kind: "malformed-change-id"; readonly commit: CommitName; readonly found: string }
  | { readonly kind: "same-change-id"; readonly id: ChangeId; readonly commits: readonly CommitName[] };

/** Pull requests a person may open in an hour on GitHub are about 500, in a minute 80. Source: GitHub, "Rate limits". */
export const LONGEST_STACK = 80;

/**
 * Puts the commits above the target in order, oldest first, and makes each a change.
 * `tip` is the newest. Fails with the first problem from the bottom up.
 */
export function orderStack(commits: readonly StackCommit[], tip: Sha): Result<Stack, StackProblem> {
  if (commits.length === 0) return fail({ kind: "nothing-above-target" });
  const shape = linear(commits, tip);
  if (!shape.ok) return shape;
  if (commits.length > LONGEST_STACK) return fail({ kind: "too-many", count: commits.length, limit: LONGEST_STACK });
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
  return { sha: commit.sha, subject: messageParts(commit.message).subject };
}

function linear(commits: readonly StackCommit[], tip: Sha): Result<readonly StackCommit[], StackProblem> {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const merge = commits.find((commit) => commit.parents.length > 1);
  if (merge !== undefined) return fail({ kind: "merge-commit", commit: commitName(merge) });
  const ordered: StackCommit[] = [];
  for (let at = bySha.get(tip); at !== undefined; at = bySha.get(at.parents[0] ?? at.sha)) {
    ordered.unshift(at);
    if (at.parents.length === 0) return fail({ kind: "unrelated", commit: commitName(at) });
  }
  if (ordered.length !== commits.length) throw new Error("The commits above the target are not one line below the tip");
  return ok(ordered);
}

function changeOf(commit: StackCommit): Result<Change, StackProblem> {
  const { subject, body } = messageParts(commit.message);
  const name = commitName(commit);
  const [parent] = commit.parents;
  if (parent === undefined) return fail({ kind: "unrelated", commit: name });
  if (subject === "") return fail({ kind: "no-subject", commit: name });
  const unfinished = /^(fixup|squash|amend)! /.exec(subject)?.[1];
  if (unfinished !== undefined) return fail({ kind: "unfinished", commit: name, word: unfinished });
  switch (commit.id.kind) {
    case "one":
      return ok({ id: commit.id.id, commit: commit.sha, tree: commit.tree, parent, subject, body });
    case "none":
      return fail({ kind: "no-change-id", commit: name });
    case "several":
      return fail({ kind: "several-change-ids", commit: name, found: commit.id.found });
    case "malformed":
      return fail({ kind: "malformed-change-id", commit: name, found: commit.id.found });
  }
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
