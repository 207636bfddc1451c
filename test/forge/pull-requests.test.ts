import { afterAll, beforeAll, expect, it } from "vitest";
import { refusal, startKit, type Clone, type Json, type Kit, type Person } from "./kit.ts";

let kit: Kit;
let alice: Person;
let carol: Person;
let clone: Clone;
const widget = { owner: "acme", repo: "widget" };

beforeAll(async () => {
  kit = await startKit();
  alice = await kit.person("alice", "admin");
  carol = await kit.person("carol", "write");
  clone = await kit.clone(carol);
});
afterAll(() => kit.close());

let counter = 0;
/** A branch off main with one commit, pushed, and its pull request. */
async function open(base = "main", onto = `origin/${base}`) {
  const branch = `topic-${++counter}`;
  await clone.git("fetch", "-q", "--prune");
  await clone.git("switch", "-q", "-c", branch, onto);
  const sha = await clone.commit(`Change ${counter}`, { [`file-${counter}.txt`]: `${counter}\n` });
  expect((await clone.git("push", "-q", "origin", branch)).err).toBe("");
  const { data } = await carol.octokit.rest.pulls.create({
    ...widget,
    title: `Change ${counter}`,
    head: branch,
    base,
    body: "why",
  });
  return { branch, sha, number: data.number, data };
}

const get = async (pull_number: number) => (await carol.octokit.rest.pulls.get({ ...widget, pull_number })).data;

it("a pull request shows its head, base and numbers", async () => {
  const { number, sha, data } = await open();
  expect(data).toMatchObject({
    state: "open",
    commits: 1,
    changed_files: 1,
    additions: 1,
    head: { sha, label: `acme:topic-${counter}` },
  });
  const refs = await clone.git("ls-remote", "origin", `refs/pull/${number}/*`);
  expect(refs.out).toContain(`${sha}\trefs/pull/${number}/head`);
  expect(refs.out).toContain(`refs/pull/${number}/merge`);
});

it("mergeable is unknown to the first who asks, and known to the next", async () => {
  const { number } = await open();
  expect((await get(number)).mergeable).toBeNull();
  await kit.forge.settled();
  expect((await get(number)).mergeable).toBe(true);
});

it("a head that becomes reachable from its base shows as merged by the pusher", async () => {
  const { number, branch } = await open();
  const admin = await kit.clone(alice);
  await admin.git("merge", "-q", "--no-ff", "-m", "Merge by hand", `origin/${branch}`);
  expect((await admin.git("push", "-q", "origin", "main")).code).toBe(0);
  const tip = (await admin.git("rev-parse", "HEAD")).out.trim();
  expect(await get(number)).toMatchObject({
    merged: true,
    state: "closed",
    merge_commit_sha: tip,
    merged_by: { login: "alice" },
  });
});

it("one push that moves main over two heads merges both", async () => {
  const lower = await open();
  const upper = await open(lower.branch);
  await carol.octokit.rest.pulls.update({ ...widget, pull_number: upper.number, base: "main" });
  const admin = await kit.clone(alice);
  await admin.git("merge", "-q", "--ff-only", `origin/${upper.branch}`);
  await admin.git("push", "-q", "origin", "main");
  expect([(await get(lower.number)).merged, (await get(upper.number)).merged]).toEqual([true, true]);
});

it("a head pushed back to its base closes the pull request unmerged, with nothing to reopen", async () => {
  const { number, branch } = await open();
  await clone.git("push", "-q", "-f", "origin", `origin/main:${branch}`);
  expect(await get(number)).toMatchObject({ merged: false, state: "closed" });
  const no = await refusal(carol.octokit.rest.pulls.update({ ...widget, pull_number: number, state: "open" }));
  expect(no).toMatchObject({ status: 422, message: expect.stringContaining("There are no new commits on the") });
});

it("a closed pull request whose head was force-pushed stays closed", async () => {
  const { number, branch, sha } = await open();
  await carol.octokit.rest.pulls.update({ ...widget, pull_number: number, state: "closed" });
  await clone.git("commit", "-q", "--amend", "-m", "Amended while closed");
  await clone.git("push", "-q", "-f", "origin", branch);
  const no = await refusal(carol.octokit.rest.pulls.update({ ...widget, pull_number: number, state: "open" }));
  expect(no).toMatchObject({ status: 422, message: expect.stringContaining("was force-pushed or recreated") });
  expect((await get(number)).head.sha).toBe(sha);
});

it("an upper pull request whose lower branch grows over it is merged by accident", async () => {
  const lower = await open();
  const upper = await open(lower.branch);
  await clone.git("push", "-q", "origin", `${upper.sha}:${lower.branch}`);
  expect(await get(upper.number)).toMatchObject({ merged: true, base: { ref: lower.branch } });
});

it("deleting the head branch closes, and restoring it allows reopening", async () => {
  const { number, branch, sha } = await open();
  await clone.git("push", "-q", "origin", `:${branch}`);
  expect(await get(number)).toMatchObject({ state: "closed", merged: false });
  await clone.git("push", "-q", "origin", `${sha}:refs/heads/${branch}`);
  await carol.octokit.rest.pulls.update({ ...widget, pull_number: number, state: "open" });
  expect((await get(number)).state).toBe("open");
});

it("deleting the base branch closes the pull requests on it, unless it was merged: then they move to its base", async () => {
  const lower = await open();
  const orphan = await open(lower.branch);
  await clone.git("push", "-q", "origin", `:${lower.branch}`);
  expect(await get(orphan.number)).toMatchObject({ state: "closed", base: { ref: lower.branch } });
  const landed = await open();
  const upper = await open(landed.branch);
  await alice.octokit.rest.pulls.merge({ ...widget, pull_number: landed.number });
  await clone.git("push", "-q", "origin", `:${landed.branch}`);
  expect(await get(upper.number)).toMatchObject({ state: "open", base: { ref: "main" } });
});

