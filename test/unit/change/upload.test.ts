import { describe, expect, it } from "vitest";
import { describeUploadProblem } from "../../../src/core/change/describe.ts";
import { newText } from "../../../src/core/change/pull-request-text.ts";
import { hasEffects, planUpload, type UploadPlan, type UploadProblem } from "../../../src/core/change/upload.ts";
import { branch, branchOf, change, MAIN, pull, sha, stack, view } from "./stacks.ts";

function planned(...args: Parameters<typeof planUpload>): UploadPlan {
  const plan = planUpload(...args);
  if (!plan.ok) throw new Error(`refused: ${plan.problem.kind}`);
  return plan.value;
}

function refused(...args: Parameters<typeof planUpload>): UploadProblem {
  const plan = planUpload(...args);
  if (plan.ok) throw new Error("was planned");
  return plan.problem;
}

const kinds = (plan: UploadPlan): readonly string[] => plan.steps.map(({ kind }) => kind);
const A = branchOf("a");
const B = branchOf("b");
const C = branchOf("c");

describe("an upload", () => {
  it("makes one pull request of each commit, each on top of the one below", () => {
    const [a, b] = [change("a"), change("b")];
    const plan = planned(stack(a, b), view([]));
    expect(kinds(plan)).toEqual(["create", "create"]);
    expect(plan.push).toEqual([
      { branch: A, to: a.commit },
      { branch: B, to: b.commit },
    ]);
    expect(plan.writes).toEqual([
      { kind: "create", head: A, base: MAIN, ...newText(a), draft: false },
      { kind: "create", head: B, base: A, ...newText(b), draft: false },
    ]);
    expect(plan.retargetFirst).toEqual([]);
  });

  it("of an amended commit is a new patch set of the same pull request, leased on the head that was read", () => {
    const [before, now] = [change("a"), change("a", 2)];
    const plan = planned([now], view([pull(12, before, MAIN)]));
    expect(kinds(plan)).toEqual(["update"]);
    expect(plan.push).toEqual([{ branch: A, from: before.commit, to: now.commit }]);
    expect(plan.writes).toEqual([]);
  });

  it("counts patch sets where the service or this clone counted before, and else says none", () => {
    const [before, now] = [change("a"), change("a", 2)];
    const sent = { [A]: { head: before.commit, tree: before.tree, patchSet: 3 } };
    const number = (plan: UploadPlan): unknown =>
      plan.steps.map((step) => ("patchSet" in step ? step.patchSet : undefined));
    expect(number(planned([now], view([pull(12, before, MAIN)])))).toEqual([undefined]);
    expect(number(planned([now], view([pull(12, before, MAIN, { patchSet: 7 })], { sent })))).toEqual([8]);
    expect(number(planned([now], view([pull(12, before, MAIN)], { sent })))).toEqual([4]);
    expect(number(planned([before], view([pull(12, before, MAIN)], { sent })))).toEqual([3]);
  });

  it("with the same tree is told apart as message only, and its text follows", () => {
    const before = change("a");
    const now = change("a", 2, { tree: before.tree, subject: "Add a, and say so" });
    const sent = { [A]: { head: before.commit, tree: before.tree } };
    const plan = planned([now], view([pull(12, before, MAIN)], { sent }));
    expect(kinds(plan)).toEqual(["message-only"]);
    expect(plan.writes).toEqual([{ kind: "update", number: 12, nodeId: "PR_12", ...newText(now) }]);
  });

  it("of what the server has already has no effect", () => {
    const [a, b] = [change("a"), change("b")];
    const plan = planned(stack(a, b), view([pull(12, a, MAIN), pull(13, b, A)]));
    expect(kinds(plan)).toEqual(["unchanged", "unchanged"]);
    expect(hasEffects(plan)).toBe(false);
  });

  it("sends again what was pushed but never opened, without pushing it twice", () => {
    const a = change("a");
    const plan = planned([a], view([], { branches: { [A]: a.commit } }));
    expect(plan.push).toEqual([]);
    expect(plan.writes).toMatchObject([{ kind: "create", head: A }]);
  });

  it("repairs a title that did not go through, without a patch set", () => {
    const a = change("a", 1, { subject: "Better" });
    const plan = planned([a], view([{ ...pull(12, change("a"), MAIN), head: a.commit }]));
    expect(kinds(plan)).toEqual(["reword"]);
    expect(plan.push).toEqual([]);
    expect(plan.writes).toEqual([{ kind: "update", number: 12, nodeId: "PR_12", ...newText(a) }]);
  });
});

