/**
 * git's configuration, read once: `git config --list -z --show-scope`.
 * Keys are looked up as git does it: section and name without regard to case, the subsection exactly; the last value wins.
 */
export type ConfigScope = "system" | "global" | "local" | "worktree" | "command" | "unknown";

export interface ConfigValue {
  readonly key: string;
  /** `undefined` for a key written without `=`, which means true. */
  readonly value: string | undefined;
  /** Where it was set. What a hostile clone brings is `local` or `worktree`. */
  readonly scope: ConfigScope;
}

export interface GitConfig {
  /** In git's order: a later one wins. */
  readonly values: readonly ConfigValue[];
  get(key: string): string | undefined;
  all(key: string): readonly string[];
  /** `undefined` when unset; unreadable text counts as unset here, see `get` for the text. */
  boolean(key: string): boolean | undefined;
  scope(key: string): ConfigScope | undefined;
}

export function parseConfig(output: string): GitConfig {
  const parts = output.split("\0");
  const values: ConfigValue[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const entry = parts[index + 1] ?? "";
    const newline = entry.indexOf("\n");
    const key = newline < 0 ? entry : entry.slice(0, newline);
    values.push({ key, value: newline < 0 ? undefined : entry.slice(newline + 1), scope: scopeOf(parts[index]) });
  }
  return configOf(values);
}

export function configOf(values: readonly ConfigValue[]): GitConfig {
  const byKey = new Map<string, ConfigValue[]>();
  for (const value of values) {
    const key = normalKey(value.key);
    byKey.set(key, [...(byKey.get(key) ?? []), value]);
  }
  const last = (key: string): ConfigValue | undefined => byKey.get(normalKey(key))?.at(-1);
  return {
    values,
    get: (key) => last(key)?.value,
    all: (key) => (byKey.get(normalKey(key)) ?? []).flatMap(({ value }) => (value === undefined ? [] : [value])),
    boolean: (key) => {
      const found = last(key);
      return found === undefined ? undefined : booleanOf(found.value);
    },
    scope: (key) => last(key)?.scope,
  };
}

export type UrlUse = "fetch" | "push";

/**
 * The address of a remote after `pushurl`, `insteadOf` and `pushInsteadOf`, as `git remote get-url` would print it, without a process.
 * Only the first of several URLs. `undefined` when there is no such remote.
 */
export function remoteUrl(config: GitConfig, remote: string, use: UrlUse): string | undefined {
  const pushUrl = config.all(`remote.${remote}.pushurl`)[0];
  const url = config.all(`remote.${remote}.url`)[0];
  if (use === "push" && pushUrl !== undefined) return rewritten(config, pushUrl, "insteadof");
  if (url === undefined) return undefined;
  // pushInsteadOf is for remotes without a pushurl, and comes before insteadOf.
  return addressFor(config, url, use);
}

/** Where git goes for a URL without a remote of its own. */
export function addressFor(config: GitConfig, url: string, use: UrlUse): string {
  const forPush = use === "push" ? rewrittenOrNone(config, url, "pushinsteadof") : undefined;
  return forPush ?? rewritten(config, url, "insteadof");
}

/** The names of the remotes that have a URL, in the order git has them. */
export function remoteNames(config: GitConfig): readonly string[] {
  const names = config.values.flatMap(({ key }) => {
    const found = /^remote\.(.+)\.(?:push)?url$/i.exec(key);
    return found?.[1] === undefined ? [] : [found[1]];
  });
  return [...new Set(names)];
}

function rewritten(config: GitConfig, url: string, by: "insteadof" | "pushinsteadof"): string {
  return rewrittenOrNone(config, url, by) ?? url;
}

/** The longest matching prefix wins, as in git. */
function rewrittenOrNone(config: GitConfig, url: string, by: "insteadof" | "pushinsteadof"): string | undefined {
  let best: { base: string; prefix: string } | undefined;
  for (const { key, value } of config.values) {
    const base = new RegExp(`^url\\.(.*)\\.${by}$`, "is").exec(key)?.[1];
    if (base === undefined || value === undefined || !url.startsWith(value)) continue;
    if (best === undefined || value.length > best.prefix.length) best = { base, prefix: value };
  }
  return best === undefined ? undefined : best.base + url.slice(best.prefix.length);
}

function normalKey(key: string): string {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  if (first < 0) return key.toLowerCase();
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}

function booleanOf(value: string | undefined): boolean | undefined {
  if (value === undefined) return true;
  const text = value.toLowerCase();
  if (["true", "yes", "on"].includes(text)) return true;
  if (["false", "no", "off", ""].includes(text)) return false;
  return /^-?\d+$/.test(text) ? Number(text) !== 0 : undefined;
}

function scopeOf(text: string | undefined): ConfigScope {
  switch (text) {
    case "system":
    case "global":
    case "local":
    case "worktree":
    case "command":
      return text;
    case undefined:
    default:
      return "unknown";
  }
}