it("a pull request needs commits, a base, and no twin", async () => {
  const { branch } = await open();
  const create = (head: string, base: string) =>
    refusal(carol.octokit.rest.pulls.create({ ...widget, title: "Again", head, base }));
  expect((await create(branch, "main")).message).toContain(`A pull request already exists for acme:${branch}.`);
  expect((await create(branch, "nowhere")).message).toContain('"field":"base","code":"invalid"');
  await clone.git("push", "-q", "origin", "origin/main:refs/heads/empty");
  expect((await create("empty", "main")).message).toContain("No commits between main and empty");
});

it("retargeting refuses a base that holds the head already", async () => {
  const lower = await open();
  const upper = await open(lower.branch);
  await clone.git("push", "-q", "origin", `${upper.sha}:refs/heads/holds-it`);
  const no = await refusal(carol.octokit.rest.pulls.update({ ...widget, pull_number: upper.number, base: "holds-it" }));
  expect(no).toMatchObject({
    status: 422,
    message: expect.stringContaining("There are no new commits between base branch 'holds-it'"),
  });
});

it("merging checks the head that was seen, and squash and rebase make new commits", async () => {
  const first = await open();
  const wrong = await refusal(
    alice.octokit.rest.pulls.merge({ ...widget, pull_number: first.number, sha: "0".repeat(40) }),
  );
  expect(wrong).toMatchObject({ status: 409 });
  const { data } = await alice.octokit.rest.pulls.merge({
    ...widget,
    pull_number: first.number,
    sha: first.sha,
    merge_method: "squash",
  });
  expect(data.sha).not.toBe(first.sha);
  expect(await get(first.number)).toMatchObject({ merged: true, merge_commit_sha: data.sha });
  const second = await open();
  await open(); // main stands still for it; the rebase below still makes a commit of its own
  const rebased = await alice.octokit.rest.pulls.merge({
    ...widget,
    pull_number: second.number,
    merge_method: "rebase",
  });
  const { data: commit } = await alice.octokit.rest.repos.getCommit({ ...widget, ref: rebased.data.sha });
  expect(commit).toMatchObject({
    commit: { message: `Change ${counter - 1}`, committer: { name: "GitHub" } },
    author: { login: "carol" },
  });
});

it("a conflict cannot be merged", async () => {
  const one = await open();
  await clone.git("switch", "-q", "-c", "clash", "origin/main");
  await clone.commit("Clash", { [`file-${counter}.txt`]: "other\n" });
  await clone.git("push", "-q", "origin", "clash");
  const { data } = await carol.octokit.rest.pulls.create({ ...widget, title: "Clash", head: "clash", base: "main" });
  await alice.octokit.rest.pulls.merge({ ...widget, pull_number: one.number });
  await get(data.number);
  await kit.forge.settled();
  expect(await get(data.number)).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
  expect(await refusal(alice.octokit.rest.pulls.merge({ ...widget, pull_number: data.number }))).toMatchObject({
    status: 405,
  });
});

it("updating the branch merges the base into it", async () => {
  const { number, sha } = await open();
  const other = await open();
  await alice.octokit.rest.pulls.merge({ ...widget, pull_number: other.number });
  await carol.octokit.rest.pulls.updateBranch({ ...widget, pull_number: number, expected_head_sha: sha });
  const { data } = await carol.octokit.rest.pulls.listCommits({ ...widget, pull_number: number });
  expect(data.map((commit) => commit.parents.length)).toEqual([1, 2]);
});

it("a pull request can come from a fork", async () => {
  const dave = await kit.person("dave");
  await dave.octokit.rest.repos.createFork({ ...widget });
  const fork = await kit.clone(dave, "dave/widget");
  await fork.git("switch", "-q", "-c", "mine");
  const sha = await fork.commit("From a fork", { "fork.txt": "x\n" });
  expect((await fork.git("push", "-q", "origin", "mine")).code).toBe(0);
  const { data } = await dave.octokit.rest.pulls.create({ ...widget, title: "Fork", head: "dave:mine", base: "main" });
  expect(data).toMatchObject({
    head: { sha, label: "dave:mine", repo: { full_name: "dave/widget", fork: true } },
    author_association: "NONE",
  });
  const admin = await kit.clone(alice);
  await admin.git("fetch", "-q", "origin", `refs/pull/${data.number}/head`);
  await admin.git("merge", "-q", "--no-ff", "-m", "Land", "FETCH_HEAD");
  await admin.git("push", "-q", "origin", "main");
  expect((await get(data.number)).merged).toBe(true);
});

it("the push log tells who moved which ref, and how", async () => {
  const { branch } = await open();
  await clone.git("commit", "-q", "--amend", "-m", "Amended");
  await clone.git("push", "-q", "-f", "origin", branch);
  const { data } = await alice.octokit.request("GET /repos/{owner}/{repo}/activity", {
    ...widget,
    ref: `refs/heads/${branch}`,
  });
  expect(data.map((entry: Json) => `${entry.activity_type} ${entry.actor.login}`)).toEqual([
    "force_push carol",
    "branch_creation carol",
  ]);
});

it("nothing was asked that the forge does not know", async () => {
  const { unknown, errors } = await kit.control("GET", "/requests");
  expect({ unknown, errors }).toEqual({ unknown: [], errors: [] });
});
