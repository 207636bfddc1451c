/**
 * One step of a release. Each is made once by the forge itself, which refuses a name that is taken: then somebody was faster, and the next
 * look sees what is there. What the forge refuses for another reason is told on the pull request, and tried again by the next sweep.
 */
import { SETTLED_SLOT } from "../src/core/gate/release-merged.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import type { ReleaseOrder } from "../src/core/release/release/order.ts";
import type { ReleaseStep } from "../src/core/release/release/steps.ts";
import { fail, type Result } from "../src/core/result.ts";
import type { ForgeProblem, RepositoryRef } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import { openFollowUp } from "./apply-follow-up.ts";
import type { Applied, Applying } from "./applying.ts";
import { forgeProblem } from "./problem.ts";
import { releaseNotes } from "./release-notes.ts";
import { signTag } from "./sign-tag.ts";
import { markPublished, publishedDigest } from "./store/published.ts";

type Release = Extract<Action, { kind: "release" }>;

export async function applyRelease(at: Applying, { step, change }: Release): Promise<Applied> {
  if (step.kind === "open-follow-up")
    return change === undefined ? { kind: "nothing" } : openFollowUp(at, step, change);
  const done = await perform(at, step);
  if (done.ok) {
    const { repository, version, commit } = step.order;
    at.service.log.info({ step: step.kind, repository, version, commit, change }, "released");
    return { kind: "changed" };
  }
  const { problem } = done;
  if (problem.kind === "refused" && /already.exists/i.test(problem.found)) return { kind: "changed" };
  if (change !== undefined && (problem.kind === "refused" || problem.kind === "forbidden")) {
    const { message, hint } = describeForgeProblem(problem);
    const body = `**${step.order.deliverable} ${step.order.version}**: ${message}. ${hint ?? ""}`.trim();
    const said = await at.service.forge.comment(at.gathered.ref, change, "release", body);
    if (!said.ok) return { kind: "problem", problem: forgeProblem(said.problem) };
  }
  return { kind: "problem", problem: forgeProblem(problem) };
}

async function perform(
  at: Applying,
  step: Exclude<ReleaseStep, { readonly kind: "open-follow-up" }>,
): Promise<Result<unknown, ForgeProblem>> {
  const { forge } = at.service;
  const { order } = step;
  const ref = refOf(order);
  switch (step.kind) {
    case "create-tag":
      return makeTag(at, order);
    case "create-branch":
      return forge.createBranch(ref, step.branch.name, step.branch.at);
    case "publish-release": {
      const title = `${order.deliverable} ${order.version}`;
      const body = await releaseNotes(at, order);
      const { version: tag, commit, prerelease } = order;
      return forge.createRelease(ref, { tag, commit, title, body, prerelease });
    }
  }
}

/** Signed where there is a key. `stateOf` lets nothing come here that has to be signed and cannot be. */
async function makeTag(
  { service: { forge, tagSigner, clock }, gathered }: Applying,
  order: ReleaseOrder,
): Promise<Result<void, ForgeProblem>> {
  const tag = { name: order.version, commit: order.commit, message: order.message };
  if (tagSigner === undefined) return forge.createTag(refOf(order), tag);
  const signed = await signTag(tagSigner, tag, { viewer: gathered.facts.viewer, now: clock.now() });
  if (signed.ok) return forge.createTag(refOf(order), signed.value);
  return fail({
    kind: "refused",
    tried: `sign the tag ${order.version} of ${order.repository}`,
    found: signed.problem,
  });
}

function refOf({ repository }: ReleaseOrder): RepositoryRef {
  const [owner = "", name = ""] = repository.split("/");
  return { owner, name };
}

export async function settleReleases(
  { service, gathered }: Applying,
  { at, after, made }: Extract<Action, { kind: "settle-releases" }>,
): Promise<Applied> {
  const { store, clock } = service;
  for (const { slot, digest } of after) {
    if ((await publishedDigest(store, gathered.facts.id, slot)) !== digest) return { kind: "nothing" };
  }
  for (const mark of [...made, { slot: SETTLED_SLOT, digest: at }])
    await markPublished(store, { repository: gathered.facts.id, ...mark }, clock.now());
  return { kind: "said" };
}
