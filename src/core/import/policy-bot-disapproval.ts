/** `policy.disapproval`: what blocks a change, and who may say so. There anybody of them lifts it; here only who said it. */
import type { Draft } from "./draft.ts";
import { atom, either, not, written, type Formula } from "./formula.ts";
import { readPredicates } from "./policy-bot-predicates.ts";
import { PEOPLE_KEYS } from "./policy-bot-people.ts";
import { BUTTON_LABEL } from "./policy-bot-options.ts";
import type { RuleReading } from "./policy-bot-rules.ts";
import type { Report } from "./report.ts";
import { textsOf, truthOf, valueIn, type YamlNode } from "./yaml-tree.ts";

export interface Disapproval {
  /** Nothing that `if` names may hold; ALWAYS without one. */
  readonly allowed: Formula;
  /** Whose Request changes blocks; undefined: nobody's. */
  readonly group?: string;
}

export function readDisapproval(node: YamlNode, reading: RuleReading): Disapproval {
  const { people, report } = reading;
  const about = "disapproval";
  const requires = valueIn(node, "requires");
  if (node.kind !== "map") report.leftOut(node.line, about, "it is no map; nothing of it was read");
  else
    for (const { key, line } of node.entries)
      if (!["if", "options", "requires"].includes(key))
        report.leftOut(line, `${about}: ${key.slice(0, 60)}`, "it is no key of `disapproval` that is known here");
  for (const { key, line } of requires?.kind === "map" ? requires.entries : [])
    if (!PEOPLE_KEYS.includes(key))
      report.leftOut(line, `${about}: requires.${key.slice(0, 60)}`, "it is no key of `requires` that is known here");
  const blocking = readPredicates(valueIn(node, "if"), { about: `${about}: if`, called: "Disapproval if" }, reading);
  const allowed = not(either(blocking).upper);
  const group = people.groupOf(requires, `${about}: requires`, "disapprovers");
  readMethods(valueIn(valueIn(node, "options"), "methods"), report);
  if (group === undefined) {
    report.kept(node.line, about, "it names nobody who may disapprove, so Request changes blocks nothing, as there");
    return { allowed };
  }
  report.changed(
    requires?.line ?? node.line,
    `${about}: requires`,
    `Request changes by one of \`${group}\` blocks, through every patch set, until its author votes again or the review is dismissed; there anybody of them can revoke anybody's, and one revocation lifts all`,
  );
  return { allowed, group };
}

function readMethods(methods: YamlNode | undefined, report: Report): void {
  for (const kind of ["disapprove", "revoke"]) {
    const given = valueIn(methods, kind);
    if (given?.kind !== "map") continue;
    for (const { key, line, value } of given.entries) {
      const what = `disapproval: options.methods.${kind}.${key}`.slice(0, 120);
      if (key === "github_review") {
        if (truthOf(value) === true) report.kept(line, what, kind === "revoke" ? "by the author of the veto" : "");
        else
          report.changed(
            line,
            what,
            kind === "revoke"
              ? "its author's Approve always lifts a veto here"
              : "Request changes by whoever may disapprove always blocks here",
          );
      } else if (value.kind !== "nothing" && textsOf(value)?.length !== 0)
        report.leftOut(line, what, "comments do not vote, since others can edit them: use Request changes and Approve");
    }
  }
}

/** The requirements it makes, by name. */
export function addDisapproval({ allowed, group }: Disapproval, draft: Draft): void {
  if (allowed.kind !== "constant" || !allowed.value)
    draft.requirements.set("Not-Blocked", {
      description: "Nothing that blocks by itself holds",
      submittableIf: written(allowed),
    });
  if (group !== undefined)
    draft.requirements.set("Not-Disapproved", {
      description: "Nobody who may disapprove requests changes",
      submittableIf: written(not(atom("label", `${BUTTON_LABEL}=MIN,group=${group}`))),
    });
}
