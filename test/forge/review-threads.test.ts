import { afterAll, beforeAll, expect, it } from "vitest";
import { refusal, startKit, type Clone, type Kit, type Person } from "./kit.ts";

let kit: Kit;
let alice: Person;
let carol: Person;
let clone: Clone;
let commented: string;
const pull = { owner: "acme", repo: "widget", pull_number: 1 };
const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join("");

beforeAll(async () => {
  kit = await startKit();
  alice = await kit.person("alice", "write");
  carol = await kit.person("carol", "write");
  clone = await kit.clone(carol, "acme/widget");
  await clone.git("switch", "-q", "-c", "topic");
  commented = await clone.commit("Topic", { "topic.txt": numbers(1, 30) });
  await clone.git("push", "-q", "origin", "topic");
  await carol.octokit.rest.pulls.create({ ...pull, title: "Topic", head: "topic", base: "main" });
});
afterAll(() => kit.close());

const QUESTION = `query { repository(owner: "acme", name: "widget") { pullRequest(number: 1) {
  viewerLatestReview { body }
  reviewThreads(first: 10) { nodes { id path line originalLine isOutdated isResolved subjectType
    comments(first: 10) { nodes { body author { login } originalCommit { oid } } } } } } } }`;

interface Seen {
  readonly id: string;
  readonly line: number | null;
  readonly isOutdated: boolean;
  readonly isResolved: boolean;
}

const ask = (person: Person, document: string): Promise<unknown> => person.octokit.graphql(document);

async function threads(person = carol): Promise<readonly Seen[]> {
  const { repository } = (await ask(person, QUESTION)) as {
    repository: { pullRequest: { reviewThreads: { nodes: readonly Seen[] } } };
  };
  return repository.pullRequest.reviewThreads.nodes;
}

it("a comment stands beside a line that the diff shows, and nowhere else", async () => {
  const comments = [
    { path: "topic.txt", line: 10, body: "Ten?" },
    { path: "topic.txt", line: 20, body: "Twenty?" },
  ];
  await alice.octokit.rest.pulls.createReview({ ...pull, event: "COMMENT", body: "See below", comments });
  const outside = { ...pull, event: "COMMENT" as const, body: "x" };
  for (const comment of [
    { path: "topic.txt", line: 31, body: "x" },
    { path: "other.txt", line: 1, body: "x" },
  ]) {
    const told = await refusal(alice.octokit.rest.pulls.createReview({ ...outside, comments: [comment] }));
    expect(told).toMatchObject({ status: 422, message: expect.stringContaining("must be part of the diff") });
  }
  expect(await threads()).toMatchObject([
    { path: "topic.txt", line: 10, originalLine: 10, isOutdated: false, comments: { nodes: [{ body: "Ten?" }] } },
    { line: 20, comments: { nodes: [{ author: { login: "alice" }, originalCommit: { oid: commented } }] } },
  ]);
});

it("a reply joins its thread, and over REST says which comment it answers", async () => {
  const { data: before } = await carol.octokit.rest.pulls.listReviewComments(pull);
  const first = before[0]?.id ?? 0;
  await carol.octokit.rest.pulls.createReplyForReviewComment({ ...pull, comment_id: first, body: "Yes" });
  const { data: after } = await carol.octokit.rest.pulls.listReviewComments(pull);
  expect(after.map(({ body, in_reply_to_id }) => [body, in_reply_to_id])).toEqual([
    ["Ten?", undefined],
    ["Yes", first],
    ["Twenty?", undefined],
  ]);
});

it("a line keeps its thread while it moves, and loses it once it is changed", async () => {
  await clone.commit("More", { "topic.txt": `first\nsecond\n${numbers(1, 19)}other\n${numbers(21, 30)}` });
  await clone.git("push", "-q", "origin", "topic");
  expect(await threads()).toMatchObject([
    { line: 12, originalLine: 10, isOutdated: false },
    { line: null, originalLine: 20, isOutdated: true },
  ]);
});

it("a resolved thread is no longer open, until somebody takes that back", async () => {
  const [ten] = await threads();
  const settle = (word: string) =>
    ask(carol, `mutation { ${word}(input: { threadId: "${ten?.id}" }) { thread { id } } }`);
  await settle("resolveReviewThread");
  expect((await threads()).map(({ isResolved }) => isResolved)).toEqual([true, false]);
  await settle("unresolveReviewThread");
  expect((await threads()).map(({ isResolved }) => isResolved)).toEqual([false, false]);
});

it("whoever asks is told of their own newest review alone", async () => {
  const latest = async (person: Person): Promise<unknown> =>
    ((await ask(person, QUESTION)) as { repository: { pullRequest: { viewerLatestReview: unknown } } }).repository
      .pullRequest.viewerLatestReview;
  expect(await latest(alice)).toEqual({ body: "See below" });
  expect(await latest(await kit.person("erin", "read"))).toBeNull();
});
