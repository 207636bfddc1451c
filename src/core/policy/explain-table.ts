/** The table of the check run: what is needed, how much of it is there, who gave it or could, and why. */
import { isFulfilled } from "./fulfilled.ts";
import type { Explained } from "./explained.ts";
import { isCountSentence, isVeto, voteActions, whoCould } from "./explain-turns.ts";
import { nounOf } from "./explain-words.ts";
import { PASSED } from "./check-results.ts";
import { prose } from "./markdown.ts";
import { signed } from "./tally.ts";
import type { CheckResult, RequirementResult, Verdict } from "./verdict.ts";

interface Row {
  readonly needed: string;
  readonly state: string;
  readonly who: string;
}

export function neededTable({ verdict }: Explained): string {
  const rows = [
    ...verdict.requirements.flatMap((one) => requirementRows(one, verdict)),
    ...(verdict.checks ?? []).map(checkRow),
  ];
  if (rows.length === 0) return "";
  const lines = rows.map(({ needed, state, who }) => `| ${needed} | ${state} | ${who} |`);
  return ["| Needed | State | Who and why |", "| --- | --- | --- |", ...lines].join("\n");
}

function requirementRows(requirement: RequirementResult, verdict: Verdict): readonly Row[] {
  const { status, have, need, checks, counted, lift } = requirement;
  if (status === "NOT_APPLICABLE") return [];
  // Checks have rows of their own; what people ask for beside them has not.
  if (checks !== undefined)
    return plainRows({
      ...requirement,
      unmetBecause: requirement.unmetBecause.filter((why) => / asked for /.test(why)),
    });
  if (have === undefined || need === undefined) return plainRows(requirement);
  const votes = counted
    .filter(({ value }) => value > 0)
    .map(({ by, value, why }) => `${prose(by.login)} ${signed(value)}${why === "" ? "" : `, ${prose(why)}`}`);
  const able = voteActions(requirement).map(
    (action) => `${whoCould(action, verdict)} can give ${have === 0 && need > 1 ? "them" : "it"}`,
  );
  const lifted = lift === undefined ? [] : [prose(lift.sentence)];
  const others = requirement.unmetBecause
    .filter((why) => !isCountSentence(why) && !isVeto(why))
    .map((why) => prose(why));
  const vetoed = requirement.unmetBecause.filter(isVeto).map((why) => prose(why));
  const notes = [...lifted, ...votes, ...vetoed, ...able, ...others];
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
  if (requirement.lift !== undefined)
    return [{ needed: prose(nounOf(requirement)), state: "lifted", who: prose(requirement.lift.sentence) }];
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
