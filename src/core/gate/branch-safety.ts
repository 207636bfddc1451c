/**
 * What a branch of the project with a stranger's commits in it would set off. A workflow that a push or the making of it may start
 * runs their code with the project's token and secrets; so may one for `pull_request_target`, which checks out the base. Whatever
 * cannot be read, and every filter that is not surely narrower, counts as one that would (T22).
 * Source: GitHub, "Events that trigger workflows", "Filter pattern cheat sheet".
 */
import type { WorkflowText } from "../adopt/facts.ts";
import { readWorkflow, type Trigger, type Workflow } from "../adopt/workflows.ts";
import type { Sha } from "../ids.ts";

export interface Unsafe {
  readonly path: string;
  /** What is wrong, as the rest of a sentence: "runs on every push". */
  readonly why: string;
}

export interface ReviewBaseFacts {
  /** Tips of the branches that are there under such names. */
  readonly branches: Readonly<Record<string, Sha>>;
  /** Of those, the ones whose commits are in their target by now. */
  readonly landed: readonly string[];
  /** By commit: what a branch of the project at it would set off. A commit that is not here was not looked at. */
  readonly carried: Readonly<Record<string, readonly Unsafe[]>>;
}

/** `folder` ends in a slash: `review-base/`. */
export function unsafeWorkflows(files: readonly WorkflowText[], folder: string): readonly Unsafe[] {
  const found = files.flatMap((file): readonly Unsafe[] => {
    const workflow = read(file);
    if (workflow === undefined) return [{ path: file.path, why: "cannot be read" }];
    const why = whyUnsafe(workflow, folder);
    return why === undefined ? [] : [{ path: file.path, why }];
  });
  return [...new Map(found.map((one) => [`${one.path} ${one.why}`, one])).values()];
}

function read(file: WorkflowText): Workflow | undefined {
  try {
    const workflow = readWorkflow(file);
    return workflow.ok ? workflow.value : undefined;
  } catch {
    // More aliases than anybody writes by hand.
    return undefined;
  }
}

function whyUnsafe({ triggers }: Workflow, folder: string): string | undefined {
  const [push, target] = [triggers.get("push"), triggers.get("pull_request_target")];
  if (triggers.has("create")) return "runs when a branch is created (`create`)";
  if (push !== undefined && mayAdmit(push, folder)) return `may run on a push to \`${folder}**\``;
  if (target !== undefined && mayAdmit(target, folder))
    return `may run on \`pull_request_target\` with a base in \`${folder}**\``;
  return undefined;
}

/** Whether a branch in the folder could pass these filters. */
function mayAdmit({ branches, branchesIgnore, tags, tagsIgnore }: Trigger, folder: string): boolean {
  const all = `${folder}**`;
  // The last pattern that matches decides.
  if (branches !== undefined)
    return (
      branches.at(-1) !== `!${all}` && branches.some((pattern) => !pattern.startsWith("!") && mayMatch(pattern, folder))
    );
  if (branchesIgnore !== undefined) return !branchesIgnore.includes(all);
  return tags === undefined && tagsIgnore === undefined;
}

/** By the letters before the first sign that stands for others: one of the two begins like the other. */
function mayMatch(pattern: string, folder: string): boolean {
  const at = pattern.search(/[*?+[\\]/);
  if (at === -1) return pattern.startsWith(folder);
  // `?` and `+` are about the letter before them.
  const letters = pattern.slice(0, /[?+]/.test(pattern[at] ?? "") ? Math.max(0, at - 1) : at);
  return folder.startsWith(letters) || letters.startsWith(folder);
}
