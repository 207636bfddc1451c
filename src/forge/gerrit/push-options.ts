/**
 * What is wished for the changes of a push, in Gerrit's form and git-review's order:
 * topic, t (hashtags), r, cc, wip, ready, private, remove-private, notify, m. Sources: Gerrit, "Uploading Changes";
 * git-review 2.5.
 */
import { fail, ok, type Result } from "../../core/result.ts";

export interface ChangeWishes {
  readonly topic?: string;
  readonly hashtags: readonly string[];
  readonly reviewers: readonly string[];
  readonly cc: readonly string[];
  /** Absent = as it is; the server keeps what it has. */
  readonly work?: "in-progress" | "ready";
  readonly privacy?: "private" | "remove-private";
  readonly notify?: string;
  /** Describes the patch set. */
  readonly message?: string;
}

/** A value that a ref's name cannot carry. */
export interface UnfitWish {
  readonly what: "topic" | "hashtag" | "reviewer" | "cc";
  readonly text: string;
}

/** A topic of the target's own name says nothing, so git-review leaves it out. */
export function pushOptions(wishes: ChangeWishes, target: string): Result<readonly string[], UnfitWish> {
  const { topic, hashtags, reviewers, cc, work, privacy, notify, message } = wishes;
  const worded: readonly (readonly [UnfitWish["what"], string, readonly string[]])[] = [
    ["topic", "topic", topic === undefined || topic === target ? [] : [topic]],
    ["hashtag", "t", hashtags],
    ["reviewer", "r", reviewers],
    ["cc", "cc", cc],
  ];
  const options: string[] = [];
  for (const [what, key, values] of worded) {
    for (const text of values) {
      if (!isFit(text)) return fail({ what, text });
      options.push(`${key}=${text}`);
    }
  }
  if (work !== undefined) options.push(work === "ready" ? "ready" : "wip");
  if (privacy !== undefined) options.push(privacy);
  if (notify !== undefined) options.push(`notify=${notify}`);
  if (message !== undefined) options.push(`m=${encodeMessage(message)}`);
  return ok(options);
}

/** Sent as it is: Gerrit decodes the message alone. Git's rules for names of refs, and the comma, which parts options. */
function isFit(text: string): boolean {
  return /^(?!-)(?!.*(?:\.\.|\.$|\.lock$|\/\.|\/\/|@\{))[^\s\p{Cc}~^:?*[\\,{}%]{1,300}$/u.test(text);
}

/**
 * Percent-encoding, a space as `+`. Gerrit reads `_` as a space before it decodes, and git refuses some of what URLs
 * allow, so everything but letters, digits and the dash is encoded.
 */
function encodeMessage(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return [...bytes].map(encodeByte).join("");
}

function encodeByte(byte: number): string {
  const letter = String.fromCharCode(byte);
  if (/[A-Za-z0-9-]/.test(letter)) return letter;
  return letter === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
