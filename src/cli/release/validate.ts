/** `plustwo release validate`: the rules on named files, on a whole tree, or on every state a file ever had. */
import { resolve } from "node:path";
import { describeFinding } from "../../core/release/deliverable/finding.ts";
import { parseDeliverable, type Deliverable } from "../../core/release/deliverable/deliverable.ts";
import { validateChange } from "../../core/release/deliverable/rules-change.ts";
import { idsOf, NOT_CHECKED, RULES, type RuleId } from "../../core/release/deliverable/rule.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { systemClock } from "../../clock.ts";
import { openRepository } from "../../git/repository.ts";
import { EXIT } from "../exit.ts";
import { findingJson } from "../finding-json.ts";
import { ofGit } from "../problems.ts";
import { progressOn } from "../replay/progress.ts";
import { columns, counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { askClones } from "./ask-clones.ts";
import { clonesIn } from "./clones.ts";
import { judgeHistory, type HistoryJudged } from "./judge-history.ts";
import { judgeFiles, type AlsoAsk, type FoundIn, type Judged } from "./judge.ts";
import { readTree, rootOf, type DeliverableTree } from "./tree.ts";

export interface ValidateOptions {
  readonly files: readonly string[];
  /** A checkout or a repository; every file is read. */
  readonly all?: string;
  readonly rev?: string;
  /** What a change adds is judged against this commit. */
  readonly base?: string;
  /** The folder that has clones: `<owner>/<name>` or `<name>`. */
  readonly repos?: string;
  readonly history: boolean;
  /** Lists also what is found in closed series. */
  readonly closed: boolean;
  readonly closedUntil?: string;
  readonly json: boolean;
}

export async function validate(
  terminal: Terminal,
  say: Say,
  options: ValidateOptions,
): Promise<Result<number, CliProblem>> {
  const { closedUntil } = options;
  const begun = systemClock.now();
  const asked = await readAsked(terminal, options);
  if (!asked.ok) return asked;
  const { tree, only } = asked.value;
  if (closedUntil !== undefined && tree.order.find(closedUntil) === undefined)
    return fail({
      message: `Cannot close the series until "${closedUntil}": series_status.yaml has no such series`,
      hint: `known: ${tree.order.all.map(({ name }) => name).join(", ")}`,
      exit: EXIT.usage,
    });
  const progress = progressOn(terminal);
  const closing = closedUntil === undefined ? {} : { closedUntil };
  let judged: Judged | HistoryJudged;
  if (options.history) {
    const repository = "repository" in tree.from ? tree.from.repository : openRepository(tree.from.folder, terminal);
    const read = await judgeHistory(repository, options.rev ?? "HEAD", {
      ...closing,
      only,
      told: (versions) => progress.tell(`${counted(versions, "version")} read`),
    });
    progress.done();
    if (!read.ok) return read;
    judged = read.value;
  } else {
    const also = await layersOf(terminal, tree, options);
    if (!also.ok) return also;
    const files = tree.files.filter(({ path }) => only(path));
    judged = await judgeFiles(files, tree, {
      ...closing,
      also: also.value,
      told: (index) => progress.tell(`${index} of ${counted(files.length, "file")}`),
    });
    progress.done();
  }
  const seconds = (systemClock.now() - begun) / 1_000;
  const errors = judged.findings.filter(({ level, closed }) => level === "error" && !closed);
  const unasked = unaskedRules(options);
  if (options.json) say.json(asJson(judged, { seconds, unasked }));
  else show(say, judged, { seconds, unasked, closed: options.closed });
  return ok(errors.length > 0 ? EXIT.refused : EXIT.ok);
}

async function readAsked(
  terminal: Terminal,
  { files, all, rev, history }: ValidateOptions,
): Promise<Result<{ readonly tree: DeliverableTree; readonly only: (path: string) => boolean }, CliProblem>> {
  const reading = rev === undefined ? {} : { rev };
  if (files.length === 0) {
    const tree = await readTree(terminal, all ?? ".", history && rev === undefined ? { rev: "HEAD" } : reading);
    return tree.ok ? ok({ tree: tree.value, only: () => true }) : tree;
  }
  const roots = files.map((file) => ({ file, found: rootOf(resolve(terminal.cwd, all ?? "."), file) }));
  const strange = roots.find(({ found }) => found === undefined);
  const [first] = roots;
  if (strange !== undefined || first?.found === undefined)
    return fail({
      message: `Cannot validate ${strange?.file ?? "nothing"}: it is no deliverables/<series>/<name>.yaml`,
      hint: "name such files, or `--all <folder>`",
      exit: EXIT.usage,
    });
  const places = roots.flatMap(({ found }) => (found === undefined ? [] : [found.place]));
  const names = new Set(places.map(({ name }) => name));
  const { root } = first.found;
  const tree = await readTree(terminal, root, {
    ...(history && rev === undefined ? { rev: "HEAD" } : reading),
    only: ({ name }) => names.has(name),
  });
  if (!tree.ok) return tree;
  const paths = new Set(places.map(({ path }) => path));
  const missing = [...paths].find((path) => !tree.value.files.some((file) => file.path === path));
  if (missing !== undefined && !history)
    return fail({
      message: `Cannot read ${missing}: there is no such file`,
      hint: "correct the path; it begins at the folder that has deliverables/",
      exit: EXIT.malformed,
    });
  return ok({ tree: tree.value, only: (path) => paths.has(path) });
}

/** What is asked beside the rules on files: the state before, and clones. */
async function layersOf(
  terminal: Terminal,
  tree: DeliverableTree,
  { base, repos }: ValidateOptions,
): Promise<Result<AlsoAsk, CliProblem>> {
  const before = base === undefined ? ok(undefined) : await readBase(terminal, tree, base);
  if (!before.ok) return before;
  const clones = repos === undefined ? undefined : clonesIn(terminal, repos);
  return ok(async (file) => {
    if (file === undefined) return [];
    const old = before.value?.(file);
    const changed = before.value === undefined ? [] : validateChange(old, file, tree.order);
    const cloned = clones === undefined ? [] : await askClones({ file, before: old, order: tree.order, clones });
    return [...changed, ...cloned];
  });
}

async function readBase(terminal: Terminal, tree: DeliverableTree, base: string) {
  const repository = "repository" in tree.from ? tree.from.repository : openRepository(tree.from.folder, terminal);
  const at = await repository.resolve(base);
  if (!at.ok) return fail(ofGit(at.problem));
  const commit = at.value;
  if (commit === undefined)
    return fail({
      message: `Cannot compare with ${base}: it names no commit of this repository`,
      hint: "name a branch, a tag or a commit",
      exit: EXIT.malformed,
    });
  const blobs = await repository.blobs(tree.files.map(({ path }) => ({ at: commit, path })));
  if (!blobs.ok) return fail(ofGit(blobs.problem));
  const texts = new Map(tree.files.map(({ path }, index) => [path, blobs.value[index]]));
  return ok((file: Deliverable): Deliverable | undefined => {
    const bytes = texts.get(file.path);
    if (bytes === undefined) return undefined;
    const parsed = parseDeliverable(file, Buffer.from(bytes).toString("utf8"));
    return parsed.ok ? parsed.value : undefined;
  });
}

interface Unasked {
  readonly id: string;
  readonly needs: string;
}

function unaskedRules({ base, repos, history }: ValidateOptions): readonly Unasked[] {
  const needing = (layer: "changed" | "clones", needs: string) => idsOf(layer).map((id) => ({ id, needs }));
  return [
    ...(base === undefined && !history ? needing("changed", "--base REV, or --history") : []),
    ...(repos === undefined || history ? needing("clones", history ? "a run without --history" : "--repos DIR") : []),
    ...NOT_CHECKED,
  ];
}

interface Told {
  readonly seconds: number;
  readonly unasked: readonly Unasked[];
}

function show(
  say: Say,
  judged: Judged | HistoryJudged,
  { seconds, unasked, closed }: Told & { readonly closed: boolean },
) {
  const listed = judged.findings.filter((one) => closed || !one.closed);
  for (const finding of listed) {
    const since = "commit" in finding ? ` (${String(finding.commit).slice(0, 10)})` : "";
    say.result(`${say.colour(finding.level === "error" ? "red" : "yellow", describeFinding(finding))}${since}`);
    say.result(`  Hint: ${finding.hint}`);
  }
  const counts = countsOf(judged.findings);
  if (counts.length > 0) {
    if (listed.length > 0) say.result("");
    const rows = counts.map(({ rule, open, closed: old }) => [
      rule,
      RULES[rule].level,
      String(open),
      String(old),
      RULES[rule].says,
    ]);
    for (const row of columns([["rule", "level", "open", "closed", "what it holds"], ...rows])) say.result(row);
  }
  const errors = judged.findings.filter((one) => one.level === "error" && !one.closed).length;
  const hidden = judged.findings.length - listed.length;
  const read =
    "versions" in judged
      ? `${counted(judged.versions, "version")} of ${counted(judged.files, "file")}`
      : counted(judged.files, "file");
  if (counts.length > 0) say.result("");
  say.result(
    `${read} (${judged.openFiles} in open series), ${counted(judged.releases, "release")}, ${counted(errors, "error")} in open series, ${seconds.toFixed(1)} s`,
  );
  if (hidden > 0) say.note(`${counted(hidden, "finding")} in closed series: --closed lists them`);
  const needs = groupBy(unasked);
  say.note("Not checked:");
  for (const [need, rules] of needs) say.note(`  ${rules.map(({ id }) => id).join(", ")}: needs ${need}`);
}

function groupBy(unasked: readonly Unasked[]): ReadonlyMap<string, readonly Unasked[]> {
  const groups = new Map<string, Unasked[]>();
  for (const one of unasked) groups.set(one.needs, [...(groups.get(one.needs) ?? []), one]);
  return groups;
}

interface Count {
  readonly rule: RuleId;
  readonly open: number;
  readonly closed: number;
}

function countsOf(findings: readonly FoundIn[]): readonly Count[] {
  const counts = new Map<RuleId, Count>();
  for (const { rule, closed } of findings) {
    const { open, closed: old } = counts.get(rule) ?? { open: 0, closed: 0 };
    counts.set(rule, { rule, open: open + (closed ? 0 : 1), closed: old + (closed ? 1 : 0) });
  }
  return [...counts.values()].toSorted((one, other) => other.open - one.open || other.closed - one.closed);
}

function asJson(judged: Judged | HistoryJudged, { seconds, unasked }: Told) {
  return {
    version: 1,
    files: judged.files,
    openFiles: judged.openFiles,
    releases: judged.releases,
    ...("versions" in judged ? { versions: judged.versions } : {}),
    seconds,
    counts: countsOf(judged.findings),
    findings: judged.findings.map((one) => ({
      ...findingJson({ ...one, severity: one.level }),
      closed: one.closed,
      ...("commit" in one ? { commit: one.commit, still: one.still } : {}),
    })),
    notChecked: unasked,
  };
}
