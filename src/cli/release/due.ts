/** `plustwo release list-unreleased` and `missing`: what waits for a release, and what was released on paper only. */
import { parseSha, type Sha } from "../../core/ids.ts";
import type { Deliverable } from "../../core/release/deliverable/deliverable.ts";
import { describeFinding } from "../../core/release/deliverable/finding.ts";
import { INDEPENDENT } from "../../core/release/deliverable/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import { columns, counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { askClones } from "./ask-clones.ts";
import { clonesIn, MAIN_BRANCHES, ownClone, tagsOf, tipOf, type Clone, type Clones } from "./clones.ts";
import { readFile } from "./judge.ts";
import { ownRepository } from "./own.ts";
import { FOLDER, readTree, type DeliverableTree } from "./tree.ts";

export interface DueOptions {
  /** Else the one under development, else the newest. */
  readonly series?: string;
  /** None: all of the series. */
  readonly deliverables: readonly string[];
  readonly dir?: string;
  /** Else the repository itself is the only clone. */
  readonly repos?: string;
  readonly json: boolean;
}

interface Waiting {
  readonly deliverable: string;
  readonly repository: string;
  /** `null`: never released in the series. */
  readonly last: string | null;
  /** `null`: there is no clone, it is shallow, or the released commit is not in it. */
  readonly commits: number | null;
}

/** Exit 1: something waits. */
export async function listUnreleased(
  terminal: Terminal,
  say: Say,
  options: DueOptions,
): Promise<Result<number, CliProblem>> {
  const read = await readSeriesFiles(terminal, options);
  if (!read.ok) return read;
  const { files, tree, clones, name: series } = read.value;
  const waiting: Waiting[] = [];
  for (const file of files) {
    const id = tree.order.find(file.series)?.id;
    const ids = id === undefined ? [] : [`stable/${id}`, `unmaintained/${id}`];
    for (const repository of file.repositories.filter((name) => !file.retired.has(name))) {
      const release = file.releases.findLast(({ projects }) => projects.some(({ repo }) => repo === repository));
      const hash = parseSha(release?.projects.find(({ repo }) => repo === repository)?.hash ?? "");
      const one = { deliverable: file.name, repository, last: release?.version ?? null };
      const clone = await clones.of(repository);
      const tip = clone === undefined ? undefined : await tipOf(clone, [...ids, ...MAIN_BRANCHES]);
      if (clone === undefined || tip === undefined || clone.shallow) {
        waiting.push({ ...one, commits: null });
        continue;
      }
      const log = await clone.repository.commits({
        from: tip.tip,
        ...(hash === undefined ? {} : { notReachableFrom: [hash] }),
      });
      if (!log.ok && log.problem.kind !== "missing-object") return fail(ofGit(log.problem));
      const commits = log.ok ? await countOf(clone, { from: hash, tip: tip.tip, commits: log.value.length }) : null;
      if (commits !== 0) waiting.push({ ...one, commits });
    }
  }
  if (options.json) say.json({ version: 1, series, unreleased: waiting });
  else if (waiting.length === 0)
    say.result(`Nothing waits for a release in ${series}: ${counted(files.length, "deliverable")}`);
  else {
    const rows = waiting.map((one) => [
      one.deliverable,
      one.repository,
      one.last ?? "never",
      one.commits === null ? "not known: no whole clone" : counted(one.commits, "commit"),
    ]);
    for (const row of columns([["deliverable", "repository", "last", "since then"], ...rows])) say.result(row);
  }
  return ok(waiting.length > 0 ? EXIT.refused : EXIT.ok);
}

/** Release files alone are nothing to release: in a repository that releases itself they come after what they name. */
async function countOf(
  { repository }: Clone,
  { from, tip, commits }: { readonly from: Sha | undefined; readonly tip: Sha; readonly commits: number },
): Promise<number> {
  const changed = from === undefined || commits === 0 ? undefined : await repository.changedPaths(from, tip);
  return changed?.ok === true && changed.value.every(({ path }) => path.startsWith(`${FOLDER}/`)) ? 0 : commits;
}

