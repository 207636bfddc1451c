/** The vote lines of a review's body. Linear in its length; at most 64 KiB of it are read, which is all GitHub keeps. */
import type { Label } from "../policy/policy.ts";

export interface VoteLine {
  readonly label: string;
  readonly value: number;
}

export interface VoteFinding {
  readonly label: string;
  /** What the sentence is about: a line that tried to vote, or the review as a whole. */
  readonly counts: "line" | "review";
  readonly line: string;
  readonly why: string;
}

const LONGEST_BODY = 65_536;
const VOTE = /^ {0,3}([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*?)[ \t]*$/;
const VALUE = /^[+-]?\d{1,4}$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Labels are found whatever their upper and lower case: people type them. */
export function readVoteLines(
  body: string,
  labels: readonly Pick<Label, "name" | "min" | "max" | "computed">[],
): { readonly lines: readonly VoteLine[]; readonly findings: readonly VoteFinding[] } {
  const values = new Map<string, number>();
  const findings: VoteFinding[] = [];
  for (const line of spokenLines(body.slice(0, LONGEST_BODY))) {
    const [, name = "", text = ""] = VOTE.exec(line) ?? [];
    const label = labels.find((known) => known.name.toLowerCase() === name.toLowerCase());
    if (label === undefined) {
      findings.push(...lookalike(line, labels));
      continue;
    }
    const read = valueOf(text, label);
    if (typeof read === "string") findings.push({ label: label.name, counts: "line", line: line.trim(), why: read });
    else {
      const before = values.get(label.name);
      if (before !== undefined && before !== read)
        findings.push({
          label: label.name,
          counts: "review",
          line: line.trim(),
          why: `the review votes ${label.name} twice; the lower value counts`,
        });
      values.set(label.name, Math.min(before ?? read, read));
    }
  }
  return { lines: [...values].map(([label, value]) => ({ label, value })), findings };
}

/** What the reader sees as the reviewer's own words: not code, not quoted, not hidden in an HTML comment. */
export function spokenLines(body: string): readonly string[] {
  const spoken: string[] = [];
  let fence: string | undefined;
  let hidden = false;
  for (const line of body.split(/\r\n|\n|\r/)) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = undefined;
      continue;
    }
    if (!hidden && mark !== undefined) {
      fence = mark;
      continue;
    }
    const wasHidden = hidden;
    hidden = hidden ? !line.includes("-->") : line.lastIndexOf("<!--") > line.lastIndexOf("-->");
    // Text beside a comment on one line is not a vote: a vote stands alone on its line.
    if (wasHidden || line.includes("<!--")) continue;
    if (/^(?: {4}| {0,3}\t| {0,3}>)/.test(line)) continue;
    spoken.push(line);
  }
  return spoken;
}

function valueOf(text: string, label: Pick<Label, "name" | "min" | "max" | "computed">): number | string {
  const plain = text.replace(/^[−–]/, "-");
  if (label.computed.length > 0) return `${label.name} is computed from checks; nobody votes on it`;
  if (!VALUE.test(plain)) return `\`${clip(text)}\` is no value of ${label.name}; write ${label.name}: ${range(label)}`;
  const value = Number(plain);
  if (value < label.min || value > label.max)
    return `${label.name} goes from ${range(label)}, so ${clip(text)} is no vote`;
  return value === 0 ? 0 : value;
}

function lookalike(line: string, labels: readonly Pick<Label, "name" | "min" | "max">[]): readonly VoteFinding[] {
  // Cut first: the line may be as long as the body.
  const [, name = ""] =
    /^[\s*_#+.-]{0,8}([A-Za-z][A-Za-z0-9-]{0,60}?)[\s*_:=]{0,8}[+−–-]?\d{1,4}[\s*_.!]{0,8}$/.exec(line.slice(0, 120)) ??
    [];
  const label = labels.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (label === undefined) return [];
  return [
    {
      label: label.name,
      counts: "line",
      line: line.trim(),
      why: `it looks like a vote and is none: write \`${label.name}: +1\` alone on its line`,
    },
  ];
}

function range({ min, max }: { readonly min: number; readonly max: number }): string {
  return `${min} to +${max}`;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
