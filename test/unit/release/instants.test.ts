// Times as people and forges write them: what no calendar has is no time, whatever JavaScript makes of it.
import { expect, it } from "vitest";
import { formatInstant, parseInstant } from "../../../src/core/time.ts";

it.each([
  ["2028-02-29T12:00:00Z", "2028-02-29T12:00:00.000Z"],
  ["2027-03-28T02:30+01:00", "2027-03-28T01:30:00.000Z"],
  ["2011-04-14T16:00:49.000-07:00", "2011-04-14T23:00:49.000Z"],
  ["2027-02-28", "2027-02-28T00:00:00.000Z"],
  ["2027-01-01T00:00Z", "2027-01-01T00:00:00.000Z"],
])("%s is %s", (text, at) => {
  const read = parseInstant(text);
  expect(read === undefined ? "none" : formatInstant(read)).toBe(at);
});

it.each([
  ["29 February of a year that has none", "2027-02-29T12:00:00Z"],
  ["30 February", "2028-02-30"],
  ["the 24th hour", "2027-01-01T24:00:00Z"],
  ["a 60th minute", "2027-01-01T12:60Z"],
  ["a time without a zone", "2027-01-01T12:00"],
  ["a year", "2027"],
  ["a number", "1"],
  ["words", "1 Jan 2027"],
  ["nothing", ""],
])("%s is no time", (_, text) => {
  expect(parseInstant(text)).toBeUndefined();
});
