/** The operators about a change, read and judged: what each holds for, and what it refuses. */
import { describe, expect, it } from "vitest";
import { newerBranches, pickedFrom } from "../../../src/core/policy/backport.ts";
import { establish } from "../../../src/core/policy/facts.ts";
import { judgeChange } from "../../../src/core/policy/judge-change.ts";
import { parseExpression } from "../../../src/core/policy/expression.ts";
import { readChangeTest } from "../../../src/core/policy/operators-change.ts";
import { readRequirementTest, type Names } from "../../../src/core/policy/operators.ts";
import type { ChangedFile, ChangeFacts, PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { alice, bob, branch, carol, erin, NOW, patchSet, policy, sha, signature, snapshot, vote } from "./sample.ts";

const NAMES: Names = {
  labels: [
    { name: "Code-Review", min: -2, max: 2, computed: false },
    { name: "Workflow", min: -1, max: 1, computed: false },
    { name: "Verified", min: -2, max: 2, computed: true },
  ],
  groups: ["core"],
  checks: ["unit"],
};

function read(text: string, names: Names = NAMES) {
  const parsed = parseExpression(text);
  if (!parsed.ok || parsed.value.kind !== "atom") throw new Error(`no atom: ${text}`);
  return readRequirementTest(text, parsed.value.atom, names);
}

function judged(text: string, of: PolicySnapshot, names: Names = NAMES) {
  const parsed = parseExpression(text);
  if (!parsed.ok || parsed.value.kind !== "atom") throw new Error(`no atom: ${text}`);
  const test = readChangeTest(text, parsed.value.atom, names);
  if (test === undefined) throw new Error(`not ours: ${text}`);
  if (!test.ok) throw new Error(`${test.problem.message}. ${test.problem.hint}`);
  return judgeChange(test.value, establish(policy(), of, NOW));
}

const file = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({
  path,
  mode: "100644",
  additions: 1,
  deletions: 0,
  status: "modified",
  ...more,
});
const of = (change: Partial<ChangeFacts>, facts: Partial<PolicySnapshot["facts"]> = {}) =>
  snapshot({ change, facts: { unresolved: 0, bidi: [], owners: [], ...facts } });
const touching = (...files: readonly ChangedFile[]) => of({ files });

const RICH: Partial<ChangeFacts> = {
  repository: "acme/Api",
  topic: "parser-rewrite",
  hashtags: ["Security"],
  title: "Add parser",
  body: "It parses.",
  reviewers: [erin],
  commits: [{ sha: sha(101), message: "Add parser\n\nFixes it.\n\nCloses-Bug: #12\nDepends-On: I1\n", parents: 1 }],
  files: [file("src/a.ts", { additions: 10, deletions: 5 }), file("README.md")],
};

describe("an operator holds for what its row says", () => {
  it.each<[string, boolean]>([
    ["is:true", true],
    ["is:false", false],
    ["is:open", true],
    ["status:open", true],
    ["is:draft", false],
    ["is:wip", false],
    ["is:merge", false],
    ["is:cherrypick", false],
    ["branch:main", true],
    ["branch:refs/heads/main", true],
    ["branch:master", false],
    ["branch:^ma.*", true],
    ["branch:^refs/heads/ma.*", true],
    ["ref:refs/heads/main", true],
    ["project:acme/api", true],
    ["repo:^ACME/.*", true],
    ["p:acme/web", false],
    ["topic:Parser-Rewrite", true],
    ["intopic:rewrite", true],
    ["prefixtopic:parser", true],
    ["topic:parser", false],
    ["hashtag:security", true],
    ["hashtag:#security", true],
    ["inhashtag:cur", true],
    ["prefixhashtag:sec", true],
    ["hashtag:^sec.*", true],
    ["owner:CAROL", true],
    ["o:alice", false],
    ["ownerin:core", false],
    ["uploader:carol", true],
    ["author:carol", true],
    ["author:carol@example.org", true],
    ["a:alice", false],
    ["committer:carol", true],
    ["reviewer:erin", true],
    ["r:alice", false],
    ["reviewerin:core", true],
    ["reviewedby:erin", false],
    ["contributorsin:core", false],
    ['authoremail:"^.*@example\\\\.org"', true],
    ["committeremail:^.*@evil.*", false],
    ["message:PARSES", true],
    ["m:nothing", false],
    ["subject:parser", true],
    ["prefixsubject:add", true],
    ["prefixsubject:parser", false],
    ["subject:^Add.*", true],
    ['footer:"Closes-Bug: #12"', true],
    ['footer:"closes-bug=#12"', true],
    ['footer:"Closes-Bug: #1"', false],
    ["hasfooter:Depends-On", true],
    ["hasfooter:Signed-off-by", false],
    ["path:src/a.ts", true],
    ["path:^src/.*", true],
    ["path:a.ts", false],
    ["path-only:^src/.*", false],
    ["file:a.ts", true],
    ["f:src", true],
    ["ext:TS", true],
    ["extension:.md", true],
    ["onlyextensions:md,ts", true],
    ["onlyextensions:md,ts,py", true],
    ["onlyexts:ts", false],
    ["directory:src", true],
    ["dir:sr", false],
    ["added:>10", true],
    ["deleted:5", true],
    ["delta:<=16", true],
    ["size:>16", false],
    ["commit:0000000", true],
    ["change:7", true],
    ["change:8", false],
    ["has:unresolved", false],
    ["unresolved:<1", true],
    ["has:submodule-update", false],
    ["has:release-note", false],
    ["has:bidi", false],
    ["is:backport-of-merged", false],
    ["is:clean-backport", false],
  ])("%s is %s", (text, value) => expect(judged(text, of(RICH)).value).toBe(value));

  it("onlyextensions takes a part of them here, and asks for all of them in Gerrit", () => {
    expect(judged("onlyextensions:md,ts,py", of(RICH)).value).toBe(true);
    expect(judged("onlyextensions:md", of(RICH)).value).toBe(false);
  });

  it("of an empty list of files nothing is said by `only`", () => {
    expect(judged("path-only:^docs/.*", touching()).value).toBe(false);
    expect(judged("onlyextensions:md", touching()).value).toBe(false);
  });

  it("a person with an id is that account, whoever has the login now", () => {
    const names = { ...NAMES, users: [{ login: "carol", id: alice.id }] };
    expect(judged("owner:carol", of(RICH), names).value).toBe(false);
  });

  it("a login nobody here has is said", () => {
    expect(judged("owner:zoe", of(RICH)).why).toContain("nobody here is called `zoe`");
  });

  it("contributorsin: everybody who worked on it, and nobody unknown", () => {
    const mine = {
      owner: alice,
      patchSets: [patchSet(1, { pusher: alice, authors: [signature(bob)], committers: [] })],
    };
    expect(judged("contributorsin:core", of(mine)).value).toBe(true);
    const stranger = [patchSet(1, { pusher: alice, authors: [signature(undefined)], committers: [] })];
    expect(judged("contributorsin:core", of({ ...mine, patchSets: stranger })).value).toBe(false);
    const other = [patchSet(1, { pusher: alice, authors: [signature(carol)], committers: [] })];
    expect(judged("contributorsin:core", of({ ...mine, patchSets: other })).why).toContain("not in core: carol");
  });
});

describe("T32: a path rule sees every path that git has", () => {
  it.each<[string, ChangedFile, string]>([
    ["a rename out of the folder", file("open/x", { previousPath: "secret/x", status: "renamed" }), "path:^secret/.*"],
    [
      "a rename that changes only the case",
      file("secret/X", { previousPath: "Secret/x", status: "renamed" }),
      "path:^Secret/.*",
    ],
    ["a deletion", file("secret/x", { status: "removed", mode: "000000" }), "path:secret/x"],
    ["a symbolic link", file("secret/x", { mode: "120000" }), "path:^secret/.*"],
    ["a submodule", file("secret/x", { mode: "160000" }), "path:^secret/.*"],
    ["a change of the mode alone", file("secret/x", { mode: "100755", additions: 0 }), "path:^secret/.*"],
    ["a name with a line end in it", file("secret/a\nb"), "path:^secret/.*"],
    ["a name with a line end, by a machine", file("secret/a\nb"), 'path:"^(secret|hidden)/.*"'],
    ["a name that ends in a space", file("secret/x "), "path:^secret/.*"],
  ])("%s touches it", (_, touched, text) => expect(judged(text, touching(touched)).value).toBe(true));

  it.each<[string, ChangedFile, string]>([
    ["another case", file("Secret/x"), "path:^secret/.*"],
    ["another Unicode form", file("caf\u0065\u0301/x"), "path:^caf\u00e9/.*"],
    ["a name that only begins so", file("secretx/y"), "directory:secret"],
    ["a space at the end", file("secret/x "), "path:secret/x"],
  ])("%s is another path", (_, touched, text) => expect(judged(text, touching(touched)).value).toBe(false));

  it("a rename into the allowed folder is not allowed by its new name alone", () => {
    const moved = file("docs/x", { previousPath: "src/x", status: "renamed" });
    const { value, why, turns } = judged("path-only:^docs/.*", touching(moved, file("docs/y")));
    expect({ value, why }).toEqual({ value: false, why: "it touches `src/x` too" });
    expect(turns).toEqual([[{ kind: "push", who: ["carol"], need: 1, do: "push it without `src/x`" }]]);
  });

  it("a submodule that is taken out is an update too", () => {
    const gone = file("lib", { status: "removed", mode: "000000", previousMode: "160000" });
    expect(judged("has:submodule-update", touching(gone)).value).toBe(true);
  });

  it("a file without lines is larger than any number of lines", () => {
    const blob = file("x.bin", { binary: true, additions: 0 });
    expect(judged("delta:<10", touching(blob)).value).toBe(false);
    expect(judged("delta:>999999", touching(blob)).value).toBe(true);
  });
});

describe("a value that can never match is an error with its place", () => {
  it.each<[string, string, string, number]>([
    ["path:^docs/", "patterns match the whole text", "`^docs/.*`", 10],
    ["path-only:^docs/", "patterns match the whole text", "`^docs/.*`", 15],
    ['path:"^(docs|test)/"', "no path ends in `/`", "`^(docs|test)/.*`", 18],
    ['path:"^(docs/|README)"', "no path ends in `/`", "after the `/`", 12],
    ["branch:^stable/", "no ref ends in `/`", "`^stable/.*`", 14],
    ["branch:^release-", "that one ref only", "`^release-.*`", 15],
    ["path:^/docs/.*", "no path begins with `/`", "`^docs/.*`", 6],
    ["path:docs/", "no path ends in `/`", "`path:^docs/.*`", 0],
    ["path:./docs", "no path as git has it", "top of the tree", 0],
    ["path:a/../b", "no path as git has it", "top of the tree", 0],
    ["path:*.md", "`*` stands for itself", "`path:^.*\\.md`", 0],
    ["branch:stable/*", "no name of a branch", "`branch:^stable/.*`", 0],
    ["ref:main", "no ref of a branch", "`ref:refs/heads/main`", 0],
    ["project:api", "no repository", "owner/name", 0],
    ["subject:^Fix", "that one text only", "`^Fix.*`", 11],
    ['path:"^a(?!b)"', "`(?!` looks around", "two conditions", 8],
    ['path:"^a\\\\.(?=b)"', "`(?=` looks around", "two conditions", 11],
    ['path:"^a(b"', "missing closing )", "RE2", 6],
    ['path:"^a**"', "invalid nested repetition", "RE2", 8],
    ["owner:self", "depends on who asks", "name a login", 0],
    ["owner:core", "is a group", "`ownerin:core`", 0],
    ["ownerin:Core", "no group `Core`", "`core`", 0],
    ["added:many", "no number with a relation", "`added:<50`", 0],
    ["unresolved:<0", "never", "less than 0", 0],
    ["footer:Bug", "no footer", "hasfooter", 0],
    ["commit:abc", "no commit", "7 digits", 0],
    ["is:mergeable", "not offered", "gate builds the merge", 0],
    ["is:submittable", "not offered", "ask itself", 0],
    ["comment:lgtm", "not offered", "label:", 0],
    ["conflicts:7", "not offered", "gate tests", 0],
    ["bug:12", "not offered", "footer", 0],
    ["has:unchanged-files", "not offered", "change freely", 0],
    ["is:opened", "not known", "`is:open`", 0],
    ["where:x", "not an operator", "docs/POLICY.md", 0],
    ["ownr:x", "not an operator", "`owner:`", 0],
    ['distinctvoters:"Code-Review,count>1"', "names no labels", "distinctvoters", 0],
    ['distinctvoters:"[Code-Reviw],count>1"', "no label `Code-Reviw`", "labels are", 17],
    ['distinctvoters:"[Verified],count>1"', "is computed", "leave it out", 17],
    ['distinctvoters:"[Code-Review]"', "names no count", "distinctvoters", 0],
    ['distinctvoters:"[Code-Review,Workflow],value=2,count>1"', "no vote on all", "MAX", 0],
    ['distinctvoters:"[Code-Review],count>1,count>2"', "given twice", "once", 0],
    ['distinctvoters:"[Code-Review],group=cor,count>1"', "no group `cor`", "groups are", 0],
  ])("%s", (text, message, hint, offset) => {
    const found = read(text);
    expect(found.ok ? found.value : found.problem).toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
      offset,
    });
  });

  it.each([
    "path:^docs/.*",
    'path:"^a/?"',
    'path:"^(a/|b/).*"',
    'path:"^a/$b"',
    "branch:^stable/.*",
    "path:^README\\.md",
  ])("%s is fine", (text) => expect(read(text)).toMatchObject({ ok: true }));
});

