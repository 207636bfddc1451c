/** `plustwo policy lint`: what is wrong with policy files and presets, and what in them is hardly meant. */
import { systemClock } from "../../clock.ts";
import { parsePresetPolicy } from "../../core/policy/parse.ts";
import { lintPolicy, type Finding } from "../../core/policy/lint.ts";
import { ok, type Result } from "../../core/result.ts";
import { EXIT } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say } from "../say.ts";
import { isPreset, layerFrom, presetNameOf, presets, readText, type PipedTerminal, type Presets } from "./files.ts";

export interface LintOptions {
  readonly files: readonly string[];
  /** The organisation's file, which stands below the repository's. */
  readonly org?: string;
  /** Warnings count as errors. */
  readonly strict: boolean;
  readonly json: boolean;
}

/** 1 where there are errors, which close the gate; warnings never do. */
export async function lintFiles(
  terminal: PipedTerminal,
  say: Say,
  { files, org, strict, json }: LintOptions,
): Promise<Result<number, CliProblem>> {
  const known = await presets();
  const below = org === undefined ? undefined : await readText(terminal, org);
  if (below?.ok === false) return below;
  const all: { readonly file: string; readonly findings: readonly Finding[] }[] = [];
  for (const file of files) {
    const text = await readText(terminal, file);
    if (!text.ok) return text;
    const layers = below === undefined || org === undefined ? [] : [layerFrom("org", org, below.value)];
    const findings = isPreset(text.value)
      ? lintPreset(file, text.value, known)
      : lintPolicy([...layers, layerFrom("repo", file, text.value)], known, { now: systemClock.now() });
    all.push({ file, findings });
  }
  if (json) say.json({ version: 1, files: all });
  else for (const one of all) show(say, one);
  const severities = all.flatMap(({ findings }) => findings.map(({ severity }) => severity));
  const failed = severities.includes("error") || (strict && severities.length > 0);
  return ok(failed ? EXIT.refused : EXIT.ok);
}

/** With a made-up repository's file on top that says no more than it must. */
function lintPreset(path: string, text: string, known: Presets): readonly Finding[] {
  const name = presetNameOf(path);
  const parsed = parsePresetPolicy(`preset:${name}`, text);
  if (!parsed.ok) return parsed.problem.map((problem) => ({ ...problem, severity: "error", rule: problem.kind }));
  const { groups = [], checks } = parsed.value.keys.expects;
  const file = [
    "version: 1",
    `extends: preset:${name}`,
    ...(groups.length === 0 ? [] : ["groups:", ...groups.map((group) => `  ${group}: { teams: [org/${group}] }`)]),
    ...(checks === "any" ? ["checks: { test: {} }"] : []),
  ];
  return lintPolicy(file.join("\n"), { ...known, [name]: text }, { now: systemClock.now() });
}

function show(say: Say, { file, findings }: { readonly file: string; readonly findings: readonly Finding[] }): void {
  for (const { severity, path, line, column, message, hint, rule } of findings) {
    const colour = severity === "error" ? "red" : "yellow";
    say.result(`${path}:${line}:${column}: ${say.colour(colour, severity)}: ${oneLine(message)} [${rule}]`);
    say.result(`  ${oneLine(hint)}`);
  }
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const found = `${counted(errors, "error")}, ${counted(findings.length - errors, "warning")}`;
  say.result(`${file}: ${findings.length === 0 ? say.colour("green", "nothing to say") : found}`);
}
