import { describe, expect, it } from "vitest";
import {
  formatVoteReview,
  parseVoteArgument,
  votesOfReview,
  votesOfReviews,
  type Review,
  type VoteContext,
} from "../../../src/core/review/vote.ts";
import { instant } from "../../../src/core/time.ts";
import { alice, NOW, patchSet, policy, sha } from "../policy/sample.ts";

const CORE = { min: -2, max: 2 };
const ANYONE = { min: -1, max: 1 };
const context = (range: typeof CORE | undefined = CORE): VoteContext => ({
  labels: policy().labels,
  permitted: () => range,
  patchSets: [patchSet(1), patchSet(2)],
});

function read(
  state: Review["state"],
  body: string,
  range?: typeof CORE,
): { votes: string; findings: readonly string[] } {
  const review: Review = { id: "9", by: alice, state, body, sha: sha(102), at: NOW };
  const { votes, findings } = votesOfReview(review, context(range));
  const said = votes.map(({ label, value }) => `${label} ${value}`).join(", ");
  return { votes: said, findings: findings.map(({ why }) => why) };
}

describe("a review is votes", () => {
  it.each<[Review["state"], string, typeof CORE, string, string]>([
    ["approved", "", CORE, "Code-Review 2", "Approve alone is the most a core may give"],
    ["approved", "Looks fine", ANYONE, "Code-Review 1", "Approve by anyone else is +1"],
    ["changes-requested", "", CORE, "Code-Review -1", "Request changes is −1"],
    ["commented", "nice", CORE, "", "a comment is no vote"],
    ["pending", "Code-Review: +2", CORE, "", "a review that was not submitted is no vote"],
    ["approved", "Code-Review: +1", CORE, "Code-Review 1", "a line beats Approve"],
    ["approved", "Code-Review: -2", CORE, "Code-Review -2", "a line beats Approve, also with a veto"],
    ["changes-requested", "Code-Review: -2", CORE, "Code-Review -2", "a veto is written"],
    ["changes-requested", "Code-Review: +2", CORE, "Code-Review 2", "a line beats Request changes"],
    ["commented", "Workflow: +1", CORE, "Workflow 1", "a comment with a line is a vote"],
    ["approved", "Workflow: +1", CORE, "Workflow 1, Code-Review 2", "Approve with a line of another label is both"],
    [
      "commented",
      "Code-Review: +2\r\nWorkflow: +1\r\n\r\nWell done",
      CORE,
      "Code-Review 2, Workflow 1",
      "several votes, with the browser's line endings",
    ],
    ["commented", "code-review:+2", CORE, "Code-Review 2", "upper and lower case and spaces do not matter"],
    ["commented", "Code-Review: 2", CORE, "Code-Review 2", "a sign is not needed"],
    ["commented", "Code-Review: −2", CORE, "Code-Review -2", "the typographic minus is a minus"],
    ["commented", "Code-Review: 0", CORE, "Code-Review 0", "0 takes a vote back"],
    ["dismissed", "", CORE, "Code-Review 0", "a dismissed button lets nothing older revive"],
    ["dismissed", "Code-Review: -2", CORE, "Code-Review -2", "a dismissed line is still what it was"],
  ])("%s %j by %j → %j (%s)", (state, body, range, expected) => expect(read(state, body, range).votes).toBe(expected));

  it("is on a patch set without a push of its own only if it was not there before it, whatever the second says", () => {
    const same = { id: "9", by: alice, state: "approved" as const, body: "", sha: sha(101), at: NOW };
    const first = patchSet(1);
    const again = { ...first, n: 2, at: NOW, earlierReviews: ["9"] };
    const on = (id: string): number | undefined =>
      votesOfReview({ ...same, id }, { ...context(), patchSets: [first, again] }).votes[0]?.patchSet;
    expect(on("9")).toBe(1);
    expect(on("10")).toBe(2);
  });

  it("T1: is bound to the patch set of the commit that was shown, and keeps what its author was permitted", () => {
    const review: Review = { id: "9", by: alice, state: "approved", body: "", sha: sha(101), at: NOW };
    expect(votesOfReview(review, context(ANYONE)).votes).toEqual([
      {
        user: alice,
        label: "Code-Review",
        value: 1,
        patchSet: 1,
        sha: sha(101),
        at: NOW,
        source: { kind: "review", id: "9" },
        permitted: ANYONE,
        state: "current",
      },
    ]);
    expect(votesOfReview({ ...review, sha: sha(999) }, context()).votes[0]?.patchSet).toBe(0);
  });

  it("is in the state its review is in", () => {
    const review: Review = { id: "9", by: alice, state: "dismissed", body: "Code-Review: -2", sha: sha(101), at: NOW };
    expect(votesOfReview(review, context()).votes[0]?.state).toBe("dismissed");
    expect(votesOfReview({ ...review, state: "approved", body: "", editedAt: NOW }, context()).votes[0]).toMatchObject({
      state: "edited",
      endedAt: NOW,
      value: 2,
    });
  });

  it("by somebody without any right carries that it had none", () => {
    const review: Review = { id: "9", by: alice, state: "approved", body: "Workflow: +1", sha: sha(101), at: NOW };
    const { votes } = votesOfReview(review, { ...context(), permitted: () => undefined });
    expect(votes.map(({ label, value, permitted }) => [label, value, permitted])).toEqual([
      ["Workflow", 1, { min: 0, max: 0 }],
      ["Code-Review", 0, { min: 0, max: 0 }],
    ]);
  });
});

