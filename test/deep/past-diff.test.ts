// `plustwo policy diff --replay` over a prepared past: of two policies it names exactly the merges that only one would have let in.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyWith } from "../../src/cli/policy/main.ts";
import { openPast, type Past } from "../cli/past.ts";

const runPolicy = policyWith(() => Promise.reject(new Error("diff gathers by itself")));

let past: Past;
let folder: string;
/** What each merge should come out as, by number. */
const planted = new Map<number, string>();
let told: { readonly code: number; readonly out: string; readonly err: string };

interface Answer {
  readonly merges: readonly {
    readonly number: number;
    readonly kind: string;
    readonly letIn: { readonly before?: boolean; readonly after?: boolean };
    readonly because: readonly string[];
    readonly unknown: readonly string[];
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly requests: number;
}

/** `cores` approvals by members of core who did not contribute, and the job unit. */
function policyOf(cores: number, ids: Readonly<Record<string, number>>): string {
  const users = Object.entries(ids).map(([login, id]) => `{ login: ${login}, id: ${id} }`);
  return `version: 1
groups:
  core: { users: [${users.join(", ")}] }
labels:
  Code-Review:
    values: { -2: Do not merge, -1: Needs work, 0: No score, +1: Looks good, +2: Approved }
    copyCondition: "changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR changekind:TRIVIAL_REBASE_WITH_MESSAGE_UPDATE OR is:MIN"
    veto: sticky
access:
  - branch: "*"
    label-Code-Review: { anyone: -1..+1, core: -2..+2 }
submitRequirements:
  Code-Review:
    description: Approved by ${cores}
    submittableIf: "label:Code-Review=MAX,user=non_contributor,group=core,count>=${cores} AND -label:Code-Review=MIN"
  Tested:
    description: The job unit passed
    submittableIf: "check:unit=success"
checks:
  unit: { job: unit, workflow: .github/workflows/ci.yml }
`;
}

const diff = (...args: readonly string[]) =>
  past.runs(runPolicy, "mallory", [
    ...["policy", "diff", join(folder, "old.yml"), join(folder, "new.yml")],
    ...(args.length > 0 ? args : ["--replay", "last:200", "acme/api"]),
  ]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plustwo-policies-"));
  past = await openPast(Date.UTC(2026, 10, 2, 9));
  const ids: Record<string, number> = {};
  for (const login of ["alice", "bob"])
    ids[login] = (
      (await past.rest(login, "GET", `/collaborators/${login}/permission`)) as { user: { id: number } }
    ).user.id;
  writeFileSync(join(folder, "old.yml"), policyOf(1, ids));
  writeFileSync(join(folder, "new.yml"), policyOf(2, ids));
  const opened = async (title: string, kind: string, ...reviewers: readonly string[]): Promise<number> => {
    const number = await past.opens("carol", title, { [`src/${planted.size}.txt`]: "1\n" });
    planted.set(number, kind);
    for (const login of reviewers) await past.reviews(login, number);
    return number;
  };
  const merged = async (...args: Parameters<typeof opened>): Promise<void> =>
    void (await past.merges("carol", await opened(...args)));

  await merged("Two cores", "same", "alice", "bob");
  await merged("One core", "blocked", "alice");
  await merged("One core and one who is none", "blocked", "alice", "dave");
  await merged("Nobody", "reasons");
  await past.merges("bob", await opened("Two cores, squashed", "same", "alice", "bob"), "squash");

  const changed = await opened("Changed after one core", "reasons", "alice");
  await past.pushes("carol", changed, { "src/changed.txt": "2\n" });
  await past.merges("carol", changed);

  const again = await opened("Approved again after the change", "blocked", "alice", "bob");
  await past.pushes("carol", again, { "src/again.txt": "2\n" });
  await past.reviews("alice", again);
  await past.merges("carol", again);

  const rebased = await opened("Two cores, then a clean rebase", "same", "alice", "bob");
  await past.rebases("carol", rebased, { "src/7.txt": "1\n" });
  await past.merges("carol", rebased);

  const updated = await opened("Two cores, brought up to date by one", "same", "alice", "bob");
  await merged("In between", "same", "alice", "bob");
  await past.updates("bob", updated);
  await past.merges("bob", updated);

  const helped = await opened("One of two cores helped", "blocked");
  await past.pushes("alice", helped, { "src/helped.txt": "1\n" });
  await past.reviews("alice", helped);
  await past.reviews("bob", helped);
  await past.merges("carol", helped);

  const overwritten = await opened("A core wrote what was pushed over", "blocked");
  await past.pushes("alice", overwritten, { "src/over.txt": "1\n" });
  await past.rebases("carol", overwritten, { "src/mine.txt": "1\n" });
  await past.reviews("alice", overwritten);
  await past.reviews("bob", overwritten);
  await past.merges("carol", overwritten);

  const late = await opened("The second core came after the merge", "blocked", "alice");
  await past.merges("carol", late);
  await past.reviews("bob", late);

  const edited = await opened("A review was edited after the merge", "unknown", "alice");
  const review = await past.reviews("bob", edited, "COMMENT");
  await past.merges("carol", edited);
  await past.rest("bob", "PUT", `/pulls/${edited}/reviews/${review}`, { body: "Code-Review: +2" });

  await past.control("DELETE", "/requests");
  told = await diff("--replay", "last:200", "acme/api", "--json");
});
afterAll(async () => {
  await past.close();
  rmSync(folder, { recursive: true, force: true });
});

