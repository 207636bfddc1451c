/** reno's configuration: `releasenotes/config.yaml` or `reno.yaml`, every key with its default. Source: reno 4.1, "Configuring reno". */
import { fail, ok, type Result } from "../../result.ts";
import { KeyReader } from "./config-keys.ts";
import type { NotesFinding } from "./finding.ts";
import { readPythonPattern, type PythonPattern } from "./python-pattern.ts";
import { readPythonYaml, whatIs } from "./python-yaml.ts";

export interface NoteSection {
  /** The key in a note. */
  readonly name: string;
  readonly title: string;
  /** 1 = a section, 2 and 3 = parts of the one above. */
  readonly level: 1 | 2 | 3;
}

export interface NotesConfig {
  /** Where the notes are, from the top of the repository: `releasenotes/notes`. */
  readonly notesPath: string;
  readonly allowSubdirectories: boolean;
  /** Notes of 1.0.0.0rc1 stand under 1.0.0, where there is that tag. */
  readonly collapsePreReleases: boolean;
  readonly stopAtBranchBase: boolean;
  readonly branch: string | undefined;
  readonly defaultBranch: string;
  readonly earliestVersion: string | undefined;
  /** What `plustwo notes new` writes; `undefined`: the one made of the sections (template.ts). */
  readonly template: string | undefined;
  readonly addReleaseDate: boolean;
  readonly releaseTag: PythonPattern;
  /** With a group `pre_release`. */
  readonly preReleaseTag: PythonPattern;
  readonly branchName: PythonPattern;
  /** Of a tag that stands for a branch that was closed. Its first group is the rest of the branch's name. */
  readonly closedBranchTag: PythonPattern;
  readonly branchNamePrefix: string;
  /** Branches it finds are ordered by `branchSortPrefix` and its first group. */
  readonly branchSort: PythonPattern;
  readonly branchSortPrefix: string;
  readonly sections: readonly NoteSection[];
  readonly preludeSectionName: string;
  readonly ignoreNullMerges: boolean;
  /** File names or UIDs. */
  readonly ignoreNotes: readonly string[];
  /** Empty: the version in the making, such as 1.0.0-3. */
  readonly unreleasedVersionTitle: string;
  /** Python's name; `undefined`: UTF-8. */
  readonly encoding: NotesEncoding;
  readonly semverMajor: readonly string[];
  readonly semverMinor: readonly string[];
  readonly semverPatch: readonly string[];
}

/** As the web names them. */
export type NotesEncoding = "utf-8" | "utf-16le" | "windows-1252";

export interface ReadConfig {
  readonly config: NotesConfig;
  readonly warnings: readonly NotesFinding[];
}

const SECTIONS: readonly NoteSection[] = [
  { name: "features", title: "New Features", level: 1 },
  { name: "issues", title: "Known Issues", level: 1 },
  { name: "upgrade", title: "Upgrade Notes", level: 1 },
  { name: "deprecations", title: "Deprecation Notes", level: 1 },
  { name: "critical", title: "Critical Issues", level: 1 },
  { name: "security", title: "Security Issues", level: 1 },
  { name: "fixes", title: "Bug Fixes", level: 1 },
  { name: "other", title: "Other Notes", level: 1 },
];

export const DEFAULT_NOTES_FOLDER = "releasenotes";

/** What holds without a file. `folder` is the one above the notes. */
export function defaultNotesConfig(folder = DEFAULT_NOTES_FOLDER): NotesConfig {
  return {
    notesPath: `${folder}/notes`,
    allowSubdirectories: false,
    collapsePreReleases: true,
    stopAtBranchBase: true,
    branch: undefined,
    defaultBranch: "master",
    earliestVersion: undefined,
    template: undefined,
    addReleaseDate: false,
    releaseTag: known("((?:v?[\\d.ab]|rc)+)"),
    preReleaseTag: known("(?P<pre_release>\\.v?\\d+(?:[ab]|rc)+\\d*)$"),
    branchName: known("stable/.+"),
    closedBranchTag: known("(.+)-eo[lm]"),
    branchNamePrefix: "stable/",
    branchSort: known("stable/([0-9].*)"),
    branchSortPrefix: "stable/zzz",
    sections: SECTIONS,
    preludeSectionName: "prelude",
    ignoreNullMerges: true,
    ignoreNotes: [],
    unreleasedVersionTitle: "",
    encoding: "utf-8",
    semverMajor: ["upgrade"],
    semverMinor: ["features"],
    semverPatch: ["fixes"],
  };
}

