/**
 * Rules that clones answer: commits, tags, branches, requirements (10, 12, 13, 14, 17, 29 and 30 of the original's checks). Pure: the
 * facts are gathered before.
 */
import { impactOf } from "../version.ts";
import type { Deliverable, ListedRelease } from "./deliverable.ts";
import { findingIn, type Finding } from "./finding.ts";
import type { Weighed } from "./requirements.ts";
import type { SeriesFacts, SeriesOrder } from "./series.ts";
import type { Tell } from "./validate.ts";

export interface CloneFacts {
  /** The listed commits that exist. */
  readonly commits: ReadonlySet<string>;
  /** The listed versions that are tagged, with their commits. */
  readonly tags: ReadonlyMap<string, string>;
  /** By version, for releases without a tag whose commit exists. */
  readonly untagged: ReadonlyMap<string, UntaggedFacts>;
  /** By branch name, for stable branches of the file: `undefined` values are not known. */
  readonly branchPoints: ReadonlyMap<string, { readonly onMaster: boolean; readonly inBranch: boolean | undefined }>;
}

export interface UntaggedFacts {
  /** The branch that was looked at; `undefined`: none of them exists. */
  readonly branch: string | undefined;
  readonly onBranch: boolean;
  /** `undefined`: it is the first release. */
  readonly descends: boolean | undefined;
  readonly gitreview: boolean;
  /** The version that its package names, for the release-types whose package does. */
  readonly inPackage?: { readonly path: string; readonly version: string | undefined; readonly problem?: string };
  /** What the requirements weigh since the release before; a problem is a sentence. */
  readonly required?: { readonly weighed: readonly Weighed[] } | { readonly problem: string };
}

/** A clone whose history is cut off: nothing of it counts. */
export interface ShallowClone {
  /** Where it is. */
  readonly shallow: string;
}

/** By repository; `undefined`: there is no clone of it. */
export type FactsOf = (repository: string) => CloneFacts | ShallowClone | undefined;

export function validateClones(file: Deliverable, factsOf: FactsOf, order: SeriesOrder): readonly Finding[] {
  const series = order.find(file.series);
  const findings: Finding[] = [];
  const tell: Tell = (rule, found) => void findings.push(findingIn(file, rule, found));
  const absent = new Set<string>();
  for (const release of file.releases)
    release.projects.forEach((project, place) => {
      if (file.retired.has(project.repo)) return;
      const facts = factsOf(project.repo);
      if (facts === undefined) {
        if (!absent.has(project.repo))
          tell("git.no-clone", {
            at: ["releases", release.index, "projects", place, "repo"],
            message: `there is no clone of ${project.repo}: nothing of it was looked at`,
            hint: `clone it to <repos>/${project.repo}`,
          });
        absent.add(project.repo);
      } else if ("shallow" in facts) {
        if (!absent.has(project.repo))
          tell("git.shallow", {
            at: ["releases", release.index, "projects", place, "repo"],
            message: `the clone of ${project.repo} in ${facts.shallow} is shallow: nobody can say what is in its history`,
            hint: "run `git fetch --unshallow --tags` there; in a workflow set `fetch-depth: 0`",
          });
        absent.add(project.repo);
      } else {
        const untagged = oneProject(release, place, facts, tell);
        if (untagged !== undefined) packaged(file, { release, place, untagged, series }, tell);
      }
    });
  file.branches.forEach(({ name }, index) => {
    for (const repo of file.repositories) {
      const facts = factsOf(repo);
      const point = facts === undefined || "shallow" in facts ? undefined : facts.branchPoints.get(name);
      if (point === undefined || (point.onMaster && point.inBranch !== false)) continue;
      tell("git.branch-point", {
        at: ["branches", index, "location"],
        message: point.onMaster
          ? `branch ${name} of ${repo} does not contain the commit that it is said to begin at`
          : `branch ${name} of ${repo} would begin at a commit that is not on its main branch`,
        hint: "name the version that the branch really begins at",
      });
    }
  });
  return findings;
}

