/** From everything that was said to the one place where changes go: settings first, then the server's kind and address. */
import { fail, ok, type Result } from "../core/result.ts";
import { type BranchName } from "../core/ids.ts";
import { type GitConfig } from "../git/config.ts";
import { locate, type Location } from "./locate.ts";
import { locateGerrit, type GerritLocation } from "./locate-gerrit.ts";
import { type LocateProblem } from "./locate-problem.ts";
import {
  askedWord,
  resolveSettings,
  truth,
  wordsFor,
  wrongSetting,
  type AskedSettings,
  type Settings,
  type SettingSources,
} from "./settings.ts";
import { settingDefinition } from "./setting-names.ts";
import { chooseServer, type ServerChoice } from "./which-server.ts";

export type Server =
  | { readonly kind: "github"; readonly location: Location }
  | { readonly kind: "gerrit"; readonly location: GerritLocation };

/** Of the command line. */
export interface Asked {
  readonly remote?: string;
  readonly branch?: string;
  readonly track?: boolean;
  readonly usePushUrl?: boolean;
}

export interface Decided {
  readonly settings: Settings;
  readonly choice: ServerChoice;
}

/** All settings, also where they lead nowhere: `git review config --explain` shows them. */
export function decideSettings(sources: Omit<SettingSources, "asked">, asked: Asked, head?: BranchName): Decided {
  const words = askedSettings(asked);
  const tracked = trackedSettings({ ...sources, asked: words }, asked, head);
  const all = { ...sources, asked: { ...tracked, ...words } };
  const choice = chooseServer(all);
  return { settings: resolveSettings(all, choice.kind), choice };
}

export function locateServer(config: GitConfig, settings: Settings): Result<Server, LocateProblem> {
  const wrong = wrongSetting(settings);
  if (wrong !== undefined) {
    const { name, expected, word } = wrong;
    return fail({ kind: "bad-setting", name, expected, text: word.text, origin: word.origin });
  }
  if (settings.server === "gerrit") {
    const location = locateGerrit(config, settings);
    return location.ok ? ok({ kind: "gerrit", location: location.value }) : location;
  }
  const location = locate(config, settings);
  return location.ok ? ok({ kind: "github", location: location.value }) : location;
}

function askedSettings({ remote, branch, track, usePushUrl }: Asked): AskedSettings {
  return {
    ...(remote === undefined ? {} : { remote: askedWord("-r", remote) }),
    ...(branch === undefined ? {} : { branch: askedWord("", branch) }),
    ...(track === undefined ? {} : { track: askedWord(track ? "--track" : "--no-track", track ? "1" : "0") }),
    ...(usePushUrl === true ? { usepushurl: askedWord("--use-pushurl", "1") } : {}),
  };
}

/**
 * With `track`, the branch that HEAD follows, and its remote. A branch on the command line switches tracking off; a
 * branch that follows a local one is not tracked. Source: git-review's order of work.
 */
function trackedSettings(sources: SettingSources, { branch }: Asked, head: BranchName | undefined): AskedSettings {
  const [track] = wordsFor(settingDefinition("track"), sources, "github");
  if (branch !== undefined || head === undefined || truth(track?.text ?? "") !== true) return {};
  const { config } = sources;
  const [remoteKey, mergeKey] = [`branch.${head}.remote`, `branch.${head}.merge`];
  const [remote, merge] = [config.get(remoteKey), config.get(mergeKey)];
  if (remote === undefined || remote === "." || merge?.startsWith("refs/heads/") !== true) return {};
  const scope = config.scope(mergeKey) ?? "unknown";
  return {
    remote: { text: remote, origin: { kind: "git-config", key: remoteKey, scope } },
    branch: { text: merge.slice("refs/heads/".length), origin: { kind: "git-config", key: mergeKey, scope } },
  };
}
