/** Trees, blobs, commits made through the API, and merging one branch into another. */
import { demand, READ_CONTENTS, signedIn, WRITE_CONTENTS } from "../access.ts";
import { git, isAncestor, mergeTrees, objectExists, readCommit, writeCommit } from "../git.ts";
import { personOf, ruleMessage } from "../merging.ts";
import { notFound, Refusal } from "../refusal.ts";
import { updateRefs } from "../refs.ts";
import { representCommit, repositoryUrl } from "../represent.ts";
import { created, empty, type Fields, json, param, repositoryOf, route, type Call, type Reply } from "../route.ts";
import { ruleViolations } from "../rules.ts";
import { type GitPerson, type Repository } from "../world.ts";
import { resolveName } from "./git-data.ts";

export const gitObjectRoutes = [
  route("GET /repos/:owner/:repo/git/trees/*tree", async (call) => {
    const repo = readable(call);
    const name = param(call, "tree");
    const oid = (await resolveName(repo, name)) ?? name;
    if (!/^[0-9a-f]{40}$/.test(oid) || !(await objectExists(repo.dir, oid))) throw notFound();
    const recursive = call.query.has("recursive") ? ["-r", "-t"] : [];
    const listing = (await git(repo.dir, ["ls-tree", "-z", "-l", ...recursive, oid])).stdout.toString();
    const url = `${repositoryUrl(call.world, repo)}/git`;
    const tree = listing
      .split("\0")
      .filter((line) => line !== "")
      .map((line) => {
        const [mode = "", type = "", sha = "", size = "-"] = line.slice(0, line.indexOf("\t")).split(/ +/);
        const entry = { path: line.slice(line.indexOf("\t") + 1), mode, type, sha, url: `${url}/${type}s/${sha}` };
        return size === "-" ? entry : { ...entry, size: Number(size) };
      });
    return json({ sha: oid, url: `${url}/trees/${oid}`, tree, truncated: false });
  }),
  route("GET /repos/:owner/:repo/git/blobs/:sha", async (call) => {
    const repo = readable(call);
    const sha = param(call, "sha");
    if (!/^[0-9a-f]{40}$/.test(sha) || !(await objectExists(repo.dir, sha))) throw notFound();
    const bytes = (await git(repo.dir, ["cat-file", "blob", sha])).stdout;
    const content = bytes.toString("base64");
    return json({
      sha,
      size: bytes.length,
      content,
      encoding: "base64",
      url: `${repositoryUrl(call.world, repo)}/git/blobs/${sha}`,
    });
  }),
  route("POST /repos/:owner/:repo/git/commits", createCommit),
  route("POST /repos/:owner/:repo/merges", mergeBranch),
];

function readable(call: Call): Repository {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, READ_CONTENTS);
  return repo;
}

/** Moves no ref. The forge signs nothing, so `verification` says unsigned where GitHub would sign for an app. */
async function createCommit(call: Call): Promise<Reply> {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, WRITE_CONTENTS);
  const [message, tree] = [call.body.needed("message"), call.body.needed("tree")];
  const parents = call.body.texts("parents") ?? [];
  for (const oid of [tree, ...parents]) {
    if (!/^[0-9a-f]{40}$/.test(oid) || !(await objectExists(repo.dir, oid)))
      throw new Refusal(422, "Tree SHA or a parent SHA does not exist");
  }
  const self = personOf(call.world, signedIn(call.actor));
  const author = personIn(call.body.inner("author"), self);
  const committer = personIn(call.body.inner("committer"), author);
  const sha = await writeCommit(repo.dir, { tree, parents, message, author, committer });
  const commit = await readCommit(repo.dir, sha);
  if (commit === undefined) throw new Error(`The commit ${sha} was written and cannot be read`);
  const shown = representCommit(call.world, repo, commit);
  return created({
    ...shown.commit,
    sha,
    node_id: shown.node_id,
    url: shown.commit.url,
    html_url: shown.html_url,
    parents: shown.parents,
  });
}

function personIn(fields: Fields | undefined, otherwise: GitPerson): GitPerson {
  if (fields === undefined) return otherwise;
  const at = Date.parse(fields.text("date") ?? "");
  return { name: fields.needed("name"), email: fields.needed("email"), at: Number.isNaN(at) ? otherwise.at : at };
}

/** 201 with the merge, 204 when the base holds the head already, 409 on a conflict. */
async function mergeBranch(call: Call): Promise<Reply> {
  const repo = repositoryOf(call);
  const { world, actor, body } = call;
  demand(world, actor, repo, WRITE_CONTENTS);
  const base = body.needed("base");
  const ref = `refs/heads/${base}`;
  const tip = repo.refs.get(ref);
  const head = await resolveName(repo, body.needed("head"));
  if (tip === undefined) throw new Refusal(404, "Base does not exist");
  if (head === undefined) throw new Refusal(404, "Head does not exist");
  if (await isAncestor(repo.dir, head, tip)) return empty();
  const merged = await mergeTrees(repo.dir, tip, head);
  if ("conflicts" in merged) throw new Refusal(409, "Merge conflict");
  const by = signedIn(actor);
  const message = body.text("commit_message") ?? `Merge ${body.needed("head")} into ${base}`;
  const committer = { name: "GitHub", email: "noreply@github.com", at: world.now() };
  const spec = { tree: merged.tree, parents: [tip, head], message, author: personOf(world, by), committer };
  const after = await writeCommit(repo.dir, spec);
  const violations = await ruleViolations(world, repo, { actor, update: { ref, before: tip, after } });
  if (violations.length > 0) throw new Refusal(409, ruleMessage(violations));
  await updateRefs(world, repo, [{ ref, before: tip, after }], { by });
  const commit = await readCommit(repo.dir, after);
  return commit === undefined ? empty() : created(representCommit(world, repo, commit));
}
