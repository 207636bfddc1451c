/**
 * Who may vote: everybody who had a change merged in the time that counts, everybody who reviewed one with a core's vote, and those whom
 * the project has added by name. One person is one voter, whatever accounts or emails they used. The roll depends on nothing but the
 * facts, so that a second official makes the same one; its hash says so.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { MergeFacts, MergeReview } from "../../replay/merge.ts";
import type { Person, Signature } from "../../policy/snapshot.ts";
import type { Instant } from "../../time.ts";

export interface RepositoryMerges {
  /** `owner/name`. */
  readonly repository: string;
  readonly merges: readonly MergeFacts[];
}

export interface RollOptions {
  /** Inclusive. */
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  /** Also those who reviewed with Code-Review ±2 or Workflow +1. */
  readonly reviewers: boolean;
  /** Whose words are a core's though they may not push: logins. */
  readonly cores: readonly string[];
  /** Added by name: logins. */
  readonly extra: readonly string[];
}

export interface Voter {
  /** Login, else the email. */
  readonly name: string;
  /** GitHub's id; absent: an email nobody's account has. */
  readonly id?: number;
  readonly emails: readonly string[];
  /** `owner/name`, sorted: what they are an electorate of. */
  readonly repositories: readonly string[];
  readonly changes: number;
  readonly reviews: number;
  readonly added: boolean;
}

export interface Roll {
  /** Sorted by name. */
  readonly voters: readonly Voter[];
  /** `sha256:` of the names and ids, one a line: two officials compare this. */
  readonly hash: string;
  /** Commits of which more were there than were read: somebody may be missing. */
  readonly cut: readonly string[];
  /** Logins, sorted: they wrote a core's vote and may not push, so it is not counted. Anybody can write the words. */
  readonly unproven: readonly string[];
}

interface Found {
  name: string;
  id?: number;
  readonly emails: Set<string>;
  readonly repositories: Set<string>;
  readonly changes: Set<string>;
  readonly reviews: Set<string>;
  added: boolean;
}

export function rollOf(repositories: readonly RepositoryMerges[], options: RollOptions): Roll {
  const accounts = new Map<number, Found>();
  const emails = new Map<string, Found>();
  const cut: string[] = [];
  const unproven = new Set<string>();
  const cores = new Set(options.cores.map((login) => login.toLowerCase()));
  const ofAccount = (person: Person): Found => {
    const known = accounts.get(person.id) ?? { ...nobody(person.login), id: person.id };
    accounts.set(person.id, known);
    return known;
  };
  const ofSignature = (signature: Signature): Found | undefined => {
    const email = normalised(signature.email);
    if (signature.user !== undefined) {
      if (signature.user.type === "Bot") return undefined;
      const found = ofAccount(signature.user);
      found.emails.add(email);
      return found;
    }
    const known = emails.get(email) ?? { ...nobody(email), emails: new Set([email]) };
    emails.set(email, known);
    return known;
  };
  const within = ({ mergedAt }: MergeFacts): boolean => mergedAt >= options.from && mergedAt < options.to;
  for (const { repository, merges } of repositories)
    for (const merge of merges.filter(within)) {
      const change = `${repository}#${merge.number}`;
      if (merge.commits.cut !== undefined) cut.push(`${change}: ${merge.commits.cut}`);
      if (merge.reviews.cut !== undefined) cut.push(`${change}: ${merge.reviews.cut}`);
      const authors = merge.commits.read.flatMap((commit) => commit.authors.flatMap((one) => ofSignature(one) ?? []));
      const opener = merge.author.type === "Bot" || authors.length > 0 ? [] : [ofAccount(merge.author)];
      for (const found of new Set([...authors, ...opener])) {
        found.changes.add(change);
        found.repositories.add(repository);
      }
      if (!options.reviewers) continue;
      for (const review of merge.reviews.read) {
        const { by, mayPush } = review;
        if (by.type === "Bot" || !isCoreVote(review)) continue;
        if (mayPush !== true && !cores.has(by.login.toLowerCase())) {
          unproven.add(by.login);
          continue;
        }
        const found = ofAccount(by);
        found.reviews.add(change);
        found.repositories.add(repository);
      }
    }
  // The email of a commit that no account has may be an account's by another commit: then it is that person's.
  for (const [email, found] of emails) {
    // Of several the oldest account, in whatever order they were met.
    const [owner] = [...accounts.values()]
      .filter((account) => account.emails.has(email))
      .sort((a, b) => (a.id ?? 0) - (b.id ?? 0));
    if (owner === undefined) continue;
    for (const change of found.changes) owner.changes.add(change);
    for (const repository of found.repositories) owner.repositories.add(repository);
    emails.delete(email);
  }
  for (const login of options.extra) {
    const known = [...accounts.values()].find(({ name }) => name.toLowerCase() === login.toLowerCase());
    if (known === undefined) emails.set(`@${login.toLowerCase()}`, { ...nobody(login.toLowerCase()), added: true });
    else known.added = true;
  }
  const voters = [...accounts.values(), ...emails.values()].map(voterOf).sort(byName);
  const onRoll = new Set(voters.map(({ name }) => name.toLowerCase()));
  const missing = [...unproven].filter((login) => !onRoll.has(login.toLowerCase())).sort();
  return { voters, hash: hashOf(voters), cut: cut.sort(), unproven: missing };
}

