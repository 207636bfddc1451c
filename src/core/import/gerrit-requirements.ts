/** Gerrit's `[submit-requirement]` sections. What the strict reading refuses lets nothing pass until somebody has written it anew. */
import type { Names } from "../policy/operators.ts";
import { requirementName, type Draft, type DraftRequirement } from "./draft.ts";
import { differences, readOtherwise, readStrictly, renamed, whyRefused, type Renames } from "./expressions.ts";
import { inStrictWords } from "./strict-words.ts";
import type { ConfigEntry, ConfigFile } from "./git-config.ts";
import type { Place, Report } from "./report.ts";

export interface RequirementOptions {
  readonly draft: Draft;
  readonly renames: Renames;
  readonly names: Names;
}

export function readGerritRequirements(
  { sections, entries }: ConfigFile,
  { draft, renames, names }: RequirementOptions,
  report: Report,
): void {
  const read = new Map<string, string>();
  for (const { section, name, line } of sections) {
    if (section !== "submit-requirement") continue;
    if (name === undefined) {
      report.leftOut(line, "[submit-requirement]", 'it has no name: write `[submit-requirement "Code-Review"]`');
      continue;
    }
    const before = read.get(name.toLowerCase());
    if (before === name) continue;
    if (before !== undefined) {
      report.kept(line, `submit-requirement ${name}`, `as in Gerrit it counts for nothing beside \`${before}\``);
      continue;
    }
    read.set(name.toLowerCase(), name);
    const own = entries.filter((one) => one.section === section && one.name === name);
    const here = requirementName(draft, name);
    if (here !== name) report.changed(line, `submit-requirement ${name}`, `it is called \`${here}\` here`);
    draft.requirements.set(here, requirementOf(name, own, { line, renames, names }, report));
  }
}

function requirementOf(
  name: string,
  entries: readonly ConfigEntry[],
  { line, renames, names }: { readonly line: Place; readonly renames: Renames; readonly names: Names },
  report: Report,
): DraftRequirement {
  const what = `submit-requirement ${name}`;
  const texts: { applicableif?: string; submittableif?: string; overrideif?: string } = {};
  let description: string | undefined;
  let mayChange = false;
  let submittable = false;
  for (const entry of entries) {
    const about = `${what}: ${entry.key} = ${entry.value}`;
    const key = entry.key.toLowerCase();
    switch (key) {
      case "applicableif":
      case "submittableif":
      case "overrideif": {
        if (key === "submittableif") submittable = true;
        const { text, notes } = inStrictWords(renamed(entry.value, renames), names);
        const strict = readStrictly(text, names);
        if (!strict.ok) {
          delete texts[key];
          report.leftOut(entry.line, about, `${whyRefused(entry.value, strict.problem)}; ${IN_ITS_PLACE[key]}`);
          break;
        }
        const otherwise = readOtherwise(text);
        if (otherwise !== undefined) {
          delete texts[key];
          report.leftOut(entry.line, about, `${otherwise}; ${IN_ITS_PLACE[key]}`);
          break;
        }
        texts[key] = text;
        const differs = [...notes, ...differences(text), ...(text === entry.value ? [] : [`written \`${text}\` here`])];
        if (differs.length === 0) report.kept(entry.line, about);
        else report.changed(entry.line, about, differs.join("; "));
        break;
      }
      case "description":
        description = entry.value.slice(0, 500);
        report.kept(entry.line, about);
        break;
      case "canoverrideinchildprojects":
        mayChange = ["true", "yes", "on", "1"].includes(entry.value.toLowerCase());
        report.changed(entry.line, about, "what it depends on is locked, or free, with it");
        break;
      default:
        report.leftOut(entry.line, about, "not a key of Gerrit's submit requirements that is known here");
    }
  }
  if (!submittable)
    report.leftOut(
      line,
      what,
      "it has no submittableIf, so Gerrit ignores it; here it lets nothing pass until it has one",
    );
  const { applicableif, submittableif = "is:false", overrideif } = texts;
  const forgets = overrideif !== undefined && submittableif.includes("-label:") && !overrideif.includes("-label:");
  if (forgets)
    report.changed(
      line,
      what,
      "its override lifts a veto that stands in it, in Gerrit as here (`overridesVeto: true`)",
    );
  return {
    ...(description === undefined ? {} : { description }),
    ...(applicableif === undefined ? {} : { applicableIf: applicableif }),
    submittableIf: submittableif,
    ...(overrideif === undefined ? {} : { overrideIf: overrideif }),
    ...(overrideif !== undefined && submittableif.includes("-label:") ? { overridesVeto: true as const } : {}),
    ...(mayChange ? { canOverrideInChildProjects: true as const } : {}),
  };
}

/** Whatever cannot be said asks for more, never for less. */
const IN_ITS_PLACE = {
  applicableif: "until it is written anew the requirement is asked of every change",
  submittableif: "until it is written anew nothing passes (`is:false`)",
  overrideif: "until it is written anew nothing overrides",
} as const;
