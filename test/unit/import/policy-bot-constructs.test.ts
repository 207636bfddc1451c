import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { importPolicyBot } from "../../../src/core/import/policy-bot.ts";
import { policyFile } from "../../../src/core/policy/schema.ts";
import { lines, loading } from "./imported.ts";

/** One rule `r` alone, with these lines; it needs one of acme/core. */
function rule(body: string, requires = "{ count: 1, teams: [acme/core] }") {
  return loading(
    importPolicyBot(`policy: { approval: [r] }
approval_rules:
  - name: r
    requires: ${requires}
${body
  .split("\n")
  .map((text) => `    ${text}`)
  .join("\n")}
`),
  );
}

const ASKS = "label:Code-Review=MAX,user=non_contributor,group=core";

/** What a requirement asks for. */
function asked(policy: string, name = "r"): string {
  return policyFile.parse(parse(policy)).submitRequirements?.[name]?.submittableIf ?? "nothing";
}

describe("nothing lands untested, and the remark says what the file asked for", () => {
  it.each([
    ["changed_files: { paths: ['^docs/.*$'] }", "the file asks for no test result; here nothing lands untested: name"],
    [
      "has_status: { statuses: [build] }",
      "the file asks for checks in some of its rules; here nothing lands untested: this",
    ],
  ])("%s", (predicate, remark) => {
    const imported = rule(`if:\n  ${predicate}`);
    expect(asked(imported.policy, "Tests")).toBe("check:ALL=success");
    const told = imported.remarks.filter(({ construct }) => construct === "tests").map(({ how }) => how);
    expect(told).toEqual([expect.stringContaining(remark)]);
  });
});

describe("a predicate becomes a condition", () => {
  it.each<[string, string, string]>([
    ["changed_files: { paths: ['^docs/.*$'] }", 'path:"^docs/.*$"', "kept"],
    ["changed_files: { paths: ['^docs/', '\\.md$'] }", '(path:^docs/.* OR path:"^.*\\\\.md$")', "kept"],
    ["changed_files: { paths: ['a|b'] }", 'path:"^.*(?:a|b).*"', "kept"],
    ["no_changed_files: { paths: ['^docs/'] }", "-path:^docs/.*", "kept"],
    ["only_changed_files: { paths: ['^docs/.*$', '^a$'] }", 'path-only:"^(?:docs/.*|a)"', "kept"],
    ["only_changed_files: { paths: [] }", "is:false", "kept"],
    ["has_author_in: { teams: [acme/bots] }", "ownerin:bots", "kept"],
    ["has_author_in: {}", "is:false", "kept"],
    ["only_has_contributors_in: { teams: [acme/bots] }", "contributorsin:bots", "changed"],
    ["has_contributor_in: { teams: [acme/bots] }", "ownerin:bots", "left-out"],
    ["targets_branch: { pattern: '^(main|stable/.*)$' }", 'branch:"^(main|stable/.*)$"', "kept"],
    ["targets_branch: { pattern: release }", "branch:^.*release.*", "kept"],
    ["modified_lines: { additions: '> 10', total: '< 500' }", "(added:>10 OR delta:<500)", "changed"],
    ["modified_lines: { deletions: '= 3' }", "deleted:>=3 AND deleted:<=3", "changed"],
    [
      "has_labels: [ready, 'needs love', '^odd']",
      'hashtag:ready AND hashtag:"needs love" AND hashtag:"^\\\\^odd$"',
      "kept",
    ],
    ["repository: { not_matches: ['docs$'] }", '-project:"^.*docs$"', "kept"],
    ["title: { matches: ['^docs: '], not_matches: ['^wip'] }", '(subject:"^docs: .*" OR -subject:^wip.*)', "changed"],
    ["has_status: { statuses: [build] }", "check:build=success", "changed"],
    ["has_successful_status: ['ci/build (linux)']", "check:ci-build-linux=success", "changed"],
    ["has_workflow_result: { workflows: [.github/workflows/e2e.yml] }", "check:e2e=success", "changed"],
  ])("%s", (predicate, condition, fate) => {
    const imported = rule(`if:\n  ${predicate}`);
    const never = condition === "is:false";
    expect(asked(imported.policy)).toBe(never ? condition : `${condition} AND ${ASKS}`);
    const [key = ""] = predicate.split(":");
    expect(lines(imported)).toContain(`6 ${fate} rule "r": if.${key}`);
  });

  it.each([
    "from_branch: { pattern: '^renovate/' }",
    "author_is_only_contributor: true",
    "has_valid_signatures: true",
    "has_valid_signatures_by: { users: [alice] }",
    "has_valid_signatures_by_keys: { key_ids: [3AA5C34371567BD2] }",
    "custom_properties: {}",
    "commit_count: '> 3'",
    "has_status: { statuses: [build], conclusions: [failure] }",
    "targets_branch: { pattern: '(' }",
    "changed_files: { paths: ['(?=a)b'] }",
    "modified_lines: { total: many }",
    "has_workflow_result: { workflows: [ci.yml] }",
  ])("and what cannot be said lets nothing pass: %s", (predicate) => {
    const imported = rule(`if:\n  ${predicate}`);
    expect(asked(imported.policy)).toBe("is:false");
    expect(lines(imported)).toContain(`6 left-out rule "r": if.${predicate.split(":")[0] ?? ""}`);
    expect(imported.policy).toContain(`# - rule "r": if.${predicate.split(":")[0] ?? ""} (line 6)`);
  });

  it("as a condition of a rule it has to hold for the rule to be met", () => {
    const imported = rule(
      "",
      "{ count: 1, teams: [acme/core], conditions: { has_labels: [ready], from_branch: { pattern: a } } }",
    );
    expect(asked(imported.policy)).toBe("is:false");
    expect(asked(rule("", "{ count: 1, teams: [acme/core], conditions: { has_labels: [ready] } }").policy)).toBe(
      `${ASKS} AND hashtag:ready`,
    );
  });

  it("where paths are ignored, a change that touches both is read in the way that asks for more", () => {
    const ignoring = "if:\n  changed_files: { paths: ['^src/'], ignore: ['^src/gen/'] }";
    expect(asked(rule(ignoring).policy)).toBe(
      `((path:^src/.* AND -path:^src/gen/.*) OR (path-only:^src/.* AND -path-only:^src/gen/.*)) AND ${ASKS}`,
    );
  });
});

