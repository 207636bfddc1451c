/** The layers of a policy, weakest first: the preset, the organisation's file, the repository's. Each is read; none is merged. */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { parseSha, type Sha } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { parsePolicyFile, parsePresetPolicy, problemIn, type Parsed } from "./parse.ts";
import type { PolicyProblem } from "./problem.ts";
import type { LayerKeys, PolicyFile, PresetPolicy } from "./schema.ts";
import type { PolicyLayer } from "./snapshot.ts";
import { YAML_LIMITS } from "./yaml-text.ts";

const REPOSITORY_FILE = ".github/plustwo.yml";

/** What is merged: of files and presets what they have in common. `path` is what people read: `preset:openstack`. */
export interface Layer extends Parsed<LayerKeys> {
  readonly from: PolicyLayer["from"];
}

export interface Layers {
  /** Weakest first; at least one. */
  readonly all: readonly Layer[];
  /** The organisation's and the repository's, in this order; at least one. */
  readonly files: readonly Parsed<PolicyFile>[];
  readonly preset?: { readonly name: string; readonly parsed: Parsed<PresetPolicy> };
  readonly sources: readonly { readonly path: string; readonly sha: Sha }[];
}

/** A string is the text of one repository file. Presets are texts by name; a preset layer in the list wins over them. */
export function readLayers(
  policy: string | readonly PolicyLayer[],
  presets: Readonly<Record<string, string>>,
): Result<Layers, readonly PolicyProblem[]> {
  const given = typeof policy === "string" ? [repositoryLayer(policy)] : policy;
  const ordered = (["org", "repo"] as const).flatMap((from) => given.filter((layer) => layer.from === from));
  const files: Parsed<PolicyFile>[] = [];
  const all: Layer[] = [];
  const problems: PolicyProblem[] = [];
  for (const layer of ordered) {
    const parsed = parsePolicyFile(layer.path, layer.text);
    if (!parsed.ok) problems.push(...parsed.problem);
    else {
      files.push(parsed.value);
      all.push({ ...parsed.value, from: layer.from });
    }
  }
  if (ordered.length === 0)
    problems.push({
      kind: "no-requirements",
      path: REPOSITORY_FILE,
      key: "",
      line: 1,
      column: 1,
      message: "there is no policy file on the target branch",
      hint: "add one with `version: 1`, `extends: preset:openstack` and `groups`",
    });
  if (problems.length > 0) return fail(problems);
  const sources = ordered.map(({ path, sha }) => ({ path, sha }));
  const preset = readPreset(files, given, presets);
  if (!preset.ok) return preset;
  if (preset.value === undefined) return ok({ all, files, sources });
  const { name, sha, parsed } = preset.value;
  return ok({
    all: [{ ...parsed, from: "preset" }, ...all],
    files,
    preset: { name, parsed },
    sources: [{ path: preset.value.path, sha }, ...sources],
  });
}

/** Presets are: … */
export function knownPresets(presets: Readonly<Record<string, string>>): string {
  const names = Object.keys(presets).sort();
  return names.length === 0 ? "none" : names.map((name) => `preset:${name}`).join(", ");
}

interface ReadPreset {
  readonly name: string;
  readonly path: string;
  readonly sha: Sha;
  readonly parsed: Parsed<PresetPolicy>;
}

/** undefined: no file extends one. */
function readPreset(
  files: readonly Parsed<PolicyFile>[],
  layers: readonly PolicyLayer[],
  presets: Readonly<Record<string, string>>,
): Result<ReadPreset | undefined, readonly PolicyProblem[]> {
  const named = files.flatMap((file) =>
    file.keys.extends === undefined ? [] : [{ file, name: file.keys.extends.slice("preset:".length) }],
  );
  const [first, ...others] = named;
  if (first === undefined) return ok(undefined);
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
        hint: `presets are: ${knownPresets(presets)}`,
      }),
    ]);
  const path = `preset:${first.name}`;
  const parsed = parsePresetPolicy(path, text);
  if (!parsed.ok) return parsed;
  return ok({ name: first.name, path: given?.path ?? path, sha: given?.sha ?? blobSha(text), parsed: parsed.value });
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
