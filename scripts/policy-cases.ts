/**
 * Runs the cases of the presets and asks of each small change of a preset whether a case notices it. A table, and every test that no
 * case has seen both ways and every change that none notices with its line. `npm run policy:cases -- small-team` asks one preset.
 * Exit 1 where a case fails or a mutant is alive.
 */
import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import { coverageOf } from "../src/core/cases/coverage.ts";
import { mutateCases } from "../src/core/cases/mutate.ts";
import { casesFiles, casesIn, presetTexts } from "./policy-files.ts";

const WORKER = "--one";
const [first, ...rest] = process.argv.slice(2);

if (first === WORKER) process.stdout.write(JSON.stringify(report(rest[0] ?? "")));
else process.exitCode = await table(first === undefined ? [] : [first, ...rest]);

interface Report {
  readonly preset: string;
  readonly cases: number;
  readonly atoms: string;
  readonly mutants: number;
  readonly alive: number;
  /** Of one core. */
  readonly seconds: number;
  readonly sentences: readonly string[];
}

/** Two at a time, the longest file first. */
async function table(asked: readonly string[]): Promise<number> {
  const all = casesFiles(join("policies", "cases")).filter(
    (path) => asked.length === 0 || asked.includes(basename(path, ".yml")),
  );
  const waiting = [...all];
  const reports: Report[] = [];
  const worker = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) reports.push(await inChild(path));
  };
  await Promise.all([worker(), worker()]);
  reports.sort((a, b) => (a.preset < b.preset ? -1 : 1));
  const rows = [
    ["preset", "cases", "atoms seen", "mutants", "alive", "seconds"],
    ...reports.map((one) =>
      [one.preset, one.cases, one.atoms, one.mutants, one.alive, one.seconds.toFixed(1)].map(String),
    ),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  const sentences = reports.flatMap((one) => one.sentences);
  if (sentences.length > 0) console.log(`\n${sentences.join("\n")}`);
  return sentences.length === 0 && reports.length === (asked.length === 0 ? all.length : asked.length) ? 0 : 1;
}

async function inChild(path: string): Promise<Report> {
  const child = spawn(process.execPath, [process.argv[1] ?? "", WORKER, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") throw new Error(`Cannot run the cases of ${path}: the process said nothing`);
  return JSON.parse(text) as Report;
}

function report(path: string): Report {
  const started = process.cpuUsage().user;
  const run = casesIn(path, presetTexts());
  const failed = run.results.flatMap(({ name, line, differences }) =>
    differences.map((sentence) => `${path}:${line}: ${name}: ${sentence}`),
  );
  const { atoms, unseen } = coverageOf(run);
  // Where a case fails nobody can say what a mutant changes.
  const { mutants, alive } = failed.length > 0 ? { mutants: 0, alive: [] } : mutateCases(run);
  return {
    preset: basename(path, ".yml"),
    cases: run.results.length,
    atoms: `${atoms - unseen.length}/${atoms}`,
    mutants,
    alive: alive.length,
    seconds: (process.cpuUsage().user - started) / 1e6,
    sentences: [
      ...failed,
      ...unseen.map((one) => `${one.path}:${one.line}: ${one.key}: no case has seen \`${one.text}\` ${one.never}`),
      ...alive.map((one) => `${one.path}:${one.line}: ${one.key}: no case notices when ${one.what}`),
    ],
  };
}
