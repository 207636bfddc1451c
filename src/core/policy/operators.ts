/**
 * The operators of submit requirements and computed labels, as typed tests. One function per operator reads the atom's value;
 * whatever it does not know is a problem, because a typing error must never become a condition that is quietly true.
 *
 *     label:Code-Review=MAX,user=non_contributor,group=core,count>=2     filter, then distinct people, then count
 *     check:unit=success                                                 the pinned producers' newest word on the head
 *     check:ALL=success, check:ANY=failure                               of every check; of at least one
 *     is:contributors-known
 */
import type { UserId } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { operatorProblem, type Atom, type ExpressionProblem } from "./expression-tree.ts";
import { whyAbsent } from "./operators-absent.ts";
import { CHANGE_OPERATORS, readChangeTest, type ChangeTest } from "./operators-change.ts";
import { readOwnersTest, type OwnersTest } from "./operators-owners.ts";
import { readTimeTest, type TimeTest } from "./operators-time.ts";
import { isRelation, relates, type Relation } from "./relation.ts";

export { relates, type Relation };

export type VoterTest = "owner" | "non_uploader" | "non_contributor";

export type RequirementTest =
  | {
      readonly kind: "label";
      readonly text: string;
      readonly label: string;
      /** ANY = every value but 0. */
      readonly value: { readonly relation: Relation; readonly n: number } | "ANY";
      readonly user?: VoterTest;
      readonly group?: string;
      readonly count: { readonly relation: Relation; readonly n: number };
    }
  | { readonly kind: "check"; readonly text: string; readonly check: string; readonly conclusion: string }
  | { readonly kind: "contributors-known"; readonly text: string }
  | ChangeTest
  | TimeTest
  | OwnersTest;

/** The names an expression may use. */
export interface Names {
  readonly labels: readonly {
    readonly name: string;
    readonly min: number;
    readonly max: number;
    readonly computed: boolean;
  }[];
  readonly groups: readonly string[];
  readonly checks: readonly string[];
  /** Of the policy, for `freeze:<name>`. */
  readonly freezes?: readonly string[];
  /** There is a release cycle, so its kinds of freezes can be asked for by name. */
  readonly cycle?: boolean;
  /** Whom the policy names with an id: by a login alone anybody may be meant who takes it later. */
  readonly users?: readonly { readonly login: string; readonly id: UserId }[];
}

/** In `check:ALL=success` and `check:ANY=failure`: every check of the policy, of which there must be one; at least one of them. */
export const ALL_CHECKS = "ALL";
export const ANY_CHECK = "ANY";

/** Not one check's name, but all of them. */
export function isTogether(check: string): boolean {
  return check === ALL_CHECKS || check === ANY_CHECK;
}

export const CONCLUSIONS = [
  "success",
  "failure",
  "cancelled",
  "timed_out",
  "neutral",
  "skipped",
  "action_required",
  "stale",
  "startup_failure",
] as const;

const VOTER_TESTS: readonly VoterTest[] = ["owner", "non_uploader", "non_contributor"];
const LABEL_VALUE =
  /^([A-Za-z][A-Za-z0-9]*(?:-[A-Za-z][A-Za-z0-9]*)*)(?:(>=|<=|=|>|<)([+-]?\d{1,4}|[A-Z]+)|([+-]\d{1,4}))?$/;
const COUNT = /^count(>=|<=|=|>|<)(\d{1,4})$/;

/** Reads one atom; `source` is the whole expression, for line and column. */
export function readRequirementTest(
  source: string,
  atom: Atom,
  names: Names,
): Result<RequirementTest, ExpressionProblem> {
  const read = readChangeTest(source, atom, names) ?? readTimeTest(source, atom, names) ?? readOwnersTest(source, atom);
  if (read !== undefined) return read;
  switch (atom.field) {
    case "label":
      return readLabel(source, atom, names);
    case "check":
      return readCheck(source, atom, names);
    case "is":
      return atom.value === "contributors-known"
        ? ok({ kind: "contributors-known", text: atom.text })
        : unknownOperator(source, atom);
    default:
      return unknownOperator(source, atom);
  }
}

/** Those of this room; the others' are beside them. */
const OPERATORS = ["label", "check", "is:contributors-known", "has:enabled_code-owners", "has:approval_code-owners"];
const OFTEN_USED = "`label:`, `check:`, `path:`, `branch:`, `owner:`, `is:`, `has:`; all are in docs/POLICY.md";

function unknownOperator(source: string, atom: Atom): Result<RequirementTest, ExpressionProblem> {
  const { field, value, text } = atom;
  const absent = whyAbsent(field, value);
  if (absent !== undefined)
    return fail(operatorProblem(source, atom, `\`${text}\` is Gerrit's, and not offered here`, absent));
  const known = [...OPERATORS, ...CHANGE_OPERATORS];
  const values = known.filter((name) => name.startsWith(`${field}:`));
  if (values.length > 0)
    return fail(operatorProblem(source, atom, `\`${text}\` is not known`, `known are: \`${values.join("`, `")}\``));
  const near = known.find((name) => name === field.toLowerCase().replaceAll(/[_-]/g, "") || isNear(name, field));
  const hint = near === undefined ? `known are: ${OFTEN_USED}` : `did you mean \`${near}:\`?`;
  return fail(operatorProblem(source, atom, `\`${field}:\` is not an operator`, hint));
}

/** One letter too many, too few, or another: a slip of the hand. */
function isNear(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1 || one.length < 4) return false;
  let same = 0;
  while (same < one.length && one.charAt(same) === other.charAt(same)) same += 1;
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  return long.slice(same + 1) === short.slice(same + (long.length === short.length ? 1 : 0));
}

