// The project's own files, as the house tests look at them: everything but what is installed, built or made by tests.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

const NOT_OURS = new Set(["node_modules", "dist", "coverage", ".git", ".plustwo"]);

/** Paths from the root with `/`, in alphabetical order. `ending` as in ".md". */
export function projectFiles(ending: string, folder = "."): readonly string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !NOT_OURS.has(entry.name)) found.push(...projectFiles(ending, path));
    else if (entry.isFile() && entry.name.endsWith(ending)) found.push(path);
  }
  return found.sort();
}
