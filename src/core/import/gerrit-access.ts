/** Gerrit's `[access]` sections: who may vote what on which branches; every other right is GitHub's to give, and is told so. */
import type { DraftAccess } from "./draft.ts";
import { branchOf, isOfChecks } from "./gerrit-labels.ts";
import type { ConfigEntry } from "./git-config.ts";
import type { Report } from "./report.ts";

export interface AccessOptions {
  /** The label as it is called here; undefined: there is none. */
  readonly label: (name: string) => { readonly name: string; readonly min: number; readonly max: number } | undefined;
  readonly group: (name: string) => string;
}

/** One line for each pattern of branches, in the file's order. */
export function readGerritAccess(
  entries: readonly ConfigEntry[],
  { label, group }: AccessOptions,
  report: Report,
): readonly DraftAccess[] {
  const lines = new Map<string, { exclusive: string[]; grants: Map<string, Map<string, string>> }>();
  for (const entry of entries) {
    const { key, value, line, name: ref = "" } = entry;
    const about = `access "${ref}": ${key} = ${value}`;
    if (ref === "") {
      report.leftOut(
        line,
        `access: ${key} = ${value}`,
        key.toLowerCase() === "inheritfrom" ? INHERITED : "it belongs to no ref",
      );
      continue;
    }
    const branch = branchOf(ref);
    const exclusive = key.toLowerCase() === "exclusivegrouppermissions";
    const rights = exclusive ? value.split(/[\s,]+/).filter((right) => right !== "") : [key];
    for (const right of rights) {
      const voted = /^(?:label|Label|LABEL)-(.+)$/.exec(right)?.[1];
      if (voted === undefined) {
        otherRight(right, exclusive ? `${about.slice(0, 200)} (${right})` : about, line, report);
        continue;
      }
      if (branch === undefined) {
        report.leftOut(
          line,
          about,
          ref.startsWith("refs/for/") || ref.startsWith("refs/meta") || ref.startsWith("refs/tags")
            ? NOT_A_BRANCH
            : NO_PATTERN,
        );
        continue;
      }
      if (isOfChecks(voted)) {
        report.changed(
          line,
          about,
          "nobody votes on it here: it follows from `checks`, whose producers are pinned there",
        );
        continue;
      }
      const known = label(voted);
      if (known === undefined) {
        report.leftOut(line, about, `there is no label \`${voted}\` with values; write it into \`labels\``);
        continue;
      }
      const at = lines.get(branch) ?? { exclusive: [], grants: new Map<string, Map<string, string>>() };
      lines.set(branch, at);
      const name = `label-${known.name}`;
      if (exclusive) {
        if (!at.exclusive.includes(name)) at.exclusive.push(name);
        report.kept(line, `${about} (${right})`, "as `exclusive`");
        continue;
      }
      const granted = grantOf(value);
      if (granted === undefined) {
        report.leftOut(
          line,
          about,
          /^(?:deny|block)\b/.test(value) ? DENIED : "it is no range with a group: `-1..+1 group Name`",
        );
        continue;
      }
      const to = PEOPLE.get(granted.group.toLowerCase()) ?? group(granted.group);
      const min = Math.max(known.min, Math.min(0, granted.min));
      const max = Math.min(known.max, Math.max(0, granted.max));
      const grants = at.grants.get(name) ?? new Map<string, string>();
      at.grants.set(name, grants);
      const before = /^([+-]?\d+)\.\.([+-]?\d+)$/.exec(grants.get(to) ?? "0..0");
      grants.set(to, `${Math.min(min, Number(before?.[1]))}..${signed(Math.max(max, Number(before?.[2])))}`);
      if (min !== Math.min(0, granted.min) || max !== Math.max(0, granted.max))
        report.changed(line, about, `the label goes from ${known.min} to ${known.max}, and so does the right`);
      else if (granted.group.toLowerCase() === "anonymous users")
        report.changed(line, about, "as `anyone`: whoever may review on GitHub, where nobody is anonymous");
      else report.kept(line, about, `as \`${to}\` on \`${branch}\``);
    }
  }
  return [...lines].map(([branch, { exclusive, grants }]) => ({ branch, exclusive, grants }));
}

