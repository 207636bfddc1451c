/** The table of the check run: what is needed, how much of it is there, who gave it or could, and why. */
import { isFulfilled } from "./evaluate.ts";
import type { Explained } from "./explained.ts";
import { nounOf } from "./explain-words.ts";
import { PASSED } from "./check-results.ts";
import { prose } from "./markdown.ts";
import { signed } from "./tally.ts";
import type { CheckResult, RequirementResult } from "./verdict.ts";

interface Row {
  readonly needed: string;
  readonly state: string;
  readonly who: string;
}

export function neededTable({ verdict }: Explained): string {
  const rows = [...verdict.requirements.flatMap(requirementRows), ...(verdict.checks ?? []).map(checkRow)];
  if (rows.length === 0) return "";
  const lines = rows.map(({ needed, state, who }) => `| ${needed} | ${state} | ${who} |`);
  return ["| Needed | State | Who and why |", "| --- | --- | --- |", ...lines].join("\n");
}

function requirementRows(requirement: RequirementResult): readonly Row[] {
  const { status, have, need, checks, counted, ways } = requirement;
  // Checks have rows of their own.
  if (checks !== undefined || status === "NOT_APPLICABLE") return [];
  if (have === undefined || need === undefined) return plainRows(requirement);
  const votes = counted.map(
    ({ by, value, why }) => `${prose(by.login)} ${signed(value)}${why === "" ? "" : `, ${prose(why)}`}`,
  );
  const able = ways
    .filter(({ action }) => action.startsWith("vote "))
    .map((way) => `${prose(way.who.join(", "))} can give ${have === 0 && need > 1 ? "them" : "it"}`);
  const stuck =
    ways.length === 0 && !isFulfilled(requirement) ? requirement.unmetBecause.slice(1).map((why) => prose(why)) : [];
  const vetoed = requirement.ways.some(({ action }) => action.startsWith("lift "))
    ? requirement.unmetBecause.filter((why) => / (?:vetoed|said): /.test(why)).map((why) => prose(why))
    : [];
  const notes = [...votes.filter((vote) => !vote.includes("−")), ...vetoed, ...able, ...stuck];
  const [first = status === "OVERRIDDEN" ? "overridden" : "", ...more] = notes;
  return [
    {
      needed: prose(nounOf(requirement)),
      state: vetoed.length > 0 && requirement.blocked ? "veto" : amount(have, need),
      who: first,
    },
    ...more.map((who) => ({ needed: "", state: "", who })),
  ];
}

function plainRows(requirement: RequirementResult): readonly Row[] {
  if (isFulfilled(requirement)) return [];
  const state = requirement.status === "ERROR" ? "broken" : "–";
  return requirement.unmetBecause.map((why, index) => ({
    needed: index === 0 ? prose(nounOf(requirement)) : "",
    state: index === 0 ? state : "",
    who: prose(why),
  }));
}

function amount(have: number, need: number): string {
  if (need > 1) return `${Math.min(have, need)} / ${need}`;
  return have >= need ? "ok" : "–";
}

function checkRow({ name, state, why, producer, awaits }: CheckResult): Row {
  const needed = prose(name);
  if (awaits !== undefined) return { needed, state: "…", who: prose(why) };
  switch (state) {
    case "passed":
      return { needed, state: "ok", who: why === PASSED ? `${prose(producer)}, this commit` : prose(why) };
    case "failed":
      return { needed, state: "FAIL", who: prose(why) };
    case "running":
      return { needed, state: "…", who: prose(why) };
    case "missing":
      return { needed, state: "–", who: prose(why) };
    case "not-counted":
      return { needed, state: "no", who: prose(why) };
  }
}
