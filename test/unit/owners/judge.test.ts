// Whose approval the paths of a change need, in words and in ways: tables over one change of carol's.
import { describe, expect, it } from "vitest";
import { userId } from "../../../src/core/ids.ts";
import { establish } from "../../../src/core/policy/facts.ts";
import { judgeOwners } from "../../../src/core/policy/judge-owners.ts";
import type { OwnersPolicy, Policy } from "../../../src/core/policy/policy.ts";
import type { ChangedFile, PolicySnapshot, Vote } from "../../../src/core/policy/snapshot.ts";
import {
  alice,
  bob,
  carol,
  dave,
  erin,
  mallory,
  NOW,
  patchSet,
  person,
  policy,
  signature,
  snapshot,
  vote,
} from "../policy/sample.ts";

const OWNERS: OwnersPolicy = {
  sources: ["CODEOWNERS", "OWNERS"],
  fallback: "none",
  stickyPerFile: false,
  vote: { label: "Code-Review", value: 1 },
  minApprovers: [],
  allOf: [],
};
const base = policy();

export function file(path: string, more: Partial<ChangedFile> = {}): ChangedFile {
  return { path, mode: "100644", additions: 1, deletions: 1, status: "modified", ...more };
}

interface Case {
  readonly codeowners?: string;
  readonly texts?: Readonly<Record<string, string>>;
  readonly files: readonly (string | ChangedFile)[];
  readonly votes?: readonly Vote[];
  readonly owners?: Partial<OwnersPolicy>;
  readonly snapshot?: Partial<PolicySnapshot>;
  readonly patchSets?: PolicySnapshot["change"]["patchSets"];
  readonly policy?: Partial<Policy>;
}

function facts(of: Case) {
  const texts = { ...(of.codeowners === undefined ? {} : { CODEOWNERS: of.codeowners }), ...of.texts };
  const made = snapshot({
    change: {
      files: of.files.map((one) => (typeof one === "string" ? file(one) : one)),
      ...(of.patchSets === undefined ? {} : { patchSets: of.patchSets }),
    },
    votes: of.votes ?? [],
    ...of.snapshot,
    facts: {
      unresolved: 0,
      bidi: [],
      owners: Object.entries(texts).map(([path, text]) => ({ path, text })),
      ...of.snapshot?.facts,
    },
  });
  return establish({ ...base, ...of.policy, owners: { ...OWNERS, ...of.owners } }, made, NOW);
}

function ask(of: Case) {
  return judgeOwners({ kind: "owners", text: "has:approval_code-owners", fact: "approved" }, facts(of));
}

function enabled(of: Case): boolean {
  return judgeOwners({ kind: "owners", text: "has:enabled_code-owners", fact: "enabled" }, facts(of)).value;
}

/** "2 of alice, bob + 1 of erin" per way. */
function ways(of: Case): readonly string[] {
  return (ask(of).turns ?? []).map((way) => way.map(({ need, who }) => `${need} of ${who.join(", ")}`).join(" + "));
}

const approves = (...people: readonly Parameters<typeof vote>[0][]) => people.map((one) => vote(one, "Code-Review+1"));

