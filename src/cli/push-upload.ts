/**
 * The push of an upload: one atomic leased push, or two where heads live in the project and in a fork. Where a lease does not
 * hold, the server is looked at once more: a branch that an earlier run of ours left there is no obstacle, somebody else's is.
 */
import { type PushedBranch } from "../core/change/upload.ts";
import { branchOfRef } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type GitProblem } from "../git/problem.ts";
import { type Desk } from "./desk.ts";
import { branchTips, pushHeads } from "./heads.ts";
import { seenOf, type PlannedUpload } from "./plan-upload.ts";
import { EXIT, ofGit, ofUpload } from "./problems.ts";
import { type CliProblem } from "./say.ts";

/** Nothing to push is no process. */
export async function pushAll(desk: Desk, planned: PlannedUpload): Promise<Result<void, CliProblem>> {
  const homes = [...new Set(planned.plan.push.map(({ fork }) => fork))];
  // The project's first: they may be bases.
  homes.sort((one, other) => Number(one !== undefined) - Number(other !== undefined));
  for (const [done, fork] of homes.entries()) {
    const branches = planned.plan.push.filter((one) => one.fork === fork);
    const pushed = await pushHome(desk, planned, { branches, fork });
    if (!pushed.ok) return done === 0 ? pushed : fail({ ...pushed.problem, exit: EXIT.partlyDone });
  }
  return ok(undefined);
}

interface Home {
  readonly branches: readonly PushedBranch[];
  readonly fork: string | undefined;
}

async function pushHome(desk: Desk, planned: PlannedUpload, home: Home): Promise<Result<void, CliProblem>> {
  const { thin = true } = planned;
  const { branches, fork } = home;
  const label = `Sending ${branches.length} to ${fork ?? desk.location.remote}`;
  const pushed = await desk.say.during(label, pushHeads(desk, branches, { fork, thin }));
  if (pushed.ok) return ok(undefined);
  // A server that loses the race itself calls it a refusal, and only where the branches are now tells the two apart.
  if (planned.strict !== true && (pushed.problem.kind === "stale" || pushed.problem.kind === "rejected"))
    return pushAgain(desk, planned, { ...home, first: pushed.problem });
  return fail(pushProblem(desk, pushed.problem, fork));
}

/** A lease did not hold. Either an earlier run of ours left the branch there, or somebody else was faster. */
async function pushAgain(
  desk: Desk,
  { plan, memory, thin = true }: PlannedUpload,
  { branches, fork, first }: Home & { readonly first: GitProblem },
): Promise<Result<void, CliProblem>> {
  const names = branches.map(({ branch }) => branch);
  const tips = await branchTips(desk, names, fork === undefined ? undefined : { name: fork, exists: true });
  if (!tips.ok) return tips;
  const moved = branches.flatMap((one) => (tips.value[one.branch] === one.from ? [] : [one]));
  if (moved.length === 0) return fail(pushProblem(desk, first, fork));
  const heads = moved.flatMap(({ branch, to }) => {
    const tip = tips.value[branch];
    return tip === undefined || tip === to ? [] : [tip];
  });
  const seen = await seenOf(desk, heads, memory);
  for (const { branch, to } of moved) {
    const head = tips.value[branch];
    if (head === undefined || head === to || seen.has(head)) continue;
    const step = plan.steps.find((one) => one.branch === branch);
    if (step === undefined) continue;
    const remote = step.kind === "create" ? step.replaces : step.remote;
    const foreign = {
      kind: "foreign",
      change: step.change,
      branch,
      head,
      ...(remote === undefined ? {} : { remote }),
    } as const;
    return fail(ofUpload(foreign, desk.location.remote));
  }
  const again = branches.flatMap((one): PushedBranch[] => {
    const { from: _, ...rest } = one;
    const from = tips.value[one.branch];
    if (from === one.to) return [];
    return [{ ...rest, ...(from === undefined ? {} : { from }) }];
  });
  const pushed = await pushHeads(desk, again, { fork, thin });
  return pushed.ok ? ok(undefined) : fail(pushProblem(desk, pushed.problem, fork));
}

function pushProblem(desk: Desk, problem: GitProblem, fork: string | undefined): CliProblem {
  if (problem.kind !== "stale") return ofGit(problem);
  const branches = problem.refs.map(({ ref }) => branchOfRef(ref) ?? ref).join(", ");
  return {
    message: `Cannot send: while this ran, somebody else moved ${branches} on ${fork ?? desk.location.remote}. Nothing was pushed`,
    hint: "run `git review` again: it looks at what is there now",
    exit: EXIT.refused,
  };
}
