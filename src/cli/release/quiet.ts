/** Whether the policy of a tree takes silence for a yes, and after how long. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { shippedPresets } from "../../config/presets.ts";
import { testsOf } from "../../core/policy/asks.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { after, sayDuration, type Instant } from "../../core/time.ts";

export const POLICY_FILE = ".github/plustwo.yml";

export interface Agreement {
  /** `7 days`. */
  readonly says: string;
  /** The requirement that has it. */
  readonly requirement: string;
  /** For what is sent now. */
  readonly until: Instant;
}

/** The shortest `quiet:>=…` of a requirement, or why silence is no yes here: a clause. */
export async function readAgreement(
  folder: string | undefined,
  sent: Instant,
): Promise<Agreement | { readonly why: string }> {
  const text =
    folder === undefined ? undefined : await readFile(join(folder, POLICY_FILE), "utf8").catch(() => undefined);
  if (text === undefined) return { why: `there is no ${POLICY_FILE} here that says so` };
  const policy = loadPolicy(text, await shippedPresets());
  if (!policy.ok) return { why: `${POLICY_FILE} cannot be used, see \`plustwo policy lint\`` };
  const found = policy.value.requirements.flatMap((requirement) =>
    testsOf({ requirements: [requirement], freezes: [] }).flatMap((test) =>
      test.kind === "time" && test.fact.kind === "quiet" && (test.fact.relation === ">=" || test.fact.relation === ">")
        ? [{ ms: test.fact.ms, requirement: requirement.name }]
        : [],
    ),
  );
  const [shortest] = found.toSorted((one, other) => one.ms - other.ms);
  if (shortest === undefined) return { why: `no requirement of ${POLICY_FILE} asks for \`quiet:\`` };
  const { ms, requirement } = shortest;
  return { says: sayDuration(ms), requirement, until: after(sent, ms) };
}
