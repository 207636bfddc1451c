/** `plustwo backport run --continue`, `--abort` and `--status`: what becomes of a run that a conflict stopped, or that was killed. */
import { branchRef, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Ident } from "../../git/commit.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import { oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";
import { checkedOutElsewhere } from "../work-trees.ts";
import { commitAdded, dropTree, openTree, standingOf, takeCommitted, type Standing } from "./conflict-tree.ts";
import { gatherBranches, ladderNear, type Clone } from "./gather.ts";
import { forgetGoing, readGoing, treeFor, writeGoing, type Going } from "./going.ts";
import { readGround, type Ground } from "./ground.ts";
import { shown } from "./named-fix.ts";
import { committerOf, conflictProblem, openWritable, settle, treeSeenFrom } from "./run.ts";
import { walkDown, type Resolved } from "./walk.ts";

export interface ResumeOptions {
  readonly directory?: string;
  readonly json: boolean;
}

interface Stopped {
  readonly terminal: Terminal;
  readonly clone: Clone;
  readonly going: Going;
}

interface Resolving extends Stopped {
  /** Tips of the branches that a fix goes down. */
  readonly live: readonly Sha[];
}

export async function goOn(terminal: Terminal, say: Say, options: ResumeOptions): Promise<Result<number, CliProblem>> {
  const stopped = await readStopped(terminal, options);
  if (!stopped.ok) return stopped;
  const { clone, going } = stopped.value;
  const committer = await committerOf(clone);
  if (!committer.ok) return committer;
  const place = options.directory === undefined ? {} : { directory: options.directory };
  const first = await readGround(terminal, { ...going.options, ...place });
  if (!first.ok) return first;
  const isMade = first.value.local.has(first.value.nameFor(going.stop.branch));
  const resolved = isMade
    ? ok(undefined)
    : await resolve({ ...stopped.value, live: liveTips(first.value) }, committer.value);
  if (!resolved.ok) return resolved;
  const ground = first.value;
  const hops = await say.during("Picking", walkDown(ground, committer.value, resolved.value));
  if (!hops.ok) return fail(ofGit(hops.problem));
  const { options: kept } = going;
  return settle(
    { terminal, say, clone, json: options.json },
    { ground, hops: hops.value, options: kept, before: going },
  );
}

/** What stands in the work tree as a commit, or why not. */
async function resolve(stopped: Resolving, committer: Ident): Promise<Result<Resolved, CliProblem>> {
  const { terminal, clone, going, live } = stopped;
  const { stop } = going;
  const here = (tip: Sha): Result<Resolved, never> => ok({ branch: stop.branch, at: stop.at, tip });
  if (stop.phase === "opening") return reopen(stopped, committer);
  const standing = await standingOf(clone, terminal, { going, live });
  if (!standing.ok) return fail(ofGit(standing.problem));
  switch (standing.value.kind) {
    case "gone":
      return reopen(stopped, committer);
    case "unfinished":
    case "markers":
    case "taken-back":
    case "elsewhere":
      return fail(notYet(standing.value, stopped));
    case "empty":
      return here(stop.onto);
    case "added": {
      const made = await commitAdded(standing.value, going, committer);
      return made.ok ? here(made.value) : fail(ofGit(made.problem));
    }
    case "committed": {
      const made = await takeCommitted(standing.value, going);
      return made.ok ? here(made.value) : fail(ofGit(made.problem));
    }
  }
}

