import { describe, expect, it } from "vitest";
import { type Expression } from "../../../src/core/policy/expression-tree.ts";
import { parseExpression } from "../../../src/core/policy/expression.ts";

/** As Lisp: every grouping visible. */
function shape(expression: Expression): string {
  switch (expression.kind) {
    case "atom":
      return `${expression.atom.field}:${expression.atom.value}`;
    case "not":
      return `(not ${shape(expression.term)})`;
    case "and":
    case "or":
      return `(${expression.kind} ${expression.terms.map(shape).join(" ")})`;
  }
}

function parsed(text: string): string {
  const result = parseExpression(text);
  return result.ok ? shape(result.value) : `${result.problem.kind} at ${result.problem.line}:${result.problem.column}`;
}

describe("an expression is read as Gerrit's grammar has it", () => {
  it.each([
    ["a:1 OR b:2 AND c:3", "(or a:1 (and b:2 c:3))", "AND binds tighter than OR"],
    ["a:1 AND b:2 OR c:3", "(or (and a:1 b:2) c:3)", "AND binds tighter than OR on the left too"],
    ["a:1 b:2 OR c:3", "(or (and a:1 b:2) c:3)", "side by side is AND"],
    ["a:1 or b:2 and c:3", "(or a:1 (and b:2 c:3))", "lower case operators are operators"],
    ["(a:1 OR b:2) AND c:3", "(and (or a:1 b:2) c:3)", "parentheses group"],
    ["(a:1)(b:2)", "(and a:1 b:2)", "parentheses side by side are AND"],
    ["-a:1 AND NOT b:2", "(and (not a:1) (not b:2))", "- and NOT negate one term"],
    ["NOT (a:1 OR b:2)", "(not (or a:1 b:2))", "a group can be negated"],
    ["-(-a:1)", "(not (not a:1))", "a negation inside a group is its own"],
    ["a:b:c", "a:b:c", "a value may hold colons"],
    [
      "label:Code-Review=MAX,user=non_contributor,group=core,count>=2",
      "label:Code-Review=MAX,user=non_contributor,group=core,count>=2",
      "label arguments are part of the value",
    ],
    ['a:"x y (z) \\"q\\" \\\\."', 'a:x y (z) "q" \\.', "quotes hold anything; a backslash takes the next character"],
    ["a:{x: y}", "a:x: y", "braces quote too"],
    ['is:"-1"', "is:-1", "a negative number is quoted"],
    ["not:1 and:2", "(and not:1 and:2)", "a field may be called like an operator"],
    ["\n  a:1\n  AND b:2\n", "(and a:1 b:2)", "lines do not matter"],
  ])("%s → %s (%s)", (text, expected) => expect(parsed(text)).toBe(expected));
});

describe("what Gerrit reads in silence is an error here, with its place", () => {
  it.each([
    ["a:1) AND -b:2", "unbalanced at 1:4", "everything after an unbalanced ) was dropped, here a veto"],
    [
      "label:Code-Review=MAX,user=non_uploader) AND -label:Code-Review=MIN",
      "unbalanced at 1:40",
      "the same, as it happened",
    ],
    ["(a:1 AND b:2", "unbalanced at 1:1", "an open parenthesis"],
    ["a:1 And b:2", "wrong-operator at 1:5", "And was a full-text word"],
    ["a:1 AND", "missing-term at 1:8", "a trailing AND was a word"],
    ["a:1 OR", "missing-term at 1:7", "a trailing OR"],
    ["AND a:1", "missing-term at 1:1", "a leading AND"],
    ["a:1 OR OR b:2", "missing-term at 1:8", "a doubled OR"],
    ["a:1 || b:2", "wrong-operator at 1:5", "|| was a word"],
    ["a:1 && b:2", "wrong-operator at 1:5", "&& is no operator"],
    ["!a:1", "wrong-operator at 1:1", "! is no operator"],
    ["a:1, b:2", "empty-value at 1:4", "the comma was part of the value"],
    ["--a:1", "double-negation at 1:1", "double negation"],
    ["NOT NOT a:1", "double-negation at 1:1", "double negation in words"],
    ["-NOT a:1", "double-negation at 1:1", "double negation, mixed"],
    ["label:Code-Review=MAX,group=core team", "bare-word at 1:34", "the second word of a name was searched for"],
    ["distinctvoters:[A,B],count>1", "unquoted-character at 1:16", "[ is no word character"],
    ["path:^\\.github/(workflows|actions)/.*", "unquoted-character at 1:16", "the regex was cut at the parenthesis"],
    ["path:^.*\\.js$", "unquoted-character at 1:13", "$ is no word character"],
    ["is:-1 a:", "empty-value at 1:7", "a value is missing"],
    ["a: 1", "empty-value at 1:1", "a space before the value"],
    ["project:foo:", "empty-value at 1:12", "a colon with nothing after it"],
    ["", "empty at 1:1", "nothing"],
    ["   ", "empty at 1:1", "nothing but spaces"],
    ["()", "missing-term at 1:2", "an empty group"],
    ["word", "bare-word at 1:1", "a word without an operator"],
    ['"phrase"', "unquoted-character at 1:1", "a phrase without an operator"],
    ["Label:x", "bare-word at 1:1", "operators are lower case"],
    ['a:"x', "unclosed-quote at 1:3", "a quote without an end"],
    ['a:""', "empty-value at 1:1", "an empty quote"],
    ["a:1\nAND ) b:2", "missing-term at 2:5", "line and column count from 1"],
  ])("%s → %s (%s)", (text, expected) => expect(parsed(text)).toBe(expected));

  it("ends 10 000 nested parentheses, in any form, in an error within 100 ms", () => {
    const start = performance.now();
    expect(parsed("(".repeat(4_000) + "a:1" + ")".repeat(4_000))).toMatch(/^too-deep/);
    expect(parsed("(".repeat(10_000) + "a:1" + ")".repeat(10_000))).toMatch(/^too-long/);
    expect(parsed("a:1 ".repeat(1_000))).toMatch(/^too-long/);
    expect(performance.now() - start).toBeLessThan(100);
  });

  it("gives every problem a hint", () => {
    for (const text of ["a:1)", "", "a", "a:1 AND", "!a:1", "--a:1", 'a:"', "a:", "a:(b)"]) {
      const result = parseExpression(text);
      expect(result.ok ? "" : result.problem.hint).not.toBe("");
    }
  });
});
