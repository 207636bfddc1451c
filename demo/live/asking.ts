// Probes of the API: how much one GraphQL document may carry, and which commit a review stands on.
import { holdsIf, type Finding, type Probe } from "./probe.ts";
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
];
