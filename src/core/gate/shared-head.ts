/**
 * Open pull requests with one head share the place where their checks are shown: a commit has one check of a name (threat T20).
 * Each writes a check run of its own, for its record; all of them say the same of every pull request, as strictly as the strictest,
 * so that it does not matter which one the forge shows.
 */
import type { BranchName, Sha } from "../ids.ts";
import { clip, code, prose } from "../policy/markdown.ts";
import type { CheckVerdict } from "./snapshot.ts";

export interface Told {
  readonly change: number;
  readonly head: Sha;
  readonly target: BranchName;
  readonly said: { readonly title: string; readonly summary: string; readonly verdict: CheckVerdict };
}

/** Strictest first: green only when all are. */
const STRICT: readonly CheckVerdict[] = ["failure", "pending", "neutral", "success"];
const LONGEST_TITLE = 80;
/** For the words about all others together; the own part takes up to 60 000 of the 65 535 bytes. */
const ROOM = 3_000;
const MOST_LISTED = 8;

/** The same where nobody shares the head. Its own part comes last, and whole: programs read the facts there. */
export function toldTogether(one: Told, all: readonly Told[]): Told {
  const sharing = all.filter(({ head }) => head === one.head).sort((a, b) => a.change - b.change);
  const others = sharing.filter(({ change }) => change !== one.change);
  const verdict = STRICT.find((known) => sharing.some(({ said }) => said.verdict === known));
  const strictest = sharing.find(({ said }) => said.verdict === verdict);
  if (others.length === 0 || verdict === undefined || strictest === undefined) return one;
  const listed = sharing.slice(0, MOST_LISTED).map((told) => `- ${place(told)}: ${prose(told.said.title)}`);
  const more = sharing.length > MOST_LISTED ? [`- and ${sharing.length - MOST_LISTED} more`] : [];
  const parts = [
    `This commit is the head of ${sharing.length} pull requests. Each is judged for itself; the check is green when all are ready.`,
    [...listed, ...more].join("\n"),
    clip(others.map((told) => `${heading(told)}\n\n${words(told)}`).join("\n\n"), ROOM),
    heading(one),
    one.said.summary,
  ];
  const title = clip(`#${strictest.change} to ${strictest.target}: ${strictest.said.title}`, LONGEST_TITLE);
  return { ...one, said: { verdict, title, summary: parts.join("\n\n") } };
}

function place({ change, target }: Told): string {
  return `#${change} to ${code(target)}`;
}

function heading(told: Told): string {
  return `### ${place(told)}`;
}

/** What people read: up to the first fold. */
function words({ said }: Told): string {
  return (said.summary.split("<details>")[0] ?? "").trim();
}
