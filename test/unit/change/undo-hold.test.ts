import { expect, it } from "vitest";
import type { BranchName, Sha } from "../../../src/core/ids.ts";
import { instant } from "../../../src/core/time.ts";
import { type SubmitRecord } from "../../../src/core/change/undo.ts";
import { holdsOf } from "../../../src/core/change/undo-hold.ts";

const main = "main" as BranchName;
const [lower, upper] = ["review/main/lower", "review/main/upper"] as BranchName[] as [BranchName, BranchName];
const sha = (digit: string): Sha => digit.repeat(40) as Sha;

/** A submit that opened the lower one, whose branch it made, and left the upper one with the base it had. */
const record = (base: { readonly was: BranchName; readonly became: BranchName }): SubmitRecord => ({
  ...{ at: instant(0), host: "example.org", project: "acme/api", target: main },
  changes: [
    { branch: lower, subject: "Lower", created: true, push: { to: sha("1") }, asked: false },
    { branch: upper, subject: "Upper", created: false, number: 7, base, asked: false },
  ],
});

it.each([
  ["stood on the branch before the submit too", { was: lower, became: lower }, [[lower, "built-on"]]],
  ["was put there by the submit, and goes back", { was: main, became: lower }, []],
] as const)("a branch that would vanish, and a change of the same stack that %s", (_, base, holds) => {
  const remote = {
    ...{ number: 7, nodeId: "P7", url: "https://example.org/acme/api/pull/7", title: "Upper", body: "" },
    ...{ state: "open" as const, author: { login: "carol" }, head: sha("2"), headBranch: upper, base: lower },
  };
  const view = {
    ...{ viewer: "carol", changes: { [upper]: remote }, tips: { [lower]: sha("1"), [upper]: sha("2") } },
    ...{ others: [], touched: {}, landed: new Set<Sha>() },
  };
  expect([...holdsOf(record(base), view)].map(([branch, { kind }]) => [branch, kind])).toEqual(holds);
});
