/**
 * What git said about commits by name stays true: objects do not change. Kept in memory, so that looking at a change
 * that nobody touched costs no process. Failures are not kept: a missing object may come with the next fetch.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Sha } from "../src/core/ids.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { ChangedPath } from "../src/git/changed-paths.ts";
import type { Commit } from "../src/git/commit.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { CommitRange } from "../src/git/read.ts";
import type { Repository } from "../src/git/repository.ts";

type Answer<T> = Promise<Result<T, GitProblem>>;

/** The questions about immutable objects, as `Repository` answers them. */
export interface ObjectFacts {
  isAncestor(ancestor: Sha, descendant: Sha): Answer<boolean>;
  mergeBase(one: Sha, other: Sha): Answer<Sha | undefined>;
  commits(range: CommitRange): Answer<readonly Commit[]>;
  changedPaths(from: Sha, to: Sha): Answer<readonly ChangedPath[]>;
  pathsWithMarkers(from: Sha, to: Sha): Answer<readonly string[]>;
  /** A digest of every owners' file of a tree: the same where nothing of them is another. */
  ownersFiles(at: Sha): Answer<string>;
}

/** One for the life of the service; the oldest answers go first. */
export interface GitMemory {
  of(repository: number, git: Repository): ObjectFacts;
}

const MOST_ANSWERS = 10_000;
/** An answer longer than this is not worth its memory. */
const LONGEST_LIST = 200;

export function createGitMemory(): GitMemory {
  const known = new Map<string, unknown>();

  async function recall<T>(key: string, isAnswer: (value: unknown) => value is T, ask: () => Answer<T>): Answer<T> {
    const before = known.get(key);
    if (known.has(key) && isAnswer(before)) return ok(before);
    const answer = await ask();
    if (!answer.ok || (Array.isArray(answer.value) && answer.value.length > LONGEST_LIST)) return answer;
    if (known.size >= MOST_ANSWERS) known.delete(known.keys().next().value ?? "");
    known.set(key, answer.value);
    return answer;
  }

  return {
    of: (repository, git) => ({
      isAncestor: (one, other) =>
        recall(`${repository} ancestor ${one} ${other}`, isTruth, () => git.isAncestor(one, other)),
      mergeBase: (one, other) => recall(`${repository} base ${one} ${other}`, isSha, () => git.mergeBase(one, other)),
      commits: (range) => recall(`${repository} commits ${JSON.stringify(range)}`, isCommits, () => git.commits(range)),
      changedPaths: (from, to) =>
        recall(`${repository} paths ${from} ${to}`, isPaths, () => git.changedPaths(from, to)),
      pathsWithMarkers: (from, to) =>
        recall(`${repository} markers ${from} ${to}`, areTexts, () => git.pathsWithMarkers(from, to)),
      ownersFiles: (at) => recall(`${repository} owners ${at}`, isText, () => ownersFilesOf(git, at)),
    }),
  };
}

// Each key holds answers of one kind only; the guards say so to the compiler.
const isTruth = (value: unknown): value is boolean => typeof value === "boolean";
const isText = (value: unknown): value is string => typeof value === "string";
const isSha = (value: unknown): value is Sha | undefined => value === undefined || typeof value === "string";
const isCommits = (value: unknown): value is readonly Commit[] => Array.isArray(value);
const areTexts = (value: unknown): value is readonly string[] => Array.isArray(value);
const isPaths = (value: unknown): value is readonly ChangedPath[] => Array.isArray(value);

/** Also what OWNERS files import, as far as its name says that it is one. */
async function ownersFilesOf(git: Repository, at: Sha): Answer<string> {
  const files = await git.list(at);
  if (!files.ok) return files;
  const owners = files.value.filter(({ path }) => /owners[^/]*$/i.test(path));
  return ok(bytesToHex(sha256(utf8ToBytes(owners.map(({ path, sha }) => `${sha} ${path}\0`).join("")))));
}
