/** Who may do what: users by their permission, apps by theirs, and the refusal each gets otherwise. */
import { notForIntegration, notFound, Refusal } from "./refusal.ts";
import {
  allows,
  type Access,
  type Account,
  type Actor,
  type App,
  type Permission,
  type Repository,
  type World,
} from "./world.ts";

export interface Need {
  /** What a person must have in the repository. */
  readonly user: Permission;
  /** Any one of these permissions lets an app in. */
  readonly app: readonly (readonly [permission: string, access: Access])[];
}

export const READ: Need = { user: "read", app: [["metadata", "read"]] };
export const READ_CONTENTS: Need = { user: "read", app: [["contents", "read"]] };
export const WRITE_CONTENTS: Need = { user: "write", app: [["contents", "write"]] };
export const READ_PULLS: Need = { user: "read", app: [["pull_requests", "read"]] };
/** A person who can read may open and comment; the effect asks for more where more is needed. */
export const TALK_IN_PULLS: Need = {
  user: "read",
  app: [
    ["pull_requests", "write"],
    ["issues", "write"],
  ],
};
export const WRITE_PULLS: Need = { user: "read", app: [["pull_requests", "write"]] };
export const TRIAGE_PULLS: Need = {
  user: "triage",
  app: [
    ["pull_requests", "write"],
    ["issues", "write"],
  ],
};
export const READ_CHECKS: Need = { user: "read", app: [["checks", "read"]] };
export const READ_STATUSES: Need = { user: "read", app: [["statuses", "read"]] };
export const WRITE_STATUSES: Need = { user: "write", app: [["statuses", "write"]] };
export const READ_ACTIONS: Need = { user: "read", app: [["actions", "read"]] };
export const WRITE_ACTIONS: Need = { user: "write", app: [["actions", "write"]] };
export const ADMINISTER: Need = { user: "admin", app: [["administration", "write"]] };

export function appMay(app: App, needs: Need["app"]): boolean {
  return needs.some(([name, access]) => {
    if (name === "metadata" && access === "read") return true;
    const have = app.permissions[name];
    return have === "write" || (have === "read" && access === "read");
  });
}

/** What an actor may do in a repository, in a person's terms; an app counts by what its permissions amount to. */
export function permissionOf(world: World, actor: Actor, repo: Repository): Permission {
  switch (actor.kind) {
    case "anonymous":
    case "app":
      return repo.private ? "none" : "read";
    case "user":
      return world.permissionOf(actor.account, repo);
    case "installation": {
      if (!actor.installation.repositories.has(repo.id)) return repo.private ? "none" : "read";
      return appMay(actor.installation.app, [["contents", "write"]]) ? "write" : "read";
    }
  }
}

/**
 * Throws unless `actor` may. LIVE(rest-404-403): what cannot be seen is 404; what can be seen but not done is 403, for apps with
 * "Resource not accessible by integration".
 */
export function demand(world: World, actor: Actor, repo: Repository, need: Need): void {
  const have = permissionOf(world, actor, repo);
  if (have === "none") throw notFound();
  if (actor.kind === "installation") {
    const installed = actor.installation.repositories.has(repo.id);
    // LIVE(app-reads-public): an installation token reads what is public elsewhere too, a stranger's fork and its activity among it.
    const readable = need.app.every(([, access]) => access === "read") && !repo.private;
    if (installed ? !appMay(actor.installation.app, need.app) : !readable) throw notForIntegration();
    return;
  }
  if (actor.kind === "app") throw new Refusal(401, "A JSON web token could not be decoded");
  if (actor.kind === "anonymous" && need.user !== "read") throw new Refusal(401, "Requires authentication");
  if (!allows(have, need.user)) throw new Refusal(403, rightsSentence(need.user));
}

function rightsSentence(permission: Permission): string {
  if (permission === "admin") return "Must have admin rights to Repository.";
  return permission === "write"
    ? "Must have push access to repository"
    : `Must have ${permission} access to repository`;
}

/** The account behind an actor; anonymous is refused. */
export function signedIn(actor: Actor): Account {
  if (actor.kind === "anonymous") throw new Refusal(401, "Requires authentication");
  return actor.account;
}

/** The app through which an actor works, for `performed_via_github_app` and for check runs. */
export function appOf(actor: Actor): App | null {
  return actor.kind === "installation" ? actor.installation.app : null;
}
