import { describe, expect, it } from "vitest";
import { importPolicyBot } from "../../../src/core/import/policy-bot.ts";
import { lintPolicy } from "../../../src/core/policy/lint.ts";
import { line, lines, loading } from "./imported.ts";

/** A service with a review by its team, a second one for its API, and a bot that updates dependencies. */
const SERVICE = `# owners: acme/payments
policy:
  approval:
    - or:
        - the payments team approves
        - a dependency update by the bot
    - and:
        - the API guild approves changes of the API
        - database changes are approved
  disapproval:
    options:
      methods:
        disapprove: { comments: [], github_review: true }
    requires:
      teams: [acme/payments, acme/security]

approval_defaults:
  options:
    invalidate_on_push: true
    ignore_update_merges: true
    methods: { comments: [] }

approval_rules:
  - name: the payments team approves
    description: Two of the team who did not write it
    requires: { count: 2, teams: [acme/payments] }

  - name: a dependency update by the bot
    if:
      only_has_contributors_in: { users: ["renovate[bot]"] }
      only_changed_files: { paths: ["(^|/)package(-lock)?\\\\.json$", "^go\\\\.(mod|sum)$"] }
    requires:
      conditions:
        has_workflow_result: { workflows: [.github/workflows/ci.yml], conclusions: [success, skipped] }

  - name: the API guild approves changes of the API
    if:
      changed_files: { paths: ["^api/.*\\\\.proto$"] }
    options:
      request_review: { enabled: true, mode: teams }
    requires: { count: 1, teams: [acme/api-guild] }

  - name: database changes are approved
    if:
      changed_files: { paths: ["^db/migrations/"], ignore: ["^db/migrations/README\\\\.md$"] }
    requires: { count: 1, users: [dora, emil] }
`;

/** A library in the open: maintainers by right, comments of the old days, releases by admins. */
const LIBRARY = `policy:
  approval:
    - maintainers
    - release branches
    - or: [not a release note, "notes: reviewed"]
approval_rules:
  - &base
    name: maintainers
    options: &options
      allow_contributor: false
      methods:
        comments: [":+1:", "lgtm"]
        github_review: true
    requires: { count: 1, permissions: [write] }
  - name: release branches
    if: { targets_branch: { pattern: "^release/.*$" } }
    options:
      <<: *options
      invalidate_on_push: yes
    requires: { count: 1, admins: true }
  - name: not a release note
    if: { no_changed_files: { paths: ["^notes/"] } }
  - name: "notes: reviewed"
    options: { methods: { comments: [], github_review: false, comment_patterns: ["(?i)^notes lgtm"] } }
    requires: { count: 1, organizations: [acme] }
`;

/** An organisation's rules for infrastructure: branches, statuses, labels, sizes. */
const INFRASTRUCTURE = `policy:
  approval:
    - or:
        - small change
        - two of infra
        - and: [one of infra, plan is clean]
    - not on hold
  disapproval:
    if:
      title: { matches: ["^(WIP|DO NOT MERGE)"] }
    requires: { organizations: [acme] }
approval_rules:
  - name: small change
    if:
      modified_lines: { total: "< 5" }
      has_author_in: { teams: [acme/infra] }
      from_branch: { pattern: "^typo/" }
    options: { allow_author: true }
    requires: { count: 1, teams: [acme/infra] }
  - name: two of infra
    options: { allow_non_author_contributor: true }
    requires: { count: 2, teams: [acme/infra] }
  - name: one of infra
    requires: { count: 1, teams: [acme/infra] }
  - name: plan is clean
    requires:
      conditions:
        has_successful_status: ["atlantis/plan", "atlantis/policy_check"]
  - name: not on hold
    requires:
      conditions:
        title: { not_matches: ["\\\\bhold\\\\b"] }
  - name: nobody uses this
    requires: { count: 5, teams: [acme/everybody] }
`;

