/** A forge problem in words: what was tried, what was found, what to do next, and the exit code of ruling 31. */
import { formatInstant } from "../core/time.ts";
import type { ForgeProblem } from "./forge.ts";

export interface ProblemInWords {
  readonly message: string;
  /** What to do next; starts small, ends without a stop. */
  readonly hint: string;
  /** 1 refused, 40 unreachable or 5xx, 41 token missing or refused. */
  readonly exit: 1 | 40 | 41;
}

const TOKEN_SOURCES = "PLUSTWO_TOKEN, GH_TOKEN, `git credential fill` and `gh auth token`";

export function describeForgeProblem(problem: ForgeProblem): ProblemInWords {
  const cannot = `Cannot ${problem.tried}`;
  switch (problem.kind) {
    case "unreachable":
      return {
        message: `${cannot}: GitHub did not answer (${problem.found})`,
        hint: "check the network and the host in .gitreview, then run it again; nothing is lost",
        exit: 40,
      };
    case "server-error":
      return {
        message: `${cannot}: GitHub answered ${problem.status} (${problem.found})`,
        hint: "this is on GitHub's side: look at its status page, then run it again; nothing is lost",
        exit: 40,
      };
    case "rate-limited":
      return {
        message: `${cannot}: GitHub asks to slow down`,
        hint:
          problem.retryAt === undefined
            ? "wait a minute, then run it again"
            : `run it again after ${formatInstant(problem.retryAt)}`,
        exit: 40,
      };
    case "unreadable":
      return {
        message: `${cannot}: the answer is not what GitHub promises (${problem.found})`,
        hint: "run it again; if it stays, a proxy may be answering for GitHub, or plustwo needs an update",
        exit: 40,
      };
    case "no-token":
      return {
        message: `${cannot}: no token was found`,
        hint: `looked in ${TOKEN_SOURCES}; set PLUSTWO_TOKEN to a token that may read and write pull requests`,
        exit: 41,
      };
    case "bad-token":
      return {
        message: `${cannot}: GitHub refused the token (${problem.found})`,
        hint: `it may have expired or belong to another host; make a new one and set it in one of ${TOKEN_SOURCES}`,
        exit: 41,
      };
    case "forbidden":
      return {
        message: `${cannot}: the token may not do that (${problem.found})`,
        hint: "give the token (or the App) the right it lacks, or ask somebody who has it",
        exit: 41,
      };
    case "not-found":
      return {
        message: `${cannot}: GitHub has no such thing, or hides it from this token`,
        hint: "check the name in .gitreview, and that the token may see the repository",
        exit: 1,
      };
    case "refused":
      return {
        message: `${cannot}: GitHub refused it (${problem.found})`,
        hint: "change what it names, then run it again",
        exit: 1,
      };
  }
}
