/** What a backport is planned on: the fix, the branches that it goes to, newest first, and what each of them has of it. Only reads. */
import { parseBranchName, type BranchName, type Sha } from "../../core/ids.ts";
import { fixesOf, idOf, picksOf, type Twin } from "../../core/release/backport/fix.ts";
import type { Ladder } from "../../core/release/backport/ladder.ts";
import { standing } from "../../core/release/backport/standing.ts";
import { describePlanProblem, planBackport, type Step } from "../../core/release/backport/plan.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Commit } from "../../git/commit.ts";
import { parseRefPattern } from "../../git/slots.ts";
import { EXIT, ofGit } from "../problems.ts";
import type { CliProblem, Terminal } from "../say.ts";
import { gatherBranches, ladderNear, type Branches, type BranchesFrom } from "./gather.ts";
import { findFix, shown, type NamedFix } from "./named-fix.ts";

export interface BackportOptions extends BranchesFrom {
  /** Commits, ranges, Change-Ids. */
  readonly words: readonly string[];
  /** Branches; none, or `all`: every maintained one that is older. */
  readonly to: readonly string[];
  /** The last part of the names of the local branches; else the Change-Id. */
  readonly topic?: string;
}

export interface Ground {
  readonly branches: Branches;
  readonly ladder: Ladder;
  readonly fix: NamedFix;
  /** Of the plan: asked branches, and maintained ones in between that lack the fix. */
  readonly steps: readonly Step[];
  /** Of each branch on the way down, commit by commit as in the fix. */
  readonly there: ReadonlyMap<BranchName, readonly (Twin<Commit> | undefined)[]>;
  /** What a local branch with the backport to `branch` is called. */
  readonly nameFor: (branch: BranchName) => BranchName;
  /** `refs/heads`, with what they are at. */
  readonly local: ReadonlyMap<BranchName, Sha>;
}

export async function readGround(terminal: Terminal, options: BackportOptions): Promise<Result<Ground, CliProblem>> {
  const branches = await gatherBranches(terminal, options);
  if (!branches.ok) return branches;
  const named = options.to.filter((name) => name !== "all");
  const ladder = ladderNear(branches.value, named);
  if (!ladder.ok) return ladder;
  const fix = await findFix(branches.value, ladder.value, options.words);
  if (!fix.ok) return fix;
  const there = await readThere(branches.value, ladder.value, fix.value);
  if (!there.ok) return there;
  const { twins, reverted } = there.value;
  const steps = stepsOf(ladder.value, { fix: fix.value, there: twins, to: options.to });
  if (!steps.ok) return steps;
  const takenBack = steps.value.flatMap(({ branch }) => reverted.get(branch) ?? [])[0];
  if (takenBack !== undefined) return fail(takenBack);
  const local = await readLocal(branches.value);
  if (!local.ok) return local;
  const names = new Map<BranchName, BranchName>();
  for (const { branch } of steps.value) {
    const name = nameOfBackport(branch, { fix: fix.value, topic: options.topic });
    if (!name.ok) return name;
    names.set(branch, name.value);
  }
  return ok({
    ...{ branches: branches.value, ladder: ladder.value, fix: fix.value },
    ...{ steps: steps.value, there: twins, local: local.value },
    nameFor: (branch) => names.get(branch) ?? branch,
  });
}

function stepsOf(
  ladder: Ladder,
  { fix, there, to }: Pick<Ground, "fix" | "there"> & Pick<BackportOptions, "to">,
): Result<readonly Step[], CliProblem> {
  const older = ladder.slice(ladder.findIndex(({ branch }) => branch === fix.origin) + 1);
  const all = to.length === 0 || to.includes("all");
  const every = all ? older.flatMap(({ branch, maintained }) => (maintained ? [branch] : [])) : [];
  const asked = [...new Set([...every, ...to.filter((name) => name !== "all")])];
  if (asked.length === 0)
    return fail({
      message: `Cannot plan a backport: no maintained branch here is older than ${fix.origin}, where the fix landed`,
      hint: "name one with --to; an unmaintained one has to be named",
      exit: EXIT.refused,
    });
  const isThere = (branch: BranchName): boolean => there.get(branch)?.every((twin) => twin !== undefined) === true;
  const plan = planBackport({
    ladder,
    ...{ origin: fix.origin, asked },
    found: (branch) => ({ kind: isThere(branch) ? "there" : "absent" }),
  });
  if (plan.ok) return ok(plan.value.steps);
  return fail({ ...describePlanProblem(plan.problem), exit: EXIT.refused });
}

