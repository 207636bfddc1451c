/** `plustwo release propose`: the next version by what the release notes since the last one say, with the reasons. */
import { parseSha, type Sha } from "../../core/ids.ts";
import { isEnded } from "../../core/release/deliverable/series.ts";
import { lastNumbered, versionTaken } from "../../core/release/deliverable/new-release.ts";
import { defaultNotesConfig, type NotesConfig } from "../../core/release/notes/config.ts";
import { nextVersion } from "../../core/release/notes/next-version.ts";
import { readNote } from "../../core/release/notes/note.ts";
import type { NotesOfVersion } from "../../core/release/notes/report.ts";
import { parseNumbered } from "../../core/release/version.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Repository } from "../../git/repository.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { cloneOf } from "./ask-clones.ts";
import { editFile, openDeliverable, readHeads, type EditOptions, type Opened } from "./edit-file.ts";

export async function propose(terminal: Terminal, say: Say, options: EditOptions): Promise<Result<number, CliProblem>> {
  const { repos } = options;
  if (repos === undefined)
    return fail({
      message: "Cannot propose a version: the notes are in the repositories of the deliverable",
      hint: "name the folder of their clones: `--repos <folder>`",
      exit: EXIT.usage,
    });
  const opened = await openDeliverable(terminal, options);
  if (!opened.ok) return opened;
  const { file, older, everywhere, order, series } = opened.value;
  const last = lastNumbered(file, older);
  if (last === undefined) return editFile(terminal, say, { type: "feature", opened: opened.value, options });
  const heads = await readHeads(terminal, opened.value, options);
  if (!heads.ok) return heads;
  const read = await readSince(terminal, { opened: opened.value, heads: heads.value, repos });
  if (!read.ok) return read;
  const { notes, commits, tags } = read.value;
  const others = everywhere.filter((one) => one.series !== file.series);
  const listed = [file, ...others].flatMap(({ releases }) => releases.map(({ version }) => version));
  const next = nextVersion(
    {
      versions: [{ version: `${last.release.version}-${commits}`, date: undefined, notes }],
      current: commits === 0 ? last.release.version : `${last.release.version}-${commits}`,
      tags: [...tags, ...listed],
      isSeries: series !== undefined && series.status !== "development",
      others: [],
    },
    configFor(file.keys["release-model"]),
  );
  const refuse = (message: string, hint: string) =>
    fail({
      message: `Cannot propose a release of ${file.name} in ${file.series}: ${message}`,
      hint,
      exit: EXIT.refused,
    });
  if (!next.ok)
    return refuse(
      `nothing is new since ${last.release.version}`,
      "merge a change first, or choose the type by hand with `release new`",
    );
  const steps = last.depth > 0 && next.value.impact === "patch";
  const version = steps ? undefined : parseNumbered(next.value.version);
  const reasons = [
    ...next.value.reasons,
    ...(steps ? [`the first release of ${file.series} leaves room for fixes of the one before`] : []),
  ];
  if (version !== undefined) {
    const taken = versionTaken(
      version,
      others.map((one) => {
        const its = order.find(one.series);
        return { series: one.series, releases: one.releases, live: its !== undefined && !isEnded(its) };
      }),
    );
    if (taken !== undefined) return refuse(`${taken.message} (${reasons.join("; ")})`, taken.hint);
  }
  const chosen = version === undefined ? {} : { version: next.value.version };
  return editFile(terminal, say, {
    type: steps ? "feature" : "bugfix",
    opened: opened.value,
    options,
    ...chosen,
    reasons,
  });
}

/** An upgrade note is a new major version only where a release is a long-tested one of a cycle. */
function configFor(model: string | undefined): NotesConfig {
  const config = defaultNotesConfig();
  if (model === "cycle-with-rc" || model === "cycle-with-milestones" || model === "cycle-trailing") return config;
  return { ...config, semverMajor: [], semverMinor: [...config.semverMinor, ...config.semverMajor] };
}

interface Since {
  readonly notes: NotesOfVersion["notes"];
  readonly commits: number;
  readonly tags: readonly string[];
}

/** The notes that were added or changed since the last release, in all repositories together. */
async function readSince(
  terminal: Terminal,
  {
    opened,
    heads,
    repos,
  }: { readonly opened: Opened; readonly heads: ReadonlyMap<string, string>; readonly repos: string },
): Promise<Result<Since, CliProblem>> {
  const { file, older } = opened;
  const last = lastNumbered(file, older);
  const notes: NotesOfVersion["notes"][number][] = [];
  const tags: string[] = [];
  let commits = 0;
  for (const repo of file.repositories.filter((name) => !file.retired.has(name))) {
    const clone = await cloneOf(terminal, repos, repo);
    const head = parseSha(heads.get(repo) ?? "");
    if (clone === undefined || head === undefined)
      return fail({
        message: `Cannot read the notes of ${repo}: there is no clone of it in ${repos}`,
        hint: `clone it to ${repos}/${repo}`,
        exit: EXIT.noRepository,
      });
    const refs = await clone.refs();
    if (!refs.ok) return fail(ofGit(refs.problem));
    tags.push(
      ...refs.value.flatMap(({ name }) => (name.startsWith("refs/tags/") ? [name.slice("refs/tags/".length)] : [])),
    );
    const from = parseSha(last?.release.projects.find((one) => one.repo === repo)?.hash ?? "");
    if (from === undefined) continue;
    const added = await notesBetween(clone, from, head);
    if (!added.ok) return added;
    commits += added.value.commits;
    notes.push(...added.value.notes.map((note) => ({ ...note, path: `${repo}/${note.path}` })));
  }
  return ok({ notes, commits, tags });
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
    if (read?.ok === false)
      return fail({
        message: `Cannot read the note ${path}: ${read.problem[0]?.message ?? "it is no note"}`,
        hint: "run `plustwo notes lint` in that repository",
        exit: EXIT.malformed,
      });
    if (read?.ok === true) notes.push({ path, commit: undefined, note: read.value.note });
  }
  return ok({ notes, commits: log.value.length });
}
