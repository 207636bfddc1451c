// `plustwo replay` over a prepared past: it finds exactly the merges that were planted bad, and nothing in the good ones.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runGovernance } from "../../src/cli/governance/main.ts";
import { runReplay } from "../../src/cli/replay/main.ts";
import { CI, openPast, type Past } from "./past.ts";
import { published } from "../support/published.ts";

let past: Past;
/** What was planted, by number; a good merge has nothing. */
const planted = new Map<number, readonly string[]>();
let told: { readonly code: number; readonly out: string; readonly err: string };

interface Answer {
  readonly merges: readonly {
    readonly number: number;
    readonly findings: readonly Judged[];
    readonly unknowable: readonly Judged[];
  }[];
  readonly counts: readonly { readonly kind: string; readonly found: number; readonly unknowable: number }[];
  readonly requests: number;
}
interface Judged {
  readonly kind: string;
  readonly sentence: string;
}

/** Two cores who did not write it approve, and it is merged. */
async function approved(number: number, ...kinds: readonly string[]): Promise<number> {
  await past.reviews("alice", number);
  await past.reviews("bob", number);
  planted.set(number, kinds);
  return number;
}

beforeAll(async () => {
  past = await openPast(Date.UTC(2026, 10, 2, 9));
  const good = async (title: string, method?: "merge" | "squash") =>
    past.merges("alice", await approved(await past.opens("carol", title, { [`src/${title}.txt`]: "1\n" })), method);
  await good("one");
  await good("two", "squash");
  await good("three");

  const updated = await approved(await past.opens("carol", "Updated by the button", { "src/u.txt": "1\n" }));
  const rebased = await approved(await past.opens("carol", "Rebased, nothing changed", { "src/r.txt": "1\n" }));
  const twoCommits = await past.opens("carol", "Two commits, rebased by the button", { "src/c1.txt": "1\n" });
  await past.pushes("carol", twoCommits, { "src/c2.txt": "1\n" });
  await past.merges("alice", await approved(twoCommits), "rebase");
  await past.updates("bob", updated);
  await past.merges("bob", updated, "squash");
  await past.rebases("carol", rebased, { "src/r.txt": "1\n" });
  await past.merges("bob", rebased);

  const untested = await approved(
    await past.opens("carol", "The target moved", { "src/m.txt": "1\n" }),
    "untested-tree",
  );
  await good("four");
  await past.merges("alice", untested);

  const changed = await approved(
    await past.opens("carol", "One more commit", { "src/x.txt": "1\n" }),
    "changed-after-approval",
  );
  await past.pushes("carol", changed, { "src/x.txt": "2\n" });
  await past.merges("carol", changed);

  const helped = await past.opens("carol", "Alice helped", { "src/h.txt": "1\n" });
  await past.pushes("alice", helped, { "src/h.txt": "2\n" });
  await past.merges("bob", await approved(helped, "contributor-approved"));

  const vetoed = await past.opens("carol", "Dave does not agree", { "src/v.txt": "1\n" });
  await past.reviews("dave", vetoed, "REQUEST_CHANGES");
  await past.merges("bob", await approved(vetoed, "standing-veto"));

  const alone = await past.opens("carol", "Nobody looked", { "src/n.txt": "1\n" });
  planted.set(alone, ["no-approval"]);
  await past.merges("carol", alone);

  const single = await past.opens("carol", "One looked", { "src/s.txt": "1\n" });
  await past.reviews("bob", single);
  planted.set(single, ["one-approval"]);
  await past.merges("carol", single);

  await past.jobs("fail", "unit");
  await past.merges("alice", await approved(await past.opens("carol", "Red", { "src/red.txt": "1\n" }), "merged-red"));
  await past.jobs("skip", "unit");
  await past.merges(
    "alice",
    await approved(await past.opens("carol", "Skipped", { "src/sk.txt": "1\n" }), "check-not-passed"),
  );
  await past.jobs("pass", "unit");
  const without = await past.opens("carol", "No unit tests any more", { ".github/workflows/ci.yml": CI(["style"]) });
  await past.merges("alice", await approved(without, "check-missing"));
  await past.control("DELETE", "/requests");
  told = await past.runs(runReplay, "mallory", ["replay", "acme/api", "--json"]);
});
afterAll(() => past.close());

const answer = (): Answer => JSON.parse(told.out) as Answer;

