/**
 * Who worked on a change and so cannot approve it: its opener, the requester behind a bot, and the pushers, authors, committers
 * and co-authors of every patch set that is not proven to change nothing (ruling 6). An email or pusher that the forge does not
 * know is an unknown contributor: it could be anybody.
 */
import type { UserId } from "../ids.ts";
import type { Policy } from "./policy.ts";
import type { ChangeFacts, ChangeKind, Person, Signature } from "./snapshot.ts";

export interface Contributors {
  /** By id, with every account of the same human: what they did, in people's words, the telling one first. */
  readonly known: ReadonlyMap<UserId, readonly string[]>;
  /** Sentences: "the author `x <e@x>` of patch set 2 is nobody the forge knows". */
  readonly unknown: readonly string[];
}

export function contributorsOf(change: ChangeFacts, policy: Pick<Policy, "identities" | "identity">): Contributors {
  const known = new Map<UserId, string[]>();
  const unknown = new Set<string>();
  const add = (id: UserId, what: string) => {
    for (const account of accountsOf(policy.identities, id)) {
      const reasons = known.get(account) ?? [];
      if (!reasons.includes(what)) known.set(account, [...reasons, what]);
    }
  };
  add(change.owner.id, "opened the change");
  if (change.requester !== undefined) add(change.requester.id, `asked ${change.owner.login} to open the change`);
  for (const patchSet of change.patchSets) {
    if ((ADDS_NOBODY.includes(patchSet.kind) || patchSet.undone === true) && patchSet.n > 1) continue;
    const where = `patch set ${patchSet.n}`;
    const sign = (signature: Signature, role: string) => {
      // Counted where it came in, or it came in by a patch set that adds nobody.
      if (signature.carried === true && patchSet.n > 1) return;
      if (signature.user !== undefined) add(signature.user.id, `${role} of ${patchSet.sha.slice(0, 7)}`);
      else unknown.add(`the ${role} ${signature.name} <${signature.email}> of ${where} is nobody the forge knows`);
    };
    for (const author of patchSet.authors) sign(author, "author");
    for (const coauthor of patchSet.coauthors)
      if (coauthor.via !== "suggestion" || policy.identity.suggestionsMakeContributors) sign(coauthor, "co-author");
    for (const committer of patchSet.committers) if (!isWebFlow(committer)) sign(committer, "committer");
    if (patchSet.pusher === undefined) unknown.add(`nobody knows who pushed ${where}`);
    else add(patchSet.pusher.id, `pushed ${where}`);
  }
  return { known, unknown: [...unknown] };
}

/** One number per human: the lowest id of their accounts. */
export function identityOf(identities: Policy["identities"], id: UserId): UserId {
  return [...accountsOf(identities, id)].sort((a, b) => a - b)[0] ?? id;
}

/** "co-author of 3f2a91c; contributors cannot approve". The most telling deed is named, not all of them. */
export function whyContributor(contributors: Contributors, person: Person): string {
  const deeds = contributors.known.get(person.id) ?? [];
  return `${deeds[0] ?? "worked on the change"}; contributors cannot approve`;
}

/** Proven to be somebody's earlier work, moved: a core who rebases keeps the vote. */
const ADDS_NOBODY: readonly ChangeKind[] = ["NO_CHANGE", "TRIVIAL_REBASE", "TARGET_MERGE"];

/** GitHub commits for people who press a button in the browser; that committer is nobody. An author of that name is somebody. */
function isWebFlow(committer: Signature): boolean {
  return committer.email.toLowerCase() === "noreply@github.com" && (committer.user?.login ?? "web-flow") === "web-flow";
}

function accountsOf(identities: Policy["identities"], id: UserId): ReadonlySet<UserId> {
  const accounts = new Set([id]);
  // Pairs may overlap: [a, b] and [b, c] are one human.
  for (let before = 0; before !== accounts.size;) {
    before = accounts.size;
    for (const human of identities)
      if (human.some((account) => accounts.has(account))) human.forEach((a) => accounts.add(a));
  }
  return accounts;
}
