/** Gathers what the rules about clones ask: each repository is opened once for a file, with a few git processes. */
import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseRefName, parseSha, type RefName, type Sha } from "../../core/ids.ts";
import type { Deliverable } from "../../core/release/deliverable/deliverable.ts";
import type { Finding } from "../../core/release/deliverable/finding.ts";
import { validateClones, type CloneFacts, type UntaggedFacts } from "../../core/release/deliverable/rules-clones.ts";
import { INDEPENDENT, type SeriesOrder } from "../../core/release/deliverable/series.ts";
import type { Repository } from "../../git/repository.ts";
import type { Terminal } from "../say.ts";
import { openAt } from "./tree.ts";

export interface AskedClones {
  readonly file: Deliverable;
  /** Releases it lists are not looked at again, but for their tags. */
  readonly before: Deliverable | undefined;
  readonly order: SeriesOrder;
  readonly repos: string;
}

export async function askClones(terminal: Terminal, asked: AskedClones): Promise<readonly Finding[]> {
  const facts = new Map<string, CloneFacts>();
  const named = new Set(asked.file.releases.flatMap(({ projects }) => projects.map(({ repo }) => repo)));
  for (const repo of named) {
    const repository = await cloneOf(terminal, asked.repos, repo);
    const read = repository === undefined ? undefined : await factsOf(repository, repo, asked);
    if (read !== undefined) facts.set(repo, read);
  }
  return validateClones(asked.file, (repo) => facts.get(repo));
}

/** `<repos>/<owner>/<name>`, `<repos>/<name>`, and both with `.git`. */
export async function cloneOf(terminal: Terminal, repos: string, name: string): Promise<Repository | undefined> {
  const short = name.split("/").at(-1) ?? name;
  for (const one of [name, `${name}.git`, short, `${short}.git`]) {
    const dir = join(resolve(terminal.cwd, repos), one);
    const there = await stat(dir).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!there) continue;
    const repository = await openAt(dir, terminal.env);
    const place = await repository.discover();
    // A folder inside another repository is not a clone of its own.
    if (place.ok && (place.value.topLevel ?? place.value.gitDir) === (await realpath(dir))) return repository;
  }
  return undefined;
}

/** `undefined`: git could not answer; the repository then counts as not looked at. */
async function factsOf(repository: Repository, repo: string, asked: AskedClones): Promise<CloneFacts | undefined> {
  const { file, before, order } = asked;
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
  const series = order.find(file.series);
  const known = new Set(before?.releases.map(({ version }) => version));
  const ids =
    file.series === INDEPENDENT || series === undefined ? [] : [`stable/${series.id}`, `unmaintained/${series.id}`];
  const main = await tipOf(repository, ["master", "main"]);
  const branch = (await tipOf(repository, ids)) ?? main;
  const untagged = new Map<string, UntaggedFacts>();
  for (const [index, { version, hash }] of listed.entries()) {
    if (tags.has(version) || known.has(version) || !commits.has(hash)) continue;
    const previous = listed[index - 1]?.hash;
    const onBranch = branch === undefined ? false : await isIn(repository, hash, branch.tip);
    const descends =
      previous === undefined || !commits.has(previous) ? undefined : await isIn(repository, previous, hash);
    const gitreview = await repository.blob(hash, ".gitreview");
    // Independent deliverables have no branch to be on.
    const free = file.series === INDEPENDENT;
    untagged.set(version, {
      branch: branch?.name,
      onBranch: free || onBranch,
      descends: free ? undefined : descends,
      gitreview: gitreview.ok && gitreview.value !== undefined,
    });
  }
  return { commits, tags, untagged, branchPoints: await pointsOf(repository, repo, file, main?.tip) };
}

async function pointsOf(repository: Repository, repo: string, file: Deliverable, main: Sha | undefined) {
  const points = new Map<string, { readonly onMaster: boolean; readonly inBranch: boolean | undefined }>();
  if (file.keys["stable-branch-type"] === "upstream" || main === undefined) return points;
  for (const { name, location } of file.branches) {
    if (!name.startsWith("stable/")) continue;
    const text =
      typeof location === "string"
        ? file.releases.find(({ version }) => version === location)?.projects.find((one) => one.repo === repo)?.hash
        : location[repo];
    const [point] = await repository
      .peel([parseSha(text ?? "")].filter((sha) => sha !== undefined))
      .then((read) => (read.ok ? read.value : []));
    if (point === undefined) continue;
    const tip = (await tipOf(repository, [name]))?.tip;
    points.set(name, {
      onMaster: await isIn(repository, point, main),
      inBranch: tip === undefined ? undefined : await isIn(repository, point, tip),
    });
  }
  return points;
}

export async function tipOf(
  repository: Repository,
  branches: readonly string[],
): Promise<{ readonly name: string; readonly tip: Sha } | undefined> {
  for (const name of branches) {
    const refs = [`refs/remotes/origin/${name}`, `refs/heads/${name}`]
      .map(parseRefName)
      .filter((ref): ref is RefName => ref !== undefined);
    const peeled = await repository.peel(refs);
    const tip = peeled.ok ? peeled.value.find((sha) => sha !== undefined) : undefined;
    if (tip !== undefined) return { name, tip };
  }
  return undefined;
}

async function isIn(repository: Repository, one: Sha, tip: Sha): Promise<boolean> {
  const asked = await repository.isAncestor(one, tip);
  return asked.ok && asked.value;
}
