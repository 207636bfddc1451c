/**
 * The settings of `git review` as they hold here: each with its value, where it comes from, and what it overrides.
 * Precedence: command line > git config `gitreview.*` > `.gitreview` ([github] before [gerrit]) > the deprecated
 * git-review.conf files > default. Pure: whoever calls reads the files (`read-files.ts`) and git's configuration.
 */
import { type ConfigScope, type GitConfig } from "../git/config.ts";
import { type FileEntry, type GitreviewFile } from "./gitreview-file.ts";
import { SETTINGS, type ServerKind, type SettingDefinition, type SettingName } from "./setting-names.ts";

export type Origin =
  | { readonly kind: "command-line"; readonly option: string }
  | { readonly kind: "git-config"; readonly key: string; readonly scope: ConfigScope }
  /** `clone`: it came with the repository, so a stranger may have written it. */
  | {
      readonly kind: "file";
      readonly file: string;
      readonly line: number;
      readonly section: string;
      readonly clone: boolean;
    }
  | { readonly kind: "default" };

export interface Word {
  readonly text: string;
  readonly origin: Origin;
}

export interface Setting {
  readonly name: SettingName;
  /** Absent = nobody says, and there is no default. */
  readonly word?: Word;
  /** What else was said, strongest first. */
  readonly overridden: readonly Word[];
  /** What is wrong with the word, as in "expected yes or no"; a command that needs it refuses. */
  readonly expected?: string;
}

export interface ConfigFile {
  /** As people know it: `.gitreview`, `~/.config/git-review/git-review.conf`. */
  readonly name: string;
  readonly entries: GitreviewFile;
}

export interface SettingSources {
  readonly config: GitConfig;
  readonly file: GitreviewFile;
  /** Strongest first: the user's, then the system's. */
  readonly deprecated: readonly ConfigFile[];
  /** `GITREVIEW_LOCAL_MODE`: only the repository's own git configuration counts, and no file of user or system. */
  readonly localMode: boolean;
  readonly asked: AskedSettings;
}

/** What the command line says; an absent key says nothing. */
export type AskedSettings = Partial<Readonly<Record<SettingName, Word>>>;

export interface UnknownKey {
  /** `gitreview.foo`, or `foo` in `[gerrit]`. */
  readonly key: string;
  readonly origin: Origin;
}

export interface Settings {
  readonly server: ServerKind;
  get(name: SettingName): Setting;
  text(name: SettingName): string | undefined;
  /** `false` also for a word that is neither: commands refuse such a word before (see `wrongSetting`). */
  on(name: SettingName): boolean;
  words(name: SettingName): readonly string[];
  readonly all: readonly Setting[];
  /** Keys that nothing reads: misspelt, or of another program. */
  readonly unknown: readonly UnknownKey[];
}

/** `server` is decided before (`which-server.ts`): defaults depend on it, and where [github] counts. */
export function resolveSettings(sources: SettingSources, server: ServerKind): Settings {
  const all = SETTINGS.map((definition) => resolve(definition, sources, server));
  const byName = new Map(all.map((setting) => [setting.name, setting]));
  const get = (name: SettingName): Setting => byName.get(name) ?? { name, overridden: [] };
  return {
    server,
    get,
    text: (name) => get(name).word?.text,
    on: (name) => truth(get(name).word?.text ?? "") === true,
    words: (name) => wordsOf(get(name).word?.text ?? ""),
    all,
    unknown: unknownKeys(sources),
  };
}

/** The first setting whose word is of the wrong form. */
export function wrongSetting(
  settings: Settings,
): (Setting & { readonly word: Word; readonly expected: string }) | undefined {
  for (const setting of settings.all) {
    const { word, expected } = setting;
    if (word !== undefined && expected !== undefined) return { ...setting, word, expected };
  }
  return undefined;
}

/** What is said of one setting, strongest first. */
export function wordsFor(definition: SettingDefinition, sources: SettingSources, server: ServerKind): readonly Word[] {
  const asked = sources.asked[definition.name];
  const fallback = definition.fallback?.[server];
  return [
    ...(asked === undefined ? [] : [asked]),
    ...definition.git.flatMap((key) => fromGit(definition, key, sources)),
    ...fromFile(definition, sources.file, server).map((entry) => wordOf(entry, ".gitreview", true)),
    ...sources.deprecated.flatMap(({ name, entries }) =>
      fromFile(definition, entries, "gerrit").map((entry) => wordOf(entry, name, false)),
    ),
    ...(fallback === undefined ? [] : [{ text: fallback, origin: { kind: "default" as const } }]),
  ];
}

