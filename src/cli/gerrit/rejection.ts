/** What Gerrit says when it takes nothing, as a sentence with what to do next. Source: Gerrit, "Push errors". */
import { type GerritLocation } from "../../config/locate-gerrit.ts";
import { EXIT } from "../problems.ts";
import { oneLine, type CliProblem } from "../say.ts";

export interface Rejection {
  /** What git prints in brackets. */
  readonly reason: string;
  readonly remote: readonly string[];
}

/** The server has these commits already: nothing to do, and no problem. */
export function isNothingNew({ reason }: Rejection): boolean {
  return /^no new changes$/i.test(reason.trim());
}

interface Rule {
  readonly when: RegExp;
  readonly why: (found: readonly string[]) => string;
  readonly hint: string;
}

const RULES: readonly Rule[] = [
  {
    when: /missing (?:Change-Id|subject)/i,
    why: ([all = ""]) => `the server misses it: ${all}`,
    hint: "the Change-Id has to stand in the message's last paragraph; `git commit --amend`, or `git rebase -i` for a lower commit",
  },
  {
    when: /(?:invalid|multiple) Change-Id|same Change-Id in multiple changes/i,
    why: ([all = ""]) => `the Change-Ids are not right: ${all}`,
    hint: "each commit needs one of its own, `I` and 40 hex digits; mend them with `git rebase -i`",
  },
  {
    when: /change (\S+) (?:is )?(?:closed|merged|abandoned)/i,
    why: ([, change = ""]) => `${change} is closed, and a closed change takes no new patch set`,
    hint: "send it as a new change with `git review -i`, or have it restored on its page first",
  },
  {
    when: /branch (\S+) not found/i,
    why: ([, branch = ""]) => `there is no branch ${branch} on the server`,
    hint: "name one that is there: `git review <branch>`",
  },
  {
    when: /not permitted|prohibited by Gerrit|(?:create|update) change .*denied|not allowed to upload/i,
    why: ([all = ""]) => `you may not: ${all}`,
    hint: "ask an administrator of the project for the right, and see that you have signed what it asks contributors to sign",
  },
  {
    when: /(?:email address|committer|author).*not registered|invalid (?:committer|author)|not match your user account/i,
    why: ([all = ""]) => `the commit's email is not yours on the server: ${all}`,
    hint: "register the address on your settings page there, or `git commit --amend --reset-author` with the right user.email",
  },
  {
    when: /does not identify a registered user|account '?[^']*'? not found|unresolvable|not resolve/i,
    why: ([all = ""]) => `somebody named as reviewer or cc is not known there: ${all}`,
    hint: "name people by their user name, email or full name on that server",
  },
  {
    when: /implicit merge|no common ancestry|too many (?:commits|changes)/i,
    why: ([all = ""]) => `this is more than the target takes: ${all}`,
    hint: "is it the right target branch? If so, rebase onto it first",
  },
  {
    when: /contains banned commit|hook|validation|commit message/i,
    why: ([all = ""]) => `a rule of the server says no: ${all}`,
    hint: "the words above name the rule; mend the commit and run `git review` again",
  },
];

export function describeRejection(
  { location }: { readonly location: Pick<GerritLocation, "host" | "project"> },
  rejection: Rejection,
): CliProblem {
  const said = [rejection.reason, ...rejection.remote.map(withoutMark)].map(oneLine);
  const cannot = `Cannot send to ${location.project} on ${location.host}`;
  for (const { when, why, hint } of RULES) {
    for (const line of said) {
      const found = when.exec(line);
      if (found !== null) return { message: `${cannot}: ${why([line, ...found.slice(1)])}`, hint, exit: EXIT.refused };
    }
  }
  return {
    message: `${cannot}: it refused with the words ${JSON.stringify(said.slice(0, 4).join("; "))}`,
    hint: "nothing was changed there; the server's documentation has a page for each of its push errors",
    exit: EXIT.refused,
  };
}

function withoutMark(line: string): string {
  return line.replace(/^(?:error|warning|fatal):\s*/i, "");
}