describe("files as they are written, end to end", () => {
  it("a service's: the policy it becomes", () => {
    const { policy } = loading(importPolicyBot(SERVICE));
    expect(policy.slice(policy.indexOf("version:"))).toMatchInlineSnapshot(`
      "version: 1
      mode: observe
      groups:
        payments:
          teams:
            - acme/payments
        renovate-bot:
          users:
            - login: renovate[bot]
              id: 9000000000000001
        api-guild:
          teams:
            - acme/api-guild
        database-changes-are-approved:
          users:
            - login: dora
              id: 9000000000000002
            - login: emil
              id: 9000000000000003
        disapprovers:
          teams:
            - acme/payments
            - acme/security
      labels:
        Code-Review:
          values:
            -1: Changes requested
            0: No score
            1: Approved
          copyCondition: changekind:TARGET_MERGE OR is:MIN
      checks:
        ci:
          job: "*"
          workflow: .github/workflows/ci.yml
          allow:
            - skipped
      access:
        - branch: "*"
          label-Code-Review:
            payments: -1..+1
            api-guild: -1..+1
            database-changes-are-approved: -1..+1
            disapprovers: -1..+1
      submitRequirements:
        Approval:
          description: "One of: the payments team approves; a dependency update by the bot"
          submittableIf: label:Code-Review=MAX,user=non_contributor,group=payments,count>=2 OR (contributorsin:renovate-bot AND path-only:"^(?:.*(^|/)package(-lock)?\\\\.json|go\\\\.(mod|sum))" AND check:ci=success)
        Approval-2:
          description: "All of: the API guild approves changes of the API; database changes are approved"
          applicableIf: path:"^api/.*\\\\.proto$" OR (path:^db/migrations/.* AND -path-only:"^db/migrations/README\\\\.md$")
          submittableIf: (-path:"^api/.*\\\\.proto$" OR label:Code-Review=MAX,user=non_contributor,group=api-guild) AND (-(path:^db/migrations/.* AND -path-only:"^db/migrations/README\\\\.md$") OR label:Code-Review=MAX,user=non_contributor,group=database-changes-are-approved)
        Not-Disapproved:
          description: Nobody who may disapprove requests changes
          submittableIf: -label:Code-Review=MIN,group=disapprovers
        Tests:
          description: Every check passes on exactly the commit that lands
          submittableIf: check:ALL=success
      "
    `);
  });

  it("a service's: what is told of it", () => {
    expect(loading(importPolicyBot(SERVICE)).remarks.map(line)).toMatchInlineSnapshot(`
      [
        "0 changed approvals",
        "0 changed contributors",
        "0 changed status",
        "0 changed tests",
        "13 kept disapproval: options.methods.disapprove.github_review",
        "15 kept disapproval: requires.teams: acme/payments, acme/security",
        "15 changed disapproval: requires",
        "19 changed rule "the payments team approves": options.invalidate_on_push",
        "19 changed rule "a dependency update by the bot": options.invalidate_on_push",
        "19 changed rule "the API guild approves changes of the API": options.invalidate_on_push",
        "19 changed rule "database changes are approved": options.invalidate_on_push",
        "20 changed rule "the payments team approves": options.ignore_update_merges",
        "20 changed rule "a dependency update by the bot": options.ignore_update_merges",
        "20 changed rule "the API guild approves changes of the API": options.ignore_update_merges",
        "20 changed rule "database changes are approved": options.ignore_update_merges",
        "26 kept rule "the payments team approves": requires.teams: acme/payments",
        "26 kept rule "the payments team approves": requires.count: 2",
        "28 kept rule "a dependency update by the bot": no approval",
        "30 changed rule "a dependency update by the bot": if.only_has_contributors_in.users: renovate[bot]",
        "30 changed rule "a dependency update by the bot": if.only_has_contributors_in",
        "31 kept rule "a dependency update by the bot": if.only_changed_files",
        "34 changed rule "a dependency update by the bot": requires.conditions.has_workflow_result",
        "38 kept rule "the API guild approves changes of the API": if.changed_files",
        "40 left-out rule "the API guild approves changes of the API": options.request_review",
        "41 kept rule "the API guild approves changes of the API": requires.teams: acme/api-guild",
        "41 kept rule "the API guild approves changes of the API": requires.count: 1",
        "45 changed rule "database changes are approved": if.changed_files",
        "46 changed rule "database changes are approved": requires.users: dora, emil",
        "46 kept rule "database changes are approved": requires.count: 1",
      ]
    `);
  });

  it("a library's, with anchors and merge keys: the policy it becomes", () => {
    const { policy } = loading(importPolicyBot(LIBRARY));
    expect(policy).toMatchInlineSnapshot(`
      "# Converted from policy-bot's .policy.yml by \`plustwo policy import\`. It only observes until \`mode\` says otherwise.
      # Teams of \`your--org\` stand for groups of the old place: write yours.
      # Left out, to be decided:
      # - rule "maintainers": options.methods.comments: :+1:, lgtm and 1 more (line 12, 12): comments do not vote, since others can edit them and quoting one would be a vote: approve in a review
      # - rule "maintainers": requires.permissions: write (line 14): rights in the repository are not looked at, since whoever gives them would give approvals: write the team that has the right in place of \`your--org/…\` in \`groups.write\`
      # - rule "release branches": requires.admins (line 20): rights in the repository are not looked at, since whoever gives them would give approvals: write the team that has the right in place of \`your--org/…\` in \`groups.admin\`
      # - rule "notes: reviewed": options.methods.comment_patterns: (?i)^notes lgtm (line 24): comments do not vote, since others can edit them and quoting one would be a vote: approve in a review; the rule's own label takes its place
      # - rule "notes: reviewed": requires.organizations: acme (line 25): groups are made of teams: write a team with these people in place of \`your--org/…\` in \`groups.members-of-acme\`

      version: 1
      mode: observe
      groups:
        write:
          teams:
            - your--org/write
        admin:
          teams:
            - your--org/admin
        members-of-acme:
          teams:
            - your--org/members-of-acme
      labels:
        Code-Review:
          values:
            -1: Changes requested
            0: No score
            1: Approved
          copyCondition: changekind:NO_CHANGE
        notes-reviewed:
          values:
            0: No opinion
            1: "notes: reviewed"
          copyCondition: changekind:REWORK
      checks:
        test:
          job: test
          workflow: .github/workflows/ci.yml
      access:
        - branch: "*"
          label-Code-Review:
            write: -1..+1
            admin: -1..+1
          label-notes-reviewed:
            members-of-acme: 0..+1
      submitRequirements:
        maintainers:
          description: maintainers
          submittableIf: label:Code-Review=MAX,user=non_contributor,group=write
        release-branches:
          description: release branches
          applicableIf: branch:"^release/.*$"
          submittableIf: label:Code-Review=MAX,user=non_contributor,group=admin
        Approval:
          description: "One of: not a release note; notes: reviewed"
          submittableIf: -path:^notes/.* OR label:notes-reviewed=MAX,user=non_contributor,group=members-of-acme
        Tests:
          description: Every check passes on exactly the commit that lands
          submittableIf: check:ALL=success
      "
    `);
  });

  it("an organisation's: what it asks for", () => {
    const { policy } = loading(importPolicyBot(INFRASTRUCTURE));
    expect(policy.slice(policy.indexOf("submitRequirements:"))).toMatchInlineSnapshot(`
      "submitRequirements:
        Approval:
          description: "One of: small change; two of infra; one of infra; plan is clean"
          submittableIf: label:Code-Review=MAX,group=infra,count>=3 OR (label:Code-Review=MAX,group=infra,count>=2 AND -label:Code-Review=MAX,user=owner,group=infra) OR (label:Code-Review=MAX,user=non_contributor,group=infra AND check:atlantis-plan=success AND check:atlantis-policy-check=success)
        not-on-hold:
          description: not on hold
          submittableIf: -subject:^.*\\bhold\\b.*
        Not-Blocked:
          description: Nothing that blocks by itself holds
          submittableIf: -subject:"^(WIP|DO NOT MERGE).*"
        Not-Disapproved:
          description: Nobody who may disapprove requests changes
          submittableIf: -label:Code-Review=MIN,group=members-of-acme
        Tests:
          description: Every check passes on exactly the commit that lands
          submittableIf: check:ALL=success
      "
    `);
  });

  it("an organisation's: what was left out, with its lines", () => {
    const imported = loading(importPolicyBot(INFRASTRUCTURE));
    expect(lines(imported).filter((text) => text.includes("left-out"))).toMatchInlineSnapshot(`
      [
        "11 left-out disapproval: requires.organizations: acme",
        "17 left-out rule "small change": if.from_branch",
      ]
    `);
  });

  it("every construct of a file has a remark", () => {
    const told = new Set(loading(importPolicyBot(SERVICE)).remarks.map(({ line: at }) => at));
    const said = SERVICE.split("\n").flatMap((text, index) =>
      /count:|paths:|users:|workflows:|teams:|invalidate_on_push:|ignore_update_merges:|disapprove:/.test(text)
        ? [index + 1]
        : [],
    );
    expect(said.filter((at) => !told.has(at))).toEqual([]);
  });
});

