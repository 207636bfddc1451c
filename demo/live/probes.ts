// All probes, the load-bearing ones first, and how they are run one after the other.
import { actionsProbes } from "./actions.ts";
import { askingProbes } from "./asking.ts";
import { landingProbes } from "./landing.ts";
import { type Finding, type Probe } from "./probe.ts";
import { pushingProbes } from "./pushing.ts";
import { inScratch, type LiveTarget } from "./scratch.ts";
import { tagProbes } from "./tags.ts";

export const probes: readonly Probe[] = [
  ...landingProbes,
  ...pushingProbes,
  ...askingProbes,
  ...actionsProbes,
  ...tagProbes,
];

export interface ProbeReport {
  readonly probe: Probe;
  readonly finding: Finding;
}

/** Each probe has its own branches; one that throws is reported as skipped with what happened, and the next one runs. */
export async function* runProbes(target: LiveTarget, wanted: readonly Probe[]): AsyncGenerator<ProbeReport> {
  for (const [n, probe] of wanted.entries()) {
    const run = `${Date.now().toString(36)}-${n}`;
    const finding = await inScratch(target, run, probe.run).catch((error: unknown): Finding => {
      return {
        kind: "skipped",
        why: `the probe could not be carried out: ${error instanceof Error ? error.message : String(error)}`,
      };
    });
    yield { probe, finding };
  }
}
