/** What could be done for a requirement, in people's words: who does what, what comes by itself, and what would do instead. */
import { listed } from "./freeze.ts";
import { prose } from "./markdown.ts";
import { comesFirst, isLastResort, replacesVeto, waitsForOthers } from "./next-users.ts";
import type { ChangeFacts } from "./snapshot.ts";
import type { Action, RequirementResult, Verdict, Way } from "./verdict.ts";

export interface Told {
  readonly verdict: Verdict;
  readonly change: Pick<ChangeFacts, "owner">;
  /** A push or a veto comes first: whoever would have to come again is left in peace. */
  readonly onlyFirst: boolean;
}

export interface Turns {
  /** Whole phrases: "bob gives the core approval". Markdown. */
  readonly turns: readonly string[];
  /** What comes by itself: "unit". Plain text. */
  readonly waits: readonly string[];
  /** When something ends by itself: "1 Oct 2026 00:00 UTC". Plain text. */
  readonly untils: readonly string[];
}

const MOST_ALTERNATIVES = 3;

export function turnsOf(requirement: RequirementResult, told: Told): Turns {
  const usual = requirement.ways.filter((way) => !isLastResort(way));
  const ways = usual.length > 0 ? usual : requirement.ways;
  const acts = ({ need, who }: Action) => need > 0 && who.length > 0;
  const isShown = (action: Action) =>
    !told.onlyFirst || (waitsForOthers(requirement) ? comesFirst(action) : !acts(action));
  const [only, ...others] = ways;
  if (only === undefined) return { turns: [], waits: [], untils: [] };
  const shown = ({ actions }: Way) => actions.filter(isShown);
  if (others.length === 0) {
    const waits = shown(only).filter((action) => !acts(action));
    return {
      turns: shown(only).flatMap((action) => (acts(action) ? [turn(action, only, { requirement, told })] : [])),
      waits: waits.filter(({ until }) => until === undefined).map(waitOf),
      untils: waits.filter(({ until }) => until !== undefined).map(waitOf),
    };
  }
  const alternatives = ways
    .map((way) =>
      shown(way).map((action) => (acts(action) ? turn(action, way, { requirement, told }) : prose(waiting(action)))),
    )
    .filter((phrases) => phrases.length > 0)
    .map((phrases) => phrases.join(" and "));
  const first = [...new Set(alternatives)].slice(0, MOST_ALTERNATIVES);
  const more = new Set(alternatives).size > MOST_ALTERNATIVES ? [", or something else (see Details)"] : [];
  return { turns: first.length === 0 ? [] : [`${first.join(", or ")}${more.join("")}`], waits: [], untils: [] };
}

/** "bob or erin", "one of alice, bob, erin", "alice and bob"; where names are not told, "1 of 3 in core". */
export function whoDoes({ who, need, group, kind }: Action, told: Told): string {
  const isTold = told.verdict.people !== "counts" || kind === "retract" || who.every((login) => hasActed(login, told));
  if (!isTold) return prose(`${need} of ${who.length} ${group === undefined ? "people" : `in ${group}`}`);
  if (need > 1 && need < who.length) return `${need} of ${prose(shorten(who).join(", "))}`;
  const shown = shorten(who);
  return prose(need < who.length && shown.length > 2 ? `one of ${shown.join(", ")}` : joined(shown, need < who.length));
}

/** "bob, erin" as the table has it: "bob, erin can give it". */
export function whoCould({ who, group }: Action, { people }: Verdict): string {
  if (people !== "counts") return prose(shorten(who).join(", "));
  return prose(`${who.length} ${group === undefined ? (who.length === 1 ? "person" : "people") : `in ${group}`}`);
}

/** The votes that some way asks for, each once. */
export function voteActions({ ways }: RequirementResult): readonly Action[] {
  const votes = ways.flatMap(({ actions }) => actions.filter(({ kind }) => kind === "vote"));
  return [...new Map(votes.map((action) => [action.who.join(" "), action])).values()];
}

export function isVeto(sentence: string): boolean {
  return / (?:vetoed|said): /.test(sentence);
}

/** The table has a column of its own for these. */
export function isCountSentence(sentence: string): boolean {
  return /^(?:\d+ of \d+ \S|no .+ yet \()/.test(sentence);
}

/** Whose name is in the check anyway. */
export function hasActed(login: string, { verdict, change }: Pick<Told, "verdict" | "change">): boolean {
  return (
    login === change.owner.login ||
    verdict.requirements.some(({ counted, notCounted }) =>
      [...counted, ...notCounted].some(({ by }) => by.login === login),
    )
  );
}

interface Of {
  readonly requirement: RequirementResult;
  readonly told: Told;
}

function turn(action: Action, way: Way, { requirement, told }: Of): string {
  const people = whoDoes(action, told);
  const { need, who } = action;
  const plural = need > 1;
  switch (action.kind) {
    case "retract":
      return /-\d+$/.test(action.do)
        ? `${people} ${plural ? "lift" : "lifts"} the veto, or it stays`
        : `${people} ${plural ? "take" : "takes"} back ${prose(action.do.replace(/^lift /, ""))}`;
    case "vote": {
      const noun = requirement.noun ?? requirement.name;
      if (replacesVeto(action, requirement))
        return `${people} lifts the veto and gives the ${prose(noun)}, or it stays`;
      const isOnly = way.actions.filter(({ kind }) => kind === "vote").length === 1;
      if (!isOnly) return `${people} ${plural ? "vote" : "votes"} ${prose(action.do.replace(/^vote /, ""))}`;
      const what = plural ? `${need < who.length ? "the" : need} ${noun}s` : `the ${noun}`;
      const either = need === 1 && who.length === 2 && people.includes(" or ") ? " (either is enough)" : "";
      return `${people} ${plural ? "give" : "gives"} ${prose(what)}${either}`;
    }
    case "push":
    case "check":
    case "wait":
    case "resolve":
    case "override":
    case "other":
      return `${people}: ${prose(action.do)}`;
  }
}

function waiting(action: Action): string {
  return action.until === undefined ? `waiting for ${waitOf(action)}` : `waiting until ${waitOf(action)}`;
}

function waitOf(action: Action): string {
  return action.do.replace(/^wait (?:for|until) /, "");
}

function shorten(who: readonly string[]): readonly string[] {
  return who.length > 6 ? [...who.slice(0, 6), `${who.length - 6} more`] : who;
}

function joined(words: readonly string[], isChoice: boolean): string {
  return isChoice && words.length === 2 ? words.join(" or ") : listed(words);
}
