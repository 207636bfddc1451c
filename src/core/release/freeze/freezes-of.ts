/**
 * From schedules, rules and exceptions to the freezes that one change meets, and what of them could not be read. Whatever is missing or
 * malformed closes the gate for what it may concern, with a sentence: a schedule or the rules every change, an exception its own.
 *
 * A change that touches the cycle's own files and exceptions alone meets none of this: it is how a date is moved, an exception granted
 * and a broken file mended, and it needs its own approvals as ever.
 */
import type { CycleFreeze, PolicySnapshot } from "../../policy/snapshot.ts";
import { matchesGlob } from "../../policy/glob.ts";
import type { Instant } from "../../time.ts";
import type { FreezeName } from "../cycle/schedule-shapes.ts";
import { isOfCycle, type CycleFolders } from "./cycle-files.ts";
import { letsThrough, type ExceptionRecord } from "./exception-record.ts";
import type { FreezeRules } from "./freeze-rules.ts";

type Incomplete = PolicySnapshot["incomplete"];

/** A time of the schedule in which a freeze stands: `from` inclusive, `to` exclusive. */
export interface CycleWindow {
  readonly cycle: string;
  readonly freeze: FreezeName;
  readonly from: Instant;
  readonly to: Instant;
}

/** What the tip of the default branch says; the same for every change. */
export interface CycleState {
  /** Absent: the project has no cycle. */
  readonly folders?: CycleFolders;
  readonly windows: readonly CycleWindow[];
  readonly rules: FreezeRules;
  readonly exceptions: readonly ExceptionRecord[];
  /** Exceptions that could not be read, by the change they are for. */
  readonly unreadExceptions: ReadonlyMap<number, string>;
  /** Anything else that could not be read: it may concern every change. */
  readonly unread: readonly string[];
}

export const NO_CYCLE: CycleState = {
  windows: [],
  rules: new Map(),
  exceptions: [],
  unreadExceptions: new Map(),
  unread: [],
};

const CYCLE = "the release cycle";

export interface FreezesOfChange {
  readonly freezes: readonly CycleFreeze[];
  readonly incomplete: Incomplete;
}

/** `paths`: all that the change touches; both names of a rename. */
export function freezesOf(
  state: CycleState,
  { change, branch, paths }: { readonly change: number; readonly branch: string; readonly paths: readonly string[] },
): FreezesOfChange {
  if (mendsCycle(state, paths)) return { freezes: [], incomplete: [] };
  const broken = state.unreadExceptions.get(change);
  const unread = [...state.unread, ...(broken === undefined ? [] : [broken])];
  const own = state.exceptions.filter((exception) => exception.change === change);
  return {
    freezes: state.windows.flatMap((window) => freezeOf(window, { rules: state.rules, branch, own })),
    incomplete: unread.map((why) => ({ what: CYCLE, why })),
  };
}

function mendsCycle({ folders }: CycleState, paths: readonly string[]): boolean {
  return folders !== undefined && paths.length > 0 && paths.every((path) => isOfCycle(folders, path));
}

function freezeOf(
  { cycle, freeze, from, to }: CycleWindow,
  {
    rules,
    branch,
    own,
  }: { readonly rules: FreezeRules; readonly branch: string; readonly own: readonly ExceptionRecord[] },
): readonly CycleFreeze[] {
  const rule = rules.get(freeze);
  if (rule === undefined || rule === "nothing") return [];
  if (!rule.branches.some((pattern) => matchesGlob(pattern, branch))) return [];
  const record = own.find((exception) => exception.cycle === cycle && letsThrough(exception, freeze));
  return [
    {
      name: `${freeze.replace(/^x-/, "")}-freeze of ${cycle}`,
      kind: freeze,
      branches: rule.branches,
      from,
      to,
      ...(rule.applies === undefined ? {} : { applies: rule.applies }),
      ...(rule.exemptPaths.length === 0 ? {} : { exemptPaths: rule.exemptPaths }),
      ...(record === undefined ? {} : { exception: { until: record.until, record: record.path } }),
    },
  ];
}
