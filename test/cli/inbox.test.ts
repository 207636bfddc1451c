import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs, openService, type Service } from "./service.ts";
import { openBench, type Bench, type Seat } from "./seat.ts";

let bench: Bench;
let service: Service;
let alice: Seat;
let bob: Seat;
let carol: Seat;

const rest = (seat: Seat, method: string, path: string, body: unknown): Promise<Response> =>
  fetch(`${bench.forge.api}/repos/acme/api${path}`, {
    method,
    headers: { authorization: `Bearer ${seat.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** Sends one change on its own branch; answers its number. */
async function sends(seat: Seat, subject: string): Promise<number> {
  await seat.git("switch", "-q", "--no-track", "-C", subject.replaceAll(" ", "-"), "origin/main");
  const file = `${subject}.txt`;
  await seat.commits(subject, { [file]: Array.from({ length: 20 }, (_, line) => `${line + 1}\n`).join("") });
  expect(await seat.review()).toMatchObject({ code: 0 });
  return Math.max(...(await bench.pulls()).map(({ number }) => number));
}

/** What the verb prints, on any port. */
async function read(seat: Seat, verb: string): Promise<string> {
  const { code, out, err } = await seat.review(verb);
  expect([code, err]).toEqual([0, ""]);
  return `\n${out.replaceAll(bench.forge.url, "https://forge")}`;
}

async function requests(act: () => Promise<unknown>): Promise<number> {
  const { traffic } = bench.forge.services;
  const before = traffic.requests.length;
  await act();
  return traffic.requests.slice(before).filter(({ path }) => path.startsWith("/api/")).length;
}

function valid(name: string, json: string): unknown {
  const text = readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), "utf8");
  const check = new Ajv({ allErrors: true, strict: true, validateFormats: false }).compile(JSON.parse(text) as object);
  const value: unknown = JSON.parse(json);
  check(value);
  expect(check.errors ?? []).toEqual([]);
  return value;
}

beforeAll(async () => {
  bench = await openBench();
  service = await openService(bench);
  [alice, bob, carol] = [await bench.seat("alice"), await bench.seat("bob"), await bench.seat("carol")];
});
afterAll(() => bench.close());

describe("where no service runs", () => {
  let parser: number;
  let lexer: number;

  it("an inbox has the reviews I am asked for, what came after my review, and my own changes with a reason", async () => {
    parser = await sends(carol, "Add parser");
    lexer = await sends(carol, "Add lexer");
    await sends(carol, "Fix docs");
    await rest(alice, "POST", `/pulls/${lexer}/reviews`, { event: "COMMENT", body: "Half of it" });
    await carol.git("switch", "-q", "Add-lexer");
    await carol.amends({ "more.txt": "more\n" });
    expect(await carol.review()).toMatchObject({ code: 0 });
    const comments = [{ path: "Add parser.txt", line: 3, body: "Why three?" }];
    await rest(bob, "POST", `/pulls/${parser}/reviews`, { event: "REQUEST_CHANGES", body: "No", comments });
    await rest(carol, "POST", `/pulls/${parser}/requested_reviewers`, { reviewers: ["alice"] });
    expect(await read(alice, "inbox")).toMatchInlineSnapshot(`
      "
      acme/api · 2 wait for you, oldest first

      · #1  now  carol  Add parser  asked for your review
      · #2  now  carol  Add lexer   pushed since your review

      No plustwo service speaks here: known are review requests, your reviews and your own changes
      "
    `);
    expect(await read(carol, "inbox")).toMatchInlineSnapshot(`
      "
      acme/api · 1 waits for you

      · #1  now  you  Add parser  bob asked for changes; 1 comment to answer

      No plustwo service speaks here: known are review requests, your reviews and your own changes
      "
    `);
  });

  it("what nobody said is said: an empty inbox does not claim that nothing waits", async () => {
    expect(await read(bob, "inbox")).toMatchInlineSnapshot(`
      "
      acme/api · nothing waits for you

      No plustwo service speaks here: known are review requests, your reviews and your own changes
      "
    `);
  });

  it("a team's request is for those who are in it, and costs one question", async () => {
    await bench.control("POST", "/teams", {
      ...{ org: "acme", slug: "core", members: ["bob"], repo: "acme/api", permission: "write" },
    });
    await rest(carol, "POST", `/pulls/${parser}/requested_reviewers`, { team_reviewers: ["core"] });
    expect((await bob.review("inbox")).out).toContain(`#${parser}`);
    expect(await requests(() => bob.review("inbox"))).toBe(2);
  });

  it("next tells what to type", async () => {
    expect(await read(alice, "next")).toMatchInlineSnapshot(`
      "
      · #1  Add parser
          by carol, opened just now
          → asked for your review
          https://forge/acme/api/pull/1

        git review comments 1            1 open comment
        git review -d 1                  check it out
        git review vote 1 Code-Review+1  or -1, with -m and the reason

      1 more waits for you: git review inbox
      No plustwo service speaks here: known are review requests, your reviews and your own changes
      "
    `);
    expect(await read(carol, "next")).toMatchInlineSnapshot(`
      "
      · #1  Add parser
          yours, opened just now
          → bob asked for changes
          → 1 comment to answer
          https://forge/acme/api/pull/1

        git review comments 1  1 open comment
        git review -d 1        check it out
        git review             send it again, after git commit --amend

      No plustwo service speaks here: known are review requests, your reviews and your own changes
      "
    `);
  });
});

