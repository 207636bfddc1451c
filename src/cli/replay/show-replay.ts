/** How `plustwo replay` looks: counts with the worst first, then the merges with their links, then what nobody can tell. */
import { KINDS, NOTES, type FindingKind, type Judged } from "../../core/replay/finding.ts";
import { type MergeReport, type Replay } from "../../core/replay/findings.ts";
import { formatInstant, type Instant } from "../../core/time.ts";
import { columns, counted, oneLine, type Colour, type Say } from "../say.ts";

export const WORDS: Readonly<Record<FindingKind, string>> = {
  "standing-veto": "merged over a request for changes",
  "merged-red": "merged with a failed check",
  "untested-tree": "landed a tree that nobody had tested",
  "changed-after-approval": "changed after the last approval",
  "contributor-approved": "approved by somebody who contributed to it",
  "no-approval": "merged without any approval",
  "check-not-passed": "merged with a usual check skipped, neutral or unfinished",
  "check-missing": "merged without a usual check",
  "one-approval": "one approval only (counted, no fault)",
};

const MOST_UNKNOWN = 20;

export interface Shown {
  readonly title: string;
  readonly replay: Replay;
  readonly limits: readonly string[];
}

export function showReplay(say: Say, { title, replay, limits }: Shown): void {
  const { merges, counts } = replay;
  const [newest, oldest] = [merges[0], merges.at(-1)];
  if (newest === undefined || oldest === undefined) {
    say.result(`${title}: no pull request was merged there`);
    return;
  }
  say.result(`${title}: ${counted(merges.length, "merge")}, ${day(oldest.mergedAt)} to ${day(newest.mergedAt)}`);
  say.result("");
  const rows = counts.map(({ kind, found, unknowable }) => [
    found === 0 ? "–" : String(found),
    unknowable === 0 ? "–" : String(unknowable),
    WORDS[kind],
  ]);
  const clean = merges.filter(({ findings }) => faults(findings).length === 0).length;
  const table = columns([
    ["found", "not known", ""],
    ...rows.map((row) => row.map((cell, at) => (at === 0 ? cell.padStart(5) : at === 1 ? cell.padStart(9) : cell))),
  ]);
  for (const [index, line] of table.entries()) {
    const count = counts[index - 1];
    say.result(
      `  ${count === undefined ? say.colour("dim", line) : count.found === 0 ? line : say.colour(colourOf(count.kind), line)}`,
    );
  }
  say.result(`  ${String(clean).padStart(5)}             nothing found`);
  for (const merge of worstFirst(merges)) showMerge(say, merge);
  showUnknown(say, merges);
  for (const limit of limits) say.result(`Not looked at: ${limit}`);
}

/** Those with a fault. The worst kind first, then the most findings, then the newest. */
function worstFirst(merges: readonly MergeReport[]): readonly MergeReport[] {
  const rank = ({ findings }: MergeReport) => KINDS.indexOf(faults(findings)[0]?.kind ?? "one-approval");
  return merges
    .filter(({ findings }) => faults(findings).length > 0)
    .toSorted(
      (a, b) => rank(a) - rank(b) || faults(b.findings).length - faults(a.findings).length || b.mergedAt - a.mergedAt,
    );
}

export function faults(findings: readonly Judged[]): readonly Judged[] {
  return findings.filter(({ kind }) => !NOTES.includes(kind));
}

function showMerge(say: Say, { number, title, url, mergedAt, mergedBy, findings, unknowable }: MergeReport): void {
  const by = mergedBy === undefined ? "" : ` by ${oneLine(mergedBy)}`;
  say.result("");
  say.result(`${say.colour("bold", `#${number} ${oneLine(title)}`)}  merged ${day(mergedAt)}${by}`);
  say.result(`  ${say.colour("dim", url)}`);
  for (const { kind, sentence } of faults(findings))
    say.result(`  ${say.colour(colourOf(kind), WORDS[kind])}: ${oneLine(sentence)}`);
  for (const { kind, sentence } of unknowable)
    say.result(`  ${say.colour("dim", `not known whether ${WORDS[kind]}: ${oneLine(sentence)}`)}`);
}

/** Of the merges that nothing was found of: the others have theirs beside them. */
function showUnknown(say: Say, merges: readonly MergeReport[]): void {
  const open = merges.filter(({ findings, unknowable }) => faults(findings).length === 0 && unknowable.length > 0);
  say.result("");
  if (open.length === 0) return;
  say.result(`Not known of ${counted(open.length, "merge")} that nothing was found of:`);
  const lines = open.flatMap(({ number, unknowable }) =>
    unknowable.map(({ kind, sentence }) => `  #${number} ${WORDS[kind]}? ${oneLine(sentence)}`),
  );
  for (const line of lines.slice(0, MOST_UNKNOWN)) say.result(line);
  if (lines.length > MOST_UNKNOWN) say.result(`  and ${lines.length - MOST_UNKNOWN} more; --json names them all`);
}

function colourOf(kind: FindingKind): Colour {
  if (NOTES.includes(kind)) return "dim";
  return KINDS.indexOf(kind) < KINDS.indexOf("check-not-passed") ? "red" : "yellow";
}

export function day(at: Instant): string {
  return formatInstant(at).slice(0, 10);
}
