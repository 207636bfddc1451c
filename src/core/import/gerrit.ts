/** Gerrit's `project.config` as a policy: labels, rights, submit requirements; everything else it can hold is told one by one. */
import { fail, ok, type Result } from "../result.ts";
import { emptyDraft, nameFor, placeholderGroup, written, type Draft } from "./draft.ts";
import { groupsIn } from "./expressions.ts";
import { readGerritAccess } from "./gerrit-access.ts";
import { isOfChecks, readGerritLabel } from "./gerrit-labels.ts";
import { readGerritRequirements } from "./gerrit-requirements.ts";
import { readGerritSettings } from "./gerrit-settings.ts";
import { parseGitConfig, type ConfigEntry, type ConfigFile } from "./git-config.ts";
import { Report, type Imported, type ImportProblem } from "./report.ts";

export function importGerrit(text: string): Result<Imported, ImportProblem> {
  const parsed = parseGitConfig(text);
  if (!parsed.ok) return parsed;
  const file = parsed.value;
  if (file.sections.length === 0)
    return fail({ line: 1, message: "it has no section", hint: "give `project.config` of refs/meta/config" });
  const draft = emptyDraft();
  const report = new Report();
  const of = (section: string) => file.entries.filter((entry) => entry.section === section);
  const ranges = readLabels(file, draft, report);
  const groups = groupNamesFor(draft, report);
  const label = (name: string) => ranges.get(name.toLowerCase());
  draft.access.push(...readGerritAccess(of("access"), { label, group: groups.nameOf }, report));
  for (const entry of of("submit-requirement"))
    if (entry.key.endsWith("If")) for (const group of groupsIn(entry.value)) groups.nameOf(group);
  readGerritRequirements(
    file,
    {
      draft,
      renames: { label: (name) => label(name)?.name ?? name, group: groups.nameOf },
      names: () => ({
        labels: [...ranges.values()].map((known) => ({ ...known, computed: isOfChecks(known.name) })),
        groups: [...draft.groups.keys()],
        checks: [],
      }),
    },
    report,
  );
  readGerritSettings(file, draft, report);
  const unasked = [...draft.labels.keys()].filter(
    (name) => ![...draft.requirements.values()].some(({ submittableIf }) => submittableIf.includes(`label:${name}`)),
  );
  for (const name of unasked)
    report.changed(
      0,
      `label ${name}`,
      "no requirement of this file asks for it: it is told in the check and decides nothing",
    );
  return ok(written(draft, report, "Gerrit's project.config"));
}

interface Known {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** By the name in lower case, as Gerrit looks labels up. Those that only rights speak of are inherited, and guessed from them. */
function readLabels({ sections, entries }: ConfigFile, draft: Draft, report: Report): ReadonlyMap<string, Known> {
  const ranges = new Map<string, Known>();
  const required = new Set(
    sections.flatMap(({ section, name }) =>
      section === "submit-requirement" && name !== undefined ? [name.toLowerCase()] : [],
    ),
  );
  const defined = new Map<string, { name: string; line: number; entries: ConfigEntry[] }>();
  for (const { section, name, line } of sections)
    if (section === "label") {
      if (name === undefined) report.leftOut(line, "[label]", 'it names no label: write `[label "Code-Review"]`');
      else if (!defined.has(name.toLowerCase())) defined.set(name.toLowerCase(), { name, line, entries: [] });
    }
  for (const entry of entries)
    if (entry.section === "label" && entry.name !== undefined)
      defined.get(entry.name.toLowerCase())?.entries.push(entry);
  for (const [key, inherited] of inheritedLabels(entries)) {
    if (defined.has(key)) continue;
    defined.set(key, inherited);
    report.leftOut(
      inherited.line,
      `label ${inherited.name}`,
      "the file gives rights on it and does not define it: what the parent says of its values, copying and requirements has to be written; what stands here is a guess",
    );
  }
  for (const [key, { name, line, entries: own }] of defined) {
    const read = readGerritLabel(
      nameFor(name, () => false),
      own,
      { line, hasRequirement: required.has(key) },
      report,
    );
    if (read === undefined) continue;
    const here = nameFor(name, (taken) => draft.labels.has(taken));
    draft.labels.set(here, read.label);
    ranges.set(key, { name: here, min: read.min, max: read.max });
    if (read.requirement !== undefined)
      draft.requirements.set(required.has(key) ? `${here}-Function` : here, {
        description: `What the function of ${here} asks for`,
        ...read.requirement,
      });
  }
  return ranges;
}

/** From the widest range that a right gives; Code-Review copies as Gerrit sets it up. */
function inheritedLabels(
  entries: readonly ConfigEntry[],
): Map<string, { name: string; line: number; entries: ConfigEntry[] }> {
  const found = new Map<string, { name: string; line: number; min: number; max: number }>();
  for (const { section, key, value, line } of entries) {
    const name = section === "access" ? /^label-(.+)$/i.exec(key)?.[1] : undefined;
    const [, min, max] = /([+-]?\d{1,4})\.\.([+-]?\d{1,4})/.exec(value) ?? [];
    if (name === undefined || min === undefined || max === undefined) continue;
    const before = found.get(name.toLowerCase()) ?? { name, line, min: 0, max: 0 };
    found.set(name.toLowerCase(), {
      ...before,
      min: Math.max(-10, Math.min(before.min, Number(min))),
      max: Math.min(10, Math.max(before.max, Number(max))),
    });
  }
  return new Map(
    [...found].map(([key, { name, line, min, max }]) => {
      const entry = (what: string, value: string): ConfigEntry => ({ section: "label", name, key: what, value, line });
      const values = [...Array(max - min + 1).keys()].map((index) => entry("value", `${min + index} ${min + index}`));
      const copy =
        key === "code-review"
          ? "changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN"
          : min < 0
            ? "is:MIN"
            : undefined;
      return [key, { name, line, entries: [...values, ...(copy === undefined ? [] : [entry("copyCondition", copy)])] }];
    }),
  );
}

/** Every group once, under a name of ours; who is in it the file does not say. */
function groupNamesFor(draft: Draft, report: Report): { readonly nameOf: (name: string) => string } {
  const known = new Map<string, string>();
  return {
    nameOf(name) {
      const before = known.get(name.toLowerCase());
      if (before !== undefined) return before;
      const here = nameFor(
        name,
        (taken) =>
          ["anyone", "owner"].includes(taken.toLowerCase()) ||
          [...draft.groups.keys()].some((one) => one.toLowerCase() === taken.toLowerCase()),
      );
      known.set(name.toLowerCase(), here);
      draft.groups.set(here, placeholderGroup(here));
      report.changed(0, `group ${name}`, `who is in it only Gerrit knows: write its team into \`groups.${here}\``);
      return here;
    },
  };
}
