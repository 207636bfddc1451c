/**
 * `git review apply FILE`: a plan of `git review -n --plan FILE` carried out as it stands there. Everything it was planned from is
 * looked at again first; where anything is another by now, nothing is done.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { hasEffects } from "../../core/change/upload.ts";
import { type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { applyUpload } from "../apply-upload.ts";
import { openDesk, type Desk } from "../desk.ts";
import { type GatheredStack } from "../gather-stack.ts";
import { readMemory } from "../memory.ts";
import { parsePlanFile, uploadPlanOf, type PlanFile } from "../plan-file.ts";
import { branchTips } from "../heads.ts";
import { EXIT, ofForge, ofGit } from "../problems.ts";
import { nextStep, uploadJson, uploadLines } from "../show-upload.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";

export interface ApplyOptions {
  readonly file: string;
  readonly remote?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export async function apply(
  terminal: Terminal,
  say: Say,
  { file, remote, dryRun, json }: ApplyOptions,
): Promise<Result<number, CliProblem>> {
  const text = await readFile(path.resolve(terminal.cwd, file), "utf8").catch(() => undefined);
  const read = text === undefined ? undefined : parsePlanFile(text);
  if (read === undefined) return fail(notAPlan(file, text !== undefined));
  const opened = await openDesk(terminal, say, remote === undefined ? {} : { remote });
  if (!opened.ok) return opened;
  const desk = opened.value;
  const moved = await whatMoved(desk, read);
  if (!moved.ok) return moved;
  if (moved.value !== undefined)
    return fail({
      message: `Cannot apply ${file}: ${moved.value}. Nothing was done`,
      hint: `make a new plan: \`git review -n --plan ${file}\``,
      exit: EXIT.refused,
    });
  const plan = uploadPlanOf(read);
  const { target, targetTip, head, left, move } = read;
  const stack = plan.steps.map(({ change }) => change);
  const gathered: GatheredStack = {
    ...{ target, targetTip, head, left, stack, given: new Map() },
    ...(move === undefined ? {} : { move }),
  };
  const show = (shown: Parameters<typeof uploadLines>[1]): void => {
    if (json) say.json(uploadJson(desk, shown));
    else for (const line of uploadLines(desk, shown)) say.result(line);
  };
  if (dryRun) {
    show({ plan, gathered });
    return ok(EXIT.ok);
  }
  const memory = await readMemory(desk.place);
  const applied = await applyUpload(desk, gathered, { plan, memory, viewer: read.viewer, strict: true });
  if (!applied.ok) return applied;
  show({ plan, gathered, created: applied.value.created });
  for (const problem of applied.value.undone) say.problem(problem);
  if (applied.value.undone.length > 0) return ok(EXIT.partlyDone);
  if (!json) say.result(nextStep(say, plan, hasEffects(plan)));
  return ok(EXIT.ok);
}

/** Completes "Cannot apply it: "; `undefined` = all is as it was when it was planned. */
async function whatMoved(desk: Desk, read: PlanFile): Promise<Result<string | undefined, CliProblem>> {
  const { location, project, repository } = desk;
  const here = `${project.owner}/${project.name}`;
  if (read.host !== location.host || read.project !== here)
    return ok(`it is a plan for ${read.project} on ${read.host}, and this clone sends to ${here} on ${location.host}`);
  const { head: where } = desk.place;
  if (read.move !== undefined) {
    const refs = await repository.refs(read.move.ref);
    if (!refs.ok) return fail(ofGit(refs.problem));
    const current = where.kind === "branch" && `refs/heads/${where.branch}` === read.move.ref;
    const now = refs.value.find(({ name }) => name === read.move?.ref)?.sha;
    if (!current || now !== read.move.from) return ok("the local branch is another, or has moved since");
    const clean = read.move.files ? await repository.isClean() : ok(true);
    if (!clean.ok) return fail(ofGit(clean.problem));
    if (!clean.value) return ok("it rebases, and there are edits in your work tree that are not committed");
  }
  for (const sha of [...read.refs.map(({ to }) => to), ...(read.move === undefined ? [] : [read.move.to])]) {
    const commit = await repository.commit(sha);
    if (!commit.ok) return ok(`${sha.slice(0, 7)}, which it sends, is not in this clone`);
  }
  const branches = read.changes.map(({ branch }) => branch);
  const [tips, stack] = await Promise.all([
    branchTips(desk, branches, undefined),
    desk.say.during(`Asking ${location.host}`, desk.forge.readStack(desk.project, branches)),
  ]);
  if (!tips.ok) return tips;
  if (!stack.ok) return fail(ofForge(stack.problem));
  if (stack.value.repository.viewer.login !== read.viewer)
    return ok(`it was planned by ${read.viewer}, and you are ${stack.value.repository.viewer.login}`);
  for (const step of read.changes) {
    const ref = read.refs.find(({ branch }) => branch === step.branch);
    const tip = tips.value[step.branch];
    const wanted = expectedTip(step, ref);
    if (step.kind !== "merged" && tip !== wanted)
      return ok(`${step.branch} is ${tip === undefined ? "gone" : `at ${tip.slice(0, 7)}`} on the server by now`);
    const now = stack.value.changes[step.branch];
    const then = step.kind === "create" ? step.replaces : step.remote;
    if (now?.number !== then?.number) return ok(`${step.branch} has another pull request by now`);
    if (now === undefined || then === undefined) continue;
    for (const part of ["state", "base", "title", "body"] as const)
      if (now[part] !== then[part])
        return ok(`the ${part === "body" ? "text" : part} of #${now.number} was changed since`);
    if (then.draft !== undefined && now.draft !== then.draft)
      return ok(`#${now.number} was a draft then, or is one now`);
  }
  return ok(undefined);
}

/** A new one that is not pushed is there already, from a run that was stopped. */
function expectedTip(step: PlanFile["changes"][number], ref: PlanFile["refs"][number] | undefined): Sha | undefined {
  if (step.kind !== "create") return step.remote.head;
  return ref === undefined ? step.change.commit : (ref.from ?? undefined);
}

function notAPlan(file: string, there: boolean): CliProblem {
  return {
    message: there
      ? `Cannot apply ${file}: it is no plan of this version of git review`
      : `Cannot apply ${file}: there is no such file, or it cannot be read`,
    hint: `\`git review -n --plan ${file}\` writes one`,
    exit: there ? EXIT.malformed : EXIT.refused,
  };
}
