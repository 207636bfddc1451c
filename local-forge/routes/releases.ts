/** Annotated tags made through the API, and releases. */
import type { components } from "@octokit/openapi-types";
import { demand, READ_CONTENTS, signedIn, WRITE_CONTENTS } from "../access.ts";
import { git, gitLine, objectExists } from "../git.ts";
import { personOf, ruleMessage } from "../merging.ts";
import { invalid, notFound, Refusal } from "../refusal.ts";
import { updateRefs } from "../refs.ts";
import { isoTime, nodeId, repositoryPage, repositoryUrl, representUser } from "../represent.ts";
import { created, json, list, param, repositoryOf, route, type Call, type Reply } from "../route.ts";
import { ruleViolations } from "../rules.ts";
import { ZERO_SHA, type Release, type Repository, type World } from "../world.ts";
import { resolveName } from "./git-data.ts";

type Schemas = components["schemas"];

export const releaseRoutes = [
  route("GET /repos/:owner/:repo/git/tags/:sha", async (call) => {
    const repo = readable(call);
    const sha = param(call, "sha");
    if (!/^[0-9a-f]{40}$/.test(sha) || !(await objectExists(repo.dir, sha))) throw notFound();
    if ((await gitLine(repo.dir, ["cat-file", "-t", sha])) !== "tag") throw notFound();
    return json(await representTag(call.world, repo, sha));
  }),
  // LIVE(tags-object-first): POST git/tags writes the object and moves no ref; POST git/refs makes the tag.
  route("POST /repos/:owner/:repo/git/tags", createTag),
  route("GET /repos/:owner/:repo/releases", (call) => {
    const repo = readable(call);
    return list([...repo.releases].reverse(), (release) => representRelease(call.world, repo, release));
  }),
  route("GET /repos/:owner/:repo/releases/tags/*tag", (call) => {
    const repo = readable(call);
    const release = repo.releases.find(({ tag }) => tag === param(call, "tag"));
    if (release === undefined) throw notFound();
    return json(representRelease(call.world, repo, release));
  }),
  route("POST /repos/:owner/:repo/releases", createRelease),
];

function readable(call: Call): Repository {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, READ_CONTENTS);
  return repo;
}

async function createTag(call: Call): Promise<Reply> {
  const repo = repositoryOf(call);
  const { world, actor, body } = call;
  demand(world, actor, repo, WRITE_CONTENTS);
  const [tag, message, object] = [body.needed("tag"), body.needed("message"), body.needed("object")];
  const type = body.needed("type");
  if (!/^[0-9a-f]{40}$/.test(object) || !(await objectExists(repo.dir, object)))
    throw new Refusal(422, "Object does not exist");
  const { name, email, at } = taggerOf(call) ?? personOf(world, signedIn(actor));
  const header = `object ${object}\ntype ${type}\ntag ${tag}\ntagger ${name} <${email}> ${Math.floor(at / 1000)} +0000`;
  // LIVE(tags-exact): the tag is stored with the tagger and the message as given, and with nothing else.
  const stdin = `${header}\n\n${message}`;
  return created(await representTag(world, repo, await gitLine(repo.dir, ["mktag"], { stdin })));
}

function taggerOf({
  world,
  body,
}: Call): { readonly name: string; readonly email: string; readonly at: number } | undefined {
  const tagger = body.inner("tagger");
  if (tagger === undefined) return undefined;
  const date = tagger.text("date");
  const at = date === undefined ? world.now() : Date.parse(date);
  if (Number.isNaN(at)) throw new Refusal(422, "Invalid request: tagger.date is no timestamp");
  return { name: tagger.needed("name"), email: tagger.needed("email"), at };
}

async function representTag(world: World, repo: Repository, sha: string): Promise<Schemas["git-tag"]> {
  const text = (await git(repo.dir, ["cat-file", "tag", sha])).stdout.toString();
  const field = (name: string): string => new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1] ?? "";
  const [, name = "", email = "", seconds = "0"] = /^(.*) <(.*)> (\d+) /.exec(field("tagger")) ?? [];
  const url = `${repositoryUrl(world, repo)}/git`;
  const date = isoTime(Number(seconds) * 1000);
  return {
    node_id: nodeId("TA", `${repo.id}-${sha}`),
    tag: field("tag"),
    sha,
    url: `${url}/tags/${sha}`,
    message: text.slice(text.indexOf("\n\n") + 2),
    tagger: { name, email, date },
    object: { sha: field("object"), type: field("type"), url: `${url}/${field("type")}s/${field("object")}` },
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}

async function createRelease(call: Call): Promise<Reply> {
  const repo = repositoryOf(call);
  const { world, actor, body } = call;
  demand(world, actor, repo, WRITE_CONTENTS);
  const tag = body.needed("tag_name");
  const by = signedIn(actor);
  if (body.flag("draft") === true) throw new Error("Drafts of releases are not modelled");
  if (repo.releases.some((release) => release.tag === tag))
    throw invalid({ resource: "Release", code: "already_exists", field: "tag_name" });
  const target = body.text("target_commitish") ?? repo.defaultBranch;
  // LIVE(releases-make-tag): a release for a tag that is not there makes a lightweight one, on `target_commitish`.
  if (!repo.refs.has(`refs/tags/${tag}`)) {
    const after = await resolveName(repo, target);
    if (after === undefined) throw new Refusal(422, "Validation Failed");
    const update = { ref: `refs/tags/${tag}`, before: ZERO_SHA, after };
    const violations = await ruleViolations(world, repo, { actor, update });
    if (violations.length > 0) throw new Refusal(422, ruleMessage(violations));
    await updateRefs(world, repo, [update], { by });
  }
  const release: Release = {
    id: world.id(),
    tag,
    name: body.text("name") ?? null,
    body: body.text("body") ?? null,
    prerelease: body.flag("prerelease") ?? false,
    author: by,
    at: world.now(),
  };
  repo.releases.push(release);
  return created(representRelease(world, repo, release));
}

function representRelease(world: World, repo: Repository, release: Release): Schemas["release"] {
  const url = `${repositoryUrl(world, repo)}/releases`;
  const page = repositoryPage(world, repo);
  const at = isoTime(release.at);
  return {
    url: `${url}/${release.id}`,
    html_url: `${page}/releases/tag/${release.tag}`,
    assets_url: `${url}/${release.id}/assets`,
    upload_url: `${url}/${release.id}/assets{?name,label}`,
    tarball_url: `${repositoryUrl(world, repo)}/tarball/${release.tag}`,
    zipball_url: `${repositoryUrl(world, repo)}/zipball/${release.tag}`,
    id: release.id,
    node_id: nodeId("RE", String(release.id)),
    tag_name: release.tag,
    target_commitish: repo.defaultBranch,
    name: release.name,
    body: release.body,
    draft: false,
    prerelease: release.prerelease,
    created_at: at,
    published_at: at,
    author: representUser(world, release.author),
    assets: [],
  };
}
