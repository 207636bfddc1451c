/** Repositories and what can be read of their files, as GraphQL objects. */
import { demand, permissionOf, READ_CONTENTS, READ_PULLS } from "../access.ts";
import { git } from "../git.ts";
import { isoTime, nodeId, repositoryPage } from "../represent.ts";
import { Fields } from "../route.ts";
import { allows, fullName, type PullRequest, type Repository, type World } from "../world.ts";
import { stateWord } from "./commits.ts";
import { connection, shout, unresolved, type Args, type Asking, type Shape } from "./context.ts";

export function repositoryShape(world: World, repo: Repository): Shape {
  return {
    __typename: "Repository",
    id: nodeId("R", repo.id),
    databaseId: repo.id,
    name: repo.name,
    nameWithOwner: fullName(repo),
    description: repo.description,
    url: repositoryPage(world, repo),
    resourcePath: `/${fullName(repo)}`,
    isPrivate: repo.private,
    isFork: repo.parent !== null,
    isArchived: false,
    isDisabled: false,
    isLocked: false,
    isEmpty: repo.refs.size === 0,
    isInOrganization: repo.owner.kind === "Organization",
    visibility: repo.private ? "PRIVATE" : "PUBLIC",
    createdAt: isoTime(repo.createdAt),
    updatedAt: isoTime(repo.pushedAt),
    pushedAt: isoTime(repo.pushedAt),
    mergeCommitAllowed: repo.merging.merge,
    squashMergeAllowed: repo.merging.squash,
    rebaseMergeAllowed: repo.merging.rebase,
    deleteBranchOnMerge: repo.merging.deleteBranchOnMerge,
    autoMergeAllowed: false,
    allowUpdateBranch: true,
    forkingAllowed: repo.forking.allowed,
    mergeCommitTitle: "MERGE_MESSAGE",
    mergeCommitMessage: "PR_TITLE",
    squashMergeCommitTitle: "COMMIT_OR_PR_TITLE",
    squashMergeCommitMessage: "COMMIT_MESSAGES",
    viewerDefaultMergeMethod: "MERGE",
    // LIVE(graphql-app-permission): an app reads null here; it asks REST for its own permissions.
    viewerPermission: (_args: Args, { actor }: Asking) =>
      actor.kind === "user" ? shout(permissionOf(world, actor, repo)) : null,
    viewerCanAdminister: (_args: Args, { actor }: Asking) => allows(permissionOf(world, actor, repo), "admin"),
    owner: (_args: Args, { shapes }: Asking) => shapes.account(repo.owner),
    parent: (_args: Args, { shapes }: Asking) => (repo.parent === null ? null : shapes.repository(repo.parent)),
    defaultBranchRef: (_args: Args, { shapes }: Asking) => shapes.ref(repo, `refs/heads/${repo.defaultBranch}`),
    ref: (args: Args, { shapes }: Asking) => {
      const name = new Fields(args).needed("qualifiedName");
      return (
        [name, `refs/heads/${name}`, `refs/tags/${name}`]
          .map((ref) => shapes.ref(repo, ref))
          .find((ref) => ref !== null) ?? null
      );
    },
    refs: (args: Args, { shapes }: Asking) => {
      const fields = new Fields(args);
      const [prefix, query] = [fields.needed("refPrefix"), fields.text("query")];
      const names = [...repo.refs.keys()]
        .filter((ref) => ref.startsWith(prefix) && (query === undefined || ref.includes(query)))
        .sort();
      return connection(names, args, { name: "refs", node: (ref) => shapes.ref(repo, ref) });
    },
    object: async (args: Args, asking: Asking) => {
      demand(world, asking.actor, repo, READ_CONTENTS);
      const fields = new Fields(args);
      return objectAt(asking, repo, fields.text("expression") ?? fields.text("oid") ?? "");
    },
    pullRequest: (args: Args, { actor, shapes }: Asking) => {
      demand(world, actor, repo, READ_PULLS);
      const number = new Fields(args).number("number") ?? 0;
      const pull = repo.pulls.get(number);
      if (pull === undefined) throw unresolved(`a PullRequest with the number of ${number}`);
      return shapes.pull(pull);
    },
    pullRequests: (args: Args, { actor, shapes }: Asking) => {
      demand(world, actor, repo, READ_PULLS);
      return connection(chosen(repo, new Fields(args)), args, {
        name: "pullRequests",
        node: (pull) => shapes.pull(pull),
      });
    },
    label: (args: Args, { shapes }: Asking) => {
      const name = new Fields(args).needed("name").toLowerCase();
      const label = repo.labels.find((one) => one.name.toLowerCase() === name);
      return label === undefined ? null : shapes.label(label);
    },
    labels: (args: Args, { shapes }: Asking) =>
      connection(repo.labels, args, { name: "labels", node: (label) => shapes.label(label) }),
    // LIVE(graphql-own-fork): `affiliations: [OWNER]` leaves the forks of whoever asks, none for an App.
    forks: (args: Args, { actor, shapes }: Asking) => {
      const own = new Fields(args).texts("affiliations")?.includes("OWNER") === true;
      const forks = [...world.repositories.values()].filter(
        (other) => other.parent === repo && (!own || (actor.kind === "user" && other.owner === actor.account)),
      );
      return connection(forks, args, { name: "forks", node: (fork) => shapes.repository(fork) });
    },
  };
}

