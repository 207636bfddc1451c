// The demo's command line.
const STORIES = ["main", "adopt", "release", "backlog"] as const;
export type StoryName = (typeof STORIES)[number];

export interface DemoOptions {
  readonly story: StoryName;
  readonly verify: boolean;
  readonly keep: boolean;
  readonly json: boolean;
  /** Of the story `backlog`: how many pull requests are open, and how many a minute are read. */
  readonly pulls: number;
  readonly pace: number;
}

export const USAGE = `Usage: npm run demo [-- --story main|adopt|release|backlog] [--verify | --keep [--json] | --help]

On a local GitHub with real git, with the real \`git review\` and the real service. Nothing leaves this machine.

  --story main      (default) a stack of two changes goes through two cores and three checks to main; under a minute
  --story adopt     a repository with checks and pull requests of its own is observed, then enforced
  --story release   a schedule, a freeze and its exception, a candidate, a backport, the final release; about a minute
  --story backlog   a repository with hundreds of open pull requests is caught up with: how many requests, in which order
    --pulls N       how many are open, default 500
    --pace N        how many a minute are read, default 1200: a time lapse of 20 a minute, with the same requests
  --verify   afterwards show, from git and the Actions runs, that every commit that landed is the one that was tested
  --keep     leave the local GitHub and the service running, and print what to type
  --json     with --keep: print one line of JSON for scripts and nothing else (npm's banner comes before it)
  --help     this text

Exit code 0: everything happened as told. 1: something else happened; what was expected and found is printed. 2: usage.`;

type Wrong = { readonly wrong: string };

/** A string is what is wrong with the words. */
export function parseOptions(words: readonly string[]): DemoOptions | "help" | Wrong {
  if (words.includes("--help") || words.includes("-h")) return "help";
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (["--story", "--pulls", "--pace"].includes(word)) values.set(word, words[(at += 1)] ?? "");
    else if (["--verify", "--keep", "--json"].includes(word)) flags.add(word);
    else return { wrong: `The demo does not know "${word}"` };
  }
  const story = STORIES.find((name) => name === (values.get("--story") ?? "main"));
  if (story === undefined)
    return { wrong: `There is no story "${values.get("--story")}"; there are ${STORIES.join(", ")}` };
  const [pulls, pace] = [Number(values.get("--pulls") ?? 500), Number(values.get("--pace") ?? 1200)];
  if (![pulls, pace].every((number) => Number.isInteger(number) && number > 0)) {
    return { wrong: "--pulls and --pace take whole numbers" };
  }
  const options = { story, verify: flags.has("--verify"), keep: flags.has("--keep"), json: flags.has("--json") };
  if (options.json && !options.keep) return { wrong: "--json goes with --keep: it describes the world that is kept" };
  if (story !== "main" && flags.size > 0) return { wrong: "--verify and --keep go with the main story" };
  return { ...options, pulls, pace };
}
