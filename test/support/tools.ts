// The commands under test, as an installed package would put them on the PATH. They are the bundles of `npm run build`, never sources.
import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root. This file may run as a source (two folders down) or inside a bundle (one folder down). */
export const root = [new URL("../..", import.meta.url), new URL("..", import.meta.url)]
  .map((url) => fileURLToPath(url))
  .find((path) => existsSync(join(path, "demo", "project")))!;

/** Makes a folder with `git-review` and `plustwo` in it. */
export async function installTools(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of ["git-review", "plustwo"]) {
    const bundle = join(root, "dist", `${name}.js`);
    if (!existsSync(bundle)) throw new Error(`Cannot find dist/${name}.js: run \`npm run build\` first`);
    await symlink(bundle, join(folder, name));
  }
  return folder;
}
