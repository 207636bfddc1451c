// Reads a workflow file as this forge understands it: a small documented subset of GitHub's syntax (local-forge/README.md).
// A key that would change what the workflow means and is not known here is a start-up failure with a sentence, never ignored.
import { parseDocument } from "yaml";
import { checkExpressions, WorkflowError } from "./expressions.ts";
import { readJobs } from "./workflow-jobs.ts";
import {
  type ParsedWorkflow,
  type PullRequestTrigger,
  type PushTrigger,
  type Triggers,
  type Workflow,
} from "./workflow.ts";
import { readBoolean, readEnv, readFields, readMapping, readStrings, readText } from "./yaml-reader.ts";

const TOP = ["name", "run-name", "on", "env", "permissions", "concurrency", "defaults", "jobs"];

/** Reads one `.github/workflows/*.yml`. Never throws: what is wrong is in `problem`. */
export function parseWorkflow(path: string, text: string): ParsedWorkflow {
  let on: Triggers | undefined;
  let name = path;
  try {
    const document = parseDocument(text);
    const broken = document.errors[0];
    if (broken !== undefined)
      throw new WorkflowError(`The file is not valid YAML: ${broken.message.split("\n")[0] ?? ""}`);
    const raw: unknown = document.toJS();
    const top = readMapping(raw, "the workflow");
    name = readText(top.get("name"), "name") ?? path;
    on = readTriggers(top.get("on"));
    const fields = readFields(raw, "the workflow", TOP);
    const concurrency = readConcurrency(fields.get("concurrency"));
    const workflow: Workflow = {
      path,
      name,
      on,
      env: readEnv(fields.get("env"), "env"),
      ...(concurrency === undefined ? {} : { concurrency }),
      jobs: readJobs(fields.get("jobs"), fields.get("defaults")),
    };
    return { ok: true, workflow };
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    return { ok: false, path, name, problem: error.message, ...(on === undefined ? {} : { on }) };
  }
}

function readTriggers(value: unknown): Triggers {
  const events =
    typeof value === "string" || Array.isArray(value)
      ? new Map((readStrings(value, "on") ?? []).map((event): [string, unknown] => [event, undefined]))
      : readMapping(value, "on");
  let push: PushTrigger | undefined;
  let pullRequest: PullRequestTrigger | undefined;
  let workflowDispatch = false;
  for (const [event, detail] of events) {
    if (event === "push") push = readPush(detail ?? {});
    else if (event === "pull_request") pullRequest = readPullRequest(detail ?? {});
    else if (event === "workflow_dispatch") workflowDispatch = true;
    // Other events (schedule, merge_group, …) never happen here, so a workflow may ask for them in vain.
  }
  return {
    ...(push === undefined ? {} : { push }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    workflowDispatch,
  };
}

function readPush(value: unknown): PushTrigger {
  const fields = readFields(value, "on.push", ["branches", "branches-ignore", "tags", "paths", "paths-ignore"]);
  const tags = readStrings(fields.get("tags"), "on.push.tags");
  return { ...readFilters(fields, "on.push"), ...(tags === undefined ? {} : { tags }) };
}

function readPullRequest(value: unknown): PullRequestTrigger {
  const fields = readFields(value, "on.pull_request", [
    "branches",
    "branches-ignore",
    "types",
    "paths",
    "paths-ignore",
  ]);
  const types = readStrings(fields.get("types"), "on.pull_request.types") ?? ["opened", "synchronize", "reopened"];
  return { ...readFilters(fields, "on.pull_request"), types };
}

function readFilters(fields: ReadonlyMap<string, unknown>, where: string): Omit<PushTrigger, "tags"> {
  const branches = readStrings(fields.get("branches"), `${where}.branches`);
  const branchesIgnore = readStrings(fields.get("branches-ignore"), `${where}.branches-ignore`);
  const paths = readStrings(fields.get("paths"), `${where}.paths`);
  const pathsIgnore = readStrings(fields.get("paths-ignore"), `${where}.paths-ignore`);
  if (branches !== undefined && branchesIgnore !== undefined) {
    throw new WorkflowError(`${where} has both branches and branches-ignore; GitHub accepts one of them`);
  }
  if (paths !== undefined && pathsIgnore !== undefined) {
    throw new WorkflowError(`${where} has both paths and paths-ignore; GitHub accepts one of them`);
  }
  return {
    ...(branches === undefined ? {} : { branches }),
    ...(branchesIgnore === undefined ? {} : { branchesIgnore }),
    ...(paths === undefined ? {} : { paths }),
    ...(pathsIgnore === undefined ? {} : { pathsIgnore }),
  };
}

function readConcurrency(value: unknown): { group: string; cancelInProgress: boolean } | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") {
    checkExpressions(value);
    return { group: value, cancelInProgress: false };
  }
  const fields = readFields(value, "concurrency", ["group", "cancel-in-progress"]);
  const group = readText(fields.get("group"), "concurrency.group");
  if (group === undefined) throw new WorkflowError("Concurrency needs a group");
  checkExpressions(group);
  return { group, cancelInProgress: readBoolean(fields.get("cancel-in-progress"), "concurrency.cancel-in-progress") };
}
