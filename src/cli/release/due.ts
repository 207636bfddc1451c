/** `plustwo release list-unreleased` and `missing`: what waits for a release, and what was released on paper only. */
import { parseSha } from "../../core/ids.ts";
import { parseDeliverable, type Deliverable } from "../../core/release/deliverable/deliverable.ts";
import { INDEPENDENT } from "../../core/release/deliverable/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import { columns, counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { askClones, cloneOf, tipOf } from "./ask-clones.ts";
import { readTree, type DeliverableTree } from "./tree.ts";

export interface DueOptions {
  readonly series: string;
  /** None: all of the series. */
  readonly deliverables: readonly string[];
  readonly dir?: string;
  readonly repos: string;
  readonly json: boolean;
}

interface Waiting {
  readonly deliverable: string;
  readonly repository: string;
  /** `null`: never released in the series. */
  readonly last: string | null;
  /** `null`: there is no clone, or the released commit is not in it. */
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
  const { files, tree } = read.value;
  const waiting: Waiting[] = [];
  for (const file of files) {
    const series = tree.order.find(file.series);
    const ids = series === undefined ? [] : [`stable/${series.id}`, `unmaintained/${series.id}`];
    for (const repository of file.repositories.filter((name) => !file.retired.has(name))) {
      const release = file.releases.findLast(({ projects }) => projects.some(({ repo }) => repo === repository));
      const hash = parseSha(release?.projects.find(({ repo }) => repo === repository)?.hash ?? "");
      const one = { deliverable: file.name, repository, last: release?.version ?? null };
      const clone = await cloneOf(terminal, options.repos, repository);
      const tip = clone === undefined ? undefined : await tipOf(clone, [...ids, "master", "main"]);
      if (clone === undefined || tip === undefined) {
        waiting.push({ ...one, commits: null });
        continue;
      }
      const log = await clone.commits({ from: tip.tip, ...(hash === undefined ? {} : { notReachableFrom: [hash] }) });
      if (!log.ok && log.problem.kind !== "missing-object") return fail(ofGit(log.problem));
      const commits = log.ok ? log.value.length : null;
      if (commits !== 0) waiting.push({ ...one, commits });
    }
  }
  if (options.json) say.json({ version: 1, series: options.series, unreleased: waiting });
  else if (waiting.length === 0)
    say.result(`Nothing waits for a release in ${options.series}: ${counted(files.length, "deliverable")}`);
  else {
    const rows = waiting.map((one) => [
      one.deliverable,
      one.repository,
      one.last ?? "never",
      one.commits === null ? "not known: no clone" : counted(one.commits, "commit"),
    ]);
    for (const row of columns([["deliverable", "repository", "last", "since then"], ...rows])) say.result(row);
  }
  return ok(waiting.length > 0 ? EXIT.refused : EXIT.ok);
}

/** Listed versions without a tag in their clone. Archives and packages are not looked at, and said so. Exit 1: one is missing. */
export async function missing(terminal: Terminal, say: Say, options: DueOptions): Promise<Result<number, CliProblem>> {
  const read = await readSeriesFiles(terminal, options);
  if (!read.ok) return read;
  const { files, tree } = read.value;
  const found: { deliverable: string; repository: string; version: string; why: "no tag" | "no clone" }[] = [];
  for (const file of files) {
    for (const repository of file.repositories.filter((name) => !file.retired.has(name))) {
      const listed = file.releases.filter(({ projects }) => projects.some(({ repo }) => repo === repository));
      const tags = await tagsOf(terminal, options.repos, repository);
      const one = { deliverable: file.name, repository };
      if (tags === undefined) found.push({ ...one, version: "*", why: "no clone" });
      else
        found.push(
          ...listed
            .filter(({ version }) => !tags.has(version))
            .map(({ version }) => ({ ...one, version, why: "no tag" as const })),
        );
    }
    const moved = await askClones(terminal, { file, before: file, order: tree.order, repos: options.repos });
    for (const { rule, path, line, message } of moved)
      if (rule === "git.tag-moved") say.note(`${path}:${line}: ${message}`);
  }
  if (options.json)
    say.json({
      version: 1,
      series: options.series,
      missing: found,
      notChecked: ["archives", "signatures", "packages"],
    });
  else {
    for (const row of columns(found.map((one) => [one.deliverable, one.repository, one.version, one.why])))
      say.result(row);
    if (found.length === 0) say.result(`Every listed version of ${options.series} has its tag`);
    say.note("Not checked: archives, their signatures, and packages");
  }
  return ok(found.length > 0 ? EXIT.refused : EXIT.ok);
}

async function tagsOf(terminal: Terminal, repos: string, repository: string): Promise<ReadonlySet<string> | undefined> {
  const clone = await cloneOf(terminal, repos, repository);
  const refs = await clone?.refs();
  if (refs?.ok !== true) return undefined;
  return new Set(
    refs.value.flatMap(({ name }) => (name.startsWith("refs/tags/") ? [name.slice("refs/tags/".length)] : [])),
  );
}

async function readSeriesFiles(
  terminal: Terminal,
  { series: asked, deliverables, dir }: DueOptions,
): Promise<Result<{ readonly files: readonly Deliverable[]; readonly tree: DeliverableTree }, CliProblem>> {
  const tree = await readTree(terminal, dir ?? ".");
  if (!tree.ok) return tree;
  const name = /^_?independent$/.test(asked) ? INDEPENDENT : tree.value.order.find(asked)?.name;
  if (name === undefined)
    return fail({
      message: `Cannot find the series "${asked}": series_status.yaml does not list it`,
      hint: `known: ${tree.value.order.all
        .map((one) => one.name)
        .slice(0, 8)
        .join(", ")} …`,
      exit: EXIT.malformed,
    });
  const files: Deliverable[] = [];
  for (const file of tree.value.files) {
    if (file.series !== name || (deliverables.length > 0 && !deliverables.includes(file.name))) continue;
    const parsed = parseDeliverable(file, file.text);
    if (!parsed.ok)
      return fail({
        message: `Cannot read ${file.path}:${parsed.problem[0]?.line ?? 1}: ${parsed.problem[0]?.message ?? "it is wrong"}`,
        hint: `see \`plustwo release validate ${file.path}\``,
        exit: EXIT.malformed,
      });
    files.push(parsed.value);
  }
  const absent = deliverables.find((one) => !files.some((file) => file.name === one));
  if (absent !== undefined)
    return fail({
      message: `Cannot find deliverables/${name}/${absent}.yaml`,
      hint: "correct the name",
      exit: EXIT.malformed,
    });
  return ok({ files, tree: tree.value });
}
