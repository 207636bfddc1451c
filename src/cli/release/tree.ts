/** Reading a tree of deliverable files: a folder, or a commit of any repository (also a bare one), without a work tree. */
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { Sha } from "../../core/ids.ts";
import { placeOf, type FilePlace } from "../../core/release/deliverable/deliverable.ts";
import { seriesOrderOf, type SeriesOrder } from "../../core/release/deliverable/series.ts";
import { readSeries } from "../../core/release/cycle/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { EXIT, ofGit } from "../problems.ts";
import type { CliProblem, Terminal } from "../say.ts";

export const SERIES_FILE = "data/series_status.yaml";
const FOLDER = "deliverables";

export interface TextFile extends FilePlace {
  readonly text: string;
}

export interface DeliverableTree {
  /** In the order of their paths; each begins with `deliverables/`. */
  readonly files: readonly TextFile[];
  readonly order: SeriesOrder;
  /** Where it was read: a folder, or a repository and a commit. */
  readonly from: { readonly folder: string } | { readonly repository: Repository; readonly at: Sha };
}

/** `rev` reads a commit; without it a folder that has `deliverables/`, and HEAD of a repository that has none. */
export async function readTree(
  { cwd, env }: Terminal,
  dir: string,
  { rev, only }: { readonly rev?: string; readonly only?: (place: FilePlace) => boolean } = {},
): Promise<Result<DeliverableTree, CliProblem>> {
  const folder = resolve(cwd, dir);
  if (rev === undefined && (await isFolder(join(folder, FOLDER)))) return readFolder(folder, only);
  const repository = await openAt(folder, env);
  const place = await repository.discover();
  if (!place.ok)
    return fail({
      message: `Cannot find deliverables in ${dir}: it has no folder ${FOLDER}/, and is no repository`,
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
  const places = listed.value.flatMap(({ path }) => placeOf(path) ?? []).filter(only);
  const blobs = await repository.blobs([
    ...places.map(({ path }) => ({ at: commit, path })),
    { at: commit, path: SERIES_FILE },
  ]);
  if (!blobs.ok) return fail(ofGit(blobs.problem));
  const texts = blobs.value.map((bytes) => (bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8")));
  const order = orderIn(texts.at(-1));
  if (!order.ok) return order;
  const files = places.map((place, index) => ({ ...place, text: texts[index] ?? "" }));
  return ok({ files, order: order.value, from: { repository, at: commit } });
}

async function readFolder(
  folder: string,
  only: (place: FilePlace) => boolean = () => true,
): Promise<Result<DeliverableTree, CliProblem>> {
  const order = orderIn(await readFile(join(folder, SERIES_FILE), "utf8").catch(() => undefined));
  if (!order.ok) return order;
  const names = await readdir(join(folder, FOLDER), { recursive: true });
  const places = names
    .map((name) => `${FOLDER}/${name.replaceAll("\\", "/")}`)
    .toSorted()
    .flatMap((path) => placeOf(path) ?? [])
    .filter(only);
  const files: TextFile[] = [];
  for (const place of places) files.push({ ...place, text: await readFile(join(folder, place.path), "utf8") });
  return ok({ files, order: order.value, from: { folder } });
}

/** The folder above `deliverables/<series>/<name>.yaml`, and the path from there. `undefined`: it is no such path. */
export function rootOf(cwd: string, file: string): { readonly root: string; readonly place: FilePlace } | undefined {
  const path = isAbsolute(file) ? file : join(cwd, file);
  const root = resolve(path, "../../..");
  const place = placeOf(relative(root, path).replaceAll("\\", "/"));
  return place === undefined ? undefined : { root, place };
}

export function orderIn(text: string | undefined): Result<SeriesOrder, CliProblem> {
  if (text === undefined)
    return fail({
      message: `Cannot read ${SERIES_FILE}: there is no such file beside ${FOLDER}/`,
      hint: "write it, newest series first; see docs/RELEASE.md",
      exit: EXIT.malformed,
    });
  const read = readSeries(SERIES_FILE, text);
  if (read.ok) return ok(seriesOrderOf(read.value));
  const [first, ...more] = read.problem;
  return fail({
    message: `Cannot read ${SERIES_FILE}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.message ?? "it is wrong"}${
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