interface There {
  readonly twins: Ground["there"];
  /** Where the fix was, and was taken back: who goes on from there has to say what is meant. */
  readonly reverted: ReadonlyMap<BranchName, CliProblem>;
}

/** One or two processes for each branch, one more for each commit. */
async function readThere(
  { git, tips, trunk }: Branches,
  ladder: Ladder,
  { commits, origin }: NamedFix,
): Promise<Result<There, CliProblem>> {
  const found = new Map<BranchName, readonly (Twin<Commit> | undefined)[]>();
  const reverted = new Map<BranchName, CliProblem>();
  const main = tips.get(trunk);
  const saying = commits.flatMap(({ sha, message }) => {
    const id = idOf(message);
    const picks = [sha, ...picksOf(message)].map((one) => `cherry picked from commit ${one}`);
    return id === undefined ? picks : [`Change-Id: ${id}`, ...picks];
  });
  const below = ladder.findIndex(({ branch }) => branch === origin) + 1;
  for (const { branch } of ladder.slice(below)) {
    const tip = tips.get(branch);
    if (tip === undefined || main === undefined) continue;
    const said = await git.commits({ from: tip, notReachableFrom: [main], saying: [...saying, REVERTS] });
    if (!said.ok) return fail(ofGit(said.problem));
    const shared: Commit[] = [];
    for (const commit of commits) {
      const has = await git.isAncestor(commit.sha, tip);
      if (!has.ok) return fail(ofGit(has.problem));
      if (has.value) shared.unshift(commit);
    }
    const all = [...said.value, ...shared].filter(({ parents }) => parents.length < 2);
    const [fixes, ever] = [fixesOf(standing(all)), fixesOf(all)];
    found.set(branch, commits.map(fixes.find));
    const gone = commits.find((commit) => !fixes.has(commit) && ever.has(commit));
    if (gone !== undefined)
      reverted.set(branch, {
        message: `Cannot bring ${shown(gone)} to ${branch}: it was there, and was reverted`,
        hint: "what was reverted on a branch goes no further down; to bring it back, revert the revert there first",
        exit: EXIT.refused,
      });
  }
  return ok({ twins: found, reverted });
}

const REVERTS = "This reverts commit ";

async function readLocal({ git }: Branches): Promise<Result<Ground["local"], CliProblem>> {
  const heads = parseRefPattern("refs/heads/");
  const refs = await git.refs(...(heads === undefined ? [] : [heads]));
  if (!refs.ok) return fail(ofGit(refs.problem));
  return ok(
    new Map(
      refs.value.flatMap(({ name, sha }) => {
        const branch = parseBranchName(name.slice("refs/heads/".length));
        return branch === undefined ? [] : [[branch, sha] as const];
      }),
    ),
  );
}

function nameOfBackport(
  branch: BranchName,
  { fix, topic }: { readonly fix: NamedFix; readonly topic: string | undefined },
): Result<BranchName, CliProblem> {
  const id = fix.commits.map(({ message }) => idOf(message)).find((one) => one !== undefined);
  const last = topic ?? id ?? fix.commits[0]?.sha.slice(0, 10) ?? "";
  const name = parseBranchName(`backport/${branch}/${last}`);
  if (name !== undefined) return ok(name);
  return fail({
    message: `Cannot name a branch after the topic ${JSON.stringify(last)}`,
    hint: "use letters, digits and the characters . _ - /",
    exit: EXIT.malformed,
  });
}
