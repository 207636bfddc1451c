/** Rulesets R1 and R2, classic protection, and settings of the repository that fight the gate. */
import { type Policy } from "../policy/policy.ts";
import { type AppFacts, type OperationFacts, type RulesetFacts } from "./facts.ts";
import { unread, type Finding } from "./finding.ts";
import { fencesUpdates, GATE_CONTEXT, letsThrough, requires, VERDICT_CONTEXT } from "./rulesets.ts";

const PRINT = "`plustwo init --dry-run` prints both rulesets";

export function fenceFindings(facts: OperationFacts, policy: Policy | undefined): readonly Finding[] {
  return [...rulesetFindings(facts), ...protectionFindings(facts), ...strategyFindings(facts, policy)];
}

function rulesetFindings({ rulesets, app, target, repository }: OperationFacts): readonly Finding[] {
  if (!rulesets.known) return [unread("fence-rulesets-unread", `The rulesets of ${repository.fullName}`, rulesets)];
  const governing = rulesets.value.filter(({ governs }) => governs);
  const active = governing.filter(({ enforcement }) => enforcement === "active");
  const ours = app.known ? app.value : undefined;
  return [
    ...firstFence(active, ours, target),
    ...secondFence(governing, ours, target),
    ...active.flatMap((ruleset) => fightingRules(ruleset, ours)),
  ];
}

/** R1: nobody but the App moves the target. */
function firstFence(active: readonly RulesetFacts[], app: AppFacts | undefined, target: string): readonly Finding[] {
  const fences = active.filter(fencesUpdates);
  const strict = fences.filter(({ rules }) => rules.some(({ type }) => type === "update"));
  if (fences.length === 0)
    return [
      {
        id: "r1-missing",
        severity: "wrong",
        found: `No active ruleset keeps people from pushing to ${target} (R1)`,
        mend: `add it: ${PRINT}`,
      },
    ];
  const found: Finding[] = [];
  if (strict.length === 0)
    found.push({
      id: "r1-no-update-rule",
      severity: "warning",
      found: `The ruleset "${fences[0]?.name ?? ""}" asks for a pull request, but does not restrict updates of ${target}`,
      mend: `add "Restrict updates" to it: ${PRINT}`,
    });
  for (const ruleset of fences) found.push(...bypassOfFirst(ruleset, app, target));
  return found;
}

function bypassOfFirst({ name, bypass }: RulesetFacts, app: AppFacts | undefined, target: string): readonly Finding[] {
  if (!bypass.known) return [unread("r1-bypass-unread", `Who may bypass the ruleset "${name}"`, bypass)];
  const found: Finding[] = [];
  if (app !== undefined && !letsThrough(bypass.value, app.id))
    found.push({
      id: "r1-app-not-let-through",
      severity: "wrong",
      found: `The ruleset "${name}" does not let the App ${app.slug} through: the gate could not land anything on ${target}`,
      mend: `add the App to its bypass list, Always (actor_type Integration, actor_id ${app.id})`,
    });
  const others = bypass.value.filter(({ kind, id }) => kind !== "Integration" || (app !== undefined && id !== app.id));
  if (others.length > 0)
    found.push({
      id: "r1-bypass",
      severity: "warning",
      found: `The ruleset "${name}" also lets through: ${others.map(({ kind, id }) => `${kind}${id === undefined ? "" : ` ${id}`}`).join(", ")}`,
      mend: "take them off its bypass list; in need, `plustwo pause --break-glass` is the way",
    });
  return found;
}

/** R2: only what the gate has verified, for everybody. */
function secondFence(
  governing: readonly RulesetFacts[],
  app: AppFacts | undefined,
  target: string,
): readonly Finding[] {
  const requiring = governing.filter(({ rules }) => rules.some(({ checks }) => requires(checks, GATE_CONTEXT)));
  const active = requiring.filter(({ enforcement }) => enforcement === "active");
  const [first] = requiring;
  if (active.length === 0)
    return [
      {
        id: "r2-missing",
        severity: "wrong",
        found:
          first === undefined
            ? `No ruleset requires ${GATE_CONTEXT} on ${target} (R2)`
            : `The ruleset "${first.name}" requires ${GATE_CONTEXT}, but is ${first.enforcement === "evaluate" ? "only evaluated" : "disabled"}`,
        mend: first === undefined ? `add it: ${PRINT}` : "set its enforcement to Active",
      },
    ];
  return active.flatMap(({ name, rules, bypass }): readonly Finding[] => {
    const checks = rules.flatMap((rule) => rule.checks ?? []).filter(({ context }) => context === GATE_CONTEXT);
    const [pinned] = checks;
    const found: Finding[] = [];
    if (pinned?.appId === undefined)
      found.push({
        id: "r2-not-pinned",
        severity: "wrong",
        found: `The ruleset "${name}" accepts ${GATE_CONTEXT} from any source: any job with a token can post it`,
        mend: `pin it to the App (integration_id ${app?.id ?? "of the App"})`,
      });
    else if (app !== undefined && pinned.appId !== app.id)
      found.push({
        id: "r2-wrong-app",
        severity: "wrong",
        found: `The ruleset "${name}" expects ${GATE_CONTEXT} from the app ${pinned.appId}, and ours is ${app.slug}, ${app.id}`,
        mend: `pin it to ${app.id}`,
      });
    if (!bypass.known) found.push(unread("r2-bypass-unread", `Who may bypass the ruleset "${name}"`, bypass));
    else if (bypass.value.length > 0)
      found.push({
        id: "r2-bypass",
        severity: "warning",
        found: `The ruleset "${name}" can be bypassed by ${bypass.value.map(({ kind }) => kind).join(", ")}`,
        mend: "empty its bypass list; not even the App needs to be on it",
      });
    return found;
  });
}

