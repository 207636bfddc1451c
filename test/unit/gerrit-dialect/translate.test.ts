/**
 * What an expression of dialect gerrit is in strict words, and what is refused because Gerrit's reading would let something through
 * that nobody meant. Sources: Gerrit, ChangeQueryBuilder.label, LabelPredicate, MagicLabelPredicates, LabelVote, RangeUtil,
 * PredicateArgs, EqualsLabelPredicates; AbstractQueryChangesTest (byLabel, byLabelMulti, byLabelGroup, byOnlyExtensions);
 * config-submit-requirements.
 */
import { describe, expect, it } from "vitest";
import { strictText } from "../../../src/core/gerrit-dialect/strict-text.ts";
import { parseExpression } from "../../../src/core/policy/expression.ts";
import { remarks, translated } from "./loose.ts";

describe("means the same in both dialects", () => {
  it.each([
    "label:Code-Review=MAX,user=non_uploader AND -label:Code-Review=MIN",
    "label:Code-Review=+1 AND -label:Code-Review=-1",
    "label:Code-Review>=+2 label:Workflow=+1",
    "label:Code-Review<0",
    "label:Code-Review+2,user=owner",
    "label:Code-Review=MAX,count>=2",
    "label:Code-Review>0,count>=1",
    "label:Code-Review=MAX,group=core",
    "label:Code-Review=MAX,user=non_contributor,group=core,count>=2",
    "label:Code-Review=ANY",
    "label:Verified=MAX",
    "-branch:refs/meta/config",
    'branch:"^(main|stable/.*)"',
    'path:"^docs/.*"',
    "onlyextensions:md",
    'distinctvoters:"[Code-Review,Workflow],value=MAX,count>1"',
    'is:false OR (hashtag:"a b" -topic:x)',
    "nosuchoperator:x",
  ])("%s", (text) => expect(translated(text)).toBe("the same"));
});

describe("is written strictly as", () => {
  it.each([
    ["label:Code-Review", "label:Code-Review=+1"],
    ["label:Code-Review,group=core", "label:Code-Review=+1,group=core"],
    ["label:Code-Review,count>1", "label:Code-Review=+1,count>1"],
    ["label:code-review=MAX", "label:Code-Review=MAX"],
    ["label:CODE-REVIEW+2", "label:Code-Review=+2"],
    ["label:Code-Review=+1,core", "label:Code-Review=+1,group=core"],
    ["label:Code-Review=+2,owner", "label:Code-Review=+2,user=owner"],
    ["label:Code-Review=MAX,USER=non_uploader", "label:Code-Review=MAX,user=non_uploader"],
    ["label:Code-Review=MAX,group=Core", "label:Code-Review=MAX,group=core"],
    // A vote of 0 is nobody's.
    ["label:Code-Review=0", "-label:Code-Review=ANY"],
    ["-label:Code-Review=0", "-(-label:Code-Review=ANY)"],
    ["label:Code-Review=0,user=owner", "-label:Code-Review=ANY,user=owner"],
    ["label:PTL-Approved=MIN", "-label:PTL-Approved=ANY"],
    ["label:Workflow>=0", "-label:Workflow=ANY OR label:Workflow=+1"],
    ["label:Code-Review<1", "-label:Code-Review=ANY OR label:Code-Review=-2 OR label:Code-Review=-1"],
    ["is:wip label:Workflow<=0", "is:wip AND (-label:Workflow=ANY OR label:Workflow=-1)"],
    // Each value is counted for itself.
    ["label:Code-Review>=1,count>=2", "label:Code-Review=+1,count>=2 OR label:Code-Review=+2,count>=2"],
    ["label:Workflow=ANY,count=2", "label:Workflow=-1,count=2 OR label:Workflow=+1,count=2"],
    // Never of nobody.
    ["label:Code-Review=MAX,count<3", "label:Code-Review=+2 AND label:Code-Review=+2,count<3"],
    // Nothing beyond 4.
    ["label:Rating>2", "label:Rating=+3 OR label:Rating=+4"],
    // Spelling.
    ["label : Code-Review=MAX", "label:Code-Review=MAX"],
    ["label:Code-Review=MAX(is:open)", "label:Code-Review=MAX AND is:open"],
    ['topic:a:"b c"', 'topic:"a:b c"'],
    ["is:WIP", "is:wip"],
    ["has:Unresolved", "has:unresolved"],
    ["ownerin:CORE", "ownerin:core"],
    ["onlyextensions:md,rst", "onlyextensions:md,rst AND extension:md AND extension:rst"],
    ["authoremail:.*\\.example\\.org", "authoremail:^.*\\.example\\.org"],
    ["is:open)", "is:open"],
  ])("%s → %s", (text, strict) => {
    expect(translated(text)).toBe(strict);
    const read = parseExpression(strict);
    expect(read.ok && strictText(read.value)).toBe(strict);
  });
});

