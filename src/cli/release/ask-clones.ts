/** Gathers what the rules about clones ask: each repository is opened once for a file, with a few git processes. */
import { parseRefName, parseSha, type Sha } from "../../core/ids.ts";
import type { Deliverable } from "../../core/release/deliverable/deliverable.ts";
import type { Finding } from "../../core/release/deliverable/finding.ts";
import { VERSION_FILES, versionIn } from "../../core/release/deliverable/manifests.ts";
import {
  validateClones,
  type CloneFacts,
  type ShallowClone,
  type UntaggedFacts,
} from "../../core/release/deliverable/rules-clones.ts";
import { INDEPENDENT, type SeriesOrder } from "../../core/release/deliverable/series.ts";
import type { Repository } from "../../git/repository.ts";
import { isIn, MAIN_BRANCHES, tipOf, type Clone, type Clones } from "./clones.ts";
import { weighSince } from "./weigh.ts";

export interface AskedClones {
  readonly file: Deliverable;
  /** Releases it lists are not looked at again, but for their tags. */
  readonly before: Deliverable | undefined;
  readonly order: SeriesOrder;
  readonly clones: Clones;
}

export async function askClones(asked: AskedClones): Promise<readonly Finding[]> {
  const facts = new Map<string, CloneFacts | ShallowClone>();
  const named = new Set(asked.file.releases.flatMap(({ projects }) => projects.map(({ repo }) => repo)));
  for (const repo of named) {
    const clone = await asked.clones.of(repo);
    if (clone === undefined) continue;
    const read = clone.shallow ? { shallow: clone.path } : await factsOf(clone, repo, asked);
    if (read !== undefined) facts.set(repo, read);
  }
  return validateClones(asked.file, (repo) => facts.get(repo), asked.order);
}

interface Listed {
  readonly version: string;
  readonly hash: Sha;
}

/** `undefined`: git could not answer; the repository then counts as not looked at. */
async function factsOf(clone: Clone, repo: string, asked: AskedClones): Promise<CloneFacts | undefined> {
  const { file, before } = asked;
  const { repository } = clone;
  const listed = file.releases.flatMap((release) => {
    const hash = parseSha(release.projects.find((project) => project.repo === repo)?.hash ?? "");
    const tag = parseRefName(`refs/tags/${release.version}`);
    return hash === undefined || tag === undefined ? [] : [{ version: release.version, hash, tag }];
  });
  const peeled = await repository.peel([...listed.map(({ hash }) => hash), ...listed.map(({ tag }) => tag)]);
  if (!peeled.ok) return undefined;
  const commits = new Set<string>(peeled.value.slice(0, listed.length).filter((sha) => sha !== undefined));
  const tags = new Map(
    listed.flatMap(({ version }, index) => {
      const sha = peeled.value[listed.length + index];
      return sha === undefined ? [] : [[version, sha] as const];
    }),
  );
  const known = new Set(before?.releases.map(({ version }) => version));
  const untagged = new Map<string, UntaggedFacts>();
  for (const [index, one] of listed.entries()) {
    if (tags.has(one.version) || known.has(one.version) || !commits.has(one.hash)) continue;
    const earlier = listed[index - 1];
    const previous = earlier !== undefined && commits.has(earlier.hash) ? earlier : undefined;
    untagged.set(one.version, await untaggedFacts(clone, repo, { one, previous, asked }));
  }
  const main = await tipOf(clone, MAIN_BRANCHES);
  return { commits, tags, untagged, branchPoints: await pointsOf(clone, repo, file, main?.tip) };
}

async function untaggedFacts(
  clone: Clone,
  repo: string,
  {
    one: { hash },
    previous,
    asked: { file, order },
  }: { readonly one: Listed; readonly previous: Listed | undefined; readonly asked: AskedClones },
): Promise<UntaggedFacts> {
  const { repository } = clone;
  // Independent deliverables have no branch to be on.
  const free = file.series === INDEPENDENT;
  const series = free ? undefined : order.find(file.series);
  const ids = series === undefined ? [] : [`stable/${series.id}`, `unmaintained/${series.id}`];
  const branch = await tipOf(clone, [...ids, ...MAIN_BRANCHES]);
  const onBranch = branch === undefined ? false : await isIn(repository, hash, branch.tip);
  const descends = previous === undefined ? undefined : await isIn(repository, previous.hash, hash);
  const gitreview = await repository.blob(hash, ".gitreview");
  const inPackage = await packageAt(repository, hash, file);
  const weighed =
    previous === undefined ? undefined : await weighSince(repository, { name: repo, from: previous.hash, to: hash });
  return {
    branch: branch?.name,
    onBranch: free || onBranch,
    descends: free ? undefined : descends,
    gitreview: gitreview.ok && gitreview.value !== undefined,
    ...(inPackage === undefined ? {} : { inPackage }),
    ...(weighed === undefined
      ? {}
      : { required: weighed.ok ? { weighed: weighed.value.weighed } : { problem: weighed.problem } }),
  };
}

async function packageAt(
  repository: Repository,
  hash: Sha,
  file: Deliverable,
): Promise<UntaggedFacts["inPackage"] | undefined> {
  const path = VERSION_FILES[file.keys["release-type"] ?? ""];
  if (path === undefined) return undefined;
  const text = await repository.text(hash, path);
  if (!text.ok || text.value === undefined) return { path, version: undefined, problem: "is not there" };
  const read = versionIn(text.value);
  return read.ok
    ? { path, version: read.value }
    : { path, version: undefined, problem: `cannot be read (${read.problem})` };
}

/** Branches that begin on the main branch: an unmaintained one begins where its series ended. */
const FROM_MAIN = /^(?:stable|feature|bugfix)\//;

async function pointsOf(clone: Clone, repo: string, file: Deliverable, main: Sha | undefined) {
  const points = new Map<string, { readonly onMaster: boolean; readonly inBranch: boolean | undefined }>();
  if (file.keys["stable-branch-type"] === "upstream" || main === undefined) return points;
  const { repository } = clone;
  for (const { name, location } of file.branches) {
    if (!FROM_MAIN.test(name)) continue;
    const text =
      typeof location === "string"
        ? file.releases.find(({ version }) => version === location)?.projects.find((one) => one.repo === repo)?.hash
        : location[repo];
    const [point] = await repository
      .peel([parseSha(text ?? "")].filter((sha) => sha !== undefined))
      .then((read) => (read.ok ? read.value : []));
    if (point === undefined) continue;
    const tip = (await tipOf(clone, [name]))?.tip;
    points.set(name, {
      onMaster: await isIn(repository, point, main),
      inBranch: tip === undefined ? undefined : await isIn(repository, point, tip),
    });
  }
  return points;
}
