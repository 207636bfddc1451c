/** What can go wrong between us and a Gerrit server, and the sentences for people. Exit codes: RULINGS 31 and git-review's. */
export type GerritProblem =
  | { readonly kind: "unreachable"; readonly tried: string; readonly host: string; readonly found: string }
  | { readonly kind: "server-error"; readonly tried: string; readonly host: string; readonly found: string }
  /** The server does not know us, or not with these credentials. */
  | {
      readonly kind: "unknown-user";
      readonly tried: string;
      readonly host: string;
      readonly found: string;
      readonly over: "http" | "ssh";
    }
  | { readonly kind: "refused"; readonly tried: string; readonly host: string; readonly found: string }
  /** The answer is not Gerrit's. */
  | { readonly kind: "unreadable"; readonly tried: string; readonly host: string; readonly found: string };

export interface GerritProblemText {
  readonly message: string;
  readonly hint: string;
  /** 1 refused, 40 unreachable or failing, 41 credentials missing or refused. */
  readonly exit: 1 | 40 | 41;
}

export function describeGerritProblem(problem: GerritProblem): GerritProblemText {
  const cannot = `Cannot ${problem.tried}`;
  const { host, found } = problem;
  switch (problem.kind) {
    case "unreachable":
      return {
        message: `${cannot}: ${host} did not answer (${found})`,
        hint: "check the network, and the host and port in .gitreview, then run it again",
        exit: 40,
      };
    case "server-error":
      return {
        message: `${cannot}: ${host} failed (${found})`,
        hint: "this is on the server's side: run it again later",
        exit: 40,
      };
    case "unknown-user":
      return {
        message: `${cannot}: ${host} does not know you (${found})`,
        hint:
          problem.over === "ssh"
            ? "add your public ssh key on your settings page there, and set `git config gitreview.username <name>`"
            : "make an HTTP password on your settings page there, and let git's credential helper or ~/.netrc have it",
        exit: 41,
      };
    case "refused":
      return {
        message: `${cannot}: ${host} refused it (${found})`,
        hint: "change what it names, then run it again",
        exit: 1,
      };
    case "unreadable":
      return {
        message: `${cannot}: the answer of ${host} is not Gerrit's (${found})`,
        hint: "check the host in .gitreview; a proxy or a sign-in page may be answering for it, or it is no Gerrit",
        exit: 40,
      };
  }
}
