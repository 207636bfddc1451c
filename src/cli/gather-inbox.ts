/** The facts of `git review inbox`: all open changes with what the service said of their heads, and what of them waits for who asks. */
import { parseRecord } from "../core/gate/record.ts";
import { parsePublished } from "../core/policy/published.ts";
import { inboxOf, type Inbox, type InboxFact } from "../core/review/inbox.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type InboxChange } from "../forge/reviewer.ts";
import { type Desk } from "./desk.ts";
import { ofForge } from "./problems.ts";
import { type CliProblem } from "./say.ts";

/** A fact of the inbox with what is shown beside it. */
export interface OpenChange extends InboxFact {
  readonly title: string;
  readonly url: string;
  readonly unresolved: number;
}

export interface InboxFacts {
  readonly viewer: string;
  /** How many changes are open. */
  readonly open: number;
  readonly inbox: Inbox<OpenChange>;
}

export async function gatherInbox(desk: Desk): Promise<Result<InboxFacts, CliProblem>> {
  const read = await desk.say.during(`Asking ${desk.location.host}`, desk.forge.inbox(desk.project));
  if (!read.ok) return fail(ofForge(read.problem));
  const { viewer, teams, changes } = read.value;
  // Where no team was asked, none had to be read.
  const known = teams ?? (changes.every(({ asked }) => asked.teams.length === 0) ? [] : undefined);
  const facts = {
    viewer: viewer.login,
    changes: changes.map(factOf),
    ...(known === undefined ? {} : { teams: known }),
  };
  return ok({ viewer: viewer.login, open: changes.length, inbox: inboxOf(facts) });
}

function factOf(change: InboxChange): OpenChange {
  const { author, verdict: check, head, number } = change;
  const said = check === undefined ? undefined : (parsePublished(check.text ?? "") ?? parsePublished(check.summary));
  const verdict = said?.head === head ? said : undefined;
  const of = verdict === undefined ? undefined : { change: number, patchSet: verdict.patchSet, sha: head };
  const record = of === undefined ? undefined : parseRecord(check?.text ?? "", of);
  return {
    ...{ number, head, author: author.login, draft: change.draft, openedAt: change.openedAt },
    ...{ title: change.title, url: change.url, unresolved: change.unresolved, unanswered: change.unanswered },
    ...{ asked: change.asked, failing: change.failing, vetoes: change.vetoes },
    ...(change.reviewed === undefined ? {} : { reviewed: change.reviewed }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(record === undefined ? {} : { record }),
  };
}
