/**
 * Where head branches live: in the project, or in the fork of somebody who may not push there. A fork is reached by its
 * address, so nothing is added to the clone's configuration; the token goes to the host of the remote and nowhere else (T43).
 */
import { remoteUrl } from "../git/config.ts";
import { type GitProblem } from "../git/problem.ts";
import { type PushMove } from "../git/remote.ts";
import { type RefMove } from "../git/write.ts";
import { openRepository, type Repository } from "../git/repository.ts";
import { parseRemoteAddress, type RemoteAddress } from "../git/slots.ts";
import { type HeadFork, type PushedBranch, type RemoteChange } from "../core/change/upload.ts";
import { branchOfRef, branchRef, type BranchName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type StackChange, type StackRead } from "../forge/forge.ts";
import { type Location } from "../config/locate.ts";
import { type Desk } from "./desk.ts";
import { EXIT, ofGit } from "./problems.ts";
import { type CliProblem } from "./say.ts";

/** Where new heads go: `undefined` = to the project. */
export function homeOf(desk: Desk, { repository, fork }: StackRead): Result<HeadFork | undefined, CliProblem> {
  const project = projectOf(desk);
  const { viewer, archived, permission } = repository;
  if (archived) {
    return fail({
      message: `Cannot send to ${project}: the repository is archived, so nothing can be added to it`,
      hint: "ask its administrators, or find out where the project has moved",
      exit: EXIT.refused,
    });
  }
  if (mayPush(repository)) return ok(undefined);
  if (viewer.type === "User")
    return ok(
      fork === undefined
        ? { name: `${viewer.login}/${desk.project.name}`, exists: false }
        : { name: `${fork.owner}/${fork.name}`, exists: true },
    );
  return fail({
    message: `Cannot send to ${project}: ${viewer.login} has the permission "${permission}" there, and an App has no fork (token from ${desk.token.from})`,
    hint: `give the App the permission to write contents of ${project}, or use the token of a person`,
    exit: EXIT.token,
  });
}

export function mayPush({ permission }: StackRead["repository"]): boolean {
  return ["write", "maintain", "admin"].includes(permission);
}

/** As the plan sees the pull requests of the stack: whose branch is where, and may it be pushed. */
export function changesIn(
  desk: Desk,
  { repository, changes, others }: StackRead,
): Readonly<Record<string, RemoteChange>> {
  const project = projectOf(desk).toLowerCase();
  const place = (change: StackChange): RemoteChange => {
    const { headRepository } = change;
    if (headRepository?.toLowerCase() === project) return mayPush(repository) ? change : { ...change, theirs: true };
    const own = headRepository?.split("/")[0]?.toLowerCase() === repository.viewer.login.toLowerCase();
    return { ...change, fork: headRepository ?? "", ...(own ? {} : { theirs: true }) };
  };
  const all = Object.entries({ ...others, ...changes });
  return Object.fromEntries(all.map(([branch, change]) => [branch, place(change)]));
}

/** Where these branches are; one process, none when nothing is asked. A fork that is still to be made has none. */
export async function branchTips(
  desk: Desk,
  branches: readonly BranchName[],
  fork?: HeadFork,
): Promise<Result<Readonly<Record<string, Sha>>, CliProblem>> {
  if (branches.length === 0 || fork?.exists === false) return ok({});
  const door = doorTo(desk, fork?.name);
  if (!door.ok) return fail(ofGit(door.problem));
  const { repository, read } = door.value;
  const listed = await repository.listRemote(read, ...branches.map(branchRef));
  if (!listed.ok) return fail(ofGit(listed.problem));
  return ok(
    Object.fromEntries(
      listed.value.flatMap(({ name, sha }) => {
        const branch = branchOfRef(name);
        return branch === undefined ? [] : [[branch, sha]];
      }),
    ),
  );
}

/** One atomic push to the project, or to one fork. */
export async function pushHeads(
  desk: Desk,
  branches: readonly PushedBranch[],
  { fork, thin }: { readonly fork: string | undefined; readonly thin: boolean },
): Promise<Result<unknown, GitProblem>> {
  if (branches.length === 0) return ok(undefined);
  const moves: readonly RefMove[] = branches.map(({ branch, from, to }) => ({ ref: branchRef(branch), from, to }));
  const door = doorTo(desk, fork);
  return door.ok ? door.value.repository.push(door.value.write, moves, { thin }) : door;
}

/** The same for whatever moves, also branches that go. */
export async function moveHeads(
  desk: Desk,
  moves: readonly (Omit<PushMove, "ref"> & { readonly branch: BranchName })[],
  fork: string | undefined,
): Promise<Result<unknown, GitProblem>> {
  const door = doorTo(desk, fork);
  if (!door.ok) return door;
  const refs = moves.map(({ branch, from, to }): PushMove => ({ ref: branchRef(branch), from, to }));
  return door.value.repository.push(door.value.write, refs);
}

/** Does git see the target in the fork yet? One process. */
export async function hasBranch(desk: Desk, fork: string, target: BranchName): Promise<Result<boolean, GitProblem>> {
  const door = doorTo(desk, fork);
  if (!door.ok) return door;
  const listed = await door.value.repository.listRemote(door.value.read, branchRef(target));
  return listed.ok ? ok(listed.value.length > 0) : listed;
}

interface Door {
  readonly repository: Repository;
  readonly read: RemoteAddress;
  readonly write: RemoteAddress;
}

function doorTo(desk: Desk, fork: string | undefined): Result<Door, GitProblem> {
  if (fork === undefined) return ok({ repository: desk.repository, read: desk.remoteUrl, write: desk.remote });
  const text = forkAddress(desk.location, remoteUrl(desk.config, desk.location.remote, "push") ?? "", fork);
  const address = text === undefined ? undefined : parseRemoteAddress(text);
  if (address === undefined) return fail({ kind: "unsafe-name", what: "remote", text: fork });
  const { transport, host } = desk.location.address;
  // Also where git has the token of the project from its URL: it would not find it for the fork.
  const credentials =
    transport === "http" || transport === "https" ? [{ url: `${transport}://${host}/`, token: desk.token.text }] : [];
  const repository = openRepository(desk.terminal.cwd, { env: desk.terminal.env, credentials });
  return ok({ repository, read: address, write: address });
}

/** The project's own address with the fork's name in it: same way, same host, no password. `undefined` = not to be said. */
export function forkAddress({ address, scheme, host }: Location, pushUrl: string, fork: string): string | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(fork)) return undefined;
  switch (address.transport) {
    case "http":
    case "https":
      return `${address.transport}://${address.host}/${fork}.git`;
    case "git":
      return `${scheme}://${host}/${fork}.git`;
    case "ssh": {
      const bare = pushUrl.replace(/\/+$/, "").replace(/\.git$/, "");
      const project = `${address.owner}/${address.name}`;
      return bare.endsWith(project) ? `${bare.slice(0, -project.length)}${fork}.git` : undefined;
    }
  }
}

function projectOf({ project }: Desk): string {
  return `${project.owner}/${project.name}`;
}
