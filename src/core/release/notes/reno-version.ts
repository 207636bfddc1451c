/** The next version as reno answers it, its faults included: `security` and `critical` count for nothing, and tags are not looked at. */
import { fail, ok, type Result } from "../../result.ts";
import type { NotesConfig } from "./config.ts";
import type { NotesOfVersion } from "./report.ts";

export const WORKING_COPY = "*working-copy*";

/** Fails with a sentence where reno ends with an error. `versions` newest first, those without notes left out. */
export function renoNextVersion(versions: readonly NotesOfVersion[], config: NotesConfig): Result<string, string> {
  const counted: NotesOfVersion[] = [];
  for (const version of versions) {
    if (version.version !== WORKING_COPY) {
      const read = readPep440(version.version);
      if (read === undefined) return fail(`"${version.version}" is no version of Python's`);
      if (read.post === 0) break;
    }
    counted.push(version);
  }
  const [newest] = versions;
  if (newest === undefined) return fail("there are no notes");
  if (counted.length === 0) return ok(newest.version);
  const base = counted.find(({ version }) => version !== WORKING_COPY) ?? versions[1];
  const read = base === undefined ? undefined : readPep440(base.version);
  if (read === undefined) return fail("no version has notes yet");
  const [major = 0, minor = 0, patch = 0] = read.release;
  const notes = counted.flatMap((version) => version.notes.map(({ note }) => note));
  const has = (names: readonly string[]) =>
    notes.some(({ prelude, sections }) =>
      names.some(
        (name) =>
          sections.some((section) => section.name === name && section.said) ||
          (name === config.preludeSectionName && (prelude ?? "") !== ""),
      ),
    );
  if (has(config.semverMajor)) return ok(`${major + 1}.0.0`);
  if (has(config.semverMinor)) return ok(`${major}.${minor + 1}.0`);
  return ok(`${major}.${minor}.${has(config.semverPatch) ? patch + 1 : patch}`);
}

const PEP_440 =
  /^\s*v?(?:\d+!)?(\d+(?:\.\d+)*)(?:[-_.]?(?:alpha|a|beta|b|preview|pre|c|rc)[-_.]?\d*)?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?dev[-_.]?\d*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?\s*$/i;

/** Source: PEP 440, appendix B. `post` is 0 where there is none. */
function readPep440(text: string): { readonly release: readonly number[]; readonly post: number } | undefined {
  const found = PEP_440.exec(text);
  if (found === null) return undefined;
  const [, release = "", dashed, named] = found;
  return { release: release.split(".").map(Number), post: Number(dashed ?? named ?? "0") };
}
