/** The rest of a `project.config`: how changes land, and sections that are about Gerrit's own server. */
import type { Draft } from "./draft.ts";
import type { ConfigEntry, ConfigFile } from "./git-config.ts";
import type { Report } from "./report.ts";

const READ_ELSEWHERE = new Set(["label", "access", "submit-requirement"]);

export function readGerritSettings({ sections, entries }: ConfigFile, draft: Draft, report: Report): void {
  for (const entry of entries) if (!READ_ELSEWHERE.has(entry.section)) readSetting(entry, draft, report);
  for (const entry of entries)
    if ((entry.section === "label" || entry.section === "submit-requirement") && entry.name === undefined)
      report.leftOut(entry.line, `[${entry.section}] ${entry.key} = ${entry.value}`, "its section has no name");
  for (const { section, name, line } of sections)
    if (!READ_ELSEWHERE.has(section) && !entries.some((entry) => entry.section === section && entry.name === name))
      report.kept(line, `[${section}]`, "it is empty");
}

function readSetting({ section, name, key, value, line }: ConfigEntry, draft: Draft, report: Report): void {
  const about = `${section}${name === undefined ? "" : ` "${name}"`}: ${key} = ${value}`;
  const lower = `${section}.${key.toLowerCase()}`;
  if (lower === "submit.action") {
    const action = value.toLowerCase();
    if (action === "inherit") {
      report.kept(line, about);
      return;
    }
    const strategy = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (strategy === undefined) {
      report.changed(line, about, "how the repository's own settings let it land (`strategy: auto`)");
      return;
    }
    draft.strategy = strategy;
    if (action === "merge if necessary") report.kept(line, about);
    else report.changed(line, about, `as \`${strategy}\`: what lands is the commit that was tested`);
    return;
  }
  if (isOff(lower, value)) {
    report.kept(line, about, "nothing is asked");
    return;
  }
  const how = Object.hasOwn(SETTINGS, lower)
    ? SETTINGS[lower]
    : Object.hasOwn(SECTIONS, section)
      ? SECTIONS[section]
      : undefined;
  if (how === undefined) report.leftOut(line, about, "it is no setting that is known here; look up what it does");
  else if (how.fate === "changed") report.changed(line, about, how.how);
  else report.leftOut(line, about, how.how);
}

/** Switched off, or what holds without it. */
function isOff(setting: string, value: string): boolean {
  const lower = value.toLowerCase();
  if (setting === "project.state") return lower === "active";
  return /^(?:receive|submit)\./.test(setting) && ["false", "no", "off", "0", "inherit"].includes(lower);
}

const ACTIONS: Readonly<Record<string, "merge-if-necessary" | "rebase">> = {
  "merge if necessary": "merge-if-necessary",
  "merge always": "merge-if-necessary",
  "fast forward only": "rebase",
  "rebase if necessary": "rebase",
  "rebase always": "rebase",
  "cherry pick": "rebase",
};

interface Answer {
  readonly fate: "changed" | "left-out";
  readonly how: string;
}

const changed = (how: string): Answer => ({ fate: "changed", how });
const leftOut = (how: string): Answer => ({ fate: "left-out", how });

const SETTINGS: Readonly<Record<string, Answer>> = {
  "project.description": changed("the repository has a description of its own"),
  "project.state": leftOut("archive the repository where it shall be read-only"),
  "receive.requirechangeid": changed(
    "a pull request is a change by its number; `git review` writes Change-Ids by itself",
  ),
  "receive.requirecontributoragreement": leftOut("add a check that knows who has signed, and name it in `checks`"),
  "receive.requiresignedoffby": leftOut('ask for it: a requirement with `submittableIf: "hasfooter:Signed-off-by"`'),
  "receive.maxobjectsizelimit": leftOut("make it a ruleset of the repository"),
  "receive.createnewchangeforallnotintarget": changed("`git review` makes a change of every commit"),
  "receive.rejectimplicitmerges": changed("what a merge brings in is of the change, and its writers are contributors"),
  "submit.mergecontent": changed("contents are always merged, and the merge is tested"),
  "submit.matchauthortocommitterdate": leftOut("dates of commits are left as they are"),
  "submit.rejectemptycommit": leftOut("a change without content may land"),
};

const SECTIONS: Readonly<Record<string, Answer>> = {
  project: leftOut("look it up in the repository's settings"),
  receive: leftOut("look it up in the repository's settings: Rules"),
  submit: leftOut("the gate has no such setting (`pipelines.gate`)"),
  capability: leftOut("rights on Gerrit's server have no equal"),
  commentlink: leftOut("make it an autolink of the repository: Settings, Autolink references"),
  "contributor-agreement": leftOut("add a check that knows who has signed, and name it in `checks`"),
  branchorder: leftOut("the gate does not merge from branch to branch"),
  notify: leftOut("people watch repositories and paths by themselves"),
  reviewer: leftOut("CODEOWNERS asks for reviews: `owners: {source: CODEOWNERS}`"),
  plugin: leftOut("it is a plugin's; see what of it a policy says: `owners`, `checks`, `submitRequirements`"),
  dashboard: leftOut("there are no dashboards; searches of pull requests can be saved"),
  mimetype: leftOut("it is about how Gerrit shows files"),
  subscribe: leftOut("submodules are not moved by themselves"),
  allowsuperproject: leftOut("submodules are not moved by themselves"),
  accounts: leftOut("accounts are the forge's"),
  rules: leftOut("there are no Prolog rules; write submit requirements"),
};
