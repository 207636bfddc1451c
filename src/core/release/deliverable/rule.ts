/**
 * The rules of deliverable files: their stable ids, how grave they are, and where they hold. Sources: OpenStack releases, README and
 * validate; the original looks at what a change adds, these look at every release that is listed.
 */

/** `warning` never makes the exit code 1. */
export type Level = "error" | "warning";

/**
 * Where a rule holds: everywhere, in series and not in `_independent`, only in the series under development, or for what a change adds
 * (asked with an earlier state of the file).
 */
export type Scope = "all" | "cycle" | "current" | "new";

export interface RuleAbout {
  readonly level: Level;
  readonly scope: Scope;
  readonly says: string;
}

const error = (scope: Scope, says: string): RuleAbout => ({ level: "error", scope, says });
const warning = (scope: Scope, says: string): RuleAbout => ({ level: "warning", scope, says });

/** Answered from the files alone. */
const OFFLINE = {
  "file.unreadable": error("all", "the file can be read"),
  "yaml.invalid": error("all", "the file is YAML 1.2 without anchors, tags and keys that stand twice"),
  "schema.unknown-key": error("all", "no key is unknown, also in repository-settings"),
  "schema.missing-key": error("all", "team, type, version, projects, repo, hash, name and location are there"),
  "schema.wrong-value": error("all", "each value has its form"),
  "version.not-text": error("all", "a version is text, never a YAML number"),
  "hash.invalid": error("all", "a hash has 40 hex digits"),
  "series.unknown": error("all", "the folder is a series of series_status.yaml, or _independent"),
  "version.invalid": error("all", "a version can be read as one"),
  "version.not-canonical": error("all", "a version is written in its canonical form"),
  "version.twice": error("all", "a version is listed once"),
  "version.pre-release": error("all", "only models with candidates, and independent ones, have pre-releases"),
  "repository.twice": error("all", "a release names a repository once"),
  "model.missing": error("cycle", "a deliverable of a series names its release-model"),
  "model.only-independent": error("cycle", "independent and abandoned deliverables stand in _independent"),
  "model.not-independent": error("all", "a deliverable in _independent follows no cycle"),
  "untagged-with-releases": error("all", "an untagged deliverable has no releases"),
  "release-notes.unknown-repository": error("all", "release-notes link repositories of the deliverable"),
  "eol.wrong-series": error("cycle", "an eol tag names the file's series"),
  "eom.wrong-series": error("cycle", "an eom tag names the file's series"),
  "em.wrong-series": error("cycle", "an em tag names the file's series"),
  "last.wrong-series": error("cycle", "a last tag names the file's series"),
  "last.series-open": error("cycle", "a last tag stands only in a series that is no longer maintained"),
  "series-tag.independent": warning("all", "a tag of a series in _independent cannot be checked against a branch"),
  "series-first": error(
    "cycle",
    "the first release of a series leaves room for fixes of the one before: it ends in .0",
  ),
  "final-without-rc": error("cycle", "a deliverable with candidates does not begin with a final release"),
  "bad-order": error("cycle", "alpha, beta, candidate and final follow each other"),
  "after-end": error("cycle", "after a tag that ends a series nothing comes but a later stage of its end"),
  "version.lower": error("cycle", "a release is higher than the one before it"),
  "series-final": error("all", "the final after a candidate tags the same commits"),
  "series-final.repositories": error("all", "the final after a candidate tags the same repositories"),
  "eol.no-branches": error("all", "only what has branches can end its life"),
  "eom.no-branches": error("all", "only what has branches can become unmaintained"),
  "em.no-branches": error("all", "only what has branches can go to extended maintenance"),
  "eol.repositories": error("all", "an eol tag is on all repositories"),
  "eom.repositories": error("all", "an eom tag is on all repositories"),
  "em.repositories": error("all", "an em tag is on all repositories"),
  "em.no-release": error("all", "there is a release before an em tag"),
  "em.other-commit": error("all", "an em tag is on the commits of the last release"),
  "branch.prefix": error("all", "branches begin with stable/, unmaintained/, feature/ or bugfix/"),
  "branch.twice": error("all", "a branch is listed once"),
  "branch.not-supported": error("all", "tempest plugins and stable-branch-type none have no branches"),
  "branch.location": error(
    "all",
    "a branch is placed by a version, or by commits where it is tagless or a feature branch",
  ),
  "branch.location-unlisted": error("all", "the version a branch is placed by is listed"),
  "branch.name": error("all", "a stable branch is named for its series, a bugfix branch for its version"),
  "repository.not-in-settings": error("current", "the last release tags only repositories of repository-settings"),
  "repository.not-released": error("current", "the last release tags all repositories of repository-settings"),
  "series-open": warning("current", "the series before has its stable branch before this one has a release"),
} as const satisfies Readonly<Record<string, RuleAbout>>;

