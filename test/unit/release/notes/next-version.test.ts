import { describe, expect, it } from "vitest";
import { defaultNotesConfig } from "../../../../src/core/release/notes/config.ts";
import {
  nextVersion,
  type LiveBranch,
  type NextVersionFacts,
} from "../../../../src/core/release/notes/next-version.ts";
import type { NotesFinding } from "../../../../src/core/release/notes/finding.ts";
import { readNote } from "../../../../src/core/release/notes/note.ts";
import { renoNextVersion } from "../../../../src/core/release/notes/reno-version.ts";
import type { NotesOfVersion } from "../../../../src/core/release/notes/report.ts";
import { unreadWaiting } from "../../../../src/core/release/notes/waiting.ts";

const config = defaultNotesConfig();

/** `1.0.0-2: fixes, security` = one note for each section. */
function versions(...lines: readonly string[]): readonly NotesOfVersion[] {
  return lines.map((line) => {
    const [, version = "", sections = ""] = /^(.*?): (.*)$/.exec(line) ?? [];
    const notes = sections.split(", ").map((section) => {
      const read = readNote(`${section}.yaml`, `${section}: [text]\n`, config);
      if (!read.ok) throw new Error(section);
      return { path: `${section}.yaml`, commit: undefined, note: read.value.note };
    });
    return { version, date: undefined, notes };
  });
}

describe("the next version as reno has it", () => {
  it.each([
    [["1.2.3-4: fixes", "1.2.3: features"], "1.2.4"],
    [["1.2.3-4: fixes, features"], "1.3.0"],
    [["1.2.3-4: features, upgrade, fixes"], "2.0.0"],
    [["1.2.3-4: security"], "1.2.3"],
    [["1.2.3: features"], "1.2.3"],
    [["*working-copy*: features", "1.2.3: fixes"], "1.3.0"],
    [["*working-copy*: other", "1.2.3-1: fixes", "1.2.3: fixes"], "1.2.4"],
    [["v1.2-1: fixes"], "1.2.1"],
    [["2.0.0.0rc1-3: fixes"], "2.0.1"],
    [["*working-copy*: fixes"], "no version has notes yet"],
    [["not!-1: fixes"], '"not!-1" is no version of Python\'s'],
  ])("%j: %s", (lines, next) => {
    const said = renoNextVersion(versions(...lines), config);
    expect(said.ok ? said.value : said.problem).toBe(next);
  });

  it("is nothing without notes", () => {
    expect(renoNextVersion([], config)).toEqual({ ok: false, problem: "there are no notes" });
  });
});

describe("a note that cannot be read", () => {
  const listed = (version: string, path: string) => ({ version, notes: [{ path }] });
  const broken = (path: string, rule: NotesFinding["rule"] = "note.yaml"): NotesFinding => ({
    ...{ severity: "error", rule, path, line: 1, column: 1, message: "it is wrong", hint: "mend it" },
  });

  it("leaves the version open where it waits for a release, and nowhere else", () => {
    const versions = [listed("*working-copy*", "a"), listed("1.0.0-1", "b"), listed("1.0.0", "c")];
    const findings = [broken("a"), broken("b"), broken("c"), broken("b", "note.wrong-type")];
    expect(unreadWaiting(versions, findings)).toEqual([broken("a"), broken("b")]);
    expect(unreadWaiting(versions.slice(0, 1), findings)).toEqual([broken("a")]);
  });
});

interface Given {
  readonly lines: readonly string[];
  readonly current: string;
  readonly tags?: readonly string[];
  readonly isSeries?: boolean;
  readonly others?: readonly LiveBranch[];
  readonly evidence?: NextVersionFacts["evidence"];
}

function next({ lines, current, tags = [], isSeries = false, others = [], evidence = [] }: Given): string {
  const said = nextVersion({ versions: versions(...lines), current, tags, isSeries, others, evidence }, config);
  if (said.ok) return [`${said.value.version}, ${said.value.impact}`, ...said.value.reasons].join(" | ");
  switch (said.problem.kind) {
    case "range-taken":
      return `no: ${said.problem.version} is ${said.problem.by}'s`;
    case "nothing-new":
    case "no-version":
      return `no: ${said.problem.kind} after ${said.problem.current}`;
  }
}

const main = (current: string): LiveBranch => ({ name: "main", isSeries: false, current });
const series = (name: string, current: string): LiveBranch => ({ name, isSeries: true, current });