/** The run was killed before anybody heard of the work tree, or the tree was deleted: everything up to there is made again. */
async function reopen(stopped: Resolving, committer: Ident): Promise<Result<Resolved, CliProblem>> {
  const { terminal, clone, going } = stopped;
  if (going.stop.phase === "opening") {
    for (const { branch, sha } of going.made) {
      const there = await clone.git.updateRef(branchRef(branch), { from: undefined, to: sha }, "plustwo backport run");
      // It is there already, or is the user's by now.
      if (!there.ok && there.problem.kind !== "stale") return fail(ofGit(there.problem));
    }
  }
  const opened = await openTree(clone, terminal, going);
  if (!opened.ok) return fail(ofGit(opened.problem));
  const next: Going = { ...going, stop: { ...going.stop, phase: "resolving" } };
  await writeGoing(clone.place, next);
  if (opened.value === "picked") return resolve({ ...stopped, going: next }, committer);
  return fail(conflictProblem({ ...(await namesOf(stopped)), files: going.stop.files }));
}

async function namesOf({ terminal, clone, going: { stop } }: Stopped) {
  const source = await clone.git.commit(stop.source);
  const what = source.ok ? shown(source.value) : stop.source.slice(0, 10);
  return { what, branch: stop.branch, dir: treeSeenFrom(terminal, clone, stop) };
}

type NotYet = Extract<Standing, { kind: "unfinished" | "markers" | "taken-back" | "elsewhere" }>;

function notYet(standing: NotYet, { terminal, clone, going: { stop } }: Stopped): CliProblem {
  const dir = treeSeenFrom(terminal, clone, stop);
  const again = "then `plustwo backport run --continue`";
  switch (standing.kind) {
    case "unfinished": {
      const { conflicted, edited, untracked } = standing.left;
      const found = [
        ...(conflicted.length === 0 ? [] : [`in conflict still: ${list(conflicted)}`]),
        ...(edited.length === 0 ? [] : [`edited and not added: ${list(edited)}`]),
        ...(untracked.length === 0 ? [] : [`not known to git: ${list(untracked)}`]),
      ];
      return {
        message: `Cannot go on with ${stop.branch}: ${found.join("; ")}`,
        hint: `finish them in ${dir} and \`git add\` them, or delete what does not belong there; ${again}`,
        exit: EXIT.conflict,
      };
    }
    case "markers":
      return {
        message: `Cannot go on with ${stop.branch}: a conflict is left in ${list(standing.at)}`,
        hint: `resolve it in ${dir} and \`git add\` it; ${again}`,
        exit: EXIT.conflict,
      };
    case "taken-back":
      return {
        message: `Cannot go on with ${stop.branch}: the pick in ${dir} was ended, and nothing of it is left`,
        hint: `pick it there again: \`git -C ${dir} cherry-pick -x ${stop.source}\`; or \`plustwo backport run --abort\``,
        exit: EXIT.refused,
      };
    case "elsewhere":
      return {
        message: `Cannot go on with ${stop.branch}: ${dir} is at ${standing.head?.slice(0, 10) ?? "no commit"}, which is no commit on top of ${stop.onto.slice(0, 10)} that was made there`,
        hint: `bring it back: \`git -C ${dir} switch --detach ${stop.onto}\`; or \`plustwo backport run --abort\``,
        exit: EXIT.refused,
      };
  }
}

/** Takes back the work tree and the branches that this run made and nobody has touched since; nothing else. */
export async function abort(terminal: Terminal, say: Say, options: ResumeOptions): Promise<Result<number, CliProblem>> {
  const stopped = await readStopped(terminal, options);
  if (!stopped.ok) return stopped;
  const { clone, going } = stopped.value;
  await dropTree(clone, going);
  const { head } = clone.place;
  const elsewhere = await checkedOutElsewhere(clone.place);
  let kept = 0;
  for (const { branch, sha } of going.made) {
    const inUse = (head.kind === "branch" && head.branch === branch) || elsewhere.has(branch);
    const at = await clone.git.resolve(`refs/heads/${branch}`);
    if (!at.ok) return fail(ofGit(at.problem));
    if (at.value === undefined) continue;
    if (inUse || at.value !== sha) {
      kept += 1;
      say.result(`${branch} stays: ${inUse ? "it is checked out" : "it is not as this run made it"}`);
      continue;
    }
    const gone = await clone.git.updateRef(branchRef(branch), { from: sha, to: undefined }, "plustwo backport --abort");
    if (!gone.ok) return fail(ofGit(gone.problem));
    say.result(`${branch} is gone (it was ${sha.slice(0, 10)})`);
  }
  await forgetGoing(clone.place);
  say.result(kept === 0 ? "Aborted: this clone is as it was before the run" : "Aborted; what is yours by now stays");
  return ok(EXIT.ok);
}

