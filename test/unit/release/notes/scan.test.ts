import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultNotesConfig, type NotesConfig } from "../../../../src/core/release/notes/config.ts";
import { describeScanProblem, scanNotes } from "../../../../src/core/release/notes/scan.ts";
import type { ScanInput, ScanMode } from "../../../../src/core/release/notes/shapes.ts";
import { FOLDER, history, type Told } from "./history.ts";

const A = "a-0000000000000001.yaml";
const B = "b-0000000000000002.yaml";
const C = "c-0000000000000003.yaml";

/** One line for each version, and one for what none has. */
function picture(input: ScanInput, mode: ScanMode, keys: Partial<NotesConfig> = {}): readonly string[] {
  const scanned = scanNotes(input, { ...defaultNotesConfig(), ...keys }, mode);
  if (!scanned.ok) return [scanned.problem.kind];
  const short = (path: string) => path.slice(FOLDER.length + 1).replace(/-.*/, "");
  const { versions, unassigned, earlier } = scanned.value;
  return [
    ...versions.map(({ version, notes }) => `${version}: ${notes.map(({ path }) => short(path)).join(" ")}`),
    ...unassigned.map(({ path, kind }) => `${kind}: ${short(path)}`),
    ...earlier.map(({ path, version }) => `earlier, ${version}: ${short(path)}`),
  ];
}

interface Row {
  readonly name: string;
  readonly told: readonly Told[];
  readonly reno: readonly string[];
  /** Where it differs from reno. */
  readonly complete?: readonly string[];
  readonly keys?: Partial<NotesConfig>;
  readonly with?: Parameters<typeof history>[1];
}

