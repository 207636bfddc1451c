/** Opening, editing, closing and reopening pull requests, with GitHub's refusals. REST and GraphQL both end here. */
import { demand, permissionOf, signedIn, TALK_IN_PULLS, WRITE_PULLS } from "./access.ts";
import { copyObject, isAncestor, mergeBase } from "./git.ts";
import { baseTip, changeBase, closePull, followHead } from "./pull-sync.ts";
import { customInvalid, invalid, notFound, Refusal } from "./refusal.ts";
import { allows, type Account, type Actor, type PullRequest, type Repository, type World } from "./world.ts";

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  /** `branch`, `owner:branch`, or a branch of `headRepository`. */
  readonly head: string;
  readonly headRepository?: Repository;
  readonly base: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

interface Side {
  readonly repository: Repository;
  readonly ref: string;
  readonly sha: string;
}

export async function createPull(world: World, actor: Actor, repo: Repository, spec: NewPull): Promise<PullRequest> {
  demand(world, actor, repo, WRITE_PULLS);
  const author = signedIn(actor);
  const head = findHead(world, repo, spec);
  const baseSha = repo.refs.get(`refs/heads/${spec.base}`);
  const faults = [
    ...(spec.title.trim() === "" ? [{ resource: "PullRequest", field: "title", code: "missing_field" } as const] : []),
    ...(head === undefined ? [{ resource: "PullRequest", field: "head", code: "invalid" } as const] : []),
    ...(baseSha === undefined ? [{ resource: "PullRequest", field: "base", code: "invalid" } as const] : []),
  ];
  if (head === undefined || baseSha === undefined || faults.length > 0) throw invalid(...faults);
  if (!allows(permissionOf(world, actor, head.repository), "write")) {
    throw new Refusal(403, "Must have push access to the head repository");
  }
  await refuseEmpty(repo, head, { ref: spec.base, sha: baseSha });
  refuseDuplicate(repo, head, spec.base);
  const pull = newPull(world, repo, { spec, author, head, baseSha });
  repo.pulls.set(pull.number, pull);
  await followHead(world, pull, head.sha);
  world.emit({ kind: "pull-request", action: "opened", repo, pull, sender: author });
  return pull;
}

/** LIVE(pulls-head-owner): `owner:branch` is a branch of that owner's fork, whatever the fork is called, also in GraphQL's `headRefName`. */
function findHead(world: World, repo: Repository, spec: NewPull): Side | undefined {
  const colon = spec.head.indexOf(":");
  const ref = colon === -1 ? spec.head : spec.head.slice(colon + 1);
  const owner = colon === -1 ? repo.owner.login : spec.head.slice(0, colon);
  const root = repo.parent ?? repo;
  const family = [...world.repositories.values()].filter((other) => (other.parent ?? other) === root);
  const found =
    spec.headRepository ??
    (owner.toLowerCase() === repo.owner.login.toLowerCase()
      ? repo
      : family.find((other) => other.owner.login.toLowerCase() === owner.toLowerCase()));
  const sha = found?.refs.get(`refs/heads/${ref}`);
  return found === undefined || sha === undefined ? undefined : { repository: found, ref, sha };
}

async function refuseEmpty(
  repo: Repository,
  head: Side,
  base: { readonly ref: string; readonly sha: string },
): Promise<void> {
  await copyObject(head.repository.dir, repo.dir, head.sha);
  const shown = head.repository === repo ? head.ref : `${head.repository.owner.login}:${head.ref}`;
  if (await isAncestor(repo.dir, head.sha, base.sha)) {
    throw customInvalid("PullRequest", `No commits between ${base.ref} and ${shown}`);
  }
  if ((await mergeBase(repo.dir, head.sha, base.sha)) === undefined) {
    throw customInvalid("PullRequest", `The ${shown} branch has no history in common with ${base.ref}`);
  }
}

function refuseDuplicate(repo: Repository, head: { repository: Repository; ref: string }, base: string): void {
  const twin = openTwin(repo, head, base);
  if (twin === undefined) return;
  throw customInvalid("PullRequest", `A pull request already exists for ${head.repository.owner.login}:${head.ref}.`);
}

