/** A status as people read it (whose turn it is comes last and stands out) and as scripts do (docs/schemas/status.schema.json). */
import { type Check } from "../core/policy/snapshot.ts";
import { type PublishedVerdict } from "../core/policy/published.ts";
import { dayOf, formatInstant, sayInstant } from "../core/time.ts";
import { systemClock } from "../clock.ts";
import { type Desk } from "./desk.ts";
import { type KnownChange, type StatusFacts } from "./gather-status.ts";
import { columns, counted, oneLine, type Say } from "./say.ts";

type Requirement = PublishedVerdict["requirements"][number];
type Way = Requirement["ways"][number];
type Alternative = NonNullable<Requirement["alternatives"]>[number];

const INDENT = " ".repeat(8);

export function statusLines(desk: Desk, facts: StatusFacts): readonly string[] {
  const { say, place } = desk;
  const { changes, notSent, target, viewer } = facts;
  const from = place.head.kind === "branch" ? place.head.branch : "detached HEAD";
  const waiting = changes.filter(({ verdict }) => verdict?.next.includes(viewer) === true).length;
  const mine = waiting === 0 ? "" : ` · ${waiting} ${waiting === 1 ? "waits" : "wait"} for you`;
  const count = `${facts.of === "own" ? `your open changes: ${changes.length}` : counted(changes.length, "change")}${mine}`;
  const heads = columns(changes.map((change) => headLine(say, change)));
  const blocks = changes.map((change, index) => ["", heads[index] ?? "", ...detailLines(say, change, viewer)]);
  const top = changes[0]?.status.number;
  return [
    say.colour("bold", `${from} → ${target} · ${count}`),
    ...blocks.flat(),
    ...(notSent.length === 0 ? [] : [""]),
    ...notSent.flatMap(({ commit, subject, kind }) => {
      const name = `${commit.slice(0, 7)} "${oneLine(subject)}"`;
      if (kind === "finished") return [`Finished: ${name} was sent, and its change is merged or closed now`];
      const where = top === undefined ? "as a new change" : "as a new change of this stack";
      return [`Not sent: ${name}`, `          git review sends it ${where}`];
    }),
    ...undoLine(desk, facts),
  ];
}

function undoLine({ terminal }: Desk, { undo, notSent }: StatusFacts): readonly string[] {
  if (undo === undefined) return [];
  const today = dayOf(undo) === dayOf((terminal.clock ?? systemClock).now());
  const at = today ? `${formatInstant(undo).slice(11, 16)} UTC` : sayInstant(undo);
  return [...(notSent.length === 0 ? [""] : []), `Undo the last submit (${at}): git review undo`];
}

/** `docs/schemas/status.schema.json`. */
export function statusJson(desk: Desk, facts: StatusFacts): Readonly<Record<string, unknown>> {
  const { location, place } = desk;
  return {
    version: 1,
    host: location.host,
    project: `${location.owner}/${location.name}`,
    target: facts.target,
    ...(place.head.kind === "branch" ? { localBranch: place.head.branch } : {}),
    viewer: facts.viewer,
    of: facts.of,
    changes: facts.changes.map(({ status, verdict, newer }) => ({
      number: status.number,
      url: status.url,
      subject: status.title,
      author: status.author.login,
      draft: status.draft,
      head: status.head,
      base: status.base,
      ...(status.changeId === undefined ? {} : { changeId: status.changeId }),
      ...(newer === undefined ? {} : { newerCommit: newer }),
      checks: status.checks.map((check) => ({ name: check.name, kind: check.kind, state: stateOf(check) })),
      ...(status.verdict === undefined ? {} : { summary: status.verdict.title }),
      ...(verdict === undefined ? {} : { verdict }),
    })),
    notSent: facts.notSent,
    ...(facts.undo === undefined ? {} : { undoableSubmitAt: formatInstant(facts.undo) }),
  };
}

function headLine(say: Say, { status, verdict }: KnownChange): readonly string[] {
  const checks = verdict === undefined ? rawChecks(say, status.checks) : judgedChecks(say, verdict);
  return [
    `${glyph(say, verdict)} ${say.link(`#${status.number}`, status.url)}`,
    oneLine(status.title),
    verdict === undefined ? "" : `ps ${verdict.patchSet}`,
    checks.join("  "),
  ];
}

function detailLines(say: Say, change: KnownChange, viewer: string): readonly string[] {
  const { status, verdict, newer } = change;
  const local =
    newer === undefined ? [] : [`${newer.slice(0, 7)} here is newer: git review sends it as the next patch set`];
  if (verdict === undefined) {
    const said = status.verdict === undefined ? "no verdict on this patch set yet" : oneLine(status.verdict.title);
    return [said, ...local, say.colour("dim", status.url)].map((line) => INDENT + line);
  }
  const lines = [
    ...verdict.problems.map((problem) => oneLine(problem)),
    ...verdict.checks.filter(({ state }) => state === "failed").map(({ name, why }) => failure(name, why)),
    ...verdict.requirements.flatMap(votesLines),
    ...verdict.requirements.flatMap((one) => alternativeLines(one, viewer)),
    ...waitLines(verdict),
    ...local,
    say.colour("bold", `→ ${turns(verdict, viewer, status.author.login)}`),
  ];
  return lines.map((line) => INDENT + line);
}

/** The check's own words often begin with its name. */
function failure(name: string, why: string): string {
  const words = oneLine(why);
  return words.startsWith(name) ? words : `${name}: ${words}`;
}

