/**
 * What stands behind the comma of Gerrit's `label:` operator: `user=`, `group=`, `count`, or one person or group without a key.
 * Keys may be written in any case. Source: Gerrit, PredicateArgs, ChangeQueryBuilder.label.
 */
import type { Names, VoterTest } from "../policy/operators.ts";
import { sameLogin } from "../policy/operators-people.ts";
import { isRelation, type Relation } from "../policy/relation.ts";

export interface LabelArguments {
  readonly user?: VoterTest;
  /** As the policy spells it. */
  readonly group?: string;
  readonly count?: { readonly relation: Relation; readonly n: number };
  /** In what way it was written as strict does not. */
  readonly rewritten?: string;
}

export interface ArgumentProblem {
  readonly message: string;
  readonly hint: string;
}

const VOTERS: readonly VoterTest[] = ["owner", "non_uploader", "non_contributor"];
const KNOWN = "known are user=owner|non_uploader|non_contributor, group=<name>, count>=<n>";
const ONE_PERSON = "votes are counted by group: give that person a group of their own, and write `group=<name>`";

export function readLabelArguments(args: readonly string[], names: Names): LabelArguments | ArgumentProblem {
  let read: LabelArguments = {};
  for (const argument of args) {
    const [whole, key = "", relation = "", value = ""] = /^([A-Za-z_]+)(>=|<=|=|>|<)(.*)$/s.exec(argument) ?? [];
    const more =
      whole === undefined ? positional(argument, names) : keyed(key.toLowerCase(), { relation, value, names });
    if ("message" in more) return more;
    const twice = Object.keys(more).find((one) => one !== "rewritten" && Object.hasOwn(read, one));
    if (twice !== undefined)
      return { message: `\`${twice}\` is given twice, an error in Gerrit too`, hint: "give it once" };
    if (whole === undefined && (read.user ?? read.group) !== undefined)
      return { message: `\`${argument}\` is a second person or group, an error in Gerrit too`, hint: KNOWN };
    const spelled =
      whole !== undefined && key !== key.toLowerCase() ? `\`${key}\` is written \`${key.toLowerCase()}\`` : undefined;
    const rewritten = [read.rewritten, spelled, more.rewritten].filter((part) => part !== undefined).join("; ");
    read = { ...read, ...more, ...(rewritten === "" ? {} : { rewritten }) };
  }
  const keyless = args.some((argument) => !/[<>=]/.test(argument));
  if (keyless && read.count !== undefined)
    return {
      message: "Gerrit counts for each person of a group alone, so this `count` is never more than 1",
      hint: "write `group=<name>` beside `count`",
    };
  return read;
}

function keyed(
  key: string,
  { relation, value, names }: { readonly relation: string; readonly value: string; readonly names: Names },
): LabelArguments | ArgumentProblem {
  if (key === "count") {
    if (!/^\d{1,4}$/.test(value) || !isRelation(relation))
      return { message: `\`count${relation}${value}\` is no number of people`, hint: "write for example `count>=2`" };
    return { count: { relation, n: Number(value) } };
  }
  if (relation !== "=") return { message: `\`${key}${relation}\` is not known`, hint: KNOWN };
  if (key === "user") {
    const user = VOTERS.find((known) => known === value);
    return user === undefined ? { message: `\`user=${value}\` is one person`, hint: ONE_PERSON } : { user };
  }
  if (key === "group") return grouped(value, names);
  if (key === "users")
    return {
      message: "`users=human_reviewers` is Gerrit's, and not offered here",
      hint: "ask for votes of a group, and for how many",
    };
  return { message: `\`${key}=\` is not known, in Gerrit neither`, hint: KNOWN };
}

function positional(argument: string, names: Names): LabelArguments | ArgumentProblem {
  if (argument === "") return { message: "a comma with nothing after it", hint: "remove it" };
  const user = VOTERS.find((known) => known === argument);
  if (user !== undefined) return { user, rewritten: `\`${argument}\` alone is \`user=${argument}\`` };
  if (names.users?.some(({ login }) => sameLogin(login, argument)) === true)
    return { message: `\`${argument}\` is one person, who comes before a group of that name`, hint: ONE_PERSON };
  const group = grouped(argument, names);
  if ("message" in group)
    return { message: `\`${argument}\` is neither a person nor a group that the policy knows`, hint: group.hint };
  return { ...group, rewritten: `\`${argument}\` alone is \`group=${group.group ?? argument}\`` };
}

function grouped(name: string, { groups }: Names): LabelArguments | ArgumentProblem {
  if (groups.includes(name)) return { group: name };
  const group = groups.find((known) => known.toLowerCase() === name.toLowerCase());
  if (group !== undefined) return { group, rewritten: `\`${name}\` is the group \`${group}\`` };
  const known = groups.length === 0 ? "the policy has no groups" : `groups are: ${groups.join(", ")}`;
  return { message: `there is no group \`${name}\``, hint: known };
}