/** Listed versions without a tag in their clone. Archives and packages are not looked at, and said so. Exit 1: one is missing. */
export async function missing(terminal: Terminal, say: Say, options: DueOptions): Promise<Result<number, CliProblem>> {
  const read = await readSeriesFiles(terminal, options);
  if (!read.ok) return read;
  const { files, tree, clones, name: series } = read.value;
  const found: { deliverable: string; repository: string; version: string; why: "no tag" | "no clone" }[] = [];
  for (const file of files) {
    for (const repository of file.repositories.filter((name) => !file.retired.has(name))) {
      const listed = file.releases.filter(({ projects }) => projects.some(({ repo }) => repo === repository));
      const clone = await clones.of(repository);
      const tags = clone === undefined ? undefined : await tagsOf(clone);
      const one = { deliverable: file.name, repository };
      if (tags === undefined) found.push({ ...one, version: "*", why: "no clone" });
      else
        found.push(
          ...listed
            .filter(({ version }) => !tags.includes(version))
            .map(({ version }) => ({ ...one, version, why: "no tag" as const })),
        );
    }
    const moved = await askClones({ file, before: file, order: tree.order, clones });
    for (const { rule, path, line, message } of moved)
      if (rule === "git.tag-moved") say.note(`${path}:${line}: ${message}`);
  }
  if (options.json)
    say.json({
      version: 1,
      series,
      missing: found,
      notChecked: ["archives", "signatures", "packages"],
    });
  else {
    for (const row of columns(found.map((one) => [one.deliverable, one.repository, one.version, one.why])))
      say.result(row);
    if (found.length === 0) say.result(`Every listed version of ${series} has its tag`);
    say.note("Not checked: archives, their signatures, and packages");
  }
  return ok(found.length > 0 ? EXIT.refused : EXIT.ok);
}

interface SeriesFiles {
  readonly files: readonly Deliverable[];
  readonly tree: DeliverableTree;
  readonly clones: Clones;
  /** The series', as its folder is called. */
  readonly name: string;
}

async function readSeriesFiles(
  terminal: Terminal,
  { series: asked, deliverables, dir = ".", repos }: DueOptions,
): Promise<Result<SeriesFiles, CliProblem>> {
  const read = await readTree(terminal, dir);
  if (!read.ok) return read;
  const tree = read.value;
  const { order } = tree;
  const series = asked === undefined ? (order.current ?? order.all[0]) : order.find(asked);
  const independent = asked === undefined ? series === undefined : /^_?independent$/.test(asked);
  const name = independent ? INDEPENDENT : series?.name;
  if (name === undefined)
    return fail({
      message: `Cannot find the series "${asked ?? ""}": ${tree.seriesFile ?? FOLDER} does not list it`,
      hint: `known: ${order.all
        .map((one) => one.name)
        .slice(0, 8)
        .join(", ")}${order.all.length > 8 ? " …" : ""}`,
      exit: EXIT.malformed,
    });
  const files: Deliverable[] = [];
  for (const file of tree.files) {
    if (
      (file.series !== name && file.series !== series?.id) ||
      (deliverables.length > 0 && !deliverables.includes(file.name))
    )
      continue;
    const parsed = readFile(file);
    if (!parsed.ok)
      return fail({
        message: parsed.problem.map(describeFinding).join("\n"),
        hint: parsed.problem[0]?.hint ?? `see \`plustwo release validate ${file.path}\``,
        exit: EXIT.malformed,
      });
    files.push(parsed.value);
  }
  const absent = deliverables.find((one) => !files.some((file) => file.name === one));
  if (absent !== undefined)
    return fail({
      message: `Cannot find ${FOLDER}/${name}/${absent}.yaml`,
      hint: "correct the name",
      exit: EXIT.malformed,
    });
  const clones = repos === undefined ? ownClone(await ownRepository(terminal, dir)) : clonesIn(terminal, repos);
  return ok({ files, tree, clones, name });
}
