/** Rules about which release may follow which (21 to 26 of the original's checks), asked of every neighbouring pair. */
import { compareVersions, finalOf, type PreKind, type SeriesTagKind } from "../version.ts";
import type { Deliverable, ListedRelease } from "./deliverable.ts";
import { INDEPENDENT } from "./series.ts";
import type { Rule, Tell } from "./validate.ts";

/** Models whose releases grow from milestones and candidates. */
const WITH_CANDIDATES = ["cycle-with-milestones", "cycle-trailing", "cycle-with-rc"];

export const orderRules: Rule = (file, _context, found) => {
  const cycle = file.series !== INDEPENDENT;
  if (cycle) {
    first(file, found);
    afterEnd(file, found);
  }
  for (const release of file.releases) {
    const before = file.releases[release.index - 1];
    if (before !== undefined) {
      if (cycle && withCandidates(file)) progression(before, release, found);
      if (cycle) higher(before, release, found);
      finalAfterCandidate(before, release, found);
    }
    if (release.parsed?.kind === "series-tag" && release.parsed.tag !== "last") seriesTag(file, release, found);
  }
};

function first(file: Deliverable, found: Tell): void {
  const [release] = file.releases;
  if (release?.parsed?.kind !== "numbered") return;
  const at = ["releases", 0, "version"];
  if (withCandidates(file) && release.parsed.pre === undefined)
    found("final-without-rc", {
      at,
      message: `${release.version} is final, and no candidate came before it`,
      hint: "release a candidate first: `plustwo release cut`",
    });
  const { patch, build, pre } = release.parsed;
  const exempt =
    file.keys["release-model"] === "untagged" ||
    file.keys["stable-branch-type"] === "tagless" ||
    file.keys.type === "tempest-plugin";
  if ((build ?? patch) !== 0 && pre === undefined && !exempt)
    found("series-first", {
      at,
      message: `${release.version} is the first release of the series, and a fix of the one before`,
      hint: "raise at least the minor version, so that the series before has room for its fixes",
    });
}

const MAY_FOLLOW: Readonly<Record<PreKind | "final", readonly (PreKind | "final")[]>> = {
  a: ["a"],
  b: ["a", "b"],
  rc: ["b", "rc"],
  final: ["rc", "final"],
};
const NAMES: Readonly<Record<PreKind | "final", string>> = {
  a: "an alpha",
  b: "a beta",
  rc: "a candidate",
  final: "a final release",
};

function progression(before: ListedRelease, release: ListedRelease, found: Tell): void {
  if (before.parsed?.kind !== "numbered" || release.parsed?.kind !== "numbered") return;
  const from = before.parsed.pre?.kind ?? "final";
  const to = release.parsed.pre?.kind ?? "final";
  if (MAY_FOLLOW[to].includes(from)) return;
  found("bad-order", {
    at: ["releases", release.index, "version"],
    message: `${release.version} is ${NAMES[to]} and follows ${before.version}, ${NAMES[from]}`,
    hint: `${NAMES[to]} comes after ${MAY_FOLLOW[to].map((kind) => NAMES[kind]).join(" or ")}`,
  });
}

/** As a series ends: extended maintenance, its last tag, unmaintained, the end of life. */
const STAGES: Readonly<Record<SeriesTagKind, number>> = { em: 0, last: 1, eom: 2, eol: 3 };

function afterEnd(file: Deliverable, found: Tell): void {
  let end: { readonly version: string; readonly stage: number } | undefined;
  for (const { version, parsed, index } of file.releases) {
    const stage = parsed?.kind === "series-tag" ? STAGES[parsed.tag] : -1;
    if (end !== undefined && version !== end.version && stage <= end.stage)
      found("after-end", {
        at: ["releases", index, "version"],
        message: `${version} is listed after ${end.version}, which ended ${end.stage === STAGES.eol ? "the series" : "its releases"}`,
        hint:
          end.stage === STAGES.eol
            ? "a series that ended gets no release"
            : "only a later stage of the series' end may follow, such as its eol tag",
      });
    if (stage >= 0 && (end === undefined || stage > end.stage)) end = { version, stage };
  }
}

