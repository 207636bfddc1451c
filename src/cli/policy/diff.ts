/** `plustwo policy diff`: which changes one policy lets in and the other does not. */
import { loadPolicy } from "../../core/policy/load.ts";
import type { PolicySnapshot } from "../../core/policy/snapshot.ts";
import {
  diffVerdicts,
  withRepository,
  type AskedPolicy,
  type PolicyOver,
  type VerdictDifference,
} from "../../core/policy/verdict-diff.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say } from "../say.ts";
import { layerFrom, ofPolicy, presets, readSnapshot, readText, type PipedTerminal } from "./files.ts";

export interface DiffOptions {
  readonly before: string;
  readonly after: string;
  readonly snapshots: readonly string[];
  /** `last:200`: merges of the past in place of snapshots. */
  readonly replay?: string;
  /** With `replay`: `owner/name`; else the clone's. */
  readonly repository?: string;
  readonly api?: string;
  readonly json: boolean;
}

/** 1 where a change is let in by one of them alone. */
export async function diffPolicies(
  terminal: PipedTerminal,
  say: Say,
  options: DiffOptions,
): Promise<Result<number, CliProblem>> {
  const { before, after, snapshots, replay, repository, json } = options;
  const wrong = misused(options);
  if (wrong !== undefined) return fail({ ...wrong, exit: EXIT.usage });
  const known = await presets();
  const texts = [await readText(terminal, before), await readText(terminal, after)] as const;
  const [old, young] = texts;
  if (!old.ok) return old;
  if (!young.ok) return young;
  if (replay !== undefined) {
    const { diffPastMerges } = await import("../replay/past-diff.ts");
    const named = { before: { path: before, text: old.value }, after: { path: after, text: young.value } };
    const place = {
      ...(repository === undefined ? {} : { repository }),
      ...(options.api === undefined ? {} : { api: options.api }),
    };
    return diffPastMerges(terminal, say, { ...named, ...place, replay, json, ofPolicy });
  }
  const over = (path: string, text: string): PolicyOver => {
    const own = layerFrom("repo", path, text);
    // Most snapshots have the same layers below, and a policy takes a while to read.
    const loaded = new Map<string, AskedPolicy>();
    return (snapshot) => {
      const layers = withRepository(snapshot, own);
      const key = JSON.stringify(layers.slice(0, -1));
      const policy = loaded.get(key) ?? loadPolicy(layers, known);
      loaded.set(key, policy);
      return policy;
    };
  };
  const read: PolicySnapshot[] = [];
  for (const path of snapshots) {
    const snapshot = await readSnapshot(terminal, path);
    if (!snapshot.ok) return snapshot;
    read.push(snapshot.value);
  }
  const found = diffVerdicts(over(before, old.value), over(after, young.value), read);
  if (json) say.json({ version: 1, changes: found });
  else show(say, found);
  return ok(found.some(({ kind }) => kind === "allowed" || kind === "blocked") ? EXIT.refused : EXIT.ok);
}

function misused({ snapshots, replay, repository }: DiffOptions): Pick<CliProblem, "message" | "hint"> | undefined {
  if (replay !== undefined && snapshots.length > 0)
    return {
      message: "Cannot ask about snapshots and about merges of the past at once",
      hint: "leave --snapshot or --replay away",
    };
  if (replay === undefined && snapshots.length === 0)
    return {
      message: "Nothing to ask the two policies about",
      hint: "name changes with --snapshot FILE, or the last merges of a repository: --replay last:200 owner/name",
    };
  if (replay === undefined && repository !== undefined)
    return {
      message: `Cannot use ${JSON.stringify(repository)}: a repository is asked about with --replay only`,
      hint: "add --replay last:200",
    };
  return undefined;
}

const WORDS: Readonly<Record<VerdictDifference["kind"], string>> = {
  same: "the same",
  allowed: "newly let in",
  blocked: "no longer let in",
  reasons: "the same, for other reasons",
};

function show(say: Say, found: readonly VerdictDifference[]): void {
  for (const { change, title, kind, requirements, because } of found) {
    if (kind === "same") continue;
    const colour = kind === "blocked" ? "red" : kind === "allowed" ? "yellow" : "dim";
    say.result(`#${change} ${oneLine(title)}: ${say.colour(colour, WORDS[kind])}`);
    for (const { name, before, after } of requirements)
      say.result(`  ${name}: ${before ?? "not there"} → ${after ?? "not there"}`);
    for (const sentence of because) say.result(`  ${oneLine(sentence)}`);
  }
  const count = (kind: VerdictDifference["kind"]) => found.filter((one) => one.kind === kind).length;
  say.result(
    `${counted(found.length, "change")}: ${count("allowed")} newly let in, ${count("blocked")} no longer, ${count("reasons")} for other reasons, ${count("same")} the same`,
  );
}
