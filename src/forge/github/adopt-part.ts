/** A fact that was asked of GitHub with a person's token: the answer, or why there is none. */
import { type Known } from "../../core/adopt/facts.ts";
import { type Answer, type ForgeProblem } from "../forge.ts";

/** `down`: the server did not answer, so that nothing should be concluded from the rest either. */
export type Part<T> = Known<T> | { readonly known: false; readonly why: string; readonly down: ForgeProblem };

/** A refusal becomes an unknown; a server that does not answer stops everything. */
export function partOf<T>(answer: Awaited<Answer<T>>): Part<T> {
  if (answer.ok) return { known: true, value: answer.value };
  const { problem } = answer;
  switch (problem.kind) {
    case "forbidden":
    case "refused":
    case "unreadable":
      return { known: false, why: problem.found };
    case "not-found":
      return { known: false, why: "GitHub hides it from this token" };
    case "no-token":
    case "bad-token":
    case "unreachable":
    case "server-error":
    case "rate-limited":
      return { known: false, why: `cannot ${problem.tried}`, down: problem };
  }
}

/** The problem of the first part that a silent server left unknown. */
export function downOf(parts: readonly Part<unknown>[]): ForgeProblem | undefined {
  return parts.flatMap((part) => ("down" in part ? [part.down] : []))[0];
}
