/** An inbox as people read it, one line per change and the oldest first, and as scripts do (docs/schemas/inbox.schema.json). */
import { kindWord } from "../core/policy/copy.ts";
import { type PublishedVerdict } from "../core/policy/published.ts";
import { type Changed, type Reason, type Waiting } from "../core/review/inbox.ts";
import { formatInstant, type Instant } from "../core/time.ts";
import { type Desk } from "./desk.ts";
import { type InboxFacts, type OpenChange } from "./gather-inbox.ts";
import { clip, columns, counted, oneLine, seenWidth, type Say } from "./say.ts";

export type Entry = Waiting<OpenChange>;

const LONGEST_TITLE = 60;
const SHORTEST_TITLE = 16;

export function inboxLines(desk: Desk, facts: InboxFacts, now: Instant): readonly string[] {
  const { say, location } = desk;
  const { waiting } = facts.inbox;
  const project = `${location.owner}/${location.name}`;
  const what =
    waiting.length === 0
      ? `nothing waits for you`
      : `${waiting.length} ${waiting.length === 1 ? "waits" : "wait"} for you${waiting.length > 1 ? ", oldest first" : ""}`;
  const lines = [say.colour("bold", `${project} · ${what}`)];
  if (waiting.length > 0) lines.push("", ...rows(desk, facts, now));
  const notes = honestLines(facts);
  return notes.length === 0 ? lines : [...lines, "", ...notes.map((line) => say.colour("dim", line))];
}

/** Titles give way where the terminal is narrow; what to do never does. */
function rows({ say, terminal }: Desk, facts: InboxFacts, now: Instant): readonly string[] {
  const told = facts.inbox.waiting.map((entry) => ({ entry, what: whatWaits(entry).join("; ") }));
  const width = terminal.stdout.columns;
  const table = (title: number): readonly string[] =>
    columns(
      told.map(({ entry: { change }, what }) => [
        `${glyph(say, change.verdict)} ${say.link(`#${change.number}`, change.url)}`,
        ageOf(change.openedAt, now),
        change.author === facts.viewer ? "you" : oneLine(change.author),
        clip(oneLine(change.title), title),
        what,
      ]),
    );
  if (width === undefined) return table(LONGEST_TITLE);
  const longest = Math.max(...told.map(({ what }) => what.length));
  const rest = Math.max(...table(1).map(seenWidth)) - longest - 1;
  return table(Math.min(LONGEST_TITLE, Math.max(SHORTEST_TITLE, width - rest - longest)));
}

/** Whether something is awaited there, or in the way; a dot where nobody judged it. */
export function glyph(say: Say, verdict: PublishedVerdict | undefined): string {
  if (verdict === undefined) return "·";
  if (verdict.verdict === "success") return say.colour("green", "◐");
  return verdict.verdict === "failure" ? say.colour("red", "●") : say.colour("yellow", "○");
}

export function whatWaits({ reasons }: Entry): readonly string[] {
  return reasons.map((reason) => reasonWords(reason));
}

function reasonWords(reason: Reason): string {
  switch (reason.kind) {
    case "turn":
      return reason.do.map((one) => oneLine(one)).join(", ");
    case "asked": {
      return `asked for your review${reason.team === undefined ? "" : ` as one of ${oneLine(reason.team)}`}`;
    }
    case "red":
      return `${counted(reason.checks, "check")} failed`;
    case "veto":
      return `${reason.by.map((one) => oneLine(one)).join(", ")} asked for changes`;
    case "comments":
      return `${counted(reason.unanswered, "comment")} to answer`;
    case "changed":
      return changedWords(reason);
  }
}

/** `since your Code-Review+1 on ps 2: 2→3 code, 3→4 rebase` */
function changedWords({ since, newest, votes, steps }: Changed): string {
  if (since === undefined) return "pushed since your review";
  const given = votes.map(({ label, value }) => `${oneLine(label)}${value > 0 ? "+" : ""}${value}`).join(" ");
  const told =
    steps === undefined
      ? `now ps ${newest ?? since}`
      : steps.map(({ from, to, kind }) => `${from}→${to} ${kindWord(kind)}`).join(", ");
  return `since your ${given === "" ? "review" : given} on ps ${since}: ${told}`;
}

/** What cannot be known, and why. */
export function honestLines({ open, inbox }: InboxFacts): readonly string[] {
  const { unjudged, unnamed, unknownTeams } = inbox;
  const lines: string[] = [];
  if (open > 0 && unjudged.length === open) {
    lines.push("No plustwo service speaks here: known are review requests, your reviews and your own changes");
  } else if (unjudged.length > 0) {
    lines.push(`No verdict yet on ${listed(unjudged)}: whose turn it is there is not known`);
  }
  if (unnamed.length > 0) {
    lines.push(`The policy names nobody on ${listed(unnamed)}: you may be one of those who could act`);
  }
  if (unknownTeams.length > 0) {
    const teams = unknownTeams.map((one) => oneLine(one)).join(", ");
    lines.push(`A review is asked of ${teams}; your token does not tell whether you are in it (it needs read:org)`);
  }
  return lines;
}

function listed(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 5).map((one) => `#${one}`);
  return numbers.length > shown.length
    ? `${shown.join(", ")} and ${numbers.length - shown.length} more`
    : shown.join(", ");
}

const UNITS = [
  ["min", 60_000, 60],
  ["h", 3_600_000, 48],
  ["d", 86_400_000, 60],
] as const;
const WEEK_MS = 7 * 86_400_000;

/** `now`, `5 min`, `3 h`, `2 d`, `12 weeks`. */
export function ageOf(since: Instant, now: Instant): string {
  const age = Math.max(0, now - since);
  if (age < UNITS[0][1]) return "now";
  const unit = UNITS.find(([, size, most]) => age < size * most);
  return unit === undefined ? `${Math.floor(age / WEEK_MS)} weeks` : `${Math.floor(age / unit[1])} ${unit[0]}`;
}

/** `docs/schemas/inbox.schema.json`. */
export function inboxJson(desk: Desk, facts: InboxFacts): Readonly<Record<string, unknown>> {
  const { location } = desk;
  return {
    version: 1,
    host: location.host,
    project: `${location.owner}/${location.name}`,
    viewer: facts.viewer,
    open: facts.open,
    waiting: facts.inbox.waiting.map((entry) => entryJson(entry)),
    notKnown: {
      noVerdict: facts.inbox.unjudged,
      namesNobody: facts.inbox.unnamed,
      teams: facts.inbox.unknownTeams,
    },
  };
}

export function entryJson({ change, reasons }: Entry): unknown {
  return {
    number: change.number,
    url: change.url,
    subject: change.title,
    author: change.author,
    draft: change.draft,
    head: change.head,
    openedAt: formatInstant(change.openedAt),
    unresolved: change.unresolved,
    ...(change.verdict === undefined ? {} : { patchSet: change.verdict.patchSet, summary: change.verdict.title }),
    reasons,
  };
}
