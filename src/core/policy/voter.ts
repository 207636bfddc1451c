/** Whether a person is one of those whose votes a test asks for: `user=non_contributor`, `group=core`. */
import type { UserId } from "../ids.ts";
import { identityOf } from "./contributors.ts";
import type { Facts } from "./facts.ts";
import type { VoterTest } from "./operators.ts";
import { groupsOf } from "./policy.ts";

export function passesVoter(user: VoterTest, id: UserId, { contributors, newest, policy, snapshot }: Facts): boolean {
  switch (user) {
    case "owner":
      return id === snapshot.change.owner.id;
    case "non_contributor":
      return !contributors.known.has(id);
    case "non_uploader":
      // An unknown uploader could be anybody.
      return (
        newest?.pusher !== undefined &&
        identityOf(policy.identities, id) !== identityOf(policy.identities, newest.pusher.id)
      );
  }
}

export interface Asked {
  readonly user?: VoterTest;
  readonly group?: string;
}

export function isAsked({ user, group }: Asked, id: UserId, facts: Facts): boolean {
  if (group !== undefined && !groupsOf(facts.snapshot.groups, id).includes(group)) return false;
  return user === undefined || passesVoter(user, id, facts);
}
