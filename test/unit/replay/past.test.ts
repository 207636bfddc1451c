import { describe, expect, it } from "vitest";
import type { Policy } from "../../../src/core/policy/policy.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import type { Person } from "../../../src/core/policy/snapshot.ts";
import type { MergeCheck, MergeFacts, MergeReview } from "../../../src/core/replay/merge.ts";
import { policyToday } from "../../../src/core/replay/past-groups.ts";
import { headsOf, type PastPush } from "../../../src/core/replay/past-heads.ts";
import type { PastCommit, PastFacts, PastPatchSet } from "../../../src/core/replay/past-snapshot.ts";
import { diffPast, judgePast } from "../../../src/core/replay/past-worlds.ts";
import { after, instant } from "../../../src/core/time.ts";
import { alice, bob, branch, carol, dave, NOW, sha, signature } from "../policy/sample.ts";

const MERGED = instant(NOW);
const minutes = (count: number) => after(MERGED, count * 60_000);
const review = (by: Person, more: Partial<MergeReview> = {}): MergeReview => ({
  ...{ id: `r${by.id}`, by, state: "approved", body: "", at: minutes(-10) },
  ...{ commit: { sha: sha(100), tree: sha(1100) }, ...more },
});
const job = (more: Partial<MergeCheck> = {}): MergeCheck => ({
  ...{ sha: sha(100), name: "unit", kind: "job", by: "github-actions", event: "pull_request", conclusion: "success" },
  ...{ workflow: ".github/workflows/ci.yml", headBranch: branch("work"), appId: 15_368 },
  ...{ askedAt: minutes(-30), startedAt: minutes(-30), endedAt: minutes(-29), ...more },
});
/** Opened by carol an hour before, merged at MERGED as sha 100. */
const merge = (more: Partial<MergeFacts> = {}): MergeFacts => ({
  ...{ number: 7, title: "Add parser", url: "https://forge/7", body: "", author: carol, openedAt: minutes(-60) },
  ...{ base: branch("main"), headBranch: branch("work"), mergedAt: MERGED, mergedBy: alice },
  head: { sha: sha(100), tree: sha(1100) },
  landed: { sha: sha(300), tree: sha(1300), parents: [sha(50), sha(100)] },
  commits: { read: [] },
  reviews: { read: [review(alice), review(bob)] },
  forcePushes: { read: [] },
  checks: { read: [job()] },
  ...more,
});
const push = (after: number, at: number, more: Partial<PastPush> = {}): PastPush => ({
  ...{ after: sha(after), at: minutes(at), by: carol, ...more },
});

describe("the heads of a merged pull request", () => {
  const heads = (pushes: readonly PastPush[], more: Partial<MergeFacts> = {}) => {
    const found = headsOf(merge(more), pushes);
    return found.ok
      ? found.value.map(({ sha: head, by }) => `${Number.parseInt(head, 16)} ${by.login}`)
      : found.problem;
  };

  it.each<[string, readonly PastPush[], readonly string[] | string]>([
    ["pushed once, before it was opened", [push(100, -61)], ["100 carol"]],
    [
      "pushed to by two people: each push is a head",
      [push(98, -61), push(99, -40, { before: sha(98), by: alice }), push(100, -20, { before: sha(99) })],
      ["98 carol", "99 alice", "100 carol"],
    ],
    [
      "what was pushed before it was opened is one head",
      [push(99, -90), push(100, -61, { before: sha(99) })],
      ["100 carol"],
    ],
    [
      "a head that came back is there twice",
      [push(100, -61), push(99, -40, { before: sha(100) }), push(100, -20, { before: sha(99) })],
      ["100 carol", "99 carol", "100 carol"],
    ],
    [
      "the branch lived on after the merge, and its name had lived before",
      [push(90, -900), push(91, -800, { before: sha(90) }), push(100, -61), push(101, 5, { before: sha(100) })],
      ["100 carol"],
    ],
    ["nobody remembers the head", [push(99, -61)], "GitHub's log of work does not say who pushed 0000000"],
    ["no log at all", [], "GitHub's log of work does not say who pushed 0000000"],
    [
      "a push is missing in between",
      [push(98, -61), push(100, -20, { before: sha(99) })],
      "GitHub's log of work has a gap before 0000000",
    ],
    [
      "the log begins after it was opened",
      [push(100, -20, { before: sha(99) })],
      "GitHub does not say who pushed 0000000",
    ],
    ["an account is gone", [{ after: sha(100), at: minutes(-61) }], "GitHub does not say who pushed 0000000"],
  ])("%s", (_, pushes, found) => {
    expect(heads(pushes)).toEqual(found);
  });

  it("are not known where a forced push of its timeline is not in the log", () => {
    const forced = { read: [{ by: alice, before: sha(99), after: sha(98), at: minutes(-30) }] };
    expect(heads([push(100, -61)], { forcePushes: forced })).toBe(
      "GitHub's log of work does not have the forced push of 0000000",
    );
  });
});

