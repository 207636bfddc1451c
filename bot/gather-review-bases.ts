/**
 * What bases for pull requests from forks rest on: the branches that are there under such names, and what the workflows of each
 * commit that may become one would do there. Nothing is read where no policy asks for it and no such branch is left.
 */
import { parseReviewBase } from "../src/core/change/review-base.ts";
import { unsafeWorkflows, type ReviewBaseFacts, type Unsafe } from "../src/core/gate/branch-safety.ts";
import type { Sha } from "../src/core/ids.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Ground } from "./gather-ground.ts";
import type { Mirror } from "./mirror.ts";

const WORKFLOWS = ".github/workflows";

function asksForBases({ policies }: Pick<Ground, "policies">): boolean {
  return [...policies.values()].some(({ policy }) => policy.ok && policy.value.reviewBases !== undefined);
}

export async function gatherReviewBases(
  { facts, mirror, tips, policies }: Pick<Ground, "facts" | "mirror" | "tips" | "policies">,
  changes: readonly PolicySnapshot[],
): Promise<ReviewBaseFacts | undefined> {
  const branches = Object.fromEntries([...tips.branches].filter(([name]) => parseReviewBase(name) !== undefined));
  const asked = asksForBases({ policies });
  if (!asked && Object.keys(branches).length === 0) return undefined;
  const landed: string[] = [];
  for (const [name, tip] of tips.branches) {
    const target = tips.branches.get(parseReviewBase(name)?.target ?? name);
    if (!(name in branches) || target === undefined) continue;
    const inside = await mirror.known.isAncestor(tip, target);
    if (inside.ok && inside.value) landed.push(name);
  }
  const carried: Record<string, readonly Unsafe[]> = {};
  const main = tips.branches.get(facts.defaultBranch);
  // Some events take the workflow of the default branch, others that of the commit.
  const general = asked && main !== undefined ? await unsafeAt(mirror, main) : undefined;
  if (general?.ok === true)
    for (const { change } of changes) {
      const [below] = change.below;
      if (below?.state !== "open" || below.builtOn in carried) continue;
      const own = await unsafeAt(mirror, below.builtOn);
      if (own.ok) carried[below.builtOn] = [...own.value, ...general.value];
    }
  return { branches, landed, carried };
}

async function unsafeAt({ git }: Mirror, at: Sha): Promise<Result<readonly Unsafe[], GitProblem>> {
  const listed = await git.list(at, WORKFLOWS);
  if (!listed.ok) return listed;
  const files = listed.value.filter(({ path }) => /^[^/]+\/[^/]+\/[^/]+\.ya?ml$/i.test(path));
  const texts = await git.blobs(files.map(({ path }) => ({ at, path })));
  if (!texts.ok) return texts;
  const read = files.map(({ path }, index) => ({ path, text: new TextDecoder().decode(texts.value[index]) }));
  const links = files.filter(({ mode }) => !mode.startsWith("100")).map(({ path }) => ({ path, why: "is a link" }));
  return ok([...links, ...unsafeWorkflows(read, "review-base/")]);
}

/** Open changes that are below one that is looked at, and rest themselves: whether they may be a base is asked of them too. */
export function restingBelow(
  { open, policies }: Pick<Ground, "open" | "policies">,
  changes: readonly PolicySnapshot[],
): Ground["open"] {
  if (!asksForBases({ policies })) return [];
  const read = new Set(changes.map(({ change }) => change.number));
  const below = new Set(changes.flatMap(({ change }) => change.below.map(({ number }) => number)));
  return open.filter(({ headline }) => below.has(headline.number) && !read.has(headline.number));
}
