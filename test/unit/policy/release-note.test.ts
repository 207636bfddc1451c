/** `has:release-note`: a note that is new or says something else, for paths that need one. */
import { describe, expect, it } from "vitest";
import { establish } from "../../../src/core/policy/facts.ts";
import { judgePaths } from "../../../src/core/policy/judge-paths.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import type { Policy } from "../../../src/core/policy/policy.ts";
import { describePolicyProblem } from "../../../src/core/policy/problem.ts";
import type { ChangedFile } from "../../../src/core/policy/snapshot.ts";
import { NOW, policy, PRESETS, snapshot } from "./sample.ts";

const BASE = "version: 1\nextends: preset:openstack\ngroups: { core: { teams: [acme/core] } }\n";
const ASKED = 'submitRequirements: { Release-Note: { submittableIf: "has:release-note" } }\n';

const file = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({
  ...{ path, mode: "100644", additions: 3, deletions: 0, status: "added" },
  ...more,
});

function judged(files: readonly ChangedFile[], of: Policy = policy()) {
  const facts = establish(of, snapshot({ change: { files } }), NOW);
  const { value, why, turns = [] } = judgePaths({ kind: "release-note" }, { facts, text: "has:release-note" });
  return [value, why, ...turns.flat().map((turn) => turn.do)];
}

const NOTE = "releasenotes/notes/a-6bc1a2a9e50fd2f1.yaml";
const PUSH = "push a release note: `plustwo notes new`, or a .yaml file in releasenotes/notes/";

describe("without a word in the policy every change needs a note", () => {
  it.each<[string, readonly ChangedFile[], unknown]>([
    ["a new one", [file("src/a.ts"), file(NOTE)], [true, "it has a release note"]],
    ["one of a part of the tree", [file(`sdk/${NOTE}`)], [true, "it has a release note"]],
    ["an edited one", [file(NOTE, { status: "modified", deletions: 1 })], [true, "it has a release note"]],
    ["none", [file("src/a.ts")], [false, "it has no release note", PUSH]],
    [
      "a removed one",
      [file(NOTE, { status: "removed", additions: 0, deletions: 3 })],
      [false, "it has no release note", PUSH],
    ],
    [
      "one that is only renamed",
      [file(NOTE, { status: "renamed", previousPath: "releasenotes/notes/b-6bc1a2a9e50fd2f1.yaml", additions: 0 })],
      [false, "it has no release note", PUSH],
    ],
    [
      "another kind of file",
      [file("releasenotes/notes/a.yml"), file("releasenotes/config.yaml")],
      [false, "it has no release note", PUSH],
    ],
  ])("%s", (_, files, said) => {
    expect(judged(files)).toEqual(said);
  });
});

describe("a policy says which paths need one, and where notes are", () => {
  const own = policy(`${BASE}${ASKED}notes: { folder: news, neededFor: ["src/*", bin/x], except: ["src/*.md"] }\n`);
  const push = "push a release note: `plustwo notes new`, or a .yaml file in news/";
  it.each<[string, readonly ChangedFile[], unknown]>([
    ["a path that needs one", [file("src/a/b.ts")], [false, "it has no release note, and touches `src/a/b.ts`", push]],
    ["with a note there", [file("src/a/b.ts"), file("news/x.yaml")], [true, "it has a release note"]],
    [
      "with a note elsewhere",
      [file("bin/x"), file(NOTE)],
      [false, "it has no release note, and touches `bin/x`", push],
    ],
    ["paths that need none", [file("docs/a.md"), file("src/a.md")], [true, "nothing it touches needs a release note"]],
    [
      "the old name of a rename",
      [file("lib/a.ts", { status: "renamed", previousPath: "src/a.ts" })],
      [false, "it has no release note, and touches `src/a.ts`", push],
    ],
    [
      "a removed note alone",
      [file("news/x.yaml", { status: "removed" })],
      [true, "nothing it touches needs a release note"],
    ],
  ])("%s", (_, files, said) => {
    expect(judged(files, own)).toEqual(said);
  });

  it("and nothing but exceptions: all others need one", () => {
    const most = policy(`${BASE}${ASKED}notes: { except: ["*.md"] }\n`);
    expect(judged([file("a.md")], most)[0]).toBe(true);
    expect(judged([file("a.ts")], most)[0]).toBe(false);
  });
});

describe("the key `notes`", () => {
  function problems(text: string, org?: string): readonly string[] {
    const sha = "0".repeat(40) as never;
    const layers = [
      ...(org === undefined ? [] : [{ from: "org" as const, path: "org.yml", sha, text: org }]),
      { from: "repo" as const, path: ".github/plustwo.yml", sha, text },
    ];
    const loaded = loadPolicy(layers, PRESETS);
    return loaded.ok ? [] : loaded.problem.map((one) => `${describePolicyProblem(one)} / ${one.hint}`);
  }

  it("without a requirement that asks is a mistake", () => {
    expect(problems(`${BASE}notes: { folder: news }\n`)).toEqual([
      'Cannot use the policy .github/plustwo.yml:4:8: it says which changes need a release note, and no requirement asks `has:release-note` / add a requirement such as `Release-Note: { submittableIf: "has:release-note" }`',
    ]);
  });

  it("of the organisation is not said otherwise by a repository", () => {
    const org = "version: 1\nnotes: { folder: news }\n";
    expect(problems(`${BASE}${ASKED}notes: { except: ["*"] }\n`, org)).toEqual([
      "Cannot use the policy .github/plustwo.yml:5:8: `notes` is defined by org.yml, and no later layer may ask for fewer notes / remove it here, or change it in org.yml",
    ]);
    expect(problems(`${BASE}${ASKED}`, org)).toEqual([]);
  });

  it.each([
    ["{ folder: /news }"],
    ["{ folder: ../news }"],
    ["{ neededFor: [] }"],
    ["{ neededFor: src }"],
    ["{ needed: [a] }"],
  ])("`notes: %s` is refused", (text) => {
    expect(problems(`${BASE}${ASKED}notes: ${text}\n`).join()).toContain("notes");
  });
});