const CORE = "{ users: [{ login: alice, id: 1 }, { login: bob, id: 2 }] }";
const policyOf = (cores: number, core = CORE, more = ""): Policy => {
  const loaded = loadPolicy(
    `version: 1
groups:
  core: ${core}
labels:
  Code-Review:
    values: { -2: No, -1: Not yet, 0: No score, +1: Good, +2: Approved }
    copyCondition: "changekind:TRIVIAL_REBASE OR is:MIN"
access:
  - { branch: "*", label-Code-Review: { anyone: -1..+1, core: -2..+2 } }
submitRequirements:
  Code-Review: { description: Approved, submittableIf: "label:Code-Review=MAX,user=non_contributor,group=core,count>=${cores}" }
  Tested: { description: Tested, submittableIf: "check:unit=success" }
  Settled: { description: Settled, submittableIf: "-has:unresolved" }
${more}checks:
  unit: { job: unit, workflow: .github/workflows/ci.yml }
`,
    {},
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problem));
  return loaded.value;
};
const commit = (n: number, by: Person = carol): PastCommit => ({
  ...{ sha: sha(n), message: "Add parser", parents: [sha(n - 1)], authors: [signature(by)], committer: signature(by) },
});
const patchSet = (n: number, more: Partial<PastPatchSet> = {}): PastPatchSet => ({
  ...{ sha: sha(n), at: minutes(-61), by: carol, kind: "REWORK" },
  ...{ range: { known: true, base: sha(50), tree: sha(n + 1000), commits: [commit(n)] }, ...more },
});
const facts = (more: Partial<MergeFacts> = {}, patchSets: readonly PastPatchSet[] = [patchSet(100)]): PastFacts => ({
  ...{ merge: merge(more), repository: "acme/api", base: sha(50), patchSets },
  files: [{ path: "a.txt", mode: "100644", additions: 1, deletions: 0, status: "added" }],
});
const two = policyToday(policyOf(2), {});
const judged = (past: PastFacts, today = two) => {
  const answer = judgePast(past, today);
  return answer.known ? answer.verdict.submittable : answer.why.join("; ");
};

