/** An undo as people read it, one line per change, and as scripts do (docs/schemas/undo.schema.json). */
import { type Hold } from "../../core/change/undo-hold.ts";
import { type Part, type SubmitRecord, type UndoPlan, type UndoStep } from "../../core/change/undo.ts";
import { formatInstant, sayInstant } from "../../core/time.ts";
import { columns, counted, oneLine, type Colour, type Say } from "../say.ts";
import { type LocalMove } from "./local.ts";

export interface ShownUndo {
  readonly record: SubmitRecord;
  readonly plan: UndoPlan;
  readonly local: LocalMove | undefined;
  readonly dryRun: boolean;
}

export function undoLines(say: Say, { record, plan, local, dryRun }: ShownUndo): readonly string[] {
  const what = `Undo of the submit of ${sayInstant(record.at)} to ${record.target} · ${counted(record.changes.length, "change")}`;
  const rows = plan.steps.map((step) => [
    numberOf(step),
    oneLine(step.change.subject),
    say.colour(colourOf(step), wordOf(step)),
  ]);
  const asked = plan.steps.filter(({ kind, change }) => kind !== "kept" && change.asked && !change.created);
  return [
    say.colour("bold", `${what}${dryRun ? " · dry run, nothing is done" : ""}`),
    ...columns(rows),
    ...plan.steps.flatMap(editedLine),
    ...asked.map((step) => `${numberOf(step)}: who was asked for a review, and its labels, stay`),
    ...(local === undefined ? [] : localLine(local, dryRun)),
  ];
}

/** `docs/schemas/undo.schema.json`. */
export function undoJson({ record, plan, local, dryRun }: ShownUndo): unknown {
  return {
    version: 1,
    dryRun,
    host: record.host,
    project: record.project,
    target: record.target,
    submittedAt: formatInstant(record.at),
    changes: plan.steps.map((step) => ({
      action: step.kind,
      branch: step.change.branch,
      subject: step.change.subject,
      ...(step.remote === undefined ? {} : { number: step.remote.number, url: step.remote.url }),
      ...(step.kind === "back" ? { parts: step.parts } : {}),
      ...(step.kind === "back" || step.kind === "nothing" ? { edited: step.edited } : {}),
      ...(step.kind === "close" ? { closed: step.closed, removed: step.removed } : {}),
      ...(step.kind === "kept" ? { why: step.hold.kind, words: why(step.hold) } : {}),
    })),
    ...(local === undefined
      ? {}
      : {
          local: {
            ...{ action: local.kind, branch: local.branch, from: local.from, to: local.to },
            ...(local.kind === "stays" ? { why: local.why } : {}),
          },
        }),
  };
}

/** Completes "it stays: ". */
export function why(hold: Hold): string {
  switch (hold.kind) {
    case "moved":
      return `its branch is at ${hold.tip.slice(0, 7)} by now, which that submit did not send`;
    case "gone":
      return "its branch was deleted";
    case "merged":
      return "it is merged";
    case "closed":
      return "it was closed";
    case "in-fork":
      return `its branch is in ${hold.fork}; \`git review abandon\` closes it`;
    case "touched":
      return hold.how;
    case "built-on":
      return `${hold.numbers.map((number) => `#${number}`).join(", ")} ${hold.numbers.length === 1 ? "is" : "are"} built on it`;
    case "landed":
      return `${hold.sha.slice(0, 7)}, which it would go back to, is in the target by now`;
    case "below":
      return `"${oneLine(hold.subject)}" stands on it, and stays`;
  }
}

function wordOf(step: UndoStep): string {
  switch (step.kind) {
    case "back": {
      const { from } = step.change.push ?? {};
      const others = step.parts.filter((part) => part !== "head").map(partWord);
      const head = step.parts.includes("head") && from !== undefined ? [`back at ${from.slice(0, 7)}`] : [];
      return [...head, ...(others.length === 0 ? [] : [`${others.join(", ")} put back`])].join("; ");
    }
    case "close":
      if (!step.closed) return "branch deleted";
      return step.removed ? "closed, branch deleted" : "closed";
    case "kept":
      return `stays: ${why(step.hold)}`;
    case "nothing":
      return "nothing to take back";
  }
}

function colourOf({ kind }: UndoStep): Colour {
  switch (kind) {
    case "back":
    case "close":
      return "green";
    case "kept":
      return "yellow";
    case "nothing":
      return "dim";
  }
}

function editedLine(step: UndoStep): readonly string[] {
  if (step.kind !== "back" && step.kind !== "nothing") return [];
  if (step.edited.length === 0) return [];
  const what = step.edited.map(partWord).join(" and ");
  return [
    `${numberOf(step)}: its ${what} ${step.edited.length === 1 ? "was" : "were"} changed since, and ${step.edited.length === 1 ? "stays" : "stay"}`,
  ];
}

function localLine(local: LocalMove, dryRun: boolean): readonly string[] {
  switch (local.kind) {
    case "move":
      return [`Your branch ${local.branch} ${dryRun ? "would go" : "goes"} back to ${local.to.slice(0, 7)}`];
    case "stays":
      return [`Your branch ${local.branch} stays: ${local.why}; before that submit it was ${local.to.slice(0, 7)}`];
    case "nothing":
      return [];
  }
}

function numberOf({ remote, change }: UndoStep): string {
  const number = remote?.number ?? change.number;
  return number === undefined ? "#–" : `#${number}`;
}

function partWord(part: Part): string {
  return part === "body" ? "text" : part;
}
