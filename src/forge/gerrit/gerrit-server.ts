/** The questions that `git review` asks a Gerrit server; over http and over ssh the answers are the same. */
import { type ChangeReference } from "../../core/change/change-reference.ts";
import { type Result } from "../../core/result.ts";
import { type GerritChange } from "./change.ts";
import { type GerritProblem } from "./problem.ts";

type Answer<T> = Promise<Result<T, GerritProblem>>;

export interface OpenQuery {
  readonly project: string;
  /** Absent = of all branches. */
  readonly branch?: string;
}

export interface GerritServer {
  /** Newest activity first, without patch sets; the server is asked page by page, up to 2 000 changes. */
  openChanges(query: OpenQuery): Answer<readonly GerritChange[]>;
  /** Every change of that number or id, with all patch sets. Of an id there may be one for each branch. */
  changes(name: ChangeReference["name"], project: string): Answer<readonly GerritChange[]>;
  /** Whether this commit is a patch set of a change that we may see. */
  knowsCommit(commit: string): Answer<boolean>;
  /** The server's own commit-msg hook. */
  commitMsgHook(): Answer<string>;
}

/** Where pages are read until; more open changes than these nobody reads in a terminal. */
export const MOST_CHANGES = 2_000;
export const PAGE = 200;

/** For `q=` and `gerrit query`. */
export function nameQuery(name: ChangeReference["name"], project: string): string {
  return name.kind === "number" ? `change:${name.number}` : `change:${name.id} project:${project}`;
}

export function openQuery({ project, branch }: OpenQuery): string {
  return `project:${project} status:open${branch === undefined ? "" : ` branch:${branch}`}`;
}