function voterOf({ name, id, emails, repositories, changes, reviews, added }: Found): Voter {
  return {
    name,
    ...(id === undefined ? {} : { id }),
    emails: [...emails].sort(),
    repositories: [...repositories].sort(),
    changes: changes.size,
    reviews: reviews.size,
    added,
  };
}

const byName = (one: Voter, other: Voter): number => {
  const [a, b] = [one.name.toLowerCase(), other.name.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : (one.id ?? 0) - (other.id ?? 0);
};

function nobody(name: string): Found {
  return {
    ...{ name, added: false },
    ...{
      emails: new Set<string>(),
      repositories: new Set<string>(),
      changes: new Set<string>(),
      reviews: new Set<string>(),
    },
  };
}

/** Domains have no case, and a mailbox hardly ever; GitHub's private addresses are one whatever their number. */
export function normalised(email: string): string {
  return email
    .trim()
    .toLowerCase()
    .replace(/^\d+\+([^@]+@users\.noreply\.)/, "$1");
}

/** Code-Review ±2 or Workflow +1 in words, or the buttons pressed by one who may push. Whether its author may is another question. */
export function isCoreVote({ state, body, mayPush }: MergeReview): boolean {
  if (/^ {0,3}(?:Code-Review: *[+-]2|Workflow: *\+1)\s*$/m.test(body)) return true;
  return mayPush === true && (state === "approved" || state === "changes-requested");
}

function hashOf(voters: readonly Voter[]): string {
  const lines = voters.map(({ name, id }) => `${id ?? "-"} ${name.toLowerCase()}\n`).join("");
  return `sha256:${bytesToHex(sha256(utf8ToBytes(lines)))}`;
}

/** A name that can be published: whoever knows the salt and the name can look it up, and nobody can read it out. */
export function published(voter: Pick<Voter, "name">, salt: string): string {
  return bytesToHex(sha256(utf8ToBytes(`${salt}\0${voter.name.toLowerCase()}`))).slice(0, 32);
}

/** May somebody stand for these repositories? Those in which the roll has them, or why not. */
export function candidacy(
  roll: Roll,
  login: string,
  repositories: readonly string[],
): { readonly ok: true; readonly repositories: readonly string[] } | { readonly ok: false; readonly why: string } {
  const voter = roll.voters.find(({ name }) => name.toLowerCase() === login.toLowerCase());
  if (voter === undefined)
    return { ok: false, why: `${login} is not on the roll: no merged change, no core's vote, not added` };
  const wanted = new Set(repositories.map((name) => name.toLowerCase()));
  const shared = voter.repositories.filter((name) => wanted.size === 0 || wanted.has(name.toLowerCase()));
  if (voter.added || (shared.length > 0 && voter.changes > 0)) return { ok: true, repositories: shared };
  if (voter.changes === 0) return { ok: false, why: `${login} reviewed, and has no merged change in that time` };
  return {
    ok: false,
    why: `${login} has changes in ${voter.repositories.join(", ")}, and in none of ${repositories.join(", ")}`,
  };
}
