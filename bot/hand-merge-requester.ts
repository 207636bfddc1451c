/** For whom the service itself opened a pull request (RULINGS 10, threat T11): they are its contributor, and cannot approve it. */
import type { Person, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import type { ChangeHeadline, RepositoryFacts } from "../src/forge/forge.ts";
import type { Service } from "./service.ts";
import { requesterOf } from "./store/remembered.ts";

export interface OpenedFor {
  readonly requester?: Person;
  readonly incomplete: PolicySnapshot["incomplete"];
}

/** What its text says counts for nothing here: whoever may edit it could name somebody else. */
export async function openedFor(
  service: Service,
  { id, viewer }: Pick<RepositoryFacts, "id" | "viewer">,
  { number, author }: Pick<ChangeHeadline, "number" | "author">,
): Promise<OpenedFor> {
  if (author.id !== viewer.id) return { incomplete: [] };
  const requester = await requesterOf(service.store, id, number);
  if (requester !== undefined) return { requester, incomplete: [] };
  const why = "plustwo opened it, and has no record of for whom; open a pull request of your own from its branch";
  return { incomplete: [{ what: "who asked for it", why }] };
}
