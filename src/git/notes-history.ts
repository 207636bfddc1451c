/**
 * What git knows of release notes: all commits with their parents and times, tags with their dates, what each commit did to the notes'
 * folder, and the edits in the work tree. Seven processes or eight, however long the history is; 62 000 commits take a second.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseSha, type Sha } from "../core/ids.ts";
import type { NotesConfig } from "../core/release/notes/config.ts";
import { isSettled } from "../core/release/notes/scan-changes.ts";
import { isVersionTag, refsForBranch, seriesBranches } from "../core/release/notes/scan-refs.ts";
import { reachable } from "../core/release/notes/scan-walk.ts";
import type { CommitGraph, NoteChanges, ScanInput, WorkChange } from "../core/release/notes/shapes.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { CommitTable } from "./commit-table.ts";
import { listTree } from "./list-tree.ts";
import { findTouching, readCommits } from "./notes-commits.ts";
import { readNoteLog } from "./notes-log.ts";
import { peelCommits } from "./peel.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import type { Repository } from "./repository.ts";
import { isTreePath, pathSlot } from "./slots.ts";

export type GatherProblem =
  | { readonly kind: "git"; readonly problem: GitProblem }
  /** The history is cut off, so nobody can know which version has what. */
  | { readonly kind: "shallow" }
  | { readonly kind: "no-commit" }
  | { readonly kind: "no-branch"; readonly branch: string; readonly known: readonly string[] };

export interface GatherOptions {
  /** Default: what is checked out, with its work tree. */
  readonly branch?: string;
}

export interface Ref {
  readonly name: string;
  /** The commit it leads to; `undefined`: something else. */
  readonly commit: Sha | undefined;
  /** Seconds since 1970: of the tag, or its commit. */
  readonly at: number;
}

/** The part of a history that is read in a moment; whoever has seen the same before knows the rest. */
export interface NotesTips {
  readonly head: Sha;
  readonly branch: string | undefined;
  readonly refs: readonly Ref[];
  readonly work: readonly WorkChange[];
  readonly gitDir: string;
  /** The way from where git runs to the top of the work tree: empty, or `../`. */
  readonly up: string;
}

type Answer<T> = Promise<Result<T, GatherProblem>>;

export async function gatherNotes(
  repository: Repository,
  config: NotesConfig,
  options: GatherOptions = {},
): Answer<ScanInput> {
  const tips = await readTips(repository, config, options);
  return tips.ok ? readHistory(repository, config, tips.value) : tips;
}

export async function readTips({ git }: Repository, config: NotesConfig, { branch }: GatherOptions): Answer<NotesTips> {
  const place = await git.run("rev-parse", {
    options: ["--is-bare-repository", "--absolute-git-dir", "--git-common-dir", "--show-cdup"],
    answers: [0, 128],
  });
  if (!place.ok) return ofGit(place.problem);
  const [bare, gitDir = "", commonDir = gitDir, up = ""] = place.value.stdout.toString("utf8").split("\n");
  if (gitDir === "") return ofGit({ kind: "no-repository", dir: git.settings.cwd, detail: place.value.stderr });
  const common = commonDir.startsWith("/") ? commonDir : join(git.settings.cwd, commonDir);
  if (existsSync(join(common, "shallow"))) return fail({ kind: "shallow" });
  const head = await git.run("rev-parse", { options: ["--verify", "--quiet", "HEAD"], answers: [0, 1] });
  if (!head.ok) return ofGit(head.problem);
  const refs = await readAllRefs(git);
  if (!refs.ok) return refs;
  const tip =
    branch === undefined
      ? parseSha(head.value.stdout.toString("utf8").trim())
      : refsForBranch(branch)
          .map((name) => refs.value.find((ref) => ref.name === name)?.commit)
          .find((commit) => commit !== undefined);
  if (tip === undefined)
    return fail(
      branch === undefined ? { kind: "no-commit" } : { kind: "no-branch", branch, known: branches(refs.value) },
    );
  const work = branch === undefined && bare === "false" ? await readWork(git, config.notesPath, up) : ok([]);
  return work.ok ? ok({ head: tip, branch, refs: refs.value, work: work.value, gitDir, up }) : work;
}

