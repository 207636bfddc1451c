/** What the judges of tests about the change share: who acts, and lists that stay short. */
import type { Facts } from "./facts.ts";
import type { Action } from "./verdict.ts";

/** A test that is being judged, as it is written. */
export interface Judging {
  readonly facts: Facts;
  readonly text: string;
}

/** Something the owner of the change does. */
export function owner({ snapshot }: Facts, kind: Action["kind"], what: string): Action {
  return { kind, who: [snapshot.change.owner.login], need: 1, do: what };
}

/** Something that anyone of the policy's groups does: whoever may set tag labels is not told by the forge. */
export function anyMember({ snapshot }: Facts, what: string): Action | undefined {
  const who = membersOf(snapshot.groups);
  return who.length === 0 ? undefined : { kind: "other", who, need: 1, do: what };
}

/** The first three, and how many more there are. */
export function some(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).join(", ");
  return texts.length > 3 ? `${shown} and ${texts.length - 3} more` : shown;
}

/** Asked by every test of a policy that somebody could turn; sorted. */
function membersOf(groups: Facts["snapshot"]["groups"]): readonly string[] {
  const known = MEMBERS.get(groups);
  if (known !== undefined) return known;
  const members = Object.values(groups).flatMap((group) => group.map(({ login }) => login));
  const sorted = [...new Set(members)].sort();
  MEMBERS.set(groups, sorted);
  return sorted;
}

/** A snapshot's groups never change. */
const MEMBERS = new WeakMap<Facts["snapshot"]["groups"], readonly string[]>();
