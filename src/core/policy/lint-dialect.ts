/** In layers of dialect gerrit: expressions that strict reads otherwise, or not at all, each with its strict spelling. */
import type { Entry } from "./entries.ts";
import { warning, type Finding, type Linting } from "./lint.ts";
import type { Condition } from "./policy.ts";
import type { YamlPath } from "./yaml-text.ts";

export function looselyRead({ policy, entries }: Linting): readonly Finding[] {
  const labels = policy.labels.flatMap(({ name, copy, computed }) => {
    const entry = entries.labels.get(name.toLowerCase());
    return [
      ...told(entry, ["copyCondition"], copy),
      ...computed.flatMap((condition) => told(entry, ["computed", keyOf(entry, condition.value)], condition)),
    ];
  });
  const requirements = policy.requirements.flatMap((requirement) => {
    const entry = entries.requirements.get(requirement.name.toLowerCase());
    return (["applicableIf", "submittableIf", "overrideIf"] as const).flatMap((part) =>
      told(entry, [part], requirement[part]),
    );
  });
  const freezes = policy.freezes.flatMap(({ name, except }) =>
    told(entries.freezes.get(name.toLowerCase()), ["except"], except),
  );
  return [...labels, ...requirements, ...freezes];
}

function told(
  entry: Entry<unknown> | undefined,
  path: YamlPath,
  condition: Pick<Condition<unknown>, "loosely"> | undefined,
): readonly Finding[] {
  if (entry === undefined || condition?.loosely === undefined) return [];
  const { strict, remarks } = condition.loosely;
  const why = remarks.length === 0 ? "strict does not read this spelling" : remarks.join("; ");
  return [
    warning(entry.layer, [...entry.path, ...path], {
      rule: "dialect",
      message: strict === undefined ? why : `only dialect gerrit reads it so: ${why}`,
      hint: strict === undefined ? "make sure that this is what is meant" : `in strict it is \`${strict}\``,
    }),
  ];
}

/** As the file writes the value: `+1` is 1. */
function keyOf(
  entry: Entry<{ readonly computed?: Readonly<Record<string, string>> | undefined }> | undefined,
  value: number,
): string {
  return Object.keys(entry?.keys.computed ?? {}).find((key) => Number(key) === value) ?? String(value);
}
