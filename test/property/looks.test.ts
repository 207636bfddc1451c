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

const given: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant("given" as const),
  by: fc.constantFrom(alice, bob, erin, carol, dave, robot),
  body: fc.constantFrom("", "Code-Review: +2", "Code-Review: -2", "Code-Review: 0", "Workflow: +1", "Code-Review: +1"),
  state: fc.constantFrom("approved" as const, "changes-requested" as const, "commented" as const),
});
const dismissed: fc.Arbitrary<Event> = fc.record({ kind: fc.constant("dismissed" as const), which: fc.nat(20) });
const deleted: fc.Arbitrary<Event> = fc.record({ kind: fc.constant("deleted" as const), which: fc.nat(20) });

const says = (by: Person, body: string): Event => ({ kind: "given", by, body, state: "approved" });
const APPROVALS = [says(alice, "Code-Review: +2"), says(bob, "Code-Review: +2"), says(bob, "Workflow: +1")];

/** Half of them begin with all that is needed, so that there is something to lose. */
const histories = (...kinds: readonly fc.Arbitrary<Event>[]): fc.Arbitrary<readonly Event[]> =>
  fc
    .tuple(fc.boolean(), fc.array(fc.oneof({ weight: 6, arbitrary: given }, ...kinds), { minLength: 1, maxLength: 12 }))
    .map(([approved, events]) => (approved ? [...APPROVALS, ...events] : events));

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

/**
 * Somebody vetoed, and then gave a review without a vote line that was dismissed: what it said only who saw it can tell. With that the
 * veto is lifted by its author; without it the veto stands.
 */
function hidesALift(events: readonly Event[]): boolean {
  const reviews = reviewsAfter(events, events.length);
  return reviews.some(
    ({ by, body, state }, at) =>
      state === "dismissed" &&
      !body.startsWith("Code-Review") &&
      reviews.slice(0, at).some((earlier) => earlier.by.id === by.id && earlier.body === "Code-Review: -2"),
  );
}

/** What was seen of it changes nothing but what nobody else can know, and there a fresh look is the closed one. */
function expectTheSame(events: readonly Event[], seen: Verdict): void {
  const fresh = verdictAfter(events, []);
  if (hidesALift(events)) expect(seen.submittable || !fresh.submittable).toBe(true);
  else expect(decided(seen)).toEqual(decided(fresh));
}

function decided({ submittable, requirements, problems, nextUsers, certificate }: Verdict) {
  return { submittable, problems, nextUsers, certificate, statuses: requirements.map(({ status }) => status) };
}

/** One webhook on its way: of which event, and how many events later it arrives. */
interface Delivery {
  readonly of: number;
  readonly late: number;
}

/** Any of them lost, doubled, and overtaken by others. */
const deliveriesOf = (events: readonly Event[]): fc.Arbitrary<readonly Delivery[]> =>
  fc.array(fc.record({ of: fc.nat(Math.max(0, events.length - 1)), late: fc.nat(14) }), { maxLength: 20 });

/** A look reads the forge as it is when the webhook arrives, whatever the webhook was of. */
function looksAfter(events: readonly Event[], deliveries: readonly Delivery[]): readonly number[] {
  return deliveries.map(({ of, late }) => Math.min(events.length, of + 1 + late)).sort((a, b) => a - b);
}

/** What became of the webhooks of one history. */
function fates(events: readonly Event[], deliveries: readonly Delivery[]): readonly string[] {
  const arrived = [...deliveries].sort((a, b) => a.of + a.late - (b.of + b.late)).map(({ of }) => of);
  return [
    ...(events.some((_, at) => !arrived.includes(at)) ? ["lost"] : []),
    ...(new Set(arrived).size < arrived.length ? ["doubled"] : []),
    ...(arrived.some((of, at) => at > 0 && of < (arrived[at - 1] ?? 0)) ? ["overtaken"] : []),
  ];
}

const looksOf = (events: readonly Event[]): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.nat(events.length), { maxLength: 12 }).map((looks) => [...looks].sort((a, b) => a - b));

describe("for every history of reviews and every loss and doubling of its webhooks", () => {
  it("the last look decides what a fresh one decides, on the same votes", () => {
    let submittable = 0;
    let known = 0;
    fc.assert(
      fc.property(
        histories(dismissed).chain((events) => looksOf(events).map((looks) => ({ events, looks }))),
        ({ events, looks }) => {
          if (verdictAfter(events, []).submittable) submittable += 1;
          if (!hidesALift(events)) known += 1;
          expectTheSame(events, verdictAfter(events, looks));
        },
      ),
      { numRuns: 400 },
    );
    expect(submittable).toBeGreaterThan(10);
    expect(known).toBeGreaterThan(300);
  });

  it("and so in whatever order and how often they arrive", () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(
        histories(dismissed).chain((events) => deliveriesOf(events).map((deliveries) => ({ events, deliveries }))),
        ({ events, deliveries }) => {
          for (const fate of fates(events, deliveries)) met.set(fate, (met.get(fate) ?? 0) + 1);
          expectTheSame(events, verdictAfter(events, looksAfter(events, deliveries)));
        },
      ),
      { numRuns: 400 },
    );
    for (const fate of ["lost", "doubled", "overtaken"]) expect(met.get(fate) ?? 0, fate).toBeGreaterThan(50);
  });

  it("in whatever order the forge lists the reviews, and whichever it lists twice, also those of one second", () => {
    fc.assert(
      fc.property(
        histories(dismissed).chain((events) => {
          const seconds = reviewsAfter(events, events.length).map((review) => ({
            ...review,
            at: instant(Math.floor(review.at / 4) * 4),
          }));
          const shuffled = fc.shuffledSubarray(seconds, { minLength: seconds.length });
          return fc.tuple(fc.constant(seconds), shuffled, fc.subarray(seconds));
        }),
        ([listed, shuffled, twice]) => {
          const judge = (reviews: readonly ReviewRead[]) =>
            decided(evaluate(POLICY, { ...OF, votes: remembered([], votesAt(reviews), { reviews, now: NOW }) }, NOW));
          expect(judge([...shuffled, ...twice])).toEqual(judge(listed));
        },
      ),
      { numRuns: 400 },
    );
  });

  it("what was seen before it vanished closes, and never opens", () => {
    fc.assert(
      fc.property(
        histories(dismissed, deleted).chain((events) => looksOf(events).map((looks) => ({ events, looks }))),
        ({ events, looks }) => {
          if (!hidesALift(events) && verdictAfter(events, looks).submittable)
            expect(verdictAfter(events, []).submittable).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});