function higher(before: ListedRelease, release: ListedRelease, found: Tell): void {
  if (before.parsed?.kind !== "numbered" || release.parsed?.kind !== "numbered") return;
  // Two of one number are `version.twice`; a pre-release after its final is `bad-order`.
  if (compareVersions(finalOf(release.parsed), finalOf(before.parsed)) >= 0) return;
  found("version.lower", {
    at: ["releases", release.index, "version"],
    message: `${release.version} is lower than ${before.version}, the release before it`,
    hint: "release a higher version: a branch counts upwards",
  });
}

/** A final of another number than the candidate's is one all the same: what is shipped is what was tried. */
function finalAfterCandidate(before: ListedRelease, release: ListedRelease, found: Tell): void {
  if (!isFinalAfterCandidate(before, release)) return;
  const tried = new Map(before.projects.map(({ repo, hash }) => [repo, hash]));
  const tagged = new Set(release.projects.map(({ repo }) => repo));
  const missing = [...tried.keys()].filter((repo) => !tagged.has(repo));
  const extra = [...tagged].filter((repo) => !tried.has(repo));
  if (missing.length > 0 || extra.length > 0)
    found("series-final.repositories", {
      at: ["releases", release.index, "projects"],
      message: `${release.version} tags ${told(extra, "not in")}${missing.length > 0 && extra.length > 0 ? ", and " : ""}${
        missing.length > 0 ? `not ${missing.join(", ")}, which is in` : ""
      } the candidate ${before.version}`,
      hint: "tag the same repositories, or release another candidate first",
    });
  release.projects.forEach(({ repo, hash }, index) => {
    const candidate = tried.get(repo);
    if (candidate !== undefined && candidate !== hash)
      found("series-final", {
        at: ["releases", release.index, "projects", index, "hash"],
        message: `${release.version} tags ${repo} at ${hash.slice(0, 10)}, and its candidate ${before.version} at ${candidate.slice(0, 10)}`,
        hint: `write ${candidate}, or release another candidate first`,
      });
  });
}

function told(extra: readonly string[], how: string): string {
  return extra.length === 0 ? "" : `${extra.join(", ")}, ${how}`;
}

export function isFinalAfterCandidate(before: ListedRelease, release: ListedRelease): boolean {
  return (
    before.parsed?.kind === "numbered" &&
    before.parsed.pre?.kind === "rc" &&
    release.parsed?.kind === "numbered" &&
    release.parsed.pre === undefined
  );
}

function seriesTag(file: Deliverable, release: ListedRelease, found: Tell): void {
  if (release.parsed?.kind !== "series-tag" || release.parsed.tag === "last") return;
  const { tag } = release.parsed;
  const at = ["releases", release.index, "version"];
  if (tag === "em" && release.index === 0) {
    found("em.no-release", {
      at,
      message: `${release.version} is the only release of the series`,
      hint: "a series goes to extended maintenance from a release",
    });
    return;
  }
  if (file.branches.length === 0)
    found(`${tag}.no-branches`, {
      at,
      message: `${release.version} is listed, and the deliverable has no branches`,
      hint: "list the branch that it ends, or remove the tag",
    });
  const tagged = new Set(release.projects.map(({ repo }) => repo));
  const known = new Set([
    ...file.repositories,
    ...file.releases.flatMap(({ projects }) => projects.map(({ repo }) => repo)),
  ]);
  const missing = [...known].filter((repo) => !tagged.has(repo));
  if (missing.length > 0)
    found(`${tag}.repositories`, {
      at: ["releases", release.index, "projects"],
      message: `${release.version} leaves out ${missing.join(", ")}`,
      hint: "the tag stands on all repositories of the deliverable",
    });
  const before = file.releases[release.index - 1];
  if (tag !== "em" || before === undefined) return;
  const released = new Map(before.projects.map(({ repo, hash }) => [repo, hash]));
  release.projects.forEach(({ repo, hash }, index) => {
    const last = released.get(repo);
    if (last !== undefined && last !== hash)
      found("em.other-commit", {
        at: ["releases", release.index, "projects", index, "hash"],
        message: `${release.version} tags ${repo} at ${hash.slice(0, 10)}, and the last release ${before.version} at ${last.slice(0, 10)}`,
        hint: `write ${last}`,
      });
  });
}

function withCandidates(file: Deliverable): boolean {
  return WITH_CANDIDATES.includes(file.keys["release-model"] ?? "");
}
