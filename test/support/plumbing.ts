// Commits made by hand, without a work tree: exact parents, exact trees, in a person's name. For shapes that no command makes.
import { mustRun } from "./shell.ts";
import { type Population, type World } from "./world.ts";

export interface HandMade {
  /** Oldest first; the first is what the tree begins as. */
  readonly parents: readonly string[];
  /** Path to content; null removes the file. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly message?: string;
  /** Author and committer; carol by default. */
  readonly by?: string;
}

export interface Plumbing {
  commit(made: HandMade): Promise<string>;
  /** Overwrites the branch, as this person; carol by default. */
  push(sha: string, branch: string, login?: string): Promise<void>;
  /** A file of a commit or branch. */
  show(path: string, at?: string): Promise<string>;
}

export function plumbing(world: World, population: Population): Plumbing {
  const { git, env } = world.observer;
  const run = async (args: readonly string[], input?: string, more: Readonly<Record<string, string>> = {}) => {
    const at = { cwd: git, env: { ...env, ...more }, ...(input === undefined ? {} : { input }) };
    return (await mustRun("git", args, at)).stdout;
  };
  return {
    async commit({ parents, files, message, by = "carol" }) {
      const name = `${by.charAt(0).toUpperCase()}${by.slice(1)}`;
      const who = ["AUTHOR", "COMMITTER"].flatMap((role) => [
        [`GIT_${role}_NAME`, name],
        [`GIT_${role}_EMAIL`, `${by}@example.org`],
      ]);
      const index = { GIT_INDEX_FILE: `${git}/hand-made-index` };
      await run(["fetch", "-q", "origin", "+refs/heads/*:refs/seen/*"]);
      await run(["read-tree", parents[0] ?? "main"], undefined, index);
      for (const [path, content] of Object.entries(files)) {
        if (content === null) await run(["update-index", "--force-remove", path], undefined, index);
        else {
          const blob = (await run(["hash-object", "-w", "--stdin"], content)).trim();
          await run(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], undefined, index);
        }
      }
      const tree = (await run(["write-tree"], undefined, index)).trim();
      const text =
        message ??
        Object.entries(files)
          .map(([path, content]) => `${path}: ${(content ?? "").trim()}`)
          .join("; ");
      const args = ["commit-tree", ...parents.flatMap((sha) => ["-p", sha]), "-m", text.slice(0, 200), tree];
      return (await run(args, undefined, Object.fromEntries(who) as Record<string, string>)).trim();
    },
    async push(sha, branch, login = "carol") {
      const url = world.cloneUrl.replace("://", `://${login}:${population.get(login)}@`);
      await run(["push", "-q", "-f", url, `${sha}:refs/heads/${branch}`]);
    },
    show: (path, at = "main") => run(["show", `${at}:${path}`]),
  };
}