export async function readHistory({ git }: Repository, config: NotesConfig, tips: NotesTips): Answer<ScanInput> {
  const [commits, files] = await Promise.all([
    readCommits(git, tipsToWalk(tips, config)),
    listTree(git, tips.head, config.notesPath),
  ]);
  if (!commits.ok) return ofGit(commits.problem);
  if (!files.ok) return ofGit(files.problem);
  const { graph, numberOf } = commits.value;
  const head = numberOf(tips.head);
  if (head === undefined) return ofGit({ kind: "missing-object", what: tips.head, detail: "not listed" });
  const number = (sha: Sha | undefined) => (sha === undefined ? undefined : numberOf(sha));
  const tags = tips.refs.flatMap(({ name, commit, at }) =>
    name.startsWith("refs/tags/") ? [{ name: name.slice("refs/tags/".length), commit: number(commit), at }] : [],
  );
  const refs = tips.refs.flatMap(({ name, commit }) => {
    const found = number(commit);
    return name.startsWith("refs/tags/") || found === undefined ? [] : [{ name, commit: found }];
  });
  const inside = reachable(graph, head);
  const [nullMerges, changes] = await Promise.all([
    readNullMerges(git, graph, { inside, tags, config }),
    readChanges(git, commits.value, { inside, folder: { path: config.notesPath, up: tips.up } }),
  ]);
  if (!nullMerges.ok) return ofGit(nullMerges.problem);
  if (!changes.ok) return ofGit(changes.problem);
  const kept = files.value.map(({ path, sha: blob }) => ({ path, blob }));
  const { branch, work } = tips;
  const found = { changes: changes.value, nullMerges: nullMerges.value, files: kept };
  return ok({ graph, head, branch, refs, tags, ...found, work });
}

interface ChangesOf {
  readonly inside: Uint8Array;
  /** `up` leads to the top of the work tree. */
  readonly folder: { readonly path: string; readonly up: string };
}

async function readChanges(
  git: GitProcess,
  commits: CommitTable,
  { inside, folder }: ChangesOf,
): Promise<Result<ScanInput["changes"], GitProblem>> {
  const { graph } = commits;
  const touching = await findTouching(git, commits, { inside, path: folder.path });
  if (!touching.ok) return touching;
  const log = await readNoteLog(git, {
    commits: touching.value.flatMap((commit) => graph.shas.at(commit) ?? []),
    folder,
  });
  if (!log.ok) return log;
  const changes = new Map<number, NoteChanges>();
  for (const commit of touching.value) {
    const sha = graph.shas.at(commit);
    const found = sha === undefined ? undefined : log.value.get(sha);
    if (found !== undefined) changes.set(commit, found);
  }
  const settled = await findFolders(git, graph, { changes, path: folder.path });
  return settled.ok ? ok(changes) : settled;
}

/** The scanned commit, the default branch, and each series: there it is decided where a report ends. */
function tipsToWalk({ head, refs }: NotesTips, config: NotesConfig): readonly Sha[] {
  const byName = new Map(refs.map(({ name, commit }) => [name, commit]));
  const series = seriesBranches(
    refs.map(({ name }) => name),
    config,
  );
  const found = [config.defaultBranch, ...series].flatMap((name) => {
    const ref = refsForBranch(name).find((candidate) => byName.get(candidate) !== undefined);
    return ref === undefined ? [] : (byName.get(ref) ?? []);
  });
  return [...new Set([head, ...found])];
}

