/**
 * How a change gets onto its target. Whatever the strategy, the commit that was tested is the commit that lands; they
 * differ in what that commit is made of.
 */
import { fail, ok, type Result } from "../result.ts";

/**
 * `merge-if-necessary`: the reviewed head itself where it contains the tip, else a merge commit. `squash`: one commit for
 * the whole change. `rebase`: each commit of the change replayed onto the tip.
 */
export type Strategy = "merge-if-necessary" | "squash" | "rebase";

export const DEFAULT_STRATEGY: Strategy = "merge-if-necessary";

/** What the repository's settings let people press. */
export interface MergeMethods {
  readonly merge: boolean;
  readonly squash: boolean;
  readonly rebase: boolean;
}

/**
 * `auto` takes the first that the repository allows, in the order merge, squash, rebase: a merge rewrites nothing. What
 * the repository forbids is not done because a policy says so; the problem is the sentence for people.
 */
export function chooseStrategy(asked: Strategy | "auto", allowed: MergeMethods): Result<Strategy, string> {
  if (asked !== "auto") {
    const [method, name] = METHOD[asked];
    if (allowed[method]) return ok(asked);
    return fail(
      `The policy's pipelines.gate.strategy is "${asked}", and the repository's settings do not allow ${name}: ` +
        "allow them there, or let the policy say another strategy",
    );
  }
  const first = ORDER.find((strategy) => allowed[METHOD[strategy][0]]);
  if (first !== undefined) return ok(first);
  return fail(
    "The repository's settings allow neither merge commits nor squash merging nor rebase merging: allow one of them",
  );
}

const ORDER = ["merge-if-necessary", "squash", "rebase"] as const;

const METHOD = {
  "merge-if-necessary": ["merge", "merge commits"],
  squash: ["squash", "squash merging"],
  rebase: ["rebase", "rebase merging"],
} as const satisfies Readonly<Record<Strategy, readonly [keyof MergeMethods, string]>>;
