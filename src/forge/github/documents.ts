/** The GraphQL documents, each with the number of requests it stands for. GitHub ends a request at 10 s: few things each. */

export const ACTOR = "__typename login ... on User { databaseId } ... on Bot { databaseId }";

/** Parsed by `headlineFields` in `from-github.ts`. */
export const HEADLINE = `id number url title body state isDraft author { ${ACTOR} } headRefOid headRefName
  headRepository { nameWithOwner } baseRefName createdAt updatedAt`;

const REPOSITORY = `id databaseId nameWithOwner isPrivate isArchived viewerPermission defaultBranchRef { name }
  mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed`;

export interface StackQuestion {
  /** Also whom a review is asked of, and the tag labels. */
  readonly wishes?: boolean;
  /** Also the fork of whoever asks, a person. */
  readonly fork?: boolean;
}

/** An account has at most one. */
const OWN_FORK = "forks(first: 1, affiliations: [OWNER]) { nodes { nameWithOwner } }";

/** Whom a review is asked of, and the tag labels. */
const WISHED = `labels(first: 100) { nodes { id } }
  reviewRequests(first: 100) { nodes { requestedReviewer { __typename ... on User { id } ... on Team { id } } } }`;

/** `c0` … `cN`: pull requests by head branch, newest first. A branch name is no proof of whose it is: forks may have it too. */
export function stackDocument(heads: number, { wishes = false, fork = false }: StackQuestion = {}): string {
  const indexes = [...Array(heads).keys()];
  const variables = indexes.map((index) => `, $h${index}: String!`).join("");
  const aliases = indexes.map(
    (
      index,
    ) => `c${index}: pullRequests(headRefName: $h${index}, first: 20, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage } nodes { ${HEADLINE} ${wishes ? WISHED : ""} } }`,
  );
  return `query($owner: String!, $name: String!${variables}) {
    viewer { login databaseId }
    repository(owner: $owner, name: $name) { ${REPOSITORY} ${fork ? OWN_FORK : ""} ${aliases.join("\n")} }
  }`;
}

/** Each mutation with the name of its input and what it answers. `requestReviews` must be told to keep those asked before. */
const MUTATIONS = {
  create: ["createPullRequest", "CreatePullRequestInput", "pullRequest { id number url }"],
  update: ["updatePullRequest", "UpdatePullRequestInput", "pullRequest { id number url }"],
  draft: ["convertPullRequestToDraft", "ConvertPullRequestToDraftInput", "pullRequest { id number url }"],
  ready: ["markPullRequestReadyForReview", "MarkPullRequestReadyForReviewInput", "pullRequest { id number url }"],
  ask: ["requestReviews", "RequestReviewsInput", "pullRequest { id number url }"],
  label: [
    "addLabelsToLabelable",
    "AddLabelsToLabelableInput",
    "pullRequest: labelable { ... on PullRequest { id number url } }",
  ],
} as const;

export type WriteKind = keyof typeof MUTATIONS;

/** `w0` … `w4`, done in order; one that is refused does not stop the next. */
export function writeDocument(kinds: readonly WriteKind[]): string {
  const variables = kinds.map((kind, index) => `$i${index}: ${MUTATIONS[kind][1]}!`).join(", ");
  const aliases = kinds.map((kind, index) => {
    const [name, , answer] = MUTATIONS[kind];
    return `w${index}: ${name}(input: $i${index}) { ${answer} }`;
  });
  return `mutation(${variables}) { ${aliases.join("\n")} }`;
}

/** `n0` … `n9`: a user by login, a team by organization and slug, or a tag label of the repository. */
export function namesDocument(kinds: readonly ("user" | "team" | "label")[]): string {
  const variables = kinds.map((kind, index) =>
    kind === "team" ? `, $n${index}: String!, $o${index}: String!` : `, $n${index}: String!`,
  );
  const outside = kinds.map((kind, index) => {
    if (kind === "user") return `n${index}: user(login: $n${index}) { id login }`;
    return kind === "team"
      ? `n${index}: organization(login: $o${index}) { team(slug: $n${index}) { id combinedSlug } }`
      : "";
  });
  const inside = kinds.map((kind, index) => (kind === "label" ? `n${index}: label(name: $n${index}) { id name }` : ""));
  return `query($owner: String!, $name: String!${variables.join("")}) {
    repository(owner: $owner, name: $name) { id ${inside.join(" ")} }
    ${outside.join("\n")}
  }`;
}

