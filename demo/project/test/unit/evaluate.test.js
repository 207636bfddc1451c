import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "../../src/evaluate.js";

test("a number is its own value", () => assert.equal(evaluate(7), 7));

test("each operator does what it says", () => {
  const value = (operator) => evaluate({ operator, left: 8, right: 2 });
  assert.deepEqual(["+", "-", "*", "/"].map(value), [10, 6, 16, 4]);
});

test("trees nest", () => {
  const product = { operator: "*", left: 3, right: 4 };
  assert.equal(evaluate({ operator: "+", left: 2, right: product }), 14);
});

test("division by zero is refused", () => {
  assert.throws(() => evaluate({ operator: "/", left: 1, right: 0 }), /divide 1 by zero/);
});
