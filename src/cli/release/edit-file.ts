/** What `new`, `propose`, `cut`, `final`, `eol` and `eom` share: from a series and a deliverable to the edited file, or to the reason why not. */
import { rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseSha } from "../../core/ids.ts";
import { parseDeliverable, type Deliverable } from "../../core/release/deliverable/deliverable.ts";
import { withRelease } from "../../core/release/deliverable/edit.ts";
import { describeFinding } from "../../core/release/deliverable/finding.ts";
import { planRelease, type Planned, type PlannedType } from "../../core/release/deliverable/new-release.ts";
import { INDEPENDENT, type SeriesFacts, type SeriesOrder } from "../../core/release/deliverable/series.ts";
import { validateDeliverable } from "../../core/release/deliverable/validate.ts";
import { validateChange } from "../../core/release/deliverable/rules-change.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { cloneOf, tipOf } from "./ask-clones.ts";
import { readTree, type TextFile } from "./tree.ts";

export interface EditOptions {
  readonly series: string;
  readonly deliverable: string;
  /** The checkout; else the current folder. */
  readonly dir?: string;
  /** `<sha>` where there is one repository, else `owner/name=<sha>`. */
  readonly shas: readonly string[];
  readonly repos?: string;
  readonly force: boolean;
  readonly stableBranch: boolean;
  readonly bugfixBranch: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export interface Opened {
  readonly folder: string;
  readonly text: TextFile;
  readonly file: Deliverable;
  readonly series: SeriesFacts | undefined;
  readonly older: readonly (Deliverable | undefined)[];
  /** Of every series that has the file, newest first. */
  readonly everywhere: readonly Deliverable[];
  readonly order: SeriesOrder;
}

export async function openDeliverable(
  terminal: Terminal,
  { series: asked, deliverable, dir }: Pick<EditOptions, "series" | "deliverable" | "dir">,
): Promise<Result<Opened, CliProblem>> {
  const tree = await readTree(terminal, dir ?? ".", { only: ({ name }) => name === deliverable });
  if (!tree.ok) return tree;
  const { order, files, from } = tree.value;
  if (!("folder" in from))
    return fail({
      message: `Cannot edit release files in ${dir ?? "."}: it is a repository without a work tree`,
      hint: "name a checkout",
      exit: EXIT.noRepository,
    });
  const series = order.find(asked);
  const name = /^_?independent$/.test(asked) ? INDEPENDENT : series?.name;
  if (name === undefined)
    return fail({
      message: `Cannot find the series "${asked}": series_status.yaml does not list it`,
      hint: `known: ${order.all
        .slice(0, 8)
        .map((one) => one.name)
        .join(", ")} … and ${INDEPENDENT}`,
      exit: EXIT.malformed,
    });
  const parsed = new Map<string, Deliverable>();
  for (const file of files) {
    const read = parseDeliverable(file, file.text);
    if (read.ok) parsed.set(file.series, read.value);
    else if (file.series === name)
      return fail({
        message: read.problem.map(describeFinding).join("\n"),
        hint: read.problem[0]?.hint ?? "correct the file",
        exit: EXIT.malformed,
      });
  }
  const text = files.find((file) => file.series === name);
  const file = parsed.get(name);
  if (text === undefined || file === undefined)
    return fail({
      message: `Cannot find deliverables/${name}/${deliverable}.yaml`,
      hint: files.length === 0 ? "correct the name" : `it is in ${files.map((one) => one.series).join(", ")}`,
      exit: EXIT.malformed,
    });
  const older =
    name === INDEPENDENT
      ? []
      : order
          .from(name)
          .slice(1)
          .map((one) => parsed.get(one.name));
  const everywhere = order.all.flatMap((one) => parsed.get(one.name) ?? []);
  return ok({ folder: from.folder, text, file, series, older, everywhere, order });
}

export interface Heads {
  readonly heads: ReadonlyMap<string, string>;
}

/** From `--sha`, else from the clones: the head of the series' branch, else of the main branch. */
export async function readHeads(
  terminal: Terminal,
  { file, series }: Pick<Opened, "file" | "series">,
  { shas, repos }: Pick<EditOptions, "shas" | "repos">,
): Promise<Result<ReadonlyMap<string, string>, CliProblem>> {
  const heads = new Map<string, string>();
  for (const one of shas) {
    const [repo = "", text = ""] = one.includes("=") ? one.split("=", 2) : [file.repositories[0], one];
    const several = !one.includes("=") && file.repositories.length > 1;
    if (parseSha(text) === undefined || !file.repositories.includes(repo) || several)
      return fail({
        message: `Cannot use --sha ${one}: ${several ? `${file.name} has ${file.repositories.length} repositories` : `it is no commit of ${file.repositories.join(", ")}`}`,
        hint: "write owner/name=<40 hex digits>",
        exit: EXIT.usage,
      });
    heads.set(repo, text);
  }
  if (repos === undefined) return ok(heads);
  const ids = series === undefined ? [] : [`stable/${series.id}`, `unmaintained/${series.id}`];
  for (const repo of file.repositories) {
    const clone = heads.has(repo) ? undefined : await cloneOf(terminal, repos, repo);
    const tip = clone === undefined ? undefined : await tipOf(clone, [...ids, "master", "main"]);
    if (tip !== undefined) heads.set(repo, tip.tip);
  }
  return ok(heads);
}

/** `version`: instead of the arithmetic. */
export async function editFile(
  terminal: Terminal,
  say: Say,
  {
    type,
    opened,
    options,
    version,
    reasons = [],
  }: {
    readonly type: PlannedType;
    readonly opened: Opened;
    readonly options: EditOptions;
    readonly version?: string;
    readonly reasons?: readonly string[];
  },
): Promise<Result<number, CliProblem>> {
  const { file, series, older, text, order } = opened;
  const heads = await readHeads(terminal, opened, options);
  if (!heads.ok) return heads;
  const { force, stableBranch, bugfixBranch } = options;
  const planned = planRelease({
    type,
    file,
    series,
    older,
    heads: heads.value,
    force,
    stableBranch,
    bugfixBranch,
    ...(version === undefined ? {} : { version }),
  });
  const refuse = ({ message, hint }: { readonly message: string; readonly hint: string }) =>
    fail({
      message: `Cannot write the ${type} release of ${file.name} in ${file.series}: ${message}`,
      hint,
      exit: EXIT.refused,
    });
  if (!planned.ok) return refuse(planned.problem);
  const edited = withRelease(text, text.text, planned.value);
  if (!edited.ok) return refuse(edited.problem);
  const after = parseDeliverable(text, edited.value);
  const branchesOf = (name: string): readonly string[] | undefined =>
    opened.everywhere.find((one) => one.series === name)?.branches.map((one) => one.name);
  const was = new Set(
    validateDeliverable(file, { order, branchesOf }).map(({ rule, message }) => `${rule} ${message}`),
  );
  const found = after.ok
    ? [...validateDeliverable(after.value, { order, branchesOf }), ...validateChange(file, after.value, order)]
    : after.problem;
  const wrong = found.filter(({ rule, message, level }) => level === "error" && !was.has(`${rule} ${message}`));
  if (wrong.length > 0 && !force)
    return fail({
      message: `Cannot write ${text.path}: the result would break its rules\n${wrong.map(describeFinding).join("\n")}`,
      hint: `${wrong[0]?.hint ?? "correct it"}; or take --force`,
      exit: EXIT.refused,
    });
  if (!options.dryRun) await replaceFile(join(resolve(opened.folder), text.path), edited.value);
  tell(say, { path: text.path, type, planned: planned.value, reasons, options });
  return ok(EXIT.ok);
}

/** Whole or not at all: written beside it, then renamed. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.plustwo-${process.pid}`;
  try {
    await writeFile(beside, text, { flag: "wx" });
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

interface Told {
  readonly path: string;
  readonly type: PlannedType;
  readonly planned: Planned;
  readonly reasons: readonly string[];
  readonly options: Pick<EditOptions, "dryRun" | "json">;
}

function tell(say: Say, { path, type, planned, reasons, options: { dryRun, json } }: Told): void {
  const { version, projects, branches, remarks, diffStart } = planned;
  if (json) {
    say.json({
      version: 1,
      path,
      type,
      release: version,
      projects,
      branches,
      ...(diffStart === undefined ? {} : { diffStart }),
      reasons,
      remarks,
      written: !dryRun,
    });
    return;
  }
  say.result(`${dryRun ? "Would add" : "Added"} ${version} to ${path}`);
  for (const { repo, hash } of projects) say.result(`  ${repo} at ${hash}`);
  for (const { name, location } of branches) say.result(`  branch ${name} at ${location}`);
  if (diffStart !== undefined) say.result(`  announced from ${diffStart}`);
  for (const one of [...reasons, ...remarks]) say.result(`  ${one}`);
  if (!dryRun) say.note("Look at it with `git diff`, then propose it for review: nothing is tagged before it merges");
}
