/**
 * What waits for one person among the open changes of a repository, oldest first. Where the service has judged a change its verdict
 * says whose turn it is; where it has not, only review requests, the person's own reviews and their own changes are known, and the
 * answer says of which changes that is so.
 */
import type { ChangeRecord } from "../gate/record.ts";
import type { Sha } from "../ids.ts";
import type { PublishedVerdict } from "../policy/published.ts";
import type { ChangeKind } from "../policy/snapshot.ts";
import type { Instant } from "../time.ts";

/** One open change, as far as an inbox looks at it. */
export interface InboxFact {
  readonly number: number;
  readonly author: string;
  readonly draft: boolean;
  readonly head: Sha;
  readonly openedAt: Instant;
  /** Of whom a review is asked: logins, and teams as `organization/team`. */
  readonly asked: { readonly people: readonly string[]; readonly teams: readonly string[] };
  /** Threads that nobody has resolved and in which somebody else than the viewer spoke last. */
  readonly unanswered: number;
  /** How many checks of the head have failed. */
  readonly failing: number;
  /** Whose request for changes stands. */
  readonly vetoes: readonly string[];
  /** The commit that the viewer's newest review was given on. */
  readonly reviewed?: Sha;
  /** Of exactly this head. */
  readonly verdict?: PublishedVerdict;
  /** What the service keeps of its patch sets and votes. */
  readonly record?: ChangeRecord;
}

export interface InboxFacts<Fact extends InboxFact = InboxFact> {
  readonly viewer: string;
  /** Those the viewer is in, as `organization/team`; absent = nobody told. */
  readonly teams?: readonly string[];
  readonly changes: readonly Fact[];
}

export type Reason =
  /** The verdict names the viewer. `do`: in its words. */
  | { readonly kind: "turn"; readonly do: readonly string[] }
  | { readonly kind: "asked"; readonly team?: string }
  /** Of the viewer's own change, where no verdict says it. */
  | { readonly kind: "red"; readonly checks: number }
  | { readonly kind: "veto"; readonly by: readonly string[] }
  | { readonly kind: "comments"; readonly unanswered: number }
  | ({ readonly kind: "changed" } & Changed);

/** What came after the viewer's last vote or review of the change. */
export interface Changed {
  /** The patch set they looked at; absent where nobody counted patch sets. */
  readonly since?: number;
  readonly newest?: number;
  /** What they voted then. */
  readonly votes: readonly { readonly label: string; readonly value: number }[];
  /** Absent where the kinds are not known. */
  readonly steps?: readonly { readonly from: number; readonly to: number; readonly kind: ChangeKind }[];
}

export interface Waiting<Fact extends InboxFact> {
  readonly change: Fact;
  /** At least one. */
  readonly reasons: readonly Reason[];
}

export interface Inbox<Fact extends InboxFact> {
  /** The change that was opened first comes first. */
  readonly waiting: readonly Waiting<Fact>[];
  /** Changes without a verdict on their head: whose turn it is there, nobody says. */
  readonly unjudged: readonly number[];
  /** Changes whose verdict says that people could act and names none of them. */
  readonly unnamed: readonly number[];
  /** Teams that were asked and may be the viewer's. */
  readonly unknownTeams: readonly string[];
}

export function inboxOf<Fact extends InboxFact>({ viewer, teams, changes }: InboxFacts<Fact>): Inbox<Fact> {
  const oldestFirst = changes.toSorted((a, b) => a.openedAt - b.openedAt || a.number - b.number);
  const waiting = oldestFirst.flatMap((change): Waiting<Fact>[] => {
    const reasons = change.author === viewer ? ofOwn(change, viewer) : ofOthers(change, viewer, teams ?? []);
    return reasons.length === 0 ? [] : [{ change, reasons }];
  });
  const unjudged = oldestFirst.filter(({ verdict }) => verdict === undefined);
  const asked = unjudged.flatMap((change) => (change.author === viewer ? [] : change.asked.teams));
  return {
    waiting,
    unjudged: unjudged.map(({ number }) => number),
    unnamed: oldestFirst
      .filter(({ verdict }) => verdict !== undefined && namesNobody(verdict))
      .map((one) => one.number),
    unknownTeams: teams === undefined ? [...new Set(asked)].sort() : [],
  };
}

function ofOwn({ verdict, ...change }: InboxFact, viewer: string): readonly Reason[] {
  const answer: Reason[] = change.unanswered === 0 ? [] : [{ kind: "comments", unanswered: change.unanswered }];
  if (verdict !== undefined) return [...turn(verdict, { viewer, draft: change.draft }), ...answer];
  return [
    ...(change.failing === 0 ? [] : [{ kind: "red" as const, checks: change.failing }]),
    ...(change.vetoes.length === 0 ? [] : [{ kind: "veto" as const, by: change.vetoes }]),
    ...answer,
  ];
}

