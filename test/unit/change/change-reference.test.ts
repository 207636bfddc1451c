import { describe, expect, it } from "vitest";
import { formatReference, parseChangeReference, parseComparison } from "../../../src/core/change/change-reference.ts";

const ID = `I${"c".repeat(40)}`;

describe("a change may be named", () => {
  it.each([
    ["12", 12, undefined, undefined],
    ["#12", 12, undefined, undefined],
    ["12,3", 12, 3, undefined],
    ["12/3", 12, 3, undefined],
    ["https://github.com/acme/api/pull/12", 12, undefined, { host: "github.com", project: "acme/api" }],
    ["https://github.com/acme/api/pull/12/", 12, undefined, { host: "github.com", project: "acme/api" }],
    ["https://github.com/acme/api/pull/12/files#diff-1", 12, undefined, { host: "github.com", project: "acme/api" }],
    ["http://127.0.0.1:8080/acme/api/pull/12?w=1", 12, undefined, { host: "127.0.0.1:8080", project: "acme/api" }],
    // git-review's five.
    ["https://review.example.org/12", 12, undefined, { host: "review.example.org" }],
    ["https://review.example.org/12/", 12, undefined, { host: "review.example.org" }],
    ["https://review.example.org/12/3", 12, 3, { host: "review.example.org" }],
    ["https://review.example.org/#/c/12", 12, undefined, { host: "review.example.org" }],
    ["https://review.example.org/#/c/12/3/", 12, 3, { host: "review.example.org" }],
    ["https://review.example.org/c/acme/api/+/12", 12, undefined, { host: "review.example.org", project: "acme/api" }],
    ["https://review.example.org/c/acme/api/+/12/3", 12, 3, { host: "review.example.org", project: "acme/api" }],
    [
      "https://review.example.org/c/acme/api/+/12/1..3/a/b.ts",
      12,
      3,
      { host: "review.example.org", project: "acme/api" },
    ],
    [
      "https://review.example.org/gerrit/c/acme%2Fapi/+/12",
      12,
      undefined,
      { host: "review.example.org", project: "acme/api" },
    ],
  ])("%s", (text, number, patchSet, at) => {
    expect(parseChangeReference(text)).toEqual({
      name: { kind: "number", number },
      ...(patchSet === undefined ? {} : { patchSet }),
      ...(at === undefined ? {} : { at }),
    });
  });

  it.each([
    [ID, undefined],
    [`${ID},2`, 2],
    [`https://review.example.org/q/${ID}`, undefined],
  ])("by its Change-Id: %s", (text, patchSet) => {
    expect(parseChangeReference(text)).toMatchObject({
      name: { kind: "id", id: ID },
      ...(patchSet === undefined ? {} : { patchSet }),
    });
  });

  it.each([
    ...["", "x", "12,", "12,0", "0", "-12", "12,3,4", "12 3", "I123", "12345678901", "--upload-pack=x", "main"],
    ...["https://github.com/acme/api", "https://github.com/acme/api/issues/x", "ftp://x/12", "https:///12"],
  ])("%j is none", (text) => expect(parseChangeReference(text)).toBeUndefined());
});

describe("two patch sets are named", () => {
  it.each([
    ["12,1", { from: 1 }],
    ["12,1-3", { from: 1, to: 3 }],
  ])("%s", (text, sets) => {
    expect(parseComparison(text)).toEqual({ change: { name: { kind: "number", number: 12 } }, ...sets });
  });

  it("by a Change-Id or an address too", () => {
    expect(parseComparison(`${ID},1-2`)).toMatchObject({ from: 1, to: 2, change: { name: { id: ID } } });
    expect(parseComparison("https://github.com/acme/api/pull/12,1-2")).toMatchObject({ from: 1, to: 2 });
  });

  it.each(["12", "12,", "12,0-1", "12,1-0", "12,1-2-3", ",1-2", "12,2,1-3"])("%j is none", (text) =>
    expect(parseComparison(text)).toBeUndefined(),
  );
});

it.each(["12", "12,3", ID, `${ID},3`])("%s is written as it is read", (text) => {
  const read = parseChangeReference(text);
  expect(read && formatReference(read)).toBe(text);
});
