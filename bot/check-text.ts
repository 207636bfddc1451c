/**
 * The check run of a change, with the facts that the forge could not give back later under the fold (RULINGS 4): only
 * our App can write there. They are written and not read back yet.
 */
import type { Action, RepositorySnapshot } from "../src/core/gate/snapshot.ts";
import { formatInstant } from "../src/core/time.ts";
import type { CheckWrite } from "../src/forge/forge.ts";

export const CHECK_NAME = "plustwo";
export const GATE_CHECK_NAME = "plustwo/gate";

export function checkOf(
  action: Extract<Action, { kind: "publish-check" }>,
  { changes }: Pick<RepositorySnapshot, "changes">,
): CheckWrite {
  const snapshot = changes.find(({ change }) => change.number === action.change);
  const patchSet = snapshot?.change.patchSets.at(-1);
  const facts = {
    version: 1,
    change: action.change,
    patchSet: action.patchSet,
    sha: action.head,
    kind: patchSet?.kind,
    target: snapshot?.change.branch,
    pusher: patchSet?.pusher?.id,
    at: patchSet?.at === undefined ? undefined : formatInstant(patchSet.at),
    vetoes: (snapshot?.votes ?? [])
      .filter(({ value }) => value < 0)
      .map(({ user, label, value, sha, state, source }) => ({
        user: user.id,
        label,
        value,
        sha,
        state,
        review: source.id,
      })),
  };
  return {
    name: CHECK_NAME,
    head: action.head,
    externalId: `${action.change}/${action.patchSet}`,
    verdict: action.verdict,
    title: action.title,
    summary: action.summary,
    text: `<details><summary>Record</summary>\n\n\`\`\`json\n${JSON.stringify(facts, null, 1)}\n\`\`\`\n\n</details>`,
  };
}
