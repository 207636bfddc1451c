/**
 * The layers of a policy merged by name (rulings 50, 57): what a later layer defines is added; what an earlier one has defined
 * already is replaced as a whole, unless something that may not change depends on it: then it is refused, by name and layer.
 * Names are one whatever their case. A freeze or an override of an earlier layer is never replaced.
 */
import { SECTION_WORDS, type Entries, type Entry, type Named } from "./entries.ts";
import type { Layer } from "./layers.ts";
import { locksOf, type Holder, type Locks } from "./lock.ts";
import { locked, problemIn } from "./parse.ts";
import type { PolicyProblem } from "./problem.ts";
import type { AccessKeys, FreezeKeys, LayerKeys, OverrideKeys, RequirementKeys } from "./schema.ts";
import type { YamlPath } from "./yaml-text.ts";

type Section = keyof typeof SECTION_WORDS;

/** `defaults`: groups that mean another one where no file defines them, in lower case. */
export function mergeLayers(
  layers: readonly Layer[],
  defaults: ReadonlyMap<string, string>,
  problems: PolicyProblem[],
): Entries {
  let entries: Entries = NOTHING;
  for (const layer of layers) entries = addLayer(entries, layer, { locks: locksOf(entries, defaults), problems });
  for (const override of entries.overrides.values()) problems.push(...liftsLocked(override, entries.requirements));
  return entries;
}

const NOTHING: Entries = {
  labels: new Map(),
  requirements: new Map(),
  groups: new Map(),
  checks: new Map(),
  freezes: new Map(),
  overrides: new Map(),
  access: [],
};

interface Adding {
  readonly locks: Locks;
  readonly problems: PolicyProblem[];
}

function addLayer(before: Entries, layer: Layer, adding: Adding): Entries {
  const { keys } = layer;
  const { locks, problems } = adding;
  const named = <K>(section: Section, given: Readonly<Record<string, K>> | undefined): readonly Entry<K>[] =>
    Object.entries(given ?? {}).map(([name, one]) => ({ name, keys: one, layer, path: [section, name] }));
  const freezes = (keys.freezes ?? []).map((one, index): Entry<FreezeKeys> => {
    return { name: one.name, keys: one, layer, path: ["freezes", index] };
  });
  const access = (keys.access ?? []).map((line, index): Entry<AccessKeys> => {
    return { name: line.branch, keys: line, layer, path: ["access", index] };
  });
  const lines = [...access.flatMap((line) => lockedRights(line, adding))];
  problems.push(...lines, ...mayNotGrow(layer, before, adding));
  const owners = ownersOf(before, layer, adding);
  return {
    labels: add(before.labels, named("labels", keys.labels), {
      section: "labels",
      holder: ({ name }) => locks.holderOf("labels", name),
      problems,
    }),
    requirements: add(before.requirements, named("submitRequirements", keys.submitRequirements), {
      section: "submitRequirements",
      holder: (earlier) => (earlier.keys.canOverrideInChildProjects === true ? undefined : ITSELF),
      problems,
    }),
    groups: add(before.groups, named("groups", keys.groups), {
      section: "groups",
      holder: ({ name }) => locks.holderOf("groups", name),
      problems,
    }),
    checks: add(before.checks, named("checks", keys.checks), {
      section: "checks",
      holder: ({ name }) => locks.holderOf("checks", name),
      problems,
    }),
    freezes: add(before.freezes, freezes, { section: "freezes", holder: () => ALWAYS, problems }),
    overrides: add(before.overrides, named("overrides", keys.overrides), {
      section: "overrides",
      holder: () => ALWAYS,
      problems,
    }),
    access: [...before.access, ...access],
    ...(owners === undefined ? {} : { owners }),
  };
}

/** Of a requirement that does not let itself be replaced. */
const ITSELF = "itself";
const ALWAYS = "always";

interface Rule<K> {
  readonly section: Section;
  /** What stands against replacing this entry; undefined: nothing. */
  readonly holder: (earlier: Entry<K>) => Holder | undefined;
  readonly problems: PolicyProblem[];
}

function add<K>(before: Named<K>, given: readonly Entry<K>[], { section, holder, problems }: Rule<K>): Named<K> {
  const after = new Map(before);
  const here = new Set<string>();
  for (const entry of given) {
    const key = entry.name.toLowerCase();
    const earlier = after.get(key);
    const what = `the ${SECTION_WORDS[section]} \`${entry.name}\``;
    if (here.has(key) || (earlier !== undefined && earlier.name !== entry.name)) {
      const by = earlier === undefined || here.has(key) ? "" : ` by ${earlier.layer.path}`;
      problems.push(
        problemIn(entry.layer, entry.path, {
          kind: "wrong-value",
          message: `the name \`${entry.name}\` is taken${by}`,
          hint: "names differ by more than upper and lower case",
        }),
      );
      continue;
    }
    here.add(key);
    const against = earlier === undefined ? undefined : holder(earlier);
    if (earlier !== undefined && against !== undefined)
      problems.push(locked(entry.layer, entry.path, { what, by: earlier.layer.path, because: because(against) }));
    else after.set(key, entry);
  }
  return after;
}