/** Answered with an earlier state of the file: `--base`, or its history. */
const CHANGED = {
  "new-release.not-last": error("new", "a new release stands at the end of the list"),
  "new-release.several": error("new", "a change adds one release to a file"),
  "new-release.closed": error("new", "a series that is closed gets no new release"),
  "new-release.abandoned": error("new", "an abandoned deliverable gets no new release"),
  "new-branch.not-latest": error("new", "a new stable branch begins at the latest release"),
  "release.changed": error("new", "a listed release keeps its repositories and commits"),
  "release.removed": error("new", "a listed release stays listed"),
} as const satisfies Readonly<Record<string, RuleAbout>>;

/** Answered from clones: `--repos`. */
const CLONES = {
  "git.no-clone": warning("all", "the repository has a clone in the folder"),
  "git.shallow": error("all", "a clone has its whole history"),
  "git.sha-missing": error("all", "the commit exists"),
  "git.tag-moved": error("all", "an existing tag stands at the listed commit"),
  "git.off-branch": error("all", "the commit of a new release is on the series' branch"),
  "git.not-descendant": error("all", "a new release descends from the one before it, or tags the same commit"),
  "git.no-gitreview": warning("all", "a repository has .gitreview at the commit of a new release"),
  "git.branch-point": error("all", "a stable branch begins at a commit of master, and contains it"),
  "version.in-package": error("all", "the package of a new nodejs or puppet release names its version"),
  "requirements.unreadable": error("all", "the requirements of a new release can be read"),
  "requirements.minor": error(
    "current",
    "a release with new requirements or raised lower bounds raises at least the minor version",
  ),
  "requirements.minor-stable": warning("cycle", "the same in the series that are maintained"),
} as const satisfies Readonly<Record<string, RuleAbout>>;

export const RULES = { ...OFFLINE, ...CHANGED, ...CLONES };
export type RuleId = keyof typeof RULES;
export type CloneRuleId = keyof typeof CLONES;
export type ChangedRuleId = keyof typeof CHANGED;

export function idsOf(layer: "offline" | "changed" | "clones"): readonly RuleId[] {
  const ids = Object.keys({ offline: OFFLINE, changed: CHANGED, clones: CLONES }[layer]);
  return ids.filter(isRuleId);
}

export function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(RULES, text);
}

/** What the original asks of other services; said in every run, so that no silence is taken for an answer. */
export const NOT_CHECKED: readonly { readonly id: string; readonly needs: string }[] = [
  { id: "bugtracker.exists", needs: "Launchpad or StoryBoard" },
  { id: "team.official", needs: "the governance data" },
  { id: "repository.official", needs: "the governance data" },
  { id: "release-notes.reachable", needs: "the web" },
  { id: "release-type.jobs", needs: "the CI's configuration" },
  { id: "pypi.permissions", needs: "the package index" },
  { id: "pypi.readme", needs: "a build" },
  { id: "sdist.builds", needs: "a build" },
  { id: "tarball-base.matches", needs: "a build" },
  { id: "version.in-xstatic", needs: "a build" },
];