describe("who approves, and how", () => {
  it.each<[string, string, string]>([
    ["count: 2", "{ count: 2, teams: [acme/core] }", `${ASKS},count>=2`],
    ["count: 0", "{ count: 0, teams: [acme/core] }", "is:true"],
    ["nobody named", "{ count: 1 }", "is:false"],
    ["no requires", "{}", "is:true"],
    ["a count that is none", "{ count: many, teams: [acme/core] }", "is:false"],
  ])("%s", (_, requires, expression) => {
    expect(asked(rule("", requires).policy)).toBe(expression);
  });

  it.each<[string, string]>([
    ["allow_contributor: true", "label:Code-Review=MAX,group=core,count>=2"],
    ["allow_contributor: yes", "label:Code-Review=MAX,group=core,count>=2"],
    ["allow_author: true", `${ASKS},count>=2 OR (label:Code-Review=MAX,user=owner,group=core AND ${ASKS})`],
    [
      "allow_non_author_contributor: true",
      "label:Code-Review=MAX,group=core,count>=3 OR (label:Code-Review=MAX,group=core,count>=2 AND -label:Code-Review=MAX,user=owner,group=core)",
    ],
    ["allow_author: true, allow_non_author_contributor: true", "label:Code-Review=MAX,group=core,count>=2"],
  ])("options: { %s }", (options, expression) => {
    expect(asked(rule(`options: { ${options} }`, "{ count: 2, teams: [acme/core] }").policy)).toBe(expression);
  });

  it.each<[string, string]>([
    ["", "changekind:REWORK"],
    ["invalidate_on_push: true", "changekind:NO_CHANGE"],
    ["invalidate_on_push: true, ignore_update_merges: true", "changekind:TARGET_MERGE"],
  ])("a push, with options { %s }: %s", (options, copy) => {
    expect(rule(`options: { ${options} }`).policy).toContain(`copyCondition: ${copy}\n`);
  });

  it.each<[string, string]>([
    ["users: [alice, 'renovate[bot]']", "changed"],
    ["organizations: [acme]", "left-out"],
    ["admins: true", "left-out"],
    ["write_collaborators: true", "left-out"],
    ["permissions: [write]", "left-out"],
    ["users: [not/a/login]", "left-out"],
    ["teams: [core]", "left-out"],
    ["permissions: [king]", "left-out"],
  ])("requires: { %s }", (people, fate) => {
    const imported = rule("", `{ count: 1, ${people} }`);
    expect(lines(imported).some((text) => text.startsWith(`4 ${fate} rule "r": requires.`))).toBe(true);
  });

  it("people get ids that are nobody's, one for each login", () => {
    const { policy } = rule("", "{ count: 1, users: [alice, Alice, bob] }");
    expect(policy).toContain(
      "- login: alice\n        id: 9000000000000001\n      - login: bob\n        id: 9000000000000002",
    );
    expect(policy).not.toContain("Alice");
  });

  it("organisations and rights stand as teams that nobody can have", () => {
    const { policy } = rule("", "{ count: 1, organizations: [acme], permissions: [admin] }");
    expect(policy).toContain("- your--org/members-of-acme\n      - your--org/admin");
  });

  it.each<[string, string, string]>([
    ["comments: [lgtm]", ASKS, "comments: lgtm"],
    ["comment_patterns: [^lgtm]", ASKS, "comment_patterns: ^lgtm"],
    ["body_patterns: [no-review]", ASKS, "body_patterns: no-review"],
    ["github_review: false, comments: [lgtm]", "label:r=MAX,user=non_contributor,group=core", "comments: lgtm"],
    [
      "github_review_comment_patterns: [lgtm]",
      "label:r=MAX,user=non_contributor,group=core",
      "github_review_comment_patterns",
    ],
  ])("options: { methods: { %s } }", (methods, expression, construct) => {
    const imported = rule(`options: { methods: { ${methods} } }`);
    expect(asked(imported.policy)).toBe(expression);
    expect(lines(imported)).toContain(`5 left-out rule "r": options.methods.${construct}`);
  });

  it("a label of its own is voted by a line, and has a name that expressions can say", () => {
    const { policy } = loading(
      importPolicyBot(`policy: { approval: ["2 of core, 1st"] }
approval_rules:
  - name: "2 of core, 1st"
    options: { methods: { github_review: false } }
    requires: { count: 1, teams: [acme/core] }
`),
    );
    expect(policy).toContain("label-of-core-n1st:\n      core: 0..+1");
  });

  it.each<[string, string, string]>([
    ["ignore_edited_comments: true", "kept", "ignore_edited_comments"],
    ["ignore_commits_by: { users: [bot] }", "left-out", "ignore_commits_by"],
    ["request_review: { enabled: true, mode: teams }", "left-out", "request_review"],
    ["invalidate_on_push: sometimes", "left-out", "invalidate_on_push"],
    ["wishes: true", "left-out", "wishes"],
  ])("options: { %s } is %s", (options, fate, key) => {
    expect(lines(rule(`options: { ${options} }`))).toContain(`5 ${fate} rule "r": options.${key}`);
  });

  it("options that the file sets for all rules hold where a rule says nothing else", () => {
    const file = (own: string) => `approval_defaults:
  options: { invalidate_on_push: true, methods: { comments: [] } }
policy: { approval: [r] }
approval_rules:
  - name: r
    options: ${own}
    requires: { count: 1, teams: [acme/core] }
`;
    expect(loading(importPolicyBot(file("{}"))).policy).toContain("copyCondition: changekind:NO_CHANGE\n");
    expect(loading(importPolicyBot(file("{ invalidate_on_push: false }"))).policy).toContain(
      "copyCondition: changekind:REWORK\n",
    );
    expect(loading(importPolicyBot(file("{}"))).remarks.some(({ construct }) => construct.includes(":+1:"))).toBe(
      false,
    );
  });

  it("of rules that keep Approve for longer and shorter, the shortest holds, and that is told", () => {
    const imported = loading(
      importPolicyBot(`policy: { approval: [a, b] }
approval_rules:
  - { name: a, options: { invalidate_on_push: true }, requires: { count: 1, teams: [acme/core] } }
  - { name: b, requires: { count: 1, teams: [acme/docs] } }
`),
    );
    expect(imported.policy).toContain("copyCondition: changekind:NO_CHANGE\n");
    expect(lines(imported)).toContain('4 changed rule "b": options.invalidate_on_push');
  });
});

