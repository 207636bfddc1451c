#!/usr/bin/env node
/** `plustwo`: the composition root. Commands are loaded when they run; this is the one file that may know them all. */
import packageJson from "../package.json" with { type: "json" };
const HELP = `Usage: plustwo <command> [options] | --version | --help
  serve      runs the service (see \`plustwo serve --help\`)
  forge      runs a local GitHub for trying things out: [--port N] [--json]
  replay     looks back at the merges of any repository: [owner/name]; reads only
  notes      new | list | report | lint | semver-next | cache | import: release notes, none of them lost
  policy     fetch | eval | explain | lint | test | diff | import | audit: asks and tries policies
  backport   plan | run | check | audit: a fix brought down the series in order, and what breaks it
  cycle      init | check | status | ics | advance | name: a release's schedule, its series' life
  release    validate | new | propose | cut | final | eol | eom | missing …: reviewed files
  spec       new | check | report | close: what a cycle sets out to build, as reviewed files
  governance decide | rules | roll | candidate | tally: votes by written rules, and who may vote
  init | doctor | pause | resume | leave | completions: adopt it and look after it
Each has --help.`;
const write = (line: string): unknown => process.stdout.write(`${line}\n`);
const complain = (line: string): unknown => process.stderr.write(`${line}\n`);
const untilStopped = () => new Promise<void>((end) => process.once("SIGTERM", () => end()).once("SIGINT", () => end()));
const gathering = () => import("../bot/fetch-snapshot.ts");
async function run(words: readonly string[]): Promise<number> {
  const [command, ...args] = words;
  const said = { args, write, complain, env: process.env, untilStopped };
  if (command === "serve") return (await import("../bot/main.ts")).runServe(said);
  if (command === "forge") return (await import("../local-forge/main.ts")).runForge(said);
  const runner = await (await import("../src/cli/runners.ts")).runnerOf(command ?? "", gathering);
  if (runner !== undefined) {
    const { stdin, stdout, stderr, env, cwd } = process;
    stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
    return runner(words, { stdin, stdout, stderr, env, cwd: cwd() });
  }
  if (command === "--version" || command === "--help") {
    write(command === "--version" ? packageJson.version : HELP);
    return 0;
  }
  complain(command === undefined ? HELP : `Cannot run "${command}": no such command. Hint: see \`plustwo --help\``);
  return 2;
}

process.exitCode = await run(process.argv.slice(2));
