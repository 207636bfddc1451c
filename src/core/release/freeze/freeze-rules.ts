/**
 * `freezes.yaml`: what each freeze of the schedules stops, by its name. The schedule says when, this file what:
 *
 *     version: 1
 *     freezes:
 *       feature: { branches: [main], exempt-paths: ["docs/*"] }
 *       requirements: { branches: [main], paths: [package-lock.json], tag-labels: [dependencies] }
 *       membership: nothing
 *
 * Without `paths` and `tag-labels` a freeze stops every change to its branches. `*` stands for any characters.
 */
import { z } from "zod";
import type { Place } from "../../policy/yaml-text.ts";
import { fail, ok, type Result } from "../../result.ts";
import { isFreezeName, type FreezeName } from "../cycle/schedule-shapes.ts";
import { asCycleProblem, type CycleProblem } from "../cycle/problem.ts";
import { readRecord } from "../read-record.ts";

/** `nothing`: it stands in the schedule for people alone. */
export type FreezeRule = "nothing" | FreezeScope;

export interface FreezeScope {
  readonly branches: readonly string[];
  /** Absent: every change. */
  readonly applies?: { readonly paths: readonly string[]; readonly tagLabels: readonly string[] };
  readonly exemptPaths: readonly string[];
}

export type FreezeRules = ReadonlyMap<FreezeName, FreezeRule>;

const patterns = z.array(z.string().min(1).max(200)).min(1).max(100);
const scope = z.strictObject({
  branches: patterns,
  paths: patterns.optional(),
  "tag-labels": patterns.optional(),
  "exempt-paths": patterns.optional(),
});
const name = z.string().refine(isFreezeName, "the name of a freeze, or one of your own that begins with `x-`");
const file = z.strictObject({
  version: z.literal(1),
  freezes: z.record(name, z.union([z.literal("nothing"), scope])),
});

export function readFreezeRules(path: string, text: string): Result<FreezeRules, readonly CycleProblem[]> {
  const read = readRecord({ path, text }, file, "a list of freezes");
  if (!read.ok) return fail(read.problem.map((problem) => asCycleProblem(problem, () => "freeze-list")));
  const rules = new Map<FreezeName, FreezeRule>();
  for (const [called, rule] of Object.entries(read.value.keys.freezes))
    if (isFreezeName(called)) rules.set(called, rule === "nothing" ? rule : scopeOf(rule));
  return ok(rules);
}

export interface WrittenPattern extends Place {
  readonly freeze: string;
  readonly key: "branches" | "paths" | "exempt-paths";
  readonly pattern: string;
}

/** Each pattern over branches and paths, and where it stands; none of a file that cannot be read. */
export function patternsIn(path: string, text: string): readonly WrittenPattern[] {
  const read = readRecord({ path, text }, file, "a list of freezes");
  if (!read.ok) return [];
  const { keys, source } = read.value;
  return Object.entries(keys.freezes).flatMap(([freeze, rule]) =>
    rule === "nothing"
      ? []
      : (["branches", "paths", "exempt-paths"] as const).flatMap((key) =>
          (rule[key] ?? []).map((pattern, index) => ({
            ...{ freeze, key, pattern },
            ...source.at(["freezes", freeze, key, index]),
          })),
        ),
  );
}

function scopeOf(keys: z.infer<typeof scope>): FreezeScope {
  const { branches, paths = [], "tag-labels": tagLabels = [], "exempt-paths": exemptPaths = [] } = keys;
  const everything = paths.length === 0 && tagLabels.length === 0;
  return { branches, exemptPaths, ...(everything ? {} : { applies: { paths, tagLabels } }) };
}
