// A story told through the front door: real `git review`, the real service, real git over HTTP, a local GitHub. Ends in one picture.
// It stands on the ground of its Vitest worker; each story has its own repository, App and schema.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Ci, ciOf } from "./ci.ts";
import { storyNumber } from "./flaky.ts";
import { ground } from "./ground.ts";
import { type Change } from "./person.ts";
import { landings } from "./landed.ts";
import { mustRun, run } from "./shell.ts";
import { type Actor } from "./verbs.ts";
import { type Service, startService } from "./service.ts";
import { type BotComment, type CheckSeen, foundWorld, type World } from "./world.ts";

export interface Story {
  readonly alice: Actor;
  readonly bob: Actor;
  readonly carol: Actor;
  readonly dave: Actor;
  readonly mallory: Actor;
  readonly ci: Ci;
  readonly world: World;
  /** alice and bob vote Code-Review+2, bob also Workflow+1. */
  coresApprove(...changes: readonly Change[]): Promise<void>;
  /** Approved by both cores, tested, merged: or the story fails. */
  lands(change: Change): Promise<void>;
  settled(): Promise<void>;
  /** The whole world in words; comments in it count as seen. */
  picture(): Promise<string>;
  /** The tip of `main`. */
  main(): Promise<string>;
  /** The plustwo check on the change's newest patch set; fails if there is none. */
  check(change: Change): Promise<CheckSeen>;
  /** A commit straight onto `main`, past every rule, as an administrator may. */
  changesMain(files: Readonly<Record<string, string | null>>): Promise<void>;
  /** A file of the demo's project as it is on `main` at the start. */
  source(path: string): Promise<string>;
  pull(change: Change): Promise<{ readonly state: string; readonly merged: boolean; readonly title: string }>;
  /** What the service wrote on the change; counts as seen. */
  comments(change: Change): Promise<readonly string[]>;
  /** Every step of `main` is a commit that all three jobs passed in the gate. */
  landedExactlyWhatWasTested(): Promise<void>;
}

/** A story takes seconds; a machine that is busy with other things may take long. */
const LIMIT_MS = 300_000;

/** A test whose name is a sentence of the specification. */
export function scenario(name: string, story: (t: Story) => Promise<void>): void {
  it(name, { timeout: LIMIT_MS }, async () => {
    const stage = await openStage();
    try {
      await story(stage.story);
      await stage.mustBeClean();
    } catch (problem) {
      stage.leave();
      throw problem;
    } finally {
      await stage.close();
    }
  });
}

interface Stage {
  readonly story: Story;
  mustBeClean(): Promise<void>;
  /** No other story stands where this one failed. */
  leave(): void;
  close(): Promise<void>;
}

/** Rounds of "the forge rests, then the service rests" until neither has stirred the other. */
const ROUNDS = 200;

async function openStage(): Promise<Stage> {
  const at = await ground();
  const { forge, folder, tools, population, leave } = at;
  const n = storyNumber();
  const home = join(folder, `story-${n}`);
  const org = `acme-${n}`;
  const running: { service?: Service } = {}; // until it runs there is nothing of it to settle

  const settled = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await forge.stirred();
      await forge.settled();
      await running.service?.settled();
      await forge.settled();
      if ((await forge.stirred()) === before) return;
    }
    throw new Error(
      `The world did not come to rest in ${ROUNDS} rounds; the service and the forge keep waking each other`,
    );
  };

  const faults = await forge.watch();
  const world = await foundWorld({
    ...{ forge: forge.address, population, org, name: "calc", folder: home, tools, settled },
    appSlug: `plustwo-${n}`,
  });
  await world.control.post("/jobs", { repo: world.fullName, job: "*", mode: "hold" });
  const service = await startService(at, { world, schema: `story_${n}`, folder: join(home, "service") });
  running.service = service;
  await world.hook(service.url);
  await settled();

  const seen = new Set<string>();
  const see = (found: readonly BotComment[]): void => found.forEach((comment) => seen.add(keyOf(comment)));
  const pull: Story["pull"] = (change) => world.repository.get(`/pulls/${change.number}`);
  const { alice, bob } = world.people;

  const story: Story = {
    ...world.people,
    world,
    settled,
    pull,
    ci: ciOf({
      fullName: world.fullName,
      control: world.control,
      repository: world.repository,
      settled,
      holds: async (commit, change) => {
        const { git, env } = world.observer;
        await mustRun("git", ["fetch", "-q", "origin", "+refs/heads/*:refs/seen/*"], { cwd: git, env });
        const args = ["merge-base", "--is-ancestor", change.sha, commit];
        return (await run("git", args, { cwd: git, env })).code === 0;
      },
    }),
    async coresApprove(...changes) {
      for (const change of changes) {
        await alice.votes(change, "Code-Review", +2);
        await bob.approves(change);
      }
    },
    async lands(change) {
      await story.coresApprove(change);
      await story.ci.passes(change);
      const { merged } = await pull(change);
      if (!merged)
        throw new Error(`#${change.number} did not land; its check says: ${(await story.check(change)).title}`);
    },
    async picture() {
      see(await world.commentsOfApp());
      return world.picture();
    },
    async main() {
      const { object } = await world.repository.get<{ object: { sha: string } }>("/git/ref/heads/main");
      return object.sha;
    },
    async check(change) {
      const found = await world.checkOf(change);
      if (found === undefined) throw new Error(`The service said nothing about #${change.number} at ${change.sha}`);
      return { ...found, words: found.words.replaceAll(change.sha.slice(0, 7), "(this commit)") };
    },
    async changesMain(files) {
      await world.control.post(`/repos/${world.fullName}/commits`, { login: "olivia", message: "Change files", files });
      await settled();
    },
    source: async (path) => {
      const { git, env } = world.observer;
      return (await mustRun("git", ["show", `${world.first}:${path}`], { cwd: git, env })).stdout;
    },
    async comments(change) {
      const found = (await world.commentsOfApp()).filter(({ number }) => number === change.number);
      see(found);
      return found.map(({ body }) => body);
    },
    async landedExactlyWhatWasTested() {
      const found = await landings(world.observer, world.first);
      expect(found.length, "landings").toBeGreaterThan(0);
      expect(found.filter((landing) => landing.problem !== undefined)).toEqual([]);
    },
  };
  return {
    story,
    async mustBeClean() {
      await settled();
      const unseen = (await world.commentsOfApp()).filter((comment) => !seen.has(keyOf(comment)));
      expect(
        unseen.map(({ number, body }) => `#${number}: ${body}`),
        "comments of the service that no picture has seen",
      ).toEqual([]);
      expect(service.complaints(), "what the service logged as wrong").toEqual([]);
      expect(await faults(), "what the forge did wrong, and what it was asked for in vain").toEqual([]);
    },
    leave,
    async close() {
      await service.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function keyOf({ id, body }: BotComment): string {
  return `${id} ${body}`;
}
