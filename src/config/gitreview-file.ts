/**
 * The `.gitreview` file: sections `[github]` (preferred) and `[gerrit]`, keys as git-review has them.
 * It comes with the clone, so it is a stranger's word: see `locate.ts` for what it may not decide alone.
 */
export interface GitreviewFile {
  /** With port, as in `git.example.org:8443`. */
  readonly host?: string;
  readonly scheme?: string;
  readonly project?: string;
  readonly defaultbranch?: string;
  readonly defaultremote?: string;
}

const KEYS = ["host", "scheme", "project", "defaultbranch", "defaultremote"] as const;

/** Keys of `[github]` win over the same keys of `[gerrit]`; keys of other purposes are left alone. */
export function parseGitreview(text: string): GitreviewFile {
  const sections = readSections(text);
  const github = sections.get("github") ?? new Map<string, string>();
  const gerrit = sections.get("gerrit") ?? new Map<string, string>();
  const found: { -readonly [K in keyof GitreviewFile]: GitreviewFile[K] } = {};
  for (const key of KEYS) {
    const value = github.get(key) ?? (key === "host" ? gerritHost(gerrit) : gerrit.get(key));
    if (value !== undefined && value !== "") found[key] = value;
  }
  if (found.project !== undefined) found.project = found.project.replace(/\.git$/, "");
  return found;
}

/** Gerrit's `port` belongs to its ssh door unless the scheme says http. */
function gerritHost(gerrit: ReadonlyMap<string, string>): string | undefined {
  const host = gerrit.get("host");
  const port = gerrit.get("port");
  const web = gerrit.get("scheme") === "http" || gerrit.get("scheme") === "https";
  return host !== undefined && port !== undefined && web && !host.includes(":") ? `${host}:${port}` : host;
}

function readSections(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const section = /^\[([^\]]+)\]$/.exec(line)?.[1]?.toLowerCase();
    if (section !== undefined) {
      current = sections.get(section) ?? new Map<string, string>();
      sections.set(section, current);
      continue;
    }
    const pair = /^([A-Za-z-]+)\s*[=:]\s*(.*)$/.exec(line);
    if (pair?.[1] !== undefined) current?.set(pair[1].toLowerCase(), (pair[2] ?? "").trim());
  }
  return sections;
}
