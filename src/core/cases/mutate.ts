/** Would a case notice if the policy were a little different? A mutant that none notices is a rule that nobody has tried. */
import { placeOf, type KeyPlace } from "./places.ts";
import { judgeCase, type CasesRun, type CaseResult } from "./run.ts";
import { mutantsOf, type Mutant } from "./mutants.ts";

export interface Survivor extends KeyPlace {
  /** What is different in it. */
  readonly what: string;
}

export interface Mutation {
  readonly mutants: number;
  readonly alive: readonly Survivor[];
}

/** Of a run whose cases all pass: else nobody can say what a mutant changes. */
export function mutateCases({ results }: CasesRun): Mutation {
  const [first] = results;
  if (first === undefined) return { mutants: 0, alive: [] };
  // Cases that leave groups out have a policy of their own, with the same rules.
  const own = results.filter(({ asked }) => asked === first.asked);
  const mutants = mutantsOf(first.asked.policy);
  let order: readonly CaseResult[] = own;
  const alive = mutants.filter((mutant) => {
    const noticed = order.find((one) => notices(one, mutant));
    // Whoever notices one mutant of a rule is likely to notice the next.
    if (noticed !== undefined) order = [noticed, ...order.filter((one) => one !== noticed)];
    return noticed === undefined;
  });
  return {
    mutants: mutants.length,
    alive: alive.map(({ path, what }) => ({ ...placeOf(first.asked.layers, path), what })),
  };
}

function notices({ snapshot, keys }: CaseResult, { policy }: Mutant): boolean {
  return judgeCase(policy, snapshot, keys).differences.length > 0;
}
