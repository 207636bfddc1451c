#!/usr/bin/env node
// The command: reads "number operator number" from its arguments and prints the value.
import { evaluate } from "./evaluate.js";

const words = process.argv.slice(2);
try {
  if (words.length !== 3) throw new Error("Usage: calc NUMBER OPERATOR NUMBER");
  const [left, operator, right] = words;
  console.log(evaluate({ operator, left: Number(left), right: Number(right) }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
