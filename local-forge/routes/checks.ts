/** Check runs, check suites and commit statuses over REST. */
import { appOf, demand, READ_CHECKS, READ_STATUSES, signedIn, WRITE_STATUSES } from "../access.ts";
import {
  combinedState,
  createCheckRun,
  createStatus,
  ensureSuite,
  latestRuns,
  latestStatuses,
  updateCheckRun,
  type CheckRunChange,
} from "../checks.ts";
import { readCommit } from "../git.ts";
import { notFound, Refusal } from "../refusal.ts";
import {
  representCheckRun,
  representCheckSuite,
  representMinimalRepository,
  representStatus,
  repositoryUrl,
} from "../represent.ts";
import { created, json, list, numberParam, param, repositoryOf, route, type Call, type Fields } from "../route.ts";
import { type App, type CheckRun, type CheckSuite, type Commit, type Repository } from "../world.ts";
import { resolveName } from "./git-data.ts";

const STATUSES = ["queued", "in_progress", "completed", "waiting", "requested", "pending"] as const;
const CONCLUSIONS = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"] as const;

export const checkRoutes = [
  route("POST /repos/:owner/:repo/check-runs", async (call) => {
    const [repo, app] = [repositoryOf(call), checkingApp(call)];
    const headCommit = await readCommit(repo.dir, call.body.needed("head_sha"));
    if (headCommit === undefined) throw new Refusal(422, `No commit found for SHA: ${call.body.needed("head_sha")}`);
    const headBranch = branchAt(repo, headCommit.sha);
    const suite = ensureSuite(call.world, repo, { app, headCommit, headBranch });
    const run = createCheckRun(call.world, suite, call.body.needed("name"), checkChange(call.body));
    return created(representCheckRun(call.world, run));
  }),
  route("GET /repos/:owner/:repo/check-runs/:check_run_id", (call) =>
    json(representCheckRun(call.world, checkRunOf(call, readable(call)))),
  ),
  route("PATCH /repos/:owner/:repo/check-runs/:check_run_id", (call) => {
    const app = checkingApp(call);
    const run = checkRunOf(call, repositoryOf(call));
    // LIVE(checks-own-app): a check run is changed only by the app that made it.
    if (run.suite.app !== app)
      throw new Refusal(
        403,
        `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
      );
    return json(representCheckRun(call.world, updateCheckRun(call.world, run, checkChange(call.body))));
  }),
  route("GET /repos/:owner/:repo/check-runs/:check_run_id/annotations", (call) => {
    checkRunOf(call, readable(call));
    return list([], (annotation) => annotation);
  }),
  route("POST /repos/:owner/:repo/check-runs/:check_run_id/rerequest", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, { user: "write", app: [["checks", "write"]] });
    const checkRun = checkRunOf(call, repo);
    call.world.emit({ kind: "check-run", action: "rerequested", repo, checkRun, sender: signedIn(call.actor) });
    return created({});
  }),
  route("GET /repos/:owner/:repo/commits/*ref/check-runs", async (call) => {
    const repo = readable(call);
    const sha = await commitOf(call, repo);
    return runs(
      call,
      repo.checkRuns.filter((run) => run.suite.headSha === sha),
    );
  }),
  route("GET /repos/:owner/:repo/commits/*ref/check-suites", async (call) => {
    const repo = readable(call);
    const sha = await commitOf(call, repo);
    const appId = call.query.get("app_id");
    const wanted = repo.checkSuites.filter(
      (suite) => suite.headSha === sha && (appId === null || suite.app.id === Number(appId)),
    );
    return list(wanted, (suite) => representCheckSuite(call.world, suite), "check_suites");
  }),
  route("GET /repos/:owner/:repo/check-suites/:check_suite_id", (call) =>
    json(representCheckSuite(call.world, suiteOf(call))),
  ),
  route("GET /repos/:owner/:repo/check-suites/:check_suite_id/check-runs", (call) => {
    const suite = suiteOf(call);
    return runs(
      call,
      suite.repository.checkRuns.filter((run) => run.suite === suite),
    );
  }),
  route("POST /repos/:owner/:repo/check-suites/:check_suite_id/rerequest", (call) => {
    const suite = suiteOf(call);
    demand(call.world, call.actor, suite.repository, { user: "write", app: [["checks", "write"]] });
    call.world.emit({
      kind: "check-suite",
      action: "rerequested",
      repo: suite.repository,
      suite,
      sender: signedIn(call.actor),
    });
    return created({});
  }),
  route("POST /repos/:owner/:repo/statuses/:sha", async (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, WRITE_STATUSES);
    const commit = await readCommit(repo.dir, param(call, "sha"));
    if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${param(call, "sha")}`);
    const state = call.body.choice("state", ["error", "failure", "pending", "success"]);
    if (state === undefined) throw new Refusal(422, 'Invalid request.\n\n"state" wasn\'t supplied.');
    const status = createStatus(call.world, repo, {
      commit,
      state,
      context: call.body.text("context") ?? "default",
      description: call.body.text("description") ?? null,
      targetUrl: call.body.text("target_url") ?? null,
      creator: signedIn(call.actor),
      app: appOf(call.actor),
    });
    return created(representStatus(call.world, status));
  }),
  route("GET /repos/:owner/:repo/commits/*ref/statuses", async (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ_STATUSES);
    const sha = await commitOf(call, repo);
    const wanted = repo.statuses.filter((status) => status.sha === sha).reverse();
    return list(wanted, (status) => representStatus(call.world, status));
  }),
  route("GET /repos/:owner/:repo/commits/*ref/status", async (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ_STATUSES);
    const sha = await commitOf(call, repo);
    const statuses = latestStatuses(repo, sha);
    const url = `${repositoryUrl(call.world, repo)}/commits/${sha}`;
    return json({
      state: combinedState(statuses),
      statuses: statuses.map((status) => representStatus(call.world, status)),
      sha,
      total_count: statuses.length,
      repository: representMinimalRepository(call.world, repo),
      commit_url: url,
      url: `${url}/status`,
    });
  }),
];

