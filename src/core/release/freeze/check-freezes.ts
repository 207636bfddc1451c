/**
 * What is wrong with freezes and exceptions though it closes no gate: what says nothing to it, because of its name or its dates. What
 * closes one is `cycle-state.ts`, and is told by both.
 */
import { matchesGlob } from "../../policy/glob.ts";
import { sayInstant, type Instant } from "../../time.ts";
import type { CycleText } from "../cycle/parse-schedule.ts";
import type { CycleProblem } from "../cycle/problem.ts";
import { exceptionAt, rulesPath, type CycleFolders } from "./cycle-files.ts";
import { readCycle } from "./cycle-state.ts";
import { letsThrough, type ExceptionRecord } from "./exception-record.ts";
import { patternsIn } from "./freeze-rules.ts";
import type { CycleWindow } from "./freezes-of.ts";

export interface CycleTree {
  readonly folders: CycleFolders;
  /** All of the cycle's folders, read. */
  readonly files: readonly CycleText[];
  /** Every path of the tree; absent: not known, and no pattern is told to match nothing. */
  readonly paths?: readonly string[];
  /** Every branch that is known of; absent: not known, and no name is told to be of none. */
  readonly branches?: readonly string[];
  /** The policy has a `cycle`: without one the gate reads nothing of this. */
  readonly asked: boolean;
}

/** What closes the gate, and then what is only told. */
export function checkFreezes(tree: CycleTree, now: Instant): readonly CycleProblem[] {
  const { folders, files, asked } = tree;
  const { state, problems } = readCycle(folders, files);
  const unread: CycleProblem[] = asked
    ? []
    : [
        {
          ...{ rule: "freeze-unread", severity: "warning", path: rulesPath(folders), line: 1, column: 1 },
          message: "the policy has no `cycle`, so the gate does not read it",
          hint: `add \`cycle: { files: ${folders.files} }\` to .github/plustwo.yml`,
        },
      ];
  return [
    ...problems,
    ...unread,
    ...checkNames(folders, files),
    ...checkPatterns(tree),
    ...state.exceptions.flatMap((exception) => checkUse(exception, state.windows, now)),
  ];
}

/** Files that are meant as an exception and are none; pages for people are not meant so. */
function checkNames(folders: CycleFolders, files: readonly CycleText[]): readonly CycleProblem[] {
  const { exceptions } = folders;
  return files.flatMap(({ path }): readonly CycleProblem[] => {
    if (!path.startsWith(`${exceptions}/`) || exceptionAt(exceptions, path) !== undefined) return [];
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (name.startsWith(".") || /\.(?:md|rst|txt)$/.test(name)) return [];
    const number = /[1-9]\d{0,8}/.exec(name)?.[0] ?? "141";
    return [
      {
        ...{ rule: "exception-name", path, line: 1, column: 1 },
        message: "its name says no pull request, so it lets nothing through",
        hint: `call it ${exceptions}/<cycle>/${number}.yaml, by the number of the pull request it is for`,
      },
    ];
  });
}

/** What matches nothing stops nothing. A branch with a `*` may be of branches to come. */
function checkPatterns({ folders, files, paths, branches }: CycleTree): readonly CycleProblem[] {
  const path = rulesPath(folders);
  const rules = files.find((file) => file.path === path);
  if (rules === undefined) return [];
  return patternsIn(path, rules.text).flatMap(({ freeze, key, pattern, line, column }): readonly CycleProblem[] => {
    const at = { severity: "warning", path, line, column } as const;
    const where = `\`${pattern}\` under \`${key}\` of \`${freeze}\``;
    const known = key === "branches" ? branches : paths;
    if (known === undefined || known.some((one) => matchesGlob(pattern, one))) return [];
    if (key !== "branches")
      return [
        {
          ...{ rule: "freeze-path", ...at, message: `${where} matches no file of the tree` },
          hint: "correct or remove it; `*` stands for any characters, and a folder is written `docs/*`",
        },
      ];
    if (pattern.includes("*")) return [];
    return [
      {
        ...{ rule: "freeze-branch", ...at, message: `${where} is no branch that this clone knows` },
        hint: "correct it, or `git fetch` first; until there is such a branch it stops nothing",
      },
    ];
  });
}

/** Of an exception that is over together with its freeze nothing is said: it is kept as a record. */
function checkUse(exception: ExceptionRecord, windows: readonly CycleWindow[], now: Instant): readonly CycleProblem[] {
  const { path, kinds, until, cycle } = exception;
  const ofCycle = windows.filter((window) => window.cycle === cycle);
  const own = ofCycle.filter(({ freeze }) => letsThrough(exception, freeze));
  const at = { path, line: 1, column: 1 };
  if (ofCycle.length > 0 && own.length === 0)
    return [
      {
        ...{ rule: "exception-idle", severity: "warning", ...at },
        message: `it is for ${kinds.join(" and ")}, and the schedule of ${cycle} has no such freeze`,
        hint: `its freezes are: ${[...new Set(ofCycle.map(({ freeze }) => freeze))].join(", ")}`,
      },
    ];
  const early = own.find(({ from }) => until <= from);
  if (early !== undefined && own.every(({ from }) => until <= from))
    return [
      {
        ...{ rule: "exception-idle", severity: "warning", ...at },
        message: `it ends ${sayInstant(until)}, before the freeze \`${early.freeze}\` begins ${sayInstant(early.from)}`,
        hint: "correct `expires`: the last day on which it holds",
      },
    ];
  const standing = own.find(({ from, to }) => from <= now && until <= now && now < to);
  if (standing === undefined) return [];
  return [
    {
      ...{ rule: "exception-expired", severity: "warning", ...at },
      message: `it has expired ${sayInstant(until)}, and the freeze \`${standing.freeze}\` stands until ${sayInstant(standing.to)}`,
      hint: "give it a later `expires` if its change is still to be let through",
    },
  ];
}
