/** `plustwo policy eval` and `explain`: what a policy says of one snapshot, now or under assumptions. Pure and offline. */
import { assume } from "../../core/policy/assume.ts";
import { parseAssumption } from "../../core/policy/assume-text.ts";
import { evaluateOrClose } from "../../core/policy/evaluate.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import type { PolicySnapshot } from "../../core/policy/snapshot.ts";
import type { Verdict } from "../../core/policy/verdict.ts";
import { formatVerdict } from "../../core/policy/verdict-json.ts";
import { underPolicy, withRepository, type AskedPolicy } from "../../core/policy/verdict-diff.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { parseInstant } from "../../core/time.ts";
import { EXIT } from "../problems.ts";
import type { CliProblem, Say } from "../say.ts";
import { layerFrom, presets, readSnapshot, readText, type PipedTerminal } from "./files.ts";
import { showVerdict } from "./show-verdict.ts";

export interface EvaluateOptions {
  /** A file, or `-`. */
  readonly snapshot: string;
  /** The text of a repository's policy file in this file, in place of the snapshot's. */
  readonly policy?: string;
  readonly at?: string;
  readonly assume: readonly string[];
  readonly json: boolean;
  /** In people's words, with who could do what. */
  readonly explained: boolean;
}

/** 0 where the change may enter the gate, 1 where not. */
export async function evaluateSnapshot(
  terminal: PipedTerminal,
  say: Say,
  options: EvaluateOptions,
): Promise<Result<number, CliProblem>> {
  const read = await readSnapshot(terminal, options.snapshot);
  if (!read.ok) return read;
  const at = options.at === undefined ? read.value.now : parseInstant(options.at);
  if (at === undefined)
    return fail({
      message: `Cannot read --at ${JSON.stringify(options.at)}: it is no instant`,
      hint: "write for example --at 2026-09-01T12:00:00Z",
      exit: EXIT.malformed,
    });
  const policy = await policyFor(terminal, read.value, options.policy);
  if (!policy.ok) return policy;
  const supposed = suppose({ ...underPolicy(read.value, policy.value), now: at }, policy.value, options.assume);
  if (!supposed.ok) return supposed;
  const snapshot = supposed.value;
  const verdict = evaluateOrClose(policy.value, snapshot, snapshot.now);
  if (options.json) terminal.stdout.write(`${formatVerdict(verdict)}\n`);
  else showVerdict(say, { verdict, snapshot, explained: options.explained });
  return ok(exitOf(verdict));
}

async function policyFor(
  terminal: PipedTerminal,
  snapshot: PolicySnapshot,
  path: string | undefined,
): Promise<Result<AskedPolicy, CliProblem>> {
  const known = await presets();
  if (path === undefined) return ok(loadPolicy(snapshot.policy, known));
  const text = await readText(terminal, path);
  return text.ok ? ok(loadPolicy(withRepository(snapshot, layerFrom("repo", path, text.value)), known)) : text;
}

/** One after the other, each on what those before it left. */
function suppose(
  snapshot: PolicySnapshot,
  policy: AskedPolicy,
  assumptions: readonly string[],
): Result<PolicySnapshot, CliProblem> {
  if (!policy.ok && assumptions.length > 0)
    return fail({
      message: "Cannot assume anything: the policy cannot be read",
      hint: "run it without --assume to see what is wrong with the policy",
      exit: EXIT.malformed,
    });
  let supposed = snapshot;
  for (const text of policy.ok ? assumptions : []) {
    if (!policy.ok) break;
    const read = parseAssumption(text, supposed, policy.value);
    if (!read.ok)
      return fail({ message: read.problem, hint: "see `plustwo policy eval --help`", exit: EXIT.malformed });
    supposed = assume(policy.value, supposed, [read.value]);
  }
  return ok(supposed);
}

function exitOf({ submittable }: Verdict): number {
  return submittable ? EXIT.ok : EXIT.refused;
}
