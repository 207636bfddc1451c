#!/usr/bin/env node
/** `plustwo`: the composition root. Commands are loaded when they run; this is the one file that may know them all. */
import packageJson from "../package.json" with { type: "json" };

const HELP = `Usage: plustwo <command> [options] | --version | --help
  serve      runs the service (see \`plustwo serve --help\`)
  forge      runs a local GitHub for trying things out: [--port N] [--json]
  init | doctor | pause | resume | leave     adopt it and look after it (each has --help)`;
const write = (line: string): unknown => process.stdout.write(`${line}\n`);
const complain = (line: string): unknown => process.stderr.write(`${line}\n`);
const untilStopped = (): Promise<void> =>
  new Promise((resolve) => process.once("SIGTERM", () => resolve()).once("SIGINT", () => resolve()));

async function run([command, ...args]: readonly string[]): Promise<number> {
  if (command === "serve") {
    const { runServe } = await import("../bot/main.ts");
    return runServe({ args, env: process.env, write, complain, untilStopped });
  }
  if (command === "forge") {
    const port = args.includes("--port") ? Number(args[args.indexOf("--port") + 1]) : 0;
    const { runForge } = await import("../local-forge/main.ts");
    if (Number.isInteger(port)) return runForge({ port, json: args.includes("--json"), write });
    complain("Cannot start the forge: --port takes a number; 0 lets the system pick");
    return 2;
  }
  if (command !== undefined && ["init", "doctor", "pause", "resume", "leave"].includes(command)) {
    const { runOperate } = await import("../src/cli/operate/main.ts");
    const { stdin, stdout, stderr, env, cwd } = process;
    stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
    return runOperate([command, ...args], { stdin, stdout, stderr, env, cwd: cwd() });
  }
  if (command === "--version" || command === "--help") {
    write(command === "--version" ? packageJson.version : HELP);
    return 0;
  }
  complain(command === undefined ? HELP : `Cannot run "${command}": no such command. Hint: see \`plustwo --help\``);
  return 2;
}

process.exitCode = await run(process.argv.slice(2));
