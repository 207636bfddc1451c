/**
 * Gerrit's `label:` operator in strict atoms. What Gerrit does and strict does not: the case of names means nothing; no value is
 * +1; a vote of 0 is nobody's vote; a range is every value for itself, from -4 to +4, and `count` counts each for itself, and never
 * to zero; one argument without a key is a person or a group. What would be quietly false there, and so quietly true behind a `-`,
 * is a problem here. Source: Gerrit, ChangeQueryBuilder.label, LabelPredicate, LabelVote, MagicLabelVote, RangeUtil,
 * EqualsLabelPredicates.
 */
import { operatorProblem, type Atom, type Expression, type ExpressionProblem } from "../policy/expression-tree.ts";
import type { Names } from "../policy/operators.ts";
import { relates, type Relation } from "../policy/relation.ts";
import { fail, ok, type Result } from "../result.ts";
import { readLabelArguments, type LabelArguments } from "./loose-label-arguments.ts";
import { strictAtom } from "./strict-text.ts";

/** One atom that is being translated; `source` is the whole expression. */
export interface Translating {
  readonly source: string;
  readonly atom: Atom;
  readonly names: Names;
  /** The condition can only become stricter where this atom is false more often than in Gerrit. */
  readonly narrowerIsSafe: boolean;
  /** What is to be known of Gerrit's reading is added here. */
  readonly remarks: string[];
}

type Label = Names["labels"][number];
type Translated = Result<Expression, ExpressionProblem>;

/** Gerrit looks at no value beyond these in a range. */
const FARTHEST = 4;
const HEAD = /^(.*?)(?:(>=|<=|=|>|<)([+-]?\d+|[A-Za-z_]+)|([+-]\d+))?$/s;
const SUBMIT_RECORDS = ["OK", "REJECT", "NEED", "MAY", "IMPOSSIBLE"];

/** The atom itself where both dialects mean the same by it. */
export function translateLabel(translating: Translating): Translated {
  const { atom, names, remarks } = translating;
  const wrong = wrongIn(translating);
  const comma = atom.value.indexOf(",");
  const head = comma < 0 ? atom.value : atom.value.slice(0, comma);
  const [, name = "", relation = "=", word = "", signed = ""] = HEAD.exec(head) ?? [];
  const label = findLabel(name, names);
  if (label === undefined)
    return wrong(
      `there is no label \`${clip(name)}\`, which Gerrit would quietly take as false, and as true behind a \`-\``,
      names.labels.length === 0
        ? "the policy has no labels"
        : `labels are: ${names.labels.map((l) => l.name).join(", ")}`,
    );
  const read = comma < 0 ? {} : readLabelArguments(atom.value.slice(comma + 1).split(","), names);
  if ("message" in read) return wrong(read.message, read.hint);
  if (label.computed) return { ok: true, value: { kind: "atom", atom } };
  const found = remarks.length;
  const vote = readVote(translating, label, { relation, word: word || signed });
  if (!vote.ok) return vote;
  if (label.name !== name)
    remarks.push(`\`${name}\` is the label \`${label.name}\`: in Gerrit upper and lower case are one`);
  const problem = weighArguments(translating, label, read);
  if (problem !== undefined) return fail(problem);
  if (read.rewritten !== undefined) remarks.push(read.rewritten);
  const filter =
    (read.user === undefined ? "" : `,user=${read.user}`) + (read.group === undefined ? "" : `,group=${read.group}`);
  const written = writeVotes(translating, { label, vote: vote.value, filter, args: read });
  if (written !== undefined) return ok(written);
  // What is left is the same in both, but for how it is spelled.
  if (remarks.length === found || (label.name === name && read.rewritten === undefined && word + signed !== ""))
    return ok({ kind: "atom", atom });
  const value = word === "" ? `=${signed === "" ? "+1" : signed}` : `${relation}${word}`;
  return ok({ kind: "atom", atom: strictAtom("label", `${label.name}${value}${filter}${countText(read)}`, atom) });
}

/** The values it asks for, 0 apart. `plainly`: the strict reading of the same words asks for the same. */
interface Votes {
  readonly values: readonly number[];
  readonly zero: boolean;
  readonly plainly: boolean;
}

