/** The files that settings stand in: `.gitreview` of the work tree, and git-review's deprecated files of user and system. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseGitreview, type GitreviewFile } from "./gitreview-file.ts";
import { type ConfigFile } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const LARGEST_FILE_BYTES = 65_536;
const SYSTEM_FILE = "/etc/git-review/git-review.conf";
const USER_FILE = ".config/git-review/git-review.conf";

/** Empty where there is none, or none that can be read: the remote's URL says the rest. */
export async function readGitreview(topLevel: string | undefined): Promise<GitreviewFile> {
  return topLevel === undefined ? [] : ((await readEntries(path.join(topLevel, ".gitreview"))) ?? []);
}

/** Only those that are there; the user's before the system's. None in local mode. */
export async function readDeprecated(env: Environment): Promise<readonly ConfigFile[]> {
  if (isLocalMode(env)) return [];
  const home = env["HOME"] ?? "";
  const wanted = [
    ...(home === "" ? [] : [{ name: `~/${USER_FILE}`, file: path.join(home, USER_FILE) }]),
    { name: SYSTEM_FILE, file: SYSTEM_FILE },
  ];
  const read = await Promise.all(
    wanted.map(async ({ name, file }) => {
      const entries = await readEntries(file);
      return entries === undefined ? [] : [{ name, entries }];
    }),
  );
  return read.flat();
}

/** Set at all, whatever to. */
export function isLocalMode(env: Environment): boolean {
  return env["GITREVIEW_LOCAL_MODE"] !== undefined;
}

async function readEntries(file: string): Promise<GitreviewFile | undefined> {
  try {
    return parseGitreview((await readFile(file, "utf8")).slice(0, LARGEST_FILE_BYTES));
  } catch {
    return undefined;
  }
}
