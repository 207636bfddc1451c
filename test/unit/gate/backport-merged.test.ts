import { describe, expect, it } from "vitest";
import { backportMerged, settledBackport, type BackportFacts } from "../../../src/core/gate/backport-merged.ts";
import { reportSlot } from "../../../src/core/gate/reports.ts";
import type { Found } from "../../../src/core/release/backport/plan.ts";
import { bob, branch, carol, sha } from "../policy/sample.ts";

const NEW = branch("stable/2026.1");
const OLD = branch("stable/2025.2");
const SLOT = reportSlot(7, "backport");

function facts(found: BackportFacts["found"], more: Partial<BackportFacts["asked"]> = {}): BackportFacts {
  const asks = [
    { branch: OLD, by: bob },
    { branch: NEW, by: carol },
  ];
  const asked = {
    ...{ change: 7, title: "Fix it", origin: branch("main"), head: sha(1), landed: sha(2) },
    ...{ heard: "", asks, refused: [], empty: [] },
    ...more,
  };
  return { asked, digest: "record", found, branches: [branch("main"), NEW, OLD], defaultBranch: branch("main") };
}
const decided = (found: BackportFacts["found"], published: Readonly<Record<string, string>> = {}) =>
  backportMerged({ backports: [facts(found)], published });
const kinds = (found: BackportFacts["found"]): readonly string[] =>
  decided(found).map((action) => (action.kind === "backport" ? `backport ${action.branch}` : action.kind));
const open = (more: Partial<Extract<Found, { kind: "open" }>> = {}): Found => ({ kind: "open", change: 12, ...more });

function words(found: BackportFacts["found"]): string {
  const report = decided(found).find((action) => action.kind === "report");
  return report?.kind === "report" ? report.body : "";
}

describe("a backport that was asked for", () => {
  it("is made for the newest branch first, for whoever named it, and nothing is said meanwhile", () => {
    expect(kinds({})).toEqual([`backport ${NEW}`]);
    expect(decided({})).toMatchObject([{ kind: "backport", branch: NEW, by: carol }]);
  });

  it("waits for the newer branch while its pull request is open, and says so", () => {
    expect(kinds({ [NEW]: open() })).toEqual(["report"]);
    expect(words({ [NEW]: open() })).toContain(
      "- `stable/2026.1`: #12 is open\n- `stable/2025.2`: waits until it is on `stable/2026.1`",
    );
    expect(words({ [NEW]: open({ conflict: true }) })).toContain("it had a conflict");
  });

  it("goes on when the newer branch has it, and is settled when nothing is left to do", () => {
    expect(kinds({ [NEW]: { kind: "there" } })).toEqual([`backport ${OLD}`]);
    expect(kinds({ [NEW]: { kind: "there" }, [OLD]: { kind: "there" } })).toEqual(["report", "settle-backport"]);
  });

  it("ends where a pull request was closed, with the way to begin anew", () => {
    const closed: BackportFacts["found"] = { [NEW]: { kind: "closed", change: 12 } };
    expect(words(closed)).toContain("#12 was closed");
    expect(words(closed)).toContain("comment `/backport` again");
  });

  it("is said once: the same words are not written again, and what is settled is not looked at", () => {
    const [first] = decided({ [NEW]: open() });
    if (first?.kind !== "report") throw new Error("no report");
    expect(decided({ [NEW]: open() }, { [SLOT]: first.digest })).toEqual([]);
    expect(decided({}, { [settledBackport(7)]: "record" })).toEqual([]);
    expect(decided({}, { [settledBackport(7)]: "another record" })).toHaveLength(1);
  });

  it("tells what was refused beside what is made", () => {
    const refused = ["`stable/1999.1` is no live branch."];
    const told = backportMerged({ backports: [facts({ [NEW]: open() }, { refused })], published: {} });
    expect(told).toMatchObject([{ kind: "report", body: expect.stringContaining("no live branch") as string }]);
  });
});
