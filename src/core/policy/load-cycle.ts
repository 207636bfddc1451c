/** Where the release cycle's files are: said by one layer, and no later one says otherwise. Somebody has to ask for its freezes. */
import type { Layer } from "./layers.ts";
import { testsOf } from "./asks.ts";
import { locked, problemIn } from "./parse.ts";
import type { Policy } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";

const DEFAULT_EXCEPTIONS = "exceptions";

/** What is wrong is added to `problems`. */
export function readCycle(
  layers: readonly Layer[],
  { requirements }: Pick<Policy, "requirements">,
  problems: PolicyProblem[],
): Pick<Policy, "cycle"> {
  const [first, ...later] = layers.filter(({ keys }) => keys.cycle !== undefined);
  if (first?.keys.cycle === undefined) return {};
  for (const layer of later)
    problems.push(
      locked(layer, ["cycle"], { what: "`cycle`", by: first.path, because: "no later layer may move its freezes" }),
    );
  if (!testsOf({ requirements, freezes: [] }).some((test) => test.kind === "time" && test.fact.kind === "frozen"))
    problems.push(
      problemIn(first, ["cycle"], {
        kind: "wrong-value",
        message: "there is a release cycle, and no requirement asks `freeze:active`, so its freezes would stop nothing",
        hint: 'add a requirement such as `Freeze: { submittableIf: "-freeze:active" }`, or extend preset:openstack',
      }),
    );
  const { files, exceptions = DEFAULT_EXCEPTIONS } = first.keys.cycle;
  return { cycle: { files, exceptions } };
}
