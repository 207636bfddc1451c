/**
 * Branded names for the things plustwo passes around, each made in one place.
 * A parser answers `undefined` for text that is not such a name; the caller says what was being read.
 */
declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A commit, tree or blob: 40 or 64 lower-case hex digits. */
export type Sha = Branded<string, "Sha">;
/** `I` and 40 lower-case hex digits. Source: Gerrit, "Change-Ids". */
export type ChangeId = Branded<string, "ChangeId">;
/** A branch without `refs/heads/`. */
export type BranchName = Branded<string, "BranchName">;
/** A full ref: `refs/…`. */
export type RefName = Branded<string, "RefName">;
/** A queue item, derived from its members and seal. */
export type ItemId = Branded<string, "ItemId">;
/** A build, derived from its stack and the commit it is built onto. */
export type BuildId = Branded<string, "BuildId">;
/** A required job as the policy names it: `style`, `unit`, `integration`. */
export type JobName = Branded<string, "JobName">;
export type UserId = Branded<number, "UserId">;
export type RepoId = Branded<number, "RepoId">;

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const CHANGE_ID = /^I[0-9a-f]{40}$/;
// Tighter than git itself: ASCII only, so that no name can deceive a reader or pass as an option (threats T33, T41).
const REF_PART = /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)|@\{))[A-Za-z0-9._/@#+=,-]{1,200}(?<![/.])$/;

export function parseSha(text: string): Sha | undefined {
  return SHA.test(text) ? (text as Sha) : undefined;
}

export function parseChangeId(text: string): ChangeId | undefined {
  return CHANGE_ID.test(text) ? (text as ChangeId) : undefined;
}

export function parseBranchName(text: string): BranchName | undefined {
  return REF_PART.test(text) && text !== "@" && text !== "HEAD" ? (text as BranchName) : undefined;
}

export function parseRefName(text: string): RefName | undefined {
  return text.startsWith("refs/") && REF_PART.test(text) ? (text as RefName) : undefined;
}

export function branchRef(branch: BranchName): RefName {
  return `refs/heads/${branch}` as RefName;
}

/** The branch of a full `refs/heads/…` name. */
export function branchOfRef(ref: RefName): BranchName | undefined {
  return ref.startsWith("refs/heads/") ? parseBranchName(ref.slice("refs/heads/".length)) : undefined;
}

export function itemId(text: string): ItemId {
  return text as ItemId;
}

export function buildId(text: string): BuildId {
  return text as BuildId;
}

export function jobName(text: string): JobName {
  return text as JobName;
}

export function userId(id: number): UserId {
  return id as UserId;
}

export function repoId(id: number): RepoId {
  return id as RepoId;
}
