import { expect, it } from "vitest";
import { parsePatchSetRef, patchSetRef } from "../../../src/core/change/patch-set-ref.ts";

it.each([
  [1, 1, "refs/changes/01/1/1"],
  [42, 3, "refs/changes/42/42/3"],
  [1200, 12, "refs/changes/00/1200/12"],
  [981234, 2, "refs/changes/34/981234/2"],
])("patch set %#: %i,%i stands at %s, as in Gerrit", (change, n, ref) => {
  expect(patchSetRef({ change, n })).toBe(ref);
  expect(parsePatchSetRef(ref)).toEqual({ change, n });
});

it.each([
  ["another folder", "refs/changes/02/1/1"],
  ["meta", "refs/changes/01/1/meta"],
  ["no patch set", "refs/changes/01/1"],
  ["a zero", "refs/changes/00/100/0"],
  ["leading zeroes", "refs/changes/01/01/1"],
  ["a branch", "refs/heads/refs/changes/01/1/1"],
])("%s is none", (_, ref) => expect(parsePatchSetRef(ref)).toBeUndefined());
