/**
 * Which of a project's own jobs and results are its style, unit and integration checks (RULINGS 23): a proposal, by
 * names alone, for a person to read before it is written. Jobs of a matrix are folded into one pattern, `test (*)`.
 */
import { matchesGlob } from "../policy/glob.ts";
import { type SeenJob, type SeenResult } from "./facts.ts";
import { type Workflow, type WorkflowJob } from "./workflows.ts";

export type CheckName = "style" | "unit" | "integration";
export const CHECK_NAMES = ["style", "unit", "integration"] as const;

/** One producer of results, as the policy names it. */
export type Source =
  | {
      readonly kind: "job";
      readonly pattern: string;
      readonly workflow: string;
      /** Path filters or an `if`: it is not there, or skipped, for some changes. */
      readonly sometimes: boolean;
    }
  | {
      readonly kind: "check-run" | "status";
      readonly pattern: string;
      readonly app: { readonly id: number; readonly slug: string };
    };

export interface Mapping {
  /** By the policy's name: those three, or the project's own. */
  readonly checks: Readonly<Record<string, readonly Source[]>>;
  /** Seen and not proposed, with the reason. */
  readonly leftOut: readonly { readonly what: string; readonly why: string }[];
}

/** `seen` may be empty where nothing ran yet: the files then speak alone. */
export function proposeMapping(
  workflows: readonly Workflow[],
  seen: readonly SeenJob[],
  results: readonly SeenResult[],
): Mapping {
  const checks: Record<CheckName, Source[]> = { style: [], unit: [], integration: [] };
  const leftOut: { what: string; why: string }[] = [];
  for (const source of [...jobSources(workflows, seen, leftOut), ...resultSources(results)]) {
    const reason = source.kind === "job" ? undefined : notOurs(source);
    const words = source.kind === "job" ? `${source.pattern} ${baseName(source.workflow)}` : source.pattern;
    const name = reason === undefined ? classify(source.pattern, words) : undefined;
    if (name !== undefined) checks[name].push(source);
    else leftOut.push({ what: source.pattern, why: reason ?? "its name says nothing of a check" });
  }
  return { checks, leftOut };
}

/** The same under the project's own names, for a preset that takes any: `test (*)` is `test`, `build / unit` is `build-unit`. */
export function byOwnNames({ checks, leftOut }: Mapping): Mapping {
  const named: Record<string, Source[]> = {};
  for (const source of Object.values(checks).flat()) {
    const words = source.pattern.replace(/ \(.*\)$/, "").match(/[A-Za-z0-9]+/g) ?? [];
    const text = words.join("-");
    const name = /^[A-Za-z]/.test(text) ? text : `check-${text}`;
    named[name] = [...(named[name] ?? []), source];
  }
  return { checks: named, leftOut };
}

type LeftOut = { what: string; why: string }[];

function jobSources(workflows: readonly Workflow[], seen: readonly SeenJob[], leftOut: LeftOut): readonly Source[] {
  return workflows.flatMap((workflow) => {
    if (workflow.disabled) {
      leftOut.push({ what: workflow.path, why: "the workflow is switched off" });
      return [];
    }
    const trigger = workflow.triggers.get("pull_request") ?? workflow.triggers.get("push");
    if (trigger === undefined) {
      leftOut.push({ what: workflow.path, why: "it runs neither on pull requests nor on pushes" });
      return [];
    }
    const own = seen.filter((job) => job.workflow === workflow.path && ["push", "pull_request"].includes(job.event));
    return patternsOf(workflow.jobs, own).flatMap(({ pattern, job }): readonly Source[] => {
      if (job?.acts !== undefined || ACTING.test(pattern)) {
        leftOut.push({ what: pattern, why: `it acts on the outside (${job?.acts ?? "by its name"})` });
        return [];
      }
      const skipped = own.some((one) => one.conclusion === "skipped" && matchesGlob(pattern, one.name));
      const sometimes = trigger.byPath || job?.conditional === true || skipped;
      return [{ kind: "job", pattern, workflow: workflow.path, sometimes }];
    });
  });
}

interface Pattern {
  readonly pattern: string;
  readonly job?: WorkflowJob;
}

/** The jobs of the file, as they were seen to be called; what was seen and no file explains is folded by itself. */
function patternsOf(jobs: readonly WorkflowJob[], seen: readonly SeenJob[]): readonly Pattern[] {
  const names = [...new Set(seen.map(({ name }) => name))];
  const ofFile = jobs.map((job): Pattern => ({ pattern: job.pattern, job }));
  const unexplained = names.filter((name) => !jobs.some(({ pattern }) => matchesGlob(pattern, name)));
  return [...ofFile, ...foldNames(unexplained).map((pattern) => ({ pattern }))];
}

/** `test (18)`, `test (20, ubuntu)` → `test (*)`; one name alone stays as it is. */
export function foldNames(names: readonly string[]): readonly string[] {
  const byStem = new Map<string, string[]>();
  for (const name of names) {
    const stem = /^(.+?) \([^()]*\)$/.exec(name)?.[1];
    const key = stem === undefined ? name : `${stem} (*)`;
    byStem.set(key, [...(byStem.get(key) ?? []), name]);
  }
  return [...byStem].map(([pattern, folded]) => (folded.length === 1 ? (folded[0] ?? pattern) : pattern));
}

function resultSources(results: readonly SeenResult[]): readonly Exclude<Source, { kind: "job" }>[] {
  const groups = new Map<string, SeenResult[]>();
  for (const result of results) {
    const key = `${result.kind} ${result.app.id}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].flatMap((group) =>
    foldNames([...new Set(group.map(({ name }) => name))]).flatMap((pattern) =>
      group.slice(0, 1).map(({ kind, app }) => ({ kind, pattern, app })),
    ),
  );
}

/** Ours are verdicts, not checks: a gate that waited for itself would never open. */
function notOurs({ pattern }: { readonly pattern: string }): string | undefined {
  return /^plustwo(?:\/|$)/.test(pattern) ? "it is plustwo's own" : undefined;
}

const ACTING = /\b(?:deploy\w*|publish\w*|release\w*|stale|labell?er|triage|welcome|greet\w*|auto-?merge|nightly)\b/i;
const STYLE =
  /\b(?:lint\w*|style|format\w*|fmt|prettier|eslint|ruff|black|flake8|pep8|pycodestyle|clippy|rustfmt|gofmt|vet|golangci\S*|typ(?:e|es|ing)|type-?check\w*|typecheck|mypy|pyright|tsc|spell\w*|checkstyle|pre-?commit|docs?|licen[cs]e|commitlint|shellcheck|actionlint|hadolint|codeql|analy[sz]e)\b/i;
const INTEGRATION =
  /\b(?:integration\w*|integ|e2e|end-?to-?end|functional\w*|acceptance|system|smoke|browser\w*|cypress|playwright|selenium|tempest|grenade|devstack|docker\w*|compose|scenario\w*|conformance|kind|helm|upgrade)\b/i;
const UNIT =
  /\b(?:unit\w*|tests?|testing|pytest|tox|py\d+|jest|vitest|mocha|cargo|go|node|build\w*|compile\w*|check\w*|ci|spec|rspec|coverage|codecov\S*|verify)\b/i;

/** The job's own name says more than its workflow's. */
function classify(name: string, withWorkflow: string): CheckName | undefined {
  for (const text of [name, withWorkflow]) {
    const words = text.replaceAll(/[_/.]/g, " ");
    if (STYLE.test(words)) return "style";
    if (INTEGRATION.test(words)) return "integration";
    if (UNIT.test(words)) return "unit";
  }
  return undefined;
}

function baseName(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
}
