/** The rows of the threat model that the pure core answers; the names are the rows'. */
import { describe, expect, it } from "vitest";
import { explain } from "../../../src/core/policy/explain.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import type { Check, Person, PolicySnapshot, Vote } from "../../../src/core/policy/snapshot.ts";
import { votesOfReview, type Review } from "../../../src/core/review/vote.ts";
import { instant } from "../../../src/core/time.ts";
import {
  alice,
  approved,
  bob,
  branch,
  carol,
  dave,
  erin,
  go,
  green,
  job,
  mallory,
  NOW,
  patchSet,
  policy,
  PRESETS,
  requirement,
  robot,
  sha,
  signature,
  snapshot,
  verdict,
  vote,
} from "./sample.ts";

function unitIs(...checks: readonly Check[]) {
  const of = approved({ checks: [job("style"), job("integration"), ...checks] });
  const unit = verdict(of).checks?.find(({ name }) => name === "unit");
  return { state: unit?.state, why: unit?.why, submittable: verdict(of).submittable };
}

describe("T4 check-run spoof: only the pinned producer's newest attempt on the head counts", () => {
  const forged: readonly [string, Partial<Check>, string][] = [
    ["another app", { kind: "check-run", app: { id: 666, slug: "evil" } }, "found only from a check run by evil"],
    [
      "a check run with the default token, same app",
      { kind: "check-run" },
      "found only from a check run by github-actions",
    ],
    [
      "another workflow",
      { workflow: ".github/workflows/evil.yml" },
      "found only from github-actions, .github/workflows/evil.yml",
    ],
    ["a run by hand", { event: "workflow_dispatch" }, "on workflow_dispatch"],
    ["a run with the base's rights", { event: "pull_request_target" }, "on pull_request_target"],
    ["another branch of the same commit", { headBranch: branch("other") }, "found only from"],
    ["another commit", { sha: sha(999) }, "no result on this commit yet"],
  ];
  it.each(forged)("a success by %s is nothing", (_, how, why) => {
    const found = unitIs(job("unit", "success", how));
    expect(found.submittable).toBe(false);
    expect(found.why).toContain(why);
  });

  it("the wrong app's success does not hide the right one's failure, in either order", () => {
    const wrong = job("unit", "success", { kind: "check-run", app: { id: 666, slug: "evil" }, at: instant(NOW) });
    expect(unitIs(wrong, job("unit", "failure"))).toMatchObject({ state: "failed", submittable: false });
    expect(unitIs(job("unit", "failure"), wrong)).toMatchObject({ state: "failed", submittable: false });
  });

  it("the newest attempt counts, and every event's newest must agree", () => {
    const again = { attempt: 2, at: instant(NOW) };
    expect(unitIs(job("unit", "failure"), job("unit", "success", again))).toMatchObject({
      state: "passed",
      submittable: true,
    });
    expect(unitIs(job("unit", "success"), job("unit", "failure", again))).toMatchObject({
      state: "failed",
      submittable: false,
    });
    expect(unitIs(job("unit", "success"), job("unit", null, again))).toMatchObject({
      state: "running",
      submittable: false,
    });
    expect(unitIs(job("unit"), job("unit", null, { event: "push" })).submittable).toBe(false);
    expect(unitIs(job("unit"), job("unit", "skipped", { event: "push" })).submittable).toBe(false);
    expect(unitIs(job("unit"), job("unit", "failure", { event: "push" }))).toMatchObject({
      state: "failed",
      submittable: false,
    });
  });
});

it("T5 commit status spoof: a status of the same name is named and not counted", () => {
  const status = job("unit", "success", { kind: "status", creator: mallory });
  const { app: _, workflow: __, event: ___, ...bare } = status;
  expect(unitIs(bare)).toMatchObject({ state: "not-counted", submittable: false });
  expect(unitIs(bare).why).toContain("a status by mallory");
});

