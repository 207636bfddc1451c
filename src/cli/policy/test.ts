/** `plustwo policy test`: do a policy's cases come out as they say, and would they notice if the policy were a little different? */
import { coverageOf, type Coverage } from "../../core/cases/coverage.ts";
import { parseCases } from "../../core/cases/format.ts";
import { mutateCases, type Mutation } from "../../core/cases/mutate.ts";
import { runCases, type CasesRun } from "../../core/cases/run.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say } from "../say.ts";
import { ofPolicy, presetNameOf, presets, readText, isPreset, type PipedTerminal, type Presets } from "./files.ts";

export interface TestOptions {
  readonly files: readonly string[];
  /** The policy, or the preset, that the cases are asked of in place of the one they name. */
  readonly policy?: string;
  readonly mutate: boolean;
  readonly json: boolean;
}

interface Tested {
  readonly run: CasesRun;
  readonly coverage: Coverage;
  readonly mutation?: Mutation;
  readonly seconds: number;
}

/** 1 where a case comes out otherwise; with `mutate` also where a test is never seen both ways or a mutant is alive. */
export async function testCases(
  terminal: PipedTerminal,
  say: Say,
  { files, policy, mutate, json }: TestOptions,
): Promise<Result<number, CliProblem>> {
  const shipped = await presets();
  const given = policy === undefined ? undefined : await readText(terminal, policy);
  if (given?.ok === false) return given;
  const all: Tested[] = [];
  for (const path of files) {
    const text = await readText(terminal, path);
    if (!text.ok) return text;
    const other = policy === undefined || given === undefined ? undefined : { path: policy, text: given.value };
    const tested = await say.during(
      `trying ${path}`,
      Promise.resolve().then(() =>
        testOne({ path, text: text.value }, { shipped, mutate, ...(other === undefined ? {} : { other }) }),
      ),
    );
    if (!tested.ok) return tested;
    all.push(tested.value);
    if (!json) show(say, tested.value);
  }
  if (json) say.json({ version: 1, files: all.map(publish) });
  return ok(all.every((one) => isFine(one, mutate)) ? EXIT.ok : EXIT.refused);
}

interface TextFile {
  readonly path: string;
  readonly text: string;
}

function testOne(
  cases: TextFile,
  { shipped, mutate, other }: { readonly shipped: Presets; readonly mutate: boolean; readonly other?: TextFile },
): Result<Tested, CliProblem> {
  const started = process.cpuUsage().user;
  const parsed = parseCases(cases.path, cases.text);
  if (!parsed.ok) return fail(ofPolicy(parsed.problem));
  const { preset: _, policy: __, ...keys } = parsed.value.keys;
  const known =
    other !== undefined && isPreset(other.text) ? { ...shipped, [presetNameOf(other.path)]: other.text } : shipped;
  const asked =
    other === undefined
      ? parsed.value.keys
      : isPreset(other.text)
        ? { ...keys, preset: presetNameOf(other.path) }
        : { ...keys, policy: other.text };
  const run = runCases({ ...parsed.value, keys: asked }, known);
  if (!run.ok) return fail(ofPolicy(run.problem));
  const passed = run.value.results.every((one) => one.passed);
  const coverage = coverageOf(run.value);
  const mutation = mutate && passed ? mutateCases(run.value) : undefined;
  const seconds = (process.cpuUsage().user - started) / 1_000_000;
  return ok({ run: run.value, coverage, seconds, ...(mutation === undefined ? {} : { mutation }) });
}

function isFine({ run, coverage, mutation }: Tested, mutate: boolean): boolean {
  if (run.results.some(({ passed }) => !passed)) return false;
  return !mutate || (coverage.unseen.length === 0 && mutation?.alive.length === 0);
}

function show(say: Say, { run, coverage, mutation, seconds }: Tested): void {
  const failed = run.results.filter(({ passed }) => !passed);
  for (const { name, line, differences } of failed) {
    say.result(`${run.path}:${line}: ${say.colour("red", "failed")}: ${oneLine(name)}`);
    for (const difference of differences) say.result(`  ${oneLine(difference)}`);
  }
  if (mutation !== undefined) {
    for (const { path, line, text, never } of coverage.unseen)
      say.result(`${path}:${line}: ${say.colour("yellow", `never ${never}`)}: ${oneLine(text)}`);
    for (const { path, line, key, what } of mutation.alive)
      say.result(`${path}:${line}: ${say.colour("yellow", "nobody notices")}: ${oneLine(what)} [${key}]`);
  }
  const tests = `${counted(coverage.atoms, "test")} of the policy, ${coverage.unseen.length} never seen both ways`;
  const mutants =
    mutation === undefined ? "" : `; ${counted(mutation.mutants, "mutant")}, ${mutation.alive.length} alive`;
  const cases = `${run.results.length - failed.length} of ${counted(run.results.length, "case")} as they say`;
  say.result(`${run.path} (${run.title}): ${cases}; ${tests}${mutants}; ${seconds.toFixed(1)} s`);
}

function publish({ run, coverage, mutation }: Tested) {
  return {
    ...{ path: run.path, title: run.title },
    cases: run.results.map(({ name, line, passed, differences }) => ({ name, line, passed, differences })),
    coverage,
    ...(mutation === undefined ? {} : { mutation }),
  };
}
