import { describe, expect, it } from "vitest";
import { diffLines } from "../../../src/core/adopt/diff.ts";
import { nearest } from "../../../src/core/adopt/finding.ts";
import { gitreviewText } from "../../../src/core/adopt/files.ts";
import { byOwnNames, foldNames, type Source } from "../../../src/core/adopt/mapping.ts";
import { formatPause, parsePause, pausedBy, pauseRef } from "../../../src/core/adopt/pause.ts";
import { matchesFilter, readWorkflow, runsOnPullRequest, runsOnPush } from "../../../src/core/adopt/workflows.ts";
import { parseBranchName, parseSha } from "../../../src/core/ids.ts";
import { instant } from "../../../src/core/time.ts";

describe("workflow triggers, as GitHub reads them", () => {
  it.each([
    ["on: push", true, false],
    ["on: [push, pull_request]", true, true],
    ["on: { push: { branches: ['gate/**'] }, pull_request: }", true, true],
    ["on: { push: { branches: ['*'] } }", false, false],
    ["on: { push: { branches: ['**', '!gate/**'] } }", false, false],
    ["on: { push: { branches-ignore: ['gate/**'] } }", false, false],
    ["on: { push: { tags: ['v*'] } }", false, false],
    ["on: { pull_request: { branches: [main] } }", false, false],
    ["on: workflow_dispatch", false, false],
  ])("%s", (text, onGate, onStack) => {
    const workflow = readWorkflow({ path: ".github/workflows/ci.yml", text });
    if (!workflow.ok) throw new Error(workflow.problem);
    expect([runsOnPush(workflow.value, "gate/main/1"), runsOnPullRequest(workflow.value, "change/main/I1")]).toEqual([
      onGate,
      onStack,
    ]);
  });

  it.each([
    ["v[12].*", "v1.0", true],
    ["v[12].*", "v3.0", false],
    ["releases/**-alpha", "releases/a/b-alpha", true],
    ["(", "x", false],
  ])("the filter %s on %s", (pattern, name, matches) => {
    expect(matchesFilter(pattern, name)).toBe(matches);
  });
});

it("a preset that takes any checks gets them under the project's own names", () => {
  const job = (pattern: string): Source => ({
    kind: "job",
    pattern,
    workflow: ".github/workflows/x.yml",
    sometimes: false,
  });
  const checks = { style: [job("lint")], unit: [job("test (*)"), job("build / unit"), job("3.12")], integration: [] };
  const named = byOwnNames({ checks, leftOut: [] }).checks;
  expect(Object.keys(named)).toEqual(["lint", "test", "build-unit", "check-3-12"]);
  expect(named["test"]).toEqual([job("test (*)")]);
});

describe("a pause", () => {
  const [branch, sha] = [parseBranchName("stable/1"), parseSha("a".repeat(40))];
  if (branch === undefined || sha === undefined) throw new Error("names");

  it("is read back as it was written, and no reason can add a trailer", () => {
    const pause = {
      by: "olivia",
      reason: "down",
      since: instant(1_000),
      breakGlass: true,
      confirmedBy: "bob",
      tips: [{ branch, sha }],
    };
    expect(parsePause(formatPause(pause))).toEqual(pause);
    const sly = parsePause(formatPause({ ...pause, branch, reason: "x\n\nPaused-By: mallory\n" }));
    expect([sly?.by, sly?.reason]).toEqual(["olivia", "x Paused-By: mallory"]);
    expect(parsePause("Add parser\n\nbody")).toBeUndefined();
  });

  it("of everything and of one branch are refs that can stand side by side", () => {
    expect([pauseRef(undefined), pauseRef(branch)]).toEqual(["refs/plustwo/pause", "refs/plustwo/paused/stable/1"]);
    expect([pausedBy("refs/plustwo/paused/stable/1"), pausedBy("refs/plustwo/changes/1/1")]).toEqual([
      { branch },
      undefined,
    ]);
  });
});

it("a matrix is folded into one pattern, one job alone is not", () => {
  expect(foldNames(["test (18)", "test (20, ubuntu)", "lint", "docs (html)"])).toEqual([
    "test (*)",
    "lint",
    "docs (html)",
  ]);
});

it("the nearest name is offered only where one is near", () => {
  expect([nearest("unit", ["units", "style"]), nearest("unit", ["deploy"])]).toEqual(["units", undefined]);
});

it(".gitreview keeps what is not ours, and is not changed twice", () => {
  const review = { host: "github.com", scheme: "https", project: "acme/api", branch: "main" } as const;
  const once = gitreviewText("# ours\n[github]\nproject=old/name\ntrack=1\n\n[gerrit]\nhost=x\n", review);
  expect(once).toBe(
    "# ours\n[github]\nhost=github.com\ndefaultbranch=main\nproject=acme/api\ntrack=1\n\n[gerrit]\nhost=x\n",
  );
  expect(gitreviewText(once, review)).toBe(once);
});

it("a difference shows what goes and what comes", () => {
  expect(diffLines("a\nb\nc\n", "a\nx\nc\n")).toEqual([" a", "-b", "+x", " c"]);
});