describe("the next version with its reasons", () => {
  it.each<[string, Given, string]>([
    [
      "what weighs more than the notes is told first",
      {
        lines: ["1.2.3-4: fixes, features"],
        current: "1.2.3-4",
        evidence: [
          { impact: "minor", because: "minor: a is raised" },
          { impact: "major", because: "major: node 18 is dropped" },
        ],
      },
      "2.0.0, major | major: node 18 is dropped | minor: `features` in features.yaml | minor: a is raised | patch: `fixes` in fixes.yaml",
    ],
    [
      "what weighs without a note takes the place of the counted commits",
      { lines: [], current: "1.2.3-1", evidence: [{ impact: "minor", because: "minor: a is raised" }] },
      "1.3.0, minor | minor: a is raised",
    ],
    [
      "without anything commits are counted",
      { lines: [], current: "1.2.3-1" },
      "1.2.4, patch | 1 commit since 1.2.3, none with a note",
    ],
    [
      "security is a patch at least",
      { lines: ["1.2.3-4: security, other", "1.2.3: upgrade"], current: "1.2.3-4" },
      "1.2.4, patch | patch: `security` in security.yaml",
    ],
    [
      "the strongest reason stands first",
      { lines: ["*working-copy*: fixes", "1.2.3-4: upgrade, critical"], current: "1.2.3-4" },
      "2.0.0, major | major: `upgrade` in upgrade.yaml | patch: `fixes` in fixes.yaml | patch: `critical` in critical.yaml",
    ],
    [
      "any note asks for a version of its own",
      { lines: ["1.2.3-4: deprecations"], current: "1.2.3-4" },
      "1.2.4, patch | patch: there is a note, deprecations.yaml",
    ],
    [
      "commits without a note do so too",
      { lines: ["1.2.3: features"], current: "1.2.3-4" },
      "1.2.4, patch | 4 commits since 1.2.3, none with a note",
    ],
    ["nothing came after the tag", { lines: ["1.2.3: features"], current: "1.2.3" }, "no: nothing-new after 1.2.3"],
    [
      "there is no tag yet",
      { lines: ["0.0.0: features"], current: "0.0.0" },
      "0.1.0, minor | it is the first version: no tag names one yet",
    ],
    ["the tag is no version", { lines: ["rc: fixes"], current: "rc-1" }, "no: no-version after rc"],
    [
      "a candidate leads to its release",
      { lines: ["2.0.0.0rc1-3: upgrade"], current: "2.0.0.0rc1-3" },
      "2.0.0, major | 2.0.0.0rc1 is a pre-release of it | major: `upgrade` in upgrade.yaml",
    ],
    [
      "a version that has a tag is passed over, however the tag is spelt",
      { lines: ["1.2.3-4: fixes"], current: "1.2.3-4", tags: ["v1.2.4", "1.2.5.0"] },
      "1.2.5, patch | patch: `fixes` in fixes.yaml | 1.2.4 has a tag already",
    ],
    [
      "the range of a stable branch is left alone",
      { lines: ["34.0.0-9: fixes"], current: "34.0.0-9", others: [series("stable/2026.1", "34.0.2")] },
      "34.1.0, patch | patch: `fixes` in fixes.yaml | 34.0.1 is in the range of stable/2026.1, which is at 34.0.2",
    ],
    [
      "several ranges in a row are",
      {
        lines: ["34.0.0-9: features"],
        current: "34.0.0-9",
        others: [series("stable/b", "34.1.0"), series("stable/c", "34.2.0-1")],
      },
      "34.3.0, minor | minor: `features` in features.yaml | 34.1.0 is in the range of stable/b, which is at 34.1.0 | 34.2.0 is in the range of stable/c, which is at 34.2.0-1",
    ],
    [
      "a stable branch goes on in its own range, which main began",
      { lines: ["34.0.0-1: fixes"], current: "34.0.0-1", isSeries: true, others: [main("34.0.0-9")] },
      "34.0.1, patch | patch: `fixes` in fixes.yaml",
    ],
    [
      "a stable branch may not take main's range",
      { lines: ["34.0.0-1: features"], current: "34.0.0-1", isSeries: true, others: [main("34.1.0-9")] },
      "no: 34.1.0 is main's",
    ],
    [
      "two stable branches at one version: neither may go on by itself",
      { lines: ["34.0.0-1: fixes"], current: "34.0.0-1", isSeries: true, others: [series("stable/b", "34.0.0")] },
      "no: 34.0.1 is stable/b's",
    ],
  ])("%s", (_, given, said) => {
    expect(next(given)).toBe(said);
  });
});