describe("only the reviewer's own visible words vote", () => {
  it.each([
    ["a quoted line", "> Code-Review: +2"],
    ["a code block", "```\nCode-Review: +2\n```"],
    ["a code block with tildes", "~~~text\nCode-Review: +2\n~~~"],
    ["a code block that is never closed", "```\nCode-Review: +2"],
    ["a longer fence with a shorter one inside", "````\n```\nCode-Review: +2\n````"],
    ["an indented block", "    Code-Review: +2"],
    ["a tab", "\tCode-Review: +2"],
    ["an HTML comment", "<!--\nCode-Review: +2\n-->"],
    ["an HTML comment on its line", "<!-- x --> Code-Review: +2"],
    ["the middle of a sentence", "I would give Code-Review: +2 if it had tests"],
    ["another label", "Coffee: +2"],
  ])("%s does not vote", (_, body) => expect(read("commented", body).votes).toBe(""));

  it("text after a closed block votes again", () => {
    expect(read("commented", "```\nx\n```\nCode-Review: +2").votes).toBe("Code-Review 2");
    expect(read("commented", "<!-- x -->\nCode-Review: +2").votes).toBe("Code-Review 2");
    expect(read("commented", "> x\n\nCode-Review: +2").votes).toBe("Code-Review 2");
  });
});

