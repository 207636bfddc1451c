/** Of the branches that a release wants and that are there: whose `.gitreview` names another, and what has become of mending it. */
import { withDefaultBranch } from "../src/config/gitreview-branch.ts";
import type { RepoId, Sha } from "../src/core/ids.ts";
import { followUpHead } from "../src/core/release/release/follow-up.ts";
import type { ReleaseOrder } from "../src/core/release/release/order.ts";
import type { FollowUp, OrderFacts } from "../src/core/release/release/steps.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { Person } from "../src/core/policy/snapshot.ts";
import type { ForgeProblem, RepositoryFacts } from "../src/forge/forge.ts";
import type { From } from "./release-target.ts";
import type { Service } from "./service.ts";
import { requesterOf, saveRequester } from "./store/remembered.ts";

export const GITREVIEW = ".gitreview";

interface Asked {
  /** Of the repository with the branches. */
  readonly target: RepositoryFacts;
  readonly order: ReleaseOrder;
  /** That brought the release file: it is opened for its author. */
  readonly change: number;
  readonly branches: OrderFacts["branches"];
  readonly published: Readonly<Record<string, string>>;
  /** The tip of the default branch that is looked at. */
  readonly at: Sha;
}

export async function gatherFollowUps(
  service: Service,
  from: From,
  { target, order, change, branches, published, at }: Asked,
): Promise<Result<OrderFacts["followUps"], ForgeProblem>> {
  const { forge } = service;
  const found: Record<string, FollowUp> = {};
  for (const { name } of order.branches) {
    const tip = branches[name]?.tip;
    if (tip === undefined) continue;
    const text = await forge.file(target.ref, tip, GITREVIEW);
    if (!text.ok) return text;
    if (text.value === undefined || withDefaultBranch(text.value, name) === undefined) continue;
    const head = followUpHead(target.id, name);
    const read = await forge.readStack(target.ref, [head]);
    if (!read.ok) return read;
    const pull = read.value.changes[head];
    if (pull === undefined) {
      const why = stoppedBefore(published[stoppedSlot({ repository: target.id, branch: name })], at);
      found[name] = why === undefined ? { kind: "absent" } : { kind: "stopped", why };
      continue;
    }
    found[name] = { kind: pull.state, change: pull.number };
    // Opened by a look that died before it could say for whom.
    if (pull.state !== "open" || pull.author.id !== target.viewer.id) continue;
    if ((await requesterOf(service.store, target.id, pull.number)) !== undefined) continue;
    const requester = await askerOf(service, from, change);
    if (!requester.ok) return requester;
    await saveRequester(service.store, target.id, { change: pull.number, requester: requester.value });
  }
  return ok(found);
}

/** Who opened the pull request with the release file; where that was the service itself, whoever asked it to. */
export async function askerOf(
  { forge, store }: Service,
  { ref, facts }: Pick<From, "ref" | "facts">,
  change: number,
): Promise<Result<Person, ForgeProblem>> {
  const read = await forge.readChange(ref, change);
  if (!read.ok) return read;
  return ok((await requesterOf(store, facts.id, change)) ?? read.value.author);
}

/** Key in `published`: why it could not be made, for the tip that was looked at then. */
export function stoppedSlot({ repository, branch }: { readonly repository: RepoId; readonly branch: string }): string {
  return `follow-up-stopped:${repository}:${branch}`;
}

export function stoppedText(at: Sha, why: string): string {
  return `${at} ${why}`;
}

function stoppedBefore(text: string | undefined, at: Sha): string | undefined {
  return text?.startsWith(`${at} `) === true ? text.slice(at.length + 1) : undefined;
}