function ofOthers(change: InboxFact, viewer: string, teams: readonly string[]): readonly Reason[] {
  const { verdict, asked } = change;
  const reasons: Reason[] = verdict === undefined ? [] : [...turn(verdict, { viewer, draft: change.draft })];
  const team = asked.teams.find((one) => teams.includes(one));
  // Whoever is named needs not be told that they are asked, too.
  if (reasons.length === 0 && asked.people.includes(viewer)) reasons.push({ kind: "asked" });
  // Where a verdict says who of a team is needed, the team's name alone says less.
  else if (team !== undefined && verdict === undefined) reasons.push({ kind: "asked", team });
  const changed = changedSince(change, viewer);
  if (changed !== undefined && (reasons.length > 0 || (!change.draft && asksForALook(changed, verdict, viewer)))) {
    reasons.push({ kind: "changed", ...changed });
  }
  return reasons;
}

function turn(
  verdict: PublishedVerdict,
  { viewer, draft }: { readonly viewer: string; readonly draft: boolean },
): readonly Reason[] {
  if (!verdict.next.includes(viewer)) return [];
  const open = verdict.requirements.filter(({ status }) => status === "UNSATISFIED" || status === "ERROR");
  const own = open.flatMap(({ ways }) => ways.flatMap(({ who, action }) => (who.includes(viewer) ? [action] : [])));
  // Whoever has to do something about another's veto has no step of their own; what stands in the way is told.
  const vetoes = open.filter(({ blocked }) => blocked).flatMap(({ unmet }) => unmet);
  const said = own.length > 0 ? own : draft ? ["finish it: it is a draft"] : vetoes;
  return [{ kind: "turn", do: [...new Set(said.length === 0 ? [verdict.title] : said)] }];
}

function changedSince(change: InboxFact, viewer: string): Changed | undefined {
  const { verdict, record, reviewed, head } = change;
  if (reviewed === head) return undefined;
  const patchSets = record?.patchSets ?? [];
  const newest = patchSets.at(-1)?.n ?? verdict?.patchSet;
  const given = votesOf(change, viewer);
  const seen = patchSets.findLast(({ sha }) => sha === reviewed)?.n;
  const since = Math.max(seen ?? 0, ...given.map(({ patchSet }) => patchSet));
  if (since === 0 || newest === undefined) return reviewed === undefined ? undefined : { votes: [] };
  if (since >= newest) return undefined;
  const votes = given.flatMap(({ label, value, patchSet }) => (patchSet === since ? [{ label, value }] : []));
  const later = patchSets.filter(({ n }) => n > since);
  const whole = later.length === newest - since;
  const steps = later.map(({ n, kind }) => ({ from: n - 1, to: n, kind }));
  return { since, newest, votes, ...(whole ? { steps } : {}) };
}

interface Given {
  readonly label: string;
  readonly value: number;
  readonly patchSet: number;
}

function votesOf({ verdict, record }: InboxFact, viewer: string): readonly Given[] {
  const kept = (record?.votes ?? []).filter(({ user, state }) => user.login === viewer && state !== "retracted");
  if (kept.length > 0) return kept;
  const all = (verdict?.requirements ?? []).flatMap(({ counted, notCounted }) => [...counted, ...notCounted]);
  const own = all.filter(({ by }) => by === viewer);
  return [...new Map(own.map((vote) => [`${vote.label} ${vote.patchSet}`, vote])).values()];
}

/** A vote that was carried along needs none; nor does one that nothing but a rebase came after. */
function asksForALook(changed: Changed, verdict: PublishedVerdict | undefined, viewer: string): boolean {
  const counted = (verdict?.requirements ?? []).flatMap((one) => one.counted).filter(({ by }) => by === viewer);
  const dropped = (verdict?.requirements ?? []).flatMap((one) => one.notCounted).filter(({ by }) => by === viewer);
  if (counted.length > 0 && dropped.every(({ reason }) => reason !== "outdated")) return false;
  return changed.steps?.every(({ kind }) => PROVEN_SAME.has(kind)) !== true;
}

const PROVEN_SAME: ReadonlySet<ChangeKind> = new Set(["NO_CHANGE", "TRIVIAL_REBASE", "TARGET_MERGE"]);

/** A policy may tell how many could act, and not who. */
function namesNobody({ requirements }: PublishedVerdict): boolean {
  const open = requirements.filter(({ status }) => status === "UNSATISFIED");
  const actions = open.flatMap(({ alternatives = [] }) => alternatives.flatMap((way) => way.actions));
  return actions.some(({ kind, who, need, of }) => kind !== "override" && need > 0 && of > 0 && who.length === 0);
}
