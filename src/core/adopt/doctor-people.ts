/** Who the policy names, and who that is today: a login can be renamed and claimed by somebody else (threat T14). */
import { type Policy } from "../policy/policy.ts";
import { type OperationFacts } from "./facts.ts";
import { unread, type Finding } from "./finding.ts";

export function peopleFindings(facts: OperationFacts, policy: Policy): readonly Finding[] {
  return Object.entries(policy.groups).flatMap(([name, group]) => [
    ...group.users.flatMap((user) => userFindings(facts, name, user)),
    ...group.teams.flatMap((team) => teamFindings(facts, name, team)),
    ...sizeFindings(facts, policy, name),
  ]);
}

type Group = Policy["groups"][string];

function userFindings(
  { accounts }: OperationFacts,
  group: string,
  { login, id }: Group["users"][number],
): readonly Finding[] {
  const account = accounts[login];
  if (account === undefined || !account.known) {
    return [
      unread("user-unread", `\`${login}\` of the group \`${group}\``, account ?? { known: false, why: "not asked" }),
    ];
  }
  const now = account.value;
  if (now === undefined)
    return [
      {
        id: "user-unknown",
        severity: "warning",
        found: `\`${login}\` of the group \`${group}\` is nobody's login now; id ${id} decides, and still counts`,
        mend: `look up who has id ${id}, and write their login, or take the entry out`,
      },
    ];
  if (now.id === id) return [];
  return [
    {
      id: "user-renamed",
      severity: "wrong",
      found: `\`${login}\` of the group \`${group}\` has the id ${now.id} now, and the policy says ${id}: the login was renamed or given to somebody else`,
      mend: `the id decides: find out who has ${id}, and correct login or id`,
    },
  ];
}

function teamFindings({ members }: OperationFacts, group: string, team: string): readonly Finding[] {
  const read = members[team];
  if (read?.known === true && read.value.length > 0) return [];
  if (read?.known === true)
    return [
      {
        id: "team-empty",
        severity: "warning",
        found: `The team \`${team}\` of the group \`${group}\` has no members`,
        mend: "add people to the team, or take it out of the policy",
      },
    ];
  return [
    {
      id: "team-unread",
      severity: "wrong",
      found: `The members of \`${team}\` (group \`${group}\`) could not be read: ${read?.why ?? "not asked"}`,
      mend: "check its name; a secret team needs a token of an organization owner, and the App needs Members: read",
    },
  ];
}

/** A group of fewer people than a requirement asks for: no change could ever pass. */
function sizeFindings({ members }: OperationFacts, policy: Policy, name: string): readonly Finding[] {
  const group = policy.groups[name];
  if (group === undefined) return [];
  const ids = new Set<number>(group.users.map(({ id }) => id));
  for (const team of group.teams) {
    const read = members[team];
    // Who is in it cannot be known: another finding says so.
    if (read?.known !== true) return [];
    for (const { id } of read.value) ids.add(id);
  }
  const needed = Math.max(0, ...policy.requirements.map(({ submittableIf }) => neededOf(submittableIf.text, name)));
  if (ids.size === 0)
    return [
      {
        id: "group-empty",
        severity: "wrong",
        found: `Nobody is in the group \`${name}\``,
        mend: `put people or teams into \`groups.${name}\` of .github/plustwo.yml`,
      },
    ];
  if (ids.size >= needed) return [];
  return [
    {
      id: "group-too-small",
      severity: "wrong",
      found: `${ids.size} of the group \`${name}\` cannot give ${needed} approvals`,
      mend: `put at least ${needed} people into \`groups.${name}\`; ${needed + 1}, since nobody approves their own change`,
    },
  ];
}

function neededOf(expression: string, group: string): number {
  const counts = [...expression.matchAll(/label:\S*?group=([\w-]+)\S*?count>=(\d+)/g)];
  return Math.max(0, ...counts.filter(([, named]) => named === group).map(([, , count]) => Number(count)));
}
