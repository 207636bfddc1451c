/**
 * The message of the merge commit that lands a change (a squash: compose-squash.ts), sealed when the change enters the gate. Everything in it that a
 * contributor wrote is data: it may neither switch CI off for the gate commit (ruling 18) nor add lines of its own.
 */
import type { BranchName, ChangeId, Sha } from "../ids.ts";
import type { CountedVote } from "../policy/verdict.ts";
import { itemIdOf } from "./identity.ts";

export interface MergeFacts {
  readonly change: number;
  readonly head: Sha;
  readonly target: BranchName;
  readonly title: string;
  readonly changeId?: ChangeId;
  /** The votes that the verdict counted; those above zero are named as reviewers. */
  readonly votes: readonly CountedVote[];
  /** Login → full name, where known. */
  readonly names?: Readonly<Record<string, string>>;
}

const LONGEST_SUBJECT = 200;
// GitHub skips `push` and `pull_request` workflows for these, wherever they stand in the message, in any case.
const SKIP_MARKERS = [
  /\[\s*(?:skip[\s_-]+ci|ci[\s_-]+skip|no[\s_-]+ci|skip[\s_-]+actions|actions[\s_-]+skip)\s*\]/gi,
  /\bskip-checks\s*:\s*true\b/gi,
];
// Line ends, controls, and the marks that turn text around or hide it: none may come from a title into a message.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Depends on nothing but its argument; ends without a line feed. */
export function composeMergeMessage(facts: MergeFacts): string {
  const subject = `Merge change #${facts.change}: ${oneLine(facts.title) || "untitled"}`;
  const trailers = [
    ...(facts.changeId === undefined ? [] : [`Change-Id: ${facts.changeId}`]),
    ...reviewers(facts),
    gateItem(facts),
  ];
  return `${subject}\n\n${trailers.join("\n")}`;
}

export function gateItem({ target, change, head }: MergeFacts): string {
  return `Gate-Item: ${itemIdOf(target, [{ change, head }])}`;
}

/** Taking one marker out may put another together, so it goes on until nothing is left to take. */
export function stripSkipMarkers(text: string): string {
  for (let rest = text; ;) {
    const stripped = SKIP_MARKERS.reduce((kept, marker) => kept.replace(marker, ""), rest);
    if (stripped === rest) return rest;
    rest = stripped;
  }
}

/** On one line, at most 200 letters, without what could hide in it. */
export function oneLine(text: string): string {
  const flat = text.replace(UNPRINTABLE, " ").replace(/\s+/gu, " ");
  const kept = stripSkipMarkers(flat).replace(/\s+/gu, " ").trim();
  const letters = [...kept];
  return letters.length <= LONGEST_SUBJECT
    ? kept
    : `${letters
        .slice(0, LONGEST_SUBJECT - 1)
        .join("")
        .trimEnd()}…`;
}

/** One line a person, most telling label first, people by login: the order of the votes does not show. */
export function reviewers({ votes, names }: MergeFacts): readonly string[] {
  const byLogin = new Map<string, CountedVote[]>();
  for (const vote of votes) {
    if (vote.value <= 0) continue;
    byLogin.set(vote.by.login, [...(byLogin.get(vote.by.login) ?? []), vote]);
  }
  return [...byLogin]
    .sort(([a], [b]) => compareText(a, b))
    .map(([login, given]) => {
      const labels = new Set(given.map(({ label, value }) => `${oneLine(label)}+${value}`));
      const who = nameOf(login, names);
      return `Reviewed-by: ${who} (${[...labels].sort(compareText).join(", ")})`;
    });
}

function nameOf(login: string, names: MergeFacts["names"]): string {
  const safe = oneLine(login).replace(/[<>]/g, "");
  const name = oneLine(names?.[login] ?? "").replace(/[<>]/g, "");
  return `${name === "" ? safe : name} <${safe}>`;
}

/** By code unit, not by the reader's language: the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
