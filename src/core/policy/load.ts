/**
 * From the layers of a policy to the policy in force: the preset, then the organisation's file, then the repository's, merged by
 * name. What a requirement that may not be overridden depends on is locked: a later layer that defines it again is refused.
 * Every problem of every layer is returned; with any of them there is no policy, and the gate is closed.
 */
import { jobName, userId, type JobName } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { parseDuration } from "../time.ts";
import type { Entries } from "./entries.ts";
import { knownPresets, readLayers, type Layer, type Layers } from "./layers.ts";
import { expectedOf, readChecks, unguarded } from "./load-checks.ts";
import { groupNames, peopleTwice, readGroups } from "./load-groups.ts";
import { readOwners } from "./load-owners.ts";
import { readCycle } from "./load-cycle.ts";
import { readNotes } from "./load-notes.ts";
import { readReviewBases } from "./load-forks.ts";
import { readFreezes, readOverrides } from "./load-time.ts";
import { mergeLayers, strictest } from "./merge.ts";
import type { Names } from "./operators.ts";
import { problemIn } from "./parse.ts";
import type { GatePolicy, Policy, ReleasesPolicy } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import { readTest } from "./read-condition.ts";
import { labelNames, readAccess, readLabels, readRequirements } from "./rules.ts";
import type { PolicyLayer } from "./snapshot.ts";

const DEFAULT_SETTLE_MS = 30_000;
/** Beyond that nobody reads on, and a hostile file could make thousands. */
const MOST_PROBLEMS = 50;

/** A string is the text of one repository file. Presets are texts by name; a preset layer in the list wins over them. */
export function loadPolicy(
  policy: string | readonly PolicyLayer[],
  presets: Readonly<Record<string, string>>,
): Result<Policy, readonly PolicyProblem[]> {
  const layers = readLayers(policy, presets);
  const merged = layers.ok ? merge(layers.value, presets) : layers;
  return merged.ok ? merged : fail(shortened(merged.problem));
}

function merge(layers: Layers, presets: Readonly<Record<string, string>>): Result<Policy, readonly PolicyProblem[]> {
  const problems: PolicyProblem[] = [];
  const entries = mergeLayers(layers.all, defaultsOf(layers), problems);
  if (entries.requirements.size === 0) return fail([...problems, ...withoutRequirements(layers, presets)]);
  const groups = readGroups(entries, layers, problems);
  const checks = readChecks(entries, layers, problems);
  const names = namesOf(
    entries,
    layers,
    checks.map(({ name }) => name),
  );
  const known = { names, problems };
  const rules = {
    labels: readLabels(entries.labels, known),
    access: readAccess(entries, known),
    requirements: readRequirements(entries.requirements, known),
  };
  const freezes = layers.all.flatMap((layer) =>
    readFreezes(layer, (path, text) => readTest({ layer, ...known }, path, text), problems),
  );
  const overrides = layers.all.flatMap((layer) => readOverrides(layer, names, problems));
  const owners = entries.owners === undefined ? undefined : readOwners(entries.owners.layer, names, problems);
  const settings = settingsOf(layers.all, problems);
  const cycle = readCycle(layers.all, rules, { ...entries, problems });
  const notes = readNotes(layers.all, rules, problems);
  const reviewBases = readReviewBases(layers.all, rules, problems);
  problems.push(...peopleTwice(layers.all));
  if (problems.length === 0) problems.push(...unguarded(rules, entries));
  if (problems.length > 0) return fail(problems);
  const mode = layers.files.map((file) => file.keys.mode).findLast((given) => given !== undefined);
  return ok({
    mode: mode ?? "observe",
    dialect: layers.files.some(({ keys }) => keys.dialect === "gerrit") ? "gerrit" : "strict",
    ...(layers.preset === undefined ? {} : { preset: layers.preset.name }),
    sources: layers.sources,
    ...rules,
    groups,
    people: [...new Map((names.users ?? []).map((user) => [user.id, user])).values()].sort((a, b) => a.id - b.id),
    checks,
    identities: layers.all.flatMap(({ keys }) =>
      (keys.identities ?? []).map((accounts) => accounts.map(({ id }) => userId(id))),
    ),
    ...settings,
    gate: gateOf(
      layers.all,
      checks.map(({ name }) => jobName(name)),
    ),
    ...(owners === undefined ? {} : { owners }),
    freezes,
    overrides,
    releases: releasesOf(layers.all),
    ...cycle,
    ...notes,
    ...reviewBases,
  });
}

/** Groups that mean another one where no file defines them, by the name in lower case. */
export function defaultsOf({ preset }: Layers): ReadonlyMap<string, string> {
  const defaults = Object.entries(preset?.parsed.keys.expects.defaults ?? {});
  return new Map(defaults.map(([name, other]) => [name.toLowerCase(), other]));
}