const answer = (): Answer => JSON.parse(told.out) as Answer;

describe("plustwo policy diff --replay", () => {
  it("names exactly the merges that a second core would have kept out, and those that nobody can judge any more", () => {
    expect(told).toMatchObject({ code: 1, err: "" });
    const kinds = new Map(answer().merges.map(({ number, kind }) => [number, kind] as const));
    expect(new Map([...kinds].sort(([a], [b]) => a - b))).toEqual(new Map([...planted].sort(([a], [b]) => a - b)));
  });

  it("answers JSON of the published schema", () => {
    const path = new URL("../../docs/schemas/policy-diff-replay.schema.json", import.meta.url);
    const check = new Ajv({ allErrors: true, strict: true, validateFormats: false }).compile(
      JSON.parse(readFileSync(path, "utf8")) as object,
    );
    check(JSON.parse(told.out));
    expect(check.errors ?? []).toEqual([]);
  });

  it("only reads, with the token of somebody who may only read", async () => {
    const { requests, unknown } = (await past.control("GET", "/requests")) as {
      requests: { method: string; path: string; by: string }[];
      unknown: unknown[];
    };
    expect(unknown).toEqual([]);
    const api = requests.filter(({ by, path }) => by === "mallory" && path.startsWith("/api/"));
    expect(api).toHaveLength(answer().requests);
    const writing = requests.filter(
      ({ method, path }) => method !== "GET" && path !== "/api/graphql" && !path.endsWith("/git-upload-pack"),
    );
    expect(writing).toEqual([]);
  });

  it("asks one request for each merge beside one for five, and few more", () => {
    const merges = answer().merges.length;
    // Its name and branch, the list, the branch's log, and the commits that were pushed over.
    expect(answer().requests).toBeLessThanOrEqual(merges + Math.ceil(merges / 5) + 4);
  });

  it("shows what is newly refused with its link and the reason, then what cannot be judged and why", async () => {
    const shown = await diff();
    expect(shown.code).toBe(1);
    expect(shown.out.replaceAll(past.forge.url, "https://forge").replaceAll(/\b[0-9a-f]{7}\b/g, "<sha>"))
      .toMatchInlineSnapshot(`
      "acme/api, main: 14 merges, 2026-11-02 to 2026-11-02
      Each is asked about as it was at the moment it was merged

      #13 The second core came after the merge  newly refused
        https://forge/acme/api/pull/13
        Code-Review: SATISFIED → UNSATISFIED
        1 of 2 Code-Reviews

      #12 A core wrote what was pushed over  newly refused
        https://forge/acme/api/pull/12
        Code-Review: SATISFIED → UNSATISFIED
        1 of 2 Code-Reviews
        nobody else in core can give it: all have voted, contributed, or may not

      #11 One of two cores helped  newly refused
        https://forge/acme/api/pull/11
        Code-Review: SATISFIED → UNSATISFIED
        1 of 2 Code-Reviews
        nobody else in core can give it: all have voted, contributed, or may not

      #7 Approved again after the change  newly refused
        https://forge/acme/api/pull/7
        Code-Review: SATISFIED → UNSATISFIED
        1 of 2 Code-Reviews

      #3 One core and one who is none  newly refused
        https://forge/acme/api/pull/3
        Code-Review: SATISFIED → UNSATISFIED
        1 of 2 Code-Reviews

      #2 One core  newly refused
        https://forge/acme/api/pull/2
        Code-Review: SATISFIED → UNSATISFIED
        1 of 2 Code-Reviews

      Cannot be judged:
        #14 A review was edited after the merge: its votes could not be read: bob edited a review after the merge, and what it said before is gone

      14 merges: 0 newly let in, 6 newly refused, 5 let in by both, 2 by neither, 1 cannot be judged
      Asked GitHub 21 times and wrote nothing; 4999 points of GraphQL are left this hour
      "
    `);
  });

  it("says the same the other way round: what was refused is let in", async () => {
    const [one, two] = ["new.yml", "old.yml"].map((name) => join(folder, name));
    const shown = await past.runs(runPolicy, "mallory", [
      ...["policy", "diff", one ?? "", two ?? "", "--replay", "last:200", "acme/api", "--json"],
    ]);
    const turned = (JSON.parse(shown.out) as Answer).merges;
    expect(turned.filter(({ kind }) => kind === "allowed").map(({ number }) => number)).toEqual(
      answer()
        .merges.filter(({ kind }) => kind === "blocked")
        .map(({ number }) => number),
    );
    expect(turned.filter(({ kind }) => kind === "blocked")).toEqual([]);
  });

  it("refuses what it cannot use, in a sentence, before it asks anybody", async () => {
    expect(await diff("--replay", "200", "acme/api")).toMatchObject({
      code: 3,
      err: expect.stringContaining("`last:` with a count") as string,
    });
    expect(await diff("--json")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--replay last:200") as string,
    });
    writeFileSync(join(folder, "broken.yml"), "version: 1\nlabels: 3\n");
    const broken = await past.runs(runPolicy, "mallory", [
      ...["policy", "diff", join(folder, "broken.yml"), join(folder, "new.yml"), "--replay", "last:5", "acme/api"],
    ]);
    expect(broken).toMatchObject({ code: 3, err: expect.stringContaining("broken.yml") as string });
  });
});
