/**
 * What no later layer may change: everything that a requirement without `canOverrideInChildProjects` depends on (ruling 50), as far
 * as the layers up to here define it. Found by the names its expressions speak of, rather too many than too few.
 *
 * A requirement depends on the labels, groups and checks it names; a label on its copy condition, on what it is computed from, on
 * every right to vote on it and on the groups that have one; owners on the label and the groups that make an approval. What a
 * freeze makes an exception for and who may ask for an override is locked as well: both let a change through.
 *
 * Where a definition that is only added could turn a locked requirement, adding is locked too: a check where `check:ANY` helps,
 * a freeze where `freeze:` does, accounts of one human where a vote against the change is counted by person.
 */
import type { Entries, Entry } from "./entries.ts";
import { mentionsOf, type Mention } from "./mentions.ts";
import { ALL_CHECKS, ANY_CHECK } from "./operators.ts";
import type { RequirementKeys } from "./schema.ts";

export type Section = "labels" | "groups" | "checks" | "access" | "owners";
/** What may not even be added to. */
export type Growing = "checks" | "freezes" | "identities";

/** In words: "`Code-Review` of preset:openstack". */
export type Holder = string;

export interface Locks {
  /** Who depends on it. For `access` the name is the label's; for `owners` it is empty. */
  readonly holderOf: (section: Section, name: string) => Holder | undefined;
  readonly growthOf: (growing: Growing) => Holder | undefined;
}

interface Finding {
  readonly entries: Entries;
  readonly defaults: ReadonlyMap<string, string>;
  readonly held: Map<string, Holder>;
  readonly growing: Map<Growing, Holder>;
}

/** `defaults`: groups that mean another one where no file defines them; names in lower case. */
export function locksOf(entries: Entries, defaults: ReadonlyMap<string, string>): Locks {
  const finding: Finding = { entries, defaults, held: new Map(), growing: new Map() };
  for (const requirement of entries.requirements.values())
    if (requirement.keys.canOverrideInChildProjects !== true) holdRequirement(finding, requirement);
  for (const { keys, name, layer } of entries.freezes.values()) {
    const holder = `the freeze \`${name}\` of ${layer.path}`;
    for (const mention of mentionsOf(keys.except, "yes")) hold(finding, holder, mention);
  }
  for (const { keys, name, layer } of entries.overrides.values())
    holdGroup(finding, `the override \`${name}\` of ${layer.path}`, keys.group);
  return {
    holderOf: (section, name) => finding.held.get(keyOf(section, name)),
    growthOf: (growing) => finding.growing.get(growing),
  };
}

function keyOf(section: Section, name: string): string {
  return `${section}:${name.toLowerCase()}`;
}

function holdRequirement(finding: Finding, { name, keys, layer }: Entry<RequirementKeys>): void {
  const holder = `the requirement \`${name}\` of ${layer.path}`;
  const mentions = [
    ...mentionsOf(keys.applicableIf, "no"),
    ...mentionsOf(keys.submittableIf, "yes"),
    ...mentionsOf(keys.overrideIf, "yes"),
  ];
  for (const mention of mentions) hold(finding, holder, mention);
}

function hold(finding: Finding, holder: Holder, mention: Mention): void {
  const { entries, defaults } = finding;
  for (const word of mention.words) {
    if (entries.labels.has(word)) holdLabel(finding, holder, { name: word, mention });
    if (entries.groups.has(word) || defaults.has(word)) holdGroup(finding, holder, word);
    if (entries.checks.has(word)) add(finding, holder, keyOf("checks", word));
  }
  if (mention.field === "check" || mention.field === "") holdChecks(finding, holder, mention);
  if (mention.field === "freeze" && mention.helps !== "no") grow(finding, holder, "freezes");
  if (mention.words.has("code-owners") || /code-owners/i.test(mention.value)) holdOwners(finding, holder);
  const countsPeople = /user=|count|distinct/i.test(`${mention.field}:${mention.value}`);
  if (countsPeople && mention.helps !== "yes") grow(finding, holder, "identities");
}

/** `check:ALL` and `check:ANY` look at every check, whoever defines it. */
function holdChecks(finding: Finding, holder: Holder, { value, helps }: Mention): void {
  const together = [ALL_CHECKS, ANY_CHECK].filter((word) => new RegExp(`\\b${word}\\b`).test(value));
  if (together.length === 0) return;
  for (const name of finding.entries.checks.keys()) add(finding, holder, keyOf("checks", name));
  // One more check can make ANY true and ALL untrue.
  if (together.some((word) => helps !== (word === ANY_CHECK ? "no" : "yes"))) grow(finding, holder, "checks");
}

function holdLabel(
  finding: Finding,
  holder: Holder,
  { name, mention }: { readonly name: string; readonly mention?: Mention },
): void {
  const label = finding.entries.labels.get(name);
  if (label === undefined) return;
  const key = keyOf("labels", name);
  const straight = mention !== undefined && isStraight(mention);
  const visited = finding.held.has(straight ? key : `${key}!`);
  add(finding, holder, key);
  if (!straight) add(finding, holder, `${key}!`);
  if (visited) return;
  add(finding, holder, keyOf("access", name));
  for (const one of mentionsOf(label.keys.copyCondition, "both")) hold(finding, holder, one);
  for (const [value, text] of Object.entries(label.keys.computed ?? {}))
    for (const one of mentionsOf(text, straight ? (Number(value) > 0 ? "yes" : "no") : "both"))
      hold(finding, holder, one);
  for (const { keys } of finding.entries.access)
    for (const [right, grants] of Object.entries(keys))
      if (right.toLowerCase() === `label-${name}` && typeof grants === "object" && !Array.isArray(grants))
        for (const group of Object.keys(grants)) holdGroup(finding, holder, group);
}

/** High values help and low ones do not, as everybody expects of a label. */
function isStraight({ value, helps }: Mention): boolean {
  const high = /=MAX|>|=\+?[1-9]|\+[1-9]/.test(value.replaceAll(/count[<>=]+\d+/g, ""));
  const low = /=MIN|<|=-[1-9]/.test(value.replaceAll(/count[<>=]+\d+/g, ""));
  return (high && !low && helps === "yes") || (low && !high && helps === "no");
}

function holdGroup(finding: Finding, holder: Holder, name: string): void {
  add(finding, holder, keyOf("groups", name));
  const other = finding.defaults.get(name.toLowerCase());
  if (other !== undefined && !finding.entries.groups.has(name.toLowerCase()))
    add(finding, holder, keyOf("groups", other));
}

function holdOwners(finding: Finding, holder: Holder): void {
  add(finding, holder, keyOf("owners", ""));
  const keys = finding.entries.owners?.keys;
  if (keys === undefined) return;
  holdLabel(finding, holder, { name: (keys.vote?.label ?? "Code-Review").toLowerCase() });
  for (const groups of Object.values(keys.allOf ?? {})) for (const group of groups) holdGroup(finding, holder, group);
}

/** The first to be found is named. */
function add({ held }: Finding, holder: Holder, key: string): void {
  if (!held.has(key)) held.set(key, holder);
}

function grow({ growing }: Finding, holder: Holder, what: Growing): void {
  if (!growing.has(what)) growing.set(what, holder);
}