function openTwin(
  repo: Repository,
  head: { repository: Repository | null; ref: string },
  base: string,
): PullRequest | undefined {
  return [...repo.pulls.values()].find(
    (pull) =>
      pull.state === "open" &&
      pull.head.repository === head.repository &&
      pull.head.ref === head.ref &&
      pull.base.ref === base,
  );
}

interface Opening {
  readonly spec: NewPull;
  readonly author: Account;
  readonly head: Side;
  readonly baseSha: string;
}

function newPull(world: World, repo: Repository, { spec, author, head, baseSha }: Opening): PullRequest {
  const at = world.now();
  return {
    id: world.id(),
    number: repo.nextNumber++,
    repository: repo,
    title: spec.title,
    body: spec.body,
    author,
    head: { ref: head.ref, sha: head.sha, repository: head.repository },
    base: { ref: spec.base, sha: baseSha, repository: repo },
    state: "open",
    draft: spec.draft,
    merged: null,
    closedAt: null,
    closedBy: null,
    createdAt: at,
    updatedAt: at,
    mergeable: null,
    testMerge: null,
    labels: [],
    requestedReviewers: [],
    requestedTeams: [],
    assignees: [],
    maintainerCanModify: spec.maintainerCanModify && head.repository !== repo,
    stats: { commits: 0, additions: 0, deletions: 0, changedFiles: 0 },
    reviews: [],
    comments: [],
    threads: [],
    timeline: [],
  };
}

/** Throws unless `actor` wrote the pull request or may change other people's. */
export function demandAuthorOr(world: World, actor: Actor, pull: PullRequest, permission: "triage" | "write"): void {
  demand(world, actor, pull.repository, TALK_IN_PULLS);
  if (actor.kind === "installation" || signedIn(actor) === pull.author) return;
  // LIVE(pulls-edit-403): editing another person's pull request without the right to is 403 where it can be seen.
  if (!allows(permissionOf(world, actor, pull.repository), permission)) {
    throw new Refusal(
      403,
      `Must have ${permission === "write" ? "push" : permission} access to change this pull request`,
    );
  }
}

export interface PullEdit {
  readonly title?: string;
  readonly body?: string | null;
  readonly base?: string;
  readonly state?: "open" | "closed";
  readonly maintainerCanModify?: boolean;
}

/** Everything is checked before anything changes: a refused edit leaves no trace. */
export async function updatePull(world: World, actor: Actor, pull: PullRequest, edit: PullEdit): Promise<PullRequest> {
  demandAuthorOr(world, actor, pull, "write");
  const by = signedIn(actor);
  if (edit.title !== undefined && edit.title.trim() === "") {
    throw invalid({ resource: "PullRequest", field: "title", code: "missing_field" });
  }
  const retarget = edit.base !== undefined && edit.base !== pull.base.ref ? edit.base : undefined;
  if (retarget !== undefined) await checkRetarget(pull, retarget, edit.state ?? pull.state);
  const reopen = edit.state === "open" && pull.state === "closed";
  if (reopen) await checkReopen(pull);
  if (edit.maintainerCanModify !== undefined) pull.maintainerCanModify = edit.maintainerCanModify;
  editText(world, pull, { edit, by });
  if (retarget !== undefined) await changeBase(world, pull, retarget, by);
  if (edit.state === "closed") closePull(world, pull, by);
  if (reopen) await reopenPull(world, pull, by);
  return pull;
}

function editText(
  world: World,
  pull: PullRequest,
  { edit, by }: { readonly edit: PullEdit; readonly by: Account },
): void {
  const title = edit.title !== undefined && edit.title !== pull.title ? { title: pull.title } : {};
  const body = edit.body !== undefined && edit.body !== pull.body ? { body: pull.body } : {};
  const changes = { ...title, ...body };
  if (Object.keys(changes).length === 0) return;
  pull.title = edit.title ?? pull.title;
  if (edit.body !== undefined) pull.body = edit.body;
  pull.updatedAt = world.now();
  world.emit({ kind: "pull-request", action: "edited", repo: pull.repository, pull, sender: by, changes });
}

