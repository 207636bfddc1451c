// Which events start a workflow: branch, path and type filters. Source: GitHub, "Events that trigger workflows".
import { matchesFilter } from "./globs.ts";
import { type PullRequestTrigger, type PushTrigger, type Triggers } from "./workflow.ts";

/** What happened, with what the filters look at. `paths` is asked only when a filter needs it. */
export type Occasion =
  | { readonly kind: "push"; readonly branch: string; readonly paths: () => readonly string[] }
  | {
      readonly kind: "pull_request";
      readonly action: string;
      readonly base: string;
      readonly paths: () => readonly string[];
    };

const SKIP = /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/;

/** A message that asks for no runs. LIVE(actions-skip-ci): the head commit's message alone decides, for push and pull_request. */
export function asksToSkip(message: string): boolean {
  return SKIP.test(message) || /^skip-checks: ?true$/m.test(message);
}

export function startedBy(on: Triggers, occasion: Occasion): boolean {
  switch (occasion.kind) {
    case "push":
      return on.push !== undefined && branchFits(on.push, occasion.branch) && pathsFit(on.push, occasion.paths);
    case "pull_request": {
      const trigger = on.pullRequest;
      if (trigger === undefined || !trigger.types.includes(occasion.action)) return false;
      return branchFits(trigger, occasion.base) && pathsFit(trigger, occasion.paths);
    }
  }
}

function branchFits(trigger: PushTrigger | PullRequestTrigger, branch: string): boolean {
  if (trigger.branches !== undefined) return matchesFilter(trigger.branches, branch);
  if (trigger.branchesIgnore !== undefined) return !matchesFilter(trigger.branchesIgnore, branch);
  return !("tags" in trigger); // only tags asked for: no branch fits
}

function pathsFit(trigger: PushTrigger | PullRequestTrigger, paths: () => readonly string[]): boolean {
  const { paths: wanted, pathsIgnore: ignored } = trigger;
  if (wanted !== undefined) return paths().some((path) => matchesFilter(wanted, path));
  if (ignored !== undefined) return paths().some((path) => !matchesFilter(ignored, path));
  return true;
}