type LabelTest = Extract<RequirementTest, { kind: "label" }>;

function readLabel(source: string, atom: Atom, names: Names): Result<RequirementTest, ExpressionProblem> {
  const wrong = (message: string, hint: string) => fail(operatorProblem(source, atom, message, hint));
  const [head = "", ...args] = atom.value.split(",");
  const found = LABEL_VALUE.exec(head);
  if (found === null)
    return wrong(
      `\`${head}\` is no label with a value`,
      "write for example `label:Code-Review=MAX` or `label:Code-Review<0`",
    );
  const [, name = "", relation = "=", relative, signed] = found;
  const label = names.labels.find((known) => known.name === name);
  if (label === undefined)
    return wrong(
      `there is no label \`${name}\``,
      knownNames(
        "labels",
        names.labels.map((l) => l.name),
        name,
      ),
    );
  const word = relative ?? signed;
  if (word === undefined)
    return wrong(`\`label:${name}\` does not say which value`, `Gerrit reads it as +1; write \`label:${name}=+1\``);
  if (!isRelation(relation)) return wrong(`\`${relation}\` is no relation`, "use =, >=, >, <= or <");
  const value = labelValue(word, relation, label);
  if (!value.ok) return wrong(value.problem, valueHint(name));
  const test = readArguments(args, names);
  if (typeof test === "string")
    return wrong(test, "known are user=owner|non_uploader|non_contributor, group=<name>, count>=<n>");
  if (test.group !== undefined && !names.groups.includes(test.group))
    return wrong(`there is no group \`${test.group}\``, knownNames("groups", names.groups, test.group));
  if (label.computed && args.length > 0)
    return wrong(`\`${name}\` is computed from checks, nobody votes on it`, "leave user=, group= and count out");
  return ok({ kind: "label", text: atom.text, label: name, value: value.value, ...test });
}

function labelValue(
  word: string,
  relation: Relation,
  label: { readonly name: string; readonly min: number; readonly max: number },
): Result<LabelTest["value"], string> {
  if (word === "ANY") return relation === "=" ? ok("ANY") : fail("ANY stands only after =");
  const n =
    word === "MAX" ? label.max : word === "MIN" ? label.min : /^[+-]?\d+$/.test(word) ? Number(word) : undefined;
  if (n === undefined) return fail(`\`${word}\` is no value`);
  if (relates(0, relation, n)) return fail(`\`${label.name}${relation}${word}\` takes in 0, which is no vote`);
  if (n < label.min || n > label.max)
    return fail(`\`${label.name}\` goes from ${label.min} to ${label.max}, so ${n} can never be voted`);
  const reachable = [...Array(label.max - label.min + 1).keys()].some((i) => relates(label.min + i, relation, n));
  return reachable ? ok({ relation, n }) : fail(`no value of \`${label.name}\` is ${relation}${n}`);
}

function readArguments(args: readonly string[], names: Names): Pick<LabelTest, "user" | "group" | "count"> | string {
  let user: VoterTest | undefined;
  let group: string | undefined;
  let count: LabelTest["count"] | undefined;
  for (const argument of args) {
    const counted = COUNT.exec(argument);
    const [key = "", value = ""] = splitOnce(argument, "=");
    if (counted !== null) {
      if (count !== undefined) return "`count` is given twice";
      const [, relation = "", n] = counted;
      if (isRelation(relation)) count = { relation, n: Number(n) };
    } else if (key === "user") {
      if (user !== undefined) return "`user=` is given twice";
      user = VOTER_TESTS.find((known) => known === value);
      if (user === undefined) return `\`user=${value}\` is not known`;
    } else if (key === "group") {
      if (group !== undefined) return "`group=` is given twice";
      if (value === "") return "`group=` names no group";
      group = value;
    } else if (names.groups.includes(argument)) return `\`${argument}\` must be written \`group=${argument}\``;
    else return argument === "" ? "a comma with nothing after it" : `\`${argument}\` is not known`;
  }
  return {
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    count: count ?? { relation: ">=", n: 1 },
  };
}

function readCheck(source: string, atom: Atom, names: Names): Result<RequirementTest, ExpressionProblem> {
  const wrong = (message: string, hint: string) => fail(operatorProblem(source, atom, message, hint));
  const at = atom.value.lastIndexOf("=");
  if (at <= 0) return wrong(`\`${atom.text}\` does not say which conclusion`, `write \`${atom.text}=success\``);
  const check = atom.value.slice(0, at);
  const conclusion = atom.value.slice(at + 1);
  if (!isTogether(check) && !names.checks.includes(check))
    return wrong(`there is no check \`${check}\``, knownNames("checks", names.checks, check));
  if (!CONCLUSIONS.some((known) => known === conclusion))
    return wrong(`\`${conclusion}\` is no conclusion`, `conclusions are ${CONCLUSIONS.join(", ")}`);
  return ok({ kind: "check", text: atom.text, check, conclusion });
}

function valueHint(name: string): string {
  return `use \`label:${name}>0\`, \`label:${name}<0\`, \`label:${name}=ANY\`, or \`-label:${name}>0\` for "nobody voted up"`;
}

function knownNames(what: string, known: readonly string[], asked: string): string {
  const near = known.find((name) => name.toLowerCase() === asked.toLowerCase());
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return known.length === 0 ? `the policy has no ${what}` : `${what} are: ${known.join(", ")}`;
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
