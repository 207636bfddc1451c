/**
 * The operators about the change itself: its paths, people, text, size and state. What each holds for, and which of Gerrit's are
 * not offered: docs/POLICY.md, "Operators".
 */
import { ok, type Result } from "../result.ts";
import type { Atom, ExpressionProblem } from "./expression-tree.ts";
import type { Names } from "./operators.ts";
import { readDistinctFact, type DistinctFact } from "./operators-distinct.ts";
import { PATH_FIELDS, readPathFact, type PathFact } from "./operators-paths.ts";
import { PEOPLE_FIELDS, readPeopleFact, type PeopleFact } from "./operators-people.ts";
import { readTextFact, TEXT_FIELDS, type TextFact } from "./operators-text.ts";
import { readCount, type Read, type Reading } from "./operators-words.ts";
import type { Bound } from "./relation.ts";

export type StateFact =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "unresolved"; readonly bound: Bound }
  | { readonly kind: "draft" }
  /** A commit of the own range has several parents. */
  | { readonly kind: "merge" }
  /** A message of the own range says that it was picked from another commit. */
  | { readonly kind: "cherry-pick" }
  /** clean: picked without a change of content. */
  | { readonly kind: "backport"; readonly clean: boolean }
  /** Every newer maintained branch has what it brings. */
  | { readonly kind: "backport-order" }
  | { readonly kind: "bidi" };

export type ChangeFact = StateFact | TextFact | PathFact | PeopleFact | DistinctFact;

export interface ChangeTest {
  readonly kind: "change";
  readonly text: string;
  readonly fact: ChangeFact;
}

const STATES: Readonly<Record<string, StateFact>> = {
  true: { kind: "constant", value: true },
  false: { kind: "constant", value: false },
  // Only open changes are asked about.
  open: { kind: "constant", value: true },
  pending: { kind: "constant", value: true },
  new: { kind: "constant", value: true },
  draft: { kind: "draft" },
  wip: { kind: "draft" },
  merge: { kind: "merge" },
  cherrypick: { kind: "cherry-pick" },
  "backport-of-merged": { kind: "backport", clean: false },
  "clean-backport": { kind: "backport", clean: true },
  "backported-in-order": { kind: "backport-order" },
};
const HAS: Readonly<Record<string, StateFact>> = {
  unresolved: { kind: "unresolved", bound: { relation: ">", n: 0 } },
  bidi: { kind: "bidi" },
};
const STATUSES = ["open", "pending", "new", "draft", "wip"];

/** Every operator of this room; `is`, `has` and `status` by the values they take here. */
export const CHANGE_OPERATORS: readonly string[] = [
  ...TEXT_FIELDS,
  ...PEOPLE_FIELDS,
  ...PATH_FIELDS,
  "unresolved",
  "distinctvoters",
  ...Object.keys(STATES).map((value) => `is:${value}`),
  ...[...Object.keys(HAS), "submodule-update", "release-note"].map((value) => `has:${value}`),
  ...STATUSES.map((value) => `status:${value}`),
];

/** undefined: none of these operators. */
export function readChangeTest(
  source: string,
  atom: Atom,
  names: Names,
): Result<ChangeTest, ExpressionProblem> | undefined {
  const reading: Reading = { source, atom, names };
  const fact =
    readStateFact(reading) ??
    readTextFact(reading) ??
    readPathFact(reading) ??
    readPeopleFact(reading) ??
    readDistinctFact(reading);
  if (fact === undefined) return undefined;
  return fact.ok ? ok({ kind: "change", text: atom.text, fact: fact.value }) : fact;
}

function readStateFact(reading: Reading): Read<StateFact> | undefined {
  const { field, value } = reading.atom;
  if (field === "unresolved") {
    const bound = readCount(reading);
    return bound.ok ? ok({ kind: "unresolved", bound: bound.value }) : bound;
  }
  const table = field === "is" ? STATES : field === "has" ? HAS : field === "status" ? OPEN_STATES : {};
  const fact = Object.hasOwn(table, value) ? table[value] : undefined;
  return fact === undefined ? undefined : ok(fact);
}

const OPEN_STATES = Object.fromEntries(Object.entries(STATES).filter(([value]) => STATUSES.includes(value)));
