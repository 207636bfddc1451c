/** Reading a tree of deliverable files: a folder, or a commit of any repository (also a bare one), without a work tree. */
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { Sha } from "../../core/ids.ts";
import { placeOf, type FilePlace } from "../../core/release/deliverable/deliverable.ts";
import { orderOfFolders, seriesOrderOf, type SeriesOrder } from "../../core/release/deliverable/series.ts";
import { readSeries } from "../../core/release/cycle/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { readTextIfThere, whyNot } from "../disk.ts";
import { EXIT, ofGit } from "../problems.ts";
import type { CliProblem, Terminal } from "../say.ts";

/** Where the series are listed: as in openstack/releases, or as `plustwo cycle init` writes it. The first that is there counts. */
export const SERIES_FILES: readonly string[] = [
  "data/series_status.yaml",
  "releases/series_status.yaml",
  "series_status.yaml",
];
export const FOLDER = "deliverables";

export interface TextFile extends FilePlace {
  readonly text: string;
  /** Why there is no text: `permission denied`. */
  readonly unreadable?: string;
}

export interface DeliverableTree {
  /** In the order of their paths; each begins with `deliverables/`. */
  readonly files: readonly TextFile[];
  readonly order: SeriesOrder;
  /** Where the series are listed; `undefined`: nowhere, the folders are the series. */
  readonly seriesFile: string | undefined;
  /** The folders below `deliverables/`. */
  readonly folders: readonly string[];
  /** Where it was read: a folder, or a repository and a commit. */
  readonly from: { readonly folder: string } | { readonly repository: Repository; readonly at: Sha };
}

export interface TreeOptions {
  readonly rev?: string;
  readonly only?: (place: FilePlace) => boolean;
  /** A work tree that has no deliverables yet is an empty tree. */
  readonly mayBeEmpty?: boolean;
}

/**
 * `rev` reads a commit; without it a folder that has `deliverables/`, else the top of the work tree around it, else HEAD of the
 * repository.
 */
export async function readTree(
  { cwd, env }: Terminal,
  dir: string,
  { rev, only, mayBeEmpty = false }: TreeOptions = {},
): Promise<Result<DeliverableTree, CliProblem>> {
  const folder = resolve(cwd, dir);
  if (rev === undefined && (await isFolder(join(folder, FOLDER)))) return readFolder(folder, only);
  const repository = await openAt(folder, env);
  const place = await repository.discover();
  const top = place.ok ? place.value.topLevel : undefined;
  if (rev === undefined && top !== undefined && (mayBeEmpty || (await isFolder(join(top, FOLDER)))))
    return readFolder(top, only);
  if (!place.ok || (rev === undefined && place.value.head.kind === "unborn"))
    return fail({
      message: `Cannot find deliverables in ${dir}: it has no folder ${FOLDER}/, and ${place.ok ? "nothing is committed" : "is no repository"}`,
      hint: "name a checkout or a clone of the repository that has the release files",
      exit: EXIT.noRepository,
    });
  return readRevision(repository, rev ?? "HEAD", only);
}