function because(holder: Holder): string {
  switch (holder) {
    case ITSELF:
      return "it does not say `canOverrideInChildProjects: true`";
    case ALWAYS:
      return "no later layer may change it";
    default:
      return `${holder}, which no later layer may change, depends on it`;
  }
}

/** A line more could give somebody a vote that a locked requirement counts. */
function lockedRights({ keys, layer, path }: Entry<AccessKeys>, { locks }: Adding): readonly PolicyProblem[] {
  return [...new Set([...Object.keys(keys), ...(keys.exclusive ?? [])])].flatMap((right) => {
    const label = right.replace(/^label-/, "");
    const holder = right.startsWith("label-") ? locks.holderOf("access", label) : undefined;
    if (holder === undefined) return [];
    const at = Object.hasOwn(keys, right) ? [...path, right] : [...path, "exclusive"];
    return [
      problemIn(layer, at, {
        kind: "locked",
        message: `who may vote on \`${label}\` is settled by an earlier layer, and ${because(holder)}`,
        hint: "remove it here, or define a label and a requirement of your own",
      }),
    ];
  });
}

/** Where something that is only added could turn a locked requirement. */
function mayNotGrow(layer: Layer, before: Entries, { locks }: Adding): readonly PolicyProblem[] {
  const wrong = (path: YamlPath, what: string, holder: Holder) =>
    problemIn(layer, path, {
      kind: "locked",
      message: `${what} could satisfy ${holder}, which no later layer may change`,
      hint: "remove it here, or let that requirement name what it means",
    });
  const { keys } = layer;
  const [checks, freezes, identities] = [
    locks.growthOf("checks"),
    locks.growthOf("freezes"),
    locks.growthOf("identities"),
  ];
  return [
    ...Object.keys(checks === undefined ? {} : (keys.checks ?? {})).flatMap((name) =>
      checks === undefined || before.checks.has(name.toLowerCase())
        ? []
        : [wrong(["checks", name], `the check \`${name}\` of a later layer`, checks)],
    ),
    ...(freezes === undefined || (keys.freezes ?? []).length === 0
      ? []
      : [wrong(["freezes"], "a freeze of a later layer", freezes)]),
    ...(identities === undefined || (keys.identities ?? []).length === 0
      ? []
      : [wrong(["identities"], "accounts that become one human", identities)]),
  ];
}

function ownersOf({ owners }: Entries, layer: Layer, { locks, problems }: Adding): Entries["owners"] {
  const { keys } = layer;
  if (keys.owners === undefined) return owners;
  const holder = owners === undefined ? undefined : locks.holderOf("owners", "");
  if (owners === undefined || holder === undefined)
    return { name: "owners", keys: keys.owners, layer, path: ["owners"] };
  problems.push(locked(layer, ["owners"], { what: "`owners`", by: owners.layer.path, because: because(holder) }));
  return owners;
}

/**
 * An override lifts what its own layer requires, what says that it may be overridden, and what the repository adds to an
 * override that stands above it. A preset's does not lift what an organisation requires: a repository chooses its preset.
 */
function liftsLocked(
  { name, keys, layer, path }: Entry<OverrideKeys>,
  requirements: Named<RequirementKeys>,
): readonly PolicyProblem[] {
  return keys.lifts.flatMap((lifted, index) => {
    const requirement = requirements.get(lifted.toLowerCase());
    if (requirement === undefined || requirement.layer === layer) return [];
    if (requirement.keys.canOverrideInChildProjects === true || requirement.layer.from === "repo") return [];
    return [
      problemIn(layer, [...path, "lifts", index], {
        kind: "locked",
        message: `the override \`${name}\` lifts \`${requirement.name}\`, which ${requirement.layer.path} requires and does not let be overridden`,
        hint: `remove it here, or say \`canOverrideInChildProjects: true\` in ${requirement.layer.path}`,
      }),
    ];
  });
}

/** Of each setting that may only become stricter, the strictest word; a later layer that says less is refused. */
export function strictest<T extends string | boolean>(
  layers: readonly Layer[],
  {
    path,
    order,
    otherwise,
    read,
  }: {
    readonly path: readonly string[];
    /** Loosest first. */
    readonly order: readonly T[];
    readonly otherwise: T;
    readonly read: (keys: LayerKeys) => T | undefined;
  },
  problems: PolicyProblem[],
): T {
  let standing: { readonly value: T; readonly by: Layer } | undefined;
  for (const layer of layers) {
    const value = read(layer.keys);
    if (value === undefined) continue;
    if (standing !== undefined && order.indexOf(value) < order.indexOf(standing.value))
      problems.push(
        locked(layer, path, {
          what: `\`${path.join(".")}\``,
          by: standing.by.path,
          because: "a later layer may only make it stricter",
        }),
      );
    else standing = { value, by: layer };
  }
  return standing?.value ?? otherwise;
}
