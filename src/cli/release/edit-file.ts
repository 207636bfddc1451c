/** What `new`, `propose`, `cut`, `final`, `eol` and `eom` share: from a planned release to the edited file, or to the reason why not. */
import { join, resolve } from "node:path";
import { parseDeliverable } from "../../core/release/deliverable/deliverable.ts";
import { withRelease } from "../../core/release/deliverable/edit.ts";
import { describeFinding } from "../../core/release/deliverable/finding.ts";
import { planRelease, type Planned, type PlannedType } from "../../core/release/deliverable/new-release.ts";
import { validateDeliverable } from "../../core/release/deliverable/validate.ts";
import { validateChange } from "../../core/release/deliverable/rules-change.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { replaceText } from "../disk.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Say } from "../say.ts";
import type { Ground } from "./ground.ts";
import type { Opened } from "./open-deliverable.ts";
import { tellNext } from "./tell-next.ts";

export interface EditOptions {
  readonly series?: string;
  readonly deliverable?: string;
  /** The checkout; else the current folder. */
  readonly dir?: string;
  readonly shas: readonly string[];
  readonly repos?: string;
  /** The file in which each repository has its public interface written down. */
  readonly api?: string;
  readonly force: boolean;
  readonly stableBranch: boolean;
  readonly bugfixBranch: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export interface Editing {
  readonly type: PlannedType;
  readonly opened: Opened;
  readonly ground: Ground;
  readonly options: Pick<EditOptions, "force" | "stableBranch" | "bugfixBranch">;
  /** Instead of the arithmetic. */
  readonly version?: string;
  readonly reasons?: readonly string[];
}

export interface Edited {
  readonly planned: Planned;
  /** The whole new text of the file. */
  readonly text: string;
}

/** Nothing is written. */
export function planEdit({ type, opened, ground, options, version }: Editing): Result<Edited, CliProblem> {
  const { file, series, older, text, order } = opened;
  const { heads, tags, tagged } = ground;
  const { force, stableBranch, bugfixBranch } = options;
  const planned = planRelease({
    ...{ type, file, series, older, heads, tags, force, stableBranch, bugfixBranch },
    ...(tagged === undefined ? {} : { tagged }),
    ...(version === undefined ? {} : { version }),
  });
  const refuse = ({ message, hint }: { readonly message: string; readonly hint: string }) =>
    fail({
      message: `Cannot write the ${type} release of ${file.name} in ${file.series}: ${message}`,
      hint,
      exit: EXIT.refused,
    });
  if (!planned.ok) return refuse(planned.problem);
  const edited = withRelease(text, text.text, planned.value);
  if (!edited.ok) return refuse(edited.problem);
  const after = parseDeliverable(text, edited.value);
  const branchesOf = (name: string): readonly string[] | undefined =>
    opened.everywhere
      .find((one) => one.series === name || order.find(one.series)?.name === name)
      ?.branches.map((one) => one.name);
  const was = new Set(
    validateDeliverable(file, { order, branchesOf }).map(({ rule, message }) => `${rule} ${message}`),
  );
  const found = after.ok
    ? [...validateDeliverable(after.value, { order, branchesOf }), ...validateChange(file, after.value, order)]
    : after.problem;
  const wrong = found.filter(({ rule, message, level }) => level === "error" && !was.has(`${rule} ${message}`));
  if (wrong.length > 0 && !force)
    return fail({
      message: `Cannot write ${text.path}: the result would break its rules\n${wrong.map(describeFinding).join("\n")}`,
      hint: `${wrong[0]?.hint ?? "correct it"}; or take --force`,
      exit: EXIT.refused,
    });
  return ok({ planned: planned.value, text: edited.value });
}

export async function editFile(
  say: Say,
  { dryRun, json, ...editing }: Editing & Pick<EditOptions, "dryRun" | "json">,
): Promise<Result<number, CliProblem>> {
  const edited = planEdit(editing);
  if (!edited.ok) return edited;
  const { opened, type, reasons = [] } = editing;
  const { text, planned } = edited.value;
  const { path } = opened.text;
  if (!dryRun) {
    const written = await replaceText(join(resolve(opened.folder), path), path, text);
    if (!written.ok) return written;
  }
  const { version, projects, branches, remarks, diffStart } = planned;
  if (json) {
    say.json({
      ...{ version: 1, path, new: opened.isNew, type, release: version, projects, branches },
      ...(diffStart === undefined ? {} : { diffStart }),
      ...{ reasons, remarks, written: !dryRun },
    });
    return ok(EXIT.ok);
  }
  say.result(`${dryRun ? "Would add" : "Added"} ${version} to ${path}${opened.isNew ? ", a new file" : ""}`);
  for (const { repo, hash } of projects) {
    const place = editing.ground.heads.get(repo) === hash ? editing.ground.places.get(repo) : undefined;
    say.result(`  ${repo} at ${hash}${place === undefined ? "" : ` (${place})`}`);
  }
  for (const { name, location } of branches) say.result(`  branch ${name} at ${location}`);
  if (diffStart !== undefined) say.result(`  announced from ${diffStart}`);
  for (const one of [...reasons, ...remarks]) say.result(`  ${one}`);
  if (!dryRun) await tellNext(say, opened, version);
  return ok(EXIT.ok);
}
