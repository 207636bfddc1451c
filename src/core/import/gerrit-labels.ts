/** Gerrit's `[label]` sections as labels of a policy. Which votes are copied and what a function asks for: the rooms beside. */
import { parseExpression } from "../policy/expression.ts";
import type { DraftLabel } from "./draft.ts";
import { Copying, isTrue } from "./gerrit-copying.ts";
import { functionOf, type Function } from "./gerrit-functions.ts";
import { branchesOf } from "./gerrit-refs.ts";
import type { ConfigEntry } from "./git-config.ts";
import type { Place, Report } from "./report.ts";

export interface GerritLabel {
  readonly label: DraftLabel;
  readonly min: number;
  readonly max: number;
  /** What the function asks for; undefined: nothing. */
  readonly asks?: Function;
  /** Where it is asked; undefined: everywhere. */
  readonly applicableIf?: string;
}

export interface LabelOptions {
  readonly line: Place;
  /** Votes of this label are CI's, and here CI does not vote: it has checks. */
  readonly ofChecks: boolean;
}

/** More values than that no label has. */
const MOST_VALUES = 100;

/** undefined: it has no value but 0, which in Gerrit takes an inherited label away. */
export function readGerritLabel(
  name: string,
  entries: readonly ConfigEntry[],
  { line, ofChecks }: LabelOptions,
  report: Report,
): GerritLabel | undefined {
  const what = `label ${name}`;
  const { texts, branches, copying, named, ownVotes } = readKeys(what, entries, { ofChecks }, report);
  const min = Math.min(0, ...texts.keys());
  const max = Math.max(0, ...texts.keys());
  if (min === 0 && max === 0) {
    const taken = "it has no value but 0, which takes an inherited label away; here it is not there at all";
    report.changed(line, what, taken);
    return undefined;
  }
  if (max - min > MOST_VALUES) {
    report.leftOut(line, what, "it has more than a hundred values; write the label by hand");
    return undefined;
  }
  const values = new Map<number, string>();
  for (let value = min; value <= max; value += 1) {
    if (!texts.has(value))
      report.changed(line, what, `the value ${value} is not written; as in Gerrit it can be voted all the same`);
    values.set(value, texts.get(value) ?? (value === 0 ? "No score" : `${value}`));
  }
  const asks = functionOf({ name, line, min, max, ownVotes, ...(named === undefined ? {} : { entry: named }) }, report);
  const where = branches.map((branch) =>
    branch.includes("*") ? `branch:"^${expressionOf(branch)}"` : `branch:${branch}`,
  );
  const more = {
    min,
    max,
    ...(asks === undefined ? {} : { asks }),
    ...(where.length === 0 || branches.includes("*") ? {} : { applicableIf: where.join(" OR ") }),
  };
  if (ofChecks) {
    report.changed(line, what, "CI does not vote here: its value follows from `checks`, and nobody gives it");
    return { label: computedLabel(values, min, max), ...more };
  }
  const copyCondition = copying.copyCondition(line, min);
  const sticky = min < 0 && copiesVetoes(copyCondition);
  if (sticky) report.changed(line, what, STICKY);
  const label: DraftLabel = {
    values,
    ...(copyCondition === undefined ? {} : { copyCondition }),
    ...(sticky ? { veto: "sticky" as const } : {}),
    ...(branches.length === 0 ? {} : { branch: branches }),
  };
  return { label, ...more };
}

const STICKY =
  "its lowest value is copied to every patch set: as `veto: sticky` it also stays when others dismiss the review, which Gerrit lets only those do who may remove votes";

/** `is:MIN` alone is enough to be copied. */
function copiesVetoes(condition = "is:ANY"): boolean {
  const parsed = parseExpression(condition);
  if (!parsed.ok) return false;
  const alternatives = parsed.value.kind === "or" ? parsed.value.terms : [parsed.value];
  return alternatives.some((one) => one.kind === "atom" && /^is:min$/i.test(one.atom.text));
}

interface Keys {
  readonly texts: ReadonlyMap<number, string>;
  readonly branches: readonly string[];
  readonly copying: Copying;
  /** Of the function. */
  readonly named: ConfigEntry | undefined;
  readonly ownVotes: boolean;
}

function readKeys(
  what: string,
  entries: readonly ConfigEntry[],
  { ofChecks }: { readonly ofChecks: boolean },
  report: Report,
): Keys {
  const texts = new Map<number, string>();
  const branches: string[] = [];
  const copying = new Copying(what, report);
  let named: ConfigEntry | undefined;
  let ownVotes = true;
  for (const entry of entries) {
    const { value, line } = entry;
    const about = `${what}: ${entry.key} = ${value}`;
    const key = entry.key.toLowerCase();
    if (ofChecks && key.startsWith("copy")) {
      report.changed(line, about, "results of checks are of one commit; none is copied to the next patch set");
      continue;
    }
    if (copying.take(entry)) continue;
    switch (key) {
      case "value": {
        const [, number, text = ""] = /^\s*([+-]?\d{1,4})(?:\s+(.*))?$/.exec(value) ?? [];
        if (number === undefined)
          report.leftOut(
            line,
            about,
            "it begins with no number: write `value = -1 text`; Gerrit cannot read it either",
          );
        else if (texts.has(Number(number)))
          report.leftOut(line, about, "the value is written twice; the first is taken, as in Gerrit");
        else {
          texts.set(Number(number), text.trim().slice(0, 200));
          report.kept(line, about);
        }
        break;
      }
      case "function":
        named = entry;
        break;
      case "ignoreselfapproval":
        ownVotes = !isTrue(value);
        report.kept(line, about, ownVotes ? "" : "as `user=non_uploader` in what the function asks for");
        break;
      case "branch": {
        const found = branchesOf(value);
        branches.push(...(found ?? ["*"]));
        if (found === undefined)
          report.leftOut(line, about, "this pattern cannot be said with `*`: the label is on every branch");
        else report.kept(line, about);
        break;
      }
      default:
        otherKey(entry, about, report);
    }
  }
  return { texts, branches: [...new Set(branches)], copying, named, ownVotes };
}

function otherKey({ key, value, line }: ConfigEntry, about: string, report: Report): void {
  switch (key.toLowerCase()) {
    case "defaultvalue":
      if (Number(value) === 0) report.kept(line, about);
      else report.leftOut(line, about, "who has not voted has voted nothing here; there is no value in advance");
      break;
    case "canoverride":
      report.changed(
        line,
        about,
        "a label is locked by the requirements that use it, unless they say `canOverrideInChildProjects: true`",
      );
      break;
    case "allowpostsubmit":
      report.changed(line, about, "votes after landing change nothing here");
      break;
    case "description":
      report.changed(line, about, "a label has no such key; what its values say is in `values`");
      break;
    case "abbreviation":
      report.changed(line, about, "labels have no abbreviations");
      break;
    default:
      report.leftOut(line, about, "not a key of Gerrit's labels that is known here; look up what it does");
  }
}

function computedLabel(values: ReadonlyMap<number, string>, min: number, max: number): DraftLabel {
  const failed = ["failure", "timed_out", "startup_failure"]
    .map((conclusion) => `check:ANY=${conclusion}`)
    .join(" OR ");
  const computed = new Map<number, string>();
  if (min < 0) computed.set(min, failed);
  if (max > 0) computed.set(max, "check:ALL=success");
  return { values, computed };
}

function expressionOf(branch: string): string {
  return branch.replaceAll(/[.+?()[\]{}|^$\\"]/g, "\\\\$&").replaceAll("*", ".*");
}
