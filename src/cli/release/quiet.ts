/** Whether the policy of a tree takes silence for a yes, and after how long. */
import { join } from "node:path";
import { shippedPresets } from "../../config/presets.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { silenceOf } from "../../core/policy/silence.ts";
import { ok } from "../../core/result.ts";
import { after, sayDuration, type Instant } from "../../core/time.ts";
import { readTextIfThere } from "../disk.ts";

export const POLICY_FILE = ".github/plustwo.yml";

export interface Agreement {
  /** `7 days`. */
  readonly says: string;
  /** The requirement that has it. */
  readonly requirement: string;
  /** For what is sent now. */
  readonly until: Instant;
}

/** How long silence has to last, or why it is no yes here: a clause. `path`: what a proposal touches. */
export async function readAgreement(
  folder: string | undefined,
  { path, sent }: { readonly path: string; readonly sent: Instant },
): Promise<Agreement | { readonly why: string }> {
  const text = folder === undefined ? ok(undefined) : await readTextIfThere(join(folder, POLICY_FILE), POLICY_FILE);
  if (!text.ok) return { why: `${POLICY_FILE} cannot be read` };
  if (text.value === undefined) return { why: `there is no ${POLICY_FILE} here that says so` };
  const policy = loadPolicy(text.value, await shippedPresets());
  if (!policy.ok) return { why: `${POLICY_FILE} cannot be used, see \`plustwo policy lint\`` };
  const silence = silenceOf(policy.value, path);
  if (silence.kind === "unasked") return { why: `no requirement of ${POLICY_FILE} asks for \`quiet:\`` };
  const { requirement } = silence;
  if (silence.kind === "vote")
    return { why: `\`${requirement}\` of ${POLICY_FILE} needs somebody's vote all the same` };
  return { says: sayDuration(silence.ms), requirement, until: after(sent, silence.ms) };
}
