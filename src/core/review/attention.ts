/**
 * What waits for one person where the server itself says whose turn it is (Gerrit's attention set), oldest first. Who is asked for
 * a review and has not voted is told too, since people leave the attention set by any reply.
 */
import type { Instant } from "../time.ts";
import type { Reason } from "./inbox.ts";

export interface AttentionFact {
  readonly number: number;
  readonly createdAt: Instant;
  readonly ownerId: number;
  readonly workInProgress: boolean;
  readonly attention: readonly { readonly who: { readonly id: number }; readonly why: string }[];
  readonly reviewers: readonly number[];
  readonly labels: readonly { readonly votes: readonly { readonly by: { readonly id: number } }[] }[];
}

export interface Attended<Fact extends AttentionFact> {
  readonly change: Fact;
  /** At least one. */
  readonly reasons: readonly Extract<Reason, { kind: "turn" | "asked" }>[];
}

/** The change that was made first comes first. */
export function attendedBy<Fact extends AttentionFact>(
  viewer: number,
  changes: readonly Fact[],
): readonly Attended<Fact>[] {
  const oldestFirst = changes.toSorted((a, b) => a.createdAt - b.createdAt || a.number - b.number);
  return oldestFirst.flatMap((change): Attended<Fact>[] => {
    const turn = change.attention.find(({ who }) => who.id === viewer);
    if (turn !== undefined)
      return [{ change, reasons: [{ kind: "turn", do: [turn.why === "" ? "it is your turn" : turn.why] }] }];
    return isAsked(viewer, change) ? [{ change, reasons: [{ kind: "asked" }] }] : [];
  });
}

function isAsked(viewer: number, { ownerId, workInProgress, reviewers, labels }: AttentionFact): boolean {
  if (ownerId === viewer || workInProgress || !reviewers.includes(viewer)) return false;
  return labels.every(({ votes }) => votes.every(({ by }) => by.id !== viewer));
}