/** Where a configuration may stand; the first one there counts. */
export function notesConfigPaths(folder = DEFAULT_NOTES_FOLDER): readonly string[] {
  return [`${folder}/config.yaml`, "reno.yaml"];
}

export function readNotesConfig(
  path: string,
  text: string,
  folder = DEFAULT_NOTES_FOLDER,
): Result<ReadConfig, readonly NotesFinding[]> {
  const yaml = readPythonYaml(text);
  if (!yaml.ok)
    return fail(yaml.problem.map((problem) => ({ ...problem, severity: "error", rule: "config.yaml", path })));
  const { value, twice } = yaml.value;
  if (value.kind === "nothing") return ok({ config: defaultNotesConfig(folder), warnings: [] });
  if (value.kind !== "map")
    return fail([
      {
        ...{ path, line: value.line, column: value.column, severity: "error", rule: "config.yaml" },
        message: `the configuration is ${whatIs(value)}, not a map`,
        hint: "write keys with `:` after them, such as `default_branch: main`",
      },
    ]);
  const keys = new KeyReader(path, value.entries);
  for (const { key, line, column } of twice)
    keys.warn({ line, column }, "config.yaml", `\`${key}\` stands twice; the later one counts`, "keep one of them");
  const config = readKeys(keys, defaultNotesConfig(folder), folder);
  keys.warnOfUnknown();
  const errors = keys.findings.filter(({ severity }) => severity === "error");
  return errors.length > 0 ? fail(keys.findings) : ok({ config, warnings: keys.findings });
}

function readKeys(keys: KeyReader, base: NotesConfig, folder: string): NotesConfig {
  const sections = keys.sections("sections", base.sections);
  const known = (name: "semver_major" | "semver_minor" | "semver_patch", otherwise: readonly string[]) =>
    keys.sectionNames(name, otherwise, sections);
  return {
    notesPath: `${folder}/${keys.folder("notesdir", "notes")}`,
    allowSubdirectories: keys.truth("allow_subdirectories", base.allowSubdirectories),
    collapsePreReleases: keys.truth("collapse_pre_releases", base.collapsePreReleases),
    stopAtBranchBase: keys.truth("stop_at_branch_base", base.stopAtBranchBase),
    branch: keys.optional("branch"),
    defaultBranch: keys.text("default_branch", base.defaultBranch),
    earliestVersion: keys.optional("earliest_version"),
    template: keys.optional("template"),
    addReleaseDate: keys.truth("add_release_date", base.addReleaseDate),
    releaseTag: keys.pattern("release_tag_re", base.releaseTag),
    preReleaseTag: keys.pattern("pre_release_tag_re", base.preReleaseTag, "pre_release"),
    branchName: keys.pattern("branch_name_re", base.branchName),
    closedBranchTag: keys.pattern("closed_branch_tag_re", base.closedBranchTag),
    branchNamePrefix: keys.text("branch_name_prefix", base.branchNamePrefix),
    branchSort: keys.pattern("branch_sort_re", base.branchSort),
    branchSortPrefix: keys.text("branch_sort_prefix", base.branchSortPrefix),
    sections,
    preludeSectionName: keys.text("prelude_section_name", base.preludeSectionName),
    ignoreNullMerges: keys.truth("ignore_null_merges", base.ignoreNullMerges),
    ignoreNotes: keys.texts("ignore_notes", base.ignoreNotes),
    unreleasedVersionTitle: keys.optional("unreleased_version_title") ?? base.unreleasedVersionTitle,
    encoding: keys.encoding("encoding", base.encoding),
    semverMajor: known("semver_major", base.semverMajor),
    semverMinor: known("semver_minor", base.semverMinor),
    semverPatch: known("semver_patch", base.semverPatch),
  };
}

function known(text: string): PythonPattern {
  const pattern = readPythonPattern(text);
  if (!pattern.ok) throw new Error(`a default ${pattern.problem}`);
  return pattern.value;
}
