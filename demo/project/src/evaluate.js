// The value of an expression tree: a number, or { operator, left, right }.

const OPERATIONS = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => divide(left, right),
};

export const OPERATORS = Object.keys(OPERATIONS);

export function evaluate(tree) {
  if (typeof tree === "number") return tree;
  const operation = OPERATIONS[tree.operator];
  if (operation === undefined) throw new Error(`Cannot evaluate: no operator "${tree.operator}"`);
  return operation(evaluate(tree.left), evaluate(tree.right));
}

function divide(left, right) {
  if (right === 0) throw new Error(`Cannot divide ${left} by zero`);
  return left / right;
}
