/**
 * From words to a deliverable's file. A repository that releases itself needs no words: the deliverable has its name, the series is the
 * newest one, and a file that is not there yet is begun.
 */
import type { Deliverable } from "../../core/release/deliverable/deliverable.ts";
import { parseDeliverable, placeOf } from "../../core/release/deliverable/deliverable.ts";
import { beginFile } from "../../core/release/deliverable/begin.ts";
import { describeFinding } from "../../core/release/deliverable/finding.ts";
import {
  INDEPENDENT,
  isReleaseId,
  orderOfFolders,
  type SeriesFacts,
  type SeriesOrder,
} from "../../core/release/deliverable/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Terminal } from "../say.ts";
import { readFile } from "./judge.ts";
import { ownRepository, type Own } from "./own.ts";
import { FOLDER, readTree, type DeliverableTree, type TextFile } from "./tree.ts";

export interface OpenAsked {
  /** A name, an id or `independent`; else the series that the deliverable is in, the newest. */
  readonly series?: string;
  /** Else the repository's own name, or the only one there is. */
  readonly deliverable?: string;
  /** The checkout; else the current folder. */
  readonly dir?: string;
  /** A file that is not there may be begun: with a candidate, or with a release. */
  readonly begins?: "candidate" | "release";
  /** `owner/name` of the repository where no remote says it. */
  readonly named?: string;
}

export interface Opened {
  readonly folder: string;
  readonly text: TextFile;
  /** It was begun just now, and is not on disk. */
  readonly isNew: boolean;
  readonly file: Deliverable;
  readonly series: SeriesFacts | undefined;
  readonly older: readonly (Deliverable | undefined)[];
  /** Of every series that has the file, newest first. */
  readonly everywhere: readonly Deliverable[];
  readonly order: SeriesOrder;
  /** The repository that the files are in. */
  readonly own: Own | undefined;
}

export async function openDeliverable(terminal: Terminal, asked: OpenAsked): Promise<Result<Opened, CliProblem>> {
  const { dir = ".", deliverable, named } = asked;
  const located = await ownRepository(terminal, dir);
  const own = located === undefined || named === undefined ? located : { ...located, name: located.name ?? named };
  const read = await readTree(terminal, dir, {
    mayBeEmpty: asked.begins !== undefined,
    ...(deliverable === undefined ? {} : { only: ({ name }) => name === deliverable }),
  });
  if (!read.ok) return read;
  const tree = read.value;
  if (!("folder" in tree.from))
    return fail({
      message: `Cannot edit release files in ${dir}: it is a repository without a work tree`,
      hint: "name a checkout",
      exit: EXIT.noRepository,
    });
  const name = deliverable === undefined ? defaultName(tree, own) : ok(deliverable);
  if (!name.ok) return name;
  const files = tree.files.filter((file) => file.name === name.value);
  const found = findSeries(asked, { tree, files });
  if (!found.ok) return found;
  const { folder, order } = found.value;
  const there = files.find((file) => file.series === folder);
  const begun = there ?? begin(asked, { name: name.value, folder, own, tree, files, order });
  if (begun === undefined)
    return fail({
      message: `Cannot find ${FOLDER}/${folder}/${name.value}.yaml`,
      hint: files.length === 0 ? wayToBegin(own) : `it is in ${files.map((one) => one.series).join(", ")}`,
      exit: EXIT.malformed,
    });
  return openedFrom(begun, { files, order, own, isNew: there === undefined, root: tree.from.folder });
}

function wayToBegin(own: Own | undefined): string {
  if (own !== undefined && own.name === undefined)
    return "name the repository: add its remote, or write `--sha owner/name=<commit>`";
  return own === undefined
    ? "correct the name"
    : `correct the name; a first file is begun only for ${own.name ?? "the repository"} itself`;
}

/** The repository's own name where it is a deliverable or could become one. */
function defaultName(tree: DeliverableTree, own: Own | undefined): Result<string, CliProblem> {
  const names = [...new Set(tree.files.map(({ name }) => name))];
  const base = own?.name?.split("/").at(-1);
  if (base !== undefined && (names.length === 0 || names.includes(base))) return ok(base);
  const [only] = names;
  if (only !== undefined && names.length === 1) return ok(only);
  return fail(
    names.length === 0
      ? {
          message: "Cannot tell what is released: no remote says the name of this repository",
          hint: "add its remote (`git remote add origin <url>`), or write `--sha owner/name=<commit>`",
          exit: EXIT.usage,
        }
      : {
          message: `Cannot tell what is released: there are ${names.length} deliverables here`,
          hint: "name the series and the deliverable",
          exit: EXIT.usage,
        },
  );
}

interface Among {
  readonly tree: DeliverableTree;
  /** The deliverable's, in all series. */
  readonly files: readonly TextFile[];
}

interface FoundSeries {
  /** Below `deliverables/`. */
  readonly folder: string;
  readonly order: SeriesOrder;
}

