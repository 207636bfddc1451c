/**
 * Where a policy's checks come from: those the preset expects, each by default the job of its own name in the default workflow,
 * and those the repository names beside them. A check that no requirement would look at is refused, because it would guard nothing.
 */
import { userId } from "../ids.ts";
import { parseDuration } from "../time.ts";
import type { ChecksKeys, Entries, Entry } from "./entries.ts";
import { atomsOf } from "./expression-tree.ts";
import type { Layers } from "./layers.ts";
import { ALL_CHECKS, isTogether } from "./operators.ts";
import { problemIn, type Parsed } from "./parse.ts";
import { GITHUB_ACTIONS, type CheckEntry, type CheckSource, type Policy, type Producer } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import type { CheckKeys, LayerKeys } from "./schema.ts";

const DEFAULT_WORKFLOW = ".github/workflows/ci.yml";
const DEFAULT_WITHIN_MS = 300_000;

type Around = Pick<Layers, "preset" | "files">;

/** Those the preset expects in its order, then the others as the layers name them. */
export function readChecks(
  { checks }: Pick<Entries, "checks">,
  around: Around,
  problems: PolicyProblem[],
): readonly CheckSource[] {
  const expected = expectedOf(around);
  const given = new Map<string, CheckSource>();
  for (const [key, entry] of checks) {
    const { name, layer, path } = entry;
    const meant = expected.find((one) => one.toLowerCase() === key);
    if (isTogether(name.toUpperCase()) || (meant !== undefined && meant !== name))
      problems.push(
        problemIn(layer, path, {
          kind: "wrong-value",
          message:
            meant === undefined
              ? `\`${name}\` is not free as a check's name: it stands for the checks together`
              : `the name \`${name}\` is taken: the preset expects a check \`${meant}\``,
          hint: meant === undefined ? "choose another" : `write \`${meant}\``,
        }),
      );
    given.set(key, { name, entries: readEntries(entry, problems) });
  }
  const own = [...given].flatMap(([key, source]) =>
    expected.some((one) => one.toLowerCase() === key) ? [] : [source],
  );
  const sources = [
    ...expected.map((name) => given.get(name.toLowerCase()) ?? { name, entries: [entryOf(name, {})] }),
    ...own,
  ];
  problems.push(...nothingRequired(sources, around));
  return sources;
}

/** Checks that no requirement looks at; without `check:ALL` only those named in an expression are. */
export function unguarded(
  rules: Pick<Policy, "labels" | "requirements">,
  { checks }: Pick<Entries, "checks">,
): readonly PolicyProblem[] {
  const tests = [
    ...rules.labels.flatMap(({ computed }) => computed.flatMap(({ expression }) => atomsOf(expression))),
    ...rules.requirements.flatMap(({ submittableIf }) => atomsOf(submittableIf.expression)),
  ];
  const demanded = tests.flatMap((test) =>
    test.kind === "check" && test.conclusion === "success" ? [test.check] : [],
  );
  if (demanded.includes(ALL_CHECKS)) return [];
  return [...checks.values()]
    .filter(({ name }) => !demanded.includes(name))
    .map(({ name, layer, path }) =>
      problemIn(layer, path, {
        kind: "unknown-name",
        message: `no requirement uses the check \`${name}\`, so it would guard nothing`,
        hint:
          demanded.length === 0 ? "no requirement looks at checks" : `used are: ${[...new Set(demanded)].join(", ")}`,
      }),
    );
}

/** Names of the checks that the preset expects; none where it takes any. */
export function expectedOf({ preset }: Pick<Layers, "preset">): readonly string[] {
  const checks = preset?.parsed.keys.expects.checks;
  return checks === "any" || checks === undefined ? [] : checks;
}

/** A commit on which nothing ran must never count as tested. */
function nothingRequired(sources: readonly CheckSource[], { preset, files }: Around): readonly PolicyProblem[] {
  const last = files.at(-1);
  if (last === undefined || sources.some(({ entries }) => entries.some(({ required }) => required === "always")))
    return [];
  const wrong =
    sources.length === 0
      ? {
          kind: "missing-check" as const,
          message:
            preset === undefined
              ? "no file names a check, so what lands would be tested by nothing"
              : `preset:${preset.name} takes the checks that a repository names, and no file names one`,
          hint: "add for example `checks: {test: {job: test}}`",
        }
      : {
          kind: "lint" as const,
          message: "every check is `required: if-present`, so a commit on which nothing ran would pass",
          hint: "let at least one be required always",
        };
  return [problemIn(last, ["checks"], wrong)];
}

function readEntries({ name, keys, layer, path }: Entry<ChecksKeys>, problems: PolicyProblem[]): readonly CheckEntry[] {
  if (!Array.isArray(keys)) {
    problems.push(...contradictions(layer, path, keys));
    return [entryOf(name, keys)];
  }
  return keys.map((entry, index) => {
    problems.push(...contradictions(layer, [...path, index], entry));
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
  layer: Parsed<LayerKeys>,
  path: readonly (string | number)[],
  { job, workflow, app, status, by }: CheckKeys,
): readonly PolicyProblem[] {
  const wrong = (key: string, message: string, hint: string) => [
    problemIn(layer, [...path, key], { kind: "wrong-value", message, hint }),
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
