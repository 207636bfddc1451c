/** Tests about where a backport comes from, and whether the newer branches have it. */
import { after, type Instant } from "../time.ts";
import { claimsPick, isUnchanged } from "./backport.ts";
import type { Facts } from "./facts.ts";
import { listed } from "./freeze.ts";
import { owner } from "./judge-words.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { Action } from "./verdict.ts";

export const PICK = "push it as `git cherry-pick -x` of a merged commit makes it";
/** The other branch moves without a word to us. */
const LOOK_AGAIN_MS = 600_000;

export function judgeBackport(clean: boolean, facts: Facts): Judgement {
  const { change, facts: known } = facts.snapshot;
  const found = known.backportOf;
  if (found === undefined) {
    const claims = change.commits.length > 0 && change.commits.every(({ message }) => claimsPick(message));
    return plainly(false, {
      why: claims
        ? "what it was picked from is not in a newer branch yet"
        : "not every commit says what merged commit it was picked from",
      turns: claims ? waiting(facts.now) : [[owner(facts, "push", PICK)]],
      ...(claims ? { wakeAt: after(facts.now, LOOK_AGAIN_MS) } : {}),
    });
  }
  const from = `${short(found.sha)} of ${found.branch}`;
  const isClean = isUnchanged(found.kind);
  return plainly(!clean || isClean, {
    why: clean && !isClean ? `its content is not exactly that of ${from}` : `it is a backport of ${from}`,
    evidence: [`commit:${found.sha}`],
    ...(clean && !isClean ? { turns: [[owner(facts, "push", PICK)]] } : {}),
  });
}

/** Told by branch, the newest first: that one is what is to be done next. */
export function judgeOrder(facts: Facts): Judgement {
  const { newer } = facts.snapshot.facts;
  if (newer === undefined) return plainly(false, { why: "nobody has looked into the newer branches" });
  const missing = newer.filter(({ has }) => !has);
  const [first] = missing;
  if (first === undefined) {
    const names = newer.map(({ branch }) => branch);
    return plainly(true, {
      why: names.length === 0 ? "no maintained branch is newer" : `what it brings is on ${listed(names)}`,
    });
  }
  const told = missing.map(({ branch, open, reverted }) => {
    if (reverted !== undefined) return `${branch} (${short(reverted)} reverted it there)`;
    return open === undefined ? branch : `${branch} (#${open} is open)`;
  });
  const done = first.open === undefined ? `bring it to ${first.branch} first` : `land #${first.open} first`;
  return plainly(false, {
    why: `it must be on ${listed(told)} first`,
    evidence: missing.flatMap(({ open }) => (open === undefined ? [] : [`change:${open}`])),
    turns: [[{ ...owner(facts, "other", done) }]],
    wakeAt: after(facts.now, LOOK_AGAIN_MS),
  });
}

function waiting(now: Instant): readonly (readonly Action[])[] {
  const until = after(now, LOOK_AGAIN_MS);
  return [[{ kind: "wait", who: [], need: 0, do: "wait until the commit it was picked from is merged", until }]];
}

export function short(sha: string): string {
  return sha.slice(0, 7);
}
