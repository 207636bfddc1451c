// Heads in a fork: who may not push to the project sends there, and every pull request goes to the target (RULINGS 12, 19).
import { describe, expect, it } from "vitest";
import { textsToFinish, withForkNamed } from "../../../src/core/change/overlap.ts";
import { newText, supersededNumber, updatedText } from "../../../src/core/change/pull-request-text.ts";
import { planUpload, type RemoteView, type UploadPlan } from "../../../src/core/change/upload.ts";
import { allowedWishes } from "../../../src/core/change/wishes.ts";
import { branchOf, change, MAIN, pull, sha, stack, view } from "./stacks.ts";

const FORK = "dave/api";
const [a, b, c] = stack(change("a"), change("b"), change("c")) as [
  ReturnType<typeof change>,
  ReturnType<typeof change>,
  ReturnType<typeof change>,
];
const [A, B] = [branchOf("a"), branchOf("b")];
const mine = { fork: FORK };
const daves = { fork: FORK, theirs: true, author: { login: "dave" } };

function planned(changes: Parameters<typeof planUpload>[0], remote: RemoteView): UploadPlan {
  const plan = planUpload(changes, remote);
  if (!plan.ok) throw new Error(`refused: ${plan.problem.kind}`);
  return plan.value;
}
const through = (pulls: Parameters<typeof view>[0], more: Partial<RemoteView> = {}): RemoteView =>
  view(pulls, { fork: { name: FORK, exists: true }, viewer: "dave", ...more });

describe("through a fork", () => {
  it("every pull request is on the target, and every head in the fork", () => {
    const plan = planned([a, b], through([]));
    expect(plan.push).toEqual([
      { branch: A, to: a.commit, fork: FORK },
      { branch: B, to: b.commit, fork: FORK },
    ]);
    expect(plan.writes).toEqual([
      { kind: "create", head: A, base: MAIN, ...newText(a), draft: false, fork: FORK },
      { kind: "create", head: B, base: MAIN, ...newText(b), draft: false, fork: FORK },
    ]);
    expect(plan.retargetFirst).toEqual([]);
  });

  it("the upper ones are told what they stand on once all have numbers, topic and all", () => {
    const plan = planUpload([a, b], through([]), { topic: "parsing" });
    if (!plan.ok) throw new Error("refused");
    const made = Object.fromEntries(
      [A, B].map((branch, index) => [
        branch,
        { number: index + 1, nodeId: `PR_${index + 1}`, url: `https://forge/acme/api/pull/${index + 1}` },
      ]),
    );
    const texts = textsToFinish(plan.value, made);
    expect(texts).toMatchObject([{ number: 2, nodeId: "PR_2" }]);
    expect(texts[0]?.body).toContain("Built on #1, ");
    expect(texts[0]?.body).toContain(`https://forge/acme/api/pull/2/commits/${b.commit}`);
    expect(texts[0]?.body).toContain("Topic: <code>parsing</code>");
    // One that could not be made is told of nowhere.
    expect(textsToFinish(plan.value, { [B]: made[B]! })).toEqual([]);
  });

  it("an amend moves the head in the fork with a lease, and the text follows in the same writes", () => {
    const now = { ...b, commit: sha("b2") };
    const above = updatedText(b, newText(b), undefined, { below: 1, url: "https://forge/acme/api/pull/2" });
    const remote = pull(2, b, MAIN, { ...mine, body: above.body ?? "" });
    const plan = planned([a, now], through([pull(1, a, MAIN, mine), remote]));
    expect(plan.push).toEqual([{ branch: B, from: b.commit, to: now.commit, fork: FORK }]);
    expect(plan.writes).toMatchObject([{ number: 2, body: expect.stringContaining(`/commits/${now.commit}`) }]);
    expect(textsToFinish(plan, {})).toEqual([]);
  });

  it("one put in below is told of in the one above, which is written once", () => {
    const remote = pull(3, c, MAIN, mine);
    const plan = planned([b, { ...c, commit: sha("c2") }], through([remote]));
    expect(plan.writes).toMatchObject([{ kind: "create", head: B }]);
    const made = { [B]: { number: 9, nodeId: "PR_9", url: "https://forge/acme/api/pull/9" } };
    expect(textsToFinish(plan, made)).toMatchObject([{ number: 3, body: expect.stringContaining("Built on #9, ") }]);
  });

  it("has a base in the project where the change below is there", () => {
    const plan = planned([a, b], through([pull(1, a, MAIN, { theirs: true })]));
    expect(plan.steps).toMatchObject([{ kind: "unchanged" }, { kind: "create", base: A, fork: FORK }]);
    expect(plan.push).toEqual([{ branch: B, to: b.commit, fork: FORK }]);
    expect(plan.writes).toHaveLength(1);
  });

  it("goes on in the fork for who may push by now, as far as it has begun there", () => {
    const plan = planned([{ ...a, commit: sha("a2") }, b], view([pull(1, a, MAIN, mine)]));
    expect(plan.push.map(({ fork }) => fork)).toEqual([FORK, undefined]);
    expect(plan.writes).toMatchObject([{ kind: "create", head: B, base: MAIN }]);
  });

  it("takes the name the fork was given where that is another", () => {
    const plan = withForkNamed(planned([a], through([])), FORK, "dave/api-1");
    expect([plan.push[0]?.fork, plan.writes[0]]).toMatchObject(["dave/api-1", { fork: "dave/api-1" }]);
  });
});

