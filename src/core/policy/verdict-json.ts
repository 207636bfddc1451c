/** A verdict as text (docs/schemas/verdict.schema.json): instants are ISO-8601 with Z, keys are sorted, so the same snapshot always gives the same bytes. */
import { canonicalJson } from "./canonical-json.ts";
import type { Verdict } from "./verdict.ts";
import { formatInstant, instant } from "../time.ts";

/** Keys that hold an instant, wherever they stand. */
const INSTANTS = new Set(["evaluatedAt", "wakeAt", "earliest", "until", "startedAt", "endedAt"]);

export function formatVerdict(verdict: Verdict): string {
  return canonicalJson(withInstants({ version: 1, ...verdict }));
}

function withInstants(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withInstants);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]: [string, unknown]) => [
      key,
      INSTANTS.has(key) && typeof part === "number" ? formatInstant(instant(part)) : withInstants(part),
    ]),
  );
}