/** Answers what is known of a release that has no tag yet, where its commit is there. */
function oneProject(release: ListedRelease, place: number, facts: CloneFacts, tell: Tell): UntaggedFacts | undefined {
  const project = release.projects[place];
  if (project === undefined) return undefined;
  const { repo, hash } = project;
  const at = ["releases", release.index, "projects", place, "hash"];
  const tagged = facts.tags.get(release.version);
  if (!facts.commits.has(hash)) {
    tell("git.sha-missing", {
      at,
      message: `the clone of ${repo} has no commit ${hash}`,
      hint: "correct the SHA, or fetch the clone",
    });
    return undefined;
  }
  if (tagged !== undefined) {
    if (tagged !== hash)
      tell("git.tag-moved", {
        at,
        message: `tag ${release.version} of ${repo} stands at ${tagged.slice(0, 10)}, and ${hash.slice(0, 10)} is listed`,
        hint: `write ${tagged}: a tag is never moved`,
      });
    return undefined;
  }
  const untagged = facts.untagged.get(release.version);
  if (untagged === undefined) return undefined;
  const { branch, onBranch, descends, gitreview } = untagged;
  if (!onBranch)
    tell("git.off-branch", {
      at,
      message:
        branch === undefined
          ? `${repo} has no branch that ${hash.slice(0, 10)} could be on`
          : `${hash.slice(0, 10)} of ${repo} is not on ${branch}`,
      hint: "release a commit that is merged into the series' branch",
    });
  if (descends === false)
    tell("git.not-descendant", {
      at,
      message: `${release.version} of ${repo} does not descend from the release before it`,
      hint: "release a commit that contains the one before",
    });
  if (!gitreview)
    tell("git.no-gitreview", {
      at,
      message: `${repo} has no .gitreview at ${hash.slice(0, 10)}`,
      hint: "add one, so that changes find their server",
    });
  return untagged;
}

interface NewPart {
  readonly release: ListedRelease;
  readonly place: number;
  readonly untagged: UntaggedFacts;
  readonly series: SeriesFacts | undefined;
}

/** What is in the repository at the commit of a new release: its own version, and its requirements. */
function packaged(file: Deliverable, { release, place, untagged, series }: NewPart, tell: Tell): void {
  if (release.parsed?.kind !== "numbered") return;
  const repo = release.projects[place]?.repo ?? "";
  const at = ["releases", release.index, "version"];
  const { inPackage, required } = untagged;
  if (inPackage !== undefined && (inPackage.version !== release.version || inPackage.problem !== undefined))
    tell("version.in-package", {
      at,
      message: `${repo}/${inPackage.path} ${inPackage.problem ?? `names ${inPackage.version ?? "no version"}`}, and ${release.version} is released`,
      hint: `merge a change that writes ${release.version} there, and release its commit`,
    });
  if (required === undefined) return;
  if ("problem" in required) {
    tell("requirements.unreadable", { at, message: required.problem, hint: "mend the file, and release that commit" });
    return;
  }
  const [strongest] = required.weighed;
  const before = file.releases.slice(0, release.index).findLast(({ parsed }) => parsed?.kind === "numbered");
  if (strongest === undefined || strongest.impact === "patch" || before?.parsed?.kind !== "numbered") return;
  if (impactOf(before.parsed, release.parsed) !== "patch") return;
  const open = series === undefined || series.status === "development" || series.status === "future";
  const others = required.weighed.length - 1;
  tell(open ? "requirements.minor" : "requirements.minor-stable", {
    at,
    message: `${release.version} is only a fix after ${before.version}, and ${strongest.because}${others > 0 ? ` (and ${others} more)` : ""}`,
    hint: open ? "raise at least the minor version" : "keep the requirements of a series that is maintained",
  });
}
