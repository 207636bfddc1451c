/** Making repositories and forks, with their bare repositories on disk, and committing files without a work tree. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { git, gitLine, initBare, listRefs, writeCommit } from "./git.ts";
import { personOf } from "./merging.ts";
import { Refusal } from "./refusal.ts";
import { ZERO_SHA, type Account, type GitPerson, type Repository, type World } from "./world.ts";

export interface RepositorySpec {
  readonly owner: Account;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  /** Path to text; committed as "Initial commit". Without files the repository stays empty. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function createRepository(world: World, spec: RepositorySpec): Promise<Repository> {
  const repo = await emptyRepository(world, { ...spec, parent: null });
  if (spec.files !== undefined && Object.keys(spec.files).length > 0) {
    const person = personOf(world, spec.owner);
    const sha = await commitFiles(repo, { files: spec.files, parents: [], message: "Initial commit", person });
    await git(repo.dir, ["update-ref", `refs/heads/${spec.defaultBranch}`, sha]);
    repo.refs.set(`refs/heads/${spec.defaultBranch}`, sha);
  }
  return repo;
}

type Shell = Omit<RepositorySpec, "files"> & { readonly parent: Repository | null };

async function emptyRepository(world: World, spec: Shell): Promise<Repository> {
  if (world.repository(spec.owner.login, spec.name) !== undefined) {
    throw new Refusal(422, "Repository creation failed.", [
      { resource: "Repository", code: "custom", field: "name", message: "name already exists on this account" },
    ]);
  }
  const dir = world.directoryOf(spec.owner.login, spec.name);
  await mkdir(dirname(dir), { recursive: true });
  await initBare(dir, spec.defaultBranch);
  const at = world.now();
  const repo: Repository = {
    id: world.id(),
    owner: spec.owner,
    name: spec.name,
    private: spec.private,
    description: null,
    defaultBranch: spec.defaultBranch,
    dir,
    parent: spec.parent,
    forking: { allowed: true, looks: 0 },
    copyingFor: null,
    createdAt: at,
    pushedAt: at,
    refs: new Map(),
    collaborators: new Map(),
    rulesets: [],
    labels: [],
    pulls: new Map(),
    checkSuites: [],
    checkRuns: [],
    statuses: [],
    workflows: [],
    workflowRuns: [],
    activity: [],
    releases: [],
    nextNumber: 1,
    merging: { merge: true, squash: true, rebase: true, deleteBranchOnMerge: false },
  };
  world.repositories.set(repo.id, repo);
  return repo;
}

/**
 * LIVE(repos-fork-twice): forking twice answers the fork that is there; one whose name its owner has already gets `-1` behind it;
 * a fork carries branches and tags, no pull requests.
 * LIVE(repos-fork-later): the fork is answered at once, and its objects are there later; until then git is shown no ref of it.
 * LIVE(repos-fork-refused): where forks are not allowed, 403.
 */
export async function forkRepository(world: World, parent: Repository, owner: Account): Promise<Repository> {
  const known = [...world.repositories.values()].find((repo) => repo.parent === parent && repo.owner === owner);
  if (known !== undefined) return known;
  if (!parent.forking.allowed) throw new Refusal(403, "Forking is disabled for this repository.");
  const { defaultBranch } = parent;
  const name = freeName(world, owner, parent.name);
  const repo = await emptyRepository(world, { owner, name, defaultBranch, private: parent.private, parent });
  repo.copyingFor = parent.forking.looks;
  if (repo.copyingFor === 0) await copyFork(repo);
  return repo;
}

/** What git is about to be shown of a fork: one that is still being copied comes a look nearer. */
export async function lookAtFork(repo: Repository): Promise<void> {
  if (repo.copyingFor === null) return;
  if (repo.copyingFor > 0) repo.copyingFor -= 1;
  else await copyFork(repo);
}

async function copyFork(repo: Repository): Promise<void> {
  const { parent } = repo;
  if (parent === null) throw new Error("Not a fork");
  repo.copyingFor = null;
  await git(repo.dir, [
    "fetch",
    "-q",
    "--no-write-fetch-head",
    parent.dir,
    "refs/heads/*:refs/heads/*",
    "refs/tags/*:refs/tags/*",
  ]);
  for (const [ref, sha] of await listRefs(repo.dir)) repo.refs.set(ref, sha);
}

function freeName(world: World, owner: Account, wanted: string): string {
  let name = wanted;
  for (let n = 1; world.repository(owner.login, name) !== undefined; n += 1) name = `${wanted}-${n}`;
  return name;
}

/** LIVE(forks-deleted-stay-open): pull requests from a deleted fork stay open, with their commits; their `head.repo` is null. */
export async function deleteRepository(world: World, repo: Repository): Promise<void> {
  world.repositories.delete(repo.id);
  for (const other of world.repositories.values()) {
    for (const pull of other.pulls.values()) if (pull.head.repository === repo) pull.head.repository = null;
  }
  await rm(repo.dir, { recursive: true, force: true });
}

export interface FilesCommit {
  /** Path to text; null deletes. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly parents: readonly string[];
  readonly message: string;
  readonly person: GitPerson;
  /** Else `person`. */
  readonly committer?: GitPerson;
  /** What `files` go on top of; else the first parent's tree. */
  readonly tree?: string;
}

/** Writes blobs and trees for `files` on top of the first parent's tree, and a commit; moves no ref. */
export async function commitFiles(repo: Repository, spec: FilesCommit): Promise<string> {
  const index = `${repo.dir}/forge-index`;
  const env = { GIT_INDEX_FILE: index };
  const base = spec.tree ?? spec.parents[0];
  await git(repo.dir, base === undefined ? ["read-tree", "--empty"] : ["read-tree", base], { env });
  const blobs = await writeBlobs(
    repo,
    Object.values(spec.files).filter((text) => text !== null),
  );
  let written = 0;
  const lines = Object.entries(spec.files).map(([path, text]) => {
    if (text === null) return `0 ${ZERO_SHA}\t${path}\0`;
    return `${text.startsWith("#!") ? "100755" : "100644"} ${blobs[written++] ?? ZERO_SHA}\t${path}\0`;
  });
  if (lines.length > 0) await git(repo.dir, ["update-index", "-z", "--index-info"], { env, stdin: lines.join("") });
  const tree = await gitLine(repo.dir, ["write-tree"], { env });
  const { parents, message, person, committer = person } = spec;
  return writeCommit(repo.dir, { tree, parents, message, author: person, committer });
}

/** One process however many there are: git reads them from files beside the repository. */
async function writeBlobs(repo: Repository, texts: readonly string[]): Promise<readonly string[]> {
  if (texts.length === 0) return [];
  const beside = await mkdtemp(join(repo.dir, "forge-blobs-"));
  const paths = texts.map((_, at) => join(beside, String(at)));
  for (const [at, path] of paths.entries()) await writeFile(path, texts[at] ?? "");
  const args = ["hash-object", "-w", "--no-filters", "--stdin-paths"];
  const said = await gitLine(repo.dir, args, { stdin: `${paths.join("\n")}\n` });
  await rm(beside, { recursive: true, force: true });
  return said.split("\n");
}
