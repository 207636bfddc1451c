/**
 * A pull request of the service's own: a branch that must not be there yet is pushed, and a pull request opened for whoever asked, who is
 * its contributor from then on. After a crash between the two the branch is found and used. What it brings is reviewed as any other.
 */
import { branchRef, type RepoId, type Sha } from "../src/core/ids.ts";
import type { Person } from "../src/core/policy/snapshot.ts";
import type { NewChange, RepositoryRef } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import type { Mirror } from "./mirror.ts";
import { forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { saveRequester } from "./store/remembered.ts";

export interface OwnChange {
  readonly into: { readonly ref: RepositoryRef; readonly id: RepoId; readonly mirror: Mirror };
  readonly pull: NewChange;
  readonly commit: Sha;
  /** Whether the head branch that is there already is of our making; absent: there is none. */
  readonly isOurs?: () => Promise<boolean>;
  readonly requester: Person;
}

export type Opened =
  | { readonly kind: "opened"; readonly change: number }
  /** Somebody was faster, perhaps ourselves: gather again. */
  | { readonly kind: "changed" }
  /** It cannot be, until somebody does something: a clause without a full stop. */
  | { readonly kind: "stopped"; readonly why: string }
  | { readonly kind: "problem"; readonly problem: ServiceProblem };

export async function openOwnChange(service: Service, own: OwnChange): Promise<Opened> {
  const { into, pull, commit, isOurs } = own;
  if (isOurs !== undefined && !(await isOurs()))
    return { kind: "stopped", why: `the branch \`${pull.head}\` is there, and is something else; delete it` };
  if (isOurs === undefined) {
    const { git, address } = into.mirror;
    const pushed = await git.push(address, [{ ref: branchRef(pull.head), from: undefined, to: commit }]);
    if (!pushed.ok && pushed.problem.kind === "rejected")
      return { kind: "stopped", why: `a rule of the repository forbids the branch \`${pull.head}\`` };
    if (!pushed.ok && pushed.problem.kind === "stale") return { kind: "changed" };
    if (!pushed.ok) return { kind: "problem", problem: gitProblem(pushed.problem) };
  }
  return open(service, own);
}

async function open({ forge, store }: Service, { into, pull, requester }: OwnChange): Promise<Opened> {
  const first = await forge.openChange(into.ref, pull);
  // Not every plan of the forge has drafts; what makes it one closes the gate all the same.
  const noDrafts =
    pull.draft === true && !first.ok && first.problem.kind === "refused" && /draft/i.test(first.problem.found);
  const opened = noDrafts ? await forge.openChange(into.ref, { ...pull, draft: false }) : first;
  if (opened.ok) {
    await saveRequester(store, into.id, { change: opened.value.number, requester });
    return { kind: "opened", change: opened.value.number };
  }
  const { problem } = opened;
  if (problem.kind === "refused" && /already exists/i.test(problem.found)) return { kind: "changed" };
  if (problem.kind === "refused" || problem.kind === "forbidden")
    return { kind: "stopped", why: describeForgeProblem(problem).message };
  return { kind: "problem", problem: forgeProblem(problem) };
}

/** On whose behalf, as `core/change/requester.ts` and people read it. */
export function onBehalfOf({ login }: Pick<Person, "login">): string {
  return `On-behalf-of: @${login}`;
}
