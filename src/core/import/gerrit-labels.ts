/** Gerrit's `[label]` sections as labels of a policy, and what their deprecated functions and copy flags ask for, in today's words. */
import type { DraftLabel, DraftRequirement } from "./draft.ts";
import { readableAlternatives, readCopyStrictly, whyRefused } from "./expressions.ts";
import type { ConfigEntry } from "./git-config.ts";
import type { Report } from "./report.ts";

export interface GerritLabel {
  readonly label: DraftLabel;
  readonly min: number;
  readonly max: number;
  /** What the function asks for; undefined: nothing. */
  readonly requirement?: DraftRequirement;
}

/** Votes of this label are CI's, and on GitHub CI does not vote: it has checks. */
export function isOfChecks(name: string): boolean {
  return name.toLowerCase() === "verified";
}

export interface LabelOptions {
  readonly line: number;
  /** The file has a submit requirement for it: then no function means none. */
  readonly hasRequirement: boolean;
}

/** undefined: it has no value but 0, which in Gerrit takes an inherited label away. */
export function readGerritLabel(
  name: string,
  entries: readonly ConfigEntry[],
  { line, hasRequirement }: LabelOptions,
  report: Report,
): GerritLabel | undefined {
  const what = `label ${name}`;
  const texts = new Map<number, string>();
  const branches: string[] = [];
  const copies: string[] = [];
  let legacy = false;
  let noChange = true;
  let condition: ConfigEntry | undefined;
  let functionName: ConfigEntry | undefined;
  let ownVotes = true;
  for (const entry of entries) {
    const { value } = entry;
    const about = `${what}: ${entry.key} = ${value}`;
    const key = entry.key.toLowerCase();
    const copied = Object.hasOwn(COPY_FLAGS, key) ? COPY_FLAGS[key] : undefined;
    if (copied !== undefined) {
      legacy = true;
      if (key === "copyallscoresifnochange") noChange = isTrue(value);
      else if (isTrue(value)) copies.push(copied);
      report.kept(entry.line, about, "as a part of `copyCondition`");
      continue;
    }
    switch (key) {
      case "value": {
        const [, number, text = ""] = /^\s*([+-]?\d{1,4})\s*(.*)$/.exec(value) ?? [];
        if (number === undefined)
          report.leftOut(entry.line, about, "it begins with no number: write `value = -1 text`");
        else {
          texts.set(Number(number), text.trim().slice(0, 200));
          report.kept(entry.line, about);
        }
        break;
      }
      case "copycondition":
        condition = entry;
        break;
      case "copyvalue":
        legacy = true;
        copies.push(`is:"${Number(value)}"`);
        report.kept(entry.line, about, "as a part of `copyCondition`");
        break;
      case "copyallscoresiflistoffilesdidnotchange":
        legacy = true;
        if (isTrue(value))
          report.leftOut(
            entry.line,
            about,
            "the content of those files may change freely under it; such votes are not copied",
          );
        else report.kept(entry.line, about);
        break;
      case "function":
        functionName = entry;
        break;
      case "ignoreselfapproval":
        ownVotes = !isTrue(value);
        report.kept(entry.line, about, ownVotes ? "" : "as `user=non_uploader` in what the function asks for");
        break;
      case "branch": {
        const branch = branchOf(value);
        if (branch === undefined)
          report.leftOut(
            entry.line,
            about,
            "patterns of labels know `*` alone; without it the label is there on every branch",
          );
        else {
          branches.push(branch);
          report.kept(entry.line, about);
        }
        break;
      }
      case "defaultvalue":
        if (Number(value) === 0) report.kept(entry.line, about);
        else
          report.leftOut(entry.line, about, "who has not voted has voted nothing here; there is no value in advance");
        break;
      case "canoverride":
        report.changed(
          entry.line,
          about,
          "a label is locked by the requirements that use it, unless they say `canOverrideInChildProjects: true`",
        );
        break;
      case "allowpostsubmit":
        report.changed(entry.line, about, "votes after landing change nothing here");
        break;
      case "description":
      case "defaultbranch":
      case "username":
        report.leftOut(entry.line, about, "a label has no such key; what its values say is in `values`");
        break;
      default:
        report.leftOut(entry.line, about, "not a key of Gerrit's labels that is known here; look up what it does");
    }
  }
  const min = Math.min(0, ...texts.keys());
  const max = Math.max(0, ...texts.keys());
  if (min === 0 && max === 0) {
    report.changed(
      line,
      what,
      "it has no value but 0, which takes an inherited label away; here it is not there at all",
    );
    return undefined;
  }
  if (max - min > 100) {
    report.leftOut(line, what, "it has more than a hundred values; write the label by hand");
    return undefined;
  }
  const values = new Map<number, string>();
  for (let value = min; value <= max; value += 1) {
    if (!texts.has(value))
      report.changed(line, what, `the value ${value} is not written; as in Gerrit it can be voted all the same`);
    values.set(value, texts.get(value) ?? (value === 0 ? "No score" : `${value}`));
  }
  if (legacy && noChange) copies.unshift("changekind:NO_CHANGE");
  const copyCondition = copyOf({ what, line, min, copies, ...(condition === undefined ? {} : { condition }) }, report);
  const asked = functionOf(
    {
      name,
      what,
      line,
      min,
      max,
      ownVotes,
      hasRequirement,
      ...(functionName === undefined ? {} : { entry: functionName }),
    },
    report,
  );
  const label: DraftLabel = isOfChecks(name)
    ? computedLabel(values, min, max)
    : {
        values,
        ...(copyCondition === undefined ? {} : { copyCondition }),
        ...(branches.length === 0 ? {} : { branch: branches }),
      };
  if (isOfChecks(name))
    report.changed(
      line,
      what,
      "CI does not vote here: its value follows from `checks`; its copy condition and voters are gone",
    );
  const where = branches.map((branch) => (branch.includes("*") ? `branch:"^${escaped(branch)}"` : `branch:${branch}`));
  return {
    label,
    min,
    max,
    ...(asked === undefined
      ? {}
      : {
          requirement: {
            submittableIf: asked,
            ...(where.length === 0 || where.includes('branch:"^.*"') ? {} : { applicableIf: where.join(" OR ") }),
          },
        }),
  };
}

