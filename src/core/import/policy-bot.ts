/**
 * policy-bot's `.policy.yml` as a policy: each condition of `policy.approval` a submit requirement, each rule's `if` the change it is asked
 * of, approvals as votes. Whatever cannot be said asks for more, never for less.
 * Source: palantir/policy-bot, README and its evaluation of rules.
 */
import { fail, ok, type Result } from "../result.ts";
import { emptyDraft, nameFor, written as writeDraft, type Draft } from "./draft.ts";
import { readStrictly } from "./expressions.ts";
import { isAlways, written } from "./formula.ts";
import { addDisapproval, readDisapproval, type Disapproval } from "./policy-bot-disapproval.ts";
import { peopleFor } from "./policy-bot-people.ts";
import { BUTTON_LABEL, COPIES } from "./policy-bot-options.ts";
import { readRule, type Rule, type RuleReading } from "./policy-bot-rules.ts";
import { readJoin, requirementsOf, rulesIn, type Asked, type Tree } from "./policy-bot-tree.ts";
import { Report, type Imported, type ImportProblem } from "./report.ts";
import { readYamlTree, valueIn, type YamlMap, type YamlNode } from "./yaml-tree.ts";

const KEYS = ["policy", "approval_rules", "approval_defaults"];

export function importPolicyBot(text: string): Result<Imported, ImportProblem> {
  const yaml = readYamlTree(text);
  if (!yaml.ok) return yaml;
  const root = yaml.value;
  const remote = valueIn(root, "remote");
  if (remote !== undefined)
    return fail({
      line: remote.line,
      message: `it only says that the policy is in ${remote.kind === "text" ? `\`${remote.text.slice(0, 100)}\`` : "another repository"}`,
      hint: "import that file; for all repositories of an organisation it becomes the organisation's policy",
    });
  if (root.kind !== "map" || !root.entries.some(({ key }) => KEYS.includes(key)))
    return fail({
      line: root.line,
      message: "it has neither `policy` nor `approval_rules`",
      hint: "give the `.policy.yml` that policy-bot reads",
    });
  const draft = emptyDraft();
  const report = new Report();
  for (const { key, line } of root.entries)
    if (!KEYS.includes(key))
      report.leftOut(line, key.slice(0, 60), "it is no key of policy-bot's files that is known here");
  const policy = valueIn(root, "policy");
  for (const { key, line } of policy?.kind === "map" ? policy.entries : [])
    if (key !== "approval" && key !== "disapproval")
      report.leftOut(line, `policy.${key.slice(0, 60)}`, "it is no key of `policy` that is known here");
  const reading: RuleReading = {
    draft,
    report,
    people: peopleFor(draft, report),
    defaults: valueIn(valueIn(root, "approval_defaults"), "options"),
    copies: [],
    approvers: new Set(),
    own: new Map(),
  };
  const trees = readApproval(root, policy, reading);
  if (!trees.ok) return trees;
  const blocks = valueIn(policy, "disapproval");
  const disapproval = blocks === undefined ? undefined : readDisapproval(blocks, reading);
  addRequirements(trees.value, draft, report);
  if (disapproval !== undefined) addDisapproval(disapproval, draft);
  addVotes(reading, disapproval);
  refuseUnreadable(draft, report);
  tellDifferences(reading);
  return ok(writeDraft(draft, report, "policy-bot's .policy.yml"));
}

function readApproval(
  root: YamlNode,
  policy: YamlNode | undefined,
  reading: RuleReading,
): Result<readonly Tree[], ImportProblem> {
  const { report } = reading;
  const given = valueIn(root, "approval_rules");
  if (given !== undefined && given.kind !== "list")
    return fail({
      line: given.line,
      message: "`approval_rules` is no list",
      hint: "policy-bot refuses the file too; write `- name: …`",
    });
  const defined = new Map<string, YamlMap>();
  for (const item of given?.items ?? []) {
    const name = valueIn(item, "name");
    if (item.kind !== "map" || name?.kind !== "text")
      return fail({
        line: item.line,
        message: "a rule has no name",
        hint: "policy-bot refuses the file too; write `name:`",
      });
    const before = defined.get(name.text);
    if (before !== undefined)
      report.changed(
        before.line,
        `rule "${name.text.slice(0, 60)}"`,
        `line ${item.line} defines it again, and the last one counts, as there`,
      );
    defined.set(name.text, item);
  }
  const read = new Map<string, Rule>();
  const ruleOf = (name: string): Rule | undefined => {
    const node = defined.get(name);
    const rule = read.get(name) ?? (node === undefined ? undefined : readRule(name, node, reading));
    if (rule !== undefined) read.set(name, rule);
    return rule;
  };
  const approval = valueIn(policy, "approval");
  if (approval !== undefined && approval.kind !== "list")
    return fail({
      line: approval.line,
      message: "`policy.approval` is no list",
      hint: "policy-bot refuses the file too; write `- name of a rule`",
    });
  const joined = readJoin("and", approval?.items ?? [], { line: approval?.line ?? 1, ruleOf, depth: 0 });
  if (!joined.ok) return joined;
  for (const [name, node] of defined)
    if (!read.has(name))
      report.kept(
        node.line,
        `rule "${name.slice(0, 60)}"`,
        "`policy.approval` does not name it, so it decides nothing, there or here",
      );
  if (approval === undefined || approval.items.length === 0)
    report.changed(
      approval?.line ?? policy?.line ?? 1,
      "policy.approval",
      "it asks for nothing, so policy-bot approves every change; here the tests remain",
    );
  return ok(joined.value.kind === "rule" ? [joined.value] : joined.value.terms);
}

const BUILT_IN = [
  "parents",
  "contributors",
  "shape",
  "policy",
  "change-id",
  "not-blocked",
  "not-disapproved",
  "some-rule",
];

function addRequirements(trees: readonly Tree[], draft: Draft, report: Report): void {
  const { asked, some } = requirementsOf(trees);
  for (const one of asked) {
    const name = nameFor(nameOf(one), (taken) => {
      const lower = taken.toLowerCase();
      return BUILT_IN.includes(lower) || [...draft.requirements.keys()].some((known) => known.toLowerCase() === lower);
    });
    draft.requirements.set(name, {
      description: descriptionOf(one),
      ...(isAlways(one.applicable) ? {} : { applicableIf: written(one.applicable) }),
      submittableIf: written(one.submittable),
    });
  }
  if (isAlways(some)) return;
  draft.requirements.set("Some-Rule", {
    description: "Some rule is for changes like this one",
    submittableIf: written(some),
  });
  report.kept(0, "policy.approval", "where every rule is skipped nothing passes, as there: the requirement Some-Rule");
}

function nameOf({ tree }: Asked): string {
  return tree.kind === "rule" ? tree.rule.name : "Approval";
}

function descriptionOf({ tree }: Asked): string {
  if (tree.kind === "rule") return (tree.rule.description ?? tree.rule.name).slice(0, 500);
  const names = [...new Set(rulesIn(tree).map(({ name }) => name))];
  return `${tree.kind === "or" ? "One of" : "All of"}: ${names.join("; ")}`.slice(0, 500);
}

function addVotes({ draft, report, approvers, copies, own }: RuleReading, disapproval: Disapproval | undefined): void {
  const group = disapproval?.group;
  const grants = new Map<string, Map<string, string>>();
  if (copies.length > 0 || group !== undefined) {
    const copy = COPIES.find((one) => copies.some((rule) => rule.copy === one)) ?? "changekind:REWORK";
    for (const rule of copies)
      if (rule.copy !== copy)
        report.changed(
          rule.line,
          `${rule.rule}: options.invalidate_on_push`,
          `Approve is one vote for all rules, and another rule keeps it for less: \`${copy}\` holds for this one too`,
        );
    if (copies.length > 0 && copy === "changekind:REWORK")
      report.kept(
        0,
        "options.invalidate_on_push: false",
        "approvals stay whatever is pushed after them, as there (`copyCondition: changekind:REWORK`); `changekind:TRIVIAL_REBASE` keeps them over proven rebases only",
      );
    const labels = [...draft.labels];
    draft.labels.clear();
    draft.labels.set(BUTTON_LABEL, {
      values: new Map([
        [-1, "Changes requested"],
        [0, "No score"],
        [1, "Approved"],
      ]),
      copyCondition: group === undefined || copy === "changekind:REWORK" ? copy : `${copy} OR is:MIN`,
    });
    for (const [name, label] of labels) draft.labels.set(name, label);
    const voters = [...approvers, ...(group === undefined ? [] : [group])];
    grants.set(`label-${BUTTON_LABEL}`, new Map(voters.map((voter) => [voter, "-1..+1"])));
  }
  for (const [label, voter] of own) grants.set(`label-${label}`, new Map([[voter, "0..+1"]]));
  if (grants.size > 0) draft.access.push({ branch: "*", exclusive: [], grants });
}