/** LIVE(pulls-retarget-422): a base that is missing, holds the head already, or has a twin pull request is a 422; so is any change when closed. */
async function checkRetarget(pull: PullRequest, target: string, state: "open" | "closed"): Promise<void> {
  const { repository: repo } = pull;
  if (state === "closed")
    throw customInvalid("PullRequest", "Cannot change the base branch of a closed pull request.", "base");
  const tip = repo.refs.get(`refs/heads/${target}`);
  if (tip === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  if (openTwin(repo, pull.head, target) !== undefined) {
    const message = `A pull request already exists for base branch '${target}' and head branch '${pull.head.ref}'`;
    throw customInvalid("PullRequest", message, "base");
  }
  if (await isAncestor(repo.dir, pull.head.sha, tip)) {
    const message = `There are no new commits between base branch '${target}' and head branch '${pull.head.ref}'`;
    throw customInvalid("PullRequest", message, "base");
  }
}

/** LIVE(pulls-reopen): merged, force-pushed or deleted heads cannot be reopened; a head that moved straight ahead can. */
async function checkReopen(pull: PullRequest): Promise<void> {
  const refuse = (why: string) => customInvalid("PullRequest", `state cannot be changed. ${why}`, "state");
  if (pull.merged !== null) throw refuse("The pull request has already been merged.");
  const tip = pull.head.repository?.refs.get(`refs/heads/${pull.head.ref}`);
  const base = baseTip(pull);
  if (tip === undefined || pull.head.repository === null) throw refuse(`The ${pull.head.ref} branch has been deleted.`);
  if (base === undefined) throw refuse(`The ${pull.base.ref} branch has been deleted.`);
  await copyObject(pull.head.repository.dir, pull.repository.dir, tip);
  if (!(await isAncestor(pull.repository.dir, pull.head.sha, tip))) {
    throw refuse(`The ${pull.head.ref} branch was force-pushed or recreated.`);
  }
  const twin = openTwin(pull.repository, pull.head, pull.base.ref);
  if (twin !== undefined) throw refuse(`There is already an open pull request for this branch: #${twin.number}.`);
  if (await isAncestor(pull.repository.dir, tip, base)) {
    throw refuse(`There are no new commits on the ${pull.head.ref} branch.`);
  }
}

async function reopenPull(world: World, pull: PullRequest, by: Account): Promise<void> {
  const tip = pull.head.repository?.refs.get(`refs/heads/${pull.head.ref}`) ?? pull.head.sha;
  pull.state = "open";
  pull.closedAt = null;
  pull.closedBy = null;
  pull.updatedAt = world.now();
  await followHead(world, pull, tip);
  pull.timeline.push({ kind: "reopened", id: world.id(), at: world.now(), actor: by });
  world.emit({ kind: "pull-request", action: "reopened", repo: pull.repository, pull, sender: by });
}

/** LIVE(pulls-draft-apps): apps are refused both ways of toggling draft. */
export function setDraft(world: World, actor: Actor, pull: PullRequest, draft: boolean): PullRequest {
  demandAuthorOr(world, actor, pull, "write");
  if (actor.kind === "installation") throw new Refusal(403, "Resource not accessible by integration");
  if (pull.state === "closed")
    throw customInvalid("PullRequest", "Cannot change the draft state of a closed pull request.");
  if (pull.draft === draft) return pull;
  pull.draft = draft;
  pull.updatedAt = world.now();
  const actorAccount = signedIn(actor);
  pull.timeline.push({
    kind: draft ? "converted-to-draft" : "ready-for-review",
    id: world.id(),
    at: world.now(),
    actor: actorAccount,
  });
  const action = draft ? "converted_to_draft" : "ready_for_review";
  world.emit({ kind: "pull-request", action, repo: pull.repository, pull, sender: actorAccount });
  return pull;
}

export function pullOf(repo: Repository, number: number): PullRequest {
  const pull = repo.pulls.get(number);
  if (pull === undefined) throw notFound();
  return pull;
}
