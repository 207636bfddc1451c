// Which answers of git the local forge may keep: those about objects alone, which never change.
import { expect, it } from "vitest";
import { forgetAnswers, isAboutObjects, keep, recall } from "../../../local-forge/object-answers.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const said = (code: number, text = "") => ({ code, stdout: Buffer.from(text), stderr: "" });

it.each([
  [["merge-base", "--is-ancestor", A, B], true],
  [["log", "-z", "--topo-order", `${A}..${B}`, "--"], true],
  [["log", "-20", A, `^${B}`, "--", "docs/main"], true],
  [["rev-parse", "--verify", "-q", "--end-of-options", `${A}^{commit}`], true],
  [["rev-parse", "--verify", "-q", "--end-of-options", `${A}:docs/main`], true],
  [["cat-file", "blob", A], true],
  [["rev-parse", "--verify", "-q", "--end-of-options", "main"], false],
  [["rev-parse", "-q", "refs/pull/1/merge^1", A], false],
  [["log", `${A}..main`, "--"], false],
  [["rev-list", A, "--not", "--all"], false],
  [["rev-list", "--count", "HEAD", "--"], false],
  [["log", "--stdin", A], false],
  [["for-each-ref"], false],
  [["update-ref", "refs/heads/main", A], false],
  [["commit-tree", A], false],
])("%j is about objects alone: %j", (args, expected) => {
  expect(isAboutObjects(args)).toBe(expected);
});

it("keeps what will be so for ever, for the repository it was said of", () => {
  const question = ["merge-base", "--is-ancestor", A, B];
  keep("/one", question, said(1));
  expect(recall("/one", question)?.code).toBe(1);
  expect(recall("/two", question)).toBeUndefined();
  forgetAnswers("/one"); // another repository is made there
  expect(recall("/one", question)).toBeUndefined();
});

it("keeps no answer that an object which arrives later would change", () => {
  const exists = ["cat-file", "-e", A];
  keep("/three", exists, said(1));
  expect(recall("/three", exists)).toBeUndefined();

  const path = ["rev-parse", "--verify", "-q", "--end-of-options", `${A}:docs/main`];
  keep("/three", ["rev-parse", "--verify", "-q", "--end-of-options", A], said(0, A)); // said of any name
  keep("/three", path, said(1));
  expect(recall("/three", path)).toBeUndefined();

  keep("/three", exists, said(0));
  keep("/three", path, said(1)); // the commit is there, and has no such path
  expect(recall("/three", path)?.code).toBe(1);
});
