// The `jobs` of a workflow file: steps, conditions and the matrix, expanded to the jobs that will run.
import { checkExpressions, interpolate, WorkflowError } from "./expressions.ts";
import { type Condition, type JobPlan, type Step } from "./workflow.ts";
import {
  type Fields,
  readBoolean,
  readEnv,
  readFields,
  readList,
  readMapping,
  readScalar,
  readStrings,
  readText,
} from "./yaml-reader.ts";

const JOB = [
  "name",
  "needs",
  "if",
  "env",
  "timeout-minutes",
  "steps",
  "runs-on",
  "strategy",
  "permissions",
  "defaults",
];
const STEP = [
  "name",
  "id",
  "run",
  "env",
  "working-directory",
  "shell",
  "uses",
  "with",
  "if",
  "continue-on-error",
  "timeout-minutes",
];
/** At most as many jobs as GitHub lets a matrix make. */
const MATRIX_LIMIT = 256;

type Combination = ReadonlyMap<string, string>;
interface Defaults {
  readonly shell?: string;
  readonly workingDirectory?: string;
}

/** All jobs in file order, a matrix job once per combination. Throws `WorkflowError`. */
export function readJobs(value: unknown, defaults: unknown): readonly JobPlan[] {
  const jobs = [...readMapping(value, "jobs")];
  const top = readDefaults(defaults, {}, "defaults");
  const plans = jobs.flatMap(([id, body]) => readJob(id, body, top));
  if (plans.length === 0) throw new WorkflowError("The workflow has no jobs");
  checkNeeds(plans);
  return plans;
}

function readJob(id: string, value: unknown, top: Defaults): readonly JobPlan[] {
  const where = `jobs.${id}`;
  const fields = readFields(value, where, JOB);
  const defaults = readDefaults(fields.get("defaults"), top, `${where}.defaults`);
  const steps = readList(fields.get("steps"), `${where}.steps`).map((step, n) =>
    readStep(step, `${where}.steps[${n}]`, defaults),
  );
  const minutes = fields.get("timeout-minutes");
  if (minutes !== undefined && (typeof minutes !== "number" || minutes <= 0)) {
    throw new WorkflowError(`${where}.timeout-minutes must be a number above 0`);
  }
  const name = readText(fields.get("name"), `${where}.name`);
  if (name !== undefined) checkExpressions(name);
  const condition = readCondition(fields.get("if"), `${where}.if`);
  const env = readEnv(fields.get("env"), `${where}.env`);
  const needs = readStrings(fields.get("needs"), `${where}.needs`) ?? [];
  return combinations(fields.get("strategy"), `${where}.strategy`).map((matrix) => ({
    id,
    name: jobName(id, name, matrix),
    needs,
    condition,
    env,
    matrix,
    ...(typeof minutes === "number" ? { timeoutMinutes: minutes } : {}),
    steps,
  }));
}

/** `unit` with node 20 is `unit (20)`; a name that looks the matrix up itself is taken as it is. */
function jobName(id: string, name: string | undefined, matrix: Combination): string {
  const context = new Map([...matrix].map(([key, value]): [string, string] => [`matrix.${key}`, value]));
  if (name?.includes("matrix.") === true) return interpolate(name, context);
  const values = [...matrix.values()].join(", ");
  return values === "" ? (name ?? id) : `${name ?? id} (${values})`;
}

function combinations(strategy: unknown, where: string): readonly Combination[] {
  if (strategy === undefined) return [new Map()];
  const fields = readFields(strategy, where, ["matrix", "fail-fast", "max-parallel"]);
  if (fields.get("matrix") === undefined) return [new Map()];
  const matrix = readMapping(fields.get("matrix"), `${where}.matrix`);
  let found: Combination[] = [new Map()];
  for (const [key, value] of matrix) {
    if (key === "include" || key === "exclude") continue;
    const values = readList(value, `${where}.matrix.${key}`).map((item) => readScalar(item, `${where}.matrix.${key}`));
    found = found.flatMap((so) => values.map((item) => new Map([...so, [key, item]])));
  }
  for (const entry of readEntries(matrix.get("exclude"), `${where}.matrix.exclude`)) {
    found = found.filter((one) => ![...entry].every(([key, value]) => one.get(key) === value));
  }
  found = include(found, readEntries(matrix.get("include"), `${where}.matrix.include`), [...matrix.keys()]);
  if (found.length > MATRIX_LIMIT)
    throw new WorkflowError(`${where}.matrix makes ${found.length} jobs, more than ${MATRIX_LIMIT}`);
  return found;
}

