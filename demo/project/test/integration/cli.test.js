import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../src/cli.js", import.meta.url));
const calc = (...words) => spawnSync(process.execPath, [cli, ...words], { encoding: "utf8" });

test("the command prints a sum", () => {
  assert.equal(calc("2", "+", "3").stdout, "5\n");
});

test("the command explains a failure and exits 1", () => {
  const { status, stderr } = calc("1", "/", "0");
  assert.deepEqual([status, stderr], [1, "Cannot divide 1 by zero\n"]);
});
