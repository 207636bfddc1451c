/** The one door to what the verbs do on a Gerrit server. Behind it everything is loaded only where a clone sends to Gerrit. */
import { fail, type Result } from "../core/result.ts";
import { type GerritClone } from "./desk.ts";
import { EXIT } from "./problems.ts";
import { type CliProblem } from "./say.ts";
import { type FetchOptions, type ListOptions, type SetupOptions, type SubmitOptions } from "./submit-options.ts";

type Outcome = Promise<Result<number, CliProblem>>;

export interface GerritVerbs {
  submit(clone: GerritClone, options: SubmitOptions): Outcome;
  setup(clone: GerritClone, options: SetupOptions): Outcome;
  list(clone: GerritClone, options: ListOptions): Outcome;
  /** `-d`, `-x`, `-X`, `-N`, `-m`. */
  fetch(clone: GerritClone, options: FetchOptions): Outcome;
}

export function gerritVerbs(): Promise<GerritVerbs> {
  const refuse = async ({ location, choice }: GerritClone): Outcome =>
    fail({
      message: `Cannot send to ${location.host} yet: it is a Gerrit server, because ${choice.because}`,
      hint: "if it is GitHub, say so with `git config gitreview.server github`",
      exit: EXIT.refused,
    });
  return Promise.resolve({ submit: refuse, setup: refuse, list: refuse, fetch: refuse });
}
