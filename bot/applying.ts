/** What applying an action needs and answers, and the name of an action in the effect table. */
import type { Action } from "../src/core/gate/snapshot.ts";
import type { ReleaseStep } from "../src/core/release/release/steps.ts";
import type { Result } from "../src/core/result.ts";
import type { Gathered } from "./gather.ts";
import type { ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";

export type Applied =
  /** The world is another one now: gather again. */
  | { readonly kind: "changed" }
  /** Only something was said: what was gathered is still true. */
  | { readonly kind: "said" }
  /** It was done before, or there was nothing to do. */
  | { readonly kind: "nothing" }
  | { readonly kind: "problem"; readonly problem: ServiceProblem };

export interface Applying {
  readonly service: Service;
  readonly gathered: Gathered;
  readonly fence: number;
  /** Gathers and decides once more: what comes out now. */
  readonly decideAgain: () => Promise<
    Result<{ readonly gathered: Gathered; readonly actions: readonly Action[] }, ServiceProblem>
  >;
}

/** Names an action in the effect table: the same deed has the same key, whoever does it. */
export function keyOf(action: Action): string {
  switch (action.kind) {
    case "keep-patch-sets":
      return `keep-patch-sets ${action.sets.map(({ change, n, sha }) => `${change}/${n} ${sha}`).join(" ")}`;
    case "archive-patch-sets":
      return `archive-patch-sets ${action.changes.join(" ")}`;
    case "publish-check":
      return `publish-check ${action.change} ${action.digest}`;
    case "enqueue":
      return `enqueue ${action.item.id}`;
    case "dequeue":
      return `dequeue ${action.item} ${action.because}`;
    case "build":
      return `build ${action.build}`;
    case "compose":
      return `compose ${action.items.join(" ")} ${action.onto}`;
    case "cancel":
      return `cancel ${action.build}`;
    case "rerun":
      return `rerun ${action.build} ${action.attempt} ${action.jobs.join(" ")}`;
    case "land":
      return `land ${action.target} ${action.from} ${action.to}`;
    case "retarget":
      return `retarget ${action.change} ${action.from} ${action.to}`;
    case "put-review-base":
      return `put-review-base ${action.branch} ${action.from ?? "-"} ${action.to}`;
    case "undo-hand-merge":
      return `undo-hand-merge ${action.change} ${action.lower}`;
    case "delete-branch":
      return `delete-branch ${action.ref} ${action.was}`;
    case "release":
      return `release ${releaseKey(action.step)}`;
    case "settle-releases":
      return `settle-releases ${action.at}`;
    case "backport":
      return `backport ${action.asked.change} ${action.branch} ${action.asked.landed}`;
    case "settle-backport":
      return `settle-backport ${action.change} ${action.digest}`;
    case "close":
      return `close ${action.change} ${action.sha}`;
    case "report":
      return `report ${action.change} ${action.slot} ${action.digest}`;
  }
}

function releaseKey(step: ReleaseStep): string {
  const { repository, version, commit } = step.order;
  const what = "branch" in step ? `${step.branch.name} ${step.branch.at}` : `${version} ${commit}`;
  return `${step.kind} ${repository} ${what}`;
}
