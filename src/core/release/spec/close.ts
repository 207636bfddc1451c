/** The end of a cycle for its specs: what was implemented moves from approved to implemented, and a redirect stays behind. */
import { fail, ok, type Result } from "../../result.ts";
import { withMoves } from "./redirects.ts";
import type { Spec } from "./spec.ts";

export interface ClosePlan {
  /** Paths below the folder of the specs. */
  readonly moves: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  /** They stay in approved; what becomes of them is a decision. */
  readonly left: readonly Spec[];
  /** The whole file as it will be; as it was where nothing moves. */
  readonly redirects: string;
}

export interface CloseProblem {
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** `texts`: every file below the folder. A target that is there already with the same text is the rest of a move that was cut off. */
export function planClose(
  cycle: string,
  specs: readonly Spec[],
  texts: ReadonlyMap<string, string>,
): Result<ClosePlan, readonly CloseProblem[]> {
  const approved = specs.filter(({ place }) => place.kind === "approved" && place.cycle === cycle);
  const moves = approved
    .filter(({ status }) => status === "implemented")
    .map(({ id, place: { name } }) => ({
      id,
      from: `${cycle}/approved/${name}.md`,
      to: `${cycle}/implemented/${name}.md`,
    }));
  const taken = moves.filter(({ from, to }) => texts.has(to) && texts.get(to) !== texts.get(from));
  if (taken.length > 0)
    return fail(
      taken.map(({ from, to }) => ({
        path: to,
        message: `${from} cannot move there: it holds another text`,
        hint: "keep one of the two, or give one another id",
      })),
    );
  const before = texts.get("redirects") ?? "";
  const left = approved.filter(({ status }) => status !== "implemented");
  return ok({ moves, left, redirects: moves.length === 0 ? before : withMoves(before, moves) });
}
