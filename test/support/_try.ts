import { startForge } from "../../local-forge/server.ts";
import { foundWorld } from "./world.ts";
import { installTools } from "./tools.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
const folder = await mkdtemp(join(tmpdir(), "try-"));
const forge = await startForge();
const tools = await installTools(join(folder, "bin"));
const world = await foundWorld({ forge, org: "acme", name: "calc", folder, tools, settled: () => forge.settled() });
try {
  const { carol, alice, bob } = world.people;
  const c = await carol.uploads("Add parser");
  console.log(carol.last);
  const d = await carol.uploads("Add lexer", { onTopOf: c });
  console.log(carol.last);
  await alice.votes(c, "Code-Review", +2);
  console.log(alice.last);
  await bob.approves(c);
  console.log(await world.picture());
  console.log((await carol.tries("-l")).stdout, (await carol.tries("status")).stdout, (await carol.tries("-n")).stdout);
} catch (e) {
  console.log(e);
}
console.log(
  forge.services.traffic.requests.filter((r) => r.unknown),
  forge.services.traffic.errors,
  forge.services.runner.faults,
  forge.services.webhooks.faults,
);
await forge.close();
await rm(folder, { recursive: true });
