/** `git review [branch]`: every commit above the target becomes a pull request, or its next patch set. */
import { judgeOrphans, type Orphan } from "../../core/change/orphans.ts";
import { hasEffects, type UploadPlan } from "../../core/change/upload.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { applyUpload } from "../apply-upload.ts";
import { runScripts } from "../custom-scripts.ts";
import { askedOf, deskOf, openClone, targetOf, type Clone, type Desk } from "../desk.ts";
import { finishBranch } from "../finish-branch.ts";
import { gatherStack, type GatheredStack } from "../gather-stack.ts";
import { gatherWishes } from "../gather-wishes.ts";
import { gerritVerbs } from "../gerrit-door.ts";
import { installHook } from "../install-hook.ts";
import { planFor } from "../plan-upload.ts";
import { noPrefixOnGerrit } from "../prefix.ts";
import { EXIT, ofForge } from "../problems.ts";
import { nextStep, uploadJson, uploadLines } from "../show-upload.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { type SubmitOptions } from "../submit-options.ts";

export async function submit(
  terminal: Terminal,
  say: Say,
  options: SubmitOptions,
): Promise<Result<number, CliProblem>> {
  const opened = await openClone(terminal, say, askedOf(options));
  if (!opened.ok) return opened;
  const clone = opened.value;
  const scripts = options.customScripts && !options.dryRun;
  const before = scripts ? await runScripts(clone, "pre-review", options) : ok(undefined);
  if (!before.ok) return before;
  const sent = await send(clone, options);
  if (!sent.ok || sent.value !== EXIT.ok || !scripts) return sent;
  const after = await runScripts(clone, "post-review", options);
  return after.ok ? sent : after;
}

async function send(clone: Clone, options: SubmitOptions): Promise<Result<number, CliProblem>> {
  const { server } = clone;
  if (server.kind === "gerrit" && options.to !== undefined) return fail(noPrefixOnGerrit(options.to));
  if (server.kind === "gerrit" && options.planFile !== undefined)
    clone.say.note("--plan is left out: to Gerrit everything goes in one push, which is shown");
  if (server.kind === "gerrit" && options.abandon)
    clone.say.note("--abandon is left out: on Gerrit a change is abandoned on its page");
  if (server.kind === "gerrit") return (await gerritVerbs()).submit({ ...clone, location: server.location }, options);
  if (options.update) {
    const hook = await installHook("commit-msg", clone.place, clone.config);
    if (!hook.ok) return hook;
  }
  const desk = await deskOf(clone, server.location);
  return desk.ok ? submitToGitHub(desk.value, options) : desk;
}

async function submitToGitHub(desk: Desk, options: SubmitOptions): Promise<Result<number, CliProblem>> {
  const { say } = desk;
  const { dryRun, json, newChangeId, thin } = options;
  const target = await targetOf(desk);
  if (!target.ok) return target;
  const wished = await gatherWishes(desk, target.value, options);
  if (!wished.ok) return wished;
  const { wishes, notes } = wished.value;
  const rebase = options.rebase === "force";
  const gathered = await gatherStack(desk, target.value, {
    ...{ dryRun, newChangeId, rebase },
    ...(options.to === undefined ? {} : { to: options.to }),
  });
  if (!gathered.ok) return gathered;
  const conflictCheck = !rebase && options.rebase !== "skip" && desk.settings.on("rebase");
  const planned = await planFor(desk, gathered.value, { conflictCheck, wishes });
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  const orphans = options.abandon
    ? { orphans: judgeOrphans(plan.orphans, { viewer: planned.value.viewer, sent: planned.value.memory }) }
    : {};
  for (const note of notes) say.note(note);
  tellMoved(desk, gathered.value, dryRun);
  if (dryRun) {
    show(desk, json, { plan, gathered: gathered.value, ...orphans });
    if (options.planFile === undefined) return ok(EXIT.ok);
    const { savePlan } = await import("../save-plan.ts");
    return savePlan(desk, options.planFile, { gathered: gathered.value, planned: planned.value });
  }
  const applied = await applyUpload(desk, gathered.value, { ...planned.value, thin });
  if (!applied.ok) return fail(applied.problem);
  const { created, undone } = applied.value;
  const closed = await closeOrphans(desk, orphans.orphans ?? []);
  if (!closed.ok) return closed;
  show(desk, json, { plan, gathered: gathered.value, created, ...orphans });
  for (const problem of undone) say.problem(problem);
  if (undone.length > 0) return ok(EXIT.partlyDone);
  if (!json) say.result(nextStep(say, plan, hasEffects(plan) || closed.value > 0));
  if (options.verbose) tellEffects(desk, plan);
  return options.finish ? finish(desk, gathered.value) : ok(EXIT.ok);
}

/** Answers how many. */
async function closeOrphans(desk: Desk, orphans: readonly Orphan[]): Promise<Result<number, CliProblem>> {
  const { forge, project } = desk;
  const going = orphans.filter(({ stays }) => stays === undefined);
  const why = "Abandoned: its commit is no longer in the branch that it was sent from.";
  for (const { remote } of going) {
    const slot = `abandoned-${remote.head.slice(0, 12)}`;
    const told = await forge.comment(project, remote.number, slot, why);
    const closed = told.ok ? await forge.close(project, remote.number) : told;
    if (closed.ok) continue;
    const { message, hint } = ofForge(closed.problem);
    const done = "Your commits are sent, but not all that left your branch is closed";
    return fail({ message: `${done}: ${message}`, hint: `${hint}; then run it again`, exit: EXIT.partlyDone });
  }
  return ok(going.length);
}

async function finish(
  desk: Desk,
  { target, targetTip, head, move }: GatheredStack,
): Promise<Result<number, CliProblem>> {
  const done = await finishBranch(desk, { target, targetTip, tip: move?.to ?? head });
  return done.ok ? ok(EXIT.ok) : done;
}

function show(desk: Desk, json: boolean, shown: Parameters<typeof uploadLines>[1]): void {
  if (json) desk.say.json(uploadJson(desk, shown));
  else for (const line of uploadLines(desk, shown)) desk.say.result(line);
}

function tellEffects({ say, location, remote }: Desk, { push, writes, retargetFirst }: UploadPlan): void {
  const written = writes.length + retargetFirst.length;
  say.note(
    `Pushed ${counted(push.length, "branch", "branches")} to ${remote} (${location.owner}/${location.name} on ${location.host})`,
  );
  say.note(`Wrote ${counted(written, "pull request")}`);
}

function tellMoved({ say, location }: Desk, { given, rebased, target, stack }: GatheredStack, dryRun: boolean): void {
  for (const [now, { was, subject, lostSignature }] of given) {
    const commit = `${was.slice(0, 7)} "${subject}"`;
    if (dryRun) say.note(`${commit} has no Change-Id and will be given one`);
    else say.note(`Gave ${commit} a Change-Id: it is ${now.slice(0, 7)} now, your files are untouched`);
    if (lostSignature && !dryRun)
      say.note(`${now.slice(0, 7)} is no longer signed; sign it with \`git commit --amend -S --no-edit\``);
  }
  if (rebased === undefined) return;
  const onto = `${counted(stack.length, "commit")} onto ${location.remote}/${target}`;
  say.note(dryRun ? `Would rebase ${onto}` : `Rebased ${onto}`);
  for (const commit of rebased.dropped) say.note(`${commit} is left out: the target has it already`);
}
