import { afterAll, beforeAll, expect, it } from "vitest";
import { startKit, type Clone, type Json, type Kit, type Person } from "./kit.ts";

let kit: Kit;
let carol: Person;
let alice: Person;
let clone: Clone;

beforeAll(async () => {
  kit = await startKit();
  carol = await kit.person("carol", "write");
  alice = await kit.person("alice", "admin");
  clone = await kit.clone(carol);
  for (const name of ["one", "two"]) {
    await clone.git("switch", "-q", "-c", name, "origin/main");
    await clone.commit(`Add ${name}\n\nCo-authored-by: Alice <alice@example.com>`, { [`${name}.txt`]: `${name}\n` });
    await clone.git("push", "-q", "origin", name);
  }
});
afterAll(() => kit.close());

async function ask(person: Person, query: string, variables: Record<string, unknown> = {}): Promise<Json> {
  const answer = await fetch(kit.forge.graphql, {
    method: "POST",
    headers: { authorization: `bearer ${person.token}` },
    body: JSON.stringify({ query, variables }),
  });
  return answer.json();
}

it("several mutations in one document succeed and fail each by itself", async () => {
  const { data } = await ask(
    carol,
    `{ viewer { login databaseId } repository(owner: "acme", name: "widget") { id viewerPermission defaultBranchRef { name target { oid } } } }`,
  );
  expect(data).toMatchObject({
    viewer: { login: "carol" },
    repository: { viewerPermission: "WRITE", defaultBranchRef: { name: "main" } },
  });
  const create = (alias: string, head: string) =>
    `${alias}: createPullRequest(input: {repositoryId: "${data.repository.id}", headRefName: "${head}", baseRefName: "main", title: "${head}"}) { pullRequest { number url isDraft } }`;
  const answer = await ask(
    carol,
    `mutation { ${create("a", "one")} ${create("b", "nowhere")} ${create("c", "two")} ${create("d", "one")} }`,
  );
  expect(answer.data).toMatchObject({
    a: { pullRequest: { number: 1 } },
    b: null,
    c: { pullRequest: { number: 2 } },
    d: null,
  });
  expect(answer.errors).toMatchObject([
    { type: "UNPROCESSABLE", path: ["b"], message: "Head ref must be a branch" },
    { type: "UNPROCESSABLE", path: ["d"], message: "A pull request already exists for acme:one." },
  ]);
});

it("a pull request is read with its reviews, commits, people and timeline", async () => {
  await alice.octokit.rest.pulls.createReview({ owner: "acme", repo: "widget", pull_number: 1, event: "APPROVE" });
  const { data: reviews } = await alice.octokit.rest.pulls.listReviews({
    owner: "acme",
    repo: "widget",
    pull_number: 1,
  });
  await alice.octokit.rest.pulls.dismissReview({
    owner: "acme",
    repo: "widget",
    pull_number: 1,
    review_id: reviews[0]!.id,
    message: "no",
  });
  await clone.git("switch", "-q", "one");
  await clone.git("commit", "-q", "--amend", "-m", "Amended\n\nCo-authored-by: Alice <alice@example.com>");
  await clone.git("push", "-q", "-f", "origin", "one");
  const { data, errors } = await ask(
    carol,
    `query($number: Int!) { repository(owner: "acme", name: "widget") { pullRequest(number: $number) {
       id databaseId number title body state isDraft merged mergedAt closed url headRefName headRefOid isCrossRepository baseRefName baseRefOid
       headRepository { nameWithOwner } headRepositoryOwner { login } mergeCommit { oid } mergeable reviewDecision createdAt updatedAt
       author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
       reviews(first: 10) { nodes { id databaseId state body submittedAt lastEditedAt createdViaEmail viewerDidAuthor commit { oid } editor { login } author { login } } }
       commits(first: 10) { totalCount nodes { commit { oid message author { name email user { login databaseId } } authors(first: 5) { nodes { user { login } } } statusCheckRollup { state } } } }
       timelineItems(first: 10, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT, REVIEW_DISMISSED_EVENT, BASE_REF_CHANGED_EVENT]) {
         totalCount filteredCount nodes { __typename ... on HeadRefForcePushedEvent { actor { login } beforeCommit { oid } afterCommit { oid } } ... on ReviewDismissedEvent { dismissalMessage previousReviewState } } }
       labels(first: 1) { nodes { name } } comments(first: 1) { nodes { body } } reviewThreads(first: 1) { nodes { isResolved } } files(first: 5) { nodes { path changeType } }
    } } rateLimit { remaining } }`,
    { number: 1 },
  );
  expect(errors).toBeUndefined();
  const pull = data.repository.pullRequest;
  expect(pull).toMatchObject({
    state: "OPEN",
    mergeable: "UNKNOWN",
    reviewDecision: null,
    headRepository: { nameWithOwner: "acme/widget" },
  });
  expect(pull.reviews.nodes).toMatchObject([{ state: "DISMISSED", author: { login: "alice" } }]);
  expect(pull.commits.nodes[0].commit.authors.nodes).toEqual([
    { user: { login: "carol" } },
    { user: { login: "alice" } },
  ]);
  expect(pull.timelineItems.nodes).toMatchObject([
    { __typename: "ReviewDismissedEvent", previousReviewState: "APPROVED", dismissalMessage: "no" },
    { __typename: "HeadRefForcePushedEvent", actor: { login: "carol" }, afterCommit: { oid: pull.headRefOid } },
  ]);
  expect(pull.files.nodes).toEqual([{ path: "one.txt", changeType: "ADDED" }]);
});

