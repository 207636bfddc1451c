/**
 * Backports that were asked for on merged changes: of each the next branch, until nothing is to be done now; then one comment on the
 * change that says what was made and what waits, and, once nothing is waited for, that it is settled.
 */
import type { BranchName } from "../ids.ts";
import { allOver, plansFor, type Asked, type Branches } from "../release/backport/asked.ts";
import { stoppedAt, type Found, type Step } from "../release/backport/plan.ts";
import { digestOf, reportSlot } from "./reports.ts";
import type { Action, RepositorySnapshot } from "./snapshot.ts";

export interface BackportFacts extends Branches {
  readonly asked: Asked;
  /** Of the record as it is kept. */
  readonly digest: string;
  /** By branch; one that is not named has not got it. */
  readonly found: Readonly<Record<string, Found>>;
}

const SLOT = "backport";

/** Key in `published`; its value is the digest of the record that nothing is left to do for. */
export function settledBackport(change: number): string {
  return `backport-settled:${change}`;
}

export function backportMerged({
  backports = [],
  published,
}: Pick<RepositorySnapshot, "backports" | "published">): readonly Action[] {
  return backports.flatMap((facts): readonly Action[] => {
    const { asked, digest } = facts;
    const { change } = asked;
    if (published[settledBackport(change)] === digest) return [];
    const plans = plansFor(asked, facts, (branch) => facts.found[branch] ?? { kind: "absent" });
    const steps = plans.flatMap((plan) => plan.steps);
    const next = steps.filter(({ state }) => state.kind === "next");
    if (next.length > 0)
      return next.map(({ branch }) => ({ kind: "backport", asked, branch, by: askerOf(asked, branch) }));
    const body = backportWords(asked, steps);
    const said = { slot: reportSlot(change, SLOT), digest: digestOf(body) };
    return [
      ...(published[said.slot] === said.digest
        ? []
        : [{ kind: "report", change, slot: SLOT, body, digest: said.digest } as const]),
      ...(allOver(plans) ? [{ kind: "settle-backport", change, digest, after: said } as const] : []),
    ];
  });
}

/** Whoever named the branch; of one in between, whoever named the first branch. */
export function askerOf({ asks }: Pick<Asked, "asks">, branch: BranchName): Asked["asks"][number]["by"] {
  const ask = asks.find((one) => one.branch === branch) ?? asks[0];
  if (ask === undefined) throw new Error("A backport that nobody asked for");
  return ask.by;
}

/** Markdown, a line for each branch, the newest first. */
export function backportWords({ refused }: Pick<Asked, "refused">, steps: readonly Step[]): string {
  const stopped = stoppedAt(steps);
  const lines = steps.map(
    (step) => `- \`${step.branch}\`: ${stateWords(step)}${step.asked ? "" : " (it lies in between)"}`,
  );
  const end =
    stopped?.state.kind === "closed"
      ? [`\nNothing more is made: #${stopped.state.change} was closed. Reopen it, then comment \`/backport\` again.`]
      : [];
  return ["**Backports**\n", ...lines, ...refused.map((sentence) => `- ${sentence}`), ...end].join("\n");
}

function stateWords({ state }: Step): string {
  switch (state.kind) {
    case "there":
      return "it is there";
    case "empty":
      return "everything it does is there already";
    case "open":
      return state.conflict === true
        ? `#${state.change} is open; it had a conflict, which somebody has to resolve`
        : `#${state.change} is open`;
    case "closed":
      return `#${state.change} was closed`;
    case "waits":
      return `waits until it is on \`${state.behind}\``;
    case "next":
      return "is being made";
  }
}
