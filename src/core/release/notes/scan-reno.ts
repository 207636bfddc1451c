/** Notes by version as reno 4.1 finds them, with all that it loses on the way. The comparison: `npm run compare:reno`. */
import { fail, ok, type Result } from "../../result.ts";
import type { NotesConfig } from "./config.ts";
import { changesByUid } from "./scan-changes.ts";
import { byCodePoint } from "./scan-refs.ts";
import { finalOf, type Stop, type Versions } from "./scan-stop.ts";
import { Tracker, type Found } from "./scan-track.ts";
import { walkLine } from "./scan-walk.ts";
import type { NotebookNote, NotebookVersion, ScanInput, ScanProblem, WorkChange } from "./shapes.ts";
import { uidOf } from "./uid.ts";

export const WORKING_COPY = "*working-copy*";

export interface RenoScan {
  readonly versions: readonly NotebookVersion[];
  /** Numbers of the commits that were walked. */
  readonly walked: ReadonlySet<number>;
}

export function scanAsReno(
  input: ScanInput,
  config: NotesConfig,
  versions: Versions,
  stop: Stop,
): Result<RenoScan, ScanProblem> {
  const tracker = new Tracker();
  trackWork(input.work, tracker);
  const ignored = new Set(config.ignoreNotes.map(uidOf));
  const deletedTwice = new Set<string>();
  const walked = new Set<number>();
  const skipped = config.ignoreNullMerges ? input.nullMerges : new Set<number>();
  let version = versions.current;
  for (const commit of walkLine(input.graph, input.head, { skipped })) {
    walked.add(commit);
    const tags = versions.tagsAt.get(commit) ?? [version];
    version = tags.at(-1) ?? version;
    const told = input.changes.get(commit);
    const sha = input.graph.shas.at(commit);
    if (told !== undefined && sha !== undefined) {
      const changes = changesByUid(told, deletedTwice);
      if (!changes.ok) return fail({ kind: "reno-refuses", commit: sha, ...changes.problem });
      for (const { uid, type, change } of changes.value) {
        if (ignored.has(uid)) continue;
        const found: Found = { path: change.path, commit: sha, blob: change.blob };
        if (type === "add") tracker.add(found, version);
        else if (type === "delete") tracker.delete(found, version);
        else tracker.modify(found, version);
      }
    }
    if (stop.tag !== undefined && tags.includes(stop.tag)) break;
  }
  const order = [WORKING_COPY, ...(versions.byDate.includes(versions.current) ? [] : [versions.current])];
  const found = tracker.notes().map(({ uid, version: of, found: { path, commit, blob } }) => ({
    version: of,
    note: { path, uid, commit, blob },
  }));
  return ok({ versions: shownVersions(found, [...order, ...versions.byDate], { input, config, stop }), walked });
}

function trackWork(work: readonly WorkChange[], tracker: Tracker): void {
  const ordered = (where: WorkChange["where"], types: readonly WorkChange["type"][]) =>
    types.flatMap((type) => work.filter((change) => change.where === where && change.type === type));
  // A file that was edited counts as added: so it is a note even where history never adds it.
  const unstaged = work.filter(({ where }) => where === "unstaged");
  for (const { path, type } of [...unstaged, ...ordered("staged", ["add", "modify", "delete"])]) {
    const found: Found = { path, commit: undefined, blob: undefined };
    if (type === "delete") tracker.delete(found, WORKING_COPY);
    else if (unstaged.some((other) => other.path === path) || type === "add") tracker.add(found, WORKING_COPY);
    else tracker.modify(found, WORKING_COPY);
  }
}

interface Placed {
  readonly version: string;
  readonly note: NotebookNote;
}

interface Showing {
  readonly input: Pick<ScanInput, "tags">;
  readonly config: NotesConfig;
  readonly stop: Stop;
}

/** Pre-releases under their release where there is that tag; versions in their order, down to the earliest, if that one has notes. */
export function shownVersions(
  placed: readonly Placed[],
  order: readonly string[],
  { input, config, stop }: Showing,
): readonly NotebookVersion[] {
  const known = new Set(order);
  const under = new Map<string, string>();
  for (const version of new Set(placed.map((one) => one.version))) {
    const final = config.collapsePreReleases ? finalOf(version, config) : version;
    under.set(version, known.has(final) ? final : version);
  }
  const notes = new Map<string, NotebookNote[]>();
  for (const { version, note } of placed) {
    const name = under.get(version) ?? version;
    const others = notes.get(name);
    if (others === undefined) notes.set(name, [note]);
    else others.push(note);
  }
  const dates = new Map(input.tags.map(({ name, at }) => [name, at]));
  const shown: NotebookVersion[] = [];
  for (const version of known) {
    const found = notes.get(version);
    if (found === undefined) continue;
    const inOrder = found.toSorted(
      (a, b) => byCodePoint(a.path, b.path) || byCodePoint(a.commit ?? "", b.commit ?? ""),
    );
    shown.push({ version, at: dates.get(version), notes: inOrder });
    if (version === stop.earliest) break;
  }
  return shown;
}
