/**
 * Gerrit's grammar with its looseness, row by row. Sources: [P] Gerrit, QueryParserTest; [B] Gerrit, QueryBuilderTest; [G] Gerrit,
 * Query.g; [R] the grammar compiled with antlr3 and run.
 */
import { describe, expect, it } from "vitest";
import { parseLoosely } from "../../../src/core/gerrit-dialect/loose-grammar.ts";
import { shape } from "./loose.ts";

function parsed(text: string): string {
  const read = parseLoosely(text);
  if (!read.ok) return `error at ${read.problem.offset}`;
  const { expression, droppedFrom } = read.value;
  return shape(expression) + (droppedFrom === undefined ? "" : ` … ${text.slice(droppedFrom)}`);
}

describe("Gerrit reads", () => {
  it.each([
    ["P", "project:tools/gerrit", "project:tools/gerrit"],
    ["P", "project:foo:", "error at 12"],
    ["P", "project:foo:bar", "project:foo:bar"],
    ["P", "project:x*y:a*b", "project:x*y:a*b"],
    ["P", "project:x*y:", "error at 12"],
    ["P", "project:*:*:*", "project:*:*:*"],
    ["P", "project:foo:bar file:baz", "(and project:foo:bar file:baz)"],
    ["P", "project:foo:bar (file:baz)", "(and project:foo:bar file:baz)"],
    ["P", "(project:foo:bar) file:baz", "(and project:foo:bar file:baz)"],
    ["P", "CodeReview:+2", ":CodeReview:+2"],
    ["B", "a:foo", "a:foo"],
    ["B", "a:(foo bar)", "error at 2"],
    ["B", 'a:"foo bar"', "a:foo bar"],
    ["B", 'a:"foo:bar"', "a:foo:bar"],
    ["B", "a:{foo bar}", "a:foo bar"],
    ["B", "a:{foo:bar}", "a:foo:bar"],
    ["R", "a:1 OR b:2 AND c:3", "(or a:1 (and b:2 c:3))"],
    ["R", "a:1 b:2 OR c:3", "(or (and a:1 b:2) c:3)"],
    ["R", "a:1) AND b:2", "a:1 … ) AND b:2"],
    [
      "R",
      "label:Code-Review=MAX,user=non_uploader) AND -label:Code-Review=MIN",
      "label:Code-Review=MAX,user=non_uploader … ) AND -label:Code-Review=MIN",
    ],
    ["R", "a And b", "(and :a :And :b)"],
    ["R", "a:1 AND", "(and a:1 :AND)"],
    ["R", "a:1 || b:2", "(and a:1 :|| b:2)"],
    ["R", "a:1, b:2", "(and a:1, b:2)"],
    ["R", "--a:1", "error at 1"],
    ["R", "NOT NOT a:1", "error at 4"],
    ["R", "distinctvoters:[A,B],count>1", "error at 15"],
    ["R", "label:Code-Review=MAX,group=core team", "(and label:Code-Review=MAX,group=core :team)"],
    ["R", "path:^\\.github/(workflows|actions)/.*", "(and path:^\\.github/ :workflows|actions :/.*)"],
    ["R", "path:^.*\\.js$", "error at 12"],
    ["R", 'path:"^\\.github/x"', "path:^.github/x"],
    ["R", "is:-1", "error at 3"],
    ["R", 'is:"-1"', "is:-1"],
    ["R", "label:X=-2", "label:X=-2"],
    ["R", "label:X-2", "label:X-2"],
    ["R", "", "error at 0"],
    ["R", "()", "error at 1"],
    ["R", "!!!", "error at 0"],
    ["R", "a:", "error at 2"],
    ["G", "label : X", "label:X"],
    ["G", "a:1(b:2)", "(and a:1 b:2)"],
    ["G", "Label:X=MAX", ":Label:X=MAX"],
    ["G", "- a:1 not b:2", "(and (not a:1) (not b:2))"],
  ])("[%s] %s", (_, text, tree) => {
    expect(parsed(text)).toBe(tree);
  });
});
