/** Why a version is not free: somebody else has it, or it stands elsewhere. */
import { canonicalForm, compareVersions, formatVersion, type NumberedVersion } from "../version.ts";
import type { ListedRelease } from "./deliverable.ts";
import type { NewProblem, Planned, PlanQuestion } from "./new-release.ts";

/** Also under another spelling: `v1.2.0` is the release 1.2.0. */
export function tagElsewhere(
  tags: PlanQuestion["tags"],
  version: string,
  projects: Planned["projects"],
): NewProblem | undefined {
  for (const { repo, hash } of projects)
    for (const [tag, commit] of tags?.get(repo) ?? [])
      if (commit !== hash && (tag === version || canonicalForm(tag) === version))
        return {
          message: `${repo} has the tag ${tag} at ${commit.slice(0, 10)} already, and ${hash.slice(0, 10)} would be released`,
          hint: "a tag is never moved: list that release first if it is one, or take `release propose`, which passes over what is tagged",
        };
  return undefined;
}

/**
 * Why a version cannot be the next one: it is listed for another series, or lies where a live older branch counts its fixes.
 * `live`: the newest numbered release of each other series that still gets releases.
 */
export function versionTaken(
  version: NumberedVersion,
  others: readonly { readonly series: string; readonly releases: readonly ListedRelease[]; readonly live: boolean }[],
): NewProblem | undefined {
  const text = formatVersion(version);
  for (const { series, releases, live } of others) {
    const numbers = releases.flatMap(({ parsed }) => (parsed?.kind === "numbered" ? [parsed] : []));
    if (numbers.some((one) => compareVersions(one, version) === 0))
      return {
        message: `${text} is already a release of ${series}`,
        hint: "take a higher version: a tag is never moved",
      };
    const last = numbers.toSorted(compareVersions).at(-1);
    const sameLine = last !== undefined && last.major === version.major && last.minor === version.minor;
    if (live && sameLine)
      return {
        message: `${text} lies in the range of ${series}, whose last release is ${formatVersion(last)}`,
        hint: "raise at least the minor version: that branch counts its fixes there",
      };
  }
  return undefined;
}
