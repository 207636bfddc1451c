/** Rulesets: which of a branch's rules stand against an update, for whom. Decided before git moves anything. */
import { latestRuns } from "./checks.ts";
import { git } from "./git.ts";
import {
  allows,
  ZERO_SHA,
  type Actor,
  type App,
  type BypassActor,
  type PullRequest,
  type Repository,
  type Review,
  type Rule,
  type Ruleset,
  type World,
} from "./world.ts";

export interface RefUpdate {
  readonly ref: string;
  /** Forty zeros: the ref is created. */
  readonly before: string;
  /** Forty zeros: the ref is deleted. */
  readonly after: string;
}

/** `*` stops at a slash, `**` does not. LIVE(ruleset-patterns): ruleset patterns are fnmatch with FNM_PATHNAME, matched on the full ref. */
function matches(pattern: string, ref: string, repo: Repository): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return ref === `refs/heads/${repo.defaultBranch}`;
  const source = pattern
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === "**/") return "(?:.*/)?";
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      return part === "?" ? "[^/]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^${source}$`).test(ref);
}

/** The active rulesets that govern a full ref. */
export function rulesetsFor(repo: Repository, ref: string): Ruleset[] {
  if (!ref.startsWith("refs/heads/")) return [];
  return repo.rulesets.filter(
    (ruleset) =>
      ruleset.enforcement === "active" &&
      ruleset.include.some((pattern) => matches(pattern, ref, repo)) &&
      !ruleset.exclude.some((pattern) => matches(pattern, ref, repo)),
  );
}

function isBypass(world: World, repo: Repository, actor: Actor, entry: BypassActor): boolean {
  if (actor.kind === "anonymous") return false;
  const permission = world.permissionOf(actor.account, repo);
  switch (entry.actorType) {
    case "Integration":
      return actor.kind === "installation" && actor.installation.app.id === entry.actorId;
    case "Team":
      return world.teams.some((team) => team.id === entry.actorId && team.members.includes(actor.account));
    case "OrganizationAdmin":
      return actor.kind === "user" && permission === "admin";
    case "RepositoryRole": {
      // LIVE(ruleset-role-ids): role ids in a bypass list: 2 maintain, 4 write, 5 admin.
      const role = entry.actorId === 5 ? "admin" : entry.actorId === 2 ? "maintain" : "write";
      return actor.kind === "user" && allows(permission, role);
    }
  }
}