const ROWS: readonly Row[] = [
  {
    name: "a note belongs to the next tag, and what no tag has to the version in the making",
    told: [
      { name: "1", notes: { [A]: "x" } },
      { name: "2", tags: ["1.0.0"] },
      { name: "3", notes: { [B]: "x" } },
    ],
    reno: ["1.0.0-1: b", "1.0.0: a"],
  },
  {
    name: "without a tag all notes belong to 0.0.0",
    told: [{ name: "1", notes: { [A]: "x" } }],
    reno: ["0.0.0: a"],
  },
  {
    name: "an edited note stays with the version that brought it",
    told: [
      { name: "1", notes: { [A]: "x" }, tags: ["1.0.0"] },
      { name: "2", notes: { [A]: "y" }, tags: ["2.0.0"] },
    ],
    reno: ["1.0.0: a"],
  },
  {
    name: "a note that was renamed stays with the version that brought it, under its new name",
    told: [
      { name: "1", notes: { [A]: "x" }, tags: ["1.0.0"] },
      { name: "2", notes: { [A]: null, "z-0000000000000001.yaml": "x" }, tags: ["2.0.0"] },
    ],
    reno: ["1.0.0: z"],
  },
  {
    name: "a deleted note is in no version",
    told: [
      { name: "1", notes: { [A]: "x", [B]: "x" }, tags: ["1.0.0"] },
      { name: "2", notes: { [A]: null } },
    ],
    reno: ["1.0.0: b"],
  },
  {
    name: "pre-releases stand under their release where it is tagged",
    told: [
      { name: "1", notes: { [A]: "x" }, tags: ["1.0.0.0b1"] },
      { name: "2", notes: { [B]: "x" }, tags: ["1.0.0.0rc1"] },
      { name: "3", tags: ["1.0.0"] },
    ],
    reno: ["1.0.0: a b"],
  },
  {
    name: "pre-releases stand alone where the release is not tagged",
    told: [{ name: "1", notes: { [A]: "x" }, tags: ["1.0.0.0b1"] }],
    reno: ["1.0.0.0b1: a"],
  },
  {
    name: "pre-releases stand alone where that is asked for",
    told: [
      { name: "1", notes: { [A]: "x" }, tags: ["1.0.0.0b1"] },
      { name: "2", tags: ["1.0.0"] },
    ],
    keys: { collapsePreReleases: false },
    reno: ["1.0.0.0b1: a"],
  },
  {
    name: "of two tags of one commit the release counts",
    told: [{ name: "1", notes: { [A]: "x" }, tags: ["1.0.0", "1.0.0.0rc1"] }],
    reno: ["1.0.0: a"],
  },
  {
    name: "a merged branch belongs to the version that merged it, whenever it was begun",
    told: [
      { name: "1", tags: ["1.0.0"] },
      { name: "side", notes: { [A]: "x" }, parents: ["1"] },
      { name: "2", tags: ["2.0.0"], parents: ["1"] },
      { name: "merge", parents: ["2", "side"], tags: ["3.0.0"] },
    ],
    reno: ["3.0.0: a"],
  },
  {
    name: "ignored notes are left out, by name or by UID",
    told: [{ name: "1", notes: { [A]: "x", [B]: "x", [C]: "x" } }],
    keys: { ignoreNotes: [A, "0000000000000002"] },
    reno: ["0.0.0: c", "ignored: a", "ignored: b"],
  },
  {
    name: "two notes of one UID: reno shows one, we both",
    told: [
      { name: "1", notes: { [A]: "x" }, tags: ["1.0.0"] },
      { name: "2", notes: { "z-0000000000000001.yaml": "x" }, tags: ["2.0.0"] },
    ],
    reno: ["1.0.0: z", "same-uid: a"],
    complete: ["2.0.0: z", "1.0.0: a"],
  },
  {
    name: "two notes of one UID in one commit: reno refuses, we show both",
    told: [{ name: "1", notes: { [A]: "x", "z-0000000000000001.yaml": "x" } }],
    reno: ["reno-refuses"],
    complete: ["0.0.0: a z"],
  },
  {
    name: "behind a null merge whose side is longer than a commit reno loses all, we nothing",
    told: [
      { name: "1", notes: { [A]: "x" }, tags: ["1.0.0"] },
      { name: "2", notes: { [B]: "x" } },
      { name: "side 1", parents: ["1"] },
      { name: "side 2", tags: ["1.0.1"] },
      { name: "null", parents: ["2", "side 2"], ours: true },
      { name: "3", notes: { [C]: "x" }, tags: ["2.0.0"] },
    ],
    reno: ["2.0.0: b c", "not-reached: a"],
    complete: ["2.0.0: b c", "1.0.0: a"],
  },
  {
    name: "a note that only the side of a null merge has is found there",
    told: [
      { name: "1", notes: { [A]: "x" }, tags: ["1.0.0"] },
      { name: "2" },
      { name: "side", notes: { [B]: "x" }, parents: ["1"], tags: ["1.0.1"] },
      { name: "null", parents: ["2", "side"] },
      { name: "3", tags: ["2.0.0"] },
    ],
    reno: ["1.0.0: a", "not-reached: b"],
    complete: ["1.0.1: b", "1.0.0: a"],
  },
  {
    name: "what is checked out ends where the newest series began",
    told: [
      { name: "1", notes: { [A]: "x" }, tags: ["1.0.0"] },
      { name: "2", notes: { [B]: "x" } },
      { name: "3", tags: ["2.0.0"] },
      { name: "4", notes: { [C]: "x" } },
    ],
    with: { branches: { "stable/two": "3" } },
    reno: ["2.0.0-1: c", "earlier, 1.0.0: a", "earlier, 2.0.0: b"],
  },
  {
    name: "the earliest version is the last that is shown",
    told: [
      { name: "1", notes: { [A]: "x" } },
      { name: "2", tags: ["1.0.0"] },
      { name: "3", notes: { [B]: "x" } },
      { name: "4", tags: ["2.0.0"] },
    ],
    keys: { earliestVersion: "2.0.0" },
    reno: ["2.0.0: b", "earlier, 1.0.0: a"],
  },
  {
    name: "an earliest version that the branch does not have is refused",
    told: [{ name: "1", notes: { [A]: "x" } }],
    keys: { earliestVersion: "9" },
    reno: ["unknown-earliest-version"],
  },
  {
    name: "a series without the default branch is refused",
    told: [{ name: "1", notes: { [A]: "x" } }],
    keys: { defaultBranch: "main" },
    with: { branches: { "stable/one": "1" } },
    reno: ["unknown-branch"],
  },
  {
    name: "what is staged belongs to the working copy",
    told: [{ name: "1", notes: { [A]: "x" }, tags: ["1.0.0"] }],
    with: { work: [{ path: `${FOLDER}/${B}`, where: "staged", type: "add" }] },
    reno: ["*working-copy*: b", "1.0.0: a"],
  },
  {
    name: "what is deleted in the work tree is left out, and no loss",
    told: [{ name: "1", notes: { [A]: "x", [B]: "x" }, tags: ["1.0.0"] }],
    with: { work: [{ path: `${FOLDER}/${B}`, where: "unstaged", type: "delete" }] },
    reno: ["1.0.0: a", "deleted-here: b"],
  },
  {
    name: "a file that says it is YAML by another ending is told",
    told: [{ name: "1", notes: { [A]: "x", "w-0000000000000009.yml": "x", README: "x" } }],
    reno: ["0.0.0: a", "not-a-note-name: w"],
  },
];

