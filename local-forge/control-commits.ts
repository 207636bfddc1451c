/** The control API's way to commit: as if somebody had pushed, or had pressed Commit on the web page. */
import { mergeTrees, readCommit, resolveCommit } from "./git.ts";
import { personOf, webFlow } from "./merging.ts";
import { notFound, Refusal } from "./refusal.ts";
import { updateRefs } from "./refs.ts";
import { commitFiles } from "./repositories.ts";
import { created, param, route, type Fields } from "./route.ts";
import { ZERO_SHA, type Account, type Repository, type World } from "./world.ts";

export const controlCommitRoutes = [
  // `files` go on top of the branch, null deletes. `onto` starts the branch anew there: a force-push where it was elsewhere.
  // `merge` is a second parent: the tree is then git's merge of both, or the first one's where that conflicts.
  route("POST /repos/:owner/:repo/commits", async (call) => {
    const { world, body } = call;
    const repo = world.repository(param(call, "owner"), param(call, "repo"));
    const by = world.account(body.needed("login"));
    if (repo === undefined || by === undefined) throw notFound();
    const ref = `refs/heads/${body.text("branch") ?? repo.defaultBranch}`;
    const before = repo.refs.get(ref) ?? ZERO_SHA;
    const after = await commit(world, repo, { body, by, before });
    await updateRefs(world, repo, [{ ref, before, after }], { by });
    return created({ sha: after, ref });
  }),
];

interface Committing {
  readonly body: Fields;
  readonly by: Account;
  readonly before: string;
}

async function commit(world: World, repo: Repository, { body, by, before }: Committing): Promise<string> {
  const [onto, merge] = [body.text("onto"), body.text("merge")];
  const trunk = repo.refs.get(`refs/heads/${repo.defaultBranch}`);
  const start = onto !== undefined ? await named(repo, onto) : before === ZERO_SHA ? trunk : before;
  const second = merge === undefined ? undefined : await named(repo, merge);
  return commitFiles(repo, {
    files: Object.fromEntries(readEdits(body)),
    parents: [start, second].filter((parent) => parent !== undefined),
    message: body.text("message") ?? "Change files",
    person: personOf(world, by),
    // What is committed on the web page has GitHub for its committer; see `people-web-flow`.
    ...(body.flag("web") === true ? { committer: webFlow(world) } : {}),
    ...(start === undefined || second === undefined ? {} : { tree: await mergedTree(repo, start, second) }),
  });
}

async function named(repo: Repository, name: string): Promise<string> {
  const sha = await resolveCommit(repo.dir, name);
  if (sha === undefined) throw new Refusal(422, `There is no commit "${name}"`);
  return sha;
}

async function mergedTree(repo: Repository, ours: string, theirs: string): Promise<string> {
  const merged = await mergeTrees(repo.dir, ours, theirs);
  return "tree" in merged ? merged.tree : ((await readCommit(repo.dir, ours))?.tree ?? ours);
}

/** Path to text; `null` deletes. */
export function readEdits(body: Fields): readonly (readonly [string, string | null])[] {
  return (body.inner("files")?.entries() ?? []).map(([path, text]) => [path, text === null ? null : String(text)]);
}
