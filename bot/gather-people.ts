/**
 * Whether those whom a policy names by login and id still are who they were (threat T14). The id decides; a login that has moved on to
 * somebody else, or an account that is gone, is a policy that says something else than its readers think, and closes the gate until
 * the file says what is meant. Asked once an hour for each text of the policy.
 */
import type { PolicyNeeds } from "../src/core/policy/policy.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { after } from "../src/core/time.ts";
import type { RepositoryRef } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import type { TargetPolicy } from "./gather-policy.ts";
import type { Service } from "./service.ts";

const FRESH_MS = 3_600_000;
/** Each costs a request an hour. */
const MOST_PEOPLE = 300;
const WHAT = "who is meant by the policy";

export async function gatherPeople(
  service: Service,
  ref: RepositoryRef,
  { layers, users }: Pick<TargetPolicy, "layers"> & Pick<PolicyNeeds, "users">,
): Promise<PolicySnapshot["incomplete"]> {
  if (users.length > MOST_PEOPLE)
    return [{ what: WHAT, why: `it names ${users.length} people, at most ${MOST_PEOPLE} are looked up; use teams` }];
  const { accounts } = service.policyMemory;
  const now = service.clock.now();
  for (const [key, { at }] of accounts) if (now >= after(at, FRESH_MS)) accounts.delete(key);
  const policy = layers.map(({ sha }) => sha).join(" ");
  const incomplete: PolicySnapshot["incomplete"][number][] = [];
  for (const { login, id } of users) {
    const key = `${policy} ${id}`;
    let known = accounts.get(key);
    if (known === undefined) {
      const read = await service.forge.account(ref, id);
      if (!read.ok) {
        incomplete.push({ what: WHAT, why: describeForgeProblem(read.problem).message });
        continue;
      }
      known = { login: read.value?.login, at: now };
      accounts.set(key, known);
    }
    const why = mistaken(`${login} (${id})`, login, known.login);
    if (why !== undefined) incomplete.push({ what: WHAT, why });
  }
  return incomplete;
}

function mistaken(who: string, login: string, now: string | undefined): string | undefined {
  if (now === undefined) return `${who} is no account any more: remove it from the file`;
  if (now.toLowerCase() === login.toLowerCase()) return undefined;
  return `${who} is called ${now} now: confirm by changing the file`;
}
