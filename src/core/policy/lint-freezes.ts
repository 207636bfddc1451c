/** Freezes that are over, and requirements that a freeze takes away: what guards by two kinds is guarded by neither while both stand. */
import type { Instant } from "../time.ts";
import type { Placed } from "./lint-conditions.ts";
import { warning, type Finding, type Linting } from "./lint.ts";

export function pastFreezes({ policy, entries }: Linting, now: Instant): readonly Finding[] {
  return policy.freezes.flatMap(({ name, to }) => {
    const entry = entries.freezes.get(name.toLowerCase());
    if (entry === undefined || to > now) return [];
    return [
      warning(entry.layer, [...entry.path, "to"], {
        rule: "freeze-past",
        message: `the freeze \`${name}\` has ended`,
        hint: "remove it, or give it its next time",
      }),
    ];
  });
}

/** `applicableIf: "freeze:active AND -freeze:requirements"`: while both kinds stand nobody is asked about the other one. */
export function freezeLifts({ part, whose, entry, literals }: Placed): readonly Finding[] {
  if (part !== "applicableIf") return [];
  const lifting = literals.filter(({ test, negated }) => negated && test.kind === "time" && isFreeze(test.fact.kind));
  if (lifting.length === 0) return [];
  const tests = [...new Set(lifting.map(({ test }) => `\`${test.text}\``))];
  return [
    warning(entry.layer, [...entry.path, part], {
      rule: "freeze-lifts",
      message: `while ${tests.join(" or ")} holds, ${whose} is not asked, whatever other freeze stands`,
      hint: "write a requirement of its own for each kind, without `-`: what is frozen twice then needs both",
    }),
  ];
}

function isFreeze(kind: string): boolean {
  return kind === "frozen" || kind === "frozen-by";
}
