/**
 * From the layers of a policy to the policy in force: the preset, then the organisation's file, then the repository's. What a
 * requirement depends on and a lower layer has defined is locked: a later layer that defines it again is refused (rulings 50, 57).
 * Every problem of every layer is returned; with any of them there is no policy, and the gate is closed.
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { jobName, parseSha, userId, type JobName, type Sha } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { parseDuration } from "../time.ts";
import { mergeChecks, unguarded } from "./load-checks.ts";
import { locked, parsePresetPolicy, parseRepositoryPolicy, problemIn, type Parsed } from "./parse.ts";
import type { GatePolicy, Group, Policy } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import { resolveRules } from "./rules.ts";
import type { PresetPolicy, RepositoryPolicy } from "./schema.ts";
import type { PolicyLayer } from "./snapshot.ts";
import { YAML_LIMITS } from "./yaml-text.ts";

const REPOSITORY_FILE = ".github/plustwo.yml";
const DEFAULT_SETTLE_MS = 30_000;

/** A string is the text of one repository file. Presets are texts by name; a preset layer in the list wins over them. */
export function loadPolicy(
  policy: string | readonly PolicyLayer[],
  presets: Readonly<Record<string, string>>,
): Result<Policy, readonly PolicyProblem[]> {
  const layers = typeof policy === "string" ? [repositoryLayer(policy)] : policy;
  const files = readFiles(layers);
  if (!files.ok) return files;
  const preset = readPreset(files.value, layers, presets);
  if (!preset.ok) return preset;
  return merge(preset.value, files.value, layers);
}

type File = Parsed<RepositoryPolicy>;
type Layer = File | Parsed<PresetPolicy>;
interface Preset {
  readonly name: string;
  readonly layer: PolicyLayer;
  readonly parsed: Parsed<PresetPolicy>;
}

function readFiles(layers: readonly PolicyLayer[]): Result<readonly File[], readonly PolicyProblem[]> {
  const files: File[] = [];
  const problems: PolicyProblem[] = [];
  const ordered = (["org", "repo"] as const).flatMap((from) => layers.filter((layer) => layer.from === from));
  for (const layer of ordered) {
    const parsed = parseRepositoryPolicy(layer.path, layer.text);
    if (parsed.ok) files.push(parsed.value);
    else problems.push(...parsed.problem);
  }
  if (ordered.length === 0)
    problems.push(
      bare(
        REPOSITORY_FILE,
        "no-requirements",
        "there is no policy file on the target branch",
        "add one with `version: 1`, `extends: preset:openstack` and `groups`",
      ),
    );
  return problems.length === 0 ? ok(files) : fail(problems);
}

function readPreset(
  files: readonly File[],
  layers: readonly PolicyLayer[],
  presets: Readonly<Record<string, string>>,
): Result<Preset, readonly PolicyProblem[]> {
  const names = files.flatMap((file) =>
    file.keys.extends === undefined ? [] : [{ file, name: file.keys.extends.slice(7) }],
  );
  const [first, ...others] = names;
  const known = Object.keys(presets).sort();
  const list = known.length === 0 ? "none" : known.map((name) => `preset:${name}`).join(", ");
  const [anyFile] = files;
  if (first === undefined)
    return fail([
      anyFile === undefined
        ? bare(REPOSITORY_FILE, "no-requirements", "no policy names a preset", `add \`extends:\`; presets are: ${list}`)
        : problemIn(anyFile, [], {
            kind: "no-requirements",
            message: "it extends no preset, so it has no submit requirements",
            hint: `add \`extends:\`; presets are: ${list}`,
          }),
    ]);
  const other = others.find(({ name }) => name !== first.name);
  if (other !== undefined)
    return fail([
      problemIn(other.file, ["extends"], {
        kind: "locked",
        message: `\`extends\` is set to preset:${first.name} by ${first.file.path} and cannot be changed`,
        hint: "remove it here",
      }),
    ]);
  const given = layers.find((layer) => layer.from === "preset" && presetName(layer.path) === first.name);
  const text = given?.text ?? (Object.hasOwn(presets, first.name) ? presets[first.name] : undefined);
  if (text === undefined)
    return fail([
      problemIn(first.file, ["extends"], {
        kind: "unknown-preset",
        message: `there is no preset \`${first.name}\``,
        hint: `presets are: ${list}`,
      }),
    ]);
  const path = `preset:${first.name}`;
  const parsed = parsePresetPolicy(path, text);
  if (!parsed.ok) return parsed;
  const layer = given ?? { from: "preset" as const, path, sha: blobSha(text), text };
  return ok({ name: first.name, layer, parsed: parsed.value });
}

function merge(
  preset: Preset,
  files: readonly File[],
  layers: readonly PolicyLayer[],
): Result<Policy, readonly PolicyProblem[]> {
  const problems: PolicyProblem[] = [];
  const groups = mergeGroups(preset, files, problems);
  const checks = mergeChecks(preset, files, problems);

  const shape = shapeOf([preset.parsed, ...files], problems);
  const rules = resolveRules(preset.parsed, { groups: Object.keys(groups), checks: checks.map((check) => check.name) });
  problems.push(...peopleTwice(files));
  if (!rules.ok) return fail([...problems, ...rules.problem]);
  problems.push(...unguarded(rules.value, preset, files));
  if (problems.length > 0) return fail(problems);
  const mode = files.map((file) => file.keys.mode).findLast((given) => given !== undefined);
  return ok({
    mode: mode ?? "observe",
    dialect: "strict",
    freezes: [],
    overrides: [],
    preset: preset.name,
    sources: [
      preset.layer,
      ...layers.filter((layer) => layer.from === "org"),
      ...layers.filter((layer) => layer.from === "repo"),
    ].map(({ path, sha }) => ({ path, sha })),
    ...rules.value,
    groups,
    checks,
    identity: {
      unknownContributors: preset.parsed.keys.identity?.unknownContributors ?? "warn",
      suggestionsMakeContributors: preset.parsed.keys.identity?.suggestionsMakeContributors ?? true,
    },
    shape,
    gate: gateOf(
      [preset.parsed, ...files],
      checks.map((check) => jobName(check.name)),
    ),
  });
}

