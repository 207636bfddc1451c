/**
 * The policy of one target branch: the file at its tip in the mirror, never that of a pull request (RULINGS 3), above the
 * organisation's and the preset that either of them names.
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { parseSha, type BranchName, type Sha } from "../src/core/ids.ts";
import { loadPolicy } from "../src/core/policy/load.ts";
import type { Policy } from "../src/core/policy/policy.ts";
import type { PolicyProblem } from "../src/core/policy/problem.ts";
import type { PolicyLayer, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { SharedPolicy } from "./gather-organisation.ts";
import type { Mirror } from "./mirror.ts";

export const POLICY_FILE = ".github/plustwo.yml";

export interface TargetPolicy {
  readonly target: BranchName;
  readonly tip: Sha;
  /** Weakest first; the preset's text is among them, so that a snapshot stands alone. No layer = there is no file. */
  readonly layers: readonly PolicyLayer[];
  readonly policy: Result<Policy, readonly PolicyProblem[]>;
  /** Layers that could not be read: nothing may be decided without them. */
  readonly incomplete: PolicySnapshot["incomplete"];
}

export async function gatherPolicy(
  { git }: Mirror,
  { target, tip, shared }: { readonly target: BranchName; readonly tip: Sha; readonly shared: SharedPolicy },
  presets: Readonly<Record<string, string>>,
): Promise<Result<TargetPolicy, GitProblem>> {
  const text = await git.text(tip, POLICY_FILE);
  if (!text.ok) return text;
  const layers = withPresets(withOwn(shared.layers, text.value), presets);
  return ok({ target, tip, layers, policy: loadPolicy(layers, presets), incomplete: shared.incomplete });
}

/**
 * The layers there would be with the policy file of this commit in place of the target's. They judge nothing; the check of a change
 * that edits the policy says what they would (threat T8).
 */
export async function gatherBrought(
  { git }: Mirror,
  { head, policy }: { readonly head: Sha; readonly policy: TargetPolicy },
  presets: Readonly<Record<string, string>>,
): Promise<Result<readonly PolicyLayer[], GitProblem>> {
  const text = await git.text(head, POLICY_FILE);
  if (!text.ok) return text;
  const shared = policy.layers.filter(({ from }) => from === "org");
  return ok(withPresets(withOwn(shared, text.value), presets));
}

function withOwn(shared: readonly PolicyLayer[], text: string | undefined): readonly PolicyLayer[] {
  return text === undefined ? shared : [...shared, layerOf("repo", POLICY_FILE, text)];
}

/** Which preset is asked for is only known after loading; unused ones do no harm, but would be in every snapshot. */
function withPresets(files: readonly PolicyLayer[], presets: Readonly<Record<string, string>>): readonly PolicyLayer[] {
  const named = Object.entries(presets).filter(([name]) => files.some((file) => file.text.includes(`preset:${name}`)));
  return [...named.map(([name, preset]) => layerOf("preset", `preset:${name}`, preset)), ...files];
}

export function layerOf(from: PolicyLayer["from"], path: string, text: string): PolicyLayer {
  return { from, path, sha: blobSha(text), text };
}

/** As git names a file of this text. */
function blobSha(text: string): Sha {
  const bytes = utf8ToBytes(text);
  const sha = parseSha(bytesToHex(sha1(new Uint8Array([...utf8ToBytes(`blob ${bytes.length}\0`), ...bytes]))));
  if (sha === undefined) throw new Error("A hash is no SHA");
  return sha;
}
