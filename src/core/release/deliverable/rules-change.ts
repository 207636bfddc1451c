/** Rules about a change to a deliverable file: what it was before, and what it is now (11, 15, 16 and 28 of the original's checks). */
import type { Deliverable, ListedRelease } from "./deliverable.ts";
import { findingIn, type Finding } from "./finding.ts";
import { isEnded, type SeriesOrder } from "./series.ts";
import type { Tell } from "./validate.ts";

/** What is asked of the earlier state. */
export type Before = Pick<Deliverable, "releases" | "branches">;

/** `before`: `undefined` for a new file, which may bring its releases with it. */
export function validateChange(before: Before | undefined, after: Deliverable, order: SeriesOrder): readonly Finding[] {
  const findings: Finding[] = [];
  const tell: Tell = (rule, found) => void findings.push(findingIn(after, rule, found));
  if (before === undefined) return findings;
  const listed = new Map(before.releases.map((release) => [release.version, release]));
  const added = after.releases.filter(({ version }) => !listed.has(version));
  keptReleases(before, after, tell);
  newReleases(after, added, order, tell);
  const branches = new Set(before.branches.map(({ name }) => name));
  const latest = after.releases.findLast(({ parsed }) => parsed?.kind === "numbered");
  after.branches.forEach(({ name, location }, index) => {
    if (branches.has(name) || !name.startsWith("stable/") || typeof location !== "string" || latest === undefined)
      return;
    if (after.keys["stable-branch-type"] === "upstream" || after.series.startsWith("_") || location === latest.version)
      return;
    tell("new-branch.not-latest", {
      at: ["branches", index, "location"],
      message: `the new branch ${name} begins at ${location}, and the latest release is ${latest.version}`,
      hint: `write ${latest.version}`,
    });
  });
  return findings;
}

function newReleases(after: Deliverable, added: readonly ListedRelease[], order: SeriesOrder, tell: Tell): void {
  const last = after.releases.at(-1);
  const series = order.find(after.series);
  for (const { version, index, parsed } of added) {
    const at = ["releases", index, "version"];
    if (version !== last?.version)
      tell("new-release.not-last", {
        at,
        message: `the new release ${version} stands before ${last?.version ?? "others"}`,
        hint: "a new release stands at the end of the list",
      });
    const tag = parsed?.kind === "series-tag";
    const ended = series !== undefined && (isEnded(series) || series.status === "unmaintained");
    if (ended && !tag)
      tell("new-release.closed", {
        at,
        message: `${series.name} is in status ${series.status}, and ${version} is a new release in it`,
        hint: "only tags of the series, such as its eol tag, may be added",
      });
    if (after.keys["release-model"] === "abandoned")
      tell("new-release.abandoned", {
        at,
        message: `${version} is a new release of an abandoned deliverable`,
        hint: "give it another release-model first",
      });
  }
  const [first, second] = added;
  if (first !== undefined && second !== undefined)
    tell("new-release.several", {
      at: ["releases", second.index, "version"],
      message: `the change adds ${added.map(({ version }) => version).join(", ")}`,
      hint: "propose one release at a time: each is tagged before the next",
    });
}

/** What was released stays: a tag is never moved, and its record neither. */
function keptReleases(before: Before, after: Deliverable, tell: Tell): void {
  const now = new Map(after.releases.map((release) => [release.version, release]));
  for (const { version, projects } of before.releases) {
    const kept = now.get(version);
    if (kept === undefined) {
      tell("release.removed", {
        at: ["releases"],
        message: `release ${version} was listed and is not any more`,
        hint: "put it back: a release is never taken out of the record",
      });
      continue;
    }
    const commits = new Map(kept.projects.map(({ repo, hash }) => [repo, hash]));
    const moved = projects.filter(({ repo, hash }) => commits.has(repo) && commits.get(repo) !== hash);
    const gone = projects.filter(({ repo }) => !commits.has(repo));
    const first = moved[0] ?? gone[0];
    if (first !== undefined)
      tell("release.changed", {
        at: ["releases", kept.index, "projects"],
        message: `release ${version} had ${first.repo} at ${first.hash.slice(0, 10)}, and ${
          moved.length > 0
            ? `now at ${commits.get(first.repo)?.slice(0, 10) ?? "another commit"}`
            : "does not name it any more"
        }`,
        hint: "put it back: a tag is never moved; release the next version instead",
      });
  }
}
