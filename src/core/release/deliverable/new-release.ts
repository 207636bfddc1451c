/**
 * The next release of a deliverable: its version by the ten types of `new-release` of OpenStack releases (and `final`), its commits and
 * its branches. The neighbours of a series are taken by the order of series, never by the alphabet; tags of series are no numbers.
 */
import { fail, ok, type Result } from "../../result.ts";
import { finalOf, formatVersion, increment, nextPreRelease, parseNumbered, type NumberedVersion } from "../version.ts";
import type { Deliverable, ListedRelease } from "./deliverable.ts";
import { INDEPENDENT, type SeriesFacts } from "./series.ts";
import { tagElsewhere } from "./taken.ts";

export const NEW_TYPES = [
  "bugfix",
  "feature",
  "major",
  "milestone",
  "rc",
  "procedural",
  "releasefix",
  "eol",
  "eom",
  "em",
] as const;
export type NewType = (typeof NEW_TYPES)[number];
/** `final`: the candidate's number and commits without its pre-release part. */
export type PlannedType = NewType | "final";

export interface VersionQuestion {
  readonly type: PlannedType;
  /** The newest numbered release of this series or an older one, and how many series lie between: 0 is this one. */
  readonly last: { readonly version: NumberedVersion; readonly depth: number } | undefined;
  /** `2026.1`; `undefined` for independent deliverables. */
  readonly seriesId: string | undefined;
}

/** Reasons that stop a release; the message is a whole sentence. */
export interface NewProblem {
  readonly message: string;
  readonly hint: string;
}

/** The exact arithmetic. `undefined`: this type has no next version there. */
export function nextVersion({ type, last, seriesId }: VersionQuestion): string | undefined {
  if (type === "eol" || type === "eom" || type === "em")
    return seriesId === undefined ? undefined : `${seriesId}-${type}`;
  if (last === undefined) {
    if (type === "final") return undefined;
    // What begins with a candidate leads to 1.0.0: a candidate of 0.1.0 would be a first try of a first try.
    const first: NumberedVersion = { kind: "numbered", major: 1, minor: 0, patch: 0 };
    if (type === "milestone" || type === "rc") return formatVersion(nextPreRelease(first, type === "rc" ? "rc" : "b"));
    return "0.1.0";
  }
  const { version, depth } = last;
  const here = depth === 0 ? version.pre?.kind : undefined;
  switch (type) {
    case "final":
      return here === undefined ? undefined : formatVersion(finalOf(version));
    case "milestone":
      if (here === "rc") return undefined;
      return formatVersion(nextPreRelease(here === undefined ? increment(version, "major") : version, "b"));
    case "rc":
      return formatVersion(nextPreRelease(here === undefined ? increment(version, "major") : version, "rc"));
    case "bugfix":
    case "releasefix":
      return depth === 0 ? formatVersion(increment(version, "patch")) : undefined;
    case "feature":
    case "procedural":
      // Room for the minor versions of each series that had no release of its own.
      return formatVersion(increment(version, "minor", Math.max(1, depth)));
    case "major":
      return formatVersion(increment(version, "major"));
  }
}

export interface Planned {
  readonly version: string;
  readonly projects: readonly { readonly repo: string; readonly hash: string; readonly comment?: string }[];
  readonly diffStart?: string;
  readonly branches: readonly { readonly name: string; readonly location: string }[];
  /** What to look at before it is proposed. */
  readonly remarks: readonly string[];
}