async function readAllRefs(git: GitProcess): Answer<readonly Ref[]> {
  const listed = await git.run("for-each-ref", {
    options: [
      "--format=%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)%00%(creatordate:unix)%00%(refname)",
    ],
  });
  if (!listed.ok) return ofGit(listed.problem);
  const lines = listed.value.stdout.toString("utf8").split("\n").filter(Boolean);
  const refs = lines.map((line) => {
    const [object = "", type, behind = "", behindType, at, name = ""] = line.split("\0");
    const commit = type === "commit" ? object : behindType === "commit" ? behind : "";
    return {
      name,
      at: Number(at),
      commit: parseSha(commit),
      chain: behindType === "tag" ? parseSha(object) : undefined,
    };
  });
  const chains = refs.flatMap(({ chain }) => chain ?? []);
  const peeled = await peelCommits(git, chains);
  if (!peeled.ok) return ofGit(peeled.problem);
  const behind = new Map(chains.map((chain, index) => [chain, peeled.value[index]]));
  const led = refs.map(({ name, at, commit, chain }) => ({ name, at, commit: chain ? behind.get(chain) : commit }));
  return ok(led.filter(({ name }) => /^refs\/(?:heads|remotes|tags)\//.test(name)));
}

interface MergesOf {
  readonly inside: Uint8Array;
  readonly tags: ScanInput["tags"];
  readonly config: NotesConfig;
}

/** Merges of a commit with a version's tag that settle nothing themselves: tags brought over from another branch. */
async function readNullMerges(
  git: GitProcess,
  graph: CommitGraph,
  { inside, tags, config }: MergesOf,
): Promise<Result<ReadonlySet<number>, GitProblem>> {
  const tagged = new Set(tags.flatMap(({ name, commit }) => (isVersionTag(name, config) ? (commit ?? []) : [])));
  const asked = graph.parents.flatMap((parents, commit) =>
    inside[commit] === 1 && parents.slice(1).some((parent) => tagged.has(parent)) ? [commit] : [],
  );
  if (asked.length === 0 || !config.ignoreNullMerges) return ok(new Set());
  const log = await readNoteLog(git, { commits: asked.flatMap((commit) => graph.shas.at(commit) ?? []) });
  if (!log.ok) return log;
  return ok(
    new Set(
      asked.filter((commit) => {
        const sha = graph.shas.at(commit);
        const found = sha === undefined ? undefined : log.value.get(sha);
        return found?.kind !== "merge" || !found.paths.some(isSettled);
      }),
    ),
  );
}

/** For the rare merge that settles a file which a parent lacks: whether that parent has the folder at all. */
async function findFolders(
  git: GitProcess,
  graph: CommitGraph,
  { changes, path }: { readonly changes: Map<number, NoteChanges>; readonly path: string },
): Promise<Result<void, GitProblem>> {
  for (const [commit, found] of changes) {
    if (found.kind === "plain" || !found.paths.some((one) => one.some((change) => change?.type === "add"))) continue;
    const hasFolder: boolean[] = [];
    for (const parent of graph.parents[commit] ?? []) {
      const sha = graph.shas.at(parent);
      const listed = sha === undefined ? ok([]) : await listTree(git, sha, path);
      if (!listed.ok) return listed;
      hasFolder.push(listed.value.length > 0);
    }
    changes.set(commit, { ...found, hasFolder });
  }
  return ok(undefined);
}

const STATUS = /^(?:1 (..) \S+ (\d+) (\d+) (\d+) \S+ \S+ |u (..) \S+ \d+ \d+ \d+ (\d+) \S+ \S+ \S+ )(.+)$/s;

/** Tracked files of the folder that differ from the index, and the index from HEAD. */
async function readWork(git: GitProcess, path: string, up: string): Answer<readonly WorkChange[]> {
  if (!isTreePath(path)) return ofGit({ kind: "unsafe-name", what: "path", text: path });
  const told = await git.run("status", {
    options: ["--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=all", "--"],
    slots: [pathSlot(`${up}${path}`)],
  });
  if (!told.ok) return ofGit(told.problem);
  const work = told.value.stdout
    .toString("utf8")
    .split("\0")
    .flatMap((line): readonly WorkChange[] => {
      const [, edits, , , , conflict, here, file = ""] = STATUS.exec(line) ?? [];
      if (conflict !== undefined)
        return [{ path: file, where: "unstaged", type: here === "000000" ? "delete" : "modify" }];
      const [staged, unstaged] = [typeOf(edits?.charAt(0)), typeOf(edits?.charAt(1))];
      return [
        ...(staged === undefined ? [] : [{ path: file, where: "staged", type: staged } as const]),
        ...(unstaged === undefined ? [] : [{ path: file, where: "unstaged", type: unstaged } as const]),
      ];
    });
  return ok(work);
}

function typeOf(letter: string | undefined): WorkChange["type"] | undefined {
  if (letter === "A") return "add";
  if (letter === "D") return "delete";
  return letter === "M" || letter === "T" ? "modify" : undefined;
}

function branches(refs: readonly Ref[]): readonly string[] {
  return refs.flatMap(({ name }) => /^refs\/(?:heads|remotes)\/(.+)$/s.exec(name)?.[1] ?? []);
}

function ofGit(problem: GitProblem): { readonly ok: false; readonly problem: GatherProblem } {
  return fail({ kind: "git", problem });
}
