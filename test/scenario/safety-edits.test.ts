// A stack is rearranged with `git review` while the service watches: nothing is closed or merged by accident, and no vote is invented.
import { expect } from "vitest";
import { scenario } from "../support/scenario.ts";

/** The lines of the picture that say of each pull request whether it is open, and where it stands. */
const headlines = (picture: string): string =>
  picture
    .split("\n")
    .filter((line) => line.startsWith("#"))
    .join("\n");

scenario("reorder, split and drop with git review: no change is closed or merged by accident", async (t) => {
  const { carol } = t;
  const lexer = await carol.uploads("Add lexer");
  const parser = await carol.uploads("Add parser", { onTopOf: lexer });
  const printer = await carol.uploads("Add printer", {
    onTopOf: parser,
    files: { "docs/a.md": "a\n", "docs/b.md": "b\n" },
  });
  await t.alice.votes(lexer, "Code-Review", +2);
  await t.alice.votes(printer, "Code-Review", +2);
  for (const change of [lexer, parser, printer]) await t.ci.checkPasses(change);
  const first = await t.main();

  // Reordered: the parser below the lexer.
  await carol.git("checkout", "-q", "-B", "rearranged", "origin/main");
  for (const change of [parser, lexer, printer]) await carol.git("cherry-pick", "--allow-empty", change.sha);
  await carol.sends();
  const reordered = headlines(await t.picture());
  // Moved and not touched: the vote is kept, whatever the service saw of the submit in between.
  for (const change of [lexer, printer]) expect((await t.check(change)).title).toContain("1 more core approval");

  // Split: the printer's two files become two changes; the lower one keeps the Change-Id.
  await carol.git("reset", "-q", "--hard", "HEAD~1");
  await carol.edits({ files: { "docs/a.md": "a\n" } });
  await carol.commits(`Add printer\n\nChange-Id: ${printer.changeId}`);
  await carol.edits({ files: { "docs/b.md": "b\n" } });
  await carol.commits("Add pretty printer");
  const [, , , pretty] = await carol.sends();
  expect(pretty?.number).toBe(4);

  // Dropped: the lexer is in the stack no more.
  await carol.git("checkout", "-q", "-B", "rearranged", "origin/main");
  for (const change of [parser, printer, pretty]) await carol.git("cherry-pick", change?.sha ?? "");
  await carol.sends();
  expect(carol.last?.stdout.replaceAll(/http\S+\/(?=pull)/g, "")).toMatchInlineSnapshot(`
    "rearranged → main · 3 changes
    #2  Add parser          patch set 3, message only  pull/2
    #3  Add printer         patch set 4                pull/3
    #4  Add pretty printer  patch set 2                pull/4
    #1 "Add lexer" was sent from here and is no longer in your commits; it stays open
    \`git review --abandon\` closes those of them that are yours
    Next: wait for votes on them; \`git review status\` shows who has to do what
    "
  `);
  expect(reordered).toMatchInlineSnapshot(`
    "#1 Add lexer · carol · Open · review/main/I-a → review/main/I-b · 2 patch sets, at b
    #2 Add parser · carol · Open · review/main/I-b → main · 2 patch sets, at c
    #3 Add printer · carol · Open · review/main/I-c → review/main/I-a · 2 patch sets, at d"
  `);
  expect(headlines(await t.picture())).toMatchInlineSnapshot(`
    "#1 Add lexer · carol · Open · review/main/I-a → review/main/I-b · 2 patch sets, at b
    #2 Add parser · carol · Open · review/main/I-b → main · 3 patch sets, at c
    #3 Add printer · carol · Open · review/main/I-c → review/main/I-b · 4 patch sets, at d
    #4 Add pretty printer · carol · Open · review/main/I-d → review/main/I-c · 2 patch sets, at e"
  `);
  expect(await t.main()).toBe(first);
});
