// What happens to a change in the gate while somebody else acts: nothing lands but what was tested and is wanted at that very moment.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House, type Stage, type StageOptions } from "../bot/stage.ts";
import { flaky } from "../support/flaky.ts";
import { plumbing } from "../support/plumbing.ts";

const POLICY = ".github/plustwo.yml";
const CI = ".github/workflows/ci.yml";
const SLOT = "gate/main/1";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

interface Telling extends StageOptions {
  /** What the service warns of in this story; anything else fails it. */
  readonly warning?: string;
}

async function told(story: (stage: Stage) => Promise<void>, { warning, ...options }: Telling = {}): Promise<void> {
  const stage = await house.opens(options);
  try {
    await jobs(stage, "pass");
    await story(stage);
    expect(stage.complaints.filter((line) => warning === undefined || !line.includes(warning))).toEqual([]);
  } finally {
    await stage.close();
  }
}

const jobs = (stage: Stage, mode: string, more: object = {}): Promise<unknown> =>
  stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode, ...more });

/** A change of carol's with one file; its number and head. */
async function change(stage: Stage, branch: string, files: Readonly<Record<string, string>> = {}) {
  const head = await stage.commits("carol", branch, { [`docs/${branch}.md`]: `# ${branch}\n`, ...files });
  return { head, number: await stage.opensPull("carol", branch) };
}