export async function readRevision(
  repository: Repository,
  rev: string,
  only: (place: FilePlace) => boolean = () => true,
): Promise<Result<DeliverableTree, CliProblem>> {
  const at = await repository.resolve(rev);
  if (!at.ok) return fail(ofGit(at.problem));
  if (at.value === undefined)
    return fail({
      message: `Cannot read ${rev}: it names no commit of this repository`,
      hint: "name a branch, a tag or a commit",
      exit: EXIT.malformed,
    });
  const commit = at.value;
  const listed = await repository.list(commit, FOLDER);
  if (!listed.ok) return fail(ofGit(listed.problem));
  const all = listed.value.flatMap(({ path }) => placeOf(path) ?? []);
  if (all.length === 0)
    return fail({
      message: `Cannot find deliverables: ${rev} has no ${FOLDER}/<series>/<name>.yaml`,
      hint: "run it where the release files are, or name the folder; see docs/RELEASE.md for the first one",
      exit: EXIT.malformed,
    });
  const places = all.filter(only);
  const paths = [...places.map(({ path }) => path), ...SERIES_FILES];
  const blobs = await repository.blobs(paths.map((path) => ({ at: commit, path })));
  if (!blobs.ok) return fail(ofGit(blobs.problem));
  const texts = blobs.value.map((bytes) => (bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8")));
  const folders = foldersOf(all);
  const order = orderFrom(seriesAmong(texts.slice(places.length)), folders);
  if (!order.ok) return order;
  const files = places.map((place, index) => ({ ...place, text: texts[index] ?? "" }));
  return ok({ files, folders, ...order.value, from: { repository, at: commit } });
}

async function readFolder(
  folder: string,
  only: (place: FilePlace) => boolean = () => true,
): Promise<Result<DeliverableTree, CliProblem>> {
  const names = (await isFolder(join(folder, FOLDER))) ? await readdir(join(folder, FOLDER), { recursive: true }) : [];
  const all = names
    .map((name) => `${FOLDER}/${name.replaceAll("\\", "/")}`)
    .toSorted()
    .flatMap((path) => placeOf(path) ?? []);
  const folders = foldersOf(all);
  const lists: (string | undefined)[] = [];
  for (const path of SERIES_FILES) {
    const read = await readTextIfThere(join(folder, path), path);
    if (!read.ok) return read;
    lists.push(read.value);
  }
  const order = orderFrom(seriesAmong(lists), folders);
  if (!order.ok) return order;
  const files: TextFile[] = [];
  for (const place of all.filter(only)) {
    const read = await readOne(join(folder, place.path));
    files.push({ ...place, ...(read.ok ? { text: read.value } : { text: "", unreadable: read.problem }) });
  }
  return ok({ files, folders, ...order.value, from: { folder } });
}

/** The problem is words. */
async function readOne(path: string): Promise<Result<string, string>> {
  try {
    return ok(await readFile(path, "utf8"));
  } catch (error) {
    return fail(whyNot(error));
  }
}

export function unreadable(path: string, why: string): CliProblem {
  return {
    message: `Cannot read ${path}: ${why}`,
    hint: "see that it is a file, and that you may read it",
    exit: EXIT.malformed,
  };
}

function foldersOf(places: readonly FilePlace[]): readonly string[] {
  return [...new Set(places.map(({ series }) => series))];
}

/** The folder above `deliverables/<series>/<name>.yaml`, and the path from there. `undefined`: it is no such path. */
export function rootOf(cwd: string, file: string): { readonly root: string; readonly place: FilePlace } | undefined {
  const path = isAbsolute(file) ? file : join(cwd, file);
  const root = resolve(path, "../../..");
  const place = placeOf(relative(root, path).replaceAll("\\", "/"));
  return place === undefined ? undefined : { root, place };
}

/** `texts` as `SERIES_FILES`. */
export function seriesAmong(
  texts: readonly (string | undefined)[],
): { readonly path: string; readonly text: string } | undefined {
  return SERIES_FILES.flatMap((path, index) => {
    const text = texts[index];
    return text === undefined ? [] : [{ path, text }];
  })[0];
}

/** From the list of series, or where there is none from the folders. */
export function orderFrom(
  list: { readonly path: string; readonly text: string } | undefined,
  folders: readonly string[],
): Result<Pick<DeliverableTree, "order" | "seriesFile">, CliProblem> {
  if (list === undefined) {
    const order = orderOfFolders(folders);
    if (order !== undefined) return ok({ order, seriesFile: undefined });
    return fail({
      message: `Cannot tell the order of the series ${folders.join(", ")}: there is no ${SERIES_FILES.join(" or ")}`,
      hint: "list them there, newest first (`plustwo cycle init` makes one), or name the folders by ids such as 2026.2",
      exit: EXIT.malformed,
    });
  }
  const read = readSeries(list.path, list.text);
  if (read.ok) return ok({ order: seriesOrderOf(read.value), seriesFile: list.path });
  const [first, ...more] = read.problem;
  return fail({
    message: `Cannot read ${list.path}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.message ?? "it is wrong"}${
      more.length > 0 ? ` (and ${more.length} more)` : ""
    }`,
    hint: first?.hint ?? "correct the file",
    exit: EXIT.malformed,
  });
}

/** A repository without a work tree is only opened where it was named itself: git's `safe.bareRepository`. */
export async function openAt(folder: string, env: Terminal["env"]): Promise<Repository> {
  const bare = (await isFolder(join(folder, "objects"))) && (await isFolder(join(folder, "refs")));
  return openRepository(folder, { env, ...(bare ? { trust: { kind: "service" } } : {}) });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
