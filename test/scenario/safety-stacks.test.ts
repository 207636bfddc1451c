// Stacks and ranges: what a vote was given for, where a change goes, and what may land with it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House, type Stage } from "../bot/stage.ts";
import { plumbing, type Plumbing } from "../support/plumbing.ts";

const SLOT = "gate/main/1";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

interface At {
  readonly stage: Stage;
  readonly hand: Plumbing;
  /** The tip of `main` at the start. */
  readonly main: string;
}

async function told(story: (at: At) => Promise<void>): Promise<void> {
  const stage = await house.opens();
  try {
    await jobs(stage, "pass");
    await story({ stage, hand: plumbing(stage.world, house.population), main: (await stage.branch("main")) ?? "" });
    expect(stage.complaints).toEqual([]);
  } finally {
    await stage.close();
  }
}

const jobs = (stage: Stage, mode: string, more: object = {}): Promise<unknown> =>
  stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode, ...more });

interface PullSeen {
  readonly state: string;
  readonly merged: boolean;
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string };
}
const pull = (stage: Stage, number: number): Promise<PullSeen> => stage.as("carol").get(`/pulls/${number}`);

/** What people read of the check, up to the first fold, without SHAs. */
async function words(stage: Stage, head: string): Promise<string> {
  const check = await stage.check(head);
  const text = check?.summary.split("<details>")[0]?.trim() ?? "";
  return `${check?.title}\n\n${text}`.replaceAll(/\b[0-9a-f]{7,40}\b/g, "(a commit)");
}

it("RULINGS 2: [X, Y] becomes [X with evil, Y]: the last commit is the same, and still no vote is kept", () =>
  told(async ({ stage, hand, main }) => {
    const x = await hand.commit({ parents: [main], files: { "docs/x.md": "x\n" }, message: "X" });
    const y = await hand.commit({ parents: [x], files: { "docs/y.md": "y\n" }, message: "Y" });
    await hand.push(y, "topic");
    const number = await stage.opensPull("carol", "topic");
    await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
    await stage.settled();

    // Both commits on a newer tip: a rebase, and the vote stays.
    const tip = await stage.commits("olivia", "main", { "docs/other.md": "other\n" });
    const x2 = await hand.commit({ parents: [tip], files: { "docs/x.md": "x\n" }, message: "X" });
    const y2 = await hand.commit({ parents: [x2], files: { "docs/y.md": "y\n" }, message: "Y" });
    await hand.push(y2, "topic");
    await stage.settled();
    expect((await stage.check(y2))?.title).toBe("Waiting: 1 more core approval · go-ahead");

    const evil = await hand.commit({
      parents: [tip],
      files: { "docs/x.md": "x\n", "src/evil.js": "evil\n" },
      message: "X",
    });
    const y3 = await hand.commit({ parents: [evil], files: { "docs/y.md": "y\n" }, message: "Y" });
    await hand.push(y3, "topic");
    await stage.reviews("bob", number, "Code-Review: +2\nWorkflow: +1", "APPROVE");
    await stage.settled();
    expect(await words(stage, y3)).toMatchInlineSnapshot(`
      "Waiting: 1 more core approval

      **Next:** alice gives the core approval. Nothing for carol to do.

      Patch set 3 · to \`main\`

      | Needed | State | Who and why |
      | --- | --- | --- |
      | 2 core approvals | 1 / 2 | bob +2 |
      |  |  | alice can give it |
      | go-ahead | ok | bob +1 |
      | style | ok | github-actions, .github/workflows/ci.yml, this commit |
      | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
      | integration | ok | github-actions, .github/workflows/ci.yml, this commit |

      **Not counted**

      - alice +2: given on patch set 1; 2→3 changed code

      **Patch sets** 1→2 rebase · 2→3 code"
    `);
    expect((await pull(stage, number)).merged).toBe(false);
  }));

