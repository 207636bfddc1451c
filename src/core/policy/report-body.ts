/**
 * The one comment plustwo makes on a change, edited in place: why it left the gate red, and what to do next. Words of others stand in
 * code spans alone, so that they call nobody and command no other bot (threat T34).
 */
import type { DequeueReason, JobState } from "../gate/snapshot.ts";
import { code, prose } from "./markdown.ts";

export interface LeftGate {
  readonly owner: string;
  readonly target: string;
  readonly patchSet: number;
  readonly because: DequeueReason;
  /** One sentence, in the gate's words. */
  readonly why: string;
  readonly jobs: readonly JobState[];
  /** Files in conflict. */
  readonly files?: readonly string[];
}

export function reportBody(left: LeftGate): string {
  const failed = left.jobs.filter(({ state }) => state === "failed" || state === "lost");
  return [
    `**Not merged**: ${prose(left.why)}. ${code(left.target)} is untouched.`,
    ...(failed.length === 0 ? [] : [failed.map(jobLine).join("\n")]),
    ...(left.files === undefined || left.files.length === 0 ? [] : [fileLines(left.files)]),
    `**Next:** ${nextStep(left)}`,
    `<sub>Patch set ${left.patchSet}. This comment is edited in place; the check has the details.</sub>`,
  ].join("\n\n");
}

function jobLine({ job, state, why, url }: JobState): string {
  const link = url !== undefined && /^https?:\/\/[^\s()<>"'`]+$/.test(url) ? ` ([log](${url}))` : "";
  return `- ${code(job)} ${state === "lost" ? "was lost" : "failed"}${why === undefined ? "" : `: ${code(why)}`}${link}`;
}

function fileLines(files: readonly string[]): string {
  const shown = files.slice(0, 10).map((file) => `- ${code(file)}`);
  return [...shown, ...(files.length > 10 ? [`- and ${files.length - 10} more`] : [])].join("\n");
}

function nextStep({ because, owner, target }: LeftGate): string {
  const them = code(owner);
  switch (because) {
    case "own-fault":
      return `${them} fixes it, \`git commit --amend\`, \`git review\`. If it was not this change's fault, comment \`recheck\`.`;
    case "lost":
      return "the build was lost, which is nobody's fault here; comment `recheck` to let it in again.";
    case "with-others":
      return `it failed together with changes that were ahead of it; comment \`recheck\` when they have landed, or rebase onto ${code(target)} and see.`;
    case "conflict":
      return `${them} rebases onto ${code(target)} and runs \`git review\`; votes stay if the rebase is clean.`;
    case "dependency":
      return "the change below it has to land first; this one enters the gate again by itself.";
    case "withdrawn":
      return "nothing, if that was meant; comment `recheck` to let it in again.";
    case "requirement":
      return "what is missing stands in the check; it enters the gate again by itself when everything is there.";
  }
}
