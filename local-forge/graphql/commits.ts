/** Commits, refs, checks and statuses as GraphQL objects. */
import { combinedState, latestRuns, latestStatuses } from "../checks.ts";
import { countCommits, git, logCommits, readCommit } from "../git.ts";
import { isoTime, isoTimeOrNull, nodeId, repositoryPage } from "../represent.ts";
import { Fields } from "../route.ts";
import {
  type CheckRun,
  type CheckSuite,
  type Commit,
  type CommitStatus,
  type GitPerson,
  type Repository,
  type World,
} from "../world.ts";
import { connection, shout, type Args, type Asking, type Shape } from "./context.ts";

export function commitShape(world: World, repo: Repository, commit: Commit): Shape {
  const [headline = "", ...rest] = commit.message.split("\n");
  return {
    __typename: "Commit",
    id: nodeId("C", `${repo.id}-${commit.sha}`),
    oid: commit.sha,
    abbreviatedOid: commit.sha.slice(0, 7),
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join("\n").trim(),
    url: `${repositoryPage(world, repo)}/commit/${commit.sha}`,
    commitUrl: `${repositoryPage(world, repo)}/commit/${commit.sha}`,
    authoredDate: isoTime(commit.author.at),
    committedDate: isoTime(commit.committer.at),
    committedViaWeb: commit.committer.email === "noreply@github.com",
    author: () => personShape(world, commit.author),
    committer: () => personShape(world, commit.committer),
    // LIVE(graphql-commit-pushed-over): a commit that no branch reaches any more is still answered by its SHA.
    // LIVE(graphql-commit-authors): the author first, then the co-authors of the message's trailers.
    authors: (args: Args) =>
      connection([commit.author, ...coAuthors(commit)], args, {
        name: "authors",
        node: (person) => personShape(world, person),
      }),
    parents: (args: Args, { shapes }: Asking) =>
      connection(commit.parents, args, { name: "parents", node: (sha) => shapes.commitAt(repo, sha) }),
    tree: {
      __typename: "Tree",
      id: nodeId("TR", `${repo.id}-${commit.tree}`),
      oid: commit.tree,
      entries: () => treeEntries(repo, commit.tree),
    },
    repository: (_args: Args, { shapes }: Asking) => shapes.repository(repo),
    history: async (args: Args, { shapes }: Asking) => {
      const total = await countCommits(repo.dir, commit.sha);
      const commits = await logCommits(repo.dir, [commit.sha]);
      return {
        ...connection(commits, args, { name: "history", node: (one) => shapes.commit(repo, one) }),
        totalCount: total,
      };
    },
    status: () => {
      const statuses = latestStatuses(repo, commit.sha);
      if (statuses.length === 0) return null;
      const contexts = (_args: Args, { shapes }: Asking) => statuses.map((status) => shapes.status(status));
      return { __typename: "Status", state: shout(combinedState(statuses)), contexts };
    },
    statusCheckRollup: () => rollup(repo, commit.sha),
    checkSuites: (args: Args, { shapes }: Asking) => {
      // LIVE(graphql-check-filters): `filterBy` takes an App's id for suites, and `checkType: ALL` shows runs that a newer one of the same name replaced.
      const { appId: app, checkName: name } = filterOf(args);
      const suites = repo.checkSuites.filter(
        (suite) =>
          suite.headSha === commit.sha &&
          (typeof app !== "number" || suite.app.id === app) &&
          // LIVE(graphql-check-name): `checkName` keeps suites that have a run of this name, and those runs of them.
          (typeof name !== "string" || repo.checkRuns.some((run) => run.suite === suite && run.name === name)),
      );
      return connection(suites, args, { name: "checkSuites", node: (suite) => shapes.checkSuite(suite) });
    },
    associatedPullRequests: (args: Args, { shapes }: Asking) => {
      const pulls = [...repo.pulls.values()].filter(
        (pull) => pull.head.sha === commit.sha || pull.merged?.commit === commit.sha,
      );
      return connection(pulls, args, { name: "associatedPullRequests", node: (pull) => shapes.pull(pull) });
    },
  };
}

