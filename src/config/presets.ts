/** The policies that ship with the program, by the name after `preset:`. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** From a source the folder is two up, from a bundle one. */
const FOLDERS = ["../../policies/", "../policies/"];

/** Rejects where the package is not whole. */
export async function shippedPresets(): Promise<Readonly<Record<string, string>>> {
  const folders = FOLDERS.map((place) => new URL(place, import.meta.url));
  const folder = folders.find((place) => existsSync(place));
  if (folder === undefined) throw new Error("Cannot find the folder policies/ of this program: install it again");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml"));
  const texts = names.map(async (name) => {
    const text = await readFile(fileURLToPath(new URL(name, folder)), "utf8");
    return [name.slice(0, -".yaml".length), text] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}
