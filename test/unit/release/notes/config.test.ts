import { describe, expect, it } from "vitest";
import { defaultNotesConfig, readNotesConfig } from "../../../../src/core/release/notes/config.ts";
import { describeFinding } from "../../../../src/core/release/notes/finding.ts";

const PATH = "releasenotes/config.yaml";

function read(text: string) {
  const config = readNotesConfig(PATH, text);
  if (!config.ok) throw new Error(config.problem.map(describeFinding).join("\n"));
  return config.value;
}

describe("reno's configuration", () => {
  it("an empty file is every default", () => {
    expect(JSON.stringify(read("---\n").config)).toBe(JSON.stringify(defaultNotesConfig()));
  });

  it("every key of reno's is read", () => {
    const { config, warnings } = read(`
notesdir: texts
allow_subdirectories: on
collapse_pre_releases: no
stop_at_branch_base: false
branch: origin/stable/2026.1
default_branch: main
earliest_version: "1.0.0"
template: "---\\n"
add_release_date: yes
release_tag_re: "v\\\\d+  # ours"
pre_release_tag_re: "(?P<pre_release>-rc)\\\\d+$"
branch_name_re: release/.+
closed_branch_tag_re: "(.+)(?<!kilo)-eo[lm]"
branch_name_prefix: release/
branch_sort_re: release/(.*)
branch_sort_prefix: release/
sections:
  - [news, News]
  - [news_cli, Command line, 2]
prelude_section_name: summary
ignore_null_merges: off
ignore_notes: [old-0123456789abcdef.yaml]
unreleased_version_title: In the making
encoding: utf8
semver_major: []
semver_minor: [news]
semver_patch: [news_cli]
`);
    expect(warnings).toEqual([]);
    const { releaseTag, preReleaseTag, branchName, closedBranchTag, branchSort, ...plain } = config;
    expect([releaseTag, preReleaseTag, branchName, closedBranchTag, branchSort].map(({ text }) => text)).toEqual([
      ...["v\\d+  # ours", "(?P<pre_release>-rc)\\d+$", "release/.+", "(.+)(?<!kilo)-eo[lm]", "release/(.*)"],
    ]);
    expect(plain).toMatchInlineSnapshot(`
      {
        "addReleaseDate": true,
        "allowSubdirectories": true,
        "branch": "origin/stable/2026.1",
        "branchNamePrefix": "release/",
        "branchSortPrefix": "release/",
        "collapsePreReleases": false,
        "defaultBranch": "main",
        "earliestVersion": "1.0.0",
        "encoding": "utf-8",
        "ignoreNotes": [
          "old-0123456789abcdef.yaml",
        ],
        "ignoreNullMerges": false,
        "notesPath": "releasenotes/texts",
        "preludeSectionName": "summary",
        "sections": [
          {
            "level": 1,
            "name": "news",
            "title": "News",
          },
          {
            "level": 2,
            "name": "news_cli",
            "title": "Command line",
          },
        ],
        "semverMajor": [],
        "semverMinor": [
          "news",
        ],
        "semverPatch": [
          "news_cli",
        ],
        "stopAtBranchBase": false,
        "template": "---
      ",
        "unreleasedVersionTitle": "In the making",
      }
    `);
  });

  it.each([
    ["nodesdir: notes", "2:1: warning: `nodesdir` is not a key of reno's configuration [config.unknown-key]"],
    [
      "semver_minor: [feature]",
      "2:16: warning: `semver_minor` names `feature`, which is no section [config.unknown-section]",
    ],
    ["branch: a\nbranch: b", "3:1: warning: `branch` stands twice; the later one counts [config.yaml]"],
  ])("`%s` is a warning", (text, said) => {
    expect(read(`---\n${text}\n`).warnings.map(describeFinding)).toEqual([`${PATH}:${said}`]);
  });

  it.each([
    ["earliest_version: 1.10", "2:19: error: `earliest_version` is the number 1.10, not text [config.wrong-type]"],
    ["add_release_date: maybe", '2:19: error: `add_release_date` is "maybe", not true or false [config.wrong-type]'],
    [
      "sections: features",
      '2:11: error: `sections` is "features", not a list of sections, each `[name, title]` [config.wrong-type]',
    ],
    [
      "sections:\n  - [a]",
      "3:5: error: `sections` is a list, not a list of `[name, title]` or `[name, title, level]` [config.wrong-type]",
    ],
    [
      "sections:\n  - [a, A, 4]",
      "3:12: error: `sections` is the number 4, not a level from 1 to 3 [config.wrong-type]",
    ],
    ["ignore_notes: a.yaml", '2:15: error: `ignore_notes` is "a.yaml", not a list of texts [config.wrong-type]'],
    ["ignore_notes: [1]", "2:16: error: `ignore_notes` is the number 1, not text in its list [config.wrong-type]"],
    [
      "notesdir: ../x",
      '2:11: error: `notesdir` is "../x", not a folder below the one of the configuration [config.wrong-type]',
    ],
    [
      "encoding: klingon",
      '2:11: error: `encoding` is "klingon", not an encoding that is read here (utf-8, utf-16, latin-1) [config.wrong-type]',
    ],
    [
      "branch_name_re: '(?>a)'",
      "2:17: error: the pattern of `branch_name_re` has an atomic group (`(?>a`), which RE2 cannot say [config.pattern]",
    ],
    ["branch_name_re: [a]", "2:17: error: `branch_name_re` is a list, not a regular expression [config.wrong-type]"],
    [
      "pre_release_tag_re: rc",
      "2:21: error: the pattern of `pre_release_tag_re` has no group `pre_release` [config.pattern]",
    ],
    ["- a", "2:1: error: the configuration is a list, not a map [config.yaml]"],
    ["a: b: c", "2:4: error: it is not valid YAML: Nested mappings are not allowed in compact mappings [config.yaml]"],
    ["branch: !secret a", "2:17: error: the tag `!secret` is not read here [config.yaml]"],
  ])("`%s` is an error", (text, said) => {
    const config = readNotesConfig(PATH, `---\n${text}\n`);
    expect(config.ok ? [] : config.problem.map(describeFinding)).toEqual([`${PATH}:${said}`]);
    expect(config.ok || config.problem.every(({ hint }) => hint.length > 10)).toBe(true);
  });
});
