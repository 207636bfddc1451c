// Whose the emails of owners are: what git finds on the target, and what the forge says of those commits, answer by answer.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { gatherOwnerPeople } from "../../bot/gather-owner-people.ts";
import { createPolicyMemory } from "../../bot/policy-memory.ts";
import { parseSha, repoId, userId, type Sha } from "../../src/core/ids.ts";
import type { Person } from "../../src/core/policy/snapshot.ts";
import { fail, ok } from "../../src/core/result.ts";
import { instant } from "../../src/core/time.ts";
import type { CommitAuthor } from "../../src/forge/forge.ts";
import { openRepository } from "../../src/git/repository.ts";

function sha(digit: number): Sha {
  const found = parseSha(String(digit).repeat(40));
  if (found === undefined) throw new Error("no SHA");
  return found;
}
const dave: Person = { id: userId(4), login: "dave", type: "User" };
const erin: Person = { id: userId(5), login: "erin", type: "User" };
const robot: Person = { id: userId(9), login: "robot[bot]", type: "Bot" };
const EMAIL = "d@example.org";
const ref = { owner: "acme", name: "api" };

/** A service for which these commits are on the target and the forge says this of them; counts what it was asked. */
function service(authors: Readonly<Record<Sha, CommitAuthor>> | "down", [newest, oldest] = [sha(1), sha(2)]) {
  const asked: (readonly Sha[])[] = [];
  const state = { now: 0, tip: sha(7), there: true };
  const gathers = () =>
    gatherOwnerPeople(
      {
        forge: {
          commitAuthors: (_: unknown, shas: readonly Sha[]) => {
            asked.push(shas);
            return Promise.resolve(
              authors === "down"
                ? fail({ kind: "unreachable" as const, tried: "read who wrote commits", found: "nobody answers" })
                : ok(
                    new Map(shas.flatMap((one) => (authors[one] === undefined ? [] : [[one, authors[one]] as const]))),
                  ),
            );
          },
        },
        clock: { now: () => instant(state.now) },
        policyMemory: memory,
      },
      {
        ...{ ref, repository: repoId(1), tip: state.tip, emails: [EMAIL] },
        git: {
          authorCommits: () => Promise.resolve(ok(new Map(state.there ? [[EMAIL, { newest, oldest }] as const] : []))),
        },
      },
    );
  const memory = createPolicyMemory();
  return { asked, state, gathers };
}

it.each<[string, Readonly<Record<Sha, CommitAuthor>>, readonly string[]]>([
  [
    "both commits name",
    { [sha(1)]: { email: EMAIL, user: dave }, [sha(2)]: { email: "D@Example.org", user: dave } },
    ["dave"],
  ],
  ["two people had: nobody", { [sha(1)]: { email: EMAIL, user: dave }, [sha(2)]: { email: EMAIL, user: erin } }, []],
  ["one commit is linked with: nobody", { [sha(1)]: { email: EMAIL, user: dave }, [sha(2)]: { email: EMAIL } }, []],
  ["no commit is linked with: nobody", { [sha(1)]: { email: EMAIL }, [sha(2)]: { email: EMAIL } }, []],
  ["the forge forgot a commit of: nobody", { [sha(1)]: { email: EMAIL, user: dave } }, []],
  [
    "another email is answered for: nobody",
    { [sha(1)]: { email: EMAIL, user: dave }, [sha(2)]: { email: "x@e.org", user: dave } },
    [],
  ],
  [
    "an app writes with: nobody",
    { [sha(1)]: { email: EMAIL, user: robot }, [sha(2)]: { email: EMAIL, user: robot } },
    [],
  ],
])("the account of an email that %s", async (_, authors, logins) => {
  const { people, incomplete } = await service(authors).gathers();
  expect([people.map(({ owner, login }) => [owner, login]), incomplete]).toEqual([
    logins.map((one) => [EMAIL, one]),
    [],
  ]);
});

it("what was found holds for an hour, and nobody until the target moves; one commit is asked about once", async () => {
  const { asked, state, gathers } = service({ [sha(1)]: { email: EMAIL, user: dave } }, [sha(1), sha(1)]);
  state.there = false;
  expect((await gathers()).people).toEqual([]);
  state.there = true;
  expect((await gathers()).people).toEqual([]);
  expect(asked).toEqual([]);
  state.tip = sha(8);
  for (const tip of [sha(8), sha(9)]) {
    state.tip = tip;
    expect((await gathers()).people).toEqual([{ owner: EMAIL, id: dave.id, login: "dave" }]);
  }
  expect(asked).toHaveLength(1);
  state.now = 3_600_000;
  await gathers();
  expect(asked).toHaveLength(2);
});

it("a forge that does not answer is lacking, and is asked again", async () => {
  const { asked, gathers } = service("down");
  for (let times = 0; times < 2; times += 1) {
    const { people, incomplete } = await gathers();
    expect([people, incomplete.map(({ what }) => what)]).toEqual([[], ["whose the emails of its owners are"]]);
  }
  expect(asked).toHaveLength(2);
});

it("git finds the newest and the oldest commit by the email that is in them, whatever a mailmap says", async () => {
  const dir = mkdtempSync(join(tmpdir(), "plustwo-authors-"));
  const env = { PATH: process.env["PATH"], HOME: dir, GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: dir, env, encoding: "utf8" }).trim();
  const commits = (email: string, ...more: string[]): Sha | undefined => {
    git(
      "-c",
      "user.name=x",
      "-c",
      `user.email=${email}`,
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      `By ${email}\n\n${EMAIL}`,
      ...more,
    );
    return parseSha(git("rev-parse", "HEAD"));
  };
  try {
    git("init", "-q");
    execFileSync("tee", [".mailmap"], {
      cwd: dir,
      input: `Dave <${EMAIL}> <mallory@example.org>\n`,
      stdio: ["pipe", "ignore", "ignore"],
    });
    git("add", ".mailmap");
    const beyond = commits(EMAIL);
    const [oldest, , newest, tip] = [
      commits(EMAIL),
      commits("mallory@example.org"),
      commits("D@example.ORG"),
      commits("x@example.org"),
    ];
    if (tip === undefined) throw new Error("git made no commit");
    const repository = openRepository(dir, { env });
    expect(await repository.authorCommits(tip, { emails: [EMAIL, "nobody@example.org"], max: 4 })).toEqual(
      ok(new Map([[EMAIL, { newest, oldest }]])),
    );
    expect(beyond).not.toBe(oldest);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