export function askedWord(option: string, text: string): Word {
  return { text, origin: { kind: "command-line", option } };
}

/** git-review's `1`, `true`, `True`, and git's own words. `undefined` = neither yes nor no. */
export function truth(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (["1", "true", "yes", "on"].includes(word)) return true;
  if (["0", "false", "no", "off", ""].includes(word)) return false;
  return undefined;
}

function resolve(definition: SettingDefinition, sources: SettingSources, server: ServerKind): Setting {
  const [word, ...overridden] = wordsFor(definition, sources, server);
  const { name } = definition;
  if (word === undefined) return { name, overridden };
  const expected = complaint(definition, word.text);
  return { name, word, overridden, ...(expected === undefined ? {} : { expected }) };
}

function complaint({ form }: SettingDefinition, text: string): string | undefined {
  switch (form.kind) {
    case "text":
    case "words":
      return undefined;
    case "yes-or-no":
      return truth(text) === undefined ? "1 or 0" : undefined;
    case "number":
      return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? undefined : "the number of a port";
    case "one-of":
      return form.words.includes(text) ? undefined : `one of ${form.words.join(", ")}`;
  }
}

/** The last value counts, as in git; of a list all do. A key without `=` means yes. */
function fromGit(definition: SettingDefinition, key: string, { config, localMode }: SettingSources): readonly Word[] {
  const full = `gitreview.${key}`;
  const found = config.values.filter(
    (one) => one.key.toLowerCase() === full && (!localMode || one.scope === "local" || one.scope === "worktree"),
  );
  const said = found.filter(({ value }) => value !== "");
  const words = said.map(({ value = "true", scope }): Word => ({
    text: value,
    origin: { kind: "git-config", key: full, scope },
  }));
  const last = words.at(-1);
  if (last === undefined) return [];
  if (definition.form.kind !== "words") return [...words].reverse();
  return [{ text: words.map(({ text }) => text).join(" "), origin: last.origin }];
}

/** Where the changes go must not be put together from two sections: with a [github] section, [gerrit] says nothing of it. */
const PLACE: readonly SettingName[] = ["host", "port", "scheme", "project"];

function fromFile(definition: SettingDefinition, entries: GitreviewFile, server: ServerKind): readonly FileEntry[] {
  const ofSection = (section: string): readonly FileEntry[] =>
    entries.filter((entry) => entry.section === section && entry.key === definition.file && entry.value !== "");
  if (server === "gerrit") return ofSection("gerrit");
  const hasGithub = entries.some(({ section }) => section === "github");
  if (hasGithub && PLACE.includes(definition.name)) return ofSection("github");
  return [...ofSection("github"), ...ofSection("gerrit")];
}

function wordOf({ value, line, section }: FileEntry, file: string, clone: boolean): Word {
  return { text: value, origin: { kind: "file", file, line, section, clone } };
}

function unknownKeys({ config, file, deprecated }: SettingSources): readonly UnknownKey[] {
  const inGit = new Set(SETTINGS.flatMap(({ git }) => git.map((key) => `gitreview.${key}`)));
  const inFile = new Set(SETTINGS.flatMap((one) => one.file ?? []));
  const ofGit = config.values
    .filter(({ key }) => key.toLowerCase().startsWith("gitreview.") && !inGit.has(key.toLowerCase()))
    .map(({ key, scope }): UnknownKey => ({ key, origin: { kind: "git-config", key, scope } }));
  const ofFiles = [{ name: ".gitreview", entries: file }, ...deprecated].flatMap(({ name, entries }) =>
    entries
      .filter(({ section, key }) => (section === "gerrit" || section === "github") && !inFile.has(key))
      .map((entry): UnknownKey => ({ key: entry.key, origin: wordOf(entry, name, name === ".gitreview").origin })),
  );
  return [...ofGit, ...ofFiles];
}

function wordsOf(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ""))];
}

/** For people: `git config gitreview.branch (local)`, `.gitreview:3 [gerrit]`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "command-line":
      return origin.option === "" ? "the command line" : `the command line (${origin.option})`;
    case "git-config":
      return `git config ${origin.key} (${origin.scope})`;
    case "file":
      return `${origin.file}:${origin.line} [${origin.section}]`;
    case "default":
      return "default";
  }
}

/** A clone brings `.gitreview`; everything else is the user's own word, or their administrator's. */
export function isTheUsersWord({ origin }: Word): boolean {
  return origin.kind !== "default" && !(origin.kind === "file" && origin.clone);
}