export async function commitAt(world: World, repo: Repository, sha: string): Promise<Shape | null> {
  const commit = await readCommit(repo.dir, sha);
  return commit === undefined ? null : commitShape(world, repo, commit);
}

function personShape(world: World, person: GitPerson) {
  return {
    __typename: "GitActor",
    name: person.name,
    email: person.email,
    date: isoTime(person.at),
    // LIVE(graphql-commit-author-user): by the email alone, as accounts have it now.
    // LIVE(graphql-bot-commits): of a bot's commit `user` is null; its address is `<id>+<slug>[bot]@users.noreply.<host>`.
    user: (_args: Args, { shapes }: Asking) => {
      const account = world.accountByEmail(person.email);
      return account === undefined || account.kind !== "User" ? null : shapes.account(account);
    },
  };
}

function coAuthors(commit: Commit): GitPerson[] {
  return [...commit.message.matchAll(/^co-authored-by:\s*(.*?)\s*<([^<>]+)>\s*$/gim)].map(
    ([, name = "", email = ""]) => ({
      name,
      email,
      at: commit.author.at,
    }),
  );
}

async function treeEntries(repo: Repository, tree: string) {
  const { stdout } = await git(repo.dir, ["ls-tree", "-z", tree]);
  return stdout
    .toString()
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [mode = "", type = "", oid = ""] = line.slice(0, line.indexOf("\t")).split(" ");
      const name = line.slice(line.indexOf("\t") + 1);
      return { __typename: "TreeEntry", name, path: name, type, oid, mode: Number.parseInt(mode, 8) };
    });
}

/** LIVE(graphql-rollup-state): null without any check or status; FAILURE outweighs PENDING outweighs SUCCESS. */
export function rollup(repo: Repository, sha: string) {
  const runs = latestRuns(repo.checkRuns.filter((run) => run.suite.headSha === sha));
  const statuses = latestStatuses(repo, sha);
  if (runs.length + statuses.length === 0) return null;
  const bad = new Set(["failure", "timed_out", "cancelled", "action_required"]);
  const failed =
    runs.some((run) => run.conclusion !== null && bad.has(run.conclusion)) || combinedState(statuses) === "failure";
  const waiting =
    runs.some((run) => run.status !== "completed") || statuses.some((status) => status.state === "pending");
  return {
    __typename: "StatusCheckRollup",
    id: nodeId("SCR", sha),
    state: failed ? "FAILURE" : waiting ? "PENDING" : "SUCCESS",
    // LIVE(graphql-rollup-newest): the newest run of each name and app alone; what ran before it is gone from here.
    contexts: (args: Args, { shapes }: Asking) => ({
      ...connection<CheckRun | CommitStatus>([...runs, ...statuses], args, {
        name: "contexts",
        node: (item) => ("suite" in item ? shapes.checkRun(item) : shapes.status(item)),
      }),
      checkRunCount: runs.length,
      checkRunCountsByState: countsBy(runs.map(({ status, conclusion }) => shout(conclusion ?? status))),
      statusContextCount: statuses.length,
      statusContextCountsByState: countsBy(statuses.map(({ state }) => shout(state))),
    }),
  };
}

/** LIVE(graphql-check-counts): a completed check run counts under its conclusion, any other under its status. */
function countsBy(states: readonly (string | null)[]): readonly { readonly state: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const state of states) if (state !== null) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => ({ state, count }));
}

export function checkRunShape(world: World, run: CheckRun): Shape {
  const page = `${repositoryPage(world, run.suite.repository)}/runs/${run.id}`;
  return {
    __typename: "CheckRun",
    id: nodeId("CR", run.id),
    databaseId: run.id,
    fullDatabaseId: String(run.id),
    name: run.name,
    status: shout(run.status),
    conclusion: shout(run.conclusion),
    startedAt: isoTimeOrNull(run.startedAt),
    completedAt: isoTimeOrNull(run.completedAt),
    detailsUrl: run.detailsUrl ?? page,
    url: page,
    externalId: run.externalId ?? "",
    title: run.output.title,
    summary: run.output.summary,
    text: run.output.text,
    isRequired: false,
    checkSuite: (_args: Args, { shapes }: Asking) => shapes.checkSuite(run.suite),
    repository: (_args: Args, { shapes }: Asking) => shapes.repository(run.suite.repository),
  };
}