describe("distinctvoters counts people over several labels, each once", () => {
  const votes = (...all: readonly ReturnType<typeof vote>[]) => snapshot({ votes: all });
  const TWO = 'distinctvoters:"[Code-Review,Workflow],value=MAX,count>1"';
  it("one person on two labels is one", () => {
    expect(judged(TWO, votes(vote(alice, "Code-Review+2"), vote(alice, "Workflow+1"))).value).toBe(false);
    expect(judged(TWO, votes(vote(alice, "Code-Review+2"), vote(bob, "Workflow+1"))).value).toBe(true);
  });

  it("only those asked for count", () => {
    const text = 'distinctvoters:"[Code-Review],user=non_contributor,group=core,count>=2"';
    expect(judged(text, votes(vote(alice, "Code-Review+1"), vote(carol, "Code-Review+1"))).value).toBe(false);
    expect(judged(text, votes(vote(alice, "Code-Review+1"), vote(bob, "Code-Review-1"))).value).toBe(true);
  });

  it("says how many are missing and who could give them", () => {
    const { turns } = judged(TWO, votes(vote(alice, "Code-Review+2")));
    expect(turns).toEqual([
      [{ kind: "vote", who: ["bob", "erin"], need: 1, do: "vote Code-Review+2" }],
      [{ kind: "vote", who: ["bob", "erin"], need: 1, do: "vote Workflow+1" }],
    ]);
  });
});