it("lists are paged by cursor and filtered by head, base and state", async () => {
  const page = (after: string | null) =>
    ask(
      carol,
      `query($after: String) { repository(owner: "acme", name: "widget") {
      pullRequests(first: 1, after: $after, states: [OPEN], baseRefName: "main", orderBy: {field: CREATED_AT, direction: DESC}) {
        totalCount nodes { number } pageInfo { hasNextPage endCursor } } } }`,
      { after },
    );
  const first = (await page(null)).data.repository.pullRequests;
  expect(first).toMatchObject({ totalCount: 2, nodes: [{ number: 2 }], pageInfo: { hasNextPage: true } });
  const second = (await page(first.pageInfo.endCursor)).data.repository.pullRequests;
  expect(second).toMatchObject({ nodes: [{ number: 1 }], pageInfo: { hasNextPage: false } });
  const unbounded = await ask(carol, `{ repository(owner: "acme", name: "widget") { pullRequests { totalCount } } }`);
  expect(unbounded.errors[0].type).toBe("MISSING_PAGINATION_BOUNDARIES");
});

it("files are read by expression, and nodes by their ids", async () => {
  const { data } = await ask(
    carol,
    `{ repository(owner: "acme", name: "widget") { id object(expression: "main:README.md") { ... on Blob { text byteSize isTruncated oid } } none: object(expression: "main:no") { oid } } }`,
  );
  expect(data.repository).toMatchObject({
    object: { text: "# Widget\n", byteSize: 9, isTruncated: false },
    none: null,
  });
  const nodes = await ask(
    carol,
    `query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Repository { nameWithOwner } } }`,
    { ids: [data.repository.id, "PR_nonsense"] },
  );
  expect(nodes.data.nodes).toEqual([{ __typename: "Repository", nameWithOwner: "acme/widget" }, null]);
  expect(nodes.errors).toMatchObject([{ type: "NOT_FOUND", path: ["nodes", 1] }]);
});

it("what cannot be seen cannot be resolved", async () => {
  await kit.control("POST", "/repos", { owner: "acme", name: "secret", private: true, files: { a: "a" } });
  const { data, errors } = await ask(carol, `{ repository(owner: "acme", name: "secret") { id } }`);
  expect(data).toEqual({ repository: null });
  expect(errors).toMatchObject([
    { type: "NOT_FOUND", message: "Could not resolve to a Repository with the name 'acme/secret'." },
  ]);
});

it("retargeting, drafts, reviews, comments and closing work through mutations", async () => {
  const { data } = await ask(carol, `{ repository(owner: "acme", name: "widget") { pullRequest(number: 2) { id } } }`);
  const id = data.repository.pullRequest.id;
  const answer = await ask(
    carol,
    `mutation($id: ID!) {
    base: updatePullRequest(input: {pullRequestId: $id, baseRefName: "one", title: "Two on one"}) { pullRequest { baseRefName title } }
    draft: convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } }
    ready: markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } }
    own: addPullRequestReview(input: {pullRequestId: $id, event: APPROVE}) { pullRequestReview { id } }
    said: addPullRequestReview(input: {pullRequestId: $id, event: COMMENT, body: "hm"}) { pullRequestReview { state } }
    comment: addComment(input: {subjectId: $id, body: "hello"}) { commentEdge { node { body } } }
    close: closePullRequest(input: {pullRequestId: $id}) { pullRequest { state } }
    open: reopenPullRequest(input: {pullRequestId: $id}) { pullRequest { state } }
  }`,
    { id },
  );
  expect(answer.data).toMatchObject({
    base: { pullRequest: { baseRefName: "one", title: "Two on one" } },
    draft: { pullRequest: { isDraft: true } },
    ready: { pullRequest: { isDraft: false } },
    own: null,
    said: { pullRequestReview: { state: "COMMENTED" } },
    comment: { commentEdge: { node: { body: "hello" } } },
    close: { pullRequest: { state: "CLOSED" } },
    open: { pullRequest: { state: "OPEN" } },
  });
  expect(answer.errors).toMatchObject([
    { path: ["own"], type: "UNPROCESSABLE", message: "Can not approve your own pull request" },
  ]);
});

it("a field that does not exist, or that the forge does not model, is an error and is recorded", async () => {
  const wrong = await ask(carol, `{ viewer { loginn } }`);
  expect(wrong.data).toBeUndefined();
  expect(wrong.errors[0].message).toContain(`Cannot query field "loginn" on type "User"`);
  const missing = await ask(carol, `{ viewer { isEmployee } }`);
  expect(missing.errors[0].message).toContain("does not model User.isEmployee");
  const { unknown } = await kit.control("GET", "/requests");
  expect(unknown.map((request: Json) => request.unknown)).toEqual([
    expect.stringContaining("loginn"),
    "GraphQL User.isEmployee",
  ]);
});