/** An entry extends each combination whose matrix values it does not contradict; if none, it is a job of its own. */
function include(
  found: readonly Combination[],
  entries: readonly Combination[],
  keys: readonly string[],
): Combination[] {
  const bare = found.length === 1 && found[0]?.size === 0;
  let combined = bare && entries.length > 0 ? [] : [...found];
  for (const entry of entries) {
    const fits = (one: Combination): boolean =>
      keys.every((key) => !entry.has(key) || !one.has(key) || entry.get(key) === one.get(key));
    if (!bare && found.some(fits)) combined = combined.map((one) => (fits(one) ? new Map([...one, ...entry]) : one));
    else combined.push(entry);
  }
  return combined;
}

function readEntries(value: unknown, where: string): readonly Combination[] {
  if (value === undefined) return [];
  return readList(value, where).map(
    (entry) =>
      new Map([...readMapping(entry, where)].map(([key, item]): [string, string] => [key, readScalar(item, where)])),
  );
}

function readStep(value: unknown, where: string, defaults: Defaults): Step {
  const fields = readFields(value, where, STEP);
  const run = readText(fields.get("run"), `${where}.run`);
  const uses = readText(fields.get("uses"), `${where}.uses`);
  if ((run === undefined) === (uses === undefined)) throw new WorkflowError(`${where} needs either run or uses`);
  const workingDirectory =
    readText(fields.get("working-directory"), `${where}.working-directory`) ?? defaults.workingDirectory;
  const common = {
    condition: readCondition(fields.get("if"), `${where}.if`),
    continueOnError: readBoolean(fields.get("continue-on-error"), `${where}.continue-on-error`),
    env: readEnv(fields.get("env"), `${where}.env`),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
  };
  const name = readText(fields.get("name"), `${where}.name`);
  if (run !== undefined) {
    checkExpressions(run);
    const shell = readShell(readText(fields.get("shell"), `${where}.shell`) ?? defaults.shell, where);
    return {
      name: name ?? `Run ${run.trim().split("\n")[0] ?? ""}`,
      action: { kind: "run", script: run, shell },
      ...common,
    };
  }
  checkUses(uses ?? "", fields, where);
  return { name: name ?? `Run ${uses ?? ""}`, action: { kind: "nothing" }, ...common };
}

function readShell(shell: string | undefined, where: string): "bash" | "sh" {
  if (shell === undefined || shell === "bash") return "bash";
  if (shell === "sh") return "sh";
  throw new WorkflowError(`${where}.shell is "${shell}"; this forge runs bash and sh`);
}

/** The tested commit is in the workspace before the first step, so these two need do nothing. */
function checkUses(uses: string, fields: Fields, where: string): void {
  const action = uses.split("@")[0];
  if (action !== "actions/checkout" && action !== "actions/setup-node") {
    throw new WorkflowError(`${where} uses "${uses}"; this forge knows actions/checkout and actions/setup-node only`);
  }
  const options = fields.get("with");
  if (options === undefined || action === "actions/setup-node") return;
  readFields(options, `${where}.with`, ["fetch-depth", "persist-credentials", "fetch-tags", "clean", "show-progress"]);
}

function readCondition(value: unknown, where: string): Condition {
  if (value === undefined) return "success";
  const text = readScalar(value, where)
    .replace(/^\$\{\{(.*)\}\}$/s, "$1")
    .trim();
  switch (text) {
    case "true":
    case "success()":
      return "success";
    case "always()":
    case "!cancelled()":
      return "always";
    case "failure()":
      return "failure";
    case "false":
      return "never";
  }
  throw new WorkflowError(
    `${where} is "${text}"; this forge evaluates true, false, always(), success() and failure() only`,
  );
}

function readDefaults(value: unknown, above: Defaults, where: string): Defaults {
  if (value === undefined) return above;
  const run = readFields(readFields(value, where, ["run"]).get("run"), `${where}.run`, ["shell", "working-directory"]);
  const shell = readText(run.get("shell"), `${where}.run.shell`) ?? above.shell;
  const workingDirectory =
    readText(run.get("working-directory"), `${where}.run.working-directory`) ?? above.workingDirectory;
  return { ...(shell === undefined ? {} : { shell }), ...(workingDirectory === undefined ? {} : { workingDirectory }) };
}

/** Names a job that needs itself, directly or round a circle, or one that is not there. */
function checkNeeds(plans: readonly JobPlan[]): void {
  const needs = new Map(plans.map((plan) => [plan.id, plan.needs]));
  for (const plan of plans) {
    for (const needed of plan.needs) {
      if (!needs.has(needed))
        throw new WorkflowError(`jobs.${plan.id} needs "${needed}", which is not a job of this workflow`);
    }
    const seen = new Set<string>();
    const open = [...plan.needs];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === plan.id) throw new WorkflowError(`jobs.${plan.id} needs itself, directly or through other jobs`);
      if (!seen.has(id)) open.push(...(needs.get(id) ?? []));
      seen.add(id);
    }
  }
}