describe("what looks like a vote and is none is told, never counted", () => {
  it.each<[Review["state"], string, string, string]>([
    ["commented", "Code-Review: +3", "", "Code-Review goes from -2 to +2, so +3 is no vote"],
    ["commented", "Code-Review: yes", "", "`yes` is no value of Code-Review; write Code-Review: -2 to +2"],
    ["commented", "Code-Review:", "", "`` is no value of Code-Review"],
    ["commented", "Verified: +1", "", "Verified is computed from checks; nobody votes on it"],
    ["commented", "Code-Review +2", "", "it looks like a vote and is none: write `Code-Review: +1` alone on its line"],
    ["commented", "- Code-Review: +2", "", "it looks like a vote and is none"],
    ["commented", "**Code-Review: -2**", "", "it looks like a vote and is none"],
    ["commented", "Workflow+1", "", "it looks like a vote and is none"],
    ["approved", "Code-Review: +3", "", "goes from -2 to +2"],
    ["approved", "Code-Review: +3", "", "Approve is not counted as a vote"],
    ["changes-requested", "Code-Review: -3", "Code-Review -1", "goes from -2 to +2"],
    [
      "commented",
      "Code-Review: +2\nCode-Review: -1",
      "Code-Review -1",
      "the review votes Code-Review twice; the lower value counts",
    ],
    [
      "commented",
      "Code-Review: -1\nCode-Review: +2",
      "Code-Review -1",
      "the review votes Code-Review twice; the lower value counts",
    ],
  ])("%s %j", (state, body, votes, why) => {
    const found = read(state, body);
    expect(found.votes).toBe(votes);
    expect(found.findings.some((finding) => finding.includes(why))).toBe(true);
  });

  it("a body of the greatest size is read at once", () => {
    const start = performance.now();
    for (const body of [
      "`".repeat(65_536),
      " ".repeat(65_536),
      "Code-Review:".repeat(5_000),
      "<!--".repeat(16_000),
      "*_".repeat(32_000),
      "\n".repeat(65_536),
    ])
      read("commented", body);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

it("the reviews of a change are votes, oldest first, with who said what could not be read", () => {
  const reviews: readonly Review[] = [
    { id: "2", by: alice, state: "commented", body: "Code-Review: 9", sha: sha(102), at: instant(NOW + 2) },
    { id: "1", by: alice, state: "approved", body: "", sha: sha(101), at: instant(NOW + 1) },
  ];
  const { votes, findings } = votesOfReviews(reviews, () => context());
  expect(votes.map(({ source }) => source.id)).toEqual(["1"]);
  expect(findings).toMatchObject([{ by: alice, review: "2", label: "Code-Review" }]);
});

describe("git review vote", () => {
  it.each([
    ["Code-Review+2", { label: "Code-Review", value: 2 }],
    ["Code-Review-2", { label: "Code-Review", value: -2 }],
    ["Code-Review=-2", { label: "Code-Review", value: -2 }],
    ["Code-Review=1", { label: "Code-Review", value: 1 }],
    ["Workflow+1", { label: "Workflow", value: 1 }],
    ["Workflow-0", { label: "Workflow", value: 0 }],
    ["Code-Review−1", { label: "Code-Review", value: -1 }],
  ])("reads %s", (given, value) => expect(parseVoteArgument(given)).toEqual({ ok: true, value }));

  it.each([
    "",
    "Code-Review",
    "+2",
    "Code-Review 2",
    "Code-Review=",
    "Code-Review=MAX",
    "Code-Review--2",
    "Code-Review+2+2",
    "--help",
  ])("refuses %j with a hint", (given) =>
    expect(parseVoteArgument(given)).toMatchObject({
      ok: false,
      problem: { given, hint: expect.stringContaining("Code-Review+2") as string },
    }),
  );

  it.each([
    [2, false, "APPROVE"],
    [1, false, "APPROVE"],
    [-1, false, "REQUEST_CHANGES"],
    [-2, false, "REQUEST_CHANGES"],
    [0, false, "COMMENT"],
    [2, true, "COMMENT"],
    [-2, true, "COMMENT"],
  ])("writes Code-Review %i, own change %s, as %s", (value, own, event) => {
    expect(formatVoteReview([{ label: "Code-Review", value }], { own }).event).toBe(event);
  });

  it("writes one line per vote, then the message; another label alone is a comment", () => {
    const votes = [
      { label: "Code-Review", value: 2 },
      { label: "Workflow", value: -1 },
    ];
    expect(formatVoteReview(votes, { own: false, message: "Well done\n" })).toEqual({
      event: "APPROVE",
      body: "Code-Review: +2\nWorkflow: -1\n\nWell done",
    });
    expect(formatVoteReview([{ label: "Workflow", value: 1 }], { own: false })).toEqual({
      event: "COMMENT",
      body: "Workflow: +1",
    });
  });

  it("reads back what it writes", () => {
    for (const value of [-2, -1, 0, 1, 2])
      for (const own of [true, false]) {
        const { event, body } = formatVoteReview(
          [
            { label: "Code-Review", value },
            { label: "Workflow", value: 1 },
          ],
          { own, message: "x" },
        );
        const state =
          event === "APPROVE" ? "approved" : event === "REQUEST_CHANGES" ? "changes-requested" : "commented";
        expect(read(state, body).votes).toBe(`Code-Review ${value}, Workflow 1`);
      }
  });
});
