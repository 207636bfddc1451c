// T43: where the fork of a project is reached, and that it is never another host than the project's.
import { describe, expect, it } from "vitest";
import { forkAddress } from "../../../src/cli/heads.ts";
import { parseProjectAddress } from "../../../src/config/remote-address.ts";

function location(url: string): Parameters<typeof forkAddress>[0] {
  const address = parseProjectAddress(url);
  if (address === undefined) throw new Error(`not an address: ${url}`);
  const scheme = address.transport === "http" ? "http" : "https";
  const apis = { restUrl: "", graphqlUrl: "" };
  return { remote: "origin", fetchUrl: url, scheme, host: address.host, owner: "acme", name: "api", address, ...apis };
}

describe("the address of a fork", () => {
  it.each([
    ["https://github.com/acme/api.git", "https://github.com/dave/api.git"],
    ["https://github.com/acme/api", "https://github.com/dave/api.git"],
    ["https://dave:secret@git.example.org:8443/acme/api.git", "https://git.example.org:8443/dave/api.git"],
    ["git@github.com:acme/api.git", "git@github.com:dave/api.git"],
    ["ssh://git@github.com:2222/acme/api", "ssh://git@github.com:2222/dave/api.git"],
    ["git://github.com/acme/api.git", "https://github.com/dave/api.git"],
  ])("of %s is %s", (url, expected) => {
    expect(forkAddress(location(url), url, "dave/api")).toBe(expected);
  });

  it.each(["evil.example/x/y", "dave/../../x", "@evil.example:x/y", "-x/y", "dave/api?x", "dave"])(
    "T43: is none for an answer that is not owner/name: %s",
    (fork) => {
      const url = "https://github.com/acme/api.git";
      expect(forkAddress(location(url), url, fork)).toBeUndefined();
    },
  );
});
