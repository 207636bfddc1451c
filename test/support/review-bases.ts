// What stories of review bases share (ADR 0034): the switch, and what the forge says of a pull request.
import { requests } from "./requests.ts";
import { type Story } from "./scenario.ts";
import type { Change } from "./person.ts";

export const POLICY = ".github/plustwo.yml";
export const CI = ".github/workflows/ci.yml";

export async function allowsBases(t: Story): Promise<void> {
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
export async function approvesRuns(t: Story, change: Change): Promise<void> {
  const api = requests(`${t.world.forge.api}/repos/${t.world.fullName}`, t.alice.token);
  const { workflow_runs: runs } = await api.get<{
    workflow_runs: readonly { readonly id: number; readonly conclusion: string | null }[];
  }>(`/actions/runs?head_sha=${change.sha}&per_page=100`);
  for (const { id, conclusion } of runs)
    if (conclusion === "action_required") await api.post(`/actions/runs/${id}/approve`);
  await t.settled();
}

export const baseOf = async ({ world }: Story, { number }: Change): Promise<string> =>
  (await world.repository.get<{ base: { ref: string } }>(`/pulls/${number}`)).base.ref;
export const filesOf = async ({ world }: Story, { number }: Change): Promise<readonly string[]> =>
  (await world.repository.get<readonly { filename: string }[]>(`/pulls/${number}/files`)).map(
    ({ filename }) => filename,
  );
export const bases = async (t: Story): Promise<string> =>
  t.alice.git("ls-remote", "origin", "refs/heads/review-base/*");
