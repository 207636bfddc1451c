/** What a remote's URL says of the server and the project behind it. */
export interface ProjectAddress {
  readonly transport: "https" | "http" | "ssh" | "git";
  /** Lower case; with the port of an http or https URL, never with one of ssh. */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
  /** Name and password written into the URL. */
  readonly user?: string;
  readonly password?: string;
}

const PART = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** `undefined` for paths, other transports and URLs without `owner/name`. */
export function parseProjectAddress(url: string): ProjectAddress | undefined {
  const scp = /^(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9.-]+):(?!\/\/)(.+)$/.exec(url);
  const parsed = scp === null || url.includes("://") ? readUrl(url) : readUrl(`ssh://${scp[2] ?? ""}/${scp[3] ?? ""}`);
  if (parsed === undefined) return undefined;
  const transport = transportOf(parsed.protocol);
  const path = parsed.pathname
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "")
    .split("/");
  const [owner, name] = path;
  if (transport === undefined || path.length !== 2 || owner === undefined || name === undefined) return undefined;
  if (!PART.test(owner) || !PART.test(name)) return undefined;
  const web = transport === "http" || transport === "https";
  return {
    transport,
    host: web ? parsed.host : githubOverSsh(parsed.hostname),
    owner,
    name,
    ...(web && parsed.username !== "" ? { user: decodeURIComponent(parsed.username) } : {}),
    ...(web && parsed.password !== "" ? { password: decodeURIComponent(parsed.password) } : {}),
  };
}

/** GitHub answers ssh on port 443 under a name of its own. */
function githubOverSsh(host: string): string {
  return host === "ssh.github.com" ? "github.com" : host;
}

function transportOf(protocol: string): ProjectAddress["transport"] | undefined {
  switch (protocol) {
    case "https:":
      return "https";
    case "http:":
      return "http";
    case "ssh:":
    case "git+ssh:":
      return "ssh";
    case "git:":
      return "git";
    default:
      return undefined;
  }
}

function readUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return name === "localhost" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name) || name.endsWith(".localhost");
}