function chosen(repo: Repository, fields: Fields): PullRequest[] {
  const [head, base, states] = [fields.text("headRefName"), fields.text("baseRefName"), fields.texts("states")];
  const labels = fields.texts("labels");
  const order = fields.inner("orderBy");
  const key = order?.text("field") === "UPDATED_AT" ? "updatedAt" : "createdAt";
  const sign = order?.text("direction") === "DESC" ? -1 : 1;
  return [...repo.pulls.values()]
    .filter(
      (pull) =>
        (head === undefined || pull.head.ref === head) &&
        (base === undefined || pull.base.ref === base) &&
        (states?.includes(stateWord(pull)) ?? true) &&
        (labels === undefined || pull.labels.some((label) => labels.includes(label.name))),
    )
    .sort((one, other) => sign * (one[key] - other[key] || one.number - other.number));
}

/** LIVE(graphql-object-expression): `expression` is what rev-parse takes: `main`, a SHA, `main:path`; null where there is nothing. */
async function objectAt({ shapes }: Asking, repo: Repository, expression: string): Promise<Shape | null> {
  if (expression === "" || expression.startsWith("-")) return null;
  const [name = "", ...path] = expression.split(":");
  const start =
    name === "HEAD"
      ? repo.refs.get(`refs/heads/${repo.defaultBranch}`)
      : (repo.refs.get(`refs/heads/${name}`) ?? repo.refs.get(name) ?? name);
  const full = path.length === 0 ? (start ?? "") : `${start ?? ""}:${path.join(":")}`;
  const found = await git(repo.dir, ["rev-parse", "--verify", "-q", "--end-of-options", full], { codes: [1, 128] });
  if (found.code !== 0) return null;
  const oid = found.stdout.toString().trim();
  const type = (await git(repo.dir, ["cat-file", "-t", oid])).stdout.toString().trim();
  if (type === "commit") return shapes.commitAt(repo, oid);
  if (type !== "blob")
    return { __typename: type === "tree" ? "Tree" : "Tag", id: nodeId("OB", `${repo.id}-${oid}`), oid };
  const bytes = (await git(repo.dir, ["cat-file", "blob", oid])).stdout;
  const binary = bytes.includes(0);
  // LIVE(graphql-blob-text): text is null for binary files and cut off at 512 000 bytes with `isTruncated`.
  return {
    __typename: "Blob",
    id: nodeId("B", `${repo.id}-${oid}`),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    byteSize: bytes.length,
    isBinary: binary,
    isTruncated: bytes.length > 512_000,
    text: binary ? null : bytes.subarray(0, 512_000).toString(),
  };
}
