/** Everything the tests of one evaluation look at, computed once: contributors, tallies, check results, computed labels. */
import { checkStandings, concludes, type CheckStanding } from "./check-results.ts";
import type { Instant } from "../time.ts";
import { contributorsOf, type Contributors } from "./contributors.ts";
import { holds } from "./expression-tree.ts";
import type { Label, Policy } from "./policy.ts";
import type { PatchSet, PolicySnapshot } from "./snapshot.ts";
import { tally, type Tally } from "./tally.ts";

export interface Facts {
  readonly policy: Policy;
  readonly snapshot: PolicySnapshot;
  readonly now: Instant;
  /** The newest patch set; absent only in a snapshot that is refused anyway. */
  readonly newest: PatchSet | undefined;
  readonly contributors: Contributors;
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly checks: ReadonlyMap<string, CheckStanding>;
  /** Value of each computed label. */
  readonly computed: ReadonlyMap<string, number>;
}

export function establish(policy: Policy, snapshot: PolicySnapshot, now: Instant): Facts {
  const checks = checkStandings(policy.checks, snapshot, now);
  return {
    policy,
    snapshot,
    now,
    newest: snapshot.change.patchSets.at(-1),
    contributors: contributorsOf(snapshot.change, policy),
    tallies: new Map(policy.labels.map((label) => [label.name, tally(label, policy, snapshot)])),
    checks,
    computed: new Map(
      policy.labels
        .filter((label) => label.computed.length > 0)
        .map((label) => [label.name, computedValue(label, checks)]),
    ),
  };
}

/** The lowest value whose condition holds. Only `check:` stands in such conditions; anything else is false. */
function computedValue(label: Label, checks: ReadonlyMap<string, CheckStanding>): number {
  const found = label.computed.find(({ expression }) =>
    holds(expression, (test) => test.kind === "check" && concludes(checks, test)),
  );
  return found?.value ?? 0;
}
