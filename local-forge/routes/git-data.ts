/** Refs, commits, comparisons and file contents. */
import { appMay, demand, READ_CONTENTS, signedIn, WRITE_CONTENTS } from "../access.ts";
import { diffEntries } from "../diff.ts";
import { git, gitLine, isAncestor, logCommits, mergeBase, objectExists, readCommit, resolveCommit } from "../git.ts";
import { ruleMessage } from "../merging.ts";
import { notFound, Refusal } from "../refusal.ts";
import { updateRefs } from "../refs.ts";
import { nodeId, representCommit, repositoryPage, repositoryUrl } from "../represent.ts";
import { created, empty, json, list, param, repositoryOf, route, type Call, type Reply } from "../route.ts";
import { ruleViolations, type RefUpdate } from "../rules.ts";
import { ZERO_SHA, type Repository, type World } from "../world.ts";

export const gitDataRoutes = [
  // LIVE(refs-exact-or-404): `git/ref/x` is one exact ref or 404; `git/matching-refs/x` lists by prefix.
  route("GET /repos/:owner/:repo/git/ref/*ref", async (call) => {
    const repo = readable(call);
    const ref = `refs/${param(call, "ref")}`;
    const sha = repo.refs.get(ref);
    if (sha === undefined) throw notFound();
    // LIVE(refs-annotated): the ref of an annotated tag names the tag object, with type `tag`.
    const type = ref.startsWith("refs/tags/") ? await gitLine(repo.dir, ["cat-file", "-t", sha]) : "commit";
    return json(representRef(call.world, repo, { ref, sha, type }));
  }),
  route("GET /repos/:owner/:repo/git/matching-refs/*ref", (call) => {
    const repo = readable(call);
    const wanted = [...repo.refs].filter(([ref]) => ref.startsWith(`refs/${param(call, "ref")}`)).sort();
    return list(wanted, ([ref, sha]) => representRef(call.world, repo, { ref, sha }));
  }),
  route("POST /repos/:owner/:repo/git/refs", createRef),
  route("PATCH /repos/:owner/:repo/git/refs/*ref", patchRef),
  route("DELETE /repos/:owner/:repo/git/refs/*ref", async (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, WRITE_CONTENTS);
    const ref = `refs/${param(call, "ref")}`;
    const before = repo.refs.get(ref);
    if (before === undefined) throw new Refusal(422, "Reference does not exist");
    await move(call, repo, { ref, before, after: ZERO_SHA });
    return empty();
  }),
  route("GET /repos/:owner/:repo/commits", async (call) => {
    const repo = readable(call);
    const from = call.query.get("sha") ?? repo.defaultBranch;
    const sha = await resolveName(repo, from);
    if (sha === undefined) throw repo.refs.size === 0 ? new Refusal(409, "Git Repository is empty.") : notFound();
    const path = call.query.get("path");
    const commits = await logCommits(repo.dir, path === null ? [sha] : [sha, "--", path]);
    return list(commits, (commit) => representCommit(call.world, repo, commit));
  }),
  route("GET /repos/:owner/:repo/git/commits/:sha", async (call) => {
    const repo = readable(call);
    const commit = await readCommit(repo.dir, param(call, "sha"));
    if (commit === undefined) throw notFound();
    const shown = representCommit(call.world, repo, commit);
    const { author, committer, message, tree, verification } = shown.commit;
    return json({
      sha: commit.sha,
      node_id: shown.node_id,
      url: shown.url,
      html_url: shown.html_url,
      author,
      committer,
      message,
      tree,
      verification,
      parents: shown.parents,
    });
  }),
  route("GET /repos/:owner/:repo/compare/*basehead", compare),
  route("GET /repos/:owner/:repo/contents/*path", contents),
  route("GET /repos/:owner/:repo/contents/", contents),
  route("GET /repos/:owner/:repo/contents", contents),
];

