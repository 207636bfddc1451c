// `plustwo governance` offline: votes by rules, candidates and ballots from files, for people and for scripts, and bad input.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runGovernance } from "../../src/cli/governance/main.ts";
import { published } from "../support/published.ts";
import { root } from "../support/tools.ts";

let dir = "";
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), "plustwo-governance-"))));
afterAll(() => rmSync(dir, { recursive: true }));

async function governance(args: readonly string[], input = "") {
  let [out, err] = ["", ""];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const code = await runGovernance(["governance", ...args], {
    ...{ stdout, stderr, env: process.env, cwd: dir },
    stdin: Readable.from([input]),
  });
  return { code, out, err };
}

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return name;
}

const RULES = `version: 1
rules:
  by-review: { about: A change, inFavour: 2, label: Code-Review }
`;

/** Of policies/samples, two cores are in favour of it; its groups have the cores also as `members`. */
function snapshot(): string {
  const text = readFileSync(join(root, "policies/samples/two-cores.json"), "utf8");
  const facts = JSON.parse(text) as { groups: Record<string, unknown> };
  const [members] = Object.values(facts.groups);
  return file("snapshot.json", JSON.stringify({ ...facts, groups: { ...facts.groups, members } }));
}

describe("a motion", () => {
  it("is carried by a rule of the project, and the answer says by whom", async () => {
    const asked = ["decide", "-r", "by-review", "--rules", file("votes.yaml", RULES), "-s", snapshot()];
    expect(await governance(asked)).toMatchObject({ code: 0, err: "" });
    expect(published("governance-decide", (await governance([...asked, "--json"])).out)).toMatchObject({
      ...{ version: 1, rule: "by-review", state: "carried", inFavour: ["alice", "bob"], needed: 2, why: [] },
    });
  });

  it("is open before its days are over, and the answer says until when", async () => {
    const asked = ["decide", "-r", "formal-vote", "-s", snapshot()];
    const told = await governance([...asked, "--json"]);
    expect(told.code).toBe(1);
    expect(published("governance-decide", told.out)).toMatchObject({
      state: "open",
      since: expect.any(String),
      until: expect.any(String),
    });
  });

  it("goes by rules that can be listed", async () => {
    const told = await governance(["rules", "--rules", file("votes.yaml", RULES), "--json"]);
    const { rules } = published<{ rules: object }>("governance-rules", told.out);
    expect(Object.keys(rules)).toContain("by-review");
    expect(rules).toMatchObject({ "goal-update": { inFavour: "silence", days: 7 } });
  });
});

it("somebody on the roll with a change may stand, and others are told why not", async () => {
  const voter = { emails: [], repositories: ["acme/api"], reviews: 0, added: false };
  const voters = [
    { ...voter, name: "carol", id: 3, changes: 2 },
    { ...voter, name: "dave", id: 4, changes: 0 },
  ];
  const roll = JSON.stringify({ version: 1, hash: "sha256:0", voters });
  const asks = async (login: string) => {
    const told = await governance(["candidate", login, "--roll", "-", "--json"], roll);
    return { code: told.code, answer: published("governance-candidate", told.out) };
  };
  expect(await asks("Carol")).toEqual({
    code: 0,
    answer: { version: 1, login: "Carol", ok: true, repositories: ["acme/api"], why: null },
  });
  expect(await asks("dave")).toMatchObject({ code: 1, answer: { ok: false, repositories: [] } });
});

it("ballots are counted, and a tie is nobody's", async () => {
  const asks = async (...more: readonly string[]) => {
    const told = await governance(["tally", file("ballots.txt", "2: Ann > Bo = Cy\n1: Bo > Ann\n"), ...more, "--json"]);
    return { code: told.code, answer: published("governance-tally", told.out) };
  };
  expect(await asks()).toEqual({
    code: 0,
    answer: {
      ...{ version: 1, ballots: 3, candidates: ["Ann", "Bo", "Cy"], condorcet: "Ann" },
      matrix: [
        [0, 2, 3],
        [1, 0, 1],
        [0, 0, 0],
      ],
      ...{ order: [["Ann"], ["Bo"], ["Cy"]], seated: ["Ann"], passedOver: [], tied: [] },
    },
  });
  const of = ["--affiliation", "Ann=Acme", "--affiliation", "Bo=ACME", "--affiliation", "Cy=Ibex"];
  expect(await asks("--seats", "2", "--most", "half", ...of)).toMatchObject({
    ...{ code: 0, answer: { seated: ["Ann", "Cy"], passedOver: ["Bo"], tied: [] } },
  });
  expect(await asks("--seats", "2", "--most", "half", "--held", "acme=2", ...of)).toMatchObject({
    ...{ code: 0, answer: { seated: ["Cy"], passedOver: ["Ann", "Bo"] } },
  });
  const tied = await governance(["tally", "-", "--json"], "1: Ann > Bo\n1: Bo > Ann\n");
  expect(tied.code).toBe(1);
  expect(published("governance-tally", tied.out)).toMatchObject({ condorcet: null, seated: [], tied: ["Ann", "Bo"] });
});

it.each<[string, readonly string[], string, string]>([
  ["a rule that is none", ["decide", "-r", "whim", "-s", "-"], "", 'Cannot decide by "whim": there is no such rule'],
  ["a snapshot that is not there", ["decide", "-r", "formal-vote", "-s", "no.json"], "", "Cannot read no.json"],
  ["a snapshot that is a folder", ["decide", "-r", "formal-vote", "-s", "."], "", "Cannot read .: it is a folder"],
  ["a table that is none", ["rules", "--rules", "-"], "rules: []\n", "-:1:"],
  ["a roll without its names", ["candidate", "carol", "--roll", "-"], "[]", "Cannot use the roll -: it is none"],
  ["a ballot that is none", ["tally", "-"], "Ann > Bo\n", '-:1: "Ann > Bo" is no ballot'],
  ["no ballots", ["tally", "-"], "# none\n", "- has no ballot"],
  ["no seats", ["tally", "-", "--seats", "0"], "", "Cannot read --seats"],
  [
    "an affiliation of nobody",
    ["tally", "-", "--affiliation", "Anne=Acme"],
    "1: Ann > Bo\n",
    'use --affiliation "Anne"',
  ],
  ["a roll of no time", ["roll", "acme/api", "--to", "2027-04-01"], "", "it is not said since when merges count"],
  [
    "a roll of two times",
    ["roll", "a/b", "--to", "2027-04-01", "--from", "2026-04-01", "--cycles", "2"],
    "",
    "both say",
  ],
  ["days in the wrong order", ["roll", "a/b", "--to", "2027-04-01", "--from", "2027-04-01"], "", "are no two days"],
  [
    "cycles nobody has written down",
    ["roll", "a/b", "--to", "2027-04-01", "--cycles", "2"],
    "",
    "Cannot find series_status",
  ],
  [
    "a day of somebody added that is none",
    ["roll", "a/b", "--to", "2027-04-01", "--from", "2026-04-01", "--extra", "d=soon"],
    "",
    'use --extra "d=soon"',
  ],
])("refuses %s with 3 and a way out", async (_, args, input, said) => {
  const { code, err } = await governance(args, input);
  expect({ code, said: err.includes(said) || err, hint: /Hint: .{10}/.test(err) }).toEqual({
    ...{ code: 3, said: true, hint: true },
  });
});
