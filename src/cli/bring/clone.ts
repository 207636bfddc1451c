/** The clone that something is brought into, and fetching into it. */
import { type Location } from "../../config/locate.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type ChangeRead } from "../../forge/forge.ts";
import { type FetchSpec } from "../../git/slots.ts";
import { type Desk, type Workshop } from "../desk.ts";
import { ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";

/** A clone of a GitHub project whose forge is asked only where it must be. */
export interface GitHubClone extends Workshop {
  readonly location: Location;
  desk(): Promise<Result<Desk, CliProblem>>;
  /** Asked once. */
  change(number: number): Promise<Result<ChangeRead, CliProblem>>;
}

export async function fetch(
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
