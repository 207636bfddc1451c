import { describe, expect, it } from "vitest";
import { reportUnattested, type MergedFacts } from "../../../src/core/gate/unattested.ts";
import type { GateSnapshot } from "../../../src/core/gate/snapshot.ts";
import { landedWords } from "../../../src/core/replay/certificate.ts";
import { branch, sha } from "../policy/sample.ts";

const main = branch("main");
const HEAD = sha(101);
const LANDED = sha(202);
const merged: MergedFacts = { change: 7, target: main, mode: "enforce", head: HEAD, landed: LANDED, checks: [] };
const verdict = {
  ...{
    name: "plustwo",
    head: HEAD,
    externalId: "7/1",
    verdict: "success" as const,
    app: { id: 4_711, slug: "plustwo" },
  },
  ...landedWords(main, LANDED),
};

/** What of a gate is looked at. */
const gate = (more: Partial<Pick<GateSnapshot, "landed" | "holds">> = {}) =>
  ({ target: { branch: main }, landed: [], holds: [], ...more }) as unknown as GateSnapshot;

describe("T38: a merge that nobody's certificate covers", () => {
  it("is told on the pull request, with what is missing", () => {
    const [report] = reportUnattested([merged], { gates: [gate()], published: {} });
    expect(report).toMatchObject({ kind: "report", change: 7, slot: "gate" });
    expect(report?.kind === "report" && report.body).toContain("the App wrote no verdict on 0000000");
  });

  it.each<[string | undefined, string, string]>([
    ["alice", "alice merged this into `main` by hand as `0000000`", "Nothing is undone. alice says here why"],
    ["@acme/all", "@\u200Bacme/all merged this", "@\u200Bacme/all says here why"],
    [undefined, "Somebody merged this", "Nothing is undone. Whoever merged it says here why"],
  ])("names who did it: %s", (by, who, next) => {
    const facts = { ...merged, ...(by === undefined ? {} : { by }) };
    const [report] = reportUnattested([facts], { gates: [gate()], published: {} });
    const body = report?.kind === "report" ? report.body : "";
    expect(body).toContain(who);
    expect(body).toContain(next);
  });

  it("is told once", () => {
    const [report] = reportUnattested([merged], { gates: [gate()], published: {} });
    const said = report?.kind === "report" ? report.digest : "";
    expect(reportUnattested([merged], { gates: [gate()], published: { "report:7:gate": said } })).toEqual([]);
  });

  it.each<[string, MergedFacts, GateSnapshot]>([
    ["only observed", { ...merged, mode: "observe" }, gate()],
    ["only advised", { ...merged, mode: "advise" }, gate()],
    ["into a branch that is no target of a gate", { ...merged, target: branch("review/main/x") }, gate()],
    ["in a pause", merged, gate({ holds: [{ scope: "target", why: "Paused by olivia" }] })],
    ["by the gate, as the store knows", merged, gate({ landed: [{ change: 7 } as GateSnapshot["landed"][number]] })],
    ["by the gate, as its last word on the head says", { ...merged, checks: [verdict] }, gate()],
  ])("is nobody's fault where it was %s", (_, facts, at) => {
    expect(reportUnattested([facts], { gates: [at], published: {} })).toEqual([]);
  });
});