describe("plustwo replay", () => {
  it("finds exactly the merges that were planted bad, each by its kind, and nothing in the good ones", () => {
    expect(told).toMatchObject({ code: 0, err: "" });
    const found = answer().merges.map(({ number, findings }) => [number, findings.map(({ kind }) => kind)] as const);
    expect(new Map(found.toSorted(([a], [b]) => a - b))).toEqual(new Map([...planted].sort(([a], [b]) => a - b)));
    expect(answer().merges.flatMap(({ number, unknowable }) => unknowable.map((one) => [number, one]))).toEqual([]);
  });

  it("answers JSON of the published schema, and counts what it asked", () => {
    const schema = JSON.parse(
      readFileSync(new URL("../../docs/schemas/replay.schema.json", import.meta.url), "utf8"),
    ) as object;
    const check = new Ajv({ allErrors: true, strict: true, validateFormats: false }).compile(schema);
    check(JSON.parse(told.out));
    expect(check.errors ?? []).toEqual([]);
    expect(answer().requests).toBeLessThanOrEqual(answer().merges.length * 1.5);
  });

  it("only reads: with the token of somebody who may only read, and no request that could change anything", async () => {
    const { requests, unknown } = (await past.control("GET", "/requests")) as {
      requests: { method: string; path: string; by: string }[];
      unknown: unknown[];
    };
    expect(unknown).toEqual([]);
    expect(requests.filter(({ by }) => by === "mallory")).toHaveLength(answer().requests);
    expect(requests.filter(({ method, path }) => method !== "GET" && path !== "/api/graphql")).toEqual([]);
  });

  it("shows counts with the worst first, then each bad merge with its link and a sentence, and what it asked", async () => {
    const shown = await past.runs(runReplay, "mallory", ["replay", "acme/api"]);
    const url = past.forge.url;
    expect(shown.out.replaceAll(url, "https://forge").replaceAll(/\b[0-9a-f]{7}\b/g, "<sha>")).toMatchInlineSnapshot(`
      "acme/api, main: 16 merges, 2026-11-02 to 2026-11-02

        found  not known
            1          –  merged over a request for changes
            1          –  merged with a failed check
            1          –  landed a tree that nobody had tested
            1          –  changed after the last approval
            1          –  approved by somebody who contributed to it
            1          –  merged without any approval
            1          –  merged with a usual check skipped, neutral or unfinished
            1          –  merged without a usual check
            1          –  one approval only (counted, no fault)
            8             nothing found

      #11 Dave does not agree  merged 2026-11-02 by bob
        https://forge/acme/api/pull/11
        merged over a request for changes: dave had requested changes (on <sha>) and had not taken it back

      #14 Red  merged 2026-11-02 by alice
        https://forge/acme/api/pull/14
        merged with a failed check: unit had failed

      #7 The target moved  merged 2026-11-02 by alice
        https://forge/acme/api/pull/7
        landed a tree that nobody had tested: style, unit ran before the target moved to <sha>; what landed as <sha> is another tree, and was not tested afterwards either

      #9 One more commit  merged 2026-11-02 by carol
        https://forge/acme/api/pull/9
        changed after the last approval: the last approval, by bob, was of <sha>; after it came <sha>

      #10 Alice helped  merged 2026-11-02 by bob
        https://forge/acme/api/pull/10
        approved by somebody who contributed to it: alice approved, and is the author of <sha>

      #12 Nobody looked  merged 2026-11-02 by carol
        https://forge/acme/api/pull/12
        merged without any approval: nobody approved it

      #15 Skipped  merged 2026-11-02 by alice
        https://forge/acme/api/pull/15
        merged with a usual check skipped, neutral or unfinished: unit was skipped, and usually passes

      #16 No unit tests any more  merged 2026-11-02 by alice
        https://forge/acme/api/pull/16
        merged without a usual check: unit did not run, and usually does

      Asked GitHub 15 times (0.9 a merge) and wrote nothing; 4999 points of GraphQL are left this hour
      "
    `);
  });

  it("fails only where it is asked to, and on nothing but what was named", async () => {
    const exit = async (...args: readonly string[]) =>
      (await past.runs(runReplay, "mallory", ["replay", "acme/api", ...args])).code;
    expect(await exit("--fail-on", "finding")).toBe(1);
    expect(await exit("--fail-on", "standing-veto", "--last", "2")).toBe(0);
    expect(await exit("--fail-on", "nonsense")).toBe(3);
    expect(await exit("--last", "0")).toBe(3);
  });

  it("looks at the newest merges by the time they were merged, whatever was touched since", async () => {
    await past.rest("mallory", "POST", "/issues/1/comments", { body: "An old one, touched" });
    const shown = await past.runs(runReplay, "mallory", ["replay", "acme/api", "--last", "3", "--json"]);
    expect((JSON.parse(shown.out) as Answer).merges.map(({ number }) => number)).toEqual([16, 15, 14]);
  });

  it("has the roll of voters beside it: who had something merged, who reviewed as a core, and who may stand", async () => {
    const asked = ["governance", "roll", "acme/api", "--from", "2026-01-01", "--to", "2027-01-01", "--extra", "dora"];
    const roll = await past.runs(runGovernance, "mallory", [...asked, "--json"]);
    expect(roll).toMatchObject({ code: 0, err: "" });
    const { voters, hash } = published<{ voters: { name: string; changes: number }[]; hash: string }>(
      "governance-roll",
      roll.out,
    );
    expect(voters.map(({ name }) => name)).toEqual(["alice", "bob", "carol", "dave", "dora"]);
    expect(voters.find(({ name }) => name === "carol")?.changes).toBeGreaterThan(10);
    expect((await past.runs(runGovernance, "mallory", asked)).err).toContain(hash);
    const authors = await past.runs(runGovernance, "mallory", [...asked, "--no-reviewers", "--json"]);
    expect(authors.out).not.toContain('"dave"');
    const hidden = await past.runs(runGovernance, "mallory", [...asked, "--salt", "s"]);
    const salted = await past.runs(runGovernance, "mallory", [...asked, "--salt", "s", "--json"]);
    expect(published("governance-roll", salted.out)).toMatchObject({ hash, voters: hidden.out.trim().split("\n") });
    expect(hidden.out).toMatch(/^(?:[0-9a-f]{32}\n){5}$/);
    const file = join(past.folder, "roll.json");
    await writeFile(file, roll.out);
    const stands = (login: string) =>
      past.runs(runGovernance, "mallory", [
        "governance",
        "candidate",
        login,
        "--roll",
        file,
        "--repository",
        "acme/api",
      ]);
    expect(await stands("carol")).toMatchObject({ code: 0, out: "carol may stand: changes in acme/api\n" });
    expect((await stands("dave")).code).toBe(1);
    expect((await stands("mallory")).out).toContain("is not on the roll");
    const none = await past.runs(runGovernance, "mallory", [
      "governance",
      "roll",
      "acme/gone",
      "--from",
      "2026-01-01",
      "--to",
      "2027-01-01",
    ]);
    expect(none.code).not.toBe(0);
    expect(none.out).toBe("");
  });

  it("says how far it came when GitHub stops answering, and takes nothing unread for good", async () => {
    await past.control("POST", "/faults", {
      status: 403,
      times: 1,
      match: "/compare/",
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.floor(past.now() / 1000) + 600) },
      message: "API rate limit exceeded",
    });
    const shown = await past.runs(runReplay, "mallory", ["replay", "acme/api", "--json"]);
    await past.control("DELETE", "/faults");
    expect(shown.code).toBe(74);
    expect(shown.err).toMatch(
      /GitHub asks to slow down; what is above is what was read until then\nHint: run it again after 2026/,
    );
    const { complete, merges, limits } = JSON.parse(shown.out) as Answer & {
      complete: boolean;
      limits: readonly string[];
    };
    expect(complete).toBe(false);
    expect(limits.join()).toContain("comparisons could not be read");
    expect(merges.flatMap(({ unknowable }) => unknowable.map(({ kind }) => kind))).toContain("changed-after-approval");
  });

  it("asks in smaller pieces where GitHub does not answer in time", async () => {
    const slow = createServer((request, response) => {
      void (async () => {
        const body = await text(request);
        // More than two merges at once take longer than GitHub lets a request run.
        if (body.includes("m2:")) return void response.writeHead(502).end("Bad gateway");
        const { authorization = "" } = request.headers;
        const answered = await fetch(`${past.forge.url}${request.url ?? ""}`, {
          method: request.method ?? "GET",
          headers: { authorization, "content-type": "application/json" },
          ...(body === "" ? {} : { body }),
        });
        response.writeHead(answered.status, { "content-type": "application/json" }).end(await answered.text());
      })();
    });
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    const { port } = slow.address() as AddressInfo;
    const api = `http://127.0.0.1:${port}/api/v3`;
    const shown = await past.runs(runReplay, "mallory", ["replay", "acme/api", "--json", "--api", api]);
    slow.close();
    expect(shown.code).toBe(0);
    expect((JSON.parse(shown.out) as Answer).merges).toEqual(answer().merges);
  });
});