describe("disapproval", () => {
  const disapproval = (body: string) =>
    loading(importPolicyBot(`policy:\n  approval: []\n  disapproval:\n${body.replaceAll(/^/gm, "    ")}\n`));

  it("is Request changes of those who may, through every push", () => {
    const { policy } = disapproval("requires: { teams: [acme/security] }");
    expect(asked(policy, "Not-Disapproved")).toBe("-label:Code-Review=MIN,group=security");
    expect(policy).toContain("copyCondition: changekind:REWORK\n");
  });

  it("is nobody's where nobody is named", () => {
    expect(disapproval("options: {}").policy).not.toContain("Not-Disapproved");
  });

  it("is there by itself where any predicate holds", () => {
    const { policy } = disapproval("if: { has_labels: [blocked], title: { matches: ['^WIP'] } }");
    expect(asked(policy, "Not-Blocked")).toBe("-(hashtag:blocked OR subject:^WIP.*)");
    expect(asked(disapproval("if: { from_branch: { pattern: a } }").policy, "Not-Blocked")).toBe("is:false");
  });

  it("comments that disapprove and revoke are told", () => {
    const imported = disapproval(
      "requires: { teams: [acme/security] }\noptions: { methods: { disapprove: { comments: [nack] }, revoke: { github_review: false } } }",
    );
    expect(lines(imported)).toEqual(
      expect.arrayContaining([
        "5 left-out disapproval: options.methods.disapprove.comments",
        "5 changed disapproval: options.methods.revoke.github_review",
        "4 changed disapproval: requires",
      ]),
    );
  });

  it("a key that policy-bot does not know, such as `organization`, is told", () => {
    expect(lines(disapproval("requires:\n  organization: [palantir]"))).toContain(
      "5 left-out disapproval: requires.organization",
    );
  });
});

