/**
 * Release files that were merged to the default branch since the last time all of them were settled, and what the repositories they name
 * have. Nothing is asked of the forge while no such file has changed. After the database is lost the last thirty days are looked at again:
 * what is there already is done.
 */
import { SETTLED_SLOT } from "../src/core/gate/release-merged.ts";
import { parseSha, type BranchName, type Sha } from "../src/core/ids.ts";
import { askedFor } from "../src/core/release/release/asked.ts";
import { madeBefore } from "../src/core/release/release/made.ts";
import type { MergedReleaseFile, MergedReleases } from "../src/core/release/release/merged.ts";
import type { ReleaseOrder } from "../src/core/release/release/order.ts";
import { homesOf, seriesOfBranch, type OrderFacts } from "../src/core/release/release/steps.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { ForgeProblem, RepositoryRef } from "../src/forge/forge.ts";
import { gatherFollowUps } from "./gather-follow-ups.ts";
import { mergedReleaseFiles } from "./merged-release-files.ts";
import { forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import { targetOf, type From } from "./release-target.ts";
import type { Service } from "./service.ts";

/** undefined: no file asks for releases here, or nothing was merged that could. */
export async function gatherReleases(
  service: Service,
  from: From,
  published: Readonly<Record<string, string>>,
): Promise<Result<MergedReleases | undefined, ServiceProblem>> {
  const { facts, tips, policies } = from;
  const at = tips.branches.get(facts.defaultBranch);
  const loaded = policies.get(facts.defaultBranch)?.policy;
  const policy = loaded?.ok === true ? loaded.value : undefined;
  const folder = policy?.mode === "enforce" ? policy.releases.files : undefined;
  if (at === undefined || folder === undefined || published[SETTLED_SLOT] === at) return ok(undefined);
  const since = parseSha(published[SETTLED_SLOT] ?? "");
  const merged = await mergedReleaseFiles(service, from, { at, folder, ...(since === undefined ? {} : { since }) });
  if (!merged.ok) return { ok: false, problem: gitProblem(merged.problem) };
  const files: MergedReleaseFile[] = [];
  for (const { path, text, brought } of merged.value) {
    const [series = "", file = ""] = path.slice(folder.length + 1).split("/");
    const repository = `${from.ref.owner}/${from.ref.name}`;
    const now = { path, series, name: file.replace(/\.yaml$/, ""), repository, text };
    for (const { orders, ...asked } of askedFor(now, brought)) {
      const known = [];
      for (const order of orders) {
        const read = await factsOf(service, from, { order, published, at, change: asked.change });
        if (!read.ok) return { ok: false, problem: forgeProblem(read.problem) };
        known.push({ order, facts: read.value });
      }
      files.push({ path, ...asked, orders: known });
    }
  }
  return ok({ at, files });
}

type Read<T> = Promise<Result<T, ForgeProblem>>;

interface Asked {
  readonly order: ReleaseOrder;
  readonly published: Readonly<Record<string, string>>;
  readonly at: Sha;
  readonly change: number | undefined;
}

async function factsOf(service: Service, from: From, { order, published, at, change }: Asked): Read<OrderFacts> {
  const nothing = { heldBy: [], lookedAt: [], branches: {}, ended: [], made: [], followUps: {} };
  const target = await targetOf(service, from, order);
  if (!target.ok) return target;
  if ("forbidden" in target.value) return ok({ ...nothing, forbidden: target.value.forbidden });
  const { facts, signed } = target.value;
  const { ref, defaultBranch } = facts;
  const { forge } = service;
  const tag = await forge.tag(ref, order.version);
  if (!tag.ok) return tag;
  const lookedAt = homesOf(order, defaultBranch);
  const heldBy =
    tag.value === undefined ? await holding(service, ref, { among: lookedAt, commit: order.commit }) : ok([]);
  if (!heldBy.ok) return heldBy;
  const branches = await branchesOf(service, ref, order);
  if (!branches.ok) return branches;
  const page = order.endsSeries || tag.value === undefined ? ok(undefined) : await forge.release(ref, order.version);
  if (!page.ok) return page;
  // Without a pull request that asked there is nobody to open one for.
  const followUps =
    tag.value === undefined || change === undefined
      ? ok({})
      : await gatherFollowUps(service, from, {
          ...{ target: facts, order, change, published, at },
          branches: branches.value.branches,
        });
  if (!followUps.ok) return followUps;
  return ok({
    ...{ heldBy: heldBy.value, lookedAt, ...branches.value, followUps: followUps.value },
    made: madeBefore(order, published),
    ...(tag.value === undefined ? {} : { tag: { commit: tag.value.commit } }),
    ...(page.value === undefined ? {} : { page: page.value }),
    ...(signed && service.tagSigner === undefined ? { noKey: true as const } : {}),
  });
}

/** Those that the order wants: where they are, and what stands against those that are not there. */
async function branchesOf(
  { forge }: Service,
  ref: RepositoryRef,
  order: ReleaseOrder,
): Read<Pick<OrderFacts, "branches" | "ended">> {
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
  return ok({ branches, ended });
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
