/**
 * Notes by version so that none is lost: every file of the scanned commit has the oldest version that has it, or a reason.
 * History is read without the sides of null merges first; what only those have is looked for there. A commit's version is the oldest
 * of its own tag and its children's versions, whatever else was merged.
 */
import type { NotesConfig } from "./config.ts";
import { shownVersions, WORKING_COPY } from "./scan-reno.ts";
import type { Stop, Versions } from "./scan-stop.ts";
import { reachable, walkLine } from "./scan-walk.ts";
import type { ChangeType, Notebook, NotebookNote, NoteChange, NoteChanges, ScanInput, Unassigned } from "./shapes.ts";
import { isNotePath, uidOf } from "./uid.ts";

interface Event {
  readonly commit: number;
  readonly version: string;
  readonly type: ChangeType;
  readonly path: string;
  readonly blob: NoteChange["blob"];
}

interface File {
  readonly path: string;
  readonly uid: string;
  /** `undefined`: its text is the work tree's. */
  readonly blob: NoteChange["blob"] | undefined;
}

export interface CompleteScan extends Pick<Notebook, "versions" | "unassigned" | "earlier"> {
  /** The commit that added each note, by its path. */
  readonly addedBy: ReadonlyMap<string, number>;
}

export function scanCompletely(input: ScanInput, config: NotesConfig, versions: Versions, stop: Stop): CompleteScan {
  const order = [...new Set([WORKING_COPY, versions.current, ...versions.byDate])];
  const events = eventsByUid(input, config, versions, order);
  const { present, deleted } = presentFiles(input);
  const isOlder = olderThan(input, versions, stop);
  const notes: { readonly version: string; readonly note: NotebookNote }[] = [];
  const unassigned: Unassigned[] = [...deleted];
  const earlier: { path: string; uid: string; version: string }[] = [];
  const addedBy = new Map<string, number>();
  const files = present.filter(({ path }) => isNotePath(path));
  const perUid = new Map<string, number>();
  for (const { uid } of files) perUid.set(uid, (perUid.get(uid) ?? 0) + 1);
  const atHead = new Set(input.files.map(({ path }) => path));
  for (const file of files) {
    const { path, uid, blob } = file;
    const shared = (perUid.get(uid) ?? 0) > 1;
    if (isIgnored(file, config, shared)) {
      unassigned.push({
        path,
        uid,
        kind: "ignored",
        loss: false,
        why: "is named by `ignore_notes` in the configuration",
      });
      continue;
    }
    const isNew = blob === undefined && !atHead.has(path) && (shared || !deleted.some((one) => one.uid === uid));
    const told = isNew ? [] : lineage(file, events.get(uid) ?? [], shared);
    const added = told.filter(({ type }) => type === "add");
    const oldest = added.toSorted((a, b) => order.indexOf(b.version) - order.indexOf(a.version))[0];
    const version = oldest?.version ?? (blob === undefined ? WORKING_COPY : undefined);
    if (version === undefined) {
      const why = "is in no commit that adds it: the history is cut off";
      unassigned.push({ path, uid, kind: "never-added", loss: true, why });
      continue;
    }
    if (oldest !== undefined) addedBy.set(path, oldest.commit);
    if (isOlder(version)) {
      earlier.push({ path, uid, version });
      continue;
    }
    const same =
      told.find((event) => event.blob === blob && event.path === path) ??
      told.find(({ type }) => type !== "delete") ??
      oldest;
    const commit = blob === undefined || same === undefined ? undefined : input.graph.shas.at(same.commit);
    notes.push({ version, note: { path, uid, commit, blob } });
  }
  for (const { path, uid } of present) {
    if (isNotePath(path) || !/\.ya?ml$/i.test(path)) continue;
    const why = "is not read as a note: the file's name does not end in `.yaml`";
    unassigned.push({ path, uid, kind: "not-a-note-name", loss: true, why });
  }
  const all = shownVersions(notes, order, { input, config, stop: { tag: undefined, earliest: undefined } });
  const last = stop.earliest === undefined ? Infinity : order.indexOf(stop.earliest);
  const isShown = (version: string) => last < 0 || order.indexOf(version) <= last;
  for (const { version, notes: hidden } of all)
    if (!isShown(version)) earlier.push(...hidden.map(({ path, uid }) => ({ path, uid, version })));
  return { versions: all.filter(({ version }) => isShown(version)), unassigned, earlier, addedBy };
}