/** What expressions of any layer may speak of. */
function namesOf(
  entries: Entries,
  layers: Layers,
  checks: readonly string[],
): Names & { readonly requirements: readonly string[] } {
  const people = layers.all.flatMap(({ keys }) => [
    ...Object.values(keys.groups ?? {}).flatMap(({ users = [] }) => users),
    ...(keys.identities ?? []).flat(),
  ]);
  return {
    labels: labelNames(entries.labels),
    groups: groupNames(entries.groups, layers),
    checks: [...new Set([...expectedOf(layers), ...checks])],
    freezes: [...entries.freezes.values()].map(({ name }) => name),
    cycle: layers.all.some(({ keys }) => keys.cycle !== undefined),
    users: people.map(({ login, id }) => ({ login, id: userId(id) })),
    requirements: [...entries.requirements.values()].map(({ name }) => name),
  };
}

function withoutRequirements(
  { all, files, preset }: Layers,
  presets: Readonly<Record<string, string>>,
): readonly PolicyProblem[] {
  const last = files.at(-1) ?? all.at(-1);
  if (last === undefined) return [];
  if (preset !== undefined)
    return [
      problemIn(preset.parsed, ["submitRequirements"], {
        kind: "no-requirements",
        message: "it has no submit requirements, which would let everything pass",
        hint: "add at least one",
      }),
    ];
  return [
    problemIn(last, [], {
      kind: "no-requirements",
      message: "it extends no preset and has no submit requirements of its own, which would let everything pass",
      hint: `add \`extends:\` or \`submitRequirements:\`; presets are: ${knownPresets(presets)}`,
    }),
  ];
}

/** Settings that a later layer may only make stricter: what comes first is what others rely on. */
function settingsOf(
  layers: readonly Layer[],
  problems: PolicyProblem[],
): Pick<Policy, "shape" | "identity" | "explain"> {
  return {
    shape: strictest(
      layers,
      { path: ["shape"], order: ["any", "one-commit"], otherwise: "any", read: (keys) => keys.shape },
      problems,
    ),
    identity: {
      unknownContributors: strictest(
        layers,
        {
          path: ["identity", "unknownContributors"],
          order: ["warn", "block"],
          otherwise: "warn",
          read: (keys) => keys.identity?.unknownContributors,
        },
        problems,
      ),
      suggestionsMakeContributors: strictest(
        layers,
        {
          path: ["identity", "suggestionsMakeContributors"],
          order: [false, true],
          otherwise: true,
          read: (keys) => keys.identity?.suggestionsMakeContributors,
        },
        problems,
      ),
    },
    explain: {
      people: strictest(
        layers,
        {
          path: ["explain", "people"],
          order: ["names", "counts"],
          otherwise: "names",
          read: (keys) => keys.explain?.people,
        },
        problems,
      ),
    },
  };
}

/** Of each setting, the word of the last layer that names it. */
function gateOf(layers: readonly Layer[], jobs: readonly JobName[]): GatePolicy {
  const gates = layers.map(({ keys }) => keys.pipelines?.gate);
  const duration = (key: "settle" | "start" | "progress" | "timeout") => {
    const text = gates.map((gate) => gate?.[key]).findLast((given) => given !== undefined);
    return text === undefined ? undefined : parseDuration(text);
  };
  const [startMs, progressMs, totalMs] = [duration("start"), duration("progress"), duration("timeout")];
  return {
    strategy: gates.map((gate) => gate?.strategy).findLast((given) => given !== undefined) ?? "auto",
    settleMs: duration("settle") ?? DEFAULT_SETTLE_MS,
    jobs,
    ...(startMs === undefined ? {} : { startMs }),
    ...(progressMs === undefined ? {} : { progressMs }),
    ...(totalMs === undefined ? {} : { totalMs }),
  };
}

/** The last layer that names the folder is heard; repositories that may tag are added up, and no layer takes back that tags are signed. */
function releasesOf(layers: readonly Layer[]): ReleasesPolicy {
  const files = layers.map(({ keys }) => keys.releases?.files).findLast((given) => given !== undefined);
  const from = [...new Set(layers.flatMap(({ keys }) => keys.releases?.from ?? []))];
  const signed = layers.some(({ keys }) => keys.releases?.signed === true);
  return { ...(files === undefined ? {} : { files }), from, ...(signed ? { signed } : {}) };
}

function shortened(problems: readonly PolicyProblem[]): readonly PolicyProblem[] {
  const [first] = problems;
  if (problems.length <= MOST_PROBLEMS || first === undefined) return problems;
  return [
    ...problems.slice(0, MOST_PROBLEMS),
    {
      ...first,
      kind: "lint",
      key: "",
      line: 1,
      column: 1,
      message: "more problems are not listed",
      hint: "correct these first",
    },
  ];
}