function readVote(
  translating: Translating,
  label: Label,
  { relation, word }: { readonly relation: string; readonly word: string },
): Result<Votes, ExpressionProblem> {
  const wrong = wrongIn(translating);
  const { name, min, max } = label;
  const all = range(min, max);
  if (word === "") {
    translating.remarks.push(`Gerrit reads \`label:${name}\` without a value as \`label:${name}=+1\``);
    return ok({ values: all.filter((value) => value === 1), zero: false, plainly: true });
  }
  if (!/\d/.test(word)) {
    const magic = word.toUpperCase();
    if (SUBMIT_RECORDS.includes(magic))
      return wrong(`\`${word}\` asks for a submit record, and there are none here`, `write \`label:${name}=MAX\``);
    if (magic !== "MAX" && magic !== "MIN" && magic !== "ANY")
      return wrong(`\`${word}\` is no value, in Gerrit neither`, "values are MAX, MIN, ANY and numbers");
    if (word !== magic || relation !== "=")
      return wrong(
        `Gerrit takes \`label:${name}${relation}${word}\` as false whatever anybody votes`,
        `write \`label:${name}=${magic}\``,
      );
    if (magic === "ANY") return ok({ values: all, zero: false, plainly: true });
    const n = magic === "MAX" ? max : min;
    if (n === 0) translating.remarks.push(`\`${name}=${magic}\` is 0: nobody has voted`);
    return ok({ values: n === 0 ? [] : [n], zero: n === 0, plainly: true });
  }
  const n = Number(word);
  if (Math.abs(n) > FARTHEST)
    return wrong(
      `Gerrit reads every number beyond ${FARTHEST} as ${FARTHEST}, so \`${name}${relation}${word}\` is not what it says`,
      "write MAX, MIN or a number up to 4",
    );
  const test: Relation =
    relation === ">=" || relation === "<=" || relation === ">" || relation === "<" ? relation : "=";
  const near = all.filter((value) => Math.abs(value) <= FARTHEST);
  const values = near.filter((value) => relates(value, test, n));
  const zero = relates(0, test, n);
  if (zero && near.length < all.length)
    return wrong(
      `\`${name}${relation}${word}\` takes in 0, and Gerrit looks at no value of \`${name}\` beyond ${FARTHEST}`,
      `write \`-label:${name}=ANY\` for "nobody has voted"`,
    );
  if (zero)
    translating.remarks.push(
      `a vote of 0 is none: \`${name}${relation}${word}\` holds where nobody has voted otherwise`,
    );
  const plainly = all.filter((value) => relates(value, test, n)).length === values.length;
  if (!plainly)
    translating.remarks.push(`of \`${name}${relation}${word}\` Gerrit looks at the values up to ${FARTHEST} only`);
  return ok({ values, zero, plainly });
}

/** What only looks right; undefined: nothing. */
function weighArguments(
  { source, atom, narrowerIsSafe, remarks }: Translating,
  label: Label,
  args: LabelArguments,
): ExpressionProblem | undefined {
  const { user, group, count } = args;
  const said = (message: string, hint: string) => operatorProblem(source, atom, message, hint);
  if (count?.n === 0)
    return said("`count` with 0 is an error in Gerrit", `write \`-label:${label.name}=MAX\` for "nobody has voted so"`);
  if (count?.relation === "<" && count.n === 1)
    return said(
      "Gerrit counts no votes of zero people, so `count<1` never holds",
      "write it with `-` and without count",
    );
  if (user !== undefined && group !== undefined) {
    if (!narrowerIsSafe)
      return said(
        "Gerrit forgets `user=` where `group=` stands beside it, and here that would let more through",
        "leave one of them out",
      );
    remarks.push("Gerrit forgets `user=` where `group=` stands beside it; here both have to hold");
  }
  if (user === "non_contributor" && !narrowerIsSafe)
    return said(
      "more people are contributors here than in Gerrit, and in this place that would let more through",
      "leave `user=non_contributor` out",
    );
  return undefined;
}

/** undefined: the words as they stand mean the same. */
function writeVotes(
  { atom, remarks }: Translating,
  of: { readonly label: Label; readonly vote: Votes; readonly filter: string; readonly args: LabelArguments },
): Expression | undefined {
  const { label, vote, filter, args } = of;
  const { count } = args;
  const below = count?.relation === "<" || count?.relation === "<=";
  const atLeastOne = count === undefined || (count.relation === ">=" && count.n === 1);
  const apart = vote.values.length > 1 && !atLeastOne;
  if (apart) remarks.push("Gerrit counts each value for itself, and not those of a range together");
  if (below) remarks.push("Gerrit's `count` never holds where nobody has voted so");
  // Nothing that could be voted: the strict reader says so.
  if (vote.values.length === 0 && !vote.zero) return undefined;
  if (!vote.zero && vote.plainly && !apart && !below) return undefined;
  const one = (value: string, counted: string): Expression => ({
    kind: "atom",
    atom: strictAtom("label", `${label.name}${value}${filter}${counted}`, atom),
  });
  const each = vote.values.map((value): Expression => {
    const written = `=${value > 0 ? "+" : ""}${value}`;
    const counted = one(written, countText(args));
    return below ? { kind: "and", terms: [one(written, ""), counted] } : counted;
  });
  const nobody: Expression = { kind: "not", term: one("=ANY", "") };
  const terms = vote.zero ? [nobody, ...each] : each;
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind: "or", terms };
}

function countText({ count }: LabelArguments): string {
  return count === undefined ? "" : `,count${count.relation}${count.n}`;
}

/** By its own spelling first. */
function findLabel(name: string, { labels }: Names): Label | undefined {
  return (
    labels.find((label) => label.name === name) ??
    labels.find((label) => label.name.toLowerCase() === name.toLowerCase())
  );
}

function wrongIn({ source, atom }: Translating): (message: string, hint: string) => Result<never, ExpressionProblem> {
  return (message, hint) => fail(operatorProblem(source, atom, message, hint));
}

/** Without 0. */
function range(min: number, max: number): readonly number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index).filter((value) => value !== 0);
}

export function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