export async function status(
  terminal: Terminal,
  say: Say,
  options: ResumeOptions,
): Promise<Result<number, CliProblem>> {
  const clone = await openWritable(terminal, options.directory);
  if (!clone.ok) return clone;
  const read = await readGoing(clone.value.place);
  if (!read.ok) return read;
  const going = read.value;
  if (going === undefined) {
    if (options.json) say.json({ version: 1, underWay: false });
    else say.result("No backport is under way here");
    return ok(EXIT.ok);
  }
  const place = options.directory === undefined ? {} : { directory: options.directory };
  const branches = await gatherBranches(terminal, { ...going.options, ...place });
  if (!branches.ok) return branches;
  const ladder = ladderNear(branches.value, [going.stop.branch]);
  if (!ladder.ok) return ladder;
  const live = liveTips({ branches: branches.value, ladder: ladder.value });
  const standing = await standingOf(clone.value, terminal, { going, live });
  if (!standing.ok) return fail(ofGit(standing.problem));
  const names = await namesOf({ terminal, clone: clone.value, going });
  const word = going.stop.phase === "opening" ? "gone" : standing.value.kind;
  if (options.json) {
    say.json({
      ...{ version: 1, underWay: true, branch: going.stop.branch, commit: going.stop.source },
      ...{
        resolveIn: treeFor(clone.value.place, going.stop),
        standing: word,
        files: going.stop.files,
        made: going.made,
      },
    });
    return ok(EXIT.ok);
  }
  say.result(`${names.what} onto ${names.branch}: ${standingWords(word, standing.value)}`);
  say.result(`  in ${names.dir}`);
  for (const { branch } of going.made) say.result(`  made ${branch}`);
  say.result("`plustwo backport run --continue` goes on, `--abort` takes back what it made");
  return ok(EXIT.ok);
}

function standingWords(word: Standing["kind"], standing: Standing): string {
  if (word === "gone") return "its work tree is not there; `--continue` makes it again";
  switch (standing.kind) {
    case "unfinished": {
      const { conflicted, edited, untracked } = standing.left;
      if (conflicted.length > 0) return `in conflict still: ${list(conflicted)}`;
      return `not added: ${list([...edited, ...untracked])}`;
    }
    case "markers":
      return `a conflict is left in ${list(standing.at)}`;
    case "taken-back":
      return "the pick was ended there, and nothing of it is left";
    case "elsewhere":
      return "its work tree is at another commit";
    case "empty":
      return "nothing of it is left to commit";
    case "added":
    case "committed":
      return "resolved";
    case "gone":
      return "its work tree is not there";
  }
}

function liveTips({ branches: { tips }, ladder }: Pick<Ground, "branches" | "ladder">): readonly Sha[] {
  return ladder.flatMap(({ branch }) => tips.get(branch) ?? []);
}

async function readStopped(terminal: Terminal, options: ResumeOptions): Promise<Result<Stopped, CliProblem>> {
  const clone = await openWritable(terminal, options.directory);
  if (!clone.ok) return clone;
  const going = await readGoing(clone.value.place);
  if (!going.ok) return going;
  if (going.value !== undefined) return ok({ terminal, clone: clone.value, going: going.value });
  return fail({
    message: "No backport is under way here",
    hint: "`plustwo backport run <commit>` begins one",
    exit: EXIT.refused,
  });
}

function list(paths: readonly string[]): string {
  return paths.map(oneLine).join(", ");
}
