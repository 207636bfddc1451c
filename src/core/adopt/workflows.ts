/**
 * What a workflow file says of itself: when it runs, and which jobs it has. Read leniently, because people's files are
 * theirs: what is not understood is left out, and a file that is no YAML says so.
 * Source: GitHub, "Workflow syntax", "Filter pattern cheat sheet".
 */
import { parseDocument } from "yaml";
import { fail, ok, type Result } from "../result.ts";
import { type WorkflowText } from "./facts.ts";

export interface Workflow {
  readonly path: string;
  readonly name: string;
  /** By event; an event without filters has an empty trigger. */
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly jobs: readonly WorkflowJob[];
  readonly disabled: boolean;
}

export interface Trigger {
  readonly branches?: readonly string[];
  readonly branchesIgnore?: readonly string[];
  readonly tags?: readonly string[];
  readonly tagsIgnore?: readonly string[];
  /** `paths` or `paths-ignore`: it does not run for every change. */
  readonly byPath: boolean;
}

export interface WorkflowJob {
  readonly id: string;
  /** As the forge shows it, `*` for what an expression fills in; a matrix adds ` (*)`. */
  readonly pattern: string;
  /** It has an `if`: it may be skipped. */
  readonly conditional: boolean;
  /** Why it looks as if it acted on the outside: `environment: production`, `npm publish`. */
  readonly acts?: string;
}

const LARGEST_CHARACTERS = 262_144;

export function readWorkflow({ path, text, disabled = false }: WorkflowText): Result<Workflow, string> {
  if (text.length > LARGEST_CHARACTERS) return fail("it is larger than 256 KiB");
  const document = parseDocument(text, { logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) return fail(`it is not valid YAML: ${error.message.split("\n")[0] ?? error.code}`);
  const raw: unknown = document.toJS({ maxAliasCount: 100 });
  const name = field(raw, "name");
  return ok({
    path,
    name: typeof name === "string" ? name : path,
    triggers: triggersOf(field(raw, "on")),
    jobs: entries(field(raw, "jobs")).map(([id, job]) => jobOf(id, job)),
    disabled,
  });
}

/** Whether a push of this branch, to any files, starts it. */
export function runsOnPush({ triggers, disabled }: Workflow, branch: string): boolean {
  const push = triggers.get("push");
  return !disabled && push !== undefined && admits(push, branch);
}

/** Whether a pull request onto this branch starts it. */
export function runsOnPullRequest({ triggers, disabled }: Workflow, base: string): boolean {
  const pull = triggers.get("pull_request");
  return !disabled && pull !== undefined && admits(pull, base);
}

/** Runs on whatever branch is pushed: no branch filter, and not for tags alone. */
export function isUnfiltered({ branches, branchesIgnore, tags, tagsIgnore }: Trigger): boolean {
  if (branches !== undefined) return branches.some((pattern) => pattern === "**" || pattern === "**/**");
  if (branchesIgnore !== undefined) return false;
  return tags === undefined && tagsIgnore === undefined;
}

function admits(trigger: Trigger, branch: string): boolean {
  const { branches, branchesIgnore, tags, tagsIgnore } = trigger;
  if (branches !== undefined) return filtered(branches, branch);
  if (branchesIgnore !== undefined) return !branchesIgnore.some((pattern) => matchesFilter(pattern, branch));
  return tags === undefined && tagsIgnore === undefined;
}

/** The last pattern that matches decides; `!` takes out. */
function filtered(patterns: readonly string[], branch: string): boolean {
  let admitted = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith("!");
    if (matchesFilter(negative ? pattern.slice(1) : pattern, branch)) admitted = !negative;
  }
  return admitted;
}

/** `*` stops at a slash, `**` does not; `?` and `+` stand behind what they repeat; `[…]` is one character. */
export function matchesFilter(pattern: string, name: string): boolean {
  const parts = pattern.split(/(\*\*|\*|\[[^\]]*\]|\?|\+)/).filter((part) => part !== "");
  const source = parts.map((part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?" || part === "+") return part;
    if (part.startsWith("[")) return part.replaceAll("\\", "\\\\");
    return part.replaceAll(/[.^${}()|\\/]/g, "\\$&");
  });
  try {
    return new RegExp(`^${source.join("")}$`).test(name);
  } catch {
    return pattern === name;
  }
}

function triggersOf(on: unknown): ReadonlyMap<string, Trigger> {
  if (typeof on === "string") return new Map([[on, { byPath: false }]]);
  if (Array.isArray(on)) return new Map(on.map((event): [string, Trigger] => [String(event), { byPath: false }]));
  return new Map(entries(on).map(([event, filters]): [string, Trigger] => [event, triggerOf(filters)]));
}

function triggerOf(raw: unknown): Trigger {
  const list = (key: string): readonly string[] | undefined => {
    const value = field(raw, key);
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.map(String) : undefined;
  };
  const [branches, branchesIgnore] = [list("branches"), list("branches-ignore")];
  const [tags, tagsIgnore] = [list("tags"), list("tags-ignore")];
  return {
    ...(branches === undefined ? {} : { branches }),
    ...(branchesIgnore === undefined ? {} : { branchesIgnore }),
    ...(tags === undefined ? {} : { tags }),
    ...(tagsIgnore === undefined ? {} : { tagsIgnore }),
    byPath: list("paths") !== undefined || list("paths-ignore") !== undefined,
  };
}

function jobOf(id: string, raw: unknown): WorkflowJob {
  const given = field(raw, "name");
  const base = (typeof given === "string" ? given : id).replaceAll(/\$\{\{.*?\}\}/gs, "*").trim();
  // GitHub adds the matrix to the name unless the name uses it already.
  const matrix = field(field(raw, "strategy"), "matrix") !== undefined && !base.includes("*");
  const called = field(raw, "uses") !== undefined;
  const acts = actsOf(raw);
  return {
    id,
    pattern: `${base}${matrix ? " (*)" : ""}${called ? " / *" : ""}`,
    conditional: field(raw, "if") !== undefined,
    ...(acts === undefined ? {} : { acts }),
  };
}

const ACTS =
  /\b(?:deploy\w*|publish\w*|release\w*|upload-pages|(?:docker|helm|git|cargo) push|terraform apply|kubectl)\b/i;

function actsOf(raw: unknown): string | undefined {
  const environment = field(raw, "environment");
  const place = typeof environment === "string" ? environment : field(environment, "name");
  if (place !== undefined) return `environment: ${String(place)}`;
  const steps = field(raw, "steps");
  for (const step of Array.isArray(steps) ? steps : []) {
    for (const key of ["uses", "run", "name"]) {
      const text = field(step, key);
      const found = typeof text === "string" ? ACTS.exec(text)?.[0] : undefined;
      if (found !== undefined) return `${key}: ${found}`;
    }
  }
  return undefined;
}

function field(raw: unknown, key: string): unknown {
  if (typeof raw !== "object" || raw === null || !Object.hasOwn(raw, key)) return undefined;
  const value: unknown = Reflect.get(raw, key);
  return value;
}

function entries(raw: unknown): readonly (readonly [string, unknown])[] {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? Object.entries(raw) : [];
}
