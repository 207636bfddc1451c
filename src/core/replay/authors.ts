/** Who made a merged pull request: its opener, and whoever authored, committed, co-authored or pushed what was in it. */
import type { UserId } from "../ids.ts";
import { shortSha, type MergeCommit, type MergeFacts } from "./merge.ts";

export interface Authors {
  /** By person: why, in words. */
  readonly reasons: ReadonlyMap<UserId, string>;
  /** Who did nothing but merge the target into it; with the newest such merge. */
  readonly mergers: ReadonlyMap<UserId, MergeCommit>;
  /** Sentences about commits whose people the forge does not know. */
  readonly unknown: readonly string[];
}

/** The forge itself, which commits what people do on its pages. Not known by its name alone: anybody may take that. */
const WEB_FLOW = "noreply@github.com";

export interface PushOf {
  readonly by: UserId;
  readonly after?: string;
}

/** `pushes`: to its head branch while it was open. */
export function authorsOf(merge: MergeFacts, pushes: readonly PushOf[] = []): Authors {
  const reasons = new Map<UserId, string>([[merge.author.id, "opened it"]]);
  const mergers = new Map<UserId, MergeCommit>();
  const unknown: string[] = [];
  const add = (id: UserId, why: string) => void (reasons.has(id) || reasons.set(id, why));
  for (const commit of merge.commits.read) {
    const merging = commit.parents.length > 1;
    for (const [at, { user, email }] of commit.authors.entries()) {
      const role = at === 0 ? "author" : "co-author";
      if (user !== undefined && merging && at === 0) mergers.set(user.id, commit);
      else if (user !== undefined)
        add(user.id, `is ${at === 0 ? "the author" : "a co-author"} of ${shortSha(commit.sha)}`);
      else if (email !== WEB_FLOW)
        unknown.push(
          `the ${role} of ${shortSha(commit.sha)} is ${email || "without an address"}, whom GitHub does not know`,
        );
    }
    const { user, email } = commit.committer ?? {};
    if (email === WEB_FLOW) continue;
    if (user !== undefined && merging) mergers.set(user.id, commit);
    else if (user !== undefined) add(user.id, `is the committer of ${shortSha(commit.sha)}`);
  }
  const merged = new Set<string>(merge.commits.read.filter(({ parents }) => parents.length > 1).map(({ sha }) => sha));
  for (const { by, after } of merge.forcePushes.read)
    add(by.id, `pushed ${after === undefined ? "to it" : shortSha(after)}`);
  // Whoever pressed "Update branch" pushed a merge of the target: judged as such.
  for (const { by, after } of pushes)
    if (after === undefined || !merged.has(after)) add(by, `pushed ${after === undefined ? "to it" : shortSha(after)}`);
  return { reasons, mergers: new Map([...mergers].filter(([id]) => !reasons.has(id))), unknown };
}
