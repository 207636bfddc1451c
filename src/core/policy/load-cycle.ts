/**
 * Where the release cycle's files are: said by one layer, and no later one says otherwise. Somebody has to ask for its freezes, and it
 * has to be said whose word dates and exceptions need: a change to these files alone goes past every freeze, so without a requirement
 * of its own whoever approves code would also grant exceptions from it (ADR 52).
 */
import type { Entries } from "./entries.ts";
import type { Layer } from "./layers.ts";
import { testsOf } from "./asks.ts";
import { atomsOf, settles } from "./expression-tree.ts";
import { pathMeets } from "./judge-paths.ts";
import { isPathFact } from "./operators-paths.ts";
import { locked, problemIn } from "./parse.ts";
import type { Policy, Requirement } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";

type Folders = NonNullable<Policy["cycle"]>;

const DEFAULT_EXCEPTIONS = "exceptions";

/** What is wrong is added to `problems`. */
export function readCycle(
  layers: readonly Layer[],
  { requirements }: Pick<Policy, "requirements">,
  { groups, problems }: Pick<Entries, "groups"> & { readonly problems: PolicyProblem[] },
): Pick<Policy, "cycle"> {
  const [first, ...later] = layers.filter(({ keys }) => keys.cycle !== undefined);
  if (first?.keys.cycle === undefined) return {};
  for (const layer of later)
    problems.push(
      locked(layer, ["cycle"], { what: "`cycle`", by: first.path, because: "no later layer may move its freezes" }),
    );
  const wrong = (message: string, hint: string): void =>
    void problems.push(problemIn(first, ["cycle"], { kind: "wrong-value", message, hint }));
  if (!testsOf({ requirements, freezes: [] }).some((test) => test.kind === "time" && test.fact.kind === "frozen"))
    wrong(
      "there is a release cycle, and no requirement asks `freeze:active`, so its freezes would stop nothing",
      'add a requirement such as `Freeze: { submittableIf: "-freeze:active" }`, or extend preset:openstack',
    );
  const { files, exceptions = DEFAULT_EXCEPTIONS } = first.keys.cycle;
  const cycle = { files, exceptions };
  const open = pathsRead(cycle).find((path) => !requirements.some((one) => speaksOf(one, path)));
  if (open !== undefined)
    wrong(
      `there is a release cycle, and no requirement speaks of ${open}, so whoever approves code would grant exceptions from its freezes`,
      `add \`submitRequirements: { Exceptions: ${snippet(cycle)} }\`, and say in \`groups\` who the release managers are`,
    );
  const nobody = [
    ...new Set(
      requirements
        .filter((one) => pathsRead(cycle).some((path) => speaksOf(one, path)))
        .flatMap(groupsOf)
        .filter((name) => !groups.has(name.toLowerCase())),
    ),
  ];
  if (open === undefined && nobody.length > 0)
    wrong(
      `exceptions from its freezes are \`${nobody.join("`, `")}\`'s to grant, and no file says who that is`,
      `add \`groups: { ${nobody[0] ?? ""}: { teams: [org/slug] } }\`; it may be the team of the cores, if that is meant`,
    );
  return { cycle };
}

/** One of each kind that the gate reads, under names of both forms that cycles have. */
function pathsRead({ files, exceptions }: Folders): readonly string[] {
  const ofCycles = ["2027.1", "aster"].flatMap((cycle) => [
    `${exceptions}/${cycle}/141.yaml`,
    `${files}/${cycle}/schedule.yaml`,
    `${files}/${cycle}/events.yaml`,
  ]);
  return [...ofCycles, `${files}/freezes.yaml`];
}

function snippet({ files, exceptions }: Folders): string {
  const folders = [...new Set([files, exceptions])].map((folder) => `directory:${folder}`).join(" OR ");
  return `{ applicableIf: "${folders}", submittableIf: "label:Code-Review=MAX,user=non_contributor,group=release-managers" }`;
}

/** It applies because of this path: for this one it may, and for one that has nothing to do with it it does not. */
function speaksOf(requirement: Requirement, path: string): boolean {
  if (requirement.applicableIf === undefined) return false;
  return appliesTo(requirement, path) !== false && appliesTo(requirement, "\0/\0") === false;
}

/** To a change to that path alone; `undefined`: it depends on something else. */
export function appliesTo({ applicableIf }: Requirement, path: string): boolean | undefined {
  if (applicableIf === undefined) return true;
  return settles(applicableIf.expression, (atom) =>
    atom.kind === "change" && isPathFact(atom.fact) ? pathMeets(atom.fact, path) : undefined,
  );
}

function groupsOf({ submittableIf }: Requirement): readonly string[] {
  return atomsOf(submittableIf.expression).flatMap((test) =>
    test.kind === "label" && test.group !== undefined ? [test.group] : [],
  );
}
