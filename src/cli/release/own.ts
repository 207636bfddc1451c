/** The repository that is stood in, as a deliverable of its own: its name where changes go, and the remote that has its branches. */
import { resolve } from "node:path";
import { isLocalMode, readGitreview } from "../../config/read-files.ts";
import { decideSettings, locateServer } from "../../config/server.ts";
import type { Repository } from "../../git/repository.ts";
import type { Terminal } from "../say.ts";
import { openAt } from "./tree.ts";

export interface Own {
  readonly repository: Repository;
  /** Absolute. */
  readonly top: string;
  /** `owner/name`; `undefined`: no remote says it. */
  readonly name: string | undefined;
  /** Whose branches count. */
  readonly remote: string;
}

/** `undefined`: there is no work tree around that folder. */
export async function ownRepository(terminal: Terminal, dir: string): Promise<Own | undefined> {
  const found = await openAt(resolve(terminal.cwd, dir), terminal.env);
  const place = await found.discover();
  if (!place.ok || place.value.topLevel === undefined) return undefined;
  const { topLevel: top, head } = place.value;
  const repository = await openAt(top, terminal.env);
  const config = await repository.config();
  if (!config.ok) return { repository, top, name: undefined, remote: "origin" };
  const sources = { config: config.value, file: await readGitreview(top), deprecated: [] };
  const branch = head.kind === "branch" ? head.branch : undefined;
  const decided = decideSettings({ ...sources, localMode: isLocalMode(terminal.env) }, { usePushUrl: false }, branch);
  const server = locateServer(config.value, decided.settings);
  if (!server.ok) return { repository, top, name: undefined, remote: "origin" };
  const { location } = server.value;
  const name = "project" in location ? location.project : `${location.owner}/${location.name}`;
  return { repository, top, name: name.includes("/") ? name : undefined, remote: location.remote };
}
