/** What the one comment on a change says of overrides that lift something now: which, by whom, why, until when (threat T38). */
import { listed } from "../policy/freeze.ts";
import { code, prose } from "../policy/markdown.ts";
import type { Lift } from "../policy/override.ts";
import type { Verdict } from "../policy/verdict.ts";
import { sayInstant } from "../time.ts";

/** A paragraph for each rule that wants to be announced; none where nothing is lifted. */
export function overrideNotices({ requirements, patchSet }: Verdict): readonly string[] {
  const lifted = new Map<string, { readonly lift: Lift; readonly names: string[] }>();
  for (const { name, lift } of requirements) {
    if (lift?.notify !== "comment") continue;
    const before = lifted.get(lift.rule);
    if (before === undefined) lifted.set(lift.rule, { lift, names: [name] });
    else before.names.push(name);
  }
  return [...lifted.values()].map(({ lift, names }) => {
    const people = listed(lift.people.map(code));
    const what = `${prose(listed(names))} ${names.length === 1 ? "is" : "are"} lifted for patch set ${patchSet}`;
    const why = lift.reason === "" ? "" : ` Reason: ${prose(lift.reason)}.`;
    return `**Override ${prose(lift.rule)}**: ${what} by ${people} until ${sayInstant(lift.until)}.${why}`;
  });
}

export const OVERRIDE_OVER =
  "An override that was told here holds no more: its time is over, the change is another, or a word was taken back. Who asked for it and why stands in their reviews.";
