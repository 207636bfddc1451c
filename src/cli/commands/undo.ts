/** `git review undo`: takes back the last submit of this clone, as far as nobody else stands on it. It says what it does; `-n` only says. */
import { planUndo, undoes } from "../../core/change/undo.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { openDesk, type Desk } from "../desk.ts";
import { readJournal, writeJournal } from "../journal.ts";
import { EXIT } from "../problems.ts";
import { oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";
import { applyUndo } from "../undo/apply.ts";
import { gatherUndo } from "../undo/gather.ts";
import { lastSubmit } from "../undo/last.ts";
import { planLocal } from "../undo/local.ts";
import { undoJson, undoLines, why } from "../undo/show.ts";

export interface UndoOptions {
  readonly remote?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export async function undo(
  terminal: Terminal,
  say: Say,
  { remote, dryRun, json }: UndoOptions,
): Promise<Result<number, CliProblem>> {
  const opened = await openDesk(terminal, say, remote === undefined ? {} : { remote });
  if (!opened.ok) return opened;
  const desk = opened.value;
  const journal = await readJournal(desk.place);
  const found = lastSubmit(desk, journal);
  if (found === undefined) return fail(nothingNoted(desk));
  const { record, index } = found;
  const view = await gatherUndo(desk, record);
  if (!view.ok) return view;
  const plan = planUndo(record, view.value);
  const local = await planLocal(desk, record, plan);
  if (!local.ok) return local;
  const kept = plan.steps.flatMap((step) => (step.kind === "kept" ? [step] : []));
  const works = undoes(plan) || local.value?.kind === "move";
  if (!works && kept.length > 0) {
    const reasons = kept.map(({ change, hold }) => `"${oneLine(change.subject)}": ${why(hold)}`).join("; ");
    return fail({
      message: `Cannot take back anything of the last submit. ${reasons}`,
      hint: "undo it by hand where the others agree: amend and `git review` for the next patch set, or `git review abandon N`",
      exit: EXIT.refused,
    });
  }
  const shown = { record, plan, local: local.value, dryRun };
  if (!json) for (const line of undoLines(say, shown)) say.result(line);
  if (!dryRun) {
    const done = await applyUndo(desk, record, { plan, local: local.value });
    if (!done.ok) return done;
    await writeJournal(desk.place, journal.toSpliced(index, 1));
  }
  if (json) say.json(undoJson(shown));
  else say.result(say.colour("dim", nextStep(dryRun, works)));
  return ok(EXIT.ok);
}

function nextStep(dryRun: boolean, works: boolean): string {
  if (!works) return "Nothing to take back: the server is as it was before that submit";
  return dryRun ? "`git review undo` does this" : "Done; `git review` sends it all again";
}

function nothingNoted({ location, project }: Desk): CliProblem {
  return {
    message: `Nothing to undo: this clone has noted no submit to ${project.owner}/${project.name} on ${location.host}, or has taken back all of them`,
    hint: "only the clone that sent can take back; `git review abandon N` closes a change from anywhere",
    exit: EXIT.refused,
  };
}
