// `push`, `create` and `delete`, for branches and tags. LIVE(webhook-hidden-refs): other refs (refs/changes, refs/pull) send nothing.
import { git } from "../git.ts";
import { isoTime, representSimpleCommit, repositoryPage } from "../represent.ts";
import { type Commit, type PushEvent, type World } from "../world.ts";
import { type Body, type Notice, repositoryNotice } from "./notice.ts";

/** Creating or deleting a ref is told twice, as on GitHub: once by `create` or `delete`, once by `push`. */
export function pushNotices(world: World, event: PushEvent): readonly Notice[] {
  const match = /^refs\/(heads|tags)\/(.+)$/.exec(event.ref);
  if (match === null) return [];
  const { repo, pusher } = event;
  const at = { repo, sender: pusher };
  const ref = { ref: match[2], ref_type: match[1] === "tags" ? "tag" : "branch", pusher_type: "user" };
  const notices: Notice[] = [];
  if (event.created) {
    notices.push(
      repositoryNotice(world, "create", at, {
        ...ref,
        master_branch: repo.defaultBranch,
        description: repo.description,
      }),
    );
  }
  if (event.deleted) notices.push(repositoryNotice(world, "delete", at, ref));
  return [...notices, pushNotice(world, event)];
}

function pushNotice(world: World, event: PushEvent): Notice {
  const { repo, pusher, before, after } = event;
  const page = repositoryPage(world, repo);
  const notice = repositoryNotice(
    world,
    "push",
    { repo, sender: pusher },
    {
      ref: event.ref,
      before,
      after,
      created: event.created,
      deleted: event.deleted,
      forced: event.forced,
      base_ref: null,
      compare: `${page}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
      pusher: { name: pusher.login, email: pusher.emails[0] ?? null },
    },
  );
  const complete = async (body: Body): Promise<void> => {
    const commits = await Promise.all(event.commits.map((commit) => pushedCommit(world, event, commit)));
    const head = event.headCommit;
    body["commits"] = commits;
    body["head_commit"] = head === null ? null : await pushedCommit(world, event, head);
  };
  return { ...notice, complete };
}

async function pushedCommit(world: World, event: PushEvent, commit: Commit): Promise<Body> {
  const person = (email: string): Body => {
    const account = world.accountByEmail(email);
    return account === undefined ? {} : { username: account.login };
  };
  return {
    ...representSimpleCommit(commit),
    distinct: true,
    timestamp: isoTime(commit.committer.at),
    url: `${repositoryPage(world, event.repo)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email, ...person(commit.author.email) },
    committer: { name: commit.committer.name, email: commit.committer.email, ...person(commit.committer.email) },
    ...(await touchedFiles(event.repo.dir, commit.sha)),
  };
}

/** Against the first parent. Empty if the commit is already gone from the repository. */
async function touchedFiles(
  dir: string,
  sha: string,
): Promise<{ added: string[]; modified: string[]; removed: string[] }> {
  const args = [
    "diff-tree",
    "--no-commit-id",
    "--root",
    "-r",
    "-m",
    "--first-parent",
    "--name-status",
    "-z",
    "--no-renames",
    sha,
  ];
  const { stdout } = await git(dir, args, { codes: [128] });
  const cells = stdout.toString().split("\0");
  const files = { added: new Array<string>(), modified: new Array<string>(), removed: new Array<string>() };
  for (let at = 0; at + 1 < cells.length; at += 2) {
    const path = cells[at + 1] ?? "";
    if (cells[at] === "A") files.added.push(path);
    else if (cells[at] === "D") files.removed.push(path);
    else files.modified.push(path);
  }
  return files;
}
