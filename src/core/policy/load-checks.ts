/**
 * Where a policy's checks come from: those the preset expects, each by default the job of its own name in the default workflow,
 * and those the repository names beside them. A check that no requirement would look at is refused, because it would guard nothing.
 */
import { userId } from "../ids.ts";
import { parseDuration } from "../time.ts";
import { atomsOf } from "./expression-tree.ts";
import { ALL_CHECKS, isTogether } from "./operators.ts";
import { locked, problemIn, type Parsed } from "./parse.ts";
import { GITHUB_ACTIONS, type CheckEntry, type CheckSource, type Policy, type Producer } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import type { CheckKeys, PresetPolicy, RepositoryPolicy } from "./schema.ts";

const DEFAULT_WORKFLOW = ".github/workflows/ci.yml";
const DEFAULT_WITHIN_MS = 300_000;

type File = Parsed<RepositoryPolicy>;
interface Preset {
  readonly name: string;
  readonly parsed: Parsed<PresetPolicy>;
}

export function mergeChecks(preset: Preset, files: readonly File[], problems: PolicyProblem[]): readonly CheckSource[] {
  const expected = expectedOf(preset);
  const given = new Map<string, { file: File; source: CheckSource }>();
  for (const file of files)
    for (const [name, keys] of Object.entries(file.keys.checks ?? {})) {
      const earlier = given.get(name);
      if (earlier !== undefined)
        problems.push(locked(file, ["checks", name], { what: `the check \`${name}\``, by: earlier.file.path }));
      if (isTogether(name))
        problems.push(
          problemIn(file, ["checks", name], {
            kind: "wrong-value",
            message: `\`${name}\` is not free as a check's name: it stands for the checks together`,
            hint: "choose another",
          }),
        );
      given.set(name, { file, source: { name, entries: readEntries(file, { name, keys }, problems) } });
    }
  const own = [...given.keys()].filter((name) => !expected.includes(name));
  const sources = [...expected, ...own].map(
    (name) => given.get(name)?.source ?? { name, entries: [entryOf(name, {})] },
  );
  problems.push(...nothingRequired(sources, preset, files));
  return sources;
}

/** Checks of the repository's own that no requirement looks at; without `check:ALL` only those named in an expression are. */
export function unguarded(
  rules: Pick<Policy, "labels" | "requirements">,
  preset: Preset,
  files: readonly File[],
): readonly PolicyProblem[] {
  const tests = [
    ...rules.labels.flatMap(({ computed }) => computed.flatMap(({ expression }) => atomsOf(expression))),
    ...rules.requirements.flatMap(({ submittableIf }) => atomsOf(submittableIf.expression)),
  ];
  const demanded = tests.flatMap((test) =>
    test.kind === "check" && test.conclusion === "success" ? [test.check] : [],
  );
  if (demanded.includes(ALL_CHECKS)) return [];
  return files.flatMap((file) =>
    Object.keys(file.keys.checks ?? {})
      .filter((name) => !demanded.includes(name))
      .map((name) =>
        problemIn(file, ["checks", name], {
          kind: "unknown-name",
          message: `no requirement of preset:${preset.name} uses a check \`${name}\`, so it would guard nothing`,
          hint: `its checks are: ${expectedOf(preset).join(", ")}`,
        }),
      ),
  );
}

function expectedOf({ parsed }: Preset): readonly string[] {
  const { checks } = parsed.keys.expects;
  return checks === "any" || checks === undefined ? [] : checks;
}

/** A commit on which nothing ran must never count as tested. */
function nothingRequired(
  sources: readonly CheckSource[],
  preset: Preset,
  files: readonly File[],
): readonly PolicyProblem[] {
  const last = files.at(-1);
  if (last === undefined || sources.some(({ entries }) => entries.some(({ required }) => required === "always")))
    return [];
  const wrong =
    sources.length === 0
      ? {
          kind: "missing-check" as const,
          message: `preset:${preset.name} takes the checks that a repository names, and no file names one`,
          hint: "add for example `checks: {test: {job: test}}`",
        }
      : {
          kind: "lint" as const,
          message: "every check is `required: if-present`, so a commit on which nothing ran would pass",
          hint: "let at least one be required always",
        };
  return [problemIn(last, ["checks"], wrong)];
}

function readEntries(
  file: File,
  { name, keys }: { readonly name: string; readonly keys: NonNullable<RepositoryPolicy["checks"]>[string] },
  problems: PolicyProblem[],
): readonly CheckEntry[] {
  if (!Array.isArray(keys)) {
    problems.push(...contradictions(file, ["checks", name], keys));
    return [entryOf(name, keys)];
  }
  return keys.map((entry, index) => {
    problems.push(...contradictions(file, ["checks", name, index], entry));
    return entryOf(name, entry);
  });
}

function entryOf(name: string, keys: CheckKeys): CheckEntry {
  return {
    pattern: keys.status ?? keys.job ?? name,
    producer: producerOf(keys),
    required: keys.required ?? "always",
    allow: keys.allow ?? [],
    withinMs: (keys.within === undefined ? undefined : parseDuration(keys.within)) ?? DEFAULT_WITHIN_MS,
  };
}

function producerOf({ status, by, app, workflow }: CheckKeys): Producer {
  if (status !== undefined && by !== undefined) return { kind: "status", by: { id: userId(by.id), login: by.login } };
  if (app !== undefined && app.id !== GITHUB_ACTIONS.id) return { kind: "app", app: { id: app.id, slug: app.slug } };
  return { kind: "actions", workflow: workflow ?? DEFAULT_WORKFLOW };
}

/** What the schema cannot say: keys that do not go together. */
function contradictions(
  file: File,
  path: readonly (string | number)[],
  { job, workflow, app, status, by }: CheckKeys,
): readonly PolicyProblem[] {
  const wrong = (key: string, message: string, hint: string) => [
    problemIn(file, [...path, key], { kind: "wrong-value", message, hint }),
  ];
  if (status !== undefined) {
    const other = Object.entries({ job, workflow, app }).find(([, value]) => value !== undefined)?.[0];
    if (other !== undefined)
      return wrong(other, `a commit status has no \`${other}\``, `remove \`${other}\`, or \`status\``);
    if (by === undefined)
      return wrong(
        "status",
        "it does not say whose status counts, and anybody with write access can set one",
        "add `by: {login, id}` of the account that sets it; look the id up at /users/<login>",
      );
    return [];
  }
  if (by !== undefined)
    return wrong("by", "`by` names who sets a commit status, and no `status` is named", "add `status`, or remove `by`");
  if (app !== undefined && app.id !== GITHUB_ACTIONS.id && workflow !== undefined)
    return wrong("workflow", `the app ${app.slug} has no workflow files`, "remove `workflow`, or `app`");
  return [];
}