/** Longer or deeper than an expression may be: then nothing passes until somebody has split it. */
function refuseUnreadable(draft: Draft, report: Report): void {
  const names = {
    labels: [...draft.labels].map(([name, { values }]) => ({
      name,
      min: Math.min(...values.keys()),
      max: Math.max(...values.keys()),
      computed: false,
    })),
    groups: [...draft.groups.keys()],
    checks: [...draft.checks.keys()],
  };
  for (const [name, requirement] of draft.requirements)
    for (const part of ["applicableIf", "submittableIf"] as const) {
      const text = requirement[part];
      const read = text === undefined ? undefined : readStrictly(text, names);
      if (read === undefined || read.ok) continue;
      const [problem] = read.problem;
      report.leftOut(
        0,
        `requirement ${name}`,
        `its ${part} cannot be written: ${problem?.message ?? "it cannot be read"}; until it is written anew nothing passes (\`is:false\`)`,
      );
      draft.requirements.set(name, {
        ...(requirement.description === undefined ? {} : { description: requirement.description }),
        submittableIf: "is:false",
      });
      break;
    }
}

/** What holds for every file. */
function tellDifferences({ report, copies, own, defaults }: RuleReading): void {
  if (copies.length + own.size === 0) return;
  const comments = valueIn(valueIn(defaults, "methods"), "comments");
  if (comments === undefined)
    report.changed(
      0,
      "options.methods.comments, by default :+1: and 👍",
      "a comment approves nothing, since others can edit it and quoting one would approve: Approve in a review does",
    );
  report.changed(
    0,
    "approvals",
    "of one person the newest word counts: Request changes takes an own Approve back, a dismissed or edited review counts for nothing and no older one revives, two accounts of one person are one",
  );
  report.changed(
    0,
    "contributors",
    "whoever opened, pushed, wrote, committed or co-wrote any patch set is one, also by a merge's second parent or a suggestion; a proven clean rebase or merge of the target makes nobody one",
  );
  report.changed(0, "status", "drafts wait, and a change in a stack waits for those below it");
}