function readable(call: Call): Repository {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, READ_CHECKS);
  return repo;
}

/** LIVE(checks-apps-only): only apps write check runs; a person's token gets 403. */
function checkingApp(call: Call): App {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, { user: "read", app: [["checks", "write"]] });
  const app = appOf(call.actor);
  if (app !== null) return app;
  if (call.actor.kind === "anonymous") throw new Refusal(401, "Requires authentication");
  throw new Refusal(403, "You must authenticate via a GitHub App.");
}

function branchAt(repo: Repository, sha: string): string | null {
  const ref = [...repo.refs].find(([name, at]) => at === sha && name.startsWith("refs/heads/"))?.[0];
  return ref?.slice("refs/heads/".length) ?? null;
}

function checkRunOf(call: Call, repo: Repository): CheckRun {
  const run = repo.checkRuns.find((candidate) => candidate.id === numberParam(call, "check_run_id"));
  if (run === undefined) throw notFound();
  return run;
}

function suiteOf(call: Call): CheckSuite {
  const suite = readable(call).checkSuites.find((candidate) => candidate.id === numberParam(call, "check_suite_id"));
  if (suite === undefined) throw notFound();
  return suite;
}

async function commitOf(call: Call, repo: Repository): Promise<Commit["sha"]> {
  const sha = await resolveName(repo, param(call, "ref"));
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${param(call, "ref")}`);
  return sha;
}

/** LIVE(checks-latest): `filter=latest` (the default) keeps the newest run of each name and app; newest first. */
function runs(call: Call, all: readonly CheckRun[]) {
  const { query } = call;
  const [name, appId, status] = [query.get("check_name"), query.get("app_id"), query.get("status")];
  const chosen = (query.get("filter") === "all" ? [...all] : latestRuns(all)).filter(
    (run) =>
      (name === null || run.name === name) &&
      (appId === null || run.suite.app.id === Number(appId)) &&
      (status === null || run.status === status),
  );
  chosen.sort((one, other) => other.id - one.id);
  return list(chosen, (run) => representCheckRun(call.world, run), "check_runs");
}

function checkChange(body: Fields): CheckRunChange {
  const status = body.choice("status", STATUSES);
  const conclusion = body.choice("conclusion", CONCLUSIONS);
  if (status === "completed" && conclusion === undefined) {
    throw new Refusal(422, "Invalid request.\n\nconclusion is required when status is completed.");
  }
  const output = body.inner("output");
  const time = (name: string) => Date.parse(body.text(name) ?? "");
  const [startedAt, completedAt] = [time("started_at"), time("completed_at")];
  const [externalId, detailsUrl] = [body.text("external_id"), body.text("details_url")];
  const actions = body.items("actions")?.map((action) => ({
    label: action.needed("label"),
    description: action.needed("description"),
    identifier: action.needed("identifier"),
  }));
  if ((actions?.length ?? 0) > 3)
    throw new Refusal(422, "Invalid request.\n\nNo more than 3 items are allowed in actions.");
  return {
    ...(status === undefined ? {} : { status }),
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(Number.isNaN(startedAt) ? {} : { startedAt }),
    ...(Number.isNaN(completedAt) ? {} : { completedAt }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(detailsUrl === undefined ? {} : { detailsUrl }),
    ...(output === undefined
      ? {}
      : {
          output: {
            title: output.text("title") ?? null,
            summary: output.text("summary") ?? null,
            text: output.text("text") ?? null,
          },
        }),
    ...(actions === undefined ? {} : { actions }),
  };
}
