/** What a remote's URL says of a Gerrit server and the project on it; and the URL made from settings. */
export type GerritScheme = "ssh" | "http" | "https";

export interface GerritAddress {
  readonly scheme: GerritScheme;
  /** Lower case, without port. */
  readonly host: string;
  readonly port?: number;
  /** Path below which a web server keeps Gerrit: "" or "/gerrit". */
  readonly basePath: string;
  readonly project: string;
  readonly username?: string;
  /** Written into the URL. */
  readonly password?: string;
}

/** Gerrit's own door for ssh. Source: Gerrit, "sshd.listenAddress". */
export const GERRIT_SSH_PORT = 29_418;

const HOST = /^(?!-)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$|^\[[0-9A-Fa-f:.]+\]$/;
const PROJECT = /^(?![-/])(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._+@~/-]{1,300}(?<!\/)$/;

/** `known` is the project's name where settings say it: with it a base path can be told from the project. */
export function parseGerritAddress(url: string, known?: string): GerritAddress | undefined {
  const scp = /^(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9.-]+):(?!\/\/)(.+)$/.exec(url);
  const text = scp === null || url.includes("://") ? url : `ssh://${scp[1] ?? ""}@${scp[2] ?? ""}/${scp[3] ?? ""}`;
  if (!URL.canParse(text)) return undefined;
  const parsed = new URL(text);
  const scheme = schemeOf(parsed.protocol);
  if (scheme === undefined || !isGerritHost(parsed.hostname)) return undefined;
  const path = decodeURIComponent(parsed.pathname)
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "");
  const { basePath, project } = splitPath(path, scheme, known);
  if (!isGerritProject(project)) return undefined;
  return {
    scheme,
    host: parsed.hostname.toLowerCase(),
    ...(parsed.port === "" ? {} : { port: Number(parsed.port) }),
    basePath,
    project,
    ...(parsed.username === "" ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === "" ? {} : { password: decodeURIComponent(parsed.password) }),
  };
}

export interface GerritParts {
  readonly scheme: GerritScheme;
  readonly host: string;
  readonly port?: number;
  readonly project: string;
  readonly username?: string;
}

/** As git-review writes it; ssh gets Gerrit's port where nothing else is said. */
export function gerritUrl({ scheme, host, port, project, username }: GerritParts): string {
  const door = port ?? (scheme === "ssh" ? GERRIT_SSH_PORT : undefined);
  const who = username === undefined ? "" : `${encodeURIComponent(username)}@`;
  return `${scheme}://${who}${host}${door === undefined ? "" : `:${door}`}/${project}`;
}

export function isGerritHost(text: string): boolean {
  return HOST.test(text);
}

export function isGerritProject(text: string): boolean {
  return PROJECT.test(text);
}

/** `/a/` stands before the project where http asks for a password. */
function splitPath(
  path: string,
  scheme: GerritScheme,
  known: string | undefined,
): { readonly basePath: string; readonly project: string } {
  if (known !== undefined && (path === known || path.endsWith(`/${known}`))) {
    const before = path.slice(0, path.length - known.length).replace(/\/$/, "");
    const base = scheme === "ssh" ? "" : before.replace(/(?:^|\/)a$/, "");
    return { basePath: base === "" ? "" : `/${base}`, project: known };
  }
  const found = scheme === "ssh" ? null : /^(?:(.+)\/)?a\/(.+)$/.exec(path);
  if (found === null) return { basePath: "", project: path };
  return { basePath: found[1] === undefined ? "" : `/${found[1]}`, project: found[2] ?? "" };
}

function schemeOf(protocol: string): GerritScheme | undefined {
  switch (protocol) {
    case "ssh:":
    case "git+ssh:":
      return "ssh";
    case "http:":
      return "http";
    case "https:":
      return "https";
    default:
      return undefined;
  }
}
