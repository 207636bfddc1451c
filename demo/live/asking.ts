// Probes of the API: how much one GraphQL document may carry, and which commit a review stands on.
import { holdsIf, type Finding, type Probe, statusOf } from "./probe.ts";
import { type Scratch } from "./scratch.ts";

/** As many as a submit sends in one document (a document has 10 s). */
const ALIASES = 5;

type Answer = Record<string, { pullRequest: { number: number } } | null>;

async function createAliases(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const branches: string[] = [];
  const specs: string[] = [];
  for (let n = 1; n <= ALIASES; n++) {
    const branch = scratch.branch(`alias-${n}`);
    branches.push(branch);
    specs.push(`${await scratch.commit(`Alias ${n}`, { parents: [trunk.sha] })}:refs/heads/${branch}`);
  }
  await scratch.push(specs);
  const { data: repository } = await octokit.rest.repos.get(where);
  const fields = branches.map(
    (branch, n) =>
      `a${n}: createPullRequest(input: { repositoryId: ${JSON.stringify(repository.node_id)}, baseRefName: ${JSON.stringify(trunk.branch)}, headRefName: ${JSON.stringify(branch)}, title: "Alias ${n + 1}" }) { pullRequest { number } }`,
  );
  const started = Date.now();
  let answer: Answer;
  try {
    answer = await octokit.graphql<Answer>(`mutation { ${fields.join("\n")} }`);
  } catch (error) {
    if (error instanceof Error && error.name === "GraphqlResponseError")
      return { kind: "differs", found: error.message };
    throw error;
  }
  const took = Date.now() - started;
  const numbers = Object.values(answer).flatMap((one) => (one === null ? [] : [one.pullRequest.number]));
  for (const number of numbers)
    scratch.atEnd(() => octokit.rest.pulls.update({ ...where, pull_number: number, state: "closed" }));
  return holdsIf(
    numbers.length === ALIASES && took < 10_000,
    `${numbers.length} of ${ALIASES} createPullRequest aliases in one document, ${took} ms`,
  );
}

async function reviewOfOlderCommit(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const branch = scratch.branch("reviewed");
  const first = await scratch.commit("Patch set 1", { parents: [trunk.sha] });
  const second = await scratch.commit("Patch set 2", { parents: [first] });
  await scratch.push([`${first}:refs/heads/${branch}`]);
  const pull = await scratch.openPull(branch, trunk.branch, "Reviewed");
  await scratch.push([`${second}:refs/heads/${branch}`]);
  const at = { ...where, pull_number: pull };
  await scratch.poll(
    async () => (await octokit.rest.pulls.get(at)).data.head.sha,
    (sha) => sha === second,
  );
  const { data: made } = await octokit.rest.pulls.createReview({
    ...at,
    commit_id: first,
    event: "COMMENT",
    body: "Code-Review: 0",
  });
  const { data: reviews } = await octokit.rest.pulls.listReviews(at);
  const kept = reviews.find((review) => review.id === made.id)?.commit_id;
  const name = kept === first ? "the commit it named" : kept === second ? "the head" : String(kept);
  return holdsIf(kept === first, `a review with an explicit commit_id below the head stands on ${name}`);
}

async function ownApproval(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const branch = scratch.branch("own");
  const sha = await scratch.commit("Own change", { parents: [trunk.sha] });
  await scratch.push([`${sha}:refs/heads/${branch}`]);
  const at = { ...where, pull_number: await scratch.openPull(branch, trunk.branch, "Own change"), commit_id: sha };
  const approve = await statusOf(octokit.rest.pulls.createReview({ ...at, event: "APPROVE", body: "Code-Review: +2" }));
  const comment = await statusOf(octokit.rest.pulls.createReview({ ...at, event: "COMMENT", body: "Code-Review: +2" }));
  const say = (status: number | undefined): string => (status === undefined ? "accepted" : `refused with ${status}`);
  return holdsIf(
    approve === 422 && comment === undefined,
    `of one's own pull request: an approval is ${say(approve)}, a comment ${say(comment)}`,
  );
}

async function retargetRefusals(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const [branch, twin, containing] = [scratch.branch("moving"), scratch.branch("twin"), scratch.branch("containing")];
  const sha = await scratch.commit("Moving", { parents: [trunk.sha] });
  await scratch.push([
    `${sha}:refs/heads/${branch}`,
    `${trunk.sha}:refs/heads/${twin}`,
    `${sha}:refs/heads/${containing}`,
  ]);
  const pull = await scratch.openPull(branch, trunk.branch, "Moving");
  await scratch.openPull(branch, twin, "Its twin");
  const to = (base: string) => statusOf(octokit.rest.pulls.update({ ...where, pull_number: pull, base }));
  const answers = [await to(scratch.branch("nowhere")), await to(twin), await to(containing)];
  return holdsIf(
    answers.every((status) => status === 422),
    `a base that is missing, one with a twin, one that has the head: ${answers.map((status) => status ?? "accepted").join(", ")}`,
  );
}

async function checkRunsByPeople(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const sha = await scratch.commit("Checked", { parents: [trunk.sha] });
  await scratch.push([`${sha}:refs/heads/${scratch.branch("checked")}`]);
  const status = await statusOf(octokit.rest.checks.create({ ...where, name: "plustwo-live", head_sha: sha }));
  return holdsIf(
    status === 403,
    `a check run by a personal token is ${status === undefined ? "accepted" : `refused with ${status}`}`,
  );
}

async function activityLog(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const branch = scratch.branch("active");
  const first = await scratch.commit("First", { parents: [trunk.sha] });
  const second = await scratch.commit("Second", { parents: [trunk.sha] });
  await scratch.push([`${first}:refs/heads/${branch}`]);
  await scratch.push([`+${second}:refs/heads/${branch}`]);
  const { data: me } = await octokit.rest.users.getAuthenticated();
  const ask = async () => (await octokit.rest.repos.listActivities({ ...where, ref: `refs/heads/${branch}` })).data;
  const log = await scratch.poll(ask, (entries) => entries.length >= 2);
  const [newest, oldest] = log;
  const told = log.map(
    (entry) => `${entry.activity_type} by ${entry.actor?.login === me.login ? "the pusher" : "another"}`,
  );
  return holdsIf(
    newest?.activity_type === "force_push" &&
      newest.before === first &&
      newest.after === second &&
      oldest?.activity_type === "branch_creation" &&
      log.every((entry) => entry.actor?.login === me.login),
    `newest first: ${told.join(", ")}`,
  );
}

export const askingProbes: readonly Probe[] = [
  {
    id: "graphql-create-aliases",
    assumption: `${ALIASES} createPullRequest aliases in one GraphQL document succeed within 10 s`,
    run: createAliases,
  },
  {
    id: "review-bound-to-commit",
    assumption: "A review keeps the `commit_id` it was given, also when that is not the head",
    run: reviewOfOlderCommit,
  },
  {
    id: "review-own-approval",
    assumption: "Approving one's own pull request is refused with 422; a comment review of it is accepted",
    run: ownApproval,
  },
  {
    id: "pulls-retarget-422",
    assumption:
      "A base that is missing, holds the head already, or has a twin pull request is a 422; so is any change when closed",
    run: retargetRefusals,
  },
  {
    id: "checks-apps-only",
    assumption: "Only apps write check runs; a person's token gets 403",
    run: checkRunsByPeople,
  },
  {
    id: "repos-activity",
    assumption: "The activity log is newest first and says who pushed what over what, also for forced pushes",
    run: activityLog,
  },
];
