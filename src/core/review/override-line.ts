/**
 * Words that ask for an override, in reviews: bound to the commit that was shown, as votes are. Whether a word counts is the
 * policy's to say (`policy/override.ts`); here it is only read, so that it is remembered also under a policy that knows no such rule.
 *
 *     Override: Emergency: the runners are down     asks for it, with a reason; alone on its line
 *     Override: Emergency: none                     takes one's word for it back
 *     Override: none                                takes all of them back
 */
import type { Person, PolicySnapshot } from "../policy/snapshot.ts";
import { spokenLines } from "./vote-lines.ts";
import type { Review } from "./vote.ts";

export type OverrideWord = PolicySnapshot["overrides"][number];

export interface OverrideLine {
  /** As written; `none` = all. */
  readonly name: string;
  /** Without space around it; `none` takes back. May be empty: the policy says whether one is needed. */
  readonly reason: string;
}

export interface OverrideFinding {
  readonly line: string;
  readonly why: string;
}

/** What takes a word back, in place of a name or a reason. */
export const NONE = "none";
const LONGEST_BODY = 65_536;
/** What people read of a reason. */
const LONGEST_REASON = 300;
const OVERRIDE = /^ {0,3}Override[ \t]*:[ \t]*([A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*)[ \t]*(?::(.*))?$/i;
/** A body of nothing but such lines is nobody's. */
const MOST_LINES = 20;

/** Each name once, its first line. Linear in the body; at most 64 KiB of it are read. */
export function readOverrideLines(body: string): {
  readonly lines: readonly OverrideLine[];
  readonly findings: readonly OverrideFinding[];
} {
  const lines = new Map<string, OverrideLine>();
  const findings: OverrideFinding[] = [];
  for (const line of spokenLines(body.slice(0, LONGEST_BODY))) {
    // Cut first: a line may be as long as the body.
    const [, name, reason = ""] = OVERRIDE.exec(line.slice(0, 1_000)) ?? [];
    if (name === undefined) findings.push(...lookalike(line));
    else if (lines.has(name.toLowerCase()))
      findings.push({ line: clip(line), why: `the review asks for ${name} twice; its first line counts` });
    else if (lines.size < MOST_LINES) lines.set(name.toLowerCase(), { name, reason: reasonOf(reason) });
  }
  return { lines: [...lines.values()], findings: findings.slice(0, MOST_LINES) };
}

/** The words of all reviews of a change, oldest first, with what looked like words and was none. */
export function overridesOfReviews(reviews: readonly Review[]): {
  readonly words: readonly OverrideWord[];
  readonly findings: readonly (OverrideFinding & { readonly by: Person; readonly review: string })[];
} {
  const read = reviews
    .filter(({ state }) => state !== "pending")
    .map((review) => ({ review, ...readOverrideLines(review.body) }));
  return {
    words: read.flatMap(({ review, lines }) => lines.map((line) => wordOf(review, line))).sort((a, b) => a.at - b.at),
    findings: read.flatMap(({ review, findings }) =>
      findings.map((finding) => ({ ...finding, by: review.by, review: review.id })),
    ),
  };
}

function wordOf({ by, at, sha, id, state, editedAt }: Review, { name, reason }: OverrideLine): OverrideWord {
  const is = state === "dismissed" ? "dismissed" : editedAt !== undefined ? "edited" : "current";
  return { name, by, reason, at, sha, source: { kind: "review", id }, state: is };
}

/** Whether the word takes back what its author asked for, and which: `undefined` = it asks. */
export function takesBack({
  name,
  reason,
}: Pick<OverrideWord, "name" | "reason">): { readonly name?: string } | undefined {
  if (name.toLowerCase() === NONE) return {};
  return reason.toLowerCase() === NONE ? { name } : undefined;
}

/** The body of the review that asks for it; always a comment, never a vote. */
export function formatOverrideReview({ name, reason }: OverrideLine): string {
  const said = reasonOf(reason);
  return said === "" ? `Override: ${name}` : `Override: ${name}: ${said}`;
}

/** A name as the policy may have it; `none` is one here. */
export function isOverrideName(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$/.test(text) && text.length <= 100;
}

function reasonOf(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, LONGEST_REASON)
    .trim();
}

/** A line that begins like one and says a name with something after it. Prose that begins with the word is left alone. */
function lookalike(line: string): readonly OverrideFinding[] {
  const [, colon = "", name = "", rest = ""] =
    /^[\s*_#>`.+-]{0,12}override[*_`]{0,4}(\s{0,4}[:=]\s{0,4}|\s{1,4})[*_`]{0,4}([A-Za-z][A-Za-z0-9_-]{0,60})?[*_`]{0,4}(\s{0,4}[:=])?/i.exec(
      line.slice(0, 200),
    ) ?? [];
  const tries = colon.trim() !== "" || (name !== "" && rest !== "");
  if (!tries) return [];
  const why = "it looks like an override and is none: write `Override: NAME: REASON` alone on its line";
  return [{ line: clip(line), why }];
}

function clip(text: string): string {
  const plain = text.trim();
  return plain.length > 100 ? `${plain.slice(0, 100)}…` : plain;
}
