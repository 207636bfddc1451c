// A veto and what others can do to it: edit it, dismiss it, make it vanish. And what they cannot do: approve in another's name.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House, type Stage } from "../bot/stage.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function said(stage: Stage, head: string): Promise<readonly (string | undefined)[]> {
  const check = await stage.check(head);
  const line = (start: RegExp) => check?.summary.split("\n").find((one) => start.test(one));
  return [check?.title, line(/^\*\*Next/), line(/vetoed: /)];
}

it("RULINGS 4, 5, T16, T17: a veto that is edited, dismissed or deleted stands until its author votes again, and each time the check says so", async () => {
  let hidden = ""; // an id of a review
  const stage = await house.opens({
    around: (options) => ({
      ...options,
      forge: {
        ...options.forge,
        async readChange(repository, number) {
          const read = await options.forge.readChange(repository, number);
          if (!read.ok) return read;
          return { ...read, value: { ...read.value, reviews: read.value.reviews.filter(({ id }) => id !== hidden) } };
        },
      },
    }),
  });
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
  const head = await stage.commits("carol", "notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "notes");
  const veto = await stage.reviews("alice", number, "Code-Review: -2", "REQUEST_CHANGES");
  await stage.reviews("bob", number, "Code-Review: +2\nWorkflow: +1", "APPROVE");
  await stage.settled();
  const steps: Record<string, unknown> = { given: await said(stage, head) };

  // An account that is deleted takes its reviews along; afterwards it is back.
  hidden = String(veto);
  await stage.as("dave").post(`/issues/${number}/comments`, { body: "where is it?" });
  await stage.restarts();
  await stage.settled();
  steps["gone"] = await said(stage, head);
  hidden = "";
  // carol may write here, so GitHub lets her edit and dismiss what alice wrote.
  await stage.as("carol").put(`/pulls/${number}/reviews/${veto}`, { body: "Code-Review: +2" });
  await stage.settled();
  steps["edited"] = await said(stage, head);
  await stage.as("carol").put(`/pulls/${number}/reviews/${veto}/dismissals`, { message: "no" });
  await stage.settled();
  steps["dismissed"] = await said(stage, head);
  expect(steps).toMatchInlineSnapshot(`
    {
      "dismissed": [
        "Blocked: alice vetoed",
        "**Next:** alice lifts the veto and gives the core approval, or it stays.",
        "|  |  | alice vetoed: Code-Review −2, Do not merge (stands though it was dismissed: only alice lifts it) |",
      ],
      "edited": [
        "Blocked: alice vetoed",
        "**Next:** alice lifts the veto and gives the core approval, or it stays.",
        "|  |  | alice vetoed: Code-Review −2, Do not merge (stands though it was edited: only alice lifts it) |",
      ],
      "given": [
        "Blocked: alice vetoed",
        "**Next:** alice lifts the veto and gives the core approval, or it stays.",
        "|  |  | alice vetoed: Code-Review −2, Do not merge |",
      ],
      "gone": [
        "Blocked: alice vetoed",
        "**Next:** alice lifts the veto and gives the core approval, or it stays.",
        "|  |  | alice vetoed: Code-Review −2, Do not merge (stands though it was deleted: only alice lifts it) |",
      ],
    }
  `);
  expect((await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged).toBe(false);

  await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
  await stage.settled();
  expect((await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("T16, T17: an approval that somebody edited counts for nothing, and dismissing a later one revives none", async () => {
  const stage = await house.opens();
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
  const head = await stage.commits("carol", "notes", { "docs/notes.md": "# Notes\n" });
  const number = await stage.opensPull("carol", "notes");
  // carol writes an approval into alice's remark; bob approves, takes it back, and that is dismissed.
  const remark = await stage.reviews("alice", number, "Nice.", "COMMENT");
  await stage.as("carol").put(`/pulls/${number}/reviews/${remark}`, { body: "Code-Review: +2\nWorkflow: +1" });
  await stage.reviews("bob", number, "Code-Review: +2", "APPROVE");
  const second = await stage.reviews("bob", number, "Code-Review: -1", "REQUEST_CHANGES");
  await stage.as("carol").put(`/pulls/${number}/reviews/${second}/dismissals`, { message: "no" });
  await stage.settled();
  const check = await stage.check(head);
  expect(check?.summary.split("<details>")[0]?.trim()).toMatchInlineSnapshot(`
    "**Next:** alice and bob give 2 core approvals; alice or bob gives the go-ahead (either is enough). Nothing for carol to do.

    Patch set 1 · to \`main\`

    | Needed | State | Who and why |
    | --- | --- | --- |
    | 2 core approvals | 0 / 2 | alice, bob can give them |
    | go-ahead | – | alice, bob can give it |
    | style | ok | github-actions, .github/workflows/ci.yml, this commit |
    | unit | ok | github-actions, .github/workflows/ci.yml, this commit |
    | integration | ok | github-actions, .github/workflows/ci.yml, this commit |

    **Not counted**

    - alice +2: the review was edited after it was given; vote again
    - bob −1: the review was dismissed, and no older vote revives; vote again
    - alice Workflow +1: the review was edited after it was given; vote again"
  `);
  expect(check?.title).toBe("Waiting: 2 core approvals · go-ahead");
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
