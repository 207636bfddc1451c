/**
 * The organisation's file: `.github/plustwo.yml` on the default branch of `<owner>/.github`, a layer below the file of each of its
 * repositories. Read again after every webhook of that repository and every few minutes; a push to it wakes the others. There is
 * none where GitHub says 404, which it also says where the App may not see the repository. Any other failure closes the gate: with what
 * was read before the changes are told so, and without it the look ends.
 *
 * Known race: a look that is on its way when the organisation's file changes may end with the earlier text; the push wakes it again.
 */
import type { BranchName } from "../src/core/ids.ts";
import type { PolicyLayer, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { ok, type Result } from "../src/core/result.ts";
import { after } from "../src/core/time.ts";
import type { RepositoryFacts } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import type { GitProblem } from "../src/git/problem.ts";
import { layerOf, POLICY_FILE } from "./gather-policy.ts";
import type { Mirror, Tips } from "./mirror.ts";
import { forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { wake, wakesOf, watched } from "./store/repositories.ts";

export interface SharedPolicy {
  /** At most one, from the organisation. */
  readonly layers: readonly PolicyLayer[];
  readonly incomplete: PolicySnapshot["incomplete"];
}

/** Its repository. */
const SHARED = ".github";
/** Shorter than from one sweep to the next, so that each of them asks. */
const FRESH_MS = 240_000;

export async function gatherOrganisation(
  service: Service,
  { ref, defaultBranch }: RepositoryFacts,
  { mirror, tips }: { readonly mirror: Mirror; readonly tips: Tips },
): Promise<Result<SharedPolicy, ServiceProblem>> {
  const owner = ref.owner.toLowerCase();
  if (ref.name.toLowerCase() === SHARED) {
    // It is that repository's own file, and no layer below itself.
    const told = await tell(service, owner, { mirror, tips, defaultBranch });
    return told.ok ? ok({ layers: [], incomplete: [] }) : { ok: false, problem: gitProblem(told.problem) };
  }
  const { files } = service.policyMemory;
  const path = `${ref.owner}/${SHARED}/${POLICY_FILE}`;
  const wakes = await wakesOf(service.store, `${owner}/${SHARED}`);
  const now = service.clock.now();
  let known = files.get(owner);
  if (known === undefined || known.wakes !== wakes || now >= after(known.at, FRESH_MS)) {
    const read = await service.forge.siblingFile(ref, SHARED, POLICY_FILE);
    if (!read.ok) {
      // Nothing was ever read: a repository without a file of its own would seem to ask for nothing.
      if (known === undefined) return { ok: false, problem: forgeProblem(read.problem) };
      const why = describeForgeProblem(read.problem).message;
      return ok({ layers: layersOf(path, known.text), incomplete: [{ what: "the organisation's policy", why }] });
    }
    known = { text: read.value, at: now, wakes };
    files.set(owner, known);
  }
  return ok({ layers: layersOf(path, known.text), incomplete: [] });
}

function layersOf(path: string, text: string | undefined): readonly PolicyLayer[] {
  return text === undefined ? [] : [layerOf("org", path, text)];
}

/** Looked at after a push to it, it wakes its neighbours when its file is not what they have gone by. */
async function tell(
  service: Service,
  owner: string,
  of: { readonly mirror: Mirror; readonly tips: Tips; readonly defaultBranch: BranchName },
): Promise<Result<void, GitProblem>> {
  const tip = of.tips.branches.get(of.defaultBranch);
  const text = tip === undefined ? ok(undefined) : await of.mirror.git.text(tip, POLICY_FILE);
  if (!text.ok) return text;
  const { told, files } = service.policyMemory;
  const before = told.has(owner) ? { text: told.get(owner) } : files.get(owner);
  if (before !== undefined && before.text !== text.value)
    for (const other of await watched(service.store))
      if (other.owner.toLowerCase() === owner && other.name.toLowerCase() !== SHARED)
        await wake(service.store, other.fullName, service.clock.now());
  told.set(owner, text.value);
  return ok(undefined);
}