function findSeries({ series: asked, begins }: OpenAsked, { tree, files }: Among): Result<FoundSeries, CliProblem> {
  const { order, seriesFile, folders } = tree;
  if (asked === undefined) return defaultSeries({ tree, files });
  if (/^_?independent$/.test(asked)) return ok({ folder: INDEPENDENT, order });
  const series = order.find(asked);
  if (series !== undefined) return ok({ folder: folderOf(series, tree), order });
  // Without a list of series the folders are the list, and a newer one may be added.
  const grows = seriesFile === undefined && begins !== undefined && isReleaseId(asked);
  const more = grows ? orderOfFolders([...folders, asked]) : undefined;
  if (more?.current?.name === asked) return ok({ folder: asked, order: more });
  if (more !== undefined)
    return fail({
      message: `Cannot begin the series ${asked}: ${more.current?.name ?? "another"} is newer, and there already`,
      hint: "begin a newer one; what an older series gets stands in its own file",
      exit: EXIT.refused,
    });
  const known = order.all.slice(0, 8).map((one) => one.name);
  return fail({
    message: `Cannot find the series "${asked}": ${
      seriesFile === undefined ? `there is no folder ${FOLDER}/${asked}` : `${seriesFile} does not list it`
    }`,
    hint:
      seriesFile === undefined
        ? "a new series has an id such as 2026.2; `independent` follows none"
        : `known: ${known.join(", ")}${order.all.length > 8 ? " …" : ""} and ${INDEPENDENT}`,
    exit: EXIT.malformed,
  });
}

/** Where it follows no series it stays so; else the one under development, else the newest that has it. */
function defaultSeries({ tree, files }: Among): Result<FoundSeries, CliProblem> {
  const { order, seriesFile } = tree;
  const has = (series: SeriesFacts) => files.some((file) => file.series === series.name || file.series === series.id);
  if (files.some(({ series }) => series === INDEPENDENT)) return ok({ folder: INDEPENDENT, order });
  const series = (seriesFile === undefined ? undefined : order.current) ?? order.all.find(has) ?? order.current;
  if (series !== undefined) return ok({ folder: folderOf(series, tree), order });
  if (seriesFile === undefined) return ok({ folder: INDEPENDENT, order });
  return fail({
    message: `Cannot tell which series is meant: ${seriesFile} has none under development${
      files.length === 0 ? "" : `, and does not list ${files.map((file) => file.series).join(", ")}`
    }`,
    hint: `name it: ${[...order.all.map(({ name }) => name).slice(0, 4), "independent"].join(", ")}`,
    exit: EXIT.usage,
  });
}

/** Folders have names in openstack/releases; where there is none yet it gets the id, as the branch has it. */
function folderOf({ name, id }: SeriesFacts, { folders, order }: DeliverableTree): string {
  if (folders.includes(name) || folders.includes(id)) return folders.includes(name) ? name : id;
  const named = order.all.some((one) => one.name !== one.id && folders.includes(one.name));
  return named ? name : id;
}

interface Begin extends Among {
  readonly name: string;
  readonly folder: string;
  readonly own: Own | undefined;
  readonly order: SeriesOrder;
}

/** Only for the repository itself: a name that is misspelt begins nothing. */
function begin({ begins }: OpenAsked, { name, folder, own, files, order }: Begin): TextFile | undefined {
  const repository = own?.name;
  const place = placeOf(`${FOLDER}/${folder}/${name}.yaml`);
  if (begins === undefined || place === undefined || repository?.split("/").at(-1) !== name) return undefined;
  const older = order
    .from(folder)
    .flatMap((one) => files.filter(({ series }) => series === one.name || series === one.id));
  const before = folder === INDEPENDENT ? undefined : older.find(({ unreadable }) => unreadable === undefined);
  const about = { name, repository, series: folder, candidates: begins === "candidate" };
  return { ...place, text: beginFile({ ...about, ...(before === undefined ? {} : { before: before.text }) }) };
}

export interface Parsing {
  /** The deliverable's, in all series. */
  readonly files: readonly TextFile[];
  readonly order: SeriesOrder;
  readonly own: Own | undefined;
  readonly isNew: boolean;
  readonly root: string;
}

export function openedFrom(text: TextFile, { files, order, own, isNew, root }: Parsing): Result<Opened, CliProblem> {
  const byFolder = new Map<string, Deliverable>();
  for (const one of files) {
    const read = readFile(one);
    if (read.ok) byFolder.set(one.series, read.value);
  }
  const read = isNew ? parseDeliverable(text, text.text) : readFile(text);
  if (!read.ok)
    return fail({
      message: read.problem.map(describeFinding).join("\n"),
      hint: read.problem[0]?.hint ?? "correct the file",
      exit: EXIT.malformed,
    });
  const of = (one: SeriesFacts): Deliverable | undefined => byFolder.get(one.name) ?? byFolder.get(one.id);
  const series = order.find(text.series);
  const before = text.series === INDEPENDENT ? [] : order.from(text.series).slice(1);
  // The version counts on from the nearest one: a file that cannot be read is not passed over.
  const nearest = before.flatMap(
    (one) => files.find((file) => file.series === one.name || file.series === one.id) ?? [],
  )[0];
  if (nearest !== undefined && !byFolder.has(nearest.series)) {
    const old = readFile(nearest);
    return fail({
      message: `Cannot tell the version before: ${old.ok ? nearest.path : old.problem.map(describeFinding).join("\n")}`,
      hint: "correct that file first: its last release is where the version counts on from",
      exit: EXIT.malformed,
    });
  }
  return ok({
    ...{ folder: root, text, isNew, file: read.value, series, order, own },
    older: before.map(of),
    everywhere: order.all.flatMap((one) => of(one) ?? []),
  });
}
