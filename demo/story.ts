// The story of the demo: a stack of two by carol on its way to main, with everything that may not count on the way.
// Every step says what the check must say next; anything else ends the demo.
import { type Change } from "../test/support/person.ts";
import { type Ran } from "../test/support/shell.ts";
import { type Actor } from "../test/support/verbs.ts";
import { type CheckSeen, type Scene } from "./scene.ts";
import { type Teller } from "./tell.ts";

export async function tellStory(scene: Scene, tell: Teller): Promise<readonly Change[]> {
  const { alice, bob, carol, dave, mallory } = scene;

  tell.step("carol uploads a stack of two: one commit is one change is one pull request");
  await carol.starts("parser");
  await carol.edits({ patches: [await scene.patch("lexer")] });
  await carol.commits("Add lexer\n\nTokens with their column, so that errors can point at them.");
  await carol.edits({ patches: [await scene.patch("parser")] });
  await carol.commits("Add parser\n\nReads precedence and brackets; the command uses it.");
  const [lexer, parser] = await carol.sends();
  if (lexer === undefined || parser === undefined) throw new Error("git review made fewer than two pull requests");
  tell.types("carol", "git review", carol.last?.stdout);

  tell.step("unit fails on the parser; carol amends, and the pull request stays the same");
  const red = await scene.sees(parser, /unit/i, /fail/i);
  tell.check(parser.number, red.title, reasons(red, /^unit/));
  await carol.amends(parser, { patches: [await scene.patch("parser-fix")] });
  tell.types("carol", "git commit --amend --no-edit && git review", carol.last?.stdout);
  const waiting = await scene.sees(parser, /2 core approvals/);
  tell.check(parser.number, waiting.title, reasons(waiting, /^Next:/));

  tell.step("one core is not enough");
  typed(tell, alice, await alice.triesToVote(lexer, "Code-Review", 2));
  typed(tell, alice, await alice.triesToVote(parser, "Code-Review", 2));
  const one = await scene.sees(parser, /1 more core approval\b/, /bob/);
  tell.check(parser.number, one.title, reasons(one, /^Next:/));

  tell.step("mallory is no core, carol wrote it: neither counts");
  typed(tell, mallory, await mallory.triesToVote(parser, "Code-Review", 2));
  typed(tell, carol, await carol.triesToVote(parser, "Code-Review", 2));
  const notCounted = await scene.sees(
    parser,
    /1 more core approval\b/,
    /Not counted[^]*mallory/,
    /Not counted[^]*carol/,
  );
  tell.check(parser.number, notCounted.title, reasons(notCounted, /^- (mallory|carol) /));

  tell.step("dave's change lands in between");
  const readme = await dave.uploads("Say what division by zero does", { patches: [await scene.patch("readme")] });
  tell.types("dave", "git review", dave.last?.stdout);
  typed(tell, alice, await alice.triesToVote(readme, "Code-Review", 2));
  await bob.approves(readme);
  typed(tell, bob, bob.last);
  await scene.merged(readme);
  tell.line(`#${readme.number} is merged: main has moved`);

  tell.step("a true rebase keeps alice's vote");
  await carol.rebases(parser);
  tell.types("carol", "git rebase origin/main && git review", carol.last?.stdout);
  const kept = await scene.sees(parser, /1 more core approval\b/, /alice[^\n]*kept/);
  tell.check(parser.number, kept.title, reasons(kept, /kept/));

  tell.step("a de-indented line does not, although git patch-id cannot tell the two apart");
  const good = parser.sha;
  const before = await carol.patchId();
  await carol.amends(parser, { patches: [await scene.patch("parser-deindent")] });
  tell.types("carol", "git commit --amend --no-edit && git review", carol.last?.stdout);
  const after = await carol.patchId();
  if (before !== after) throw new Error(`The demo's own patch is wrong: patch-id ${before} became ${after}`);
  tell.line(
    `git patch-id --stable: ${before.slice(0, 12)} before, ${after.slice(0, 12)} after; the caret of an error now points at the wrong place`,
  );
  const dropped = await scene.sees(parser, /2 core approvals/, /Not counted[^]*alice/);
  tell.check(parser.number, dropped.title, reasons(dropped, /^- alice /));

  tell.step("carol takes it back; alice and bob approve, bob says go");
  await carol.git("checkout", "-q", good, "--", "src/parser.js");
  await carol.amends(parser, {});
  tell.types("carol", "git commit --amend --no-edit && git review", carol.last?.stdout);
  typed(tell, alice, await alice.triesToVote(parser, "Code-Review", 2));
  for (const change of [lexer, parser]) {
    await bob.approves(change);
    typed(tell, bob, bob.last);
  }

  tell.step("the gate tests what main would be, and main moves to exactly that commit; the lower change first");
  for (const change of [lexer, parser]) {
    // What the check said before bob's vote is seen above.
    await scene.merged(change, (title) => (title.startsWith("Waiting") ? undefined : tell.check(change.number, title)));
    tell.line(`#${change.number} is merged`);
  }
  return [lexer, parser, readme];
}

/** A command and the first thing it said. */
function typed(tell: Teller, actor: Actor, ran: Ran | undefined): void {
  if (ran === undefined) return;
  tell.types(actor.login, ran.command, `${ran.stdout}${ran.stderr}`.split("\n")[0]);
}

/** Lines of the check that say it, without Markdown and the marks that keep names from notifying people. */
function reasons(check: CheckSeen, wanted: RegExp): readonly string[] {
  const lines = check.words.split("\n").map((line) =>
    line
      .replace(/[*`\u200b]|^\||\|$/g, "")
      .replace(/\s*\|\s*/g, "  ")
      .trim(),
  );
  return lines.filter((line) => wanted.test(line)).slice(0, 3);
}
