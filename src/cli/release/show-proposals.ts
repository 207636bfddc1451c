/** What `auto-propose` worked out, for people and for scripts: by team, with reasons, and until when silence is agreement. */
import type { DueWeek } from "../../core/release/deliverable/due.ts";
import type { SeriesFacts } from "../../core/release/deliverable/series.ts";
import { formatInstant, sayInstant, type Instant } from "../../core/time.ts";
import { columns, type Say } from "../say.ts";
import type { Outcome, Proposal } from "./auto-propose.ts";
import type { Branch } from "./proposal-branches.ts";
import type { Agreement } from "./quiet.ts";

export interface Told {
  readonly series: SeriesFacts;
  readonly week: DueWeek | undefined;
  readonly outcome: Outcome;
  readonly branches: readonly Branch[];
  readonly agreement: Agreement | { readonly why: string };
  readonly now: Instant;
  readonly at: Instant;
}

export function showProposals(
  say: Say,
  { series, week, outcome, branches, agreement, at }: Told,
  { commit }: { readonly commit: boolean },
): void {
  if (week === undefined) return say.result(`${series.name}: ${sayInstant(at)} is in no week of its schedule`);
  const { events } = week;
  say.result(`${say.colour("bold", series.name)} · ${week.week.name ?? ""}, the week of ${week.week.start}`);
  for (const { id, what, deadline } of events) say.result(`  ${what} (${id}), before ${sayInstant(deadline)}`);
  if (events.length === 0) return say.result("  No deadline for releases is in it: nothing is due.");
  const { proposals, nothing, problems } = outcome;
  for (const team of teamsOf(proposals)) {
    say.result("");
    const branch = branches.find((one) => one.team === team);
    say.result(`${say.colour("bold", team)}${branch === undefined ? "" : `  ${branch.name}${STATES[branch.state]}`}`);
    for (const { deliverable, planned, path, reasons } of proposals.filter((one) => one.team === team)) {
      say.result(`  ${deliverable} ${planned.version}  ${path}`);
      for (const { name } of planned.branches) say.result(`    begins ${name}`);
      for (const reason of reasons) say.result(`    ${reason}`);
    }
  }
  if (proposals.length === 0) say.result("Nothing is to be proposed.");
  if (nothing.length > 0) {
    say.result("");
    for (const row of columns(nothing.map(({ deliverable, why }) => ["-", deliverable, why]))) say.result(row);
  }
  for (const { deliverable, message, hint } of problems) {
    say.note(`${say.colour("red", "Not worked out")}  ${deliverable}: ${message}`);
    say.note(`  Hint: ${hint}`);
  }
  if (proposals.length === 0) return;
  say.result("");
  say.result(
    "why" in agreement
      ? `Silence is no agreement: ${agreement.why}. Somebody has to approve.`
      : `Silence is agreement after ${agreement.says} (${agreement.requirement}): sent now, on ${sayInstant(agreement.until)}.`,
  );
  const late = "why" in agreement ? [] : events.filter(({ deadline }) => agreement.until > deadline);
  if (late.length > 0)
    say.result(`That is after ${late.map(({ id }) => id).join(", ")}: ask for approval, or send it earlier next time.`);
  const ready = branches.filter(({ state }) => state !== "other");
  if (commit) for (const { name } of ready) say.note(`  git switch ${name} && git review`);
  else say.note("Nothing was written: --commit makes a branch with one commit for each team");
}

const STATES: Readonly<Record<Branch["state"], string>> = {
  made: "",
  same: ": is there already",
  other: ": is there with something else in it, and was left alone; send it, or delete it",
};

function teamsOf(proposals: readonly Proposal[]): readonly string[] {
  return [...new Set(proposals.map(({ team }) => team))].toSorted();
}

export function proposalsJson({ series, week, outcome, branches, agreement, now, at }: Told) {
  return {
    ...{ version: 1, series: series.name, now: formatInstant(now), at: formatInstant(at) },
    week: week === undefined ? null : { name: week.week.name ?? null, start: week.week.start },
    events: (week?.events ?? []).map(({ id, what, deadline }) => ({ id, what, deadline: formatInstant(deadline) })),
    silence:
      "why" in agreement
        ? null
        : { after: agreement.says, requirement: agreement.requirement, until: formatInstant(agreement.until) },
    proposals: outcome.proposals.map(({ deliverable, team, path, due, type, planned, reasons }) => ({
      ...{ deliverable, team, path, event: due.event.id, type, release: planned.version },
      ...{ projects: planned.projects, branches: planned.branches, reasons },
      branch: branches.find((one) => one.team === team)?.name ?? null,
    })),
    branches: branches.map(({ team, name, state, commit }) => ({ team, name, state, commit: commit ?? null })),
    nothing: outcome.nothing,
    problems: outcome.problems.map(({ deliverable, message, hint }) => ({ deliverable, message, hint: hint ?? null })),
  };
}
