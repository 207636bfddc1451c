/**
 * From a layer's `freezes` and `overrides` to their resolved form: local times become instants, names are known. In a zone whose
 * clocks step, a time that comes twice is read as the longer freeze, and one that never comes as the instant of the step (ruling 52).
 */
import { instantsOf, isTimeZone, parseDuration, parseLocalTime } from "../time.ts";
import { atomsOf } from "./expression-tree.ts";
import type { RequirementTest } from "./operators.ts";
import { problemIn, type Parsed } from "./parse.ts";
import type { Condition, Freeze, OverrideRule } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import type { FreezeKeys, LayerKeys } from "./schema.ts";
import type { YamlPath } from "./yaml-text.ts";

type Layer = Pick<Parsed<Pick<LayerKeys, "freezes" | "overrides">>, "path" | "keys" | "source">;

/** Reads an expression at a path, and reports what is wrong with it itself. */
export type ReadExcept = (path: YamlPath, text: string) => Condition<RequirementTest> | undefined;

const DEFAULT_PEOPLE = 2;
/** What somebody said last week is no word on what is urgent now. */
const LONGEST_EXPIRES_MS = 7 * 86_400_000;
/** Facts about the change itself, which nobody's word makes otherwise; the evaluation adds them by itself. */
export const NEVER_LIFTED: readonly string[] = ["Parents", "Contributors", "Change-Id", "Shape", "Policy"];

/** Oldest first. What is wrong is added to `problems`, and the entry left out: with any problem there is no policy. */
export function readFreezes(layer: Layer, readExcept: ReadExcept, problems: PolicyProblem[]): readonly Freeze[] {
  const seen = new Set<string>();
  const freezes = (layer.keys.freezes ?? []).flatMap((keys, index): readonly Freeze[] => {
    const path = ["freezes", index];
    const wrong = problemAt(layer, path, problems);
    if (seen.has(keys.name))
      wrong(
        "name",
        `two freezes have the name \`${keys.name}\``,
        "give each a name of its own; `freeze:<name>` asks by it",
      );
    if (keys.name === "active") wrong("name", "`active` is no name", "`freeze:active` asks for any of them");
    seen.add(keys.name);
    if (keys.branches.length === 0)
      wrong("branches", "it names no branch, so it would freeze nothing", 'name some, such as `["stable/*"]`');
    const window = readWindow(keys, wrong);
    const except = keys.except === undefined ? undefined : readExcept([...path, "except"], keys.except);
    if (except !== undefined && atomsOf(except.expression).some(isAboutFreezes))
      wrong(
        "except",
        "an exception asks about freezes itself",
        "say what the change has to be, such as a hashtag or a path",
      );
    if (window === undefined) return [];
    return [
      { name: keys.name, branches: [keys.branches].flat(), ...window, ...(except === undefined ? {} : { except }) },
    ];
  });
  return freezes.sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : 1));
}

/** In the order of the file. `known.requirements`: those that the policy has under their names. */
export function readOverrides(
  layer: Layer,
  known: { readonly groups: readonly string[]; readonly requirements: readonly string[] },
  problems: PolicyProblem[],
): readonly OverrideRule[] {
  const seen = new Set<string>();
  return Object.entries(layer.keys.overrides ?? {}).map(([name, keys]): OverrideRule => {
    const wrong = problemAt(layer, ["overrides", name], problems);
    if (name.toLowerCase() === "none")
      wrong(
        "group",
        "`none` is not free as an override's name",
        "`Override: none` takes a word back; choose another name",
      );
    if (seen.has(name.toLowerCase()))
      wrong("group", `the name \`${name}\` is taken`, "names differ by more than upper and lower case");
    seen.add(name.toLowerCase());
    if (!known.groups.includes(keys.group))
      wrong("group", `there is no group \`${keys.group}\``, `groups are: ${known.groups.join(", ")}`);
    if (keys.lifts.length === 0)
      wrong("lifts", "it lifts nothing", `name submit requirements: ${known.requirements.join(", ")}`);
    keys.lifts.forEach((lifted, index) => {
      const message = NEVER_LIFTED.some((one) => one.toLowerCase() === lifted.toLowerCase())
        ? `\`${lifted}\` is a fact about the change and is never lifted`
        : known.requirements.includes(lifted)
          ? undefined
          : `there is no submit requirement \`${lifted}\``;
      if (message !== undefined)
        wrong(["lifts", index], message, `submit requirements are: ${known.requirements.join(", ")}`);
    });
    const people = keys.people ?? DEFAULT_PEOPLE;
    const expiresMs = parseDuration(keys.expires);
    if (expiresMs === undefined || expiresMs === 0 || expiresMs > LONGEST_EXPIRES_MS)
      wrong("expires", `\`${keys.expires}\` is no time an override may last`, "write for example `4h`; at most `7d`");
    return {
      name,
      group: keys.group,
      people,
      requireReason: keys.requireReason ?? true,
      expiresMs: expiresMs ?? 0,
      lifts: [...new Set(keys.lifts)],
      overridesVeto: keys.overridesVeto ?? false,
      notify: keys.notify ?? "comment",
    };
  });
}

type Wrong = (key: string | YamlPath, message: string, hint: string) => void;

function problemAt(layer: Layer, path: YamlPath, problems: PolicyProblem[]): Wrong {
  return (key, message, hint) =>
    problems.push(problemIn(layer, [...path, ...[key].flat()], { kind: "wrong-value", message, hint }));
}

function readWindow({ from, to, timezone = "UTC" }: FreezeKeys, wrong: Wrong): Pick<Freeze, "from" | "to"> | undefined {
  const [start, end] = [parseLocalTime(from), parseLocalTime(to)];
  const form = "write the local time as `2026-09-01T00:00`; the zone stands in `timezone`";
  if (start === undefined) wrong("from", `\`${from}\` is no date and time`, form);
  if (end === undefined) wrong("to", `\`${to}\` is no date and time`, form);
  const isZone = isTimeZone(timezone);
  if (!isZone)
    wrong(
      "timezone",
      `\`${timezone}\` is no time zone`,
      "write `UTC`, or a name such as `Europe/Berlin`; an offset knows no summer time",
    );
  if (start === undefined || end === undefined || !isZone) return undefined;
  const window = { from: instantsOf(start, timezone).first, to: instantsOf(end, timezone).last };
  if (window.from < window.to) return window;
  wrong(
    "to",
    `it ends at \`${to}\`, which is not after \`${from}\``,
    "`from` is the first moment of the freeze, `to` the first after it",
  );
  return undefined;
}

function isAboutFreezes(test: RequirementTest): boolean {
  return test.kind === "time" && (test.fact.kind === "frozen" || test.fact.kind === "frozen-by");
}
