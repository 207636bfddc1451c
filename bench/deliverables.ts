/**
 * Replays every release that a checkout of release files lists: is its version one that `plustwo release new` (or `final`) would have
 * written after the releases before it? Run it by hand: `node scripts/bench.mjs deliverables <checkout>`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDeliverable, placeOf, type Deliverable } from "../src/core/release/deliverable/deliverable.ts";
import { nextVersion, type PlannedType } from "../src/core/release/deliverable/new-release.ts";
import { INDEPENDENT, seriesOrderOf } from "../src/core/release/deliverable/series.ts";
import { readSeries } from "../src/core/release/cycle/series.ts";
import type { NumberedVersion } from "../src/core/release/version.ts";

const TYPES: readonly PlannedType[] = [
  "bugfix",
  "feature",
  "major",
  "milestone",
  "rc",
  "final",
  "releasefix",
  "eol",
  "eom",
  "em",
];

const [root] = process.argv.slice(2);
if (root === undefined) {
  console.log("skipped: no checkout given");
} else {
  const statuses = readSeries("series_status.yaml", readFileSync(join(root, "data/series_status.yaml"), "utf8"));
  if (!statuses.ok) throw new Error(statuses.problem[0]?.message);
  const order = seriesOrderOf(statuses.value);
  const oldestFirst = [...order.all.toReversed().map(({ name }) => name), INDEPENDENT];
  const counts = { releases: 0, expressible: 0, asFirst: 0, otherFirst: 0, not: 0 };
  const recent = { releases: 0, expressible: 0, otherFirst: 0, not: 0 };
  const lastOf = new Map<string, { version: NumberedVersion; at: number }>();
  for (const [at, series] of oldestFirst.entries()) {
    const folder = join(root, "deliverables", series);
    const isRecent = at >= oldestFirst.indexOf("victoria") && series !== INDEPENDENT;
    const names = (() => {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    })();
    for (const name of names) {
      const place = placeOf(`deliverables/${series}/${name}`);
      const read = place && parseDeliverable(place, readFileSync(join(folder, name), "utf8"));
      if (read?.ok === true) replay(read.value, at, isRecent);
    }
  }
  console.log(JSON.stringify({ all: counts, sinceVictoria: recent }, null, 2));

  function replay(file: Deliverable, at: number, isRecent: boolean): void {
    // An independent deliverable has a history of its own.
    const key = file.series === INDEPENDENT ? `${INDEPENDENT}/${file.name}` : file.name;
    const info = order.find(file.series);
    // An em tag carries the name, also of series that have an id.
    const ids = info === undefined ? [undefined] : [...new Set([info.id, info.name])];
    for (const { version, parsed } of file.releases) {
      const known = lastOf.get(key);
      const last = known && { version: known.version, depth: at - known.at };
      const made = TYPES.some((type) => ids.some((seriesId) => nextVersion({ type, last, seriesId }) === version));
      counts.releases += 1;
      if (isRecent) recent.releases += 1;
      const kind = made ? "expressible" : last === undefined ? "otherFirst" : "not";
      counts[kind] += 1;
      if (isRecent) recent[kind] += 1;
      if (made && last === undefined && parsed?.kind === "numbered") counts.asFirst += 1;
      if (parsed?.kind === "numbered") lastOf.set(key, { version: parsed, at });
    }
  }
}
