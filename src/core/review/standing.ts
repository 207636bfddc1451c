/** Where a change stands by what the server itself says of it (Gerrit's submit requirements), in the words of a verdict. */
export interface StandingFact {
  readonly submittable: boolean;
  readonly workInProgress: boolean;
  /** Absent = not known. */
  readonly mergeable?: boolean;
  readonly requirements: readonly { readonly name: string; readonly status: string }[];
}

export interface Standing {
  readonly verdict: "success" | "pending" | "failure";
  readonly title: string;
  /** Names of the requirements that are not met; what the server cannot evaluate is not met. */
  readonly unmet: readonly string[];
}

const MET: ReadonlySet<string> = new Set(["SATISFIED", "OVERRIDDEN", "NOT_APPLICABLE", "FORCED"]);

export function isMet({ status }: { readonly status: string }): boolean {
  return MET.has(status);
}

export function standingOf({ submittable, workInProgress, mergeable, requirements }: StandingFact): Standing {
  const unmet = requirements.filter((one) => !isMet(one)).map(({ name }) => name);
  if (mergeable === false) return { verdict: "failure", title: "Conflicts with its target", unmet };
  if (workInProgress) return { verdict: "pending", title: "Work in progress", unmet };
  if (unmet.length > 0) return { verdict: "pending", title: `Waiting: ${unmet.join(", ")}`, unmet };
  if (submittable) return { verdict: "success", title: "Ready to submit", unmet };
  return { verdict: "pending", title: "Not ready to submit; the server does not say why", unmet };
}
