/**
 * The two fences (RULINGS 8) and what the App may do (RULINGS 9), as data: what `init` prints, `doctor` compares with and
 * `leave` looks for. R1: the target moves only by the App. R2: only to what the gate has verified, and nobody goes round it.
 */
import { type BypassFacts, type RulesetFacts } from "./facts.ts";

/** The context of R2; posted only on a commit that the gate has tested. */
export const GATE_CONTEXT = "plustwo/gate";
/** The verdict on a pull request. Never required: it is green before the gate has tested anything. */
export const VERDICT_CONTEXT = "plustwo";

const R1_NAME = "R1: changes land through the gate";
const R2_NAME = "R2: only what the gate has verified";

/** Body of `POST /repos/{owner}/{repo}/rulesets`. */
export interface RulesetBody {
  readonly name: string;
  readonly target: "branch";
  readonly enforcement: "active";
  readonly conditions: {
    readonly ref_name: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  };
  readonly bypass_actors: readonly {
    readonly actor_id: number | string;
    readonly actor_type: "Integration";
    readonly bypass_mode: "always";
  }[];
  readonly rules: readonly { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> }[];
}

/** `appId` may be a placeholder such as `APP_ID` while the App is not known. */
export function rulesetBodies(appId: number | string, include = "~DEFAULT_BRANCH"): readonly RulesetBody[] {
  const common = {
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: [include], exclude: [] } },
  } as const;
  return [
    {
      name: R1_NAME,
      ...common,
      bypass_actors: [{ actor_id: appId, actor_type: "Integration", bypass_mode: "always" }],
      rules: [
        { type: "deletion" },
        { type: "non_fast_forward" },
        { type: "update" },
        {
          type: "pull_request",
          parameters: {
            required_approving_review_count: 2,
            dismiss_stale_reviews_on_push: false,
            require_code_owner_review: false,
            require_last_push_approval: false,
            required_review_thread_resolution: false,
          },
        },
      ],
    },
    {
      name: R2_NAME,
      ...common,
      bypass_actors: [],
      rules: [
        {
          type: "required_status_checks",
          parameters: {
            strict_required_status_checks_policy: false,
            do_not_enforce_on_create: false,
            required_status_checks: [{ context: GATE_CONTEXT, integration_id: appId }],
          },
        },
      ],
    },
  ];
}

export const RULESET_CLICKS: readonly string[] = [
  "Settings → Rules → Rulesets → New branch ruleset, twice; target: Include default branch; enforcement: Active",
  `"${R1_NAME}": bypass list: the App, Always. Rules: Restrict updates; Restrict deletions; Block force pushes; Require a pull request, 2 approvals, everything else off`,
  `"${R2_NAME}": bypass list: nobody. Rules: Require status checks: ${GATE_CONTEXT}, source: the App (not "any source"); up to date: off`,
];

/** RULINGS 9. No administration, no secrets. */
export const APP_PERMISSIONS: Readonly<Record<string, "read" | "write">> = {
  metadata: "read",
  contents: "write",
  pull_requests: "write",
  checks: "write",
  actions: "write",
  workflows: "write",
  statuses: "read",
  members: "read",
};

/** Each only wakes the service; a lost one costs time until the next sweep. */
export const APP_EVENTS: readonly string[] = [
  "check_run",
  "issue_comment",
  "membership",
  "pull_request",
  "pull_request_review",
  "push",
  "repository",
  "status",
  "workflow_job",
  "workflow_run",
];

/** A ruleset that only makes sense with plustwo: by its name or by what it requires. */
export function isOurs({ name, rules }: Pick<RulesetFacts, "name" | "rules">): boolean {
  return name === R1_NAME || name === R2_NAME || rules.some(({ checks }) => requires(checks, GATE_CONTEXT));
}

export function requires(checks: RulesetFacts["rules"][number]["checks"], context: string): boolean {
  return checks?.some((check) => check.context === context) === true;
}

/** Keeps everybody but the App from moving the target. */
export function fencesUpdates({ rules }: Pick<RulesetFacts, "rules">): boolean {
  return rules.some(({ type }) => type === "update" || type === "pull_request");
}

export function letsThrough(bypass: readonly BypassFacts[], appId: number): boolean {
  return bypass.some(({ kind, id, mode }) => kind === "Integration" && id === appId && mode === "always");
}