describe("what is no file of policy-bot", () => {
  it.each<[string, string, string]>([
    ["is told", "version: 1\n", "1: it has neither `policy` nor `approval_rules`"],
    ["is told where it is a list", "- policy\n", "1: it has neither `policy` nor `approval_rules`"],
    ["is told where it is empty", "\n", "1: it is empty"],
    [
      "is told where it stands elsewhere",
      "# shared\nremote: acme/.github\npath: policy.yml\n",
      "2: it only says that the policy is in `acme/.github`",
    ],
    [
      "names rules that are there",
      "policy:\n  approval:\n    - gone\n",
      "3: `policy` names the rule `gone`, which is not in `approval_rules`",
    ],
    [
      "joins by and, or",
      "policy:\n  approval:\n    - xor: [a]\n",
      "3: a condition is the name of a rule, or one of `and:` and `or:`",
    ],
    ["joins something", "policy:\n  approval:\n    - or: []\n", "3: `or` has no list of conditions"],
    ["has rules with names", "approval_rules:\n  - requires: {}\n", "2: a rule has no name"],
    ["has a list of rules", "approval_rules:\n  a: {}\n", "2: `approval_rules` is no list"],
    ["has each key once", "policy: {}\npolicy: {}\n", "2: the key `policy` stands twice in its map"],
    ["is YAML", "policy: [\n", "2: it is not valid YAML"],
    ["has the anchors it names", "policy: *gone\n", "1: nothing is called `&gone`"],
  ])("%s", (_, text, message) => {
    const result = importPolicyBot(text);
    expect(result.ok ? "" : `${result.problem.line}: ${result.problem.message}`).toContain(message);
    expect(result.ok ? "" : result.problem.hint).not.toBe("");
  });
});