describe("a backport names what it was picked from, and that is in a newer branch", () => {
  const picked = `Fix\n\n(cherry picked from commit ${sha(7)})\n`;
  it("the last line of several counts, and only whole names", () => {
    expect(pickedFrom(`${picked}(cherry picked from commit ${sha(8)})\n`)).toBe(sha(8));
    expect(pickedFrom("Fix\n\n(cherry picked from commit abc1234)\n")).toBeUndefined();
  });

  it.each([
    ["stable/2025.1", ["main", "stable/2025.2"]],
    ["stable/2025.2", ["main"]],
    ["stable/zed", ["main", "stable/2025.1", "stable/2025.2"]],
    ["main", []],
    ["v1.9", ["main", "v1.10"]],
  ])("of %s newer are %s", (target, newer) => {
    const all = ["main", "stable/2025.1", "stable/2025.2", "stable/zed", "evil", "v1.9", "v1.10", "review/x/y"].map(
      branch,
    );
    expect(newerBranches(all, { target: branch(target), defaultBranch: branch("main") })).toEqual(newer);
  });

  it("is clean when its content is the picked one's, and looks again while that is not merged", () => {
    const change = { commits: [{ sha: sha(101), message: picked }] };
    const found = (kind: "TRIVIAL_REBASE" | "REWORK") =>
      of(change, { backportOf: { sha: sha(7), branch: branch("main"), kind } });
    expect(judged("is:backport-of-merged", found("REWORK")).value).toBe(true);
    expect(judged("is:clean-backport", found("REWORK")).value).toBe(false);
    expect(judged("is:clean-backport", found("TRIVIAL_REBASE")).value).toBe(true);
    expect(judged("is:clean-backport", of(change))).toMatchObject({ value: false, wakeAt: NOW + 600_000 });
  });

  it.each([
    ["nobody looked", undefined, false, "nobody has looked into the newer branches"],
    ["none is newer", [], true, "no maintained branch is newer"],
    ["all have it", [{ branch: "main", has: true }], true, "what it brings is on main"],
    [
      "one lacks it",
      [
        { branch: "main", has: true },
        { branch: "stable/2026.1", has: false, open: 12 },
      ],
      false,
      "it must be on stable/2026.1 (#12 is open) first",
    ],
    [
      "two lack it",
      [
        { branch: "main", has: false },
        { branch: "stable/2026.1", has: false, open: 12 },
      ],
      false,
      "it must be on main and stable/2026.1 (#12 is open) first",
    ],
    [
      "a newer one took it back",
      [{ branch: "main", has: false, reverted: sha(7) }],
      false,
      "it must be on main (0000000 reverted it there) first",
    ],
  ])("is in order: %s", (_name, newer, value, why) => {
    const facts = newer?.map(({ branch: name, ...rest }) => ({ branch: branch(name), ...rest }));
    expect(judged("is:backported-in-order", of({}, facts === undefined ? {} : { newer: facts }))).toMatchObject({
      value,
      why,
    });
  });
});

it("T31: of 3 500 files the last one decides", () => {
  const files = Array.from({ length: 3_500 }, (_, i) => file(`src/${i}.ts`));
  expect(judged("path:^secret/.*", touching(...files)).value).toBe(false);
  expect(judged("path:^secret/.*", touching(...files, file("secret/key"))).value).toBe(true);
  expect(judged("path-only:^src/.*", touching(...files, file("secret/key"))).value).toBe(false);
});

it("T29: a hostile pattern on a long path answers within 100 ms", () => {
  const long = touching(file(`${"a".repeat(4_000)}!`));
  let quickest = Infinity;
  for (let attempt = 0; attempt < 8 && quickest >= 100; attempt += 1) {
    const start = process.cpuUsage().user;
    expect(judged('path:"^(a+)+$"', long).value).toBe(false);
    quickest = Math.min(quickest, (process.cpuUsage().user - start) / 1_000);
  }
  expect(quickest).toBeLessThan(100);
});

it("T33: invisible characters are a fact that a requirement can ask for", () => {
  const hidden = of({}, { bidi: ["U+202E in src/a.ts:3"] });
  expect(judged("has:bidi", hidden)).toMatchObject({
    value: true,
    why: "it has invisible characters: U+202E in src/a.ts:3",
  });
});
