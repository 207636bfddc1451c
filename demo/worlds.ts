// A local GitHub and the service over it, as processes of their own, for a story.
import { join } from "node:path";
import { installTools, root } from "../test/support/tools.ts";
import {
  type ForgeAddress,
  foundWorld,
  type Population,
  settlePeople,
  type World,
  type WorldOptions,
} from "../test/support/world.ts";
import { type Household, type Service } from "./processes.ts";

export interface Stage {
  readonly world: World;
  readonly population: Population;
  readonly forge: Service;
  readonly tools: string;
}

const NODE = [process.execPath, join(root, "dist", "plustwo.js")];

export async function openStage(
  home: Household,
  options: Partial<Pick<WorldOptions, "files" | "name" | "stranger">> = {},
): Promise<Stage> {
  const tools = await installTools(join(home.folder, "bin"));
  const forge = await home.starts("forge", [...NODE, "forge", "--port", "0", "--json"], environment(home));
  const address = forge.ready as unknown as ForgeAddress;
  const population = await settlePeople(address);
  const world = await foundWorld({
    ...{ forge: address, population, org: "acme", name: "calc", folder: home.folder, tools },
    ...options,
  });
  return { world, population, forge, tools };
}

/** With `poll` no webhook reaches it. */
export async function startService(
  home: Household,
  world: World,
  { poll = false, env = {} }: { readonly poll?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Service> {
  const service = await home.starts("serve", [...NODE, "serve", "--json", ...(poll ? ["--poll"] : [])], {
    ...environment(home),
    PLUSTWO_APP_ID: String(world.app.id),
    PLUSTWO_PRIVATE_KEY: world.app.privateKey,
    ...(poll ? {} : { PLUSTWO_WEBHOOK_SECRET: world.app.webhookSecret }),
    PLUSTWO_GITHUB_URL: world.forge.api,
    PORT: "0",
    PLUSTWO_DATA: join(home.folder, "data"),
    ...env,
  });
  if (!poll) await world.hook(String(service.ready["url"]));
  return service;
}

/** What a service may see of this process's environment: no token, no setting of the person who runs the demo. */
function environment(home: Household): Record<string, string> {
  const env: Record<string, string> = { NODE_ENV: "production", NO_COLOR: "1", TMPDIR: home.folder };
  for (const name of ["PATH", "LANG", "LC_ALL", "TZ", "HOME"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
