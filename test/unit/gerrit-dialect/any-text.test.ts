/** Whatever stands there: an answer, in little time, and never another meaning without a word about it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { translate } from "../../../src/core/gerrit-dialect/translate.ts";
import { strictText } from "../../../src/core/gerrit-dialect/strict-text.ts";
import { resolveAtoms } from "../../../src/core/policy/expression-tree.ts";
import { parseExpression } from "../../../src/core/policy/expression.ts";
import { readRequirementTest } from "../../../src/core/policy/operators.ts";
import { NAMES } from "./loose.ts";

const atom = fc.constantFrom(
  "label:Code-Review=MAX",
  "label:Code-Review>=1",
  "label:Workflow<0",
  "label:Code-Review=+2,user=non_uploader",
  "label:Code-Review=ANY,group=core",
  "label:Code-Review=MAX,group=core,count>=2",
  "label:Code-Review=-1,count=1",
  "label:Verified=MAX",
  "check:unit=success",
  "is:false",
  "branch:main",
  'branch:"^stable/.*"',
  'path:"^docs/.*"',
  "path-only:^docs/.*",
  'message:"a \\"b\\" c"',
  "hashtag:x:y",
  "ownerin:core",
  "min-age:2h",
  "onlyextensions:md",
);
/** Of conditions that both dialects take for the same. */
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    atom,
    fc
      .tuple(tie("any"), fc.constantFrom(" AND ", " OR ", " and ", " or ", " "), tie("any"))
      .map((parts) => parts.join("")),
    tie("any").map((inner) => `(${inner})`),
    tie("any").map((inner) => `-(${inner})`),
    atom.map((inner) => `NOT ${inner}`),
  ),
})).any;

const resolved = (text: string, tree: Parameters<typeof strictText>[0]) =>
  resolveAtoms(tree, (one) => readRequirementTest(text, one, NAMES));

describe("any text", () => {
  it("that strict reads is the same condition in dialect gerrit, with nothing to remark", () => {
    fc.assert(
      fc.property(expression, (text) => {
        const strict = parseExpression(text);
        const loose = translate(text, { names: NAMES, closedWhile: false });
        if (!strict.ok) throw new Error(`${text}: ${strict.problem.message}`);
        if (!loose.ok) throw new Error(`${text}: ${loose.problem.map(({ message }) => message).join()}`);
        expect(loose.value.strict).toBeUndefined();
        expect(loose.value.remarks).toEqual([]);
        expect(resolved(text, loose.value.expression)).toEqual(resolved(text, strict.value));
      }),
      { numRuns: 500 },
    );
  });

  const piece = fc.oneof(
    atom,
    fc.constantFrom(
      "label:Code-Review",
      "label:code-review",
      "LABEL:x",
      "label:Nope=MAX",
      "label:Code-Review>=1,count>1",
    ),
    fc.constantFrom(
      "AND",
      "or",
      "not",
      "-",
      "(",
      ")",
      ":",
      " ",
      "\n",
      '"',
      "{",
      "}",
      "\\",
      ",",
      "[",
      "&",
      "||",
      "word",
    ),
    fc.string({ maxLength: 4 }),
  );
  const rubble = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));

  it("is answered, and what is read has a strict spelling that strict reads as the same", () => {
    fc.assert(
      fc.property(fc.oneof(rubble, fc.string()), (text) => {
        for (const names of [NAMES, undefined]) {
          const read = translate(text, { ...(names === undefined ? {} : { names }), closedWhile: false });
          if (!read.ok) {
            expect(read.problem.length).toBeGreaterThan(0);
            for (const { offset, message, hint } of read.problem) {
              expect(offset).toBeLessThanOrEqual(text.length);
              expect(message).not.toBe("");
              expect(hint).not.toBe("");
            }
            continue;
          }
          const spelled = strictText(read.value.expression);
          const again = parseExpression(spelled);
          expect(again.ok && strictText(again.value)).toBe(spelled);
          const strict = parseExpression(text);
          // Another meaning is never without its spelling.
          if (!strict.ok || strictText(strict.value) !== spelled) expect(read.value.strict).toBe(spelled);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const LIMIT_MS = 100;
  it.each([
    ["10 000 parentheses", "(".repeat(10_000) + "is:true" + ")".repeat(10_000), "has 20007 characters"],
    ["4 000 parentheses", "(".repeat(4_000) + "is:true" + ")".repeat(4_000), "nested more than 32 deep"],
    ["4 000 open ones", "(".repeat(4_000), "nested more than 32 deep"],
    ["8 000 negations", "-".repeat(8_000), "a negation of a negation"],
    ["1 MB", "is:true ".repeat(125_000), "has 1000000 characters"],
    ["8 KiB of words", "a ".repeat(4_000), "more than 256 conditions"],
    ["8 KiB of colons", "a:".repeat(4_000), "cannot read on at the end"],
    ["8 KiB of plus signs", `label:${"+1".repeat(4_000)}x`, "there is no label"],
    ["8 KiB of commas", `label:Code-Review=MAX${",a".repeat(4_000)}`, "neither a person nor a group"],
    ["an open quote", `a:"${"\\".repeat(8_000)}`, "is never closed"],
    ["256 ranges", "label:Code-Review<=2 ".repeat(256), "has more than 256 conditions"],
    ["more or less and and", "is:true AND -(is:true OR ".repeat(300), "nested more than 32 deep"],
  ])("%s ends within 100 ms in an error", (_, text, said) => {
    let quickest = Infinity;
    for (let attempt = 0; attempt < 8 && quickest >= LIMIT_MS; attempt += 1) {
      const start = process.cpuUsage().user;
      const read = translate(text, { names: NAMES, closedWhile: false });
      quickest = Math.min(quickest, (process.cpuUsage().user - start) / 1_000);
      expect(read.ok ? "" : (read.problem[0]?.message ?? "")).toContain(said);
    }
    expect(quickest).toBeLessThan(LIMIT_MS);
  });

  it("`^(a+)+$` is a pattern like any other: RE2 takes it, and in linear time", () => {
    const text = 'message:"^(a+)+$"';
    const read = translate(text, { names: NAMES, closedWhile: false });
    if (!read.ok) throw new Error(read.problem[0]?.message);
    const tests = resolved(text, read.value.expression);
    if (!tests.ok || tests.value.kind !== "atom" || tests.value.atom.kind !== "change") throw new Error("no test");
    const { fact } = tests.value.atom;
    if (fact.kind !== "message" || fact.words.kind !== "pattern") throw new Error("no pattern");
    const start = process.cpuUsage().user;
    expect(fact.words.pattern.matches(`${"a".repeat(20_000)}b`)).toBe(false);
    expect((process.cpuUsage().user - start) / 1_000).toBeLessThan(LIMIT_MS);
  });
});
