/** Whether a requirement lets a change pass. Source: Gerrit, "Submit Requirements". */
import type { RequirementResult } from "./verdict.ts";

export function isFulfilled({ status }: Pick<RequirementResult, "status">): boolean {
  switch (status) {
    case "SATISFIED":
    case "OVERRIDDEN":
    case "NOT_APPLICABLE":
      return true;
    case "UNSATISFIED":
    case "ERROR":
      return false;
  }
}
