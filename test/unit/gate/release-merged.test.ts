import { describe, expect, it } from "vitest";
import type { BranchName, Sha } from "../../../src/core/ids.ts";
import { releaseMerged, SETTLED_SLOT } from "../../../src/core/gate/release-merged.ts";
import { madeBefore } from "../../../src/core/release/release/made.ts";
import type { MergedReleaseFile } from "../../../src/core/release/release/merged.ts";
import { ordersOf, type ReleaseOrder } from "../../../src/core/release/release/order.ts";
import type { OrderFacts } from "../../../src/core/release/release/steps.ts";

const [A, TIP] = ["a".repeat(40) as Sha, "f".repeat(40) as Sha];
const main = "main" as BranchName;
const nothing: OrderFacts = { heldBy: [main], lookedAt: [main], branches: {}, ended: [], made: [], followUps: {} };
const all: OrderFacts = { ...nothing, tag: { commit: A }, page: "https://x/1" };

function order(name: string, repo = "acme/calc"): ReleaseOrder {
  const asked = { releases: [{ version: "1.0.0", projects: [{ repo, hash: A }] }], branches: [] };
  const found = ordersOf(asked, { path: `deliverables/2026.2/${name}.yaml`, repository: "acme/releases", change: 3 });
  if (!found.ok || found.value[0] === undefined) throw new Error("no order");
  return found.value[0];
}
const fileOf = (one: ReleaseOrder, facts: OrderFacts, change = 3): MergedReleaseFile => ({
  ...{ path: one.path, change, problems: [] },
  orders: [{ order: one, facts }],
});
const decide = (files: readonly MergedReleaseFile[], published: Readonly<Record<string, string>> = {}) =>
  releaseMerged({ releases: { at: TIP, files }, published });
const kinds = (...given: Parameters<typeof decide>): readonly string[] => decide(...given).map(({ kind }) => kind);

describe("merged release files", () => {
  it("are released step by step, then told once, then settled", () => {
    expect(kinds([fileOf(order("calc"), nothing)])).toEqual(["release"]);
    const [report, settle] = decide([fileOf(order("calc"), all)]);
    expect([report?.kind, settle?.kind]).toEqual(["report", "settle-releases"]);
    if (report?.kind !== "report") throw new Error("no report");
    const said = { [`report:${report.change}:${report.slot}`]: report.digest };
    expect(kinds([fileOf(order("calc"), all)], said)).toEqual(["settle-releases"]);
    expect(kinds([fileOf(order("calc"), all)], { [SETTLED_SLOT]: TIP })).toEqual([]);
  });

  it("leave a mark of what is there, by which it is known when somebody has taken it away", () => {
    const settle = decide([fileOf(order("calc"), all)]).at(-1);
    if (settle?.kind !== "settle-releases") throw new Error("not settled");
    const published = Object.fromEntries(settle.made.map(({ slot, digest }) => [slot, digest]));
    expect(madeBefore(order("calc"), published)).toEqual(["tag", "page"]);
    expect(madeBefore(order("calc", "acme/ui"), published)).toEqual([]);
  });

  it("that ask for one tag from two files are both refused, unless it is there already", () => {
    const [calc, ui] = [order("calc"), order("ui", "Acme/Calc")];
    const told = decide([fileOf(calc, nothing, 3), fileOf(ui, nothing, 4)]);
    expect(told.map(({ kind }) => kind)).toEqual(["report", "report", "settle-releases"]);
    expect(JSON.stringify(told[0])).toContain("`deliverables/2026.2/ui.yaml` asks for the tag `1.0.0` too");
    expect(JSON.stringify(told[1])).toContain("`deliverables/2026.2/calc.yaml` asks for the tag `1.0.0` too");
    expect(JSON.stringify(decide([fileOf(calc, all, 3), fileOf(ui, all, 4)]))).not.toContain("nobody can tell");
  });
});
