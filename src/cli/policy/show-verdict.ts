/** How a verdict looks in a terminal: the title, one line for each requirement, and where asked who could do what. */
import { broughtWords } from "../../core/policy/brought.ts";
import { explain } from "../../core/policy/explain.ts";
import { isFulfilled } from "../../core/policy/fulfilled.ts";
import type { PolicySnapshot } from "../../core/policy/snapshot.ts";
import type { Action, RequirementResult, Verdict, VoteNotCounted } from "../../core/policy/verdict.ts";
import { formatInstant } from "../../core/time.ts";
import { columns, oneLine, type Say } from "../say.ts";

export interface ShownVerdict {
  readonly verdict: Verdict;
  readonly snapshot: PolicySnapshot;
  readonly explained: boolean;
}

export function showVerdict(say: Say, { verdict, snapshot, explained }: ShownVerdict): void {
  const { change } = snapshot;
  const { title, verdict: colour } = explain({ verdict, snapshot, now: snapshot.now });
  const light = colour === "success" ? "green" : colour === "failure" ? "red" : "yellow";
  say.result(
    say.colour(
      "bold",
      oneLine(`#${change.number} ${change.title} → ${verdict.target} · patch set ${verdict.patchSet}`),
    ),
  );
  say.result(say.colour(light, oneLine(title)));
  for (const problem of verdict.problems) say.result(`  ${oneLine(problem)}`);
  const brought = broughtWords({ verdict, snapshot, now: snapshot.now });
  if (brought !== "") say.result(`  ${oneLine(brought)}`);
  say.result("");
  const rows = verdict.requirements.map((one) => [one.name, wordOf(one), oneLine(because(one))]);
  for (const line of columns(rows)) say.result(`  ${line}`);
  if (explained) for (const line of verdict.requirements.flatMap(details)) say.result(line);
  if (verdict.nextUsers.length > 0) say.result(`\nNext: ${oneLine(verdict.nextUsers.join(", "))}`);
  if (verdict.wakeAt !== undefined) say.result(`Waiting alone may change it at ${formatInstant(verdict.wakeAt)}`);
}

function wordOf(requirement: RequirementResult): string {
  const { status, have, need, blocked } = requirement;
  const votes = have !== undefined && need !== undefined && need > 1 ? ` ${Math.min(have, need)}/${need}` : "";
  switch (status) {
    case "SATISFIED":
      return `ok${votes}`;
    case "UNSATISFIED":
      return `${blocked ? "blocked" : "missing"}${votes}`;
    case "OVERRIDDEN":
      return "overridden";
    case "NOT_APPLICABLE":
      return "not asked";
    case "ERROR":
      return "broken";
  }
}

function because(requirement: RequirementResult): string {
  if (requirement.lift !== undefined) return requirement.lift.sentence;
  return isFulfilled(requirement)
    ? requirement.counted
        .map(({ by, label, value }) => `${by.login} ${label}${value > 0 ? "+" : ""}${value}`)
        .join(", ")
    : requirement.unmetBecause.join("; ");
}

function details(requirement: RequirementResult): readonly string[] {
  const { name, expression, atoms, ways, notCounted, earliest } = requirement;
  if (requirement.status === "NOT_APPLICABLE") return [];
  const lines = [
    ...(expression === "" ? [] : [`  ${oneLine(expression)}`]),
    ...atoms.map(({ text, value }) => `    ${value ? "true " : "false"}  ${oneLine(text)}`),
    ...notCounted.map((vote) => `  not counted: ${oneLine(passedOver(vote))}`),
    ...ways.map(({ actions }, at) => `  ${at === 0 ? "way" : " or"}: ${oneLine(actions.map(act).join(", and "))}`),
    ...(earliest === undefined ? [] : [`  by waiting alone at ${formatInstant(earliest)}`]),
  ];
  return ["", name, ...lines];
}

function passedOver({ by, label, value, why }: VoteNotCounted): string {
  return `${by.login} ${label}${value > 0 ? "+" : ""}${value}: ${why}`;
}

function act({ who, need, do: what }: Action): string {
  if (need === 0 || who.length === 0) return what;
  const some = need < who.length ? `${need} of ` : "";
  return `${some}${who.join(", ")}: ${what}`;
}