describe("a stack whose order changed", () => {
  const [a, b] = [change("a"), change("b")];
  const server = view([pull(12, a, MAIN), pull(13, b, A)]);

  it("moves the new bottom onto the target before the push, which would otherwise mark it as merged", () => {
    const plan = planned(stack(change("b", 2), change("a", 2)), server);
    expect(plan.retargetFirst).toEqual([{ kind: "update", number: 13, nodeId: "PR_13", base: MAIN }]);
    expect(plan.writes).toEqual([{ kind: "update", number: 12, nodeId: "PR_12", base: B }]);
    expect(plan.push.map((one) => one.branch)).toEqual([B, A]);
  });

  it("never leaves a pull request on a base that contains it during the push", () => {
    const three = [change("a"), change("b"), change("c")] as const;
    const pulls = [pull(1, three[0], MAIN), pull(2, three[1], A), pull(3, three[2], B)];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      const now = order.map((index) => change("abc"[index] ?? "a", 2));
      const plan = planned(stack(...now), view(pulls));
      const bases = new Map<number, string>(pulls.map(({ number, base }) => [number, base]));
      for (const write of plan.retargetFirst) if (write.kind === "update") bases.set(write.number, write.base ?? "");
      plan.steps.forEach((step, index) => {
        if (step.kind === "create" || step.kind === "merged") throw new Error("all are open");
        const above = plan.steps.slice(index).map((one) => one.branch as string);
        expect(above, `order ${order.join("")}`).not.toContain(bases.get(step.remote.number));
      });
      for (const write of plan.writes) if (write.kind === "update") bases.set(write.number, write.base ?? "");
      expect(plan.steps.map((step) => step.kind !== "create" && bases.get(step.remote.number))).toEqual(
        plan.steps.map((step) => step.base),
      );
    }
  });

  it("retargets what moved down to the target although its commit is the same", () => {
    const plan = planned(
      [{ ...b, parent: sha("0a") }],
      view([pull(12, a, MAIN), pull(13, b, A)], { sentFromHere: [A, B] }),
    );
    expect(kinds(plan)).toEqual(["retarget"]);
    expect(plan.retargetFirst).toEqual([{ kind: "update", number: 13, nodeId: "PR_13", base: MAIN }]);
    expect(plan.writes).toEqual([]);
    expect(plan.orphans.map(({ number }) => number)).toEqual([12]);
  });

  it("lists changes that are gone from it, and neither closes nor writes to them", () => {
    const plan = planned([change("a")], { ...server, sentFromHere: [A, B, C] });
    expect(plan.orphans.map(({ number }) => number)).toEqual([13]);
    expect(hasEffects(plan)).toBe(false);
  });

  it("may have a change put in between", () => {
    const plan = planned(stack(a, change("c"), change("b", 2)), server);
    expect(kinds(plan)).toEqual(["unchanged", "create", "update"]);
    expect(plan.push.map((one) => one.branch)).toEqual([C, B]);
    expect(plan.writes).toMatchObject([
      { kind: "create", head: C, base: A },
      { kind: "update", number: 13, base: C },
    ]);
  });
});

describe("a change on the server", () => {
  it("with a head that this clone never had is refused, saying whose change it is and how to get it", () => {
    const server = pull(12, change("a", 5), MAIN, { author: { login: "dave" } });
    const problem = refused([change("a", 2)], view([server], { seen: new Set() }));
    expect(problem.kind).toBe("foreign");
    const { message, hint } = describeUploadProblem(problem, "origin");
    expect(message).toBe(
      'Cannot update #12 "Add a", a change of dave: the server is at a500000, which this clone has never had',
    );
    expect(hint).toContain(`git fetch origin ${A}`);
  });

  it("of somebody else is updated when this clone had its newest patch set", () => {
    const server = pull(12, change("a"), MAIN, { author: { login: "dave" } });
    expect(kinds(planned([change("a", 2)], view([server])))).toEqual(["update"]);
  });

  it("whose branch was pushed by somebody without a pull request is refused as well", () => {
    const problem = refused([change("a")], view([], { branches: { [A]: sha("dead") } }));
    expect(problem).toMatchObject({ kind: "foreign", head: sha("dead") });
    expect(problem).not.toHaveProperty("remote");
  });

  it("that is merged with the same commit at the bottom is skipped, and the next one stands on the target", () => {
    const [a, b] = [change("a"), change("b")];
    const plan = planned(stack(a, b), view([pull(12, a, MAIN, { state: "merged" }), pull(13, b, A)]));
    expect(kinds(plan)).toEqual(["merged", "retarget"]);
    expect(plan.retargetFirst).toEqual([{ kind: "update", number: 13, nodeId: "PR_13", base: MAIN }]);
    expect(plan.push).toEqual([]);
  });

  it("that is merged as another commit is refused: the work would land twice", () => {
    const server = pull(12, change("a"), MAIN, { state: "merged" });
    expect(refused([change("a", 2)], view([server])).kind).toBe("merged-as-another");
  });

  it("that is merged above an open one is refused", () => {
    const [a, b] = [change("a"), change("b")];
    const problem = refused(stack(a, b), view([pull(12, a, MAIN), pull(13, b, A, { state: "merged" })]));
    expect(problem.kind).toBe("merged-above-open");
  });

  it("that is closed is opened anew, whether its branch is still there or not", () => {
    const a = change("a");
    const closed = pull(12, a, MAIN, { state: "closed" });
    const gone = planned([a], view([closed]));
    expect(gone.steps).toMatchObject([{ kind: "create", replaces: { number: 12 } }]);
    expect(gone.push).toEqual([{ branch: A, to: a.commit }]);
    const there = planned([change("a", 2)], view([closed], { branches: { [A]: a.commit } }));
    expect(there.push).toEqual([{ branch: A, from: a.commit, to: change("a", 2).commit }]);
  });

  it("that a person pointed at another branch on the web is not pulled back silently", () => {
    const problem = refused([change("a")], view([pull(12, change("a"), branch("stable/1"))]));
    expect(problem).toMatchObject({ kind: "other-target", target: MAIN });
    expect(describeUploadProblem(problem, "origin").hint).toContain("git review stable/1");
  });

  it("keeps a title given on the web, and the step says so", () => {
    const server = { ...pull(12, change("a"), MAIN), title: "A better title" };
    const plan = planned([change("a", 2)], view([server]));
    expect(plan.steps).toMatchObject([{ kind: "update", kept: ["title"] }]);
    expect(plan.writes).toEqual([]);
  });
});

it("a target with too long a name is refused, not cut", () => {
  const target = branch("t".repeat(190));
  const problem = refused([change("a")], { ...view([]), target });
  expect(problem.kind).toBe("branch-name-too-long");
});
