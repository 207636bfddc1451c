/** Which changes need a release note: said by one layer, and no later one says otherwise. Somebody has to ask for it. */
import type { Layer } from "./layers.ts";
import { testsOf } from "./asks.ts";
import { locked, problemIn } from "./parse.ts";
import type { Policy } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";

/** What is wrong is added to `problems`. */
export function readNotes(
  layers: readonly Layer[],
  { requirements }: Pick<Policy, "requirements">,
  problems: PolicyProblem[],
): Pick<Policy, "notes"> {
  const [first, ...later] = layers.filter(({ keys }) => keys.notes !== undefined);
  if (first?.keys.notes === undefined) return {};
  for (const layer of later)
    problems.push(
      locked(layer, ["notes"], { what: "`notes`", by: first.path, because: "no later layer may ask for fewer notes" }),
    );
  const isAsked = testsOf({ requirements, freezes: [] }).some(
    (test) => test.kind === "change" && test.fact.kind === "release-note",
  );
  if (!isAsked)
    problems.push(
      problemIn(first, ["notes"], {
        kind: "wrong-value",
        message: "it says which changes need a release note, and no requirement asks `has:release-note`",
        hint: 'add a requirement such as `Release-Note: { submittableIf: "has:release-note" }`',
      }),
    );
  const { folder, neededFor, except = [] } = first.keys.notes;
  return {
    notes: {
      ...(folder === undefined ? {} : { folder }),
      ...(neededFor === undefined ? {} : { neededFor }),
      except,
    },
  };
}
