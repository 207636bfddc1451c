/**
 * GitHub's CODEOWNERS: a policy that asks for the owners it names. The file itself stays where it is and is read at the target, so what
 * is told here is which of its lines mean something else to plustwo, or nothing to GitHub.
 */
import { MOST_CODEOWNERS_BYTES, parseCodeowners } from "../owners/codeowners.ts";
import { isTeam, wholeFile } from "../owners/owner.ts";
import { fail, ok, type Result } from "../result.ts";
import { emptyDraft, written } from "./draft.ts";
import { Report, type Imported, type ImportProblem } from "./report.ts";

const PATH = "CODEOWNERS";

export function importCodeowners(text: string): Result<Imported, ImportProblem> {
  const whole = wholeFile(PATH, text, MOST_CODEOWNERS_BYTES - 1);
  if (whole !== undefined)
    return fail({ line: 1, message: `${whole.message}, and GitHub reads no such file`, hint: whole.hint });
  const { rules, problems } = parseCodeowners(PATH, text);
  if (rules.length === 0 && problems.length === 0)
    return fail({ line: 1, message: "it names no owners", hint: "give the CODEOWNERS file of the repository" });
  const report = new Report();
  const lines = text.split("\n");
  const lineAt = (line: number) => (lines[line - 1] ?? "").trim().slice(0, 120);
  for (const { line, message, hint } of problems)
    report.leftOut(
      line,
      lineAt(line),
      `${message}: GitHub skips the line, so that an earlier one or nobody owns its paths; here the gate is closed until it is mended (${hint})`,
    );
  for (const { line, pattern, list } of rules) {
    const emails = list.owners.filter((owner) => !owner.startsWith("@"));
    const [email] = emails;
    if (list.owners.length === 0)
      report.changed(
        line,
        lineAt(line),
        "it takes owners away, and GitHub then asks for nobody's approval; here nobody can approve what it matches (`fallback: none`), or anybody who did not contribute has to (`fallback: anyone`)",
      );
    else if (email !== undefined)
      report.changed(
        line,
        lineAt(line),
        `an email is its owner's account only where GitHub tells whose it is, in a commit of the change: write \`@login\` in place of \`${email}\``,
      );
    else
      report.kept(
        line,
        lineAt(line),
        list.owners.length > 1
          ? "one of them is enough, as there"
          : list.owners.every(isTeam)
            ? "read at every look"
            : "",
      );
    const folder = goesNoDeeper(pattern.text);
    if (folder !== undefined)
      report.kept(line, lineAt(line), `\`${folder}/*\` goes no deeper, as there: \`${folder}/\` would`);
  }
  tellDifferences(report);
  const draft = emptyDraft();
  draft.labels.set("Code-Review", {
    values: new Map([
      [-1, "Changes requested"],
      [0, "No score"],
      [1, "Approved"],
    ]),
    copyCondition: "changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN",
  });
  draft.access.push({
    branch: "*",
    exclusive: [],
    grants: new Map([["label-Code-Review", new Map([["anyone", "-1..+1"]])]]),
  });
  draft.owners = { source: "CODEOWNERS" };
  draft.requirements.set("Owners", {
    description: "An owner of every touched path who did not contribute approves",
    applicableIf: "has:enabled_code-owners",
    submittableIf: "has:approval_code-owners",
  });
  return ok(written(draft, report, "CODEOWNERS"));
}

/** The folder of a pattern such as `docs/*`. */
function goesNoDeeper(pattern: string): string | undefined {
  return /^(.*[^*/])\/\*$/.exec(pattern)?.[1];
}

/** What holds for every file. */
function tellDifferences(report: Report): void {
  report.changed(
    0,
    "paths without an owner",
    "nobody can approve them (`fallback: none`), where GitHub asks for nobody's approval: add a line `* @org/team` at the top, or write `owners: {source: CODEOWNERS, fallback: anyone}`",
  );
  report.changed(
    0,
    "logins",
    "a login is the account that the policy's `groups` give it with an id, else the one account met under it; where two accounts were, nobody",
  );
  report.changed(
    0,
    "rights",
    "whether an owner may write to the repository is not looked at, as GitHub does: whoever may vote by `access` and owns the path may approve",
  );
  report.changed(
    0,
    "approvals",
    "whoever opened, pushed or wrote part of a change approves none of its paths; both names of a renamed file need their owners; an approval stays over a proven clean rebase and goes with new code (on GitHub the branch's rules say)",
  );
  report.changed(
    0,
    "Require review from Code Owners",
    "the requirement Owners takes the place of that rule of the branch; whoever may bypass it there cannot here",
  );
}