const merged = async (stage: Stage, number: number): Promise<boolean> =>
  (await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged;

/** Title and the line that says whose turn it is. */
async function said(stage: Stage, head: string): Promise<readonly [string, string]> {
  const check = await stage.check(head);
  return [check?.title ?? "", /^\*\*Next:.*$/m.exec(check?.summary ?? "")?.[0] ?? ""];
}

/** As an administrator may, past every rule. */
const changesMain = (stage: Stage, files: Readonly<Record<string, string | null>>): Promise<{ sha: string }> =>
  stage.world.control.post(`/repos/${stage.world.fullName}/commits`, {
    login: "olivia",
    message: "Change files",
    files,
  });

it("T3: an approval that is withdrawn while the gate tests takes the change out; given again, it lands", () =>
  told(async (stage) => {
    await jobs(stage, "hold", { ref: SLOT });
    const { number, head } = await change(stage, "notes");
    const approval = await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
    await stage.reviews("bob", number, "Code-Review: +2\nWorkflow: +1", "APPROVE");
    await stage.settled();
    expect(await stage.branch(SLOT)).toBe(head);
    // Whoever may write may dismiss: also the change's owner. It takes votes away and gives none.
    await stage.as("carol").put(`/pulls/${number}/reviews/${approval}/dismissals`, { message: "wrong button" });
    await stage.settled();
    expect(await stage.branch(SLOT)).toBeUndefined();
    expect(await said(stage, head)).toMatchInlineSnapshot(`
      [
        "Waiting: 1 more core approval",
        "**Next:** alice gives the core approval. Nothing for carol to do.",
      ]
    `);
    await jobs(stage, "pass", { ref: SLOT });
    await stage.settled();
    expect(await merged(stage, number)).toBe(false);
    await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
    await stage.settled();
    expect(await merged(stage, number)).toBe(true);
  }));

it("T2: a head that is force-pushed between green and the landing does not land, nor does the one before it", async () => {
  let pushes: (() => Promise<unknown>) | undefined;
  let green = false;
  const around: StageOptions["around"] = (options) => ({
    ...options,
    forge: {
      ...options.forge,
      async readChecks(repository, shas) {
        const read = await options.forge.readChecks(repository, shas);
        const gate = read.ok ? read.value.filter(({ headBranch }) => headBranch === SLOT) : [];
        green = gate.length === 3 && gate.every(({ conclusion }) => conclusion === "success");
        return read;
      },
      // The last thing that a look reads: what comes now it has not seen.
      async readChange(repository, number) {
        const read = await options.forge.readChange(repository, number);
        const now = green ? pushes : undefined;
        if (now !== undefined) {
          pushes = undefined;
          await now();
        }
        return read;
      },
    },
  });
  await told(
    async (stage) => {
      const hand = plumbing(stage.world, house.population);
      const before = await stage.branch("main");
      const { number } = await change(stage, "notes");
      const evil = await hand.commit({ parents: [before ?? ""], files: { "docs/notes.md": "# evil\n" } });
      pushes = () => hand.push(evil, "notes");
      await stage.approve(number);
      await stage.settled();
      expect(pushes, "it was green, and the push came").toBeUndefined();
      // On a bad day the second look may fail instead, and a later one sees the new head.
      if (flaky.rate === 0) expect(stage.log.join("\n")).toContain("the second look disagrees");
      expect(await stage.branch("main")).toBe(before);
      expect(await merged(stage, number)).toBe(false);
      expect(await said(stage, evil)).toMatchInlineSnapshot(`
        [
          "Waiting: 2 core approvals · go-ahead",
          "**Next:** alice and bob give 2 core approvals; alice or bob gives the go-ahead (either is enough). Nothing for carol to do.",
        ]
      `);
    },
    { around },
  );
});

it("RULINGS 11: somebody moves the target while the gate tests, and again as it lands: only the merge onto the newest tip, tested, lands", async () => {
  let moves: (() => Promise<unknown>) | undefined;
  const around: StageOptions["around"] = (options) => ({
    ...options,
    forge: {
      ...options.forge,
      // Said on the gate commit after the last look, just before the push.
      async publishCheck(repository, check) {
        const now = check.name === "plustwo/gate" ? moves : undefined;
        moves = now === undefined ? moves : undefined;
        await now?.();
        return options.forge.publishCheck(repository, check);
      },
    },
  });
  await told(
    async (stage) => {
      await jobs(stage, "hold", { ref: SLOT });
      const { number, head } = await change(stage, "notes");
      await stage.approve(number);
      await stage.settled();
      const first = await stage.branch("main");
      const { sha: second } = await changesMain(stage, { "docs/second.md": "second\n" });
      await stage.settled();
      let third = "";
      moves = async () => {
        third = (await changesMain(stage, { "docs/third.md": "third\n" })).sha;
      };
      await jobs(stage, "pass", { ref: SLOT });
      await stage.settled();
      expect(moves, "the second move came").toBeUndefined();
      expect(await merged(stage, number)).toBe(true);
      const tip = (await stage.branch("main")) ?? "";
      const { parents } = await stage.world.repository.get<{ parents: { sha: string }[] }>(`/git/commits/${tip}`);
      expect(parents.map(({ sha }) => sha)).toEqual([third, head]);
      const builds = await stage.store.db.selectFrom("build").select("record").orderBy("id").execute();
      expect(new Set(builds.map(({ record }) => record.onto))).toEqual(new Set([first, second, third]));
      const landed = builds.find(({ record }) => record.commits.at(-1) === tip);
      expect(landed?.record.onto).toBe(third);
      const { jobs: proof } = await stage.world.repository
        .get<{ workflow_runs: { id: number }[] }>(`/actions/runs?head_sha=${tip}&event=push`)
        .then(({ workflow_runs: [run] }) =>
          stage.world.repository.get<{ jobs: { conclusion: string }[] }>(`/actions/runs/${run?.id}/jobs`),
        );
      expect(proof.map(({ conclusion }) => conclusion)).toEqual(["success", "success", "success"]);
    },
    { around },
  );
});

it("T9: the policy breaks while a change is in the gate: it is closed with a sentence in each case, and opens when the file is whole", () =>
  told(async (stage) => {
    await jobs(stage, "hold", { ref: SLOT });
    const whole = await plumbing(stage.world, house.population).show(POLICY);
    const { number, head } = await change(stage, "notes");
    await stage.approve(number);
    await stage.settled();
    expect(await stage.branch(SLOT)).toBe(head);
    const broken: Readonly<Record<string, string | null>> = {
      "YAML error": "version: [1\n",
      "duplicate keys": `${whole}mode: observe\n`,
      "unknown key": `${whole}relax: true\n`,
      oversized: `${whole}# ${"x".repeat(600_000)}\n`,
      anchors: whole.replace("mode: enforce", "mode: &mode enforce"),
      deleted: null,
    };
    const found: Record<string, unknown> = {};
    for (const [how, text] of Object.entries(broken)) {
      await changesMain(stage, { [POLICY]: text });
      await jobs(stage, "pass", { ref: SLOT });
      await stage.settled();
      const check = await stage.check(head);
      const sentence = /^- (Cannot use .*)$/m.exec(check?.summary ?? "")?.[1];
      found[how] = [check?.conclusion, check?.title, sentence ?? check?.summary.slice(0, 300)];
      expect(await merged(stage, number), how).toBe(false);
      expect(await stage.branch(SLOT), how).toBeUndefined();
    }
    expect(found).toMatchInlineSnapshot(`
      {
        "YAML error": [
          "failure",
          "Blocked: the policy is broken",
          "Cannot use the policy .github/plustwo.yml:2:1: it is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a \\]. correct the line",
        ],
        "anchors": [
          "failure",
          "Blocked: the policy is broken",
          "Cannot use the policy .github/plustwo.yml:4:13: the anchor \\\`&amp;mode\\\` may not be used in a policy. write the value out where it is needed",
        ],
        "deleted": [
          "neutral",
          "No policy on main",
          "There is no \`.github/plustwo.yml\` on the target branch \`main\`, so plustwo only looks on and lands nothing. To begin, add one with \`version: 1\`, \`extends: preset:openstack\` and \`groups\`.",
        ],
        "duplicate keys": [
          "failure",
          "Blocked: the policy is broken",
          "Cannot use the policy .github/plustwo.yml:17:1: the key "mode" stands twice in its map. keep one of them",
        ],
        "oversized": [
          "failure",
          "Blocked: the policy is broken",
          "Cannot use the policy .github/plustwo.yml:1:1: it has more than 256 KiB. a policy is a page, not a data set: shorten it",
        ],
        "unknown key": [
          "failure",
          "Blocked: the policy is broken",
          "Cannot use the policy .github/plustwo.yml:17:1: \\\`relax\\\` is not a key of a policy file. allowed: version, extends, mode, dialect, shape, groups, identities, labels, checks, access, submitRequirements, owners, freezes, overrides, identity, pipelines, releases, cycle, notes, forks, explain",
        ],
      }
    `);
    await changesMain(stage, { [POLICY]: whole });
    await stage.settled();
    expect(await merged(stage, number)).toBe(true);
  }));

it("T6: on the gate commit too a job that is skipped or cancelled proves nothing, and the check says which", () =>
  told(async (stage) => {
    const before = await stage.branch("main");
    for (const [mode, found] of [
      ["skip", /^Left the gate: .* unit was skipped/],
      ["cancel", /^Left the gate: .* unit was lost/],
    ] as const) {
      await jobs(stage, mode, { ref: SLOT, job: "unit" });
      const { number, head } = await change(stage, mode);
      await stage.approve(number);
      await stage.settled();
      const [title, next] = await said(stage, head);
      expect(title).toMatch(found);
      expect(next).toContain("comment `recheck`");
    }
    expect(await stage.branch("main")).toBe(before);
  }));

it("T4, T5, RULINGS 7: when no job ran on the gate commit, others saying so for all three lands nothing", () =>
  told(
    async (stage) => {
      const before = await stage.branch("main");
      // Its workflow runs on pull requests alone, so nothing is run in the gate.
      const ci = await plumbing(stage.world, house.population).show(CI);
      const { number, head } = await change(stage, "silent", { [CI]: ci.replace(/ {2}push:\n.*\n/, "") });
      await stage.approve(number, "CI-Config: +1");
      for (const name of ["style", "unit", "integration"]) {
        for (const app of ["other-ci", "github-actions"]) {
          const run = { repo: stage.world.fullName, app, sha: head, name, conclusion: "success" };
          await stage.world.control.post("/check-runs", run);
        }
        await stage.as("carol").post(`/statuses/${head}`, { context: name, state: "success" });
      }
      await stage.settled();
      expect((await said(stage, head))[0]).toMatch(/^Left the gate: .* no run of style started/);
      expect(await stage.branch("main")).toBe(before);
    },
    {
      around: (options) => ({ ...options, settings: { ...options.settings, startMs: 1 } }),
      warning: "a gate commit is pushed once more",
    },
  ));

it("RULINGS 9, T40: without the permission for workflows a change that edits one waits, and its check says who gives it; with it, the change goes on", () =>
  told(
    async (stage) => {
      const { app, control } = stage.world;
      const permissions = { ...PERMISSIONS };
      await control.patch(`/apps/${app.slug}`, { permissions });
      const ci = await plumbing(stage.world, house.population).show(CI);
      const { number, head } = await change(stage, "ci", {
        [CI]: ci.replace("timeout-minutes: 5", "timeout-minutes: 6"),
      });
      await stage.approve(number, "CI-Config: +1");
      await stage.settled();
      expect(await merged(stage, number)).toBe(false);
      const check = await stage.check(head);
      expect(check).toMatchObject({ title: "Waiting: the App lacks the permission `workflows`", conclusion: null });
      expect(check?.summary).toMatch(/update workflow .*ci.yml.* without .*workflows.* permission/);
      expect(check?.summary).toMatch(/Next:.*an administrator of the organisation gives the App `workflows: write`/);
      // A change beside it that edits none is not held up.
      const beside = await change(stage, "beside");
      await stage.approve(beside.number);
      await stage.settled();
      expect(await merged(stage, beside.number)).toBe(true);
      await control.patch(`/apps/${app.slug}`, { permissions: { ...permissions, workflows: "write" } });
      await stage.as("carol").post(`/issues/${number}/comments`, { body: "recheck" });
      await stage.settled();
      expect(await merged(stage, number)).toBe(true);
      expect(await stage.world.commentsOfApp()).toEqual([]);
    },
    { warning: "a gate branch was refused" },
  ));

/** RULINGS 9 without `workflows`. */
const PERMISSIONS = {
  metadata: "read",
  contents: "write",
  pull_requests: "write",
  checks: "write",
  actions: "write",
  statuses: "read",
  members: "read",
};