describe("a change whose branch the sender may not push", () => {
  const amended = { ...a, commit: sha("a2") };

  it("is superseded by a new one, which says so and goes on saying so", () => {
    const plan = planned([amended], view([pull(12, a, MAIN, daves)]));
    expect(plan.steps).toMatchObject([{ kind: "create", supersedes: { number: 12 } }]);
    expect(plan.push).toEqual([{ branch: A, to: amended.commit }]);
    const [write] = plan.writes;
    if (write?.kind !== "create") throw new Error("nothing is made");
    expect(supersededNumber(write.body)).toBe(12);
    const again = updatedText({ ...amended, body: "Other words" }, write);
    expect(supersededNumber(again.body ?? "")).toBe(12);
  });

  it("is left as it is where it was not amended: nothing is pushed, written or wished", () => {
    const wishes = { work: "in-progress", labels: [{ id: "L1", name: "bug" }] } as const;
    const plan = planUpload([a], view([pull(12, a, MAIN, daves)]), wishes);
    expect(plan).toMatchObject({ ok: true, value: { push: [], writes: [], wishes: [], retargetFirst: [] } });
  });

  it("is not superseded unseen, nor over a branch of one's own that was not seen", () => {
    expect(planUpload([amended], view([pull(12, a, MAIN, daves)], { seen: new Set() }))).toMatchObject({
      ok: false,
      problem: { kind: "foreign", head: a.commit },
    });
    const branches = { [A]: sha("ff") };
    expect(planUpload([amended], view([pull(12, a, MAIN, daves)], { branches }))).toMatchObject({
      ok: false,
      problem: { kind: "foreign", head: sha("ff") },
    });
  });

  it("a commit message cannot make one supersede another", () => {
    const text = newText(change("a", 1, { body: "<sub>Supersedes #7, as I say.</sub>" }));
    expect(supersededNumber(text.body)).toBeUndefined();
  });
});

it("who may only read asks nobody and puts no label; who may triage does", () => {
  const wishes = { work: "ready", reviewers: [{ kind: "user", id: "U1", name: "alice" }] } as const;
  expect(allowedWishes(wishes, "triage")).toEqual({ wishes, notes: [] });
  expect(allowedWishes(wishes, "read")).toMatchObject({
    wishes: { work: "ready" },
    notes: [expect.stringContaining("Left out: alice")],
  });
  expect(allowedWishes({ work: "ready" }, "none").notes).toEqual([]);
});
