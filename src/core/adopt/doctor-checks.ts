/** Whether the checks that the policy requires exist, run on the gate's branches, and are called what it calls them. */
import { unsafeWorkflows } from "../gate/branch-safety.ts";
import { matchesGlob } from "../policy/glob.ts";
import { type CheckEntry, type Policy, type Producer } from "../policy/policy.ts";
import { type OperationFacts, valueOr } from "./facts.ts";
import { nearest, unread, type Finding } from "./finding.ts";
import { isUnfiltered, readWorkflow, runsOnPullRequest, runsOnPush, type Workflow } from "./workflows.ts";

/** A slot of the gate; every workflow that runs there is part of the proof. */
const GATE_FILTER = "gate/**";

export function checkFindings(facts: OperationFacts, policy: Policy | undefined): readonly Finding[] {
  if (!facts.workflows.known) return [unread("workflows-unread", "The workflow files", facts.workflows)];
  const read = facts.workflows.value.map((file) => ({ path: file.path, workflow: readWorkflow(file) }));
  const workflows = read.flatMap(({ workflow }) => (workflow.ok ? [workflow.value] : []));
  const broken = read.flatMap(({ path, workflow }): readonly Finding[] =>
    workflow.ok
      ? []
      : [
          {
            id: "workflow-broken",
            severity: "warning",
            found: `${path} cannot be read: ${workflow.problem}`,
            mend: "correct the file",
          },
        ],
  );
  const unsafe = policy?.reviewBases === undefined ? [] : unsafeWorkflows(facts.workflows.value, "review-base/");
  return [
    ...broken,
    ...unsafe.map(({ path, why }): Finding => ({
      id: "review-base-unsafe",
      severity: "warning",
      found: `\`forks.reviewBases\` is on, and ${path} ${why}: no stack from a fork gets a base, since its code would run with the project's secrets`,
      mend: "give its events `branches:` that do not admit `review-base/**`, or set `forks: { reviewBases: off }`",
    })),
    ...(policy === undefined
      ? []
      : policy.checks.flatMap(({ name, entries }) =>
          entries.flatMap((entry) => sourceFindings(facts, workflows, { check: name, entry })),
        )),
    ...workflows.flatMap((workflow) => triggerFindings(facts, workflow, isRequired(workflow, policy))),
  ];
}

function isRequired({ path }: Workflow, policy: Policy | undefined): boolean {
  return policy?.checks.some(({ entries }) => entries.some(({ producer }) => comesFrom(producer, path))) === true;
}

function comesFrom(producer: Producer, path: string): boolean {
  return producer.kind === "actions" && producer.workflow === path;
}

interface Wanted {
  /** As the policy calls the check. */
  readonly check: string;
  readonly entry: CheckEntry;
}

function sourceFindings(facts: OperationFacts, workflows: readonly Workflow[], wanted: Wanted): readonly Finding[] {
  const { producer } = wanted.entry;
  switch (producer.kind) {
    case "actions":
      return actionsFindings(facts, workflows, { ...wanted, path: producer.workflow });
    case "app":
      return foreignFindings(facts, wanted, { kind: "check-run", ...producer.app });
    case "status":
      return foreignFindings(facts, wanted, { kind: "status", id: producer.by.id, slug: producer.by.login });
  }
}

function actionsFindings(
  facts: OperationFacts,
  workflows: readonly Workflow[],
  { check, entry, path }: Wanted & { readonly path: string },
): readonly Finding[] {
  const workflow = workflows.find((one) => one.path === path);
  if (workflow === undefined) {
    const meant = nearest(
      path,
      workflows.map((one) => one.path),
    );
    return [
      {
        id: "workflow-missing",
        severity: "wrong",
        found: `The check \`${check}\` comes from ${path}, and there is no such file on ${facts.target}${forEver(entry)}`,
        mend: meant === undefined ? "add the workflow, or correct `checks` in the policy" : `did you mean ${meant}?`,
      },
    ];
  }
  if (workflow.disabled)
    return [
      {
        id: "workflow-disabled",
        severity: "wrong",
        found: `${workflow.path} is switched off, and the check \`${check}\` comes from it${forEver(entry)}`,
        mend: "enable it under Actions",
      },
    ];
  return jobFindings(facts, workflow, { check, entry });
}

function forEver({ required }: CheckEntry): string {
  return required === "always" ? ": the gate would wait for ever" : "";
}

