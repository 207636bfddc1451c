/**
 * Backports that were asked for on merged changes: of each the next branch, until nothing is to be done now; then one comment on the
 * change that says what was made and what waits, and, once nothing is waited for, that it is settled. A fix that somebody reverted on
 * a newer branch goes no further down.
 */
import type { BranchName, Sha } from "../ids.ts";
import {
  allOver,
  askerOf,
  lostBranches,
  plansFor,
  shown,
  type Asked,
  type Branches,
} from "../release/backport/asked.ts";
import { stoppedAt, type BackportPlan, type Found, type Step } from "../release/backport/plan.ts";
import { digestOf, reportSlot } from "./reports.ts";
import type { Action, RepositorySnapshot } from "./snapshot.ts";

export interface BackportFacts extends Branches {
  readonly asked: Asked;
  /** Of the record as it is kept. */
  readonly digest: string;
  /** By branch; one that is not named has not got it. */
  readonly found: Readonly<Record<string, Found>>;
  /** By branch, also the one it was merged to: the commit there that takes it back, and is not taken back itself. */
  readonly reverted?: Readonly<Record<string, Sha>>;
  /** Why nobody can say what is to be picked: half a sentence. */
  readonly unread?: string;
  /** Sentences about what was found. */
  readonly notes?: readonly string[];
}

const SLOT = "backport";
/** Lines of the comment, and refusals among them: the forge takes 65,536 characters. */
const MOST_LINES = 100;
const MOST_REFUSALS = 20;

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
    const found = plansFor(asked, facts, (branch) => facts.found[branch] ?? { kind: "absent" });
    const plans = found.map((plan) => stopWhereReverted(plan, facts));
    const next = plans.flatMap(({ going }) => going).filter(({ state }) => state.kind === "next");
    const made = next.flatMap(({ branch }): readonly Action[] => {
      const by = askerOf(asked, branch);
      return by === undefined ? [] : [{ kind: "backport", asked, branch, by }];
    });
    if (made.length > 0) return made;
    const body = backportWords(facts, plans);
    const said = { slot: reportSlot(change, SLOT), digest: digestOf(body) };
    return [
      ...(published[said.slot] === said.digest
        ? []
        : [{ kind: "report", change, slot: SLOT, body, digest: said.digest } as const]),
      ...(allOver(plans.map(({ going }) => ({ steps: going })))
        ? [{ kind: "settle-backport", change, digest, after: said } as const]
        : []),
    ];
  });
}

export interface StoppedPlan {
  /** Newest first; as in the plan, without those below a revert. */
  readonly going: readonly Step[];
  /** Not made, for the fix was taken back on the branch that is named. */
  readonly stopped: readonly { readonly step: Step; readonly on: BranchName }[];
}

/** What is open stays open: people decide about that. */
function stopWhereReverted(
  { steps }: BackportPlan,
  { asked: { origin }, reverted = {}, unread }: BackportFacts,
): StoppedPlan {
  const going: Step[] = [];
  const stopped: { readonly step: Step; readonly on: BranchName }[] = [];
  let on = reverted[origin] === undefined ? undefined : origin;
  for (const step of steps) {
    const isToCome = step.state.kind === "next" || step.state.kind === "waits";
    if (isToCome && unread !== undefined) continue;
    if (isToCome && on !== undefined) stopped.push({ step, on });
    else going.push(step);
    if (on === undefined && reverted[step.branch] !== undefined) on = step.branch;
  }
  return { going, stopped };
}

/** Markdown, a line for each branch, the newest first. */
export function backportWords(
  facts: Pick<BackportFacts, "asked" | "reverted" | "unread" | "notes"> & Branches,
  plans: readonly StoppedPlan[],
): string {
  const { asked, reverted = {}, unread, notes = [] } = facts;
  const withdrawn = asked.withdrawn ?? [];
  const lines = [
    ...plans.flatMap(({ going, stopped }) => [
      ...going.map((step) => lineOf(step, stateWords(step, reverted[step.branch]))),
      ...stopped.map(({ step, on }) =>
        lineOf(step, `not made, for ${short(reverted[on])} reverts it on \`${on}\`; that may be reverted in turn`),
      ),
    ]),
    ...[...lostBranches(asked, facts), ...notes, ...firstOf(asked.refused)].map((sentence) => `- ${sentence}`),
    ...withdrawn.map((branch) => `- ${shown(branch)}: not asked for any more; what is open stays open`),
    ...(unread === undefined ? [] : [`- Nothing is made: ${unread}. Pick it by hand with \`git review -x\`.`]),
  ];
  const told =
    lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `- and ${lines.length - MOST_LINES} more`] : lines;
  if (told.length === 0) told.push("Nothing is asked for.");
  const stoppedBy = stoppedAt(plans.flatMap(({ going }) => going));
  const end =
    stoppedBy?.state.kind === "closed"
      ? [`\nNothing more is made: #${stoppedBy.state.change} was closed. Reopen it, then comment \`/backport\` again.`]
      : [];
  return ["**Backports**\n", ...told, ...end].join("\n");
}

function firstOf(refused: readonly string[]): readonly string[] {
  const more = refused.length - MOST_REFUSALS;
  return more > 0 ? [...refused.slice(0, MOST_REFUSALS), `${more} more cannot be done.`] : refused;
}

function lineOf(step: Step, words: string): string {
  return `- \`${step.branch}\`: ${words}${step.asked ? "" : " (it lies in between)"}`;
}

function stateWords({ state }: Step, revert: Sha | undefined): string {
  switch (state.kind) {
    case "there":
      return revert === undefined ? "it is there" : `it was there; ${short(revert)} reverts it`;
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

function short(sha: Sha | undefined): string {
  return sha?.slice(0, 10) ?? "a commit";
}
