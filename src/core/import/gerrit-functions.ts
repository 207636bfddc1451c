/** What a label's deprecated function asks for, as a submit requirement; and whether another requirement asks for it already. */
import { parseExpression } from "../policy/expression.ts";
import type { DraftRequirement } from "./draft.ts";
import type { ConfigEntry } from "./git-config.ts";
import type { Place, Report } from "./report.ts";

export interface Function {
  /** All have to hold. */
  readonly terms: readonly string[];
  readonly line: Place;
  readonly about: string;
  /** The file names it; else it is the one that Gerrit takes for granted. */
  readonly named: boolean;
}

/** undefined: nothing is asked for. */
export function functionOf(
  {
    name,
    line,
    min,
    max,
    ownVotes,
    entry,
  }: {
    readonly name: string;
    readonly line: Place;
    readonly min: number;
    readonly max: number;
    readonly ownVotes: boolean;
    readonly entry?: ConfigEntry;
  },
  report: Report,
): Function | undefined {
  const about = entry === undefined ? `label ${name}` : `label ${name}: function = ${entry.value}`;
  const at = entry?.line ?? line;
  const most = max > 0 ? [`label:${name}=MAX${ownVotes ? "" : ",user=non_uploader"}`] : ["is:false"];
  const least = min < 0 ? [`-label:${name}=MIN`] : [];
  const asks = (terms: readonly string[]): Function | undefined => {
    if (terms.length > 0) return { terms, line: at, about, named: entry !== undefined };
    report.kept(at, about, "it asks for nothing, since the label has no negative value");
    return undefined;
  };
  switch ((entry?.value.trim() ?? "MaxWithBlock").toLowerCase()) {
    case "maxwithblock":
      return asks([...most, ...least]);
    case "anywithblock":
      return asks(least);
    case "maxnoblock":
      return asks(most);
    case "noblock":
    case "noop":
      report.kept(at, about, "it asks for nothing");
      return undefined;
    case "patchsetlock":
      report.leftOut(at, about, "nothing here stops a push; protect the branch of the pull request, or close it");
      return undefined;
    default:
      // Gerrit keeps the function it takes for granted where it cannot read the one that is named.
      report.leftOut(at, about, "it is no function of Gerrit's, which then asks for the highest vote and no veto");
      return asks([...most, ...least]);
  }
}

/** Of requirements by name, one that asks for all of it on every change. */
export function askedAlready(
  { terms }: Function,
  requirements: ReadonlyMap<string, DraftRequirement>,
): string | undefined {
  for (const [name, { applicableIf, submittableIf, overrideIf }] of requirements) {
    if (applicableIf !== undefined || overrideIf !== undefined) continue;
    if (!terms.every((term) => submittableIf.includes(term.replace(/^-/, "")))) continue;
    const parsed = parseExpression(submittableIf);
    if (!parsed.ok) continue;
    const all = parsed.value.kind === "and" ? parsed.value.terms : [parsed.value];
    const asked = all.flatMap((term) =>
      term.kind === "atom"
        ? [term.atom.text]
        : term.kind === "not" && term.term.kind === "atom"
          ? [`-${term.term.atom.text}`]
          : [],
    );
    const isAsked = (term: string) =>
      asked.some((one) => one === term || (!term.startsWith("-") && one.startsWith(`${term},`)));
    if (terms.every(isAsked)) return name;
  }
  return undefined;
}
