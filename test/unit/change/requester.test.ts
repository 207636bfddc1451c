import { expect, it } from "vitest";
import { requesterOf } from "../../../src/core/change/requester.ts";
import type { UserId } from "../../../src/core/ids.ts";
import type { Person } from "../../../src/core/policy/snapshot.ts";

const person = (id: number, login: string, type: Person["type"] = "User"): Person => ({
  id: id as UserId,
  login,
  type,
});
const [alice, bob, octo, managed, robot] = [
  person(1, "alice"),
  person(2, "bob"),
  person(3, "octo"),
  person(4, "octo_acme"),
  person(9, "dependabot[bot]", "Bot"),
];

const namedIn = (body: string, messages: readonly string[] = [], author = robot): string | undefined =>
  requesterOf({ author, body, messages }, [alice, bob, octo, managed, robot])?.login;

it.each([
  ["a line of the pull request", "Bumps it.\n\nOn-behalf-of: @alice\n", [], "alice"],
  ["a trailer of a commit", "", ["Bump\n\nOn-behalf-of: bob <bob@example.org>\n"], "bob"],
  ["whatever the case", "on-behalf-of: @ALICE", [], "alice"],
  ["with line ends of Windows", "On-behalf-of: @alice\r\nmore", [], "alice"],
  ["the first of those who are known", "On-behalf-of: @acme\nOn-behalf-of: @bob", [], "bob"],
  ["nobody by a longer name", "On-behalf-of: @alice-work", [], undefined],
  ["a managed user, and nobody called like its beginning", "On-behalf-of: @octo_acme", [], "octo_acme"],
  ["nobody by half of what is no login", "On-behalf-of: @octo_acme_x", [], undefined],
  ["nobody in the middle of a sentence", "This was done On-behalf-of: @alice", [], undefined],
  ["nobody in a hidden comment", "<!--\nOn-behalf-of: @alice\n-->", [], undefined],
])("the requester of a bot's change is %s", (_, body, messages, expected) => {
  expect(namedIn(body, messages)).toBe(expected);
});

it("what a person opened is that person's, whatever it says", () => {
  expect(namedIn("On-behalf-of: @alice", [], bob)).toBeUndefined();
});