describe("an owner's approval", () => {
  const TWO = "/src/ @alice @bob\n/docs/ @erin\n";
  it.each<[string, Case, boolean, string]>([
    ["is waited for, by name", { codeowners: TWO, files: ["src/a.ts"] }, false, "src/a.ts needs alice or bob"],
    ["is enough from one of them", { codeowners: TWO, files: ["src/a.ts"], votes: approves(bob) }, true, ""],
    [
      "is waited for of every path's owners",
      { codeowners: TWO, files: ["src/a.ts", "src/x/b.ts", "docs/a.md"], votes: approves(bob) },
      false,
      "docs/a.md needs erin",
    ],
    [
      "covers all paths of the same owners",
      { codeowners: TWO, files: ["src/a.ts", "src/b.ts"], votes: approves(alice) },
      true,
      "",
    ],
    [
      "is no contributor's",
      { codeowners: "* @carol @bob", files: ["a"], votes: approves(carol) },
      false,
      "a needs bob",
    ],
    [
      "is no bystander's",
      { codeowners: TWO, files: ["src/a.ts"], votes: approves(dave) },
      false,
      "src/a.ts needs alice or bob",
    ],
    [
      "may have to come from two people",
      {
        codeowners: TWO,
        files: ["src/k/a", "src/k/b", "src/k/c"],
        owners: { minApprovers: [{ pattern: "/src/k/", count: 2 }] },
        votes: approves(alice),
      },
      false,
      "src/k/ (3 files) needs 1 more of bob",
    ],
    [
      "counts once per human",
      {
        codeowners: TWO,
        files: ["src/k/a"],
        owners: { minApprovers: [{ pattern: "^src/k/.*", count: 2 }] },
        policy: { identities: [[alice.id, bob.id]] },
        votes: approves(alice, bob),
      },
      false,
      "src/k/a needs 1 more of its owners, and none of them can: all contributed, have voted, or may not",
    ],
    [
      "must come from each group that the policy names",
      { codeowners: TWO, files: ["src/a"], owners: { allOf: [{ pattern: "^src/.*", groups: ["core"] }] }, votes: [] },
      false,
      "src/a needs alice or bob, and one of core (alice, bob, erin)",
    ],
    [
      "of a group is an owner's too, where they are both",
      {
        codeowners: TWO,
        files: ["src/a"],
        owners: { allOf: [{ pattern: "^src/.*", groups: ["core"] }] },
        votes: approves(bob),
      },
      true,
      "",
    ],
    [
      "is nobody's for a path without an owner",
      { codeowners: TWO, files: ["x"], votes: approves(alice) },
      false,
      "x has no owner on main, and the policy lets nobody else approve it",
    ],
    [
      "is nobody's where ownership was taken away",
      { codeowners: "* @alice\n/x\n", files: ["x"], votes: approves(alice) },
      false,
      "x has no owner on main, and the policy lets nobody else approve it",
    ],
    [
      "is anybody's for a path without an owner, if the policy says so",
      { codeowners: TWO, files: ["x"], owners: { fallback: "anyone" }, votes: approves(dave) },
      true,
      "",
    ],
    [
      "is anybody's but a contributor's where everybody owns",
      { texts: { OWNERS: "*" }, files: ["x"], votes: approves(carol) },
      false,
      "x needs 1 of alice, bob, erin",
    ],
    [
      "of anybody is enough where everybody owns",
      { texts: { OWNERS: "*" }, files: ["x"], votes: approves(mallory) },
      true,
      "",
    ],
    [
      "is asked of those that CODEOWNERS names, where both are there",
      { codeowners: TWO, texts: { OWNERS: "erin" }, files: ["src/a"], votes: approves(erin) },
      false,
      "src/a needs alice or bob",
    ],
    [
      "is asked of those in OWNERS, where the policy says so",
      {
        codeowners: TWO,
        texts: { OWNERS: "erin" },
        files: ["src/a"],
        owners: { sources: ["OWNERS"] },
        votes: approves(erin),
      },
      true,
      "",
    ],
    [
      "may be wanted higher",
      {
        codeowners: TWO,
        files: ["src/a"],
        owners: { vote: { label: "Code-Review", value: 2 } },
        votes: approves(alice),
      },
      false,
      "src/a needs alice or bob",
    ],
    [
      "of a team is one of its members'",
      {
        codeowners: "* @Acme/Docs",
        files: ["a"],
        snapshot: { groups: { core: [alice, bob], "@acme/docs": [dave] } },
        votes: approves(dave),
      },
      true,
      "",
    ],
    [
      "of a team that could not be read is nobody's",
      { codeowners: "* @acme/docs", files: ["a"], votes: approves(dave) },
      false,
      "a needs 1 of its owners, and none of them can: all contributed, have voted, or may not; the members of @acme/docs are not known",
    ],
    [
      "compares logins without regard to case",
      { codeowners: "* @ALICE", files: ["a"], votes: approves(alice) },
      true,
      "",
    ],
    [
      "of an email that the forge knows",
      {
        codeowners: "* Al@e.org",
        files: ["a"],
        snapshot: {
          facts: {
            unresolved: 0,
            bidi: [],
            owners: [{ path: "CODEOWNERS", text: "* Al@e.org" }],
            ownerPeople: [{ owner: "al@e.org", id: alice.id, login: "alice" }],
          },
        },
        votes: approves(alice),
      },
      true,
      "",
    ],
    [
      "T14: of an email that two accounts have had is nobody's",
      {
        codeowners: "* al@e.org @bob",
        files: ["a"],
        snapshot: {
          facts: {
            unresolved: 0,
            bidi: [],
            owners: [{ path: "CODEOWNERS", text: "* al@e.org @bob" }],
            ownerPeople: [
              { owner: "al@e.org", id: alice.id, login: "alice" },
              { owner: "al@e.org", id: bob.id, login: "bob" },
            ],
          },
        },
        votes: approves(alice),
      },
      false,
      "a needs bob; al@e.org is nobody the forge knows by commits of this change or on its target: write the login (@name) in place of the email",
    ],
    [
      "of an email that hides the id",
      { codeowners: "* 1+alice@users.noreply.github.com", files: ["a"], votes: approves(alice) },
      true,
      "",
    ],
    [
      "of an email whose id is another's",
      { codeowners: "* 9+alice@users.noreply.github.com", files: ["a"], votes: approves(alice) },
      false,
      "a needs 1 of its owners, and none of them can: all contributed, have voted, or may not; 9+alice@users.noreply.github.com is nobody the forge knows by commits of this change or on its target: write the login (@name) in place of the email",
    ],
    [
      "of an unknown email is nobody's, and it is said",
      { codeowners: "* x@e.org @bob", files: ["a"], votes: approves(alice) },
      false,
      "a needs bob; x@e.org is nobody the forge knows by commits of this change or on its target: write the login (@name) in place of the email",
    ],
    [
      "T14: a login that two people have here is nobody's",
      { codeowners: "* @alice", files: ["a"], votes: [...approves(alice), vote(person(66, "alice"), "Code-Review+1")] },
      false,
      "a needs 1 of its owners, and none of them can: all contributed, have voted, or may not; @alice is the login of several people here: say which by an id in the policy's groups",
    ],
    [
      "T14: where the policy gives a login an id, the id decides",
      {
        codeowners: "* @alice",
        files: ["a"],
        policy: { groups: { ...base.groups, one: { teams: [], users: [{ login: "alice", id: alice.id }] } } },
        snapshot: { groups: { core: [bob] } },
        votes: [vote(person(66, "alice"), "Code-Review+1")],
      },
      false,
      "a needs alice",
    ],
    [
      "T9: is nobody's while the file has a line that cannot be read",
      { codeowners: "* @alice\nsrc/[a] @bob\n", files: ["x"], votes: approves(alice) },
      false,
      "nobody can say who owns its paths: CODEOWNERS:2: `src/[a]` has `[` or `]` in it, and there are no ranges of characters; write `?` in its place",
    ],
    [
      "T9: is nobody's while there is no file at all",
      { files: ["x"], votes: approves(alice) },
      false,
      "x: there is no CODEOWNERS or OWNERS file on main that says who owns it, and the policy lets nobody else approve it",
    ],
    [
      "T8: is asked of the owners at the target, whatever the change writes into CODEOWNERS",
      { codeowners: "/CODEOWNERS @alice\n* @bob\n", files: ["CODEOWNERS"], votes: approves(mallory) },
      false,
      "CODEOWNERS needs bob",
    ],
  ])("%s", (_, of, value, why) => {
    const judged = ask(of);
    expect([judged.value, value ? "" : judged.why]).toEqual([value, why]);
  });

  it("is evidence, and a contributor's is named as not counted", () => {
    const [good, own] = [vote(alice, "Code-Review+1"), vote(carol, "Code-Review+1")];
    const judged = ask({ codeowners: "* @alice @carol", files: ["a"], votes: [good, own] });
    expect(judged.evidence).toEqual([`vote:${good.source.id}:Code-Review`]);
    expect(judged.counted.map(({ by }) => by.login)).toEqual(["alice"]);
    expect(judged.notCounted.map(({ by, reason }) => `${by.login} ${reason}`)).toEqual(["carol contributor"]);
  });

  it("of an earlier patch set is named as outdated", () => {
    const judged = ask({
      codeowners: "* @alice",
      files: ["a"],
      patchSets: [patchSet(1), patchSet(2)],
      votes: approves(alice),
    });
    expect(judged.value).toBe(false);
    expect(judged.notCounted.map(({ by, reason }) => `${by.login} ${reason}`)).toEqual(["alice outdated"]);
  });

  it("T36: nobody is named where the policy wants counts", () => {
    const explain = { ...base.explain, people: "counts" } as const;
    const of: Case = {
      codeowners: "* @alice @bob",
      files: ["a"],
      owners: { allOf: [{ pattern: "*", groups: ["core"] }] },
    };
    expect(ask({ ...of, policy: { explain } }).why).toBe("a needs 1 of 2 people, and one of core (3 people)");
  });

  it("says at most four groups of paths, and how many files are left", () => {
    const lines = Array.from({ length: 9 }, (_, at) => `/d${at}/ @o${at}`).join("\n");
    const files = Array.from({ length: 9 }, (_, at) => `d${at}/f`);
    expect(ask({ codeowners: lines, files }).why).toBe(
      "d0/f needs o0; d1/f needs o1; d2/f needs o2; d3/f needs o3; 5 more files of other owners",
    );
  });
});

