import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startRunner } from "../../local-forge/actions/runner.ts";
import { createCheckRun, createSuite } from "../../local-forge/checks.ts";
import { picture } from "../../local-forge/picture.ts";
import { type App, type Review } from "../../local-forge/world.ts";
import { type SmallWorld, smallWorld } from "./small-world.ts";

let small: SmallWorld;
beforeEach(async () => {
  small = await smallWorld();
});
afterEach(() => small.close());

const CI = {
  ".github/workflows/ci.yml":
    "on: [push, pull_request]\njobs:\n  unit: { steps: [{ run: 'true' }] }\n  style: { steps: [{ run: 'false' }] }\n",
};
const REVIEW = "review/main/I0123456789012345678901234567890123456789";

async function tell(): Promise<void> {
  const { world, repo, carol } = small;
  const runner = startRunner(world);
  const start = await small.push("main", CI, { message: "Start" });
  await small.push(REVIEW, { "parser.txt": "1" }, { message: "Add parser", parent: start.sha });
  const pull = small.openPull(REVIEW, "main", "Add parser");
  pull.body = "at 2026-11-24";
  const second = await small.push(REVIEW, { "parser.txt": "2" }, { message: "Add parser" });
  pull.head.sha = second.sha;
  world.emit({ kind: "pull-request", action: "synchronize", repo, pull, sender: carol, after: second.sha });
  await runner.settled();
  await runner.close();
  const review = (by: string, state: Review["state"], body: string): void => {
    const author = world.account(by) ?? world.createAccount({ kind: "User", login: by });
    pull.reviews.push({
      id: world.id(),
      pull,
      author,
      state,
      body,
      commit: second.sha,
      submittedAt: world.now(),
      editedAt: null,
      editor: null,
    });
  };
  review("alice", "APPROVED", "Nice work, see 3f2a91c.\nCode-Review: +2\nWorkflow: +1");
  review("bob", "APPROVED", "");
  review("mallory", "COMMENTED", "Took 12 s at 12:30 here");
  const bot = world.createAccount({ kind: "Bot", login: "plustwo[bot]" });
  const app: App = { ...world.actions, id: world.id(), slug: "plustwo", name: "plustwo", bot };
  const suite = createSuite(world, repo, { app, headCommit: second, headBranch: REVIEW });
  createCheckRun(world, suite, "plustwo", {
    conclusion: "neutral",
    output: { title: "Waiting: 1 more core approval", summary: null, text: null },
  });
  pull.comments.push({
    id: world.id(),
    pull,
    author: bot,
    app,
    body: `<!-- slot -->\nTested as ${second.sha}`,
    createdAt: 1,
    updatedAt: 1,
    editor: null,
  });
  await small.push("gate/main/1", {}, { message: "Merge of Add parser", parent: second.sha });
}

describe("the picture", () => {
  it("shows history, branches, pull requests, reviews, checks and comments without names or times that change", async () => {
    await tell();
    expect(picture(small.world)).toMatchInlineSnapshot(`
      "acme/rocket main
        * a Start
        a github-actions: style failure, unit success
      gate/main/1 at b
      #1 Add parser · carol · Open · review/main/I-a → main · 2 patch sets, at c
        alice approves patch set 2: Code-Review: +2, Workflow: +1
        bob approves patch set 2
        mallory comments on patch set 2: Took … at … here
        github-actions: style failure, unit success
        plustwo: neutral · Waiting: 1 more core approval
        plustwo[bot]: Tested as c"
    `);
  });

  it("is the same text when the same story is told again", async () => {
    await tell();
    const first = picture(small.world);
    await small.close();
    small = await smallWorld();
    await tell();
    expect(picture(small.world)).toBe(first);
  });

  it("shows the shape of merges", async () => {
    const { repo } = small;
    const start = await small.push("main", { "a.txt": "a" }, { message: "Start" });
    const side = await small.push("side", { "b.txt": "b" }, { message: "Add b", parent: start.sha });
    await small.push("main", {}, { message: "Merge change 1", parent: start.sha, merge: side.sha });
    repo.refs.delete("refs/heads/side");
    expect(picture(small.world)).toMatchInlineSnapshot(`
      "acme/rocket main
        *   a Merge change 1
        |\\
        | * b Add b
        |/
        * c Start"
    `);
  });
});
