// A stack from somebody who may not push: sent through a fork, its runs approved by a maintainer, reviewed, landed in order (RULINGS 19);
// and a change of theirs taken over by another person, whose branch that person may not push (RULINGS 12).
import { expect } from "vitest";
import { requests } from "../support/requests.ts";
import { scenario, type Story } from "../support/scenario.ts";
import type { Change } from "../support/person.ts";

/** dave has no rights in the project, and nothing of his was ever merged there. */
async function daveIsAStranger({ world }: Story): Promise<void> {
  await world.control.post(`/repos/${world.fullName}/collaborators`, { login: "dave", permission: "none" });
}

interface Run {
  readonly id: number;
  readonly conclusion: string | null;
}

/** "Approve and run", for what waits on the change's newest patch set. */
async function approvesRuns(t: Story, change: Change): Promise<number> {
  const api = requests(`${t.world.forge.api}/repos/${t.world.fullName}`, t.alice.token);
  const { workflow_runs: runs } = await api.get<{ workflow_runs: readonly Run[] }>(
    `/actions/runs?head_sha=${change.sha}&per_page=100`,
  );
  const waiting = runs.filter(({ conclusion }) => conclusion === "action_required");
  for (const { id } of waiting) await api.post(`/actions/runs/${id}/approve`);
  await t.settled();
  return waiting.length;
}

const filesOf = async ({ world }: Story, { number }: Change): Promise<readonly string[]> =>
  (await world.repository.get<readonly { filename: string }[]>(`/pulls/${number}/files`)).map(
    ({ filename }) => filename,
  );

scenario(
  "a stack of two from a fork: runs approved, both voted on, landed in order; the upper then shows its own change",
  async (t) => {
    await daveIsAStranger(t);
    const parser = await t.dave.uploads("Add parser");
    const docs = await t.dave.uploads("Add docs", { onTopOf: parser });
    const pull = (change: Change) =>
      t.world.repository.get<{ draft: boolean; base: { ref: string }; head: { label: string }; body: string }>(
        `/pulls/${change.number}`,
      );
    expect(await pull(docs)).toMatchObject({ draft: false, base: { ref: "main" } });
    expect((await pull(docs)).head.label).toBe(`dave:review/main/${docs.changeId}`);
    expect((await pull(docs)).body).toContain(`Built on #${parser.number}`);
    expect(await filesOf(t, docs)).toEqual(["docs/add-docs.md", "docs/add-parser.md"]);

    expect((await t.check(parser)).words).toMatch(/waiting for a maintainer .*not your fault/);
    expect(await approvesRuns(t, parser)).toBe(1);
    expect(await approvesRuns(t, docs)).toBe(1);

    // The upper one first: it waits for its parent, whoever voted for it.
    await t.coresApprove(docs);
    expect(await t.pull(docs)).toMatchObject({ merged: false });
    expect((await t.check(docs)).words).toContain(`#${parser.number} below is not ready itself`);

    await t.coresApprove(parser);
    await t.ci.checkPasses(parser);
    await t.ci.gatePasses(parser);
    expect(await t.pull(parser)).toMatchObject({ merged: true });
    expect(await filesOf(t, docs)).toEqual(["docs/add-docs.md"]);
    await t.ci.passes(docs);
    expect(await t.pull(docs)).toMatchObject({ merged: true });
    await t.landedExactlyWhatWasTested();
    const said = await t.dave.types("status");
    expect(said.stdout).not.toContain("Not sent");
    await t.picture();
  },
);

scenario(
  "another person's change from a fork, amended: a second pull request, which lands once its owner has closed the first",
  async (t) => {
    await daveIsAStranger(t);
    const parser = await t.dave.uploads("Add parser");
    await t.carol.types("-d", String(parser.number));
    await t.carol.edits({ files: { "docs/add-parser.md": "# Add a parser\n" } });
    await t.carol.git("commit", "-q", "--amend", "--no-edit");
    const sent = await t.carol.types();
    await t.settled();
    const number = Number(/^#(\d+) /m.exec(sent.stdout)?.[1]);
    expect(number).toBeGreaterThan(parser.number);
    expect(sent.stdout).toContain(`new, instead of #${parser.number}`);
    const sha = await t.carol.git("rev-parse", "HEAD");
    const second: Change = { ...parser, number, owner: t.carol, sha };

    const { body } = await t.world.repository.get<{ body: string }>(`/pulls/${number}`);
    expect(body).toContain(`Supersedes #${parser.number}`);
    expect((await t.check(second)).words).toContain(`dave or a core reviewer closes #${parser.number}`);
    await t.coresApprove(second);
    await t.ci.passes(second);
    const open = { state: "open", merged: false };
    expect([await t.pull(parser), await t.pull(second)]).toMatchObject([open, open]);

    const dave = requests(`${t.world.forge.api}/repos/${t.world.fullName}`, t.dave.token);
    await dave.patch(`/pulls/${parser.number}`, { state: "closed" });
    await t.settled();
    await t.ci.passes(second);
    expect([await t.pull(parser), await t.pull(second)]).toMatchObject([{ merged: false }, { merged: true }]);
    await t.landedExactlyWhatWasTested();
    await t.picture();
  },
);
