/**
 * The words for overrides of one change: what its reviews say now, and what they said when they were first seen. Nothing here
 * asks the policy, so a word is remembered also while no rule of its name is there. What a review says after it was edited is
 * nobody's word (threat T16); a word that takes back is kept whatever becomes of its review, because it only closes.
 */
import type { RepoId } from "../src/core/ids.ts";
import { overridesOfReviews, type OverrideWord } from "../src/core/review/override-line.ts";
import type { ChangeRead, ReviewRead } from "../src/forge/forge.ts";
import type { Service } from "./service.ts";
import { recordWords, wordKey, wordsOf } from "./store/override-words.ts";

/** Oldest first. Records what is new or has changed; in a change where nobody asked for one, one query and nothing else. */
export async function gatherOverrides(
  service: Service,
  { repository, change }: { readonly repository: RepoId; readonly change: ChangeRead },
): Promise<readonly OverrideWord[]> {
  const at = { repository, change: change.number };
  const recorded = await wordsOf(service.store, at);
  const words = rememberedWords(recorded, overridesOfReviews(change.reviews).words, change.reviews);
  await recordWords(service.store, at, words, service.clock.now());
  return words;
}

/** What is read now, with what was known before. */
export function rememberedWords(
  recorded: readonly OverrideWord[],
  read: readonly OverrideWord[],
  reviews: readonly ReviewRead[],
): readonly OverrideWord[] {
  const before = new Map(recorded.map((word) => [wordKey(word), word]));
  const current = read.map((word): OverrideWord => {
    const known = before.get(wordKey(word));
    // Once ended, always: an edit that is edited away again is an edit.
    const { state = "current" } = known?.state === "current" ? word : (known ?? word);
    return { ...(known ?? word), by: word.by, state };
  });
  const here = new Set(current.map(wordKey));
  const vanished = recorded.filter((word) => !here.has(wordKey(word))).map((word) => ended(word, reviews));
  return [...current, ...vanished].sort((a, b) => a.at - b.at || (wordKey(a) < wordKey(b) ? -1 : 1));
}

/** Its review does not say so any more. */
function ended(word: OverrideWord, reviews: readonly ReviewRead[]): OverrideWord {
  if (word.state !== "current") return word;
  const review = reviews.find(({ id }) => id === word.source?.id);
  const state = review === undefined ? "deleted" : review.state === "dismissed" ? "dismissed" : "edited";
  return { ...word, state };
}
