/** Findings about notes on a terminal: a line with its place, and what to do below. */
import type { NotesFinding } from "../../core/release/notes/finding.ts";
import { describeFinding } from "../../core/release/notes/finding.ts";
import { EXIT } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say } from "../say.ts";

/** A report with thousands of faults says the first ones. */
const MOST = 200;

export function showFindings(say: Say, findings: readonly NotesFinding[], to: "stdout" | "stderr"): void {
  const show = to === "stdout" ? say.result : say.note;
  for (const finding of findings.slice(0, MOST)) {
    show(oneLine(describeFinding(finding)));
    show(`  ${oneLine(finding.hint)}`);
  }
  if (findings.length > MOST) show(`and ${findings.length - MOST} more`);
}

/** All as one problem, the first one's hint below. */
export function ofFindings(what: string, findings: readonly NotesFinding[]): CliProblem {
  const shown = findings.slice(0, MOST).map((finding) => oneLine(describeFinding(finding)));
  return {
    message: [`${what}: ${counted(findings.length, "problem")}`, ...shown].join("\n"),
    hint: findings.find(({ severity }) => severity === "error")?.hint ?? "mend the file",
    exit: EXIT.malformed,
  };
}