describe("T6 skipped/neutral = success: only the conclusion success counts", () => {
  it.each([
    "skipped",
    "neutral",
    "stale",
    "cancelled",
    "timed_out",
    "action_required",
    "startup_failure",
    "",
    "SUCCESS",
    "success ",
  ])("%j is not success", (conclusion) => expect(unitIs(job("unit", conclusion)).submittable).toBe(false));

  it("and it is said what a skipped job means", () => {
    expect(unitIs(job("unit", "skipped")).why).toBe("skipped; only success counts");
    expect(unitIs(job("unit", "action_required")).why).toBe(
      "waiting for a maintainer to approve the run; not your fault",
    );
  });
});

it("T9 missing/broken/oversized policy: each is a problem, none a policy", () => {
  for (const text of [
    "",
    "a: [",
    "x".repeat(5_000_000),
    "a: 1\na: 2\n",
    "version: 1\nunknown: 1\n",
    "a:\n\t- b\n",
    "a: &x 1\nb: *x\n",
    "\uFFFD",
  ])
    expect(loadPolicy(text, PRESETS).ok).toBe(false);
});

describe("T10 self approval by identity games: whoever touched the change cannot approve it", () => {
  const { pusher: _, ...unpushed } = patchSet(1);
  const games: readonly [string, Partial<PolicySnapshot["change"]>][] = [
    ["opened it", { owner: alice }],
    ["asked a bot to open it", { owner: robot, requester: alice }],
    ["pushed it", { patchSets: [patchSet(1, { pusher: alice })] }],
    ["authored a commit", { patchSets: [patchSet(1, { authors: [signature(carol), signature(alice)] })] }],
    ["committed it", { patchSets: [patchSet(1, { committers: [signature(alice)] })] }],
    ["is a co-author", { patchSets: [patchSet(1, { coauthors: [signature(alice)] })] }],
    [
      "had a suggestion committed",
      { patchSets: [patchSet(1, { coauthors: [signature(alice, { via: "suggestion" })] })] },
    ],
    ["authored an earlier patch set", { patchSets: [patchSet(1, { authors: [signature(alice)] }), patchSet(2)] }],
    ["reworded the message", { patchSets: [patchSet(1), patchSet(2, { kind: "NO_CODE_CHANGE", pusher: alice })] }],
    [
      "is the author of a commit by web-flow",
      {
        patchSets: [
          patchSet(1, {
            authors: [signature(alice)],
            committers: [signature(undefined, { name: "GitHub", email: "noreply@github.com" })],
          }),
        ],
      },
    ],
  ];
  it.each(games)("alice, who %s", (_, change) => {
    const n = change.patchSets?.length ?? 1;
    const votes = [vote(alice, "Code-Review+2", { patchSet: n }), vote(bob, "Code-Review+2", { patchSet: n })];
    expect(requirement(snapshot({ change, votes }), "Code-Review")).toMatchObject({
      status: "UNSATISFIED",
      have: 1,
      notCounted: [{ by: alice, reason: "contributor" }],
    });
  });

  it("but the committer that GitHub's own buttons leave is nobody, neither a contributor nor unknown", () => {
    const webFlow = signature(undefined, { name: "GitHub", email: "noreply@github.com" });
    expect(verdict(approved({ change: { patchSets: [patchSet(1, { committers: [webFlow] })] } })).submittable).toBe(
      true,
    );
  });

  it.each(["NO_CHANGE", "TRIVIAL_REBASE", "TARGET_MERGE"] as const)(
    "but a core who only made a %s keeps the vote",
    (kind) => {
      const patchSets = [patchSet(1), patchSet(2, { kind, pusher: alice, committers: [signature(alice)] })];
      expect(
        requirement(
          snapshot({ change: { patchSets }, votes: [vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2")] }),
          "Code-Review",
        ).status,
      ).toBe("SATISFIED");
    },
  );

  it.each<[string, Partial<PolicySnapshot["change"]>, string]>([
    [
      "an author's email that nobody has",
      { patchSets: [patchSet(1, { authors: [signature(undefined)] })] },
      "the author nobody",
    ],
    ["a co-author's", { patchSets: [patchSet(1, { coauthors: [signature(undefined)] })] }, "the co-author nobody"],
    ["a committer's", { patchSets: [patchSet(1, { committers: [signature(undefined)] })] }, "the committer nobody"],
    ["a pusher nobody recorded", { patchSets: [unpushed] }, "nobody knows who pushed patch set 1"],
    [
      "an author who calls himself web-flow",
      {
        patchSets: [patchSet(1, { authors: [signature(undefined, { name: "GitHub", email: "noreply@github.com" })] })],
      },
      "the author GitHub",
    ],
  ])("%s could be an approver's, so the change waits", (_, change, sentence) => {
    const result = verdict(approved({ change }));
    expect(result.submittable).toBe(false);
    expect(result.requirements.find(({ name }) => name === "Contributors")?.unmetBecause[0]).toContain(sentence);
  });
});

it("T12 GITHUB_TOKEN / app approves: a bot's vote never counts, in the core group or not", () => {
  const groups = { core: [alice, robot].map(({ id, login }) => ({ id, login })) };
  const found = requirement(
    snapshot({ groups, votes: [vote(alice, "Code-Review+2"), vote(robot, "Code-Review+2")] }),
    "Code-Review",
  );
  expect(found).toMatchObject({ status: "UNSATISFIED", have: 1, notCounted: [{ by: robot, reason: "bot" }] });
});

describe("T13 distinctness: one person is one vote", () => {
  it("who votes twice", () => {
    expect(
      requirement(snapshot({ votes: [vote(alice, "Code-Review+2"), vote(alice, "Code-Review+2")] }), "Code-Review")
        .have,
    ).toBe(1);
  });

  it("who is renamed in between: the id counts", () => {
    const renamed: Person = { ...alice, login: "alice-new" };
    expect(
      requirement(snapshot({ votes: [vote(alice, "Code-Review+2"), vote(renamed, "Code-Review+2")] }), "Code-Review")
        .have,
    ).toBe(1);
  });

  it("whose other account worked on the change", () => {
    const twins = PRESETS.openstack.replace(
      "identity:\n",
      "identities:\n  - [{ login: alice, id: 1 }, { login: dave, id: 12 }]\n\nidentity:\n",
    );
    const of = snapshot({ change: { owner: dave }, votes: [vote(alice, "Code-Review+2")] });
    expect(requirement(of, "Code-Review", policy(undefined, { openstack: twins }))).toMatchObject({
      have: 0,
      notCounted: [{ reason: "contributor" }],
    });
  });
});

it("T15 membership change: a core who left the team after voting no longer counts, and it is said", () => {
  const groups = { core: [bob, erin].map(({ id, login }) => ({ id, login })) };
  const of = approved({ groups });
  expect(verdict(of).submittable).toBe(false);
  expect(requirement(of, "Code-Review").notCounted).toMatchObject([
    { by: alice, reason: "not-in-group", why: "alice is not in core; it shows as +1" },
  ]);
});

const REVIEW: Review = { id: "1", by: alice, state: "approved", body: "", sha: sha(101), at: NOW };
function read(review: Partial<Review>, permitted = { min: -2, max: 2 }, patchSets = [patchSet(1)]): readonly Vote[] {
  return votesOfReview({ ...REVIEW, ...review }, { labels: policy().labels, permitted: () => permitted, patchSets })
    .votes;
}

describe("T16 comment edit/delete: an edited review approves nothing and lifts nothing", () => {
  const editedAt = instant(NOW + 1);
  it("an edited approval does not count", () => {
    expect(requirement(snapshot({ votes: read({ editedAt }) }), "Code-Review")).toMatchObject({
      have: 0,
      notCounted: [{ reason: "edited" }],
    });
  });

  it("a veto whose text was edited away stands", () => {
    for (const body of ["", "fine now", "Code-Review: +2"])
      expect(
        requirement(snapshot({ votes: read({ state: "changes-requested", body, editedAt }) }), "Code-Review").blocked,
      ).toBe(true);
  });

  it("a comment edited into a vote does not lift the veto before it", () => {
    const veto = read({ state: "changes-requested", body: "Code-Review: -2" });
    const forged = read({
      id: "2",
      state: "commented",
      body: "Code-Review: +2",
      at: instant(NOW + 1),
      editedAt: instant(NOW + 2),
    });
    expect(requirement(snapshot({ votes: [...veto, ...forged] }), "Code-Review")).toMatchObject({
      blocked: true,
      have: 0,
    });
  });
});

describe("T17 review dismissal: the vote is gone and nothing revives, a veto stays", () => {
  it("approve, request changes, dismiss: no vote", () => {
    const votes = [...read({}), ...read({ id: "2", state: "dismissed", at: instant(NOW + 1) })];
    expect(requirement(snapshot({ votes }), "Code-Review")).toMatchObject({ have: 0, blocked: false });
  });

  it("a dismissed −2 blocks, and it is said who lifts it", () => {
    const votes = read({ state: "dismissed", body: "Code-Review: -2" });
    const found = requirement(
      approved({ votes: [vote(bob, "Code-Review+2"), vote(erin, "Code-Review+2"), go(), ...votes] }),
      "Code-Review",
    );
    expect(found).toMatchObject({ blocked: true, ways: [{ actions: [{ who: ["alice"], do: "lift Code-Review-2" }] }] });
    expect(found.unmetBecause[0]).toBe(
      "alice vetoed: Code-Review −2, Do not merge (stands though it was dismissed: only alice lifts it)",
    );
  });
});

it("T18 vote copying flaws: whatever was not proven a clean move is REWORK, and drops the approval", () => {
  const after = (kind: PolicySnapshot["change"]["patchSets"][number]["kind"]) =>
    verdict(
      approved({
        change: { patchSets: [patchSet(1), patchSet(2, { kind })] },
        votes: [vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2"), vote(alice, "Workflow+1", { patchSet: 2 })],
      }),
    ).submittable;
  expect(after("TRIVIAL_REBASE")).toBe(true);
  expect(after("TARGET_MERGE")).toBe(true);
  expect(after("REWORK")).toBe(false);
  expect(after("MERGE_FIRST_PARENT_UPDATE")).toBe(false);
});

it("T19 force-push away and back: the same commit again is another patch set, and the approval of the first is not on it", () => {
  const again = patchSet(3, { sha: sha(101), kind: "REWORK" });
  const patchSets = [patchSet(1), patchSet(2), again];
  const early = read({ at: instant((patchSets[0]?.at ?? NOW) + 1) }, undefined, patchSets);
  const late = read({ at: NOW }, undefined, patchSets);
  expect([early[0]?.patchSet, late[0]?.patchSet]).toEqual([1, 3]);
  expect(requirement(snapshot({ change: { patchSets }, votes: early }), "Code-Review")).toMatchObject({
    have: 0,
    notCounted: [{ reason: "outdated" }],
  });
  expect(requirement(snapshot({ change: { patchSets }, votes: late }), "Code-Review").have).toBe(1);
});

it("T34 markdown/command injection: nobody's words call people, open HTML, end a table or look like a command", () => {
  const evil = "`</details> @org/all ![x](https://e.vil) | /approve\n/merge <!-- \u202Egnp";
  const of = approved({
    checks: [job("style"), job("unit", "failure", { summary: evil })],
    change: { title: evil, patchSets: [patchSet(1, { authors: [signature(undefined, { name: evil, email: evil })] })] },
  });
  const { title, summary } = explain({ verdict: verdict(of), snapshot: of, now: NOW });
  const readable = summary.slice(0, summary.indexOf("```json"));
  for (const text of [title, readable]) {
    expect(text).not.toMatch(/@org|<!--|\u202E|https:\/\/e|\n\/|(?<!\\)!?\[x\]/);
    expect(text.match(/<\/details>/g)?.length ?? 0).toBe(text === title ? 0 : 1);
  }
  expect(summary.slice(summary.indexOf("```json"))).not.toMatch(/@|<!--/);
});

it("T44 stale parent in a stack: built on patch set 1 of a change whose patch set 2 landed", () => {
  const below = [
    {
      number: 12,
      builtOn: sha(1),
      currentHead: sha(2),
      builtOnPatchSet: 1,
      currentPatchSet: 2,
      state: "merged" as const,
      target: branch("main"),
      ready: true,
    },
  ];
  const result = verdict(approved({ change: { below }, checks: green() }));
  expect(result.submittable).toBe(false);
  expect(result.requirements.find(({ name }) => name === "Parents")?.unmetBecause).toEqual([
    "built on patch set 1 of #12, but patch set 2 landed: rebase",
  ]);
});
