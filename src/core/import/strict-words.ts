/**
 * Gerrit's looser ways of writing a label test, in the words of the strict reading, where those mean the same: a test without a
 * value is +1, a test that takes in 0 holds when nobody has voted, an argument without a name is a person or a group.
 */
import { atomsOf, type Atom } from "../policy/expression-tree.ts";
import { parseExpression } from "../policy/expression.ts";
import { isRelation, relates } from "../policy/relation.ts";
import type { Names } from "../policy/operators.ts";

export interface Rewritten {
  readonly text: string;
  /** What was written otherwise, and why it means the same or does not. */
  readonly notes: readonly string[];
}

interface Words {
  readonly text: string;
  readonly note: string;
}

/** A text that the grammar refuses comes back as it is. */
export function inStrictWords(text: string, names: Names): Rewritten {
  const parsed = parseExpression(text);
  if (!parsed.ok) return { text, notes: [] };
  const notes = new Set<string>();
  let result = "";
  let read = 0;
  for (const atom of atomsOf(parsed.value)) {
    const words = atom.field === "label" ? labelWords(atom, names) : undefined;
    if (words === undefined) continue;
    result += text.slice(read, atom.offset) + words.text;
    read = atom.offset + atom.text.length;
    notes.add(words.note);
  }
  return { text: result + text.slice(read), notes: [...notes] };
}

const VOTERS = new Set(["owner", "non_uploader", "non_contributor"]);

/** undefined: it stays as it is, and the strict reading says what it makes of it. */
function labelWords({ value }: Atom, names: Names): Words | undefined {
  const [head = "", ...args] = value.split(",");
  const [, name = "", relation = "", word = "", signed = ""] =
    /^(.*?)(?:(>=|<=|=|>|<)([+-]?\d{1,4}|[A-Z]+)|([+-]\d{1,4}))?$/.exec(head) ?? [];
  const label = names.labels.find((known) => known.name === name);
  if (label === undefined) return undefined;
  if (label.computed && args.length > 0)
    return {
      text: quoted(`label:${head}`),
      note: "who votes is left out: the label follows from `checks`, and their producers are pinned there",
    };
  if (relation === "" && signed === "")
    return { text: quoted(["label:" + name + "=+1", ...args].join(",")), note: "without a value Gerrit means +1" };
  const named = args.map((argument) =>
    VOTERS.has(argument) ? `user=${argument}` : names.groups.includes(argument) ? `group=${argument}` : argument,
  );
  if (named.some((argument, index) => argument !== args[index]))
    return { text: quoted([`label:${head}`, ...named].join(",")), note: "an argument without a name was given one" };
  const n = Number(word || signed);
  if (args.length > 0 || !isRelation(relation) || !/^[+-]?\d+$/.test(word) || !relates(0, relation, n))
    return undefined;
  const voted = [...Array(label.max - label.min + 1).keys()]
    .map((index) => label.min + index)
    .filter((one) => one !== 0 && relates(one, relation, n));
  return {
    text: `(${[`-label:${name}=ANY`, ...voted.map((one) => `label:${name}=${one > 0 ? "+" : ""}${one}`)].join(" OR ")})`,
    note: "a test that takes in 0 holds in Gerrit also when nobody has voted",
  };
}

/** An atom whose value has signs that only quotes let stand. */
function quoted(atom: string): string {
  const at = atom.indexOf(":") + 1;
  const value = atom.slice(at);
  return /[\s!"$%&'():;?[\]{}]/.test(value) ? `${atom.slice(0, at)}"${value.replaceAll(/["\\]/g, "\\$&")}"` : atom;
}
