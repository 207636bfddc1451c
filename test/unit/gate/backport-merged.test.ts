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

const told = (more: Partial<BackportFacts>, asked: Partial<BackportFacts["asked"]> = {}): readonly string[] => {
  const base = facts(more.found ?? {}, asked);
  return backportMerged({ backports: [{ ...base, ...more }], published: {} }).map((action) =>
    action.kind === "report" ? action.body.replace("**Backports**\n\n", "") : action.kind,
  );
};
const there: BackportFacts["found"] = { [NEW]: { kind: "there" } };

describe("a fix that was reverted", () => {
  it("where it landed is made nowhere; what is open stays open, and nobody waits", () => {
    const reverted = { main: sha(9) };
    expect(told({ reverted })).toEqual([
      [
        "- `stable/2026.1`: not made, for 0000000000 reverts it on `main`; that may be reverted in turn",
        "- `stable/2025.2`: not made, for 0000000000 reverts it on `main`; that may be reverted in turn",
      ].join("\n"),
      "settle-backport",
    ]);
    expect(told({ reverted, found: { [NEW]: open() } })).toEqual([
      "- `stable/2026.1`: #12 is open\n- `stable/2025.2`: not made, for 0000000000 reverts it on `main`; that may be reverted in turn",
    ]);
  });

  it("on a newer branch goes no further down, and that branch is told too", () => {
    expect(told({ reverted: { [NEW]: sha(9) }, found: there })).toEqual([
      [
        "- `stable/2026.1`: it was there; 0000000000 reverts it",
        "- `stable/2025.2`: not made, for 0000000000 reverts it on `stable/2026.1`; that may be reverted in turn",
      ].join("\n"),
      "settle-backport",
    ]);
  });

  it("on the oldest branch alone stops nothing", () => {
    const found = { ...there, [OLD]: { kind: "there" } as const };
    expect(told({ reverted: { [OLD]: sha(9) }, found })[0]).toContain("`stable/2025.2`: it was there");
    expect(told({ reverted: { [OLD]: sha(9) } })).toEqual(["backport"]);
  });
});

describe("what nobody can say or do", () => {
  it("which commits it was: nothing is made, with the reason and the way by hand", () => {
    expect(told({ unread: "it has more than 50 commits" })).toEqual([
      "- Nothing is made: it has more than 50 commits. Pick it by hand with `git review -x`.",
      "settle-backport",
    ]);
    expect(told({ unread: "`main` does not have it any more", found: { [NEW]: open() } })[0]).toContain("#12 is open");
  });

  it("a branch that is gone is told, and the others are made", () => {
    const branches = [branch("main"), NEW];
    expect(told({ branches })).toEqual(["backport"]);
    expect(told({ branches, found: there })).toEqual([
      "- `stable/2026.1`: it is there\n- `stable/2025.2` is no live branch; older branches are `stable/2026.1`.",
      "settle-backport",
    ]);
    expect(told({ branches: [branch("main")] })).toHaveLength(2);
  });

  it("what was taken back is told; an open pull request is nobody's but people's", () => {
    expect(told({}, { asks: [], withdrawn: [NEW] })).toEqual([
      "- `stable/2026.1`: not asked for any more; what is open stays open",
      "settle-backport",
    ]);
    expect(told({}, { asks: [] })).toEqual(["Nothing is asked for.", "settle-backport"]);
  });

  it("a sentence of what was found stands below the branches", () => {
    const notes = ["`stable/2026.1`: #12 was merged, and no commit there names abc."];
    expect(told({ notes, found: { ...there, [OLD]: { kind: "there" } } })[0]).toBe(
      `- \`stable/2026.1\`: it is there\n- \`stable/2025.2\`: it is there\n- ${notes[0] ?? ""}`,
    );
  });

  it("however much is asked, the comment is short enough for the forge", () => {
    const refused = Array.from({ length: 1_000 }, (_, n) => `\`${"x".repeat(200)}${n}\` is no live branch.`);
    const series = Array.from({ length: 200 }, (_, n) => branch(`unmaintained/${n}`));
    const asks = series.map((one) => ({ branch: one, by: bob }));
    const found = Object.fromEntries(series.map((one) => [one, { kind: "there" } as const]));
    const [body] = told({ branches: [branch("main"), ...series], found }, { asks, refused });
    expect(body?.length).toBeLessThan(65_000);
    expect(body).toMatch(/- and \d+ more$/);
    const few = told({ found: { ...there, [OLD]: { kind: "there" } } }, { refused });
    expect(few[0]).toContain("980 more cannot be done.");
  });

  it("one family of branches waits for nobody in another", () => {
    const v1 = branch("v1.9");
    const asks = [
      { branch: OLD, by: bob },
      { branch: v1, by: carol },
    ];
    const branches = [branch("main"), NEW, OLD, v1];
    const decidedOn = (found: BackportFacts["found"]) =>
      backportMerged({ backports: [{ ...facts(found, { asks }), branches }], published: {} });
    expect(decidedOn({ [NEW]: open() })).toMatchObject([{ kind: "backport", branch: v1, by: carol }]);
    expect(decidedOn({ [v1]: open() })).toMatchObject([{ kind: "backport", branch: NEW, by: bob }]);
  });
});
