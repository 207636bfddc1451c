/** The issue side of pull requests: comments, tag labels, and the issue itself. */
import { demand, READ_PULLS } from "../access.ts";
import { addLabels, commentOf, createComment, deleteComment, editComment, removeLabel } from "../conversation.ts";
import { updatePull } from "../pulls.ts";
import {
  pullPage,
  pullUrl,
  representComment,
  representLabel,
  representPullInList,
  repositoryUrl,
} from "../represent.ts";
import { created, empty, json, list, numberParam, param, repositoryOf, route, type Call } from "../route.ts";
import { type IssueComment, type Label, type PullRequest, type Repository } from "../world.ts";
import { readablePull } from "./pulls.ts";

const ISSUE = "/repos/:owner/:repo/issues/:issue_number";
const COMMENT = "/repos/:owner/:repo/issues/comments/:comment_id";

export const issueRoutes = [
  route(`GET ${COMMENT}`, (call) => json(representComment(call.world, theComment(call)))),
  route(`PATCH ${COMMENT}`, (call) =>
    json(representComment(call.world, editComment(call.world, call.actor, theComment(call), call.body.needed("body")))),
  ),
  route(`DELETE ${COMMENT}`, (call) => {
    deleteComment(call.world, call.actor, theComment(call));
    return empty();
  }),
  route(`GET ${ISSUE}`, (call) => json(representIssue(call, thePull(call)))),
  route(`PATCH ${ISSUE}`, async (call) => {
    const title = call.body.text("title");
    const body = call.body.nullableText("body");
    const state = call.body.choice("state", ["open", "closed"]);
    const edit = {
      ...(title === undefined ? {} : { title }),
      ...(body === undefined ? {} : { body }),
      ...(state === undefined ? {} : { state }),
    };
    return json(representIssue(call, await updatePull(call.world, call.actor, thePull(call), edit)));
  }),
  route(`GET ${ISSUE}/comments`, (call) => {
    const since = Date.parse(call.query.get("since") ?? "");
    const wanted = thePull(call).comments.filter((comment) => Number.isNaN(since) || comment.updatedAt >= since);
    return list(wanted, (comment) => representComment(call.world, comment));
  }),
  route(`POST ${ISSUE}/comments`, (call) =>
    created(
      representComment(call.world, createComment(call.world, call.actor, thePull(call), call.body.needed("body"))),
    ),
  ),
  route(`GET ${ISSUE}/labels`, (call) => labels(call, thePull(call).labels)),
  route(`POST ${ISSUE}/labels`, (call) => {
    const names = call.body.texts("labels") ?? [];
    const after = addLabels(call.world, call.actor, thePull(call), names);
    return json(after.map((label) => representLabel(call.world, repositoryOf(call), label)));
  }),
  route(`DELETE ${ISSUE}/labels/*name`, (call) => {
    const after = removeLabel(call.world, call.actor, thePull(call), param(call, "name"));
    return json(after.map((label) => representLabel(call.world, repositoryOf(call), label)));
  }),
  route("GET /repos/:owner/:repo/labels", (call) => labels(call, readableRepository(call).labels)),
];

function labels(call: Call, items: readonly Label[]) {
  const repo = repositoryOf(call);
  return list(items, (label) => representLabel(call.world, repo, label));
}

function readableRepository(call: Call): Repository {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, READ_PULLS);
  return repo;
}

function thePull(call: Call): PullRequest {
  return readablePull(call, "issue_number");
}

function theComment(call: Call): IssueComment {
  return commentOf(readableRepository(call), numberParam(call, "comment_id"));
}

function representIssue(call: Call, pull: PullRequest) {
  const simple = representPullInList(call.world, pull);
  const { id, node_id, number, title, body, state, user, labels: tags, created_at, updated_at, closed_at } = simple;
  return {
    ...{ id, node_id, number, title, body, state, user, labels: tags, created_at, updated_at, closed_at },
    url: simple.issue_url,
    html_url: simple.html_url,
    repository_url: repositoryUrl(call.world, pull.repository),
    comments_url: simple.comments_url,
    locked: false,
    comments: pull.comments.length,
    assignees: simple.assignees ?? [],
    assignee: simple.assignee,
    milestone: null,
    draft: pull.draft,
    author_association: simple.author_association,
    pull_request: {
      url: pullUrl(call.world, pull),
      html_url: pullPage(call.world, pull),
      merged_at: simple.merged_at,
      diff_url: simple.diff_url,
      patch_url: simple.patch_url,
    },
  };
}
