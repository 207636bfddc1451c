/**
 * Patch sets that have no ref of their own any more, found through the archive of their thousand (ADR 0035): its index says which
 * commit it was. An archive that this clone has fetched is asked first; then the forge is, for the index alone.
 */
import {
  archiveOf,
  archiveRef,
  INDEX_PATH,
  parseIndex,
  type ArchivedPatchSet,
} from "../../core/change/patch-set-archive.ts";
import { parseRefName, type RefName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { ofForge, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { type GitHubClone } from "./clone.ts";

export type Index = readonly ArchivedPatchSet[];

/** Where a refspec like `+refs/changes/*:refs/remotes/origin/changes/*` puts the archives; empty where there is none. */
export async function localIndex(clone: GitHubClone, change: number): Promise<Result<Index, CliProblem>> {
  const archive = archiveRef(archiveOf(change)).slice("refs/".length);
  const ref = parseRefName(`refs/remotes/${clone.location.remote}/${archive}`);
  const found = ref === undefined ? ok([]) : await clone.repository.refs(ref);
  if (!found.ok) return fail(ofGit(found.problem));
  const at = found.value[0]?.sha;
  return at === undefined ? ok([]) : readIndex(clone, at);
}

/** Of the forge, as it is now; empty where there is no archive. */
export async function remoteIndex(clone: GitHubClone, change: number): Promise<Result<Index, CliProblem>> {
  const desk = await clone.desk();
  if (!desk.ok) return desk;
  const { repository, remote, forge, project, say, location } = desk.value;
  const ref = archiveRef(archiveOf(change));
  const listed = await say.during(`Asking ${location.host}`, repository.listRemote(remote, ref));
  if (!listed.ok) return fail(ofGit(listed.problem));
  const at = listed.value.find(({ name }) => name === ref)?.sha;
  if (at === undefined) return ok([]);
  if ((await repository.commit(at)).ok) return readIndex(clone, at);
  const text = await say.during(`Asking ${location.host}`, forge.file(project, at, INDEX_PATH));
  if (text.ok) return ok(parseIndex(text.value ?? ""));
  // An index of more than a megabyte is not told over the API.
  if (text.problem.kind !== "unreadable") return fail(ofForge(text.problem));
  return fetchIndex(clone, ref, at);
}

async function fetchIndex(clone: GitHubClone, ref: RefName, at: Sha): Promise<Result<Index, CliProblem>> {
  const desk = await clone.desk();
  if (!desk.ok) return desk;
  const { repository, remote, say } = desk.value;
  const fetched = await say.during("Fetching the archive of patch sets", repository.fetch(remote, [{ from: ref }]));
  return fetched.ok ? readIndex(clone, at) : fail(ofGit(fetched.problem));
}

async function readIndex({ repository }: GitHubClone, at: Sha): Promise<Result<Index, CliProblem>> {
  const text = await repository.text(at, INDEX_PATH);
  return text.ok ? ok(parseIndex(text.value ?? "")) : fail(ofGit(text.problem));
}
