/** Rules about version numbers and the tags that name a series (14 of the original's checks), and about what is listed twice. */
import { canonicalForm, type Version } from "../version.ts";
import type { Deliverable, ListedRelease } from "./deliverable.ts";
import { INDEPENDENT, type SeriesFacts } from "./series.ts";
import type { Rule } from "./validate.ts";

/** Models whose versions may be pre-releases. */
const WITH_PRE_RELEASES = ["cycle-with-milestones", "cycle-trailing", "cycle-with-rc"];

export const versionRules: Rule = (file, { series }, found) => {
  const seen = new Map<string, number>();
  for (const release of file.releases) {
    const at = ["releases", release.index, "version"];
    const earlier = seen.get(release.version);
    seen.set(release.version, release.index);
    if (earlier !== undefined)
      found("version.twice", {
        at,
        message: `version ${release.version} is listed twice, first as release ${earlier + 1}`,
        hint: "a version is released once: give the later one the next number",
      });
    repositoryTwice(release, found);
    if (release.parsed?.kind === "series-tag") seriesTag(file, release, series, found);
    else numbered(file, release, found);
  }
};

function numbered(file: Deliverable, { version, parsed, index }: ListedRelease, found: Parameters<Rule>[2]): void {
  const at = ["releases", index, "version"];
  const fourParts = parsed?.kind === "numbered" && parsed.build !== undefined && parsed.pre === undefined;
  if (parsed === undefined || (fourParts && !isXStatic(file))) {
    found("version.invalid", {
      at,
      message: `"${version}" is no version${fourParts ? ": four parts are only for release-type xstatic" : ""}`,
      hint: fourParts
        ? "write three parts, or set release-type: xstatic"
        : "write 1.2.3, or 1.2.0.0rc1 for a candidate",
    });
    return;
  }
  const canonical = fourParts ? version : canonicalForm(version);
  if (canonical !== undefined && canonical !== version && !isXStatic(file))
    found("version.not-canonical", {
      at,
      message: `version ${version} is not in its canonical form`,
      hint: `write ${canonical}`,
    });
  if (isPre(parsed) && !allowsPreReleases(file))
    found("version.pre-release", {
      at,
      message: `${version} is a pre-release, and ${file.keys["release-model"] ?? "a deliverable without a model"} has none`,
      hint: "release the final version, or use release-model: cycle-with-rc",
    });
}

function seriesTag(
  file: Deliverable,
  { version, parsed, index }: ListedRelease,
  series: SeriesFacts | undefined,
  found: Parameters<Rule>[2],
): void {
  if (parsed?.kind !== "series-tag") return;
  const at = ["releases", index, "version"];
  if (file.series === INDEPENDENT) {
    found("series-tag.independent", {
      at,
      message: `${version} in an independent deliverable cannot be checked against its branch`,
      hint: "look at the branch by hand",
    });
    return;
  }
  if (series === undefined) return;
  // The em tag has always carried the name; it ended before ids began.
  const named = parsed.tag === "em" ? [series.name] : [series.id];
  if (!named.includes(parsed.series))
    found(`${parsed.tag}.wrong-series`, {
      at,
      message: `${version} does not name the series ${series.name}`,
      hint: `write ${named[0] ?? series.name}-${parsed.tag}`,
    });
  const open = ["future", "development", "maintained"].includes(series.status);
  if (parsed.tag === "last" && open)
    found("last.series-open", {
      at,
      message: `${version} is listed while ${series.name} is in status ${series.status}`,
      hint: "a last tag comes when the series is no longer maintained",
    });
}

function repositoryTwice({ projects, version, index }: ListedRelease, found: Parameters<Rule>[2]): void {
  const seen = new Set<string>();
  projects.forEach(({ repo }, place) => {
    if (seen.has(repo))
      found("repository.twice", {
        at: ["releases", index, "projects", place, "repo"],
        message: `release ${version} names ${repo} twice`,
        hint: "keep one of them",
      });
    seen.add(repo);
  });
}

function isXStatic(file: Deliverable): boolean {
  return file.keys["release-type"] === "xstatic";
}

function isPre(version: Version): boolean {
  return version.kind === "numbered" && version.pre !== undefined;
}

function allowsPreReleases(file: Deliverable): boolean {
  return file.series === INDEPENDENT || WITH_PRE_RELEASES.includes(file.keys["release-model"] ?? "");
}
