// docs/SAFETY.md names tests for its promises: each of them exists, runs, and stands where the table says; no threat is passed over.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectFiles, root } from "./files.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const [shown = "", missing = ""] = read("docs/SAFETY.md").split("## Not shown yet");
const rows = shown
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (promise|---)/.test(line))
  .map((line) => line.split(" | "));

/** The file has a test, or a group of tests, whose name begins so, and which is not marked as failing or to be written. */
function hasTest(file: string, start: string): boolean {
  if (!existsSync(join(root, file))) return false;
  const text = read(file);
  for (let at = text.indexOf(`"${start}`); at >= 0; at = text.indexOf(`"${start}`, at + 1)) {
    const before = text.slice(0, at).trimEnd();
    if (/(?:\b(?:it|describe|scenario)|\]|\))\($/.test(before)) return true;
  }
  return false;
}

it("every row names where it is decided, and that is there", () => {
  expect(rows.length).toBeGreaterThan(20);
  const decided = rows.map((cells) => [...(cells[2] ?? "").matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path));
  expect(decided.filter((paths) => paths.length === 0)).toEqual([]);
  expect(decided.flat().filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it("every row names a test, and each test named exists", () => {
  const named = rows.map((cells) => [...(cells[3] ?? "").matchAll(/`([^`]+)`: "([^"]+)"/g)]);
  expect(rows.filter((_, at) => named[at]?.length === 0).map(([promise]) => promise)).toEqual([]);
  const lost = named.flat().filter(([, file = "", start = ""]) => !hasTest(file, start));
  expect(lost.map(([whole]) => whole)).toEqual([]);
});

it("a row of the threat model is shown, or said not to be", () => {
  const told = `${rows.map((cells) => cells[1]).join(" ")} ${missing}`;
  const threats = Array.from({ length: 45 }, (_, index) => `T${index + 1}`);
  expect(threats.filter((threat) => !new RegExp(`\\b${threat}\\b`).test(told))).toEqual([]);
});

it("every row of the threat model is a test named after it", () => {
  const tests = projectFiles(".test.ts", "test").filter((path) => !path.startsWith("test/house/"));
  const names = tests.flatMap((path) => read(path).match(/["`][^"`\n]*\bT\d+\b[^"`\n]*["`]/g) ?? []).join("\n");
  const threats = Array.from({ length: 45 }, (_, index) => `T${index + 1}`);
  expect(threats.filter((threat) => !new RegExp(`\\b${threat}\\b`).test(names))).toEqual([]);
});