describe("is refused, with what to write", () => {
  it.each([
    ["code And review", "0: `code` is a word without an operator"],
    ["is:open AND", "AND and OR stand between two conditions"],
    ["is:open || is:wip", "8: `||` is a word without an operator"],
    ["Label:Code-Review=MAX", "operator names are lower case: `label:…`"],
    [
      "label:Code-Review=MAX,user=non_uploader) AND -label:Code-Review=MIN",
      "39: Gerrit stops reading here, and drops `) AND -label:Code-Review=MIN`",
    ],
    [
      "-label:Verifed=MIN",
      "there is no label `Verifed`, which Gerrit would quietly take as false, and as true behind a `-`",
    ],
    [
      "-label:Code-Review=min",
      "Gerrit takes `label:Code-Review=min` as false whatever anybody votes / write `label:Code-Review=MIN`",
    ],
    ["-label:Code-Review<=MIN", "as false whatever anybody votes"],
    ["label:Code-Review=ok", "asks for a submit record"],
    ["label:Code-Review=good", "is no value, in Gerrit neither"],
    ["label:Rating=7", "Gerrit reads every number beyond 4 as 4"],
    ["label:Rating<=0", "takes in 0, and Gerrit looks at no value of `Rating` beyond 4"],
    ["label:Code-Review=MAX,alice", "`alice` is neither a person nor a group"],
    ["label:Code-Review=MAX,user=alice", "give that person a group of their own"],
    ["label:Code-Review=MAX,users=human_reviewers", "`users=human_reviewers` is Gerrit's, and not offered here"],
    ["label:Code-Review=MAX,core,count>=2", "this `count` is never more than 1"],
    ["label:Code-Review=MAX,count=0", "`count` with 0 is an error in Gerrit"],
    ["label:Code-Review=MAX,count<1", "`count<1` never holds"],
    ["label:Code-Review=MAX,group=core,group=core", "`group` is given twice"],
    ["label:Code-Review=MAX,core,owner", "`owner` is a second person or group"],
    ["label:Code-Review=MAX,", "a comma with nothing after it"],
    ["branch:^main|release", 'put them in parentheses: `"^(main|release)"`'],
    ['path:"^\\\\d+/.*"', "`\\d` is the character d in Gerrit's patterns"],
    ['path:"^a#b"', "`#` is an operator of Gerrit's patterns (nothing at all)"],
    ['path:"^(a$|b)"', "`$` inside a pattern stands for itself in Gerrit"],
    ["file:\"'^.*',withDiffContaining='x'\"", "what a diff contains is not looked at here"],
    ["onlyexts:txt,", "files without an extension cannot be listed here"],
  ])("%s", (text, said) => expect(translated(text)).toContain(said));

  it("a person of the policy comes before a group of the same name", () => {
    const names = { labels: [{ name: "CR", min: -1, max: 1, computed: false }], groups: ["core"], checks: [] };
    const users = [{ login: "Core", id: 7 as never }];
    expect(translated("label:CR=MAX,core", { names: { ...names, users } })).toContain(
      "is one person, who comes before",
    );
    expect(translated("label:CR=MAX,core", { names })).toBe("label:CR=MAX,group=core");
  });

  it("every problem is told, not only the first", () => {
    expect(translated("one label:Two=MAX three").split("\n")).toHaveLength(3);
  });
});

describe("where fewer people count here than in Gerrit, it is read only where that holds changes back", () => {
  const forgets = "label:Code-Review=MAX,user=non_uploader,group=core";
  const contributors = "label:Code-Review=MIN,user=non_contributor";
  const sign = 'authoremail:"^.*@example[.]org"';

  it.each([
    ["submittableIf", false],
    ["applicableIf", true],
    ["a computed label", undefined],
  ] as const)("%s", (_, closedWhile) => {
    for (const text of [forgets, contributors, sign]) {
      const place = closedWhile === undefined ? {} : { closedWhile };
      const plain = translated(text, { closedWhile: undefined as never, ...place });
      const negated = translated(`-${text}`, { closedWhile: undefined as never, ...place });
      expect(plain === "the same").toBe(closedWhile === false);
      expect(negated === "the same").toBe(closedWhile === true);
      if (plain !== "the same") expect(plain).toContain("would let more through");
    }
  });

  it("and Gerrit's reading is told", () => {
    expect(remarks(forgets)).toEqual([
      "Gerrit forgets `user=` where `group=` stands beside it; here both have to hold",
    ]);
    expect(remarks(sign)).toEqual(["`@` stands for any text in Gerrit's patterns, and here for itself"]);
  });
});
