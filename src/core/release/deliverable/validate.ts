/** All rules that the files alone answer, on one deliverable. */
import type { Deliverable } from "./deliverable.ts";
import { findingIn, type Finding, type Found } from "./finding.ts";
import type { RuleId } from "./rule.ts";
import { branchRules } from "./rules-branches.ts";
import { modelRules, repositoryRules } from "./rules-model.ts";
import { orderRules } from "./rules-order.ts";
import { versionRules } from "./rules-versions.ts";
import { INDEPENDENT, type SeriesFacts, type SeriesOrder } from "./series.ts";

export interface RuleContext {
  readonly order: SeriesOrder;
  /** Of the file's folder; `undefined` for `_independent`. */
  readonly series: SeriesFacts | undefined;
  /** The names of the branches of another file: by series and deliverable; `undefined` where there is none. */
  branchesOf(series: string, deliverable: string): readonly string[] | undefined;
}

export type Tell = (rule: RuleId, found: Found) => void;
export type Rule = (file: Deliverable, context: RuleContext, found: Tell) => void;

const ALL: readonly Rule[] = [modelRules, repositoryRules, versionRules, orderRules, branchRules];

/** In the order of the file. */
export function validateDeliverable(file: Deliverable, context: Omit<RuleContext, "series">): readonly Finding[] {
  const series = context.order.find(file.series);
  const findings: Finding[] = [];
  const tell: Tell = (rule, found) => void findings.push(findingIn(file, rule, found));
  if (file.series !== INDEPENDENT && series === undefined)
    tell("series.unknown", {
      at: [],
      message: `deliverables/${file.series} is no series of series_status.yaml`,
      hint: `write it there, or move the file to ${INDEPENDENT}`,
    });
  for (const rule of ALL) rule(file, { ...context, series }, tell);
  return findings.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
