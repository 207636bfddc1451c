/**
 * Gerrit's other operators in strict atoms: the values of `is:`, `has:` and `status:` in any case, groups in any case,
 * `onlyextensions:` that asks for every one of them, and patterns as Gerrit's library reads them. Source: Gerrit,
 * ChangeQueryBuilder, SubmitRequirementChangeQueryBuilder, FileExtensionListPredicate, RegexRefPredicate, RegexListSearcher.
 */
import { operatorProblem, type Expression, type ExpressionProblem } from "../policy/expression-tree.ts";
import { fail, ok, type Result } from "../result.ts";
import { readGerritPattern } from "./gerrit-pattern.ts";
import { translateLabel, type Translating } from "./loose-label.ts";
import { strictAtom } from "./strict-text.ts";

type Translated = Result<Expression, ExpressionProblem>;

/** The atom itself where both dialects mean the same by it, also where neither knows it: the strict reader says that. */
export function translateAtom(translating: Translating): Translated {
  const { atom, names, remarks } = translating;
  const { field, value } = atom;
  switch (field) {
    case "label":
      return translateLabel(translating);
    case "is":
    case "has":
    case "status": {
      const lower = value.toLowerCase();
      if (lower === value) return as(translating, value);
      remarks.push(`\`${field}:${value}\` is \`${field}:${lower}\`: in Gerrit upper and lower case are one`);
      return as(translating, lower);
    }
    case "ownerin":
    case "uploaderin":
    case "reviewerin": {
      if (names.groups.includes(value)) return as(translating, value);
      const group = names.groups.find((known) => known.toLowerCase() === value.toLowerCase());
      if (group !== undefined) remarks.push(`\`${value}\` is the group \`${group}\``);
      return as(translating, group ?? value);
    }
    case "onlyextensions":
    case "onlyexts":
      return translateExtensions(translating);
    case "file":
    case "f":
      if (value.includes("withDiffContaining"))
        return wrong(translating, "what a diff contains is not looked at here", "ask for the paths alone: `path:…`");
      return translatePattern(translating, value);
    case "authoremail":
    case "committeremail":
      // A pattern there with or without its `^`.
      if (value.startsWith("^") || !/[\\*+?()[\]{}|]/.test(value)) return translatePattern(translating, value);
      remarks.push(`\`${field}:\` takes a pattern in Gerrit, also without \`^\``);
      return translatePattern(translating, `^${value}`);
    default:
      return OURS.has(field) ? as(translating, value) : translatePattern(translating, value);
  }
}

/** Operators that Gerrit does not have. */
const OURS = new Set(["path-only", "check", "freeze", "quiet", "min-age", "contributorsin", "distinctvoters"]);

/** In Gerrit the extensions are these and no fewer. */
function translateExtensions(translating: Translating): Translated {
  const { atom, remarks } = translating;
  const list = [...new Set(atom.value.split(",").map((one) => one.trim()))];
  // Of one extension both mean the same.
  if (list.length === 1 && list[0] !== "") return as(translating, atom.value);
  remarks.push(
    `\`${atom.field}:\` asks in Gerrit for a file of each of these extensions, here only for none beside them`,
  );
  if (list.includes(""))
    return wrong(
      translating,
      "files without an extension cannot be listed here",
      "name the extensions, or use `path-only:`",
    );
  const each = list.map((one): Expression => ({ kind: "atom", atom: strictAtom("extension", one, atom) }));
  const none: Expression = { kind: "atom", atom: strictAtom(atom.field, list.join(","), atom) };
  return ok({ kind: "and", terms: [none, ...each] });
}

function translatePattern(translating: Translating, value: string): Translated {
  const { atom, narrowerIsSafe, remarks } = translating;
  if (!value.startsWith("^")) return as(translating, value);
  const read = readGerritPattern(value, atom.field === "branch" && !value.startsWith("^refs/"));
  if (!read.ok) return wrong(translating, read.problem.message, read.problem.hint);
  if (read.value.anything) {
    if (!narrowerIsSafe)
      return wrong(
        translating,
        "`@` stands for any text in Gerrit's patterns, and here for itself, which would let more through",
        "write `.*` for any text, or `\\\\@` for the sign",
      );
    remarks.push("`@` stands for any text in Gerrit's patterns, and here for itself");
  }
  return as(translating, value);
}

function as({ atom }: Translating, value: string): Translated {
  return ok({ kind: "atom", atom: value === atom.value ? atom : strictAtom(atom.field, value, atom) });
}

function wrong({ source, atom }: Translating, message: string, hint: string): Translated {
  return fail(operatorProblem(source, atom, message, hint));
}
