/** `git review [branch]`: every commit above the target becomes a pull request, or its next patch set. */
import { hasEffects, type UploadPlan } from "../../core/change/upload.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { applyUpload } from "../apply-upload.ts";
import { askedOf, deskOf, openClone, targetOf, type Desk } from "../desk.ts";
import { gatherStack, type GatheredStack } from "../gather-stack.ts";
import { gerritVerbs } from "../gerrit-door.ts";
import { planFor } from "../plan-upload.ts";
import { EXIT } from "../problems.ts";
import { nextStep, uploadJson, uploadLines } from "../show-upload.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { type SubmitOptions } from "../submit-options.ts";

export async function submit(
  terminal: Terminal,
  say: Say,
  options: SubmitOptions,
): Promise<Result<number, CliProblem>> {
  const clone = await openClone(terminal, say, askedOf(options));
  if (!clone.ok) return clone;
  const { server } = clone.value;
  if (server.kind === "gerrit")
    return (await gerritVerbs()).submit({ ...clone.value, location: server.location }, options);
  const desk = await deskOf(clone.value, server.location);
  return desk.ok ? submitToGitHub(desk.value, options) : desk;
}

async function submitToGitHub(desk: Desk, options: SubmitOptions): Promise<Result<number, CliProblem>> {
  const { say } = desk;
  const { dryRun, json } = options;
  const target = await targetOf(desk);
  if (!target.ok) return target;
  const gathered = await gatherStack(desk, target.value, { dryRun });
  if (!gathered.ok) return gathered;
  const planned = await planFor(desk, gathered.value, {
    conflictCheck: options.rebase !== "skip" && desk.settings.on("rebase"),
  });
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  tellGiven(desk, gathered.value, dryRun);
  if (dryRun) {
    show(desk, json, { plan, gathered: gathered.value });
    return ok(EXIT.ok);
  }
  const applied = await applyUpload(desk, gathered.value, planned.value);
  if (!applied.ok) return fail(applied.problem);
  const { created, undone } = applied.value;
  show(desk, json, { plan, gathered: gathered.value, created });
  for (const problem of undone) say.problem(problem);
  if (undone.length > 0) return ok(EXIT.partlyDone);
  if (!json) say.result(nextStep(say, plan, hasEffects(plan)));
  if (options.verbose) tellEffects(desk, plan);
  return ok(EXIT.ok);
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

function tellGiven(desk: Desk, { given }: GatheredStack, dryRun: boolean): void {
  for (const [now, { was, subject, lostSignature }] of given) {
    const commit = `${was.slice(0, 7)} "${subject}"`;
    if (dryRun) desk.say.note(`${commit} has no Change-Id and will be given one`);
    else desk.say.note(`Gave ${commit} a Change-Id: it is ${now.slice(0, 7)} now, your files are untouched`);
    if (lostSignature && !dryRun)
      desk.say.note(`${now.slice(0, 7)} is no longer signed; sign it with \`git commit --amend -S --no-edit\``);
  }
}
