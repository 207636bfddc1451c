/**
 * Overrides: several people of a group lift named requirements of one patch set, with a reason, for a while (threat T38, ruling 56).
 *
 * A word counts that one person of the group, never a bot, said in a review of the head, or of a patch set that only patch sets
 * proven to change nothing followed; with a reason where one is needed; not edited, dismissed, deleted or taken back. It waits
 * `expires` for the others. Once the last of the people needed has spoken, the override runs `expires` from that word. Whoever
 * worked on the change counts as one of several, never alone. Nothing is lifted but what the rule names; a veto in it stands
 * unless the rule overrides vetoes.
 */
import { after, sayDuration, sayInstant, type Instant } from "../time.ts";
import { identityOf } from "./contributors.ts";
import { holds } from "./expression-tree.ts";
import type { Facts } from "./facts.ts";
import { listed } from "./freeze.ts";
import { judge } from "./judge.ts";
import { NEVER_LIFTED } from "./load-time.ts";
import { takesBack, type OverrideWord } from "../review/override-line.ts";
import { patchSetOf } from "../review/vote.ts";
import { groupsOf, type OverrideRule, type Requirement } from "./policy.ts";
import { signed } from "./tally.ts";
import type { Action } from "./verdict.ts";

/** A requirement that holds because people say so. */
export interface Lift {
  readonly rule: string;
  /** Logins, in the order they spoke. */
  readonly people: readonly string[];
  /** As they wrote it, each once. */
  readonly reason: string;
  /** The first moment at which it is lifted no more. */
  readonly until: Instant;
  /** `override:<review>:<rule>`. */
  readonly evidence: readonly string[];
  /** "lifted by alice and bob (Emergency) until 1 Oct 2026 02:00 UTC: the runners are down" */
  readonly sentence: string;
  /** Where it is announced. */
  readonly notify: OverrideRule["notify"];
}

export interface Overriding {
  readonly lift?: Lift;
  /** Sentences about what was asked for and does not lift it: "alice asked for Emergency: 1 of 2 people". */
  readonly nearMisses: readonly string[];
  /** Each alternative, done whole, lifts it: who may still ask for which rule. */
  readonly turns: readonly (readonly Action[])[];
  /** A word or an override ends then by itself. */
  readonly wakeAt?: Instant;
}

const MOST_SENTENCES = 5;
const MOST_WORDS = 200;

export function liftedBy(requirement: Requirement, facts: Facts): Lift | undefined {
  return askOverrides(requirement, facts).lift;
}

export function askOverrides(requirement: Requirement, facts: Facts): Overriding {
  const rules = NEVER_LIFTED.includes(requirement.name)
    ? []
    : facts.policy.overrides.filter(({ lifts }) => lifts.includes(requirement.name));
  if (rules.length === 0) return { nearMisses: [], turns: [] };
  const vetoes = vetoesIn(requirement, facts);
  const asked = rules.map((rule) => askRule(rule, facts, rule.overridesVeto ? [] : vetoes));
  const lifts = asked.flatMap(({ lift }) => lift ?? []);
  // The one that lasts longest; of two the first in the policy.
  const lift = lifts.reduce<Lift | undefined>(
    (best, one) => (best !== undefined && best.until >= one.until ? best : one),
    undefined,
  );
  const wakes = lift === undefined ? asked.flatMap(({ wakeAt }) => wakeAt ?? []) : [lift.until];
  return {
    ...(lift === undefined ? {} : { lift }),
    nearMisses: lift === undefined ? asked.flatMap(({ nearMisses }) => nearMisses).slice(0, MOST_SENTENCES) : [],
    turns: lift === undefined ? asked.flatMap(({ turns }) => turns) : [],
    ...(wakes.length === 0 ? {} : { wakeAt: wakes.reduce((least, at) => (at < least ? at : least)) }),
  };
}

interface Standing {
  readonly word: OverrideWord;
  /** One number per human. */
  readonly human: number;
}

