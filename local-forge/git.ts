/** The forge's own door to git: bare repositories only, no user configuration, no hooks, a closed environment. */
import { spawn } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { forgetAnswers, isAboutObjects, keep, recall } from "./object-answers.ts";
import { type Commit } from "./state.ts";

const GIT_ENV = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_LITERAL_PATHSPECS: "1",
  LC_ALL: "C",
} as const;

export interface GitOptions {
  readonly stdin?: Buffer | string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers rather than failures; 0 always is. */
  readonly codes?: readonly number[];
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The environment in which every git of the forge runs, with `extra` on top. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...GIT_ENV, ...extra };
}

/** Throws on an exit code that is neither 0 nor in `codes`: the forge asks only what must succeed. */
export async function git(dir: string, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  const alone = options.env === undefined && options.stdin === undefined;
  if (!alone || !isAboutObjects(args)) return start(dir, args, options);
  const known = recall(dir, args);
  if (known !== undefined && (known.code === 0 || options.codes?.includes(known.code) === true)) return known;
  const answer = await start(dir, args, options);
  keep(dir, args, answer);
  return answer;
}

function start(dir: string, args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["-c", "core.hooksPath=/dev/null", ...args], {
      cwd: dir,
      env: gitEnvironment(options.env),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const stderr = Buffer.concat(err).toString();
      const answer = { code: code ?? -1, stdout: Buffer.concat(out), stderr };
      if (answer.code === 0 || options.codes?.includes(answer.code) === true) resolve(answer);
      else reject(new Error(`git ${args.join(" ")} in ${dir} ended with ${answer.code}: ${stderr}`));
    });
    // A child that ends early closes its input; the exit code says why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.stdin ?? "");
  });
}

export async function gitLine(dir: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await git(dir, args, options)).stdout.toString().trim();
}

export async function initBare(dir: string, defaultBranch: string): Promise<void> {
  forgetAnswers(dir);
  await git("/", ["init", "-q", "--bare", `--initial-branch=${defaultBranch}`, dir]);
  const settings = {
    "http.receivepack": "true",
    // LIVE(git-fetch-pushed-over): a commit that was pushed over can be fetched by its SHA; one that is gone refuses the whole fetch.
    "uploadpack.allowAnySHA1InWant": "true",
    "receive.denyDeletes": "false",
    "receive.denyNonFastForwards": "false",
    "receive.denyDeleteCurrent": "ignore",
    "receive.advertiseAtomic": "true",
    "gc.auto": "0",
    "receive.autogc": "false",
    // LIVE(refs-pull-not-shown): a push is not shown `refs/pull/*`; a fetch is.
    "receive.hideRefs": "refs/pull",
  };
  const lines = Object.entries(settings).map(([key, value]) => {
    const [section, name] = key.split(".");
    return `[${section ?? ""}]\n\t${name ?? ""} = ${value}\n`;
  });
  await appendFile(`${dir}/config`, lines.join(""));
}

export async function listRefs(dir: string): Promise<Map<string, string>> {
  const text = await gitLine(dir, ["for-each-ref", "--format=%(objectname) %(refname)"]);
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [sha, ref] = line.split(" ");
    if (sha !== undefined && ref !== undefined) refs.set(ref, sha);
  }
  return refs;
}

/** The full object name of a commit-ish, peeled to a commit; undefined when there is none. */
export async function resolveCommit(dir: string, name: string): Promise<string | undefined> {
  if (name === "" || name.startsWith("-")) return undefined;
  const answer = await git(dir, ["rev-parse", "--verify", "-q", "--end-of-options", `${name}^{commit}`], {
    codes: [1, 128],
  });
  return answer.code === 0 ? answer.stdout.toString().trim() : undefined;
}

export async function objectExists(dir: string, sha: string): Promise<boolean> {
  return (await git(dir, ["cat-file", "-e", sha], { codes: [1, 128] })).code === 0;
}

export async function isAncestor(dir: string, ancestor: string, descendant: string): Promise<boolean> {
  if (ancestor === descendant) return true;
  return (await git(dir, ["merge-base", "--is-ancestor", ancestor, descendant], { codes: [1] })).code === 0;
}

/** The best common ancestor, or undefined for unrelated histories. */
export async function mergeBase(dir: string, one: string, other: string): Promise<string | undefined> {
  const answer = await git(dir, ["merge-base", one, other], { codes: [1] });
  return answer.code === 0 ? answer.stdout.toString().split("\n")[0] : undefined;
}

