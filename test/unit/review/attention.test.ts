import { describe, expect, it } from "vitest";
import { attendedBy, type AttentionFact } from "../../../src/core/review/attention.ts";
import { standingOf } from "../../../src/core/review/standing.ts";
import { instant } from "../../../src/core/time.ts";

const ME = 7;

const change = (more: Partial<AttentionFact> = {}): AttentionFact => ({
  number: 1,
  createdAt: instant(0),
  ownerId: 1,
  workInProgress: false,
  attention: [],
  reviewers: [],
  labels: [],
  ...more,
});

const reasons = (more: Partial<AttentionFact>): unknown => attendedBy(ME, [change(more)]).map((one) => one.reasons);

describe("what waits by a server's attention set", () => {
  it.each<[string, Partial<AttentionFact>, unknown]>([
    [
      "my turn, with the server's reason",
      { attention: [{ who: { id: ME }, why: "Reviewer was added" }] },
      [[{ kind: "turn", do: ["Reviewer was added"] }]],
    ],
    [
      "my turn, where no reason is given",
      { attention: [{ who: { id: ME }, why: "" }] },
      [[{ kind: "turn", do: ["it is your turn"] }]],
    ],
    [
      "my turn on my own change",
      { ownerId: ME, attention: [{ who: { id: ME }, why: "Dave replied" }] },
      [[{ kind: "turn", do: ["Dave replied"] }]],
    ],
    ["a review that I have not given", { reviewers: [ME] }, [[{ kind: "asked" }]]],
    [
      "a review that only others have given",
      { reviewers: [ME], labels: [{ votes: [{ by: { id: 2 } }] }] },
      [[{ kind: "asked" }]],
    ],
    [
      "nothing, where I have voted on any label",
      { reviewers: [ME], labels: [{ votes: [] }, { votes: [{ by: { id: ME } }] }] },
      [],
    ],
    ["nothing, where it is work in progress", { reviewers: [ME], workInProgress: true }, []],
    ["nothing, where I review my own change", { reviewers: [ME], ownerId: ME }, []],
    ["nothing, where it is somebody else's turn", { attention: [{ who: { id: 2 }, why: "" }] }, []],
  ])("is %s", (_, more, expected) => {
    expect(reasons(more)).toEqual(expected);
  });

  it("comes oldest first, and by number where the time is the same", () => {
    const made = (number: number, at: number): AttentionFact =>
      change({ number, createdAt: instant(at), reviewers: [ME] });
    const order = attendedBy(ME, [made(3, 5), made(2, 5), made(9, 1)]).map((one) => one.change.number);
    expect(order).toEqual([9, 2, 3]);
  });
});

describe("a change by its server's requirements", () => {
  const met = { name: "Code-Review", status: "SATISFIED" };
  const fact = { submittable: true, workInProgress: false, mergeable: true, requirements: [met] };

  it.each([
    ["is ready where all is met", {}, "success", "Ready to submit"],
    [
      "waits for what is not met, and for what cannot be evaluated",
      {
        requirements: [
          met,
          { name: "A", status: "UNSATISFIED" },
          { name: "B", status: "ERROR" },
          { name: "C", status: "of another version" },
        ],
      },
      "pending",
      "Waiting: A, B, C",
    ],
    [
      "is ready where a requirement does not apply or is overridden",
      {
        requirements: [
          { name: "A", status: "NOT_APPLICABLE" },
          { name: "B", status: "OVERRIDDEN" },
        ],
      },
      "success",
      "Ready to submit",
    ],
    [
      "is not ready where the server says so, even without a reason",
      { submittable: false },
      "pending",
      "Not ready to submit; the server does not say why",
    ],
    ["is not ready while its author works on it", { workInProgress: true }, "pending", "Work in progress"],
    ["fails where it conflicts, whatever else is met", { mergeable: false }, "failure", "Conflicts with its target"],
  ] as const)("%s", (_, more, verdict, title) => {
    expect(standingOf({ ...fact, ...more })).toMatchObject({ verdict, title });
  });
});