describe("the ways to the owners' approvals", () => {
  it.each<[string, Case, readonly string[]]>([
    ["one of several", { codeowners: "* @alice @bob", files: ["a"] }, ["1 of alice, bob"]],
    [
      "who owns both comes before who would have to be two",
      { codeowners: "/a @alice @bob\n/b @bob @erin", files: ["a", "b"] },
      ["1 of bob", "1 of alice + 1 of erin"],
    ],
    [
      "two of three",
      { codeowners: "* @alice @bob @erin", files: ["a"], owners: { minApprovers: [{ pattern: "*", count: 2 }] } },
      ["2 of alice, bob, erin"],
    ],
    [
      "whoever has approved is not asked again",
      {
        codeowners: "* @alice @bob @erin",
        files: ["a"],
        owners: { minApprovers: [{ pattern: "*", count: 2 }] },
        votes: approves(bob),
      },
      ["1 of alice, erin"],
    ],
    ["an owner that nobody has met is named by the login", { codeowners: "* @zoe", files: ["a"] }, ["1 of zoe"]],
    ["never a contributor", { codeowners: "* @carol @alice", files: ["a"] }, ["1 of alice"]],
    ["none where nobody can", { codeowners: "* @carol", files: ["a"] }, []],
    ["none where a path has no owner", { codeowners: "/b @alice", files: ["a", "b"] }, []],
    ["none where the file cannot be read", { codeowners: "[x]", files: ["a"] }, []],
    [
      "a group beside an owner",
      { codeowners: "* @dave", files: ["a"], owners: { allOf: [{ pattern: "*", groups: ["core"] }] } },
      ["1 of alice, bob, erin + 1 of dave"],
    ],
    [
      "not whoever may not vote that high",
      { codeowners: "* @dave @alice", files: ["a"], owners: { vote: { label: "Code-Review", value: 2 } } },
      ["1 of alice"],
    ],
  ])("%s", (_, of, expected) => {
    expect(ways(of)).toEqual(expected);
  });

  it("each is enough, and nothing less", () => {
    let seed = 3;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor(seed / 65_536) % below;
    };
    const people = [alice, bob, erin, dave, mallory, person(21, "zoe"), person(22, "yann")];
    for (let round = 0; round < 150; round += 1) {
      const lines = Array.from({ length: 5 }, (_, at) => {
        const owners = people.filter(() => next(3) === 0).map(({ login }) => `@${login}`);
        return `/d${at} ${owners.join(" ")}`;
      });
      const of: Case = {
        codeowners: lines.join("\n"),
        files: ["d0", "d1", "d2", "d3", "d4"].filter(() => next(2) === 0),
        owners: { minApprovers: [{ pattern: "/d1", count: 2 }], allOf: [{ pattern: "/d2", groups: ["core"] }] },
        votes: approves(...people.filter(() => next(4) === 0)),
        snapshot: { groups: { core: [alice, bob], all: people } },
      };
      for (const way of ask(of).turns ?? []) {
        const chosen = way
          .flatMap(({ who, need }) => who.slice(-need))
          .map((login) => people.find((one) => one.login === login)!);
        const after = (voters: readonly (typeof alice)[]) =>
          ask({ ...of, votes: [...(of.votes ?? []), ...approves(...voters)] }).value;
        expect(after(chosen), JSON.stringify([of, way])).toBe(true);
        for (const one of chosen)
          expect(after(chosen.filter((other) => other !== one)), JSON.stringify([of, way])).toBe(false);
      }
    }
  });
});