function votesLines(requirement: Requirement): readonly string[] {
  const { noun, have, need, counted: votes, notCounted } = requirement;
  const lines: string[] = [];
  if (need !== undefined && have !== undefined && (have < need || votes.length > 0)) {
    const who = votes.map(({ by, why }) => `${oneLine(by)}${why === "" ? "" : ` (${oneLine(why)})`}`).join(", ");
    lines.push(`${noun}${need > 1 ? "s" : ""} ${have}/${need}${who === "" ? "" : `: ${who}`}`);
  }
  for (const { by, value, why } of notCounted) {
    lines.push(`not counted: ${oneLine(by)} ${value > 0 ? `+${value}` : value}, ${oneLine(why)}`);
  }
  if (requirement.blocked) lines.push(...requirement.unmet.map((sentence) => oneLine(sentence)));
  return lines;
}

/** Where there are several ways each is told whole, in their order: what stands in the last line belongs to one or another of them. */
function alternativeLines({ noun, status, alternatives = [] }: Requirement, viewer: string): readonly string[] {
  if (status !== "UNSATISFIED" || alternatives.length < 2) return [];
  const told = alternatives.map(({ actions }) => actions.map((action) => deed(action, viewer)).join(", and "));
  return [
    `${oneLine(noun)}, ${alternatives.length} ways: ${told[0] ?? ""}`,
    ...told.slice(1).map((way) => `  or ${way}`),
  ];
}

function deed({ who, need, of, group, do: what }: Alternative["actions"][number], viewer: string): string {
  if (need === 0) return oneLine(what);
  const people = who.map((login) => (login === viewer ? "you" : oneLine(login)));
  const few = people.length > 4 ? [...people.slice(0, 4), `${people.length - 4} more`] : people;
  const told = few.length === 0 ? `${of} people${group === undefined ? "" : ` of ${oneLine(group)}`}` : few.join(", ");
  return `${need < of ? `${need} of ` : ""}${told}: ${oneLine(what)}`;
}

/** What nobody can do anything about, beside what somebody can: "waits for #141". Running checks stand in the first line. */
function waitLines({ requirements, checks, next }: PublishedVerdict): readonly string[] {
  if (next.length === 0) return [];
  const open = requirements.filter(({ status }) => status === "UNSATISFIED").flatMap(({ ways }) => ways);
  const waits = open.flatMap(({ who, action }) => {
    const what = /^wait for (.+)$/.exec(action)?.[1];
    return who.length > 0 || what === undefined || checks.some(({ name }) => name === what) ? [] : [oneLine(what)];
  });
  return waits.length === 0 ? [] : [`waits for ${[...new Set(waits)].join(", ")}`];
}

function turns(verdict: PublishedVerdict, viewer: string, owner: string): string {
  if (verdict.submittable) return `nobody; ${verdict.title.charAt(0).toLowerCase()}${verdict.title.slice(1)}`;
  const open = verdict.requirements.filter(({ status }) => status === "UNSATISFIED" || status === "ERROR");
  const ways = open.flatMap(({ ways: all }) => all);
  const theirs = ways.filter(({ who }) => who.some((login) => verdict.next.includes(login)));
  if (theirs.length > 0) return [...new Set(theirs.map((way) => turn(way, viewer, owner)))].join(" · ");
  const waits = [...new Set(ways.filter(({ who }) => who.length === 0).map(({ action }) => oneLine(action)))];
  return waits.length > 0 ? `nobody; ${waits.join(", ")}` : "nobody can do anything yet";
}

function turn({ who, anyOf, action }: Way, viewer: string, owner: string): string {
  const people = who.map((login) => (login === viewer ? "you" : oneLine(login)));
  const named = people.length > 4 ? [...people.slice(0, 4), `${people.length - 4} more`] : people;
  const listed =
    named.length < 2
      ? named.join("")
      : `${named.slice(0, -1).join(", ")} ${anyOf ? "or" : "and"} ${named.at(-1) ?? ""}`;
  const how =
    action.startsWith("push ") && who.includes(viewer) && viewer === owner ? " (git commit --amend, git review)" : "";
  return `${listed}: ${oneLine(action)}${how}`;
}

function glyph(say: Say, verdict: PublishedVerdict | undefined): string {
  switch (verdict?.verdict) {
    case "success":
      return say.colour("green", "◐");
    case "failure":
      return say.colour("red", "●");
    case "pending":
    case "neutral":
      return say.colour("yellow", "○");
    case undefined:
      return "·";
  }
}

function judgedChecks(say: Say, { checks }: PublishedVerdict): readonly string[] {
  return checks.map(({ name, state }) => {
    switch (state) {
      case "passed":
        return `${name} ok`;
      case "failed":
        return say.colour("red", `${name} FAIL`);
      case "running":
        return `${name} …`;
      case "missing":
        return `${name} –`;
      case "not-counted":
        return `${name} ?`;
    }
  });
}

/** Without a service nobody says which checks are needed: all of them, each name once. */
function rawChecks(say: Say, checks: readonly Check[]): readonly string[] {
  const words = checks.map((check) => {
    const state = stateOf(check);
    const name = oneLine(check.name);
    if (state === "passed") return `${name} ok`;
    return state === "failed" ? say.colour("red", `${name} FAIL`) : `${name} …`;
  });
  return [...new Set(words)];
}

export function stateOf({ status, conclusion }: Check): "running" | "passed" | "failed" {
  if (status !== "completed") return "running";
  return conclusion === "success" || conclusion === "neutral" || conclusion === "skipped" ? "passed" : "failed";
}