describe("where the service speaks", () => {
  it("the verdict says whose turn it is, and the record what changed since my vote", async () => {
    const [first, second, third] = (await bench.pulls()).map(({ number }) => number);
    const vote = needs(["alice", "bob"], "vote Code-Review+2");
    await service.says(first ?? 0, {
      ...{ next: ["alice", "bob"], requirements: [vote], voted: { by: "alice", patchSet: 1 } },
      kinds: ["REWORK", "REWORK", "TRIVIAL_REBASE"],
    });
    await service.says(second ?? 0, {
      ...{ verdict: "failure", title: "unit failed", next: ["carol"] },
      requirements: [needs(["carol"], "push a fix for unit")],
    });
    await service.says(third ?? 0, { verdict: "success", submittable: true, title: "Ready" });
    expect(await read(alice, "inbox")).toMatchInlineSnapshot(`
      "
      acme/api · 2 wait for you, oldest first

      ○ #1  now  carol  Add parser  vote Code-Review+2; since your Code-Review+1 on ps 1: 1→2 code, 2→3 rebase
      ● #2  now  carol  Add lexer   pushed since your review
      "
    `);
    expect(await read(carol, "inbox")).toMatchInlineSnapshot(`
      "
      acme/api · 2 wait for you, oldest first

      ○ #1  now  you  Add parser  1 comment to answer
      ● #2  now  you  Add lexer   push a fix for unit
      "
    `);
    expect(await read(alice, "next")).toMatchInlineSnapshot(`
      "
      ○ #1  Add parser
          by carol, opened just now
          → vote Code-Review+2
          → since your Code-Review+1 on ps 1: 1→2 code, 2→3 rebase
          https://forge/acme/api/pull/1

        git review -m 1,1-3              what changed since you looked
        git review comments 1            1 open comment
        git review -d 1                  check it out
        git review vote 1 Code-Review+2  or less, with -m and the reason

      1 more waits for you: git review inbox
      "
    `);
  });

  it("scripts get the same, as the schema says", async () => {
    const inbox = valid("inbox", (await alice.review("inbox", "--json")).out);
    expect(inbox).toMatchObject({
      ...{ version: 1, project: "acme/api", viewer: "alice", open: 3 },
      waiting: [
        { subject: "Add parser", patchSet: 3, reasons: [{ kind: "turn" }, { kind: "changed", since: 1, newest: 3 }] },
        { subject: "Add lexer", reasons: [{ kind: "changed" }] },
      ],
      notKnown: { noVerdict: [], namesNobody: [], teams: [] },
    });
    const next = valid("inbox", (await carol.review("--json", "next")).out);
    expect(next).toMatchObject({
      waiting: [{ subject: "Add parser" }],
      more: 1,
      commands: [expect.any(String), expect.any(String), "git review"],
    });
  });

  it("what other people wrote cannot steer the terminal", async () => {
    await bench.edits((await bench.pulls())[0]?.number ?? 0, { title: "Add \u001B[2J parser \u202E" });
    const { out } = await alice.review("inbox");
    expect(out).toContain("Add \\u{001b}[2J parser \\u{202e}");
    expect(out).not.toContain("\u001B");
  });

  it("60 open changes are read with 2 + ⌈60/50⌉ requests at most", async () => {
    const { world } = bench.forge;
    const repository = world.repository("acme", "api");
    const [sample] = repository?.pulls.values() ?? [];
    if (repository === undefined || sample === undefined) throw new Error("there is no pull request to copy");
    for (let number = 100; repository.pulls.size < 60; number += 1)
      repository.pulls.set(number, { ...sample, id: world.id(), number, requestedTeams: sample.requestedTeams });
    let told = "";
    const spent = await requests(async () => (told = (await bob.review("inbox")).out));
    expect(spent).toBeLessThanOrEqual(2 + Math.ceil(60 / 50));
    expect(told).toContain("acme/api · 58 wait for you");
  });
});