const COPY_FLAGS: Readonly<Record<string, string>> = {
  copyanyscore: "is:ANY",
  copyminscore: "is:MIN",
  copymaxscore: "is:MAX",
  copyallscoresifnochange: "changekind:NO_CHANGE",
  copyallscoresifnocodechange: "changekind:NO_CODE_CHANGE",
  copyallscoresontrivialrebase: "changekind:TRIVIAL_REBASE",
  copyallscoresonmergefirstparentupdate: "changekind:MERGE_FIRST_PARENT_UPDATE",
};

function computedLabel(values: ReadonlyMap<number, string>, min: number, max: number): DraftLabel {
  const failed = ["failure", "timed_out", "startup_failure"]
    .map((conclusion) => `check:ANY=${conclusion}`)
    .join(" OR ");
  const computed = new Map<number, string>();
  if (min < 0) computed.set(min, failed);
  if (max > 0) computed.set(max, "check:ALL=success");
  return { values, computed };
}

function copyOf(
  {
    what,
    line,
    min,
    copies,
    condition,
  }: {
    readonly what: string;
    readonly line: number;
    readonly min: number;
    readonly copies: readonly string[];
    readonly condition?: ConfigEntry;
  },
  report: Report,
): string | undefined {
  const parts = [...copies];
  if (condition !== undefined) {
    const read = readCopyStrictly(condition.value);
    const about = `${what}: copyCondition = ${condition.value}`;
    if (read.ok) {
      parts.push(parts.length === 0 ? condition.value : `(${condition.value})`);
      report.changed(
        condition.line,
        about,
        "the change kind is proven from the trees; a clean merge of the target counts as a trivial rebase",
      );
    } else {
      const rest = readableAlternatives(condition.value);
      if (rest !== undefined) parts.push(rest);
      // A veto that is lost is worse than one that stays.
      if (min < 0 && rest?.includes("is:MIN") !== true) parts.push("is:MIN");
      const kept = parts.length === 0 ? "no vote is copied" : `\`${parts.join(" OR ")}\` stands in its place`;
      report.leftOut(condition.line, about, `${whyRefused(condition.value, read.problem)}; ${kept}`);
    }
  }
  const joined = [...new Set(parts)].join(" OR ");
  if (joined === "")
    report.changed(
      line,
      what,
      "no vote reaches the next patch set, the lowest neither, as in Gerrit; `veto: sticky` keeps vetoes",
    );
  return joined === "" ? undefined : joined;
}

function functionOf(
  {
    name,
    what,
    line,
    min,
    max,
    ownVotes,
    hasRequirement,
    entry,
  }: {
    readonly name: string;
    readonly what: string;
    readonly line: number;
    readonly min: number;
    readonly max: number;
    readonly ownVotes: boolean;
    readonly hasRequirement: boolean;
    readonly entry?: ConfigEntry;
  },
  report: Report,
): string | undefined {
  const given = entry?.value.trim() ?? (hasRequirement ? "NoBlock" : "MaxWithBlock");
  const about = entry === undefined ? what : `${what}: function = ${entry.value}`;
  const at = entry?.line ?? line;
  const most = `label:${name}=MAX${ownVotes ? "" : ",user=non_uploader"}`;
  const terms: string[] = [];
  switch (given.toLowerCase()) {
    case "maxwithblock":
      terms.push(max > 0 ? most : "is:false", ...(min < 0 ? [`-label:${name}=MIN`] : []));
      break;
    case "anywithblock":
      if (min < 0) terms.push(`-label:${name}=MIN`);
      break;
    case "maxnoblock":
      terms.push(max > 0 ? most : "is:false");
      break;
    case "noblock":
    case "noop":
      if (entry !== undefined) report.kept(at, about, "it asks for nothing");
      return undefined;
    case "patchsetlock":
      report.leftOut(at, about, "nothing here stops a push; protect the branch of the pull request, or close it");
      return undefined;
    default:
      report.leftOut(at, about, "it is no function of Gerrit's; nothing is asked for");
      return undefined;
  }
  if (terms.length === 0) {
    report.kept(at, about, "it asks for nothing, since the label has no negative value");
    return undefined;
  }
  const asked = terms.join(" AND ");
  if (entry === undefined)
    report.changed(
      at,
      about,
      `it has no function and no submit requirement of its name: read as MaxWithBlock, \`${asked}\``,
    );
  else report.kept(at, about, `as the requirement \`${asked}\``);
  return asked;
}

/** A branch pattern of ours; undefined: it cannot be said with `*`. */
export function branchOf(ref: string): string | undefined {
  if (ref === "refs/*" || ref === "refs/heads/*" || ref === "*") return "*";
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : ref;
  if (branch.startsWith("^") || branch.includes("${") || branch.startsWith("refs/") || branch === "") return undefined;
  return branch;
}

function escaped(branch: string): string {
  return branch.replaceAll(/[.+?()[\]{}|^$\\]/g, "\\\\$&").replaceAll("*", ".*");
}

function isTrue(value: string): boolean {
  return ["true", "yes", "on", "1"].includes(value.toLowerCase());
}
