/**
 * What two policies would have said of a merge. Three things the forge tells only as they are today: which conversations are resolved,
 * what a check said before it ran again, who was in a team. Each is tried both ways; where the answer turns on one of them, there is
 * no answer, but the sentence why. Members of teams are taken to have been members then; of those who are none today it is tried.
 */
import { evaluate } from "../policy/evaluate.ts";
import type { Policy } from "../policy/policy.ts";
import type { PolicySnapshot } from "../policy/snapshot.ts";
import type { Verdict } from "../policy/verdict.ts";
import type { Instant } from "../time.ts";
import { differenceOf, type VerdictDifference } from "../policy/verdict-diff.ts";
import type { MergeFacts } from "./merge.ts";
import { rerunAs } from "./past-checks.ts";
import { pastSnapshot, votersOf, type PastFacts } from "./past-snapshot.ts";

type Groups = PolicySnapshot["groups"];

/** A policy with the members of its groups, as they are today. */
export interface PolicyToday {
  readonly policy: Policy;
  readonly groups: Groups;
}

export type PastAnswer =
  | { readonly known: true; readonly verdict: Verdict; readonly snapshot: PolicySnapshot }
  | { readonly known: false; readonly why: readonly string[] };

export interface PastDifference {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly mergedAt: Instant;
  /** As of `VerdictDifference`; unknown = one of the two answers cannot be told. */
  readonly kind: VerdictDifference["kind"] | "unknown";
  /** Whether it would have been let in; absent = it cannot be told. */
  readonly letIn: { readonly before?: boolean; readonly after?: boolean };
  readonly requirements: VerdictDifference["requirements"];
  readonly because: readonly string[];
  /** Why it cannot be told, each sentence once. */
  readonly unknown: readonly string[];
}

/** One merge, and what is known of it, or why nothing is. */
export type PastMerge =
  { readonly merge: MergeFacts; readonly facts: PastFacts } | { readonly merge: MergeFacts; readonly why: string };

/** One entry for each merge, in their order. */
export function diffPast(
  merges: readonly PastMerge[],
  { before, after }: { readonly before: PolicyToday; readonly after: PolicyToday },
): readonly PastDifference[] {
  return merges.map((past) => {
    const { number, title, url, mergedAt } = past.merge;
    const at = { number, title, url, mergedAt };
    if ("why" in past) return { ...at, kind: "unknown", letIn: {}, requirements: [], because: [], unknown: [past.why] };
    const [old, young] = [judgePast(past.facts, before), judgePast(past.facts, after)];
    const letIn = {
      ...(old.known ? { before: old.verdict.submittable } : {}),
      ...(young.known ? { after: young.verdict.submittable } : {}),
    };
    if (!old.known || !young.known) {
      const unknown = [...new Set([old, young].flatMap((one) => (one.known ? [] : one.why)))];
      return { ...at, kind: "unknown", letIn, requirements: [], because: [], unknown };
    }
    const { kind, requirements, because } = differenceOf(young.snapshot, old.verdict, young.verdict);
    return { ...at, kind, letIn, requirements, because, unknown: [] };
  });
}

export function judgePast(facts: PastFacts, { policy, groups }: PolicyToday): PastAnswer {
  const snapshot = pastSnapshot(facts, policy, groups);
  if (snapshot.incomplete.length > 0)
    return { known: false, why: snapshot.incomplete.map(({ what, why }) => `${what} could not be read: ${why}`) };
  const verdict = evaluate(policy, snapshot, snapshot.now);
  const turning = worldsOf(facts, { policy, groups })
    .filter((world) => evaluate(policy, world.snapshot, snapshot.now).submittable !== verdict.submittable)
    .sort((a, b) => a.why.length - b.why.length)[0];
  return turning === undefined ? { known: true, verdict, snapshot } : { known: false, why: turning.why };
}

interface World {
  readonly snapshot: PolicySnapshot;
  /** What is otherwise in it than today; at least one sentence. */
  readonly why: readonly string[];
}

/** One thing that may have been otherwise, and how. */
interface Otherwise {
  readonly why: string;
  readonly groups?: Groups;
  readonly change?: (snapshot: PolicySnapshot) => PolicySnapshot;
}

/** Every combination but that of today. */
function worldsOf(facts: PastFacts, { policy, groups }: PolicyToday): readonly World[] {
  const axes = [members(facts, { policy, groups }), rerun(facts), threads(facts)].filter((ways) => ways.length > 0);
  let combinations: readonly (readonly Otherwise[])[] = [[]];
  for (const ways of axes) combinations = combinations.flatMap((some) => [some, ...ways.map((one) => [...some, one])]);
  return combinations.slice(1).map((ways) => {
    const widened = ways.find((one) => one.groups !== undefined)?.groups ?? groups;
    let snapshot = pastSnapshot(facts, policy, widened);
    for (const { change } of ways) snapshot = change?.(snapshot) ?? snapshot;
    return { snapshot, why: ways.map(({ why }) => why) };
  });
}

/** Whoever voted and is in no team of the policy today may have been in it then. */
function members({ merge }: PastFacts, { policy, groups }: PolicyToday): readonly Otherwise[] {
  const teams = Object.entries(policy.groups).filter(([, group]) => group.teams.length > 0);
  const outside = new Map(
    votersOf(merge)
      .filter(({ by }) => by.type === "User")
      .filter(({ by }) => teams.some(([name]) => groups[name]?.some(({ id }) => id === by.id) !== true))
      .map(({ by }) => [by.id, { id: by.id, login: by.login }]),
  );
  if (outside.size === 0) return [];
  const wider = Object.fromEntries(
    teams.map(([name]) => {
      const today = groups[name] ?? [];
      return [name, [...today, ...[...outside.values()].filter(({ id }) => !today.some((one) => one.id === id))]];
    }),
  );
  const who = [...outside.values()].map(({ login }) => login).join(", ");
  const which = [...new Set(teams.flatMap(([, group]) => group.teams))].map((team) => `@${team}`).join(", ");
  return [{ why: `whether ${who} was in ${which} then is not known`, groups: { ...groups, ...wider } }];
}

function rerun({ merge }: PastFacts): readonly Otherwise[] {
  const names = [...new Set(rerunAs(merge, "success").map(({ name }) => name))].sort();
  if (names.length === 0) return [];
  const why = `${names.join(", ")} ran again after the merge, and what was said before is gone`;
  return (["success", "failure"] as const).map((conclusion) => ({
    why,
    change: (snapshot) => ({ ...snapshot, checks: [...snapshot.checks, ...rerunAs(merge, conclusion)] }),
  }));
}

function threads({ merge }: PastFacts): readonly Otherwise[] {
  const { resolved = 0, unresolved = 0 } = merge.threads ?? {};
  if (resolved === 0) return [];
  const some = resolved === 1 ? "one conversation is" : `${resolved} conversations are`;
  return [
    {
      why: `${some} resolved today, and since when is not known`,
      change: (snapshot) => ({ ...snapshot, facts: { ...snapshot.facts, unresolved: unresolved + resolved } }),
    },
  ];
}
