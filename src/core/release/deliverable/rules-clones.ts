/** Rules that clones answer: commits, tags, branches (10, 12, 13, 17 and 30 of the original's checks). Pure: the facts are gathered before. */
import type { Deliverable, ListedRelease } from "./deliverable.ts";
import { findingIn, type Finding } from "./finding.ts";
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
}

/** By repository; `undefined`: there is no clone of it. */
export type FactsOf = (repository: string) => CloneFacts | undefined;

export function validateClones(file: Deliverable, factsOf: FactsOf): readonly Finding[] {
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
      } else oneProject(release, place, facts, tell);
    });
  file.branches.forEach(({ name }, index) => {
    for (const repo of file.repositories) {
      const point = factsOf(repo)?.branchPoints.get(name);
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

function oneProject(release: ListedRelease, place: number, facts: CloneFacts, tell: Tell): void {
  const project = release.projects[place];
  if (project === undefined) return;
  const { repo, hash } = project;
  const at = ["releases", release.index, "projects", place, "hash"];
  const tagged = facts.tags.get(release.version);
  if (!facts.commits.has(hash)) {
    tell("git.sha-missing", {
      at,
      message: `the clone of ${repo} has no commit ${hash}`,
      hint: "correct the SHA, or fetch the clone",
    });
    return;
  }
  if (tagged !== undefined) {
    if (tagged !== hash)
      tell("git.tag-moved", {
        at,
        message: `tag ${release.version} of ${repo} stands at ${tagged.slice(0, 10)}, and ${hash.slice(0, 10)} is listed`,
        hint: `write ${tagged}: a tag is never moved`,
      });
    return;
  }
  const untagged = facts.untagged.get(release.version);
  if (untagged === undefined) return;
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
}