/** Comes after every longer `commits/…` path, since a branch name may hold slashes. */
export const commitRoute = route("GET /repos/:owner/:repo/commits/*ref", async (call) => {
  const repo = readable(call);
  const sha = await resolveName(repo, param(call, "ref"));
  // LIVE(commits-unknown-422): an unknown name is 422 "No commit found for SHA".
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${param(call, "ref")}`);
  const commit = await readCommit(repo.dir, sha);
  if (commit === undefined) throw notFound();
  if (call.accept.includes("sha"))
    return { kind: "text", status: 200, text: Buffer.from(sha), type: "application/vnd.github.sha" };
  const files = await diffEntries(call.world, repo, { from: commit.parents[0] ?? null, to: sha });
  const sum = (pick: "additions" | "deletions") => files.reduce((total, file) => total + file[pick], 0);
  const stats = {
    additions: sum("additions"),
    deletions: sum("deletions"),
    total: sum("additions") + sum("deletions"),
  };
  return json({ ...representCommit(call.world, repo, commit), stats, files });
});

export function readable(call: Call): Repository {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, READ_CONTENTS);
  return repo;
}

/** A branch, a tag, a full ref or an object name. */
export async function resolveName(repo: Repository, name: string): Promise<string | undefined> {
  const known =
    repo.refs.get(`refs/heads/${name}`) ??
    repo.refs.get(`refs/tags/${name}`) ??
    repo.refs.get(name) ??
    repo.refs.get(`refs/${name}`);
  return known ?? (/^[0-9a-f]{4,40}$/.test(name) ? resolveCommit(repo.dir, name) : undefined);
}

function representRef(
  world: World,
  repo: Repository,
  { ref, sha, type = "commit" }: { readonly ref: string; readonly sha: string; readonly type?: string },
) {
  const url = repositoryUrl(world, repo);
  return {
    ref,
    node_id: nodeId("REF", `${repo.id}-${ref}`),
    url: `${url}/git/${ref}`,
    object: { sha, type, url: `${url}/git/${type}s/${sha}` },
  };
}

async function createRef(call: Call): Promise<Reply> {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, WRITE_CONTENTS);
  const [ref, sha] = [call.body.needed("ref"), call.body.needed("sha")];
  if (!/^refs\/[^/]+\/.+/.test(ref))
    throw new Refusal(422, "Reference name must start with 'refs/' and contain at least two slashes.");
  if (repo.refs.has(ref)) throw new Refusal(422, "Reference already exists");
  await demandObject(repo, sha);
  await move(call, repo, { ref, before: ZERO_SHA, after: sha });
  return created(representRef(call.world, repo, { ref, sha }));
}

async function patchRef(call: Call): Promise<Reply> {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, WRITE_CONTENTS);
  const ref = `refs/${param(call, "ref")}`;
  const sha = call.body.needed("sha");
  const before = repo.refs.get(ref);
  if (before === undefined) throw new Refusal(422, "Reference does not exist");
  await demandObject(repo, sha);
  if (call.body.flag("force") !== true && !(await isAncestor(repo.dir, before, sha))) {
    throw new Refusal(422, "Update is not a fast forward");
  }
  await move(call, repo, { ref, before, after: sha });
  return json(representRef(call.world, repo, { ref, sha }));
}

async function demandObject(repo: Repository, sha: string): Promise<void> {
  if (!/^[0-9a-f]{40}$/.test(sha))
    throw new Refusal(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
  if (!(await objectExists(repo.dir, sha))) throw new Refusal(422, "Object does not exist");
}

async function move(call: Call, repo: Repository, update: RefUpdate): Promise<void> {
  if (update.ref.startsWith("refs/pull/")) throw new Refusal(422, "Reference cannot be updated");
  if (update.after === ZERO_SHA && update.ref === `refs/heads/${repo.defaultBranch}`)
    throw new Refusal(422, "Cannot delete the default branch");
  await demandWorkflows(call, repo, update);
  const violations = await ruleViolations(call.world, repo, { actor: call.actor, update });
  if (violations.length > 0) throw new Refusal(422, ruleMessage(violations));
  await updateRefs(call.world, repo, [update], { by: signedIn(call.actor) });
}

/** LIVE(workflows-permission): pointing a ref at workflow edits that no ref holds needs `workflows: write`, over REST as over git. */
async function demandWorkflows(call: Call, repo: Repository, update: RefUpdate): Promise<void> {
  const { actor } = call;
  if (
    actor.kind !== "installation" ||
    update.after === ZERO_SHA ||
    appMay(actor.installation.app, [["workflows", "write"]])
  )
    return;
  const known = [...new Set(repo.refs.values())].map((sha) => `^${sha}`);
  const stdin = [update.after, ...known].join("\n");
  const { stdout } = await git(
    repo.dir,
    ["log", "-c", "--format=", "--name-only", "--stdin", "--", ".github/workflows/"],
    { stdin },
  );
  if (stdout.toString().trim() !== "") throw new Refusal(403, "Resource not accessible by integration");
}

async function compare(call: Call): Promise<Reply> {
  const repo = readable(call);
  const [baseName = "", headName = ""] = param(call, "basehead").split("...");
  const strip = (name: string) => name.slice(name.indexOf(":") + 1);
  const [base, head] = [await resolveName(repo, strip(baseName)), await resolveName(repo, strip(headName))];
  if (base === undefined || head === undefined) throw notFound();
  const fork = await mergeBase(repo.dir, base, head);
  if (fork === undefined) throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`);
  const commits = (await logCommits(repo.dir, [`${base}..${head}`])).reverse();
  const behind = (await logCommits(repo.dir, [`${head}..${base}`])).length;
  const status = commits.length === 0 ? (behind === 0 ? "identical" : "behind") : behind === 0 ? "ahead" : "diverged";
  const [baseCommit, forkCommit] = [await readCommit(repo.dir, base), await readCommit(repo.dir, fork)];
  if (baseCommit === undefined || forkCommit === undefined) throw notFound();
  const page = repositoryPage(call.world, repo);
  return json({
    url: `${repositoryUrl(call.world, repo)}/compare/${baseName}...${headName}`,
    html_url: `${page}/compare/${baseName}...${headName}`,
    permalink_url: `${page}/compare/${base}...${head}`,
    diff_url: `${page}/compare/${baseName}...${headName}.diff`,
    patch_url: `${page}/compare/${baseName}...${headName}.patch`,
    base_commit: representCommit(call.world, repo, baseCommit),
    merge_base_commit: representCommit(call.world, repo, forkCommit),
    status,
    ahead_by: commits.length,
    behind_by: behind,
    total_commits: commits.length,
    // LIVE(compare-limits): at most 250 commits and 300 files.
    commits: commits.slice(0, 250).map((commit) => representCommit(call.world, repo, commit)),
    files: (await diffEntries(call.world, repo, { from: fork, to: head })).slice(0, 300),
  });
}

