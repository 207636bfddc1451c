// One text picture of the world, for people and for snapshots: history, branches, pull requests, reviews, checks, comments.
// The same story gives the same text: object names become letters by first appearance (in commits) or `I-a` (in Change-Ids),
// times, durations and addresses are left out, and everything is in a fixed order.
import { execFileSync } from "node:child_process";
import { startupProblem } from "./actions/record.ts";
import { latestRuns, latestStatuses } from "./checks.ts";
import { gitEnvironment } from "./git.ts";
import { fullName, type PullRequest, type Repository, type Review, type World } from "./world.ts";

/** Commits of the default branch that are shown. */
const HISTORY = 14;

/** Reads git synchronously: some milliseconds for each repository. `only`: the one that is asked for; else all. */
export function picture(world: World, only?: Repository): string {
  const repositories = (only === undefined ? [...world.repositories.values()] : [only]).sort((a, b) =>
    fullName(a) < fullName(b) ? -1 : 1,
  );
  return repositories.map((repo) => drawRepository(repo)).join("\n\n");
}

function drawRepository(repo: Repository): string {
  const names = aliases();
  const history = drawHistory(repo, names);
  const pulls = [...repo.pulls.values()].sort((a, b) => a.number - b.number);
  const heads = new Set(pulls.filter((pull) => pull.state === "open").map((pull) => `refs/heads/${pull.head.ref}`));
  const branches = [...repo.refs.keys()]
    .filter((ref) => ref.startsWith("refs/heads/") && ref !== `refs/heads/${repo.defaultBranch}` && !heads.has(ref))
    .sort();
  const lines = [
    `${fullName(repo)} ${repo.defaultBranch}`,
    ...indent(history),
    ...indent(drawLanded(repo, names)),
    ...branches.flatMap((ref) => drawBranch(repo, ref, names)),
    ...pulls.flatMap((pull) => drawPull(repo, pull, names)),
  ];
  return lines.map((line) => scrub(line, names).trimEnd()).join("\n");
}

function drawHistory(repo: Repository, names: Aliases): readonly string[] {
  const lines = readLog(repo, ["--graph", "--topo-order", "--format=%H %s"]);
  if (lines.length === 0) return ["(no commits)"];
  return lines.map((line) => line.replace(/[0-9a-f]{40}/, (sha) => names.commit(sha)));
}

/** What was tested of the commits the branch went through; those that are a pull request's head are shown there. */
function drawLanded(repo: Repository, names: Aliases): readonly string[] {
  const heads = new Set([...repo.pulls.values()].map((pull) => pull.head.sha));
  const shas = readLog(repo, ["--first-parent", "--format=%H"]).filter((sha) => !heads.has(sha));
  return shas.flatMap((sha) => drawChecks(repo, sha).map((line) => `${names.commit(sha)} ${line}`));
}

function readLog(repo: Repository, args: readonly string[]): readonly string[] {
  const branch = `refs/heads/${repo.defaultBranch}`;
  if (!repo.refs.has(branch)) return [];
  const command = ["log", `-${HISTORY}`, ...args, branch, "--"];
  const text = execFileSync("git", command, { cwd: repo.dir, env: gitEnvironment(), encoding: "utf8" });
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => line.trimEnd());
}

function drawBranch(repo: Repository, ref: string, names: Aliases): readonly string[] {
  const sha = repo.refs.get(ref) ?? "";
  return [`${ref.slice("refs/heads/".length)} at ${names.commit(sha)}`, ...indent(drawChecks(repo, sha))];
}

function drawPull(repo: Repository, pull: PullRequest, names: Aliases): readonly string[] {
  const { number, title, author, head, base } = pull;
  const shas = patchSets(pull);
  const from = head.repository === repo ? head.ref : `${head.repository?.owner.login ?? "(gone)"}:${head.ref}`;
  const count = shas.length === 1 ? "1 patch set" : `${shas.length} patch sets`;
  const labels = pull.labels.map((label) => label.name).sort();
  return [
    `#${number} ${title} · ${author.login} · ${stateOf(pull)} · ${from} → ${base.ref} · ${count}, at ${names.commit(head.sha)}`,
    ...indent([
      ...(labels.length === 0 ? [] : [`labels ${labels.join(", ")}`]),
      ...pull.reviews.filter((review) => review.state !== "PENDING").map((review) => drawReview(review, shas)),
      ...drawChecks(repo, head.sha),
      ...pull.comments.map((comment) => `${comment.author.login}: ${firstLine(comment.body)}`),
    ]),
  ];
}

function stateOf(pull: PullRequest): string {
  if (pull.merged !== null) return "Merged";
  if (pull.state === "closed") return "Closed";
  return pull.draft ? "Draft" : "Open";
}

