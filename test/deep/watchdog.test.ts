// The gate's watchdogs through the real doors. The service's clock is set forward; nobody sleeps, and the forge's clock stays.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openHouse, type House, type Stage } from "../bot/stage.ts";
import { movableClock, type MovableClock } from "../support/movable-clock.ts";

const MINUTE = 60_000;
const START_MS = 10 * MINUTE;

let house: House;
let stage: Stage;
let clock: MovableClock;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  clock = movableClock();
  const settings = { retryMs: 20, startMs: START_MS, sweepMs: 1_000_000_000, retries: 1 };
  stage = await house.opens({ around: (options) => ({ ...options, clock, settings }) });
  await jobs("pass");
});
afterEach(() => stage.close());

const jobs = (mode: string, more: object = {}): Promise<unknown> =>
  stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode, ...more });
const merged = async (number: number): Promise<boolean> =>
  (await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged;
const passes = async (milliseconds: number): Promise<void> => {
  clock.passes(milliseconds);
  await stage.settled();
};
interface Run {
  readonly id: number;
  readonly event: string;
  readonly head_branch: string;
  readonly status: string;
  readonly conclusion: string | null;
}
const runs = async (): Promise<readonly Run[]> =>
  (await stage.world.repository.get<{ workflow_runs: readonly Run[] }>("/actions/runs?per_page=100")).workflow_runs;
const gateRuns = async (): Promise<string[]> =>
  (await runs())
    .filter(({ head_branch }) => head_branch.startsWith("gate/"))
    .map((run) => `${run.head_branch} ${run.conclusion ?? run.status}`);

async function approved(branch: string): Promise<{ readonly number: number; readonly head: string }> {
  const head = await stage.commits("carol", branch, { [`docs/${branch}.md`]: `# ${branch}\n` });
  const number = await stage.opensPull("carol", branch);
  await stage.settled();
  await stage.approve(number);
  await stage.settled();
  return { number, head };
}

it("no run starts: the commit is pushed once more and lands; where none starts again, the change leaves without blame [agent-glovebox#3862]", async () => {
  await jobs("no-run", { ref: "gate/main/1" });
  const { number, head } = await approved("add-notes");
  const tested = await stage.branch("gate/main/1");
  expect([tested !== undefined, await gateRuns()]).toEqual([true, []]);
  await jobs("hold", { ref: "gate/main/2" });
  await passes(START_MS);
  expect([await stage.branch("gate/main/1"), await stage.branch("gate/main/2")]).toEqual([undefined, tested]);
  expect((await stage.check(head))?.summary).toMatch(/^\*\*Attention:\*\* the gate commit was pushed once more/);
  await jobs("pass", { ref: "gate/main/2" });
  await stage.settled();
  expect([await merged(number), await stage.branch("main")]).toEqual([true, tested]);

  await jobs("no-run", { ref: "gate/main/2" });
  const other = await approved("add-more");
  await passes(START_MS);
  await passes(START_MS);
  const left = await stage.check(other.head);
  expect(left?.title).toContain("No verdict on the merge of");
  expect(left?.summary).toContain("nothing was found wrong with the change");
  const [comment] = await stage.world.commentsOfApp();
  expect(comment?.body).toContain("started on the gate commit within 10 min, though the commit was pushed 2 times");
  expect(await stage.branch("gate/main/2")).toBeUndefined();
  expect(stage.complaints.join()).toContain("a gate commit is pushed once more");
});

it("runs of a gate commit that nobody needs are cancelled, and no other run is", async () => {
  await jobs("hold", { ref: "gate/main/1" });
  const { number, head } = await approved("add-notes");
  await jobs("hold", { sha: head, pull: number });
  const mine = (await runs()).find(({ event }) => event === "pull_request");
  await stage.as("carol").post(`/actions/runs/${mine?.id}/rerun`, {});
  await stage.settled();
  await stage.reviews("alice", number, "Code-Review: -2", "REQUEST_CHANGES");
  await stage.settled();
  expect(await gateRuns()).toEqual(["gate/main/1 cancelled"]);
  expect((await runs()).find(({ event }) => event === "pull_request")?.status).toBe("in_progress");
  expect(stage.complaints).toEqual([]);
});

it("a red job that somebody runs again within the settle window takes nobody out, and lands when it is green [camunda-platform-helm#6643]", async () => {
  const policy = await stage.world.observer.api.get<{ content: string }>("/contents/.github/plustwo.yml");
  const text = Buffer.from(policy.content, "base64").toString().replace("settle: 0s", "settle: 10m");
  await stage.commits("olivia", "main", { ".github/plustwo.yml": text });
  await jobs("fail", { ref: "gate/main/1", job: "unit" });
  const { number, head } = await approved("add-notes");
  expect(await gateRuns()).toEqual(["gate/main/1 failure"]);
  await jobs("hold", { ref: "gate/main/1" });
  const red = (await runs()).find(({ event }) => event === "push");
  await stage.as("alice").post(`/actions/runs/${red?.id}/rerun-failed-jobs`, {});
  await passes(30 * MINUTE);
  expect((await stage.check(head))?.title).toContain("Ready: in the gate");
  expect(await stage.world.commentsOfApp()).toEqual([]);
  await jobs("pass", { ref: "gate/main/1" });
  await stage.settled();
  expect(await merged(number)).toBe(true);
  const seen = await stage.store.db
    .selectFrom("job_run")
    .select(["attempt", "result"])
    .where("job", "=", "unit")
    .execute();
  expect(seen.map(({ attempt, result }) => `${attempt} ${result}`).sort()).toEqual(["1 failed", "2 passed"]);
});

it("a target that refuses the tested commit is told on the check in the rule's words, and landed once it does not", async () => {
  const rule = await stage.world.repository.post<{ id: number }>("/rulesets", {
    ...{ name: "R3: the audit", target: "branch", enforcement: "active", bypass_actors: [] },
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [{ type: "update" }],
  });
  const { number, head } = await approved("add-notes");
  const said = await stage.check(head);
  expect([said?.title, said?.conclusion]).toEqual(["Tested, not landed: main does not take it", null]);
  expect(said?.summary).toMatch(/did not take it: .*Cannot update this protected ref/);
  expect(said?.summary).toContain("**Next:** an administrator");
  const told = stage.complaints.length;
  await passes(MINUTE);
  await passes(MINUTE);
  expect(stage.complaints.length - told).toBeLessThanOrEqual(2);
  expect(await merged(number)).toBe(false);
  await stage.world.repository.delete(`/rulesets/${rule.id}`);
  await passes(10 * MINUTE);
  expect(await merged(number)).toBe(true);
});

it("a job that is stopped or loses its runner is run again, and blames nobody", async () => {
  await jobs("cancel", { ref: "gate/main/1", job: "unit" });
  const { number, head } = await approved("add-notes");
  // Asked once (retries: 1); stopped again, it is no verdict.
  const left = await stage.check(head);
  expect(left?.title).toContain("No verdict on the merge of");
  expect(await merged(number)).toBe(false);
  await jobs("pass");
  await stage.as("carol").post(`/issues/${number}/comments`, { body: "recheck" });
  await stage.settled();
  expect(await merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
});
