// `npm run demo`: starts a local GitHub and the service as processes of their own, tells the story, shows where the world ended up.
import { landedTable, landings } from "../test/support/landed.ts";
import { type Change } from "../test/support/person.ts";
import { type World } from "../test/support/world.ts";
import { tellAdopt } from "./adopt.ts";
import { tellBacklog } from "./backlog.ts";
import { Deviation } from "./deviation.ts";
import { keptWorld, leaveStop, printKept } from "./keep.ts";
import { type DemoOptions, parseOptions, USAGE } from "./options.ts";
import { until } from "./patience.ts";
import { household, type Household } from "./processes.ts";
import { tellRelease } from "./release.ts";
import { sceneOf } from "./scene.ts";
import { tellStory } from "./story.ts";
import { silent, type Teller, teller } from "./tell.ts";
import { openStage, startService } from "./worlds.ts";

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return 0;
  }
  if ("wrong" in options) {
    console.error(`${options.wrong}\n\n${USAGE}`);
    return 2;
  }
  const home = await household();
  const tell = options.json ? silent : teller(process.stdout);
  try {
    return await demonstrate(home, options, tell);
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
    console.error(`\nThe demo did not go as told.\n  expected: ${error.expected}\n  found:    ${error.found}`);
    console.error(await home.lastWords());
    return 1;
  }
}

async function demonstrate(home: Household, options: DemoOptions, tell: Teller): Promise<number> {
  if (options.story === "adopt") return tellAdopt(home, tell);
  if (options.story === "release") return tellRelease(home, tell);
  if (options.story === "backlog") return tellBacklog(home, options, tell);
  const began = performance.now();
  const { world, forge, tools } = await openStage(home);
  const service = await startService(home, world);
  tell.line(`A local GitHub at ${world.forge.url} with the project ${world.fullName}; alice and bob are its cores.`);

  const told = await tellStory(sceneOf(world), tell);
  await atRest(world);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  tell.step(`The end, after ${seconds} s`);
  tell.block(await world.picture());
  const verified = options.verify ? await verify(world, told, tell) : true;
  if (options.keep) {
    home.keep();
    await leaveStop(home.folder, [service, forge]);
    const kept = keptWorld(world, { folder: home.folder, tools, forge, service });
    if (options.json) console.log(JSON.stringify(kept));
    else printKept(kept, tell);
  }
  return verified ? 0 : 1;
}

/** Checks in git and in the Actions runs that each step of main is the commit that the gate tested. */
async function verify(world: World, told: readonly Change[], tell: Teller): Promise<boolean> {
  const found = await landings(world.observer, world.first);
  tell.step("Landed = tested, from git and the Actions runs");
  tell.block(landedTable(found));
  const missing = told.filter((change) => !found.some((landing) => landing.changes.includes(change.number)));
  if (missing.length > 0) {
    throw new Deviation(
      "every change of the story on main",
      `not there: ${missing.map((one) => `#${one.number}`).join(", ")}`,
    );
  }
  const wrong = found.find((landing) => landing.problem !== undefined);
  if (wrong !== undefined) throw new Deviation("every landed commit tested as it is", `${wrong.sha}: ${wrong.problem}`);
  return true;
}

/** After the last landing the service tidies up: the branches of what landed and of the gate go. */
async function atRest(world: World): Promise<void> {
  await until("only main to be left when all is merged", async () => {
    const refs = await world.repository.get<readonly { ref: string }[]>("/git/matching-refs/heads/");
    const left = refs.map(({ ref }) => ref.slice("refs/heads/".length)).filter((branch) => branch !== "main");
    return left.length === 0 ? { done: true, found: "" } : { found: `branches left: ${left.join(", ")}` };
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exit(1);
  },
);
