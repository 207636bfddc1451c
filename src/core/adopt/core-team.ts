/** Who the core reviewers probably are: CODEOWNERS of everything, else teams that maintain, else people who do. A guess to be read. */
import { PERSON_LOGIN } from "../login.ts";
import { type CoreTeam, type CoreUser } from "./policy-file.ts";
import { type Known, type Permission, type ProjectPerson, type ProjectTeam } from "./facts.ts";

export interface TeamGuess extends CoreTeam {
  /** Completes "Guessed from …". */
  readonly from: string;
}

export interface CoreTeamFacts {
  /** `owner` of the repository: a team elsewhere cannot be read. */
  readonly owner: string;
  readonly codeowners: string | undefined;
  /** Accounts of the logins that `codeownerLogins` names. */
  readonly accounts: readonly CoreUser[];
  readonly teams: Known<readonly ProjectTeam[]>;
  readonly people: Known<readonly ProjectPerson[]>;
  readonly viewer: CoreUser;
}

/** Logins and `org/slug` of the owners of everything, else of all owners. */
export function codeownersOf(text: string | undefined): {
  readonly logins: readonly string[];
  readonly teams: readonly string[];
} {
  const rules = (text ?? "")
    .split("\n")
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, "")
        .trim()
        .split(/\s+/),
    )
    .filter(([path = ""]) => path !== "");
  const everything = rules.filter(([path]) => path === "*" || path === "/**" || path === "**");
  const owners = (everything.length > 0 ? everything.slice(-1) : rules).flatMap(([, ...who]) => who);
  const named = [...new Set(owners.flatMap((one) => /^@(.+)$/.exec(one)?.[1] ?? []))];
  return {
    logins: named.filter((one) => PERSON_LOGIN.test(one)),
    teams: named.filter((one) => /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9][A-Za-z0-9._-]*$/.test(one)),
  };
}

export function guessCoreTeam(facts: CoreTeamFacts): TeamGuess {
  const owners = codeownersOf(facts.codeowners);
  const here = owners.teams.filter((team) => team.toLowerCase().startsWith(`${facts.owner.toLowerCase()}/`));
  const users = facts.accounts.filter(({ login }) => owners.logins.some((one) => same(one, login)));
  if (here.length + users.length > 0) return { teams: here, users, from: "CODEOWNERS" };
  const teams = facts.teams.known ? facts.teams.value : [];
  const maintaining = teams.filter(({ permission }) => atLeast(permission, "maintain"));
  if (maintaining.length > 0) {
    return { teams: maintaining.map(({ name }) => name), users: [], from: "the teams that maintain the repository" };
  }
  const people = (facts.people.known ? facts.people.value : []).filter(({ type }) => type !== "Bot");
  const strong = people.filter(({ permission }) => atLeast(permission, "maintain"));
  const two = strong.length >= 2 ? strong : people.filter(({ permission }) => atLeast(permission, "write"));
  if (two.length > 0) {
    const from = strong.length >= 2 ? "the people who maintain the repository" : "the people who may write to it";
    return { teams: [], users: two.map(({ login, id }) => ({ login, id })), from };
  }
  return { teams: [], users: [facts.viewer], from: "you alone: nobody else could be seen" };
}

const ORDER: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

export function atLeast(have: Permission, needed: Permission): boolean {
  return ORDER.indexOf(have) >= ORDER.indexOf(needed);
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
