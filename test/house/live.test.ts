import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { probes } from "../../demo/live/probes.ts";

const root = new URL("../..", import.meta.url).pathname;
const page = readFileSync(join(root, "docs/LIVE.md"), "utf8");

interface Row {
  readonly id: string;
  readonly probe: string;
  readonly lastRun: string;
}
const rows: readonly Row[] = page
  .split("\n")
  .filter((line) => /^\| `[a-z0-9-]+` /.test(line))
  .map((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { id: cells[1]?.replaceAll("`", "") ?? "", probe: cells[3] ?? "", lastRun: cells[4] ?? "" };
  });

const sources = readdirSync(join(root, "local-forge"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(join(root, "local-forge", path), "utf8") }));
const inCode = sources.flatMap(({ text }) => [...text.matchAll(/LIVE\(([^)]*)\)/g)].map((match) => match[1] ?? ""));

describe("docs/LIVE.md", () => {
  it("lists every assumption that the local forge marks, and each of its rows is marked in the forge or has a probe", () => {
    const known = new Set(rows.map((row) => row.id));
    expect(inCode.filter((id) => !known.has(id))).toEqual([]);
    const asked = new Set(probes.map((probe) => probe.id));
    expect(rows.filter((row) => !inCode.includes(row.id) && !asked.has(row.id)).map((row) => row.id)).toEqual([]);
  });

  it("names each assumption once", () => {
    const twice = (ids: readonly string[]): string[] => ids.filter((id, n) => ids.indexOf(id) !== n);
    expect(twice(rows.map((row) => row.id))).toEqual([]);
    expect(twice(inCode)).toEqual([]);
    expect(twice(probes.map((probe) => probe.id))).toEqual([]);
  });

  it("is told of every assumption by an id: LIVE(id)", () => {
    const bare = sources.flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, n) => (line.includes("LIVE:") ? [`${path}:${n + 1}`] : [])),
    );
    expect(bare).toEqual([]);
  });

  it("says which rows have a probe, as `npm run verify:live -- --list` does", () => {
    const probed = rows.filter((row) => row.probe === "yes").map((row) => row.id);
    expect([...probed].sort()).toEqual(probes.map((probe) => probe.id).sort());
    expect(rows.filter((row) => row.probe !== "yes" && row.probe !== "–")).toEqual([]);
  });

  it("counts at its top what is assumed, what has a probe, and what was ever run against the real GitHub", () => {
    const run = rows.filter((row) => row.lastRun !== "never");
    expect(page).toContain(
      `**${rows.length} assumptions, ${probes.length} with a probe, ${run.length} checked against the real GitHub.**`,
    );
  });
});
