// What people can do with their stacks, as steps that are always possible: a step names its objects by numbers that wrap around what
// is there, and one that has nothing to work on does nothing. So any list of steps can be told, and any shorter list of them too.
import fc from "fast-check";

/** How often each comes, out of all. */
const WEIGHTS = {
  submit: 20,
  commit: 10,
  amend: 6,
  reorder: 10,
  download: 3,
  takeOver: 3,
  split: 2,
  drop: 1,
  squash: 2,
  topic: 1,
  goTo: 1,
  mess: 2,
  reword: 1,
  borrow: 1,
  backport: 1,
  landAsIs: 1,
  landAnew: 1,
  moveTarget: 1,
  editOnWeb: 1,
  abandon: 1,
} as const;

export type Verb = keyof typeof WEIGHTS;

export interface Step {
  readonly who: number;
  readonly verb: Verb;
  /** Which commit of a stack, counted from the top; which pull request; which branch. */
  readonly at: number;
  readonly to: number;
  /** Which of its ways. */
  readonly how: number;
}

const verb = fc.oneof(
  ...(Object.entries(WEIGHTS) as [Verb, number][]).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) })),
);
const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(1),
  verb,
  at: fc.nat(5),
  to: fc.nat(23),
  how: fc.nat(11),
});

/** The same seed and number give the same steps. */
export function stepsOf(seed: number, count: number): readonly Step[] {
  const [steps = []] = fc.sample(fc.array(step, { minLength: count, maxLength: count, size: "max" }), {
    seed,
    numRuns: 1,
  });
  return steps;
}

/**
 * Fewer steps that fail too: ever smaller pieces are left out as long as it still fails. Every try is a whole run, so there are at
 * most `tries`.
 */
export async function shrunk(
  steps: readonly Step[],
  { fails, tries }: { readonly fails: (steps: readonly Step[]) => Promise<boolean>; readonly tries: number },
): Promise<readonly Step[]> {
  let least = steps;
  let left = tries;
  for (let size = Math.ceil(least.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = least.length - size; at > -size && left > 0; at -= size) {
      const fewer = least.toSpliced(Math.max(0, at), size + Math.min(0, at));
      if (fewer.length === least.length) continue;
      left -= 1;
      if (await fails(fewer)) least = fewer;
    }
  }
  return least;
}
