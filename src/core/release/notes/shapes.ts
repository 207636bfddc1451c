/**
 * What the scanner of release notes is given (what git knows) and what it answers (which note belongs to which version).
 * Gathered by src/git/notes-history.ts, decided by scan.ts.
 */
import type { Sha } from "../../ids.ts";

/** How far the answer goes. `reno`: byte for byte what reno 4.1 answers, with what it loses. `complete`: every note has its place. */
export type ScanMode = "complete" | "reno";

/** Commits by number: children and parents in no particular order. All lists are as long as there are commits. */
export interface CommitGraph {
  /** A list, or what answers as one does: of most commits nobody asks for the name. */
  readonly shas: Pick<readonly Sha[], "at">;
  /** Numbers of the parents, in the commit's own order. */
  readonly parents: readonly (readonly number[])[];
  /** Seconds since 1970, the committer's. */
  readonly times: readonly number[];
}

export type ChangeType = "add" | "modify" | "delete";

/** What a commit does to one file of the notes, against one of its parents. */
export interface NoteChange {
  readonly type: ChangeType;
  /** From the top of the repository. */
  readonly path: string;
  /** The file's content in the commit; for `delete` in the parent. */
  readonly blob: Sha;
}

/**
 * What a commit does to the notes. One list for a commit with one parent or none; a merge has one for each path that it settles
 * otherwise than one of its parents had it, with one change for each parent, and `undefined` where that parent had the same.
 */
export type NoteChanges =
  | { readonly kind: "plain"; readonly changes: readonly NoteChange[] }
  | {
      readonly kind: "merge";
      readonly paths: readonly (readonly (NoteChange | undefined)[])[];
      /** For each parent, whether it has the notes' folder at all. */
      readonly hasFolder: readonly boolean[];
    };

export interface TagFact {
  readonly name: string;
  /** The number of the commit it leads to, through other tags if need be; `undefined`: not in the graph. */
  readonly commit: number | undefined;
  /** Seconds since 1970: when the tag was made, or for a plain one its commit. */
  readonly at: number;
}

export interface RefFact {
  /** Full: `refs/heads/…`, `refs/remotes/…`. */
  readonly name: string;
  readonly commit: number;
}

export interface WorkChange {
  readonly path: string;
  /** `staged`: the index against HEAD; `unstaged`: the work tree against the index. */
  readonly where: "staged" | "unstaged";
  readonly type: ChangeType;
}

export interface ScanInput {
  /** Of the scanned commit, the default branch and all that may be a series' branch. */
  readonly graph: CommitGraph;
  /** The number of the commit that is scanned. */
  readonly head: number;
  /** The branch that was asked for; `undefined`: what is checked out, with its work tree. */
  readonly branch: string | undefined;
  readonly refs: readonly RefFact[];
  readonly tags: readonly TagFact[];
  /** By number of the commit; a commit that does nothing to notes has no entry. */
  readonly changes: ReadonlyMap<number, NoteChanges>;
  /** Merges of a tagged commit that change no file against all their parents. */
  readonly nullMerges: ReadonlySet<number>;
  /** Every file under the notes' folder in the scanned commit. */
  readonly files: readonly { readonly path: string; readonly blob: Sha }[];
  /** Empty for a branch and in a bare repository. */
  readonly work: readonly WorkChange[];
}

export interface NotebookNote {
  /** From the top of the repository: `releasenotes/notes/slug-0123456789abcdef.yaml`. */
  readonly path: string;
  readonly uid: string;
  /** Where its present text came from; `undefined`: the text is the work tree's. */
  readonly commit: Sha | undefined;
  /** The content; `undefined` as `commit` is. */
  readonly blob: Sha | undefined;
}

export interface NotebookVersion {
  /** A tag, `tag-N` for N commits after it, `0.0.0` before any, or `*working-copy*`. */
  readonly version: string;
  /** Seconds since 1970, of the tag; `undefined` for what is not one. */
  readonly at: number | undefined;
  /** In the order of their paths; never empty. */
  readonly notes: readonly NotebookNote[];
}

export type UnassignedKind =
  /** Named by `ignore_notes`. No loss. */
  | "ignored"
  /** Deleted in the work tree or the index. No loss. */
  | "deleted-here"
  /** The file's name does not end in `.yaml`, but says that it is YAML. */
  | "not-a-note-name"
  /** Mode `reno` only: hidden behind a null merge, or otherwise not reached by the walk. */
  | "not-reached"
  /** Mode `reno` only: another file has the same UID. */
  | "same-uid"
  /** Mode `reno` only: another rule of reno's left it out. */
  | "left-out"
  /** No commit that adds it is in the history: only a history that is cut off can do that. */
  | "never-added";

export interface Unassigned {
  readonly path: string;
  readonly uid: string;
  readonly kind: UnassignedKind;
  /** Whether a reader of the report misses something that its writer meant to be there. Then exit code 1. */
  readonly loss: boolean;
  /** A sentence without its subject and full stop: "is hidden behind the null merge 0123456 …". */
  readonly why: string;
}

export interface Notebook {
  readonly mode: ScanMode;
  /** In the order of a report, newest first. */
  readonly versions: readonly NotebookVersion[];
  /** Notes at HEAD that no version of the notebook has though they are not older than where it stops. */
  readonly unassigned: readonly Unassigned[];
  /** Notes at HEAD that belong to versions before the first of this series, or before the earliest that was asked for. */
  readonly earlier: readonly { readonly path: string; readonly uid: string; readonly version: string }[];
  /** The tag or version of the scanned commit: `5.0.0`, `5.0.0-3`. */
  readonly current: string;
  /** The oldest version that was to be shown; `undefined`: all. */
  readonly earliest: string | undefined;
  /** All tags, with their dates. */
  readonly tags: readonly { readonly name: string; readonly at: number }[];
}

export type ScanProblem =
  | { readonly kind: "unknown-earliest-version"; readonly version: string; readonly known: readonly string[] }
  /** A branch that is needed to know where to stop: the default one, or a series' that left its tag elsewhere. */
  | { readonly kind: "unknown-branch"; readonly branch: string; readonly wanted: "default-branch" | "series" }
  /** Mode `reno` only: reno ends with an error there. */
  | { readonly kind: "reno-refuses"; readonly commit: Sha; readonly uid: string; readonly paths: readonly string[] };
