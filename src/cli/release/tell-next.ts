/** What to do with an edited release file, and whether anybody will act on it when it merges. */
import { join } from "node:path";
import { shippedPresets } from "../../config/presets.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { readTextIfThere } from "../disk.ts";
import type { Say } from "../say.ts";
import type { Opened } from "./open-deliverable.ts";
import { POLICY_FILE } from "./quiet.ts";
import { FOLDER } from "./tree.ts";

export async function tellNext(say: Say, { folder, text, file, isNew, own }: Opened, version: string): Promise<void> {
  say.note("Look at it with `git diff`, then propose it for review: nothing is tagged before it merges");
  if (isNew) say.note(`  git add ${text.path} && git commit -m "Release ${file.name} ${version}" && git review`);
  const itself = own?.name !== undefined && file.repositories.includes(own.name);
  const missing = itself ? await missingInPolicy(folder) : undefined;
  if (missing !== undefined) say.note(missing);
}

/** Of a repository that releases itself; the organisation's file, which may say it instead, is not here to be read. */
async function missingInPolicy(folder: string): Promise<string | undefined> {
  const text = await readTextIfThere(join(folder, POLICY_FILE), POLICY_FILE);
  if (!text.ok) return `${text.problem.message}: what cannot be read tags nothing`;
  if (text.value === undefined)
    return `There is no ${POLICY_FILE} here: without \`releases: { files: ${FOLDER} }\` and \`mode: enforce\`, there or in the organisation's file, nothing is tagged`;
  const policy = loadPolicy(text.value, await shippedPresets());
  if (!policy.ok) return `${POLICY_FILE} cannot be used (\`plustwo policy lint\`): nothing is tagged before it is`;
  const { mode, releases } = policy.value;
  const wanted = [
    ...(releases.files === FOLDER ? [] : [`\`releases: { files: ${FOLDER} }\``]),
    ...(mode === "enforce" ? [] : ["`mode: enforce`"]),
  ];
  return wanted.length === 0
    ? undefined
    : `Nothing is tagged when it merges before ${POLICY_FILE}, or the organisation's file, has ${wanted.join(" and ")}`;
}
