/**
 * `plustwo backport run`: makes the backports of a fix as local branches, all that pick cleanly in one step. What the user has checked
 * out, its index and its files are not touched, whatever their state; a branch that is there is never moved.
 */
import path from "node:path";
import { branchRef } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Ident } from "../../git/commit.ts";
import { committerHere } from "../../git/linked-worktree.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";
import { closeTree, openTree } from "./conflict-tree.ts";
import { openClone, type Clone } from "./gather.ts";
import { forgetGoing, readGoing, treeFor, writeGoing, type Going } from "./going.ts";
import { readGround, type BackportOptions, type Ground } from "./ground.ts";
import { shown } from "./named-fix.ts";
import { hopLines, hopsJson, sendLines, type Shown } from "./show-hops.ts";
import { walkDown, type Hop } from "./walk.ts";

export interface RunOptions extends BackportOptions {
  readonly json: boolean;
}

export async function run(terminal: Terminal, say: Say, options: RunOptions): Promise<Result<number, CliProblem>> {
  const clone = await openWritable(terminal, options.directory);
  if (!clone.ok) return clone;
  const going = await readGoing(clone.value.place);
  if (!going.ok) return going;
  if (going.value !== undefined) return fail(underWay(going.value));
  const committer = await committerOf(clone.value);
  if (!committer.ok) return committer;
  const ground = await readGround(terminal, options);
  if (!ground.ok) return ground;
  const hops = await say.during("Picking", walkDown(ground.value, committer.value));
  if (!hops.ok) return fail(ofGit(hops.problem));
  const { topic, remote, trunk, series } = options;
  const kept: Going["options"] = {
    words: ground.value.fix.commits.map(({ sha }) => sha),
    to: ground.value.steps.flatMap(({ branch, asked }) => (asked ? [branch] : [])),
    ...(topic === undefined ? {} : { topic }),
    ...(remote === undefined ? {} : { remote }),
    ...(trunk === undefined ? {} : { trunk }),
    ...(series === undefined ? {} : { series }),
  };
  return settle(
    { terminal, say, clone: clone.value, json: options.json },
    { ground: ground.value, hops: hops.value, options: kept },
  );
}

export interface Bench {
  readonly terminal: Terminal;
  readonly say: Say;
  readonly clone: Clone;
  readonly json: boolean;
}

export interface Walked {
  readonly ground: Ground;
  readonly hops: readonly Hop[];
  readonly options: Going["options"];
  /** The stop that was resolved before this. */
  readonly before?: Going;
}

/**
 * Makes what was walked. Each step leaves something that `--continue` and `--abort` understand: first it is written down what will be
 * made, then the branches are made all at once, then the work tree of a stop that is over goes, and the next one comes.
 */
export async function settle(bench: Bench, walked: Walked): Promise<Result<number, CliProblem>> {
  const { clone } = bench;
  const { hops, before, options } = walked;
  const taken = hops.find(({ state }) => state.kind === "taken");
  if (taken !== undefined) return fail(nameTaken(taken));
  const fresh = hops.flatMap(({ name, state }) => (state.kind === "picked" ? [{ branch: name, sha: state.tip }] : []));
  const stop = hops.flatMap(({ state }) => (state.kind === "conflict" ? [state.stop] : []))[0];
  const made = [...(before?.made ?? []), ...fresh];
  const next: Going | undefined =
    stop === undefined ? undefined : { options, made, stop: { ...stop, source: stop.source.sha, phase: "opening" } };
  const written = next === undefined ? before && { ...before, made } : { ...next, stop: before?.stop ?? next.stop };
  if (written !== undefined) await writeGoing(clone.place, written);
  const moves = fresh.map(({ branch, sha }) => ({ ref: branchRef(branch), from: undefined, to: sha }));
  const moved = await clone.git.updateRefs(moves, "plustwo backport run");
  if (!moved.ok) {
    if (before === undefined) await forgetGoing(clone.place);
    return fail(ofGit(moved.problem));
  }
  if (before !== undefined) {
    const closed = await closeTree(clone, before);
    if (!closed.ok) return fail(ofGit(closed.problem));
  }
  if (next === undefined) {
    await forgetGoing(clone.place);
    tell(bench, walked);
    return ok(EXIT.ok);
  }
  await writeGoing(clone.place, next);
  const opened = await bench.say.during("Checking out", openTree(clone, bench.terminal, next));
  if (!opened.ok) return fail(ofGit(opened.problem));
  await writeGoing(clone.place, { ...next, stop: { ...next.stop, phase: "resolving" } });
  tell(bench, walked);
  return fail(stopped(bench, walked, next));
}

