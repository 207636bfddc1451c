// Whose approval counts, and for how long. Each story ends in a picture that somebody has read.
import { expect } from "vitest";
import { scenario } from "../support/scenario.ts";

scenario("T13: one approval is not two: the check names who else could give the second", async (t) => {
  const parser = await t.carol.uploads("Add parser");
  await t.ci.checkPasses(parser);
  await t.alice.approves(parser);
  const check = await t.check(parser);
  expect(check.title).toBe("Waiting: 1 more core approval");
  expect(check.words).toMatchInlineSnapshot(`
    "**Next:** bob gives the core approval. Nothing for carol to do.

    Patch set 1 · to \`main\`

    | Needed | State | Who and why |
    | --- | --- | --- |
    | 2 core approvals | 1 / 2 | alice +2 |
    |  |  | bob can give it |
    | go-ahead | ok | alice +1 |
    | style | ok | github-actions, .github/workflows/ci.yml, this commit |
    | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
    | integration | ok | github-actions, .github/workflows/ci.yml, this commit |"
  `);
  await t.alice.votes(parser, "Code-Review", +2); // twice the same core is still one core
  expect((await t.check(parser)).title).toBe("Waiting: 1 more core approval");
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Initial commit
    #1 Add parser · carol · Open · review/main/I-a → main · 1 patch set, at b
      alice approves patch set 1: Code-Review: +2, Workflow: +1
      alice approves patch set 1: Code-Review: +2
      github-actions: integration success, style success, unit success
      plustwo: in_progress · Waiting: 1 more core approval"
  `);
});

scenario("T10: a contributor's approval does not count, nor a stranger's, and the check says why", async (t) => {
  const parser = await t.carol.uploads("Add parser", {
    message: "Add parser\n\nCo-authored-by: Dave <dave@example.org>",
  });
  await t.ci.checkPasses(parser);
  await t.carol.triesToVote(parser, "Code-Review", +2);
  await t.dave.triesToVote(parser, "Code-Review", +2);
  await t.mallory.triesToVote(parser, "Code-Review", +2);
  await t.mallory.approvesInBrowser(parser);
  const check = await t.check(parser);
  expect(check.title).toBe("Waiting: 2 core approvals · go-ahead");
  expect(check.words).toMatchInlineSnapshot(`
    "**Next:** alice and bob give 2 core approvals; alice or bob gives the go-ahead (either is enough). Nothing for carol to do.

    Patch set 1 · to \`main\`

    | Needed | State | Who and why |
    | --- | --- | --- |
    | 2 core approvals | 0 / 2 | alice, bob can give them |
    | go-ahead | – | alice, bob can give it |
    | style | ok | github-actions, .github/workflows/ci.yml, this commit |
    | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
    | integration | ok | github-actions, .github/workflows/ci.yml, this commit |

    **Not counted**

    - carol +2: opened the change; contributors cannot approve
    - dave +2: co-author of (this commit); contributors cannot approve
    - mallory +1: mallory is not in core; it shows as +1"
  `);
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Initial commit
    #1 Add parser · carol · Open · review/main/I-a → main · 1 patch set, at b
      carol comments on patch set 1: Code-Review: +2
      dave approves patch set 1: Code-Review: +2
      mallory approves patch set 1: Code-Review: +2
      mallory approves patch set 1
      github-actions: integration success, style success, unit success
      plustwo: in_progress · Waiting: 2 core approvals · go-ahead"
  `);
});

scenario("T10: a core who wrote part of the change cannot approve it", async (t) => {
  const parser = await t.alice.uploads("Add parser");
  await t.ci.checkPasses(parser);
  await t.alice.triesToVote(parser, "Code-Review", +2);
  await t.bob.approves(parser);
  const check = await t.check(parser);
  expect(check.title).toBe("Waiting: 1 more core approval");
  expect(check.words).toMatch(/Not counted[^]*alice \+2/);
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Initial commit
    #1 Add parser · alice · Open · review/main/I-a → main · 1 patch set, at b
      alice comments on patch set 1: Code-Review: +2
      bob approves patch set 1: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo: in_progress · Waiting: 1 more core approval"
  `);
});