const INHERITED =
  "the parent's labels, rights and requirements are not in this file: import the parent's project.config too, as the organisation's file";
const NOT_A_BRANCH = "votes are about branches here; nothing else can be voted on";
const NO_PATTERN = "patterns of `access` know `*` alone: write a line for each branch it means";
const DENIED =
  "rights here only add up, so what this takes away has to be left out of what is granted: take the group out of the lines above it";

const PEOPLE: ReadonlyMap<string, string> = new Map([
  ["registered users", "anyone"],
  ["anonymous users", "anyone"],
  ["change owner", "owner"],
]);

function grantOf(value: string): { readonly min: number; readonly max: number; readonly group: string } | undefined {
  const [, min, max, group] = /^([+-]?\d{1,4})\.\.([+-]?\d{1,4})\s+group\s+(\S.*)$/.exec(value.trim()) ?? [];
  return min === undefined || max === undefined || group === undefined
    ? undefined
    : { min: Number(min), max: Number(max), group: group.trim() };
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

/** Rights that are not about votes: where they are given on GitHub. */
function otherRight(right: string, about: string, line: number, report: Report): void {
  const lower = right.toLowerCase();
  const changed = Object.hasOwn(CHANGED, lower) ? CHANGED[lower] : undefined;
  const elsewhere = Object.hasOwn(ELSEWHERE, lower) ? ELSEWHERE[lower] : undefined;
  if (changed !== undefined) report.changed(line, about, changed);
  else if (elsewhere !== undefined) report.leftOut(line, about, elsewhere);
  else if (/^(?:label|remove)label-|^removelabel-|^labelas-/.test(lower))
    report.changed(line, about, "nobody votes for others here, and nobody takes another's vote away");
  else report.leftOut(line, about, "it is no right that is known here; look up what it does");
}

const CHANGED: Readonly<Record<string, string>> = {
  submit: "nobody lands a change by hand: the gate does, as soon as the requirements hold",
  submitas: "nobody lands a change by hand, and so for nobody else",
  rebase: "the author updates the branch, or the gate builds the merge",
  abandon: "whoever may write to the repository, and the author, closes a pull request",
  addpatchset: "whoever may push to the pull request's branch; each becomes a contributor",
  edittopicname: "a topic is a tag label, and whoever may triage sets it",
  edithashtags: "tag labels are set by whoever may triage",
  editassignee: "pull requests are assigned by whoever may triage",
  toggleworkinprogressstate: "the author, and whoever may write, makes a draft ready",
  forgeauthor: "git lets everybody write any author; here an unknown one is a contributor who is unknown",
  forgecommitter: "git lets everybody write any committer; here an unknown one is a contributor who is unknown",
  revert: "whoever may open pull requests may propose a revert",
};
const REPOSITORY = "give it in the repository: Settings, Collaborators and teams";
const RULESET = "make it a ruleset of the repository: Settings, Rules";
const ELSEWHERE: Readonly<Record<string, string>> = {
  read: REPOSITORY,
  owner: REPOSITORY,
  push: RULESET,
  pushmerge: RULESET,
  create: RULESET,
  delete: RULESET,
  createtag: RULESET,
  createsignedtag: RULESET,
  pushtag: RULESET,
  pushsignedtag: RULESET,
  forgeserverascommitter: RULESET,
  viewprivatechanges: "pull requests are not private",
  viewdrafts: "whoever can read the repository sees drafts",
  publishdrafts: "the author makes a draft ready",
  deletedrafts: "pull requests are closed, not deleted",
  deletechanges: "pull requests are closed, not deleted",
  deleteownchanges: "pull requests are closed, not deleted",
  removereviewer: "whoever may triage asks for reviews and takes that back",
};