describe("hostile files end in time, in a sentence with its line", () => {
  const laughs = [...Array(9).keys()]
    .map(
      (level) =>
        `l${level + 1}: &l${level + 1} [${Array(9)
          .fill(level === 0 ? "ha" : `*l${level}`)
          .join(", ")}]`,
    )
    .join("\n");
  const nested = (depth: number) => `policy: { approval: ${"[{ or: ".repeat(depth)}[a]${" }]".repeat(depth)} }\n`;
  const random = (seed: number) => {
    let state = seed;
    return Array.from({ length: 5_000 }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return String.fromCharCode(state % 256);
    }).join("");
  };

  it.each<[string, string]>([
    [
      "5 MB of rules",
      `approval_rules:\n${"  - { name: a, requires: { count: 1, teams: [acme/core] } }\n".repeat(90_000)}`,
    ],
    ["one line of 5 MB", `policy: "${"a".repeat(5_000_000)}"\n`],
    ["aliases of aliases", `policy: {}\n${laughs}\n`],
    ["an alias that stands in itself", "policy: &a [*a]\n"],
    ["a merge of itself", "policy: &a\n  <<: *a\n"],
    ["brackets a thousand deep", nested(1_000)],
    ["joins eleven deep", nested(11)],
    ["dashes a thousand deep", `${"- ".repeat(1_000)}a\n`],
    ["maps as keys", "? { a: b }\n: c\n"],
    ["bytes of anything", random(7)],
    ["other bytes of anything", random(42)],
    ["half a character", "policy: \ud800\n"],
    ["a tag", "policy: !!js/function >\n  x\napproval_rules: {}\n"],
  ])("%s", (_, text) => {
    const began = process.cpuUsage();
    const result = importPolicyBot(text);
    const { user } = process.cpuUsage(began);
    expect(user / 1_000).toBeLessThan(1_500);
    expect(result.ok ? 0 : result.problem.line).toBeGreaterThan(0);
    expect(result.ok ? "" : result.problem.message.length).not.toBe(0);
  });

  it.each<[string, string]>([
    ["a pattern that grows without end", "changed_files: { paths: ['^(a+)+$'] }"],
    ["a pattern of 1 000 groups", `title: { matches: ['${"(".repeat(500)}a${")".repeat(500)}'] }`],
    [
      "300 paths that are ignored",
      `changed_files: { paths: [x], ignore: [${Array.from({ length: 300 }, (_, n) => `'^a${n}/'`).join(", ")}] }`,
    ],
    ["300 paths", `changed_files: { paths: [${Array.from({ length: 300 }, (_, n) => `'^a${n}/'`).join(", ")}] }`],
    ["prototypes as predicates", "__proto__: {}\n      constructor: {}\n      toString: {}"],
  ])("and %s still gives a policy that loads", (_, predicate) => {
    const imported = loading(
      importPolicyBot(`policy: { approval: [r] }\napproval_rules:\n  - name: r\n    if:\n      ${predicate}\n`),
    );
    expect(imported.remarks.length).toBeGreaterThan(0);
    expect(lintPolicy(imported.policy, {}).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("joins as deep as policy-bot reads are read", () => {
    const imported = loading(
      importPolicyBot(
        `policy: { approval: ${"[{ or: ".repeat(9)}[a]${" }]".repeat(9)} }\napproval_rules: [{ name: a, if: { has_labels: [a] } }]\n`,
      ),
    );
    expect(imported.policy).toContain("submittableIf: hashtag:a\n");
  });
});
