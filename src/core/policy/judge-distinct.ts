/** `distinctvoters:` against the facts: how many people voted over several labels; one person counts once, under any account. */
import type { UserId } from "../ids.ts";
import { identityOf } from "./contributors.ts";
import type { Facts } from "./facts.ts";
import type { Judgement } from "./judgement.ts";
import type { DistinctFact } from "./operators-distinct.ts";
import { groupsOf, labelOf, permittedRange, type Label } from "./policy.ts";
import { relates } from "./relation.ts";
import type { StandingVote } from "./tally.ts";
import type { Action } from "./verdict.ts";
import { isAsked } from "./voter.ts";

export function judgeDistinct(fact: DistinctFact, facts: Facts): Judgement {
  const { identities } = facts.policy;
  const humans = new Map<UserId, StandingVote>();
  const lost = [];
  for (const label of fact.labels) {
    const tally = facts.tallies.get(label);
    lost.push(...(tally?.lost ?? []));
    for (const cast of tally?.standing ?? []) {
      const human = identityOf(identities, cast.vote.user.id);
      if (!humans.has(human) && isWanted(fact, cast, facts)) humans.set(human, cast);
    }
  }
  const counted = [...humans.values()];
  const { relation, n } = fact.count;
  const value = relates(counted.length, relation, n);
  return {
    value,
    evidence: counted.map(({ id }) => id),
    counted: counted.map(({ vote, value: worth, why, id }) => ({
      by: vote.user,
      label: vote.label,
      value: worth,
      patchSet: vote.patchSet,
      why,
      id,
    })),
    notCounted: lost,
    why: `${counted.length === 1 ? "1 person has" : `${counted.length} people have`} voted so on ${fact.labels.join(" or ")}, \`count${relation}${n}\` is asked for`,
    // Looks at everybody, and most who judge do not ask for it.
    get turns() {
      return value ? takingBack(fact, counted) : voting(fact, { taken: new Set(humans.keys()), facts });
    },
  };
}

function isWanted(fact: DistinctFact, { vote, value }: StandingVote, facts: Facts): boolean {
  const label = labelOf(facts.policy, vote.label);
  if (label === undefined || !isAsked(fact, vote.user.id, facts)) return false;
  const wanted = valueOn(fact, label);
  return wanted === undefined ? value !== 0 : value === wanted;
}

/** undefined: any vote. */
function valueOn({ value }: DistinctFact, label: Label): number | undefined {
  return value === "MAX" ? label.max : value === "MIN" ? label.min : value;
}

/** More votes, all on one label: those who may give them and have not been counted. Only of votes that speak for a change. */
function voting(
  fact: DistinctFact,
  { taken, facts }: { readonly taken: ReadonlySet<UserId>; readonly facts: Facts },
): readonly (readonly Action[])[] {
  const { relation, n } = fact.count;
  if (relation === "<" || relation === "<=") return [];
  const need = (relation === ">" ? n + 1 : n) - taken.size;
  if (need <= 0) return [];
  return fact.labels.flatMap((name) => {
    const label = labelOf(facts.policy, name);
    const value = label === undefined ? undefined : (valueOn(fact, label) ?? 1);
    if (value === undefined || value < 0) return [];
    const who = voters(fact, { name, value, taken, facts });
    return who.length < need ? [] : [[{ kind: "vote" as const, who, need, do: `vote ${name}+${value}` }]];
  });
}

function voters(
  fact: DistinctFact,
  of: { readonly name: string; readonly value: number; readonly taken: ReadonlySet<UserId>; readonly facts: Facts },
): readonly string[] {
  const { policy, snapshot } = of.facts;
  const people = new Map(Object.values(snapshot.groups).flatMap((group) => group.map((one) => [one.id, one.login])));
  return [...people]
    .filter(([id]) => !of.taken.has(identityOf(policy.identities, id)) && isAsked(fact, id, of.facts))
    .filter(([id]) => {
      const groups = groupsOf(snapshot.groups, id);
      const { branch, owner } = snapshot.change;
      return (permittedRange(policy, of.name, { id, owner: id === owner.id, branch, groups })?.max ?? 0) >= of.value;
    })
    .map(([, login]) => login)
    .sort();
}

/** It holds and must not: as many of them as are too many take their votes back. */
function takingBack({ count }: DistinctFact, counted: readonly StandingVote[]): readonly (readonly Action[])[] {
  const most =
    count.relation === ">" ? count.n : count.relation === ">=" || count.relation === "=" ? count.n - 1 : undefined;
  if (most === undefined || counted.length <= most) return [];
  const who = counted.map(({ vote }) => vote.user.login).sort();
  const [first] = counted;
  const what = first === undefined ? "" : `${first.vote.label}${first.value > 0 ? "+" : ""}${first.value}`;
  return [[{ kind: "retract", who, need: counted.length - most, do: `lift ${what}` }]];
}
