/**
 * What passes between this repository and others: listing, fetching, pushing.
 * A push is all or nothing, leased ref by ref, and never forced: a `+` or `--force` would switch the lease off (RULINGS 11).
 */
import { parseRefName, parseSha, type RefName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { remoteProblem, lastLines, type GitProblem, type RefusedRef } from "./problem.ts";
import type { GitOutput, GitProcess } from "./process.ts";
import { isAncestor } from "./read.ts";
import {
  fetchSlot,
  leaseSlot,
  pushSlot,
  refSlot,
  remoteSlot,
  type FetchSpec,
  type RefPattern,
  type RemoteAddress,
} from "./slots.ts";
import type { RefMove } from "./write.ts";

const NETWORK_TIMEOUT_MS = 300_000;

export interface RemoteRef {
  readonly name: RefName;
  readonly sha: Sha;
}

export interface PushMove extends RefMove {
  /** Refuse before anything is sent unless `to` contains `from`: a lease alone lets a ref go backwards. */
  readonly descend?: boolean;
}

export interface Pushed {
  readonly refs: readonly { readonly ref: RefName; readonly outcome: "created" | "moved" | "deleted" | "unchanged" }[];
  /** What the server said, without the `remote:`. */
  readonly remote: readonly string[];
}

/** Refs of the other side, without downloading. No patterns: all of them. A pattern is a whole ref or ends in `*`. */
export async function listRemote(
  git: GitProcess,
  remote: RemoteAddress,
  patterns: readonly (RefPattern | RefName)[] = [],
): Promise<Result<readonly RemoteRef[], GitProblem>> {
  const listed = await git.run("ls-remote", {
    options: ["--quiet"],
    slots: [remoteSlot(remote), ...patterns.map(refSlot)],
    timeoutMs: NETWORK_TIMEOUT_MS,
    answers: [0, 128],
  });
  const answered = remoteAnswer(listed, git.shown(remote));
  if (!answered.ok) return answered;
  const refs = answered.value.stdout
    .toString("utf8")
    .split("\n")
    .flatMap((line): RemoteRef[] => {
      const [object = "", refname = ""] = line.split("\t");
      const sha = parseSha(object);
      const name = parseRefName(refname);
      return sha === undefined || name === undefined ? [] : [{ name, sha }];
    });
  return ok(refs);
}

/**
 * Brings objects, and refs where a spec has `to`. Writes no FETCH_HEAD; without `to` no ref and no reflog changes.
 * `prune` deletes local refs under the specs' `to` that are gone on the other side.
 */
export async function fetchFrom(
  git: GitProcess,
  remote: RemoteAddress,
  specs: readonly FetchSpec[],
  { prune = false }: { prune?: boolean } = {},
): Promise<Result<void, GitProblem>> {
  const fetched = await git.run("fetch", {
    options: [
      "--quiet",
      "--no-write-fetch-head",
      "--no-tags",
      "--no-auto-maintenance",
      "--recurse-submodules=no",
      ...(prune ? (["--prune"] as const) : []),
    ],
    slots: [remoteSlot(remote), ...specs.map(fetchSlot)],
    timeoutMs: NETWORK_TIMEOUT_MS,
    answers: [0, 1, 128],
  });
  const answered = remoteAnswer(fetched, git.shown(remote));
  return answered.ok ? ok(undefined) : answered;
}

/**
 * One `git push --atomic`: every ref moves from exactly `from` to exactly `to`, or none does.
 * A ref that already has `to` is `unchanged`, so repeating a push is safe. Order of `moves` is kept (bottom of a stack first).
 * `hooks: "run"` runs the user's pre-push hook; the service never does. Not `thin`: whole objects, for servers that cannot
 * complete a pack.
 */
export async function pushTo(
  git: GitProcess,
  remote: RemoteAddress,
  moves: readonly PushMove[],
  { hooks, thin }: { hooks: "run" | "skip"; thin: boolean },
): Promise<Result<Pushed, GitProblem>> {
  if (moves.length === 0) return ok({ refs: [], remote: [] });
  const descended = await checkDescent(git, moves);
  if (!descended.ok) return descended;
  const pushed = await git.run("push", {
    options: [
      "--atomic",
      "--porcelain",
      "--no-progress",
      "--no-follow-tags",
      "--recurse-submodules=no",
      ...(hooks === "skip" ? (["--no-verify"] as const) : []),
      ...(thin ? [] : (["--no-thin"] as const)),
    ],
    valued: moves.map(({ ref, from }) => ({ option: "--force-with-lease", value: leaseSlot(ref, from) })),
    slots: [remoteSlot(remote), ...moves.map(({ ref, to }) => pushSlot(ref, to))],
    timeoutMs: NETWORK_TIMEOUT_MS,
    answers: [0, 1, 128],
  });
  if (!pushed.ok) return pushed;
  return readPush(pushed.value, git.shown(remote), moves);
}

async function checkDescent(git: GitProcess, moves: readonly PushMove[]): Promise<Result<void, GitProblem>> {
  for (const { ref, from, to, descend } of moves) {
    if (descend !== true || from === undefined || to === undefined) continue;
    const inside = await isAncestor(git, from, to);
    if (!inside.ok) return inside;
    if (!inside.value) return fail({ kind: "not-descending", ref, from, to });
  }
  return ok(undefined);
}

interface RefLine {
  readonly flag: string;
  readonly ref: RefName;
  readonly summary: string;
}

function readPush(output: GitOutput, remote: string, moves: readonly PushMove[]): Result<Pushed, GitProblem> {
  const lines = output.stdout.toString("utf8").split("\n").flatMap(parseLine);
  const said = remoteLines(output.stderr);
  const refused = lines.filter(({ flag }) => flag === "!");
  if (
    output.exitCode === 0 &&
    refused.length === 0 &&
    moves.every(({ ref }) => lines.some((line) => line.ref === ref))
  ) {
    return ok({ refs: lines.map(({ ref, flag }) => ({ ref, outcome: outcomeOf(flag) })), remote: said });
  }
  const reasons = refused.map(({ ref, summary }): RefusedRef => ({ ref, reason: summary }));
  // The others of an atomic push fail because of the one that has a reason of its own.
  const own = reasons.filter(
    ({ reason }) => !/atomic push failed|atomic transaction failed|atomic push failure/.test(reason),
  );
  const stale = own.filter(({ reason }) =>
    /stale info|fetch first|non-fast-forward|needs force|failed to update ref|cannot lock ref|reference already exists/.test(
      reason,
    ),
  );
  if (own.length > 0 && stale.length === own.length) return fail({ kind: "stale", refs: stale });
  if (own.length > 0 || reasons.length > 0)
    return fail({ kind: "rejected", refs: own.length > 0 ? own : reasons, remote: said });
  return fail(
    remoteProblem(remote, output.stderr) ?? {
      kind: "failed",
      command: `git push ${remote}`,
      exitCode: output.exitCode,
      detail: lastLines(output.stderr),
    },
  );
}

/** `<flag>\t<from>:<to>\t<summary>`. Source: git-push, OUTPUT, `--porcelain`. */
function parseLine(line: string): readonly RefLine[] {
  const [flag = "", names = "", summary = ""] = line.split("\t");
  const ref = parseRefName(names.slice(names.indexOf(":") + 1));
  return ref === undefined || flag.length !== 1 ? [] : [{ flag, ref, summary }];
}

function outcomeOf(flag: string): "created" | "moved" | "deleted" | "unchanged" {
  if (flag === "*") return "created";
  if (flag === "-") return "deleted";
  return flag === "=" ? "unchanged" : "moved";
}

/** What the server said on the way, without `remote:`. */
export function remoteLines(stderr: string): readonly string[] {
  return stderr
    .split("\n")
    .flatMap((line) => (line.startsWith("remote:") ? [line.slice("remote:".length).trim()] : []))
    .filter((line) => line !== "");
}

function remoteAnswer(ran: Result<GitOutput, GitProblem>, remote: string): Result<GitOutput, GitProblem> {
  if (!ran.ok || ran.value.exitCode === 0) return ran;
  const { exitCode, stderr } = ran.value;
  const gone = /couldn't find remote ref|not our ref|no such remote ref/i.test(stderr);
  if (gone) return fail({ kind: "missing-object", what: `a ref of ${remote}`, detail: lastLines(stderr) });
  const known = remoteProblem(remote, stderr);
  return fail(known ?? { kind: "failed", command: `git, talking to ${remote},`, exitCode, detail: lastLines(stderr) });
}
