// Whether dist/ is still what its sources make: their content as one digest, and size and time of each bundle, kept beside the packages.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const RECORD = "node_modules/.cache/plustwo-build.json";
/** Bundles depend on them too: how they are made, which packages are installed. */
const ALSO = ["scripts/build.mjs", "scripts/built.mjs", "package.json", "package-lock.json", "tsconfig.json"];

/** False too where anything is missing, unreadable or not as it was left. */
export async function isBuilt(root) {
  try {
    const { sources, digest, bundles } = JSON.parse(await readFile(join(root, RECORD), "utf8"));
    if ((await bundlesOf(root)) !== bundles) return false;
    return (await digestOf(root, sources)) === digest;
  } catch {
    return false;
  }
}

/** `inputs`: paths below `root`, of which a name in angle brackets is none. */
export async function recordBuild(root, inputs) {
  const sources = [...inputs.filter((path) => !path.startsWith("<")), ...ALSO].sort();
  const record = { sources, digest: await digestOf(root, sources), bundles: await bundlesOf(root) };
  await mkdir(dirname(join(root, RECORD)), { recursive: true });
  await writeFile(join(root, RECORD), JSON.stringify(record));
}

async function digestOf(root, sources) {
  const all = createHash("sha256");
  for (const path of sources) {
    const content = await readFile(join(root, path));
    all.update(`${path}\0${content.length}\0`).update(content);
  }
  return all.digest("hex");
}

async function bundlesOf(root) {
  const names = (await readdir(join(root, "dist"))).sort();
  const facts = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs, mode } = await stat(join(root, "dist", name));
      return `${name} ${size} ${mtimeMs} ${mode}`;
    }),
  );
  return createHash("sha256").update(facts.join("\n")).digest("hex");
}