const FIELDS = ["%H", "%T", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B"];

/** Commits of `git log <args>`, in git's order: newest first unless `--reverse` is among the arguments. */
export async function logCommits(dir: string, args: readonly string[]): Promise<Commit[]> {
  const format = `--format=format:${FIELDS.join("%x00")}`;
  const { stdout } = await git(dir, ["log", "-z", format, ...args, ...(args.includes("--") ? [] : ["--"])]);
  const text = stdout.toString();
  if (text === "") return [];
  const cells = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + FIELDS.length <= cells.length; at += FIELDS.length) {
    commits.push(commitFrom(cells.slice(at, at + FIELDS.length)));
  }
  return commits;
}

function commitFrom(cells: readonly string[]): Commit {
  const [sha = "", tree = "", parents = "", an = "", ae = "", at = "0", cn = "", ce = "", ct = "0", body = ""] = cells;
  return {
    sha,
    tree,
    parents: parents === "" ? [] : parents.split(" "),
    author: { name: an, email: ae, at: Number(at) * 1000 },
    committer: { name: cn, email: ce, at: Number(ct) * 1000 },
    message: body.replace(/\n+$/, ""),
  };
}

/** Commits never change: those asked for by full name are kept. */
const kept = new Map<string, Commit>();
const KEPT_COMMITS = 20_000;

export async function readCommit(dir: string, name: string): Promise<Commit | undefined> {
  const known = kept.get(`${dir} ${name}`);
  if (known !== undefined) return known;
  const full = await resolveCommit(dir, name);
  const commit = full === undefined ? undefined : (await logCommits(dir, ["-1", full]))[0];
  if (commit !== undefined && commit.sha === name) {
    if (kept.size >= KEPT_COMMITS) kept.clear();
    kept.set(`${dir} ${name}`, commit);
  }
  return commit;
}

export async function countCommits(dir: string, range: string): Promise<number> {
  return Number(await gitLine(dir, ["rev-list", "--count", range, "--"]));
}

/** Brings one object and its history from another repository; nothing happens when it is there. */
export async function copyObject(from: string, to: string, sha: string): Promise<void> {
  if (from === to || (await objectExists(to, sha))) return;
  await git(to, ["fetch", "-q", "--no-tags", "--no-write-fetch-head", from, sha]);
}

/** The tree of a clean merge, or the conflicting paths. */
export async function mergeTrees(
  dir: string,
  ours: string,
  theirs: string,
): Promise<{ readonly tree: string } | { readonly conflicts: readonly string[] }> {
  const answer = await git(dir, ["merge-tree", "--write-tree", "--name-only", "-z", "--no-messages", ours, theirs], {
    codes: [1],
  });
  const [tree = "", ...paths] = answer.stdout
    .toString()
    .split("\0")
    .filter((cell) => cell !== "");
  return answer.code === 0 ? { tree } : { conflicts: paths };
}

export interface CommitSpec {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string; readonly at: number };
  readonly committer: { readonly name: string; readonly email: string; readonly at: number };
}

export function writeCommit(dir: string, spec: CommitSpec): Promise<string> {
  const parents = spec.parents.flatMap((parent) => ["-p", parent]);
  return gitLine(dir, ["commit-tree", spec.tree, ...parents, "-F", "-"], {
    stdin: spec.message.endsWith("\n") ? spec.message : `${spec.message}\n`,
    env: {
      GIT_AUTHOR_NAME: spec.author.name,
      GIT_AUTHOR_EMAIL: spec.author.email,
      GIT_AUTHOR_DATE: `${Math.floor(spec.author.at / 1000)} +0000`,
      GIT_COMMITTER_NAME: spec.committer.name,
      GIT_COMMITTER_EMAIL: spec.committer.email,
      GIT_COMMITTER_DATE: `${Math.floor(spec.committer.at / 1000)} +0000`,
    },
  });
}

/** One compare-and-swap of a ref; zeros mean absent. Throws when the old value is not `before`. */
export async function moveRef(
  dir: string,
  ref: string,
  move: { readonly before: string; readonly after: string },
): Promise<void> {
  const gone = /^0+$/.test(move.after);
  await git(dir, gone ? ["update-ref", "-d", ref, move.before] : ["update-ref", ref, move.after, move.before]);
}