it("RULINGS 3, T8: the policy of an upper change is the target's, not that of the change below it; only changes below count as steps", () =>
  told(async ({ stage, hand, main }) => {
    const lax = (await hand.show(".github/plustwo.yml"))
      .replace("mode: enforce", "mode: observe")
      .replace("/core", "/all");
    const a = await hand.commit({ parents: [main], files: { ".github/plustwo.yml": lax }, message: "Relax the rules" });
    const b = await hand.commit({ parents: [a], files: { "docs/b.md": "b\n" }, message: "B" });
    await hand.push(a, "review/main/a");
    await hand.push(b, "review/main/b");
    const lower = await stage.opensPull("carol", "review/main/a");
    const upper = await stage.opensPull("carol", "review/main/b", "review/main/a");
    await stage.settled();
    const atFirst = await words(stage, b);

    // Approved, but what is below is not: and giving it another base within the stack is no patch set and changes nothing.
    await stage.approve(upper);
    await stage.as("carol").patch(`/pulls/${upper}`, { base: "main" });
    await stage.settled();
    const sets = await stage.store.db.selectFrom("patch_set").select("n").where("change", "=", upper).execute();
    expect(sets.map(({ n }) => n)).toEqual([1]);
    const approved = await words(stage, b);
    await stage.as("carol").patch(`/pulls/${lower}`, { state: "closed" });
    await stage.settled();
    const closedBelow = await words(stage, b);
    expect(atFirst).toMatchInlineSnapshot(`
      "Waiting: 2 core approvals · go-ahead · #1 below

      **Next:** alice and bob give 2 core approvals; alice or bob gives the go-ahead (either is enough); waiting for ​#1. Nothing for carol to do.

      Change 2 from the bottom of its stack · patch set 1 · to \`main\` · needs #1 first

      | Needed | State | Who and why |
      | --- | --- | --- |
      | 2 core approvals | 0 / 2 | alice, bob can give them |
      | go-ahead | – | alice, bob can give it |
      | parents | – | ​#1 below is not ready itself |
      | style | ok | github-actions, .github/workflows/ci.yml, this commit |
      | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
      | integration | ok | github-actions, .github/workflows/ci.yml, this commit |"
    `);
    expect(approved).toMatchInlineSnapshot(`
      "Waiting: #1 below

      **Next:** waiting for ​#1.

      Change 2 from the bottom of its stack · patch set 1 · to \`main\` · needs #1 first

      | Needed | State | Who and why |
      | --- | --- | --- |
      | 2 core approvals | 2 / 2 | alice +2 |
      |  |  | bob +2 |
      | go-ahead | ok | bob +1 |
      | parents | – | ​#1 below is not ready itself |
      | style | ok | github-actions, .github/workflows/ci.yml, this commit |
      | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
      | integration | ok | github-actions, .github/workflows/ci.yml, this commit |"
    `);
    expect(closedBelow).toMatchInlineSnapshot(`
      "Waiting: rebase onto main

      **Next:** carol: rebase onto main.

      Patch set 1 · to \`main\`

      | Needed | State | Who and why |
      | --- | --- | --- |
      | 2 core approvals | 2 / 2 | alice +2 |
      |  |  | bob +2 |
      | go-ahead | ok | bob +1 |
      | parents | – | ​#1 below was closed without landing: rebase |
      | style | ok | github-actions, .github/workflows/ci.yml, this commit |
      | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
      | integration | ok | github-actions, .github/workflows/ci.yml, this commit |"
    `);
    expect(await stage.branch("main")).toBe(main);
  }));

it("a stack of three lands bottom first: the upper ones stay open with their heads and their votes", () =>
  told(async ({ stage, hand, main }) => {
    await jobs(stage, "hold", { ref: SLOT });
    const heads: string[] = [];
    const numbers: number[] = [];
    for (const [at, name] of ["a", "b", "c"].entries()) {
      const parents = [heads.at(-1) ?? main];
      heads.push(
        await hand.commit({ parents, files: { [`docs/${name}.md`]: `${name}\n` }, message: name.toUpperCase() }),
      );
      await hand.push(heads[at] ?? "", `review/main/${name}`);
      const base = at === 0 ? "main" : `review/main/${"abc"[at - 1]}`;
      numbers.push(await stage.opensPull("carol", `review/main/${name}`, base));
    }
    for (const number of [...numbers].reverse()) await stage.approve(number);
    await stage.settled();
    const seen: string[][] = [];
    for (const head of heads) {
      expect(await stage.branch(SLOT)).toBe(head); // nothing is rebased: each lands as it was reviewed
      const now: string[] = [];
      for (const [at, number] of numbers.entries()) {
        const { state, merged, head: tip, base } = await pull(stage, number);
        expect(tip.sha, `head of #${number}`).toBe(heads[at]);
        const { title = "" } = (await stage.check(heads[at] ?? "")) ?? {};
        now.push(`#${number} ${merged ? "merged" : state} → ${base.ref}: ${title.replace(/ as [0-9a-f]{7}/, "")}`);
      }
      seen.push(now);
      await jobs(stage, "pass", { ref: SLOT, sha: head });
      await stage.settled();
      expect(await stage.branch("main")).toBe(head);
    }
    expect(seen).toMatchInlineSnapshot(`
      [
        [
          "#1 open → main: Ready: in the gate · style running · unit running · integration running",
          "#2 open → review/main/a: Ready: in the gate, 2nd of 3",
          "#3 open → review/main/b: Ready: in the gate, 3rd of 3",
        ],
        [
          "#1 merged → main: Landed on main",
          "#2 open → main: Ready: in the gate · style running · unit running · integration running",
          "#3 open → review/main/b: Ready: in the gate, 2nd of 2",
        ],
        [
          "#1 merged → main: Landed on main",
          "#2 merged → main: Landed on main",
          "#3 open → main: Ready: in the gate · style running · unit running · integration running",
        ],
      ]
    `);
    for (const number of numbers) expect((await pull(stage, number)).merged).toBe(true);
    const { length } = await stage.store.db.selectFrom("patch_set").select("n").execute();
    expect(length, "patch sets").toBe(3);
    expect(await stage.world.commentsOfApp()).toEqual([]);
  }));
