/** The GraphQL documents about merged pull requests: a list to choose from, then a few of them in one request, with all that is asked of each. */
import { ACTOR } from "./documents.ts";

/** Cheap, 100 a page, newest update first: no list of GitHub's is in the order of merging. */
export const MERGED_DOCUMENT = `query($owner: String!, $name: String!, $base: String, $after: String) {
  rateLimit { remaining resetAt }
  repository(owner: $owner, name: $name) {
    nameWithOwner
    pullRequests(states: [MERGED], baseRefName: $base, first: 100, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor } nodes { number mergedAt updatedAt } } }
}`;

export const DEFAULT_BRANCH_DOCUMENT = `query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { nameWithOwner defaultBranchRef { name } }
}`;

const CHECKS = `statusCheckRollup { contexts(first: 100) { pageInfo { hasNextPage }
  nodes { __typename
    ... on CheckRun { name status conclusion startedAt completedAt detailsUrl
      checkSuite { createdAt app { databaseId slug } branch { name } workflowRun { event createdAt file { path } } } }
    ... on StatusContext { context state createdAt targetUrl creator { ${ACTOR} } } } } }`;

const SIGNATURE = "name email user { login databaseId }";

const MERGE = `fragment M on PullRequest {
  number url title body createdAt mergedAt author { ${ACTOR} } mergedBy { ${ACTOR} }
  headRefOid headRefName headRepository { nameWithOwner } baseRefName
  mergeCommit { oid tree { oid } parents(first: 3) { nodes { oid } } ${CHECKS} }
  reviews(first: 100) { totalCount
    nodes { id fullDatabaseId state body submittedAt createdAt lastEditedAt authorCanPushToRepository
      author { ${ACTOR} } commit { oid tree { oid } } } }
  reviewThreads(first: 100) { totalCount nodes { isResolved } }
  commits(first: 100) { totalCount nodes { commit { oid message tree { oid } parents(first: 3) { nodes { oid } }
    authors(first: 20) { totalCount nodes { ${SIGNATURE} } } committer { ${SIGNATURE} } } } }
  newest: commits(last: 1) { nodes { commit { oid tree { oid } ${CHECKS} } } }
  timelineItems(first: 100, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT, REVIEW_DISMISSED_EVENT]) {
    pageInfo { hasNextPage }
    nodes { __typename
      ... on HeadRefForcePushedEvent { createdAt actor { ${ACTOR} } beforeCommit { oid } afterCommit { oid } }
      ... on ReviewDismissedEvent { createdAt previousReviewState review { id } } } }
}`;

/** `m0` … `mN`. */
export function mergesDocument(merges: number): string {
  const indexes = [...Array(merges).keys()];
  const variables = indexes.map((index) => `, $n${index}: Int!`).join("");
  const aliases = indexes.map((index) => `m${index}: pullRequest(number: $n${index}) { ...M }`);
  return `query($owner: String!, $name: String!${variables}) {
    rateLimit { remaining resetAt }
    repository(owner: $owner, name: $name) { ${aliases.join("\n")} }
  }
  ${MERGE}`;
}

/** `k0` … `kN`. */
export function peopleDocument(commits: number): string {
  const indexes = [...Array(commits).keys()];
  const variables = indexes.map((index) => `, $c${index}: GitObjectID!`).join("");
  const aliases = indexes.map((index) => `k${index}: object(oid: $c${index}) { ...C }`);
  return `query($owner: String!, $name: String!${variables}) {
    repository(owner: $owner, name: $name) { ${aliases.join("\n")} }
  }
  fragment C on Commit { authors(first: 20) { totalCount nodes { ${SIGNATURE} } } committer { ${SIGNATURE} } }`;
}