/** Of each setting, the word of the last layer that names it. */
function gateOf(layers: readonly Layer[], jobs: readonly JobName[]): GatePolicy {
  const gates = layers.map(({ keys }) => keys.pipelines?.gate);
  const duration = (key: "settle" | "start" | "progress" | "timeout") => {
    const text = gates.map((gate) => gate?.[key]).findLast((given) => given !== undefined);
    return text === undefined ? undefined : parseDuration(text);
  };
  const [startMs, progressMs, totalMs] = [duration("start"), duration("progress"), duration("timeout")];
  return {
    strategy: gates.map((gate) => gate?.strategy).findLast((given) => given !== undefined) ?? "auto",
    settleMs: duration("settle") ?? DEFAULT_SETTLE_MS,
    jobs,
    ...(startMs === undefined ? {} : { startMs }),
    ...(progressMs === undefined ? {} : { progressMs }),
    ...(totalMs === undefined ? {} : { totalMs }),
  };
}

/** The shape asked for first stands: it is a requirement, and no later layer loosens it (ruling 50). */
function shapeOf(layers: readonly Layer[], problems: PolicyProblem[]): Policy["shape"] {
  const [first, ...later] = layers.filter(({ keys }) => keys.shape !== undefined);
  for (const layer of later)
    if (first !== undefined && layer.keys.shape !== first.keys.shape)
      problems.push(locked(layer, ["shape"], { what: "`shape`", by: first.path }));
  return first?.keys.shape ?? "any";
}

function mergeGroups(preset: Preset, files: readonly File[], problems: PolicyProblem[]): Record<string, Group> {
  const groups: Record<string, Group> = {};
  const definedBy = new Map<string, string>();
  for (const file of files)
    for (const [name, group] of Object.entries(file.keys.groups ?? {})) {
      const earlier = definedBy.get(name);
      if (earlier !== undefined)
        problems.push(locked(file, ["groups", name], { what: `the group \`${name}\``, by: earlier }));
      if (name === "anyone" || name === "owner")
        problems.push(
          problemIn(file, ["groups", name], {
            kind: "wrong-value",
            message: `\`${name}\` is not free as a group's name`,
            hint: "choose another",
          }),
        );
      definedBy.set(name, file.path);
      groups[name] = {
        teams: group.teams ?? [],
        users: (group.users ?? []).map(({ login, id }) => ({ login, id: userId(id) })),
      };
      if (groups[name].teams.length + groups[name].users.length === 0)
        problems.push(
          problemIn(file, ["groups", name], {
            kind: "missing-group",
            message: `the group \`${name}\` names nobody`,
            hint: "give it `teams: [org/slug]` or `users: [{login, id}]`",
          }),
        );
    }
  const last = files.at(-1);
  for (const name of preset.parsed.keys.expects.groups ?? [])
    if (!definedBy.has(name) && last !== undefined)
      problems.push(
        problemIn(last, ["groups"], {
          kind: "missing-group",
          message: `preset:${preset.name} needs the group \`${name}\`, and no file says who is in it`,
          hint: `add \`groups: {${name}: {teams: [org/slug]}}\``,
        }),
      );
  return groups;
}

/** One login with two ids, or one id with two logins: somebody was renamed, or somebody mistyped (threat T14). */
function peopleTwice(files: readonly File[]): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const idOf = new Map<string, number>();
  const loginOf = new Map<number, string>();
  for (const file of files)
    for (const [name, group] of Object.entries(file.keys.groups ?? {}))
      for (const [index, { login, id }] of (group.users ?? []).entries()) {
        const lower = login.toLowerCase();
        if ((idOf.get(lower) ?? id) !== id || (loginOf.get(id) ?? lower) !== lower)
          problems.push(
            problemIn(file, ["groups", name, "users", index], {
              kind: "wrong-value",
              message: `\`${login}\` with id ${id} contradicts another entry of the policy`,
              hint: "one login has one id; look it up at /users/<login>",
            }),
          );
        idOf.set(lower, id);
        loginOf.set(id, lower);
      }
  return problems;
}

function bare(path: string, kind: PolicyProblem["kind"], message: string, hint: string): PolicyProblem {
  return { kind, path, key: "", line: 1, column: 1, message, hint };
}

function repositoryLayer(text: string): PolicyLayer {
  return { from: "repo", path: REPOSITORY_FILE, sha: blobSha(text), text };
}

/** `policies/openstack.yaml` and `preset:openstack` are both the preset `openstack`. */
function presetName(path: string): string {
  return path
    .replace(/^preset:/, "")
    .replace(/^.*\//, "")
    .replace(/\.ya?ml$/, "");
}

/** The id git gives a blob of this text. */
function blobSha(text: string): Sha {
  // A text beyond the limit is refused before anyone asks for its id: no time is spent on it.
  const bytes = utf8ToBytes(text.length > YAML_LIMITS.bytes ? "" : text);
  const hash = sha1
    .create()
    .update(utf8ToBytes(`blob ${bytes.length}\0`))
    .update(bytes);
  const sha = parseSha(bytesToHex(hash.digest()));
  if (sha === undefined) throw new Error("sha1 did not give 40 hex digits");
  return sha;
}
