/** GitHub behind the forge port. Nothing is asked and no vendor code loaded before the first call. */
import { type Clock, systemClock } from "../../clock.ts";
import type { Forge } from "../forge.ts";
import type { ReleaseForge } from "../release.ts";
import type { ReviewerForge } from "../reviewer.ts";
import { readChange, readOpenChanges } from "./change.ts";
import { readChecks, rerunJobs } from "./checks.ts";
import { createClient } from "./client.ts";
import type { GitHubAuth } from "./credentials.ts";
import { lookUpNames } from "./names.ts";
import { readOpenWithChecks } from "./open-changes.ts";
import { readInbox } from "./inbox.ts";
import { readMoved } from "./moved.ts";
import { branchContains, createBranch, createRelease, createTag, readBranch, readRelease, readTag } from "./release.ts";
import { readNewestNumber, readOwnChecks } from "./own-checks.ts";
import { forkRepository } from "./fork.ts";
import { readAccount, readFile, readMembers, readRepositories, readRepository, readSiblingFile } from "./repository.ts";
import { cancelRuns, readRuns } from "./runs.ts";
import { type NodeIds, readStack, writeStack } from "./stack.ts";
import { readStatuses } from "./status.ts";
import { readThreads } from "./threads.ts";
import { readCommitAuthors } from "./commit-authors.ts";
import { createViewer } from "./viewer.ts";
import {
  closeChange,
  openChange,
  publishCheck,
  retargetChange,
  writeComment,
  type Writer,
  writeReview,
} from "./write.ts";

export interface GitHubForgeOptions {
  /** Of the REST API: `https://api.github.com`, or a server's `https://host/api/v3`. */
  readonly baseUrl: string;
  /** By default beside the REST API, where GitHub has it. */
  readonly graphqlUrl?: string;
  readonly auth: GitHubAuth;
  readonly userAgent: string;
  readonly clock?: Clock;
  /** One line for people when an answer takes longer. */
  readonly log?: (line: string) => void;
}

export interface GitHubForge extends Forge, ReviewerForge, ReleaseForge {
  /** HTTP requests sent so far, retries and tokens included: for the budgets of ruling 15. */
  readonly requests: number;
}

export function createGitHubForge({ clock = systemClock, ...options }: GitHubForgeOptions): GitHubForge {
  const client = createClient({ ...options, clock });
  const viewer = createViewer(client);
  const nodeIds: NodeIds = new Map();
  const writer: Writer = { client, viewer, known: new Map(), listed: new Map() };
  return {
    get requests() {
      return client.requests;
    },
    repositories: () => readRepositories(client),
    repository: (repository) => readRepository(client, viewer, repository),
    readStack: (repository, heads, { wishes = false } = {}) =>
      readStack(client, nodeIds, { repository, heads, wishes }),
    fork: (repository) => forkRepository(client, repository),
    lookUp: (repository, names) => lookUpNames(client, repository, names),
    writeStack: (repository, { writes }) => writeStack(client, nodeIds, { repository, writes }),
    openChanges: (repository) => readOpenChanges(client, repository),
    watchedChanges: (repository) => readOpenWithChecks(client, repository),
    readChange: (repository, number) => readChange(client, repository, number),
    statuses: (repository, heads) => readStatuses(client, repository, heads),
    inbox: (repository) => readInbox(client, repository),
    threads: (repository, number) => readThreads(client, repository, number),
    moved: (repository, heads, marks = new Map()) => readMoved(client, repository, { heads, marks }),
    readChecks: (repository, shas) => readChecks(client, repository, shas, writer.listed),
    ownChecks: (repository, shas) => readOwnChecks(client, viewer, { repository, shas }),
    newestNumber: (repository) => readNewestNumber(client, repository),
    openChange: (repository, change) => openChange(client, repository, change),
    members: (teams) => readMembers(client, teams),
    file: (repository, ref, path) => readFile(client, repository, { ref, path }),
    siblingFile: (repository, name, path) => readSiblingFile(client, repository, { name, path }),
    account: (repository, id) => readAccount(client, repository, id),
    commitAuthors: (repository, shas) => readCommitAuthors(client, repository, shas),
    publishCheck: (repository, check) => publishCheck(writer, repository, check),
    comment: (repository, number, slot, body) => writeComment(writer, repository, { number, slot, body }),
    review: (repository, number, review) => writeReview(client, repository, { number, review }),
    retarget: (repository, number, base) => retargetChange(client, repository, { number, base }),
    close: (repository, number) => closeChange(client, repository, number),
    rerun: (repository, sha, jobs) => rerunJobs(client, repository, { sha, jobs }),
    runs: (repository, sha, ref) => readRuns(client, repository, { sha, ref }),
    tag: (repository, name) => readTag(client, repository, name),
    branch: (repository, name) => readBranch(client, repository, name),
    contains: (repository, branch, commit) => branchContains(client, repository, { branch, commit }),
    createTag: (repository, tag) => createTag(client, repository, tag),
    createBranch: (repository, name, at) => createBranch(client, repository, { name, at }),
    release: (repository, tag) => readRelease(client, repository, tag),
    createRelease: (repository, release) => createRelease(client, repository, release),
    cancel: (repository, sha, ref) => cancelRuns(client, repository, { sha, ref }),
  };
}
