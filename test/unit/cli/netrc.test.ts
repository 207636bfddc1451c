import { expect, it } from "vitest";
import { readNetrc } from "../../../src/cli/gerrit/credentials.ts";

const FILE = `# machine review.example.org login old password old
machine review.example.org
  login carol
  password sesame
machine git.example.org login dave password open
default login anybody password guest
`;

it.each([
  ["the entry of the machine", "review.example.org", undefined, { user: "carol", password: "sesame" }],
  ["an entry on one line", "git.example.org", "dave", { user: "dave", password: "open" }],
  ["the default for a machine without one", "other.example.org", undefined, { user: "anybody", password: "guest" }],
  ["nobody else's entry for a name that was asked for", "review.example.org", "erin", undefined],
] as const)("a .netrc answers %s", (_, host, user, found) => {
  expect(readNetrc(FILE, host, user)).toEqual(found);
});

it("an entry that is not whole answers nothing", () => {
  expect(readNetrc("machine review.example.org login carol", "review.example.org")).toBeUndefined();
  expect(readNetrc("", "review.example.org")).toBeUndefined();
});
