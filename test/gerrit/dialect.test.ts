// `dialect: gerrit` against Gerrit itself: the same expression over the same votes, asked of a live server and of the product.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asked, CORES, ours, PEOPLE, textOf } from "../unit/gerrit-dialect/votes.ts";
import { liveGerrit, makePerson, makeProject, rest, type Person } from "./live/people.ts";

const gerrit = liveGerrit();
const people = new Map<string, Person>();
/** Votes on Code-Review, of PEOPLE in their order; carol owns and uploaded the change. */
const VOTES = [
  [0, 0, 0, 0, 0, 0],
  [2, 0, 0, 0, 0, 0],
  [1, 2, 0, 0, 0, 0],
  [2, 2, 0, 0, -1, 0],
  [0, 0, 0, 2, 1, 0],
  [1, 1, 1, 0, -2, -2],
  [0, 0, 0, 0, 2, 2],
] as const;
const changes: string[] = [];
let folder = "";

const named = (login: string) => `${login}-votes`;

async function as(login: string, method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${gerrit.url}/a${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${named(login)}:${people.get(login)?.password ?? ""}`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${login} ${method} ${path}: ${answer.status} ${text.trim()}`);
  return JSON.parse(text.slice(4));
}

interface Result {
  readonly status: string;
  readonly submittability_expression_result?: { readonly error_message?: string };
}

/** What Gerrit makes of it on each of the changes: whether it holds, or why it cannot be read. */
async function theirs(expression: string): Promise<readonly (boolean | string)[]> {
  const answers: (boolean | string)[] = [];
  for (const change of changes) {
    const result = (await rest(gerrit, "POST", `/changes/${change}/check.submit_requirement`, {
      name: "Tried",
      submittability_expression: expression,
    })) as Result;
    answers.push(
      result.status === "ERROR"
        ? (result.submittability_expression_result?.error_message ?? "error")
        : result.status === "SATISFIED",
    );
  }
  return answers;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plustwo-live-"));
  // Other tests have an alice, too.
  for (const { login } of PEOPLE) people.set(login, await makePerson(gerrit, named(login), join(folder, login)));
  await rest(gerrit, "PUT", "/groups/core", { members: CORES.map(({ login }) => named(login)) });
  await makeProject(gerrit, "dialect");
  for (const votes of VOTES) {
    const made = (await as("carol", "POST", "/changes/", { project: "dialect", branch: "main", subject: "Tried" })) as {
      readonly _number: number;
    };
    changes.push(String(made._number));
    for (const [index, value] of votes.entries())
      if (value !== 0)
        await as(PEOPLE[index]?.login ?? "", "POST", `/changes/${made._number}/revisions/current/review`, {
          labels: { "Code-Review": value },
        });
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("on a live Gerrit", () => {
  it.each([
    "label:Code-Review=MAX,user=non_uploader AND -label:Code-Review=MIN",
    "label:Code-Review",
    "label:Code-Review,count>1",
    "label:code-review=MAX",
    "label:CODE-REVIEW+2",
    "label:Code-Review=+1,core",
    "label:Code-Review=+2,owner",
    "label:Code-Review=MAX,USER=non_uploader",
    "label:Code-Review=0",
    "-label:Code-Review=0",
    "label:Code-Review=0,user=owner",
    "label:Code-Review<1",
    "label:Code-Review>=0",
    "label:Code-Review>=-1",
    "label:Code-Review>=1,count>=2",
    "label:Code-Review=ANY,count=2",
    "label:Code-Review=MAX,count<3",
    "label:Code-Review=MAX,count<=1",
    "label : Code-Review=MAX(is:open)",
    "label:Code-Review=MAX OR label:Code-Review=-1 AND label:Code-Review=+1",
    "label:Code-Review=+1 label:Code-Review=MAX OR label:Code-Review=MIN",
    "not label:Code-Review=MIN and -(label:Code-Review>0,count=1)",
    "is:OPEN",
    "label:Code-Review=MIN)",
    "is:true OR label:Code-Review=MAX,group=core",
  ])("%s holds for the same votes", async (text) => {
    expect(await theirs(text)).toEqual(VOTES.map((votes) => ours(text, votes)));
  });

  it("forty expressions by chance hold for the same votes", async () => {
    for (const one of fc.sample(asked, { numRuns: 40, seed: 7 })) {
      const text = textOf(one);
      const mine = VOTES.map((votes) => ours(text, votes));
      const gerrits = await theirs(text);
      if (mine.some((said) => typeof said === "string")) expect([text, ...gerrits]).not.toContain(true);
      else expect([text, ...gerrits]).toEqual([text, ...mine]);
    }
  });

  it.each([
    ["label:Verifed=MIN", "there is no label"],
    ["label:Code-Review=min", "false whatever anybody votes"],
    ["label:Code-Review>=MAX", "false whatever anybody votes"],
    ["label:Code-Review=MAX,count<1", "`count<1` never holds"],
    ["label:Code-Review=+3", "can never be voted"],
  ])("%s is false there, and refused here", async (text, said) => {
    expect(new Set(await theirs(text))).toEqual(new Set([false]));
    expect(ours(text, VOTES[0])).toContain(said);
  });

  it.each([
    ["label:Code-Review=good", "is no value"],
    ["label:Code-Review=MAX,count=0", "is an error in Gerrit"],
    ["label:Code-Review=MAX,group=core,group=core", "given twice"],
    ["label:Code-Review=MAX,core,owner", "second person or group"],
    ["label:Code-Review=MAX,nobody", "neither a person nor a group"],
    ["--is:open", "a negation of a negation"],
    ["is:submittable", "not offered here"],
    ["nosuch:x", "is not an operator"],
    ["path:", "cannot read on at the end"],
  ])("%s is an error there, and here", async (text, said) => {
    for (const answer of await theirs(text)) expect(typeof answer).toBe("string");
    expect(ours(text, VOTES[0])).toContain(said);
  });

  it.each([
    ["label:Code-Review=MAX,", "label:Code-Review=MAX", "a comma with nothing after it"],
    ["label:Code-Review=+9", "label:Code-Review=+4", "reads every number beyond 4 as 4"],
    ['branch:"^nope|main"', "is:false", "only the first of these alternatives"],
    ['message:"^T\\\\ried.*"', "is:true", "is the character r in Gerrit's patterns"],
    ['-authoremail:"^.*@xample\\\\.org"', "is:false", "would let more through"],
  ])("%s is read as %s there, and refused here", async (text, meaning, said) => {
    expect(await theirs(text)).toEqual(await theirs(meaning));
    expect(ours(text, VOTES[0])).toContain(said);
  });

  it("what stands behind a stray parenthesis is dropped there, and refused here", async () => {
    const veto = "label:Code-Review=+1) AND -label:Code-Review=MIN";
    expect(await theirs(veto)).toEqual(await theirs("label:Code-Review=+1"));
    expect(ours(veto, VOTES[0])).toContain("Gerrit stops reading here");
  });

  it("user= beside group= is forgotten there, and holds here", async () => {
    const both = "label:Code-Review=MAX,user=owner,group=core";
    expect(await theirs(both)).toEqual(await theirs("label:Code-Review=MAX,group=core"));
    expect(VOTES.map((votes) => ours(both, votes))).not.toContain(true);
  });
});
