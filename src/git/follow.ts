/** Remotes and upstreams: what is written into a clone's configuration, by git itself, and nothing else of it. */
import { parseBranchName, type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { remoteSlot, type RemoteAddress } from "./slots.ts";

export interface NewRemote {
  readonly name: RemoteAddress;
  readonly url: RemoteAddress;
  /** Only the `pushurl` of a remote that is there. */
  readonly pushOnly: boolean;
}

/** Fails where a remote of that name is there (or, for `pushOnly`, is not). */
export async function addRemote(
  git: GitProcess,
  { name, url, pushOnly }: NewRemote,
): Promise<Result<void, GitProblem>> {
  const added = await git.run("remote", {
    options: pushOnly ? ["set-url", "--push"] : ["add"],
    slots: [remoteSlot(name), remoteSlot(url)],
  });
  return added.ok ? ok(undefined) : added;
}

/** The tracking ref has to be there. */
export async function setUpstream(
  git: GitProcess,
  branch: BranchName,
  { remote, upstream }: { remote: RemoteAddress; upstream: BranchName },
): Promise<Result<void, GitProblem>> {
  const value = parseBranchName(`${remote}/${upstream}`);
  if (value === undefined) return fail({ kind: "unsafe-name", what: "remote", text: remote });
  const set = await git.run("branch", {
    options: ["--quiet"],
    valued: [{ option: "--set-upstream-to", value: { slot: value } }],
    slots: [{ slot: branch }],
  });
  return set.ok ? ok(undefined) : set;
}
