/**
 * The environment git runs in. Two kinds: the user's own (the CLI: ssh, credential helper and CA settings are honoured)
 * and the service's, built from empty (the bot: nothing of the machine's git configuration counts). Source: threats 9.3.
 * Settings and tokens travel as GIT_CONFIG_COUNT entries, so they are in no argument list, URL or file.
 */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  /** The URL prefix the token is for, such as `https://github.com/`. It is sent nowhere else. */
  readonly url: string;
  readonly token: string;
  /** Name for Basic authentication; any name does for GitHub. */
  readonly user?: string;
}

export type Trust =
  /** A person's clone: their environment and configuration, minus what a hostile clone could start by being looked at. */
  | { readonly kind: "user" }
  /** Our own mirror: an environment from empty. `protocols` are the transports it may use. */
  | { readonly kind: "service"; readonly protocols?: readonly string[] };

type ConfigEntry = readonly [key: string, value: string];

/** Proxies, certificates and where programs are: what a service needs of the machine. */
const FROM_MACHINE = [
  "PATH",
  "TMPDIR",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "GIT_SSL_CAINFO",
  "GIT_SSL_CAPATH",
  "http_proxy",
  "https_proxy",
  "HTTPS_PROXY",
  "no_proxy",
  "NO_PROXY",
  "SystemRoot",
];

// Looking at a hostile clone must not run anything (threats T43); merges must not depend on who asks.
const SAFE: readonly ConfigEntry[] = [
  ["core.fsmonitor", "false"],
  ["protocol.ext.allow", "never"],
  ["safe.bareRepository", "explicit"],
  ["merge.renames", "true"],
  ["merge.directoryRenames", "conflict"],
  ["merge.renormalize", "false"],
];
const SERVICE: readonly ConfigEntry[] = [
  ["core.hooksPath", "/dev/null"],
  ["credential.helper", ""],
  ["submodule.recurse", "false"],
  ["core.symlinks", "false"],
  ["gc.auto", "0"],
];

export function environmentFor(
  trust: Trust,
  variables: Variables,
  credentials: readonly Credentials[],
): Record<string, string> {
  const base =
    trust.kind === "user" ? present(variables) : serviceVariables(variables, trust.protocols ?? ["https", "ssh"]);
  const entries = [...SAFE, ...(trust.kind === "service" ? SERVICE : []), ...credentials.flatMap(headerEntries)];
  return {
    ...withConfig(base, entries),
    LC_ALL: "C",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    // A replaced object would show one tree and land another.
    GIT_NO_REPLACE_OBJECTS: "1",
  };
}

/** Every text that must never be shown: tokens and their encoded forms. */
export function secretsOf(credentials: readonly Credentials[]): readonly string[] {
  return credentials.flatMap((one) => [one.token, basic(one)]);
}

function serviceVariables(variables: Variables, protocols: readonly string[]): Record<string, string> {
  const kept = Object.entries(present(variables)).filter(([name]) => FROM_MACHINE.includes(name));
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    GIT_ALLOW_PROTOCOL: protocols.join(":"),
  };
}

function headerEntries(credentials: Credentials): readonly ConfigEntry[] {
  const key = `http.${credentials.url}.extraHeader`;
  // The empty value first forgets headers from elsewhere: two Authorization headers make servers answer 400.
  return [
    [key, ""],
    [key, `Authorization: Basic ${basic(credentials)}`],
  ];
}

function basic({ user = "x-access-token", token }: Credentials): string {
  return Buffer.from(`${user}:${token}`).toString("base64");
}

/**
 * For a walk of a whole history: git maps less of its packs at once, which costs no time and saves half its memory. And it hands over
 * what it found in pieces of many lines; each line by itself costs as much as the walk.
 */
export function lean(variables: Readonly<Record<string, string>>): Record<string, string> {
  return withConfig({ ...variables, GIT_FLUSH: "0" }, [
    ["core.packedGitWindowSize", "1m"],
    ["core.packedGitLimit", "32m"],
    ["core.deltaBaseCacheLimit", "32m"],
  ]);
}

/** Adds entries after those the user already passes this way. */
function withConfig(variables: Record<string, string>, entries: readonly ConfigEntry[]): Record<string, string> {
  const first = Number(variables["GIT_CONFIG_COUNT"] ?? 0) || 0;
  const added = entries.flatMap(([key, value], index): ConfigEntry[] => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return { ...variables, ...Object.fromEntries(added), GIT_CONFIG_COUNT: String(first + entries.length) };
}

function present(variables: Variables): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) found[name] = value;
  return found;
}