describe("a merge of the past, asked about", () => {
  it.each<[string, PastFacts, boolean]>([
    ["two cores approved what was merged, and its job passed", facts(), true],
    ["one core approved", facts({ reviews: { read: [review(alice)] } }), false],
    [
      "a review after the merge is none",
      facts({ reviews: { read: [review(alice), review(bob, { at: minutes(1) })] } }),
      false,
    ],
    [
      "an approval that was dismissed before it is none",
      facts({
        reviews: {
          read: [review(alice), review(bob, { state: "dismissed", dismissal: { at: minutes(-1), was: "approved" } })],
        },
      }),
      false,
    ],
    [
      "an approval that was dismissed afterwards had stood",
      facts({
        reviews: {
          read: [review(alice), review(bob, { state: "dismissed", dismissal: { at: minutes(1), was: "approved" } })],
        },
      }),
      true,
    ],
    [
      "approvals move on with a clean rebase",
      facts(
        {
          reviews: {
            read: [review(alice), review(bob)].map((one) => ({
              ...one,
              at: minutes(-40),
              commit: { sha: sha(99), tree: sha(1099) },
            })),
          },
        },
        [patchSet(99), patchSet(100, { at: minutes(-30), kind: "TRIVIAL_REBASE" })],
      ),
      true,
    ],
    [
      "and not with other code",
      facts(
        {
          reviews: {
            read: [review(alice), review(bob)].map((one) => ({
              ...one,
              at: minutes(-40),
              commit: { sha: sha(99), tree: sha(1099) },
            })),
          },
        },
        [patchSet(99), patchSet(100, { at: minutes(-30) })],
      ),
      false,
    ],
    [
      "who pushed to it does not approve it",
      facts({}, [patchSet(99, { by: alice }), patchSet(100, { at: minutes(-30) })]),
      false,
    ],
    [
      "nor who wrote what was pushed over",
      facts({}, [
        patchSet(99, { range: { known: true, base: sha(50), tree: sha(1099), commits: [commit(99, bob)] } }),
        patchSet(100, { at: minutes(-30) }),
      ]),
      false,
    ],
    [
      "a core who rebased it cleanly may approve it",
      facts({}, [
        patchSet(99),
        patchSet(100, {
          ...{ at: minutes(-30), by: alice, kind: "TRIVIAL_REBASE" },
          range: {
            known: true,
            base: sha(51),
            tree: sha(1100),
            commits: [{ ...commit(100), committer: signature(alice) }],
          },
        }),
      ]),
      true,
    ],
    ["its job had failed", facts({ checks: { read: [job({ conclusion: "failure" })] } }), false],
    ["its job ended after the merge", facts({ checks: { read: [job({ endedAt: minutes(1) })] } }), false],
    [
      "a conversation is open today, and so it was then",
      facts({ threads: { resolved: 0, unresolved: 1, cut: false } }),
      false,
    ],
  ])("%s", (_, past, letIn) => {
    expect(judged(past)).toBe(letIn);
  });

  it.each<[string, PastFacts, string | boolean]>([
    [
      "a review was edited afterwards",
      facts({ reviews: { read: [review(alice), review(bob, { editedAt: minutes(5) })] } }),
      "its votes could not be read: bob edited a review after the merge, and what it said before is gone",
    ],
    [
      "the commit that was reviewed is gone",
      facts({ reviews: { read: [review(alice), { ...review(bob), commit: undefined } as never] } }),
      "its votes could not be read: GitHub has forgotten the commit that bob reviewed",
    ],
    [
      "its job ran again afterwards",
      facts({ checks: { read: [job({ startedAt: minutes(5), endedAt: minutes(6) })] } }),
      "unit ran again after the merge, and what was said before is gone",
    ],
    [
      "its job ran again afterwards, but nobody had approved it anyway",
      facts({ reviews: { read: [] }, checks: { read: [job({ startedAt: minutes(5), endedAt: minutes(6) })] } }),
      false,
    ],
    [
      "a conversation is resolved today",
      facts({ threads: { resolved: 1, unresolved: 0, cut: false } }),
      "one conversation is resolved today, and since when is not known",
    ],
    [
      "the head between is gone",
      facts({}, [
        patchSet(99, { range: { known: false, why: "GitHub has thrown away 99" } }),
        patchSet(100, { at: minutes(-30) }),
      ]),
      "its patch set 0000000 could not be read: GitHub has thrown away 99",
    ],
  ])("cannot be judged: %s", (_, past, why) => {
    expect(judged(past)).toBe(why);
  });

  it("a voter who is in no team today may have been in it: only where that decides, nobody can tell", () => {
    const teams = policyToday(policyOf(2, "{ teams: [acme/core] }"), { "acme/core": [alice] });
    expect(judged(facts({ reviews: { read: [review(alice), review(dave)] } }), teams)).toBe(
      "whether dave was in @acme/core then is not known",
    );
    expect(judged(facts({ reviews: { read: [review(alice)] } }), teams)).toBe(false);
    const both = policyToday(policyOf(2, "{ teams: [acme/core] }"), { "acme/core": [alice, bob] });
    expect(judged(facts({ reviews: { read: [review(alice), review(bob), review(dave)] } }), both)).toBe(true);
  });

  it("what a policy asks and nobody has looked for is no answer", () => {
    const asking = policyOf(2, undefined, "  Bidi: { description: Plain, submittableIf: -has:bidi }\n");
    expect(judged(facts(), policyToday(asking, {}))).toBe(
      "what it asks could not be read: `has:bidi` is asked, and nobody has looked for what it is about",
    );
  });
});

describe("two policies on the past", () => {
  const one = policyToday(policyOf(1), {});
  it("name what only one of them lets in, and count nothing that one of them cannot tell", () => {
    const past = [
      facts(),
      facts({ reviews: { read: [review(alice)] } }),
      facts({ reviews: { read: [] } }),
      facts({ reviews: { read: [review(alice), review(bob, { editedAt: minutes(5) })] } }),
    ].map((each) => ({ merge: each.merge, facts: each }));
    const kinds = (before: typeof one, after: typeof one) => diffPast(past, { before, after }).map(({ kind }) => kind);
    expect(kinds(one, two)).toEqual(["same", "blocked", "reasons", "unknown"]);
    expect(kinds(two, one)).toEqual(["same", "allowed", "reasons", "unknown"]);
    expect(diffPast([{ merge: merge(), why: "the fork is gone" }], { before: one, after: two })).toMatchObject([
      { number: 7, kind: "unknown", letIn: {}, unknown: ["the fork is gone"] },
    ]);
  });

  it("says which of the two can be told", () => {
    const rerun = facts({ reviews: { read: [review(alice)] }, checks: { read: [job({ startedAt: minutes(5) })] } });
    const [found] = diffPast([{ merge: rerun.merge, facts: rerun }], { before: one, after: two });
    expect(found).toMatchObject({ kind: "unknown", letIn: { after: false } });
  });
});
