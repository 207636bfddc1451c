/** The policies that ship with the program, by the name after `preset:`. Read once at the start. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** From a source (`bot/`) and from a bundle (`dist/`) alike the folder is one up. */
const FOLDER = new URL("../policies/", import.meta.url);

export async function readPresets(): Promise<Readonly<Record<string, string>>> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".yaml"));
  const read = files.map(async (name) => {
    const text = await readFile(fileURLToPath(new URL(name, FOLDER)), "utf8");
    return [name.slice(0, -".yaml".length), text] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