describe("has:enabled_code-owners", () => {
  it.each<[string, Case, boolean]>([
    ["where a file speaks", { codeowners: "/a @alice", files: ["b"], owners: { fallback: "anyone" } }, true],
    ["not where there is no file and anybody may approve", { files: ["b"], owners: { fallback: "anyone" } }, false],
    ["T9: where there is no file, and nobody else may approve", { files: ["b"] }, true],
    [
      "where a rule of the policy asks for more",
      { files: ["b"], owners: { fallback: "anyone", minApprovers: [{ pattern: "/b", count: 2 }] } },
      true,
    ],
    ["T9: where the file cannot be read", { codeowners: "[x]", files: ["b"], owners: { fallback: "anyone" } }, true],
    ["not where nothing is touched", { codeowners: "* @alice", files: [] }, false],
    [
      "not where only a file of another kind is there",
      { codeowners: "* @alice", files: ["b"], owners: { sources: ["OWNERS"], fallback: "anyone" } },
      false,
    ],
  ])("%s: %s", (_, of, value) => {
    expect(enabled(of)).toBe(value);
  });
});

describe("T32: no path slips past its owners", () => {
  const TEXT = "* @bob\n/secret/ @alice\n/secret2 @alice\n/lib/sub/ @alice\n/café/ @alice\n/CODEOWNERS @alice\n";
  const ownerOf = (...files: readonly ChangedFile[]) => {
    const { value, why } = ask({ codeowners: TEXT, files, votes: approves(bob) });
    return value ? "bob alone" : /needs? alice/.test(why ?? "") ? "alice too" : why;
  };
  it.each<[string, ChangedFile[], string]>([
    ["a file moved out", [file("open/a", { previousPath: "secret/a", status: "renamed" })], "alice too"],
    ["a file moved in", [file("secret/a", { previousPath: "open/a", status: "renamed" })], "alice too"],
    [
      "a file renamed in upper and lower case alone",
      [file("Secret/a", { previousPath: "secret/a", status: "renamed" })],
      "alice too",
    ],
    ["a directory that is another in upper and lower case", [file("SECRET/a", { status: "added" })], "bob alone"],
    [
      "a symbolic link where the directory would be",
      [file("secret", { mode: "120000", status: "added" })],
      "alice too",
    ],
    ["a symbolic link inside", [file("secret/a", { mode: "120000" })], "alice too"],
    ["a submodule that moves on", [file("lib/sub", { mode: "160000" })], "alice too"],
    ["a submodule that is removed", [file("lib/sub", { mode: "000000", status: "removed" })], "alice too"],
    [
      "a submodule that moves elsewhere",
      [file("lib/other", { mode: "160000", previousPath: "lib/sub", status: "renamed" })],
      "alice too",
    ],
    ["a new mode alone", [file("secret/run", { mode: "100755", additions: 0, deletions: 0 })], "alice too"],
    ["a name in composed letters", [file("caf\u00e9/a")], "alice too"],
    ["the same in decomposed letters, which is another", [file("cafe\u0301/a", { status: "added" })], "bob alone"],
    ["a name with a space behind it, which is another", [file("secret2 ", { status: "added" })], "bob alone"],
    ["the owners' file removed", [file("CODEOWNERS", { mode: "000000", status: "removed" })], "alice too"],
    [
      "a directory that becomes a file",
      [file("secret/a", { mode: "000000", status: "removed" }), file("secret", { status: "added" })],
      "alice too",
    ],
    [
      "a file that becomes a directory",
      [file("secret2", { mode: "000000", status: "removed" }), file("secret2/a", { status: "added" })],
      "alice too",
    ],
    [
      "a path that is not UTF-8",
      [file("secre\uFFFD/a")],
      "nobody can say who owns its paths: the path secre\uFFFD/a is not UTF-8, so nobody can say who owns it; rename it",
    ],
  ])("%s", (_, files, expected) => {
    expect(ownerOf(...files)).toBe(expected);
  });

  it("OWNERS removed needs those it names", () => {
    const of: Case = {
      texts: { "a/OWNERS": "set noparent\nalice", OWNERS: "bob" },
      files: [file("a/OWNERS", { mode: "000000", status: "removed" })],
    };
    expect(ask({ ...of, votes: approves(bob) }).value).toBe(false);
    expect(ask({ ...of, votes: approves(alice) }).value).toBe(true);
  });
});

