// The key `owners` of a policy: its defaults, and what it refuses, with the place.
import { describe, expect, it } from "vitest";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import { policy, POLICY_TEXT, PRESETS } from "../policy/sample.ts";

const withOwners = (owners: string) => `${POLICY_TEXT}owners: ${owners}\n`;
const problems = (owners: string) => {
  const loaded = loadPolicy(withOwners(owners), PRESETS);
  return loaded.ok ? [] : loaded.problem.map(({ key, message, hint }) => `${key}: ${message}; ${hint}`);
};

describe("owners", () => {
  it("are nobody where the policy does not say", () => {
    expect(policy().owners).toBeUndefined();
  });

  it("have defaults", () => {
    expect(policy(withOwners("{}")).owners).toEqual({
      sources: ["CODEOWNERS", "OWNERS"],
      fallback: "none",
      stickyPerFile: false,
      vote: { label: "Code-Review", value: 1 },
      minApprovers: [],
      allOf: [],
    });
  });

  it("are read as written", () => {
    const text =
      '{ source: OWNERS, fallback: anyone, renames: both, stickyPerFile: false, vote: { label: Code-Review, value: 2 }, minApprovers: { "^src/crypto/.*": 2 }, allOf: { /api/: [core] } }';
    expect(policy(withOwners(text)).owners).toEqual({
      sources: ["OWNERS"],
      fallback: "anyone",
      stickyPerFile: false,
      vote: { label: "Code-Review", value: 2 },
      minApprovers: [{ pattern: "^src/crypto/.*", count: 2 }],
      allOf: [{ pattern: "/api/", groups: ["core"] }],
    });
  });

  it.each([
    ["{ stickyPerFile: true }", /owners\.stickyPerFile: approvals that stay per file are not offered yet/],
    ["{ source: OWNERS, sources: [OWNERS] }", /owners\.source: it stands beside `sources`/],
    ["{ sources: [OWNERS, OWNERS] }", /owners\.sources: it names OWNERS twice/],
    ["{ source: GERRIT }", /owners\.source/],
    ["{ renames: new }", /owners\.renames/],
    ["{ vote: { label: Nothing, value: 1 } }", /owners\.vote\.label: there is no label `Nothing`/],
    ["{ vote: { label: Verified, value: 1 } }", /owners\.vote\.label: `Verified` is computed from checks/],
    ["{ vote: { label: Code-Review, value: 3 } }", /owners\.vote\.value: `Code-Review` goes up to 2/],
    ['{ minApprovers: { "^src/": 2 } }', /matches? the whole path|no path ends in/],
    ['{ minApprovers: { "[a]": 2 } }', /there are no ranges of characters/],
    ['{ minApprovers: { "^(a": 2 } }', /cannot be read/],
    ["{ minApprovers: { a: 0 } }", /owners\.minApprovers/],
    ["{ allOf: { a: [nobody] } }", /there is no group `nobody`; groups are: core/],
    ["{ approvers: 2 }", /`approvers` is not a key/],
  ])("%s is refused", (text, sentence) => {
    expect(problems(text).join("\n")).toMatch(sentence);
  });
});