describe("rules are joined", () => {
  const joined = (approval: string, rules: string) =>
    loading(importPolicyBot(`policy:\n  approval: ${approval}\napproval_rules:\n${rules}`)).policy;
  const RULES = `  - { name: a, requires: { count: 1, teams: [acme/a] } }
  - { name: b, if: { has_labels: [b] }, requires: { count: 1, teams: [acme/b] } }
  - { name: c, if: { has_labels: [c] } }
`;
  const vote = (group: string) => `label:Code-Review=MAX,user=non_contributor,group=${group}`;

  it("each of the list is a requirement, and its `if` says for what", () => {
    const policy = joined("[a, b]", RULES);
    expect(policy).toContain(
      `  b:\n    description: b\n    applicableIf: hashtag:b\n    submittableIf: ${vote("b")}\n`,
    );
    expect(policy).not.toContain("Some-Rule");
  });

  it("where all of them may be skipped, something has to be there", () => {
    expect(asked(joined("[b, c]", RULES), "Some-Rule")).toBe("hashtag:b OR hashtag:c");
    expect(asked(joined("[b]", RULES), "b")).toBe(`hashtag:b AND ${vote("b")}`);
  });

  it("`or` takes any that is there, `and` all that are", () => {
    expect(asked(joined("[{ or: [a, b, c] }]", RULES), "Approval")).toBe(
      `${vote("a")} OR (hashtag:b AND ${vote("b")}) OR hashtag:c`,
    );
    expect(asked(joined("[{ or: [{ and: [b, c] }, a] }]", RULES), "Approval")).toBe(
      `((hashtag:b OR hashtag:c) AND (-hashtag:b OR ${vote("b")})) OR ${vote("a")}`,
    );
  });

  it("a rule that nothing names is told and asks for nothing", () => {
    const imported = loading(importPolicyBot(`policy: { approval: [a] }\napproval_rules:\n${RULES}`));
    expect(lines(imported)).toContain('4 kept rule "b"');
    expect(imported.policy).not.toContain("acme/b");
  });

  it("rules whose names are alike, or a requirement's own, have names of their own", () => {
    const policy = joined('["Policy", "a b", "a.b"]', `  - { name: Policy }\n  - { name: a b }\n  - { name: a.b }\n`);
    expect(policy).toMatch(/^ {2}Policy-2:\n[\s\S]*^ {2}a-b:\n[\s\S]*^ {2}a-b-2:\n/m);
  });
});