it("T31: a protected path after three thousand others is seen", () => {
  const files = [...Array.from({ length: 3_200 }, (_, at) => `open/${at}`), "zzz/secret"];
  const judged = ask({ codeowners: "* @bob\n/zzz/ @alice", files, votes: approves(bob) });
  expect([judged.value, judged.why]).toEqual([false, "zzz/secret needs alice"]);
});

describe("T30: hostile sizes", () => {
  const cpu = (run: () => void) => {
    const before = process.cpuUsage();
    run();
    return process.cpuUsage(before).user / 1000;
  };
  const owners = Array.from({ length: 2_000 }, (_, at) => `@owner-${at}`);
  const files = Array.from({ length: 3_000 }, (_, at) => `d${at}/f`);
  const CASES: Record<string, Case> = {
    "3 000 files of 2 000 owners": { codeowners: `* ${owners.join(" ")}`, files },
    "3 000 files, each of its own five of 2 000 owners": {
      codeowners: files
        .map((path, at) => `/${path} ${[0, 1, 2, 3, 4].map((n) => owners[(at * 7 + n * 401) % 2_000]).join(" ")}`)
        .join("\n"),
      files,
    },
    "3 000 OWNERS files that import one of 2 000": {
      texts: {
        ALL_OWNERS: owners.join("\n"),
        ...Object.fromEntries(files.map((_, at) => [`d${at}/OWNERS`, `file:/ALL_OWNERS\n@own-${at}`])),
      },
      files,
    },
  };
  it.each(Object.entries(CASES))("%s are judged in 100 ms, once put together", (_, of) => {
    const given = facts({ ...of, votes: approves(alice, bob) });
    const test = { kind: "owners", text: "", fact: "approved" } as const;
    const first = cpu(() => expect(judgeOwners(test, given).value).toBe(false));
    const again = Math.min(...[1, 2, 3].map(() => cpu(() => judgeOwners(test, given))));
    expect(first).toBeLessThan(1_000);
    expect(again).toBeLessThan(100);
  });

  it("the same facts give the same words and ways", () => {
    const [a, b] = [
      ask(CASES["3 000 files, each of its own five of 2 000 owners"]!),
      ask(CASES["3 000 files, each of its own five of 2 000 owners"]!),
    ];
    expect(JSON.stringify(a)).toBe(JSON.stringify(b));
  });
});

it("an email that belongs to whoever wrote an earlier patch set is theirs", () => {
  const wrote = signature(dave, { email: "d@e.org", carried: true });
  const judged = ask({
    codeowners: "* d@e.org",
    files: ["a"],
    patchSets: [patchSet(1), patchSet(2, { kind: "TRIVIAL_REBASE", authors: [wrote] })],
    votes: [vote(dave, "Code-Review+1", { patchSet: 2 })],
  });
  expect([judged.value, judged.counted.map(({ by }) => by.id)]).toEqual([true, [userId(12)]]);
});