function askRule(rule: OverrideRule, facts: Facts, vetoes: readonly string[]): Overriding {
  const { standing, refused } = wordsFor(rule, facts);
  const complete = completedBy(standing, rule);
  const { now } = facts;
  const until = complete === undefined ? undefined : after(complete.last.word.at, rule.expiresMs);
  if (complete !== undefined && until !== undefined && now < until) {
    const people = complete.words.map(({ word }) => word.by.login);
    if (vetoes.length > 0)
      return {
        nearMisses: [`${listed(people)} asked for ${rule.name}, which lifts no veto: ${vetoes.join(", ")}`],
        turns: [],
        wakeAt: until,
      };
    return { lift: liftOf(rule, complete.words, until), nearMisses: [], turns: [], wakeAt: until };
  }
  const waiting = onePerHuman(standing.filter(({ word }) => now < after(word.at, rule.expiresMs)));
  const names = waiting.map(({ word }) => word.by.login);
  const over = onePerHuman(standing)
    .filter(({ human }) => !waiting.some((one) => one.human === human))
    .map(
      ({ word }) => `${word.by.login} asked for ${rule.name} more than ${sayDuration(rule.expiresMs)} ago; ask again`,
    );
  const amount = `${waiting.length} of ${rule.people} ${rule.people === 1 ? "person" : "people"}`;
  return {
    nearMisses: [
      ...(names.length === 0 && refused.length === 0 && over.length === 0
        ? []
        : // Who comes first: the table of the check has a column for sentences that begin with an amount, and leaves them out.
          [
            names.length === 0
              ? `${amount} asked for ${rule.name}`
              : `${listed(names)} asked for ${rule.name}: ${amount}`,
          ]),
      ...over,
      ...refused,
    ],
    turns: vetoes.length > 0 ? [] : whoElse(rule, waiting, facts),
    ...earliestEnd(waiting, rule),
  };
}

function liftOf(rule: OverrideRule, words: readonly Standing[], until: Instant): Lift {
  const people = words.map(({ word }) => word.by.login);
  const reason = [...new Set(words.map(({ word }) => word.reason).filter((text) => text !== ""))].join("; ");
  const said = `lifted by ${listed(people)} (${rule.name}) until ${sayInstant(until)}`;
  return {
    rule: rule.name,
    people,
    reason,
    until,
    evidence: words.map(({ word }) => `override:${word.source?.id ?? word.by.id}:${rule.name}`).sort(),
    sentence: reason === "" ? said : `${said}: ${reason}`,
    notify: rule.notify,
  };
}

/** The words for one rule that could count, oldest first, and a sentence for each person whose newest word does not. */
function wordsFor(
  rule: OverrideRule,
  facts: Facts,
): { readonly standing: readonly Standing[]; readonly refused: readonly string[] } {
  const { policy, snapshot, now } = facts;
  const takenBack = new Map<number, Instant>();
  const words: Standing[] = [];
  for (const word of snapshot.overrides) {
    if (word.by.type !== "User" || word.at > now) continue;
    const human = identityOf(policy.identities, word.by.id);
    const back = takesBack(word);
    const names = (name: string) => name.toLowerCase() === rule.name.toLowerCase();
    if (back === undefined) {
      if (names(word.name)) words.push({ word, human });
      // Whatever became of the review: taking back only closes.
    } else if (back.name === undefined || names(back.name)) {
      const before = takenBack.get(human);
      takenBack.set(human, before === undefined || before < word.at ? word.at : before);
    }
  }
  const standing: Standing[] = [];
  const refused = new Map<number, string>();
  for (const one of words.sort((a, b) => a.word.at - b.word.at || compareIds(a.word, b.word))) {
    const back = takenBack.get(one.human);
    if (back !== undefined && back >= one.word.at) continue;
    const why = objection(one.word, rule, facts);
    if (why === undefined) {
      standing.push(one);
      refused.delete(one.human);
    } else if (!standing.some(({ human }) => human === one.human))
      refused.set(one.human, `${one.word.by.login} asked for ${rule.name}, not counted: ${why}`);
  }
  // Beyond this only somebody who floods reviews gets; what is left out closes.
  return { standing: standing.slice(-MOST_WORDS), refused: [...refused.values()].slice(0, MOST_SENTENCES) };
}

function objection(word: OverrideWord, rule: OverrideRule, facts: Facts): string | undefined {
  const { snapshot, contributors } = facts;
  const { login, id } = word.by;
  if (!groupsOf(snapshot.groups, id).includes(rule.group)) return `${login} is not in ${rule.group}`;
  if (word.state !== undefined && word.state !== "current")
    return `the review was ${word.state} after it was given; ask again`;
  if (rule.requireReason && word.reason === "") return `it gives no reason; write \`Override: ${rule.name}: REASON\``;
  if (!standsOnHead(word, facts))
    return `it was given on ${word.sha?.slice(0, 7) ?? "no commit"}, and the change is another now; ask again`;
  if (rule.people === 1 && contributors.known.has(id)) return "whoever worked on the change cannot lift it alone";
  return undefined;
}

