/** What the commands of `plustwo policy` read: policies, snapshots and cases, from files or from standard input (`-`). */
import { isAbsolute, join } from "node:path";
import { text } from "node:stream/consumers";
import { shippedPresets } from "../../config/presets.ts";
import { parseSnapshot } from "../../core/policy/snapshot-json.ts";
import { describePolicyProblem, type PolicyProblem } from "../../core/policy/problem.ts";
import { parseSha } from "../../core/ids.ts";
import type { PolicyLayer, PolicySnapshot } from "../../core/policy/snapshot.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { readText as readFile } from "../disk.ts";
import { EXIT } from "../problems.ts";
import type { CliProblem, Terminal } from "../say.ts";

/** What a terminal has beside its outputs. */
export interface PipedTerminal extends Terminal {
  readonly stdin?: NodeJS.ReadableStream;
}

export type Presets = Readonly<Record<string, string>>;

export function presets(): Promise<Presets> {
  return shippedPresets();
}

export async function readText(terminal: PipedTerminal, path: string): Promise<Result<string, CliProblem>> {
  if (path === "-") return ok(terminal.stdin === undefined ? "" : await text(terminal.stdin));
  const read = await readFile(isAbsolute(path) ? path : join(terminal.cwd, path), path);
  return read.ok ? read : fail({ ...read.problem, hint: "name a file, or `-` for standard input" });
}

export async function readSnapshot(terminal: PipedTerminal, path: string): Promise<Result<PolicySnapshot, CliProblem>> {
  const read = await readText(terminal, path);
  if (!read.ok) return read;
  const snapshot = parseSnapshot(read.value);
  if (snapshot.ok) return snapshot;
  const [first, ...more] = snapshot.problem;
  const where = first === undefined || first.path === "" ? "" : `:${first.path}`;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return fail({
    message: `Cannot use the snapshot ${path}${where}: ${first?.message ?? "it is none"}${others}`,
    hint: first?.hint ?? "make one with `plustwo policy fetch --pr N`",
    exit: EXIT.malformed,
  });
}

/** Several problems as one: each on a line of its own, the first one's hint below. */
export function ofPolicy(problems: readonly PolicyProblem[]): CliProblem {
  const shown = problems.slice(0, 20).map(describePolicyProblem);
  const more = problems.length > 20 ? [`and ${problems.length - 20} more`] : [];
  return {
    message: [...shown, ...more].join("\n"),
    hint: problems[0]?.hint ?? "mend the policy",
    exit: EXIT.malformed,
  };
}

/** A preset is written like a policy file and has what a policy file has not: `expects`. */
export function isPreset(text: string): boolean {
  return /^expects:/m.test(text);
}

/** A file on a disk has no id in git; nothing here asks for it. */
export function layerFrom(from: PolicyLayer["from"], path: string, text: string): PolicyLayer {
  const sha = parseSha("0".repeat(40));
  if (sha === undefined) throw new Error("forty zeros are a SHA");
  return { from, path, sha, text };
}

/** `policies/openstack.yaml` is `preset:openstack`. */
export function presetNameOf(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/, "");
}