export interface PlanQuestion {
  readonly type: PlannedType;
  readonly file: Deliverable;
  readonly series: SeriesFacts | undefined;
  /** The same deliverable in the older series, the nearest first; `undefined` where it has no file. */
  readonly older: readonly (Deliverable | undefined)[];
  /** The commit at the head of the branch, by repository. */
  readonly heads: ReadonlyMap<string, string>;
  readonly force: boolean;
  readonly stableBranch: boolean;
  readonly bugfixBranch: boolean;
  /** Instead of the arithmetic: a proposal that was reckoned from notes. */
  readonly version?: string;
  /** The newest version that is tagged in the repositories, for a deliverable whose files list none yet. */
  readonly tagged?: TaggedBefore;
  /** By repository: its tags with their commits; absent where nobody looked. */
  readonly tags?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface TaggedBefore {
  /** As the tag is written: `v1.2.0`. */
  readonly version: string;
  readonly projects: readonly { readonly repo: string; readonly hash: string }[];
}

export function lastNumbered(
  file: Deliverable,
  older: readonly (Deliverable | undefined)[],
  tagged?: TaggedBefore,
): { readonly release: ListedRelease; readonly version: NumberedVersion; readonly depth: number } | undefined {
  for (const [depth, one] of [file, ...older].entries()) {
    const release = one?.releases.findLast(({ parsed }) => parsed?.kind === "numbered");
    if (release?.parsed?.kind === "numbered") return { release, version: release.parsed, depth };
  }
  const parsed = tagged === undefined ? undefined : parseNumbered(tagged.version);
  if (tagged === undefined || parsed === undefined) return undefined;
  // The series before had no file; what follows no series counts on in its own line.
  const depth = file.series === INDEPENDENT ? 0 : 1;
  return { release: { ...tagged, projects: [...tagged.projects], index: -1, parsed }, version: parsed, depth };
}

export function planRelease(question: PlanQuestion): Result<Planned, NewProblem> {
  const { type, file, series } = question;
  const last = lastNumbered(file, question.older, question.tagged);
  const refused = refusal(question, last);
  if (refused !== undefined) return fail(refused);
  const version = question.version ?? nextVersion({ type, last, seriesId: series?.id });
  if (version === undefined)
    return fail({
      message: `${type} has no next version after ${last === undefined ? "no release" : last.release.version}`,
      hint: "choose another type; docs/RELEASE.md has the table",
    });
  if (file.releases.some((release) => release.version === version))
    return fail({ message: `${version} is listed already`, hint: "choose another type" });
  const commits = commitsOf(question, last);
  if (!commits.ok) return commits;
  const taken = tagElsewhere(question.tags, version, commits.value);
  if (taken !== undefined) return fail(taken);
  const diffStart = type === "releasefix" ? releasefixStart(question) : undefined;
  return ok({
    version,
    projects: commits.value,
    ...(diffStart === undefined ? {} : { diffStart }),
    branches: branchesOf(question, version),
    remarks: remarksOn(question, commits.value),
  });
}

type Last = ReturnType<typeof lastNumbered>;

function refusal({ type, file, series, version }: PlanQuestion, last: Last): NewProblem | undefined {
  const model = file.keys["release-model"];
  const independent = file.series === INDEPENDENT;
  const tag = type === "eol" || type === "eom" || type === "em";
  const ended = file.releases.findLast(({ parsed }) => parsed?.kind === "series-tag" && parsed.tag !== "last")?.parsed;
  if (ended?.kind === "series-tag" && (ended.tag === "eol" || !tag))
    return {
      message: `${file.name} has its ${ended.tag} tag in ${file.series}, and gets no ${type} release after it`,
      hint: ended.tag === "eol" ? "a series that ended stays as it is" : "only its eol tag may follow",
    };
  if (tag && independent)
    return { message: `an independent deliverable has no ${type} tag`, hint: "it follows no series" };
  if (tag && file.branches.length === 0)
    return {
      message: `${file.name} has no branches in ${file.series}`,
      hint: "only what has branches can end its life",
    };
  if (!independent && series === undefined)
    return { message: `${file.series} is no known series`, hint: "write it in data/series_status.yaml" };
  if (!tag && model === "untagged")
    return { message: `${file.name} is untagged`, hint: "choose another release-model first" };
  if (!tag && model === "abandoned")
    return { message: `${file.name} is abandoned`, hint: "choose another release-model first" };
  const candidates = ["cycle-with-rc", "cycle-with-milestones", "cycle-trailing"].includes(model ?? "");
  if ((type === "milestone" || type === "rc") && !candidates)
    return {
      message: `${file.name} follows ${model ?? "no model"}, which has no ${type === "rc" ? "candidates" : "milestones"}`,
      hint: independent
        ? "begin a series: `plustwo release cut 2026.2`"
        : "only cycle-with-rc has them: write `release-model: cycle-with-rc`",
    };
  if (version !== undefined || last === undefined) return undefined;
  if (["bugfix", "releasefix"].includes(type) && last.depth > 0)
    return {
      message: `the first release of ${file.series} cannot be a ${type}: ${last.release.version} is of an older series`,
      hint: "take `feature`, so that the older series has room for its fixes",
    };
  if (last.depth === 0 && last.version.pre !== undefined && ["bugfix", "feature", "major"].includes(type))
    return {
      message: `${last.release.version} is a pre-release, and ${type} would pass over its final`,
      hint: "take `release final`, or `rc` for another candidate",
    };
  return undefined;
}

function commitsOf(question: PlanQuestion, last: Last): Result<Planned["projects"], NewProblem> {
  const { type, file, older, heads, force } = question;
  const retag = (release: ListedRelease, comment?: string) =>
    ok(release.projects.map(({ repo, hash }) => ({ repo, hash, ...(comment === undefined ? {} : { comment }) })));
  if ((type === "releasefix" || type === "final") && last !== undefined)
    return retag(last.release, type === "final" ? undefined : "procedural tag to handle release job failure");
  if (type === "em" && last?.depth === 0 && file.keys["release-model"] !== "untagged") return retag(last.release);
  if (type === "procedural") {
    const base = branchBase(older);
    if (base === undefined)
      return fail({
        message: `no older series of ${file.name} has a stable branch at a listed release`,
        hint: "a procedural release tags the point where that branch began",
      });
    return retag(base, "procedural tag to support creating stable branch");
  }
  const everything = force || ["milestone", "rc", "eol", "eom", "em"].includes(type);
  const tagged = (repo: string) =>
    file.releases
      .findLast(({ projects }) => projects.some((one) => one.repo === repo))
      ?.projects.find((one) => one.repo === repo)?.hash;
  const wanted = file.repositories.filter((repo) => !file.retired.has(repo) || type === "eol");
  const missing = wanted.filter((repo) => !heads.has(repo));
  if (missing.length > 0)
    return fail({
      message: `no commit is known of ${missing.join(", ")}`,
      hint: "give it by `--sha owner/name=<sha>`, or clones by `--repos <folder>`",
    });
  const projects = wanted.flatMap((repo) => {
    const hash = heads.get(repo);
    return hash === undefined || (!everything && tagged(repo) === hash) ? [] : [{ repo, hash }];
  });
  if (projects.length > 0) return ok(projects);
  return fail({
    message: `nothing is new: every repository of ${file.name} is tagged at its head`,
    hint: "take --force to tag it again",
  });
}

/** The release at which the nearest older series branched off. */
function branchBase(older: readonly (Deliverable | undefined)[]): ListedRelease | undefined {
  const previous = older.find((one) => one !== undefined);
  const branch = previous?.branches.find(({ name }) => name.startsWith("stable/"));
  return previous?.releases.find(({ version }) => version === branch?.location);
}

/** Two releases back, so that the announcement has what the failed one would have told. */
function releasefixStart({ file, older }: PlanQuestion): string | undefined {
  const numbered = file.releases.filter(({ parsed }) => parsed?.kind === "numbered");
  return numbered.at(-2)?.version ?? branchBase(older)?.version;
}

function branchesOf(question: PlanQuestion, version: string): Planned["branches"] {
  const { type, file, series, stableBranch, bugfixBranch } = question;
  const names = [
    ...(series !== undefined && (stableBranch || type === "procedural" || /rc1$/.test(version))
      ? [`stable/${series.id}`]
      : []),
    ...(bugfixBranch ? [`bugfix/${version.split(".").slice(0, 2).join(".")}`] : []),
    ...(type === "eom" && series !== undefined ? [`unmaintained/${series.id}`] : []),
  ];
  return names
    .filter((name) => file.branches.every((branch) => branch.name !== name))
    .map((name) => ({ name, location: version }));
}

function remarksOn({ type, file, heads }: PlanQuestion, projects: Planned["projects"]): readonly string[] {
  if (type !== "final") return [];
  return projects.flatMap(({ repo, hash }) => {
    const head = heads.get(repo);
    return head === undefined || head === hash
      ? []
      : [
          `${repo} has moved on to ${head.slice(0, 10)}: the final of ${file.name} stays at the candidate's ${hash.slice(0, 10)}`,
        ];
  });
}
