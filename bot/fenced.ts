/**
 * The forge for one look. Before each write the lease is asked for: a service that stalled for longer than its lease, and
 * was taken over meanwhile, writes nothing any more, whatever it had decided. Known race: a stall between that answer and
 * the request itself; what is written then is the same as the successor's or is put right by its next look.
 */
import { fail } from "../src/core/result.ts";
import type { Answer } from "../src/forge/forge.ts";
import type { ServiceForge } from "../src/forge/release.ts";

/** Every method of the port, by whether it changes anything at the forge: a new one has to be named here. */
export const WRITES = {
  ...{
    repositories: false,
    repository: false,
    readStack: false,
    lookUp: false,
    openChanges: false,
    watchedChanges: false,
  },
  ...{ readChange: false, newestNumber: false, statuses: false, readChecks: false, ownChecks: false, runs: false },
  ...{ members: false, file: false, siblingFile: false, account: false, commitAuthors: false },
  ...{
    writeStack: true,
    fork: true,
    publishCheck: true,
    comment: true,
    review: true,
    openChange: true,
    retarget: true,
  },
  ...{ close: true, rerun: true, cancel: true },
  ...{ tag: false, branch: false, contains: false, release: false },
  ...{ createTag: true, createBranch: true, createRelease: true },
} satisfies Record<keyof ServiceForge, boolean>;

/** `held` answers false when the repository is another's. */
export function fenced(forge: ServiceForge, held: () => Promise<boolean>): ServiceForge {
  const write =
    <A extends readonly unknown[], T>(tried: string, call: (...args: A) => Answer<T>) =>
    async (...args: A): Answer<T> =>
      (await held()) ? call(...args) : fail({ kind: "refused", tried, found: "another service has taken over" });
  return {
    ...forge,
    writeStack: write("write the pull requests of a stack", (...args) => forge.writeStack(...args)),
    fork: write("fork the repository", (...args) => forge.fork(...args)),
    publishCheck: write("publish a check", (...args) => forge.publishCheck(...args)),
    comment: write("comment", (...args) => forge.comment(...args)),
    review: write("review", (...args) => forge.review(...args)),
    openChange: write("open a pull request", (...args) => forge.openChange(...args)),
    retarget: write("retarget a pull request", (...args) => forge.retarget(...args)),
    close: write("close a pull request", (...args) => forge.close(...args)),
    rerun: write("run jobs again", (...args) => forge.rerun(...args)),
    cancel: write("cancel runs", (...args) => forge.cancel(...args)),
    createTag: write("make a tag", (...args) => forge.createTag(...args)),
    createBranch: write("make a branch", (...args) => forge.createBranch(...args)),
    createRelease: write("publish a release", (...args) => forge.createRelease(...args)),
  };
}