describe("which version has which note", () => {
  for (const row of ROWS) {
    it(row.name, () => {
      const input = history(row.told, row.with);
      expect({ reno: picture(input, "reno", row.keys), complete: picture(input, "complete", row.keys) }).toEqual({
        reno: row.reno,
        complete: row.complete ?? row.reno,
      });
    });
  }

  it("every note of any history has a version or a reason, once", () => {
    const commit = fc.record({
      first: fc.nat(),
      second: fc.option(fc.nat(), { nil: undefined }),
      tag: fc.boolean(),
      ours: fc.boolean(),
      notes: fc.dictionary(fc.constantFrom(A, B, C, "z-0000000000000001.yaml"), fc.constantFrom("x", "y", null)),
    });
    fc.assert(
      fc.property(fc.array(commit, { minLength: 1, maxLength: 14 }), fc.boolean(), (commits, series) => {
        const told = commits.map((one, index): Told => {
          const parents = [one.first, ...(one.second === undefined ? [] : [one.second])];
          return {
            name: String(index),
            parents:
              index === 0 ? [] : [...new Set(parents.map((parent) => String(Math.max(0, index - 1 - (parent % 4)))))],
            tags: one.tag ? [`${index}.0.0`] : [],
            ...{ notes: one.notes, ours: one.ours },
          };
        });
        const input = history(told, series ? { branches: { "stable/one": String(Math.floor(told.length / 2)) } } : {});
        for (const mode of ["complete", "reno"] as const) {
          const scanned = scanNotes(input, defaultNotesConfig(), mode);
          if (!scanned.ok) {
            expect(mode).toBe("reno");
            continue;
          }
          const { versions, unassigned, earlier } = scanned.value;
          const named = [...versions.flatMap(({ notes }) => notes), ...unassigned, ...earlier].map(({ path }) => path);
          const files = input.files.map(({ path }) => path);
          if (mode === "complete") expect(named.toSorted()).toEqual(files.toSorted());
          else expect(files.filter((path) => !named.includes(path))).toEqual([]);
          if (mode === "complete") expect(unassigned).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a series without the default branch", () => {
  it("is told with a way out that every command has, those without options for the history too", () => {
    const { message, hint } = describeScanProblem({
      kind: "unknown-branch",
      branch: "master",
      wanted: "default-branch",
    });
    expect(message).toBe('Cannot find where the series begins: there is no default branch "master"');
    expect(hint).toBe(
      "set `default_branch:` to its name, or `stop_at_branch_base: false`, in releasenotes/config.yaml",
    );
  });
});
