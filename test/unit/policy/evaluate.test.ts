import { describe, expect, it } from "vitest";
import { evaluate, evaluateOrClose } from "../../../src/core/policy/evaluate.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import type { LowerChange, PolicySnapshot, Vote } from "../../../src/core/policy/snapshot.ts";
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
  POLICY_TEXT,
  PRESETS,
  requirement,
  robot,
  sha,
  signature,
  snapshot,
  verdict,
  vote,
} from "./sample.ts";

function statuses(of: PolicySnapshot): string {
  return verdict(of)
    .requirements.map(({ name, status }) => `${name} ${status}`)
    .join(", ");
}

describe("a change is submittable", () => {
  it("when two cores who did not contribute approve, one says go, and the checks passed", () => {
    const result = verdict(approved());
    expect(result).toMatchObject({ submittable: true, problems: [], nextUsers: [], patchSet: 1, mode: "enforce" });
    expect(statuses(approved())).toBe(
      "Code-Review SATISFIED, Workflow SATISFIED, Verified SATISFIED, CI-Config NOT_APPLICABLE, Freeze NOT_APPLICABLE, " +
        "Parents SATISFIED, Contributors SATISFIED",
    );
  });

  it("in whatever order Workflow and Code-Review were given", () => {
    expect(
      verdict(approved({ votes: [go(), vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2")] })).submittable,
    ).toBe(true);
  });

  it.each<[string, Partial<PolicySnapshot>]>([
    ["with one approval", { votes: [vote(alice, "Code-Review+2"), go()] }],
    ["with two votes of one person", { votes: [vote(alice, "Code-Review+2"), vote(alice, "Code-Review+2"), go()] }],
    ["with two +1", { votes: [vote(alice, "Code-Review+1"), vote(bob, "Code-Review+1"), go()] }],
    ["without a go-ahead", { votes: [vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2")] }],
    [
      "with a veto",
      { votes: [vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2"), go(), vote(erin, "Code-Review-2")] },
    ],
    [
      "with Workflow −1",
      { votes: [vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2"), go(), vote(carol, "Workflow-1")] },
    ],
    ["without checks", { checks: [] }],
    ["with a check missing", { checks: green().slice(1) }],
    ["with a check running", { checks: [job("style"), job("unit"), job("integration", null)] }],
    ["with facts missing", { incomplete: [{ what: "reviews", why: "the forge answered 502" }] }],
    ["with an empty core group", { groups: { core: [] } }],
    ["with an unknown core group", { groups: {} }],
  ])("never %s", (_, difference) => {
    expect(verdict(approved(difference)).submittable).toBe(false);
  });

  it("never as a draft, which its owner is told", () => {
    const result = verdict(approved({ change: { draft: true } }));
    expect(result).toMatchObject({
      submittable: false,
      problems: ["it is a draft: mark it ready for review"],
      nextUsers: ["carol"],
    });
  });

  it("never while its head is not the newest recorded patch set, or the record has gaps", () => {
    expect(verdict(approved({ change: { head: sha(999) } })).problems).toEqual([
      "the newest recorded patch set is not the head: it has to be recorded first",
    ]);
    expect(verdict(approved({ change: { patchSets: [patchSet(2)] } })).problems).toEqual([
      "the record of patch sets has gaps",
    ]);
    expect(verdict(approved({ change: { patchSets: [], head: sha(101) } })).submittable).toBe(false);
  });
});

describe("a vote that does not count is named with its reason", () => {
  const two = { change: { patchSets: [patchSet(1), patchSet(2)] } };
  const coauthored = { change: { patchSets: [patchSet(1, { coauthors: [signature(erin)] })] } };
  it.each<[string, Partial<Parameters<typeof snapshot>[0]>, Vote, string, string]>([
    ["its owner", {}, vote(carol, "Code-Review+2"), "contributor", "opened the change; contributors cannot approve"],
    [
      "a co-author",
      coauthored,
      vote(erin, "Code-Review+2"),
      "contributor",
      `co-author of ${sha(101).slice(0, 7)}; contributors cannot approve`,
    ],
    ["no core", {}, vote(mallory, "Code-Review+2"), "not-in-group", "mallory is not in core; it shows as +1"],
    ["no core, with a +1", {}, vote(dave, "Code-Review+1"), "not-in-group", "dave is not in core; it shows as +1"],
    ["outdated", two, vote(bob, "Code-Review+2"), "outdated", "given on patch set 1; 1→2 changed code"],
    [
      "on a commit of nowhere",
      {},
      vote(bob, "Code-Review+2", { patchSet: 0, sha: sha(999) }),
      "outdated",
      `given on ${sha(999).slice(0, 7)}, which is no patch set of this change`,
    ],
    [
      "dismissed",
      {},
      vote(bob, "Code-Review+2", { state: "dismissed" }),
      "dismissed",
      "the review was dismissed, and no older vote revives; vote again",
    ],
    [
      "deleted",
      {},
      vote(bob, "Code-Review+2", { state: "deleted" }),
      "dismissed",
      "the review was deleted, and no older vote revives; vote again",
    ],
    [
      "edited",
      {},
      vote(bob, "Code-Review+2", { state: "edited" }),
      "edited",
      "the review was edited after it was given; vote again",
    ],
    ["a bot", {}, vote(robot, "Code-Review+2"), "bot", "a bot's vote never counts as a person's"],
    ["on the computed label", {}, vote(bob, "Verified+1"), "", ""],
    [
      "beyond the right of its time",
      {},
      vote(bob, "Code-Review+2", { permitted: { min: -1, max: 1 }, at: instant(NOW - 500_000) }),
      "void-range",
      "counts as +1, the most that bob might give at 2026-09-01T11:51:40",
    ],
  ])("%s", (_, difference, cast, reason, why) => {
    const found = requirement(snapshot({ ...difference, votes: [cast] }), "Code-Review").notCounted;
    if (reason === "") expect(found).toEqual([]);
    else {
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ by: cast.user, value: cast.value, reason });
      expect(found[0]?.why.startsWith(why)).toBe(true);
    }
  });

  it("a person's second account", () => {
    const twins = PRESETS.openstack.replace(
      "identity:\n",
      "identities:\n  - [{ login: alice, id: 1 }, { login: bob, id: 2 }]\n\nidentity:\n",
    );
    const found = requirement(approved(), "Code-Review", policy(POLICY_TEXT, { openstack: twins }));
    expect(found).toMatchObject({ status: "UNSATISFIED", have: 1 });
    expect(found.notCounted).toMatchObject([
      { by: bob, reason: "same-person", why: "alice is the same person and is counted already" },
    ]);
  });
});

describe("votes follow each other", () => {
  const review = (...votes: Vote[]) => requirement(snapshot({ votes }), "Code-Review");
  it("the newest of a person counts", () => {
    expect(review(vote(alice, "Code-Review-2"), vote(alice, "Code-Review+2"))).toMatchObject({
      have: 1,
      blocked: false,
    });
    expect(review(vote(alice, "Code-Review+2"), vote(alice, "Code-Review-2"))).toMatchObject({
      have: 0,
      blocked: true,
    });
    expect(review(vote(alice, "Code-Review+2"), vote(alice, "Code-Review+1"))).toMatchObject({
      have: 0,
      notCounted: [],
    });
  });

  it("0 takes a vote back", () => {
    expect(review(vote(alice, "Code-Review+2"), vote(alice, "Code-Review+0"))).toMatchObject({
      have: 0,
      notCounted: [],
    });
    expect(review(vote(alice, "Code-Review-2"), vote(alice, "Code-Review+0"))).toMatchObject({ blocked: false });
  });

  it("nothing older revives when a vote is dismissed", () => {
    expect(review(vote(alice, "Code-Review+2"), vote(alice, "Code-Review+2", { state: "dismissed" }))).toMatchObject({
      have: 0,
    });
    expect(review(vote(alice, "Code-Review+2"), vote(alice, "Code-Review+0", { state: "dismissed" }))).toMatchObject({
      have: 0,
    });
    expect(review(vote(alice, "Code-Review-2"), vote(alice, "Code-Review+2", { state: "dismissed" }))).toMatchObject({
      blocked: false,
      have: 0,
    });
  });

  it.each(["dismissed", "edited", "deleted", "superseded"] as const)("a %s veto stands", (state) => {
    expect(review(vote(alice, "Code-Review-2", { state }))).toMatchObject({ status: "UNSATISFIED", blocked: true });
  });

  it("a veto is lifted by its author's own later vote alone", () => {
    const veto = vote(alice, "Code-Review-2");
    expect(review(veto, vote(bob, "Code-Review+2"))).toMatchObject({ blocked: true });
    expect(review(veto, vote(alice, "Code-Review+2", { state: "edited" }))).toMatchObject({ blocked: true });
    expect(review(veto, vote(alice, "Code-Review+0", { state: "dismissed" }))).toMatchObject({ blocked: true });
    expect(review(veto, vote(alice, "Code-Review+1"))).toMatchObject({ blocked: false });
    expect(review(vote(alice, "Code-Review-2", { state: "retracted" }))).toMatchObject({ blocked: false });
  });

  it("a vote on an older patch set that was copied says why it still counts", () => {
    const patchSets = [patchSet(1), patchSet(2, { kind: "TRIVIAL_REBASE" }), patchSet(3, { kind: "TARGET_MERGE" })];
    const { counted } = requirement(
      snapshot({ change: { patchSets }, votes: [vote(alice, "Code-Review+2")] }),
      "Code-Review",
    );
    expect(counted).toMatchObject([
      { by: alice, patchSet: 1, why: "kept: patch set 1→2 is pure rebase, 2→3 is a clean merge of the target" },
    ]);
  });
});

describe("rights (ruling 44)", () => {
  it.each<[string, Vote, Partial<PolicySnapshot>, { have?: number; blocked?: boolean }]>([
    [
      "a former core's +2 counts +1",
      vote(alice, "Code-Review+2", { permitted: { min: -2, max: 2 } }),
      { groups: { core: [bob, erin] } },
      { have: 0 },
    ],
    [
      "a former core's veto stands",
      vote(alice, "Code-Review-2", { permitted: { min: -2, max: 2 } }),
      { groups: { core: [bob, erin] } },
      { blocked: true },
    ],
    ["a veto of unknown right stands", vote(mallory, "Code-Review-2"), {}, { blocked: true }],
    [
      "a veto beyond any right ever held counts −1",
      vote(mallory, "Code-Review-2", { permitted: { min: -1, max: 1 } }),
      {},
      { blocked: false },
    ],
    [
      "a vote beyond the label's range counts as far as it goes",
      vote(alice, "Code-Review+2", { value: 9 }),
      {},
      { have: 1 },
    ],
  ])("%s", (_, cast, difference, expected) => {
    expect(requirement(snapshot({ ...difference, votes: [cast] }), "Code-Review")).toMatchObject(expected);
  });

  it("the owner may say not yet, and only a core go", () => {
    expect(requirement(snapshot({ votes: [vote(carol, "Workflow-1")] }), "Workflow")).toMatchObject({
      blocked: false,
      status: "UNSATISFIED",
    });
    expect(requirement(snapshot({ votes: [vote(carol, "Workflow+1")] }), "Workflow")).toMatchObject({
      have: 0,
      notCounted: [{ reason: "void-range", why: "carol may not vote Workflow +1" }],
    });
    expect(
      requirement(snapshot({ votes: [vote(dave, "Workflow-1", { permitted: { min: 0, max: 0 } })] }), "Workflow")
        .notCounted,
    ).toMatchObject([{ reason: "void-range" }]);
  });
});

describe("Parents", () => {
  const lower: LowerChange = {
    number: 12,
    builtOn: sha(1),
    currentHead: sha(1),
    builtOnPatchSet: 1,
    currentPatchSet: 1,
    state: "open",
    target: branch("main"),
    ready: true,
  };
  const moved = { currentHead: sha(2), currentPatchSet: 2 };
  it.each<[string, Partial<LowerChange>, string | undefined, string | undefined]>([
    ["an open, current and ready change below", {}, undefined, undefined],
    ["a change that landed as it was built on", { state: "merged" }, undefined, undefined],
    [
      "a newer patch set below",
      moved,
      "built on patch set 1 of #12, but patch set 2 is current: rebase",
      "rebase onto patch set 2 of #12",
    ],
    [
      "a newer patch set that landed",
      { ...moved, state: "merged" },
      "built on patch set 1 of #12, but patch set 2 landed: rebase",
      "rebase onto main",
    ],
    ["a change below that is not ready", { ready: false }, "#12 below is not ready itself", "wait for #12"],
    ["a closed change below", { state: "closed" }, "#12 below was closed without landing: rebase", "rebase onto main"],
    [
      "another target below",
      { target: branch("dev") },
      "#12 below goes to dev, this change to main: rebase",
      "rebase onto main",
    ],
  ])("%s", (_, difference, sentence, action) => {
    const found = requirement(approved({ change: { below: [{ ...lower, ...difference }] } }), "Parents");
    expect(found.status).toBe(sentence === undefined ? "SATISFIED" : "UNSATISFIED");
    expect(found.unmetBecause[0]).toBe(sentence);
    expect(found.ways[0]?.actions[0]?.do).toBe(action);
    expect(found.blocked).toBe(false);
  });

  it("commits that belong to no change", () => {
    const result = verdict(approved({ change: { foreignCommits: [sha(0xabc), sha(2), sha(3), sha(4)] } }));
    expect(result.submittable).toBe(false);
    expect(result.requirements.find(({ name }) => name === "Parents")?.unmetBecause[0]).toContain(
      "and 1 more would land too",
    );
  });
});

it("Shape: where a change has to be one commit, one of several waits and its owner is told", () => {
  const one = policy(`${POLICY_TEXT}shape: one-commit\n`);
  const commits = [1, 2].map((n) => ({ sha: sha(n), message: `Part ${n}` }));
  expect(verdict(approved(), one).submittable).toBe(true);
  expect(verdict(approved({ change: { commits } })).submittable).toBe(true);
  expect(verdict(approved({ change: { commits: [] } }), one).submittable).toBe(false);
  expect(requirement(approved({ change: { commits } }), "Shape", one)).toMatchObject({
    status: "UNSATISFIED",
    blocked: false,
    unmetBecause: ["it has 2 commits, and a change here is one: put them together and push again"],
    ways: [{ actions: [{ who: ["carol"], do: "push the 2 commits as one" }] }],
  });
});

describe("who could do what", () => {
  it("names group members who did not contribute and have not voted, sorted", () => {
    const patchSets = [patchSet(1, { coauthors: [signature(erin)] })];
    const found = requirement(snapshot({ change: { patchSets }, votes: [vote(bob, "Code-Review+2")] }), "Code-Review");
    expect(found).toMatchObject({
      have: 1,
      need: 2,
      ways: [{ actions: [{ kind: "vote", who: ["alice"], need: 1, do: "vote Code-Review+2" }] }],
    });
  });

  it("says so when nobody is left", () => {
    const patchSets = [patchSet(1, { coauthors: [signature(erin), signature(alice)] })];
    const found = requirement(snapshot({ change: { patchSets }, votes: [vote(bob, "Code-Review+2")] }), "Code-Review");
    expect(found.ways).toEqual([]);
    expect(found.unmetBecause).toEqual([
      "1 of 2 core approvals",
      "nobody else in core can give it: all have voted, contributed, or may not",
    ]);
  });

  it.each<[string, PolicySnapshot, readonly string[]]>([
    ["the cores, while approvals are missing", snapshot(), ["alice", "bob", "erin"]],
    ["the cores who have not voted", snapshot({ votes: [vote(alice, "Code-Review+2"), go()] }), ["bob", "erin"]],
    ["the owner, while a check fails", snapshot({ checks: [job("unit", "failure")] }), ["carol"]],
    ["whoever vetoed, and the owner", approved({ votes: [vote(erin, "Code-Review-2")] }), ["carol", "erin"]],
    ["nobody, while checks run", approved({ checks: [job("style"), job("unit", null)] }), []],
  ])("it is the turn of %s", (_, of, expected) => expect(verdict(of).nextUsers).toEqual(expected));
});

describe("unknown contributors", () => {
  const unknown = {
    change: { patchSets: [patchSet(1, { authors: [signature(undefined, { name: "X", email: "x@example.org" })] })] },
  };
  it("block the change in openstack, and who is meant is said", () => {
    expect(verdict(approved(unknown)).submittable).toBe(false);
    expect(requirement(approved(unknown), "Contributors").unmetBecause).toEqual([
      "the author X <x@example.org> of patch set 1 is nobody the forge knows, so it could be one of its approvers",
    ]);
    // Pushing again would not help: what was pushed stays recorded.
    expect(requirement(approved(unknown), "Contributors").ways[0]?.actions).toMatchObject([
      { who: ["carol"], do: "have the email added to the account it belongs to" },
    ]);
    const { pusher: _, ...unpushed } = patchSet(1);
    expect(requirement(approved({ change: { patchSets: [unpushed] } }), "Contributors").ways[0]?.actions).toMatchObject(
      [{ who: ["carol"], do: "open it as a new change" }],
    );
  });

  it("only pass where a policy says warn", () => {
    const warn = policy(POLICY_TEXT, {
      openstack: PRESETS.openstack.replace("unknownContributors: block", "unknownContributors: warn"),
    });
    expect(verdict(approved(unknown), warn).submittable).toBe(true);
  });
});

describe("requirements follow Gerrit's status table", () => {
  const REVIEW = 'submittableIf: "label:Workflow=MAX AND -label:Workflow=MIN"';
  const under = (more: string) =>
    policy(POLICY_TEXT, { openstack: PRESETS.openstack.replace(REVIEW, `${REVIEW}\n${more}`) });
  it.each([
    ["    applicableIf: label:Code-Review=MAX", [], "NOT_APPLICABLE"],
    ["    applicableIf: label:Code-Review=MAX", [vote(alice, "Code-Review+2")], "UNSATISFIED"],
    ["    overrideIf: label:Code-Review=MAX\n    overridesVeto: true", [vote(alice, "Code-Review+2")], "OVERRIDDEN"],
    [
      "    overrideIf: label:Code-Review=MAX\n    overridesVeto: true",
      [vote(alice, "Code-Review+2"), go()],
      "OVERRIDDEN",
    ],
    ["    overrideIf: label:Code-Review=MAX\n    overridesVeto: true", [go()], "SATISFIED"],
    ["", [], "UNSATISFIED"],
  ] as const)("%s with %j", (more, votes, status) => {
    expect(requirement(snapshot({ votes }), "Workflow", under(more)).status).toBe(status);
  });

  it("shows un-negated atoms with their evidence", () => {
    const { atoms } = requirement(approved(), "Code-Review");
    expect(atoms.map(({ text, value }) => [text, value])).toEqual([
      ["label:Code-Review=MAX,user=non_contributor,group=core,count>=2", true],
      ["label:Code-Review=MIN", false],
    ]);
    expect(atoms[0]?.evidence).toHaveLength(2);
  });
});

describe("count and voters", () => {
  const REVIEW = "label:Code-Review=MAX,user=non_contributor,group=core,count>=2 AND -label:Code-Review=MIN";
  const status = (expression: string, votes: readonly Vote[], more = {}) =>
    requirement(
      snapshot({ ...more, votes }),
      "Code-Review",
      policy(POLICY_TEXT, { openstack: PRESETS.openstack.replace(REVIEW, expression) }),
    ).status;
  it.each<[string, readonly Vote[], string]>([
    ["label:Code-Review>=1,count>=2", [vote(alice, "Code-Review+1"), vote(bob, "Code-Review+2")], "SATISFIED"],
    ["label:Code-Review=ANY,count=2", [vote(alice, "Code-Review+1"), vote(bob, "Code-Review-1")], "SATISFIED"],
    ["label:Code-Review=MAX,count=0", [], "SATISFIED"],
    ["label:Code-Review=MAX,count<2", [vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2")], "UNSATISFIED"],
    ["label:Code-Review>0,count>1", [vote(alice, "Code-Review+1")], "UNSATISFIED"],
    ["label:Code-Review+2", [vote(alice, "Code-Review+2")], "SATISFIED"],
    ["label:Code-Review<0", [vote(alice, "Code-Review-1")], "SATISFIED"],
    ["label:Code-Review=+1,user=owner", [vote(carol, "Code-Review+1")], "SATISFIED"],
    ["label:Code-Review=+1,user=owner", [vote(alice, "Code-Review+1")], "UNSATISFIED"],
    ["label:Code-Review>0,user=non_uploader", [vote(carol, "Code-Review+1")], "UNSATISFIED"],
    ["label:Code-Review>0,user=non_uploader", [vote(alice, "Code-Review+1")], "SATISFIED"],
    ["check:unit=success AND is:contributors-known", [], "SATISFIED"],
    ["check:unit=failure", [], "UNSATISFIED"],
    ["NOT (label:Code-Review=MAX OR label:Code-Review=MIN)", [], "SATISFIED"],
  ])("%s", (expression, votes, expected) => expect(status(expression, votes)).toBe(expected));

  it("an unknown uploader could be anybody, so nobody is surely not the uploader", () => {
    const { pusher: _, ...unknown } = patchSet(1);
    expect(
      status("label:Code-Review>0,user=non_uploader", [vote(alice, "Code-Review+1")], {
        change: { patchSets: [unknown] },
      }),
    ).toBe("UNSATISFIED");
  });
});

describe("the verdict", () => {
  it("is the same bytes for the same snapshot, in whatever order its facts are listed", () => {
    const of = approved();
    const turned = { ...of, votes: [...of.votes].reverse(), checks: [...of.checks].reverse() };
    expect(JSON.stringify(verdict(turned))).toBe(JSON.stringify(verdict(of)));
  });

  it("has a certificate that changes with what it rests on, and with nothing else", () => {
    const of = approved();
    const { certificate } = verdict(of);
    expect(certificate).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(evaluate(policy(), of, instant(NOW + 1)).certificate).toBe(certificate);
    const different = [
      verdict({ ...of, votes: of.votes.slice(1) }),
      verdict({ ...of, change: { ...of.change, number: 8 } }),
      verdict({ ...of, change: { ...of.change, branch: branch("stable") } }),
      verdict(of, policy(`${POLICY_TEXT}# changed\n`)),
      verdict({ ...of, incomplete: [{ what: "x", why: "y" }] }),
    ];
    expect(new Set([certificate, ...different.map((one) => one.certificate)]).size).toBe(different.length + 1);
  });

  it("of a broken policy says what is broken, and is closed", () => {
    const result = evaluateOrClose(loadPolicy("version: 1\nlables: {}\n", PRESETS), approved(), NOW);
    expect(result.submittable).toBe(false);
    expect(result.requirements).toMatchObject([{ name: "Policy", status: "ERROR", blocked: true }]);
    expect(result.problems[0]).toContain(
      "Cannot use the policy .github/plustwo.yml:2:1: `lables` is not a key of a policy file",
    );
  });

  it("of a policy without requirements is an error, not a pass", () => {
    const result = evaluate({ ...policy(), requirements: [] }, approved(), NOW);
    expect(result.submittable).toBe(false);
    expect(result.requirements[0]).toMatchObject({ name: "Policy", status: "ERROR" });
  });
});
