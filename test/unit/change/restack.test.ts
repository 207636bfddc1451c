import { describe, expect, it } from "vitest";
import { planRestack, unsure, type RestackView, type StackedCommit } from "../../../src/core/change/restack.ts";
import { type Change } from "../../../src/core/change/change.ts";
import { type RemoteChange } from "../../../src/core/change/upload.ts";
import { branch, branchOf, change, MAIN, pull, sha } from "./stacks.ts";

const A = branchOf("a");

const at = (one: Change): StackedCommit => ({
  commit: one.commit,
  subject: one.subject,
  branch: branch(`review/main/${one.id}`),
});

function view(pulls: readonly RemoteChange[], more: Partial<RestackView> = {}): RestackView {
  const changes = Object.fromEntries(pulls.map((one) => [one.headBranch, one]));
  return { target: MAIN, viewer: "carol", changes, sent: {}, seen: new Set(), former: {}, ...more };
}

const kinds = (stack: readonly Change[], seen: RestackView): unknown => {
  const plan = planRestack(stack.map(at), seen);
  return plan.ok ? plan.value.map((step) => ("head" in step ? [step.kind, step.head] : step.kind)) : plan.problem.kind;
};

const [a1, a2, b1] = [change("a"), change("a", 2), change("b")];
const sentA1 = { [A]: { head: a1.commit, tree: a1.tree } };
const sentA2 = { [A]: { head: a2.commit, tree: a2.tree } };
const daves = { author: { login: "dave" } };

describe("what becomes of a commit when its stack is restacked", () => {
  it.each<[string, readonly Change[], RestackView, unknown]>([
    ["never sent: replayed", [a1], view([]), ["replay"]],
    ["as the server has it: replayed", [a1], view([pull(1, a1, MAIN)]), ["replay"]],
    ["closed there: replayed", [a1], view([pull(1, a1, MAIN, { state: "closed" })]), ["replay"]],
    ["amended here, and not sent: replayed", [a2], view([pull(1, a1, MAIN)], { sent: sentA1 }), ["replay"]],
    [
      "amended here on what was once checked out: replayed",
      [a2],
      view([pull(1, a1, MAIN)], { seen: new Set([a1.commit]) }),
      ["replay"],
    ],
    [
      "as last sent from here, and amended there: the server's",
      [a1],
      view([pull(1, a2, MAIN)], { sent: sentA1 }),
      [["take", a2.commit]],
    ],
    [
      "an earlier patch set, and amended there: the server's",
      [a1],
      view([pull(1, a2, MAIN)], { former: { 1: new Set([a1.commit]) } }),
      [["take", a2.commit]],
    ],
    [
      "an earlier patch set although the newer one was looked at: the server's",
      [a1],
      view([pull(1, a2, MAIN)], { sent: sentA1, seen: new Set([a2.commit]) }),
      [["take", a2.commit]],
    ],
    ["amended on both sides: nobody decides that here", [a1], view([pull(1, a2, MAIN)]), "diverged"],
    ["merged as it is: left out", [a1], view([pull(1, a1, MAIN, { state: "merged" })]), ["drop"]],
    [
      "merged in a newer patch set: left out",
      [a1],
      view([pull(1, a2, MAIN, { state: "merged" })], { sent: sentA1 }),
      ["drop"],
    ],
    [
      "merged, with edits of one's own: only if nothing is left of it",
      [a2],
      view([pull(1, a1, MAIN, { state: "merged" })], { sent: sentA1 }),
      ["drop-if-empty"],
    ],
    [
      "merged into another branch than the target: only if nothing is left of it",
      [a1],
      view([pull(1, a1, branch("elsewhere"), { state: "merged" })]),
      ["drop-if-empty"],
    ],
    [
      "somebody else's at the bottom: exactly as on the server",
      [a1, b1],
      view([pull(1, a2, MAIN, daves), pull(2, b1, A)], { sent: sentA1 }),
      [["as-sent", a2.commit], "replay"],
    ],
    [
      "somebody else's, with edits of one's own: replayed",
      [a2],
      view([pull(1, a1, MAIN, daves)], { sent: sentA1 }),
      ["replay"],
    ],
    [
      "somebody else's above one's own: replayed too",
      [b1, a1],
      view([pull(2, b1, MAIN), pull(1, a1, MAIN, daves)], { sent: sentA2 }),
      ["replay", "replay"],
    ],
  ])("%s", (_, stack, seen, wanted) => {
    expect(kinds(stack, seen)).toEqual(wanted);
  });

  it("asks for former heads only where nothing else tells", () => {
    expect(unsure([at(a1)], view([pull(1, a2, MAIN)]))).toEqual([1]);
    expect(unsure([at(a1)], view([pull(1, a2, MAIN)], { sent: sentA1 }))).toEqual([]);
    expect(unsure([at(a1)], view([pull(1, a1, MAIN)]))).toEqual([]);
    expect(unsure([{ commit: sha("ff"), subject: "No id" }], view([]))).toEqual([]);
  });
});