export function checkSuiteShape(suite: CheckSuite): Shape {
  const repo = suite.repository;
  return {
    __typename: "CheckSuite",
    id: nodeId("CS", suite.id),
    databaseId: suite.id,
    status: shout(suite.status),
    conclusion: shout(suite.conclusion),
    createdAt: isoTime(suite.createdAt),
    updatedAt: isoTime(suite.updatedAt),
    app: (_args: Args, { shapes }: Asking) => shapes.app(suite.app),
    branch: (_args: Args, { shapes }: Asking) =>
      suite.headBranch === null ? null : shapes.ref(repo, `refs/heads/${suite.headBranch}`),
    commit: (_args: Args, { shapes }: Asking) => shapes.commit(repo, suite.headCommit),
    repository: (_args: Args, { shapes }: Asking) => shapes.repository(repo),
    workflowRun: () => workflowRunShape(suite),
    checkRuns: (args: Args, { shapes }: Asking) => {
      const { checkType: type, checkName: name } = filterOf(args);
      const all = repo.checkRuns.filter(
        (run) => run.suite === suite && (typeof name !== "string" || run.name === name),
      );
      const runs = type === "ALL" ? all : latestRuns(all);
      return connection(runs, args, { name: "checkRuns", node: (run) => shapes.checkRun(run) });
    },
  };
}

function filterOf({ filterBy }: Args): Readonly<Record<string, unknown>> {
  return typeof filterBy === "object" && filterBy !== null ? { ...filterBy } : {};
}

function workflowRunShape(suite: CheckSuite) {
  const run = suite.repository.workflowRuns.find((candidate) => candidate.suite === suite);
  if (run === undefined) return null;
  return {
    __typename: "WorkflowRun",
    id: nodeId("WFR", run.id),
    databaseId: run.id,
    event: run.event,
    runNumber: run.runNumber,
    createdAt: isoTime(run.createdAt),
    updatedAt: isoTime(run.updatedAt),
    workflow: {
      __typename: "Workflow",
      id: nodeId("W", run.workflow.id),
      databaseId: run.workflow.id,
      name: run.workflow.name,
    },
    file: { __typename: "WorkflowRunFile", id: nodeId("WFRF", run.id), path: run.workflow.path },
    checkSuite: (_args: Args, { shapes }: Asking) => shapes.checkSuite(suite),
  };
}

export function statusShape(status: CommitStatus): Shape {
  return {
    __typename: "StatusContext",
    id: nodeId("SC", status.id),
    context: status.context,
    state: shout(status.state),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: isoTime(status.createdAt),
    isRequired: false,
    creator: (_args: Args, { shapes }: Asking) => shapes.account(status.creator),
    commit: (_args: Args, { shapes }: Asking) => shapes.commitAt(status.repository, status.sha),
  };
}

/** Null when the repository has no such ref. */
export function refShape(repo: Repository, ref: string): Shape | null {
  const sha = repo.refs.get(ref);
  if (sha === undefined) return null;
  const prefix = /^refs\/[^/]+\//.exec(ref)?.[0] ?? "refs/";
  return {
    __typename: "Ref",
    id: nodeId("REF", `${repo.id}-${ref}`),
    name: ref.slice(prefix.length),
    prefix,
    target: (_args: Args, { shapes }: Asking) => shapes.commitAt(repo, sha),
    repository: (_args: Args, { shapes }: Asking) => shapes.repository(repo),
    associatedPullRequests: (args: Args, { shapes }: Asking) => {
      const states = new Fields(args).texts("states");
      const pulls = [...repo.pulls.values()].filter(
        (pull) =>
          `refs/heads/${pull.head.ref}` === ref &&
          pull.head.repository === repo &&
          (states?.includes(stateWord(pull)) ?? true),
      );
      return connection(pulls, args, { name: "associatedPullRequests", node: (pull) => shapes.pull(pull) });
    },
  };
}

export function stateWord(pull: { readonly state: string; readonly merged: unknown }): "OPEN" | "CLOSED" | "MERGED" {
  if (pull.merged !== null) return "MERGED";
  return pull.state === "open" ? "OPEN" : "CLOSED";
}
