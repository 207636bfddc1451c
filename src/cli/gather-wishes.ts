/** What the options wish for on GitHub: names made ids by one question, and an honest sentence for what GitHub does not have. */
import { topicOfBranch, type Reviewer, type Wishes } from "../core/change/wishes.ts";
import { type BranchName } from "../core/ids.ts";
import { PERSON_LOGIN } from "../core/login.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type FoundNames } from "../forge/forge.ts";
import { type Desk } from "./desk.ts";
import { EXIT, ofForge } from "./problems.ts";
import { oneLine, type CliProblem } from "./say.ts";
import { type SubmitOptions } from "./submit-options.ts";

export interface GatheredWishes {
  readonly wishes: Wishes;
  /** Sentences about what is left out. */
  readonly notes: readonly string[];
}

/** No question where no name was given. */
export async function gatherWishes(
  desk: Desk,
  target: BranchName,
  options: SubmitOptions,
): Promise<Result<GatheredWishes, CliProblem>> {
  const ofSettings = desk.settings.words("reviewers");
  const people = [...new Set([...options.reviewers, ...ofSettings])];
  const labels = [...new Set(options.hashtags)];
  const misnamed = people.find((name) => !isReviewer(name));
  if (misnamed !== undefined) return fail(notAName(misnamed));
  const found = await lookUp(desk, people, labels);
  if (!found.ok) return found;
  const nobody = people.find((name) => found.value.people[name] === undefined);
  if (nobody !== undefined) return fail(noSuchPerson(desk, nobody, ofSettings.includes(nobody)));
  const named = (names: readonly string[]): readonly Reviewer[] =>
    names.flatMap((name) => found.value.people[name] ?? []);
  const topic = topicOf(desk, target, options);
  const missing = labels.filter((name) => found.value.labels[name] === undefined);
  return ok({
    wishes: {
      ...(topic === undefined ? {} : { topic }),
      ...(options.work === undefined ? {} : { work: options.work }),
      reviewers: named(options.reviewers),
      reviewersOfNew: named(ofSettings),
      labels: labels.flatMap((name) => found.value.labels[name] ?? []),
    },
    notes: [
      ...missing.map((name) => `The label ${oneLine(name)} is left out: ${projectOf(desk)} has none of that name`),
      ...leftOut(options),
    ],
  });
}

async function lookUp(
  desk: Desk,
  people: readonly string[],
  labels: readonly string[],
): Promise<Result<FoundNames, CliProblem>> {
  if (people.length + labels.length === 0) return ok({ people: {}, labels: {} });
  const asked = desk.forge.lookUp(desk.project, { people, labels });
  const found = await desk.say.during(`Asking ${desk.location.host}`, asked);
  return found.ok ? found : fail(ofForge(found.problem));
}

/** `-t`, else the branch's name where `gitreview.notopic` is off and `-T` was not said. */
function topicOf({ settings, place }: Desk, target: BranchName, options: SubmitOptions): string | undefined {
  if (options.topic !== undefined) return options.topic === target ? undefined : options.topic;
  if (options.noTopic || settings.on("notopic") || place.head.kind !== "branch") return undefined;
  return topicOfBranch(place.head.branch, target);
}

/** Options that only Gerrit has: accepted, so that habits and scripts go on working. */
function leftOut({ cc, notify, message, privacy, remoteHook, usePushUrl }: SubmitOptions): readonly string[] {
  return [
    ...(cc.length === 0
      ? []
      : ["--cc is left out: on GitHub people watch a pull request by themselves, or are named in its text"]),
    ...(notify === undefined ? [] : ["--notify is left out: on GitHub everybody sets what they are told of"]),
    ...(message === undefined ? [] : ["--message is left out: on GitHub a patch set has no description of its own"]),
    ...(privacy === undefined
      ? []
      : [`--${privacy} is left out: GitHub has no private pull requests; -w makes a draft, which everybody sees`]),
    ...(remoteHook ? ["--remote-hook is left out: GitHub has no commit-msg hook; `git review -s` installs ours"] : []),
    ...(usePushUrl ? ["--use-pushurl is not needed: git pushes to a remote's pushurl by itself"] : []),
  ];
}

function projectOf({ project }: Desk): string {
  return `${project.owner}/${project.name}`;
}

function noSuchPerson(desk: Desk, name: string, ofSettings: boolean): CliProblem {
  const team = name.includes("/");
  return {
    message: `Cannot ask ${name} for a review: ${desk.location.host} has no ${team ? "such team, or hides it from you" : "user of that name"}. Nothing was sent`,
    hint: ofSettings
      ? "correct it with `git config gitreview.reviewers`; a team is written organization/team"
      : "check the spelling; a team is written organization/team",
    exit: EXIT.refused,
  };
}

function isReviewer(name: string): boolean {
  return PERSON_LOGIN.test(name) || TEAM.test(name);
}

const TEAM = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9][A-Za-z0-9._-]*$/;

function notAName(name: string): CliProblem {
  return {
    message: `Cannot ask ${JSON.stringify(name)} for a review: it is not a name on GitHub`,
    hint: "give a login, or organization/team; GitHub does not know people by their email here",
    exit: EXIT.malformed,
  };
}
