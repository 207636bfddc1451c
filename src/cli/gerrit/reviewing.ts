/** What the verbs of reviewers on Gerrit begin with: somebody who is signed in over http, and the change that they named. */
import { type ChangeReference } from "../../core/change/change-reference.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { nameQuery } from "../../forge/gerrit/gerrit-server.ts";
import { type ReviewServer } from "../../forge/gerrit/rest-reviews.ts";
import { type ReviewedChange } from "../../forge/gerrit/reviewed-change.ts";
import { type GerritClone } from "../desk.ts";
import { EXIT } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { hostWithPort } from "./credentials.ts";
import { ofGerrit, openGerritDesk, type GerritDesk } from "./desk.ts";

/** git-review's own code. */
const NOT_FOUND = 36;

export interface ReviewDesk extends GerritDesk {
  readonly reviews: ReviewServer;
}

/** `doing` for messages: `vote`, `list what waits for you`. */
export async function openReviewDesk(clone: GerritClone, doing: string): Promise<Result<ReviewDesk, CliProblem>> {
  const { location } = clone;
  if (location.scheme === "ssh") {
    return fail({
      message: `Cannot ${doing} over ssh: Gerrit tells votes, requirements and whose turn it is over http(s), and the remote "${location.remote}" is ssh`,
      hint: "add a remote with the server's https address and name it: `git review -r <remote> …`; or do it on the change's page",
      exit: EXIT.usage,
    });
  }
  const opened = await openGerritDesk(clone);
  if (!opened.ok) return opened;
  const { reviews } = opened.value;
  if (reviews !== undefined) return ok({ ...opened.value, reviews });
  return fail(
    ofGerrit({
      kind: "unknown-user",
      over: "http",
      tried: doing,
      host: hostWithPort(location),
      found: "no name and password were found",
    }),
  );
}

/** Of several changes with one id the one for the target, else the first. A named patch set has to be the newest. */
export async function findReviewed(
  { reviews, location, say }: ReviewDesk,
  { name, at, patchSet }: ChangeReference,
): Promise<Result<ReviewedChange, CliProblem>> {
  const host = hostWithPort(location);
  const asked = name.kind === "number" ? String(name.number) : name.id;
  if (at !== undefined && at.host.replace(/:\d+$/, "") !== location.host) {
    return fail({
      message: `Cannot vote on a change of ${at.host}: this clone sends to ${host}`,
      hint: "run it in a clone of that server's project",
      exit: EXIT.malformed,
    });
  }
  const found = await say.during(`Asking ${host}`, reviews.find(nameQuery(name, location.project)));
  if (!found.ok) return fail(ofGerrit(found.problem));
  const change = found.value.find(({ branch }) => branch === location.branch) ?? found.value[0];
  if (change === undefined || change.project !== location.project) {
    const what =
      change === undefined ? `${host} has none, or does not show it to you` : `it is one of ${change.project}`;
    return fail({
      message: `Cannot find the change ${asked} of ${location.project}: ${what}`,
      hint: "`git review -l` lists the open ones",
      exit: NOT_FOUND,
    });
  }
  const newest = change.patchSets.at(-1)?.number;
  if (patchSet === undefined || patchSet === newest) return ok(change);
  return fail({
    message: `Cannot vote on patch set ${patchSet} of ${change.number}: the newest is ${newest ?? "not told"}, and votes are for that alone`,
    hint: `\`git review -m ${change.number},${patchSet}\` shows what changed since; then vote on ${change.number}`,
    exit: EXIT.refused,
  });
}
