/**
 * Which version is next: by the release notes since the last one, by what the repositories require now and did not then, and by a written
 * interface where one is named. Read from the clones; nothing is written.
 */
import { parseSha, type Sha } from "../../core/ids.ts";
import type { Deliverable } from "../../core/release/deliverable/deliverable.ts";
import { INDEPENDENT, isEnded } from "../../core/release/deliverable/series.ts";
import { lastNumbered, type PlannedType } from "../../core/release/deliverable/new-release.ts";
import { versionTaken } from "../../core/release/deliverable/taken.ts";
import type { Weighed } from "../../core/release/deliverable/requirements.ts";
import { defaultNotesConfig, type NotesConfig } from "../../core/release/notes/config.ts";
import { nextVersion } from "../../core/release/notes/next-version.ts";
import { readNote } from "../../core/release/notes/note.ts";
import type { NotesOfVersion } from "../../core/release/notes/report.ts";
import { formatVersion, parseNumbered, type Impact } from "../../core/release/version.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Repository } from "../../git/repository.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import type { CliProblem } from "../say.ts";
import type { Ground } from "./ground.ts";
import type { Opened } from "./open-deliverable.ts";
import { FOLDER } from "./tree.ts";
import { weighSince } from "./weigh.ts";

export interface Deciding {
  readonly opened: Opened;
  readonly ground: Ground;
  /** The file with the public interface. */
  readonly api?: string;
}

export type Decision =
  | { readonly kind: "nothing-new"; readonly since: string }
  | {
      readonly kind: "release";
      readonly type: PlannedType;
      /** Instead of the type's own arithmetic. */
      readonly version?: string;
      readonly reasons: readonly string[];
    };

export async function decide(deciding: Deciding): Promise<Result<Decision, CliProblem>> {
  const { file, older, everywhere, order, series } = deciding.opened;
  const last = lastNumbered(file, older, deciding.ground.tagged);
  if (last === undefined) {
    const type = candidateNext(file) ? "rc" : "feature";
    return ok({ kind: "release", type, reasons: ["it is the first version: no release and no tag names one yet"] });
  }
  const read = await readSince(deciding);
  if (!read.ok) return read;
  const { notes, commits, weighed, notCompared } = read.value;
  const tags = [...deciding.ground.tags.values()].flatMap((one) => [...one.keys()]);
  const others = everywhere.filter((one) => one.series !== file.series);
  const listed = [file, ...others].flatMap(({ releases }) => releases.map(({ version }) => version));
  const from = formatVersion(last.version);
  const current = commits === 0 ? from : `${from}-${commits}`;
  const next = nextVersion(
    {
      versions: [{ version: `${from}-${commits}`, date: undefined, notes }],
      current,
      tags: [...tags, ...listed],
      isSeries: series !== undefined && series.status !== "development",
      others: [],
      evidence: weighed,
    },
    configFor(file),
  );
  if (!next.ok) return ok({ kind: "nothing-new", since: last.release.version });
  const reasons = [...next.value.reasons, ...notCompared];
  if (candidateNext(file))
    return ok({
      kind: "release",
      type: "rc",
      reasons: [...reasons, `${file.keys["release-model"] ?? "its model"} releases candidates before its final`],
    });
  if (last.depth > 0 && next.value.impact === "patch")
    return ok({
      kind: "release",
      type: "feature",
      reasons: [...reasons, `the first release of ${file.series} leaves room for fixes of the one before`],
    });
  const version = parseNumbered(next.value.version);
  const taken =
    version === undefined
      ? undefined
      : versionTaken(
          version,
          others.map((one) => {
            const its = order.find(one.series);
            return {
              series: one.series,
              releases: one.releases,
              live: its !== undefined && !isEnded(its) && !hasEnded(one),
            };
          }),
        );
  if (taken !== undefined)
    return fail({
      message: `Cannot propose a release of ${file.name} in ${file.series}: ${taken.message} (${reasons.join("; ")})`,
      hint: taken.hint,
      exit: EXIT.refused,
    });
  return ok({ kind: "release", type: TYPES[next.value.impact], version: next.value.version, reasons });
}

const TYPES: Readonly<Record<Impact, PlannedType>> = { patch: "bugfix", minor: "feature", major: "major" };
const WITH_CANDIDATES = ["cycle-with-rc", "cycle-with-milestones", "cycle-trailing"];

/** A model with candidates, and no final in this series yet. */
function candidateNext({ keys, releases }: Deliverable): boolean {
  const final = releases.some(({ parsed }) => parsed?.kind === "numbered" && parsed.pre === undefined);
  return WITH_CANDIDATES.includes(keys["release-model"] ?? "") && !final;
}

function hasEnded({ releases }: Deliverable): boolean {
  return releases.some(({ parsed }) => parsed?.kind === "series-tag" && parsed.tag !== "last");
}

