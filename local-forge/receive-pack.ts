/**
 * A push: every command is judged before git runs, git gets the ones that stand, and the world learns what moved.
 * The new objects are first unpacked beside the repository, so that a refused push leaves nothing behind.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { appMay, demand, permissionOf, WRITE_CONTENTS } from "./access.ts";
import { git } from "./git.ts";
import { movedRefs, readPush, reportPush, splitAnswer, writePush, type PushRequest } from "./push-request.ts";
import { recordRefs } from "./refs.ts";
import { Refusal } from "./refusal.ts";
import { rulesetsFor, ruleViolations, type RefUpdate } from "./rules.ts";
import { allows, fullName, ZERO_SHA, type Account, type Actor, type Repository, type World } from "./world.ts";

/** Runs git's own receive-pack on a request body; answers its response body. */
export type RunReceivePack = (body: Buffer) => Promise<Buffer>;

export interface IncomingPush {
  readonly actor: Actor & { readonly account: Account };
  readonly body: Buffer;
  readonly run: RunReceivePack;
}

/** Runs alone (`world.exclusive`). Answers the body for the client. */
export async function receivePush(world: World, repo: Repository, push: IncomingPush): Promise<Buffer> {
  const { actor, body, run } = push;
  const request = readPush(body);
  if (request === undefined) throw new Refusal(400, "The request is not a git push");
  if (request.commands.length === 0) return run(body);
  demand(world, actor, repo, WRITE_CONTENTS);
  const { refused, remarks } = await judge(world, actor, repo, request);
  const standing = request.commands.filter((command) => !refused.has(command.ref));
  if (standing.length === 0) return reportPush(request, { refused, remarks }, undefined);
  const raw = await run(refused.size === 0 ? body : writePush(request, standing));
  const { report } = splitAnswer(request, raw);
  const moved = movedRefs(report);
  await recordRefs(
    world,
    repo,
    standing.filter((command) => moved.has(command.ref)),
    { by: actor.account },
  );
  return refused.size === 0 ? raw : reportPush(request, { refused, remarks }, report);
}

interface Judgement {
  readonly refused: Map<string, string>;
  readonly remarks: string[];
}

async function judge(world: World, actor: Actor, repo: Repository, request: PushRequest): Promise<Judgement> {
  const judgement: Judgement = { refused: new Map(), remarks: [] };
  const quarantine = await unpackBeside(actor, repo, request);
  try {
    for (const command of request.commands)
      await judgeCommand(world, { actor, repo, env: quarantine.env, judgement }, command);
  } finally {
    await quarantine.remove();
  }
  if (judgement.refused.size > 0 && request.capabilities.includes("atomic")) {
    for (const { ref } of request.commands) {
      if (!judgement.refused.has(ref)) judgement.refused.set(ref, "atomic push failure");
    }
  }
  return judgement;
}

interface Court {
  readonly actor: Actor;
  readonly repo: Repository;
  readonly env: Readonly<Record<string, string>>;
  readonly judgement: Judgement;
}

async function judgeCommand(world: World, court: Court, command: RefUpdate): Promise<void> {
  const { actor, repo, env, judgement } = court;
  // LIVE(refs-pull-hidden): `refs/pull/*` is hidden and cannot be pushed to.
  if (command.ref.startsWith("refs/pull/")) {
    judgement.refused.set(command.ref, "deny updating a hidden ref");
    return;
  }
  if (command.after === ZERO_SHA && command.ref === `refs/heads/${repo.defaultBranch}`) {
    judgement.remarks.push(`error: refusing to delete the current branch: ${command.ref}`);
    judgement.refused.set(command.ref, "refusing to delete the current branch");
    return;
  }
  const workflow = await forbiddenWorkflow(actor, repo, { command, env });
  if (workflow !== undefined) {
    const reason = `refusing to allow a GitHub App to create or update workflow \`${workflow}\` without \`workflows\` permission`;
    judgement.refused.set(command.ref, reason);
    return;
  }
  const violations = await ruleViolations(world, repo, { actor, update: command, env });
  if (violations.length === 0) return;
  judgement.refused.set(command.ref, "push declined due to repository rule violations");
  judgement.remarks.push(...ruleRemarks(world, repo, command.ref, violations));
}

/** LIVE(rules-gh013-words): the words of GH013 as a push shows them. */
function ruleRemarks(world: World, repo: Repository, ref: string, violations: readonly string[]): string[] {
  return [
    `error: GH013: Repository rule violations found for ${ref}.`,
    `Review all repository rules at ${world.url}/${fullName(repo)}/rules?ref=${encodeURIComponent(ref)}`,
    "",
    ...violations.flatMap((sentence) => [`- ${sentence}`, ""]),
  ];
}

/**
 * The first workflow file that a push by an app without `workflows` would make or change: one that stands so neither on
 * the default branch nor where the ref pointed before.
 * LIVE(workflows-permission-stale): it is the files that count, not who wrote the commits: a commit that a person has pushed to another
 * branch is refused too, and a stale one that still has the workflow as it used to be. What GitHub compares with is not documented;
 * this is the strict reading (RULINGS 9).
 */
async function forbiddenWorkflow(
  actor: Actor,
  repo: Repository,
  { command, env }: { readonly command: RefUpdate; readonly env: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  if (actor.kind !== "installation" || appMay(actor.installation.app, [["workflows", "write"]])) return undefined;
  if (command.after === ZERO_SHA) return undefined;
  const trunk = repo.refs.get(`refs/heads/${repo.defaultBranch}`);
  const standing = new Set<string>();
  for (const sha of [trunk, command.before]) {
    if (sha === undefined || sha === ZERO_SHA) continue;
    for (const entry of await workflowsOf(repo, sha, env)) standing.add(entry);
  }
  const brought = (await workflowsOf(repo, command.after, env)).find((entry) => !standing.has(entry));
  return brought?.slice(brought.indexOf("\t") + 1);
}

/** Mode, blob and path of each workflow file, as git lists them. */
async function workflowsOf(repo: Repository, sha: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const { stdout } = await git(repo.dir, ["ls-tree", "-r", "-z", sha, "--", ".github/workflows/"], { env });
  return stdout
    .toString()
    .split("\0")
    .filter((entry) => entry !== "");
}

async function unpackBeside(
  actor: Actor,
  repo: Repository,
  request: PushRequest,
): Promise<{ readonly env: Record<string, string>; remove(): Promise<void> }> {
  if (request.pack.length === 0) return { env: {}, remove: () => Promise.resolve() };
  // Ordinary pushes are judged by their command lines alone; only these two questions look at what they bring.
  const governed = request.commands.some((command) => rulesetsFor(repo, command.ref).length > 0);
  if (!governed && actor.kind !== "installation") return { env: {}, remove: () => Promise.resolve() };
  const dir = await mkdtemp(join(repo.dir, "forge-incoming-"));
  const objects = join(repo.dir, "objects");
  const env = { GIT_OBJECT_DIRECTORY: dir, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
  await mkdir(join(dir, "pack"));
  await git(repo.dir, ["index-pack", "--stdin", "--fix-thin"], { env, stdin: request.pack, codes: [128] });
  return { env, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** What the ref advertisement of a push answers to those who may not write. */
export function mayPush(world: World, actor: Actor, repo: Repository): boolean {
  if (actor.kind === "installation") {
    return actor.installation.repositories.has(repo.id) && appMay(actor.installation.app, [["contents", "write"]]);
  }
  return actor.kind === "user" && allows(permissionOf(world, actor, repo), "write");
}
