/** Comments and tag labels on pull requests. */
import { appOf, demand, permissionOf, signedIn, TALK_IN_PULLS, TRIAGE_PULLS } from "./access.ts";
import { customInvalid, notFound, Refusal } from "./refusal.ts";
import {
  allows,
  type Actor,
  type IssueComment,
  type Label,
  type PullRequest,
  type Repository,
  type World,
} from "./world.ts";

export function createComment(world: World, actor: Actor, pull: PullRequest, body: string): IssueComment {
  demand(world, actor, pull.repository, TALK_IN_PULLS);
  const author = signedIn(actor);
  if (body.trim() === "") throw customInvalid("IssueComment", "Body can't be blank", "body");
  const at = world.now();
  const comment: IssueComment = {
    id: world.id(),
    pull,
    author,
    app: appOf(actor),
    body,
    createdAt: at,
    updatedAt: at,
    editor: null,
  };
  pull.comments.push(comment);
  pull.updatedAt = at;
  world.emit({ kind: "issue-comment", action: "created", repo: pull.repository, pull, comment, sender: author });
  return comment;
}

/** LIVE(comments-edited-by-others): people with write access may edit and delete other people's comments; an app only its own. */
function demandOwnOrWrite(world: World, actor: Actor, comment: IssueComment): void {
  demand(world, actor, comment.pull.repository, TALK_IN_PULLS);
  const own = signedIn(actor) === comment.author;
  if (own) return;
  if (actor.kind === "installation") throw new Refusal(403, "Resource not accessible by integration");
  if (!allows(permissionOf(world, actor, comment.pull.repository), "write"))
    throw new Refusal(403, "Must have push access to edit this comment");
}

export function editComment(world: World, actor: Actor, comment: IssueComment, body: string): IssueComment {
  demandOwnOrWrite(world, actor, comment);
  if (body.trim() === "") throw customInvalid("IssueComment", "Body can't be blank", "body");
  const previousBody = comment.body;
  const { pull } = comment;
  comment.body = body;
  comment.updatedAt = pull.updatedAt = world.now();
  comment.editor = signedIn(actor);
  world.emit({
    kind: "issue-comment",
    action: "edited",
    repo: pull.repository,
    pull,
    comment,
    sender: comment.editor,
    previousBody,
  });
  return comment;
}

export function deleteComment(world: World, actor: Actor, comment: IssueComment): void {
  demandOwnOrWrite(world, actor, comment);
  const { pull } = comment;
  pull.comments.splice(pull.comments.indexOf(comment), 1);
  world.emit({
    kind: "issue-comment",
    action: "deleted",
    repo: pull.repository,
    pull,
    comment,
    sender: signedIn(actor),
  });
}

export function commentOf(repo: Repository, id: number): IssueComment {
  const comment = [...repo.pulls.values()].flatMap((pull) => pull.comments).find((candidate) => candidate.id === id);
  if (comment === undefined) throw notFound();
  return comment;
}

/** LIVE(labels-created): adding a tag label the repository does not have creates it. */
export function addLabels(world: World, actor: Actor, pull: PullRequest, names: readonly string[]): Label[] {
  demand(world, actor, pull.repository, TRIAGE_PULLS);
  const sender = signedIn(actor);
  for (const name of names) {
    const label = ensureLabel(world, pull.repository, name);
    if (pull.labels.includes(label)) continue;
    pull.labels.push(label);
    pull.updatedAt = world.now();
    pull.timeline.push({ kind: "labeled", id: world.id(), at: world.now(), actor: sender, label });
    world.emit({ kind: "pull-request", action: "labeled", repo: pull.repository, pull, sender, label });
  }
  return pull.labels;
}

function ensureLabel(world: World, repo: Repository, name: string): Label {
  const known = repo.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  const label = { id: world.id(), name, color: "ededed", description: null };
  repo.labels.push(label);
  return label;
}

export function removeLabel(world: World, actor: Actor, pull: PullRequest, name: string): Label[] {
  demand(world, actor, pull.repository, TRIAGE_PULLS);
  const label = pull.labels.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (label === undefined) throw new Refusal(404, "Label does not exist");
  const sender = signedIn(actor);
  pull.labels = pull.labels.filter((candidate) => candidate !== label);
  pull.timeline.push({ kind: "unlabeled", id: world.id(), at: world.now(), actor: sender, label });
  world.emit({ kind: "pull-request", action: "unlabeled", repo: pull.repository, pull, sender, label });
  return pull.labels;
}
