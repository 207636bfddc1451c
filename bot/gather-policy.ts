/** The policy of one target branch, read at its tip from the mirror, never from a pull request (RULINGS 3). */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { parseSha, type BranchName, type Sha } from "../src/core/ids.ts";
import { loadPolicy } from "../src/core/policy/load.ts";
import type { Policy } from "../src/core/policy/policy.ts";
import type { PolicyProblem } from "../src/core/policy/problem.ts";
import type { PolicyLayer } from "../src/core/policy/snapshot.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Mirror } from "./mirror.ts";

export const POLICY_FILE = ".github/plustwo.yml";

export interface TargetPolicy {
  readonly target: BranchName;
  readonly tip: Sha;
  /** Weakest first; the preset's text is among them, so that a snapshot stands alone. No layer = there is no file. */
  readonly layers: readonly PolicyLayer[];
  readonly policy: Result<Policy, readonly PolicyProblem[]>;
}

export async function gatherPolicy(
  { git }: Mirror,
  { target, tip }: { readonly target: BranchName; readonly tip: Sha },
  presets: Readonly<Record<string, string>>,
): Promise<Result<TargetPolicy, GitProblem>> {
  const text = await git.text(tip, POLICY_FILE);
  if (!text.ok) return text;
  const own = text.value === undefined ? [] : [layer("repo", POLICY_FILE, text.value)];
  // Which preset is asked for is only known after loading; unused ones do no harm, but would be in every snapshot.
  const named = own.flatMap((file) => Object.entries(presets).filter(([name]) => file.text.includes(`preset:${name}`)));
  const layers = [...named.map(([name, preset]) => layer("preset", `preset:${name}`, preset)), ...own];
  return ok({ target, tip, layers, policy: loadPolicy(layers, presets) });
}

function layer(from: PolicyLayer["from"], path: string, text: string): PolicyLayer {
  return { from, path, sha: blobSha(text), text };
}

/** As git names a file of this text. */
function blobSha(text: string): Sha {
  const bytes = utf8ToBytes(text);
  const sha = parseSha(bytesToHex(sha1(new Uint8Array([...utf8ToBytes(`blob ${bytes.length}\0`), ...bytes]))));
  if (sha === undefined) throw new Error("A hash is no SHA");
  return sha;
}