/** Heads in the order they were pushed, the first being the one the pull request was opened with. */
function patchSets(pull: PullRequest): readonly string[] {
  const pushes = (pull.head.repository?.activity ?? []).filter(
    (entry) => entry.ref === `refs/heads/${pull.head.ref}` && !/^0+$/.test(entry.after),
  );
  const before = pushes.filter((entry) => entry.id < pull.id).slice(-1);
  const after = pushes.filter((entry) => entry.id > pull.id);
  const shas = [...new Set([...before, ...after].map((entry) => entry.after))];
  const end = shas.indexOf(pull.head.sha); // pushes to the branch after the pull request ended are no patch sets of it
  return end === -1 ? [...shas, pull.head.sha] : pull.state === "open" ? shas : shas.slice(0, end + 1);
}

const VERBS = {
  PENDING: "drafts on",
  COMMENTED: "comments on",
  APPROVED: "approves",
  CHANGES_REQUESTED: "requests changes of",
  DISMISSED: "(dismissed) reviewed",
} as const;

function drawReview(review: Review, shas: readonly string[]): string {
  const n = shas.indexOf(review.commit);
  const what = n === -1 ? "an unknown commit" : `patch set ${n + 1}`;
  const votes = review.body.split("\n").filter((line) => /^[A-Za-z][\w-]*: *[-+−]?\d+\s*$/.test(line));
  const words = votes.length > 0 ? votes.map((vote) => vote.trim()).join(", ") : firstLine(review.body);
  const edited = review.editedAt === null ? "" : " (edited)";
  return `${review.author.login} ${VERBS[review.state]} ${what}${words === "" ? "" : `: ${words}`}${edited}`;
}

/** One line for each app: Actions jobs side by side, other apps' checks with their titles. */
function drawChecks(repo: Repository, sha: string): readonly string[] {
  const runs = latestRuns(repo.checkRuns.filter((run) => run.suite.headSha === sha));
  const jobs = runs
    .filter((run) => run.suite.app.slug === "github-actions")
    .map((run) => `${run.name} ${run.conclusion ?? run.status}`);
  const others = runs.filter((run) => run.suite.app.slug !== "github-actions");
  const broken = repo.workflowRuns.filter((run) => run.headSha === sha && run.conclusion === "startup_failure");
  return [
    ...(jobs.length === 0 ? [] : [`github-actions: ${jobs.sort().join(", ")}`]),
    ...broken.map((run) => `github-actions: ${run.workflow.path} startup_failure: ${startupProblem(run) ?? ""}`).sort(),
    ...others
      .map((run) => {
        const app = run.suite.app.slug === run.name ? run.name : `${run.suite.app.slug} ${run.name}`;
        const title = run.output.title === null ? "" : ` · ${run.output.title}`;
        return `${app}: ${run.conclusion ?? run.status}${title}`;
      })
      .sort(),
    ...latestStatuses(repo, sha)
      .map((status) => `status ${status.context}: ${status.state}`)
      .sort(),
  ];
}

/** Markers that tools hide in HTML comments say nothing to people. */
function firstLine(text: string): string {
  const lines = text.replace(/<!--[\s\S]*?-->/g, "").split("\n");
  return lines.map((line) => line.trim()).find((line) => line !== "") ?? "";
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

interface Aliases {
  /** The letter of a full object name. */
  commit(sha: string): string;
  /** The letter of a full or shortened object name that was seen before. */
  known(sha: string): string | undefined;
  changeId(id: string): string;
}

function aliases(): Aliases {
  const commits = new Map<string, string>();
  const changes = new Map<string, string>();
  const give = (given: Map<string, string>, key: string): string => {
    const letter = given.get(key) ?? letters(given.size);
    given.set(key, letter);
    return letter;
  };
  return {
    commit: (sha) => give(commits, sha),
    known: (short) => [...commits].find(([sha]) => sha.startsWith(short))?.[1],
    changeId: (id) => `I-${give(changes, id)}`,
  };
}

/** a … z, aa, ab … */
function letters(n: number): string {
  const last = String.fromCharCode(97 + (n % 26));
  return n < 26 ? last : letters(Math.floor(n / 26) - 1) + last;
}

function scrub(line: string, names: Aliases): string {
  return line
    .replace(/\bI[0-9a-f]{40}\b/g, (id) => names.changeId(id))
    .replace(/\b[0-9a-f]{40}\b/g, (sha) => names.commit(sha))
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,39}\b/g, (short) => names.known(short) ?? "…")
    .replace(/https?:\/\/(127\.0\.0\.1|localhost)(:\d+)?/g, "")
    .replace(/\b\d{4}-\d\d-\d\d(T[\d:.]+Z?)?\b/g, "…")
    .replace(/\b\d\d?:\d\d(:\d\d)?\b/g, "…")
    .replace(/\b\d+(\.\d+)? ?(ms|s|min|h)\b/g, "…");
}
