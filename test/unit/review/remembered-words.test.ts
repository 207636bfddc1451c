import { describe, expect, it } from "vitest";
import { rememberedWords } from "../../../bot/gather-overrides.ts";
import { overridesOfReviews } from "../../../src/core/review/override-line.ts";
import type { ReviewRead } from "../../../src/forge/forge.ts";
import { instant } from "../../../src/core/time.ts";
import { alice, sha } from "../policy/sample.ts";

const review = (more: Partial<ReviewRead> = {}): ReviewRead => ({
  ...{ id: "1", by: alice, state: "commented", body: "Override: Emergency: x", sha: sha(101), at: instant(5) },
  ...more,
});
const after = (...looks: readonly (readonly ReviewRead[])[]) =>
  looks
    .reduce<ReturnType<typeof rememberedWords>>(
      (known, reviews) => rememberedWords(known, overridesOfReviews(reviews).words, reviews),
      [],
    )
    .map(({ name, reason, state }) => `${name}: ${reason}: ${state ?? ""}`);

describe("T16: what was first seen of a word stays recorded, and an edited, dismissed or deleted one does not count", () => {
  const edited = (body: string) => [review({ body, editedAt: instant(9) })];
  it.each([
    ["nothing happened", [[review()], [review()]], ["Emergency: x: current"]],
    ["its reason was edited", [[review()], edited("Override: Emergency: y")], ["Emergency: x: edited"]],
    ["it was edited away", [[review()], edited("never mind")], ["Emergency: x: edited"]],
    ["it was edited in", [[review({ body: "hm" })], edited("Override: Emergency: y")], ["Emergency: y: edited"]],
    ["it was edited away and in again", [[review()], edited("no"), [review()]], ["Emergency: x: edited"]],
    ["its review was dismissed", [[review()], [review({ state: "dismissed" })]], ["Emergency: x: dismissed"]],
    ["its review is gone", [[review()], []], ["Emergency: x: deleted"]],
    ["its review is gone and back", [[review()], [], [review()]], ["Emergency: x: deleted"]],
  ])("%s", (_, looks, words) => {
    expect(after(...looks)).toEqual(words);
  });
});
