/** `git review [branch]` to Gerrit: every commit above the target becomes a change, or its next patch set, by one push. */
import { topicOfBranch } from "../../core/change/wishes.ts";
import { branchRef, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { pushOptions, type ChangeWishes, type UnfitWish } from "../../forge/gerrit/push-options.ts";
import { readPushReport } from "../../forge/gerrit/push-report.ts";
import { type GerritClone } from "../desk.ts";
import { finishBranch } from "../finish-branch.ts";
import { EXIT, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { type SubmitOptions } from "../submit-options.ts";
import { checkConflict, rebaseGathered } from "./conflict.ts";
import { needsRemote, openGerritDesk, type GerritDesk } from "./desk.ts";
import { above, gatherCommits, type GatheredCommits } from "./gather.ts";
import { installGerritHook } from "./hook.ts";
import { describeRejection, isNothingNew } from "./rejection.ts";
import { planJson, planLines, sentJson, sentLines, tellGiven } from "./show-sent.ts";

export async function submitToGerrit(clone: GerritClone, options: SubmitOptions): Promise<Result<number, CliProblem>> {
  const missing = needsRemote(clone);
  if (missing !== undefined) return fail(missing);
  const wishes = pushOptions(wishesOf(clone, options), clone.location.branch);
  if (!wishes.ok) return fail(unfit(wishes.problem));
  const opened = await openGerritDesk(clone);
  if (!opened.ok) return opened;
  const desk = opened.value;
  if (options.update && !options.dryRun) {
    const hook = await installGerritHook(desk, options);
    if (!hook.ok) return hook;
  }
  const prepared = await prepare(desk, options);
  if (!prepared.ok) return prepared;
  const { gathered, move } = prepared.value;
  tellGiven(desk, gathered, options.dryRun);
  const plan = { gathered, options: wishes.value, thin: options.thin };
  if (options.dryRun) {
    if (options.json) desk.say.json(planJson(desk, plan));
    else for (const line of planLines(desk, plan)) desk.say.result(line);
    return ok(EXIT.ok);
  }
  const moved = await moveBranch(desk, gathered, move);
  if (!moved.ok) return moved;
  const sent = await send(desk, options, plan);
  if (!sent.ok || sent.value !== EXIT.ok || !options.finish) return sent;
  const { tip, targetTip } = gathered;
  const finished = await finishBranch(desk, { target: desk.location.branch, tip, targetTip });
  return finished.ok ? sent : finished;
}

interface Prepared {
  readonly gathered: GatheredCommits;
  /** `files`: `-F` brought other trees, so the work tree has to follow. */
  readonly move: "nothing" | "ref" | "files";
}

async function prepare(desk: GerritDesk, options: SubmitOptions): Promise<Result<Prepared, CliProblem>> {
  const gathered = await gatherCommits(desk, options);
  if (!gathered.ok) return gathered;
  const move = gathered.value.given.size > 0 ? "ref" : "nothing";
  if (options.rebase === "force") {
    const rebased = await rebaseGathered(desk, gathered.value);
    if (!rebased.ok) return rebased;
    return ok({ gathered: rebased.value, move: rebased.value.tip === gathered.value.tip ? move : "files" });
  }
  if (options.rebase !== "skip" && desk.settings.on("rebase")) {
    const clean = await checkConflict(desk, gathered.value);
    if (!clean.ok) return clean;
  }
  return ok({ gathered: gathered.value, move });
}

/** Before the push, so that what the server has and what the branch has are the same, whatever happens then. */
async function moveBranch(
  desk: GerritDesk,
  { head, tip }: GatheredCommits,
  move: Prepared["move"],
): Promise<Result<void, CliProblem>> {
  if (move === "nothing") return ok(undefined);
  const { repository, place } = desk;
  if (move === "files") {
    const clean = await repository.isClean();
    if (!clean.ok) return fail(ofGit(clean.problem));
    if (!clean.value) return fail(unclean(desk));
    const reset = await repository.resetKeep(tip);
    return reset.ok ? ok(undefined) : fail(ofGit(reset.problem));
  }
  if (place.head.kind !== "branch") return ok(undefined);
  const reason = "git review: given Change-Ids";
  const moved = await repository.updateRef(branchRef(place.head.branch), { from: head, to: tip }, reason);
  return moved.ok ? ok(undefined) : fail(ofGit(moved.problem));
}

interface Plan {
  readonly gathered: GatheredCommits;
  readonly options: readonly string[];
  readonly thin: boolean;
}

async function send(
  desk: GerritDesk,
  { json, verbose }: SubmitOptions,
  plan: Plan,
): Promise<Result<number, CliProblem>> {
  const { repository, remote, say, location } = desk;
  const { gathered, options, thin } = plan;
  const tip: Sha = gathered.tip;
  const pushing = repository.pushForReview(remote, { tip, target: location.branch, options, thin });
  const pushed = await say.during(`Sending ${gathered.commits.length} to ${location.remote}`, pushing);
  if (!pushed.ok) return fail(ofGit(pushed.problem));
  const answer = pushed.value;
  const report = readPushReport(answer.remote);
  if (answer.kind === "rejected" && !isNothingNew(answer)) return fail(describeRejection(desk, answer));
  const shown = { gathered, report, nothingNew: answer.kind === "rejected", options };
  if (json) say.json(sentJson(desk, shown));
  else for (const line of sentLines(desk, shown)) say.result(line);
  if (verbose)
    say.note(
      `Pushed ${tip.slice(0, 7)} to ${location.remote} as refs/for/${location.branch}${options.length > 0 ? `%${options.join(",")}` : ""}`,
    );
  return ok(EXIT.ok);
}

/** Reviewers of the settings come on top; without `-t` a topic is made of the branch only where the settings ask for it. */
function wishesOf(clone: GerritClone, options: SubmitOptions): ChangeWishes {
  const { topic, hashtags, cc, work, privacy, notify, message } = options;
  const named = topic ?? (options.noTopic || clone.settings.on("notopic") ? undefined : topicHere(clone));
  return {
    hashtags,
    cc,
    reviewers: [...new Set([...options.reviewers, ...clone.settings.words("reviewers")])],
    ...(named === undefined ? {} : { topic: named }),
    ...(work === undefined ? {} : { work }),
    ...(privacy === undefined ? {} : { privacy }),
    ...(notify === undefined ? {} : { notify }),
    ...(message === undefined ? {} : { message }),
  };
}

function topicHere({ place, location }: GerritClone): string | undefined {
  return place.head.kind === "branch" ? topicOfBranch(place.head.branch, location.branch) : undefined;
}

function unfit({ what, text }: UnfitWish): CliProblem {
  return {
    message: `Cannot use ${JSON.stringify(text)} as a ${what}: it cannot stand in the name of a ref, which is how Gerrit is told`,
    hint: "leave out spaces, commas and the characters ~ ^ : ? * [ \\ { } %; what cannot be said without them is set on the change's page",
    exit: EXIT.malformed,
  };
}

function unclean(desk: GerritDesk): CliProblem {
  return {
    message: `Cannot rebase onto ${above(desk)}: there are edits in your work tree that are not committed`,
    hint: "commit or `git stash` them first; nothing was sent",
    exit: EXIT.refused,
  };
}
