import { describe, expect, it } from "vitest";
import { jobName } from "../../../src/core/ids.ts";
import { evaluateOrClose } from "../../../src/core/policy/evaluate.ts";
import { explain } from "../../../src/core/policy/explain.ts";
import type { GateView } from "../../../src/core/policy/explained.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import { code, prose } from "../../../src/core/policy/markdown.ts";
import { parsePublished } from "../../../src/core/policy/published.ts";
import { reportBody } from "../../../src/core/policy/report-body.ts";
import type { PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import {
  alice,
  approved,
  bob,
  branch,
  carol,
  erin,
  go,
  job,
  mallory,
  NOW,
  patchSet,
  policy,
  POLICY_TEXT,
  PRESETS,
  REVIEWED,
  sha,
  signature,
  snapshot,
  verdict,
  vote,
} from "./sample.ts";

function said(of: PolicySnapshot, gate?: GateView) {
  return explain({ verdict: verdict(of), snapshot: of, now: NOW, ...(gate === undefined ? {} : { gate }) });
}

const lower = {
  number: 12,
  builtOn: sha(1),
  currentHead: sha(1),
  builtOnPatchSet: 1,
  currentPatchSet: 1,
  state: "open" as const,
  target: branch("main"),
  ready: true,
};
const unit = jobName("unit");

describe("the title is what the pull-request list shows", () => {
  it.each<[string, PolicySnapshot, GateView | undefined, string, string]>([
    [
      "nothing yet",
      snapshot({ checks: [] }),
      undefined,
      "pending",
      "Waiting: 2 core approvals · go-ahead · 3 checks not started",
    ],
    [
      "one approval",
      snapshot({
        votes: [vote(alice, "Code-Review+2"), go()],
        checks: [job("style"), job("unit", null), job("integration")],
      }),
      undefined,
      "pending",
      "Waiting: 1 more core approval · unit running",
    ],
    ["a veto", approved({ votes: [vote(alice, "Code-Review-2")] }), undefined, "failure", "Blocked: alice vetoed"],
    [
      "a failing check",
      approved({ checks: [job("style"), job("unit", "failure"), job("integration")] }),
      undefined,
      "failure",
      "Blocked: unit failed",
    ],
    [
      "a skipped check",
      approved({ checks: [job("style"), job("unit", "skipped"), job("integration")] }),
      undefined,
      "pending",
      "Waiting: unit skipped",
    ],
    [
      "a run that a maintainer has to approve",
      approved({ checks: [job("style"), job("unit", "action_required"), job("integration")] }),
      undefined,
      "pending",
      "Waiting: unit waits for a maintainer",
    ],
    [
      "a cancelled check",
      approved({ checks: [job("style"), job("unit", "cancelled"), job("integration")] }),
      undefined,
      "pending",
      "Waiting: unit cancelled",
    ],
    [
      "a missing check",
      approved({ checks: [job("style"), job("integration")] }),
      undefined,
      "pending",
      "Waiting: unit not started",
    ],
    ["a draft", approved({ change: { draft: true } }), undefined, "pending", "Waiting: draft"],
    [
      "a draft that fails and is vetoed",
      approved({
        change: { draft: true },
        votes: [vote(alice, "Code-Review-2")],
        checks: [job("style"), job("unit", "failure"), job("integration")],
      }),
      undefined,
      "pending",
      "Waiting: draft · alice vetoed · go-ahead · unit failed",
    ],
    [
      "a job whose runner was lost",
      approved({ checks: [job("style"), job("unit", "runner_lost"), job("integration")] }),
      undefined,
      "pending",
      "Waiting: unit lost its runner",
    ],
    [
      "a newcomer's runs that wait for approval",
      approved({ checks: [job("", "action_required")] }),
      undefined,
      "pending",
      "Waiting: style waits for a maintainer · unit waits for a maintainer · …",
    ],
    [
      "a stale parent",
      approved({ change: { below: [{ ...lower, currentHead: sha(2), currentPatchSet: 2 }] } }),
      undefined,
      "pending",
      "Waiting: rebase onto patch set 2 of #12",
    ],
    [
      "a parent that is not ready",
      approved({ change: { below: [{ ...lower, ready: false }] } }),
      undefined,
      "pending",
      "Waiting: #12 below",
    ],
    [
      "facts missing",
      approved({ incomplete: [{ what: "reviews", why: "502" }] }),
      undefined,
      "pending",
      "Waiting: facts are missing",
    ],
    ["everything", approved(), undefined, "success", "Ready: to the gate"],
    ["in the queue", approved(), { kind: "queued", position: 2, of: 4 }, "success", "Ready: in the gate, 2nd of 4"],
    [
      "building",
      approved(),
      { kind: "building", jobs: [{ job: unit, state: "running", attempt: 1 }] },
      "success",
      "Ready: in the gate · unit running",
    ],
    [
      "a veto while building",
      approved({ votes: [vote(erin, "Code-Review-2")] }),
      { kind: "building", jobs: [] },
      "failure",
      "Blocked: erin vetoed",
    ],
    [
      "landed",
      approved(),
      { kind: "landed", sha: sha(0xabc) },
      "success",
      `Landed as ${sha(0xabc).slice(0, 7)}, the commit that was tested`,
    ],
    [
      "left red",
      approved(),
      { kind: "left", because: "own-fault", why: "unit failed: expected 3, got 2" },
      "failure",
      "Left the gate: unit failed: expected 3, got 2",
    ],
    [
      "left lost",
      approved(),
      { kind: "left", because: "lost", why: "no runner" },
      "pending",
      "Left the gate: no runner",
    ],
    [
      "left by wish",
      approved(),
      { kind: "left", because: "withdrawn", why: "dequeued" },
      "pending",
      "Left the gate: dequeued",
    ],
  ])("%s", (_, of, gate, colour, title) => {
    expect(said(of, gate)).toMatchObject({ verdict: colour, title });
  });

  it("never has more than 80 characters", () => {
    const many = { ...alice, login: "a".repeat(39) };
    const of = snapshot({
      checks: ["style", "unit", "integration"].map((name) => job(name, null)),
      change: { below: [{ ...lower, ready: false }], draft: true },
    });
    expect(said(of).title.length).toBeLessThanOrEqual(80);
    expect(said(approved({ votes: [vote(many, "Code-Review-2")] })).title.length).toBeLessThanOrEqual(80);
    expect(
      said(approved(), { kind: "left", because: "own-fault", why: "x ".repeat(200) }).title.length,
    ).toBeLessThanOrEqual(80);
  });

  it.each<[string, PolicySnapshot, string, string]>([
    ["everything", approved(), "Would be ready: everything needed is there", "**Would come next:** nobody"],
    [
      "a veto",
      approved({ votes: [vote(alice, "Code-Review-2")] }),
      "Would be blocked: alice vetoed",
      "**Would come next:** alice lifts the veto",
    ],
    [
      "nothing",
      snapshot(),
      "Would wait: 2 core approvals · go-ahead",
      "**Would come next:** 2 of alice, bob, erin give",
    ],
  ])("is neutral in mode observe and says what it would say: %s", (_, of, expected, next) => {
    const observing = verdict(of, policy(POLICY_TEXT.replace("mode: enforce", "mode: observe")));
    const { verdict: colour, title, summary } = explain({ verdict: observing, snapshot: of, now: NOW });
    expect([colour, title]).toEqual(["neutral", expected]);
    expect(summary).toContain("plustwo only observes here: nothing is blocked, and nothing lands through it.");
    expect(summary).toContain(next);
  });

  it("has its real colour in mode advise, and says that nothing lands through it", () => {
    const of = approved({ votes: [vote(alice, "Code-Review-2")] });
    const advising = verdict(of, policy(POLICY_TEXT.replace("mode: enforce", "mode: advise")));
    const { verdict: colour, title, summary } = explain({ verdict: advising, snapshot: of, now: NOW });
    expect([colour, title]).toEqual(["failure", "Blocked: alice vetoed"]);
    expect(summary).toContain(
      "plustwo advises here: it says what is missing, blocks nothing, and nothing lands through it.",
    );
  });

  it("puts a run that awaits a maintainer on the cores' list, never on its author's", () => {
    const of = approved({ checks: [job("style"), job("unit", "action_required"), job("integration")] });
    const found = verdict(of);
    expect(found.nextUsers).toEqual(["alice", "bob", "erin"]);
    expect(explain({ verdict: found, snapshot: of, now: NOW }).summary).toContain(
      "**Next:** one of alice, bob, erin: approve the run of unit. Nothing for carol to do.",
    );
  });

  it("says what is lacking where nobody can do anything", () => {
    const groups = { core: [bob].map(({ id, login }) => ({ id, login })) };
    const of = snapshot({ groups, votes: [] });
    expect(explain({ verdict: verdict(of), snapshot: of, now: NOW }).summary).toContain(
      "**Next:** bob gives the go-ahead; 2 core approvals: only 1 of the 2 that are missing can be given: ask for another member of core.",
    );
  });

  it("has one row for a check of several jobs, and names the one that matters", () => {
    const matrix = policy(`${POLICY_TEXT}checks: { unit: { job: "test (*)" } }\n`);
    const rows = (...conclusions: readonly (string | null)[]) => {
      const legs = conclusions.map((conclusion, index) => job(`test (${18 + index * 2})`, conclusion));
      const of = approved({ checks: [job("style"), ...legs, job("integration")] });
      return explain({ verdict: verdict(of, matrix), snapshot: of, now: NOW }).summary.match(/^\| unit .*$/gm);
    };
    expect(rows("success", "success")).toEqual(["| unit | ok | 2 jobs passed on this commit |"]);
    expect(rows("success", "failure", null)).toEqual(["| unit | FAIL | test (20): it failed; 1 of 3 passed |"]);
    expect(rows("success", null)).toEqual(["| unit | … | test (20): running; 1 of 2 passed |"]);
  });

  it("is red for a broken policy, and the summary says what is broken", () => {
    const of = approved();
    const broken = evaluateOrClose(loadPolicy("version: 1\nlables: {}\n", PRESETS), of, NOW);
    const { verdict: colour, title, summary } = explain({ verdict: broken, snapshot: of, now: NOW });
    expect([colour, title]).toEqual(["failure", "Blocked: the policy is broken"]);
    expect(summary).toContain("is not a key of a policy file");
    expect(summary).toContain("whoever may change the policy repairs it on the target branch");
  });
});

it("the summary is as in the picture", () => {
  const patchSets = [
    patchSet(1),
    patchSet(2),
    patchSet(3, { coauthors: [signature(erin)] }),
    patchSet(4, { kind: "TRIVIAL_REBASE" }),
  ];
  const of = snapshot({
    change: { patchSets, below: [lower] },
    votes: [
      vote(alice, "Code-Review+2", { patchSet: 3 }),
      vote(erin, "Code-Review+2", { patchSet: 4 }),
      vote(mallory, "Code-Review+2", { patchSet: 2 }),
    ],
    checks: [job("style", "success", { sha: sha(104) }), job("unit", null, { sha: sha(104) })],
  });
  const { summary } = said(of);
  expect(summary.slice(0, summary.indexOf("<details>"))).toMatchInlineSnapshot(`
    "**Next:** bob gives the core approval; one of alice, bob, erin gives the go-ahead; waiting for unit and integration. Nothing for carol to do.

    Change 2 from the bottom of its stack · patch set 4 · to \`main\` · needs #12 first (ready)

    | Needed | State | Who and why |
    | --- | --- | --- |
    | 2 core approvals | 1 / 2 | alice +2, kept: patch set 3→4 is pure rebase |
    |  |  | bob can give it |
    | go-ahead | – | alice, bob, erin can give it |
    | style | ok | github-actions, .github/workflows/ci.yml, this commit |
    | unit | … | running |
    | integration | – | no result on this commit yet from github-actions, .github/workflows/ci.yml |

    **Not counted**

    - erin +2: co-author of 0000000; contributors cannot approve
    - mallory +2: given on patch set 2; 2→3 changed code

    **Patch sets** 1→2 code · 2→3 code · 3→4 rebase

    "
  `);
});

describe("the facts for programs", () => {
  it("are read back from the summary", () => {
    const of = snapshot({
      votes: [vote(alice, "Code-Review+2"), vote(carol, "Code-Review+2")],
      checks: [job("unit", "failure", { summary: "```\n</details>", url: "https://example.org/1" })],
    });
    const facts = parsePublished(said(of).summary);
    expect(facts).toMatchObject({
      version: 1,
      change: 7,
      patchSet: 1,
      verdict: "failure",
      title: "Blocked: unit failed",
      next: ["carol"],
    });
    expect(facts?.requirements[0]).toMatchObject({
      name: "Code-Review",
      noun: "core approval",
      have: 1,
      need: 2,
      notCounted: [{ by: "carol", reason: "contributor" }],
    });
    expect(facts?.checks[1]).toMatchObject({
      name: "unit",
      state: "failed",
      why: "```\n</details>",
      url: "https://example.org/1",
    });
  });

  it("are nothing where the text has none, is cut, or is of another version", () => {
    const { summary } = said(approved());
    const from = summary.indexOf("```json");
    for (const text of [
      "",
      summary.slice(0, from + 200),
      summary.replace('"version":1', '"version":2'),
      summary.replace('{"version"', '{"version'),
    ])
      expect(parsePublished(text)).toBeUndefined();
  });

  it("and the summary do not change by time alone", () => {
    const of = approved();
    const later = explain({
      verdict: { ...verdict(of), evaluatedAt: 5 as typeof NOW },
      snapshot: of,
      now: 5 as typeof NOW,
    });
    expect(later).toEqual(said(of));
  });

  it("fit into a check run, however many vote", () => {
    const crowd = Array.from({ length: 3_000 }, (_, n) =>
      vote({ ...bob, id: (1_000 + n) as typeof bob.id, login: `person-${n}` }, "Code-Review+2"),
    );
    expect(said(snapshot({ votes: crowd })).summary.length).toBeLessThan(65_535);
  });
});

describe("the comment of a red gate", () => {
  const left = {
    owner: "carol",
    target: "main",
    patchSet: 3,
    why: "unit failed on main with this change",
    gitReview: true,
  };
  it("says what failed and what to do next", () => {
    const body = reportBody({ ...left, because: "own-fault" });
    expect(body).toMatchInlineSnapshot(`
      "**Not merged**: unit failed on main with this change. \`main\` is untouched.

      **Next:** \`carol\` fixes it, \`git commit --amend\`, \`git review\`. If it was not this change's fault, comment \`recheck\`.

      <sub>Patch set 3. This comment is edited in place; the check has the details.</sub>"
    `);
  });

  it.each(["own-fault", "with-others", "conflict", "dependency", "withdrawn", "requirement", "lost"] as const)(
    "has a next step for %s",
    (because) => {
      expect(reportBody({ ...left, because })).toMatch(/\*\*Next:\*\* \S/);
    },
  );

  it("asks for no tool that the change was not made with", () => {
    for (const because of ["own-fault", "conflict"] as const)
      expect(reportBody({ ...left, because, gitReview: false })).not.toMatch(/git (?:review|commit)/);
    expect(reportBody({ ...left, because: "conflict", gitReview: false })).toContain(
      "`carol` merges `main` into the branch (Resolve conflicts) or rebases it;",
    );
    const by = (change: Partial<PolicySnapshot["change"]>) =>
      said(approved({ change }), { kind: "left", because: "own-fault", why: "unit failed" }).summary;
    expect(by({})).toContain("**Next:** `carol` pushes a fix to the branch.");
    expect(by({ changeId: REVIEWED.changeId })).not.toContain("git review");
    expect(by(REVIEWED)).toContain("`git review`");
  });

  it("makes others' words harmless", () => {
    const body = reportBody({ ...left, owner: "@all", because: "conflict", why: "/approve @org `x` </sub> <!-- y" });
    expect(body).toContain("`@all` rebases");
    expect(body).not.toMatch(/@org|<!--|^\/approve/m);
    expect(body.match(/<\/sub>/g)).toHaveLength(1);
  });
});

describe("text of others", () => {
  it.each([
    ["plain", "`plain`"],
    ["a`b", "`` a`b ``"],
    ["a``b`c", "``` a``b`c ```"],
    ["a\nb", "`a b`"],
    ["\u202Egnp\u200B", "`\\u{202e}gnp\\u{200b}`"],
    ["", "` `"],
  ])("%j in a code span is %j", (text, expected) => expect(code(text)).toBe(expected));

  it.each([
    ["/approve", "\u200B/approve"],
    ["@bob", "@\u200Bbob"],
    ["<b>", "&lt;b&gt;"],
    ["[a](b)", "\\[a\\](b)"],
    ["https://e", "https:\u200B//e"],
    ["a\n# b", "a # b"],
  ])("%j in a sentence is %j", (text, expected) => expect(prose(text)).toBe(expected));
});
