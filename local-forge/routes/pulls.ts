/** Pull requests over REST: lists, opening, editing, commits, files, merging. */
import { demand, READ_PULLS } from "../access.ts";
import { diffEntries } from "../diff.ts";
import { logCommits, mergeBase } from "../git.ts";
import { mergePull, updateBranch } from "../merging.ts";
import { baseTip, refreshStats, refreshTestMerge } from "../pull-sync.ts";
import { createPull, pullOf, updatePull } from "../pulls.ts";
import { Refusal } from "../refusal.ts";
import { pullUrl, representCommit, representPull, representPullInList } from "../represent.ts";
import {
  created,
  empty,
  json,
  list,
  numberParam,
  param,
  repositoryOf,
  route,
  type Call,
  type Reply,
} from "../route.ts";
import { type PullRequest, type World } from "../world.ts";

export const pullRoutes = [
  route("GET /repos/:owner/:repo/pulls", listPulls),
  route("POST /repos/:owner/:repo/pulls", async (call) => {
    const { world, actor, body } = call;
    const pull = await createPull(world, actor, repositoryOf(call), {
      title: body.text("title") ?? "",
      body: body.nullableText("body") ?? null,
      head: body.needed("head"),
      base: body.needed("base"),
      draft: body.flag("draft") ?? false,
      maintainerCanModify: body.flag("maintainer_can_modify") ?? true,
    });
    return created(representPull(world, pull));
  }),
  route("GET /repos/:owner/:repo/pulls/:pull_number", async (call) => {
    const pull = readablePull(call);
    if (pull.state === "open") await refreshStats(pull);
    const reply = json(representPull(call.world, pull));
    computeLater(call.world, pull);
    return reply;
  }),
  route("PATCH /repos/:owner/:repo/pulls/:pull_number", async (call) => {
    const { world, actor, body } = call;
    const title = body.text("title");
    const text = body.nullableText("body");
    const base = body.text("base");
    const state = body.choice("state", ["open", "closed"]);
    const maintainerCanModify = body.flag("maintainer_can_modify");
    const pull = await updatePull(world, actor, pullOf(repositoryOf(call), numberParam(call, "pull_number")), {
      ...(title === undefined ? {} : { title }),
      ...(text === undefined ? {} : { body: text }),
      ...(base === undefined ? {} : { base }),
      ...(state === undefined ? {} : { state }),
      ...(maintainerCanModify === undefined ? {} : { maintainerCanModify }),
    });
    return json(representPull(world, pull));
  }),
  // LIVE(pulls-commit-limits): at most 250 commits, oldest first; at most 3000 files.
  route("GET /repos/:owner/:repo/pulls/:pull_number/commits", async (call) => {
    const pull = readablePull(call);
    const commits = await pullCommits(pull);
    return list(commits.slice(0, 250), (commit) => representCommit(call.world, pull.repository, commit));
  }),
  route("GET /repos/:owner/:repo/pulls/:pull_number/files", async (call) => {
    const pull = readablePull(call);
    return list((await pullFiles(call.world, pull)).slice(0, 3000), (file) => file);
  }),
  route("GET /repos/:owner/:repo/pulls/:pull_number/merge", (call) => {
    if (readablePull(call).merged === null) throw new Refusal(404, "Not Found");
    return empty();
  }),
  route("PUT /repos/:owner/:repo/pulls/:pull_number/merge", async (call) => {
    const { body } = call;
    const title = body.text("commit_title");
    const message = body.text("commit_message");
    const sha = body.text("sha");
    const commit = await mergePull(call.world, call.actor, readablePull(call), {
      method: body.choice("merge_method", ["merge", "squash", "rebase"]) ?? "merge",
      ...(title === undefined ? {} : { title }),
      ...(message === undefined ? {} : { message }),
      ...(sha === undefined ? {} : { sha }),
    });
    return json({ sha: commit, merged: true, message: "Pull Request successfully merged" });
  }),
  route("PUT /repos/:owner/:repo/pulls/:pull_number/update-branch", async (call) => {
    const pull = readablePull(call);
    await updateBranch(call.world, call.actor, pull, call.body.text("expected_head_sha"));
    return json({ message: "Updating pull request branch.", url: pullUrl(call.world, pull) }, 202);
  }),
  route("GET /repos/:owner/:repo/commits/:ref/pulls", async (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ_PULLS);
    const sha = param(call, "ref");
    const pulls = [...repo.pulls.values()].filter((pull) => pull.head.sha === sha || pull.merged?.commit === sha);
    return list(pulls, (pull) => representPullInList(call.world, pull));
  }),
];

export function readablePull(call: Call, name = "pull_number"): PullRequest {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, READ_PULLS);
  return pullOf(repo, numberParam(call, name));
}

/** LIVE(pulls-mergeable-later): `mergeable` is null until a background job, started by somebody asking, has worked it out. */
export function computeLater(world: World, pull: PullRequest): void {
  if (pull.state === "closed" || pull.mergeable !== null) return;
  const work = world.exclusive(async () => {
    if (pull.state === "open" && pull.mergeable === null) pull.mergeable = await refreshTestMerge(world, pull);
  });
  // A failure here belongs to nobody's request: `mergeable` stays unknown, as when GitHub's job is lost.
  work.catch(() => undefined);
}

function listPulls(call: Call): Reply {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, READ_PULLS);
  const { query } = call;
  const state = query.get("state") ?? "open";
  const [head, base] = [query.get("head"), query.get("base")];
  const wanted = [...repo.pulls.values()].filter(
    (pull) =>
      (state === "all" || pull.state === state) &&
      (base === null || pull.base.ref === base) &&
      // LIVE(pulls-head-filter): `head` filters by `owner:branch`; without an owner it is ignored.
      (head === null || !head.includes(":") || headMatches(pull, head)),
  );
  const key = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const ascending = query.get("direction") === "asc";
  wanted.sort((one, other) => (one[key] - other[key] || one.number - other.number) * (ascending ? 1 : -1));
  return list(wanted, (pull) => representPullInList(call.world, pull));
}

function headMatches(pull: PullRequest, wanted: string): boolean {
  const owner = pull.head.repository?.owner.login.toLowerCase();
  const colon = wanted.indexOf(":");
  return owner === wanted.slice(0, colon).toLowerCase() && pull.head.ref === wanted.slice(colon + 1);
}

/** Oldest first: those on the head and not on the base as it stands, or as it stood when the pull request ended. */
export async function pullCommits(pull: PullRequest) {
  const tip = pull.state === "open" ? (baseTip(pull) ?? pull.base.sha) : pull.base.sha;
  return (await logCommits(pull.repository.dir, ["--topo-order", `${tip}..${pull.head.sha}`])).reverse();
}

/** LIVE(pulls-diff-follows-base): the files of an open pull request are those since its merge base with the base branch as it is now. */
export async function pullFiles(world: World, pull: PullRequest) {
  const tip = pull.state === "open" ? (baseTip(pull) ?? pull.base.sha) : pull.base.sha;
  const from = (await mergeBase(pull.repository.dir, tip, pull.head.sha)) ?? null;
  return diffEntries(world, pull.repository, { from, to: pull.head.sha });
}
