/** Everything the tests of one evaluation look at, computed once: contributors, tallies, check results, computed labels. */
import { checkStandings, concludes, type CheckStanding } from "./check-results.ts";
import type { Instant } from "../time.ts";
import { contributorsOf, type Contributors } from "./contributors.ts";
import { holds } from "./expression-tree.ts";
import type { Label, Policy } from "./policy.ts";
import type { PatchSet, PolicySnapshot, Vote } from "./snapshot.ts";
import { tally, tallyWith, type Tally } from "./tally.ts";
import { votersOf, type Voters } from "./voters.ts";

export interface Facts {
  readonly policy: Policy;
  readonly snapshot: PolicySnapshot;
  readonly now: Instant;
  /** The newest patch set; absent only in a snapshot that is refused anyway. */
  readonly newest: PatchSet | undefined;
  readonly contributors: Contributors;
  readonly voters: Voters;
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly checks: ReadonlyMap<string, CheckStanding>;
  /** Value of each computed label. */
  readonly computed: ReadonlyMap<string, number>;
}

export function establish(policy: Policy, snapshot: PolicySnapshot, now: Instant): Facts {
  const votes = new Map<string, Vote[]>(policy.labels.map(({ name }) => [name, []]));
  for (const vote of snapshot.votes) votes.get(vote.label)?.push(vote);
  const voters = votersOf(policy, snapshot);
  return {
    policy,
    snapshot,
    now,
    newest: snapshot.change.patchSets.at(-1),
    contributors: contributorsOf(snapshot.change, policy),
    voters,
    tallies: new Map(
      policy.labels.map((label) => [label.name, tally(label, votes.get(label.name) ?? [], { snapshot, voters })]),
    ),
    ...checked(policy, snapshot, now),
  };
}

/** After one more vote, the newest of its author: nothing else is looked at again. */
export function withVote(facts: Facts, vote: Vote): Facts {
  const label = facts.policy.labels.find(({ name }) => name === vote.label);
  const before = facts.tallies.get(vote.label);
  if (label === undefined || before === undefined) return facts;
  return {
    ...facts,
    tallies: new Map(facts.tallies).set(label.name, tallyWith(before, vote, label, facts)),
    snapshot: { ...facts.snapshot, votes: [...facts.snapshot.votes, vote] },
  };
}

/** With other results of checks, or at another time: votes are not looked at again. */
export function withResults(facts: Facts, snapshot: PolicySnapshot, now: Instant): Facts {
  return { ...facts, snapshot, now, ...checked(facts.policy, snapshot, now) };
}

function checked(policy: Policy, snapshot: PolicySnapshot, now: Instant): Pick<Facts, "checks" | "computed"> {
  const checks = checkStandings(policy.checks, snapshot, now);
  const computed = policy.labels.filter((label) => label.computed.length > 0);
  return { checks, computed: new Map(computed.map((label) => [label.name, computedValue(label, checks)])) };
}

/** The lowest value whose condition holds. Only `check:` stands in such conditions; anything else is false. */
function computedValue(label: Label, checks: ReadonlyMap<string, CheckStanding>): number {
  const found = label.computed.find(({ expression }) =>
    holds(expression, (test) => test.kind === "check" && concludes(checks, test)),
  );
  return found?.value ?? 0;
}