function tell({ say, json, clone }: Bench, { ground, hops, options, before }: Walked): void {
  const earlier = new Set((before?.made ?? []).map(({ branch }) => branch));
  const what: Shown = { ground, hops, how: "made", earlier };
  const stop = hops.flatMap(({ state }) => (state.kind === "conflict" ? [state.stop] : []))[0];
  if (json) {
    say.json(hopsJson(what, stop === undefined ? {} : { resolveIn: treeFor(clone.place, stop) }));
    return;
  }
  for (const line of hopLines(say, what)) say.result(line);
  if (stop === undefined) for (const line of sendLines(hops, options.topic)) say.result(line);
}

function stopped({ clone, terminal }: Bench, { ground }: Walked, { stop }: Going): CliProblem {
  const source = ground.fix.commits[stop.at];
  const what = source === undefined ? stop.source.slice(0, 10) : shown(source);
  return conflictProblem({ what, branch: stop.branch, files: stop.files, dir: treeSeenFrom(terminal, clone, stop) });
}

export function conflictProblem(at: {
  readonly what: string;
  readonly branch: string;
  readonly files: readonly string[];
  readonly dir: string;
}): CliProblem {
  return {
    message: `Cannot pick ${at.what} onto ${at.branch} without your help: it conflicts in ${at.files.map(oneLine).join(", ")}`,
    hint: `resolve it in ${at.dir}, a work tree of its own (yours is as it was): edit, \`git add\`, then \`plustwo backport run --continue\`; \`--abort\` takes back what this run made`,
    exit: EXIT.conflict,
  };
}

/** The folder as it is typed where the user is. */
export function treeSeenFrom({ cwd }: Terminal, { place }: Clone, stop: Going["stop"]): string {
  const dir = treeFor(place, stop);
  const near = path.relative(cwd, dir) || ".";
  return near.length < dir.length ? near : dir;
}

export async function openWritable(
  terminal: Terminal,
  directory: string | undefined,
): Promise<Result<Clone, CliProblem>> {
  const clone = await openClone(terminal, directory);
  if (!clone.ok || !clone.value.isBare) return clone;
  return fail({
    message: "Cannot make backports in a bare repository: a conflict has to be resolved in files",
    hint: "run it in a clone; `plan`, `check` and `audit` work here",
    exit: EXIT.refused,
  });
}

export async function committerOf({ git }: Clone): Promise<Result<Ident, CliProblem>> {
  const committer = await committerHere(git);
  if (!committer.ok) return fail(ofGit(committer.problem));
  if (committer.value !== undefined) return ok(committer.value);
  return fail({
    message: "Cannot commit: git does not know your name and address",
    hint: 'run `git config --global user.name "…"` and `git config --global user.email …`, then this again',
    exit: EXIT.refused,
  });
}

function underWay({ made, stop }: Going): CliProblem {
  const so = made.length === 0 ? "" : `; ${counted(made.length, "branch", "branches")} made so far`;
  return {
    message: `A backport is under way here: it stopped on ${stop.branch}${so}`,
    hint: "`plustwo backport run --status` says more; `--continue` goes on, `--abort` takes back what it made",
    exit: EXIT.refused,
  };
}

function nameTaken({ name, state, branch }: Hop): CliProblem {
  const by = state.kind === "taken" ? state.by : name;
  const found = by === name ? "is there and does not have the fix" : `stands in the way of ${name}`;
  return {
    message: `Cannot make the backport to ${branch}: the local branch ${by} ${found}; nothing was made`,
    hint:
      by === name
        ? `choose another name with --topic, or rename it: \`git branch -m ${name} <name>\``
        : `rename it: \`git branch -m ${by} <name>\``,
    exit: EXIT.refused,
  };
}