/** By the file and by what was seen: a name that neither knows was renamed or mistyped. */
function jobFindings(facts: OperationFacts, workflow: Workflow, { check, entry }: Wanted): readonly Finding[] {
  const seen = valueOr(facts.jobs, []).filter((job) => job.workflow === workflow.path);
  const names = [...seen.map(({ name }) => name), ...workflow.jobs.map(({ pattern }) => pattern)];
  const inFile = workflow.jobs.some(({ pattern }) => couldBe(pattern, entry.pattern));
  const was = seen.some(({ name }) => matchesGlob(entry.pattern, name));
  if (!inFile) {
    const meant = nearest(
      entry.pattern,
      names.filter((name) => name !== entry.pattern),
    );
    const gone = was ? " any more" : "";
    return [
      {
        id: "check-unknown-job",
        severity: "wrong",
        found: `The check \`${check}\` names the job \`${entry.pattern}\` of ${workflow.path}, which has no such job${gone}${forEver(entry)}`,
        mend:
          meant === undefined
            ? `its jobs are: ${workflow.jobs.map(({ pattern }) => pattern).join(", ") || "none"}`
            : `did you mean \`${meant}\`?`,
      },
    ];
  }
  if (!facts.jobs.known) return [unread("jobs-unread", "Recent runs", facts.jobs)];
  if (was || entry.required === "if-present") return [];
  return [
    {
      id: "check-never-seen",
      severity: "warning",
      found: `The job \`${entry.pattern}\` of ${workflow.path} (check \`${check}\`) was not seen on recent pull requests nor on a gate branch`,
      mend: "open a pull request and look whether it runs; until it does, the gate would wait for it",
    },
  ];
}

/** Two patterns that may name one job: either matches the other's text. */
function couldBe(one: string, other: string): boolean {
  return matchesGlob(one, other) || matchesGlob(other, one);
}

function foreignFindings(
  { results }: OperationFacts,
  { check, entry }: Wanted,
  producer: { readonly kind: "check-run" | "status"; readonly id: number; readonly slug: string },
): readonly Finding[] {
  if (!results.known) return [unread("results-unread", "Check runs and statuses of other apps", results)];
  const theirs = results.value.filter(({ kind, app }) => kind === producer.kind && app.id === producer.id);
  if (theirs.some(({ name }) => matchesGlob(entry.pattern, name))) return [];
  const meant = nearest(
    entry.pattern,
    theirs.map(({ name }) => name),
  );
  return [
    {
      id: "check-never-seen",
      severity: entry.required === "always" ? "wrong" : "warning",
      found: `The check \`${check}\` waits for \`${entry.pattern}\` of ${producer.slug}, which was never seen${forEver(entry)}`,
      mend:
        meant === undefined
          ? "correct `checks` in the policy, or let its producer report on gate branches too"
          : `did you mean \`${meant}\`?`,
    },
  ];
}

function triggerFindings(facts: OperationFacts, workflow: Workflow, required: boolean): readonly Finding[] {
  const { path, triggers } = workflow;
  if (workflow.disabled) return [];
  const found: Finding[] = [];
  if (required && !runsOnPush(workflow, `${GATE_FILTER.slice(0, -2)}${facts.target}/1`))
    found.push({
      id: "gate-ref-not-tested",
      severity: "wrong",
      found: `${path} does not run on the gate's branches, and checks of the policy come from it`,
      mend: `add under \`on:\` → \`push: { branches: ['${GATE_FILTER}'] }\`${triggers.has("push") ? " (beside the branches that are there)" : ""}`,
    });
  if (required && triggers.get("push")?.byPath === true)
    found.push({
      id: "gate-ref-by-path",
      severity: "warning",
      found: `${path} runs only for some paths: a change elsewhere gets no run, and the gate waits for it`,
      mend: "take the path filter off, or mark its checks `required: if-present`",
    });
  const pull = triggers.get("pull_request");
  if (required && pull !== undefined && !runsOnPullRequest(workflow, "change/main/I0000"))
    found.push({
      id: "pull-request-filtered",
      severity: "warning",
      found: `${path} runs only for pull requests onto some branches: an upper change of a stack is based on the one below it and gets no run`,
      mend: "take `branches` out of `pull_request:`",
    });
  found.push(...strayFindings(workflow).filter(({ severity }) => !required || severity === "wrong"));
  return found;
}

/** Would run, and perhaps deploy, on every gate branch although nobody asked it to. */
function strayFindings({ path, triggers, jobs }: Workflow): readonly Finding[] {
  const push = triggers.get("push");
  const events = [
    ...(push !== undefined && isUnfiltered(push) ? ["push"] : []),
    ...(triggers.has("create") ? ["create"] : []),
  ];
  const [event] = events;
  if (event === undefined) return [];
  const acts = jobs.find((job) => job.acts !== undefined);
  return [
    {
      id: "push-unfiltered",
      severity: acts === undefined ? "warning" : "wrong",
      found: `${path} runs on every \`${event}\`, gate branches included${acts === undefined ? "" : `, and its job \`${acts.id}\` acts on the outside (${acts.acts ?? ""})`}`,
      mend:
        event === "push"
          ? `give it \`branches:\`, or \`branches-ignore: ['${GATE_FILTER}']\``
          : `begin its jobs with \`if: ${"${{ !startsWith(github.ref, 'refs/heads/gate/') }}"}\``,
    },
  ];
}