/** In a cycle an upgrade note is a new major version only where a release is a long-tested one; without a cycle it always is. */
function configFor({ series, keys }: Deliverable): NotesConfig {
  const config = defaultNotesConfig();
  if (series === INDEPENDENT || WITH_CANDIDATES.includes(keys["release-model"] ?? "")) return config;
  return { ...config, semverMajor: [], semverMinor: [...config.semverMinor, ...config.semverMajor] };
}

interface Since {
  readonly notes: NotesOfVersion["notes"];
  readonly commits: number;
  readonly weighed: readonly Weighed[];
  readonly notCompared: readonly string[];
}

/** What changed since the last release, in all repositories together. */
async function readSince({ opened, ground, api }: Deciding): Promise<Result<Since, CliProblem>> {
  const { file, older } = opened;
  const last = lastNumbered(file, older, ground.tagged);
  const notes: NotesOfVersion["notes"][number][] = [];
  const weighed: Weighed[] = [];
  const notCompared: string[] = [];
  let commits = 0;
  for (const name of file.repositories.filter((one) => !file.retired.has(one))) {
    const clone = await ground.clones.of(name);
    const head = parseSha(ground.heads.get(name) ?? "");
    if (clone === undefined || head === undefined)
      return fail({
        message: `Cannot read what changed in ${name}: ${clone === undefined ? "there is no clone of it" : `its clone in ${clone.path} has no branch to release from`}`,
        hint: clone === undefined ? ground.clones.wayTo(name) : "fetch it, or name the commit: `--sha <commit>`",
        exit: EXIT.noRepository,
      });
    const from = parseSha(last?.release.projects.find((one) => one.repo === name)?.hash ?? "");
    if (from === undefined) {
      notCompared.push(`${name} is new in this release: nothing of it was compared`);
      continue;
    }
    const there = await clone.repository.peel([from]);
    if (!there.ok) return fail(ofGit(there.problem));
    if (there.value[0] === undefined)
      return fail({
        message: `Cannot read what changed in ${name}: its clone in ${clone.path} does not have ${from.slice(0, 10)}, which was released as ${last?.release.version ?? "the last version"}`,
        hint: `run \`git fetch ${clone.remote}\` there; if it stays missing, correct the release file`,
        exit: EXIT.malformed,
      });
    const added = await notesBetween(clone.repository, from, head);
    if (!added.ok) return added;
    commits += added.value.commits;
    notes.push(...added.value.notes.map((note) => ({ ...note, path: `${name}/${note.path}` })));
    const difference = await weighSince(clone.repository, {
      name,
      from,
      to: head,
      ...(api === undefined ? {} : { api }),
    });
    if (!difference.ok)
      return fail({
        message: `Cannot propose a release of ${file.name}: ${difference.problem}`,
        hint: "mend the file, or choose the type by hand with `release new`",
        exit: EXIT.malformed,
      });
    weighed.push(...difference.value.weighed);
    notCompared.push(...difference.value.notCompared);
  }
  return ok({ notes, commits, weighed, notCompared });
}

async function notesBetween(
  clone: Repository,
  from: Sha,
  head: Sha,
): Promise<Result<Pick<Since, "notes" | "commits">, CliProblem>> {
  const log = await clone.commits({ from: head, notReachableFrom: [from] });
  if (!log.ok) return fail(ofGit(log.problem));
  const changed = await clone.changedPaths(from, head);
  if (!changed.ok) return fail(ofGit(changed.problem));
  // In a repository that releases itself the release file of the last version came after it.
  if (changed.value.every(({ path }) => path.startsWith(`${FOLDER}/`))) return ok({ notes: [], commits: 0 });
  const config = defaultNotesConfig();
  const paths = changed.value
    .filter(
      ({ path, status }) => status !== "removed" && path.startsWith(`${config.notesPath}/`) && path.endsWith(".yaml"),
    )
    .map(({ path }) => path);
  const blobs = await clone.blobs(paths.map((path) => ({ at: head, path })));
  if (!blobs.ok) return fail(ofGit(blobs.problem));
  const notes: NotesOfVersion["notes"][number][] = [];
  for (const [index, path] of paths.entries()) {
    const bytes = blobs.value[index];
    const read = bytes === undefined ? undefined : readNote(path, Buffer.from(bytes).toString("utf8"), config);
    if (read === undefined)
      return fail({
        message: `Cannot read the note ${path}: its content is not there`,
        hint: "fetch the whole of that repository; `git fsck` says what is missing",
        exit: EXIT.malformed,
      });
    if (!read.ok)
      return fail({
        message: `Cannot read the note ${path}: ${read.problem[0]?.message ?? "it is no note"}`,
        hint: "run `plustwo notes lint` in that repository",
        exit: EXIT.malformed,
      });
    notes.push({ path, commit: undefined, note: read.value.note });
  }
  return ok({ notes, commits: log.value.length });
}
