// The demo's command line.
export interface DemoOptions {
  readonly verify: boolean;
  readonly keep: boolean;
  readonly json: boolean;
}

export const USAGE = `Usage: npm run demo [-- --verify | --keep [--json] | --help]

Tells in under a minute how a stack of two changes goes through two cores and three checks to main: on a local
GitHub with real git, with the real \`git review\` and the real service. Nothing leaves this machine.

  --verify   afterwards show, from git and the Actions runs, that every commit that landed is the one that was tested
  --keep     leave the local GitHub and the service running, and print what to type
  --json     with --keep: print one line of JSON for scripts and nothing else (npm's banner comes before it)
  --help     this text

Exit code 0: everything happened as told. 1: something else happened; what was expected and found is printed. 2: usage.`;

/** A string is what is wrong with the words. */
export function parseOptions(words: readonly string[]): DemoOptions | "help" | { readonly wrong: string } {
  if (words.includes("--help") || words.includes("-h")) return "help";
  const unknown = words.find((word) => !["--verify", "--keep", "--json"].includes(word));
  if (unknown !== undefined) return { wrong: `The demo does not know "${unknown}"` };
  const options = {
    verify: words.includes("--verify"),
    keep: words.includes("--keep"),
    json: words.includes("--json"),
  };
  if (options.json && !options.keep) return { wrong: "--json goes with --keep: it describes the world that is kept" };
  return options;
}
