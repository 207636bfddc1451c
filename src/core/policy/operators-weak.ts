/**
 * Which tests are weak: on words that whoever opens a change, commits to it or may set labels on it writes as they like. They may
 * say what a change is about; that alone should never let it through (threat T37).
 */
import type { RequirementTest } from "./operators.ts";

export function isWeak(test: RequirementTest): boolean {
  if (test.kind !== "change") return false;
  const { fact } = test;
  switch (fact.kind) {
    case "hashtag":
    case "topic":
    case "subject":
    case "message":
    case "footer":
    case "has-footer":
    case "email":
    // What a message says.
    case "cherry-pick":
      return true;
    case "person":
      // Authors and committers are known by the email that a commit names; reviewers are asked, and need not have looked.
      return fact.role === "author" || fact.role === "committer" || fact.role === "reviewer";
    case "in-group":
      return fact.role === "author" || fact.role === "committer" || fact.role === "reviewer";
    case "backport":
    case "backport-order":
    case "bidi":
    case "branch":
    case "change-id":
    case "commit":
    case "constant":
    case "contributors-in":
    case "directory":
    case "distinct-voters":
    case "draft":
    case "extension":
    case "file":
    case "merge":
    case "number":
    case "only-extensions":
    case "path":
    case "path-only":
    case "project":
    case "ref":
    case "release-note":
    case "size":
    case "submodule-update":
    case "unresolved":
      return false;
  }
}
