/** The policies that ship with the program, by the name after `preset:`. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** From a source the folder is three up, from a bundle one. */
const FOLDERS = ["../../../policies/", "../policies/"];

export async function shippedPresets(): Promise<Readonly<Record<string, string>>> {
  for (const place of FOLDERS) {
    const folder = new URL(place, import.meta.url);
    try {
      const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml"));
      const texts = names.map(async (name) => {
        const text = await readFile(fileURLToPath(new URL(name, folder)), "utf8");
        return [name.slice(0, -".yaml".length), text] as const;
      });
      if (names.length > 0) return Object.fromEntries(await Promise.all(texts));
    } catch {
      // Not here: the other one.
    }
  }
  return {};
}
