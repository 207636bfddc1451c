/** Gerrit's `[access]` sections: who may vote what on which branches. Every other right is told beside, in `gerrit-rights.ts`. */
import type { DraftAccess } from "./draft.ts";
import { branchesOf, takesIn } from "./gerrit-refs.ts";
import { otherRight } from "./gerrit-rights.ts";
import type { ConfigEntry } from "./git-config.ts";
import type { Report } from "./report.ts";

export interface AccessOptions {
  /** The label as it is called here; undefined: there is none. */
  readonly label: (
    name: string,
  ) => { readonly name: string; readonly min: number; readonly max: number; readonly ofChecks: boolean } | undefined;
  /** A group's name here, or a word of `access`. */
  readonly who: (name: string) => string;
}

interface Line {
  readonly exclusive: string[];
  /** Right → who → range. */
  readonly grants: Map<string, Map<string, Range>>;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

interface Block extends Range {
  readonly branch: string;
  readonly right: string;
}

/** One line for each pattern of branches, in the file's order. The entries are those in force. */
export function readGerritAccess(
  entries: readonly ConfigEntry[],
  options: AccessOptions,
  report: Report,
): readonly DraftAccess[] {
  const lines = new Map<string, Line>();
  const blocks: Block[] = [];
  for (const entry of entries) {
    const { key, value, line, name: ref = "" } = entry;
    const about = `access "${ref}": ${key} = ${value}`;
    if (ref === "") {
      if (key.toLowerCase() !== "inheritfrom")
        report.leftOut(line, `access: ${key} = ${value}`, 'it belongs to no ref: write `[access "refs/heads/*"]`');
      continue;
    }
    const exclusive = key.toLowerCase() === "exclusivegrouppermissions";
    const rights = exclusive ? value.split(/[\s,]+/).filter((right) => right !== "") : [key];
    for (const right of rights) {
      const said = exclusive ? `access "${ref}": ${key} = … ${right}` : about;
      const voted = /^label-(.+)$/i.exec(right)?.[1];
      if (voted === undefined) otherRight(right, said, line, report);
      else readVote({ entry, ref, voted, exclusive, about: said }, { lines, blocks }, options, report);
    }
  }
  for (const block of blocks) applyBlock(block, lines);
  const said = [...lines].filter(([, { exclusive, grants }]) => exclusive.length > 0 || grants.size > 0);
  return said.map(([branch, { exclusive, grants }]) => ({
    branch,
    exclusive,
    grants: new Map(
      [...grants].map(([right, people]) => [
        right,
        new Map([...people].map(([who, { min, max }]) => [who, `${min}..${signed(max)}`])),
      ]),
    ),
  }));
}

function readVote(
  {
    entry: { value, line },
    ref,
    voted,
    exclusive,
    about,
  }: {
    readonly entry: ConfigEntry;
    readonly ref: string;
    readonly voted: string;
    readonly exclusive: boolean;
    readonly about: string;
  },
  { lines, blocks }: { readonly lines: Map<string, Line>; readonly blocks: Block[] },
  { label, who }: AccessOptions,
  report: Report,
): void {
  const branches = branchesOf(ref);
  if (branches === undefined) {
    const elsewhere = /^\^?refs\/(?:for|meta|tags|users|changes|notes|drafts)\b/.test(ref);
    if (elsewhere) report.changed(line, about, "votes are about branches here; nothing else can be voted on");
    else report.leftOut(line, about, exclusive ? NOT_EXCLUSIVE : NO_PATTERN);
    return;
  }
  const known = label(voted);
  if (known === undefined) {
    report.leftOut(line, about, `there is no label \`${voted}\` with values; write it into \`labels\``);
    return;
  }
  if (known.ofChecks) {
    report.changed(line, about, "nobody votes on it here: it follows from `checks`, whose producers are pinned there");
    return;
  }
  const right = `label-${known.name}`;
  const at = branches.map((branch) => {
    const before = lines.get(branch) ?? { exclusive: [], grants: new Map<string, Map<string, Range>>() };
    lines.set(branch, before);
    return before;
  });
  if (exclusive) {
    for (const one of at) if (!one.exclusive.includes(right)) one.exclusive.push(right);
    report.kept(line, about, "as `exclusive`");
    return;
  }
  const rule = ruleOf(value);
  if (rule === undefined) {
    report.leftOut(line, about, "it is no range with a group: `-1..+1 group Name`");
    return;
  }
  if (rule.action === "deny") {
    report.kept(line, about, "as nothing granted: it takes away what is granted on the same ref alone");
    return;
  }
  const to = who(rule.group);
  if (rule.action === "block") {
    if (to !== "anyone") report.leftOut(line, about, BLOCKED);
    else {
      for (const branch of branches) blocks.push({ branch, right, min: rule.min, max: rule.max });
      report.changed(
        line,
        about,
        "rights on these branches are cut to it; whoever grants more there later grants more",
      );
    }
    return;
  }
  const min = Math.max(known.min, Math.min(0, rule.min));
  const max = Math.min(known.max, Math.max(0, rule.max));
  for (const one of at) {
    const grants = one.grants.get(right) ?? new Map<string, Range>();
    one.grants.set(right, grants);
    const before = grants.get(to) ?? { min: 0, max: 0 };
    grants.set(to, { min: Math.min(min, before.min), max: Math.max(max, before.max) });
  }
  if (min !== Math.min(0, rule.min) || max !== Math.max(0, rule.max))
    report.changed(line, about, `the label goes from ${known.min} to ${known.max}, and so does the right`);
  else if (rule.group.toLowerCase() === "anonymous users")
    report.changed(line, about, "as `anyone`: whoever may review on GitHub, where nobody is anonymous");
  else report.kept(line, about, `as \`${to}\` on \`${branches.join("`, `")}\``);
}

/**
 * What it names and everything beyond cannot be voted, whoever has the right. The line of its branches says all that may be voted
 * there, so that wider lines, which are not cut, do not count. Source: Gerrit, "BLOCK access rule".
 */
function applyBlock({ branch, right, min, max }: Block, lines: ReadonlyMap<string, Line>): void {
  const own = lines.get(branch);
  if (own?.exclusive.includes(right) === false) {
    const wider = [...lines].filter(([other]) => other !== branch && takesIn(other, branch));
    const grants = own.grants.get(right) ?? new Map<string, Range>();
    for (const [, line] of wider)
      for (const [who, range] of line.grants.get(right) ?? []) {
        const before = grants.get(who) ?? { min: 0, max: 0 };
        grants.set(who, { min: Math.min(before.min, range.min), max: Math.max(before.max, range.max) });
      }
    if (wider.length > 0) own.exclusive.push(right);
    if (grants.size > 0) own.grants.set(right, grants);
  }
  for (const [narrower, { grants }] of lines) {
    const people = takesIn(branch, narrower) ? grants.get(right) : undefined;
    for (const [who, range] of people ?? [])
      people?.set(who, {
        min: min < 0 ? Math.max(range.min, min + 1) : range.min,
        max: max > 0 ? Math.min(range.max, max - 1) : range.max,
      });
  }
}

const NO_PATTERN = "patterns of `access` know `*` alone: write a line for each branch it means";
const NOT_EXCLUSIVE =
  "patterns of `access` know `*` alone: until there is a line for each branch it means, the wider lines count on them";
const BLOCKED =
  "rights here only add up: until whom this blocks is out of the groups that are granted more, they may vote so";

export interface Rule extends Range {
  readonly action: "allow" | "deny" | "block";
  readonly group: string;
}

/** `deny -1..+1 group Name`. */
export function ruleOf(value: string): Rule | undefined {
  const [, action, min, max, group] =
    /^(?:(deny|block|allow)\s+)?(?:\+force\s+)?([+-]?\d{1,4})\.\.([+-]?\d{1,4})\s+group\s+(\S.*)$/i.exec(
      value.trim(),
    ) ?? [];
  if (min === undefined || max === undefined || group === undefined) return undefined;
  const lower = action?.toLowerCase();
  return {
    action: lower === "deny" || lower === "block" ? lower : "allow",
    min: Number(min),
    max: Number(max),
    group: group.trim(),
  };
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
