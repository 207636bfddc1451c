/**
 * Release files that were merged to the default branch since the last time all of them were settled, and what the repositories they name
 * have. Nothing is asked of the forge while no such file has changed. After the database is lost the last thirty days are looked at again:
 * what is there already is done.
 */
import type { MergedReleaseFile, MergedReleases } from "../src/core/release/release/merged.ts";
import { ordersOf, type ReleaseOrder } from "../src/core/release/release/order.ts";
import { homesOf, seriesOfBranch, type OrderFacts } from "../src/core/release/release/steps.ts";
import { SETTLED_SLOT } from "../src/core/gate/release-merged.ts";
import { parseSha, type BranchName, type Sha } from "../src/core/ids.ts";
import { loadPolicy } from "../src/core/policy/load.ts";
import { parseDeliverable } from "../src/core/release/deliverable/deliverable.ts";
import { describeFinding } from "../src/core/release/deliverable/finding.ts";
import { ok, type Result } from "../src/core/result.ts";
import { after } from "../src/core/time.ts";
import type { ForgeProblem, RepositoryRef } from "../src/forge/forge.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Ground } from "./gather-ground.ts";
import { layerOf, POLICY_FILE } from "./gather-policy.ts";
import { forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";

const LOOKED_BACK_MS = 30 * 24 * 3_600_000;
/** Commits that are listed to find which of them brought a file; of an older one the pull request is not known. */
const MOST_COMMITS = 2_000;

type From = Pick<Ground, "ref" | "facts" | "mirror" | "tips" | "policies" | "pulls">;

/** undefined: no file asks for releases here, or nothing was merged that could. */
export async function gatherReleases(
  service: Service,
  from: From,
  published: Readonly<Record<string, string>>,
): Promise<Result<MergedReleases | undefined, ServiceProblem>> {
  const { facts, tips, policies, mirror } = from;
  const at = tips.branches.get(facts.defaultBranch);
  const loaded = policies.get(facts.defaultBranch)?.policy;
  const policy = loaded?.ok === true ? loaded.value : undefined;
  const folder = policy?.mode === "enforce" ? policy.releases.files : undefined;
  if (at === undefined || folder === undefined || published[SETTLED_SLOT] === at) return ok(undefined);
  const merged = await mergedFiles(service, from, { at, folder, settled: parseSha(published[SETTLED_SLOT] ?? "") });
  if (!merged.ok) return { ok: false, problem: gitProblem(merged.problem) };
  const files: MergedReleaseFile[] = [];
  for (const { path, change } of merged.value) {
    const text = await mirror.git.text(at, path);
    if (!text.ok) return { ok: false, problem: gitProblem(text.problem) };
    if (text.value === undefined) continue;
    const brought = { path, ...(change === undefined ? {} : { change }) };
    const orders = readOrders(text.value, { folder, repository: `${from.ref.owner}/${from.ref.name}`, ...brought });
    if (!orders.ok) {
      files.push({ ...brought, orders: [], problems: orders.problem });
      continue;
    }
    const known = [];
    for (const order of orders.value) {
      const read = await factsOf(service, from, order);
      if (!read.ok) return { ok: false, problem: forgeProblem(read.problem) };
      known.push({ order, facts: read.value });
    }
    files.push({ ...brought, orders: known, problems: [] });
  }
  return ok({ at, files });
}

interface Brought {
  readonly path: string;
  readonly change?: number;
}

/** Added or changed since, each with the pull request that last brought it, where that can be told. */
async function mergedFiles(
  service: Service,
  { mirror: { git }, pulls }: From,
  { at, folder, settled }: { readonly at: Sha; readonly folder: string; readonly settled: Sha | undefined },
): Promise<Result<readonly Brought[], GitProblem>> {
  const known = settled === undefined ? undefined : await git.commit(settled);
  // A default branch that was made anew has left what was settled behind.
  const base = known?.ok === true ? known.value.sha : undefined;
  const listed = await git.commits({
    from: at,
    max: MOST_COMMITS,
    ...(base === undefined ? {} : { notReachableFrom: [base] }),
  });
  if (!listed.ok) return listed;
  const bySha = new Map(listed.value.map((commit) => [commit.sha, commit]));
  const since = after(service.clock.now(), -LOOKED_BACK_MS);
  // Down the first parents: each step is one change that landed.
  const steps: { readonly from: Sha; readonly heads: readonly Sha[] }[] = [];
  for (let commit = bySha.get(at); commit !== undefined;) {
    const [parent, ...others] = commit.parents;
    if (parent === undefined || (base === undefined && commit.committer.at < since)) break;
    steps.push({ from: parent, heads: [commit.sha, ...others] });
    commit = bySha.get(parent);
  }
  const from = base ?? steps.at(-1)?.from;
  if (from === undefined) return ok([]);
  const changed = await git.changedPaths(from, at, { renames: false });
  if (!changed.ok) return changed;
  const paths = changed.value.flatMap(({ path, status }) =>
    status !== "removed" && isReleaseFile(path, folder) ? [path] : [],
  );
  const brought = new Map<string, number>();
  let sought = new Set(paths);
  for (const { from: parent, heads } of steps) {
    const [head] = heads;
    if (head === undefined || sought.size === 0) break;
    const step = await git.changedPaths(parent, head, { renames: false });
    if (!step.ok) return step;
    const pull = pulls.find((one) => one.state === "merged" && heads.includes(one.head));
    const here = step.value.flatMap(({ path }) => (sought.has(path) ? [path] : []));
    if (pull !== undefined) for (const path of here) brought.set(path, pull.change);
    sought = new Set([...sought].filter((path) => !here.includes(path)));
  }
  return ok(
    paths.map((path) => {
      const change = brought.get(path);
      return { path, ...(change === undefined ? {} : { change }) };
    }),
  );
}

/** `<folder>/<series>/<deliverable>.yaml`. */
function isReleaseFile(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && /^[^/]+\/[^/]+\.yaml$/.test(path.slice(folder.length + 1));
}

function readOrders(
  text: string,
  { path, folder, repository, change }: Brought & { readonly folder: string; readonly repository: string },
): Result<readonly ReleaseOrder[], readonly string[]> {
  const [series = "", file = ""] = path.slice(folder.length + 1).split("/");
  const parsed = parseDeliverable({ path, series, name: file.replace(/\.yaml$/, "") }, text);
  if (!parsed.ok) return { ok: false, problem: parsed.problem.slice(0, 5).map(describeFinding) };
  const { keys, releases, branches } = parsed.value;
  const type = keys["release-type"];
  const asked = { team: keys.team, ...(type === undefined ? {} : { "release-type": type }), releases, branches };
  return ordersOf(asked, { path, repository, ...(change === undefined ? {} : { change }) });
}

type Read<T> = Promise<Result<T, ForgeProblem>>;

async function factsOf(service: Service, from: From, order: ReleaseOrder): Read<OrderFacts> {
  const nothing = { heldBy: [], lookedAt: [], branches: {}, ended: [] };
  const target = await targetOf(service, from, order);
  if (!target.ok) return target;
  if ("forbidden" in target.value) return ok({ ...nothing, forbidden: target.value.forbidden });
  const { ref, defaultBranch } = target.value;
  const { forge } = service;
  const tag = await forge.tag(ref, order.version);
  if (!tag.ok) return tag;
  const lookedAt = homesOf(order, defaultBranch);
  const heldBy =
    tag.value === undefined ? await holding(service, ref, { among: lookedAt, commit: order.commit }) : ok([]);
  if (!heldBy.ok) return heldBy;
  const branches: Record<string, { readonly tip: Sha; readonly holdsStart: boolean }> = {};
  const ended: string[] = [];
  for (const { name, at } of order.branches) {
    const tip = await forge.branch(ref, name);
    if (!tip.ok) return tip;
    if (tip.value !== undefined) {
      const holds = await forge.contains(ref, name, at);
      if (!holds.ok) return holds;
      branches[name] = { tip: tip.value, holdsStart: holds.value };
      continue;
    }
    for (const ending of [`${seriesOfBranch(name)}-eol`, `${seriesOfBranch(name)}-eom`]) {
      const found = await forge.tag(ref, ending);
      if (!found.ok) return found;
      // `unmaintained/…` begins where the series was tagged `-eom`.
      if (found.value !== undefined && !(ending.endsWith("-eom") && name.startsWith("unmaintained/")))
        ended.push(ending);
    }
  }
  const page = order.endsSeries || tag.value === undefined ? ok(undefined) : await forge.release(ref, order.version);
  if (!page.ok) return page;
  return ok({
    ...{ heldBy: heldBy.value, lookedAt, branches, ended },
    ...(tag.value === undefined ? {} : { tag: { commit: tag.value.commit } }),
    ...(page.value === undefined ? {} : { page: page.value }),
  });
}

async function holding(
  { forge }: Service,
  ref: RepositoryRef,
  { among, commit }: { readonly among: readonly BranchName[]; readonly commit: Sha },
): Read<readonly BranchName[]> {
  for (const name of among) {
    const holds = await forge.contains(ref, name, commit);
    if (!holds.ok) return holds;
    if (holds.value) return ok([name]);
  }
  return ok([]);
}

interface Target {
  readonly ref: RepositoryRef;
  readonly defaultBranch: BranchName;
}

/** The repository itself, or one of the same owner whose policy says that files from here may tag it. */
async function targetOf(
  { forge, presets }: Service,
  { ref, facts, policies }: From,
  { repository }: ReleaseOrder,
): Read<Target | { readonly forbidden: string }> {
  const here = `${ref.owner}/${ref.name}`.toLowerCase();
  if (repository.toLowerCase() === here) return ok({ ref, defaultBranch: facts.defaultBranch });
  const [owner = "", name = ""] = repository.split("/");
  if (owner.toLowerCase() !== ref.owner.toLowerCase())
    return ok({
      forbidden: `\`${repository}\` is of another owner than \`${here}\`, whose files it cannot be tagged by`,
    });
  const there = await forge.repository({ owner, name });
  if (!there.ok) {
    const { kind } = there.problem;
    const hidden = kind === "not-found" || kind === "forbidden";
    return hidden ? ok({ forbidden: `plustwo is not installed in \`${repository}\`` }) : there;
  }
  const text = await forge.file(there.value.ref, there.value.defaultBranch, POLICY_FILE);
  if (!text.ok) return text;
  const shared = policies.get(facts.defaultBranch)?.layers.filter(({ from }) => from === "org") ?? [];
  const own = text.value === undefined ? [] : [layerOf("repo", POLICY_FILE, text.value)];
  const policy = loadPolicy([...shared, ...own], presets);
  if (policy.ok && policy.value.releases.from.some((allowed) => allowed.toLowerCase() === here))
    return ok({ ref: there.value.ref, defaultBranch: there.value.defaultBranch });
  const why = policy.ok ? "does not name" : "cannot be read, so it does not name";
  return ok({ forbidden: `the policy of \`${repository}\` ${why} \`${here}\` under \`releases: { from: … }\`` });
}