function fightingRules({ name, from, rules }: RulesetFacts, app: AppFacts | undefined): readonly Finding[] {
  const where = from === "organization" ? " of the organization" : "";
  const found: Finding[] = [];
  for (const { type, checks, dismissStale, lastPushApproval } of rules) {
    if (type === "merge_queue")
      found.push({
        id: "fence-merge-queue",
        severity: "wrong",
        found: `The ruleset "${name}"${where} uses GitHub's merge queue: two queues cannot both decide what lands`,
        mend: "turn the merge queue off before plustwo lands changes",
      });
    if (requires(checks, VERDICT_CONTEXT))
      found.push({
        id: "fence-verdict-required",
        severity: "wrong",
        found: `The ruleset "${name}"${where} requires the check ${VERDICT_CONTEXT}: that is the verdict on the pull request, never on what lands`,
        mend: `require ${GATE_CONTEXT} of the App instead`,
      });
    const others = (checks ?? []).filter(({ context }) => ![GATE_CONTEXT, VERDICT_CONTEXT].includes(context));
    if (others.length > 0)
      found.push({
        id: "fence-other-checks",
        severity: "warning",
        found: `The ruleset "${name}"${where} also requires ${others.map(({ context }) => context).join(", ")}: each must pass on the gate's own commit, or GitHub refuses the landing`,
        mend: "map them in `checks` of the policy, and take them off the ruleset: R2 stands for them",
      });
    if (type === "required_signatures")
      found.push({
        id: "fence-signatures",
        severity: "warning",
        found: `The ruleset "${name}"${where} requires signed commits: merge commits made by git are unsigned, so only what GitHub signs can land`,
        mend: `take the rule off ${app === undefined ? "" : `or let the App ${app.slug} through `}until gate commits are made through the API`,
      });
    if (dismissStale === true || lastPushApproval === true)
      found.push({
        id: "fence-native-dismissal",
        severity: "note",
        found: `The ruleset "${name}"${where} ${dismissStale === true ? "dismisses stale approvals" : "asks for approval of the last push"}: GitHub then drops votes that plustwo keeps over a pure rebase`,
        mend: "turn it off; the policy's copy conditions say which votes stay",
      });
  }
  return found;
}

function protectionFindings({ protection, target }: OperationFacts): readonly Finding[] {
  if (!protection.known) return [unread("fence-protection-unread", `The classic protection of ${target}`, protection)];
  const { value } = protection;
  if (value === undefined) return [];
  const parts = [
    value.requiredChecks.length > 0 ? `required checks ${value.requiredChecks.join(", ")}` : "",
    value.requiredApprovals === undefined ? "" : `${value.requiredApprovals} approvals`,
    value.linearHistory ? "linear history" : "",
    value.signatures ? "signed commits" : "",
    value.restricted ? "restricted pushes" : "",
  ].filter((part) => part !== "");
  return [
    {
      id: "fence-classic-protection",
      severity: "wrong",
      found: `Classic branch protection stands on ${target} (${parts.join(", ") || "no details shown"}): the App has no way past it`,
      mend: "move it into rulesets, or delete it: Settings → Branches",
    },
  ];
}

function strategyFindings(
  { repository, rulesets, protection }: OperationFacts,
  policy: Policy | undefined,
): readonly Finding[] {
  const { merge, squash, rebase } = repository.mergeMethods;
  const found: Finding[] = [];
  const wanted = policy?.gate.strategy ?? "auto";
  const lands = wanted === "auto" ? (merge ? "merge-if-necessary" : squash ? "squash" : "rebase") : wanted;
  const linear =
    (rulesets.known &&
      rulesets.value.some(
        (one) =>
          one.governs &&
          one.enforcement === "active" &&
          one.rules.some(({ type }) => type === "required_linear_history"),
      )) ||
    (protection.known && protection.value?.linearHistory === true);
  if (linear && lands === "merge-if-necessary")
    found.push({
      id: "fence-linear-history",
      severity: "wrong",
      found: "Linear history is required, and the gate lands merge commits: GitHub refuses them",
      mend: "take that rule off, or set `pipelines.gate.strategy: rebase` (or squash) in the policy",
    });
  const allowed = { "merge-if-necessary": merge, squash, rebase }[lands];
  if (!allowed)
    found.push({
      id: "strategy-not-allowed",
      severity: "warning",
      found: `The policy lands by ${lands}, and the repository does not allow that method to people`,
      mend: "allow it in Settings → General → Pull Requests, or choose another `pipelines.gate.strategy`",
    });
  if (!merge && lands !== "merge-if-necessary")
    found.push({
      id: "strategy-rewrites",
      severity: "note",
      found: `The repository allows no merge commits, so changes land by ${lands}: what lands has the tested tree, not the reviewed commits`,
      mend: "to land exactly the reviewed commits, allow merge commits",
    });
  return found;
}
