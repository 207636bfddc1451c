/** The one door to what the verbs do on a Gerrit server. Behind it everything is loaded only where a clone sends to Gerrit. */
import { type ChangeReference } from "../core/change/change-reference.ts";
import { type Result } from "../core/result.ts";
import { type VoteChoice } from "../core/review/vote.ts";
import { type GerritClone } from "./desk.ts";
import { type CliProblem } from "./say.ts";
import { type FetchOptions, type ListOptions, type SetupOptions, type SubmitOptions } from "./submit-options.ts";

type Outcome = Promise<Result<number, CliProblem>>;

export interface GerritVote {
  readonly reference: ChangeReference;
  /** Each label once. */
  readonly votes: readonly VoteChoice[];
  readonly message?: string;
}

export interface GerritVerbs {
  submit(clone: GerritClone, options: SubmitOptions): Outcome;
  setup(clone: GerritClone, options: SetupOptions): Outcome;
  list(clone: GerritClone, options: ListOptions): Outcome;
  /** `-d`, `-x`, `-X`, `-N`, `-m`. */
  fetch(clone: GerritClone, options: FetchOptions): Outcome;
  vote(clone: GerritClone, asked: GerritVote): Outcome;
  status(clone: GerritClone, options: { readonly json: boolean }): Outcome;
  inbox(clone: GerritClone, options: { readonly json: boolean }): Outcome;
  next(clone: GerritClone, options: { readonly json: boolean }): Outcome;
}

export async function gerritVerbs(): Promise<GerritVerbs> {
  return (await import("./gerrit/verbs.ts")).gerritVerbs;
}
