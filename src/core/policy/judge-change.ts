/** Tests about the change itself, against the facts. */
import type { Facts } from "./facts.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { ChangeTest } from "./operators-change.ts";

export function judgeChange({ fact }: ChangeTest, { snapshot }: Facts): Judgement {
  switch (fact.kind) {
    case "constant":
      return plainly(fact.value);
    case "unresolved": {
      const { unresolved } = snapshot.facts;
      const comments = unresolved === 1 ? "1 comment is" : `${unresolved} comments are`;
      return plainly(unresolved > 0, {
        why: `${comments} not resolved`,
        turns: [[{ kind: "resolve", who: [snapshot.change.owner.login], need: 1, do: "resolve the comments" }]],
      });
    }
  }
}
