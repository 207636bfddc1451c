/** Webhooks only wake: whichever of them are lost, doubled or late, the last look ends in the verdict of a fresh one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { remembered } from "../../bot/gather-votes.ts";
import { evaluate } from "../../src/core/policy/evaluate.ts";
import { groupsOf, permittedRange } from "../../src/core/policy/policy.ts";
import type { Person, Vote } from "../../src/core/policy/snapshot.ts";
import type { Verdict } from "../../src/core/policy/verdict.ts";
import { votesOfReviews } from "../../src/core/review/vote.ts";
import { instant } from "../../src/core/time.ts";
import type { ReviewRead } from "../../src/forge/forge.ts";
import { alice, bob, carol, dave, erin, NOW, policy, robot, snapshot } from "../unit/policy/sample.ts";

const POLICY = policy();
const OF = snapshot();

type Event =
  | { readonly kind: "given"; readonly by: Person; readonly body: string; readonly state: ReviewRead["state"] }
  | { readonly kind: "dismissed" | "deleted"; readonly which: number };

const given = fc.record({
  kind: fc.constant("given" as const),
  by: fc.constantFrom(alice, bob, erin, carol, dave, robot),
  body: fc.constantFrom("", "Code-Review: +2", "Code-Review: -2", "Code-Review: 0", "Workflow: +1", "Code-Review: +1"),
  state: fc.constantFrom("approved" as const, "changes-requested" as const, "commented" as const),
});
const dismissed = fc.record({ kind: fc.constant("dismissed" as const), which: fc.nat(20) });
const deleted = fc.record({ kind: fc.constant("deleted" as const), which: fc.nat(20) });

/** What the forge answers after the first so many events. */
function reviewsAfter(events: readonly Event[], count: number): readonly ReviewRead[] {
  const reviews: ReviewRead[] = [];
  for (const [at, event] of events.slice(0, count).entries()) {
    if (event.kind === "given") {
      const { by, body, state } = event;
      reviews.push({ id: String(100 + at), by, state, body, sha: OF.change.head, at: instant(NOW - 10_000 + at) });
      continue;
    }
    const which = event.which % Math.max(1, reviews.length);
    const found = reviews[which];
    if (found === undefined) continue;
    if (event.kind === "deleted") reviews.splice(which, 1);
    else reviews[which] = { ...found, state: "dismissed" };
  }
  return reviews;
}

function votesAt(reviews: readonly ReviewRead[]): readonly Vote[] {
  const permitted = (by: Person) => (label: string) =>
    permittedRange(POLICY, label, {
      id: by.id,
      owner: by.id === carol.id,
      branch: "main",
      groups: groupsOf(OF.groups, by.id),
    });
  const context = (by: Person) => ({
    labels: POLICY.labels,
    permitted: permitted(by),
    patchSets: OF.change.patchSets,
  });
  return votesOfReviews(reviews, context).votes;
}

/** The verdict of the last look, with looks after those events before it. */
function verdictAfter(events: readonly Event[], looks: readonly number[]): Verdict {
  let recorded: readonly Vote[] = [];
  for (const look of [...looks, events.length]) {
    const reviews = reviewsAfter(events, look);
    recorded = remembered(recorded, votesAt(reviews), { reviews, now: NOW });
  }
  return evaluate(POLICY, { ...OF, votes: recorded }, NOW);
}

/** All but what a dismissed review once said, which only who saw it can tell. */
function decided({ submittable, requirements, problems, nextUsers, certificate }: Verdict) {
  return { submittable, problems, nextUsers, certificate, statuses: requirements.map(({ status }) => status) };
}

const looksOf = (events: readonly Event[]): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.nat(events.length), { maxLength: 12 }).map((looks) => [...looks].sort((a, b) => a - b));

describe("for every history of reviews and every loss and doubling of its webhooks", () => {
  it("the last look decides what a fresh one decides, on the same votes", () => {
    let submittable = 0;
    fc.assert(
      fc.property(
        fc
          .array(fc.oneof({ weight: 6, arbitrary: given }, dismissed), { maxLength: 14 })
          .chain((events) => looksOf(events).map((looks) => ({ events, looks }))),
        ({ events, looks }) => {
          const fresh = verdictAfter(events, []);
          if (fresh.submittable) submittable += 1;
          expect(decided(verdictAfter(events, looks))).toEqual(decided(fresh));
        },
      ),
      { numRuns: 400 },
    );
    expect(submittable).toBeGreaterThan(3);
  });

  it("what was seen before it vanished closes, and never opens", () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.oneof({ weight: 6, arbitrary: given }, dismissed, deleted), { maxLength: 14 })
          .chain((events) => looksOf(events).map((looks) => ({ events, looks }))),
        ({ events, looks }) => {
          if (verdictAfter(events, looks).submittable) expect(verdictAfter(events, []).submittable).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});
