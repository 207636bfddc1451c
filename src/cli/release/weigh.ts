/** Reads what two commits of a repository require and offer, for what the difference weighs. */
import { parse as parseToml } from "smol-toml";
import type { Sha } from "../../core/ids.ts";
import { weighInterface } from "../../core/release/deliverable/api-difference.ts";
import { MANIFESTS, requirementsOf, type ManifestName } from "../../core/release/deliverable/manifests.ts";
import { weighRequirements, type Requirement, type Weighed } from "../../core/release/deliverable/requirements.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Repository } from "../../git/repository.ts";

export interface Weighing {
  /** `acme/calc`, for the sentences. */
  readonly name: string;
  readonly from: Sha;
  readonly to: Sha;
  /** The file that has the public interface written down. */
  readonly api?: string;
}

export interface Difference {
  readonly weighed: readonly Weighed[];
  /** What could not be compared, in sentences. */
  readonly notCompared: readonly string[];
}

/** The problem is a sentence: what is released now has to be readable, what was released before is only not compared. */
export async function weighSince(
  repository: Repository,
  { name, from, to, api }: Weighing,
): Promise<Result<Difference, string>> {
  const paths = [...MANIFESTS, ...(api === undefined ? [] : [api])];
  const read = await repository.blobs([from, to].flatMap((at) => paths.map((path) => ({ at, path }))));
  if (!read.ok) return fail(`the files of ${name} could not be read`);
  const texts = read.value.map((bytes) => (bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8")));
  const weighed: Weighed[] = [];
  const notCompared: string[] = [];
  for (const [index, path] of MANIFESTS.entries()) {
    const [before, after] = [texts[index], texts[paths.length + index]];
    if (after === undefined || before === after) continue;
    const now = readManifest(path, after);
    if (!now.ok) return fail(`${name}/${path} at ${to.slice(0, 10)} cannot be read: ${now.problem}`);
    const was = before === undefined ? ok([]) : readManifest(path, before);
    // A file that is new may have taken over from another: what it requires was perhaps required before.
    if (before === undefined) notCompared.push(`${name}/${path} is new: its requirements were not compared`);
    else if (!was.ok) notCompared.push(`${name}/${path} at ${from.slice(0, 10)} cannot be read: ${was.problem}`);
    else weighed.push(...weighRequirements(was.value, now.value, `${name}/${path}`));
  }
  if (api !== undefined) {
    const [before, after] = [texts[MANIFESTS.length], texts[paths.length + MANIFESTS.length]];
    if (after === undefined) return fail(`${name} has no ${api} at ${to.slice(0, 10)}`);
    if (before === undefined) notCompared.push(`${name}/${api} is new: the interface was not compared`);
    else {
      const one = weighInterface(before, after, `${name}/${api}`);
      if (one !== undefined) weighed.push(one);
    }
  }
  return ok({ weighed, notCompared });
}

function readManifest(path: ManifestName, text: string): Result<readonly Requirement[], string> {
  if (path !== "pyproject.toml") return requirementsOf(path, { text });
  try {
    return requirementsOf(path, { text, value: parseToml(text) });
  } catch (error) {
    return fail(`it is no TOML: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
  }
}
