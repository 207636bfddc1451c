// What the gate does with red jobs, stacks and jobs that really run. Each story ends in a picture.
import { expect } from "vitest";
import { scenario } from "../support/scenario.ts";

scenario("a red gate is reported and leaves main untouched; the next patch set may try again", async (t) => {
  const parser = await t.carol.uploads("Add parser");
  await t.coresApprove(parser);
  await t.ci.checkPasses(parser);
  const before = await t.main();
  await t.ci.gateFails(parser, "unit");
  expect(await t.main()).toBe(before);
  expect((await t.check(parser)).conclusion).toBe("failure");
  expect((await t.check(parser)).title).toMatch(/unit/);
  const red = await t.picture();

  await t.carol.amends(parser, { files: { "docs/add-parser.md": "# Add parser\n\nRepaired.\n" } });
  await t.coresApprove(parser);
  await t.ci.passes(parser);
  expect((await t.pull(parser)).merged).toBe(true);
  expect(red).toMatchInlineSnapshot(`
    "acme/calc main
      * a Initial commit
    #1 Add parser · carol · Open · review/main/I-a → main · 1 patch set, at b
      alice approves patch set 1: Code-Review: +2
      bob approves patch set 1: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit failure
      plustwo: failure · Left the gate: unit failed on the merge of #1 into main: "unit" was told to fail
      plustwo[bot]: **Not merged**: unit failed on the merge of #1 into main: "unit" was told to fail. \`main\` is untouched."
  `);
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Add parser
      * b Initial commit
    #1 Add parser · carol · Merged · review/main/I-a → main · 2 patch sets, at a
      alice approves patch set 1: Code-Review: +2
      bob approves patch set 1: Code-Review: +2, Workflow: +1
      alice approves patch set 2: Code-Review: +2
      bob approves patch set 2: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo/gate: success · Tested as it lands on main
      plustwo: success · Landed on main as a
      plustwo[bot]: What the gate said here is overtaken: there is a new patch set, or somebody asked for a recheck."
  `);
  await t.landedExactlyWhatWasTested();
});

scenario("a stack of two lands bottom first, also when the upper change is approved first", async (t) => {
  const lexer = await t.carol.uploads("Add lexer");
  const parser = await t.carol.uploads("Add parser", { onTopOf: lexer });
  await t.coresApprove(parser);
  await t.ci.checkPasses(parser);
  expect((await t.pull(parser)).state).toBe("open");
  expect((await t.check(parser)).title).toMatch(/#1/);
  await t.coresApprove(lexer);
  await t.ci.passes(lexer);
  await t.ci.passes(parser);
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Add parser
      * b Add lexer
      * c Initial commit
    #1 Add lexer · carol · Merged · review/main/I-a → main · 1 patch set, at b
      alice approves patch set 1: Code-Review: +2
      bob approves patch set 1: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo/gate: success · Tested as it lands on main
      plustwo: success · Landed on main as b
    #2 Add parser · carol · Merged · review/main/I-b → main · 1 patch set, at a
      alice approves patch set 1: Code-Review: +2
      bob approves patch set 1: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo/gate: success · Tested as it lands on main
      plustwo: success · Landed on main as a"
  `);
  await t.landedExactlyWhatWasTested();
});

scenario(
  "the three checks really run: a change that breaks a test is stopped, and lands once it is repaired",
  async (t) => {
    await t.ci.runsForReal();
    const evaluate = await t.source("src/evaluate.js");
    const broken = evaluate.replace("left - right", "right - left");
    const change = await t.carol.uploads("Simplify subtraction", { files: { "src/evaluate.js": broken } });
    await t.coresApprove(change);
    const red = await t.check(change);
    expect(red.conclusion).toBe("failure");
    expect(red.words).toMatch(/unit/);
    const stopped = await t.picture();

    const renamed = evaluate.replace("The value of", "Computes the value of");
    await t.carol.amends(change, { files: { "src/evaluate.js": renamed } });
    await t.coresApprove(change);
    expect((await t.pull(change)).merged).toBe(true);
    expect(stopped).toMatchInlineSnapshot(`
      "acme/calc main
        * a Initial commit
      #1 Simplify subtraction · carol · Open · review/main/I-a → main · 1 patch set, at b
        alice approves patch set 1: Code-Review: +2
        bob approves patch set 1: Code-Review: +2, Workflow: +1
        github-actions: integration success, style success, unit failure
        plustwo: failure · Blocked: unit failed"
    `);
    expect(await t.picture()).toMatchInlineSnapshot(`
      "acme/calc main
        * a Simplify subtraction
        * b Initial commit
      #1 Simplify subtraction · carol · Merged · review/main/I-a → main · 2 patch sets, at a
        alice approves patch set 1: Code-Review: +2
        bob approves patch set 1: Code-Review: +2, Workflow: +1
        alice approves patch set 2: Code-Review: +2
        bob approves patch set 2: Code-Review: +2, Workflow: +1
        github-actions: integration success, style success, unit success
        plustwo/gate: success · Tested as it lands on main
        plustwo: success · Landed on main as a"
    `);
    await t.landedExactlyWhatWasTested();
  },
);