async function contents(call: Call): Promise<Reply> {
  const repo = readable(call);
  const path = (call.params["path"] ?? "").replace(/\/+$/, "");
  // LIVE(contents-default-branch): without `ref` it is the default branch.
  const name = call.query.get("ref") ?? repo.defaultBranch;
  const sha = await resolveName(repo, name);
  if (sha === undefined) throw new Refusal(404, `No commit found for the ref ${name}`);
  if (path === "") return directory(call, repo, { path, oid: sha, ref: name });
  const { stdout } = await git(repo.dir, ["ls-tree", "-z", sha, "--", path]);
  const [entry = ""] = stdout.toString().split("\0");
  const [, type = "", oid = ""] = entry.split(/[ \t]/);
  if (oid === "") throw notFound();
  const raw = /\braw\b/.test(call.accept);
  if (type === "blob") return file(call, repo, { path, oid, ref: name, raw });
  return directory(call, repo, { path, oid, ref: name });
}

interface Directory {
  readonly path: string;
  readonly oid: string;
  readonly ref: string;
}

async function directory(call: Call, repo: Repository, { path, oid, ref }: Directory): Promise<Reply> {
  const listing = (await git(repo.dir, ["ls-tree", "-z", "-l", oid])).stdout.toString();
  const items = listing
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [, kind = "", child = "", size = "0"] = line.slice(0, line.indexOf("\t")).split(/ +/);
      const name = line.slice(line.indexOf("\t") + 1);
      const entry = { path: path === "" ? name : `${path}/${name}`, oid: child, ref, size: Number(size) || 0 };
      return representEntry(call, repo, { ...entry, type: kind === "tree" ? "dir" : "file" });
    });
  return json(items);
}

interface FileQuestion {
  readonly path: string;
  readonly oid: string;
  readonly ref: string;
  readonly raw: boolean;
}

async function file(call: Call, repo: Repository, { path, oid, ref, raw }: FileQuestion): Promise<Reply> {
  const bytes = (await git(repo.dir, ["cat-file", "blob", oid])).stdout;
  if (raw) return { kind: "text", status: 200, text: bytes, type: "application/vnd.github.raw+json; charset=utf-8" };
  const entry = representEntry(call, repo, { path, oid, ref, size: bytes.length, type: "file" });
  // LIVE(contents-base64): base64 in lines of 60; above 1 MB the content is empty and the encoding `none`.
  const small = bytes.length <= 1_000_000;
  const content = small ? bytes.toString("base64").replace(/(.{60})/g, "$1\n") : "";
  return json({ ...entry, content, encoding: small ? "base64" : "none" });
}

interface Entry {
  readonly path: string;
  readonly oid: string;
  readonly ref: string;
  readonly size: number;
  readonly type: "file" | "dir";
}

function representEntry(call: Call, repo: Repository, { path, oid, ref, size, type }: Entry) {
  const url = `${repositoryUrl(call.world, repo)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = `${repositoryUrl(call.world, repo)}/git/${type === "dir" ? "trees" : "blobs"}/${oid}`;
  const html = `${repositoryPage(call.world, repo)}/${type === "dir" ? "tree" : "blob"}/${ref}/${path}`;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return {
    name,
    path,
    sha: oid,
    size,
    url,
    html_url: html,
    git_url: gitUrl,
    download_url: null,
    type,
    _links: { self: url, git: gitUrl, html },
  };
}
