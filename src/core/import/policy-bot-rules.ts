/**
 * A rule of policy-bot: when it is asked (`if`), what it asks for (`requires`), and whose approvals count how (`options`).
 * Approvals that GitHub's Approve button gives are votes on Code-Review; a rule that takes other words alone has a label of its own.
 */
import { nameFor } from "./draft.ts";
import { ALWAYS, and, atom, both, NEVER, not, or, type Bounds, type Formula } from "./formula.ts";
import { PEOPLE_KEYS } from "./policy-bot-people.ts";
import { BUTTON_LABEL, optionsOf, WHO, type Copy, type Who } from "./policy-bot-options.ts";
import { readPredicates } from "./policy-bot-predicates.ts";
import type { Reading } from "./policy-bot-reading.ts";
import { valueIn, type YamlMap, type YamlNode } from "./yaml-tree.ts";

export interface Rule {
  readonly name: string;
  readonly line: number;
  readonly description?: string;
  /** Whether its predicates hold; without any it is never skipped. */
  readonly active: Bounds;
  /** What it asks for, never met where it would not be there. */
  readonly met: Formula;
}

export interface RuleReading extends Reading {
  readonly defaults: YamlNode | undefined;
  /** Of the rules that count Approve, by what they say of pushes. */
  readonly copies: { readonly rule: string; readonly line: number; readonly copy: Copy }[];
  /** May vote on Code-Review. */
  readonly approvers: Set<string>;
  /** Labels of single rules, and who may vote on them. */
  readonly own: Map<string, string>;
}

const RULE_KEYS = ["name", "description", "if", "options", "requires"];

export function readRule(name: string, node: YamlMap, reading: RuleReading): Rule {
  const { report } = reading;
  const about = `rule "${name.slice(0, 60)}"`;
  for (const { key, line } of node.entries)
    if (!RULE_KEYS.includes(key))
      report.leftOut(line, `${about}: ${key.slice(0, 60)}`, "it is no key of a rule that is known here");
  const description = valueIn(node, "description");
  const active = both(readPredicates(valueIn(node, "if"), { about: `${about}: if`, called: `${name} if` }, reading));
  return {
    name,
    line: node.line,
    ...(description?.kind === "text" ? { description: description.text } : {}),
    active,
    met: requirements(node, { name, about }, reading),
  };
}

interface Named {
  readonly name: string;
  readonly about: string;
}

function requirements(node: YamlMap, named: Named, reading: RuleReading): Formula {
  const { report } = reading;
  const { name, about } = named;
  const requires = valueIn(node, "requires");
  if (requires !== undefined && requires.kind !== "map") {
    report.leftOut(requires.line, `${about}: requires`, "it is no map; until it is written anew nothing passes by it");
    return NEVER;
  }
  for (const { key, line } of requires?.entries ?? [])
    if (!["count", "conditions", ...PEOPLE_KEYS].includes(key))
      report.leftOut(line, `${about}: requires.${key.slice(0, 60)}`, "it is no key of `requires` that is known here");
  const conditions = both(
    readPredicates(
      valueIn(requires, "conditions"),
      { about: `${about}: requires.conditions`, called: `${name} only` },
      reading,
    ),
  );
  return and(approvals(node, named, reading), conditions.lower);
}

function approvals(node: YamlMap, { name, about }: Named, reading: RuleReading): Formula {
  const { draft, people, report } = reading;
  const requires = valueIn(node, "requires");
  const options = optionsOf(valueIn(node, "options"), reading.defaults, about, report);
  const given = valueIn(requires, "count");
  const count =
    given === undefined ? 0 : given.kind === "text" && /^-?\d{1,4}$/.test(given.text) ? Number(given.text) : undefined;
  if (count === undefined) {
    report.leftOut(
      given?.line ?? node.line,
      `${about}: requires.count`,
      "it is no number of approvals; until it is one nothing passes by it",
    );
    return NEVER;
  }
  if (count <= 0) {
    report.kept(given?.line ?? node.line, `${about}: no approval`, "it asks for nobody's");
    return ALWAYS;
  }
  const line = given?.line ?? node.line;
  const group = people.groupOf(requires, `${about}: requires`, name);
  if (group === undefined) {
    report.kept(
      line,
      `${about}: requires.count: ${count}`,
      "it names nobody who could approve, so it is never met (`is:false`), as there",
    );
    return NEVER;
  }
  const label = options.approve ? BUTTON_LABEL : ownLabel(name, reading);
  if (options.approve) {
    reading.approvers.add(group);
    reading.copies.push({ rule: about, line, copy: options.copy });
  } else {
    reading.own.set(label, group);
    draft.labels.set(label, {
      values: new Map([
        [0, "No opinion"],
        [1, name.slice(0, 200)],
      ]),
      copyCondition: options.copy,
    });
    report.changed(
      line,
      `${about}: options.methods`,
      `Approve does not count for it, so it has a label of its own: a line \`${label}: +1\` in a review`,
    );
  }
  report.kept(
    line,
    `${about}: requires.count: ${count}`,
    `votes ${label} by ${count} of \`${group}\`${WHO[options.who]}`,
  );
  return counted({ label, group, count, who: options.who });
}

interface Counted {
  readonly label: string;
  readonly group: string;
  readonly count: number;
  readonly who: Who;
}

/** So many people: votes are counted by person, whoever's votes are left out. */
function counted({ label, group, count, who }: Counted): Formula {
  const votes = (user: string, least: number) =>
    atom(
      "label",
      `${label}=MAX${user === "" ? "" : `,user=${user}`},group=${group}${least === 1 ? "" : `,count>=${least}`}`,
    );
  switch (who) {
    case "others":
      return votes("non_contributor", count);
    case "everybody":
      return votes("", count);
    case "author-too": {
      const withAuthor = count === 1 ? votes("owner", 1) : and(votes("owner", 1), votes("non_contributor", count - 1));
      return or(votes("non_contributor", count), withAuthor);
    }
    case "contributors-too":
      return or(votes("", count + 1), and(votes("", count), not(votes("owner", 1))));
  }
}

/** In expressions every part of a label's name begins with a letter. */
function ownLabel(name: string, { draft, own }: RuleReading): string {
  const lettered = (text: string) =>
    text
      .split("-")
      .map((part) => (/^\d/.test(part) ? `n${part}` : part))
      .join("-");
  const taken = (label: string) =>
    [BUTTON_LABEL, ...own.keys(), ...draft.labels.keys()].some(
      (one) => one.toLowerCase() === lettered(label).toLowerCase(),
    );
  return lettered(nameFor(name, taken));
}
