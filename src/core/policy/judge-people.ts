/** Tests about people. By id wherever one is known: a login alone may pass to somebody else. */
import { identityOf, whyContributor } from "./contributors.ts";
import type { Facts } from "./facts.ts";
import { some, type Judging } from "./judge-words.ts";
import { plainly, type Judgement } from "./judgement.ts";
import { sameLogin, type PeopleFact, type Role } from "./operators-people.ts";
import { matchesWords } from "./operators-words.ts";
import { groupsOf } from "./policy.ts";
import type { Person, PolicySnapshot } from "./snapshot.ts";

export function judgePeople(fact: PeopleFact, { facts, text }: Judging): Judgement {
  switch (fact.kind) {
    case "person": {
      const people = peopleIn(fact.role, facts);
      const found = people.filter((person) =>
        fact.id === undefined ? sameLogin(person.login, fact.login) : person.id === fact.id,
      );
      const isKnown = fact.id !== undefined || everybody(facts.snapshot).some((one) => sameLogin(one, fact.login));
      return named(found, {
        no: isKnown
          ? say(fact.role, people)
          : `nobody here is called \`${fact.login}\`, and the policy gives no id for it`,
        yes: say(fact.role, found),
      });
    }
    case "in-group": {
      const people = peopleIn(fact.role, facts);
      const found = people.filter(({ id }) => groupsOf(facts.snapshot.groups, id).includes(fact.group));
      return named(found, {
        no: people.length === 0 ? say(fact.role, people) : `${say(fact.role, people)}, who is not in ${fact.group}`,
        yes: `${say(fact.role, found)}, who is in ${fact.group}`,
      });
    }
    case "contributors-in":
      return judgeContributors(fact.group, facts);
    case "email": {
      const { newest } = facts;
      const signatures = (fact.role === "author" ? newest?.authors : newest?.committers) ?? [];
      const found = signatures.filter(({ email }) => matchesWords(fact.words, email));
      return plainly(found.length > 0, {
        why:
          found.length > 0
            ? `\`${text}\` holds for ${some(found.map(({ name }) => name))}`
            : `\`${text}\` holds for nobody`,
      });
    }
  }
}

/** Everybody who worked on it, under any of their accounts, and nobody that the forge does not know. */
function judgeContributors(group: string, facts: Facts): Judgement {
  const { contributors, policy, snapshot } = facts;
  if (contributors.unknown.length > 0) return plainly(false, { why: some(contributors.unknown) });
  const members = new Set((snapshot.groups[group] ?? []).map(({ id }) => identityOf(policy.identities, id)));
  const others = workers(snapshot).filter(
    ({ id }) => contributors.known.has(id) && !members.has(identityOf(policy.identities, id)),
  );
  if (others.length === 0)
    return plainly(contributors.known.size > 0, { why: `everybody who worked on it is in ${group}` });
  const deeds = others.map((person) => {
    const [deed = ""] = whyContributor(contributors, person).split("; ");
    return `${person.login} (${deed})`;
  });
  return plainly(false, { why: `not in ${group}: ${some(deeds)}` });
}

/** Those whom the test is about; a role nobody is known in has none. */
function peopleIn(role: Role, { newest, snapshot }: Facts): readonly Person[] {
  const { change, votes } = snapshot;
  const voters = votes.filter(({ state }) => state === "current").map(({ user }) => user);
  switch (role) {
    case "owner":
      return [change.owner];
    case "uploader":
      return newest?.pusher === undefined ? [] : [newest.pusher];
    case "author":
      return once((newest?.authors ?? []).flatMap(({ user }) => user ?? []));
    case "committer":
      return once((newest?.committers ?? []).flatMap(({ user }) => user ?? []));
    case "reviewer":
      return once([...change.reviewers, ...voters]);
    case "voter":
      return once(voters);
  }
}

function workers({ change }: PolicySnapshot): readonly Person[] {
  const { owner, requester, patchSets } = change;
  const signatures = patchSets.flatMap(({ authors, committers, coauthors }) => [
    ...authors,
    ...committers,
    ...coauthors,
  ]);
  return once([
    owner,
    ...(requester === undefined ? [] : [requester]),
    ...patchSets.flatMap(({ pusher }) => pusher ?? []),
    ...signatures.flatMap(({ user }) => user ?? []),
  ]);
}

/** Logins. */
function everybody(snapshot: PolicySnapshot): readonly string[] {
  const { change, groups, votes } = snapshot;
  const people = [...workers(snapshot), ...change.reviewers, ...votes.map(({ user }) => user)];
  return [...people, ...Object.values(groups).flat()].map(({ login }) => login);
}

function once(people: readonly Person[]): readonly Person[] {
  return [...new Map(people.map((person) => [person.id, person])).values()].sort((a, b) => a.id - b.id);
}

function named(found: readonly Person[], { no, yes }: { readonly no: string; readonly yes: string }): Judgement {
  return plainly(found.length > 0, {
    why: found.length > 0 ? yes : no,
    evidence: found.map(({ id }) => `person:${id}`),
  });
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  owner: "it was opened by",
  uploader: "it was pushed by",
  author: "it was written by",
  committer: "it was committed by",
  reviewer: "its reviewers are",
  voter: "votes are there by",
};

function say(role: Role, people: readonly Person[]): string {
  return `${ROLE_WORDS[role]} ${people.length === 0 ? "nobody the forge knows" : some(people.map(({ login }) => login))}`;
}
