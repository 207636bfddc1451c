import { expect, it } from "vitest";
import { parseBranchName, parseSha } from "../../../src/core/ids.ts";
import { audit, type AuditFacts } from "../../../src/core/replay/audit.ts";
import { instant } from "../../../src/core/time.ts";

const sha = (n: number) => {
  const found = parseSha(String(n).padStart(40, "0"));
  if (found === undefined) throw new Error(`no sha ${n}`);
  return found;
};
const target = parseBranchName("main");
if (target === undefined) throw new Error("no branch");
const step = (from: number, to: number, at: number) => ({
  from: sha(from),
  to: sha(to),
  at: instant(at),
  by: "olivia",
});

it.each([
  ["as they are listed", [step(0, 1, 5_000), step(1, 2, 5_000), step(2, 3, 5_000)]],
  ["listed the other way round", [step(2, 3, 5_000), step(1, 2, 5_000), step(0, 1, 5_000)]],
  ["whatever came before and after", [step(1, 2, 5_000), step(0, 1, 5_000), step(2, 3, 6_000)]],
])("what came in within one second is told newest first, %s", (_, steps) => {
  const facts: AuditFacts = { target, merges: [], steps, checks: [] };
  expect(audit(facts).suspects.map(({ landed }) => Number(landed))).toEqual([3, 2, 1]);
});

it("a log that goes in circles ends", () => {
  const steps = [step(1, 2, 5_000), step(2, 1, 5_000)];
  expect(audit({ target, merges: [], steps, checks: [] }).suspects).toHaveLength(2);
});