/** One page of each list that is still wanted; the lists of a change are read to their ends together. */
export const CHANGE_DOCUMENT = `query($owner: String!, $name: String!, $number: Int!,
    $reviews: Boolean!, $afterReview: String, $threads: Boolean!, $afterThread: String,
    $commits: Boolean!, $afterCommit: String, $forcePushes: Boolean!, $afterForcePush: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    ${HEADLINE}
    mergeCommit { oid } mergedBy { ${ACTOR} }
    labels(first: 100) { pageInfo { hasNextPage } nodes { name } }
    reviewRequests(first: 100) { pageInfo { hasNextPage } nodes { requestedReviewer { __typename
      ... on User { login databaseId } ... on Bot { login databaseId } } } }
    comments(last: 50) { nodes { body createdAt lastEditedAt author { ${ACTOR} } } }
    reviews(first: 100, after: $afterReview) @include(if: $reviews) { pageInfo { hasNextPage endCursor }
      nodes { id fullDatabaseId state body submittedAt createdAt lastEditedAt commit { oid } author { ${ACTOR} } } }
    reviewThreads(first: 100, after: $afterThread) @include(if: $threads) { pageInfo { hasNextPage endCursor }
      nodes { isResolved } }
    commits(first: 100, after: $afterCommit) @include(if: $commits) { pageInfo { hasNextPage endCursor }
      nodes { commit { oid
        authors(first: 20) { nodes { email user { login databaseId } } }
        committer { email user { login databaseId } } } } }
    timelineItems(first: 100, after: $afterForcePush, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) @include(if: $forcePushes) {
      pageInfo { hasNextPage endCursor }
      nodes { ... on HeadRefForcePushedEvent { createdAt actor { ${ACTOR} } beforeCommit { oid } afterCommit { oid } } } }
  } }
}`;

const CHECKS = `commits(last: 1) { nodes { commit { oid statusCheckRollup { contexts(first: 100) {
  pageInfo { hasNextPage }
  nodes { __typename
    ... on CheckRun { name status conclusion startedAt completedAt detailsUrl externalId title summary text
      checkSuite { app { databaseId slug } branch { name } workflowRun { event file { path } } } }
    ... on StatusContext { context state createdAt targetUrl description creator { ${ACTOR} } } } } } } } }`;

/** Open pull requests with what their head commit's checks say, newest first, 20 a page. */
export const STATUS_DOCUMENT = `query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    c: pullRequests(states: [OPEN], first: 20, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor } nodes { ${HEADLINE} ${CHECKS} } }
  }
}`;

/** The same for the open pull requests of at most 10 head branches. */
export function statusDocument(heads: number): string {
  const indexes = [...Array(heads).keys()];
  const variables = indexes.map((index) => `, $h${index}: String!`).join("");
  const aliases = indexes.map(
    (index) => `c${index}: pullRequests(headRefName: $h${index}, states: [OPEN], first: 20) {
      pageInfo { hasNextPage } nodes { ${HEADLINE} ${CHECKS} } }`,
  );
  return `query($owner: String!, $name: String!${variables}) {
    viewer { login databaseId }
    repository(owner: $owner, name: $name) { nameWithOwner ${aliases.join("\n")} }
  }`;
}

/** `k0` … `k9`: commits with the check runs of one App, also those that a newer one of the same name stands before. */
export function ownChecksDocument(commits: number): string {
  const indexes = [...Array(commits).keys()];
  const variables = indexes.map((index) => `, $c${index}: GitObjectID!`).join("");
  const aliases = indexes.map(
    (index) => `k${index}: object(oid: $c${index}) { ... on Commit { oid
      checkSuites(first: 100, filterBy: { appId: $app }) { pageInfo { hasNextPage } nodes { app { databaseId slug }
        checkRuns(first: 100, filterBy: { checkType: ALL }) { pageInfo { hasNextPage }
          nodes { databaseId name status conclusion externalId title summary text } } } } } }`,
  );
  return `query($owner: String!, $name: String!, $app: Int!${variables}) {
    repository(owner: $owner, name: $name) { ${aliases.join("\n")} }
  }`;
}
