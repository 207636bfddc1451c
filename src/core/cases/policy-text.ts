/**
 * The policy that a cases file asks: its own text, or a made-up repository file that extends a preset, with a team for every group
 * of its people. `withoutGroups` of a case makes another such file, in which the preset's defaults are in force.
 */
import { readLayers, type Layers } from "../policy/layers.ts";
import { loadPolicy } from "../policy/load.ts";
import { problemIn } from "../policy/parse.ts";
import type { Policy } from "../policy/policy.ts";
import type { PolicyProblem } from "../policy/problem.ts";
import { fail, ok, type Result } from "../result.ts";
import type { CasesKeys, CasesText } from "./format.ts";

export interface AskedPolicy {
  readonly text: string;
  readonly layers: Layers;
  readonly policy: Policy;
  /** Groups that its file leaves out on purpose. */
  readonly without: readonly string[];
}

type Presets = Readonly<Record<string, string>>;

export function askedPolicy(
  file: CasesText,
  presets: Presets,
  without: readonly string[],
): Result<AskedPolicy, readonly PolicyProblem[]> {
  const { keys } = file;
  const text = keys.policy ?? madeUp(keys, presets, without);
  const layers = readLayers(text, presets);
  const policy = layers.ok ? loadPolicy(text, presets) : layers;
  if (!layers.ok) return fail(layers.problem.map((problem) => inFile(file, problem)));
  if (!policy.ok) return fail(policy.problem.map((problem) => inFile(file, problem)));
  return ok({ text, layers: layers.value, policy: policy.value, without });
}

export function titleOf({ keys }: CasesText): string {
  return keys.preset === undefined ? "policy" : `preset:${keys.preset}`;
}

/** The groups that somebody is in. */
export function groupsOfPeople({ people }: CasesKeys): readonly string[] {
  return [...new Set(Object.values(people).flatMap((one) => (Array.isArray(one) ? one : (one.groups ?? []))))];
}

function madeUp(keys: CasesKeys, presets: Presets, without: readonly string[]): string {
  const name = `preset:${keys.preset ?? ""}`;
  const groups = groupsOfPeople(keys).filter((group) => !without.includes(group));
  const head = ["version: 1", `extends: ${name}`, "mode: enforce"];
  const expected = readLayers(head.join("\n"), presets);
  const expects = expected.ok ? (expected.value.preset?.parsed.keys.expects.checks ?? []) : [];
  const asked = [keys.base, ...keys.cases.map(({ given }) => given)].flatMap((one) => Object.keys(one?.checks ?? {}));
  const checks = [...new Set(asked)].filter((check) => expects === "any" || !expects.includes(check));
  if (expects === "any" && checks.length === 0) checks.push("unit");
  return [
    ...head,
    ...(groups.length === 0 ? [] : ["groups:", ...groups.map((group) => `  ${group}: { teams: [acme/${group}] }`)]),
    ...(checks.length === 0 ? [] : ["checks:", ...checks.map((check) => `  ${check}: {}`)]),
    "",
  ].join("\n");
}

/** A problem of the policy's text stands in the cases file, where that text does. */
function inFile(file: CasesText, problem: PolicyProblem): PolicyProblem {
  if (problem.path.startsWith("preset:")) return problem;
  if (file.keys.policy === undefined) {
    const { kind, message, hint } = problem;
    return problemIn(file, ["preset"], { kind, message, hint });
  }
  // The text is a block below its key.
  const { line } = file.source.at(["policy"]);
  return { ...problem, path: file.path, key: `policy: ${problem.key}`, line: line + problem.line };
}
