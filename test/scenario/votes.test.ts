// Whose approval counts, and for how long. Each story ends in a picture that somebody has read.
import { expect } from "vitest";
import { scenario } from "../support/scenario.ts";

scenario("one approval is not two: the check names who else could give the second", async (t) => {
  const parser = await t.carol.uploads("Add parser");
  await t.ci.checkPasses(parser);
  await t.alice.approves(parser);
  const check = await t.check(parser);
  expect(check.title).toBe("Waiting: 1 more core approval");
  expect(check.summary).toMatch(/Next: bob\b/);
  await t.alice.votes(parser, "Code-Review", +2); // twice the same core is still one core
  expect((await t.check(parser)).title).toBe("Waiting: 1 more core approval");
  expect(await t.picture()).toMatchInlineSnapshot();
});

scenario("a contributor's approval does not count, nor a stranger's, and the check says why", async (t) => {
  const parser = await t.carol.uploads("Add parser", {
    message: "Add parser\n\nCo-authored-by: Dave <dave@example.org>",
  });
  await t.ci.checkPasses(parser);
  await t.carol.triesToVote(parser, "Code-Review", +2);
  await t.dave.triesToVote(parser, "Code-Review", +2);
  await t.mallory.triesToVote(parser, "Code-Review", +2);
  await t.mallory.approvesInBrowser(parser);
  const check = await t.check(parser);
  expect(check.title).toMatch(/^Waiting: 2 more core approvals/);
  for (const login of ["carol", "dave", "mallory"])
    expect(check.summary).toMatch(new RegExp(`Not counted[^]*${login}`));
  expect(await t.picture()).toMatchInlineSnapshot();
});

scenario("a core who wrote part of the change cannot approve it", async (t) => {
  const parser = await t.alice.uploads("Add parser");
  await t.ci.checkPasses(parser);
  await t.alice.triesToVote(parser, "Code-Review", +2);
  await t.bob.approves(parser);
  const check = await t.check(parser);
  expect(check.title).toBe("Waiting: 1 more core approval");
  expect(check.summary).toMatch(/Not counted[^]*alice/);
  expect(await t.picture()).toMatchInlineSnapshot();
});

scenario("a veto blocks until its author lifts it", async (t) => {
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
  expect(vetoed).toMatchInlineSnapshot();
  expect(await t.picture()).toMatchInlineSnapshot();
  await t.landedExactlyWhatWasTested();
});

scenario("a true rebase keeps a vote, a de-indented line with the same patch-id drops it", async (t) => {
  const nested = "steps:\n  build:\n    test: yes\n    ship: yes\n";
  const deIndented = "steps:\n  build:\n    test: yes\n  ship: yes\n";
  const parser = await t.carol.uploads("Add steps", { files: { "steps.yml": nested } });
  await t.ci.checkPasses(parser);
  await t.alice.votes(parser, "Code-Review", +2);
  await t.lands(await t.dave.uploads("Fix docs"));

  await t.carol.rebases(parser);
  await t.ci.checkPasses(parser);
  const kept = await t.check(parser);
  expect(kept.title).toMatch(/1 more core approval/);
  expect(kept.summary).toMatch(/alice[^\n]*kept/);

  const before = await t.carol.patchId();
  await t.carol.amends(parser, { files: { "steps.yml": deIndented } });
  expect(await t.carol.patchId()).toBe(before);
  await t.ci.checkPasses(parser);
  const dropped = await t.check(parser);
  expect(dropped.title).toMatch(/2 more core approvals/);
  expect(dropped.summary).toMatch(/Not counted[^]*alice[^\n]*patch set 2/);
  expect(await t.picture()).toMatchInlineSnapshot();
});
