// What a workflow of this forge is, after reading: triggers, jobs with their matrix expanded, steps.

export type EventName = "push" | "pull_request" | "workflow_dispatch";
export type Condition = "success" | "failure" | "always" | "never";

export interface PushTrigger {
  readonly branches?: readonly string[];
  readonly branchesIgnore?: readonly string[];
  readonly tags?: readonly string[];
  readonly paths?: readonly string[];
  readonly pathsIgnore?: readonly string[];
}
export interface PullRequestTrigger {
  readonly branches?: readonly string[];
  readonly branchesIgnore?: readonly string[];
  readonly paths?: readonly string[];
  readonly pathsIgnore?: readonly string[];
  readonly types: readonly string[];
}
export interface Triggers {
  readonly push?: PushTrigger;
  readonly pullRequest?: PullRequestTrigger;
  readonly workflowDispatch: boolean;
}
export interface Step {
  readonly name: string;
  readonly action:
    { readonly kind: "run"; readonly script: string; readonly shell: "bash" | "sh" } | { readonly kind: "nothing" };
  readonly condition: Condition;
  readonly continueOnError: boolean;
  readonly env: ReadonlyMap<string, string>;
  readonly workingDirectory?: string;
}
/** One job after its matrix was expanded. Several may share `id`; `name` is what the check run is called. */
export interface JobPlan {
  readonly id: string;
  readonly name: string;
  readonly needs: readonly string[];
  readonly condition: Condition;
  readonly env: ReadonlyMap<string, string>;
  readonly matrix: ReadonlyMap<string, string>;
  readonly timeoutMinutes?: number;
  readonly steps: readonly Step[];
}
export interface Workflow {
  readonly path: string;
  readonly name: string;
  readonly on: Triggers;
  readonly env: ReadonlyMap<string, string>;
  readonly concurrency?: { readonly group: string; readonly cancelInProgress: boolean };
  readonly jobs: readonly JobPlan[];
}
/** `on` is kept where it could be read, so that a broken file fails only on the events it asked for. */
export type ParsedWorkflow =
  | { readonly ok: true; readonly workflow: Workflow }
  | {
      readonly ok: false;
      readonly path: string;
      readonly name: string;
      readonly problem: string;
      readonly on?: Triggers;
    };