export interface RuleQuestion {
  readonly actor: Actor;
  readonly update: RefUpdate;
  /** Set when the update is a pull request's merge: its approvals and its head's checks count. */
  readonly pull?: PullRequest;
  /** Where objects that git has not taken in yet can be read. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The sentences that stand against an update, in rule order; none means it may happen. */
export async function ruleViolations(world: World, repo: Repository, question: RuleQuestion): Promise<string[]> {
  const found: string[] = [];
  for (const ruleset of rulesetsFor(repo, question.update.ref)) {
    const bypassed = ruleset.bypass.some(
      (entry) =>
        (entry.mode === "always" || question.pull !== undefined) && isBypass(world, repo, question.actor, entry),
    );
    if (bypassed) continue;
    for (const rule of ruleset.rules) {
      const sentence = await violation(world, repo, { rule, question });
      if (sentence !== undefined && !found.includes(sentence)) found.push(sentence);
    }
  }
  return found;
}

async function violation(
  world: World,
  repo: Repository,
  { rule, question }: { readonly rule: Rule; readonly question: RuleQuestion },
): Promise<string | undefined> {
  const { update, pull } = question;
  const created = update.before === ZERO_SHA;
  const deleted = update.after === ZERO_SHA;
  switch (rule.type) {
    case "creation":
      return created ? "Cannot create ref due to creations being restricted." : undefined;
    case "deletion":
      return deleted ? "Cannot delete this branch" : undefined;
    case "update":
      return created || deleted ? undefined : "Cannot update this protected ref.";
    case "non_fast_forward": {
      if (created || deleted) return undefined;
      return (await descends(repo, question)) ? undefined : "Cannot force-push to this branch";
    }
    case "required_linear_history":
      return (await hasMerge(repo, question)) ? "This branch must not contain merge commits." : undefined;
    case "required_signatures":
      // The forge makes no signatures and verifies none: every commit counts as unsigned.
      return deleted ? undefined : "Commits must have verified signatures.";
    case "pull_request": {
      if (created || deleted) return undefined;
      if (pull === undefined) return "Changes must be made through a pull request.";
      return approvalSentence(world, pull, rule.approvals);
    }
    case "required_status_checks": {
      if (deleted || created) return undefined;
      return checksSentence(repo, rule.checks, pull?.head.sha ?? update.after);
    }
  }
}

async function descends(repo: Repository, { update, env }: RuleQuestion): Promise<boolean> {
  const answer = await git(repo.dir, ["merge-base", "--is-ancestor", update.before, update.after], {
    codes: [1],
    ...(env === undefined ? {} : { env }),
  });
  return answer.code === 0;
}

async function hasMerge(repo: Repository, { update, env }: RuleQuestion): Promise<boolean> {
  if (update.after === ZERO_SHA) return false;
  const range = update.before === ZERO_SHA ? [update.after] : [`${update.before}..${update.after}`];
  const answer = await git(repo.dir, ["rev-list", "--merges", "-1", ...range, "--"], env === undefined ? {} : { env });
  return answer.stdout.length > 0;
}

/** The verdict of each reviewer with write access: the newest approval or request for changes that was not dismissed. */
export function standingReviews(pull: PullRequest): Review[] {
  const latest = new Map<number, Review>();
  for (const review of pull.reviews) {
    if (review.state === "APPROVED" || review.state === "CHANGES_REQUESTED") latest.set(review.author.id, review);
    // A dismissed review takes its author's word back; an earlier one does not revive.
    if (review.state === "DISMISSED") latest.delete(review.author.id);
  }
  return [...latest.values()];
}

function approvalSentence(world: World, pull: PullRequest, needed: number): string | undefined {
  const standing = standingReviews(pull).filter((review) =>
    allows(world.permissionOf(review.author, pull.repository), "write"),
  );
  if (standing.some((review) => review.state === "CHANGES_REQUESTED")) {
    return "Changes have been requested by a reviewer with write access.";
  }
  const approvals = standing.filter((review) => review.state === "APPROVED").length;
  if (approvals >= needed) return undefined;
  return `At least ${needed} approving review${needed === 1 ? " is" : "s are"} required by reviewers with write access.`;
}

type RequiredCheck = { readonly context: string; readonly integrationId: number | null };

function checksSentence(repo: Repository, checks: readonly RequiredCheck[], sha: string): string | undefined {
  const missing = checks.filter((check) => !checkPassed(repo, check, sha));
  const [first] = missing;
  if (first === undefined) return undefined;
  return missing.length === 1
    ? `Required status check "${first.context}" is expected.`
    : `${missing.length} of ${checks.length} required status checks are expected.`;
}

/** LIVE(ruleset-check-conclusions): success, neutral and skipped satisfy a required check; a pinned `integration_id` counts that app's results alone. */
function checkPassed(repo: Repository, check: RequiredCheck, sha: string): boolean {
  const from = (app: App | null) => check.integrationId === null || app?.id === check.integrationId;
  const runs = repo.checkRuns.filter(
    (run) => run.suite.headSha === sha && run.name === check.context && from(run.suite.app),
  );
  const statuses = repo.statuses.filter(
    (status) => status.sha === sha && status.context === check.context && from(status.app),
  );
  const latest = latestRuns(runs);
  const status = statuses.at(-1);
  if (latest.length === 0 && status === undefined) return false;
  const good = new Set(["success", "neutral", "skipped"]);
  return (
    latest.every((run) => run.status === "completed" && run.conclusion !== null && good.has(run.conclusion)) &&
    (status === undefined || status.state === "success")
  );
}
