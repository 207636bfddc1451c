/** `plustwo spec check` and `report`: what is wrong in the specs, and how far they came. Only reads. */
import { reportOn, CITING, type SpecReport } from "../../core/release/spec/report.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Sha } from "../../core/ids.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { findingJson } from "../finding-json.ts";
import { EXIT, ofGit } from "../problems.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { hidden, readSpecs, saySpecProblem } from "./files.ts";

export async function check(
  terminal: Terminal,
  say: Say,
  { folder, json }: { readonly folder: string; readonly json: boolean },
): Promise<Result<number, CliProblem>> {
  const read = await readSpecs(terminal, folder);
  if (!read.ok) return read;
  const { specs, problems } = read.value;
  if (json)
    say.json({
      version: 1,
      specs: specs.map(({ path, id, status, title }) => ({ path, id, status, title })),
      findings: problems.map(findingJson),
    });
  else {
    for (const problem of problems) {
      say.result(saySpecProblem(problem));
      say.result(`  → ${problem.hint}`);
    }
    const wrong = problems.length === 0 ? "nothing is wrong" : counted(problems.length, "problem");
    say.result(`${counted(specs.length, "spec")} in ${folder}: ${wrong}`);
  }
  return ok(problems.length === 0 ? EXIT.ok : EXIT.refused);
}

export interface ReportOptions {
  readonly folder: string;
  readonly cycle: string;
  /** Commits reachable from it are left out; else none are. */
  readonly since?: string;
  readonly until: string;
  readonly json: boolean;
}

export async function report(
  terminal: Terminal,
  say: Say,
  { folder, cycle, since, until, json }: ReportOptions,
): Promise<Result<number, CliProblem>> {
  const read = await readSpecs(terminal, folder);
  if (!read.ok) return read;
  const whole = hidden(read.value);
  if (!whole.ok) return whole;
  const specs = read.value.specs.filter(({ place }) => "cycle" in place && place.cycle === cycle);
  if (specs.length === 0)
    return fail({
      message: `Cannot report on ${cycle}: ${folder} has no spec of it`,
      hint: `specs are in ${folder}/${cycle}/approved; make one with \`plustwo spec new\``,
      exit: EXIT.malformed,
    });
  const repository = openRepository(terminal.cwd, { env: terminal.env });
  const from = await commitOf(repository, until);
  if (!from.ok) return from;
  const left = since === undefined ? undefined : await commitOf(repository, since);
  if (left !== undefined && !left.ok) return left;
  const commits = await repository.commits({
    ...{ from: from.value, saying: [...CITING] },
    ...(left === undefined ? {} : { notReachableFrom: [left.value] }),
  });
  if (!commits.ok) return fail(ofGit(commits.problem));
  const made = reportOn(specs, commits.value, read.value.specs);
  if (json)
    say.json({
      version: 1,
      cycle,
      specs: made.work.map(({ spec: { id, title, status, path }, ...rest }) => ({ id, title, status, path, ...rest })),
      unknown: made.unknown,
    });
  else show(say, made, cycle);
  return ok(EXIT.ok);
}

async function commitOf(repository: Repository, revision: string): Promise<Result<Sha, CliProblem>> {
  const found = await repository.resolve(revision);
  if (!found.ok) return fail(ofGit(found.problem));
  if (found.value !== undefined) return ok(found.value);
  return fail({
    message: `Cannot find the commit ${JSON.stringify(revision)}`,
    hint: "name a tag, a branch or a commit of this clone",
    exit: EXIT.malformed,
  });
}

function show(say: Say, { work, unknown }: SpecReport, cycle: string): void {
  const done = work.filter(({ spec }) => spec.status === "implemented").length;
  say.result(`${cycle}: ${done} of ${counted(work.length, "spec")} implemented`);
  for (const { spec, changes, remarks } of work) {
    say.result(`${spec.id}  ${spec.status}, ${counted(changes.length, "change")}: ${spec.title}`);
    for (const { sha, subject, implements: completes } of changes)
      say.result(`  ${sha.slice(0, 8)} ${subject}${completes ? " (implements it)" : ""}`);
    for (const remark of remarks) say.result(`  ! ${remark}`);
  }
  for (const { id, sha, subject } of unknown)
    say.result(`? ${sha.slice(0, 8)} ${subject}: cites ${id}, and no spec is called so`);
}
