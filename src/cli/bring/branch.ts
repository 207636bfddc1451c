/**
 * A commit of the server on a local branch of its own: `review/<author>/<topic or number>`, made, or moved from the patch set
 * that was there before. A branch that holds anything else is in the way and is never moved.
 */
import { branchRef, parseBranchName, parseRefName, type BranchName, type RefName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Ref } from "../../git/read.ts";
import type { RemoteAddress } from "../../git/slots.ts";
import { type Workshop } from "../desk.ts";
import { ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";

export interface Landing {
  readonly branch: BranchName;
  readonly head: Sha;
  /** The branch is compared with the tracking ref of this, where there is one. Absent: the target is not known. */
  readonly follows?: { readonly remote: RemoteAddress; readonly upstream: BranchName };
  /** Commits that the server has shown as this change: a branch that stands on one of them holds nothing of one's own. */
  readonly former: ReadonlySet<Sha>;
}

export type Landed = "made" | "moved" | "there";

/** git-review's rule: every run of other characters becomes `_`; `unknown` where there is no name. */
export function reviewBranch(of: {
  readonly author: string | undefined;
  readonly topic?: string;
  readonly number: number;
  /** Only where one was asked for. */
  readonly patchSet?: number;
}): BranchName | undefined {
  const author = (of.author ?? "").replaceAll(/[^\p{L}\p{N}_]+/gu, "_").toLowerCase();
  const plain = author.normalize("NFKD").replaceAll(/[^a-z0-9_]+/g, "");
  const topic = of.topic === undefined ? undefined : parseBranchName(of.topic);
  const patchSet = of.patchSet === undefined ? "" : `-patch${of.patchSet}`;
  return parseBranchName(`review/${plain === "" ? "unknown" : plain}/${topic ?? of.number}${patchSet}`);
}

export async function putOnBranch(workshop: Workshop, landing: Landing): Promise<Result<Landed, CliProblem>> {
  const { repository } = workshop;
  const { branch, head, follows } = landing;
  const tracking = trackingRef(follows);
  const refs = await repository.refs(branchRef(branch), ...(tracking === undefined ? [] : [tracking]));
  if (!refs.ok) return fail(ofGit(refs.problem));
  const there = refs.value.find(({ name }) => name === branchRef(branch));
  if (there === undefined) {
    const made = await repository.switchTo({ kind: "create", branch, at: head });
    if (!made.ok) return fail(ofGit(made.problem));
    if (follows === undefined || !refs.value.some(({ name }) => name === tracking)) return ok("made");
    const tracked = await repository.setUpstream(branch, follows);
    return tracked.ok ? ok("made") : fail(ofGit(tracked.problem));
  }
  const free = await isFree(workshop, there, landing);
  if (!free.ok) return free;
  const current = workshop.place.head.kind === "branch" && workshop.place.head.branch === branch;
  if (!current) {
    const switched = await repository.switchTo({ kind: "branch", branch });
    if (!switched.ok) return fail(ofGit(switched.problem));
  }
  if (there.sha === head) return ok("there");
  const moved = await repository.resetKeep(head);
  return moved.ok ? ok("moved") : fail(ofGit(moved.problem));
}

async function isFree(
  { repository }: Workshop,
  there: Ref,
  { branch, head, follows, former }: Landing,
): Promise<Result<void, CliProblem>> {
  const tracking = trackingRef(follows);
  if (there.upstream !== undefined && tracking !== undefined && there.upstream !== tracking)
    return fail(
      inTheWay(branch, `it follows ${there.upstream.replace(/^refs\/remotes\//, "")}, not this change's target`),
    );
  if (there.sha === head || former.has(there.sha)) return ok(undefined);
  const behind = await repository.isAncestor(there.sha, head);
  if (!behind.ok) return fail(ofGit(behind.problem));
  if (behind.value) return ok(undefined);
  return fail(inTheWay(branch, `it stands on ${there.sha.slice(0, 7)}, which the server never had as this change`));
}

function trackingRef(follows: Landing["follows"]): RefName | undefined {
  return follows === undefined ? undefined : parseRefName(`refs/remotes/${follows.remote}/${follows.upstream}`);
}

/** git-review's own code for it (ruling 38). */
const BRANCH_IN_THE_WAY = 65;

function inTheWay(branch: BranchName, why: string): CliProblem {
  return {
    message: `Cannot put the change on the branch "${branch}": a branch of that name is there already, and ${why}`,
    hint: `send or rename it first: \`git branch -m ${branch} <new name>\`; it was left as it is, and so were your files`,
    exit: BRANCH_IN_THE_WAY,
  };
}
