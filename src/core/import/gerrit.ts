/** Gerrit's `project.config` as a policy: labels, rights, submit requirements; everything else it can hold is told one by one. */
import { fail, ok, type Result } from "../result.ts";
import { emptyDraft, requirementName, written, type Draft } from "./draft.ts";
import { groupsIn } from "./expressions.ts";
import { readGerritAccess } from "./gerrit-access.ts";
import { askedAlready, type Function } from "./gerrit-functions.ts";
import { groupNamesFor, parseGroupsFile, type GroupsFile } from "./gerrit-groups.ts";
import { inForce, type NamedConfig } from "./gerrit-inherit.ts";
import { readLabels } from "./gerrit-label-list.ts";
import { readGerritRequirements } from "./gerrit-requirements.ts";
import { readGerritSettings } from "./gerrit-settings.ts";
import { parseGitConfig } from "./git-config.ts";
import { Report, type Imported, type ImportProblem } from "./report.ts";

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Of the branch refs/meta/config: one or several `project.config`, the parent's before its child's, and beside them `groups` and
 * `rules.pl`, which are known by their names.
 */
export function importGerrit(files: readonly SourceFile[]): Result<Imported, ImportProblem> {
  const several = files.length > 1;
  const report = new Report(several ? files.map(({ name }) => name) : []);
  const configs: NamedConfig[] = [];
  let groups: GroupsFile | undefined;
  let rules: SourceFile | undefined;
  for (const file of files) {
    const wrong = (problem: ImportProblem) => fail({ ...(several ? { file: file.name } : {}), ...problem });
    switch (partOf(file.name)) {
      case "config": {
        const parsed = parseGitConfig(file.text, several ? file.name : undefined);
        if (!parsed.ok) return wrong(parsed.problem);
        configs.push({ ...parsed.value, file: file.name });
        break;
      }
      case "groups": {
        const read = parseGroupsFile(file.text);
        if (read === undefined)
          return wrong({
            line: 1,
            message: "it is no list of groups",
            hint: "give `groups` of refs/meta/config: an id, a tab and a name on each line",
          });
        groups = {
          names: new Map([...(groups?.names ?? []), ...read.names]),
          uuids: new Map([...(groups?.uuids ?? []), ...read.uuids]),
        };
        break;
      }
      case "rules":
        rules = file;
    }
  }
  if (!configs.some(({ sections }) => sections.length > 0))
    return fail({ line: 1, message: "it has no section", hint: "give `project.config` of refs/meta/config" });
  const draft = emptyDraft();
  parents(configs, report);
  fill(draft, { configs, ...(groups === undefined ? {} : { groups }) }, report);
  if (rules !== undefined) prolog(draft, several ? { file: rules.name, line: 1 } : 1, report);
  return ok(written(draft, report, "Gerrit's project.config"));
}

function partOf(name: string): "config" | "groups" | "rules" {
  const last = name.split(/[\\/]/).at(-1) ?? name;
  if (last.endsWith(".pl")) return "rules";
  return /^groups(?:\.txt)?$/.test(last) ? "groups" : "config";
}

/** Whatever stands in a file that was not given decides too. */
function parents(configs: readonly NamedConfig[], report: Report): void {
  configs.forEach(({ entries, sections }, index) => {
    const named = entries.find(({ section, key }) => section === "access" && key.toLowerCase() === "inheritfrom");
    const about = named === undefined ? "All-Projects" : `access: inheritFrom = ${named.value}`;
    if (index > 0) {
      if (named !== undefined) report.kept(named.line, about, "from the file that was given before it");
    } else if (named !== undefined || !sections.some(({ section }) => section === "capability"))
      report.leftOut(
        named?.line ?? 0,
        about,
        "its labels, rights and requirements are in force too, and its file was not given: name the parents' files first, All-Projects before all",
      );
  });
}

function fill(
  draft: Draft,
  { configs, groups: listed }: { readonly configs: readonly NamedConfig[]; readonly groups?: GroupsFile },
  report: Report,
): void {
  const file = inForce(configs, report);
  const access = file.entries.filter(({ section }) => section === "access");
  const { labels, functions } = readLabels(file, draft, report);
  const label = (name: string) => labels.get(name.toLowerCase());
  const groups = groupNamesFor(draft, listed, report);
  draft.access.push(...readGerritAccess(access, { label, who: groups.whoOf }, report));
  for (const { section, key, value } of file.entries)
    if (section === "submit-requirement" && /if$/i.test(key)) for (const group of groupsIn(value)) groups.nameOf(group);
  readGerritRequirements(
    file,
    {
      draft,
      renames: { label: (name) => label(name)?.name ?? name, group: groups.nameOf },
      names: {
        labels: [...labels.values()].map((known) => ({ ...known, computed: known.ofChecks })),
        groups: [...draft.groups.keys()],
        checks: [],
      },
    },
    report,
  );
  for (const one of functions) addFunction(one, draft, report);
  readGerritSettings(file, draft, report);
  for (const name of draft.labels.keys())
    if (![...draft.requirements.values()].some(({ submittableIf }) => submittableIf.includes(`label:${name}`)))
      report.changed(0, `label ${name}`, "no requirement asks for it: it is told in the check and decides nothing");
}

/** Gerrit asks for both: what the function says, and what requirements of the same name say. */
function addFunction(
  { name, asks, applicableIf }: { readonly name: string; readonly asks: Function; readonly applicableIf?: string },
  draft: Draft,
  report: Report,
): void {
  const already = askedAlready(asks, draft.requirements);
  if (already !== undefined) {
    report.kept(asks.line, asks.about, `the requirement ${already} asks for it already`);
    return;
  }
  const has = [...draft.requirements.keys()].some((one) => one.toLowerCase() === name.toLowerCase());
  const here = requirementName(draft, has ? `${name}-Function` : name);
  const submittableIf = asks.terms.join(" AND ");
  draft.requirements.set(here, {
    description: `What the function of ${name} asks for`,
    ...(applicableIf === undefined ? {} : { applicableIf }),
    submittableIf,
  });
  if (asks.named) report.kept(asks.line, asks.about, `as the requirement ${here}: \`${submittableIf}\``);
  else
    report.changed(
      asks.line,
      asks.about,
      `it names no function, which Gerrit takes as MaxWithBlock: the requirement ${here}, \`${submittableIf}\``,
    );
}

/** Prolog decides in place of the functions; what it says nobody can read off. */
function prolog(draft: Draft, at: Parameters<Report["leftOut"]>[0], report: Report): void {
  const name = requirementName(draft, "Prolog-Rules");
  draft.requirements.set(name, {
    description: "What rules.pl asked for has to be written anew",
    submittableIf: "is:false",
  });
  report.leftOut(
    at,
    "rules.pl",
    `there are no Prolog rules here, and what these ask for stands nowhere else: until it is written anew nothing passes (\`${name}\`)`,
  );
}
