// What must be kept, whatever people do: the server's picture, what lies uncommitted in a work tree, and every commit of a branch.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bench, type Pull, type Seat } from "../../cli/seat.ts";

export interface Server {
  /** Oldest first. */
  readonly pulls: readonly Pull[];
  /** By full name; those of pull requests, which nobody can push, are left out. */
  readonly branches: ReadonlyMap<string, string>;
}

export async function serverOf(bench: Bench): Promise<Server> {
  const refs = bench.forge.world.repository("acme", "api")?.refs ?? new Map<string, string>();
  const branches = new Map([...refs].filter(([name]) => name.startsWith("refs/heads/")).sort());
  return { pulls: await bench.pulls(), branches };
}

/** Everything that people see of the project. `only`: of these pull requests. */
export function picture({ pulls, branches }: Server, only?: ReadonlySet<number>): string {
  const shown = pulls.filter(({ number }) => only === undefined || only.has(number));
  return [
    ...[...branches].map(([name, sha]) => `${sha} ${name}`),
    ...shown.map((pull) => {
      const { number, title, body, head, base } = pull;
      const draft = "draft" in pull && pull.draft;
      return JSON.stringify([number, stateOf(pull), title, body, head.ref, head.sha, base.ref, draft]);
    }),
  ].join("\n");
}

export function stateOf({ state, merged_at: merged }: Pull): "open" | "merged" | "closed" {
  if (merged !== null) return "merged";
  return state === "open" ? "open" : "closed";
}

/** What is not committed: each path with a digest of its content, and what is staged of it. */
export async function uncommitted(seat: Seat): Promise<ReadonlyMap<string, string>> {
  const status = await seat.git("--no-optional-locks", "status", "--porcelain=v1", "-z", "-uall", "--no-renames");
  const paths = status.split("\0").flatMap((entry) => (entry === "" ? [] : [entry.replace(/^.{1,2} /, "")]));
  return new Map(paths.map((path) => [path, contentOf(seat, path)]));
}

export function contentOf(seat: Seat, path: string): string {
  try {
    return createHash("sha1")
      .update(readFileSync(join(seat.dir, path)))
      .digest("hex");
  } catch {
    return "gone";
  }
}

/** Path to mode and blob, of what differs from HEAD. */
export async function staged(seat: Seat): Promise<ReadonlyMap<string, string>> {
  const raw = await seat.git("--no-optional-locks", "diff", "--cached", "--raw", "--no-renames", "--abbrev=40");
  return new Map(
    raw.split("\n").flatMap((line) => {
      const [, mode = "", , blob = "", , path] = line.split(/[ \t]/);
      return path === undefined ? [] : [[path, `${mode} ${blob}`] as const];
    }),
  );
}

/** Local branches and where they stand. */
export async function localBranches(seat: Seat): Promise<ReadonlyMap<string, string>> {
  const refs = await seat.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads");
  return new Map(
    refs.split("\n").flatMap((line) => {
      const [name = "", sha = ""] = line.split(" ");
      return sha === "" ? [] : [[name, sha] as const];
    }),
  );
}

export interface Kept {
  readonly branches: ReadonlyMap<string, string>;
  readonly uncommitted: ReadonlyMap<string, string>;
  readonly staged: ReadonlyMap<string, string>;
}

export async function kept(seat: Seat): Promise<Kept> {
  return { branches: await localBranches(seat), uncommitted: await uncommitted(seat), staged: await staged(seat) };
}

/**
 * What is lost since `before`, in words. `onServer`: commits the server has or had. A commit that was written anew (an id given, a
 * rebase) is kept where the branch, or the server where the branch is finished, has one with the same author, time and subject; `mayDrop`: or where its content is there.
 */
export async function losses(
  seat: Seat,
  before: Kept,
  { onServer, mayDrop }: { readonly onServer: ReadonlySet<string>; readonly mayDrop: boolean },
): Promise<readonly string[]> {
  const now = await kept(seat);
  const lost: string[] = [];
  for (const [path, content] of before.uncommitted) {
    if (contentOf(seat, path) !== content) lost.push(`${path}, which was not committed, is another`);
  }
  for (const [path, entry] of before.staged) {
    if (now.staged.get(path) !== entry) lost.push(`${path} is staged no more as it was`);
  }
  for (const [branch, tip] of before.branches) {
    const after = now.branches.get(branch);
    if (after === tip) continue;
    const roots = ["^origin/main", "^origin/stable", ...(after === undefined ? [] : [`^${after}`])];
    const gone = (await seat.git("log", "--format=%H%x1f%an %at %s", tip, ...roots)).split("\n");
    const tips = after === undefined ? ["--ignore-missing", ...onServer] : [after];
    const have = `\n${await seat.git("log", "--format=%an %at %s", ...tips)}\n`;
    for (const line of gone) {
      const [sha = "", key = ""] = line.split("\x1f");
      if (sha === "" || onServer.has(sha) || have.includes(`\n${key}\n`)) continue;
      if (mayDrop && after !== undefined && (await isIn(seat, sha, after))) continue;
      lost.push(`${sha.slice(0, 7)} "${key}" was on ${branch} and is neither there nor on the server`);
    }
  }
  return lost;
}

async function isIn(seat: Seat, sha: string, tip: string): Promise<boolean> {
  const paths = await seat.git("diff-tree", "-r", "--no-commit-id", "--name-only", sha);
  const differs = await seat.git("diff", "--name-only", sha, tip, "--", ...paths.split("\n"));
  return differs === "";
}
