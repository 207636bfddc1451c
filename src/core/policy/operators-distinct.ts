/** `distinctvoters:"[Code-Review,Verified],value=MAX,count>1"`: how many people voted, over several labels taken together. */
import { ok } from "../result.ts";
import type { Names, VoterTest } from "./operators.ts";
import { readGroup, wrong, wrongAt, type Read, type Reading } from "./operators-words.ts";
import { isTelling, readBound, type Bound } from "./relation.ts";

export interface DistinctFact {
  readonly kind: "distinct-voters";
  /** At least one, each once; none is computed. */
  readonly labels: readonly string[];
  /** Absent: any vote but 0. MAX and MIN are each label's own. */
  readonly value?: "MAX" | "MIN" | number;
  readonly user?: VoterTest;
  readonly group?: string;
  readonly count: Bound;
}

const EXAMPLE = 'write for example `distinctvoters:"[Code-Review,Verified],value=MAX,count>1"`';

/** undefined: not this operator. */
export function readDistinctFact(reading: Reading): Read<DistinctFact> | undefined {
  const { field, value } = reading.atom;
  if (field !== "distinctvoters") return undefined;
  const [whole, inside = "", rest = ""] = /^\[([^\]]*)\]((?:,[^,]*)*)$/.exec(value) ?? [];
  if (whole === undefined) return wrong(reading, `\`${value}\` names no labels in \`[…]\``, EXAMPLE);
  const labels = readLabels(reading, inside);
  return labels.ok ? readArguments(reading, labels.value, rest.split(",").slice(1)) : labels;
}

function readLabels(reading: Reading, inside: string): Read<readonly Names["labels"][number][]> {
  const labels: Names["labels"][number][] = [];
  for (const name of inside.split(",").map((text) => text.trim())) {
    const label = reading.names.labels.find((known) => known.name === name);
    const at = 1 + Math.max(0, inside.indexOf(name));
    if (label === undefined) {
      const known = reading.names.labels.map((one) => one.name).join(", ");
      return wrongAt(reading, at, { message: `there is no label \`${name}\``, hint: `labels are: ${known}` });
    }
    if (label.computed)
      return wrongAt(reading, at, { message: `\`${name}\` is computed, nobody votes on it`, hint: "leave it out" });
    if (labels.includes(label))
      return wrongAt(reading, at, { message: `\`${name}\` is named twice`, hint: "name it once" });
    labels.push(label);
  }
  return ok(labels);
}

function readArguments(
  reading: Reading,
  labels: readonly Names["labels"][number][],
  args: readonly string[],
): Read<DistinctFact> {
  const given = new Map<string, string>();
  for (const argument of args) {
    const [whole, key = "", value = ""] =
      /^(value|user|group)=(.+)$/.exec(argument) ?? /^(count)(.+)$/.exec(argument) ?? [];
    if (whole === undefined) return wrong(reading, `\`${argument}\` is not known`, EXAMPLE);
    if (given.has(key)) return wrong(reading, `\`${key}\` is given twice`, "give it once");
    given.set(key, value);
  }
  const user = readUser(given.get("user"));
  if (user === undefined && given.has("user"))
    return wrong(
      reading,
      `\`user=${given.get("user")}\` is not known`,
      "known are owner, non_uploader, non_contributor",
    );
  const name = given.get("group");
  const group = name === undefined ? undefined : readGroup(reading, name);
  if (group?.ok === false) return group;
  const value = given.has("value") ? readValue(given.get("value") ?? "") : undefined;
  if (given.has("value") && (value === undefined || !canBeVoted(value, labels)))
    return wrong(
      reading,
      `no vote on all of these labels is \`${given.get("value")}\``,
      "use MAX, MIN or a number but 0",
    );
  const count = readBound(given.get("count") ?? "");
  if (count === undefined || !isTelling(count))
    return wrong(
      reading,
      given.has("count") ? `\`count${given.get("count")}\` says nothing` : "it names no count",
      EXAMPLE,
    );
  return ok({
    kind: "distinct-voters",
    labels: labels.map((label) => label.name),
    ...(value === undefined ? {} : { value }),
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group: group.value }),
    count,
  });
}

function readUser(text: string | undefined): VoterTest | undefined {
  return text === "owner" || text === "non_uploader" || text === "non_contributor" ? text : undefined;
}

function readValue(text: string): DistinctFact["value"] {
  if (text === "MAX" || text === "MIN") return text;
  return /^[+-]?\d{1,4}$/.test(text) && Number(text) !== 0 ? Number(text) : undefined;
}

/** On every label: a number that one of them does not have would quietly leave that one out. */
function canBeVoted(value: NonNullable<DistinctFact["value"]>, labels: readonly Names["labels"][number][]): boolean {
  return labels.every(({ min, max }) => {
    const n = value === "MAX" ? max : value === "MIN" ? min : value;
    return n !== 0 && min <= n && n <= max;
  });
}
