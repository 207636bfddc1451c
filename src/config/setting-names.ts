/**
 * Every setting of `git review`: what it is called in git's configuration and in `.gitreview`, and what it is without
 * either. Names and meanings are git-review's, except `server` and `reviewers`, which are ours. Source: git-review 2.5,
 * its manual page and what it reads.
 */
export type ServerKind = "gerrit" | "github";

export type SettingName =
  | "server"
  | "host"
  | "port"
  | "scheme"
  | "project"
  | "branch"
  | "remote"
  | "rebase"
  | "track"
  | "notopic"
  | "usepushurl"
  | "branchauthor"
  | "username"
  | "reviewers";

export type SettingForm =
  | { readonly kind: "text" }
  | { readonly kind: "yes-or-no" }
  | { readonly kind: "number" }
  | { readonly kind: "one-of"; readonly words: readonly string[] }
  /** Words parted by spaces or commas; in git's configuration every value counts, not the last alone. */
  | { readonly kind: "words" };

export interface SettingDefinition {
  readonly name: SettingName;
  /** In git's configuration, without `gitreview.`; the first one that is set counts. */
  readonly git: readonly string[];
  /** In `.gitreview` and the deprecated files; absent = a clone has no say in it. */
  readonly file?: string;
  readonly form: SettingForm;
  /** Without a word from anybody; absent = see `what`. */
  readonly fallback?: Partial<Readonly<Record<ServerKind, string>>>;
  /** For people. */
  readonly what: string;
}

const both = (value: string): Readonly<Record<ServerKind, string>> => ({ gerrit: value, github: value });

export const SETTINGS: readonly SettingDefinition[] = [
  {
    name: "server",
    git: ["server"],
    form: { kind: "one-of", words: ["gerrit", "github"] },
    what: "kind of server; else it follows from .gitreview and the remote",
  },
  {
    name: "host",
    // git-review's manual page says `host`, its program reads `hostname`.
    git: ["hostname", "host"],
    file: "host",
    form: { kind: "text" },
    what: "server; else the remote's",
  },
  {
    name: "port",
    git: ["port"],
    file: "port",
    form: { kind: "number" },
    what: "port; Gerrit over ssh has 29418 where nothing else is said",
  },
  {
    name: "scheme",
    git: ["scheme"],
    file: "scheme",
    form: { kind: "one-of", words: ["ssh", "http", "https"] },
    fallback: { gerrit: "ssh" },
    what: "how the server is spoken to",
  },
  { name: "project", git: ["project"], file: "project", form: { kind: "text" }, what: "project; else the remote's" },
  {
    name: "branch",
    git: ["branch"],
    file: "defaultbranch",
    form: { kind: "text" },
    fallback: { gerrit: "master" },
    what: "target branch; on GitHub else the repository's default branch",
  },
  {
    name: "remote",
    git: ["remote"],
    file: "defaultremote",
    form: { kind: "text" },
    fallback: { gerrit: "gerrit" },
    what: "remote; on GitHub else the project's, gerrit, origin or the only one",
  },
  {
    name: "rebase",
    git: ["rebase"],
    file: "defaultrebase",
    form: { kind: "yes-or-no" },
    fallback: both("1"),
    what: "test for conflicts before sending; -R leaves it out",
  },
  {
    name: "track",
    git: ["track"],
    file: "track",
    form: { kind: "yes-or-no" },
    fallback: both("0"),
    what: "send to the branch that is tracked; --track and --no-track",
  },
  {
    name: "notopic",
    git: ["notopic"],
    file: "notopic",
    form: { kind: "yes-or-no" },
    fallback: both("1"),
    what: "no topic but one given with -t; 0 makes one of the local branch's name",
  },
  {
    name: "usepushurl",
    git: ["usepushurl"],
    file: "usepushurl",
    form: { kind: "yes-or-no" },
    fallback: both("0"),
    what: "push to origin's pushurl instead of a remote of its own; --use-pushurl",
  },
  {
    name: "branchauthor",
    git: ["branchauthor"],
    file: "branchauthor",
    form: { kind: "one-of", words: ["name", "username", "email"] },
    fallback: both("name"),
    what: "what -d calls the author in the name of the branch it makes",
  },
  {
    name: "username",
    git: ["username"],
    form: { kind: "text" },
    what: "name on the Gerrit server; else what ssh takes",
  },
  { name: "reviewers", git: ["reviewers"], form: { kind: "words" }, what: "asked for a review of every new change" },
];

export function settingDefinition(name: SettingName): SettingDefinition {
  const found = SETTINGS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No such setting: ${name}`);
  return found;
}
