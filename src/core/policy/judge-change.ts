/** Tests about the change itself, against the facts. Each says what is so, and who could turn it. */
import { claimsPick } from "./backport.ts";
import type { Facts } from "./facts.ts";
import { owner, some } from "./judge-words.ts";
import { judgeBackport, judgeOrder, PICK, short } from "./judge-backport.ts";
import { judgeDistinct } from "./judge-distinct.ts";
import { judgePaths } from "./judge-paths.ts";
import { judgePeople } from "./judge-people.ts";
import { judgeText } from "./judge-text.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { ChangeTest } from "./operators-change.ts";
import { relates } from "./relation.ts";

export function judgeChange({ fact, text }: ChangeTest, facts: Facts): Judgement {
  const { snapshot } = facts;
  const { change } = snapshot;
  switch (fact.kind) {
    case "constant":
      return plainly(fact.value);
    case "unresolved": {
      const { unresolved } = snapshot.facts;
      return plainly(relates(unresolved, fact.bound.relation, fact.bound.n), {
        why: unresolved === 1 ? "1 comment is not resolved" : `${unresolved} comments are not resolved`,
        ...(unresolved > 0 ? { turns: [[owner(facts, "resolve", "resolve the comments")]] } : {}),
      });
    }
    case "draft":
      return plainly(change.draft, {
        why: change.draft ? "it is a draft" : "it is no draft",
        ...(change.draft ? { turns: [[owner(facts, "other", "mark it ready for review")]] } : {}),
      });
    case "merge": {
      const merges = change.commits.filter(({ parents = 1 }) => parents > 1);
      return plainly(merges.length > 0, {
        why: merges.length > 0 ? `${short(merges[0]?.sha ?? "")} is a merge` : "no commit of it is a merge",
        evidence: merges.map(({ sha }) => `commit:${sha}`),
        ...(merges.length > 0 ? { turns: [[owner(facts, "push", "push it without merges: rebase")]] } : {}),
      });
    }
    case "cherry-pick": {
      const picked = change.commits.filter(({ message }) => claimsPick(message));
      return plainly(picked.length > 0, {
        why: picked.length > 0 ? "it was cherry-picked" : "no commit of it says that it was cherry-picked",
        evidence: picked.map(({ sha }) => `commit:${sha}`),
        ...(picked.length > 0 ? {} : { turns: [[owner(facts, "push", PICK)]] }),
      });
    }
    case "backport":
      return judgeBackport(fact.clean, facts);
    case "backport-order":
      return judgeOrder(facts);
    case "bidi": {
      const { bidi } = snapshot.facts;
      return plainly(bidi.length > 0, {
        why: bidi.length > 0 ? `it has invisible characters: ${some(bidi)}` : "it has no invisible characters",
        ...(bidi.length > 0 ? { turns: [[owner(facts, "push", "push it without invisible characters")]] } : {}),
      });
    }
    case "branch":
    case "ref":
    case "project":
    case "topic":
    case "hashtag":
    case "message":
    case "subject":
    case "footer":
    case "has-footer":
    case "commit":
    case "number":
    case "change-id":
      return judgeText(fact, { facts, text });
    case "path":
    case "path-only":
    case "file":
    case "extension":
    case "only-extensions":
    case "directory":
    case "size":
    case "submodule-update":
    case "release-note":
      return judgePaths(fact, { facts, text });
    case "person":
    case "in-group":
    case "contributors-in":
    case "email":
      return judgePeople(fact, { facts, text });
    case "distinct-voters":
      return judgeDistinct(fact, facts);
  }
}
