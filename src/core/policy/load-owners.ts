/** From a layer's `owners` to its resolved form, every pattern read and every name known; and the patterns again as rules over paths. */
import { compilePattern, matchesParts } from "../owners/pattern.ts";
import type { CoverageRules } from "../owners/coverage.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Names } from "./operators.ts";
import { problemIn, type Parsed } from "./parse.ts";
import { isPattern, readPattern } from "./pattern.ts";
import type { OwnersPolicy } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import type { LayerKeys } from "./schema.ts";
import type { YamlPath } from "./yaml-text.ts";

const DEFAULT_VOTE = { label: "Code-Review", value: 1 };
const MOST_PATTERNS = 200;

/** undefined: the layer says nothing of owners. With any problem there is no policy. */
export function readOwners(
  layer: Pick<Parsed<Pick<LayerKeys, "owners">>, "path" | "keys" | "source">,
  names: Pick<Names, "labels" | "groups">,
  problems: PolicyProblem[],
): OwnersPolicy | undefined {
  const { owners } = layer.keys;
  if (owners === undefined) return undefined;
  const wrong = (path: YamlPath, message: string, hint: string) =>
    problems.push(problemIn(layer, ["owners", ...path], { kind: "wrong-value", message, hint }));
  if (owners.source !== undefined && owners.sources !== undefined)
    wrong(["source"], "it stands beside `sources`, which says the same", "remove one of the two");
  if (owners.sources?.length === 2 && owners.sources[0] === owners.sources[1])
    wrong(["sources"], `it names ${owners.sources[0]} twice`, "name each once");
  if (owners.stickyPerFile === true)
    wrong(
      ["stickyPerFile"],
      "approvals that stay per file are not offered yet: nothing proves which files a person had seen",
      "remove it; the label's `copyCondition` says which approvals reach the next patch set",
    );
  const vote = owners.vote ?? DEFAULT_VOTE;
  const label = names.labels.find(({ name }) => name === vote.label);
  const at = owners.vote === undefined ? [] : ["vote", "label"];
  if (label === undefined)
    wrong(at, `there is no label \`${vote.label}\``, `labels are: ${names.labels.map(({ name }) => name).join(", ")}`);
  else if (label.computed)
    wrong(at, `\`${vote.label}\` is computed from checks, nobody votes on it`, "name a label that people vote on");
  else if (vote.value > label.max)
    wrong(["vote", "value"], `\`${vote.label}\` goes up to ${label.max}`, `write at most ${label.max}`);
  const minApprovers = Object.entries(owners.minApprovers ?? {}).map(([pattern, count]) => ({ pattern, count }));
  const allOf = Object.entries(owners.allOf ?? {}).map(([pattern, groups]) => ({ pattern, groups }));
  if (minApprovers.length + allOf.length > MOST_PATTERNS)
    wrong([], `it has more than ${MOST_PATTERNS} patterns`, "join some of them");
  for (const [key, entries] of [["minApprovers", minApprovers] as const, ["allOf", allOf] as const])
    for (const { pattern } of entries) {
      const read = pathRule(pattern);
      if (!read.ok) wrong([key, pattern], read.problem.message, read.problem.hint);
    }
  for (const { pattern, groups } of allOf)
    for (const [index, group] of groups.entries())
      if (!names.groups.includes(group))
        wrong(
          ["allOf", pattern, index],
          `there is no group \`${group}\``,
          names.groups.length === 0 ? "the policy has no groups" : `groups are: ${names.groups.join(", ")}`,
        );
  return {
    sources: owners.sources ?? (owners.source === undefined ? ["CODEOWNERS", "OWNERS"] : [owners.source]),
    fallback: owners.fallback ?? "none",
    stickyPerFile: false,
    vote,
    minApprovers,
    allOf,
  };
}

/** What the policy asks for beside one owner per path. A pattern that cannot be read, in a policy not loaded here, matches everything. */
export function coverageRules({ sources, minApprovers, allOf }: OwnersPolicy): CoverageRules {
  const counts = minApprovers.map(({ pattern, count }) => ({ matches: matcher(pattern), count }));
  const groups = allOf.map((one) => ({ matches: matcher(one.pattern), groups: one.groups }));
  return {
    sources,
    extra(path) {
      const more = counts.filter(({ matches }) => matches(path));
      const named = groups.filter(({ matches }) => matches(path));
      if (more.length + named.length === 0) return undefined;
      return {
        count: Math.max(1, ...more.map(({ count }) => count)),
        groups: [...new Set(named.flatMap((one) => one.groups))].sort(),
      };
    },
  };
}

function matcher(pattern: string): (path: string) => boolean {
  const read = pathRule(pattern);
  return read.ok ? read.value : () => true;
}

/** From `^` on an expression for the whole path, else a pattern as in CODEOWNERS. */
function pathRule(
  text: string,
): Result<(path: string) => boolean, { readonly message: string; readonly hint: string }> {
  if (isPattern(text)) {
    const read = readPattern(text, { of: "path" });
    return read.ok ? ok(read.value.matches) : fail(read.problem);
  }
  const read = compilePattern(text);
  return read.ok ? ok((path) => matchesParts(read.value.parts, path.split("/"))) : read;
}
