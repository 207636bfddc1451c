// What GitHub's buttons do, as the local forge does it: web commits, forks that go away, Revert, first-time contributors.
import { afterAll, beforeAll, expect, it } from "vitest";
import { refusal, startKit, type Json, type Kit, type Person } from "./kit.ts";

let kit: Kit;
let alice: Person;
let mallory: Person;
const widget = { owner: "acme", repo: "widget" };

beforeAll(async () => {
  kit = await startKit();
  alice = await kit.person("alice", "admin");
  mallory = await kit.person("mallory");
  const on = "name: CI\non: [push, pull_request]\njobs:\n  unit:\n    runs-on: x\n    steps:\n      - run: 'true'\n";
  await commit("alice", { branch: "main", files: { ".github/workflows/ci.yml": on } });
});
afterAll(() => kit.close());

const commit = async (login: string, body: Record<string, unknown>, repo = "acme/widget"): Promise<string> =>
  (await kit.control("POST", `/repos/${repo}/commits`, { login, ...body })).sha;
const get = async (pull_number: number): Promise<Json> =>
  (await alice.octokit.rest.pulls.get({ ...widget, pull_number })).data;
const read = async (ref: string): Promise<Json> => (await alice.octokit.rest.repos.getCommit({ ...widget, ref })).data;

it("a commit made on the web page is by its author and committed by GitHub", async () => {
  const sha = await commit("alice", { branch: "web", web: true, files: { "web.txt": "1\n" } });
  expect(await read(sha)).toMatchObject({ author: { login: "alice" }, committer: { login: "web-flow" } });
});

it("a conflict resolved on the web page is a merge with what the person wrote", async () => {
  await commit("alice", { branch: "ours", files: { "web.txt": "ours\n" } });
  await commit("alice", { branch: "theirs", files: { "web.txt": "theirs\n" } });
  const sha = await commit("alice", { branch: "ours", merge: "theirs", web: true, files: { "web.txt": "both\n" } });
  expect((await read(sha)).parents).toHaveLength(2);
});

it("Revert opens a pull request that takes away what the other brought, and nothing else", async () => {
  await commit("alice", { branch: "feature", files: { "feature.txt": "1\n" } });
  const { data: pull } = await alice.octokit.rest.pulls.create({
    ...widget,
    title: "Add feature",
    head: "feature",
    base: "main",
  });
  const mutation = `mutation($id: ID!) { revertPullRequest(input: {pullRequestId: $id}) { revertPullRequest { number } } }`;
  const early = await alice.octokit.graphql(mutation, { id: pull.node_id }).catch((problem: Json) => problem.message);
  expect(early).toContain("has not been merged");
  await alice.octokit.rest.pulls.merge({ ...widget, pull_number: pull.number });
  await commit("alice", { branch: "main", files: { "later.txt": "1\n" } });
  const made: Json = await alice.octokit.graphql(mutation, { id: pull.node_id });
  const { number } = made.revertPullRequest.revertPullRequest;
  expect(await get(number)).toMatchObject({
    title: 'Revert "Add feature"',
    body: `Reverts acme/widget#${pull.number}`,
    head: { ref: `revert-${pull.number}-feature` },
    commits: 1,
  });
  const { data: files } = await alice.octokit.rest.pulls.listFiles({ ...widget, pull_number: number });
  expect(files.map(({ filename, status }) => `${status} ${filename}`)).toEqual(["removed feature.txt"]);
});

it("the pull request of a deleted fork stays open, and can still be merged", async () => {
  await mallory.octokit.rest.repos.createFork({ ...widget });
  const head = await commit("mallory", { branch: "mine", files: { "mine.txt": "1\n" } }, "mallory/widget");
  const title = "From a fork";
  const { data } = await mallory.octokit.rest.pulls.create({ ...widget, title, head: "mallory:mine", base: "main" });
  expect(await refusal(alice.octokit.rest.repos.delete({ owner: "mallory", repo: "widget" }))).toMatchObject({
    status: 403,
  });
  await mallory.octokit.rest.repos.delete({ owner: "mallory", repo: "widget" });
  expect(await get(data.number)).toMatchObject({ state: "open", head: { sha: head, repo: null } });
  await alice.octokit.rest.pulls.update({ ...widget, pull_number: data.number, title: "Still here" });
  await alice.octokit.rest.pulls.merge({ ...widget, pull_number: data.number });
  expect(await get(data.number)).toMatchObject({ merged: true });
});

it("nothing was asked that the forge does not know, and no webhook broke GitHub's schema", async () => {
  await kit.forge.settled();
  const { unknown, errors } = await kit.control("GET", "/requests");
  expect({ unknown, errors }).toEqual({ unknown: [], errors: [] });
});