/** Newest first; those on the hidden sides of null merges only for UIDs that nothing else adds. */
function eventsByUid(
  input: ScanInput,
  config: NotesConfig,
  versions: Versions,
  order: readonly string[],
): ReadonlyMap<string, readonly Event[]> {
  const { graph, head, changes } = input;
  const cut = config.ignoreNullMerges ? input.nullMerges : new Set<number>();
  const parents =
    cut.size === 0
      ? graph.parents
      : graph.parents.map((found, commit) => (cut.has(commit) ? found.slice(0, 1) : found));
  const inLine = reachable({ parents }, head);
  const rank = new Map(order.map((version, index) => [version, index]));
  const current = rank.get(versions.current) ?? 0;
  const walk = (line: Iterable<number>, links: readonly (readonly number[])[]) => {
    // The rank of the oldest version that a child has; of a commit without children none.
    const oldest = new Int32Array(links.length).fill(-1);
    const found = new Map<string, Event[]>();
    for (const commit of line) {
      const tag = versions.tagsAt.get(commit)?.at(-1);
      const inherited = oldest[commit] ?? -1;
      const own = tag === undefined ? (inherited < 0 ? current : inherited) : (rank.get(tag) ?? 0);
      for (const parent of links[commit] ?? []) if ((oldest[parent] ?? -1) < own) oldest[parent] = own;
      const told = changes.get(commit);
      if (told === undefined) continue;
      const version = tag ?? order[own] ?? versions.current;
      for (const { type, path, blob } of plainChanges(told)) {
        const uid = uidOf(path);
        const others = found.get(uid);
        const event: Event = { commit, version, type, path, blob };
        if (others === undefined) found.set(uid, [event]);
        else others.push(event);
      }
    }
    return found;
  };
  const none = new Set<number>();
  const main = walk(walkLine({ parents }, head, { skipped: none }), parents);
  if (cut.size === 0) return main;
  const whole = [...walkLine(graph, head, { skipped: none })].filter((commit) => inLine[commit] === 0);
  const hidden = walk(whole, graph.parents);
  for (const [uid, found] of hidden) {
    const known = main.get(uid) ?? [];
    const paths = new Set(known.filter(({ type }) => type === "add").map(({ path }) => path));
    const missing = found.filter(({ path }) => !paths.has(path));
    main.set(uid, [...known, ...missing]);
  }
  return main;
}

/** Of a merge what it does against all its parents: only then does no other commit tell it. */
function plainChanges(changes: NoteChanges): readonly NoteChange[] {
  if (changes.kind === "plain") return changes.changes;
  return changes.paths.flatMap((path): readonly NoteChange[] => {
    const there = path.filter((change) => change !== undefined);
    const [first] = there;
    if (first === undefined || there.length < path.length) return [];
    return [there.every(({ type }) => type === first.type) ? first : { ...first, type: "modify" }];
  });
}

/** The events of one file: all of its UID, or where another file has that too, those of its own names. */
function lineage(file: File, events: readonly Event[], shared: boolean): readonly Event[] {
  if (!shared) return events;
  const names = new Set([file.path]);
  return events.filter((event) => {
    if (!names.has(event.path)) return false;
    const renamed = events.find(
      ({ commit, type }) => event.type === "add" && commit === event.commit && type === "delete",
    );
    if (renamed !== undefined) names.add(renamed.path);
    return true;
  });
}

function isIgnored({ path, uid }: File, { ignoreNotes }: NotesConfig, shared: boolean): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return ignoreNotes.some((entry) => {
    const byName = isNotePath(entry) && shared;
    return byName ? entry.slice(entry.lastIndexOf("/") + 1) === name : uidOf(entry) === uid;
  });
}

/** The files of the scanned commit with the work tree's edits on top. */
function presentFiles({ files, work }: ScanInput): { present: readonly File[]; deleted: readonly Unassigned[] } {
  const present = new Map<string, File>(files.map(({ path, blob }) => [path, { path, uid: uidOf(path), blob }]));
  for (const { path, type } of [
    ...work.filter(({ where }) => where === "staged"),
    ...work.filter(({ where }) => where === "unstaged"),
  ]) {
    if (type === "delete") present.delete(path);
    else present.set(path, { path, uid: uidOf(path), blob: undefined });
  }
  const gone = files.filter(({ path }) => !present.has(path) && isNotePath(path));
  const deleted = gone.map(({ path }): Unassigned => ({
    ...{ path, uid: uidOf(path), kind: "deleted-here", loss: false },
    why: "is deleted in the work tree, and not yet in a commit",
  }));
  return { present: [...present.values()], deleted };
}

/** Whether a version is the one at which the report ends, or was made before it. */
function olderThan({ graph }: ScanInput, { tagsAt }: Versions, { tag }: Stop): (version: string) => boolean {
  if (tag === undefined) return () => false;
  const commitOfTag = new Map([...tagsAt].flatMap(([commit, tags]) => tags.map((name) => [name, commit] as const)));
  const at = commitOfTag.get(tag);
  if (at === undefined) return () => false;
  const behind = reachable(graph, at);
  return (version) => {
    const commit = commitOfTag.get(version);
    return commit !== undefined && behind[commit] === 1;
  };
}
