/** Would a case notice if the policy were a little different? A mutant that none notices is a rule that nobody has tried. */
import { mutantsOf, type Mutant } from "./mutants.ts";
import { placeOf, type KeyPlace } from "./places.ts";
import { judgeCase, type CasesRun, type CaseResult } from "./run.ts";

export interface Survivor extends KeyPlace {
  /** What is different in it. */
  readonly what: string;
}

export interface Mutation {
  readonly mutants: number;
  readonly alive: readonly Survivor[];
}

/** Of a run whose cases all pass: else nobody can say what a mutant changes. The same run gives the same answer, in the policy's order. */
export function mutateCases({ results }: CasesRun): Mutation {
  const [first] = results;
  if (first === undefined) return { mutants: 0, alive: [] };
  const { policy, layers } = first.asked;
  const mutants = mutantsOf(policy, layers);
  let order: readonly CaseResult[] = results;
  const alive = mutants.filter((mutant) => {
    const noticed = order.find((one) => notices(one, mutant));
    // Whoever notices one mutant of a rule is likely to notice the next.
    if (noticed !== undefined) order = [noticed, ...order.filter((one) => one !== noticed)];
    return noticed === undefined;
  });
  return {
    mutants: mutants.length,
    alive: alive.map(({ path, test, what }) => ({ ...placeOf(layers, path, test), what })),
  };
}

function notices({ asked, snapshot, snapshotUnder, keys }: CaseResult, { change, rebuild }: Mutant): boolean {
  const policy = change(asked.policy);
  if (policy === asked.policy) return false;
  const seen = rebuild === true ? snapshotUnder(policy) : snapshot;
  // What can no longer happen is noticed too.
  return seen === undefined || judgeCase(policy, seen, keys).differences.length > 0;
}
