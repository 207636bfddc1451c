// From approved to merged: the gate lands exactly what it tested, in order, and nothing else. Each story ends in a picture.
import { expect } from "vitest";
import { scenario } from "../support/scenario.ts";

scenario("two cores approve, the gate builds, the change merges", async (t) => {
  const parser = await t.carol.uploads("Add parser");
  await t.alice.votes(parser, "Code-Review", +2);
  await t.bob.votes(parser, "Code-Review", +2);
  await t.bob.votes(parser, "Workflow", +1);
  await t.ci.passes(parser);
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Add parser
      * b Initial commit
    #1 Add parser · carol · Merged · review/main/I-a → main · 1 patch set, at a
      alice approves patch set 1: Code-Review: +2
      bob approves patch set 1: Code-Review: +2
      bob comments on patch set 1: Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo/gate: success · Tested as it lands on main
      plustwo: success · Landed on main as a"
  `);
  await t.landedExactlyWhatWasTested();
});

scenario("pressing Approve alone is enough for a core's +2", async (t) => {
  const parser = await t.carol.uploads("Add parser");
  await t.alice.approvesInBrowser(parser);
  await t.bob.approves(parser);
  await t.ci.passes(parser);
  expect((await t.pull(parser)).merged).toBe(true);
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Add parser
      * b Initial commit
    #1 Add parser · carol · Merged · review/main/I-a → main · 1 patch set, at a
      alice approves patch set 1
      bob approves patch set 1: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo/gate: success · Tested as it lands on main
      plustwo: success · Landed on main as a"
  `);
});

scenario(
  "main moved meanwhile: the gate lands the merge it tested, and the reviewed commit stays as it is",
  async (t) => {
    const parser = await t.carol.uploads("Add parser");
    const docs = await t.dave.uploads("Fix docs");
    await t.coresApprove(docs);
    await t.ci.passes(docs);
    await t.coresApprove(parser);
    await t.ci.passes(parser);
    expect(await t.picture()).toMatchInlineSnapshot(`
      "acme/calc main
        *   a Merge change #1: Add parser
        |\\
        | * b Add parser
        * | c Fix docs
        |/
        * d Initial commit
        a github-actions: integration success, style success, unit success
        a plustwo/gate: success · Tested as it lands on main
      #1 Add parser · carol · Merged · review/main/I-a → main · 1 patch set, at b
        alice approves patch set 1: Code-Review: +2
        bob approves patch set 1: Code-Review: +2, Workflow: +1
        github-actions: integration success, style success, unit success
        plustwo: success · Landed on main as a
      #2 Fix docs · dave · Merged · review/main/I-b → main · 1 patch set, at c
        alice approves patch set 1: Code-Review: +2
        bob approves patch set 1: Code-Review: +2, Workflow: +1
        github-actions: integration success, style success, unit success
        plustwo/gate: success · Tested as it lands on main
        plustwo: success · Landed on main as c"
    `);
    await t.landedExactlyWhatWasTested();
  },
);
