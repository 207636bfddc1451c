/** Which label lets a change from a fork be a base in the project. What one layer has switched off, no later one switches on. */
import type { Layer } from "./layers.ts";
import { problemIn } from "./parse.ts";
import type { Policy } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";

/** What is wrong is added to `problems`. */
export function readReviewBases(
  layers: readonly Layer[],
  { labels, access }: Pick<Policy, "labels" | "access">,
  problems: PolicyProblem[],
): Pick<Policy, "reviewBases"> {
  const named = layers.filter(({ keys }) => keys.forks !== undefined);
  const layer = named.at(-1);
  const wanted = layer?.keys.forks?.reviewBases;
  if (layer === undefined || wanted === undefined || named.some(({ keys }) => keys.forks?.reviewBases === "off"))
    return {};
  const wrong = (message: string, hint: string): Pick<Policy, "reviewBases"> => {
    problems.push(problemIn(layer, ["forks", "reviewBases"], { kind: "wrong-value", message, hint }));
    return {};
  };
  const label = labels.find(({ name }) => name === wanted);
  if (label === undefined)
    return wrong(
      `\`${wanted}\` is no label, so nobody could say yes to a base`,
      "define it under `labels`, with values 0 and +1, and say under `access` who may vote it",
    );
  if (label.computed.length > 0 || label.max <= 0)
    return wrong(
      `nobody can vote +1 on \`${wanted}\`, so nobody could say yes to a base`,
      "name a label that people vote on, with a value above 0",
    );
  const open = access.some(
    (rule) =>
      rule.label === wanted &&
      rule.grants.some(({ to, max }) => (to === "anyone" || to === "owner") && max >= label.max),
  );
  if (open)
    return wrong(
      `anybody may vote +${label.max} on \`${wanted}\`, and that vote puts a stranger's commits into a branch of the project`,
      "give that value to a group alone, such as `core`",
    );
  return { reviewBases: wanted };
}
