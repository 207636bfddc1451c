// Which logins are taken, everywhere one is written: in a policy, in its expressions, in cases, and in an owners' file.
import { expect, it } from "vitest";
import { codeownersOf } from "../../../src/core/adopt/core-team.ts";
import { parseCases } from "../../../src/core/cases/format.ts";
import { LOGIN, PERSON_LOGIN } from "../../../src/core/login.ts";
import { parseOwner } from "../../../src/core/owners/owner.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";

const PEOPLE = ["a", "alice", "Alice-B", "octo_acme", "mona-lisa_acme", "acme_admin", `${"a".repeat(34)}_acme`];
const OLD = ["alice-", "al--ice"];
const NOBODY = [
  ...["", "-alice", "_acme", "octo_", "octo__acme", "octo_acme_x", "octo_ac-me", "al.ice", "al ice", "älice"],
  ...[`${"a".repeat(35)}_acme`, "a".repeat(40), "alice[bot", "[bot]", "octo_acme[bot]"],
];

const CASES = "cases: [{ name: one, then: { submittable: false } }]\n";

const loads = (groups: string, condition: string): boolean =>
  loadPolicy(
    `version: 1
checks: { test: { job: test, workflow: .github/workflows/ci.yml } }
groups: ${groups}
submitRequirements: { Tests: { submittableIf: ${JSON.stringify(`check:ALL=success AND ${condition}`)} } }
`,
    {},
  ).ok;
const takenByPolicy = (login: string) =>
  loads(`{ core: { users: [{ login: ${JSON.stringify(login)}, id: 1 }] } }`, "-has:bidi");
const takenByExpression = (login: string) => loads("{}", `owner:"${login}"`);
const takenByCases = (login: string) =>
  parseCases("cases.yml", `version: 1\npreset: openstack\npeople: { ${JSON.stringify(login)}: [core] }\n${CASES}`).ok;

const everywhere = (login: string) => ({
  policy: takenByPolicy(login),
  expression: takenByExpression(login),
  cases: takenByCases(login),
});

it.each([...PEOPLE, ...OLD])("%s is a login everywhere", (login) => {
  expect(PERSON_LOGIN.test(login) && LOGIN.test(login)).toBe(true);
  expect(everywhere(login)).toEqual({ policy: true, expression: true, cases: true });
  expect(parseOwner(`@${login}`)).toBe(`@${login.toLowerCase()}`);
  expect(codeownersOf(`* @${login}\n`).logins).toEqual([login]);
});

it.each(NOBODY)("%j is no login anywhere", (login) => {
  expect(PERSON_LOGIN.test(login) || LOGIN.test(login)).toBe(false);
  expect(everywhere(login)).toEqual({ policy: false, expression: false, cases: false });
  expect(parseOwner(`@${login}`)).toBeUndefined();
});

it("an app's login is one where an app can be meant, and none in an owners' file", () => {
  expect(everywhere("dependabot[bot]")).toEqual({ policy: true, expression: true, cases: true });
  expect(PERSON_LOGIN.test("dependabot[bot]")).toBe(false);
  expect(parseOwner("@dependabot[bot]")).toBeUndefined();
});
