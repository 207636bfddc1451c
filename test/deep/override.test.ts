// Overrides through the whole service (threat T38): what is red is lifted by two people, told to everybody, and over by the clock.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "../bot/stage.ts";
import { movableClock } from "../support/movable-clock.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const HOUR = 3_600_000;
/** No preset: what one requires can be lifted only where it says `canOverrideInChildProjects`. */
const policyOf = (org: string): string => `version: 1
mode: enforce
groups: { core: { teams: [${org}/the-core] } }
checks: { style: { job: style }, unit: { job: unit }, integration: { job: integration } }
labels:
  Code-Review:
    values: { -2: Do not merge, -1: No, 0: No score, +1: Good, +2: Approved }
    copyCondition: "changekind:NO_CHANGE OR is:MIN"
    veto: sticky
  Verified:
    values: { -1: Failed, 0: Running, +1: Passed }
    computed: { -1: "check:ANY=failure", +1: "check:ALL=success" }
access:
  - { branch: "*", label-Code-Review: { anyone: -1..+1, core: -2..+2 } }
submitRequirements:
  Code-Review:
    description: A core reviewer approves, and nobody vetoes
    noun: core approval
    submittableIf: "label:Code-Review=MAX,user=non_contributor,group=core AND -label:Code-Review=MIN"
  Verified:
    description: Every check passed on exactly this commit
    noun: checks
    submittableIf: "label:Verified>=1 AND -label:Verified<0"
overrides:
  Emergency: { group: core, people: 2, lifts: [Code-Review, Verified], expires: 4h }
pipelines: { gate: { settle: 0s } }
`;

it("two people lift what is red, with a reason that everybody reads; a veto, an edit and the clock stand against it, and the gate still tests", async () => {
  const clock = movableClock();
  const t = await openWebStage(house, { around: (options) => ({ ...options, clock }) });
  const { web, stage } = t;
  const { control, fullName, org } = stage.world;
  const core = { org, slug: "the-core", members: ["alice", "bob", "dave"], repo: fullName, permission: "write" };
  await control.post("/teams", core);
  const files = { ".github/plustwo.yml": policyOf(org) };
  await control.post(`/repos/${fullName}/commits`, { login: "olivia", files });
  const says = async (login: string, ...lines: readonly string[]): Promise<number> => {
    const id = await stage.reviews(login, number, lines.join("\n"));
    await stage.settled();
    return id;
  };
  const told = async (): Promise<string> => (await stage.world.commentsOfApp()).map(({ body }) => body).join("\n---\n");

  const head = await web.commits("carol", "hotfix", { files: { "docs/hotfix.md": "mended\n" } });
  await control.post("/jobs", { repo: fullName, job: "unit", mode: "fail", sha: head });
  const number = await web.opens("carol", "hotfix");
  // The gate tests a merge, so that what is red on the head says nothing of it.
  await t.mainMoves("docs/main.md");
  await stage.settled();
  expect((await t.check(number)).title).toBe("Blocked: unit failed");

  // One person's word, and one that is edited afterwards, lift nothing.
  await says("alice", "Override: Emergency: production is down");
  expect((await t.check(number)).words).toContain("alice asked for Emergency: 1 of 2 people");
  expect(await stage.branch("gate/main/1")).toBeUndefined();
  const edited = await says("dave", "I look at it.");
  await stage.as("dave").put(`/pulls/${number}/reviews/${edited}`, { body: "Override: Emergency: me too" });
  await stage.settled();
  expect((await t.check(number)).words).toContain("dave asked for Emergency, not counted: the review was edited");
  expect(await told()).toBe("");

  // A veto of what it lifts stands, however many ask.
  await says("dave", "Code-Review: -2");
  await says("bob", "Override: Emergency: production is down");
  expect((await t.check(number)).words).toContain("which lifts no veto: dave Code-Review −2");
  expect(await stage.branch("gate/main/1")).toBeUndefined();

  // Without it both are lifted, and the gate tests: what fails there does not land.
  await control.post("/jobs", { repo: fullName, job: "unit", mode: "fail", ref: "gate/main/1" });
  await says("dave", "Code-Review: 0");
  expect(await told()).toMatch(
    /\*\*Override Emergency\*\*: Code-Review and Verified are lifted for patch set 1 by `alice` and `bob` until .* UTC\. Reason: production is down\./,
  );
  expect(await t.merged(number)).toBe(false);
  expect((await t.check(number)).title).toContain("Left the gate: unit failed on the merge");

  for (const ref of ["gate/main/1", "gate/main/2"])
    await control.post("/jobs", { repo: fullName, job: "unit", mode: "pass", ref });
  await stage.as("carol").post(`/issues/${number}/comments`, { body: "recheck" });
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  expect(await stage.branch("main")).not.toBe(head);

  // What is lifted is so until the clock says otherwise, also in the gate: nobody else wakes the service.
  for (const ref of ["gate/main/1", "gate/main/2"])
    await control.post("/jobs", { repo: fullName, job: "*", mode: "hold", ref });
  await web.commits("carol", "late", { onto: "main", files: { "docs/late.md": "late\n" } });
  const late = await web.opens("carol", "late");
  for (const login of ["alice", "bob"]) await stage.reviews(login, late, "Override: Emergency: still down");
  await stage.settled();
  expect((await t.check(late)).title).toContain("in the gate");
  clock.passes(4 * HOUR);
  await stage.settled();
  expect((await t.check(late)).words).toContain("alice asked for Emergency more than 4 hours ago; ask again");
  const comments = await stage.world.commentsOfApp();
  expect(comments.at(-1)?.body).toContain("holds no more");
  expect(await t.merged(late)).toBe(false);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("openstack, out of the box: two cores call it a hotfix, it does not wait for its checks, and the gate tests what lands", async () => {
  const t = await openWebStage(house);
  const { web, stage } = t;
  const { control, fullName } = stage.world;
  const head = await web.commits("carol", "hotfix", { files: { "docs/hotfix.md": "mended\n" } });
  await control.post("/jobs", { repo: fullName, job: "*", mode: "hold", sha: head });
  const number = await web.opens("carol", "hotfix");
  await t.mainMoves("docs/main.md");
  await t.approve(number);
  expect((await t.check(number)).title).toContain("running");
  expect(await stage.branch("gate/main/1")).toBeUndefined();

  await stage.reviews("alice", number, "Override: Hotfix: production is down");
  await stage.settled();
  expect((await t.check(number)).words).toContain("alice asked for Hotfix: 1 of 2 people");
  await control.post("/jobs", { repo: fullName, job: "*", mode: "pass", ref: "gate/main/1" });
  await stage.reviews("bob", number, "Override: Hotfix: production is down");
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  const [said] = await stage.world.commentsOfApp();
  expect(said?.body).toMatch(/\*\*Override Hotfix\*\*: Verified is lifted for patch set 1 by `alice` and `bob` until/);
  const gated = await stage.check((await stage.branch("main")) ?? "", "plustwo/gate");
  expect(gated?.conclusion).toBe("success");
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
