// Settings from the texts that people write them in.
import { parseGitreview } from "../../../src/config/gitreview-file.ts";
import { type LocateProblem } from "../../../src/config/locate-problem.ts";
import { decideSettings, locateServer, type Asked, type Decided, type Server } from "../../../src/config/server.ts";
import { parseBranchName } from "../../../src/core/ids.ts";
import { type Result } from "../../../src/core/result.ts";
import { configOf, type ConfigScope, type GitConfig } from "../../../src/git/config.ts";

export interface Written {
  /** A key may carry its scope: `global:gitreview.branch`; else it is local. */
  readonly git?: Readonly<Record<string, string>>;
  readonly file?: string;
  readonly user?: string;
  readonly system?: string;
  readonly localMode?: boolean;
  readonly asked?: Asked;
  /** The branch that is checked out. */
  readonly head?: string;
}

export function decided(written: Written): Decided & { readonly server: Result<Server, LocateProblem> } {
  const config = gitConfig(written.git ?? {});
  const { user, system, localMode = false, asked = {}, head } = written;
  const deprecated = [
    ...(user === undefined ? [] : [{ name: "user.conf", entries: parseGitreview(user) }]),
    ...(system === undefined ? [] : [{ name: "system.conf", entries: parseGitreview(system) }]),
  ];
  const sources = { config, file: parseGitreview(written.file ?? ""), deprecated, localMode };
  const branch = head === undefined ? undefined : parseBranchName(head);
  const all = decideSettings(sources, asked, branch);
  return { ...all, server: locateServer(config, all.settings) };
}

function gitConfig(settings: Readonly<Record<string, string>>): GitConfig {
  return configOf(
    Object.entries(settings).map(([name, value]) => {
      const [, scope, key = name] = /^(system|global|local|worktree):(.*)$/.exec(name) ?? [];
      return { key, value, scope: (scope ?? "local") as ConfigScope };
    }),
  );
}