scenario("RULINGS 5, 43: a veto blocks until its author lifts it", async (t) => {
  const parser = await t.carol.uploads("Add parser");
  await t.ci.checkPasses(parser);
  await t.alice.votes(parser, "Code-Review", -2);
  expect((await t.check(parser)).conclusion).toBe("failure");
  await t.carol.amends(parser, { files: { "docs/add-parser.md": "# Add parser\n\nBetter.\n" } });
  await t.ci.checkPasses(parser);
  expect((await t.check(parser)).title).toMatch(/alice/); // a push does not lift it
  await t.bob.approves(parser);
  expect((await t.pull(parser)).state).toBe("open");
  const vetoed = await t.picture();
  await t.alice.votes(parser, "Code-Review", +2);
  await t.ci.gatePasses(parser);
  expect((await t.pull(parser)).merged).toBe(true);
  expect(vetoed).toMatchInlineSnapshot(`
    "acme/calc main
      * a Initial commit
    #1 Add parser · carol · Open · review/main/I-a → main · 2 patch sets, at b
      alice requests changes of patch set 1: Code-Review: -2
      bob approves patch set 2: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo: failure · Blocked: alice vetoed"
  `);
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Add parser
      * b Initial commit
    #1 Add parser · carol · Merged · review/main/I-a → main · 2 patch sets, at a
      alice requests changes of patch set 1: Code-Review: -2
      bob approves patch set 2: Code-Review: +2, Workflow: +1
      alice approves patch set 2: Code-Review: +2
      github-actions: integration success, style success, unit success
      plustwo/gate: success · Tested as it lands on main
      plustwo: success · Landed on main as a"
  `);
  await t.landedExactlyWhatWasTested();
});

scenario("T18: a true rebase keeps a vote, a de-indented line with the same patch-id drops it", async (t) => {
  const nested = "steps:\n  build:\n    test: yes\n    ship: yes\n";
  const deIndented = "steps:\n  build:\n    test: yes\n  ship: yes\n";
  const parser = await t.carol.uploads("Add steps", { files: { "steps.yml": nested } });
  await t.ci.checkPasses(parser);
  await t.alice.votes(parser, "Code-Review", +2);
  await t.lands(await t.dave.uploads("Fix docs"));

  await t.carol.rebases(parser);
  await t.ci.checkPasses(parser);
  const kept = await t.check(parser);
  expect(kept.title).toBe("Waiting: 1 more core approval · go-ahead");
  expect(kept.words).toMatchInlineSnapshot(`
    "**Next:** bob gives the core approval; alice or bob gives the go-ahead (either is enough). Nothing for carol to do.

    Patch set 2 · to \`main\`

    | Needed | State | Who and why |
    | --- | --- | --- |
    | 2 core approvals | 1 / 2 | alice +2, kept: patch set 1→2 is pure rebase |
    |  |  | bob can give it |
    | go-ahead | – | alice, bob can give it |
    | style | ok | github-actions, .github/workflows/ci.yml, this commit |
    | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
    | integration | ok | github-actions, .github/workflows/ci.yml, this commit |

    **Patch sets** 1→2 rebase"
  `);

  const before = await t.carol.patchId();
  await t.carol.amends(parser, { files: { "steps.yml": deIndented } });
  expect(await t.carol.patchId()).toBe(before);
  await t.ci.checkPasses(parser);
  const dropped = await t.check(parser);
  expect(dropped.title).toBe("Waiting: 2 core approvals · go-ahead");
  expect(dropped.words).toMatchInlineSnapshot(`
    "**Next:** alice and bob give 2 core approvals; alice or bob gives the go-ahead (either is enough). Nothing for carol to do.

    Patch set 3 · to \`main\`

    | Needed | State | Who and why |
    | --- | --- | --- |
    | 2 core approvals | 0 / 2 | alice, bob can give them |
    | go-ahead | – | alice, bob can give it |
    | style | ok | github-actions, .github/workflows/ci.yml, this commit |
    | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
    | integration | ok | github-actions, .github/workflows/ci.yml, this commit |

    **Not counted**

    - alice +2: given on patch set 1; 2→3 changed code

    **Patch sets** 1→2 rebase · 2→3 code"
  `);
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Fix docs
      * b Initial commit
    #1 Add steps · carol · Open · review/main/I-a → main · 3 patch sets, at c
      alice approves patch set 1: Code-Review: +2
      github-actions: integration success, style success, unit success
      plustwo: in_progress · Waiting: 2 core approvals · go-ahead
    #2 Fix docs · dave · Merged · review/main/I-b → main · 1 patch set, at a
      alice approves patch set 1: Code-Review: +2
      bob approves patch set 1: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo/gate: success · Tested as it lands on main
      plustwo: success · Landed on main as a"
  `);
});
