/** The first change of an inbox, with the commands that deal with it. */
import { type Instant } from "../core/time.ts";
import { type Desk } from "./desk.ts";
import { type InboxFacts } from "./gather-inbox.ts";
import { columns, counted, oneLine } from "./say.ts";
import { ageOf, glyph, honestLines, inboxJson, whatWaits, type Entry } from "./show-inbox.ts";

interface Step {
  readonly command: string;
  readonly why: string;
}

const INDENT = "    ";

export function nextLines(desk: Desk, facts: InboxFacts, now: Instant): readonly string[] {
  const { say } = desk;
  const { waiting } = facts.inbox;
  const notes = honestLines(facts).map((line) => say.colour("dim", line));
  const [first] = waiting;
  if (first === undefined) return ["Nothing waits for you", ...notes];
  const { change } = first;
  const who = change.author === facts.viewer ? "yours" : `by ${oneLine(change.author)}`;
  const age = ageOf(change.openedAt, now);
  const opened = `opened ${age === "now" ? "just now" : `${age} ago`}`;
  const others = waiting.length - 1;
  return [
    `${glyph(say, change.verdict)} ${say.colour("bold", `${say.link(`#${change.number}`, change.url)}  ${oneLine(change.title)}`)}`,
    `${INDENT}${who}, ${opened}${change.draft ? ", draft" : ""}`,
    ...whatWaits(first).map((what) => `${INDENT}→ ${what}`),
    `${INDENT}${say.colour("dim", change.url)}`,
    "",
    ...columns(stepsOf(first, facts.viewer).map(({ command, why }) => [`  ${command}`, say.colour("dim", why)])),
    ...(others === 0 && notes.length === 0 ? [] : [""]),
    ...(others === 0 ? [] : [`${others} more ${others === 1 ? "waits" : "wait"} for you: git review inbox`]),
    ...notes,
  ];
}

/** What to type, in the order in which one would. */
function stepsOf({ change, reasons }: Entry, viewer: string): readonly Step[] {
  const { number, author, unresolved, verdict } = change;
  const own = author === viewer;
  const changed = reasons.find((reason) => reason.kind === "changed");
  const steps: Step[] = [];
  if (changed?.since !== undefined && changed.newest !== undefined) {
    const range = `${changed.since}-${changed.newest}`;
    steps.push({ command: `git review -m ${number},${range}`, why: "what changed since you looked" });
  }
  if (unresolved > 0) {
    steps.push({ command: `git review comments ${number}`, why: `${counted(unresolved, "open comment")}` });
  }
  steps.push({ command: `git review -d ${number}`, why: "check it out" });
  if (own) return [...steps, { command: "git review", why: "send it again, after git commit --amend" }];
  const votes = reasons.flatMap((reason) => (reason.kind === "turn" ? reason.do.flatMap(voteIn) : []));
  const given = votes.length > 0 ? [...new Set(votes)].join(" ") : "Code-Review+1";
  const why = verdict === undefined ? "or -1, with -m and the reason" : "or less, with -m and the reason";
  return [...steps, { command: `git review vote ${number} ${given}`, why }];
}

/** The verdict's "vote Code-Review+2", as `git review vote` takes it. */
function voteIn(action: string): readonly string[] {
  const vote = /^vote ([A-Za-z][A-Za-z0-9-]*[+-]\d+)$/.exec(action)?.[1];
  return vote === undefined ? [] : [vote];
}

/** The inbox's document with its first change alone, and with the commands. */
export function nextJson(desk: Desk, facts: InboxFacts): unknown {
  const first = facts.inbox.waiting.slice(0, 1);
  const commands = first.flatMap((entry) => stepsOf(entry, facts.viewer).map(({ command }) => command));
  const document = inboxJson(desk, { ...facts, inbox: { ...facts.inbox, waiting: first } });
  return { ...document, more: Math.max(0, facts.inbox.waiting.length - 1), commands };
}
