/** How two policies on the past look: what only one of them would have let in, with the reasons, then what nobody can tell, and why. */
import type { BranchName } from "../../core/ids.ts";
import type { PastDifference } from "../../core/replay/past-worlds.ts";
import { formatInstant } from "../../core/time.ts";
import type { RepositoryRef } from "../../forge/forge.ts";
import { counted, oneLine, type Say } from "../say.ts";
import { day } from "./show-replay.ts";

export interface ShownPast {
  readonly repository: RepositoryRef;
  readonly branch: BranchName;
  readonly host: string;
  /** Newest first. */
  readonly merges: readonly PastDifference[];
  /** `org/slug`, whose members are those of today. */
  readonly teams: readonly string[];
  readonly limits: readonly string[];
  readonly complete: boolean;
  readonly requests: number;
  readonly remaining?: number;
}

const MOST_UNKNOWN = 20;

export function showPast(say: Say, shown: ShownPast): void {
  const { repository, branch, merges, teams, limits, requests, remaining } = shown;
  const title = `${repository.owner}/${repository.name}, ${branch}`;
  const [newest, oldest] = [merges[0], merges.at(-1)];
  if (newest === undefined || oldest === undefined) {
    say.result(`${title}: no pull request was merged there`);
    return;
  }
  say.result(`${title}: ${counted(merges.length, "merge")}, ${day(oldest.mergedAt)} to ${day(newest.mergedAt)}`);
  say.result(say.colour("dim", "Each is asked about as it was at the moment it was merged"));
  if (teams.length > 0)
    say.result(say.colour("dim", `Members of ${teams.map((team) => `@${team}`).join(", ")} are those of today`));
  for (const [kind, words, colour] of [
    ["blocked", "newly refused", "red"],
    ["allowed", "newly let in", "yellow"],
  ] as const)
    for (const one of of(merges, kind)) {
      say.result("");
      say.result(`${say.colour("bold", `#${one.number} ${oneLine(one.title)}`)}  ${say.colour(colour, words)}`);
      say.result(`  ${say.colour("dim", one.url)}`);
      for (const { name, before, after } of one.requirements)
        say.result(`  ${name}: ${before ?? "not there"} → ${after ?? "not there"}`);
      for (const sentence of one.because) say.result(`  ${oneLine(sentence)}`);
    }
  say.result("");
  const unknown = of(merges, "unknown");
  if (unknown.length > 0) say.result(`Cannot be judged:`);
  for (const { number, title: name, unknown: why } of unknown.slice(0, MOST_UNKNOWN))
    say.result(`  #${number} ${oneLine(name)}: ${oneLine(why.join("; "))}`);
  if (unknown.length > MOST_UNKNOWN) say.result(`  and ${unknown.length - MOST_UNKNOWN} more; --json names them all`);
  if (unknown.length > 0) say.result("");
  for (const limit of limits) say.result(`Not looked at: ${limit}`);
  say.result(sum(merges));
  const left = remaining === undefined ? "" : `; ${remaining} points of GraphQL are left this hour`;
  say.result(say.colour("dim", `Asked GitHub ${requests} times and wrote nothing${left}`));
}

function of(merges: readonly PastDifference[], kind: PastDifference["kind"]): readonly PastDifference[] {
  return merges.filter((one) => one.kind === kind);
}

function sum(merges: readonly PastDifference[]): string {
  const alike = merges.filter(({ kind }) => kind === "same" || kind === "reasons");
  const both = alike.filter(({ letIn }) => letIn.after === true).length;
  const parts = [
    `${of(merges, "allowed").length} newly let in`,
    `${of(merges, "blocked").length} newly refused`,
    `${both} let in by both`,
    `${alike.length - both} by neither`,
    `${of(merges, "unknown").length} cannot be judged`,
  ];
  return `${counted(merges.length, "merge")}: ${parts.join(", ")}`;
}

export function pastAsJson(shown: ShownPast): object {
  const { repository, branch, host, merges, teams, limits, complete, requests, remaining } = shown;
  const count = (kind: PastDifference["kind"]) => of(merges, kind).length;
  return {
    version: 1,
    ...{ host, project: `${repository.owner}/${repository.name}`, branch },
    counts: {
      ...{ allowed: count("allowed"), blocked: count("blocked"), reasons: count("reasons") },
      ...{ same: count("same"), unknown: count("unknown") },
    },
    merges: merges.map((merge) => ({ ...merge, mergedAt: formatInstant(merge.mergedAt) })),
    teamsOfToday: teams,
    ...{ limits, complete, requests },
    ...(remaining === undefined ? {} : { pointsLeft: remaining }),
  };
}
