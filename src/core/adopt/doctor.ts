/**
 * What is wrong with a repository's use of plustwo, as a pure function of what was gathered. In the modes observe and
 * advise the gate lands nothing, so what only an enforcing gate needs is a note there.
 */
import { loadPolicy } from "../policy/load.ts";
import { type Policy } from "../policy/policy.ts";
import { appFindings } from "./doctor-app.ts";
import { checkFindings } from "./doctor-checks.ts";
import { fenceFindings } from "./doctor-fences.ts";
import { peopleFindings } from "./doctor-people.ts";
import { type OperationFacts } from "./facts.ts";
import { unread, type Finding } from "./finding.ts";
import { POLICY_PATH, policyLayers } from "./policy-layers.ts";

/** Worst first, in a stable order. `presets` are texts by name. */
export function findings(facts: OperationFacts, presets: Readonly<Record<string, string>>): readonly Finding[] {
  const { policy, problems } = policyOf(facts, presets);
  const enforced = policy?.mode === "enforce";
  const all = [
    ...problems,
    ...(policy === undefined ? [] : modeFindings(policy)),
    ...repositoryFindings(facts),
    ...(policy === undefined ? [] : peopleFindings(facts, policy)),
    ...checkFindings(facts, policy),
    ...fenceFindings(facts, policy),
    ...appFindings(facts),
  ];
  const judged = all.map((finding) => (enforced || !ONLY_ENFORCED.test(finding.id) ? finding : asNote(finding)));
  return judged.toSorted((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
}

const ORDER: readonly Finding["severity"][] = ["wrong", "warning", "note"];

/** Matter only when the gate lands changes. */
const ONLY_ENFORCED = /^(?:r1|r2|fence|gate-ref)-/;

function asNote(finding: Finding): Finding {
  return { ...finding, severity: "note", mend: `before you enforce: ${finding.mend}` };
}

function policyOf(
  { policy, organisation = { known: true, value: undefined }, target, repository }: OperationFacts,
  presets: Readonly<Record<string, string>>,
): { readonly policy?: Policy; readonly problems: readonly Finding[] } {
  if (!policy.known) return { problems: [unread("policy-unread", `The policy on ${target}`, policy)] };
  if (!organisation.known)
    return { problems: [unread("organisation-unread", `The policy of ${repository.owner}`, organisation)] };
  const layers = policyLayers({
    ...{ owner: repository.owner, organisation: organisation.value, repository: policy.value },
  });
  if (layers.length === 0) {
    const found = `There is no .github/plustwo.yml on ${target}: plustwo does nothing here`;
    return {
      problems: [
        { id: "policy-missing", severity: "wrong", found, mend: "run `plustwo init` and commit what it writes" },
      ],
    };
  }
  const loaded = loadPolicy(layers, presets);
  if (loaded.ok) return { policy: loaded.value, problems: [] };
  return {
    problems: loaded.problem.map(({ path, line, column, message, hint }) => ({
      id: "policy-broken",
      severity: "wrong",
      found: `${path}:${line}:${column}${path === POLICY_PATH ? ` on ${target}` : ""}: ${message}`,
      mend: hint,
    })),
  };
}

function modeFindings({ mode }: Policy): readonly Finding[] {
  switch (mode) {
    case "observe":
    case "advise":
      return [
        {
          id: "mode-not-enforced",
          severity: "note",
          found:
            mode === "observe"
              ? "The mode is observe: plustwo shows a neutral check and lands nothing"
              : "The mode is advise: the check says what is missing, and plustwo lands nothing",
          mend: "when the notes below are done, set `mode: enforce` in .github/plustwo.yml",
        },
      ];
    case "enforce":
      return [];
  }
}

function repositoryFindings({ repository, plan }: OperationFacts): readonly Finding[] {
  const found: Finding[] = [];
  if (repository.archived)
    found.push({
      id: "repository-archived",
      severity: "wrong",
      found: `${repository.fullName} is archived: nothing can land in it`,
      mend: "unarchive it, or run `plustwo leave`",
    });
  if (repository.private && plan.known && plan.value === "free")
    found.push({
      id: "fence-private-free",
      severity: "wrong",
      found:
        "The repository is private on a free plan: GitHub enforces no rulesets there, so whoever may write can push round the gate",
      mend: "a paid plan or a public repository has the fences; without them the gate holds by agreement alone",
    });
  if (repository.private && !plan.known) found.push(unread("fence-plan-unread", "The owner's plan", plan));
  return found;
}
