/**
 * The message and the author of a squash, sealed when the change enters the gate. The subject is the pull request's
 * title with its number, as people who squash know it. The text is the commit's own where there is one commit, else the
 * pull request's description, else the commits' messages one after the other. Trailers of all commits are kept, each once.
 */
import { bodyOf, parseMessage, subjectOf } from "../commit-message/message.ts";
import { footerOf, sameKey, trailersOf } from "../commit-message/trailers.ts";
import type { ChangeFacts, Signature } from "../policy/snapshot.ts";
import { picksOf } from "../release/backport/fix.ts";
import { gateItem, type MergeFacts, oneLine, reviewers, stripSkipMarkers } from "./compose.ts";

export interface SquashFacts extends MergeFacts {
  /** The pull request's description. */
  readonly body: string;
  /** The change's own range, oldest first. */
  readonly commits: readonly { readonly message: string }[];
  /** Who else worked on it. */
  readonly coauthors: readonly Person[];
}

type Person = Pick<Signature, "name" | "email">;

const LONGEST_BODY = 20_000;
const PICKS = /^\(cherry picked from commit [0-9a-f]{7,64}\)[ \t]*\n?/gm;
// Ours to say, or said once for the whole: a contributor's own are left out.
const OURS = ["Gate-Item", "Reviewed-by", "Change-Id", "Co-authored-by"];
// Controls and the marks that turn text around. Line feeds and tabs stay, and so do the joiners that scripts need.
const HIDDEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Depends on nothing but its argument; ends without a line feed. */
export function composeSquashMessage(facts: SquashFacts): string {
  const number = `(#${facts.change})`;
  const title = oneLine(facts.title) || "untitled";
  const subject = title.endsWith(number) ? title : `${title} ${number}`;
  const text = textOf(facts).replace(PICKS, "").trim();
  const trailers = [
    ...(facts.changeId === undefined ? [] : [`Change-Id: ${facts.changeId}`]),
    ...theirTrailers(facts.commits),
    ...picksIn(facts.commits),
    ...facts.coauthors.map((one) => `Co-authored-by: ${oneLine(one.name).replace(/[<>]/g, "")} <${emailOf(one)}>`),
    ...reviewers(facts),
    gateItem(facts),
  ];
  return [subject, ...(text === "" ? [] : [text]), trailers.join("\n")].join("\n\n");
}

/** The change's owner where a commit is theirs, else who made the first commit; the others are co-authors. */
export function squashAuthor({ owner, patchSets, commits }: Pick<ChangeFacts, "owner" | "patchSets" | "commits">): {
  readonly author?: Person;
  readonly coauthors: readonly Person[];
} {
  const newest = patchSets.at(-1);
  const authors = newest?.authors ?? [];
  const author = authors.find(({ user }) => user?.id === owner.id) ?? authors[0];
  const named = commits.flatMap(({ message }) => trailersOf(message)).flatMap(coauthorIn);
  const others = new Map([...authors, ...named].map((one) => [emailOf(one).toLowerCase(), one] as const));
  if (author !== undefined) others.delete(emailOf(author).toLowerCase());
  return {
    ...(author === undefined ? {} : { author: { name: author.name, email: author.email } }),
    coauthors: [...others.values()].map(({ name, email }) => ({ name, email })),
  };
}

function coauthorIn({ key, value }: { readonly key: string; readonly value: string }): readonly Person[] {
  if (!sameKey(key, "Co-authored-by")) return [];
  const [, name, email] = /^(.*?)\s*<([^<>]*)>\s*$/.exec(value) ?? [];
  return name === undefined || email === undefined ? [] : [{ name, email }];
}

function emailOf({ email }: Person): string {
  return oneLine(email).replace(/[<>\s]/g, "");
}

function textOf({ commits, body }: SquashFacts): string {
  const [only, ...more] = commits;
  if (only !== undefined && more.length === 0) return clean(bodyOf(withoutFooter(only.message)));
  const described = clean(body.replaceAll("\r\n", "\n").replace(/<!--[\s\S]*?(?:-->|$)/g, ""));
  if (described !== "") return described;
  const listed = commits.map(({ message }) => {
    const text = bodyOf(withoutFooter(message));
    return `* ${subjectOf(message)}${text === "" ? "" : `\n\n${text}`}`;
  });
  return clean(listed.join("\n\n"));
}

function withoutFooter(message: string): string {
  const parsed = parseMessage(message);
  const footer = footerOf(parsed);
  return footer === undefined ? message : parsed.lines.slice(0, footer.start).join("\n");
}

function theirTrailers(commits: SquashFacts["commits"]): readonly string[] {
  const kept = commits
    .flatMap(({ message }) => (footerOf(parseMessage(message)) === undefined ? [] : trailersOf(message)))
    .filter(({ key }) => !OURS.some((ours) => sameKey(ours, key)))
    .map(({ key, value }) => oneLine(`${key}: ${value}`))
    .filter((line) => /^[^:]+: \S/.test(line));
  return [...new Set(kept)];
}

/** Where its commits were picked from: by that a fix is known on other branches. */
function picksIn(commits: SquashFacts["commits"]): readonly string[] {
  const picks = commits.flatMap(({ message }) => picksOf(message));
  return [...new Set(picks)].map((sha) => `(cherry picked from commit ${sha})`);
}

function clean(text: string): string {
  const plain = stripSkipMarkers(text.replaceAll("\r\n", "\n").replace(HIDDEN, ""));
  const letters = [
    ...plain
      .replace(/[ \t]+$/gm, "")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
  ];
  return letters.length <= LONGEST_BODY
    ? letters.join("")
    : `${letters
        .slice(0, LONGEST_BODY - 1)
        .join("")
        .trimEnd()}…`;
}
