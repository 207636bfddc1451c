// The reference knows every operator that the program knows, and every one it refuses to know.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ABSENT_OPERATORS } from "../../src/core/policy/operators-absent.ts";
import { CHANGE_OPERATORS } from "../../src/core/policy/operators-change.ts";
import { root } from "./files.ts";

const reference = readFileSync(join(root, "docs/POLICY.md"), "utf8");

it("every operator about a change is in the table of operators", () => {
  const missing = CHANGE_OPERATORS.filter((name) => !reference.includes(`\`${name}${name.includes(":") ? "" : ":"}`));
  // Written with its value in the table.
  expect(missing).toEqual([]);
});

it("every operator of Gerrit's that is not offered is there with its reason", () => {
  expect(ABSENT_OPERATORS.filter((name) => !reference.includes(`\`${name}\``))).toEqual([]);
});