/** Given on the head, or on a patch set after which only patch sets came that are proven to change nothing. */
function standsOnHead({ sha, at, source }: OverrideWord, { snapshot: { change } }: Facts): boolean {
  if (sha === undefined) return false;
  // After a push away and back the same commit is another patch set (threat T19).
  const given = patchSetOf({ id: source?.id ?? "", sha, at }, change.patchSets);
  const index = change.patchSets.findIndex(({ n }) => n === given);
  return index >= 0 && change.patchSets.slice(index + 1).every(({ kind }) => kind === "NO_CHANGE");
}

/** The newest word that, with those of others at most `expires` older than it, makes enough people; with one word of each. */
function completedBy(
  standing: readonly Standing[],
  { people, expiresMs }: OverrideRule,
): { readonly last: Standing; readonly words: readonly Standing[] } | undefined {
  for (let end = standing.length - 1; end >= 0; end -= 1) {
    const last = standing[end];
    if (last === undefined) break;
    const words: Standing[] = [];
    for (let at = end; at >= 0 && words.length < people; at -= 1) {
      const one = standing[at];
      if (one === undefined || after(one.word.at, expiresMs) <= last.word.at) break;
      if (!words.some(({ human }) => human === one.human)) words.push(one);
    }
    if (words.length === people) return { last, words: words.reverse() };
  }
  return undefined;
}

function onePerHuman(standing: readonly Standing[]): readonly Standing[] {
  return [...new Map(standing.map((one) => [one.human, one])).values()].sort((a, b) => a.word.at - b.word.at);
}

function earliestEnd(waiting: readonly Standing[], { expiresMs }: OverrideRule): { readonly wakeAt?: Instant } {
  const [first] = waiting;
  return first === undefined ? {} : { wakeAt: after(first.word.at, expiresMs) };
}

/** "mallory asked for the override Emergancy, and the policy has none of that name; it has: Emergency" */
export function unknownOverrides({ policy, snapshot }: Pick<Facts, "policy" | "snapshot">): readonly string[] {
  const known = policy.overrides.map(({ name }) => name);
  const has = known.length === 0 ? "it has none at all" : `it has: ${known.join(", ")}`;
  const stray = snapshot.overrides.filter(
    (word) =>
      word.by.type === "User" &&
      takesBack(word) === undefined &&
      !known.some((name) => name.toLowerCase() === word.name.toLowerCase()),
  );
  const said = stray.map(
    ({ by, name }) => `${by.login} asked for the override ${name}, and the policy has none of that name; ${has}`,
  );
  return [...new Set(said)].slice(0, MOST_SENTENCES);
}

/** Who of the group has not asked yet, each human once, where there are enough of them. */
function whoElse(rule: OverrideRule, waiting: readonly Standing[], facts: Facts): readonly (readonly Action[])[] {
  const { policy, snapshot, contributors } = facts;
  const taken = new Set(waiting.map(({ human }) => human));
  const free = new Map<number, string>();
  for (const { id, login } of snapshot.groups[rule.group] ?? []) {
    const human = identityOf(policy.identities, id);
    if (taken.has(human) || (rule.people === 1 && contributors.known.has(id))) continue;
    if (!free.has(human)) free.set(human, login);
  }
  const need = rule.people - waiting.length;
  if (need < 1 || free.size < need) return [];
  return [[{ kind: "override", who: [...free.values()].sort(), need, do: `ask for the override ${rule.name}` }]];
}

/** "bob Code-Review −2": votes that the requirement says must not be there, and are. Computed labels are checks, nobody's veto. */
function vetoesIn({ submittableIf }: Requirement, facts: Facts): readonly string[] {
  const found: string[] = [];
  holds(submittableIf.expression, (test, negated) => {
    if (!negated || test.kind !== "label" || facts.computed.has(test.label)) return true;
    const { value, counted } = judge(test, facts);
    if (value) found.push(...counted.map(({ by, label, value: cast }) => `${by.login} ${label} ${signed(cast)}`));
    return true;
  });
  return [...new Set(found)];
}

/** Review ids grow; "9" comes before "10". */
function compareIds(a: OverrideWord, b: OverrideWord): number {
  const [left, right] = [a.source?.id ?? "", b.source?.id ?? ""];
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
