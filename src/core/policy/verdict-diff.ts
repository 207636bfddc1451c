/** Two policies asked about the same changes: what one lets in and the other does not, requirement by requirement. */
import type { Sha } from "../ids.ts";
import type { Result } from "../result.ts";
import { evaluateOrClose } from "./evaluate.ts";
import type { Policy } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import type { PolicyLayer, PolicySnapshot } from "./snapshot.ts";
import type { RequirementStatus, Verdict } from "./verdict.ts";

/** As `loadPolicy` answers: a policy that cannot be read is asked, too, and closes the gate. */
export type AskedPolicy = Result<Policy, readonly PolicyProblem[]>;

export interface VerdictDifference {
  readonly change: number;
  readonly head: Sha;
  readonly title: string;
  /** allowed: only the new policy lets it in. blocked: only the old one did. reasons: neither or both, by other requirements. */
  readonly kind: "same" | "allowed" | "blocked" | "reasons";
  readonly submittable: { readonly before: boolean; readonly after: boolean };
  /** Those whose status differs; absent on one side: that policy has no such requirement. In the order of the old, then the new policy. */
  readonly requirements: readonly {
    readonly name: string;
    readonly before?: RequirementStatus;
    readonly after?: RequirementStatus;
  }[];
  /** Sentences that only the new policy's verdict has: why it blocks, or what it still waits for. */
  readonly because: readonly string[];
}

/** A policy as it is where this change is: on top of what its organisation asks for. */
export type PolicyOver = (snapshot: PolicySnapshot) => AskedPolicy;

/** One entry for each snapshot, in their order. Each is judged at its own `now`, with its own groups (see `underPolicy`). */
export function diffVerdicts(
  before: PolicyOver,
  after: PolicyOver,
  snapshots: readonly PolicySnapshot[],
): readonly VerdictDifference[] {
  return snapshots.map((snapshot) => {
    const verdictOf = (policy: AskedPolicy) => evaluateOrClose(policy, underPolicy(snapshot, policy), snapshot.now);
    return differenceOf(snapshot, verdictOf(before(snapshot)), verdictOf(after(snapshot)));
  });
}

/** What the organisation asks for is asked of whatever the repository says. */
export function withRepository({ policy }: PolicySnapshot, repository: PolicyLayer): readonly PolicyLayer[] {
  return [...(typeof policy === "string" ? [] : policy.filter(({ from }) => from === "org")), repository];
}

/**
 * The snapshot as this policy would have had it gathered, as far as that can be known: a group that the policy spells out person
 * by person has those people. A team that nobody asked about stays unknown, and an unknown group closes the gate.
 */
export function underPolicy(snapshot: PolicySnapshot, policy: AskedPolicy): PolicySnapshot {
  if (!policy.ok) return snapshot;
  const missing = Object.entries(policy.value.groups).filter(
    ([name, { teams }]) => !Object.hasOwn(snapshot.groups, name) && teams.length === 0,
  );
  if (missing.length === 0) return snapshot;
  const groups = Object.fromEntries(missing.map(([name, { users }]) => [name, users]));
  return { ...snapshot, groups: { ...snapshot.groups, ...groups } };
}

/** Of two verdicts on one snapshot. */
export function differenceOf(snapshot: PolicySnapshot, before: Verdict, after: Verdict): VerdictDifference {
  const names = [...new Set([...before.requirements, ...after.requirements].map(({ name }) => name))];
  const requirements = names.flatMap((name) => {
    const old = statusIn(before, name);
    const young = statusIn(after, name);
    return old === young
      ? []
      : [{ name, ...(old === undefined ? {} : { before: old }), ...(young === undefined ? {} : { after: young }) }];
  });
  const known = new Set(sentencesOf(before));
  const because = sentencesOf(after).filter((sentence) => !known.has(sentence));
  const kind =
    before.submittable !== after.submittable
      ? after.submittable
        ? "allowed"
        : "blocked"
      : requirements.length > 0 || because.length > 0
        ? "reasons"
        : "same";
  const { number: change, head, title } = snapshot.change;
  const submittable = { before: before.submittable, after: after.submittable };
  return { change, head, title, kind, submittable, requirements, because };
}

function statusIn({ requirements }: Verdict, name: string): RequirementStatus | undefined {
  return requirements.find((requirement) => requirement.name === name)?.status;
}

function sentencesOf({ requirements, problems }: Verdict): readonly string[] {
  return [...new Set([...problems, ...requirements.flatMap(({ unmetBecause }) => unmetBecause)])];
}
