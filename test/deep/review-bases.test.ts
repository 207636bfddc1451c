// A stack from a fork whose upper change shows its own commits alone, once a core has let the lower one into a branch of the project
// (ADR 0034); and the threats of that: nothing without the vote, nothing that a workflow would run, nobody else's branch (T22).
import { expect } from "vitest";
import { landings } from "../support/landed.ts";
import { requests } from "../support/requests.ts";
import { scenario, type Story } from "../support/scenario.ts";
import type { Change } from "../support/person.ts";

const POLICY = ".github/plustwo.yml";
const CI = ".github/workflows/ci.yml";

async function allowsBases(t: Story): Promise<void> {
  await t.world.control.post(`/repos/${t.world.fullName}/collaborators`, { login: "dave", permission: "none" });
  const { content } = await requests(`${t.world.forge.api}/repos/${t.world.fullName}`, t.alice.token).get<{
    content: string;
  }>(`/contents/${POLICY}`);
  const policy = Buffer.from(content, "base64").toString();
  await t.changesMain({
    [POLICY]: `${policy}
labels:
  Review-Base: { values: { 0: nothing, +1: may be a base }, copyCondition: "changekind:NO_CHANGE" }
access:
  - { branch: "*", label-Review-Base: { core: 0..+1 } }
forks: { reviewBases: Review-Base }
`,
  });
}

/** "Approve and run", for what waits on the change's newest patch set. */
async function approvesRuns(t: Story, change: Change): Promise<void> {
  const api = requests(`${t.world.forge.api}/repos/${t.world.fullName}`, t.alice.token);
  const { workflow_runs: runs } = await api.get<{
    workflow_runs: readonly { readonly id: number; readonly conclusion: string | null }[];
  }>(`/actions/runs?head_sha=${change.sha}&per_page=100`);
  for (const { id, conclusion } of runs)
    if (conclusion === "action_required") await api.post(`/actions/runs/${id}/approve`);
  await t.settled();
}

const baseOf = async ({ world }: Story, { number }: Change): Promise<string> =>
  (await world.repository.get<{ base: { ref: string } }>(`/pulls/${number}`)).base.ref;
const filesOf = async ({ world }: Story, { number }: Change): Promise<readonly string[]> =>
  (await world.repository.get<readonly { filename: string }[]>(`/pulls/${number}/files`)).map(
    ({ filename }) => filename,
  );
const bases = async (t: Story): Promise<string> => t.alice.git("ls-remote", "origin", "refs/heads/review-base/*");

scenario(
  "T22: a stack from a fork: no branch of the project before a core's vote; then the upper shows its own change, and both land",
  async (t) => {
    await allowsBases(t);
    const parser = await t.dave.uploads("Add parser");
    const docs = await t.dave.uploads("Add docs", { onTopOf: parser });
    const name = `review-base/main/${docs.number}`;
    await approvesRuns(t, parser);
    await approvesRuns(t, docs);
    await t.dave.triesToVote(parser, "Review-Base", 1);
    await t.coresApprove(docs);
    expect([await baseOf(t, docs), await bases(t)]).toEqual(["main", ""]);

    await t.alice.votes(parser, "Review-Base", 1);
    expect(await baseOf(t, docs)).toBe(name);
    expect(await bases(t)).toBe(`${parser.sha}\trefs/heads/${name}`);
    expect(await filesOf(t, docs)).toEqual(["docs/add-docs.md"]);
    expect((await t.check(docs)).words).toContain(`#${parser.number} below is not ready itself`);

    // Sent again: what the service has put it on stays.
    const again = await t.dave.types();
    expect(again.stdout).not.toContain("retarget");
    expect(await baseOf(t, docs)).toBe(name);

    await t.coresApprove(parser);
    await t.ci.passes(parser);
    expect(await t.pull(parser)).toMatchObject({ merged: true });
    expect([await baseOf(t, docs), await bases(t)]).toEqual(["main", ""]);
    expect(await filesOf(t, docs)).toEqual(["docs/add-docs.md"]);
    await t.ci.passes(docs);
    expect(await t.pull(docs)).toMatchObject({ merged: true });
    // All but the administrator's own commit, which switched it on.
    const found = await landings(t.world.observer, t.world.first);
    expect(found.filter(({ problem }) => problem !== undefined).map(({ subject }) => subject)).toEqual([
      "Change files",
    ]);
    expect(found.length).toBe(3);
    await t.picture();
  },
);

scenario(
  "T22: a workflow that such a branch would start, and a branch that is somebody else's, keep the base at the target",
  async (t) => {
    await allowsBases(t);
    const ci = await t.source(CI);
    await t.changesMain({ [CI]: ci.replace('branches: ["gate/**"]', 'branches: ["**"]') });
    const parser = await t.dave.uploads("Add parser");
    const docs = await t.dave.uploads("Add docs", { onTopOf: parser });
    const name = `review-base/main/${docs.number}`;
    await t.alice.votes(parser, "Review-Base", 1);
    expect([await baseOf(t, docs), await bases(t)]).toEqual(["main", ""]);
    expect((await t.check(docs)).summary).toContain("ci.yml` may run on a push to `review-base/**`");

    await t.changesMain({ [CI]: ci });
    await t.alice.pushes(`HEAD:refs/heads/${name}`);
    const theirs = await bases(t);
    await t.dave.rebases(docs);
    await t.alice.votes({ ...parser, sha: await t.dave.git("rev-parse", "HEAD~1") }, "Review-Base", 1);
    expect((await t.check(docs)).summary).toContain("is not the service's");
    expect([await baseOf(t, docs), await bases(t)]).toEqual(["main", theirs]);
    await t.alice.pushes(`:refs/heads/${name}`);
    expect(await baseOf(t, docs)).toBe(name);
    await t.picture();
  },
);
